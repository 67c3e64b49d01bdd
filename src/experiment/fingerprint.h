/* What a difference between two fingerprints means for the scores. */
#ifndef VTM_EXPERIMENT_FINGERPRINT_H
#define VTM_EXPERIMENT_FINGERPRINT_H

#include <stdbool.h>

typedef struct vtm_fingerprint_line {
  const char *name;
  const char *meaning; /* a sentence */
  bool breaks;         /* scores that differ in this line cannot be compared */
  double effect;       /* relative change of a score that is only rounding; infinite: the change may be of any size */
} vtm_fingerprint_line;

/* Never NULL: a line that is not known makes scores incomparable. */
const vtm_fingerprint_line *vtm_fingerprint_find(const char *name);

#endif
