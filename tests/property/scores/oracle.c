#include "property/scores/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/cpu.h"
#include "base/denormals.h"
#include "features/network_weights.h"
#include "features/pixel_measures.h"
#include "features/structural_similarity.h"
#include "metrics/registry.h"
#include "metrics/settings.h"
#include "nn/forward.h"
#include "stats/frechet.h"
#include "stats/moments.h"

/* ---- engines, one for each way to compute ---- */

typedef struct way {
  unsigned cpu_features;
  uint8_t precision;
  bool compares, exact; /* LPIPS, else features */
} way;

typedef struct machine {
  way how;
  vtm_context *context;
  vtm_network_use use;
  vtm_engine *engine;
  struct machine *next;
} machine;

static machine *machines;

static vtm_extractor_request request_of(bool compares, uint8_t precision, bool exact) {
  vtm_settings *settings = NULL;
  vtm_error error = {0};
  if (vtm_settings_create(compares ? "lpips" : "fid", &settings, &error) != VTM_OK ||
      (!compares && vtm_settings_set(settings, "protocol", "alexnet", &error) != VTM_OK))
    give_up("%s", error.message);
  vtm_extractor_request request = vtm_settings_extractor(settings);
  vtm_settings_destroy(settings);
  request.network.file = NULL;
  request.network.precision = lens_precisions[precision];
  request.network.exact = exact;
  return request;
}

static machine *open_machine(const way *how, const char *mask) {
  vtm_error error = {0};
  machine *made = calloc(1, sizeof(*made));
  if (made == NULL) give_up("out of memory");
  const vtm_context_options options = {
      .struct_size = sizeof(options), .threads = 1, .device = "cpu", .cpu_mask = mask[0] != '\0' ? mask : NULL};
  const vtm_extractor_request request = request_of(how->compares, how->precision, how->exact);
  made->how = *how;
  if (vtm_context_create(&options, &made->context, &error) != VTM_OK ||
      vtm_network_find_weights(made->context, NULL, false, &request.network, &made->use, &error) != VTM_OK ||
      vtm_network_open(&made->use, &made->engine, &error) != VTM_OK)
    give_up("%s", error.message);
  made->next = machines;
  return machines = made;
}

/* Masks that leave the same instruction sets are one way to compute. */
static machine *machine_for(lens seen, bool compares) {
  way how = {.precision = seen.precision, .compares = compares, .exact = seen.exact};
  const char *mask = lens_masks[seen.mask];
  vtm_error error = {0};
  if (vtm_cpu_features(mask[0] != '\0' ? mask : NULL, &how.cpu_features, &error) != VTM_OK)
    give_up("%s", error.message);
  for (machine *m = machines; m != NULL; m = m->next)
    if (m->how.cpu_features == how.cpu_features && m->how.precision == how.precision &&
        m->how.compares == how.compares && m->how.exact == how.exact)
      return m;
  return open_machine(&how, mask);
}

bool oracle_has_amx(void) {
  unsigned features = 0;
  return vtm_cpu_features(NULL, &features, NULL) == VTM_OK && (features & VTM_CPU_AMX) != 0;
}

int oracle_minimum_size(void) { return vtm_network_minimum_size(vtm_network_find("lpips-alex")); }

/* ---- what was worked out ---- */

typedef struct known {
  picture a, b; /* b of pairs */
  lens seen;
  bool compares;
  double layers[LAYERS];
  float features[FEATURES];
  struct known *next;
} known;

enum { BUCKETS = 4096 };
static known *buckets[BUCKETS];

static bool same_picture(picture a, picture b) { return a.content == b.content && a.size == b.size; }

static bool same_lens(lens a, lens b) {
  return a.size == b.size && a.mask == b.mask && a.precision == b.precision && a.exact == b.exact &&
         a.pillow13 == b.pillow13;
}

/* NULL when it is not known yet. */
static known *find(known **bucket, const known *wanted) {
  for (known *k = *bucket; k != NULL; k = k->next)
    if (k->compares == wanted->compares && same_picture(k->a, wanted->a) && same_picture(k->b, wanted->b) &&
        same_lens(k->seen, wanted->seen))
      return k;
  return NULL;
}

