/* Plays histories, and makes one that fails shorter. */
#ifndef VTM_TESTS_PROPERTY_SHRINK_H
#define VTM_TESTS_PROPERTY_SHRINK_H

#include "property/scores/judge.h"

enum { NO_STEP = -1 };

typedef struct playing {
  bool last_only;              /* judge the last step only, for a history whose others are known to be good */
  bool (*is_over)(void *user); /* asked before each step; NULL: never */
  void *user;
} playing;

/* In a new folder. The step that failed, or NO_STEP. `wrong` and `script` are added to; both may be NULL. */
int history_play(const history *played, const playing *how, tally *sums, vtm_text *wrong, vtm_text *script);

/* `failed`, whose last step fails, with steps left out and options taken away as long as it fails still. Runs in
 * threads may fail now and then only: each history gets `tries`. The number of histories that were played. */
int history_shrink(history *failed, int tries, double seconds);

double now(void); /* seconds */

#endif
