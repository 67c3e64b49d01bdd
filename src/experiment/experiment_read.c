/* Reads experiments.json. What each key means is said in the manual page of `compare`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/beneath.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/experiment.h"
#include "vtonmetrics/tools/text.h"

static const vtm_json_limits limits = {.bytes = (size_t)1 << 20, .values = 65536, .depth = 8};
enum { LARGEST_TIME_FILE = 4096, MOST_TASKS = 256, MOST_MODELS = 256 };

typedef struct reader {
  vtm_json_source source;
  vtm_arena *arena;
  vtm_experiment *experiment;
  bool outside;         /* outputs may lie anywhere */
  size_t folder_length; /* of source.name, with the slash */
} reader;

typedef struct owned_experiment {
  vtm_experiment experiment; /* first, so that its address is the owner's */
  vtm_arena arena;
} owned_experiment;

/* ---- pieces ---- */

/* Checks a key that is a name of the user's choice: not empty, and not used twice in its object. */
static vtm_status check_key(const reader *read, const cJSON *member, const char *what, vtm_error *error) {
  if (*member->string == '\0') return vtm_json_fail(&read->source, member, error, "%s needs a name", what);
  for (const cJSON *other = member->prev; other != NULL && other->next != NULL; other = other->prev)
    if (strcmp(other->string, member->string) == 0)
      return vtm_json_fail(&read->source, member, error, "two of them are called \"%s\": %s needs a name of its own",
                           member->string, what);
  return VTM_OK;
}

static vtm_status count_members(const reader *read, const cJSON *object, const char *name, size_t most, size_t *count,
                                vtm_error *error) {
  *count = 0;
  if (!cJSON_IsObject(object)) return vtm_json_fail(&read->source, object, error, "\"%s\" must be an object", name);
  for (const cJSON *member = object->child; member != NULL; member = member->next) (*count)++;
  if (*count == 0) return vtm_json_fail(&read->source, object, error, "\"%s\" is empty", name);
  if (*count > most) return vtm_json_fail(&read->source, object, error, "\"%s\" has more than %zu members", name, most);
  return VTM_OK;
}

static const char *resolve_path(const reader *read, const char *path) {
  if (*path == '/') return vtm_arena_copy(read->arena, path);
  return vtm_arena_format(read->arena, "%.*s%s", (int)read->folder_length, read->source.name, path);
}

static vtm_status read_path(const reader *read, const cJSON *owner, const char *name, const cJSON *item,
                            const char **path, vtm_error *error) {
  const char *text = NULL;
  const vtm_status status = vtm_json_get_text(&read->source, owner, name, item, &text, error);
  if (status != VTM_OK) return status;
  if (*text == '\0') return vtm_json_fail(&read->source, item, error, "\"%s\": the path is empty", name);
  *path = resolve_path(read, text);
  return VTM_OK;
}

static bool leaves_folder(const reader *read, const char *path) {
  const char *folder = vtm_arena_format(read->arena, "%.*s", (int)read->folder_length, read->source.name);
  return folder == NULL || !vtm_path_stays_beneath(folder, path);
}

/* A file from somebody else must not overwrite anything outside its own folder. */
static vtm_status read_output_path(const reader *read, const cJSON *owner, const char *name, const cJSON *item,
                                   const char **path, vtm_error *error) {
  const vtm_status status = read_path(read, owner, name, item, path, error);
  if (status == VTM_OK && !read->outside && leaves_folder(read, item->valuestring))
    return vtm_json_fail(&read->source, item, error,
                         "\"%s\": %s lies outside this file's folder; --outside allows to write there", name,
                         item->valuestring);
  return status;
}

/* ---- tasks ---- */

