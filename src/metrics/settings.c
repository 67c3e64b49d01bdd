#include "metrics/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hint.h"
#include "base/memory.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/weights.h"

enum { MOST_NAMES = 64 };

struct vtm_settings {
  const vtm_metric *metric;
  char **values; /* one for each option; NULL: not set */
};

vtm_status vtm_settings_of(const vtm_metric *record, vtm_settings **settings_out, vtm_error *error) {
  *settings_out = NULL;
  vtm_settings *settings = vtm_allocate(1, sizeof(*settings), error);
  if (settings == NULL) return VTM_ERROR_MEMORY;
  settings->metric = record;
  settings->values = vtm_allocate(record->info.option_count, sizeof(*settings->values), error);
  if (settings->values == NULL) {
    free(settings);
    return VTM_ERROR_MEMORY;
  }
  *settings_out = settings;
  return VTM_OK;
}

void vtm_settings_destroy(vtm_settings *settings) {
  if (settings == NULL) return;
  for (size_t i = 0; i < settings->metric->info.option_count; i++) free(settings->values[i]);
  free(settings->values);
  free(settings);
}

static const vtm_option *find_option(const vtm_settings *settings, const char *name) {
  const vtm_metric_info *info = &settings->metric->info;
  for (size_t i = 0; i < info->option_count; i++)
    if (strcmp(info->options[i].name, name) == 0) return &info->options[i];
  return NULL;
}

static vtm_status fail_unknown_option(const vtm_settings *settings, const char *name, vtm_error *error) {
  const vtm_metric_info *info = &settings->metric->info;
  const char *names[MOST_NAMES];
  size_t count = 0;
  for (; count < info->option_count && count < MOST_NAMES; count++) names[count] = info->options[count].name;
  char hint[64];
  vtm_hint_nearest(name, names, count, hint, sizeof(hint));
  return vtm_fail(error, VTM_ERROR_USAGE, "unknown option '%s' of %s%s", name, info->name, hint);
}

static vtm_status check_choice(const vtm_option *option, const char *value, vtm_error *error) {
  char *choices = vtm_copy_text(option->choices, error);
  if (choices == NULL) return VTM_ERROR_MEMORY;
  const char *names[MOST_NAMES];
  size_t count = 0;
  bool found = false;
  char *rest = choices;
  for (char *choice = strsep(&rest, "|"); choice != NULL && count < MOST_NAMES; choice = strsep(&rest, "|")) {
    found = found || strcmp(value, choice) == 0;
    names[count++] = choice;
  }
  char hint[64];
  vtm_status status = VTM_OK;
  vtm_hint_nearest(value, names, count, hint, sizeof(hint));
  if (!found)
    status = vtm_fail(error, VTM_ERROR_USAGE, "--%s: unknown value '%s'%s; allowed: %s", option->name, value, hint,
                      option->choices);
  free(choices);
  return status;
}

static vtm_status check_integer(const vtm_option *option, const char *value, vtm_error *error) {
  char *end = NULL;
  errno = 0;
  const long number = strtol(value, &end, 10);
  const bool digits_only = value[0] == '-' || (value[0] >= '0' && value[0] <= '9');
  if (!digits_only || *end != '\0' || end == value)
    return vtm_fail(error, VTM_ERROR_USAGE, "--%s: '%s' is not a whole number", option->name, value);
  if (errno == ERANGE || number < option->minimum || number > option->maximum)
    return vtm_fail(error, VTM_ERROR_USAGE, "--%s: %s is outside %ld .. %ld", option->name, value, option->minimum,
                    option->maximum);
  return VTM_OK;
}

static vtm_status check_value(const vtm_metric *metric, const vtm_option *option, const char *value, vtm_error *error) {
  vtm_status status = VTM_OK;
  switch (option->type) {
    case VTM_OPTION_FLAG:
      if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        status = vtm_fail(error, VTM_ERROR_USAGE, "--%s: '%s' is neither true nor false", option->name, value);
      break;
    case VTM_OPTION_INTEGER: status = check_integer(option, value, error); break;
    case VTM_OPTION_CHOICE: status = check_choice(option, value, error); break;
    case VTM_OPTION_FILE:
    case VTM_OPTION_TEXT:
      if (value[0] == '\0') status = vtm_fail(error, VTM_ERROR_USAGE, "--%s: the value is empty", option->name);
      break;
  }
  if (status == VTM_OK && strcmp(option->name, "match") == 0) status = vtm_match_check_how(value, error);
  if (status == VTM_OK && metric->check != NULL) status = metric->check(option, value, error);
  return status;
}

vtm_status vtm_settings_set(vtm_settings *settings, const char *name, const char *value, vtm_error *error) {
  const vtm_option *option = find_option(settings, name);
  if (option == NULL) return fail_unknown_option(settings, name, error);
  if (value == NULL) return vtm_fail(error, VTM_ERROR_USAGE, "--%s: a value is missing", name);
  const vtm_status status = check_value(settings->metric, option, value, error);
  if (status != VTM_OK) return status;
  char *copy = vtm_copy_text(value, error);
  if (copy == NULL) return VTM_ERROR_MEMORY;
  char **slot = &settings->values[option - settings->metric->info.options];
  free(*slot);
  *slot = copy;
  return VTM_OK;
}

const vtm_metric *vtm_settings_metric(const vtm_settings *settings) { return settings->metric; }

const char *vtm_settings_text(const vtm_settings *settings, const char *name) {
  const vtm_option *option = find_option(settings, name);
  if (option == NULL) return NULL;
  const char *value = settings->values[option - settings->metric->info.options];
  return value != NULL ? value : option->default_value;
}

bool vtm_settings_flag(const vtm_settings *settings, const char *option) {
  const char *value = vtm_settings_text(settings, option);
  return value != NULL && strcmp(value, "true") == 0;
}

long vtm_settings_integer(const vtm_settings *settings, const char *option) {
  const char *value = vtm_settings_text(settings, option);
  return value != NULL ? strtol(value, NULL, 10) : 0;
}

vtm_status vtm_settings_extractor(const vtm_settings *settings, vtm_extractor_request *request, vtm_error *error) {
  const vtm_status status = settings->metric->extractor(settings, request, error);
  request->network.may_ask = vtm_settings_text(settings, "fetch") == NULL;
  request->absolute_paths = vtm_settings_flag(settings, "absolute-paths");
  request->pillow13 = strcmp(vtm_settings_text(settings, "pillow"), "13") == 0;
  return status;
}

vtm_status vtm_settings_find_weights(const vtm_settings *settings, vtm_error *error) {
  if (find_option(settings, "weights") != NULL && vtm_settings_text(settings, "weights") != NULL) return VTM_OK;
  if (vtm_settings_flag(settings, "fetch")) return VTM_OK;
  char *path = NULL;
  vtm_extractor_request request;
  vtm_status status = vtm_settings_extractor(settings, &request, error);
  if (status == VTM_OK && request.measure == NULL) status = vtm_weights_locate(request.network.weights, &path, error);
  vtm_free(path);
  return status;
}

const vtm_metric_info *vtm_settings_info(const vtm_settings *settings) { return &settings->metric->info; }
