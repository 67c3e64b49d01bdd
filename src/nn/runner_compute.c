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

static vtm_error *error_of(const work_item *s, size_t image, size_t viewer) {
  return &vtm_state_at(s->p, s->batch, image, viewer)->error;
}

/* Where a viewer's result of an image goes. */
static void *result_of(const work_item *s, size_t image, size_t viewer) {
  return vtm_result_at(s->p, s->batch, image, viewer);
}

/* Of a viewer's result that was written: whether it is one. */
static void finish(const work_item *s, size_t image, size_t viewer) {
  vtm_image_state *state = vtm_state_at(s->p, s->batch, image, viewer);
  const void *result = result_of(s, image, viewer);
  state->computed = true;
  state->error.status = s->p->stages[viewer].compares ? vtm_check_layers(s->stage->engine, result, &state->error)
                                                      : vtm_check_features(s->stage->engine, result, &state->error);
}

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

static bool is_due(const work_item *s, size_t image, size_t viewer) {
  return vtm_is_due(s->p, s->batch, image, viewer);
}

static bool have_one_size(const vtm_pixels *a, const vtm_pixels *b) {
  return a->width == b->width && a->height == b->height;
}

/* A reference without others has nothing to be compared with. */
static bool is_needed(const work_item *s, size_t image, size_t viewer) {
  if (!s->p->stages[viewer].compares || !is_due(s, image, viewer)) return is_due(s, image, viewer);
  for (size_t m = 1; m < s->p->members; m++)
    if (is_due(s, image + m, viewer)) return true;
  return false;
}

/* Images `first`, `first` + step, ... below `end` that one pass takes. */
typedef struct image_range {
  size_t first, end, step;
} image_range;

/* As many as there is room for and have the first one's size; NULL for one that is not to be computed. Returns their
 * number. */
static size_t gather(const work_item *s, const image_range *range, size_t viewer, size_t room,
                     const vtm_pixels **images) {
  const vtm_pixels *leader = pixels_of(s, range->first);
  size_t n = 0;
  for (size_t image = range->first; n < room && image < range->end; n++, image += range->step) {
    images[n] = is_needed(s, image, viewer) ? pixels_of(s, image) : NULL;
    if (images[n] != NULL && !have_one_size(images[n], leader)) break;
  }
  return n;
}

/* Runs a batch of images that this viewer needs, starting at the first (which must be one); *count = images run. An
 * image that the network cannot take is its own failure, and *count 0; anything else ends the run: false. */
static bool run_images(const work_item *s, const image_range *range, size_t viewer, int slot, size_t *count) {
  const vtm_pixels **images = gathered_of(s, slot);
  const vtm_pixels *leader = pixels_of(s, range->first);
  vtm_engine *engine = s->stage->engine;
  vtm_error error = {0};
  size_t room = 0;
  *count = 0;
  vtm_status status = vtm_forward_fit(engine, s->stream, s->stage->microbatch * s->p->members / range->step,
                                      leader->width, leader->height, &room, &error);
  const size_t n = status == VTM_OK ? gather(s, range, viewer, room, images) : 0;
  if (status == VTM_OK) status = vtm_forward_batch(engine, s->stream, slot, images, n, &error);
  if (status == VTM_OK) *count = n;
  error.status = status;
  if (status != VTM_ERROR_DATA) return go_on(s, status, &error);
  *error_of(s, range->first, viewer) = error;
  return true;
}

/* ---- features ---- */

/* Of the images that were gathered in a slot and went through the network: those that the viewer does not know. */
static bool take_features(const work_item *s, const image_range *range, size_t count, size_t viewer, int slot) {
  const vtm_pixels **images = gathered_of(s, slot);
  void **wanted = wanted_of(s);
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    const size_t image = range->first + i * range->step;
    wanted[i] = images[i] != NULL && is_due(s, image, viewer) ? result_of(s, image, viewer) : NULL;
    any = any || wanted[i] != NULL;
  }
  if (!any) return true;
  vtm_error error = {0};
  const vtm_status status = vtm_forward_batch_features(s->stage->engine, s->stream, slot, wanted, count, &error);
  if (!go_on(s, status, &error)) return false;
  for (size_t i = 0; i < count; i++)
    if (wanted[i] != NULL) finish(s, range->first + i * range->step, viewer);
  return true;
}

static void describe(const work_item *s, image_range range, size_t viewer) {
  size_t run = 0;
  range.step = 1;
  for (; range.first < range.end; range.first += (run > 0 ? run : 1)) {
    run = 0;
    if (!is_due(s, range.first, viewer)) continue;
    if (!run_images(s, &range, viewer, VTM_SLOT_OTHER, &run)) return;
    if (run > 0 && !take_features(s, &range, run, viewer, VTM_SLOT_OTHER)) return;
  }
}

