/* How a metric sees images: as pixels of which size, and by which network. */
#ifndef VTM_FEATURES_EXTRACTOR_H
#define VTM_FEATURES_EXTRACTOR_H

#include "features/images.h"
#include "features/network_weights.h"
#include "nn/runner.h"

typedef struct vtm_extractor_request {
  vtm_network_request network;
  vtm_resize_filter filter;
  const char *resize; /* the filter, for the fingerprint */
  bool pillow13;
  int width, height; /* 0 x 0: as images are */
} vtm_extractor_request;

typedef struct vtm_extractor {
  vtm_network_use network;
  vtm_loader loader;
  vtm_viewer viewer; /* for the runner */
  char *key;         /* all that decides a result beside the images: the fingerprint of rows in the store */
} vtm_extractor;

/* Names the network and its weights in the result's fingerprint. */
vtm_status vtm_extractor_open(vtm_context *context, vtm_store *store, const vtm_settings *settings,
                              const vtm_extractor_request *request, vtm_result_builder *builder, vtm_extractor *view,
                              vtm_error *error);
void vtm_extractor_close(vtm_extractor *view); /* a zeroed one is allowed */
static inline bool vtm_extractor_is_open(const vtm_extractor *view) { return view->network.network != NULL; }

/* "Pillow bilinear to 299x299, horizontal pass first" */
void vtm_extractor_describe_resize(const vtm_extractor_request *request, char *text, size_t size);

/* ---- results that the store knows ---- */

/* To be asked before an image is loaded. On success the image counts as loaded: its notes and its look are there. */
bool vtm_extractor_find_features(const vtm_extractor *view, vtm_images *images, size_t entry, float *features);
bool vtm_extractor_find_layers(const vtm_extractor *view, vtm_images *references, size_t reference, vtm_images *images,
                               size_t entry, double *layers);
void vtm_extractor_keep_features(const vtm_extractor *view, const vtm_images *images, size_t entry,
                                 const float *features);
void vtm_extractor_keep_layers(const vtm_extractor *view, const vtm_images *references, size_t reference,
                               const vtm_images *images, size_t entry, const double *layers);

#endif
