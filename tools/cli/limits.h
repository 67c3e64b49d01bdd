/* Limits of scores as options give them: METRIC=X, or MODEL:METRIC=X for one model. */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "cli/tool.h"
#include "vtonmetrics/metric.h"

typedef struct cli_limits {
  vtm_named_value *list; /* names are "METRIC" or "MODEL:METRIC" */
  size_t count;
} cli_limits;

/* All values given to the option `name`, of `least` or more; free them with cli_limits_free, also after a failure. */
vtm_status cli_limits_read(const cli_command_line *line, const char *name, double least, cli_limits *limits,
                           vtm_error *error);
void cli_limits_free(cli_limits *limits);
/* VTM_ERROR_USAGE unless all are of metrics that score each picture. */
vtm_status cli_limits_require_images(const cli_limits *limits, const char *option, vtm_error *error);
bool cli_limit_is_for(const vtm_named_value *limit, const char *model, const char *metric);
const char *cli_limit_metric(const vtm_named_value *limit);

#endif
