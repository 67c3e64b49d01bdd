#include "cli/metric_tool.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/category_tasks.h"
#include "cli/models.h"
#include "cli/outputs.h"
#include "cli/warnings.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/plan.h"
#include "vtonmetrics/tools/scores_report.h"
#include "vtonmetrics/vtonmetrics.h"

static const vtm_option per_image_option = {
    .name = "per-image",
    .type = VTM_OPTION_FILE,
    .argument = "FILE",
    .help = "Write the value of each image to a CSV file: model, name, value, value of each layer."};
static const cli_option_group per_image_group = {"Values of single images", &per_image_option, 1};

static const char json_text[] =
    "--json prints one object. Its members: schema (\"vtonmetrics/3\"), metric, label (what the number may be called), "
    "lower_is_better, reference, protocol (an object of texts: all that decides the digits), warnings, notes, and "
    "results, an array with one object for each folder of results.\n\n"
    "Each result has name, value, n_reference, n_generated, generated (the path as given), warnings, and what the "
    "metric adds: an object of terms, or mean, median, std and pairs (an array of name, person, value, layers). When "
    "there is "
    "one folder of results only, its members stand in the outer object as well, so that .value is the number.\n\n"
    "With --interval a result has interval (low, high, standard_error) and, of a distance of matched images, "
    "influences "
    "(an array of name, person, value: how far each pair moves the value, to first order, against an average pair; "
    "they "
    "sum to 0), and the outer object has differences, one for each two results: a, b (their names), n (people that "
    "both "
    "have), value (that of a less that of b), interval (or null), p (null where there is no test), verdict (of a: "
    "ahead, "
    "behind, tied, equal, unknown, incomparable) and why.\n\n"
    "Numbers have all their digits: read back, they are the same doubles.";

enum { RESULT_OPTIONS = 7, MOST_SECTIONS = 8 };

/* A function, not a table, because the formats are the library's to name. */
static void result_options(vtm_option options[RESULT_OPTIONS]) {
  options[0] = (vtm_option){.name = "format",
                            .type = VTM_OPTION_CHOICE,
                            .argument = "FORMAT",
                            .default_value = "text",
                            .choices = vtm_report_formats(),
                            .help = "How to write the result."};
  options[1] = (vtm_option){.name = "json",
                            .type = VTM_OPTION_FLAG,
                            .help = "The same as --format json; the manual page explains its members."};
  options[2] = (vtm_option){
      .name = "value", .type = VTM_OPTION_FLAG, .help = "Print only the number, one per line for several folders."};
  options[3] = (vtm_option){.name = "output",
                            .type = VTM_OPTION_FILE,
                            .argument = "FILE",
                            .help = "Write the result to a file, whole or not at all, instead of standard output."};
  options[4] = (vtm_option){.name = "fail-above",
                            .type = VTM_OPTION_TEXT,
                            .argument = "X",
                            .help = "End with exit status 1 when a value is greater than X."};
  options[5] = (vtm_option){.name = "fail-below",
                            .type = VTM_OPTION_TEXT,
                            .argument = "X",
                            .help = "End with exit status 1 when a value is smaller than X."};
  options[6] =
      (vtm_option){.name = "dry-run",
                   .type = VTM_OPTION_FLAG,
                   .help = "Show which images would be compared, and why; compute nothing. With --json for programs."};
}

typedef struct request {
  const char *format, *output, *per_image;
  double most, least; /* infinite: no limit */
} request;

static vtm_status read_format(const cli_command_line *line, request *wanted, vtm_error *error) {
  const char *format = cli_command_line_value(line, "format");
  const bool json = cli_command_line_flag(line, "json");
  const bool value = cli_command_line_flag(line, "value");
  if ((format != NULL) + json + value > 1)
    return cli_fail(error, VTM_ERROR_USAGE, "only one of --format, --json and --value can be given");
  if (json || value || format != NULL) wanted->format = json ? "json" : value ? "value" : format;
  return VTM_OK;
}

