/* A network with seeded weights, open on the processor in a context of its own. */
#ifndef VTM_TESTS_SEEDED_ENGINE_H
#define VTM_TESTS_SEEDED_ENGINE_H

#include "base/context.h"
#include "nn/forward.h"
#include "nn/seeded.h"

typedef struct seeded_engine {
  vtm_seeded_weights weights;
  vtm_context *context;
  vtm_engine *engine;
} seeded_engine;

/* The weights, which may be changed before the engine is opened. */
static inline void seeded_make_weights(seeded_engine *s, const char *network) {
  assert_int_equal(vtm_seeded_create(vtm_network_find(network), 1, &s->weights, NULL), VTM_OK);
}

static inline void seeded_open_engine(seeded_engine *s, const char *network, int threads, const char *mask,
                                      vtm_precision precision) {
  static const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  static const vtm_engine_options engine_options = {.scaling = &scaling};
  const vtm_context_options options = {
      .struct_size = sizeof(options), .threads = threads, .cpu_mask = mask, .device = "cpu"};
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&s->weights);
  assert_int_equal(vtm_context_create(&options, &s->context, NULL), VTM_OK);
  assert_int_equal(vtm_engine_create_from(vtm_backend_cpu(s->context->cpu_features, precision), s->context->pool,
                                          vtm_network_find(network), &lookup, &engine_options, &s->engine, NULL),
                   VTM_OK);
}

static inline void seeded_open(seeded_engine *s, const char *network, int threads) {
  seeded_make_weights(s, network);
  seeded_open_engine(s, network, threads, NULL, VTM_PRECISION_F32);
}

static inline void seeded_close(seeded_engine *s) {
  vtm_engine_destroy(s->engine);
  vtm_context_destroy(s->context);
  vtm_seeded_free(&s->weights);
}

#endif
