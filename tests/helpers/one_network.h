/* One open network over many images, for tests and benchmarks: vtm_run_networks without a store. */
#ifndef VTM_TESTS_ONE_NETWORK_H
#define VTM_TESTS_ONE_NETWORK_H

#include "nn/runner.h"

typedef vtm_status (*one_features_sink)(void *user, size_t item, const float *features, const vtm_error *item_error,
                                        vtm_error *error);
typedef vtm_status (*one_lpips_sink)(void *user, size_t group, size_t model, const double *layers,
                                     const vtm_error *item_error, vtm_error *error);
#define VTM_REFERENCE ((size_t)-1)

typedef struct one_network {
  one_features_sink features;
  one_lpips_sink lpips;
  void *user;
} one_network;

static inline vtm_status one_open(void *user, vtm_engine **engine, vtm_error *error) {
  (void)error;
  *engine = user;
  return VTM_OK;
}

static inline vtm_status one_take(void *user, const vtm_outcome *outcome, vtm_error *error) {
  const one_network *one = user;
  if (one->features != NULL) return one->features(one->user, outcome->group, outcome->features, outcome->error, error);
  const size_t model = outcome->member == 0 ? VTM_REFERENCE : outcome->member - 1;
  return one->lpips(one->user, outcome->group, model, outcome->layers, outcome->error, error);
}

static inline vtm_status one_run(vtm_context *context, vtm_engine *engine, const vtm_source *source, size_t members,
                                 size_t batch, one_network *one, vtm_error *error) {
  const vtm_viewer viewer = {.network = vtm_engine_network(engine), .open = one_open, .user = engine};
  vtm_source grouped = *source;
  grouped.members = members;
  const vtm_run run = {.viewers = &viewer,
                       .viewer_count = 1,
                       .stage = "test",
                       .source = &grouped,
                       .batch = batch,
                       .sink = one_take,
                       .sink_user = one};
  return vtm_run_networks(context, &run, error);
}

/* Item numbers rise; features are NULL when the item failed. */
static inline vtm_status one_run_features(vtm_context *context, vtm_engine *engine, const vtm_source *source,
                                          size_t batch, one_features_sink sink, void *user, vtm_error *error) {
  one_network one = {.features = sink, .user = user};
  return one_run(context, engine, source, 1, batch, &one, error);
}

/* A broken reference is told as model VTM_REFERENCE. */
static inline vtm_status one_run_lpips(vtm_context *context, vtm_engine *engine, const vtm_source *source,
                                       size_t models, size_t batch, one_lpips_sink sink, void *user, vtm_error *error) {
  one_network one = {.lpips = sink, .user = user};
  return one_run(context, engine, source, models + 1, batch, &one, error);
}

#endif
