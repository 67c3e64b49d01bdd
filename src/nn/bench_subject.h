/* The networks that benchmarks run, and at which size. */
#ifndef VTM_NN_BENCH_SUBJECT_H
#define VTM_NN_BENCH_SUBJECT_H

#include <stddef.h>
#include <string.h>

#include "base/error.h"

typedef struct vtm_bench_subject {
  const char *name, *network;
  int size; /* width and height of the images */
} vtm_bench_subject;

static const vtm_bench_subject vtm_bench_subjects[] = {{"inception", "inception-v3", 299}, {"alexnet", "alexnet", 256}};

/* NULL when unknown. */
static inline const vtm_bench_subject *vtm_bench_subject_find(const char *name) {
  for (size_t i = 0; i < sizeof(vtm_bench_subjects) / sizeof(*vtm_bench_subjects); i++)
    if (strcmp(vtm_bench_subjects[i].name, name) == 0) return &vtm_bench_subjects[i];
  return NULL;
}

/* NULL with *error set when unknown. */
static inline const vtm_bench_subject *vtm_bench_subject_choose(const char *name, vtm_error *error) {
  const vtm_bench_subject *subject = vtm_bench_subject_find(name);
  if (subject == NULL)
    (void)vtm_fail(error, VTM_ERROR_USAGE, "unknown network '%s': known are inception, alexnet", name);
  return subject;
}

#endif