static vtm_status read_models(const reader *read, const cJSON *models, vtm_experiment_task *task, vtm_error *error) {
  size_t count = 0;
  vtm_status status = count_members(read, models, "models", MOST_MODELS, &count, error);
  const char **names = vtm_arena_allocate(read->arena, count, sizeof(*names));
  const char **folders = vtm_arena_allocate(read->arena, count, sizeof(*folders));
  if (status != VTM_OK || names == NULL || folders == NULL) return status;
  for (const cJSON *member = models->child; member != NULL && status == VTM_OK; member = member->next) {
    status = check_key(read, member, "a model", error);
    names[task->model_count] = vtm_arena_copy(read->arena, member->string);
    if (status == VTM_OK)
      status = read_path(read, models, member->string, member, &folders[task->model_count++], error);
  }
  task->names = names;
  task->folders = folders;
  return status;
}

static vtm_status read_task(const reader *read, const cJSON *owner, const cJSON *reference, const cJSON *models,
                            vtm_experiment_task *task, vtm_error *error) {
  if (models == NULL) return vtm_json_fail(&read->source, owner, error, "\"models\" is missing");
  const vtm_status status = read_path(read, owner, "reference", reference, &task->reference, error);
  return status == VTM_OK ? read_models(read, models, task, error) : status;
}

static vtm_status read_tasks(const reader *read, const cJSON *object, vtm_experiment_task *tasks, vtm_error *error) {
  static const char *const names[] = {"reference", "models"};
  static const vtm_json_keys keys = {"a task", names, 2, true};
  vtm_status status = VTM_OK;
  for (const cJSON *member = object->child; member != NULL && status == VTM_OK; member = member->next) {
    const cJSON *values[2];
    status = check_key(read, member, "a task", error);
    if (status == VTM_OK) status = vtm_json_members(&read->source, member, &keys, values, error);
    vtm_experiment_task *task = &tasks[read->experiment->task_count++];
    *task = (vtm_experiment_task){.name = vtm_arena_copy(read->arena, member->string)};
    if (status == VTM_OK) status = read_task(read, member, values[0], values[1], task, error);
  }
  return status;
}

static vtm_status read_folders(const reader *read, const cJSON *tasks, const cJSON *reference, const cJSON *models,
                               vtm_error *error) {
  vtm_experiment *experiment = read->experiment;
  size_t count = 1;
  if (tasks != NULL && (reference != NULL || models != NULL))
    return vtm_json_fail(&read->source, tasks, error,
                         "\"tasks\" have references and models of their own: \"%s\" beside them makes no sense",
                         reference != NULL ? "reference" : "models");
  vtm_status status = tasks != NULL ? count_members(read, tasks, "tasks", MOST_TASKS, &count, error) : VTM_OK;
  vtm_experiment_task *made = vtm_arena_allocate(read->arena, count, sizeof(*made));
  experiment->tasks = made;
  if (status != VTM_OK || made == NULL) return status;
  if (tasks != NULL) return read_tasks(read, tasks, made, error);
  made[0].name = "";
  experiment->task_count = 1;
  return read_task(read, read->source.root, reference, models, made, error);
}

/* ---- metrics ---- */

static const vtm_option *find_option(const vtm_metric_info *metric, const char *name) {
  for (size_t i = 0; i < metric->option_count; i++)
    if (strcmp(metric->options[i].name, name) == 0) return &metric->options[i];
  return NULL;
}

/* The value as the command line would have it; NULL for a value that no option takes. */
static const char *option_text(const reader *read, const vtm_option *option, const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  if (cJSON_IsBool(value)) return cJSON_IsTrue(value) ? "true" : "false";
  if (cJSON_IsNumber(value)) return vtm_arena_format(read->arena, "%.15g", value->valuedouble);
  if (text == NULL || option == NULL) return text;
  if (option->type == VTM_OPTION_FILE && *text != '\0') return resolve_path(read, text);
  const char *list = strcmp(option->name, "match") == 0 ? vtm_match_list_file(text) : NULL;
  return list != NULL ? vtm_arena_format(read->arena, "pairs:%s", resolve_path(read, list)) : text;
}

