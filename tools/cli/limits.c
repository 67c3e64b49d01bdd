#include "cli/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *cli_limit_metric(const vtm_named_value *limit) {
  const char *colon = strrchr(limit->name, ':');
  return colon != NULL ? colon + 1 : limit->name;
}

bool cli_limit_is_for(const vtm_named_value *limit, const char *model, const char *metric) {
  const char *wanted = cli_limit_metric(limit);
  if (strcmp(wanted, metric) != 0) return false;
  const size_t length = wanted > limit->name ? (size_t)(wanted - limit->name) - 1 : 0;
  return length == 0 || (strlen(model) == length && strncmp(model, limit->name, length) == 0);
}

static vtm_status read_limit(const char *option, const char *given, double least, vtm_named_value *limit,
                             vtm_error *error) {
  const char *equals = strrchr(given, '=');
  char *end = NULL;
  limit->value = equals != NULL ? strtod(equals + 1, &end) : 0.0;
  if (equals == NULL || end == equals + 1 || *end != '\0' || !isfinite(limit->value))
    return cli_fail(error, VTM_ERROR_USAGE,
                    "--%s %s: METRIC=NUMBER or MODEL:METRIC=NUMBER is needed, for example fid=40", option, given);
  if (limit->value < least)
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: X must be %g or more", option, given, least);
  char *name = strndup(given, (size_t)(equals - given));
  if (name == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  limit->name = name;
  if (vtm_metric_find(cli_limit_metric(limit)) != NULL) return VTM_OK;
  return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: there is no metric of that name", option, given);
}

vtm_status cli_limits_read(const cli_command_line *line, const char *name, double least, cli_limits *limits,
                           vtm_error *error) {
  *limits = (cli_limits){calloc(line->given_count + 1, sizeof(*limits->list)), 0};
  vtm_status status = limits->list != NULL ? VTM_OK : cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  for (size_t i = 0; i < line->given_count && status == VTM_OK; i++)
    if (strcmp(line->given[i].option->name, name) == 0)
      status = read_limit(name, line->given[i].value, least, &limits->list[limits->count++], error);
  return status;
}

vtm_status cli_limits_require_images(const cli_limits *limits, const char *option, vtm_error *error) {
  for (size_t i = 0; i < limits->count; i++)
    if (!vtm_metric_find(cli_limit_metric(&limits->list[i]))->per_image)
      return cli_fail(error, VTM_ERROR_USAGE, "--%s: %s scores sets of images, a single one has no value", option,
                      cli_limit_metric(&limits->list[i]));
  return VTM_OK;
}

void cli_limits_free(cli_limits *limits) {
  for (size_t i = 0; i < limits->count; i++) free((void *)(uintptr_t)limits->list[i].name);
  free(limits->list);
  *limits = (cli_limits){0};
}
