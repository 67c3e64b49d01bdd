/* Convolution by cuDNN's graphs: convolution, bias and ReLU as one graph into a part of the output where cuDNN has an
 * engine for that (which computes it without gaps first, as its workspace shows, and copies), else convolution alone
 * into scratch memory, finished by our kernel.
 *
 * The engine is the first that cuDNN's heuristics name and that is deterministic and rounds no more than the precision
 * says: float32 without tensor cores (which take its factors as TF32), TF32 with them, neither with inputs in lower
 * precision; fp16 with sums in float32. No times are measured, so every run takes the same. */
#include "backend/cuda/plans.h"

#include <stdlib.h>

enum { MOST_CANDIDATES = 64, ID_X = 1, ID_W, ID_B, ID_Y, ID_SUM, ID_BIASED };

/* ---- graphs ---- */

/* An image's channels are followed by those of the next image: map_channels behind them. What stays inside a graph is
 * float32. A part of a map starts at any of its channels where these come first, else at one of a block's. */
static cudnnBackendDescriptor_t make_tensor(vtm_descriptors *set, const vtm_dnn_key *key, int64_t id,
                                            const int64_t size[4], int64_t map_channels, bool inside) {
  const int64_t plane = size[2] * size[3];
  const bool last = key->channels_last != 0;
  const bool is_fp16 = key->is_fp16 != 0 && !inside;
  const vtm_tensor tensor = {.id = id,
                             .dimensions = {size[0], size[1], size[2], size[3]},
                             .strides = {map_channels * plane, last ? 1 : plane,
                                         last ? size[3] * map_channels : size[3], last ? map_channels : 1},
                             .alignment = last ? 16 : (int64_t)sizeof(float),
                             .type = is_fp16 ? CUDNN_DATA_HALF : CUDNN_DATA_FLOAT,
                             .inside = inside};
  return vtm_descriptor_tensor(set, &tensor);
}

static cudnnBackendDescriptor_t make_convolution(vtm_descriptors *set, const vtm_dnn_key *key,
                                                 cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t w,
                                                 cudnnBackendDescriptor_t y) {
  const cudnnDataType_t type = CUDNN_DATA_FLOAT;
  const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  const int64_t axes = 2;
  const int64_t pads[2] = {key->pad_height, key->pad_width};
  const int64_t strides[2] = {key->stride, key->stride};
  const int64_t dilations[2] = {1, 1};
  const float one = 1;
  const float zero = 0;
  cudnnBackendDescriptor_t how = vtm_descriptor_make(set, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1, &axes);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, 2, pads);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, 2, pads);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, 2, strides);
  vtm_descriptor_set(set, how, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, 2, dilations);
  vtm_descriptor_finish(set, how);
  cudnnBackendDescriptor_t node = vtm_descriptor_make(set, CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&how);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&x);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&w);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&y);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_TYPE_FLOAT, 1, &one);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, CUDNN_TYPE_FLOAT, 1, &zero);
  vtm_descriptor_finish(set, node);
  return node;
}

/* y = x + b, or y = max(x, 0) without b. Some engines make 0 of NaN unless told otherwise, by an attribute that is
 * marked as deprecated: a version that refuses it is not asked again. */
static cudnnBackendDescriptor_t make_pointwise(vtm_descriptors *set, cudnnPointwiseMode_t mode,
                                               cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t b,
                                               cudnnBackendDescriptor_t y) {
  const cudnnDataType_t type = CUDNN_DATA_FLOAT;
  const cudnnNanPropagation_t nan = CUDNN_PROPAGATE_NAN;
  cudnnBackendDescriptor_t how = vtm_descriptor_make(set, CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  vtm_descriptor_set(set, how, CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode);
  vtm_descriptor_set(set, how, CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, 1, &type);
  if (how != NULL && mode == CUDNN_POINTWISE_RELU_FWD)
    (void)cudnnBackendSetAttribute(how, CUDNN_ATTR_POINTWISE_NAN_PROPAGATION, CUDNN_TYPE_NAN_PROPOGATION, 1, &nan);
  vtm_descriptor_finish(set, how);
  cudnnBackendDescriptor_t node = vtm_descriptor_make(set, CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&how);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_POINTWISE_XDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&x);
  if (b != NULL)
    vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_POINTWISE_BDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                       (const void *)&b);
  vtm_descriptor_set(set, node, CUDNN_ATTR_OPERATION_POINTWISE_YDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&y);
  vtm_descriptor_finish(set, node);
  return node;
}

