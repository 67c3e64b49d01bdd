/* What a run knows of the dataset: its files, its folders, and what was found out about them. */
#ifndef VTM_LINT_FILE_H
#define VTM_LINT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/perceptual_hash.h"
#include "lint/layouts.h"
#include "lint/mask.h"
#include "lint/openpose.h"
#include "lint/strip.h"

enum { VTM_LINT_NONE = -1, VTM_LINT_COLOURS = 32 };

/* What the rules that compare pictures keep of one. Which of the three it is depends on the file's kind. */
typedef union vtm_lint_memo {
  struct {
    bool taken;
    vtm_phash hash;
    vtm_strip strip; /* results only; pictures 0: not looked for */
  } picture;         /* person, garment, result */
  struct {
    bool taken;
    vtm_mask_profile profile;
  } mask;
  struct {
    vtm_pose_box box;
    bool lacking; /* points that programs need */
  } pose;
  struct {
    int entries; /* of the palette; 0: none */
    uint8_t colours[VTM_LINT_COLOURS][3];
    uint32_t used; /* bit i: label i is in the picture */
  } parse;
} vtm_lint_memo;

/* Results of inspecting a file; a few bytes each, since there are many files. A rule that needs to remember something
 * adds a field. */
typedef struct vtm_lint_facts {
  int width, height;   /* 0: not an image or not readable */
  const char *format;  /* "JPEG"; NULL: unknown; static storage */
  uint64_t content;    /* a hash of the file's bytes; 0: not taken */
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
  bool ambiguous; /* a result whose name may mean either of two people: it has no owner */
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

#endif
