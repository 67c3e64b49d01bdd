/* The images of one folder on their way to features: loading by number from any thread, and what was noticed. */
#ifndef VTM_FEATURES_IMAGES_H
#define VTM_FEATURES_IMAGES_H

#include "features/image_summary.h"
#include "nn/runner.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/tools/dataset.h"

typedef struct vtm_image_size {
  int width, height;
} vtm_image_size;

typedef struct vtm_image_cache vtm_image_cache; /* see image_cache.h */

/* One element for each entry of the folder in each of the arrays. */
typedef struct vtm_images {
  vtm_folder folder;
  vtm_image *memory;     /* pictures that are no files; pixels NULL: no longer there. NULL: files */
  size_t capacity;       /* of the arrays, for pictures in memory */
  bool *wanted;          /* what vtm_images_check looks at */
  bool *loaded;          /* was read and decoded, well or not; set from worker threads */
  unsigned *notes;       /* vtm_image_note bits of images that were loaded */
  char **problems;       /* "PATH: why it cannot be used"; NULL: nothing known against it */
  vtm_image_size *sizes; /* 0 x 0: not known */
  vtm_image_summary
      *summaries;         /* filled by vtm_images_load, when the loader is told to summarise or there is a store */
  const char **formats;   /* of images that were loaded; static storage */
  vtm_image_cache *cache; /* what the store knows of them; NULL without a store */
} vtm_images;

/* Takes the folder over, also after a failure. */
vtm_status vtm_images_open(vtm_folder *folder, vtm_images *images, vtm_error *error);
/* One picture, as a folder of which nothing else is looked at. */
vtm_status vtm_images_open_single(const char *path, vtm_images *images, vtm_error *error);
/* Arrays for a folder that is already filled in. */
vtm_status vtm_images_prepare(vtm_images *images, vtm_error *error);
/* Pictures in memory: an empty folder of this path, to which entries are appended, in no order. */
vtm_status vtm_images_open_memory(const char *path, vtm_images *images, vtm_error *error);
/* Takes the picture over. Room for more entries is made by halves. */
vtm_status vtm_images_append(vtm_images *images, const char *name, const vtm_image *picture, vtm_error *error);
/* order[i]: the entry that comes i-th from now on. */
vtm_status vtm_images_reorder(vtm_images *images, const size_t *order, vtm_error *error);
void vtm_images_close(vtm_images *images); /* a zeroed one is allowed */

/* How images become pixels. */
typedef struct vtm_loader {
  vtm_image_limits limits;
  int width, height; /* 0 x 0: as the image is */
  size_t threads;
  vtm_resizer **resizers; /* one for each thread */
  bool summarise;         /* false when opened */
} vtm_loader;

vtm_status vtm_loader_open(vtm_context *context, vtm_resize_filter filter, bool pillow13, int width, int height,
                           uint64_t max_pixels, vtm_loader *loader, vtm_error *error);
void vtm_loader_close(vtm_loader *loader);

/* An image to pixels of this size; where the pixels' engine has a device that resizes, to the picture for it. */
vtm_status vtm_images_make_pixels(vtm_resizer *resizer, const vtm_image *image, vtm_image_size size, vtm_pixels *pixels,
                                  vtm_error *error);

/* Reads the image once, for as many loaders as there are: those whose pixels are wanted. A file that cannot be used
 * becomes a problem of its entry. */
vtm_status vtm_images_load(vtm_images *images, const vtm_loader *const *loaders, size_t count, size_t entry, int thread,
                           vtm_pixels *pixels, vtm_error *error);

/* Decodes the wanted images that were not loaded yet, to fill `problems` and `sizes`. Fails only when cancelled or out
 * of memory. */
vtm_status vtm_images_check(vtm_context *context, const vtm_loader *loader, vtm_images *images, vtm_error *error);

/* Adds the problems to the context's list of broken files and returns their number. */
size_t vtm_images_report_problems(vtm_context *context, const vtm_images *images);

/* The error of a run that has `count` broken images, which were reported. */
vtm_status vtm_images_fail_broken(size_t count, vtm_status status, vtm_error *error);

/* The error of one image: its problem, or else "PATH: message" of an image that could be read. */
vtm_status vtm_images_fail(const vtm_images *images, size_t entry, const vtm_error *item_error, vtm_error *error);

#endif
