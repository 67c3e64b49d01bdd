/* Times decoding and resizing: prints one JSON object, milliseconds, the best of the repetitions.
 *
 *   bench_image IMAGE [WIDTH HEIGHT]      scripts/bench_pillow.py prints the same for Pillow */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vtonmetrics/image.h"

typedef struct timed_filter {
  const char *name;
  vtm_resize_filter filter;
} timed_filter;

static const timed_filter filters[] = {
    {"bilinear", VTM_RESIZE_PILLOW_BILINEAR},      {"bicubic", VTM_RESIZE_PILLOW_BICUBIC},
    {"lanczos", VTM_RESIZE_PILLOW_LANCZOS},        {"bicubic_float", VTM_RESIZE_PILLOW_BICUBIC_FLOAT},
    {"torch_bilinear", VTM_RESIZE_TORCH_BILINEAR}, {"tf1_bilinear", VTM_RESIZE_TF1_BILINEAR},
};
enum { REPETITIONS = 30 };

static double now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double time_decode(const char *path, vtm_image *image, vtm_error *error) {
  double best = 1e300;
  for (int i = 0; i < REPETITIONS; i++) {
    vtm_image_clear(image);
    const double start = now_ms();
    if (vtm_image_read(path, NULL, image, error) != VTM_OK) return -1;
    const double taken = now_ms() - start;
    if (taken < best) best = taken;
  }
  return best;
}

static double time_resize(vtm_resize_filter filter, const vtm_image *image, int width, int height, float *out,
                          vtm_error *error) {
  vtm_resizer *resizer = NULL;
  if (vtm_resizer_create(filter, false, &resizer, error) != VTM_OK) return -1;
  double best = 1e300;
  for (int i = 0; i < REPETITIONS && best >= 0; i++) {
    const double start = now_ms();
    const vtm_status status = vtm_resizer_run(resizer, image, width, height, out, error);
    const double taken = now_ms() - start;
    if (status != VTM_OK)
      best = -1;
    else if (taken < best)
      best = taken;
  }
  vtm_resizer_destroy(resizer);
  return best;
}

int main(int argc, char **argv) {
  if (argc != 2 && argc != 4) {
    (void)fprintf(stderr, "usage: bench_image IMAGE [WIDTH HEIGHT]\n");
    return 2;
  }
  const int width = argc == 4 ? atoi(argv[2]) : 299, height = argc == 4 ? atoi(argv[3]) : 299;
  vtm_image image = {0};
  vtm_error error = {0};
  double taken = time_decode(argv[1], &image, &error);
  float *out = width > 0 && height > 0 ? calloc((size_t)width * (size_t)height * 3, sizeof(*out)) : NULL;
  if (taken < 0 || out == NULL) {
    (void)fprintf(stderr, "%s\n", taken < 0 ? error.message : "no memory, or a size below 1");
    free(out);
    vtm_image_clear(&image);
    return 3;
  }
  (void)printf("{\"from\": [%d, %d], \"to\": [%d, %d], \"decode_ms\": %.3f", image.width, image.height, width, height,
               taken);
  for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
    taken = time_resize(filters[i].filter, &image, width, height, out, &error);
    (void)printf(", \"%s_ms\": %.3f", filters[i].name, taken);
  }
  (void)printf("}\n");
  free(out);
  vtm_image_clear(&image);
  return 0;
}
