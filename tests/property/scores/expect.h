/* What a command must say, worked out from the record of the world: who counts, and with which numbers. */
#ifndef VTM_TESTS_PROPERTY_EXPECT_H
#define VTM_TESTS_PROPERTY_EXPECT_H

#include "property/scores/oracle.h"

typedef struct expected_pair {
  int person;
  double value, layers[LAYERS];
} expected_pair;

typedef struct expected_row {
  int folder;
  int n_reference, n_generated;
  double value, mean, covariance; /* the terms of FID */
  int pair_count;                 /* of pair measures */
  expected_pair pairs[PEOPLE];
} expected_row;

typedef struct expected_metric {
  int metric;
  expected_row rows[MODELS]; /* of the command's models, in their order */
} expected_metric;

enum { MOST_TASKS = 2 };
typedef struct expected_task {
  int first_model, model_count; /* of the command's models */
  int metric_count;
  expected_metric metrics[METRICS];
} expected_task;

typedef struct expected {
  int status; /* of the program; when it is not 0 nothing else is expected */
  int task_count;
  expected_task tasks[MOST_TASKS];
  saved_file statistics, features; /* what will have been saved, if asked for */
} expected;

void expect(const world *state, const command *given, expected *must);
/* The saved file that takes the reference's place, or NULL. */
const saved_file *expect_saved_reference(const world *state, const command *given);

#endif
