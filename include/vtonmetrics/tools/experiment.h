/* An experiment: which models are compared in which tasks by which metrics, what is written, and what may not get
 * worse. It comes from a file (vtonmetrics compare --config), or a program fills it in.
 *
 *   vtm_experiment *experiment;
 *   vtm_experiment_read("experiments.json", false, &experiment, &error);
 */
#ifndef VTONMETRICS_TOOLS_EXPERIMENT_H
#define VTONMETRICS_TOOLS_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/tools/scores.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One reference folder and the folder of each model that does this task. */
typedef struct vtm_experiment_task {
  const char *name; /* "" for the only one */
  const char *reference;
  const char *const *folders;
  const char *const *names; /* of the models; NULL, or NULL for one: the folder's last part */
  size_t model_count;
} vtm_experiment_task;

/* A file to be written. */
typedef struct vtm_experiment_output {
  const char *format; /* one of vtm_report_comparison_formats() */
  const char *path;
} vtm_experiment_output;

typedef struct vtm_experiment {
  const vtm_experiment_task *tasks;
  size_t task_count;
  vtm_settings *const *settings; /* one for each metric */
  size_t metric_count;
  vtm_compare_people people;
  const vtm_named_value *seconds; /* an image, by model */
  size_t seconds_count;
  const char *baseline, *sort; /* see vtm_report_options */
  /* By "METRIC", or "MODEL:METRIC" for one model: */
  const vtm_named_value *limits;           /* values above them fail */
  const vtm_named_value *floors;           /* values below them fail */
  const vtm_named_value *tolerances;       /* how much worse than before is not yet worse */
  const vtm_named_value *image_tolerances; /* the same of each picture */
  size_t limit_count, floor_count, tolerance_count, image_tolerance_count;
  const char *not_worse_than; /* scores.json of an earlier run, or NULL */
  const vtm_experiment_output *outputs;
  size_t output_count;
  const char *per_image, *report; /* a CSV file, a folder; or NULL */
  const char *beneath; /* outputs, per_image and report begin with this folder ("" is the working one) and must not lead
                        * out of it when they are written: vtm_path_pin; NULL: they may lie anywhere */
} vtm_experiment;

/* Reads a file of the shape that the manual page of `compare` describes. Paths in it are relative to its folder.
 * Folders of images may lie anywhere; what is written has to lie in the file's folder unless `outside`. All that is
 * wrong, names that are not known among it, is VTM_ERROR_FORMAT with the line. On success the caller owns *experiment,
 * and all it points to. */
VTM_API vtm_status vtm_experiment_read(const char *path, bool outside, vtm_experiment **experiment, vtm_error *error);
/* The same from memory; `path` says where relative paths begin. */
VTM_API vtm_status vtm_experiment_parse(const char *path, const void *bytes, size_t size, bool outside,
                                        vtm_experiment **experiment, vtm_error *error);
VTM_API void vtm_experiment_destroy(vtm_experiment *experiment); /* of those read; NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
