/* What the threads do while a folder of images goes through a network. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "features/images.h"
#include "nn/bench_subject.h"
#include "nn/forward.h"
#include "nn/seeded.h"

/* One allocation owns all that the result points to. */
typedef struct bench_memory {
  vtm_bench_pipeline bench; /* first, so that the result's address is the memory's */
  vtm_bench_thread *threads;
  vtm_bench_span *spans;
} bench_memory;

typedef struct bench_run {
  vtm_context *context;
  const vtm_bench_subject *subject;
  vtm_folder folder;
  vtm_resizer **resizers; /* one for each thread */
  vtm_engine *engine;
  vtm_timeline *timeline;
  size_t threads;
} bench_run;

const char *vtm_bench_activity_name(vtm_bench_activity activity) {
  static const char *const names[] = {
      [VTM_BENCH_DECODE] = "decode", [VTM_BENCH_RESIZE] = "resize", [VTM_BENCH_FORWARD] = "forward"};
  return names[activity];
}

/* ---- the images ---- */

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  const bench_run *run = user;
  vtm_image image = {0};
  const double start = vtm_timeline_now(run->timeline);
  char *path = vtm_folder_file(&run->folder, item);
  if (path == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the name of a file");
  vtm_status status = vtm_image_read(path, NULL, &image, error);
  vtm_free(path);
  if (status != VTM_OK) return status;
  vtm_timeline_add(run->timeline, thread, VTM_BENCH_DECODE, start);
  const double decoded = vtm_timeline_now(run->timeline);
  const vtm_image_size size = {run->subject->size, run->subject->size};
  status = vtm_images_make_pixels(run->resizers[thread], &image, size, pixels, error);
  vtm_timeline_add(run->timeline, thread, VTM_BENCH_RESIZE, decoded);
  vtm_image_clear(&image);
  return status;
}

static vtm_status open_engine(void *user, vtm_engine **engine, vtm_error *error) {
  (void)error;
  *engine = ((const bench_run *)user)->engine;
  return VTM_OK;
}

static vtm_status check(void *user, const vtm_outcome *outcome, vtm_error *error) {
  (void)user;
  if (outcome->error == NULL) return VTM_OK;
  return vtm_fail(error, outcome->error->status, "%s", outcome->error->message);
}

static vtm_status run_folder(bench_run *run, vtm_error *error) {
  const vtm_viewer viewer = {.network = vtm_engine_network(run->engine), .open = open_engine, .user = run};
  const vtm_source source = {.count = run->folder.count, .members = 1, .load = load, .user = run};
  const vtm_run wanted = {.viewers = &viewer,
                          .viewer_count = 1,
                          .stage = "measuring",
                          .source = &source,
                          .sink = check,
                          .timeline = run->timeline};
  return vtm_run_networks(run->context, &wanted, error);
}

/* ---- before and after ---- */

static vtm_status make_engine(bench_run *run, const vtm_bench_pipeline_options *options, double *seconds,
                              vtm_error *error) {
  static const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  vtm_precision precision = VTM_PRECISION_F32;
  vtm_status status = vtm_precision_choose(run->context, options->precision, &precision, error);
  if (status != VTM_OK) return status;
  const vtm_network *network = vtm_network_find(run->subject->network);
  const vtm_engine_options engine = {.scaling = &scaling, .exact = options->exact};
  const vtm_compute compute = vtm_compute_of(run->context, precision);
  vtm_seeded_weights weights;
  status = vtm_seeded_create(network, 1, &weights, error);
  if (status != VTM_OK) return status;
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&weights);
  const double start = vtm_clock_seconds();
  status = vtm_engine_create_on(&compute, run->context->pool, network, &lookup, &engine, &run->engine, error);
  *seconds = vtm_clock_seconds() - start;
  vtm_seeded_free(&weights);
  return status;
}

