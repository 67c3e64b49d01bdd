#include "features/image_cache.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "features/network_weights.h"
#include "image/probe.h"

enum { FILES_A_ROUND = 64 }; /* between two summaries at whether the run is cancelled */

void vtm_image_cache_free(vtm_image_cache *cache) {
  if (cache == NULL) return;
  free(cache->key);
  free(cache->digests);
  free(cache->hashed);
  free(cache->known);
  free(cache->changed);
  free(cache->pictures);
  free(cache);
}

/* A picture is good for the code that read it. Hashes of pixels depend on libcrypto too: see vtm_hash_quickly. */
static char *make_key(vtm_error *error) {
  uint64_t probe = 0;
  vtm_text text = {0};
  (void)vtm_hash_quickly("which hash is it", 16, &probe, NULL);
  vtm_text_format(&text, "picture; hash %016" PRIx64 "; code %s", probe, vtm_digits_version());
  return vtm_text_take(&text, error);
}

static vtm_status prepare(vtm_store *store, vtm_images *images, vtm_error *error) {
  const size_t count = images->folder.count;
  vtm_image_cache *cache = vtm_allocate(1, sizeof(*cache), error);
  if (cache == NULL) return VTM_ERROR_MEMORY;
  images->cache = cache;
  cache->store = store;
  cache->key = make_key(error);
  cache->digests = vtm_allocate(count, sizeof(*cache->digests), error);
  cache->hashed = vtm_allocate(count, sizeof(*cache->hashed), error);
  cache->known = vtm_allocate(count, sizeof(*cache->known), error);
  cache->changed = vtm_allocate(count, sizeof(*cache->changed), error);
  cache->pictures = vtm_allocate(count, sizeof(*cache->pictures), error);
  const bool complete =
      cache->key && cache->digests && cache->hashed && cache->known && cache->changed && cache->pictures;
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* ---- hashes of files ---- */

typedef struct candidate {
  size_t entry;
  char *path;
  vtm_file_stamp stamp;
  int64_t read_at;
  bool unchanged; /* while it was read */
} candidate;

typedef struct hash_job {
  vtm_images *images;
  uint64_t limit;
  candidate files[FILES_A_ROUND];
  size_t count;
} hash_job;

static void hash_file(void *user, size_t task, int thread) {
  (void)thread;
  hash_job *job = user;
  candidate *file = &job->files[task];
  vtm_image_cache *cache = job->images->cache;
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_file_stamp after;
  file->read_at = vtm_store_clock();
  if (!vtm_file_stamp_take(file->path, &file->stamp)) return;
  if (vtm_file_read(file->path, job->limit, &bytes, &size, NULL) != VTM_OK) return; /* told when it is loaded */
  cache->hashed[file->entry] = vtm_digest_bytes(bytes, size, &cache->digests[file->entry], NULL) == VTM_OK;
  free(bytes);
  file->unchanged = vtm_file_stamp_take(file->path, &after) && vtm_file_stamp_equal(&after, &file->stamp);
}

static void run_hash_job(vtm_context *context, hash_job *job) {
  vtm_image_cache *cache = job->images->cache;
  vtm_pool_run(context->pool, job->count, hash_file, job);
  for (size_t i = 0; i < job->count; i++) {
    const candidate *file = &job->files[i];
    if (cache->hashed[file->entry] && file->unchanged)
      vtm_store_keep_file(cache->store, &file->stamp, file->read_at, &cache->digests[file->entry]);
    free(file->path);
  }
  job->count = 0;
}

static vtm_status hash_images(vtm_context *context, bool rehash, vtm_images *images, vtm_error *error) {
  vtm_image_cache *cache = images->cache;
  hash_job job = {.images = images, .limit = vtm_image_max_bytes(NULL)};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < images->folder.count && status == VTM_OK; i++) {
    if (!images->wanted[i]) continue;
    vtm_file_stamp stamp;
    char *path = vtm_folder_file(&images->folder, i);
    if (path == NULL) {
      status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the name of a file");
    } else if (!rehash && vtm_file_stamp_take(path, &stamp) &&
               vtm_store_find_file(cache->store, &stamp, &cache->digests[i])) {
      cache->hashed[i] = true;
      free(path);
    } else {
      job.files[job.count++] = (candidate){.entry = i, .path = path};
    }
    if (job.count == FILES_A_ROUND) run_hash_job(context, &job);
    if (vtm_is_cancelled(context)) status = vtm_fail_cancelled(error);
  }
  run_hash_job(context, &job);
  return status;
}

