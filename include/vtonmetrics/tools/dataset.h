/* Folders of images, and which result is compared with which photograph. */
#ifndef VTONMETRICS_TOOLS_DATASET_H
#define VTONMETRICS_TOOLS_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vtm_folder_entry {
  char *name; /* file name as listed, any bytes; of a file below the folder with that of its own, "dresses/013563_0.jpg"
               */
  char *stem; /* the file's name without its last extension */
} vtm_folder_entry;

/* The images of one folder, sorted by stem, then name, in byte order: files with the extension
 * of a picture (vtm_image_has_extension). Others are left out and counted, hidden files only if they hold a picture.
 * Where it has none itself: those of its folders dresses, lower_body and upper_body (or images in these), in which
 * programs for DressCode write, or of a folder a person, whose name those of its pictures begin with (Magic-TryOn). */
typedef struct vtm_folder {
  char *path;
  vtm_folder_entry *entries;
  size_t count;
  size_t other_files;
  size_t passed_over;     /* how many of those left out look like pictures nevertheless */
  char *passed_over_name; /* the first of them by name, or NULL */
  char *chosen_by;        /* vtm_people_open: what told people from garments and other people; NULL: nothing did */
  size_t chosen_of;       /* images there were then */
} vtm_folder;

/* Fails when the folder is missing, unreadable, not a folder (says what it is), or holds no image
 * (names the extensions looked for). The caller owns the content and calls vtm_folder_clear. */
VTM_API vtm_status vtm_folder_open(const char *path, vtm_folder *folder, vtm_error *error);
VTM_API void vtm_folder_clear(vtm_folder *folder); /* a zeroed folder is allowed */
/* The photographs of a reference. In DressCode people and garments lie in one folder `images`: of that folder, of the
 * category that holds it, and of a tree of categories, only the people are taken whom the pair lists name: that of
 * `match` (as in vtm_match_options.how; NULL: auto), else those of the test set, else those for training. Names of
 * entries in a tree begin with the category. Any other folder is opened by vtm_folder_open, and so is every folder
 * where `match` says that the results are of garments. */
VTM_API vtm_status vtm_people_open(const char *path, const char *match, vtm_folder *folder, vtm_error *error);
/* The categories of DressCode, "dresses" and so on; NULL: no more. */
VTM_API const char *vtm_dataset_category(size_t index);
/* Whether the folder of that category holds images of a data set. */
VTM_API bool vtm_dataset_has_category(const char *root, const char *category);
/* A new string: folder path, a slash, the entry's name. Free with vtm_free. NULL when out of memory. */
VTM_API char *vtm_folder_file(const vtm_folder *folder, size_t index);

/* The first entry of that stem (`length` bytes of it); false when there is none. */
VTM_API bool vtm_folder_find(const vtm_folder *folder, const char *stem, size_t length, size_t *index);
/* Drops the entries whose stem does not end so: DressCode's `images` holds people as ID_0 and garments as ID_1. */
VTM_API void vtm_folder_keep(vtm_folder *folder, const char *ending);

typedef struct vtm_pair {
  size_t reference; /* index into the reference folder's entries */
  size_t generated; /* index into the generated folder's entries */
} vtm_pair;

/* ---- matching ---- */

/* A way in which a model names its results. */
typedef struct vtm_scheme_info {
  const char *name;    /* "promptdresser", the value of --match */
  const char *models;  /* "PromptDresser": the programs that use it */
  const char *pattern; /* "P__C.jpg, repeats P__C_k.jpg": person P, garment C */
  const char *example; /* a name of that kind */
  bool on_request;     /* its names are those of other pictures: read only when it is asked for */
} vtm_scheme_info;

VTM_API size_t vtm_scheme_count(void);
VTM_API const vtm_scheme_info *vtm_scheme_at(size_t index);

typedef struct vtm_match_options {
  size_t struct_size; /* sizeof(vtm_match_options) */
  /* NULL or "auto": the scheme that reads most names, the simplest first; "stem"; a scheme's name;
   * "regex:PATTERN" with a group named person and, if names carry one, garment, repeat, type; "pairs:FILE". */
  const char *how;
  const vtm_folder *garments;        /* helps to tell names apart; may be NULL */
  const struct vtm_pair_list *pairs; /* as "pairs:FILE", already read: `how` is then ignored; NULL: none */
  size_t order;                      /* the vtm_pair_order of that list; 0: found from the folders */
} vtm_match_options;

