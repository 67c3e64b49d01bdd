/* Multi-index hashing (Norouzi, Punjani, Fleet 2012): the 64 bits are split into four bands. Two hashes that
 * differ in at most seven bits differ in at most one bit of some band, so it is enough to look into the
 * buckets of each band's value and of its sixteen neighbours. */
#include "image/perceptual_hash_search.h"

#include <stdlib.h>

#include "base/memory.h"

enum { BANDS = 4, BITS = 16, BUCKETS = 1 << BITS };

/* For one picture. Without a limit, a folder made to fill a single bucket would take forever. */
enum { MOST_COMPARISONS = 1 << 16 };

typedef struct near_index {
  const vtm_phash *const *hashes;
  uint32_t *starts[BANDS]; /* BUCKETS + 1 each */
  uint32_t *items[BANDS];  /* indices of hashes, rising within a bucket */
} near_index;

/* Every fourth bit: neighbouring frequencies go to different bands, so that each band says equally much. */
static unsigned band_of(uint64_t hash, int band) {
  unsigned key = 0;
  for (int bit = 0; bit < BITS; bit++) key |= (unsigned)(hash >> (bit * BANDS + band) & 1) << bit;
  return key;
}

static bool build_band(near_index *index, size_t count, int band, vtm_error *error) {
  uint32_t *starts = vtm_allocate(BUCKETS + 1, sizeof(*starts), error);
  uint32_t *items = vtm_allocate(count, sizeof(*items), error);
  index->starts[band] = starts;
  index->items[band] = items;
  if (starts == NULL || items == NULL) return false;
  for (size_t i = 0; i < count; i++)
    if (index->hashes[i] != NULL) starts[band_of(index->hashes[i]->coarse, band) + 1]++;
  for (int bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] += starts[bucket];
  /* Filled from the end: each start moves down to its bucket's first item... */
  for (size_t i = count; i-- > 0;) {
    if (index->hashes[i] == NULL) continue;
    const unsigned bucket = band_of(index->hashes[i]->coarse, band);
    items[--starts[bucket + 1]] = (uint32_t)i;
  }
  /* ...and stands one place too high. */
  for (int bucket = 0; bucket < BUCKETS; bucket++) starts[bucket] = starts[bucket + 1];
  return true;
}

typedef struct near_search {
  const near_index *index;
  size_t count, self, nearest;
  int bits;
  size_t comparisons;
} near_search;

/* Compares with the earlier items of one bucket; false when the search is over. */
static bool search_bucket(near_search *search, int band, unsigned bucket, uint32_t used) {
  const near_index *index = search->index;
  const uint32_t *items = index->items[band];
  const uint32_t end = bucket + 1 < BUCKETS ? index->starts[band][bucket + 1] : used;
  const vtm_phash *self = index->hashes[search->self];
  for (uint32_t at = index->starts[band][bucket]; at < end && items[at] < search->self; at++) {
    if (++search->comparisons > MOST_COMPARISONS) return false;
    const vtm_phash *other = index->hashes[items[at]];
    if (!vtm_phash_is_near(self, other)) continue;
    const vtm_phash_distance distance = vtm_phash_compare(self, other);
    const int bits = distance.coarse + distance.fine + distance.colours;
    if (bits > search->bits || (bits == search->bits && items[at] >= search->nearest)) continue;
    search->bits = bits;
    search->nearest = items[at];
    if (bits == 0) return false; /* the first of its equals: items rise */
  }
  return true;
}

static size_t search_near(const near_index *index, size_t self, uint32_t used) {
  enum { WORST = 1 << 20 };
  near_search search = {.index = index, .self = self, .nearest = VTM_PHASH_NONE, .bits = WORST};
  for (int band = 0; band < BANDS; band++) {
    const unsigned key = band_of(index->hashes[self]->coarse, band);
    if (!search_bucket(&search, band, key, used)) return search.nearest;
    for (int bit = 0; bit < BITS; bit++)
      if (!search_bucket(&search, band, key ^ 1u << bit, used)) return search.nearest;
  }
  return search.nearest;
}

vtm_status vtm_phash_find_near(const vtm_phash *const *hashes, size_t count, size_t *nearest, vtm_error *error) {
  near_index index = {.hashes = hashes};
  bool built = true;
  for (int band = 0; band < BANDS && built; band++) built = build_band(&index, count, band, error);
  uint32_t used = 0;
  for (size_t i = 0; i < count; i++) used += hashes[i] != NULL;
  for (size_t i = 0; i < count && built; i++)
    nearest[i] = hashes[i] != NULL ? search_near(&index, i, used) : VTM_PHASH_NONE;
  for (int band = 0; band < BANDS; band++) {
    free(index.starts[band]);
    free(index.items[band]);
  }
  return built ? VTM_OK : VTM_ERROR_MEMORY;
}