static vtm_status read_limit(const cli_command_line *line, const char *option, double *limit, vtm_error *error) {
  const char *text = cli_command_line_value(line, option);
  if (text == NULL) return VTM_OK;
  char *end = NULL;
  *limit = strtod(text, &end);
  if (end == text || *end != '\0' || !isfinite(*limit)) /* an infinite limit is none */
    return cli_fail(error, VTM_ERROR_USAGE, "--%s %s: a number is needed", option, text);
  return VTM_OK;
}

static vtm_status check_outputs(const cli_command_line *line, const cli_models *models, vtm_error *error) {
  static const char *const options[] = {"output", "per-image", "save-stats", "save-features"};
  enum { OPTIONS = sizeof(options) / sizeof(*options) };
  cli_output outputs[OPTIONS];
  for (size_t i = 0; i < OPTIONS; i++) outputs[i] = (cli_output){options[i], cli_command_line_value(line, options[i])};
  const char *const files[] = {line->operands[0], cli_command_line_value(line, "weights"),
                               vtm_match_list_file(cli_command_line_value(line, "match"))};
  const vtm_status status = cli_check_outputs(outputs, OPTIONS, files, sizeof(files) / sizeof(*files), error);
  return status == VTM_OK ? cli_check_outputs(outputs, OPTIONS, models->folders, models->count, error) : status;
}

/* Finds all errors that can be found before hours of computation. */
static vtm_status read_request(cli_session *session, const cli_models *models, request *wanted, vtm_error *error) {
  const cli_command_line *line = &session->line;
  *wanted = (request){.format = "text",
                      .output = cli_command_line_value(line, "output"),
                      .per_image = cli_command_line_value(line, "per-image"),
                      .most = INFINITY,
                      .least = -INFINITY};
  vtm_status status = read_format(line, wanted, error);
  if (status == VTM_OK) status = read_limit(line, "fail-above", &wanted->most, error);
  if (status == VTM_OK) status = read_limit(line, "fail-below", &wanted->least, error);
  return status == VTM_OK ? check_outputs(line, models, error) : status;
}

static bool is_own_option(const vtm_metric_info *info, const vtm_option *option) {
  return option >= info->options && option < info->options + info->option_count;
}

static vtm_status make_settings(const cli_session *session, vtm_settings **settings, vtm_error *error) {
  const vtm_metric_info *info = vtm_metric_find(session->tool->name);
  vtm_status status = vtm_settings_create(info->name, settings, error);
  for (size_t i = 0; i < session->line.given_count && status == VTM_OK; i++) {
    const cli_given_option *given = &session->line.given[i];
    if (is_own_option(info, given->option))
      status = vtm_settings_set(*settings, given->option->name, given->value, error);
  }
  return status;
}

static vtm_status write_result(cli_session *session, const request *wanted, const vtm_result *result,
                               vtm_error *error) {
  const vtm_report_options options = cli_report_options(session, wanted->output);
  char *text = NULL;
  vtm_status status = VTM_OK;
  if (wanted->per_image != NULL) {
    status = vtm_report_per_image(result, &text, error);
    if (status == VTM_OK) status = cli_write_output(session, wanted->per_image, text, error);
    vtm_free(text);
    text = NULL;
  }
  if (status == VTM_OK) status = vtm_report_render(result, wanted->format, &options, &text, error);
  if (status == VTM_OK) status = cli_write_output(session, wanted->output, text, error);
  vtm_free(text);
  return status;
}

/* The text report carries its warnings itself. */
static void print_warnings(cli_session *session, const request *wanted, const vtm_scores_task *task) {
  if (strcmp(wanted->format, "text") == 0 && wanted->output == NULL) return;
  cli_print_warnings(session, task->name, task->comparison->results, 1);
}

/* Files that the library writes. */
static void print_saved(cli_session *session) {
  static const char *const options[] = {"save-stats", "save-features"};
  for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
    const char *path = cli_command_line_value(&session->line, options[i]);
    if (path != NULL) cli_terminal_wrote(&session->terminal, path);
  }
}

