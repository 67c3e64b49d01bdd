/* What a rule is and what it has access to. A rule is a record in a table of the folder rules/, and rule.c gathers the
 * tables: to add one, write the record and its functions, and a fixture for it.
 *
 * A rule has any of four functions, called in this order:
 *   inspect   once for each file of its kinds, in any thread: may report, and may leave facts for later.
 *             Persons and garments come first: inspecting a sidecar may read the facts of its owner
 *   compare   once for each file that belongs to an image, after all are inspected: sidecar or result, and its image
 *   folder    once for each folder's files, after that
 *   dataset   once, at the end
 * The last three are called from one thread. `inspect` asks the reader for what it needs, which reads and
 * decodes at most once whatever the number of rules. */
#ifndef VTM_LINT_RULE_H
#define VTM_LINT_RULE_H

#include "lint/file_reader.h"
#include "lint/lint_file.h"
#include "lint/programs.h"
#include "vtonmetrics/tools/lint.h"

typedef struct vtm_lint_rule {
  vtm_lint_rule_info info;
  vtm_lint_effect effect; /* on the programs that read such a file */
  unsigned kinds;         /* of which files `inspect` and `compare` are called: VTM_LINT_KIND(...) | ... */
  void (*inspect)(vtm_lint_reader *reader, const struct vtm_lint_rule *rule);
  void (*compare)(vtm_lint_run *run, const struct vtm_lint_rule *rule, const vtm_lint_file *file,
                  const vtm_lint_file *owner);
  void (*folder)(vtm_lint_run *run, const struct vtm_lint_rule *rule, const vtm_lint_folder *folder);
  void (*dataset)(vtm_lint_run *run, const struct vtm_lint_rule *rule);
} vtm_lint_rule;

#define VTM_LINT_KIND(kind) (1u << (kind))
#define VTM_LINT_ALL_KINDS (VTM_LINT_KIND(VTM_LINT_KINDS) - 1)
/* Every kind that is a picture. */
#define VTM_LINT_PICTURES                                                                            \
  (VTM_LINT_KIND(VTM_LINT_PERSON) | VTM_LINT_KIND(VTM_LINT_GARMENT) | VTM_LINT_KIND(VTM_LINT_MASK) | \
   VTM_LINT_KIND(VTM_LINT_PARSE) | VTM_LINT_KIND(VTM_LINT_PICTURE) | VTM_LINT_KIND(VTM_LINT_RESULT))

size_t vtm_lint_table_count(void);
const vtm_lint_rule *vtm_lint_table_at(size_t index);
/* The number of a rule in that order. */
size_t vtm_lint_rule_index(const vtm_lint_rule *rule);

#endif
