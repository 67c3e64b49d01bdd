/* What lies on the disk, known without looking: every step is a line of shell, and what that line does to the folders
 * is done to this record as well. The lines of a history are thus what a person can replay. */
#ifndef VTM_TESTS_PROPERTY_WORLD_H
#define VTM_TESTS_PROPERTY_WORLD_H

#include "property/scores/history.h"

/* Its pixels are drawn from the number `content`; there is none where content is 0. */
typedef struct picture {
  uint16_t content;
  uint8_t size; /* a number in picture_sizes */
  bool broken;
} picture;

extern const int picture_sizes[PICTURE_SIZES][2]; /* width, height */

/* What fid wrote: of which pictures, and how it saw them. */
typedef struct saved_file {
  bool exists, statistics;
  int count;
  uint8_t people[PEOPLE];
  picture pictures[PEOPLE];
  lens seen;
} saved_file;

typedef struct world {
  picture folders[FOLDERS][PEOPLE];
  saved_file saved[SAVED_FILES];
  bool other_version;
  vtm_text script; /* all lines so far */
} world;

enum { PATH_SIZE = 64 };
extern const char *const folder_names[FOLDERS];
const char *person_name(int person); /* "p03" */

/* Enters a new folder, with the folders of pictures in it. */
void world_begin(world *state);
void world_end(world *state); /* leaves and removes it */
/* Changes pictures or the store; runs of the program are not for it. */
void world_step(world *state, const step *what);
/* Adds a line to the script and runs it; its exit status. */
int world_line(world *state, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Of the test, which cannot go on. */
_Noreturn void give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Samples of a picture, width x height x 3. */
void picture_draw(int width, int height, uint16_t content, uint8_t *samples);
/* What the script's lines call: `property_scores draw FILE WIDTH HEIGHT CONTENT ...`, `sql STORE STATEMENT`, `flip
 * STORE SEED COUNT`. -1: it is none of them. */
int script_command(int count, char **arguments);

#endif
