/* Finding near duplicates among many hashes. */
#ifndef VTM_IMAGE_PERCEPTUAL_HASH_SEARCH_H
#define VTM_IMAGE_PERCEPTUAL_HASH_SEARCH_H

#include "image/perceptual_hash.h"
#include "vtonmetrics/status.h"

/* Searches all hashes for near pairs. nearest[i] becomes the least j < i (in the order given) that is near to i
 * with the fewest differing bits, or VTM_PHASH_NONE; hashes[i] NULL takes no part. Linear in practice: the 64
 * bits are four bands of 16, of which a near pair shares one but for a bit at most. VTM_ERROR_MEMORY only. */
#define VTM_PHASH_NONE SIZE_MAX
vtm_status vtm_phash_find_near(const vtm_phash *const *hashes, size_t count, size_t *nearest, vtm_error *error);

#endif
