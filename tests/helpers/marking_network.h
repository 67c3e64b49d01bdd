/* A network of two layers whose results say which image they came from, and the same in plain C, one image at a time.
 * The second layer takes several images together, as the tails of the real networks do. */
#ifndef VTM_TESTS_MARKING_NETWORK_H
#define VTM_TESTS_MARKING_NETWORK_H

#include <math.h>
#include <string.h>

#include "nn/engine.h"
#include "nn/seeded.h"
#include "nn/tables.h"

enum { MARK_CHANNELS = 32, MARK_TAPS = 2, MARK_LEAST = 3, MARK_MOST = 8 };

static const vtm_layer marking_layers[] = {
    {VTM_LAYER_CONVOLUTION, "one", "image", "a", MARK_CHANNELS, 3, 3, 1, 0, 0},
    {VTM_LAYER_CONVOLUTION, "two", "a", "b", MARK_CHANNELS, 1, 1, 1, 0, 0},
};
static const char *const marking_taps[] = {"a", "b"};

static const vtm_network marking_describer = {.name = "marking",
                                              .description = "a network for tests",
                                              .layers = marking_layers,
                                              .layer_count = 2,
                                              .typical_size = MARK_MOST,
                                              .batched_from = "a",
                                              .features = "b",
                                              .feature_count = MARK_CHANNELS};
static const vtm_network marking_comparer = {.name = "marking-lpips",
                                             .description = "a network for tests",
                                             .layers = marking_layers,
                                             .layer_count = 2,
                                             .typical_size = MARK_MOST,
                                             .batched_from = "a",
                                             .features = "b",
                                             .feature_count = MARK_CHANNELS,
                                             .taps = marking_taps,
                                             .tap_count = MARK_TAPS};

/* The pixels of image `mark`: no two are alike. */
static inline void marking_pixels(uint64_t mark, int width, int height, float *pixels) {
  uint64_t state = mark;
  for (int i = 0; i < width * height * 3; i++) pixels[i] = vtm_seeded_uniform(&state, 0, 255);
}

/* Both maps of an image, pixel by pixel; pixels are scaled to -1 .. 1 as in `marking_scaling`. */
typedef struct marking_maps {
  int pixels;
  double maps[MARK_TAPS][MARK_MOST * MARK_MOST][MARK_CHANNELS];
} marking_maps;

static const vtm_input_scaling marking_scaling = {{2.0 / 255, 2.0 / 255, 2.0 / 255}, {-1, -1, -1}};

static inline const float *marking_weights(vtm_seeded_weights *weights, const char *name) {
  const vtm_tensor_lookup lookup = vtm_seeded_lookup(weights);
  return lookup.find(lookup.user, name)->data;
}

static inline void marking_run(vtm_seeded_weights *weights, const float *image, int width, int height,
                               marking_maps *to) {
  const float *first = marking_weights(weights, "one.weight");
  const float *second = marking_weights(weights, "two.weight");
  to->pixels = 0;
  for (int y = 0; y + 3 <= height; y++)
    for (int x = 0; x + 3 <= width; x++) {
      double *a = to->maps[0][to->pixels];
      double *b = to->maps[1][to->pixels++];
      for (int c = 0; c < MARK_CHANNELS; c++) {
        a[c] = (double)marking_weights(weights, "one.bias")[c];
        for (int k = 0; k < 27; k++) /* channel, row, column of the kernel */
          a[c] += (double)first[c * 27 + k] *
                  ((double)image[((y + k / 3 % 3) * width + x + k % 3) * 3 + k / 9] * 2 / 255 - 1);
        a[c] = a[c] > 0 ? a[c] : 0;
      }
      for (int c = 0; c < MARK_CHANNELS; c++) {
        b[c] = (double)marking_weights(weights, "two.bias")[c];
        for (int k = 0; k < MARK_CHANNELS; k++) b[c] += (double)second[c * MARK_CHANNELS + k] * a[k];
        b[c] = b[c] > 0 ? b[c] : 0;
      }
    }
}

static inline void marking_describe(const marking_maps *maps, double features[MARK_CHANNELS]) {
  memset(features, 0, MARK_CHANNELS * sizeof(*features));
  for (int i = 0; i < maps->pixels; i++)
    for (int c = 0; c < MARK_CHANNELS; c++) features[c] += maps->maps[1][i][c] / maps->pixels;
}

/* The formula of vtm_backend.lpips_distances. */
static inline void marking_compare(vtm_seeded_weights *weights, const marking_maps *left, const marking_maps *right,
                                   double layers[MARK_TAPS]) {
  static const char *const names[] = {"lin0.model.1.weight", "lin1.model.1.weight"};
  for (int t = 0; t < MARK_TAPS; t++) {
    const float *linear = marking_weights(weights, names[t]);
    layers[t] = 0;
    for (int i = 0; i < left->pixels; i++) {
      const double *a = left->maps[t][i];
      const double *b = right->maps[t][i];
      double square_a = 0;
      double square_b = 0;
      for (int c = 0; c < MARK_CHANNELS; c++) {
        square_a += a[c] * a[c];
        square_b += b[c] * b[c];
      }
      for (int c = 0; c < MARK_CHANNELS; c++) {
        const double difference = a[c] / (sqrt(square_a) + 1e-10) - b[c] / (sqrt(square_b) + 1e-10);
        layers[t] += (double)linear[c] * difference * difference / left->pixels;
      }
    }
  }
}

#endif
