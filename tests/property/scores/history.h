/* A history: steps drawn from a seed. Each is complete in itself and names places, never "the last one", so that any of
 * them can be dropped and the rest still means something; a step for which there is nothing to do does nothing. */
#ifndef VTM_TESTS_PROPERTY_HISTORY_H
#define VTM_TESTS_PROPERTY_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
  FOLDERS = 4,
  MODELS = 3,
  PEOPLE = 14,
  SAVED_FILES = 2,
  PICTURE_SIZES = 5,
  MOST_CONTENTS = 200,
  MOST_STEPS = 160
};

/* How a command sees pictures: all that decides its digits beside them. */
typedef struct lens {
  uint8_t size; /* of pair measures, a number in lens_sizes; set measures have one of their own */
  uint8_t mask, precision;
  bool exact, pillow13;
} lens;

enum { LENS_SIZES = 5, LENS_MASKS = 4, LENS_PRECISIONS = 3 };
extern const char *const lens_sizes[LENS_SIZES]; /* the first is LPIPS's default, the second "native" */
extern const char *const lens_masks[LENS_MASKS]; /* the first masks nothing */
extern const char *const lens_precisions[LENS_PRECISIONS];

/* Set measures on AlexNet's features come first, then pair measures, of which LPIPS alone has a network. */
enum { METRIC_FID, METRIC_KID, METRIC_LPIPS, METRIC_SSIM, METRIC_PSNR, METRICS };
extern const char *const metric_names[METRICS];
static inline bool metric_is_of_sets(int metric) { return metric < METRIC_LPIPS; }

enum { COMMAND_COMPARE = METRICS }; /* others are of one metric, whose number they have */

typedef struct command {
  uint8_t kind;
  uint8_t reference;       /* a folder */
  uint8_t reference_saved; /* of FID: 1 + number of a saved file, which is taken in its place when there is one */
  uint8_t model_count, models[MODELS];
  lens seen;
  uint8_t batch, threads; /* 0: not given */
  bool metrics[METRICS];  /* of compare */
  bool all_images, each, skip_broken, interval, no_lint, rehash, per_image, config;
  bool fresh;                        /* compared with a run without a store, byte for byte, besides */
  uint8_t save_stats, save_features; /* 1 + number of the file; 0: none */
} command;

typedef enum step_kind {
  STEP_ADD, /* a person: a photograph, and results of some models */
  STEP_CHANGE,
  STEP_RENAME,
  STEP_COPY,
  STEP_REMOVE,
  STEP_BREAK,
  STEP_MEND, /* all that is broken */
  STEP_TOUCH,
  STEP_SWAP,
  STEP_WAIT,        /* until files are old enough for the store to trust their times */
  STEP_FORGET,      /* the store's file is removed */
  STEP_PRUNE,       /* the store is made smaller */
  STEP_DELETE_ROWS, /* some, behind its back */
  STEP_FLIP,        /* bits of its file */
  STEP_VERSION,     /* of another program */
  STEP_RUN,
  STEP_RUN_TWO,  /* two at once, both are judged */
  STEP_RUN_KILL, /* killed after `number` ms: nothing to judge */
  STEP_KINDS
} step_kind;

typedef enum writing { WRITE_NEW, WRITE_OVER, WRITE_OVER_KEEP_TIME, WRITINGS } writing;

typedef struct step {
  uint8_t kind, folder, person, to_folder, to_person;
  uint8_t size, how;
  uint16_t content;
  uint32_t number;
  command command, second;
} step;

typedef struct history {
  int count;
  step steps[MOST_STEPS];
} history;

bool command_has(const command *given, int metric);
bool command_has_sets(const command *given);
bool command_has_pairs(const command *given);

/* The first steps add people. `amx`: reduced precisions are fast enough to be tried. */
void history_draw(history *drawn, uint64_t seed, int steps, bool amx);

#endif