static int check_threshold(cli_session *session, const request *wanted, const vtm_result *result) {
  int status = CLI_EXIT_DONE;
  for (size_t i = 0; i < result->row_count; i++) {
    const vtm_score_row *row = &result->rows[i];
    const bool above = !(row->value <= wanted->most); /* what is no number passes no limit */
    if (!above && row->value >= wanted->least) continue;
    char line[2048];
    (void)snprintf(line, sizeof(line), "%s: %s is %.6g, %s the limit of %g", row->path, result->label, row->value,
                   above ? "above" : "below", above ? wanted->most : wanted->least);
    cli_terminal_error(&session->terminal, line);
    status = CLI_EXIT_NO;
  }
  return status;
}

static vtm_status make_plan(const vtm_settings *settings, const vtm_experiment_task *whole, const char *format,
                            char **text, vtm_error *error) {
  const char *const *folders = whole->folders;
  const size_t count = whole->model_count;
  if (strcmp(format, "json") == 0) return vtm_score_plan_json(settings, whole->reference, folders, count, text, error);
  if (strcmp(format, "text") == 0) return vtm_score_plan(settings, whole->reference, folders, count, true, text, error);
  return cli_fail(error, VTM_ERROR_USAGE, "--dry-run is written as text or, with --json, as JSON; %s has no scores yet",
                  format);
}

