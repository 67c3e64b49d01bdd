/* A network with its weights on a backend, ready to run. */
#ifndef VTM_NN_ENGINE_H
#define VTM_NN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/network.h"
#include "vtonmetrics/context.h"
#include "vtonmetrics/weights.h"

/* What is done to each channel of a pixel (0..255, RGB) before the first convolution: x * scale + shift. */
typedef struct vtm_input_scaling {
  double scale[3], shift[3];
} vtm_input_scaling;

typedef struct vtm_engine_options {
  const vtm_input_scaling *scaling;
  const char *precision; /* one of VTM_PRECISIONS; NULL: "f32" */
  bool exact;            /* direct convolution only: slower, and no form that rounds more */
  int candidate;         /* for benchmarks: vtm_convolution.candidate of every layer that has so many; 0: as chosen */
  bool record; /* for benchmarks: a GPU is to be given a batch's work in one piece, from the second batch on. To be
                  the default once a GPU is seen to gain more than 3 % by it, else to be removed */
} vtm_engine_options;

/* Names of the arithmetic of convolutions; sums are float32 in all of them. "f32" rounds no more than float32
 * does, "bf16x3" takes factors in two parts of 8 bits (three products), "bf16" rounds them to 8 bits. On GPUs "tf32"
 * rounds factors to 11 bits, "fp16" maps as well. */
#define VTM_PRECISIONS "f32|bf16x3|bf16|tf32|fp16"

typedef struct vtm_engine vtm_engine;

/* Folds batch normalisation (in double), packs the weights for the context's backend, with all its threads. A tensor
 * that is missing or has another shape or dtype is VTM_ERROR_FORMAT and names both shapes; a file of another known
 * network says which. The weights may be closed afterwards. A precision that the context's device does not have is
 * VTM_ERROR_UNSUPPORTED and says which it has. */
vtm_status vtm_engine_create(vtm_context *context, const vtm_network *network, const vtm_weights *weights,
                             const vtm_engine_options *options, vtm_engine **engine, vtm_error *error);
void vtm_engine_destroy(vtm_engine *engine); /* NULL is allowed */

const vtm_network *vtm_engine_network(const vtm_engine *engine);

/* Whether the context's device computes in the precision of this name; else VTM_ERROR_UNSUPPORTED as above. */
vtm_status vtm_engine_check_precision(const vtm_context *context, const char *precision, vtm_error *error);

/* How convolutions are computed, for the fingerprint: "direct", or which faster forms are in use too; lives as
 * long as the context. */
const char *vtm_engine_forms(const vtm_context *context, const char *precision, bool exact);

#endif
