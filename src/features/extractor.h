/* How a metric sees images: as pixels of which size, and by which network or measure of pixels. */
#ifndef VTM_FEATURES_EXTRACTOR_H
#define VTM_FEATURES_EXTRACTOR_H

#include "features/images.h"
#include "features/network_weights.h"
#include "nn/runner.h"

typedef struct vtm_extractor_request {
  vtm_network_request network;
  const vtm_pixel_measure *measure; /* instead of a network; NULL: a network */
  vtm_resize_filter filter;
  const char *resize; /* the filter, for the fingerprint */
  bool pillow13;
  int width, height;   /* 0 x 0: as images are */
  bool absolute_paths; /* of the weights, in the fingerprint */
} vtm_extractor_request;

typedef struct vtm_extractor {
  vtm_extractor_request request;
  vtm_network_use network; /* zeroed for a measure */
  vtm_loader loader;
  vtm_viewer viewer; /* for the runner */
  size_t features;   /* of an image; 0: pairs are compared */
  size_t layers;     /* values of a pair; 0: images are described */
  char *key;         /* all that decides a result beside the images: the fingerprint of rows in the store */
} vtm_extractor;

vtm_status vtm_extractor_open(vtm_context *context, vtm_store *store, bool rehash, uint64_t max_pixels,
                              const vtm_extractor_request *request, vtm_extractor *extractor, vtm_error *error);
void vtm_extractor_close(vtm_extractor *extractor); /* a zeroed one is allowed */
/* Whether two requests ask for the same values, so that one extractor serves both. */
bool vtm_extractor_serves(const vtm_extractor_request *a, const vtm_extractor_request *b);

/* Whether the host's network computes the guest's features on its way, of the same pixels: AlexNet's are those of
 * LPIPS's trunk. Both are open. */
bool vtm_extractor_can_host(const vtm_extractor *host, const vtm_extractor *guest);
/* Frees a network that a host computes for. */
void vtm_extractor_unload(vtm_extractor *guest);

/* "Pillow bilinear to 299x299, passes in the order of Pillow <= 12" */
void vtm_extractor_describe_resize(const vtm_extractor_request *request, char *text, size_t size);

/* ---- results that the store knows ---- */

/* To be asked before an image is loaded, once it was looked up. On success the image counts as loaded: its notes and
 * its summary are there. */
bool vtm_extractor_find_features(const vtm_extractor *extractor, vtm_images *images, size_t entry, float *features);
bool vtm_extractor_find_layers(const vtm_extractor *extractor, vtm_images *references, size_t reference,
                               vtm_images *images, size_t entry, double *layers);
void vtm_extractor_keep_features(const vtm_extractor *extractor, const vtm_images *images, size_t entry,
                                 const float *features);
void vtm_extractor_keep_layers(const vtm_extractor *extractor, const vtm_images *references, size_t reference,
                               const vtm_images *images, size_t entry, const double *layers);

#endif
