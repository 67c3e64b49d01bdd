#include "features/extractor.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "features/image_cache.h"
#include "features/protocols.h"
#include "metrics/settings.h"

void vtm_extractor_describe_resize(const vtm_extractor_request *request, char *text, size_t size) {
  const char *order = "";
  if (request->width == 0) {
    (void)snprintf(text, size, "none");
    return;
  }
  if (vtm_resize_has_passes(request->filter))
    order = request->pillow13 ? ", passes in the order of Pillow 13" : ", horizontal pass first";
  (void)snprintf(text, size, "%s to %dx%d%s", request->resize, request->width, request->height, order);
}

static char *make_key(vtm_context *context, const vtm_extractor_request *request, const vtm_network_use *network,
                      vtm_error *error) {
  char resize[128];
  char digest[VTM_SHA256_TEXT];
  vtm_text text = {0};
  const vtm_input_scaling *scaling = request->network.scaling;
  vtm_extractor_describe_resize(request, resize, sizeof(resize));
  vtm_digest_text(&network->digest, digest);
  vtm_text_format(&text, "%s; weights %s; resize %s; input", request->network.network, digest, resize);
  for (int c = 0; c < 3; c++) vtm_text_format(&text, " %.17gx%+.17g", scaling->scale[c], scaling->shift[c]);
  vtm_text_format(&text, "; %s; convolution %s; %s; code %s", request->network.precision,
                  vtm_engine_forms(context, request->network.precision, request->network.exact), context->digits,
                  vtm_digits_version());
  return vtm_text_take(&text, error);
}

vtm_status vtm_extractor_open(vtm_context *context, vtm_store *store, const vtm_settings *settings,
                              const vtm_extractor_request *request, vtm_result_builder *builder, vtm_extractor *view,
                              vtm_error *error) {
  *view = (vtm_extractor){0};
  vtm_status status = vtm_network_find_weights(context, store, vtm_settings_flag(settings, "rehash"), &request->network,
                                               builder, &view->network, error);
  if (status != VTM_OK) {
    *view = (vtm_extractor){0};
    return status;
  }
  status = vtm_loader_open(context, request->filter, request->pillow13, request->width, request->height,
                           vtm_settings_integer(settings, "max-pixels"), &view->loader, error);
  view->loader.look = vtm_settings_flag(settings, "lint");
  view->viewer = (vtm_viewer){.network = view->network.network, .open = vtm_network_open, .user = &view->network};
  if (status == VTM_OK) view->key = make_key(context, request, &view->network, error);
  if (status == VTM_OK && view->key == NULL) status = VTM_ERROR_MEMORY;
  if (status != VTM_OK) vtm_extractor_close(view);
  return status;
}

void vtm_extractor_close(vtm_extractor *view) {
  vtm_network_close(&view->network);
  vtm_loader_close(&view->loader);
  free(view->key);
  *view = (vtm_extractor){0};
}

static size_t feature_bytes(const vtm_extractor *view) {
  return vtm_network_features(view->network.network) * sizeof(float);
}

static size_t layer_bytes(const vtm_extractor *view) {
  return vtm_network_taps(view->network.network) * sizeof(double);
}

bool vtm_extractor_find_features(const vtm_extractor *view, vtm_images *images, size_t entry, float *features) {
  if (!vtm_images_is_cached(images, entry, &view->loader.limits)) return false;
  const vtm_store_key key = {.fingerprint = view->key, .content = &images->cache->digests[entry]};
  if (!vtm_store_get(images->cache->store, &key, features, feature_bytes(view))) return false;
  vtm_images_use_cached(images, entry);
  return true;
}

bool vtm_extractor_find_layers(const vtm_extractor *view, vtm_images *references, size_t reference, vtm_images *images,
                               size_t entry, double *layers) {
  if (!vtm_images_is_cached(references, reference, &view->loader.limits) ||
      !vtm_images_is_cached(images, entry, &view->loader.limits))
    return false;
  const vtm_store_key key = {.fingerprint = view->key,
                             .content = &references->cache->digests[reference],
                             .other = &images->cache->digests[entry]};
  if (!vtm_store_get(images->cache->store, &key, layers, layer_bytes(view))) return false;
  vtm_images_use_cached(references, reference);
  vtm_images_use_cached(images, entry);
  return true;
}

void vtm_extractor_keep_features(const vtm_extractor *view, const vtm_images *images, size_t entry,
                                 const float *features) {
  if (!vtm_images_keep(images, entry)) return;
  const vtm_store_key key = {.fingerprint = view->key, .content = &images->cache->digests[entry]};
  vtm_store_put(images->cache->store, &key, features, feature_bytes(view));
}

void vtm_extractor_keep_layers(const vtm_extractor *view, const vtm_images *references, size_t reference,
                               const vtm_images *images, size_t entry, const double *layers) {
  if (!vtm_images_keep(references, reference) || !vtm_images_keep(images, entry)) return;
  const vtm_store_key key = {.fingerprint = view->key,
                             .content = &references->cache->digests[reference],
                             .other = &images->cache->digests[entry]};
  vtm_store_put(images->cache->store, &key, layers, layer_bytes(view));
}
