#include "nn/runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "nn/pipeline.h"

/* ---- what is known, and what has to be loaded ---- */

/* Whether the image is to be computed. */
static bool recall_image(vtm_pipeline *p, size_t image, size_t viewer) {
  const vtm_source *source = p->run->source;
  vtm_image_state *state = vtm_state_at(p, p->next, image, viewer);
  state->error.status = VTM_OK;
  state->error.message[0] = '\0';
  state->recalled = VTM_NOT_KNOWN;
  state->computed = false;
  if (source->recall != NULL)
    state->recalled = source->recall(source->user, p->next->first * p->members + image, viewer,
                                     vtm_result_at(p, p->next, image, viewer));
  if (state->recalled != VTM_NOT_KNOWN) return false;
  vtm_pixels_at(p, p->next, image, viewer)->wanted = true;
  return true;
}

/* Whether some image of the group is to be computed. Where images are compared, the reference is loaded for the others'
 * sake. */
static bool recall_group(vtm_pipeline *p, size_t group, size_t viewer) {
  const size_t reference = vtm_image_index(p, group, 0);
  const bool compares = p->stages[viewer].compares;
  bool any = false;
  for (size_t m = compares ? 1 : 0; m < p->members; m++)
    if (recall_image(p, reference + m, viewer)) any = true;
  if (!compares) return any;
  *vtm_state_at(p, p->next, reference, viewer) = (vtm_image_state){.recalled = any ? VTM_NOT_KNOWN : VTM_ABSENT};
  if (any) vtm_pixels_at(p, p->next, reference, viewer)->wanted = true;
  return any;
}

