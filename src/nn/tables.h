/* The form in which networks are written down, and the records themselves.
 *
 * A layer reads one named map and writes another. Layers that write the same map are concatenated along
 * channels in the order of the table. "image" is the input. Convolutions are followed by ReLU. */
#ifndef VTM_NN_TABLES_H
#define VTM_NN_TABLES_H

#include <stdbool.h>

#include "nn/network.h"

typedef enum vtm_layer_kind {
  VTM_LAYER_CONVOLUTION,      /* NAME.weight, NAME.bias */
  VTM_LAYER_CONVOLUTION_NORM, /* NAME.conv.weight without bias, NAME.bn.{weight,bias,running_mean,running_var} */
  VTM_LAYER_MAX_POOL,
  VTM_LAYER_BRANCH_POOL,     /* the pooling of an Inception block's last branch: see vtm_network.branch_pool */
  VTM_LAYER_LAST_BRANCH_POOL /* the same in the last block */
} vtm_layer_kind;

typedef struct vtm_layer {
  vtm_layer_kind kind;
  const char *name;           /* of its tensors; NULL for pooling */
  const char *input, *output; /* names of maps */
  int channels;               /* written; 0 for pooling: as many as are read */
  int kernel_height, kernel_width, stride, pad_height, pad_width;
} vtm_layer;

static inline bool vtm_layer_is_pooling(const vtm_layer *layer) {
  return layer->kind != VTM_LAYER_CONVOLUTION && layer->kind != VTM_LAYER_CONVOLUTION_NORM;
}

typedef enum vtm_pool_kind {
  VTM_AVERAGE_WITH_PAD,    /* divides by 9 everywhere */
  VTM_AVERAGE_WITHOUT_PAD, /* divides by the pixels inside the map */
  VTM_MAXIMUM
} vtm_pool_kind;

/* A tensor that the network does not compute with but that tells its file from others. */
typedef struct vtm_identifying_tensor {
  const char *name;
  int rows; /* the first dimension it must have */
} vtm_identifying_tensor;

struct vtm_network {
  const char *name;
  const char *description; /* for messages: "torchvision Inception v3" */
  const vtm_layer *layers;
  size_t layer_count;
  vtm_pool_kind branch_pool, last_branch_pool;
  /* From this map on the weights of a layer are larger than its maps, so a CPU takes several images through each layer
   * together; before it, one image through all layers. NULL: each image by itself. */
  const char *batched_from;
  /* From the layers that write this map on, factors rounded to 16 bits instead of 24 keep the features within the
   * bounds of the fast forms of convolution; the file of the network says what was measured. NULL: nowhere. */
  const char *reduced_from;
  const char *features; /* the map whose means over space are the features; NULL: none */
  size_t feature_count;
  const char *const *taps; /* maps compared by LPIPS; tap i is weighed by linI.model.1.weight */
  size_t tap_count;
  double norm_epsilon;                       /* of batch normalisation */
  int typical_size;                          /* width and height of the images it usually gets */
  vtm_identifying_tensor identifying_tensor; /* name NULL: none */
};

extern const vtm_network *const vtm_networks[];
extern const size_t vtm_network_count;

#endif
