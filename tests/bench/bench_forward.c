/* Forward speed: images in memory, seeded weights, all threads; the last line is a JSON object.
 *
 *   bench_forward inception|alexnet [--precision NAME] [seconds] [threads] [cpu mask] [device]
 *
 * Inception runs at 299x299 up to its 2048 features, AlexNet's features at 256x256. */
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

int main(int argc, char **argv) {
  const char *name = NULL;
  if (argc > 3 && strcmp(argv[2], "--precision") == 0) {
    name = argv[3];
    argv[3] = argv[1];
    argc -= 2;
    argv += 2;
  }
  const vtm_bench_subject *chosen = argc > 1 ? vtm_bench_subject_find(argv[1]) : NULL;
  if (chosen == NULL) {
    (void)fprintf(stderr, "usage: bench_forward inception|alexnet [--precision " VTM_PRECISIONS
                          "] [seconds] [threads] [cpu mask] [device]\n");
    return 2;
  }
  const double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
  const vtm_context_options options = {.struct_size = sizeof(options),
                                       .threads = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0,
                                       .cpu_mask = argc > 4 ? argv[4] : NULL,
                                       .device = argc > 5 ? argv[5] : "cpu"};
  vtm_error error = {0};
  vtm_context *context = NULL;
  vtm_precision precision = VTM_PRECISION_F32;
  if (vtm_context_create(&options, &context, &error) != VTM_OK ||
      vtm_precision_choose(context, name, &precision, &error) != VTM_OK)
    return fail(&error);
  const vtm_network *network = vtm_network_find(chosen->network);
  vtm_seeded_weights weights;
  if (vtm_seeded_create(network, 1, &weights, &error) != VTM_OK) return fail(&error);
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(&weights);
  const vtm_input_scaling scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};
  const vtm_engine_options engine_options = {.scaling = &scaling};
  vtm_engine *engine = NULL;
  const vtm_compute compute = vtm_compute_of(context, precision);
  if (vtm_engine_create_on(&compute, context->pool, network, &lookup, &engine_options, &engine, &error) != VTM_OK)
    return fail(&error);
  made_image image;
  if (!make_image(&image, chosen->size)) return 3;
  double best = 0;
  size_t best_batch = 0;
  const size_t batches[] = {8, 32, 64};
  for (size_t b = 0; b < sizeof(batches) / sizeof(*batches); b++) {
    const vtm_source source = {.load = load, .user = &image, .count = batches[b] * 8};
    const double end = vtm_clock_seconds() + seconds / 3;
    do {
      const double start = vtm_clock_seconds();
      if (one_run_features(context, engine, &source, batches[b], ignore, NULL, &error) != VTM_OK) return fail(&error);
      const double rate = (double)source.count / (vtm_clock_seconds() - start);
      if (rate > best) {
        best = rate;
        best_batch = batches[b];
      }
    } while (vtm_clock_seconds() < end);
  }
  (void)printf("{\"net\": \"%s\", \"img_s\": %.2f, \"batch\": %zu, \"threads\": %d, \"device\": \"%s\"}\n",
               chosen->name, best, best_batch, vtm_context_threads(context), vtm_context_device(context));
  free(image.values);
  vtm_engine_destroy(engine);
  vtm_seeded_free(&weights);
  vtm_context_destroy(context);
  return 0;
}
