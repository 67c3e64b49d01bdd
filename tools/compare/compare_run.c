#include "compare/compare_run.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/json_text.h"
#include "cli/regression_check.h"
#include "cli/warnings.h"
#include "compare/compare_findings.h"
#include "compare/compare_report.h"
#include "vtonmetrics/tools/experiment.h"
#include "vtonmetrics/tools/file.h"
#include "vtonmetrics/tools/plan.h"
#include "vtonmetrics/tools/scores_report.h"
#include "vtonmetrics/vtonmetrics.h"

static vtm_status compute_tasks(cli_session *session, const vtm_experiment *work, vtm_scores_task *tasks,
                                vtm_error *error) {
  vtm_status status = cli_create_context(session, error);
  for (size_t t = 0; t < work->task_count && status == VTM_OK; t++) {
    const vtm_experiment_task *task = &work->tasks[t];
    const vtm_compare_request request = {.struct_size = sizeof(request),
                                         .reference = task->reference,
                                         .generated = task->folders,
                                         .names = task->names,
                                         .count = task->model_count,
                                         .settings = (const vtm_settings *const *)work->settings,
                                         .metric_count = work->metric_count,
                                         .people = work->people};
    vtm_comparison *comparison = NULL;
    status = vtm_compare(session->context, &request, &comparison, error);
    tasks[t] = (vtm_scores_task){task->name, comparison};
  }
  if (status != VTM_OK) cli_print_broken_files(session);
  return status;
}

static void free_tasks(vtm_scores_task *tasks, size_t count) {
  for (size_t t = 0; t < count; t++) vtm_comparison_destroy((vtm_comparison *)(uintptr_t)tasks[t].comparison);
  free(tasks);
}

/* ---- output ---- */

/* The error is of the path that the user knows. */
static vtm_status write_guarded(cli_session *session, const char *beneath, const char *path, const char *text,
                                vtm_error *error) {
  char *pinned = NULL;
  int folder = -1;
  vtm_status status = vtm_path_pin(beneath, path + strlen(beneath), &pinned, &folder, error);
  if (status != VTM_OK) return status;
  vtm_error found = {0};
  status = vtm_file_write(pinned, text, strlen(text), &found);
  if (status == VTM_OK) cli_terminal_wrote(&session->terminal, path);
  if (status != VTM_OK) {
    const char *rest = strstr(found.message, ": ");
    (void)cli_fail(error, status, "%s%s", path, rest != NULL ? rest : ": cannot be written");
  }
  (void)close(folder);
  vtm_free(pinned);
  return status;
}

static vtm_status write_text(cli_session *session, const compare_args *args, const char *path, const char *text,
                             vtm_error *error) {
  const char *beneath = compare_args_guard(args, path);
  return beneath != NULL ? write_guarded(session, beneath, path, text, error)
                         : cli_write_output(session, path, text, error);
}

static vtm_status write_scores(cli_session *session, const vtm_scores *scores, const compare_args *args,
                               const char *format, const char *path, vtm_error *error) {
  vtm_report_options options = cli_report_options(session, path);
  options.sort = args->work.sort;
  options.baseline = args->work.baseline;
  char *text = NULL;
  vtm_status status = vtm_report_scores(scores, format, &options, &text, error);
  if (status == VTM_OK) status = write_text(session, args, path, text, error);
  vtm_free(text);
  return status;
}

static vtm_status write_per_image(cli_session *session, const vtm_scores *scores, const compare_args *args,
                                  vtm_error *error) {
  char *text = NULL;
  vtm_status status = vtm_report_scores_per_image(scores, &text, error);
  if (status == VTM_OK) status = write_text(session, args, args->work.per_image, text, error);
  vtm_free(text);
  return status;
}

/* A file that cannot be written must not cost the others, which took hours: the first failure is reported at the end.
 */
