#include "compare/compare_args.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/outputs.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/experiment.h"
#include "vtonmetrics/vtonmetrics.h"

static vtm_status out_of_memory(vtm_error *error) { return cli_fail(error, VTM_ERROR_MEMORY, "out of memory"); }

/* ---- models ---- */

static char *keep_text(compare_args *args, char *text) {
  if (text != NULL) args->owned[args->owned_count++] = text;
  return text;
}

static vtm_status read_names(compare_args *args, const char *list, vtm_error *error) {
  char *copy = keep_text(args, strdup(list));
  if (copy == NULL) return out_of_memory(error);
  size_t count = 0;
  char *rest = copy;
  for (char *name = strsep(&rest, ","); name != NULL; name = strsep(&rest, ","), count++) {
    if (*name == '\0') return cli_fail(error, VTM_ERROR_USAGE, "--names %s: a name is empty", list);
    if (count < args->task.model_count) args->models.names[count] = name;
  }
  if (count != args->task.model_count)
    return cli_fail(error, VTM_ERROR_USAGE, "--names %s: %zu names for %zu models", list, count,
                    args->task.model_count);
  return VTM_OK;
}

/* Two equal folders need names, or their rows would look the same. */
static vtm_status check_twice(const compare_args *args, vtm_error *error) {
  for (size_t i = 0; i < args->task.model_count; i++)
    for (size_t k = 0; k < i; k++)
      if (args->models.names[i] == NULL && args->models.names[k] == NULL &&
          strcmp(args->models.folders[i], args->models.folders[k]) == 0)
        return cli_fail(error, VTM_ERROR_USAGE, "%s: is given twice", args->models.folders[i]);
  return VTM_OK;
}

static vtm_status read_task(compare_args *args, const cli_command_line *line, vtm_error *error) {
  if (line->operand_count < 2)
    return cli_fail(error, VTM_ERROR_USAGE,
                    "give REFERENCE MODEL..., for example: vtonmetrics compare image/ GAN/ LADI/ PROMPT/");
  vtm_status status = cli_models_open(line->operands + 1, line->operand_count - 1, &args->models, error);
  args->task = (vtm_experiment_task){.name = "",
                                     .reference = line->operands[0],
                                     .folders = args->models.folders,
                                     .names = args->models.names,
                                     .model_count = args->models.count};
  const char *names = cli_command_line_value(line, "names");
  if (status == VTM_OK && names != NULL) status = read_names(args, names, error);
  if (status == VTM_OK) status = check_twice(args, error);
  if (status == VTM_OK) status = cli_category_tasks_open(&args->task, &args->categories, error);
  args->work.tasks = args->categories.tasks;
  args->work.task_count = args->categories.count;
  return status;
}

/* ---- metrics ---- */

static vtm_status add_metric(compare_args *args, const char *name, vtm_error *error) {
  for (size_t i = 0; i < args->work.metric_count; i++)
    if (strcmp(vtm_settings_info(args->settings[i])->name, name) == 0)
      return cli_fail(error, VTM_ERROR_USAGE, "--metrics: %s is named twice", name);
  vtm_settings *settings = NULL;
  vtm_status status = vtm_settings_create(name, &settings, error);
  if (status != VTM_OK) return status;
  args->settings[args->work.metric_count++] = settings;
  return vtm_settings_set(settings, "interval", "true", error);
}

static vtm_status add_named_metrics(compare_args *args, const char *list, vtm_error *error) {
  char *copy = keep_text(args, strdup(list));
  vtm_status status = copy != NULL ? VTM_OK : out_of_memory(error);
  char *rest = copy;
  for (char *name = copy != NULL ? strsep(&rest, ",") : NULL; name != NULL && status == VTM_OK;
       name = strsep(&rest, ","))
    status = add_metric(args, name, error);
  return status;
}

