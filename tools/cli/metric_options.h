/* The options of all metrics on one command line. One that several metrics have in the same sense stands there once,
 * and is for all of them. Where the senses differ (--weights) each metric has its own: --fid-weights, --lpips-weights.
 * That longer form is understood for every option. */
#ifndef CLI_METRIC_OPTIONS_H
#define CLI_METRIC_OPTIONS_H

#include "cli/options.h"

typedef struct cli_metric_option_source {
  const vtm_metric_info *metric; /* NULL: all that have it */
  const char *name;              /* in the metric's own table */
  bool ambiguous;                /* only the longer forms are possible */
} cli_metric_option_source;

typedef struct cli_metric_options {
  vtm_option *options; /* for a cli_option_group */
  cli_metric_option_source *sources;
  size_t count;
} cli_metric_options;

vtm_status cli_metric_options_open(cli_metric_options *all, vtm_error *error);
void cli_metric_options_close(cli_metric_options *all);

/* Sets what the command line gives for the metric of `settings`; what is not given is left alone. */
vtm_status cli_metric_options_apply(const cli_metric_options *all, const cli_command_line *line, vtm_settings *settings,
                                    vtm_error *error);
/* VTM_ERROR_USAGE when an option was given that none of the metrics in use has, or that is ambiguous. */
vtm_status cli_metric_options_check(const cli_metric_options *all, const cli_command_line *line,
                                    vtm_settings *const *settings, size_t count, vtm_error *error);

#endif
