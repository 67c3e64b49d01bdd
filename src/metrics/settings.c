#include "metrics/settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hint.h"
#include "base/memory.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/weights.h"

enum { MOST_NAMES = 64, LARGEST_SIDE = 16384 };

/* ---- from text to value ---- */

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

static vtm_status parse_flag(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  bool *flag = value;
  *flag = strcmp(text, "true") == 0;
  if (*flag || strcmp(text, "false") == 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE, "--%s: '%s' is neither true nor false", option->name, text);
}

static vtm_status parse_integer(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  char *end = NULL;
  errno = 0;
  const long number = strtol(text, &end, 10);
  const bool digits_only = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
  if (!digits_only || *end != '\0' || end == text)
    return vtm_fail(error, VTM_ERROR_USAGE, "--%s: '%s' is not a whole number", option->name, text);
  if (errno == ERANGE || number < option->minimum || number > option->maximum)
    return vtm_fail(error, VTM_ERROR_USAGE, "--%s: %s is outside %ld .. %ld", option->name, text, option->minimum,
                    option->maximum);
  *(long *)value = number;
  return VTM_OK;
}

static vtm_status parse_text(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  if (text[0] == '\0') return vtm_fail(error, VTM_ERROR_USAGE, "--%s: the value is empty", option->name);
  if (option->type == VTM_OPTION_CHOICE) {
    const vtm_status status = check_choice(option, text, error);
    if (status != VTM_OK) return status;
  }
  *(const char **)value = text;
  return VTM_OK;
}

static vtm_status parse_match(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  const vtm_status status = parse_text(option, text, value, error);
  return status == VTM_OK ? vtm_match_check_how(text, error) : status;
}

static vtm_status parse_protocol(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  const vtm_status status = check_choice(option, text, error);
  if (status == VTM_OK) *(const vtm_protocol **)value = vtm_protocol_find(text);
  return status;
}

static vtm_status parse_pillow(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  *(bool *)value = strcmp(text, "13") == 0;
  return check_choice(option, text, error);
}

static vtm_status parse_fetch(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  bool fetch = false;
  const vtm_status status = parse_flag(option, text, &fetch, error);
  *(vtm_fetch *)value = fetch ? VTM_FETCH_ALWAYS : VTM_FETCH_NEVER;
  return status;
}

/* A number of 1 .. LARGEST_SIDE; *rest points behind its digits. */
static bool parse_side(const char *text, const char **rest, int *side) {
  char *end = NULL;
  if (text[0] < '0' || text[0] > '9') return false;
  const long value = strtol(text, &end, 10);
  *rest = end;
  *side = (int)(value > LARGEST_SIDE ? 0 : value);
  return *side >= 1;
}

/* 0 x 0 for "native". */
static vtm_status parse_size(const vtm_option *option, const char *text, void *value, vtm_error *error) {
  vtm_image_size *size = value;
  const char *rest = text;
  *size = (vtm_image_size){0};
  if (strcmp(text, "native") == 0) return VTM_OK;
  if (parse_side(text, &rest, &size->width)) {
    size->height = size->width;
    if (*rest == '\0' || (*rest == 'x' && parse_side(rest + 1, &rest, &size->height) && *rest == '\0')) return VTM_OK;
  }
  return vtm_fail(
      error, VTM_ERROR_USAGE,
      "--%s: '%s' is no size; allowed: native, a number such as 256, WIDTHxHEIGHT such as 384x512, up to %d",
      option->name, text, LARGEST_SIDE);
}

/* ---- options and their members ---- */

typedef struct option_member {
  const char *name;
  vtm_status (*parse)(const vtm_option *option, const char *text, void *value, vtm_error *error);
  size_t offset;
  bool once; /* has to be the same for all metrics that are computed together */
} option_member;

#define MEMBER(member) offsetof(vtm_option_values, member)

static const option_member members[] = {
    {"protocol", parse_protocol, MEMBER(protocol), false},
    {"fetch", parse_fetch, MEMBER(fetch), false},
    {"all-images", parse_flag, MEMBER(all_images), false},
    {"save-stats", parse_text, MEMBER(save_stats), false},
    {"save-features", parse_text, MEMBER(save_features), false},
    {"size", parse_size, MEMBER(size), false},
    {"unpaired-anyway", parse_flag, MEMBER(unpaired_anyway), false},
    {"as", parse_text, MEMBER(as), false},
    {"net", parse_text, MEMBER(net), false},
    {"weights", parse_text, MEMBER(weights), false},
    {"precision", parse_text, MEMBER(precision), false},
    {"exact", parse_flag, MEMBER(exact), false},
    {"pillow", parse_pillow, MEMBER(pillow13), false},
    {"lint", parse_flag, MEMBER(lint), false},
    {"strict", parse_flag, MEMBER(strict), false},
    {"interval", parse_flag, MEMBER(interval), false},
    {"simultaneous", parse_flag, MEMBER(simultaneous), false},
    {"seed", parse_integer, MEMBER(seed), false},
    {"match", parse_match, MEMBER(match), true},
    {"store", parse_text, MEMBER(store), true},
    {"no-store", parse_flag, MEMBER(no_store), true},
    {"rehash", parse_flag, MEMBER(rehash), true},
    {"skip-broken", parse_flag, MEMBER(skip_broken), true},
    {"absolute-paths", parse_flag, MEMBER(absolute_paths), true},
    {"max-pixels", parse_integer, MEMBER(max_pixels), true},
    {"batch", parse_integer, MEMBER(batch), true},
};