/* All whose weights are there; says what is left out. */
static vtm_status choose_metrics(cli_session *session, const cli_metric_options *options, compare_args *args,
                                 vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t m = 0; m < vtm_metric_count() && status == VTM_OK; m++) {
    if (!vtm_metric_at(m)->is_default) continue;
    status = add_metric(args, vtm_metric_at(m)->name, error);
    if (status != VTM_OK) break;
    vtm_settings *settings = args->settings[args->work.metric_count - 1];
    status = cli_metric_options_apply(options, &session->line, settings, error);
    vtm_error missing = {0};
    if (status != VTM_OK || vtm_settings_find_weights(settings, &missing) == VTM_OK) continue;
    char line[sizeof(missing.message) + 128];
    const char *instead = vtm_metric_at(m)->without_weights;
    (void)snprintf(line, sizeof(line), "%s is skipped: %s%s%s", vtm_metric_at(m)->name, missing.message,
                   instead != NULL ? "; " : "", instead != NULL ? instead : "");
    cli_terminal_warning(&session->terminal, line);
    *error = missing;
    vtm_settings_destroy(settings);
    args->settings[--args->work.metric_count] = NULL;
  }
  return status == VTM_OK && args->work.metric_count == 0 ? error->status : status;
}

static vtm_status read_metrics(cli_session *session, const cli_metric_options *options, compare_args *args,
                               vtm_error *error) {
  const char *list = cli_command_line_value(&session->line, "metrics");
  vtm_status status =
      list != NULL ? add_named_metrics(args, list, error) : choose_metrics(session, options, args, error);
  args->work.settings = args->settings;
  return status;
}

/* ---- the rest ---- */

/* What the command line gives takes the place of the file's. */
static vtm_status read_limits(const cli_command_line *line, const char *option, double least, cli_limits *limits,
                              const vtm_named_value **list, size_t *count, vtm_error *error) {
  const vtm_status status = cli_limits_read(line, option, least, limits, error);
  if (status != VTM_OK || limits->count == 0) return status;
  *list = limits->list;
  *count = limits->count;
  return VTM_OK;
}

static vtm_status read_thresholds(const cli_command_line *line, compare_args *args, vtm_error *error) {
  vtm_experiment *work = &args->work;
  vtm_status status =
      read_limits(line, "fail-above", -INFINITY, &args->limits, &work->limits, &work->limit_count, error);
  if (status == VTM_OK)
    status = read_limits(line, "fail-below", -INFINITY, &args->floors, &work->floors, &work->floor_count, error);
  if (status == VTM_OK)
    status = read_limits(line, "tolerance", 0, &args->tolerances, &work->tolerances, &work->tolerance_count, error);
  if (status == VTM_OK)
    status = read_limits(line, "fail-if-image-worse", 0, &args->image_tolerances, &work->image_tolerances,
                         &work->image_tolerance_count, error);
  if (status == VTM_OK) status = cli_limits_require_images(&args->image_tolerances, "fail-if-image-worse", error);
  const char *earlier = cli_command_line_value(line, "fail-if-worse-than");
  if (earlier != NULL) work->not_worse_than = earlier;
  if (status == VTM_OK && work->tolerance_count + work->image_tolerance_count > 0 && work->not_worse_than == NULL)
    status = cli_fail(error, VTM_ERROR_USAGE, "--%s goes with --fail-if-worse-than FILE",
                      work->tolerance_count > 0 ? "tolerance" : "fail-if-image-worse");
  return status;
}

static vtm_status read_format(const cli_command_line *line, compare_args *args, vtm_error *error) {
  const char *format = cli_command_line_value(line, "format");
  const bool json = cli_command_line_flag(line, "json");
  if (format != NULL && json) return cli_fail(error, VTM_ERROR_USAGE, "only one of --format and --json can be given");
  args->format = json ? "json" : format != NULL ? format : "text";
  args->output = cli_command_line_value(line, "output");
  return VTM_OK;
}

