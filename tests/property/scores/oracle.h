/* What the numbers must be, from pictures drawn in memory: one image at a time through an engine of this program's own,
 * one thread, no folder, no batch, no store. Each is worked out once. */
#ifndef VTM_TESTS_PROPERTY_ORACLE_H
#define VTM_TESTS_PROPERTY_ORACLE_H

#include "property/scores/world.h"

enum { FEATURES = 256, LAYERS = 5 };

bool oracle_has_amx(void);
int oracle_minimum_size(void); /* of pictures at their own size, for LPIPS */
const float *oracle_features(picture what, lens seen);
/* The value of a pair measure; `layers`: LAYERS of LPIPS. */
double oracle_pair(picture reference, picture result, int metric, lens seen, double *layers);

/* One side of a Frechet distance: pictures in the order of their names. */
typedef struct oracle_side {
  const picture *pictures;
  int count;
  lens seen;
  bool statistics; /* by way of a saved covariance */
} oracle_side;

typedef struct oracle_distance {
  double value, mean, covariance;
} oracle_distance;

oracle_distance oracle_frechet(const oracle_side *a, const oracle_side *b);
oracle_distance oracle_kernel(const oracle_side *a, const oracle_side *b); /* the value only */
void oracle_close(void);

#endif
