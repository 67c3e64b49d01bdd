/* FID protocols: which network sees which pixels. Nothing else in the program knows which is in use. */
#ifndef VTM_FEATURES_PROTOCOLS_H
#define VTM_FEATURES_PROTOCOLS_H

#include "nn/engine.h"
#include "vtonmetrics/image.h"

/* As the option's choices; the first is the standard one. Must name the table's records in order. */
#define VTM_PROTOCOLS "torchvision|pytorch-fid|clean-fid|torch-fidelity|alexnet"

typedef struct vtm_protocol {
  const char *name;
  const char *label;   /* what its distance may be called */
  const char *network; /* see vtm_network_find */
  const char *weights; /* in the catalogue */
  vtm_resize_filter filter;
  const char *resize; /* the filter, for the fingerprint */
  int size;           /* width and height that images are resized to */
  vtm_input_scaling scaling;
  const char *input; /* the scaling, for the fingerprint */
  const char *note;  /* what the reader must know, or NULL */
} vtm_protocol;

const vtm_protocol *vtm_protocol_find(const char *name); /* NULL when unknown */
size_t vtm_protocol_count(void);

/* Whether Pillow's order of passes (the option pillow13) matters to this filter. */
bool vtm_resize_has_passes(vtm_resize_filter filter);

#endif
