/* The threads of a run: batches stand in a row, loaded and computed by all threads at once, delivered in order by the
 * calling one. A batch is computed as soon as its images are loaded and a stream is idle, so that no stream waits for
 * another, or for images that are not its own. */
#include "base/context.h"
#include "base/error.h"
#include "nn/pipeline.h"

static vtm_batch *batch_at(const vtm_pipeline *p, size_t place) {
  return &p->batches[(p->oldest + place) % p->batch_count];
}

/* ---- what a thread is to do next; holding the lock ---- */

typedef struct action {
  vtm_batch *batch;
  vtm_task_of *task; /* NULL: to load */
  size_t image;      /* to load */
  size_t stream;
} action;

/* On a processor each thread has a stream of its own, and that is idle. */
static bool find_stream(const vtm_stage *stage, int thread, size_t *stream) {
  *stream = 0;
  for (size_t i = 0; i < stage->streams; i++) {
    *stream = ((size_t)thread + i) % stage->streams;
    if (!stage->busy[*stream]) return true;
  }
  return stage->engine == NULL;
}

/* The calling thread would only wait for a device, and could neither plan nor deliver meanwhile. */
static bool may_compute(const vtm_pipeline *p, const vtm_stage *stage, int thread) {
  return thread > 0 || p->alone || stage->engine == NULL || !vtm_engine_batch_is_fixed(stage->engine);
}

static bool take_task(const vtm_pipeline *p, int thread, action *taken) {
  for (size_t i = 0; i < p->flying; i++) {
    vtm_batch *b = batch_at(p, i);
    if (b->loads_done < b->load_count) continue;
    for (size_t t = 0; t < b->task_count; t++) {
      vtm_task_of *task = &b->tasks[t];
      vtm_stage *stage = &p->stages[task->viewer];
      if (task->begun || !may_compute(p, stage, thread) || !find_stream(stage, thread, &taken->stream)) continue;
      task->begun = true;
      if (stage->engine != NULL) stage->busy[taken->stream] = true;
      taken->batch = b;
      taken->task = task;
      return true;
    }
  }
  return false;
}

static bool take_load(const vtm_pipeline *p, action *taken) {
  for (size_t i = 0; i < p->flying; i++) {
    vtm_batch *b = batch_at(p, i);
    if (b->loads_begun == b->load_count) continue;
    *taken = (action){.batch = b, .image = b->loads[b->loads_begun++]};
    return true;
  }
  return false;
}

/* ---- doing it ---- */

static void load_image(const vtm_pipeline *p, const vtm_batch *b, size_t image, int thread) {
  const vtm_source *source = p->run->source;
  vtm_error error = {0};
  const vtm_status status =
      source->load(source->user, b->first * p->members + image, thread, &b->pixels[image * p->viewers], &error);
  error.status = status;
  for (size_t v = 0; v < p->viewers && status != VTM_OK; v++) {
    vtm_image_state *state = vtm_state_at(p, b, image, v);
    vtm_pixels_at(p, b, image, v)->width = 0;
    if (vtm_pixels_at(p, b, image, v)->wanted && state->recalled == VTM_NOT_KNOWN) state->error = error;
  }
}

static void end_load(const vtm_pipeline *p, vtm_batch *b) {
  if (++b->loads_done == b->load_count) vtm_plan_tasks(p, b);
}

static void end_task(vtm_pipeline *p, const action *done) {
  vtm_stage *stage = &p->stages[done->task->viewer];
  done->batch->tasks_done++;
  if (stage->engine == NULL) return;
  stage->busy[done->stream] = false;
  if (stage->failures[done->stream].status == VTM_OK || p->failure.status != VTM_OK) return;
  p->failure = stage->failures[done->stream];
}

static void run_action(vtm_pipeline *p, const action *taken, int thread) {
  if (taken->task == NULL) {
    load_image(p, taken->batch, taken->image, thread);
    return;
  }
  const double start = vtm_timeline_now(p->run->timeline);
  vtm_compute_task(p, taken->batch, taken->task, (int)taken->stream);
  vtm_timeline_add(p->run->timeline, thread, VTM_BENCH_FORWARD, start);
}

