#include "features/network_weights.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "metrics/digits.h"
#include "weights/download.h"
#include "weights/locate.h"
#include "weights/weights.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#ifdef LIBJPEG_TURBO_VERSION
#define JPEG_DECODER "libjpeg-turbo " TEXT(LIBJPEG_TURBO_VERSION)
#else
#define JPEG_DECODER "libjpeg " TEXT(JPEG_LIB_VERSION)
#endif

static bool is_agreed(vtm_context *context, const vtm_network_request *request) {
  const vtm_weights_record *record = vtm_weights_catalogue_find(request->weights);
  if (!request->may_ask || record->url == NULL || !vtm_download_is_possible()) return false;
  char *folder = NULL;
  vtm_text question = {0};
  if (vtm_weights_user_folder(&folder, NULL) != VTM_OK) return false;
  vtm_text_format(&question, "%s (%s, %.0f MB) is not on this machine. Download it from %s into %s?", record->file_name,
                  record->name, (double)record->bytes / 1e6, record->url, folder);
  char *text = vtm_text_take(&question, NULL);
  const bool agreed = text != NULL && vtm_ask(context, text);
  free(text);
  free(folder);
  return agreed;
}

static vtm_status find_weights(vtm_context *context, const vtm_network_request *request, char **path,
                               vtm_error *error) {
  *path = NULL;
  if (request->file != NULL) {
    *path = vtm_copy_text(request->file, error);
    return *path != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  vtm_error missing = {0};
  vtm_error failed = {0};
  vtm_status status = vtm_weights_locate(request->weights, path, &missing);
  if (status == VTM_OK) return VTM_OK;
  const bool wanted = status == VTM_ERROR_NOT_FOUND && (request->fetch || is_agreed(context, request));
  if (vtm_is_cancelled(context)) return vtm_fail_cancelled(error);
  if (!wanted) return vtm_fail(error, status, "%s", missing.message);
  status = vtm_weights_fetch(context, request->weights, NULL, path, &failed);
  if (status == VTM_ERROR_CANCELLED) return vtm_fail_cancelled(error);
  /* what else helps was said when the file was looked for */
  return status == VTM_OK ? VTM_OK : vtm_fail(error, status, "%s. %s", failed.message, missing.message);
}

/* ---- files that were loaded before: their hash and format, by the store ---- */

typedef struct weights_facts {
  char format[32], prefix[32];
} weights_facts;

static vtm_store_key facts_key(const vtm_network_use *use) {
  return (vtm_store_key){.fingerprint = use->request.network, .content = &use->digest};
}

static bool is_known(vtm_network_use *use, bool rehash, weights_facts *facts) {
  vtm_file_stamp stamp;
  if (rehash || !vtm_file_stamp_take(use->path, &stamp) || !vtm_store_find_file(use->store, &stamp, &use->digest))
    return false;
  const vtm_store_key key = facts_key(use);
  return vtm_store_get(use->store, &key, facts, sizeof(*facts)) && facts->format[sizeof(facts->format) - 1] == '\0' &&
         facts->prefix[sizeof(facts->prefix) - 1] == '\0';
}

static vtm_status load_network(vtm_network_use *use, vtm_weights *weights, vtm_error *error) {
  const vtm_engine_options options = {
      .scaling = use->request.scaling, .precision = use->request.precision, .exact = use->request.exact};
  return vtm_engine_create(use->context, use->network, weights, &options, &use->engine, error);
}

static void *hash_file(void *weights) {
  (void)vtm_weights_sha256(weights); /* kept; a failure is met when it is asked for */
  return NULL;
}

/* The hash is taken by a thread of its own while the file is read and packed: each takes long for 100 MB. */
static vtm_status load_and_hash(vtm_network_use *use, vtm_weights **weights, vtm_error *error) {
  pthread_t thread;
  vtm_status status = vtm_weights_load(use->path, weights, error);
  if (status != VTM_OK) return status;
  const bool beside = pthread_create(&thread, NULL, hash_file, *weights) == 0;
  status = vtm_weights_read(*weights, error);
  if (status == VTM_OK) status = load_network(use, *weights, error);
  if (beside) (void)pthread_join(thread, NULL);
  return status;
}

/* A file seen for the first time is loaded at once: what is wrong with it is said before hours of work. */
static vtm_status learn(vtm_network_use *use, weights_facts *facts, vtm_error *error) {
  vtm_weights *weights = NULL;
  vtm_file_stamp before = {0};
  vtm_file_stamp after = {0};
  const int64_t now = vtm_store_clock();
  const bool stamped = vtm_file_stamp_take(use->path, &before);
  vtm_status status = load_and_hash(use, &weights, error);
  if (status == VTM_OK) {
    const char *format = vtm_weights_format(weights);
    *facts = (weights_facts){0};
    memcpy(facts->format, format, strnlen(format, sizeof(facts->format) - 1));
    const char *prefix = weights->prefix != NULL ? weights->prefix : "";
    memcpy(facts->prefix, prefix, strnlen(prefix, sizeof(facts->prefix) - 1));
    const char *text = vtm_weights_sha256(weights);
    if (text == NULL || !vtm_digest_read(text, &use->digest))
      status = vtm_fail(error, VTM_ERROR_IO, "%s: cannot be read again for its SHA-256", use->path);
  }
  vtm_weights_destroy(weights);
  if (status == VTM_OK && stamped && vtm_file_stamp_take(use->path, &after) && vtm_file_stamp_equal(&before, &after)) {
    const vtm_store_key key = facts_key(use);
    vtm_store_keep_file(use->store, &before, now, &use->digest);
    vtm_store_put(use->store, &key, facts, sizeof(*facts));
  }
  return status;
}

vtm_status vtm_network_find_weights(vtm_context *context, vtm_store *store, bool rehash,
                                    const vtm_network_request *request, vtm_network_use *use, vtm_error *error) {
  weights_facts facts;
  *use = (vtm_network_use){.context = context, .store = store, .request = *request};
  use->network = vtm_network_find(request->network);
  if (use->network == NULL)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "this build has no network '%s'", request->network);
  vtm_status status = vtm_engine_check_precision(context, request->precision, error);
  if (status == VTM_OK) status = find_weights(context, request, &use->path, error);
  if (status == VTM_OK && !is_known(use, rehash, &facts)) status = learn(use, &facts, error);
  if (status == VTM_OK) {
    memcpy(use->format, facts.format, sizeof(use->format));
    memcpy(use->prefix, facts.prefix, sizeof(use->prefix));
  } else {
    vtm_network_close(use);
  }
  return status;
}

vtm_status vtm_network_open(void *user, vtm_engine **engine, vtm_error *error) {
  vtm_network_use *use = user;
  vtm_weights *weights = NULL;
  vtm_status status = VTM_OK;
  if (use->engine == NULL) status = vtm_weights_open(use->path, &weights, error);
  if (use->engine == NULL && status == VTM_OK) status = load_network(use, weights, error);
  vtm_weights_destroy(weights);
  *engine = use->engine;
  return status;
}

void vtm_network_close(vtm_network_use *use) {
  vtm_engine_destroy(use->engine);
  vtm_free(use->path);
  use->engine = NULL;
  use->path = NULL;
}

const char *vtm_jpeg_decoder(void) { return JPEG_DECODER; }

const char *vtm_digits_version(void) { return VTM_DIGITS; }