static vtm_status write_all(cli_session *session, const vtm_scores *scores, const compare_args *args,
                            vtm_error *error) {
  const vtm_experiment *work = &args->work;
  vtm_error other = {0};
  vtm_status status = VTM_OK;
  if (work->per_image != NULL) status = write_per_image(session, scores, args, error);
  for (size_t i = 0; i < work->output_count; i++) {
    const vtm_experiment_output *output = &work->outputs[i];
    const vtm_status one =
        write_scores(session, scores, args, output->format, output->path, status == VTM_OK ? error : &other);
    status = status == VTM_OK ? one : status;
  }
  const vtm_status report = compare_report_write(session, args, scores, status == VTM_OK ? error : &other);
  status = status == VTM_OK ? report : status;
  const vtm_status shown =
      write_scores(session, scores, args, args->format, args->output, status == VTM_OK ? error : &other);
  return status == VTM_OK ? shown : status;
}

/* The text report carries its warnings itself. */
static void print_warnings(cli_session *session, const compare_args *args, const vtm_scores *scores) {
  if (strcmp(args->format, "text") == 0 && args->output == NULL) return;
  for (size_t t = 0; t < scores->task_count; t++)
    for (size_t m = 0; m < scores->tasks[t].comparison->result_count; m++)
      cli_print_warnings(session, scores->tasks[t].name, scores->tasks[t].comparison->results, m + 1);
}

/* ---- thresholds ---- */

/* What is no number passes no limit. */
static bool is_beyond(double value, double limit, bool above) { return above ? !(value <= limit) : !(value >= limit); }

static int check_limit(cli_session *session, const vtm_named_value *limit, bool above, const vtm_scores *scores) {
  int status = CLI_EXIT_DONE;
  bool found = false;
  char line[4096];
  for (size_t t = 0; t < scores->task_count; t++)
    for (size_t m = 0; m < scores->tasks[t].comparison->result_count; m++) {
      const vtm_result *result = scores->tasks[t].comparison->results[m];
      for (size_t r = 0; r < result->row_count; r++) {
        if (!cli_limit_is_for(limit, result->rows[r].name, result->metric)) continue;
        found = true;
        if (!is_beyond(result->rows[r].value, limit->value, above)) continue;
        const char *task = scores->tasks[t].name;
        (void)snprintf(line, sizeof(line), "%s%s%s: %s is %.6g, %s the limit of %g", task, *task != '\0' ? ": " : "",
                       result->rows[r].name, result->label, result->rows[r].value, above ? "above" : "below",
                       limit->value);
        cli_terminal_error(&session->terminal, line);
        status = CLI_EXIT_NO;
      }
    }
  if (found) return status;
  (void)snprintf(line, sizeof(line), "the limit %s=%g is of no score here: no model has that name", limit->name,
                 limit->value);
  cli_terminal_error(&session->terminal, line);
  return CLI_EXIT_FAILED;
}

static int check_limits(cli_session *session, const vtm_named_value *limits, size_t count, bool above,
                        const vtm_scores *scores) {
  int status = CLI_EXIT_DONE;
  for (size_t i = 0; i < count; i++) {
    const int one = check_limit(session, &limits[i], above, scores);
    if (one > status) status = one;
  }
  return status;
}

/* The earlier scores are read before the work: a wrong file name should not cost an hour. */
static int check_earlier(cli_session *session, const vtm_experiment *work, const vtm_scores *earlier,
                         const vtm_scores *scores) {
  vtm_changes *changes = NULL;
  vtm_error error = {0};
  if (vtm_scores_diff(earlier, scores, 1, &changes, &error) != VTM_OK) return cli_report_error(session, &error);
  const int status = cli_check_regressions(session, changes,
                                           &(cli_gate){.scores = true,
                                                       .tolerances = work->tolerances,
                                                       .tolerance_count = work->tolerance_count,
                                                       .image_tolerances = work->image_tolerances,
                                                       .image_tolerance_count = work->image_tolerance_count});
  vtm_changes_destroy(changes);
  const int findings = compare_check_findings(session, earlier, scores);
  return findings > status ? findings : status;
}

