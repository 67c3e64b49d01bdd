/* What is to be done for one batch, and what became of it. */
#include "base/context.h"
#include "nn/pipeline.h"

/* ---- what is known, and what has to be loaded ---- */

/* Whether the image is to be computed. */
static bool recall_image(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer) {
  const vtm_source *source = p->run->source;
  vtm_image_state *state = vtm_state_at(p, b, image, viewer);
  state->error.status = VTM_OK;
  state->error.message[0] = '\0';
  state->recalled = VTM_NOT_KNOWN;
  state->computed = false;
  if (source->recall != NULL)
    state->recalled =
        source->recall(source->user, b->first * p->members + image, viewer, vtm_result_at(p, b, image, viewer));
  if (state->recalled != VTM_NOT_KNOWN) return false;
  vtm_pixels_at(p, b, image, viewer)->wanted = true;
  return true;
}

/* Where images are compared, the reference is loaded for the others' sake. */
static bool recall_images(const vtm_pipeline *p, const vtm_batch *b, size_t group, size_t viewer) {
  const size_t reference = vtm_image_index(p, group, 0);
  const bool compares = p->stages[viewer].compares;
  bool any = false;
  for (size_t m = compares ? 1 : 0; m < p->members; m++)
    if (recall_image(p, b, reference + m, viewer)) any = true;
  if (!compares) return any;
  *vtm_state_at(p, b, reference, viewer) = (vtm_image_state){.recalled = any ? VTM_NOT_KNOWN : VTM_ABSENT};
  if (any) vtm_pixels_at(p, b, reference, viewer)->wanted = true;
  return any;
}

bool vtm_recall_group(const vtm_pipeline *p, const vtm_batch *b, size_t group) {
  bool all_known = true;
  for (size_t i = group * p->members * p->viewers; i < (group + 1) * p->members * p->viewers; i++) {
    b->pixels[i].width = b->pixels[i].height = 0;
    b->pixels[i].wanted = false;
  }
  for (size_t v = 0; v < p->viewers; v++) {
    if (!recall_images(p, b, group, v)) continue;
    p->stages[p->stages[v].host].needed = true;
    all_known = false;
  }
  return all_known;
}

static void plan_loads(const vtm_pipeline *p, vtm_batch *b) {
  b->load_count = 0;
  for (size_t image = 0; image < b->count * p->members; image++) {
    bool wanted = false;
    for (size_t v = 0; v < p->viewers; v++) wanted = wanted || vtm_pixels_at(p, b, image, v)->wanted;
    if (wanted) b->loads[b->load_count++] = image;
  }
}

static bool wants_any(const vtm_pipeline *p, const vtm_batch *b, size_t first, size_t count, size_t viewer) {
  for (size_t i = first * p->members; i < (first + count) * p->members; i++)
    if (vtm_pixels_at(p, b, i, viewer)->wanted) return true;
  return false;
}

/* The microbatches of all viewers take turns, so that those of a slow network do not come last. */
void vtm_plan_tasks(const vtm_pipeline *p, vtm_batch *b) {
  b->task_count = b->tasks_done = 0;
  for (size_t g = 0; g < b->count; g++)
    for (size_t v = 0; v < p->viewers; v++) {
      const size_t microbatch = p->stages[v].microbatch;
      if (microbatch == 0 || g % microbatch != 0) continue;
      const size_t count = microbatch < b->count - g ? microbatch : b->count - g;
      if (wants_any(p, b, g, count, v))
        b->tasks[b->task_count++] = (vtm_task_of){.viewer = v, .first = g, .count = count};
    }
}

void vtm_plan_loads(const vtm_pipeline *p, vtm_batch *b) {
  for (size_t g = 0; g < b->count; g++) (void)vtm_recall_group(p, b, g);
  plan_loads(p, b);
  b->loads_begun = b->loads_done = b->task_count = b->tasks_done = 0;
}

/* ---- results ---- */

static vtm_status deliver(const vtm_pipeline *p, const vtm_batch *b, size_t image, size_t viewer, vtm_error *error) {
  const vtm_image_state *state = vtm_state_at(p, b, image, viewer);
  const bool failed = state->error.status != VTM_OK;
  const void *result = failed ? NULL : vtm_result_at(p, b, image, viewer);
  const vtm_outcome outcome = {.group = b->first + image / p->members,
                               .member = image % p->members,
                               .viewer = viewer,
                               .features = p->stages[viewer].compares ? NULL : result,
                               .layers = p->stages[viewer].compares ? result : NULL,
                               .error = failed ? &state->error : NULL,
                               .known = state->recalled == VTM_KNOWN};
  return p->run->sink(p->run->sink_user, &outcome, error);
}

/* Of a group whose reference is broken only failures are delivered, and what was cached. */
static vtm_status deliver_group(const vtm_pipeline *p, const vtm_batch *b, size_t group, size_t viewer,
                                vtm_error *error) {
  const bool compares = p->stages[viewer].compares;
  const size_t reference = vtm_image_index(p, group, 0);
  const bool broken = compares && vtm_state_at(p, b, reference, viewer)->error.status != VTM_OK;
  const bool without = compares && !broken && vtm_pixels_at(p, b, reference, viewer)->width == 0;
  vtm_status status = broken ? deliver(p, b, reference, viewer, error) : VTM_OK;
  for (size_t m = compares ? 1 : 0; m < p->members && status == VTM_OK; m++) {
    const vtm_image_state *state = vtm_state_at(p, b, reference + m, viewer);
    const bool failed = state->error.status != VTM_OK;
    const bool news = failed || (state->computed && !broken);
    if (state->recalled == VTM_KNOWN || (news && !without)) status = deliver(p, b, reference + m, viewer, error);
  }
  return status;
}

vtm_status vtm_deliver_batch(const vtm_pipeline *p, const vtm_batch *b, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t g = 0; g < b->count && status == VTM_OK; g++)
    for (size_t v = 0; v < p->viewers && status == VTM_OK; v++) status = deliver_group(p, b, g, v, error);
  if (status == VTM_OK) vtm_report_progress(p->context, p->run->stage, b->first + b->count, p->run->source->count);
  return status;
}
