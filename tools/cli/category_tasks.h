/* A data set of several categories, and results in a folder for each: one task for each category, and one for all. */
#ifndef CLI_CATEGORY_TASKS_H
#define CLI_CATEGORY_TASKS_H

#include "vtonmetrics/tools/experiment.h"

typedef struct cli_category_tasks {
  vtm_experiment_task *tasks;
  size_t count; /* 1: `whole` itself, whose folders have no categories in common */
  char **owned;
  size_t owned_count;
} cli_category_tasks;

/* `whole` has to stay; free with cli_category_tasks_close, also after a failure. */
vtm_status cli_category_tasks_open(const vtm_experiment_task *whole, cli_category_tasks *made, vtm_error *error);
void cli_category_tasks_close(cli_category_tasks *made);

#endif
