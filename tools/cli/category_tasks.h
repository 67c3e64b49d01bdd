/* A data set of several categories, and results in a folder for each: one task for each category, and one for all. */
#ifndef CLI_CATEGORY_TASKS_H
#define CLI_CATEGORY_TASKS_H

#include "cli/tool.h"
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

/* What --help says of it, a cli_section. */
#define CLI_CATEGORY_SECTION                                                                                      \
  {                                                                                                               \
    .heading = "DressCode",                                                                                       \
    .text =                                                                                                       \
        "People and garments share a folder there. Of a category's images, of the category, or of the whole "     \
        "tree as REFERENCE the people are taken whom its pair lists name: those of the test set, else those for " \
        "training; --match pairs:FILE names another list. Where results lie in folders dresses, lower_body and "  \
        "upper_body, each category is scored, and all of them together."                                          \
  }

#endif
