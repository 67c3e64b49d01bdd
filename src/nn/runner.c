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
    size_t bytes = 0;
    vtm_engine_release_host(pixels->engine, pixels->values);
    pixels->values = NULL;
    pixels->capacity = 0;
    if (!vtm_multiply(count, sizeof(float), &bytes)) {
      (void)vtm_fail(error, VTM_ERROR_LIMIT, "%d x %d pixels are too many", width, height);
      return NULL;
    }
    pixels->values = vtm_engine_allocate_host(pixels->engine, bytes, error);
    if (pixels->values == NULL) return NULL;
    pixels->capacity = count;
  }
  pixels->width = width;
  pixels->height = height;
  return pixels->values;
}

void vtm_pixels_free(vtm_pixels *pixels) {
  vtm_engine_release_host(pixels->engine, pixels->values);
  *pixels = (vtm_pixels){0};
}

/* ---- the pipeline: while one batch is computed, the next is loaded, by the same threads ---- */

typedef struct item {
  vtm_pixels pixels;
  vtm_error error; /* status VTM_OK: loaded and, later, computed */
} item;

/* A unit is an image for features, a group of `members` images for LPIPS. One task computes a portion of the current
 * batch on one lane: on a processor a unit, on the lane of its thread; on a device the share of one of its lanes. */
typedef struct pipeline {
  vtm_context *context;
  vtm_engine *engine;
  const vtm_source *source;
  size_t members, batch, portion;               /* images in a unit, units in a batch and in a portion */
  item *current, *next;                         /* batch x members each */
  size_t current_count, next_first, next_count; /* units */
  void (*compute)(struct pipeline *pipeline, size_t first, size_t count, int lane);
  vtm_status (*deliver)(struct pipeline *pipeline, size_t unit, size_t number, vtm_error *error);
  void *results; /* of `result_size` bytes: members x batch */
  size_t result_size;
  const vtm_pixels **gathered; /* lanes x two slots x portion */
  vtm_error *failures;         /* one for each lane: what ends the run */
  vtm_features_sink features_sink;
  vtm_lpips_sink lpips_sink;
  void *sink_user;
} pipeline;

static void *result_of(const pipeline *p, size_t unit, size_t member) {
  return (char *)p->results + (member * p->batch + unit) * p->result_size;
}