/* ---- the calling thread's part ---- */

static void warn_of_memory(const vtm_pipeline *p) {
  for (size_t v = 0; v < p->viewers; v++) {
    const size_t limit = p->stages[v].engine != NULL ? vtm_engine_poll_batch_limit(p->stages[v].engine) : 0;
    if (limit > 0)
      vtm_log(p->context, VTM_LOG_WARNING, "%s: memory ran out, going on with %zu image%s at once",
              vtm_context_device(p->context), limit, limit == 1 ? "" : "s");
  }
}

static bool is_computed(const vtm_batch *b) { return b->loads_done == b->load_count && b->tasks_done == b->task_count; }

/* Makes room in the row, or fills it. false: there is nothing of both to do. Calls of the source and the sink are done
 * without the lock, which the caller holds: until it is counted as flying no other thread sees a batch, and none has to
 * do with one that is computed. */
static bool turn_over(vtm_pipeline *p) {
  const bool deliver = p->flying > 0 && is_computed(batch_at(p, 0));
  vtm_batch *b = deliver ? batch_at(p, 0) : batch_at(p, p->flying);
  vtm_error error = {0};
  if (!deliver && (p->flying == p->batch_count || p->planned == p->run->source->count)) return false;
  if (!deliver && p->planned == p->ready) return p->pause = true;
  (void)pthread_mutex_unlock(&p->lock);
  if (deliver) {
    warn_of_memory(p);
    error.status = vtm_deliver_batch(p, b, &error);
  } else {
    b->first = p->planned;
    b->count = p->batch < p->ready - p->planned ? p->batch : p->ready - p->planned;
    vtm_plan_loads(p, b);
  }
  (void)pthread_mutex_lock(&p->lock);
  if (error.status != VTM_OK && p->failure.status == VTM_OK) p->failure = error;
  if (deliver)
    p->oldest = (p->oldest + 1) % p->batch_count;
  else
    p->planned += b->count;
  p->flying += deliver ? -(size_t)1 : 1;
  return true;
}

/* ---- all threads ---- */

static bool needs_engine(const vtm_pipeline *p) {
  for (size_t v = 0; v < p->viewers; v++)
    if (p->stages[v].needed && p->stages[v].failures == NULL) return true;
  return false;
}

/* Whether the threads are to come back: all is done, something failed, or an engine has to be opened first. */
static bool is_over(const vtm_pipeline *p) {
  return vtm_is_cancelled(p->context) || p->failure.status != VTM_OK || p->pause ||
         (p->flying == 0 && p->planned == p->run->source->count);
}

/* Computing comes first: the short loads even out the threads' shares. */
static void work(void *user, size_t task, int thread) {
  vtm_pipeline *p = user;
  (void)task;
  (void)pthread_mutex_lock(&p->lock);
  while (!is_over(p)) {
    action taken = {0};
    if (thread == 0 && turn_over(p)) {
      p->pause = p->pause || needs_engine(p);
    } else if (take_task(p, thread, &taken) || take_load(p, &taken)) {
      (void)pthread_mutex_unlock(&p->lock);
      run_action(p, &taken, thread);
      (void)pthread_mutex_lock(&p->lock);
      if (taken.task != NULL)
        end_task(p, &taken);
      else
        end_load(p, taken.batch);
    } else {
      (void)pthread_cond_wait(&p->changed, &p->lock);
      continue;
    }
    (void)pthread_cond_broadcast(&p->changed);
  }
  (void)pthread_cond_broadcast(&p->changed);
  (void)pthread_mutex_unlock(&p->lock);
}

vtm_status vtm_run_threads(vtm_pipeline *p, vtm_error *error) {
  p->pause = false;
  p->alone = vtm_pool_threads(p->context->pool) == 1 || vtm_pool_is_running(p->context->pool);
  vtm_pool_run(p->context->pool, (size_t)vtm_pool_threads(p->context->pool), work, p);
  if (vtm_is_cancelled(p->context)) return vtm_fail_cancelled(error);
  if (p->failure.status != VTM_OK) return vtm_fail(error, p->failure.status, "%s", p->failure.message);
  return VTM_OK;
}
