#include "common/compare_request.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vtonmetrics/vtonmetrics.h"

static vtm_status out_of_memory(vtm_error *error) { return vtm_tool_fail(error, VTM_ERROR_MEMORY, "out of memory"); }

/* ---- models ---- */

static char *keep(vtm_compare_wish *wish, char *text) {
  if (text != NULL) wish->owned[wish->owned_count++] = text;
  return text;
}

/* NAME=FOLDER, unless there is a folder of just that name. */
static vtm_status read_model(vtm_compare_wish *wish, size_t index, const char *operand, vtm_error *error) {
  const char *equals = strchr(operand, '=');
  struct stat found;
  wish->folders[index] = operand;
  if (equals == NULL || stat(operand, &found) == 0) return VTM_OK;
  if (equals == operand || equals[1] == '\0')
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "'%s': NAME=FOLDER needs both a name and a folder", operand);
  wish->names[index] = keep(wish, strndup(operand, (size_t)(equals - operand)));
  wish->folders[index] = equals + 1;
  return wish->names[index] != NULL ? VTM_OK : out_of_memory(error);
}

static vtm_status read_names(vtm_compare_wish *wish, const char *list, vtm_error *error) {
  char *copy = keep(wish, strdup(list));
  if (copy == NULL) return out_of_memory(error);
  size_t count = 0;
  char *rest = copy;
  for (char *name = strsep(&rest, ","); name != NULL; name = strsep(&rest, ","), count++) {
    if (*name == '\0') return vtm_tool_fail(error, VTM_ERROR_USAGE, "--names %s: a name is empty", list);
    if (count < wish->task.model_count) wish->names[count] = name;
  }
  if (count != wish->task.model_count)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "--names %s: %zu names for %zu models", list, count,
                         wish->task.model_count);
  return VTM_OK;
}

/* Without names of their own two equal folders could not be told apart. */
static vtm_status check_twice(const vtm_compare_wish *wish, vtm_error *error) {
  for (size_t i = 0; i < wish->task.model_count; i++)
    for (size_t k = 0; k < i; k++)
      if (wish->names[i] == NULL && wish->names[k] == NULL && strcmp(wish->folders[i], wish->folders[k]) == 0)
        return vtm_tool_fail(error, VTM_ERROR_USAGE, "%s: is given twice", wish->folders[i]);
  return VTM_OK;
}

static vtm_status read_task(vtm_compare_wish *wish, const vtm_command_line *line, vtm_error *error) {
  if (line->operand_count < 2)
    return vtm_tool_fail(error, VTM_ERROR_USAGE,
                         "give REFERENCE MODEL..., for example: vtonmetrics compare image/ GAN/ LADI/ PROMPT/");
  wish->task = (vtm_experiment_task){.name = "",
                                     .reference = line->operands[0],
                                     .folders = wish->folders,
                                     .names = wish->names,
                                     .model_count = line->operand_count - 1};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < wish->task.model_count && status == VTM_OK; i++)
    status = read_model(wish, i, line->operands[i + 1], error);
  const char *names = vtm_command_line_value(line, "names");
  if (status == VTM_OK && names != NULL) status = read_names(wish, names, error);
  wish->work.tasks = &wish->task;
  wish->work.task_count = 1;
  return status == VTM_OK ? check_twice(wish, error) : status;
}

/* ---- metrics ---- */

/* As torchvision does, missing weights are fetched without asking when a person who named the metric is looking on. */
static vtm_status offer_fetch(vtm_settings *settings, vtm_error *error) {
  const vtm_metric_info *info = vtm_settings_info(settings);
  for (size_t i = 0; i < info->option_count; i++)
    if (strcmp(info->options[i].name, "fetch") == 0) return vtm_settings_set(settings, "fetch", "true", error);
  return VTM_OK;
}

static vtm_status add_metric(vtm_compare_wish *wish, const char *name, bool fetch, vtm_error *error) {
  for (size_t i = 0; i < wish->work.metric_count; i++)
    if (strcmp(vtm_settings_info(wish->settings[i])->name, name) == 0)
      return vtm_tool_fail(error, VTM_ERROR_USAGE, "--metrics: %s is named twice", name);
  vtm_settings *settings = NULL;
  vtm_status status = vtm_settings_create(name, &settings, error);
  if (status != VTM_OK) return status;
  wish->settings[wish->work.metric_count++] = settings;
  status = vtm_settings_set(settings, "interval", "true", error);
  return status == VTM_OK && fetch ? offer_fetch(settings, error) : status;
}

static vtm_status add_named_metrics(vtm_compare_wish *wish, const char *list, vtm_error *error) {
  char *copy = keep(wish, strdup(list));
  vtm_status status = copy != NULL ? VTM_OK : out_of_memory(error);
  char *rest = copy;
  for (char *name = copy != NULL ? strsep(&rest, ",") : NULL; name != NULL && status == VTM_OK;
       name = strsep(&rest, ","))
    status = add_metric(wish, name, isatty(STDERR_FILENO) != 0, error);
  return status;
}

