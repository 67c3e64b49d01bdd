/* Entries of a folder by their stem, while pictures are added to it. */
#ifndef VTM_METRICS_STEM_INDEX_H
#define VTM_METRICS_STEM_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/tools/dataset.h"

typedef struct vtm_stem_index {
  size_t *slots;     /* 1 + the number of an entry; 0: none */
  size_t slot_count; /* a power of two, and more than twice the entries */
} vtm_stem_index;

/* The entry whose stem is the first `length` bytes of `stem`, or VTM_NO_ENTRY. */
size_t vtm_stem_index_find(const vtm_stem_index *index, const vtm_folder *folder, const char *stem, size_t length);

/* Room for `count` entries; those of `folder` are in the index already. On failure nothing changes. */
vtm_status vtm_stem_index_make_room(vtm_stem_index *index, const vtm_folder *folder, size_t count, vtm_error *error);

/* There must be room, and no other entry of this stem. */
void vtm_stem_index_add(vtm_stem_index *index, const vtm_folder *folder, size_t entry);

/* After the entries have been given another order. */
void vtm_stem_index_refill(vtm_stem_index *index, const vtm_folder *folder);

void vtm_stem_index_clear(vtm_stem_index *index);

#endif