static vtm_status read_option(const reader *read, vtm_settings *settings, const cJSON *value, vtm_error *error) {
  vtm_error found = {0};
  if (strncmp(value->string, "save-", strlen("save-")) == 0)
    return vtm_json_fail(&read->source, value, error, "\"%s\" has no place in an experiment", value->string);
  const char *text = option_text(read, find_option(vtm_settings_info(settings), value->string), value);
  if (text == NULL)
    return vtm_json_fail(&read->source, value, error, "\"%s\" must be a text, a number, true or false", value->string);
  if (vtm_settings_set(settings, value->string, text, &found) == VTM_OK) return VTM_OK;
  return vtm_json_fail(&read->source, value, error, "%s", found.message);
}

/* `options` is the object of a metric's options, or NULL. */
static vtm_status read_metric(const reader *read, const cJSON *place, const char *name, const cJSON *options,
                              vtm_settings **all, vtm_error *error) {
  vtm_error found = {0};
  vtm_experiment *experiment = read->experiment;
  for (size_t i = 0; i < experiment->metric_count; i++)
    if (strcmp(vtm_settings_info(all[i])->name, name) == 0)
      return vtm_json_fail(&read->source, place, error, "the metric %s is there twice", name);
  if (experiment->metric_count == vtm_metric_count() ||
      vtm_settings_create(name, &all[experiment->metric_count], &found) != VTM_OK)
    return vtm_json_fail(&read->source, place, error, "%s", found.message);
  vtm_settings *settings = all[experiment->metric_count++];
  vtm_status status = vtm_settings_set(settings, "interval", "true", error);
  if (status != VTM_OK || options == NULL) return status;
  if (!cJSON_IsObject(options))
    return vtm_json_fail(&read->source, options, error, "\"%s\" must be an object of options, {} for none", name);
  for (const cJSON *value = options->child; value != NULL && status == VTM_OK; value = value->next) {
    status = check_key(read, value, "an option", error);
    if (status == VTM_OK) status = read_option(read, settings, value, error);
  }
  return status;
}

/* {"fid": {"protocol": "clean-fid"}, "lpips": {}} or ["fid", "lpips"] */
static vtm_status read_metrics(const reader *read, const cJSON *metrics, vtm_error *error) {
  if (metrics == NULL)
    return vtm_json_fail(&read->source, read->source.root, error, "\"metrics\" is missing: [\"fid\", \"lpips\"]");
  if ((!cJSON_IsArray(metrics) && !cJSON_IsObject(metrics)) || metrics->child == NULL)
    return vtm_json_fail(&read->source, metrics, error,
                         "\"metrics\" must be a list of names, or an object of names with their options");
  vtm_settings **all = vtm_arena_allocate(read->arena, vtm_metric_count() + 1, sizeof(vtm_settings *));
  if (all == NULL) return VTM_OK;
  read->experiment->settings = all;
  vtm_status status = VTM_OK;
  for (const cJSON *item = metrics->child; item != NULL && status == VTM_OK; item = item->next) {
    const char *name = item->string;
    if (cJSON_IsArray(metrics)) status = vtm_json_get_text(&read->source, metrics, "metrics", item, &name, error);
    if (status == VTM_OK) status = read_metric(read, item, name, cJSON_IsArray(metrics) ? NULL : item, all, error);
  }
  return status;
}

/* ---- numbers by metric or model ---- */

static vtm_status read_seconds_file(const reader *read, const cJSON *item, double *seconds, vtm_error *error) {
  const char *path = NULL;
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_status status = read_path(read, item, item->string, item, &path, error);
  if (status == VTM_OK) status = vtm_file_read(path, LARGEST_TIME_FILE, &bytes, &size, error);
  if (status != VTM_OK) return status;
  char text[LARGEST_TIME_FILE + 1];
  memcpy(text, bytes, size);
  text[size] = '\0';
  free(bytes);
  char *end = NULL;
  *seconds = strtod(text, &end);
  if (end != text && strspn(end, " \t\r\n") == strlen(end) && strlen(text) == size) return VTM_OK;
  return vtm_json_fail(&read->source, item, error, "%s must hold one number, the seconds an image takes", path);
}