/* All whose weights are there; says what is left out. */
static vtm_status choose_metrics(vtm_tool_session *session, const vtm_metric_options *options, vtm_compare_wish *wish,
                                 vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t m = 0; m < vtm_metric_count() && status == VTM_OK; m++) {
    if (!vtm_metric_at(m)->is_default) continue;
    status = add_metric(wish, vtm_metric_at(m)->name, false, error);
    if (status != VTM_OK) break;
    vtm_settings *settings = wish->settings[wish->work.metric_count - 1];
    status = vtm_metric_options_apply(options, &session->line, settings, error);
    vtm_error missing = {0};
    if (status != VTM_OK || vtm_settings_find_weights(settings, &missing) == VTM_OK) continue;
    char line[sizeof(missing.message) + 128];
    (void)snprintf(line, sizeof(line), "%s is left out: %s%s", vtm_metric_at(m)->name, missing.message,
                   strcmp(vtm_metric_at(m)->name, "fid") == 0 ? "; --protocol alexnet needs no download" : "");
    vtm_terminal_warning(&session->terminal, line);
    *error = missing;
    vtm_settings_destroy(settings);
    wish->settings[--wish->work.metric_count] = NULL;
  }
  return status == VTM_OK && wish->work.metric_count == 0 ? error->status : status;
}

static vtm_status read_metrics(vtm_tool_session *session, const vtm_metric_options *options, vtm_compare_wish *wish,
                               vtm_error *error) {
  const char *list = vtm_command_line_value(&session->line, "metrics");
  vtm_status status =
      list != NULL ? add_named_metrics(wish, list, error) : choose_metrics(session, options, wish, error);
  wish->work.settings = wish->settings;
  return status;
}

/* ---- the rest ---- */

vtm_status vtm_read_metric_values(const vtm_command_line *line, const char *name, vtm_named_value **values,
                                  size_t *count, vtm_error *error) {
  *count = 0;
  *values = calloc(line->given_count + 1, sizeof(**values));
  if (*values == NULL) return out_of_memory(error);
  for (size_t i = 0; i < line->given_count; i++) {
    const char *given = line->given[i].value;
    if (strcmp(line->given[i].option->name, name) != 0) continue;
    const char *equals = strchr(given, '=');
    char *end = NULL;
    const double value = equals != NULL ? strtod(equals + 1, &end) : 0.0;
    if (equals == NULL || end == equals + 1 || *end != '\0' || isnan(value))
      return vtm_tool_fail(error, VTM_ERROR_USAGE, "--%s %s: METRIC=NUMBER is needed, for example fid=40", name, given);
    const vtm_metric_info *metric = NULL;
    for (size_t m = 0; m < vtm_metric_count(); m++)
      if (strlen(vtm_metric_at(m)->name) == (size_t)(equals - given) &&
          strncmp(vtm_metric_at(m)->name, given, (size_t)(equals - given)) == 0)
        metric = vtm_metric_at(m);
    if (metric == NULL)
      return vtm_tool_fail(error, VTM_ERROR_USAGE, "--%s %s: there is no metric of that name", name, given);
    (*values)[(*count)++] = (vtm_named_value){metric->name, value};
  }
  return VTM_OK;
}

static vtm_status read_thresholds(const vtm_command_line *line, vtm_compare_wish *wish, vtm_error *error) {
  size_t limits = 0;
  size_t tolerances = 0;
  vtm_status status = vtm_read_metric_values(line, "fail-above", &wish->limits, &limits, error);
  if (status == VTM_OK) status = vtm_read_metric_values(line, "tolerance", &wish->tolerances, &tolerances, error);
  if (limits > 0) {
    wish->work.limits = wish->limits;
    wish->work.limit_count = limits;
  }
  if (tolerances > 0) {
    wish->work.tolerances = wish->tolerances;
    wish->work.tolerance_count = tolerances;
  }
  const char *earlier = vtm_command_line_value(line, "fail-if-worse-than");
  if (earlier != NULL) wish->work.not_worse_than = earlier;
  if (status == VTM_OK && wish->work.tolerance_count > 0 && wish->work.not_worse_than == NULL)
    status = vtm_tool_fail(error, VTM_ERROR_USAGE, "--tolerance goes with --fail-if-worse-than FILE");
  return status;
}

static vtm_status read_format(const vtm_command_line *line, vtm_compare_wish *wish, vtm_error *error) {
  const char *format = vtm_command_line_value(line, "format");
  const bool json = vtm_command_line_flag(line, "json");
  if (format != NULL && json)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "only one of --format and --json can be given");
  wish->format = json ? "json" : format != NULL ? format : "text";
  wish->output = vtm_command_line_value(line, "output");
  return VTM_OK;
}

static vtm_status read_people(const vtm_command_line *line, vtm_compare_wish *wish, vtm_error *error) {
  const bool each = vtm_command_line_flag(line, "each");
  const bool intersect = vtm_command_line_flag(line, "intersect");
  if (each && intersect)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "only one of --intersect and --each can be given");
  if (each || intersect) wish->work.people = each ? VTM_COMPARE_EACH : VTM_COMPARE_COMMON;
  return VTM_OK;
}