static known **bucket_of(const known *wanted) {
  return &buckets[(wanted->a.content * 31u + wanted->b.content * 7u + wanted->seen.size) % BUCKETS];
}

static known *add(known **bucket, const known *wanted) {
  known *made = malloc(sizeof(*made));
  if (made == NULL) give_up("out of memory");
  *made = *wanted;
  made->next = *bucket;
  return *bucket = made;
}

/* ---- seeing ---- */

static void size_of(const lens *seen, picture what, int *width, int *height) {
  const char *text = lens_sizes[seen->size];
  *width = picture_sizes[what.size][0];
  *height = picture_sizes[what.size][1];
  if (strcmp(text, "native") == 0) return;
  char *rest = NULL;
  *width = *height = (int)strtol(text, &rest, 10);
  if (*rest == 'x') *height = (int)strtol(rest + 1, NULL, 10);
}

static vtm_pixels look_at(picture what, lens seen) {
  static uint8_t samples[64 * 64 * 3];
  vtm_error error = {0};
  int width;
  int height;
  vtm_pixels pixels = {0};
  vtm_resizer *resizer = NULL;
  vtm_image image = {.width = picture_sizes[what.size][0], .height = picture_sizes[what.size][1], .pixels = samples};
  size_of(&seen, what, &width, &height);
  picture_draw(image.width, image.height, what.content, samples);
  const bool native = strcmp(lens_sizes[seen.size], "native") == 0;
  float *values = vtm_pixels_resize(&pixels, width, height, &error);
  if (values == NULL ||
      vtm_resizer_create(native ? VTM_RESIZE_NONE : VTM_RESIZE_PILLOW_BICUBIC, seen.pillow13, &resizer, &error) !=
          VTM_OK ||
      vtm_resizer_run(resizer, &image, width, height, values, &error) != VTM_OK)
    give_up("%s", error.message);
  vtm_resizer_destroy(resizer);
  return pixels;
}

static void run_through(machine *with, int slot, picture what, lens seen) {
  vtm_error error = {0};
  vtm_pixels pixels = look_at(what, seen);
  if (vtm_forward(with->engine, 0, slot, &pixels, &error) != VTM_OK) give_up("%s", error.message);
  vtm_pixels_free(&pixels);
}

const float *oracle_features(picture what, lens seen) {
  seen.size = 0; /* the protocol has one of its own, the same */
  const known wanted = {.a = what, .seen = seen};
  known **bucket = bucket_of(&wanted);
  known *k = find(bucket, &wanted);
  if (k != NULL) return k->features;
  vtm_error error = {0};
  machine *with = machine_for(seen, false);
  k = add(bucket, &wanted);
  const uint64_t mode = vtm_flush_denormals();
  run_through(with, VTM_SLOT_OTHER, what, seen);
  if (vtm_forward_features(with->engine, 0, VTM_SLOT_OTHER, k->features, &error) != VTM_OK)
    give_up("%s", error.message);
  vtm_restore_float_mode(mode);
  return k->features;
}

static const double *layers_of(picture reference, picture result, lens seen) {
  const known wanted = {.a = reference, .b = result, .seen = seen, .compares = true};
  known **bucket = bucket_of(&wanted);
  known *k = find(bucket, &wanted);
  if (k != NULL) return k->layers;
  vtm_error error = {0};
  machine *with = machine_for(seen, true);
  k = add(bucket, &wanted);
  const uint64_t mode = vtm_flush_denormals();
  run_through(with, VTM_SLOT_REFERENCE, reference, seen);
  run_through(with, VTM_SLOT_OTHER, result, seen);
  if (vtm_forward_lpips(with->engine, 0, k->layers, &error) != VTM_OK) give_up("%s", error.message);
  vtm_restore_float_mode(mode);
  return k->layers;
}