static bool is_model(const vtm_experiment *experiment, const char *name) {
  for (size_t t = 0; t < experiment->task_count; t++)
    for (size_t m = 0; m < experiment->tasks[t].model_count; m++)
      if (strcmp(experiment->tasks[t].names[m], name) == 0) return true;
  return false;
}

static bool is_metric(const vtm_experiment *experiment, const char *name) {
  for (size_t i = 0; i < experiment->metric_count; i++)
    if (strcmp(vtm_settings_info(experiment->settings[i])->name, name) == 0) return true;
  return false;
}

/* "METRIC", or "MODEL:METRIC". */
static bool is_limit_name(const reader *read, const char *name) {
  const char *colon = strrchr(name, ':');
  if (colon == NULL) return is_metric(read->experiment, name);
  const char *model = vtm_arena_format(read->arena, "%.*s", (int)(colon - name), name);
  return is_model(read->experiment, model) && is_metric(read->experiment, colon + 1);
}

/* Numbers by metric or, with `of_models`, seconds by model, which may also be the name of a file that holds them. */
static vtm_status read_numbers(const reader *read, const cJSON *object, bool of_models, const vtm_named_value **values,
                               size_t *count, vtm_error *error) {
  if (object == NULL) return VTM_OK;
  size_t room = 0;
  vtm_status status = count_members(read, object, object->string, MOST_MODELS, &room, error);
  vtm_named_value *made = vtm_arena_allocate(read->arena, room, sizeof(*made));
  if (status != VTM_OK || made == NULL) return status;
  for (const cJSON *item = object->child; item != NULL && status == VTM_OK; item = item->next) {
    vtm_named_value *value = &made[(*count)++];
    value->name = vtm_arena_copy(read->arena, item->string);
    status = check_key(read, item, of_models ? "a model" : "a metric", error);
    if (status == VTM_OK && !(of_models ? is_model(read->experiment, item->string) : is_limit_name(read, item->string)))
      status = vtm_json_fail(&read->source, item, error, "%s is none of the %s of this experiment", item->string,
                             of_models ? "models" : "metrics");
    if (status == VTM_OK && of_models && cJSON_IsString(item))
      status = read_seconds_file(read, item, &value->value, error);
    else if (status == VTM_OK)
      status = vtm_json_get_number(&read->source, object, item->string, item, &value->value, error);
    if (status == VTM_OK && (!isfinite(value->value) || value->value < 0.0))
      status = vtm_json_fail(&read->source, item, error, "\"%s\" must be 0 or more", item->string);
  }
  *values = made;
  return status;
}

/* ---- output ---- */

static vtm_status read_outputs(const reader *read, const cJSON *object, vtm_error *error) {
  static const char *const formats[] = {"text", "json", "csv", "tsv", "markdown", "latex"};
  enum { FORMATS = sizeof(formats) / sizeof(*formats) };
  const cJSON *paths[FORMATS];
  if (object == NULL) return VTM_OK;
  static const vtm_json_keys keys = {"\"output\"", formats, FORMATS, true};
  vtm_status status = vtm_json_members(&read->source, object, &keys, paths, error);
  vtm_experiment_output *made = vtm_arena_allocate(read->arena, FORMATS, sizeof(*made));
  for (size_t i = 0; i < FORMATS && made != NULL && status == VTM_OK; i++) {
    if (paths[i] == NULL) continue;
    vtm_experiment_output *output = &made[read->experiment->output_count++];
    output->format = formats[i];
    status = read_output_path(read, object, formats[i], paths[i], &output->path, error);
  }
  read->experiment->outputs = made;
  return status;
}

