/* Images that the store has seen before: what is needed of them beside the features, so that a run which decodes
 * nothing warns of the same things. */
#ifndef VTM_METRICS_RECALL_H
#define VTM_METRICS_RECALL_H

#include "metrics/images.h"
#include "store/store.h"

/* What is remembered of a picture, under the hash of its file. */
typedef struct vtm_picture {
  uint64_t hash; /* of the pixels, see vtm_look */
  int32_t width, height;
  uint32_t notes; /* vtm_image_note bits but that of the extension, which is the name's */
  char format[8];
  uint8_t flatness;
  uint8_t unused[3];
} vtm_picture;

/* One element for each entry of the folder in each of the arrays. */
struct vtm_recalled_images {
  vtm_store *store;
  char *key;           /* of pictures in the store */
  vtm_digest *digests; /* of the files' bytes, when the run began */
  bool *hashed;        /* there is a digest */
  bool *familiar;      /* there is a picture */
  bool *changed;       /* the file was not the same when it was read again */
  vtm_picture *pictures;
};

/* Hashes the wanted images, except those that the store knows to be unchanged, and looks for their pictures. Without a
 * store it does nothing. Fails only when cancelled or out of memory. */
vtm_status vtm_images_recall(vtm_context *context, vtm_store *store, bool rehash, vtm_images *images, vtm_error *error);
void vtm_recalled_free(vtm_recalled_images *recalled); /* NULL is allowed */

/* Whether the image was read before, and would be read now. */
bool vtm_images_is_familiar(const vtm_images *images, size_t entry, const vtm_image_limits *limits);
/* Notes and look of a familiar image, as if it had been loaded. */
void vtm_images_use_recalled(vtm_images *images, size_t entry);
void vtm_images_use_recalled_header(vtm_images *images, size_t entry); /* notes and size only */
/* Puts the picture of an image that was loaded into the store. false when nothing of it may be kept. */
bool vtm_images_keep(const vtm_images *images, size_t entry);

/* Called from worker threads: notices a file that is not the one that was hashed. */
void vtm_images_notice_bytes(vtm_images *images, size_t entry, const void *bytes, size_t size);

#endif