/* The operation graph; NULL with set->status when cuDNN does not take it. */
static cudnnBackendDescriptor_t make_graph(vtm_descriptors *set, const vtm_dnn_target *target, const vtm_dnn_key *key,
                                           bool fused) {
  const int64_t x_size[4] = {key->images, key->in_channels, key->height, key->width};
  const int64_t w_size[4] = {key->out_channels, key->in_channels, key->kernel_height, key->kernel_width};
  const int64_t y_size[4] = {key->images, key->out_channels, key->out_height, key->out_width};
  const int64_t b_size[4] = {1, key->out_channels, 1, 1};
  cudnnBackendDescriptor_t nodes[3];
  int64_t count = 0;
  cudnnBackendDescriptor_t x = make_tensor(set, key, ID_X, x_size, key->in_channels, false);
  cudnnBackendDescriptor_t w = make_tensor(set, key, ID_W, w_size, key->in_channels, false);
  if (fused) {
    cudnnBackendDescriptor_t y = make_tensor(set, key, ID_Y, y_size, key->map_channels, false);
    cudnnBackendDescriptor_t b = make_tensor(set, key, ID_B, b_size, key->out_channels, false);
    cudnnBackendDescriptor_t sum = make_tensor(set, key, ID_SUM, y_size, key->out_channels, true);
    cudnnBackendDescriptor_t biased = key->relu ? make_tensor(set, key, ID_BIASED, y_size, key->out_channels, true) : y;
    nodes[count++] = make_convolution(set, key, x, w, sum);
    nodes[count++] = make_pointwise(set, CUDNN_POINTWISE_ADD, sum, b, biased);
    if (key->relu) nodes[count++] = make_pointwise(set, CUDNN_POINTWISE_RELU_FWD, biased, NULL, y);
  } else {
    cudnnBackendDescriptor_t y = make_tensor(set, key, ID_Y, y_size, key->out_channels, false);
    nodes[count++] = make_convolution(set, key, x, w, y);
  }
  cudnnBackendDescriptor_t graph = vtm_descriptor_make(set, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  vtm_descriptor_set(set, graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, count,
                     (const void *)nodes);
  if (target->handle != NULL)
    vtm_descriptor_set(set, graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1,
                       (const void *)&target->handle);
  vtm_descriptor_finish(set, graph);
  return set->status == CUDNN_STATUS_SUCCESS ? graph : NULL;
}

/* ---- engines ---- */

/* A note that this code does not know may mean anything. */
static bool is_allowed_note(cudnnBackendNumericalNote_t note, const vtm_dnn_key *key) {
  switch (note) {
    case CUDNN_NUMERICAL_NOTE_TENSOR_CORE: return key->tensor_cores != 0;
    case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
    case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
    case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
    case CUDNN_NUMERICAL_NOTE_FFT: return false;
    case CUDNN_NUMERICAL_NOTE_WINOGRAD:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13: return key->exact == 0;
    case CUDNN_NUMERICAL_NOTE_STRICT_NAN_PROP: return true;
    default: return false;
  }
}

/* An engine whose notes cannot be read is not taken. */
static bool is_allowed(cudnnBackendDescriptor_t configuration, const vtm_dnn_key *key, bool *tensor_cores) {
  vtm_descriptors set = {0};
  cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
  int64_t count = 0;
  cudnnBackendDescriptor_t engine = vtm_descriptor_make(&set, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  bool allowed = engine != NULL &&
                 cudnnBackendGetAttribute(configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                                          &count, (void *)&engine) == CUDNN_STATUS_SUCCESS &&
                 cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                          CUDNN_NUMERICAL_NOTE_TYPE_COUNT, &count, notes) == CUDNN_STATUS_SUCCESS;
  *tensor_cores = false;
  for (int64_t i = 0; i < count && allowed; i++) {
    allowed = is_allowed_note(notes[i], key);
    *tensor_cores = *tensor_cores || notes[i] == CUDNN_NUMERICAL_NOTE_TENSOR_CORE;
  }
  vtm_descriptors_free(&set);
  return allowed;
}

/* The execution plan of a configuration, with `made->engine` owning it; false when cuDNN cannot run it here. */
static bool try_configuration(vtm_dnn_plan *made, const vtm_dnn_target *target,
                              cudnnBackendDescriptor_t configuration) {
  vtm_descriptors *set = &made->engine;
  int64_t count = 0;
  cudnnBackendDescriptor_t execution = vtm_descriptor_make(set, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  if (target->handle != NULL)
    vtm_descriptor_set(set, execution, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1,
                       (const void *)&target->handle);
  else
    vtm_descriptor_set(set, execution, CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                       (const void *)&target->properties);
  vtm_descriptor_set(set, execution, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&configuration);
  vtm_descriptor_finish(set, execution);
  if (set->status == CUDNN_STATUS_SUCCESS)
    set->status = cudnnBackendGetAttribute(execution, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1,
                                           &count, &made->workspace);
  if (set->status != CUDNN_STATUS_SUCCESS) made->failure = set->status;
  const bool good = set->status == CUDNN_STATUS_SUCCESS && made->workspace <= target->most_workspace;
  const bool taken = good && made->passed_over-- == 0;
  if (!taken) vtm_descriptors_free(set);
  return taken;
}

/* Of the configurations that one mode of the heuristics names, in its order, the first that is allowed and runs. */
static bool try_mode(vtm_dnn_plan *made, const vtm_dnn_target *target, cudnnBackendDescriptor_t graph,
                     cudnnBackendHeurMode_t mode) {
  vtm_descriptors asked = {0};
  cudnnBackendDescriptor_t named[MOST_CANDIDATES];
  int64_t made_count = 0;
  int64_t count = 0;
  cudnnBackendDescriptor_t heuristics = vtm_descriptor_make(&asked, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  vtm_descriptor_set(&asked, heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                     (const void *)&graph);
  vtm_descriptor_set(&asked, heuristics, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
  if (target->handle == NULL)
    vtm_descriptor_set(&asked, heuristics, CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                       (const void *)&target->properties);
  vtm_descriptor_finish(&asked, heuristics);
  while (asked.status == CUDNN_STATUS_SUCCESS && made_count < MOST_CANDIDATES &&
         cudnnBackendCreateDescriptor(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, &named[made_count]) == CUDNN_STATUS_SUCCESS)
    made_count++;
  if (asked.status == CUDNN_STATUS_SUCCESS)
    asked.status = cudnnBackendGetAttribute(heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                            made_count, &count, (void *)named);
  bool found = false;
  for (int64_t i = 0; i < count && asked.status == CUDNN_STATUS_SUCCESS && !found; i++) {
    found = is_allowed(named[i], &made->key, &made->tensor_cores) && try_configuration(made, target, named[i]);
    /* the plan's own descriptor stays the last */
    if (found) {
      made->engine.made[1] = made->engine.made[0];
      made->engine.made[0] = named[i];
      made->engine.count = 2;
      named[i] = NULL;
    }
  }
  if (asked.status != CUDNN_STATUS_SUCCESS) made->failure = asked.status;
  for (int64_t i = 0; i < made_count; i++)
    if (named[i] != NULL) (void)cudnnBackendDestroyDescriptor(named[i]);
  vtm_descriptors_free(&asked);
  return found;
}

void vtm_dnn_plan_destroy(vtm_dnn_plan *old) {
  if (old == NULL) return;
  vtm_descriptors_free(&old->engine);
  vtm_descriptors_free(&old->graph);
  free(old);
}

bool vtm_dnn_plan_build(vtm_dnn_plan *made, const vtm_dnn_target *target) {
  static const cudnnBackendHeurMode_t modes[] = {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK};
  for (int fused = 1; fused >= 0; fused--) {
    made->fused = fused == 1;
    cudnnBackendDescriptor_t graph = make_graph(&made->graph, target, &made->key, made->fused);
    for (size_t m = 0; m < sizeof(modes) / sizeof(*modes) && graph != NULL; m++)
      if (try_mode(made, target, graph, modes[m])) return true;
    if (graph == NULL) made->failure = made->graph.status;
    vtm_descriptors_free(&made->graph);
  }
  return false;
}

cudnnStatus_t vtm_dnn_plan_execute(const vtm_dnn_plan *chosen, cudnnHandle_t handle, void *const pointers[4],
                                   void *workspace) {
  static const int64_t ids[4] = {ID_X, ID_W, ID_Y, ID_B};
  vtm_descriptors set = {0};
  const int64_t count = chosen->fused ? 4 : 3;
  cudnnBackendDescriptor_t pack = vtm_descriptor_make(&set, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  vtm_descriptor_set(&set, pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, count, ids);
  vtm_descriptor_set(&set, pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, count,
                     (const void *)pointers);
  vtm_descriptor_set(&set, pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, (const void *)&workspace);
  vtm_descriptor_finish(&set, pack);
  if (set.status == CUDNN_STATUS_SUCCESS)
    set.status = cudnnBackendExecute(handle, chosen->engine.made[chosen->engine.count - 1], pack);
  const cudnnStatus_t status = set.status;
  vtm_descriptors_free(&set);
  return status;
}