static vtm_status prepare(bench_run *run, const vtm_bench_pipeline_options *options, double *packing,
                          vtm_error *error) {
  run->subject = vtm_bench_subject_choose(options->network, error);
  if (run->subject == NULL) return VTM_ERROR_USAGE;
  vtm_status status = vtm_folder_open(options->folder, &run->folder, error);
  if (status != VTM_OK) return status;
  run->threads = (size_t)vtm_context_threads(run->context);
  run->resizers = vtm_allocate(run->threads, sizeof(vtm_resizer *), error);
  if (run->resizers == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < run->threads && status == VTM_OK; i++)
    status = vtm_resizer_create(VTM_RESIZE_PILLOW_BILINEAR, false, &run->resizers[i], error);
  if (status == VTM_OK) status = make_engine(run, options, packing, error);
  if (status == VTM_OK) status = vtm_timeline_create((int)run->threads, &run->timeline, error);
  return status;
}

static void add_up(bench_memory *memory) {
  vtm_bench_pipeline *bench = &memory->bench;
  bench->first = bench->seconds;
  for (size_t i = 0; i < bench->thread_count; i++) memory->threads[i].waiting = bench->seconds;
  for (size_t i = 0; i < bench->span_count; i++) {
    const vtm_bench_span *span = &memory->spans[i];
    vtm_bench_thread *thread = &memory->threads[span->thread];
    thread->seconds[span->activity] += span->end - span->start;
    thread->waiting -= span->end - span->start;
    if (span->activity == VTM_BENCH_FORWARD && span->end < bench->first) bench->first = span->end;
  }
}

static vtm_status measure(bench_run *run, const vtm_bench_pipeline_options *options, bench_memory *memory,
                          vtm_error *error) {
  vtm_bench_pipeline *bench = &memory->bench;
  double packing = 0;
  vtm_status status = prepare(run, options, &packing, error);
  if (status == VTM_OK) status = run_folder(run, error);
  if (status != VTM_OK) return status;
  *bench = (vtm_bench_pipeline){.network = run->subject->name,
                                .precision = options->precision != NULL ? options->precision : "f32",
                                .folder = options->folder,
                                .images = run->folder.count,
                                .packing = packing,
                                .seconds = vtm_timeline_now(run->timeline),
                                .thread_count = run->threads};
  memory->threads = vtm_allocate(run->threads, sizeof(*memory->threads), error);
  memory->spans = vtm_timeline_spans(run->timeline, &bench->span_count, error);
  if (memory->threads == NULL || memory->spans == NULL) return VTM_ERROR_MEMORY;
  bench->threads = memory->threads;
  bench->spans = memory->spans;
  add_up(memory);
  return VTM_OK;
}

vtm_status vtm_bench_folder(vtm_context *context, const vtm_bench_pipeline_options *options, vtm_bench_pipeline **bench,
                            vtm_error *error) {
  *bench = NULL;
  vtm_status status = vtm_context_check_process(context, error);
  if (status != VTM_OK) return status;
  bench_run run = {.context = context};
  bench_memory *memory = vtm_allocate(1, sizeof(*memory), error);
  if (memory == NULL) return VTM_ERROR_MEMORY;
  status = measure(&run, options, memory, error);
  vtm_timeline_destroy(run.timeline);
  vtm_engine_destroy(run.engine);
  for (size_t i = 0; run.resizers != NULL && i < run.threads; i++) vtm_resizer_destroy(run.resizers[i]);
  free(run.resizers);
  vtm_folder_clear(&run.folder);
  if (status == VTM_OK)
    *bench = &memory->bench;
  else
    vtm_bench_pipeline_destroy(&memory->bench);
  return status;
}

void vtm_bench_pipeline_destroy(vtm_bench_pipeline *bench) {
  if (bench == NULL) return;
  bench_memory *memory = (bench_memory *)(void *)bench;
  free(memory->threads);
  free(memory->spans);
  free(memory);
}
