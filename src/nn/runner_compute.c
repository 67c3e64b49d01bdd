/* Batches of images of one size through a network. */
#include "base/denormals.h"
#include "base/error.h"
#include "nn/pipeline.h"

/* What one stream computes of a microbatch, for one viewer. */
typedef struct work_item {
  const vtm_pipeline *p;
  const vtm_batch *batch;
  vtm_stage *stage;
  size_t viewer;
  int stream;
} work_item;

static vtm_pixels *pixels_of(const work_item *s, size_t image) {
  return vtm_pixels_at(s->p, s->batch, image, s->viewer);
}

static vtm_error *error_of(const work_item *s, size_t image) {
  return &vtm_state_at(s->p, s->batch, image, s->viewer)->error;
}

static void *result_of(const work_item *s, size_t image) { return vtm_result_at(s->p, s->batch, image, s->viewer); }

static const vtm_pixels **gathered_of(const work_item *s, int slot) {
  return s->stage->gathered + ((size_t)s->stream * VTM_SLOTS + (size_t)slot) * s->stage->microbatch * s->p->members;
}

/* The results of what was gathered go to those images that are computed, and to no others: theirs are known. */
static void **wanted_of(const work_item *s) {
  return s->stage->wanted + (size_t)s->stream * s->stage->microbatch * s->p->members;
}

/* What ends the run. A stream computes several microbatches of a round: the first failure stays. */
static bool has_failed(const work_item *s) { return s->stage->failures[s->stream].status != VTM_OK; }

/* Whether all is well still. */
static bool go_on(const work_item *s, vtm_status status, const vtm_error *error) {
  vtm_error *failure = &s->stage->failures[s->stream];
  if (status != VTM_OK && failure->status == VTM_OK) {
    *failure = *error;
    failure->status = status;
  }
  return failure->status == VTM_OK;
}

/* Was loaded successfully and must be computed. */
static bool is_there(const work_item *s, size_t image) {
  return pixels_of(s, image)->width > 0 && error_of(s, image)->status == VTM_OK;
}

static bool have_one_size(const vtm_pixels *a, const vtm_pixels *b) {
  return a->width == b->width && a->height == b->height;
}

/* A reference without others has nothing to be compared with. */
static bool is_needed(const work_item *s, size_t image) {
  if (!s->stage->compares || !is_there(s, image)) return is_there(s, image);
  for (size_t m = 1; m < s->p->members; m++)
    if (is_there(s, image + m)) return true;
  return false;
}

/* Images first, first + step, ... below `end`, as many as there is room for and have the first one's size; NULL for
 * one that is not to be computed. Returns their number. */
static size_t gather(const work_item *s, size_t first, size_t end, size_t step, size_t room,
                     const vtm_pixels **images) {
  const vtm_pixels *leader = pixels_of(s, first);
  size_t n = 0;
  for (size_t image = first; n < room && image < end; n++, image += step) {
    images[n] = is_needed(s, image) ? pixels_of(s, image) : NULL;
    if (images[n] != NULL && !have_one_size(images[n], leader)) break;
  }
  return n;
}

/* Runs a batch starting at `first` (which must be present); *count = images run. An image that the network cannot take
 * is its own failure, and *count 0; anything else ends the run: false. */
static bool run_images(const work_item *s, size_t first, size_t end, size_t step, int slot, size_t *count) {
  const vtm_pixels **images = gathered_of(s, slot);
  const vtm_pixels *leader = pixels_of(s, first);
  vtm_engine *engine = s->stage->engine;
  vtm_error error = {0};
  size_t room = 0;
  *count = 0;
  vtm_status status = vtm_forward_fit(engine, s->stream, s->stage->microbatch * s->p->members / step, leader->width,
                                      leader->height, &room, &error);
  const size_t n = status == VTM_OK ? gather(s, first, end, step, room, images) : 0;
  if (status == VTM_OK) status = vtm_forward_batch(engine, s->stream, slot, images, n, &error);
  if (status == VTM_OK) *count = n;
  error.status = status;
  if (status != VTM_ERROR_DATA) return go_on(s, status, &error);
  *error_of(s, first) = error;
  return true;
}

/* ---- features ---- */