typedef enum vtm_match_kind {
  VTM_MATCHED = 0,
  VTM_NO_PARTNER = 1, /* its name leads to no image of the reference */
  VTM_DUPLICATE = 2,  /* another file shows the same person in the same garment */
  VTM_AMBIGUOUS = 3   /* its name may mean either of two people */
} vtm_match_kind;

#define VTM_NO_ENTRY ((size_t)-1)

/* How one generated file was matched. Names point into the folder's entries or the pair list. */
typedef struct vtm_file_match {
  vtm_match_kind kind;
  size_t reference;    /* the person's entry; VTM_NO_ENTRY without partner */
  size_t other;        /* DUPLICATE: the other generated entry. AMBIGUOUS: the other person's entry. NO_PARTNER: the
                          reference entry whose name differs in letter case or Unicode form only, or VTM_NO_ENTRY. */
  const char *garment; /* NULL: not known */
  size_t garment_length;
  const char *type; /* "dresses"; NULL: the name carries none */
  size_t type_length;
  long repeat;  /* k of P__C_k; -1: none */
  bool foreign; /* the garment is not the person's own, as far as can be known */
} vtm_file_match;

typedef struct vtm_matching {
  vtm_pair *pairs; /* sorted by reference entry, then by repeat */
  size_t count;
  size_t *only_reference; /* indices of entries without a partner */
  size_t only_reference_count;
  size_t *only_generated; /* those of every kind but VTM_MATCHED */
  size_t only_generated_count;
  vtm_file_match *files; /* one for each generated entry */
  size_t duplicates, ambiguous, near_names, repeats;
  size_t people;              /* reference entries with a partner */
  size_t foreign;             /* pairs in a garment that is not the person's own: an unpaired set */
  size_t foreign_file;        /* the first such generated entry */
  const char *scheme;         /* name of the scheme used, "regex" or "pairs" */
  char *reason;               /* why it was chosen, one line */
  struct vtm_pair_list *list; /* read for pairs:FILE, else NULL */
} vtm_matching;

/* `options` may be NULL. Succeeds also when nothing matches. Fails when the options are wrong, the pair list cannot be
 * used, or two schemes explain the names equally well and differently. The folders have to outlive the matching. */
VTM_API vtm_status vtm_match(const vtm_folder *reference, const vtm_folder *generated, const vtm_match_options *options,
                             vtm_matching *matching, vtm_error *error);
VTM_API void vtm_matching_clear(vtm_matching *matching);
/* Whether `how` of the options could be understood; the folders and the pair list are not looked at. */
VTM_API vtm_status vtm_match_check_how(const char *how, vtm_error *error);
/* FILE of "pairs:FILE", within `how`; NULL for any other way, and for NULL. */
VTM_API const char *vtm_match_list_file(const char *how);

/* For scoring. VTM_ERROR_DATA when nothing matches (the message shows three names of each side), and when two files of
 * one folder share a name or show the same pair: it cannot be known which one was meant. */
VTM_API vtm_status vtm_matching_require(const vtm_folder *reference, const vtm_folder *generated,
                                        const vtm_matching *matching, vtm_error *error);
/* VTM_ERROR_DATA with an explanation when the set is unpaired. */
VTM_API vtm_status vtm_matching_require_paired(const vtm_folder *reference, const vtm_folder *generated,
                                               const vtm_matching *matching, vtm_error *error);

/* How the generated entry `index` was matched and why, as one printable line; works as snprintf does. */
VTM_API size_t vtm_matching_explain(const vtm_folder *reference, const vtm_folder *generated,
                                    const vtm_matching *matching, size_t index, char *buffer, size_t size);
/* Counts, the scheme and why, and with `all` a line for each file of both sides; free with vtm_free. */
VTM_API vtm_status vtm_matching_text(const vtm_folder *reference, const vtm_folder *generated,
                                     const vtm_matching *matching, bool all, char **text, vtm_error *error);
/* The same as one JSON object: scheme, reason, pairs, people, unpaired (null: nothing matched), files, an array of
 * name, outcome, person, garment, type, repeat and why, and without_result, the photographs that no result shows. */
VTM_API vtm_status vtm_matching_json(const vtm_folder *reference, const vtm_folder *generated,
                                     const vtm_matching *matching, char **text, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
