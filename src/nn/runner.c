#include "nn/runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/smaller.h"
#include "nn/pipeline.h"

/* On a processor a few images for each thread keep its end short, few enough to be interrupted soon and to fit into
 * little memory: two batches of them are held. */
static size_t groups_at_once(const vtm_pipeline *p) {
  const size_t asked = p->run->batch;
  const size_t threads = (size_t)vtm_pool_threads(p->context->pool);
  const size_t images = 8 * threads;
  const size_t groups = vtm_smaller(4 * threads, (images + p->members - 1) / p->members);
  return vtm_smaller(asked != 0 ? asked : groups > threads ? groups : threads, p->run->source->count);
}

/* Groups that one stream computes at once. On a device the batch size is fixed: another size may round differently. On
 * a processor no stream takes so many that another has none. */
static size_t choose_microbatch(const vtm_pipeline *p, const vtm_engine *engine) {
  const size_t groups = vtm_engine_batch(engine) / p->members;
  const size_t usual = groups > 0 ? groups : 1;
  if (vtm_engine_batch_is_fixed(engine)) return p->run->batch != 0 ? p->run->batch : usual;
  const size_t threads = (size_t)vtm_pool_threads(p->context->pool);
  return vtm_smaller(usual, (groups_at_once(p) + threads - 1) / threads);
}

/* A measure of pixels has neither engine nor streams: its threads share nothing. */
static vtm_status allocate_measure(vtm_stage *stage, vtm_error *error) {
  stage->microbatch = 1;
  stage->failures = vtm_allocate(1, sizeof(*stage->failures), error);
  return stage->failures != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status allocate_stage(const vtm_pipeline *p, vtm_stage *stage, vtm_error *error) {
  if (stage->measure != NULL) return allocate_measure(stage, error);
  const size_t streams = stage->streams = (size_t)vtm_engine_streams(stage->engine);
  stage->microbatch = choose_microbatch(p, stage->engine);
  stage->gathered = vtm_allocate(streams * VTM_SLOTS * stage->microbatch * p->members, sizeof(*stage->gathered), error);
  stage->wanted = vtm_allocate(streams * stage->microbatch * p->members, sizeof(*stage->wanted), error);
  stage->busy = vtm_allocate(streams, sizeof(*stage->busy), error);
  stage->failures = vtm_allocate(streams, sizeof(*stage->failures), error);
  return stage->gathered != NULL && stage->wanted != NULL && stage->busy != NULL && stage->failures != NULL
             ? VTM_OK
             : VTM_ERROR_MEMORY;
}

static vtm_status open_engine(const vtm_pipeline *p, size_t viewer, vtm_error *error) {
  const vtm_viewer *opened = &p->run->viewers[viewer];
  vtm_engine **engine = &p->stages[viewer].engine;
  return *engine != NULL || opened->measure != NULL ? VTM_OK : opened->open(opened->user, engine, error);
}

/* Makes the viewers ready to compute that some image is not known to. */
static vtm_status prepare_viewers(const vtm_pipeline *p, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t v = 0; v < p->viewers && status == VTM_OK; v++) {
    vtm_stage *stage = &p->stages[v];
    if (!stage->needed || stage->failures != NULL) continue;
    status = open_engine(p, v, error);
    if (status == VTM_OK) status = allocate_stage(p, stage, error);
    for (size_t b = 0; b < p->batch_count && status == VTM_OK; b++)
      for (size_t i = 0; i < p->batch * p->members; i++) vtm_pixels_at(p, &p->batches[b], i, v)->engine = stage->engine;
  }
  return status;
}

static void prepare_groups(vtm_pipeline *p) {
  const vtm_source *source = p->run->source;
  if (p->planned < p->ready || p->planned == source->count) return;
  p->ready =
      source->prepare != NULL ? vtm_smaller(source->prepare(source->user, p->planned), source->count) : source->count;
}

/* Engines are opened, and groups prepared, between the threads' runs, since that takes all threads. */
static vtm_status run_batches(vtm_pipeline *p, vtm_error *error) {
  vtm_status status = VTM_OK;
  while (status == VTM_OK && (p->flying > 0 || p->planned < p->run->source->count)) {
    prepare_groups(p);
    status = prepare_viewers(p, error);
    if (status == VTM_OK) status = vtm_run_threads(p, error);
  }
  return status;
}

/* Delivers the leading groups that are entirely cached, before any engine is opened. The first other one opens the
 * engines that it needs, by which the size of batches is chosen. */
static vtm_status deliver_cached(vtm_pipeline *p, vtm_error *error) {
  vtm_batch *b = &p->batches[0];
  vtm_status status = VTM_OK;
  b->count = 1;
  for (; p->planned < p->run->source->count && status == VTM_OK; p->planned++) {
    prepare_groups(p);
    b->first = p->planned;
    const bool all_known = vtm_recall_group(p, b, 0);
    for (size_t v = 0; v < p->viewers && status == VTM_OK; v++)
      if (p->stages[v].needed) status = open_engine(p, v, error);
    if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
    if (!all_known || status != VTM_OK) return status;
    status = vtm_deliver_batch(p, b, error);
  }
  return status;
}

