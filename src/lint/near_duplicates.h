/* Pairs of files that show the same or nearly the same. */
#ifndef VTM_LINT_NEAR_DUPLICATES_H
#define VTM_LINT_NEAR_DUPLICATES_H

#include "lint/rule.h"

typedef struct vtm_near_duplicate {
  const vtm_lint_file *file, *other; /* `other` comes first in run->files */
  bool equal;                        /* pixel for pixel, whatever the formats */
} vtm_near_duplicate;

/* Among the files that `wanted` accepts and whose hashes were taken, finds for each the nearest before it. Pictures
 * of one colour are left out: there is nothing to compare. Whether they are equal, or near in detail too, is then seen
 * by decoding both, with all threads. The caller frees *pairs. false: out of memory, which the run knows. */
bool vtm_lint_find_near_duplicates(vtm_lint_run *run,
                                   bool (*wanted)(const vtm_lint_run *run, const vtm_lint_file *file),
                                   vtm_near_duplicate **pairs, size_t *count);

/* Takes the hash of a picture once, keeps it in the memo, and returns it; NULL when it cannot be read. */
const vtm_phash *vtm_lint_hash_picture(vtm_lint_reader *reader);

/* Do two files hold the same pixels? Files that cannot be read are not equal. */
bool vtm_lint_equal_pixels(const vtm_lint_run *run, const vtm_lint_file *file, const vtm_lint_file *other);

/* Is `rule` the first enabled one of an array of rules? One search serves them all. */
bool vtm_lint_is_first_enabled(const vtm_lint_run *run, const vtm_lint_rule *rules, size_t count,
                               const vtm_lint_rule *rule);

#endif
