/* Saved features as input of fid: a distance of rows that a test makes up, through all of the real code but the
 * network. cmocka must be included before. */
#ifndef VTM_TESTS_FEATURE_FILES_H
#define VTM_TESTS_FEATURE_FILES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "features/input.h"
#include "helpers/scratch.h"
#include "vtonmetrics/vtonmetrics.h"

/* p00000, p00001 ... from `first` on, in one block to free(). */
static inline const char **feature_names(size_t first, size_t count) {
  enum { LENGTH = 16 };
  const char **names = malloc(count * (sizeof(*names) + LENGTH));
  assert_non_null(names);
  char *text = (char *)(names + count);
  for (size_t i = 0; i < count; i++, text += LENGTH) {
    (void)snprintf(text, LENGTH, "p%05u", (unsigned)(first + i) % 100000U);
    names[i] = text;
  }
  return names;
}

/* SCRATCH/NAME with `count` rows, as --save-features writes them. */
static inline void feature_file(const char *name, const float *rows, size_t first, size_t count, size_t features) {
  const vtm_origin origin = {.values = {"alexnet"}};
  vtm_error error = {0};
  const char **names = feature_names(first, count);
  if (vtm_write_features(scratch(name), rows, count, features, names, &origin, &error) != VTM_OK)
    fail_msg("%s", error.message);
  free(names);
}

/* The same of float64, as another program writes them. */
static inline void feature_file_of_doubles(const char *name, const double *rows, size_t count, size_t features) {
  vtm_error error = {0};
  const char **names = feature_names(0, count);
  const vtm_tensor tensors[] = {
      {.name = "features",
       .dtype = VTM_FLOAT64,
       .rank = 2,
       .shape = {(int64_t)count, (int64_t)features},
       .count = count * features,
       .data = rows},
      {.name = "names", .dtype = VTM_TEXT, .rank = 1, .shape = {(int64_t)count}, .count = count, .data = names}};
  if (vtm_npz_write(scratch(name), tensors, 2, &error) != VTM_OK) fail_msg("%s", error.message);
  free(names);
}

/* Scores files of the scratch folder with --interval, and --all-images when not `matched`. */
static inline vtm_result *feature_files_measure(const char *metric, int threads, bool matched, const char *reference,
                                                const char *const *generated, size_t count) {
  enum { MOST = 40, PATH = 512 };
  const vtm_context_options options = {.struct_size = sizeof(options), .threads = threads};
  static char paths[MOST + 1][PATH];
  const char *inputs[MOST];
  vtm_context *context = NULL;
  vtm_settings *settings = NULL;
  vtm_result *result = NULL;
  vtm_error error = {0};
  (void)snprintf(paths[MOST], PATH, "%s", scratch(reference));
  for (size_t i = 0; i < count; i++) {
    (void)snprintf(paths[i], PATH, "%s", scratch(generated[i]));
    inputs[i] = paths[i];
  }
  vtm_status status = vtm_context_create(&options, &context, &error);
  if (status == VTM_OK) status = vtm_settings_create(metric, &settings, &error);
  if (status == VTM_OK) status = vtm_settings_set(settings, "protocol", "alexnet", &error);
  if (status == VTM_OK) status = vtm_settings_set(settings, "interval", "true", &error);
  if (status == VTM_OK) status = vtm_settings_set(settings, "all-images", matched ? "false" : "true", &error);
  if (status == VTM_OK) status = vtm_score(context, settings, paths[MOST], inputs, count, &result, &error);
  if (status != VTM_OK) fail_msg("%s", error.message);
  vtm_settings_destroy(settings);
  vtm_context_destroy(context);
  return result;
}

static inline vtm_result *feature_files_score(int threads, bool matched, const char *reference,
                                              const char *const *generated, size_t count) {
  return feature_files_measure("fid", threads, matched, reference, generated, count);
}

#endif
