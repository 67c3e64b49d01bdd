/* The images of one folder itself. */
#ifndef VTM_DATASET_FOLDER_LIST_H
#define VTM_DATASET_FOLDER_LIST_H

#include "vtonmetrics/tools/dataset.h"

/* What lies in a folder: its images, and what an error says where there are none. */
typedef struct vtm_folder_listing {
  vtm_folder *folder; /* of the caller; filled */
  size_t capacity;
  size_t subfolders;
  char subfolder[256]; /* the first by name: the answer to "I gave the dataset's own folder" */
} vtm_folder_listing;

/* Fills list->folder, which is empty before and not sorted after; on failure the caller clears it. */
vtm_status vtm_folder_list(vtm_folder_listing *list, const char *path, vtm_error *error);

#endif
