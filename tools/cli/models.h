/* Folders of results as the command line names them: FOLDER, or NAME=FOLDER. */
#ifndef CLI_MODELS_H
#define CLI_MODELS_H

#include <stddef.h>

#include "vtonmetrics/status.h"

typedef struct cli_models {
  const char **folders;
  const char **names; /* NULL for one: the folder's last part */
  size_t count;
  char **owned; /* of the names, those cut out of an operand */
} cli_models;

/* Free with cli_models_close, also after a failure. A folder whose own name has a "=" is that folder. */
vtm_status cli_models_open(const char *const *operands, size_t count, cli_models *models, vtm_error *error);
void cli_models_close(cli_models *models);

#endif
