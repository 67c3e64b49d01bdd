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

enum { MOST_KEPT_BYTES = 8 << 20 }; /* of one file; a larger one is read again to be decoded */

void vtm_image_cache_free(vtm_image_cache *cache) {
  if (cache == NULL) return;
  for (size_t i = 0; cache->files != NULL && i < cache->count; i++) free(cache->files[i].bytes);
  free(cache->key);
  free(cache->digests);
  free(cache->looked_up);
  free(cache->hashed);
  free(cache->known);
  free(cache->changed);
  free(cache->files);
  free(cache->pictures);
  free(cache);
}

/* A picture is good for the code that read it. Hashes of pixels depend on libcrypto too: see vtm_hash_quickly. */
static char *make_key(vtm_error *error) {
  uint64_t probe = 0;
  vtm_text text = {0};
  (void)vtm_hash_quickly("which hash is it", 16, &probe, NULL);
  vtm_text_format(&text, "picture with colours; hash %016" PRIx64 "; code %s", probe, vtm_digits_version());
  return vtm_text_take(&text, error);
}

vtm_status vtm_image_cache_open(vtm_store *store, bool rehash, vtm_images *images, vtm_error *error) {
  const size_t count = images->folder.count;
  if (store == NULL || count == 0) return VTM_OK;
  vtm_image_cache *cache = vtm_allocate(1, sizeof(*cache), error);
  if (cache == NULL) return VTM_ERROR_MEMORY;
  images->cache = cache;
  cache->store = store;
  cache->rehash = rehash;
  cache->count = count;
  cache->key = make_key(error);
  cache->digests = vtm_allocate(count, sizeof(*cache->digests), error);
  cache->looked_up = vtm_allocate(count, sizeof(*cache->looked_up), error);
  cache->hashed = vtm_allocate(count, sizeof(*cache->hashed), error);
  cache->known = vtm_allocate(count, sizeof(*cache->known), error);
  cache->changed = vtm_allocate(count, sizeof(*cache->changed), error);
  cache->files = vtm_allocate(count, sizeof(*cache->files), error);
  cache->pictures = vtm_allocate(count, sizeof(*cache->pictures), error);
  const bool complete = cache->key && cache->digests && cache->looked_up && cache->hashed && cache->known &&
                        cache->changed && cache->files && cache->pictures;
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* ---- hashes of files ---- */

typedef struct unhashed_file {
  vtm_images *images;
  size_t entry;
  char *path;
  vtm_file_stamp stamp;
  int64_t read_at;
  bool unchanged; /* while it was read */
} unhashed_file;

typedef struct hash_job {
  uint64_t limit;
  unhashed_file files[VTM_LOOK_UP_MOST];
  size_t count;
} hash_job;

static void hash_file(void *user, size_t task, int thread) {
  (void)thread;
  hash_job *job = user;
  unhashed_file *file = &job->files[task];
  vtm_image_cache *cache = file->images->cache;
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_file_stamp after;
  file->read_at = vtm_store_clock();
  if (!vtm_file_stamp_take(file->path, &file->stamp)) return;
  if (vtm_file_read(file->path, job->limit, &bytes, &size, NULL) != VTM_OK) return; /* reported when it is loaded */
  cache->hashed[file->entry] = vtm_digest_bytes(bytes, size, &cache->digests[file->entry], NULL) == VTM_OK;
  file->unchanged = vtm_file_stamp_take(file->path, &after) && vtm_file_stamp_equal(&after, &file->stamp);
  if (size <= MOST_KEPT_BYTES)
    cache->files[file->entry] = (vtm_file_bytes){bytes, size};
  else
    free(bytes);
}

static void run_hash_job(vtm_context *context, hash_job *job) {
  vtm_pool_run(context->pool, job->count, hash_file, job);
  for (size_t i = 0; i < job->count; i++) {
    const unhashed_file *file = &job->files[i];
    vtm_image_cache *cache = file->images->cache;
    if (cache->hashed[file->entry] && file->unchanged)
      vtm_store_keep_file(cache->store, &file->stamp, file->read_at, &cache->digests[file->entry]);
    free(file->path);
  }
}

/* ---- pictures ---- */

static vtm_store_key key_of(const vtm_image_cache *cache, size_t entry) {
  return (vtm_store_key){.fingerprint = cache->key, .content = &cache->digests[entry]};
}

static void find_picture(vtm_image_cache *cache, size_t entry) {
  if (!cache->hashed[entry]) return;
  const vtm_store_key key = key_of(cache, entry);
  vtm_picture *picture = &cache->pictures[entry];
  cache->known[entry] = vtm_store_get(cache->store, &key, picture, sizeof(*picture)) && picture->width > 0 &&
                        picture->height > 0 && picture->format[sizeof(picture->format) - 1] == '\0';
}

/* The digest by the stamp of the file, or a place in the job. Where memory is short the file is not looked up. */
static void find_digest(vtm_images *images, size_t entry, hash_job *job) {
  vtm_image_cache *cache = images->cache;
  vtm_file_stamp stamp;
  char *path = vtm_folder_file(&images->folder, entry);
  cache->looked_up[entry] = true;
  if (path == NULL) return;
  if (!cache->rehash && vtm_file_stamp_take(path, &stamp) &&
      vtm_store_find_file(cache->store, &stamp, &cache->digests[entry])) {
    cache->hashed[entry] = true;
    free(path);
  } else {
    job->files[job->count++] = (unhashed_file){.images = images, .entry = entry, .path = path};
  }
}

vtm_status vtm_image_cache_look_up(vtm_context *context, const vtm_image_ref *refs, size_t count, vtm_error *error) {
  hash_job job = {.limit = vtm_image_max_bytes(NULL)};
  bool is_new[VTM_LOOK_UP_MOST] = {false};
  for (size_t i = 0; i < count; i++) {
    const vtm_image_cache *cache = refs[i].images->cache;
    is_new[i] = cache != NULL && !cache->looked_up[refs[i].entry];
    if (is_new[i]) find_digest(refs[i].images, refs[i].entry, &job);
  }
  run_hash_job(context, &job);
  for (size_t i = 0; i < count; i++)
    if (is_new[i]) find_picture(refs[i].images->cache, refs[i].entry);
  return vtm_is_cancelled(context) ? vtm_fail_cancelled(error) : VTM_OK;
}

bool vtm_image_cache_take_bytes(vtm_images *images, size_t entry, uint64_t most, uint8_t **bytes, size_t *size) {
  if (images->cache == NULL) return false;
  vtm_file_bytes *file = &images->cache->files[entry];
  *size = file->size;
  *bytes = __atomic_exchange_n(&file->bytes, NULL, __ATOMIC_ACQ_REL);
  if (*bytes != NULL && *size <= most) return true;
  free(*bytes);
  *bytes = NULL;
  return false;
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
  memcpy(look->colours, picture->colours, sizeof(look->colours));
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
  memcpy(picture->colours, look->colours, sizeof(picture->colours));
  memcpy(picture->format, images->formats[entry], strnlen(images->formats[entry], sizeof(picture->format) - 1));
  const vtm_store_key key = key_of(cache, entry);
  vtm_store_put(cache->store, &key, picture, sizeof(*picture));
  cache->known[entry] = true;
  return true;
}

void vtm_image_cache_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size) {
  vtm_image_cache *cache = images->cache;
  vtm_digest digest;
  if (cache == NULL || !cache->hashed[entry]) return;
  if (vtm_digest_bytes(bytes, size, &digest, NULL) != VTM_OK ||
      memcmp(&digest, &cache->digests[entry], sizeof(digest)) != 0)
    __atomic_store_n(&cache->changed[entry], true, __ATOMIC_RELAXED);
}
