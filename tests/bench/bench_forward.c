/* Forward speed: images in memory, seeded weights, all threads; the last line is a JSON object.
 *
 *   bench_forward inception|alexnet [--precision NAME] [--batch N] [--size N] [seconds] [threads] [cpu mask] [device]
 *
 * Inception runs at 299x299 up to its 2048 features, AlexNet's features at 256x256. On a device img_s is the network
 * alone, img_s_recorded the same with each batch's work given to the device in one piece, and img_s_with_images what
 * the runner makes of images that are copied there. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/context.h"
#include "helpers/one_network.h"
#include "nn/bench_subject.h"
#include "nn/forward.h"
#include "nn/runner.h"
#include "nn/seeded.h"

/* One image, made once, so that what is measured is the network. */
typedef struct made_image {
  int size;
  float *values;
  size_t bytes;
} made_image;

static bool make_image(made_image *image, int size) {
  const size_t count = (size_t)size * (size_t)size * 3;
  *image = (made_image){.size = size, .values = malloc(count * sizeof(float)), .bytes = count * sizeof(float)};
  uint64_t state = 1;
  for (size_t i = 0; image->values != NULL && i < count; i++) image->values[i] = vtm_seeded_uniform(&state, 0, 255);
  return image->values != NULL;
}

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  (void)item;
  (void)thread;
  const made_image *image = user;
  float *values = vtm_pixels_resize(pixels, image->size, image->size, error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  memcpy(values, image->values, image->bytes);
  return VTM_OK;
}

static vtm_status ignore(void *user, size_t item, const float *features, const vtm_error *item_error,
                         vtm_error *error) {
  (void)user;
  (void)item;
  if (features != NULL) return VTM_OK;
  *error = *item_error;
  return item_error->status;
}

static int fail(const vtm_error *error) {
  (void)fprintf(stderr, "bench_forward: %s\n", error->message);
  return 3;
}

/* ---- the network alone, on a device ---- */

enum { MOST_LANES = 32, MOST_BATCH = 4096, BATCHES_AT_ONCE = 5 };

typedef struct lanes {
  vtm_engine *engine;
  size_t batch;
  int size;
  double seconds, rates[MOST_LANES];
  vtm_error errors[MOST_LANES];
} lanes;

/* Batches whose images are there already, some of them given to the device at once, as in any other program's loop. */
static vtm_status run_batches(const lanes *l, int lane, size_t count, size_t room) {
  static const vtm_pixels *const none[MOST_BATCH];
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count && status == VTM_OK; i++)
    status = vtm_forward_batch(l->engine, lane, VTM_SLOT_OTHER, none, room, NULL);
  return status == VTM_OK ? vtm_forward_wait(l->engine, lane, NULL) : status;
}

static void run_lane(void *user, size_t lane, int thread) {
  (void)thread;
  lanes *l = user;
  size_t room = 0;
  size_t done = 0;
  vtm_error *error = &l->errors[lane];
  error->status = vtm_forward_fit(l->engine, (int)lane, l->batch, l->size, l->size, &room, error);
  if (error->status == VTM_OK) error->status = run_batches(l, (int)lane, 3, room); /* plans, kernels, a recording */
  const double start = vtm_clock_seconds();
  while (error->status == VTM_OK && vtm_clock_seconds() - start < l->seconds) {
    error->status = run_batches(l, (int)lane, BATCHES_AT_ONCE, room);
    done += BATCHES_AT_ONCE * room;
  }
  l->rates[lane] = (double)done / (vtm_clock_seconds() - start);
}

static vtm_status measure_alone(const vtm_context *context, lanes *l, double *rate, vtm_error *error) {
  const int count = vtm_engine_streams(l->engine);
  vtm_pool_run(context->pool, (size_t)count, run_lane, l);
  *rate = 0;
  for (int i = 0; i < count; i++) {
    *rate += l->rates[i];
    if (l->errors[i].status != VTM_OK) return vtm_fail(error, l->errors[i].status, "%s", l->errors[i].message);
  }
  return VTM_OK;
}

/* ---- with images ---- */

static vtm_status measure_images(vtm_context *context, vtm_engine *engine, made_image *image, size_t batch,
                                 double seconds, double *best, vtm_error *error) {
  const vtm_source source = {.load = load, .user = image, .count = batch * 8};
  const double end = vtm_clock_seconds() + seconds;
  vtm_status status = VTM_OK;
  *best = 0;
  do {
    const double start = vtm_clock_seconds();
    status = one_run_features(context, engine, &source, batch, ignore, NULL, error);
    const double rate = (double)source.count / (vtm_clock_seconds() - start);
    if (rate > *best) *best = rate;
  } while (vtm_clock_seconds() < end && status == VTM_OK);
  return status;
}

typedef struct bench {
  const vtm_bench_subject *subject;
  vtm_context *context;
  vtm_compute compute;
  vtm_seeded_weights weights;
  vtm_tensor_lookup lookup;
  int size;
  size_t batch; /* 0: as suits */
  double seconds;
} bench;