static vtm_status read_people(const reader *read, const cJSON *item, vtm_error *error) {
  const char *text = cJSON_GetStringValue(item);
  if (item == NULL || (text != NULL && strcmp(text, "common") == 0)) return VTM_OK;
  if (text == NULL || strcmp(text, "each") != 0)
    return vtm_json_fail(&read->source, item, error, "\"people\" must be \"common\" or \"each\"");
  read->experiment->people = VTM_COMPARE_EACH;
  return VTM_OK;
}

static vtm_status read_sort(const reader *read, const cJSON *item, vtm_error *error) {
  const char *text = NULL;
  if (item == NULL) return VTM_OK;
  const vtm_status status = vtm_json_get_text(&read->source, item, "sort", item, &text, error);
  if (status != VTM_OK) return status;
  if (!is_metric(read->experiment, text) && strcmp(text, "given") != 0)
    return vtm_json_fail(&read->source, item, error, "\"sort\": %s is none of the metrics of this experiment", text);
  read->experiment->sort = vtm_arena_copy(read->arena, text);
  return VTM_OK;
}

static vtm_status read_baseline(const reader *read, const cJSON *item, vtm_error *error) {
  const char *text = NULL;
  if (item == NULL) return VTM_OK;
  const vtm_status status = vtm_json_get_text(&read->source, item, "baseline", item, &text, error);
  if (status != VTM_OK) return status;
  if (!is_model(read->experiment, text))
    return vtm_json_fail(&read->source, item, error, "\"baseline\": %s is none of the models of this experiment", text);
  read->experiment->baseline = vtm_arena_copy(read->arena, text);
  return VTM_OK;
}

/* ---- the file ---- */

static vtm_status read_root(const reader *read, vtm_error *error) {
  enum {
    TASKS,
    REFERENCE,
    MODELS,
    METRICS,
    PEOPLE,
    SECONDS,
    SORT,
    BASELINE,
    ABOVE,
    BELOW,
    WORSE,
    TOLERANCE,
    IMAGE_WORSE,
    OUTPUT,
    PER_IMAGE,
    REPORT,
    COUNT
  };
  static const char *const names[COUNT] = {"tasks",
                                           "reference",
                                           "models",
                                           "metrics",
                                           "people",
                                           "seconds_per_image",
                                           "sort",
                                           "baseline",
                                           "fail_above",
                                           "fail_below",
                                           "fail_if_worse_than",
                                           "tolerance",
                                           "fail_if_image_worse",
                                           "output",
                                           "per_image",
                                           "report"};
  vtm_experiment *made = read->experiment;
  const cJSON *root = read->source.root;
  const cJSON *v[COUNT];
  static const vtm_json_keys keys = {"the experiment", names, COUNT, true};
  vtm_status status = vtm_json_members(&read->source, root, &keys, v, error);
  if (status == VTM_OK) status = read_folders(read, v[TASKS], v[REFERENCE], v[MODELS], error);
  if (status == VTM_OK) status = read_metrics(read, v[METRICS], error);
  if (status == VTM_OK) status = read_people(read, v[PEOPLE], error);
  if (status == VTM_OK) status = read_numbers(read, v[SECONDS], true, &made->seconds, &made->seconds_count, error);
  if (status == VTM_OK) status = read_sort(read, v[SORT], error);
  if (status == VTM_OK) status = read_baseline(read, v[BASELINE], error);
  if (status == VTM_OK) status = read_numbers(read, v[ABOVE], false, &made->limits, &made->limit_count, error);
  if (status == VTM_OK) status = read_numbers(read, v[BELOW], false, &made->floors, &made->floor_count, error);
  if (status == VTM_OK)
    status = read_numbers(read, v[TOLERANCE], false, &made->tolerances, &made->tolerance_count, error);
  if (status == VTM_OK && v[WORSE] != NULL)
    status = read_path(read, root, names[WORSE], v[WORSE], &made->not_worse_than, error);
  if (status == VTM_OK)
    status = read_numbers(read, v[IMAGE_WORSE], false, &made->image_tolerances, &made->image_tolerance_count, error);
  for (size_t i = TOLERANCE; i <= IMAGE_WORSE && status == VTM_OK; i++)
    if (v[i] != NULL && v[WORSE] == NULL)
      status = vtm_json_fail(&read->source, v[i], error, "\"%s\" goes with \"fail_if_worse_than\"", names[i]);
  if (status == VTM_OK) status = read_outputs(read, v[OUTPUT], error);
  if (status == VTM_OK && v[PER_IMAGE] != NULL)
    status = read_output_path(read, root, names[PER_IMAGE], v[PER_IMAGE], &made->per_image, error);
  if (status == VTM_OK && v[REPORT] != NULL)
    status = read_output_path(read, root, names[REPORT], v[REPORT], &made->report, error);
  return status;
}

