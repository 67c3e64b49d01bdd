#include "nn/runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/forward.h"

float *vtm_pixels_resize(vtm_pixels *pixels, int width, int height, vtm_error *error) {
  size_t count = 0;
  if (width < 0 || height < 0 || !vtm_multiply((size_t)width, (size_t)height, &count) ||
      !vtm_multiply(count, 3, &count)) {
    (void)vtm_fail(error, VTM_ERROR_LIMIT, "%d x %d pixels are too many", width, height);
    return NULL;
  }
  if (count > pixels->capacity || pixels->values == NULL) {
    free(pixels->values);
    pixels->capacity = 0;
    pixels->values = vtm_allocate_aligned(count, sizeof(float), error);
    if (pixels->values == NULL) return NULL;
    pixels->capacity = count;
  }
  pixels->width = width;
  pixels->height = height;
  return pixels->values;
}

void vtm_pixels_free(vtm_pixels *pixels) {
  free(pixels->values);
  *pixels = (vtm_pixels){0};
}

/* ---- the pipeline: while one batch is computed, the next is loaded, by the same threads ---- */

typedef struct item {
  vtm_pixels pixels;
  vtm_error error; /* status VTM_OK: loaded and, later, computed */
} item;

/* A unit is what one task computes: an image for features, a group of `members` images for LPIPS. */
typedef struct pipeline {
  vtm_context *context;
  vtm_engine *engine;
  const vtm_source *source;
  size_t members, batch;                        /* images in a unit, units in a batch */
  item *current, *next;                         /* batch x members each */
  size_t current_count, next_first, next_count; /* units */
  void (*compute)(struct pipeline *pipeline, size_t unit, int thread);
  vtm_status (*deliver)(struct pipeline *pipeline, size_t unit, size_t number, vtm_error *error);
  void *results; /* of `result_size` bytes for each image of a batch */
  size_t result_size;
  vtm_features_sink features_sink;
  vtm_lpips_sink lpips_sink;
  void *sink_user;
} pipeline;

static void *result_of(const pipeline *p, size_t unit, size_t member) {
  return (char *)p->results + (unit * p->members + member) * p->result_size;
}

static void load_item(pipeline *p, size_t index, int thread) {
  item *to = &p->next[index];
  to->error.status = VTM_OK;
  to->error.message[0] = '\0';
  to->pixels.width = to->pixels.height = 0;
  const vtm_status status =
      p->source->load(p->source->user, p->next_first * p->members + index, thread, &to->pixels, &to->error);
  to->error.status = status;
}

/* Computing comes first: the short loading tasks at the end even out the threads' shares. */
static void run_task(void *user, size_t task, int thread) {
  pipeline *p = user;
  if (vtm_is_cancelled(p->context)) return;
  if (task < p->current_count)
    p->compute(p, task, thread);
  else
    load_item(p, task - p->current_count, thread);
}

static vtm_status run_rounds(pipeline *p, const char *stage, vtm_error *error) {
  const size_t total = p->source->count;
  size_t first = 0; /* of the current batch */
  p->next_first = 0;
  vtm_report_progress(p->context, stage, 0, total);
  while (first < total) {
    p->next_count = total - p->next_first < p->batch ? total - p->next_first : p->batch;
    vtm_pool_run(p->context->pool, p->current_count + p->next_count * p->members, run_task, p);
    if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
    for (size_t unit = 0; unit < p->current_count; unit++) {
      const vtm_status status = p->deliver(p, unit, first + unit, error);
      if (status != VTM_OK) return status;
    }
    first += p->current_count;
    if (p->current_count > 0) vtm_report_progress(p->context, stage, first, total);
    item *loaded = p->next;
    p->next = p->current;
    p->current = loaded;
    p->current_count = p->next_count;
    p->next_first += p->next_count;
  }
  return VTM_OK;
}

static void free_items(item *items, size_t count) {
  for (size_t i = 0; items != NULL && i < count; i++) vtm_pixels_free(&items[i].pixels);
  free(items);
}

/* A few units for each thread keep the uneven end of a round short, few enough to be interrupted soon. */
static size_t choose_batch(const pipeline *p, size_t asked) {
  size_t batch = asked != 0 ? asked : 4 * (size_t)vtm_pool_threads(p->context->pool);
  if (batch > p->source->count) batch = p->source->count;
  return batch;
}

