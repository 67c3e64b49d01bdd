/* Is a dataset whole? Rules look at the files of a try-on dataset, or of a folder of results, and say what
 * would spoil a training run or a score.
 *
 *   vtm_lint_options options = {.struct_size = sizeof(options)};
 *   vtm_lint(context, "zalando-hd/", &options, &result, &error);
 */
#ifndef VTONMETRICS_LINT_H
#define VTONMETRICS_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vtm_lint_severity {
  VTM_LINT_WARNING, /* a loader reads it, but it is probably not what was meant */
  VTM_LINT_ERROR    /* a loader stops at it, or the score is wrong */
} vtm_lint_severity;

typedef enum vtm_lint_scope {
  VTM_LINT_FILE,   /* any file */
  VTM_LINT_IMAGE,  /* a file's picture */
  VTM_LINT_PAIR,   /* a file and the image it belongs to */
  VTM_LINT_FOLDER, /* the files of a folder against each other */
  VTM_LINT_DATASET /* folders, pair lists, train against test */
} vtm_lint_scope;

/* What has to be read for a rule, from nothing to everything. */
typedef enum vtm_lint_need {
  VTM_LINT_NAMES,  /* names, sizes of files */
  VTM_LINT_HEADER, /* the image's header: format, size, colour mode */
  VTM_LINT_BYTES,  /* the whole file, not decoded */
  VTM_LINT_SMALL,  /* the picture, at a reduced size where that is cheaper */
  VTM_LINT_PIXELS  /* every pixel */
} vtm_lint_need;

typedef struct vtm_lint_rule_info {
  const char *id; /* "mask-inverted": kebab-case, never changes its meaning */
  vtm_lint_severity severity;
  vtm_lint_scope scope;
  vtm_lint_need need;
  const char *reason; /* one line: what is wrong and why it matters */
  const char *mend;   /* what to do about it */
} vtm_lint_rule_info;

VTM_API size_t vtm_lint_rule_count(void);
VTM_API const vtm_lint_rule_info *vtm_lint_rule_at(size_t index);
VTM_API const vtm_lint_rule_info *vtm_lint_rule_find(const char *id);   /* NULL when unknown */
VTM_API const char *vtm_lint_rule_nearest(const char *id);              /* the id probably meant, or NULL */
VTM_API const char *vtm_lint_severity_name(vtm_lint_severity severity); /* "warning", "error"; static storage */
VTM_API const char *vtm_lint_scope_name(vtm_lint_scope scope);          /* "file", "image", ...; static storage */

#ifdef __cplusplus
}
#endif
#endif