/* Metrics and models that options name must be among those compared. */
static vtm_status check_names(const vtm_compare_wish *wish, vtm_error *error) {
  const vtm_experiment *work = &wish->work;
  const struct {
    const char *option;
    const vtm_named_value *values;
    size_t count;
  } lists[] = {
      {"--fail-above", work->limits, work->limit_count},
      {"--tolerance", work->tolerances, work->tolerance_count},
      {"--sort", &(vtm_named_value){.name = work->sort}, work->sort != NULL && strcmp(work->sort, "given") != 0}};
  for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
    for (size_t i = 0; i < lists[l].count; i++) {
      bool found = false;
      for (size_t m = 0; m < work->metric_count; m++)
        found = found || strcmp(vtm_settings_info(work->settings[m])->name, lists[l].values[i].name) == 0;
      if (!found)
        return vtm_tool_fail(error, VTM_ERROR_USAGE, "%s: %s is none of the metrics compared", lists[l].option,
                             lists[l].values[i].name);
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
  return vtm_tool_fail(error, VTM_ERROR_USAGE, "--baseline: %s is none of the models compared", work->baseline);
}

static vtm_status check_outputs(const vtm_compare_wish *wish, vtm_error *error) {
  vtm_status status = wish->output != NULL ? vtm_tool_check_output(wish->output, error) : VTM_OK;
  if (status == VTM_OK && wish->work.per_image != NULL) status = vtm_tool_check_output(wish->work.per_image, error);
  for (size_t i = 0; i < wish->work.output_count && status == VTM_OK; i++)
    status = vtm_tool_check_output(wish->work.outputs[i].path, error);
  return status;
}

static vtm_status read_experiment(vtm_tool_session *session, const vtm_metric_options *options, vtm_compare_wish *wish,
                                  vtm_error *error) {
  const vtm_command_line *line = &session->line;
  const char *path = vtm_command_line_value(line, "config");
  if (path == NULL) {
    vtm_status status = read_task(wish, line, error);
    return status == VTM_OK ? read_metrics(session, options, wish, error) : status;
  }
  if (line->operand_count > 0)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "'%s': with --config the folders stand in the file",
                         line->operands[0]);
  if (vtm_command_line_value(line, "metrics") != NULL || vtm_command_line_value(line, "names") != NULL)
    return vtm_tool_fail(error, VTM_ERROR_USAGE, "with --config metrics and names stand in the file");
  const vtm_status status = vtm_experiment_read(path, vtm_command_line_flag(line, "outside"), &wish->file, error);
  if (status == VTM_OK) wish->work = *wish->file;
  return status;
}

vtm_status vtm_compare_wish_read(vtm_tool_session *session, const vtm_metric_options *options, vtm_compare_wish *wish,
                                 vtm_error *error) {
  const vtm_command_line *line = &session->line;
  *wish = (vtm_compare_wish){.folders = calloc(line->operand_count + 1, sizeof(*wish->folders)),
                             .names = calloc(line->operand_count + 1, sizeof(*wish->names)),
                             .owned = calloc(line->operand_count + 8, sizeof(*wish->owned)),
                             .settings = calloc(vtm_metric_count() + 1, sizeof(*wish->settings))};
  if (wish->folders == NULL || wish->names == NULL || wish->owned == NULL || wish->settings == NULL)
    return out_of_memory(error);
  vtm_status status = read_format(line, wish, error);
  if (status == VTM_OK) status = read_experiment(session, options, wish, error);
  if (status == VTM_OK)
    status = vtm_metric_options_check(options, line, wish->work.settings, wish->work.metric_count, error);
  for (size_t i = 0; i < wish->work.metric_count && status == VTM_OK; i++)
    status = vtm_metric_options_apply(options, line, wish->work.settings[i], error);
  if (status == VTM_OK) status = read_people(line, wish, error);
  if (status == VTM_OK) status = read_thresholds(line, wish, error);
  const struct {
    const char *option, **value;
  } texts[] = {{"baseline", &wish->work.baseline},
               {"sort", &wish->work.sort},
               {"per-image", &wish->work.per_image},
               {"report", &wish->work.report}};
  for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
    const char *given = vtm_command_line_value(line, texts[i].option);
    if (given != NULL) *texts[i].value = given;
  }
  if (status == VTM_OK) status = check_names(wish, error);
  if (status == VTM_OK) status = check_baseline(&wish->work, error);
  return status == VTM_OK ? check_outputs(wish, error) : status;
}

void vtm_compare_wish_close(vtm_compare_wish *wish) {
  for (size_t i = 0; wish->settings != NULL && wish->settings[i] != NULL; i++) vtm_settings_destroy(wish->settings[i]);
  for (size_t i = 0; i < wish->owned_count; i++) free(wish->owned[i]);
  free(wish->owned);
  free((void *)wish->folders);
  free((void *)wish->names);
  free(wish->settings);
  free(wish->limits);
  free(wish->tolerances);
  vtm_experiment_destroy(wish->file);
}