static vtm_status run_pipeline(pipeline *p, const char *stage, size_t batch, vtm_error *error) {
  if (p->source->count == 0) return VTM_OK;
  p->batch = choose_batch(p, batch);
  const size_t images = p->batch * p->members;
  p->current = vtm_allocate(images, sizeof(item), error);
  p->next = vtm_allocate(images, sizeof(item), error);
  p->results = vtm_allocate(images, p->result_size, error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (p->current != NULL && p->next != NULL && p->results != NULL) status = run_rounds(p, stage, error);
  free_items(p->current, images);
  free_items(p->next, images);
  free(p->results);
  return status;
}

/* ---- features ---- */

static void compute_features(pipeline *p, size_t unit, int thread) {
  item *image = &p->current[unit];
  if (image->error.status != VTM_OK) return;
  vtm_status status = vtm_forward(p->engine, thread, VTM_SLOT_OTHER, &image->pixels, &image->error);
  if (status == VTM_OK)
    status = vtm_forward_features(p->engine, thread, VTM_SLOT_OTHER, result_of(p, unit, 0), &image->error);
  image->error.status = status;
}

static vtm_status deliver_features(pipeline *p, size_t unit, size_t number, vtm_error *error) {
  const vtm_error *item_error = &p->current[unit].error;
  const float *features = item_error->status == VTM_OK ? result_of(p, unit, 0) : NULL;
  return p->features_sink(p->sink_user, number, features, item_error, error);
}

vtm_status vtm_run_features(vtm_context *context, vtm_engine *engine, const char *stage, const vtm_source *source,
                            size_t batch, vtm_features_sink sink, void *sink_user, vtm_error *error) {
  pipeline p = {.context = context,
                .engine = engine,
                .source = source,
                .members = 1,
                .compute = compute_features,
                .deliver = deliver_features,
                .result_size = vtm_network_features(vtm_engine_network(engine)) * sizeof(float),
                .features_sink = sink,
                .sink_user = sink_user};
  return run_pipeline(&p, stage, batch, error);
}

/* ---- LPIPS ---- */

static bool is_absent(const item *image) { return image->error.status == VTM_OK && image->pixels.width == 0; }

static void compute_lpips(pipeline *p, size_t unit, int thread) {
  item *group = &p->current[unit * p->members];
  bool reference_done = false;
  for (size_t m = 1; m < p->members && group[0].error.status == VTM_OK && !is_absent(&group[0]); m++) {
    item *other = &group[m];
    if (other->error.status != VTM_OK || is_absent(other)) continue;
    if (!reference_done) {
      group[0].error.status = vtm_forward(p->engine, thread, VTM_SLOT_REFERENCE, &group[0].pixels, &group[0].error);
      if (group[0].error.status != VTM_OK) return;
      reference_done = true;
    }
    vtm_status status = vtm_forward(p->engine, thread, VTM_SLOT_OTHER, &other->pixels, &other->error);
    if (status == VTM_OK) status = vtm_forward_lpips(p->engine, thread, result_of(p, unit, m), &other->error);
    other->error.status = status;
  }
}

static vtm_status deliver_lpips(pipeline *p, size_t unit, size_t number, vtm_error *error) {
  const item *group = &p->current[unit * p->members];
  vtm_status status = VTM_OK;
  const bool broken = group[0].error.status != VTM_OK;
  if (broken) status = p->lpips_sink(p->sink_user, number, VTM_REFERENCE, NULL, &group[0].error, error);
  for (size_t m = 1; m < p->members && status == VTM_OK; m++) {
    if (is_absent(&group[m]) || is_absent(&group[0])) continue;
    const bool failed = group[m].error.status != VTM_OK;
    if (broken && !failed) continue;
    status = p->lpips_sink(p->sink_user, number, m - 1, failed ? NULL : result_of(p, unit, m), &group[m].error, error);
  }
  return status;
}

vtm_status vtm_run_lpips(vtm_context *context, vtm_engine *engine, const char *stage, const vtm_source *source,
                         size_t models, size_t batch, vtm_lpips_sink sink, void *sink_user, vtm_error *error) {
  pipeline p = {.context = context,
                .engine = engine,
                .source = source,
                .members = models + 1,
                .compute = compute_lpips,
                .deliver = deliver_lpips,
                .result_size = vtm_network_taps(vtm_engine_network(engine)) * sizeof(double),
                .lpips_sink = sink,
                .sink_user = sink_user};
  return run_pipeline(&p, stage, batch, error);
}
