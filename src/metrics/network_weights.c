#include "metrics/network_weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/weights.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#ifdef LIBJPEG_TURBO_VERSION
#define JPEG_DECODER "libjpeg-turbo " TEXT(LIBJPEG_TURBO_VERSION)
#else
#define JPEG_DECODER "libjpeg " TEXT(JPEG_LIB_VERSION)
#endif

static vtm_status find_weights(vtm_context *context, const vtm_network_request *request, char **path,
                               vtm_error *error) {
  *path = NULL;
  if (request->file != NULL) {
    *path = vtm_copy_text(request->file, error);
    return *path != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  const vtm_status status = vtm_weights_locate(request->weights, path, error);
  if (status != VTM_ERROR_NOT_FOUND || !request->fetch) return status;
  return vtm_weights_fetch(context, request->weights, NULL, path, error);
}

static vtm_status name_weights(const vtm_network_request *request, vtm_weights *weights, vtm_result_builder *builder,
                               vtm_error *error) {
  const char *digest = vtm_weights_sha256(weights);
  const char *path = vtm_weights_path(weights);
  if (digest == NULL) return vtm_fail(error, VTM_ERROR_IO, "%s: cannot be read again for its SHA-256", path);
  const vtm_weights_record *record = vtm_weights_catalogue_find(request->weights);
  const char *published = record != NULL && record->sha256_prefix != NULL ? record->sha256_prefix : "";
  vtm_result_fingerprint(builder, "network", "%s", request->network);
  vtm_result_fingerprint(builder, "weights", "%s", request->weights);
  vtm_result_fingerprint(builder, "weights_file", "%s", vtm_result_copy(builder, path));
  vtm_result_fingerprint(builder, "weights_sha256", "%s", digest);
  vtm_result_fingerprint(builder, "weights_format", "%s", vtm_weights_format(weights));
  if (strncmp(digest, published, strlen(published)) != 0)
    vtm_result_note(builder,
                    "the weights %s are not the published file of %s (its SHA-256 begins with %.8s, this one's with "
                    "%.8s): unless they were converted from it, the score compares with no published one",
                    path, request->weights, published, digest);
  return VTM_OK;
}

vtm_status vtm_open_network(vtm_context *context, const vtm_network_request *request, vtm_result_builder *builder,
                            vtm_engine **engine, vtm_error *error) {
  *engine = NULL;
  const vtm_network *network = vtm_network_find(request->network);
  if (network == NULL)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "this build has no network '%s'", request->network);
  const vtm_engine_options options = {.scaling = request->scaling, .exact = request->exact};
  char *path = NULL;
  vtm_weights *weights = NULL;
  vtm_status status = find_weights(context, request, &path, error);
  if (status == VTM_OK) status = vtm_weights_open(path, &weights, error);
  if (status == VTM_OK) status = vtm_engine_create(context, network, weights, &options, engine, error);
  if (status == VTM_OK) vtm_result_fingerprint(builder, "convolution", "%s", vtm_engine_convolution(*engine));
  if (status == VTM_OK) status = name_weights(request, weights, builder, error);
  if (status != VTM_OK) {
    vtm_engine_destroy(*engine);
    *engine = NULL;
  }
  vtm_weights_close(weights);
  vtm_free(path);
  return status;
}

void vtm_fingerprint_machine(vtm_context *context, vtm_result_builder *builder, bool decodes, bool computes) {
  if (decodes) vtm_result_fingerprint(builder, "decoder", "%s", JPEG_DECODER);
  if (computes) vtm_result_fingerprint(builder, "precision", "f32");
  vtm_result_fingerprint(builder, "device", "%s", vtm_context_device(context));
}