static vtm_status open_engine(const bench *b, bool record, vtm_engine **engine, vtm_error *error) {
  const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  const vtm_engine_options options = {.scaling = &scaling, .record = record};
  return vtm_engine_create_on(&b->compute, b->context->pool, vtm_network_find(b->subject->network), &b->lookup,
                              &options, engine, error);
}

static vtm_status measure_processor(const bench *b, made_image *image, vtm_error *error) {
  static const size_t batches[] = {8, 32, 64};
  vtm_engine *engine = NULL;
  double best = 0;
  size_t best_batch = 0;
  vtm_status status = open_engine(b, false, &engine, error);
  for (size_t i = 0; i < sizeof(batches) / sizeof(*batches) && status == VTM_OK; i++) {
    double rate = 0;
    status = measure_images(b->context, engine, image, batches[i], b->seconds / 3, &rate, error);
    if (rate > best) {
      best = rate;
      best_batch = batches[i];
    }
  }
  vtm_engine_destroy(engine);
  if (status == VTM_OK)
    (void)printf("{\"net\": \"%s\", \"img_s\": %.2f, \"batch\": %zu, \"threads\": %d, \"device\": \"%s\"}\n",
                 b->subject->name, best, best_batch, vtm_context_threads(b->context), vtm_context_device(b->context));
  return status;
}

static vtm_status measure_device(const bench *b, made_image *image, vtm_error *error) {
  static lanes l;
  double rates[2] = {0};
  double with_images = 0;
  int made = 0;
  int failed = 0;
  vtm_status status = VTM_OK;
  for (int record = 0; record < 2 && status == VTM_OK; record++) {
    l = (lanes){.size = b->size, .seconds = b->seconds};
    status = open_engine(b, record == 1, &l.engine, error);
    if (status != VTM_OK) return status;
    l.batch = b->batch != 0 ? b->batch : vtm_engine_batch(l.engine);
    status = measure_alone(b->context, &l, &rates[record], error);
    if (record == 1)
      vtm_engine_count_recordings(l.engine, &made, &failed);
    else if (status == VTM_OK)
      status = measure_images(b->context, l.engine, image, l.batch, b->seconds, &with_images, error);
    vtm_engine_destroy(l.engine);
  }
  if (status == VTM_OK)
    (void)printf(
        "{\"net\": \"%s\", \"img_s\": %.2f, \"img_s_recorded\": %.2f, \"recordings\": %d, \"recordings_failed\": %d, "
        "\"img_s_with_images\": %.2f, \"batch\": %zu, \"threads\": %d, \"device\": \"%s\"}\n",
        b->subject->name, rates[0], rates[1], made, failed, with_images, l.batch, vtm_context_threads(b->context),
        vtm_context_device(b->context));
  return status;
}

/* ---- arguments ---- */

static int show_usage(void) {
  (void)fprintf(stderr, "usage: bench_forward inception|alexnet [--precision " VTM_PRECISIONS
                        "] [--batch N] [--size N] [seconds] [threads] [cpu mask] [device]\n");
  return 2;
}

int main(int argc, char **argv) {
  static const struct option known[] = {{"precision", required_argument, NULL, 'p'},
                                        {"batch", required_argument, NULL, 'b'},
                                        {"size", required_argument, NULL, 's'},
                                        {NULL, 0, NULL, 0}};
  const char *name = NULL;
  bench b = {0};
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    if (option == '?') return show_usage();
    if (option == 'p') name = optarg;
    if (option == 'b') b.batch = (size_t)strtol(optarg, NULL, 10);
    if (option == 's') b.size = (int)strtol(optarg, NULL, 10);
  }
  argc -= optind - 1;
  argv += optind - 1;
  b.subject = argc > 1 ? vtm_bench_subject_find(argv[1]) : NULL;
  if (b.subject == NULL || b.batch > MOST_BATCH) return show_usage();
  if (b.size == 0) b.size = b.subject->size;
  b.seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
  const vtm_context_options options = {.struct_size = sizeof(options),
                                       .threads = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0,
                                       .cpu_mask = argc > 4 ? argv[4] : NULL,
                                       .device = argc > 5 ? argv[5] : "cpu"};
  vtm_error error = {0};
  vtm_precision precision = VTM_PRECISION_F32;
  made_image image;
  if (vtm_context_create(&options, &b.context, &error) != VTM_OK ||
      vtm_precision_choose(b.context, name, &precision, &error) != VTM_OK ||
      vtm_seeded_create(vtm_network_find(b.subject->network), 1, &b.weights, &error) != VTM_OK)
    return fail(&error);
  if (!make_image(&image, b.size)) return 3;
  b.lookup = vtm_seeded_lookup(&b.weights);
  b.compute = vtm_compute_of(b.context, precision);
  const vtm_status status = (b.compute.backend->fixed_batch ? measure_device : measure_processor)(&b, &image, &error);
  free(image.values);
  if (status != VTM_OK) return fail(&error);
  vtm_seeded_free(&b.weights);
  vtm_context_destroy(b.context);
  return 0;
}