static int print_plan(cli_session *session, const request *wanted, const vtm_experiment_task *whole) {
  vtm_settings *settings = NULL;
  vtm_error error = {0};
  char *text = NULL;
  vtm_status status = make_settings(session, &settings, &error);
  if (status == VTM_OK) status = make_plan(settings, whole, wanted->format, &text, &error);
  if (status == VTM_OK) status = cli_write_output(session, wanted->output, text, &error);
  vtm_free(text);
  vtm_settings_destroy(settings);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

/* ---- one task, or one for each category of a data set and one for all ---- */

static vtm_status score_tasks(cli_session *session, const vtm_experiment_task *tasks, size_t count,
                              vtm_scores_task *scored, vtm_error *error) {
  vtm_settings *settings = NULL;
  vtm_status status = make_settings(session, &settings, error);
  if (status == VTM_OK) status = cli_create_context(session, error);
  for (size_t t = 0; t < count && status == VTM_OK; t++) {
    const vtm_experiment_task *task = &tasks[t];
    const vtm_settings *const list[] = {settings};
    const vtm_compare_request pass = {.struct_size = sizeof(pass),
                                      .reference = task->reference,
                                      .generated = task->folders,
                                      .names = task->names,
                                      .count = task->model_count,
                                      .settings = list,
                                      .metric_count = 1,
                                      .people = VTM_COMPARE_EACH};
    vtm_comparison *comparison = NULL;
    status = vtm_compare(session->context, &pass, &comparison, error);
    scored[t] = (vtm_scores_task){task->name, comparison};
  }
  vtm_settings_destroy(settings);
  if (status != VTM_OK) cli_print_broken_files(session);
  return status;
}

static vtm_status write_tasks(cli_session *session, const request *wanted, const vtm_scores *scores, vtm_error *error) {
  const vtm_report_options options = cli_report_options(session, wanted->output);
  const vtm_result *all = scores->tasks[scores->task_count - 1].comparison->results[0];
  char *text = NULL;
  vtm_status status = VTM_OK;
  if (wanted->per_image != NULL) {
    status = vtm_report_scores_per_image(scores, &text, error);
    if (status == VTM_OK) status = cli_write_output(session, wanted->per_image, text, error);
    vtm_free(text);
    text = NULL;
  }
  if (status == VTM_OK)
    status = strcmp(wanted->format, "value") == 0 ? vtm_report_render(all, wanted->format, &options, &text, error)
                                                  : vtm_report_scores(scores, wanted->format, &options, &text, error);
  if (status == VTM_OK) status = cli_write_output(session, wanted->output, text, error);
  vtm_free(text);
  return status;
}

static vtm_status write_scores(cli_session *session, const request *wanted, const vtm_scores *scores,
                               vtm_error *error) {
  for (size_t t = 0; t < scores->task_count; t++) print_warnings(session, wanted, &scores->tasks[t]);
  print_saved(session);
  return scores->task_count > 1 ? write_tasks(session, wanted, scores, error)
                                : write_result(session, wanted, scores->tasks[0].comparison->results[0], error);
}

static int run_tasks(cli_session *session, const request *wanted, const vtm_experiment_task *tasks, size_t count) {
  vtm_error error = {0};
  vtm_scores_task *scored = calloc(count, sizeof(*scored));
  const vtm_scores scores = {.tasks = scored, .task_count = count};
  if (scored == NULL) {
    (void)cli_fail(&error, VTM_ERROR_MEMORY, "out of memory");
    return cli_report_error(session, &error);
  }
  vtm_status status = score_tasks(session, tasks, count, scored, &error);
  if (status == VTM_OK) status = write_scores(session, wanted, &scores, &error);
  int exit_status = status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
  for (size_t t = 0; t < count && status == VTM_OK; t++)
    if (check_threshold(session, wanted, scored[t].comparison->results[0]) != CLI_EXIT_DONE) exit_status = CLI_EXIT_NO;
  for (size_t t = 0; t < count; t++) vtm_comparison_destroy((vtm_comparison *)(uintptr_t)scored[t].comparison);
  free(scored);
  return exit_status;
}

/* What is saved is of all images: then there is no more to do than that. */
static bool saves(const cli_command_line *line) {
  return cli_command_line_value(line, "save-stats") != NULL || cli_command_line_value(line, "save-features") != NULL;
}

static int run_models(cli_session *session, const request *wanted, const vtm_experiment_task *whole) {
  vtm_error error = {0};
  cli_category_tasks categories = {0};
  const cli_command_line *line = &session->line;
  if (cli_command_line_flag(line, "dry-run")) return print_plan(session, wanted, whole);
  int exit_status = CLI_EXIT_DONE;
  if (cli_category_tasks_open(whole, &categories, &error) != VTM_OK)
    exit_status = cli_report_error(session, &error);
  else if (saves(line))
    exit_status = run_tasks(session, wanted, whole, 1);
  else
    exit_status = run_tasks(session, wanted, categories.tasks, categories.count);
  cli_category_tasks_close(&categories);
  return exit_status;
}

static int run_metric(cli_session *session) {
  const cli_command_line *line = &session->line;
  request wanted;
  vtm_error error = {0};
  cli_models models = {0};
  vtm_status status = cli_models_open(line->operands + 1, line->operand_count - 1, &models, &error);
  if (status == VTM_OK) status = read_request(session, &models, &wanted, &error);
  const vtm_experiment_task whole = {.name = "",
                                     .reference = line->operands[0],
                                     .folders = models.folders,
                                     .names = models.names,
                                     .model_count = models.count};
  const int exit_status = status == VTM_OK ? run_models(session, &wanted, &whole) : cli_report_error(session, &error);
  cli_models_close(&models);
  return exit_status;
}

int cli_metric_tool_main(const cli_metric_tool *metric_tool, int argc, char **argv) {
  const vtm_metric_info *info = vtm_metric_find(metric_tool->metric);
  vtm_option results[RESULT_OPTIONS];
  result_options(results);
  cli_option_group groups[4] = {{"Options of the metric", info->options, info->option_count},
                                {"Result", results, RESULT_OPTIONS},
                                cli_compute_options};
  size_t group_count = 3;
  if (info->per_image) groups[group_count++] = per_image_group;
  cli_section sections[MOST_SECTIONS];
  size_t section_count = 0;
  for (size_t i = 0; i < metric_tool->section_count && i + 2 < MOST_SECTIONS; i++)
    sections[section_count++] = metric_tool->sections[i];
  sections[section_count++] = (cli_section)CLI_CATEGORY_SECTION;
  sections[section_count++] = (cli_section){.heading = "JSON", .text = json_text, .manual_only = true};
  const cli_tool tool = {.name = info->name,
                         .summary = info->title,
                         .operands = "REFERENCE RESULTS...",
                         .least_operands = 1, /* fid --save-stats needs no more; else the metric says what is missing */
                         .most_operands = SIZE_MAX,
                         .description = info->help,
                         .groups = groups,
                         .group_count = group_count,
                         .sections = sections,
                         .section_count = section_count,
                         .examples = metric_tool->examples,
                         .example_count = metric_tool->example_count,
                         .run = run_metric};
  return cli_main(&tool, argc, argv);
}