static vtm_status read_people(const cli_command_line *line, compare_args *args, vtm_error *error) {
  const bool each = cli_command_line_flag(line, "each");
  const bool intersect = cli_command_line_flag(line, "intersect");
  if (each && intersect) return cli_fail(error, VTM_ERROR_USAGE, "only one of --intersect and --each can be given");
  if (each || intersect) args->work.people = each ? VTM_COMPARE_EACH : VTM_COMPARE_COMMON;
  return VTM_OK;
}

/* Metrics and models that options name must be among those compared. */
static vtm_status check_names(const compare_args *args, vtm_error *error) {
  const vtm_experiment *work = &args->work;
  const struct {
    const char *option;
    const vtm_named_value *values;
    size_t count;
  } lists[] = {
      {"--fail-above", work->limits, work->limit_count},
      {"--fail-below", work->floors, work->floor_count},
      {"--tolerance", work->tolerances, work->tolerance_count},
      {"--fail-if-image-worse", work->image_tolerances, work->image_tolerance_count},
      {"--sort", &(vtm_named_value){.name = work->sort}, work->sort != NULL && strcmp(work->sort, "given") != 0}};
  for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
    for (size_t i = 0; i < lists[l].count; i++) {
      bool found = false;
      for (size_t m = 0; m < work->metric_count; m++)
        found = found || strcmp(vtm_settings_info(work->settings[m])->name, cli_limit_metric(&lists[l].values[i])) == 0;
      if (!found)
        return cli_fail(error, VTM_ERROR_USAGE, "%s: %s is none of the metrics compared", lists[l].option,
                        cli_limit_metric(&lists[l].values[i]));
    }
  return VTM_OK;
}

