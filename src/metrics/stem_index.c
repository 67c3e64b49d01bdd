#include "metrics/stem_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "metrics/match_tuples.h"

/* FNV-1a */
static size_t hash_stem(const char *stem, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)stem[i]) * UINT64_C(0x100000001b3);
  return (size_t)(hash ^ hash >> 32);
}

/* The slot of this stem or, where it is not in the index, the free one that it would get. */
static size_t find_slot(const vtm_stem_index *index, const vtm_folder *folder, const char *stem, size_t length) {
  size_t slot = hash_stem(stem, length) & (index->slot_count - 1);
  for (; index->slots[slot] != 0; slot = (slot + 1) & (index->slot_count - 1)) {
    const char *known = folder->entries[index->slots[slot] - 1].stem;
    if (strncmp(known, stem, length) == 0 && known[length] == '\0') break;
  }
  return slot;
}

size_t vtm_stem_index_find(const vtm_stem_index *index, const vtm_folder *folder, const char *stem, size_t length) {
  if (index->slot_count == 0) return VTM_NO_ENTRY;
  const size_t found = index->slots[find_slot(index, folder, stem, length)];
  return found != 0 ? found - 1 : VTM_NO_ENTRY;
}

void vtm_stem_index_add(vtm_stem_index *index, const vtm_folder *folder, size_t entry) {
  const char *stem = folder->entries[entry].stem;
  index->slots[find_slot(index, folder, stem, strlen(stem))] = entry + 1;
}

void vtm_stem_index_refill(vtm_stem_index *index, const vtm_folder *folder) {
  if (index->slot_count == 0) return;
  memset(index->slots, 0, index->slot_count * sizeof(*index->slots));
  for (size_t i = 0; i < folder->count; i++) vtm_stem_index_add(index, folder, i);
}

vtm_status vtm_stem_index_make_room(vtm_stem_index *index, const vtm_folder *folder, size_t count, vtm_error *error) {
  size_t slot_count = index->slot_count > 0 ? index->slot_count : 64;
  if (count < index->slot_count / 2) return VTM_OK;
  while (count >= slot_count / 2) slot_count *= 2;
  size_t *slots = vtm_allocate(slot_count, sizeof(*slots), error);
  if (slots == NULL) return VTM_ERROR_MEMORY;
  free(index->slots);
  *index = (vtm_stem_index){slots, slot_count};
  vtm_stem_index_refill(index, folder);
  return VTM_OK;
}

void vtm_stem_index_clear(vtm_stem_index *index) {
  free(index->slots);
  *index = (vtm_stem_index){0};
}