static vtm_status put_value(vtm_settings *settings, const vtm_option *option, const char *text, vtm_error *error) {
  for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
    if (strcmp(members[i].name, option->name) == 0)
      return members[i].parse(option, text, (char *)&settings->values + members[i].offset, error);
  return vtm_fail(error, VTM_ERROR_USAGE, "--%s: an option without a value: a fault of vtonmetrics", option->name);
}

/* ---- settings ---- */

vtm_status vtm_settings_of(const vtm_metric *record, vtm_settings **settings_out, vtm_error *error) {
  const vtm_metric_info *info = &record->info;
  *settings_out = NULL;
  vtm_settings *settings = vtm_allocate(1, sizeof(*settings), error);
  if (settings == NULL) return VTM_ERROR_MEMORY;
  settings->metric = record;
  settings->texts = vtm_allocate(info->option_count, sizeof(*settings->texts), error);
  vtm_status status = settings->texts != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < info->option_count && status == VTM_OK; i++)
    if (info->options[i].default_value != NULL)
      status = put_value(settings, &info->options[i], info->options[i].default_value, error);
  if (status == VTM_OK)
    *settings_out = settings;
  else
    vtm_settings_destroy(settings);
  return status;
}

void vtm_settings_destroy(vtm_settings *settings) {
  if (settings == NULL) return;
  for (size_t i = 0; settings->texts != NULL && i < settings->metric->info.option_count; i++) free(settings->texts[i]);
  free((void *)settings->texts);
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

vtm_status vtm_settings_set(vtm_settings *settings, const char *name, const char *value, vtm_error *error) {
  const vtm_option *option = find_option(settings, name);
  if (option == NULL) return fail_unknown_option(settings, name, error);
  if (value == NULL) return vtm_fail(error, VTM_ERROR_USAGE, "--%s: a value is missing", name);
  const vtm_option_values before = settings->values;
  char *text = vtm_copy_text(value, error);
  if (text == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = put_value(settings, option, text, error);
  char **slot = &settings->texts[option - settings->metric->info.options];
  free(status == VTM_OK ? *slot : text);
  if (status == VTM_OK)
    *slot = text;
  else
    settings->values = before;
  return status;
}

const vtm_metric_info *vtm_settings_info(const vtm_settings *settings) { return &settings->metric->info; }

const char *vtm_settings_get(const vtm_settings *settings, const char *name) {
  const vtm_option *option = find_option(settings, name);
  const char *text = option != NULL ? settings->texts[option - settings->metric->info.options] : NULL;
  return text == NULL && option != NULL ? option->default_value : text;
}

static const char *text_in_force(const vtm_settings *settings, const char *name) {
  const char *text = vtm_settings_get(settings, name);
  return text != NULL ? text : "";
}

const char *vtm_settings_conflict(const vtm_settings *a, const vtm_settings *b) {
  for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
    if (members[i].once && strcmp(text_in_force(a, members[i].name), text_in_force(b, members[i].name)) != 0)
      return members[i].name;
  return NULL;
}

vtm_extractor_request vtm_settings_extractor(const vtm_settings *settings) {
  vtm_extractor_request request = settings->metric->extractor(settings);
  request.network.file = settings->values.weights;
  request.network.fetch = settings->values.fetch == VTM_FETCH_ALWAYS;
  request.network.may_ask = settings->values.fetch == VTM_FETCH_ASK;
  request.network.precision = settings->values.precision;
  request.network.exact = settings->values.exact;
  request.absolute_paths = settings->values.absolute_paths;
  request.pillow13 = settings->values.pillow13;
  return request;
}

vtm_status vtm_settings_find_weights(const vtm_settings *settings, vtm_error *error) {
  if (settings->values.weights != NULL || settings->values.fetch == VTM_FETCH_ALWAYS) return VTM_OK;
  const vtm_extractor_request request = vtm_settings_extractor(settings);
  if (request.measure != NULL) return VTM_OK;
  char *path = NULL;
  const vtm_status status = vtm_weights_locate(request.network.weights, &path, error);
  vtm_free(path);
  return status;
}