/* ---- LPIPS ---- */

static vtm_status check_sizes(const vtm_pixels *other, const vtm_pixels *reference, vtm_error *error) {
  if (have_one_size(other, reference)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "is %d x %d, its reference %d x %d: sizes must be equal; --size 256 resizes both", other->width,
                  other->height, reference->width, reference->height);
}

/* Members of `count` groups against their references, whose maps are there; range: the members. */
static bool compare_members(const work_item *s, const image_range *range, size_t count, size_t member) {
  const vtm_pixels **references = gathered_of(s, VTM_SLOT_REFERENCE);
  const vtm_pixels **images = gathered_of(s, VTM_SLOT_OTHER);
  void **wanted = wanted_of(s);
  const image_range others = {range->first + member, range->end, range->step};
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    const size_t other = others.first + i * others.step;
    images[i] = NULL;
    wanted[i] = NULL;
    if (references[i] == NULL || !is_due(s, other, s->viewer)) continue;
    vtm_error *error = error_of(s, other, s->viewer);
    error->status = check_sizes(pixels_of(s, other), references[i], error);
    if (error->status != VTM_OK) continue;
    images[i] = pixels_of(s, other);
    wanted[i] = result_of(s, other, s->viewer);
    any = true;
  }
  if (!any) return true;
  vtm_engine *engine = s->stage->engine;
  vtm_error error = {0};
  vtm_status status = vtm_forward_batch(engine, s->stream, VTM_SLOT_OTHER, images, count, &error);
  if (status == VTM_OK) status = vtm_forward_batch_lpips(engine, s->stream, wanted, count, &error);
  if (!go_on(s, status, &error)) return false;
  for (size_t i = 0; i < count; i++)
    if (wanted[i] != NULL) finish(s, others.first + i * others.step, s->viewer);
  return s->stage->guest == VTM_NO_VIEWER || take_features(s, &others, count, s->stage->guest, VTM_SLOT_OTHER);
}

static void compare(const work_item *s, image_range range) {
  const size_t guest = s->stage->guest;
  size_t run = 0;
  for (; range.first < range.end; range.first += (run > 0 ? run : 1) * range.step) {
    run = 0;
    if (!is_needed(s, range.first, s->viewer)) continue;
    if (!run_images(s, &range, s->viewer, VTM_SLOT_REFERENCE, &run)) return;
    if (run > 0 && guest != VTM_NO_VIEWER && !take_features(s, &range, run, guest, VTM_SLOT_REFERENCE)) return;
    for (size_t m = 1; m < s->p->members && run > 0; m++)
      if (!compare_members(s, &range, run, m)) return;
  }
}

/* ---- pixels ---- */

static void compare_pixels(const work_item *s, size_t first, size_t end) {
  const size_t members = s->p->members;
  for (; first < end; first += members) {
    if (!is_needed(s, first, s->viewer)) continue;
    const vtm_pixels *reference = pixels_of(s, first);
    for (size_t other = first + 1; other < first + members; other++) {
      if (!is_due(s, other, s->viewer)) continue;
      const vtm_pixels *image = pixels_of(s, other);
      vtm_image_state *state = vtm_state_at(s->p, s->batch, other, s->viewer);
      state->error.status = check_sizes(image, reference, &state->error);
      if (state->error.status != VTM_OK) continue;
      state->error.status = s->stage->measure->compare(reference->values, image->values, image->width, image->height,
                                                       result_of(s, other, s->viewer), &state->error);
      state->computed = true;
    }
  }
}

void vtm_compute_task(const vtm_pipeline *p, const vtm_batch *batch, const vtm_task_of *task, int stream) {
  const work_item s = {
      .p = p, .batch = batch, .stage = &p->stages[task->viewer], .viewer = task->viewer, .stream = stream};
  const image_range range = {task->first * p->members, (task->first + task->count) * p->members, p->members};
  if (s.stage->measure != NULL) {
    compare_pixels(&s, range.first, range.end);
    return;
  }
  if (has_failed(&s)) return;
  const uint64_t mode = vtm_flush_denormals();
  if (s.stage->compares) compare(&s, range);
  /* and, of a guest's images, those that the host had no need of */
  if (!s.stage->compares || s.stage->guest != VTM_NO_VIEWER)
    describe(&s, range, s.stage->compares ? s.stage->guest : task->viewer);
  /* The images go back now; a reference without a result to compare has not been waited for. */
  vtm_error error = {0};
  const vtm_status status = vtm_forward_wait(s.stage->engine, stream, &error);
  (void)go_on(&s, status, &error);
  vtm_restore_float_mode(mode);
}