/* ---- memory ---- */

static void close_batch(const vtm_pipeline *p, vtm_batch *b) {
  const size_t count = p->batch * p->members * p->viewers;
  for (size_t i = 0; b->pixels != NULL && i < count; i++) vtm_pixels_free(&b->pixels[i]);
  for (size_t v = 0; b->results != NULL && v < p->viewers; v++) free(b->results[v]);
  free(b->pixels);
  free(b->states);
  free(b->results);
  free(b->loads);
  free(b->tasks);
}

static vtm_status open_batch(const vtm_pipeline *p, vtm_batch *b, vtm_error *error) {
  const size_t images = p->batch * p->members;
  b->pixels = vtm_allocate(images * p->viewers, sizeof(*b->pixels), error);
  b->states = vtm_allocate(images * p->viewers, sizeof(*b->states), error);
  b->results = vtm_allocate(p->viewers, sizeof(*b->results), error);
  b->loads = vtm_allocate(images, sizeof(*b->loads), error);
  b->tasks = vtm_allocate(p->batch * p->viewers, sizeof(*b->tasks), error);
  bool complete = b->pixels != NULL && b->states != NULL && b->results != NULL && b->loads != NULL && b->tasks != NULL;
  for (size_t v = 0; v < p->viewers && complete; v++) {
    b->results[v] = vtm_allocate(images, p->stages[v].result_size, error);
    complete = b->results[v] != NULL;
  }
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

static void close_batches(vtm_pipeline *p) {
  for (size_t i = 0; p->batches != NULL && i < p->batch_count; i++) close_batch(p, &p->batches[i]);
  free(p->batches);
  p->batches = NULL;
}

static vtm_status open_batches(vtm_pipeline *p, size_t count, size_t size, vtm_error *error) {
  p->batch_count = count;
  p->batch = size;
  p->batches = vtm_allocate(count, sizeof(*p->batches), error);
  vtm_status status = p->batches != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = open_batch(p, &p->batches[i], error);
  return status;
}

/* While one is computed another is loaded: all threads compute one, or each of a device's streams one of its own. */
static void choose_batches(const vtm_pipeline *p, size_t *count, size_t *size) {
  *count = 2;
  *size = groups_at_once(p);
  for (size_t v = 0; v < p->viewers; v++) {
    const vtm_engine *engine = p->stages[v].engine;
    if (engine == NULL || !vtm_engine_batch_is_fixed(engine)) continue;
    *count = 2 * (size_t)vtm_engine_streams(engine);
    *size = vtm_smaller(choose_microbatch(p, engine), p->run->source->count);
  }
}

static vtm_status run_pipeline(vtm_pipeline *p, vtm_error *error) {
  vtm_status status = open_batches(p, 1, 1, error);
  vtm_report_progress(p->context, p->run->stage, 0, p->run->source->count);
  if (status == VTM_OK) status = deliver_cached(p, error);
  close_batches(p);
  if (status != VTM_OK || p->planned == p->run->source->count) return status;
  size_t count = 0;
  size_t size = 0;
  choose_batches(p, &count, &size);
  status = open_batches(p, count, size, error);
  if (status == VTM_OK) status = run_batches(p, error);
  close_batches(p);
  return status;
}

static void describe_stages(vtm_pipeline *p) {
  for (size_t v = 0; v < p->viewers; v++) p->stages[v].guest = VTM_NO_VIEWER;
  for (size_t v = 0; v < p->viewers; v++) {
    const vtm_viewer *viewer = &p->run->viewers[v];
    const size_t layers = viewer->measure != NULL ? viewer->measure->values : vtm_network_taps(viewer->network);
    vtm_stage *stage = &p->stages[v];
    stage->measure = viewer->measure;
    stage->compares = layers > 0;
    stage->result_size = layers > 0 ? layers * sizeof(double) : vtm_network_features(viewer->network) * sizeof(float);
    stage->host = viewer->host != NULL ? (size_t)(viewer->host - p->run->viewers) : v;
    if (stage->host != v) p->stages[stage->host].guest = v;
  }
}

vtm_status vtm_run_networks(vtm_context *context, const vtm_run *run, vtm_error *error) {
  if (run->source->count == 0) return VTM_OK;
  vtm_pipeline p = {.context = context, .run = run, .members = run->source->members, .viewers = run->viewer_count};
  p.stages = vtm_allocate(p.viewers, sizeof(*p.stages), error);
  if (p.stages == NULL) return VTM_ERROR_MEMORY;
  (void)pthread_mutex_init(&p.lock, NULL);
  (void)pthread_cond_init(&p.changed, NULL);
  describe_stages(&p);
  const vtm_status status = run_pipeline(&p, error);
  for (size_t v = 0; v < p.viewers; v++) {
    free((void *)p.stages[v].gathered);
    free((void *)p.stages[v].wanted);
    free(p.stages[v].busy);
    free(p.stages[v].failures);
  }
  free(p.stages);
  (void)pthread_cond_destroy(&p.changed);
  (void)pthread_mutex_destroy(&p.lock);
  return status;
}
