/* What it means that two fingerprints differ. */
#ifndef VTM_EXPERIMENT_FINGERPRINT_H
#define VTM_EXPERIMENT_FINGERPRINT_H

#include <stdbool.h>

typedef struct vtm_fingerprint_line {
  const char *name;
  const char *meaning; /* a sentence */
  bool breaks;         /* numbers with different lines cannot be compared */
  double effect;       /* a change up to this share of a score is rounding; infinite: it may be of any size */
} vtm_fingerprint_line;

/* Never NULL: what is not known breaks. */
const vtm_fingerprint_line *vtm_fingerprint_find(const char *name);

#endif