static void describe(const work_item *s, size_t first, size_t end) {
  size_t run = 0;
  for (; first < end; first += (run > 0 ? run : 1)) {
    run = 0;
    if (!is_there(s, first)) continue;
    if (!run_images(s, first, end, 1, VTM_SLOT_OTHER, &run)) return;
    if (run == 0) continue;
    const vtm_pixels **images = gathered_of(s, VTM_SLOT_OTHER);
    void **wanted = wanted_of(s);
    vtm_error error = {0};
    for (size_t i = 0; i < run; i++) wanted[i] = images[i] != NULL ? result_of(s, first + i) : NULL;
    const vtm_status status =
        vtm_forward_batch_features(s->stage->engine, s->stream, VTM_SLOT_OTHER, wanted, run, &error);
    if (!go_on(s, status, &error)) return;
    for (size_t i = 0; i < run; i++)
      if (wanted[i] != NULL)
        error_of(s, first + i)->status = vtm_check_features(s->stage->engine, wanted[i], error_of(s, first + i));
  }
}

/* ---- LPIPS ---- */

static vtm_status check_sizes(const vtm_pixels *other, const vtm_pixels *reference, vtm_error *error) {
  if (have_one_size(other, reference)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "is %d x %d, its reference %d x %d: sizes must be equal; --size 256 resizes both", other->width,
                  other->height, reference->width, reference->height);
}

/* Member m of `count` groups against their references, whose maps are there. */
static vtm_status compare_member(const work_item *s, size_t first, size_t count, size_t m, vtm_error *failure) {
  const vtm_pixels **references = gathered_of(s, VTM_SLOT_REFERENCE);
  const vtm_pixels **images = gathered_of(s, VTM_SLOT_OTHER);
  void **wanted = wanted_of(s);
  const size_t members = s->p->members;
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    const size_t other = first + i * members + m;
    images[i] = NULL;
    wanted[i] = NULL;
    if (references[i] == NULL || !is_there(s, other)) continue;
    error_of(s, other)->status = check_sizes(pixels_of(s, other), references[i], error_of(s, other));
    if (error_of(s, other)->status != VTM_OK) continue;
    images[i] = pixels_of(s, other);
    wanted[i] = result_of(s, other);
    any = true;
  }
  if (!any) return VTM_OK;
  vtm_engine *engine = s->stage->engine;
  vtm_status status = vtm_forward_batch(engine, s->stream, VTM_SLOT_OTHER, images, count, failure);
  if (status == VTM_OK) status = vtm_forward_batch_lpips(engine, s->stream, wanted, count, failure);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    vtm_error *error = error_of(s, first + i * members + m);
    if (wanted[i] != NULL) error->status = vtm_check_layers(engine, wanted[i], error);
  }
  return status;
}

static void compare(const work_item *s, size_t first, size_t end) {
  const size_t members = s->p->members;
  size_t run = 0;
  for (; first < end; first += (run > 0 ? run : 1) * members) {
    run = 0;
    if (!is_needed(s, first)) continue;
    if (!run_images(s, first, end, members, VTM_SLOT_REFERENCE, &run)) return;
    for (size_t m = 1; m < members && run > 0; m++) {
      vtm_error error = {0};
      if (!go_on(s, compare_member(s, first, run, m, &error), &error)) return;
    }
  }
}

/* ---- pixels ---- */

static void compare_pixels(const work_item *s, size_t first, size_t end) {
  const size_t members = s->p->members;
  for (; first < end; first += members) {
    if (!is_needed(s, first)) continue;
    const vtm_pixels *reference = pixels_of(s, first);
    for (size_t other = first + 1; other < first + members; other++) {
      if (!is_there(s, other)) continue;
      const vtm_pixels *image = pixels_of(s, other);
      vtm_error *error = error_of(s, other);
      error->status = check_sizes(image, reference, error);
      if (error->status == VTM_OK)
        s->stage->measure->compare(reference->values, image->values, image->width, image->height, result_of(s, other));
    }
  }
}

void vtm_compute_task(const vtm_pipeline *p, const vtm_batch *batch, const vtm_task_of *task, int stream) {
  const work_item s = {
      .p = p, .batch = batch, .stage = &p->stages[task->viewer], .viewer = task->viewer, .stream = stream};
  const size_t first = task->first * p->members;
  const size_t end = first + task->count * p->members;
  if (s.stage->measure != NULL) { /* which cannot fail, and has no streams */
    compare_pixels(&s, first, end);
    return;
  }
  if (has_failed(&s)) return;
  const uint64_t mode = vtm_flush_denormals();
  (s.stage->compares ? compare : describe)(&s, first, end);
  /* The images go back now; a reference without a result to compare has not been waited for. */
  vtm_error error = {0};
  const vtm_status status = vtm_forward_wait(s.stage->engine, stream, &error);
  (void)go_on(&s, status, &error);
  vtm_restore_float_mode(mode);
}
