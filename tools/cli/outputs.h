/* The files that a run writes: each another, and none of those that it reads. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include <stddef.h>

#include "vtonmetrics/status.h"

typedef struct cli_output {
  const char *option; /* that names it, or NULL */
  const char *path;   /* NULL: not written */
} cli_output;

/* cli_check_output of each. Then an error where two are one file, or where one is an input: a file of `inputs` (NULL is
 * passed over) or a picture in a folder of them. Better said before a long run than after it. */
vtm_status cli_check_outputs(const cli_output *outputs, size_t count, const char *const *inputs, size_t input_count,
                             vtm_error *error);

#endif
