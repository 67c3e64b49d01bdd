/* Folders of images and who is compared with whom. */
#ifndef VTONMETRICS_DATASET_H
#define VTONMETRICS_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_folder_entry {
  char *name; /* file name as listed, any bytes */
  char *stem; /* name without its last extension */
} vtm_folder_entry;

/* The images of one folder (not of its subfolders), sorted by stem, then name, in byte order. Files whose
 * extension is that of no image format are left out and counted. */
typedef struct vtm_folder {
  char *path;
  vtm_folder_entry *entries;
  size_t count;
  size_t other_files;
} vtm_folder;

/* Fails when the folder is missing, unreadable, not a folder (says what it is), or holds no image
 * (names the extensions looked for). The caller owns the content and calls vtm_folder_close. */
VTM_API vtm_status vtm_folder_open(const char *path, vtm_folder *folder, vtm_error *error);
VTM_API void vtm_folder_close(vtm_folder *folder); /* a zeroed folder is allowed */
/* A new string: folder path, a slash, the entry's name. Free with vtm_free. NULL when out of memory. */
VTM_API char *vtm_folder_file(const vtm_folder *folder, size_t index);

/* The first entry of that stem (`length` bytes of it); false when there is none. */
VTM_API bool vtm_folder_find(const vtm_folder *folder, const char *stem, size_t length, size_t *index);
/* Drops the entries whose stem does not end so: DressCode's `images` holds people as ID_0 and garments as ID_1. */
VTM_API void vtm_folder_keep(vtm_folder *folder, const char *ending);

typedef struct vtm_pair {
  size_t reference; /* index into the reference folder's entries */
  size_t generated; /* index into the generated folder's entries */
} vtm_pair;

/* Images of two folders with the same stem, sorted by stem. Two files of one folder that share a
 * stem are an error that names both: which one was meant cannot be known. */
typedef struct vtm_matching {
  vtm_pair *pairs;
  size_t count;
  size_t *only_reference; /* indices of entries without a partner */
  size_t only_reference_count;
  size_t *only_generated;
  size_t only_generated_count;
} vtm_matching;

/* Nothing in common is VTM_ERROR_DATA and shows three names of each side. */
VTM_API vtm_status vtm_match_by_stem(const vtm_folder *reference, const vtm_folder *generated, vtm_matching *matching,
                                     vtm_error *error);
VTM_API void vtm_matching_close(vtm_matching *matching);

#ifdef __cplusplus
}
#endif
#endif
