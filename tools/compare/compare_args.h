/* The arguments of `compare`, from the command line or from a file. */
#ifndef COMPARE_ARGS_H
#define COMPARE_ARGS_H

#include "cli/category_tasks.h"
#include "cli/limits.h"
#include "cli/metric_options.h"
#include "cli/models.h"
#include "cli/tool.h"
#include "vtonmetrics/tools/experiment.h"

typedef struct compare_args {
  vtm_experiment work; /* all there is to do; points into what follows */
  const char *format;  /* of standard output, or of --output */
  const char *output;
  vtm_experiment *file; /* of --config */
  vtm_experiment_task task;
  cli_category_tasks categories; /* what `task` falls into */
  cli_models models;
  char **owned; /* names cut out of lists */
  size_t owned_count;
  vtm_settings **settings;
  cli_limits limits, floors, tolerances, image_tolerances;
} compare_args;

/* Finds all errors that can be found before hours of computation. Close it also after a failure. */
vtm_status compare_args_read(cli_session *session, const cli_metric_options *options, compare_args *args,
                             vtm_error *error);
void compare_args_close(compare_args *args);

/* The folder that this output may not lead out of, as the configuration file names it; NULL: none, since it is no path
 * of that file, or --outside was given. */
const char *compare_args_guard(const compare_args *args, const char *path);

#endif
