/* Images that the store has seen before: what is needed of them beside the features, so that a run which decodes
 * nothing warns of the same things. */
#ifndef VTM_FEATURES_IMAGE_CACHE_H
#define VTM_FEATURES_IMAGE_CACHE_H

#include "features/images.h"
#include "store/store.h"

/* What is remembered of a picture, under the hash of its file. */
typedef struct vtm_picture {
  uint64_t hash; /* of the pixels, see vtm_image_summary */
  int32_t width, height;
  uint32_t notes; /* vtm_image_note bits but that of the extension, which is the name's */
  char format[8];
  uint8_t flatness;
  uint8_t unused[3];
} vtm_picture;

/* One element for each entry of the folder in each of the arrays. */
struct vtm_image_cache {
  vtm_store *store;
  char *key;           /* of pictures in the store */
  vtm_digest *digests; /* of the files' bytes, when the run began */
  bool *hashed;        /* there is a digest */
  bool *known;         /* there is a picture */
  bool *changed;       /* the file was not the same when it was read again */
  vtm_picture *pictures;
};

/* Hashes the wanted images, except those that the store knows to be unchanged, and summaries for their pictures.
 * Without a store it does nothing. Fails only when cancelled or out of memory. */
vtm_status vtm_image_cache_open(vtm_context *context, vtm_store *store, bool rehash, vtm_images *images,
                                vtm_error *error);
void vtm_image_cache_free(vtm_image_cache *cache); /* NULL is allowed */

/* Whether the image was read before, and would be read now. */
bool vtm_images_is_cached(const vtm_images *images, size_t entry, const vtm_image_limits *limits);
/* Notes and look of a known image, as if it had been loaded. */
void vtm_images_use_cached(vtm_images *images, size_t entry);
void vtm_images_use_cached_header(vtm_images *images, size_t entry); /* notes and size only */
/* Puts the picture of an image that was loaded into the store. false when nothing of it may be kept. */
bool vtm_images_keep(const vtm_images *images, size_t entry);

/* Called from worker threads: notices a file that is not the one that was hashed. */
void vtm_images_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size);

#endif
