/* Runs a command and holds what it says against what must be said. */
#ifndef VTM_TESTS_PROPERTY_JUDGE_H
#define VTM_TESTS_PROPERTY_JUDGE_H

#include "property/scores/expect.h"

/* The command line; `mark` begins the names of files that are to be compared, `store` is the store's options. */
void command_text(const world *state, const command *given, const char *mark, const char *store, vtm_text *text);

/* What goes before and behind the command in a shell's line. */
void command_prepare(world *state, const command *given);

typedef struct tally {
  int steps, commands, scored, failing, values;
} tally;

/* Runs a step of the kinds STEP_RUN*, and keeps in `state` what it saves. With `judged` writes what is wrong to `wrong`
 * and returns false; else it is only run. */
bool judge_step(world *state, const step *what, bool judged, tally *sums, vtm_text *wrong);

/* Holds the JSON in the file against `must`. */
bool judge_json(const command *given, const expected *must, const char *file, tally *sums, vtm_text *wrong);

#endif
