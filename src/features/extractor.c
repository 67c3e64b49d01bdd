#include "features/extractor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "features/image_cache.h"
#include "features/protocols.h"

void vtm_extractor_describe_resize(const vtm_extractor_request *request, char *text, size_t size) {
  const char *order = "";
  if (request->width == 0) {
    (void)snprintf(text, size, "none");
    return;
  }
  if (vtm_resize_has_passes(request->filter))
    order = request->pillow13 ? ", passes in the order of Pillow 13" : ", passes in the order of Pillow <= 12";
  (void)snprintf(text, size, "%s to %dx%d%s", request->resize, request->width, request->height, order);
}

static void describe_network(vtm_context *context, const vtm_network_use *use, vtm_text *text) {
  const vtm_network_request *request = &use->request;
  char digest[VTM_SHA256_TEXT];
  vtm_digest_text(&use->digest, digest);
  vtm_text_format(text, "; weights %s; input", digest);
  for (int c = 0; c < 3; c++)
    vtm_text_format(text, " %.17gx%+.17g", request->scaling->scale[c], request->scaling->shift[c]);
  vtm_text_format(text, "; %s; convolution %s; %s", request->precision,
                  vtm_engine_forms(context, request->precision, request->exact), context->digits);
}

static char *make_key(vtm_context *context, const vtm_extractor *extractor, vtm_error *error) {
  const vtm_extractor_request *request = &extractor->request;
  char resize[128];
  vtm_text text = {0};
  vtm_extractor_describe_resize(request, resize, sizeof(resize));
  vtm_text_format(&text, "%s; resize %s", request->measure ? request->measure->name : request->network.network, resize);
  if (request->measure == NULL) describe_network(context, &extractor->network, &text);
  vtm_text_format(&text, "; code %s", vtm_digits_version());
  return vtm_text_take(&text, error);
}

static vtm_status open_viewer(vtm_context *context, vtm_store *store, bool rehash, vtm_extractor *extractor,
                              vtm_error *error) {
  const vtm_pixel_measure *measure = extractor->request.measure;
  if (measure != NULL) {
    extractor->viewer = (vtm_viewer){.measure = measure};
    extractor->layers = measure->values;
    return VTM_OK;
  }
  vtm_network_use *use = &extractor->network;
  const vtm_status status = vtm_network_find_weights(context, store, rehash, &extractor->request.network, use, error);
  if (status != VTM_OK) return status;
  extractor->viewer = (vtm_viewer){.network = use->network, .open = vtm_network_open, .user = use};
  extractor->layers = vtm_network_taps(use->network);
  extractor->features = extractor->layers > 0 ? 0 : vtm_network_features(use->network);
  return VTM_OK;
}

vtm_status vtm_extractor_open(vtm_context *context, vtm_store *store, bool rehash, uint64_t max_pixels,
                              const vtm_extractor_request *request, vtm_extractor *extractor, vtm_error *error) {
  *extractor = (vtm_extractor){.request = *request};
  vtm_status status = open_viewer(context, store, rehash, extractor, error);
  if (status == VTM_OK)
    status = vtm_loader_open(context, request->filter, request->pillow13, request->width, request->height, max_pixels,
                             &extractor->loader, error);
  if (status == VTM_OK) extractor->key = make_key(context, extractor, error);
  if (status == VTM_OK && extractor->key == NULL) status = VTM_ERROR_MEMORY;
  if (status != VTM_OK) vtm_extractor_close(extractor);
  return status;
}

void vtm_extractor_close(vtm_extractor *extractor) {
  vtm_network_close(&extractor->network);
  vtm_loader_close(&extractor->loader);
  free(extractor->key);
  *extractor = (vtm_extractor){0};
}

static bool is_same_text(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same_arithmetic(const vtm_network_request *a, const vtm_network_request *b) {
  return is_same_text(a->precision, b->precision) && a->exact == b->exact &&
         memcmp(a->scaling, b->scaling, sizeof(*a->scaling)) == 0;
}

static bool is_same_network(const vtm_network_request *a, const vtm_network_request *b) {
  return is_same_text(a->network, b->network) && is_same_text(a->weights, b->weights) &&
         is_same_text(a->file, b->file) && is_same_arithmetic(a, b);
}

static bool is_same_size(const vtm_extractor_request *a, const vtm_extractor_request *b) {
  return a->filter == b->filter && a->pillow13 == b->pillow13 && a->width == b->width && a->height == b->height;
}

bool vtm_extractor_serves(const vtm_extractor_request *a, const vtm_extractor_request *b) {
  return is_same_size(a, b) && a->measure == b->measure &&
         (a->measure != NULL || is_same_network(&a->network, &b->network));
}

bool vtm_extractor_can_host(const vtm_extractor *host, const vtm_extractor *guest) {
  const vtm_network_use *a = &host->network;
  const vtm_network_use *b = &guest->network;
  return host->layers > 0 && host->request.measure == NULL && guest->features > 0 &&
         is_same_size(&host->request, &guest->request) && is_same_arithmetic(&a->request, &b->request) &&
         vtm_network_includes(a->network, b->network) && memcmp(&a->digest, &b->digest, sizeof(a->digest)) == 0;
}

void vtm_extractor_unload(vtm_extractor *guest) {
  vtm_engine_destroy(guest->network.engine);
  guest->network.engine = NULL;
}

bool vtm_extractor_find_features(const vtm_extractor *extractor, vtm_images *images, size_t entry, float *features) {
  if (!vtm_images_is_cached(images, entry, &extractor->loader.limits)) return false;
  const vtm_store_key key = {.fingerprint = extractor->key, .content = &images->cache->digests[entry]};
  if (!vtm_store_get(images->cache->store, &key, features, extractor->features * sizeof(*features))) return false;
  vtm_images_use_cached(images, entry);
  return true;
}

static vtm_store_key pair_key(const vtm_extractor *extractor, const vtm_images *references, size_t reference,
                              const vtm_images *images, size_t entry) {
  return (vtm_store_key){.fingerprint = extractor->key,
                         .content = &references->cache->digests[reference],
                         .other = &images->cache->digests[entry]};
}

bool vtm_extractor_find_layers(const vtm_extractor *extractor, vtm_images *references, size_t reference,
                               vtm_images *images, size_t entry, double *layers) {
  if (!vtm_images_is_cached(references, reference, &extractor->loader.limits) ||
      !vtm_images_is_cached(images, entry, &extractor->loader.limits))
    return false;
  const vtm_store_key key = pair_key(extractor, references, reference, images, entry);
  if (!vtm_store_get(images->cache->store, &key, layers, extractor->layers * sizeof(*layers))) return false;
  vtm_images_use_cached(references, reference);
  vtm_images_use_cached(images, entry);
  return true;
}

void vtm_extractor_keep_features(const vtm_extractor *extractor, const vtm_images *images, size_t entry,
                                 const float *features) {
  if (!vtm_images_keep(images, entry)) return;
  const vtm_store_key key = {.fingerprint = extractor->key, .content = &images->cache->digests[entry]};
  vtm_store_put(images->cache->store, &key, features, extractor->features * sizeof(*features));
}

void vtm_extractor_keep_layers(const vtm_extractor *extractor, const vtm_images *references, size_t reference,
                               const vtm_images *images, size_t entry, const double *layers) {
  if (!vtm_images_keep(references, reference) || !vtm_images_keep(images, entry)) return;
  const vtm_store_key key = pair_key(extractor, references, reference, images, entry);
  vtm_store_put(images->cache->store, &key, layers, extractor->layers * sizeof(*layers));
}
