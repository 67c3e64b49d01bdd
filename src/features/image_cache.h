/* Images that the store has seen before: what is needed of them beside their features, so that a run which decodes
 * nothing warns of the same things. */
#ifndef VTM_FEATURES_IMAGE_CACHE_H
#define VTM_FEATURES_IMAGE_CACHE_H

#include "features/images.h"
#include "store/store.h"

/* What the store keeps of a picture, under the hash of its file. */
typedef struct vtm_picture {
  uint64_t hash; /* of the pixels, see vtm_image_summary */
  int32_t width, height;
  uint32_t notes; /* vtm_image_note bits but that of the extension, which is the name's */
  char format[8];
  uint8_t flatness;
  uint8_t unused[3];
  uint8_t colours[VTM_COLOURS];
} vtm_picture;

typedef struct vtm_file_bytes {
  uint8_t *bytes;
  size_t size;
} vtm_file_bytes;

/* One element for each entry of the folder in each of the arrays. */
struct vtm_image_cache {
  vtm_store *store;
  size_t count;
  bool rehash;           /* files are read again whatever the store knows of them */
  char *key;             /* of pictures in the store */
  vtm_digest *digests;   /* of the files' bytes, when they were looked up */
  bool *looked_up;       /* vtm_image_cache_look_up has been here */
  bool *hashed;          /* there is a digest */
  bool *known;           /* there is a picture */
  bool *changed;         /* the file was not the same when it was read again */
  vtm_file_bytes *files; /* read for their hash and not decoded yet */
  vtm_picture *pictures;
};

/* Does nothing without a store. */
vtm_status vtm_image_cache_open(vtm_store *store, bool rehash, vtm_images *images, vtm_error *error);
void vtm_image_cache_free(vtm_image_cache *cache); /* NULL is allowed */

typedef struct vtm_image_ref {
  vtm_images *images;
  size_t entry;
} vtm_image_ref;

/* Finds out which of these images the store knows, of which VTM_LOOK_UP_MOST may be given at once. Files of unknown
 * hash are read, on the context's threads, and their bytes kept for vtm_images_load, so that each file is read once.
 * Fails only when cancelled. */
enum { VTM_LOOK_UP_MOST = 64 };
vtm_status vtm_image_cache_look_up(vtm_context *context, const vtm_image_ref *places, size_t count, vtm_error *error);
/* The bytes that were kept of a file, if any and not more than `most`; the caller frees them. From any thread. */
bool vtm_image_cache_take_bytes(vtm_images *images, size_t entry, uint64_t most, uint8_t **bytes, size_t *size);

/* Whether the image was read before, and would be read now. */
bool vtm_images_is_cached(const vtm_images *images, size_t entry, const vtm_image_limits *limits);
/* Notes and summary of a cached image, as if it had been loaded. */
void vtm_images_use_cached(vtm_images *images, size_t entry);
void vtm_images_use_cached_header(vtm_images *images, size_t entry); /* notes and size only */
/* Puts the picture of an image that was loaded into the store. false when nothing of it may be kept. */
bool vtm_images_keep(const vtm_images *images, size_t entry);

/* Called from worker threads: notices a file that is not the one that was hashed. */
void vtm_image_cache_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size);

#endif