/* ---- pictures ---- */

static vtm_store_key key_of(const vtm_image_cache *cache, size_t entry) {
  return (vtm_store_key){.fingerprint = cache->key, .content = &cache->digests[entry]};
}

vtm_status vtm_image_cache_open(vtm_context *context, vtm_store *store, bool rehash, vtm_images *images,
                                vtm_error *error) {
  if (store == NULL || images->folder.count == 0) return VTM_OK;
  vtm_status status = prepare(store, images, error);
  if (status == VTM_OK) status = hash_images(context, rehash, images, error);
  vtm_image_cache *cache = images->cache;
  for (size_t i = 0; i < images->folder.count && status == VTM_OK; i++) {
    if (!cache->hashed[i]) continue;
    const vtm_store_key key = key_of(cache, i);
    vtm_picture *picture = &cache->pictures[i];
    cache->known[i] = vtm_store_get(store, &key, picture, sizeof(*picture)) && picture->width > 0 &&
                      picture->height > 0 && picture->format[sizeof(picture->format) - 1] == '\0';
  }
  return status;
}

bool vtm_images_is_cached(const vtm_images *images, size_t entry, const vtm_image_limits *limits) {
  if (images->cache == NULL || !images->cache->known[entry]) return false;
  const vtm_picture *picture = &images->cache->pictures[entry];
  return (uint64_t)picture->width * (uint64_t)picture->height <= limits->max_pixels;
}

void vtm_images_use_cached_header(vtm_images *images, size_t entry) {
  const vtm_picture *picture = &images->cache->pictures[entry];
  const bool misleads = vtm_image_extension_misleads(picture->format, images->folder.entries[entry].name);
  images->notes[entry] = picture->notes | (misleads ? VTM_IMAGE_EXTENSION_MISMATCH : 0);
  images->sizes[entry] = (vtm_image_size){picture->width, picture->height};
}

void vtm_images_use_cached(vtm_images *images, size_t entry) {
  const vtm_picture *picture = &images->cache->pictures[entry];
  vtm_image_summary *look = &images->summaries[entry];
  vtm_images_use_cached_header(images, entry);
  look->begun = look->taken = true;
  look->hash = picture->hash;
  look->width = picture->width;
  look->height = picture->height;
  look->flatness = picture->flatness;
}

bool vtm_images_keep(const vtm_images *images, size_t entry) {
  vtm_image_cache *cache = images->cache;
  if (cache == NULL || !cache->hashed[entry] || cache->changed[entry]) return false;
  if (cache->known[entry]) return true;
  const vtm_image_summary *look = &images->summaries[entry];
  if (!look->taken || images->formats[entry] == NULL) return false;
  vtm_picture *picture = &cache->pictures[entry];
  *picture = (vtm_picture){.hash = look->hash,
                           .width = look->width,
                           .height = look->height,
                           .notes = images->notes[entry] & ~(unsigned)VTM_IMAGE_EXTENSION_MISMATCH,
                           .flatness = look->flatness};
  memcpy(picture->format, images->formats[entry], strnlen(images->formats[entry], sizeof(picture->format) - 1));
  const vtm_store_key key = key_of(cache, entry);
  vtm_store_put(cache->store, &key, picture, sizeof(*picture));
  cache->known[entry] = true;
  return true;
}

void vtm_images_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size) {
  vtm_image_cache *cache = images->cache;
  vtm_digest digest;
  if (cache == NULL || !cache->hashed[entry]) return;
  if (vtm_digest_bytes(bytes, size, &digest, NULL) != VTM_OK ||
      memcmp(&digest, &cache->digests[entry], sizeof(digest)) != 0)
    __atomic_store_n(&cache->changed[entry], true, __ATOMIC_RELAXED);
}