double oracle_pair(picture reference, picture result, int metric, lens seen, double *layers) {
  vtm_error error = {0};
  double value = 0;
  if (metric == METRIC_LPIPS) {
    memcpy(layers, layers_of(reference, result, seen), LAYERS * sizeof(*layers));
    for (int k = 0; k < LAYERS; k++) value += layers[k];
    return value;
  }
  const vtm_pixel_measure *measure = metric == METRIC_SSIM ? &vtm_ssim_torchmetrics : &vtm_squared_error;
  vtm_pixels a = look_at(reference, seen);
  vtm_pixels b = look_at(result, seen);
  if (measure->compare(a.values, b.values, a.width, a.height, &value, &error) != VTM_OK) give_up("%s", error.message);
  vtm_pixels_free(&a);
  vtm_pixels_free(&b);
  return metric == METRIC_PSNR ? 10 * log10(255.0 * 255.0 / value) : value;
}

/* ---- distances ---- */

static double kernel(picture a, picture b, lens seen) {
  const float *x = oracle_features(a, seen);
  const float *y = oracle_features(b, seen);
  double product = 0;
  for (int k = 0; k < FEATURES; k++) product += (double)x[k] * (double)y[k];
  return pow(product / FEATURES + 1, 3);
}

static double mean_of_kernels(const oracle_side *a, const oracle_side *b) {
  double sum = 0;
  for (int i = 0; i < a->count; i++)
    for (int j = 0; j < b->count; j++)
      if (a != b || i != j) sum += kernel(a->pictures[i], b->pictures[j], a->seen);
  return sum / a->count / (a == b ? b->count - 1 : b->count);
}

oracle_distance oracle_kernel(const oracle_side *a, const oracle_side *b) {
  return (oracle_distance){.value = mean_of_kernels(a, a) + mean_of_kernels(b, b) - 2 * mean_of_kernels(a, b)};
}

static vtm_gaussian fit(vtm_pool *pool, const oracle_side *side) {
  vtm_error error = {0};
  vtm_moments *moments = NULL;
  vtm_gaussian fitted = {0};
  double row[FEATURES];
  if (vtm_moments_create(pool, FEATURES, &moments, &error) != VTM_OK) give_up("%s", error.message);
  for (int i = 0; i < side->count; i++) {
    const float *features = oracle_features(side->pictures[i], side->seen);
    for (int k = 0; k < FEATURES; k++) row[k] = (double)features[k];
    if (vtm_moments_add(moments, row, &error) != VTM_OK) give_up("%s", error.message);
  }
  if (vtm_moments_gaussian(moments, &fitted, &error) != VTM_OK) give_up("%s", error.message);
  vtm_moments_destroy(moments);
  if (!side->statistics) return fitted;
  double *covariance = NULL;
  vtm_gaussian read = {0};
  if (vtm_gaussian_covariance(pool, &fitted, &covariance, &error) != VTM_OK ||
      vtm_gaussian_from_covariance("saved", fitted.mean, covariance, FEATURES, VTM_COVARIANCE_FLOAT64, &read, &error) !=
          VTM_OK)
    give_up("%s", error.message);
  free(covariance);
  vtm_gaussian_free(&fitted);
  return read;
}

oracle_distance oracle_frechet(const oracle_side *a, const oracle_side *b) {
  vtm_error error = {0};
  vtm_frechet distance;
  vtm_pool *pool = machine_for((lens){0}, false)->context->pool;
  vtm_gaussian of_a = fit(pool, a);
  vtm_gaussian of_b = fit(pool, b);
  if (vtm_frechet_distance(pool, &of_a, &of_b, &distance, &error) != VTM_OK) give_up("%s", error.message);
  vtm_gaussian_free(&of_a);
  vtm_gaussian_free(&of_b);
  return (oracle_distance){distance.value, distance.mean, distance.covariance};
}

void oracle_close(void) {
  for (int i = 0; i < BUCKETS; i++)
    while (buckets[i] != NULL) {
      known *next = buckets[i]->next;
      free(buckets[i]);
      buckets[i] = next;
    }
  while (machines != NULL) {
    machine *next = machines->next;
    vtm_network_close(&machines->use);
    vtm_context_destroy(machines->context);
    free(machines);
    machines = next;
  }
}
