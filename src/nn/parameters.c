#include "nn/parameters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum { MAX_NAME = 128 };

static const vtm_tensor *find_in_weights(void *user, const char *name) { return vtm_weights_find(user, name); }

vtm_tensor_lookup vtm_lookup_in(const vtm_weights *weights) {
  return (vtm_tensor_lookup){
      .find = find_in_weights, .user = (void *)(uintptr_t)weights, .path = vtm_weights_path(weights)};
}

/* ---- telling networks apart ---- */

typedef struct signature {
  const char *tensor; /* a name that only this family has */
  int rows;           /* first dimension, 0: any */
  const char *family;
} signature;

static const signature signatures[] = {
    {"layer4.2.conv3.weight", 0, "a ResNet-50 or larger"},
    {"layer1.0.conv1.weight", 0, "a ResNet"},
    {"classifier.6.weight", 0, "an AlexNet or VGG with its classifier"},
    {"features.denseblock1.denselayer1.conv1.weight", 0, "a DenseNet"},
    {"features.3.squeeze.weight", 0, "a SqueezeNet"},
    {"features.28.weight", 0, "a VGG"},
    {"fc.weight", 1008, "the FID Inception (1008 classes)"},
    {"AuxLogits.conv0.conv.weight", 0, "torchvision's Inception v3"},
    {"Conv2d_1a_3x3.conv.weight", 0, "an Inception v3"},
    {"features.10.weight", 0, "an AlexNet"},
    {"lin0.model.1.weight", 0, "LPIPS's linear layers without a trunk"},
    {"mu", 0, "FID statistics"},
    {"features", 0, "saved features"},
};

static const char *family_of(const vtm_tensor_lookup *lookup, const signature **found) {
  for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++) {
    const vtm_tensor *tensor = lookup->find(lookup->user, signatures[i].tensor);
    if (tensor == NULL) continue;
    if (signatures[i].rows != 0 && (tensor->rank < 1 || tensor->shape[0] != signatures[i].rows)) continue;
    *found = &signatures[i];
    return signatures[i].family;
  }
  *found = NULL;
  return NULL;
}

static vtm_status wrong_network(const vtm_network *network, const vtm_tensor_lookup *lookup, const char *missing,
                                vtm_error *error) {
  const signature *found = NULL;
  const char *family = family_of(lookup, &found);
  if (family == NULL)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: not %s: there is no tensor '%s'", lookup->path, network->description,
                    missing);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: this is %s (it has '%s'), but %s is needed: there is no tensor '%s'",
                  lookup->path, family, found->tensor, network->description, missing);
}

/* ---- tensors ---- */

static void shape_text(vtm_text *text, int rank, const int64_t *shape) {
  vtm_text_append(text, "[");
  for (int i = 0; i < rank; i++) vtm_text_format(text, "%s%lld", i ? ", " : "", (long long)shape[i]);
  vtm_text_append(text, "]");
}

static vtm_status wrong_shape(const vtm_tensor_lookup *lookup, const vtm_tensor *tensor, int rank, const int64_t *shape,
                              vtm_error *error) {
  vtm_text text = {0};
  vtm_text_format(&text, "%s: tensor '%s' has shape ", lookup->path, tensor->name);
  shape_text(&text, tensor->rank, tensor->shape);
  vtm_text_append(&text, ", expected ");
  shape_text(&text, rank, shape);
  char *message = vtm_text_take(&text, error);
  if (message == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = vtm_fail(error, VTM_ERROR_FORMAT, "%s", message);
  free(message);
  return status;
}

/* The index of the first value that is not finite; `count` when all are. Whole stretches are looked at without a
 * branch, so that the compiler may take several values at once: exponents of ones mean NaN or infinity. */
static size_t find_not_finite(const float *values, size_t count) {
  enum { STRETCH = 4096, EXPONENT = 0x7F800000 };
  size_t at = 0;
  for (size_t end = 0; at < count; at = end) {
    end = count - at < STRETCH ? count : at + STRETCH;
    int32_t found = 0;
    for (size_t i = at; i < end; i++) {
      int32_t bits;
      memcpy(&bits, &values[i], sizeof(bits));
      found |= (bits & EXPONENT) == EXPONENT;
    }
    if (found) break;
  }
  while (at < count && isfinite(values[at])) at++;
  return at;
}

/* A finite float32 tensor of exactly this shape. */
static vtm_status find_tensor(const vtm_network *network, const vtm_tensor_lookup *lookup, const char *name, int rank,
                              const int64_t *shape, const float **values, vtm_error *error) {
  const vtm_tensor *tensor = lookup->find(lookup->user, name);
  if (tensor == NULL) return wrong_network(network, lookup, name, error);
  bool same = tensor->rank == rank;
  for (int i = 0; i < rank && same; i++) same = tensor->shape[i] == shape[i];
  if (!same) return wrong_shape(lookup, tensor, rank, shape, error);
  if (tensor->dtype != VTM_FLOAT32)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: tensor '%s' is %s, expected float32: use the original file",
                    lookup->path, name, vtm_dtype_name(tensor->dtype));
  const float *data = tensor->data;
  const size_t bad = find_not_finite(data, tensor->count);
  if (bad < tensor->count)
    return vtm_fail(error, VTM_ERROR_NUMERIC, "%s: tensor '%s' holds %s at element %zu: the file is damaged",
                    lookup->path, name, isnan(data[bad]) ? "NaN" : "infinity", bad);
  *values = data;
  return VTM_OK;
}