static int check_thresholds(cli_session *session, const vtm_experiment *work, const vtm_scores *earlier,
                            const vtm_scores *scores) {
  const int above = check_limits(session, work->limits, work->limit_count, true, scores);
  const int below = check_limits(session, work->floors, work->floor_count, false, scores);
  const int worse = earlier != NULL ? check_earlier(session, work, earlier, scores) : CLI_EXIT_DONE;
  const int crossed = above > below ? above : below;
  return worse > crossed ? worse : crossed;
}

int compare_run(cli_session *session, const compare_args *args) {
  const vtm_experiment *work = &args->work;
  vtm_error error = {0};
  vtm_scores_task *tasks = calloc(work->task_count, sizeof(*tasks));
  if (tasks == NULL) {
    (void)cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
    return cli_report_error(session, &error);
  }
  const vtm_scores scores = {tasks, work->task_count, work->seconds, work->seconds_count};
  vtm_scores *earlier = NULL;
  vtm_status status = compare_report_check(session, args, &error);
  if (status == VTM_OK && work->not_worse_than != NULL)
    status = vtm_scores_read(work->not_worse_than, &earlier, &error);
  if (status == VTM_OK) status = compute_tasks(session, work, tasks, &error);
  if (status == VTM_OK) {
    print_warnings(session, args, &scores);
    status = write_all(session, &scores, args, &error);
  }
  const int exit_status =
      status == VTM_OK ? check_thresholds(session, work, earlier, &scores) : cli_report_error(session, &error);
  vtm_scores_destroy(earlier);
  free_tasks(tasks, work->task_count);
  return exit_status;
}

static vtm_status plan_as_text(const compare_args *args, FILE *out, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t t = 0; t < args->work.task_count && status == VTM_OK; t++) {
    const vtm_experiment_task *task = &args->work.tasks[t];
    char *text = NULL;
    status =
        vtm_score_plan(args->work.settings[0], task->reference, task->folders, task->model_count, true, &text, error);
    if (status == VTM_OK) (void)fprintf(out, "%s%s%s", task->name, *task->name != '\0' ? ":\n" : "", text);
    vtm_free(text);
  }
  return status;
}

/* An object of tasks; of one whose folders stand on the command line the name is empty. */
static vtm_status plan_as_json(const compare_args *args, FILE *out, vtm_error *error) {
  vtm_status status = VTM_OK;
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/plan/1");
  cJSON *tasks = cJSON_AddArrayToObject(root, "tasks");
  for (size_t t = 0; t < args->work.task_count && status == VTM_OK; t++) {
    const vtm_experiment_task *task = &args->work.tasks[t];
    char *text = NULL;
    status =
        vtm_score_plan_json(args->work.settings[0], task->reference, task->folders, task->model_count, &text, error);
    cJSON *plan = status == VTM_OK ? cJSON_Parse(text) : NULL;
    cJSON_DeleteItemFromObject(plan, "schema");
    cJSON_DeleteItemFromObject(plan, "metric");
    (void)cJSON_AddStringToObject(plan, "task", task->name);
    (void)cJSON_AddItemToArray(tasks, plan);
    vtm_free(text);
  }
  char *text = cli_json_text(root);
  if (text != NULL) (void)fputs(text, out);
  free(text);
  return status;
}

int compare_plan(cli_session *session, const compare_args *args) {
  vtm_error error = {0};
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  const bool json = strcmp(args->format, "json") == 0;
  vtm_status status = VTM_OK;
  if (!json && strcmp(args->format, "text") != 0)
    status = cli_fail(&error, VTM_ERROR_USAGE,
                      "--dry-run is written as text or, with --json, as JSON; %s has no scores yet", args->format);
  if (status == VTM_OK && out == NULL) status = cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
  if (status == VTM_OK) status = json ? plan_as_json(args, out, &error) : plan_as_text(args, out, &error);
  if (out != NULL) (void)fclose(out);
  if (status == VTM_OK) status = cli_write_output(session, args->output, text, &error);
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}
