#include "features/protocols.h"

#include <string.h>

/* 2 x / 255 - 1. In torchvision's network that is ToTensor, ImageNet's mean and deviation, and transform_input,
 * which undoes them. */
#define SCALING_UNIT                                                    \
  {                                                                     \
    .scale = {2.0 / 255, 2.0 / 255, 2.0 / 255}, .shift = { -1, -1, -1 } \
  }
#define SCALING_128                                                     \
  {                                                                     \
    .scale = {1.0 / 128, 1.0 / 128, 1.0 / 128}, .shift = { -1, -1, -1 } \
  }

static const vtm_protocol protocols[] = {
    {.name = "torchvision",
     .network = "inception-v3",
     .weights = "inception-torchvision",
     .filter = VTM_RESIZE_PILLOW_BILINEAR,
     .resize = "Pillow bilinear",
     .size = 299,
     .scaling = SCALING_UNIT,
     .input = "2x/255 - 1"},
    {.name = "pytorch-fid",
     .network = "inception-fid",
     .weights = "inception-fid",
     .filter = VTM_RESIZE_TORCH_BILINEAR,
     .resize = "torch bilinear, no antialias",
     .size = 299,
     .scaling = SCALING_UNIT,
     .input = "2x/255 - 1"},
    {.name = "clean-fid",
     .network = "inception-fid",
     .weights = "inception-fid",
     .filter = VTM_RESIZE_PILLOW_BICUBIC_FLOAT,
     .resize = "Pillow bicubic on float channels",
     .size = 299,
     .scaling = SCALING_128,
     .input = "(x - 128)/128"},
    {.name = "torch-fidelity",
     .network = "inception-fid",
     .weights = "inception-fid",
     .filter = VTM_RESIZE_TF1_BILINEAR,
     .resize = "TensorFlow 1 bilinear",
     .size = 299,
     .scaling = SCALING_128,
     .input = "(x - 128)/128"},
    {.name = "alexnet",
     .other_label = "alexnet",
     .other_title = "AlexNet",
     .network = "alexnet",
     .weights = "lpips-alex",
     .filter = VTM_RESIZE_PILLOW_BICUBIC,
     .resize = "Pillow bicubic",
     .size = 256,
     .scaling = VTM_LPIPS_SCALING,
     .input = "LPIPS: ((2x/255 - 1) - [-.030, -.088, -.188]) / [.458, .448, .450]"},
};

const vtm_protocol *vtm_protocol_find(const char *name) {
  for (size_t i = 0; i < vtm_protocol_count(); i++)
    if (strcmp(protocols[i].name, name) == 0) return &protocols[i];
  return NULL;
}

size_t vtm_protocol_count(void) { return sizeof(protocols) / sizeof(*protocols); }

bool vtm_resize_has_passes(vtm_resize_filter filter) {
  return filter == VTM_RESIZE_PILLOW_BILINEAR || filter == VTM_RESIZE_PILLOW_BICUBIC ||
         filter == VTM_RESIZE_PILLOW_LANCZOS;
}