/* As vtm_compare names it: the folder's last part, or all of its path where two are alike. */
static bool is_called(const vtm_experiment_task *task, size_t model, const char *name) {
  if (task->names != NULL && task->names[model] != NULL) return strcmp(task->names[model], name) == 0;
  const char *folder = task->folders[model];
  size_t end = strlen(folder);
  while (end > 1 && folder[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && folder[start - 1] != '/') start--;
  return strcmp(folder, name) == 0 || (strlen(name) == end - start && strncmp(folder + start, name, end - start) == 0);
}

static vtm_status check_baseline(const vtm_experiment *work, vtm_error *error) {
  if (work->baseline == NULL) return VTM_OK;
  for (size_t t = 0; t < work->task_count; t++)
    for (size_t m = 0; m < work->tasks[t].model_count; m++)
      if (is_called(&work->tasks[t], m, work->baseline)) return VTM_OK;
  return cli_fail(error, VTM_ERROR_USAGE, "--baseline: %s is none of the models compared", work->baseline);
}

/* A file that is written is named once, and is none that is read: the config, a folder's picture, a baseline. */
static vtm_status check_outputs(const cli_command_line *line, const compare_args *args, vtm_error *error) {
  const vtm_experiment *work = &args->work;
  const char *const files[] = {cli_command_line_value(line, "config"),
                               cli_command_line_value(line, "fail-if-worse-than")};
  const size_t count = work->output_count + 2;
  cli_output *outputs = calloc(count, sizeof(*outputs));
  if (outputs == NULL) return cli_fail(error, VTM_ERROR_MEMORY, "out of memory");
  outputs[0] = (cli_output){"output", args->output};
  outputs[1] = (cli_output){"per-image", work->per_image};
  for (size_t i = 0; i < work->output_count; i++) outputs[i + 2] = (cli_output){NULL, work->outputs[i].path};
  vtm_status status = cli_check_outputs(outputs, count, files, sizeof(files) / sizeof(*files), error);
  for (size_t m = 0; m < work->metric_count && status == VTM_OK; m++) {
    const char *const own[] = {vtm_settings_get(work->settings[m], "weights"),
                               vtm_match_list_file(vtm_settings_get(work->settings[m], "match"))};
    status = cli_check_outputs(outputs, count, own, sizeof(own) / sizeof(*own), error);
  }
  for (size_t t = 0; t < work->task_count && status == VTM_OK; t++) {
    const vtm_experiment_task *task = &work->tasks[t];
    status = cli_check_outputs(outputs, count, &task->reference, 1, error);
    if (status == VTM_OK) status = cli_check_outputs(outputs, count, task->folders, task->model_count, error);
  }
  free(outputs);
  return status;
}

static vtm_status read_experiment(cli_session *session, const cli_metric_options *options, compare_args *args,
                                  vtm_error *error) {
  const cli_command_line *line = &session->line;
  const char *path = cli_command_line_value(line, "config");
  if (path == NULL) {
    vtm_status status = read_task(args, line, error);
    return status == VTM_OK ? read_metrics(session, options, args, error) : status;
  }
  if (line->operand_count > 0)
    return cli_fail(error, VTM_ERROR_USAGE, "'%s': with --config the folders stand in the file", line->operands[0]);
  if (cli_command_line_value(line, "metrics") != NULL || cli_command_line_value(line, "names") != NULL)
    return cli_fail(error, VTM_ERROR_USAGE, "with --config metrics and names stand in the file");
  const vtm_status status = vtm_experiment_read(path, cli_command_line_flag(line, "outside"), &args->file, error);
  if (status == VTM_OK) args->work = *args->file;
  return status;
}

vtm_status compare_args_read(cli_session *session, const cli_metric_options *options, compare_args *args,
                             vtm_error *error) {
  const cli_command_line *line = &session->line;
  *args = (compare_args){.owned = calloc(line->operand_count + 8, sizeof(*args->owned)),
                         .settings = calloc(vtm_metric_count() + 1, sizeof(*args->settings))};
  if (args->owned == NULL || args->settings == NULL) return out_of_memory(error);
  vtm_status status = read_format(line, args, error);
  if (status == VTM_OK) status = read_experiment(session, options, args, error);
  if (status == VTM_OK)
    status = cli_metric_options_check(options, line, args->work.settings, args->work.metric_count, error);
  for (size_t i = 0; i < args->work.metric_count && status == VTM_OK; i++)
    status = cli_metric_options_apply(options, line, args->work.settings[i], error);
  if (status == VTM_OK) status = read_people(line, args, error);
  if (status == VTM_OK) status = read_thresholds(line, args, error);
  const struct {
    const char *option, **value;
  } texts[] = {{"baseline", &args->work.baseline},
               {"sort", &args->work.sort},
               {"per-image", &args->work.per_image},
               {"report", &args->work.report}};
  for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
    const char *given = cli_command_line_value(line, texts[i].option);
    if (given != NULL) *texts[i].value = given;
  }
  if (status == VTM_OK) status = check_names(args, error);
  if (status == VTM_OK) status = check_baseline(&args->work, error);
  return status == VTM_OK ? check_outputs(&session->line, args, error) : status;
}

void compare_args_close(compare_args *args) {
  cli_category_tasks_close(&args->categories);
  for (size_t i = 0; args->settings != NULL && args->settings[i] != NULL; i++) vtm_settings_destroy(args->settings[i]);
  for (size_t i = 0; i < args->owned_count; i++) free(args->owned[i]);
  free(args->owned);
  cli_models_close(&args->models);
  free(args->settings);
  cli_limits_free(&args->limits);
  cli_limits_free(&args->floors);
  cli_limits_free(&args->tolerances);
  cli_limits_free(&args->image_tolerances);
  vtm_experiment_destroy(args->file);
}

const char *compare_args_guard(const compare_args *args, const char *path) {
  const vtm_experiment *file = args->file;
  if (path == NULL || file == NULL) return NULL;
  bool is_of_file = path == file->per_image || path == file->report;
  for (size_t i = 0; i < file->output_count; i++) is_of_file = is_of_file || path == file->outputs[i].path;
  return is_of_file ? file->beneath : NULL;
}