vtm_status vtm_check_network(const vtm_network *network, const vtm_tensor_lookup *lookup, vtm_error *error) {
  const vtm_identifying_tensor *identifying_tensor = &network->identifying_tensor;
  if (identifying_tensor->name == NULL) return VTM_OK;
  const vtm_tensor *tensor = lookup->find(lookup->user, identifying_tensor->name);
  if (tensor == NULL) return wrong_network(network, lookup, identifying_tensor->name, error);
  if (tensor->rank >= 1 && tensor->shape[0] == identifying_tensor->rows) return VTM_OK;
  const signature *found = NULL;
  const char *family = family_of(lookup, &found);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: this is %s, but %s is needed: '%s' has %lld rows, expected %d",
                  lookup->path, family != NULL ? family : "another network", network->description,
                  identifying_tensor->name, tensor->rank >= 1 ? (long long)tensor->shape[0] : 0LL,
                  identifying_tensor->rows);
}

/* ---- the parameters of one convolution ---- */

enum { WEIGHT, NORM_WEIGHT, NORM_BIAS, NORM_MEAN, NORM_VARIANCE, PARAMETERS };
enum { BIAS = NORM_WEIGHT };

static const char *const norm_suffixes[PARAMETERS] = {".conv.weight", ".bn.weight", ".bn.bias", ".bn.running_mean",
                                                      ".bn.running_var"};
static const char *const plain_suffixes[] = {".weight", ".bias"};

typedef struct parameter {
  char name[MAX_NAME];
  int rank;
  int64_t shape[4];
} parameter;

static int list_parameters(const vtm_graph_step *step, parameter list[PARAMETERS]) {
  const vtm_layer *layer = step->layer;
  if (vtm_layer_is_pooling(layer)) return 0;
  const bool norm = layer->kind == VTM_LAYER_CONVOLUTION_NORM;
  const int count = norm ? PARAMETERS : 2;
  for (int i = 0; i < count; i++) {
    (void)snprintf(list[i].name, sizeof(list[i].name), "%s%s", layer->name,
                   norm ? norm_suffixes[i] : plain_suffixes[i]);
    list[i].rank = i == WEIGHT ? 4 : 1;
    list[i].shape[0] = layer->channels;
    list[i].shape[1] = step->in_channels;
    list[i].shape[2] = layer->kernel_height;
    list[i].shape[3] = layer->kernel_width;
  }
  return count;
}

static void fold(float *weights, float *bias, size_t outputs, size_t inputs, const float *const values[PARAMETERS],
                 double epsilon) {
  for (size_t o = 0; o < outputs; o++) {
    const double scale = (double)values[NORM_WEIGHT][o] / sqrt((double)values[NORM_VARIANCE][o] + epsilon);
    for (size_t i = 0; i < inputs; i++)
      weights[o * inputs + i] = (float)((double)values[WEIGHT][o * inputs + i] * scale);
    bias[o] = (float)((double)values[NORM_BIAS][o] - (double)values[NORM_MEAN][o] * scale);
  }
}