static const vtm_pixels **gathered_of(const pipeline *p, int lane, int slot) {
  return p->gathered + ((size_t)lane * VTM_SLOTS + (size_t)slot) * p->portion;
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

static size_t count_portions(const pipeline *p) { return (p->current_count + p->portion - 1) / p->portion; }

/* Computing comes first: the short loading tasks at the end even out the threads' shares. */
static void run_task(void *user, size_t task, int thread) {
  pipeline *p = user;
  const size_t portions = count_portions(p);
  if (vtm_is_cancelled(p->context)) return;
  if (task < portions) {
    const size_t first = task * p->portion;
    const size_t left = p->current_count - first;
    p->compute(p, first, left < p->portion ? left : p->portion, vtm_engine_on_device(p->engine) ? (int)task : thread);
  } else {
    load_item(p, task - portions, thread);
  }
}

/* What a round has to tell beside its results: the first failure that ends the run, and that memory was short. */
static vtm_status look_at_lanes(pipeline *p, vtm_error *error) {
  for (int i = 0; i < vtm_engine_lanes(p->engine); i++)
    if (p->failures[i].status != VTM_OK) return vtm_fail(error, p->failures[i].status, "%s", p->failures[i].message);
  const size_t limit = vtm_engine_take_notice(p->engine);
  if (limit > 0)
    vtm_log(p->context, VTM_LOG_WARNING, "%s: memory ran out, going on with %zu image%s at once",
            vtm_context_device(p->context), limit, limit == 1 ? "" : "s");
  return VTM_OK;
}

static vtm_status run_rounds(pipeline *p, const char *stage, vtm_error *error) {
  const size_t total = p->source->count;
  size_t first = 0; /* of the current batch */
  p->next_first = 0;
  vtm_report_progress(p->context, stage, 0, total);
  while (first < total) {
    p->next_count = total - p->next_first < p->batch ? total - p->next_first : p->batch;
    vtm_pool_run(p->context->pool, count_portions(p) + p->next_count * p->members, run_task, p);
    if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
    vtm_status status = look_at_lanes(p, error);
    for (size_t unit = 0; unit < p->current_count && status == VTM_OK; unit++)
      status = p->deliver(p, unit, first + unit, error);
    if (status != VTM_OK) return status;
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

static item *allocate_items(const pipeline *p, vtm_error *error) {
  item *items = vtm_allocate(p->batch * p->members, sizeof(*items), error);
  for (size_t i = 0; items != NULL && i < p->batch * p->members; i++) items[i].pixels.engine = p->engine;
  return items;
}

/* On a processor a few units for each thread keep the uneven end of a round short, few enough to be interrupted soon.
 * On a device each lane gets a portion, of the same size however many lanes and images there are: a batch of another
 * size may round differently. */
static void choose_batch(pipeline *p, size_t asked) {
  if (vtm_engine_on_device(p->engine)) {
    const size_t usual = vtm_engine_batch(p->engine) / p->members;
    p->portion = asked != 0 ? asked : usual > 0 ? usual : 1;
    p->batch = p->portion * (size_t)vtm_engine_lanes(p->engine);
  } else {
    p->portion = 1;
    p->batch = asked != 0 ? asked : 4 * (size_t)vtm_pool_threads(p->context->pool);
  }
  if (p->batch > p->source->count) p->batch = p->source->count;
}

static vtm_status run_pipeline(pipeline *p, const char *stage, size_t batch, vtm_error *error) {
  if (p->source->count == 0) return VTM_OK;
  choose_batch(p, batch);
  const size_t images = p->batch * p->members;
  const size_t lanes = (size_t)vtm_engine_lanes(p->engine);
  p->current = allocate_items(p, error);
  p->next = allocate_items(p, error);
  p->results = vtm_allocate(images, p->result_size, error);
  p->gathered = vtm_allocate(lanes * VTM_SLOTS * p->portion, sizeof(*p->gathered), error);
  p->failures = vtm_allocate(lanes, sizeof(*p->failures), error);
  vtm_status status = VTM_ERROR_MEMORY;
  if (p->current != NULL && p->next != NULL && p->results != NULL && p->gathered != NULL && p->failures != NULL)
    status = run_rounds(p, stage, error);
  free_items(p->current, images);
  free_items(p->next, images);
  free(p->results);
  free((void *)p->gathered);
  free(p->failures);
  return status;
}

/* ---- batches of one size ---- */

static bool is_absent(const item *image) { return image->error.status == VTM_OK && image->pixels.width == 0; }

static bool is_there(const item *image) { return image->error.status == VTM_OK && image->pixels.width > 0; }

static bool have_one_size(const vtm_pixels *a, const vtm_pixels *b) {
  return a->width == b->width && a->height == b->height;
}

static bool unit_is_there(const pipeline *p, size_t unit) {
  const item *images = &p->current[unit * p->members];
  bool others = p->members == 1;
  for (size_t m = 1; m < p->members; m++) others = others || is_there(&images[m]);
  return others && is_there(&images[0]);
}

/* The first images of units first .. first + n - 1, as many as there is room for and have the first one's size; NULL
 * for a unit that cannot be computed. Returns n. */
static size_t gather(const pipeline *p, size_t first, size_t end, size_t room, const vtm_pixels **images) {
  const vtm_pixels *leader = &p->current[first * p->members].pixels;
  size_t n = 0;
  for (; n < room && first + n < end; n++) {
    const vtm_pixels *pixels = &p->current[(first + n) * p->members].pixels;
    images[n] = unit_is_there(p, first + n) ? pixels : NULL;
    if (images[n] != NULL && !have_one_size(pixels, leader)) break;
  }
  return n;
}

/* Runs the first images of units from `first` on, which is there, and says of how many. An image that the network
 * cannot take is told as its own failure, with 0 units; anything else ends the run: false. */
static bool run_first_images(pipeline *p, size_t first, size_t end, int lane, int slot, size_t *count) {
  item *leader = &p->current[first * p->members];
  const vtm_pixels **images = gathered_of(p, lane, slot);
  vtm_error error = {0};
  size_t room = 0;
  *count = 0;
  vtm_status status =
      vtm_forward_fit(p->engine, lane, p->portion, leader->pixels.width, leader->pixels.height, &room, &error);
  const size_t n = status == VTM_OK ? gather(p, first, end, room, images) : 0;
  if (status == VTM_OK) status = vtm_forward_batch(p->engine, lane, slot, images, n, &error);
  if (status == VTM_OK) *count = n;
  error.status = status;
  if (status == VTM_ERROR_DATA)
    leader->error = error;
  else if (status != VTM_OK)
    p->failures[lane] = error;
  return status == VTM_OK || status == VTM_ERROR_DATA;
}

/* ---- features ---- */

static void compute_features(pipeline *p, size_t first, size_t count, int lane) {
  size_t run = 0;
  for (size_t end = first + count; first<end; first += run> 0 ? run : 1) {
    run = 0;
    if (!unit_is_there(p, first)) continue;
    if (!run_first_images(p, first, end, lane, VTM_SLOT_OTHER, &run)) return;
    if (run == 0) continue;
    vtm_error *failure = &p->failures[lane];
    failure->status = vtm_forward_batch_features(p->engine, lane, VTM_SLOT_OTHER, run, result_of(p, first, 0), failure);
    if (failure->status != VTM_OK) return;
    const vtm_pixels **images = gathered_of(p, lane, VTM_SLOT_OTHER);
    for (size_t i = 0; i < run; i++) {
      vtm_error *error = &p->current[first + i].error;
      if (images[i] != NULL) error->status = vtm_check_features(p->engine, result_of(p, first + i, 0), error);
    }
  }
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

static vtm_status check_sizes(const vtm_pixels *other, const vtm_pixels *reference, vtm_error *error) {
  if (have_one_size(other, reference)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "is %d x %d, its reference %d x %d: sizes must be equal; --size 256 resizes both", other->width,
                  other->height, reference->width, reference->height);
}

/* Member m of `count` groups against their references, whose maps are there. */
static vtm_status compute_member(pipeline *p, size_t first, size_t count, size_t m, int lane, vtm_error *failure) {
  const vtm_pixels **references = gathered_of(p, lane, VTM_SLOT_REFERENCE);
  const vtm_pixels **images = gathered_of(p, lane, VTM_SLOT_OTHER);
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    item *other = &p->current[(first + i) * p->members + m];
    images[i] = NULL;
    if (references[i] == NULL || !is_there(other)) continue;
    other->error.status = check_sizes(&other->pixels, references[i], &other->error);
    if (other->error.status == VTM_OK) images[i] = &other->pixels;
    any = any || images[i] != NULL;
  }
  if (!any) return VTM_OK;
  vtm_status status = vtm_forward_batch(p->engine, lane, VTM_SLOT_OTHER, images, count, failure);
  if (status == VTM_OK) status = vtm_forward_batch_lpips(p->engine, lane, count, result_of(p, first, m), failure);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    vtm_error *error = &p->current[(first + i) * p->members + m].error;
    if (images[i] != NULL) error->status = vtm_check_layers(p->engine, result_of(p, first + i, m), error);
  }
  return status;
}

static void compute_lpips(pipeline *p, size_t first, size_t count, int lane) {
  size_t run = 0;
  for (size_t end = first + count; first<end; first += run> 0 ? run : 1) {
    run = 0;
    if (!unit_is_there(p, first)) continue;
    if (!run_first_images(p, first, end, lane, VTM_SLOT_REFERENCE, &run)) return;
    vtm_error *failure = &p->failures[lane];
    for (size_t m = 1; m < p->members && run > 0 && failure->status == VTM_OK; m++)
      failure->status = compute_member(p, first, run, m, lane, failure);
    if (failure->status != VTM_OK) return;
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