/* Names from the file are printed in tables and written as JSON again. */
static vtm_status require_utf8(const char *path, const void *bytes, size_t size, vtm_error *error) {
  char *text = vtm_allocate(size + 1, 1, error);
  if (text == NULL) return VTM_ERROR_MEMORY;
  if (size > 0) memcpy(text, bytes, size);
  const bool good = strlen(text) == size && vtm_is_utf8(text);
  free(text);
  return good ? VTM_OK : vtm_fail(error, VTM_ERROR_FORMAT, "%s: is no UTF-8 text, as JSON has to be", path);
}

vtm_status vtm_experiment_parse(const char *path, const void *bytes, size_t size, bool outside,
                                vtm_experiment **experiment, vtm_error *error) {
  *experiment = NULL;
  cJSON *root = NULL;
  vtm_error found = {0};
  vtm_status status = vtm_json_parse(bytes, size, &limits, &root, &found);
  if (status != VTM_OK) return vtm_fail(error, status, "%s: %s", path, found.message);
  status = require_utf8(path, bytes, size, error);
  owned_experiment *owned = status == VTM_OK ? vtm_allocate(1, sizeof(*owned), error) : NULL;
  if (owned == NULL) {
    cJSON_Delete(root);
    return status == VTM_OK ? VTM_ERROR_MEMORY : status;
  }
  const char *slash = strrchr(path, '/');
  const reader read = {.source = {.name = path, .bytes = bytes, .size = size, .root = root},
                       .arena = &owned->arena,
                       .experiment = &owned->experiment,
                       .outside = outside,
                       .folder_length = slash != NULL ? (size_t)(slash - path) + 1 : 0};
  if (!outside) owned->experiment.beneath = vtm_arena_format(&owned->arena, "%.*s", (int)read.folder_length, path);
  status = read_root(&read, error);
  if (status == VTM_OK && owned->arena.failed) status = vtm_fail_memory(error, size);
  cJSON_Delete(root);
  if (status == VTM_OK)
    *experiment = &owned->experiment;
  else
    vtm_experiment_destroy(&owned->experiment);
  return status;
}

vtm_status vtm_experiment_read(const char *path, bool outside, vtm_experiment **experiment, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  *experiment = NULL;
  vtm_status status = vtm_file_read(path, limits.bytes, &bytes, &size, error);
  if (status == VTM_OK) status = vtm_experiment_parse(path, bytes, size, outside, experiment, error);
  free(bytes);
  return status;
}

void vtm_experiment_destroy(vtm_experiment *experiment) {
  if (experiment == NULL) return;
  owned_experiment *owned = (owned_experiment *)(void *)experiment;
  for (size_t i = 0; i < experiment->metric_count; i++) vtm_settings_destroy(experiment->settings[i]);
  vtm_arena_free(&owned->arena);
  free(owned);
}