vtm_status vtm_load_convolution(const vtm_network *network, const vtm_graph_step *step, const vtm_tensor_lookup *lookup,
                                float **weights, float **bias, vtm_error *error) {
  parameter list[PARAMETERS];
  const float *values[PARAMETERS] = {NULL};
  const int count = list_parameters(step, list);
  for (int i = 0; i < count; i++) {
    const vtm_status status =
        find_tensor(network, lookup, list[i].name, list[i].rank, list[i].shape, &values[i], error);
    if (status != VTM_OK) return status;
  }
  const size_t outputs = (size_t)list[WEIGHT].shape[0];
  const size_t inputs = (size_t)(list[WEIGHT].shape[1] * list[WEIGHT].shape[2] * list[WEIGHT].shape[3]);
  *weights = vtm_allocate(outputs * inputs, sizeof(float), error);
  *bias = vtm_allocate(outputs, sizeof(float), error);
  if (*weights == NULL || *bias == NULL) {
    free(*weights);
    free(*bias);
    return VTM_ERROR_MEMORY;
  }
  /* NOLINTBEGIN(clang-analyzer-core.*): the loop above found every parameter that the layer's kind has */
  if (step->layer->kind == VTM_LAYER_CONVOLUTION_NORM) {
    for (size_t o = 0; o < outputs; o++)
      if ((double)values[NORM_VARIANCE][o] + network->norm_epsilon <= 0) {
        free(*weights);
        free(*bias);
        return vtm_fail(error, VTM_ERROR_NUMERIC,
                        "%s: tensor '%s' holds a negative variance at element %zu: the file is damaged", lookup->path,
                        list[NORM_VARIANCE].name, o);
      }
    fold(*weights, *bias, outputs, inputs, values, network->norm_epsilon);
  } else {
    memcpy(*weights, values[WEIGHT], outputs * inputs * sizeof(float));
    memcpy(*bias, values[BIAS], outputs * sizeof(float));
  }
  /* NOLINTEND(clang-analyzer-core.*) */
  return VTM_OK;
}

size_t vtm_padded_count(int channels) {
  return ((size_t)channels + VTM_CHANNEL_BLOCK - 1) / VTM_CHANNEL_BLOCK * VTM_CHANNEL_BLOCK;
}

float *vtm_pad_to_block(const float *values, int channels, vtm_error *error) {
  float *filled = vtm_allocate(vtm_padded_count(channels), sizeof(*filled), error);
  if (filled != NULL) memcpy(filled, values, (size_t)channels * sizeof(*filled));
  return filled;
}

static parameter linear_parameter(size_t index, int channels) {
  parameter linear = {.rank = 4, .shape = {1, channels, 1, 1}};
  (void)snprintf(linear.name, sizeof(linear.name), "lin%zu.model.1.weight", index);
  return linear;
}

vtm_status vtm_load_linear(size_t index, int channels, const vtm_tensor_lookup *lookup, float **weights,
                           vtm_error *error) {
  static const vtm_network lpips = {.description = "LPIPS's linear layers with their trunk"};
  const parameter linear = linear_parameter(index, channels);
  const float *values = NULL;
  const vtm_status status = find_tensor(&lpips, lookup, linear.name, linear.rank, linear.shape, &values, error);
  if (status != VTM_OK) return status;
  *weights = vtm_pad_to_block(values, channels, error);
  return *weights != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_visit_parameters(const vtm_network *network, vtm_parameter_visitor visit, void *user, vtm_error *error) {
  vtm_graph graph;
  vtm_status status = vtm_graph_create(network, &graph, error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < graph.step_count && status == VTM_OK; i++) {
    parameter list[PARAMETERS];
    const int count = list_parameters(&graph.steps[i], list);
    for (int j = 0; j < count && status == VTM_OK; j++) status = visit(user, list[j].name, list[j].rank, list[j].shape);
  }
  for (size_t i = 0; i < network->tap_count && status == VTM_OK; i++) {
    const parameter linear = linear_parameter(i, graph.maps[graph.taps[i]].channels);
    status = visit(user, linear.name, linear.rank, linear.shape);
  }
  if (status == VTM_OK && network->identifying_tensor.name != NULL) {
    const int64_t shape[] = {network->identifying_tensor.rows, (int64_t)network->feature_count};
    status = visit(user, network->identifying_tensor.name, 2, shape);
  }
  vtm_graph_free(&graph);
  return status;
}
