/* What a rule is and what it gets to see. A rule is a record in one of the rules_*.c tables, which rules.c
 * gathers: to add one, write the record and its functions, and a fixture for it.
 *
 * A rule has any of four functions, called in this order:
 *   look      once for each file of its kinds, in any thread: may report, and may leave facts for later.
 *             Persons and garments come first: a sidecar's look may read the facts of its owner
 *   compare   once for each file that belongs to an image, after all looks: sidecar or result, and its image
 *   folder    once for each folder's files, after that
 *   dataset   once, at the end
 * The last three are called from one thread. What a look needs is asked of the view, which reads and
 * decodes at most once whatever the number of rules. */
#ifndef VTM_LINT_RULE_H
#define VTM_LINT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/labels.h"
#include "lint/layout.h"
#include "lint/mask.h"
#include "lint/openpose.h"
#include "lint/print.h"
#include "lint/strip.h"
#include "vtonmetrics/image.h"
#include "vtonmetrics/lint.h"

enum { VTM_LINT_NONE = -1 };

/* What the rules that compare pictures keep of one. Which of the three it is depends on the file's kind. */
typedef union vtm_lint_memo {
  struct {
    bool taken;
    vtm_print print;
    vtm_strip strip; /* results only; pictures 0: not looked for */
  } picture;         /* person, garment, result */
  struct {
    bool taken;
    vtm_mask_profile profile;
    uint64_t pixels, between; /* all, and those that are neither black nor white */
  } mask;
  vtm_pose_box pose;
} vtm_lint_memo;

/* What is known of a file after it was looked at; a few bytes for each, since there are many files. A rule
 * that wants to remember something adds a field. */
typedef struct vtm_lint_facts {
  int width, height;   /* 0: not an image or not readable */
  const char *format;  /* "JPEG"; NULL: unknown; static storage */
  vtm_lint_memo *memo; /* NULL: nothing was kept; freed with the run */
} vtm_lint_facts;

typedef struct vtm_lint_file {
  const char *name;            /* in its folder */
  const vtm_layout_part *part; /* what kind it is */
  const char *id;              /* the {id} of its name, id_length bytes */
  size_t id_length;
  uint64_t bytes; /* size of the file */
  int folder;     /* index of its vtm_lint_folder */
  int owner;      /* index of the file it belongs to: photograph or garment; VTM_LINT_NONE */
  bool regular;   /* false: FIFO, device, dangling link; is never opened */
  vtm_lint_facts facts;
} vtm_lint_file;

/* The files of one folder that are of one part: DressCode's images/ is two, of persons and of garments. */
typedef struct vtm_lint_folder {
  const char *path; /* relative to the dataset: "test/image"; of results as given: "LADI" */
  const vtm_layout_part *part;
  int set;             /* index into run->sets; VTM_LINT_NONE for results */
  size_t first, count; /* its files in run->files, sorted by id, then name, in byte order */
} vtm_lint_folder;

typedef struct vtm_lint_run {
  const char *root; /* the dataset's folder; NULL when only results are looked at */
  const vtm_layout *layout;
  const char *const *sets; /* "test", "train", or "." */
  size_t set_count;
  vtm_lint_file *files;
  size_t file_count;
  vtm_lint_folder *folders;
  size_t folder_count;
  struct vtm_lint_engine *engine;
} vtm_lint_run;

/* One file while it is looked at. */
typedef struct vtm_lint_view {
  vtm_lint_run *run;
  vtm_lint_file *file; /* a look may write file->facts of this file, and nothing else of the run */
  struct vtm_lint_content *content;
} vtm_lint_view;

/* Each reads or decodes on first use and keeps the outcome for the other rules of this file. NULL when that
 * fails, which is reported by the rules unreadable, truncated and the like: others then just return. */
const uint8_t *vtm_lint_view_bytes(vtm_lint_view *view, size_t *size);
const vtm_image *vtm_lint_view_pixels(vtm_lint_view *view);
/* At least 64 pixels a side where the picture has them, maybe more: JPEG is decoded at a reduced size. A
 * rule whose need is SMALL uses this one. */
const vtm_image *vtm_lint_view_small(vtm_lint_view *view);
/* The label of each pixel, for parse maps. */
const vtm_labels *vtm_lint_view_labels(vtm_lint_view *view);
/* The header; with `error`, why there is none. */
const vtm_image_header *vtm_lint_view_header(vtm_lint_view *view, vtm_error *error);
/* Why bytes or pixels were NULL; empty when they were not. */
const vtm_error *vtm_lint_view_failure(const vtm_lint_view *view);

/* The file's memo, zeroed at first; NULL when memory runs out. */
vtm_lint_memo *vtm_lint_view_memo(vtm_lint_view *view);
/* Works something out of the file once, whatever the number of rules that ask for it: `work` fills a zeroed
 * block of `size` bytes, which lives as long as the view. NULL when `work` returned false. */
typedef bool (*vtm_lint_work)(vtm_lint_view *view, void *outcome);
const void *vtm_lint_view_once(vtm_lint_view *view, vtm_lint_work work, size_t size);

typedef struct vtm_lint_rule {
  vtm_lint_rule_info info;
  unsigned kinds; /* of which files `look` and `compare` are called: VTM_LINT_KIND(...) | ... */
  void (*look)(vtm_lint_view *view, const struct vtm_lint_rule *rule);
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

/* Reports a finding; may be called from any thread. The message says what was found in this file ("12 % of
 * the pixels are neither black nor white"), without the path, which is shown before it. */
void vtm_lint_report(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same about two files: a picture and the one it equals. */
void vtm_lint_report_two(vtm_lint_run *run, const vtm_lint_rule *rule, const vtm_lint_file *file,
                         const vtm_lint_file *other, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* About a path relative to the dataset ("test", "test_pairs.txt") and a line of it, 0: no line. */
void vtm_lint_report_path(vtm_lint_run *run, const vtm_lint_rule *rule, const char *path, size_t line,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The file of `kind` in a set that has this id, or NULL; for a person of a result: `set` VTM_LINT_NONE. */
const vtm_lint_file *vtm_lint_find_file(const vtm_lint_run *run, int set, vtm_lint_kind kind, const char *id,
                                        size_t length);
/* Path as shown: folder, slash, name; a new string, NULL when out of memory. */
char *vtm_lint_file_path(const vtm_lint_run *run, const vtm_lint_file *file);

typedef struct vtm_lint_table {
  const vtm_lint_rule *rules;
  size_t count;
} vtm_lint_table;

/* What rules.c gathers: one for each rules_*.c. */
extern const vtm_lint_table vtm_lint_presence_rules, vtm_lint_file_rules, vtm_lint_mask_rules, vtm_lint_parse_rules,
    vtm_lint_pose_rules, vtm_lint_caption_rules, vtm_lint_picture_rules, vtm_lint_result_rules, vtm_lint_pair_rules;

size_t vtm_lint_table_count(void);
const vtm_lint_rule *vtm_lint_table_at(size_t index);

#endif
