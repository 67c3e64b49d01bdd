#include "cli/models.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/options.h"

static vtm_status read_model(const char *operand, size_t index, cli_models *models, vtm_error *error) {
  const char *equals = strchr(operand, '=');
  struct stat found;
  models->folders[index] = operand;
  if (equals == NULL || stat(operand, &found) == 0) return VTM_OK;
  if (equals == operand || equals[1] == '\0')
    return cli_fail(error, VTM_ERROR_USAGE, "'%s': NAME=FOLDER needs both a name and a folder", operand);
  models->folders[index] = equals + 1;
  models->names[index] = models->owned[index] = strndup(operand, (size_t)(equals - operand));
  return models->names[index] != NULL ? VTM_OK : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
}

vtm_status cli_models_open(const char *const *operands, size_t count, cli_models *models, vtm_error *error) {
  *models = (cli_models){.folders = calloc(count + 1, sizeof(*models->folders)),
                         .names = calloc(count + 1, sizeof(*models->names)),
                         .owned = calloc(count + 1, sizeof(*models->owned)),
                         .count = count};
  if (models->folders == NULL || models->names == NULL || models->owned == NULL)
    return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count && status == VTM_OK; i++) status = read_model(operands[i], i, models, error);
  return status;
}

void cli_models_close(cli_models *models) {
  for (size_t i = 0; models->owned != NULL && i < models->count; i++) free(models->owned[i]);
  free(models->owned);
  free((void *)models->names);
  free((void *)models->folders);
  *models = (cli_models){0};
}