static void clear_pixels(const vtm_pipeline *p, size_t group) {
  for (size_t i = group * p->members * p->viewers; i < (group + 1) * p->members * p->viewers; i++) {
    p->next->pixels[i].width = p->next->pixels[i].height = 0;
    p->next->pixels[i].wanted = false;
  }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* On a processor a few images for each thread keep the uneven end of a round short, few enough to be interrupted soon
 * and to fit into little memory: two rounds of them are held. */
static size_t groups_at_once(const vtm_pipeline *p) {
  const size_t asked = p->run->batch;
  const size_t threads = (size_t)vtm_pool_threads(p->context->pool);
  const size_t images = 8 * threads;
  const size_t groups = smaller(4 * threads, (images + p->members - 1) / p->members);
  return smaller(asked != 0 ? asked : groups > threads ? groups : threads, p->run->source->count);
}

/* Groups that one stream computes at once. On a device the batch size is fixed: another size may round differently. On
 * a processor no stream takes so many that another has none. */
static size_t choose_microbatch(const vtm_pipeline *p, const vtm_engine *engine) {
  const size_t groups = vtm_engine_batch(engine) / p->members;
  const size_t usual = groups > 0 ? groups : 1;
  if (vtm_engine_batch_is_fixed(engine)) return p->run->batch != 0 ? p->run->batch : usual;
  const size_t threads = (size_t)vtm_pool_threads(p->context->pool);
  return smaller(usual, (groups_at_once(p) + threads - 1) / threads);
}

/* A measure of pixels has neither engine nor streams: its threads share nothing. */
static vtm_status allocate_measure(vtm_stage *stage, vtm_error *error) {
  stage->microbatch = 1;
  stage->failures = vtm_allocate(1, sizeof(*stage->failures), error);
  return stage->failures != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status allocate_stage(const vtm_pipeline *p, vtm_stage *stage, vtm_error *error) {
  if (stage->measure != NULL) return allocate_measure(stage, error);
  const size_t streams = (size_t)vtm_engine_streams(stage->engine);
  stage->microbatch = choose_microbatch(p, stage->engine);
  stage->gathered = vtm_allocate(streams * VTM_SLOTS * stage->microbatch * p->members, sizeof(*stage->gathered), error);
  stage->wanted = vtm_allocate(streams * stage->microbatch * p->members, sizeof(*stage->wanted), error);
  stage->failures = vtm_allocate(streams, sizeof(*stage->failures), error);
  return stage->gathered != NULL && stage->wanted != NULL && stage->failures != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status open_engine(const vtm_pipeline *p, size_t viewer, vtm_error *error) {
  const vtm_viewer *opened = &p->run->viewers[viewer];
  vtm_engine **engine = &p->stages[viewer].engine;
  return *engine != NULL || opened->measure != NULL ? VTM_OK : opened->open(opened->user, engine, error);
}

/* Makes a viewer ready to compute, at the first image that is not known to it. */
static vtm_status prepare_viewer(vtm_pipeline *p, size_t viewer, vtm_error *error) {
  vtm_stage *stage = &p->stages[viewer];
  if (stage->failures != NULL) return VTM_OK;
  vtm_status status = open_engine(p, viewer, error);
  if (status == VTM_OK) status = allocate_stage(p, stage, error);
  for (size_t i = 0; i < p->batch * p->members && status == VTM_OK; i++)
    vtm_pixels_at(p, p->current, i, viewer)->engine = vtm_pixels_at(p, p->next, i, viewer)->engine = stage->engine;
  return status;
}

static vtm_status plan_next(vtm_pipeline *p, vtm_error *error) {
  vtm_status status = VTM_OK;
  p->load_count = 0;
  for (size_t g = 0; g < p->next->count && status == VTM_OK; g++) {
    clear_pixels(p, g);
    for (size_t v = 0; v < p->viewers && status == VTM_OK; v++)
      if (recall_group(p, g, v)) status = prepare_viewer(p, p->stages[v].host, error);
    for (size_t m = 0; m < p->members; m++) {
      const size_t image = vtm_image_index(p, g, m);
      bool wanted = false;
      for (size_t v = 0; v < p->viewers; v++) wanted = wanted || vtm_pixels_at(p, p->next, image, v)->wanted;
      if (wanted) p->loads[p->load_count++] = image;
    }
  }
  return status;
}

static bool wants_any(const vtm_pipeline *p, size_t first, size_t count, size_t viewer) {
  for (size_t i = first * p->members; i < (first + count) * p->members; i++)
    if (vtm_pixels_at(p, p->current, i, viewer)->wanted) return true;
  return false;
}

/* The microbatches of all viewers take turns, so that those of a slow network do not come last. */
static void plan_current(vtm_pipeline *p) {
  p->task_count = 0;
  for (size_t g = 0; g < p->current->count; g++)
    for (size_t v = 0; v < p->viewers; v++) {
      const size_t microbatch = p->stages[v].microbatch;
      if (microbatch == 0 || g % microbatch != 0) continue;
      if (wants_any(p, g, smaller(microbatch, p->current->count - g), v))
        p->tasks[p->task_count++] = (vtm_task_of){v, g / microbatch};
    }
}

/* ---- tasks: while one batch is computed, the next is loaded, by the same threads ---- */

static void load_image(vtm_pipeline *p, size_t image, int thread) {
  const vtm_source *source = p->run->source;
  vtm_error error = {0};
  const vtm_status status = source->load(source->user, p->next->first * p->members + image, thread,
                                         &p->next->pixels[image * p->viewers], &error);
  error.status = status;
  for (size_t v = 0; v < p->viewers && status != VTM_OK; v++) {
    vtm_image_state *state = vtm_state_at(p, p->next, image, v);
    vtm_pixels_at(p, p->next, image, v)->width = 0;
    if (vtm_pixels_at(p, p->next, image, v)->wanted && state->recalled == VTM_NOT_KNOWN) state->error = error;
  }
}

/* Computing comes first: the short loading tasks at the end even out the threads' shares. */
static void run_task(void *user, size_t number, int thread) {
  vtm_pipeline *p = user;
  if (vtm_is_cancelled(p->context)) return;
  if (number >= p->task_count) {
    load_image(p, p->loads[number - p->task_count], thread);
    return;
  }
  const vtm_task_of task = p->tasks[number];
  const vtm_stage *stage = &p->stages[task.viewer];
  const size_t first = task.microbatch * stage->microbatch;
  const int stream = stage->engine != NULL ? vtm_engine_stream_for(stage->engine, task.microbatch, thread) : thread;
  const double start = vtm_timeline_now(p->run->timeline);
  vtm_compute_microbatch(p, task.viewer, first, smaller(stage->microbatch, p->current->count - first), stream);
  vtm_timeline_add(p->run->timeline, thread, VTM_BENCH_FORWARD, start);
}

/* What a round has to report beside its results: the first failure that ends the run, and that memory was short. */
static vtm_status check_streams(const vtm_pipeline *p, vtm_error *error) {
  for (size_t v = 0; v < p->viewers; v++) {
    const vtm_stage *stage = &p->stages[v];
    if (stage->engine == NULL || stage->failures == NULL) continue;
    for (int i = 0; i < vtm_engine_streams(stage->engine); i++)
      if (stage->failures[i].status != VTM_OK)
        return vtm_fail(error, stage->failures[i].status, "%s", stage->failures[i].message);
    const size_t limit = vtm_engine_poll_batch_limit(stage->engine);
    if (limit > 0)
      vtm_log(p->context, VTM_LOG_WARNING, "%s: memory ran out, going on with %zu image%s at once",
              vtm_context_device(p->context), limit, limit == 1 ? "" : "s");
  }
  return VTM_OK;
}

/* ---- results ---- */

static vtm_status deliver(const vtm_pipeline *p, size_t image, size_t viewer, vtm_error *error) {
  const vtm_image_state *state = vtm_state_at(p, p->current, image, viewer);
  const bool failed = state->error.status != VTM_OK;
  const void *result = failed ? NULL : vtm_result_at(p, p->current, image, viewer);
  const vtm_outcome outcome = {.group = p->current->first + image / p->members,
                               .member = image % p->members,
                               .viewer = viewer,
                               .features = p->stages[viewer].compares ? NULL : result,
                               .layers = p->stages[viewer].compares ? result : NULL,
                               .error = failed ? &state->error : NULL,
                               .known = state->recalled == VTM_KNOWN};
  return p->run->sink(p->run->sink_user, &outcome, error);
}

/* Of a group whose reference is broken only failures are delivered, and what was cached. */
static vtm_status deliver_group(const vtm_pipeline *p, size_t group, size_t viewer, vtm_error *error) {
  const bool compares = p->stages[viewer].compares;
  const size_t reference = vtm_image_index(p, group, 0);
  const bool broken = compares && vtm_state_at(p, p->current, reference, viewer)->error.status != VTM_OK;
  const bool without = compares && !broken && vtm_pixels_at(p, p->current, reference, viewer)->width == 0;
  vtm_status status = broken ? deliver(p, reference, viewer, error) : VTM_OK;
  for (size_t m = compares ? 1 : 0; m < p->members && status == VTM_OK; m++) {
    const vtm_image_state *state = vtm_state_at(p, p->current, reference + m, viewer);
    const bool failed = state->error.status != VTM_OK;
    const bool news = failed || (state->computed && !broken);
    if (state->recalled == VTM_KNOWN || (news && !without)) status = deliver(p, reference + m, viewer, error);
  }
  return status;
}

static vtm_status deliver_all(const vtm_pipeline *p, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t g = 0; g < p->current->count && status == VTM_OK; g++)
    for (size_t v = 0; v < p->viewers && status == VTM_OK; v++) status = deliver_group(p, g, v, error);
  return status;
}

/* ---- rounds ---- */

static void swap_batches(vtm_pipeline *p) {
  vtm_batch *loaded = p->next;
  p->next = p->current;
  p->current = loaded;
  p->next->first = loaded->first + loaded->count;
}

static void report(const vtm_pipeline *p) {
  vtm_report_progress(p->context, p->run->stage, p->current->first + p->current->count, p->run->source->count);
}

static vtm_status run_round(vtm_pipeline *p, vtm_error *error) {
  p->next->count = smaller(p->batch, p->run->source->count - p->next->first);
  plan_current(p);
  vtm_status status = plan_next(p, error);
  if (status != VTM_OK) return status;
  vtm_pool_run(p->context->pool, p->task_count + p->load_count, run_task, p);
  if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
  status = check_streams(p, error);
  if (status == VTM_OK) status = deliver_all(p, error);
  if (status == VTM_OK && p->current->count > 0) report(p);
  return status;
}

static vtm_status run_rounds(vtm_pipeline *p, vtm_error *error) {
  do {
    const vtm_status status = run_round(p, error);
    if (status != VTM_OK) return status;
    swap_batches(p);
  } while (p->current->count > 0);
  return VTM_OK;
}

/* Delivers the leading groups that are entirely cached, before any engine is opened. The first other one opens the
 * engines that it needs, by which the size of batches is chosen. */
static vtm_status deliver_cached(vtm_pipeline *p, vtm_error *error) {
  const size_t total = p->run->source->count;
  vtm_batch *empty = p->current;
  vtm_status status = VTM_OK;
  p->next->count = 1;
  for (size_t g = 0; g < total && status == VTM_OK; g++) {
    bool all_known = true;
    p->next->first = g;
    clear_pixels(p, 0);
    for (size_t v = 0; v < p->viewers && status == VTM_OK; v++)
      if (recall_group(p, 0, v)) {
        all_known = false;
        status = open_engine(p, p->stages[v].host, error);
      }
    if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
    if (!all_known || status != VTM_OK) return status;
    p->current = p->next;
    status = deliver_all(p, error);
    report(p);
    p->current = empty;
  }
  p->next->first = total;
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
  *b = (vtm_batch){.first = b->first};
}

static vtm_status open_batch(const vtm_pipeline *p, vtm_batch *b, vtm_error *error) {
  const size_t images = p->batch * p->members;
  b->pixels = vtm_allocate(images * p->viewers, sizeof(*b->pixels), error);
  b->states = vtm_allocate(images * p->viewers, sizeof(*b->states), error);
  b->results = vtm_allocate(p->viewers, sizeof(*b->results), error);
  bool complete = b->pixels != NULL && b->states != NULL && b->results != NULL;
  for (size_t v = 0; v < p->viewers && complete; v++) {
    b->results[v] = vtm_allocate(images, p->stages[v].result_size, error);
    complete = b->results[v] != NULL;
  }
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

static vtm_status open_batches(vtm_pipeline *p, size_t size, vtm_error *error) {
  p->batch = size;
  p->loads = vtm_allocate(size * p->members, sizeof(*p->loads), error);
  p->tasks = vtm_allocate(size * p->viewers, sizeof(*p->tasks), error);
  vtm_status status = p->loads != NULL && p->tasks != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = open_batch(p, p->current, error);
  return status == VTM_OK ? open_batch(p, p->next, error) : status;
}

static void close_batches(vtm_pipeline *p) {
  close_batch(p, p->current);
  close_batch(p, p->next);
  free(p->loads);
  free(p->tasks);
  p->loads = NULL;
  p->tasks = NULL;
}

/* On a device each stream gets a microbatch. */
static size_t choose_batch(const vtm_pipeline *p) {
  size_t batch = groups_at_once(p);
  for (size_t v = 0; v < p->viewers; v++) {
    const vtm_engine *engine = p->stages[v].engine;
    if (engine == NULL || !vtm_engine_batch_is_fixed(engine)) continue;
    batch = choose_microbatch(p, engine) * (size_t)vtm_engine_streams(engine);
  }
  return smaller(batch, p->run->source->count);
}

static vtm_status run_pipeline(vtm_pipeline *p, vtm_error *error) {
  vtm_status status = open_batches(p, 1, error);
  vtm_report_progress(p->context, p->run->stage, 0, p->run->source->count);
  if (status == VTM_OK) status = deliver_cached(p, error);
  close_batches(p);
  if (status != VTM_OK || p->next->first == p->run->source->count) return status;
  status = open_batches(p, choose_batch(p), error);
  if (status == VTM_OK) status = run_rounds(p, error);
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
  vtm_batch batches[2] = {{0}, {0}};
  vtm_pipeline p = {.context = context,
                    .run = run,
                    .members = run->source->members,
                    .viewers = run->viewer_count,
                    .current = &batches[0],
                    .next = &batches[1]};
  p.stages = vtm_allocate(p.viewers, sizeof(*p.stages), error);
  if (p.stages == NULL) return VTM_ERROR_MEMORY;
  describe_stages(&p);
  const vtm_status status = run_pipeline(&p, error);
  for (size_t v = 0; v < p.viewers; v++) {
    free((void *)p.stages[v].gathered);
    free((void *)p.stages[v].wanted);
    free(p.stages[v].failures);
  }
  free(p.stages);
  return status;
}
