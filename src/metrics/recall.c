#include "metrics/recall.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "image/probe.h"
#include "metrics/network_weights.h"

enum { FILES_A_ROUND = 64 }; /* between two looks at whether the run is cancelled */

void vtm_recalled_free(vtm_recalled_images *recalled) {
  if (recalled == NULL) return;
  free(recalled->key);
  free(recalled->digests);
  free(recalled->hashed);
  free(recalled->familiar);
  free(recalled->changed);
  free(recalled->pictures);
  free(recalled);
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
  vtm_recalled_images *recalled = vtm_allocate(1, sizeof(*recalled), error);
  if (recalled == NULL) return VTM_ERROR_MEMORY;
  images->recalled = recalled;
  recalled->store = store;
  recalled->key = make_key(error);
  recalled->digests = vtm_allocate(count, sizeof(*recalled->digests), error);
  recalled->hashed = vtm_allocate(count, sizeof(*recalled->hashed), error);
  recalled->familiar = vtm_allocate(count, sizeof(*recalled->familiar), error);
  recalled->changed = vtm_allocate(count, sizeof(*recalled->changed), error);
  recalled->pictures = vtm_allocate(count, sizeof(*recalled->pictures), error);
  const bool complete = recalled->key && recalled->digests && recalled->hashed && recalled->familiar &&
                        recalled->changed && recalled->pictures;
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
  vtm_recalled_images *recalled = job->images->recalled;
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_file_stamp after;
  file->read_at = vtm_store_clock();
  if (!vtm_file_stamp_take(file->path, &file->stamp)) return;
  if (vtm_file_read(file->path, job->limit, &bytes, &size, NULL) != VTM_OK) return; /* told when it is loaded */
  recalled->hashed[file->entry] = vtm_digest_bytes(bytes, size, &recalled->digests[file->entry], NULL) == VTM_OK;
  free(bytes);
  file->unchanged = vtm_file_stamp_take(file->path, &after) && vtm_file_stamp_equal(&after, &file->stamp);
}

static void run_hash_job(vtm_context *context, hash_job *job) {
  vtm_recalled_images *recalled = job->images->recalled;
  vtm_pool_run(context->pool, job->count, hash_file, job);
  for (size_t i = 0; i < job->count; i++) {
    const candidate *file = &job->files[i];
    if (recalled->hashed[file->entry] && file->unchanged)
      vtm_store_keep_file(recalled->store, &file->stamp, file->read_at, &recalled->digests[file->entry]);
    free(file->path);
  }
  job->count = 0;
}

static vtm_status hash_images(vtm_context *context, bool rehash, vtm_images *images, vtm_error *error) {
  vtm_recalled_images *recalled = images->recalled;
  hash_job job = {.images = images, .limit = vtm_image_max_bytes(NULL)};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < images->folder.count && status == VTM_OK; i++) {
    if (!images->wanted[i]) continue;
    vtm_file_stamp stamp;
    char *path = vtm_folder_file(&images->folder, i);
    if (path == NULL) {
      status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the name of a file");
    } else if (!rehash && vtm_file_stamp_take(path, &stamp) &&
               vtm_store_find_file(recalled->store, &stamp, &recalled->digests[i])) {
      recalled->hashed[i] = true;
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

static vtm_store_key key_of(const vtm_recalled_images *recalled, size_t entry) {
  return (vtm_store_key){.fingerprint = recalled->key, .content = &recalled->digests[entry]};
}

vtm_status vtm_images_recall(vtm_context *context, vtm_store *store, bool rehash, vtm_images *images,
                             vtm_error *error) {
  if (store == NULL || images->folder.count == 0) return VTM_OK;
  vtm_status status = prepare(store, images, error);
  if (status == VTM_OK) status = hash_images(context, rehash, images, error);
  vtm_recalled_images *recalled = images->recalled;
  for (size_t i = 0; i < images->folder.count && status == VTM_OK; i++) {
    if (!recalled->hashed[i]) continue;
    const vtm_store_key key = key_of(recalled, i);
    vtm_picture *picture = &recalled->pictures[i];
    recalled->familiar[i] = vtm_store_get(store, &key, picture, sizeof(*picture)) && picture->width > 0 &&
                            picture->height > 0 && picture->format[sizeof(picture->format) - 1] == '\0';
  }
  return status;
}

bool vtm_images_is_familiar(const vtm_images *images, size_t entry, const vtm_image_limits *limits) {
  if (images->recalled == NULL || !images->recalled->familiar[entry]) return false;
  const vtm_picture *picture = &images->recalled->pictures[entry];
  return (uint64_t)picture->width * (uint64_t)picture->height <= limits->max_pixels;
}

void vtm_images_use_recalled_header(vtm_images *images, size_t entry) {
  const vtm_picture *picture = &images->recalled->pictures[entry];
  const bool misleads = vtm_image_extension_misleads(picture->format, images->folder.entries[entry].name);
  images->notes[entry] = picture->notes | (misleads ? VTM_IMAGE_EXTENSION_MISMATCH : 0);
  images->sizes[entry] = (vtm_image_size){picture->width, picture->height};
}

void vtm_images_use_recalled(vtm_images *images, size_t entry) {
  const vtm_picture *picture = &images->recalled->pictures[entry];
  vtm_look *look = &images->looks[entry];
  vtm_images_use_recalled_header(images, entry);
  look->begun = look->taken = true;
  look->hash = picture->hash;
  look->width = picture->width;
  look->height = picture->height;
  look->flatness = picture->flatness;
}

bool vtm_images_keep(const vtm_images *images, size_t entry) {
  vtm_recalled_images *recalled = images->recalled;
  if (recalled == NULL || !recalled->hashed[entry] || recalled->changed[entry]) return false;
  if (recalled->familiar[entry]) return true;
  const vtm_look *look = &images->looks[entry];
  if (!look->taken || images->formats[entry] == NULL) return false;
  vtm_picture *picture = &recalled->pictures[entry];
  *picture = (vtm_picture){.hash = look->hash,
                           .width = look->width,
                           .height = look->height,
                           .notes = images->notes[entry] & ~(unsigned)VTM_IMAGE_EXTENSION_MISMATCH,
                           .flatness = look->flatness};
  memcpy(picture->format, images->formats[entry], strnlen(images->formats[entry], sizeof(picture->format) - 1));
  const vtm_store_key key = key_of(recalled, entry);
  vtm_store_put(recalled->store, &key, picture, sizeof(*picture));
  recalled->familiar[entry] = true;
  return true;
}

void vtm_images_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size) {
  vtm_recalled_images *recalled = images->recalled;
  vtm_digest digest;
  if (recalled == NULL || !recalled->hashed[entry]) return;
  if (vtm_digest_bytes(bytes, size, &digest, NULL) != VTM_OK ||
      memcmp(&digest, &recalled->digests[entry], sizeof(digest)) != 0)
    __atomic_store_n(&recalled->changed[entry], true, __ATOMIC_RELAXED);
}
