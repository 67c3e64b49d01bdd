/* From named tensors to the weights and bias of each convolution. */
#ifndef VTM_NN_PARAMETERS_H
#define VTM_NN_PARAMETERS_H

#include "nn/graph.h"
#include "vtonmetrics/weights.h"

/* Where tensors come from: a weights file, or values made up by a benchmark. */
typedef struct vtm_tensor_lookup {
  const vtm_tensor *(*find)(void *user, const char *name);
  void *user;
  const char *path; /* for messages */
} vtm_tensor_lookup;

vtm_tensor_lookup vtm_lookup_in(const vtm_weights *weights);

/* Checks the identifying tensor and, first of all, whether this is another known network's file. */
vtm_status vtm_check_network(const vtm_network *network, const vtm_tensor_lookup *lookup, vtm_error *error);

/* weights: out x in x kernel_height x kernel_width, bias: out; both free(). Batch normalisation is
 * folded in, in double: w' = w g / sqrt(var + eps), b' = beta - mean g / sqrt(var + eps). */
vtm_status vtm_load_convolution(const vtm_network *network, const vtm_graph_step *step, const vtm_tensor_lookup *lookup,
                                float **weights, float **bias, vtm_error *error);

/* One value per channel, padded with zeros to whole blocks of VTM_CHANNEL_BLOCK: the padded count, and a padded copy;
 * free(). */
size_t vtm_padded_count(int channels);
float *vtm_pad_to_block(const float *values, int channels, vtm_error *error);

/* linI.model.1.weight of tap `index`: `channels` values, padded; free(). */
vtm_status vtm_load_linear(size_t index, int channels, const vtm_tensor_lookup *lookup, float **weights,
                           vtm_error *error);

/* Calls `visit` for every tensor that the network's file must have. */
typedef vtm_status (*vtm_parameter_visitor)(void *user, const char *name, int rank, const int64_t *shape);
vtm_status vtm_visit_parameters(const vtm_network *network, vtm_parameter_visitor visit, void *user, vtm_error *error);

#endif
