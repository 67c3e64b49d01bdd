/* Protocols of set measures: which network sees which pixels. Nothing else in the program knows which is in use. */
#ifndef VTM_FEATURES_PROTOCOLS_H
#define VTM_FEATURES_PROTOCOLS_H

#include "nn/engine.h"
#include "vtonmetrics/image.h"

/* As the option's choices; the first is the standard one. Must name the table's records in order. */
#define VTM_PROTOCOLS "torchvision|pytorch-fid|clean-fid|torch-fidelity|alexnet"

/* What LPIPS does to pixels before its trunk: ((2x/255 - 1) - shift) / scale. */
#define VTM_LPIPS_SCALING                                                          \
  {                                                                                \
    .scale = {2.0 / 255 / 0.458, 2.0 / 255 / 0.448, 2.0 / 255 / 0.450}, .shift = { \
      (-1 + 0.030) / 0.458,                                                        \
      (-1 + 0.088) / 0.448,                                                        \
      (-1 + 0.188) / 0.450                                                         \
    }                                                                              \
  }

typedef struct vtm_protocol {
  const char *name;
  /* Where the network is not Inception, so that no distance on its features may be called FID: how labels ("alexnet")
   * and sentences ("AlexNet") name it. Else NULL. */
  const char *other_label, *other_title;
  const char *network; /* see vtm_network_find */
  const char *weights; /* in the catalogue */
  vtm_resize_filter filter;
  const char *resize; /* the filter, for the fingerprint */
  int size;           /* width and height that images are resized to */
  vtm_input_scaling scaling;
  const char *input; /* the scaling, for the fingerprint */
} vtm_protocol;

const vtm_protocol *vtm_protocol_find(const char *name); /* NULL when unknown */
size_t vtm_protocol_count(void);

/* Whether Pillow's order of passes (the option pillow) matters to this filter. */
bool vtm_resize_has_passes(vtm_resize_filter filter);

#endif
