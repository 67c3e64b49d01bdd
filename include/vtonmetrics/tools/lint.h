/* Checks the files of a try-on dataset, or of a folder of results, by rules: whatever would spoil a training run or a
 * score is a finding.
 *
 *   vtm_lint_options options = {.struct_size = sizeof(options)};
 *   vtm_lint(context, "zalando-hd/", &options, &result, &error);
 */
#ifndef VTONMETRICS_TOOLS_LINT_H
#define VTONMETRICS_TOOLS_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vtm_lint_severity {
  VTM_LINT_WARNING = 0, /* a loader reads it, but it is probably not what was meant */
  VTM_LINT_ERROR = 1    /* a loader stops at it, or the score is wrong */
} vtm_lint_severity;

typedef enum vtm_lint_scope {
  VTM_LINT_FILE = 0,   /* any file */
  VTM_LINT_IMAGE = 1,  /* a file's picture */
  VTM_LINT_PAIR = 2,   /* a file and the image it belongs to */
  VTM_LINT_FOLDER = 3, /* the files of a folder against each other */
  VTM_LINT_DATASET = 4 /* folders, pair lists, train against test */
} vtm_lint_scope;

/* What has to be read for a rule, from nothing to everything. */
typedef enum vtm_lint_need {
  VTM_LINT_NAMES = 0,  /* names, sizes of files */
  VTM_LINT_HEADER = 1, /* the image's header: format, size, colour mode */
  VTM_LINT_BYTES = 2,  /* the whole file, not decoded */
  VTM_LINT_SMALL = 3,  /* the picture, at a reduced size where that is cheaper */
  VTM_LINT_PIXELS = 4  /* every pixel */
} vtm_lint_need;

typedef struct vtm_lint_rule_info {
  const char *id; /* "mask-inverted": kebab-case, never changes its meaning */
  vtm_lint_severity severity;
  vtm_lint_scope scope;
  vtm_lint_need need;
  const char *reason; /* one line: what is wrong and why it matters */
  const char *fix;    /* what to do about it */
} vtm_lint_rule_info;

VTM_API size_t vtm_lint_rule_count(void);
VTM_API const vtm_lint_rule_info *vtm_lint_rule_at(size_t index);
VTM_API const vtm_lint_rule_info *vtm_lint_rule_find(const char *id);   /* NULL when unknown */
VTM_API const char *vtm_lint_rule_nearest(const char *id);              /* the id probably meant, or NULL */
VTM_API const char *vtm_lint_severity_name(vtm_lint_severity severity); /* "warning", "error"; static storage */
VTM_API const char *vtm_lint_scope_name(vtm_lint_scope scope);          /* "file", "image", ...; static storage */

typedef struct vtm_lint_finding {
  const vtm_lint_rule_info *rule;
  const char *path;                       /* relative to the dataset: "test/image/00001_00.jpg"; of results as given */
  const char *other;                      /* a second file that it is about, or NULL */
  size_t line;                            /* in a text file; 0: none */
  const char *message;                    /* what was found, without the path */
  bool path_of_results, other_of_results; /* are of results: as given, not relative to the dataset */
  const char *const *more;                /* of one that speaks for many: the paths of the others, of lines "list:7" */
  size_t more_count;
} vtm_lint_finding;

/* Called from the thread that called vtm_lint as findings are made, in no particular order; the finding is
 * valid during the call only. */
typedef void (*vtm_lint_found)(void *user, const vtm_lint_finding *finding);

typedef struct vtm_lint_options {
  size_t struct_size;
  const char *layout;         /* NULL or "auto", a name, or the path of a .json file */
  const char *const *results; /* folders of results */
  size_t result_count;
  const char *only;           /* rule ids separated by commas; NULL: all */
  const char *ignore;         /* the same, left out */
  vtm_lint_severity severity; /* findings below it are left out */
  const char *ignore_file;    /* NULL: .vtonlint in the dataset's folder, when there is one; "": none */
  bool quick;                 /* rules that need no more than names and headers */
  vtm_lint_found found;       /* may be NULL */
  void *user;                 /* handed to `found` */
  const char *programs;       /* names of vtm_lint_programs separated by commas: check for these; NULL: for all */
} vtm_lint_options;

typedef struct vtm_lint_count {
  const vtm_lint_rule_info *rule;
  size_t count;
} vtm_lint_count;

typedef struct vtm_lint_result {
  const char *dataset;       /* as given; NULL when only results were looked at */
  const char *layout;        /* "viton-hd"; NULL without dataset */
  const char *layout_reason; /* how it was recognised */
  bool quick;
  size_t files, folders;            /* looked at */
  const vtm_lint_finding *findings; /* sorted: errors first, then by rule, path and line */
  size_t finding_count;
  const vtm_lint_count *counts; /* of the rules that found something, in the order of the findings */
  size_t count_count;
  size_t errors, warnings;
  size_t ignored;           /* findings that the ignore file left out */
  const char *const *notes; /* what was not looked into, and the like */
  size_t note_count;
} vtm_lint_result;

/* `dataset` may be NULL when results are given. Findings are no failure: VTM_OK. The caller owns *result. */
VTM_API vtm_status vtm_lint(vtm_context *context, const char *dataset, const vtm_lint_options *options,
                            vtm_lint_result **result, vtm_error *error);
VTM_API void vtm_lint_result_destroy(vtm_lint_result *result); /* NULL is allowed */

typedef struct vtm_lint_report_options {
  bool color;          /* text only */
  size_t max_findings; /* listed; 0: all. Counts are always of all */
  const char *version; /* of the program, for SARIF */
} vtm_lint_report_options;

VTM_API const char *vtm_lint_formats(void); /* "text|json|sarif|junit" */
/* On success *text is a new string, free with vtm_free. */
VTM_API vtm_status vtm_lint_render(const vtm_lint_result *result, const char *format,
                                   const vtm_lint_report_options *options, char **text, vtm_error *error);
/* A contact sheet, PNG, of the pictures that findings are about, by rule; written whole or not at all. In a build
 * without cairo VTM_ERROR_UNSUPPORTED. */
VTM_API vtm_status vtm_lint_write_sheet(const vtm_lint_result *result, const char *path, vtm_error *error);
/* The known programs, "viton-hd|hr-viton|..."; some stand there twice, with another layout each. Static storage. */
VTM_API const char *vtm_lint_programs(void);
/* One of them: what it reads, as text for a table. */
typedef struct vtm_lint_program_info {
  const char *name, *title, *layout;
  const char *sets, *folders, *lists, *files; /* words separated by '|'; NULL: every set, none, none */
  const char *size;                           /* of photographs, in its code; or NULL */
  const char *source;                         /* repository and file */
} vtm_lint_program_info;
VTM_API size_t vtm_lint_program_count(void);
VTM_API vtm_lint_program_info vtm_lint_program_at(size_t index);
/* Whom a fault that the rule finds stops, or misleads, of all programs: "HR-VITON, LaDI-VTON"; "" for nobody known. A
 * new string, free with vtm_free; NULL when memory runs out. */
VTM_API char *vtm_lint_rule_programs(const vtm_lint_rule_info *rule, bool *stops);
/* The known layouts, "course|viton-hd|..."; static storage. */
VTM_API const char *vtm_lint_layouts(void);

#ifdef __cplusplus
}
#endif
#endif
