/* AlexNet (Krizhevsky 2014, "One weird trick", arXiv 1404.5997), the `features` of torchvision's. */
#include "nn/alexnet.h"

#define CONV(NAME, INPUT, OUTPUT, CHANNELS, KERNEL, STRIDE, PAD) \
  { VTM_LAYER_CONVOLUTION, NAME, INPUT, OUTPUT, CHANNELS, KERNEL, KERNEL, STRIDE, PAD, PAD }
#define MAX_POOL(INPUT, OUTPUT) \
  { VTM_LAYER_MAX_POOL, NULL, INPUT, OUTPUT, 0, 3, 3, 2, 0, 0 }

static const vtm_layer layers[] = {
    CONV("features.0", "image", "relu1", 64, 11, 4, 2),  MAX_POOL("relu1", "pool1"),
    CONV("features.3", "pool1", "relu2", 192, 5, 1, 2),  MAX_POOL("relu2", "pool2"),
    CONV("features.6", "pool2", "relu3", 384, 3, 1, 1),  CONV("features.8", "relu3", "relu4", 256, 3, 1, 1),
    CONV("features.10", "relu4", "relu5", 256, 3, 1, 1),
};

/* Effect of two-part (16-bit) factors in all layers, against three parts (24 bits), measured on 84 pairs of photographs
 * and 28 photographs: LPIPS <= 3e-7; features 2.2e-5 rms, <= 3.4e-4 of their standard deviation. */
#define REDUCED_FROM "relu1"

enum { LAYER_COUNT = sizeof(layers) / sizeof(*layers) };

static const char *const taps[] = {"relu1", "relu2", "relu3", "relu4", "relu5"};

const vtm_network vtm_network_alexnet = {
    .name = "alexnet",
    .description = "AlexNet's features",
    .layers = layers,
    .layer_count = LAYER_COUNT,
    .typical_size = 256,
    .reduced_from = REDUCED_FROM,
    .batched_from = "pool2",
    .features = "relu5",
    .feature_count = 256,
};

const vtm_network vtm_network_lpips_alex = {
    .name = "lpips-alex",
    .description = "LPIPS v0.1 on AlexNet",
    .layers = layers,
    .layer_count = LAYER_COUNT,
    .typical_size = 256,
    .reduced_from = REDUCED_FROM,
    .batched_from = "pool2",
    .features = "relu5",
    .feature_count = 256,
    .taps = taps,
    .tap_count = sizeof(taps) / sizeof(*taps),
};
