/* vtonmetrics diff: what changed between two runs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/metric_options.h"
#include "cli/outputs.h"
#include "cli/regression_check.h"
#include "vtonmetrics/tools/scores_report.h"
#include "vtonmetrics/vtonmetrics.h"

enum { RESULT_OPTIONS = 5 };

/* A function, not a table, because the formats are the library's to name. */
static void result_options(vtm_option options[RESULT_OPTIONS]) {
  options[0] = (vtm_option){.name = "format",
                            .type = VTM_OPTION_CHOICE,
                            .argument = "FORMAT",
                            .default_value = "text",
                            .choices = vtm_report_change_formats(),
                            .help = "How to write what changed."};
  options[1] = (vtm_option){.name = "json", .type = VTM_OPTION_FLAG, .help = "The same as --format json."};
  options[2] = (vtm_option){.name = "output",
                            .type = VTM_OPTION_FILE,
                            .argument = "FILE",
                            .help = "Write to a file, whole or not at all, instead of standard output."};
  options[3] = (vtm_option){.name = "top",
                            .type = VTM_OPTION_INTEGER,
                            .argument = "N",
                            .default_value = "5",
                            .minimum = 0,
                            .maximum = 1000000,
                            .help = "Show so many pictures that got worse, and as many that got better."};
  options[4] = (vtm_option){.name = "seed",
                            .type = VTM_OPTION_INTEGER,
                            .argument = "N",
                            .default_value = "1",
                            .minimum = 0,
                            .maximum = 1000000000,
                            .help = "Start of the random numbers with which intervals are found."};
}

static const vtm_option limit_options[] = {
    {.name = "fail-if-worse",
     .type = VTM_OPTION_FLAG,
     .help = "End with exit status 1 when a score got worse: beyond the interval of the difference."},
    {.name = "tolerance",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help = "With --fail-if-worse: this metric may get worse by X, whatever the interval says. May be repeated."},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text = "BEFORE and NOW are what `vtonmetrics compare`, fid or lpips wrote with --json, or the scores.json of a "
             "report. Models are found by their names, pictures too. Where the lines under 'Computed with' differ, it "
             "says what that means; numbers of different quantities are not subtracted."},
    {.heading = "How certain a change is",
     .text = "LPIPS: the paired differences of the pictures that both runs have, resampled. FID: the influences of "
             "the pairs, which compare writes (fid with --interval); both runs must be of the same pictures. Without "
             "these there is no interval, and that is said."},
    {.heading = "JSON",
     .text = "--json prints one object: schema (\"vtonmetrics/diff/1\"), scores, computed_otherwise and notes. Each of "
             "scores has task, metric, label, model, before, after, change, interval (low, high, standard_error, or "
             "null), verdict (better, worse, alike, unsure, incomparable), why, n (pictures in both), only_before, "
             "only_after, and worse and better: name, before and after of the pictures that moved most. "
             "computed_otherwise lists lines of the fingerprint that differ: metrics, name, before, after, "
             "incomparable, meaning.",
     .manual_only = true},
};

static const cli_example examples[] = {
    {"vtonmetrics diff monday.json tuesday.json", "which scores moved, and which pictures"},
    {"vtonmetrics diff old.json new.json --fail-if-worse --quiet", "for scripts: exit status 1 when a score got worse"},
    {"vtonmetrics diff old.json new.json --fail-if-worse --tolerance fid=0.5", "half a point of FID is acceptable"},
    {"vtonmetrics diff old.json new.json --format markdown --top 10", "for a pull request"},
};

static vtm_status write_changes(cli_session *session, const vtm_changes *changes, vtm_error *error) {
  const cli_command_line *line = &session->line;
  const char *format = cli_command_line_value(line, "format");
  const char *output = cli_command_line_value(line, "output");
  const bool to_file = output != NULL && strcmp(output, "-") != 0;
  const vtm_report_options options = {.struct_size = sizeof(options),
                                      .color = !to_file && cli_wants_color(STDOUT_FILENO, session->color)};
  if (cli_command_line_flag(line, "json")) format = "json";
  char *text = NULL;
  vtm_status status = vtm_report_changes(changes, format != NULL ? format : "text",
                                         (size_t)cli_command_line_integer(line, "top", 5), &options, &text, error);
  if (status == VTM_OK) status = cli_write_output(session, output, text, error);
  vtm_free(text);
  return status;
}

static vtm_status check_options(const cli_command_line *line, size_t tolerance_count, vtm_error *error) {
  const char *output = cli_command_line_value(line, "output");
  if (cli_command_line_value(line, "format") != NULL && cli_command_line_flag(line, "json"))
    return cli_fail(error, VTM_ERROR_USAGE, "only one of --format and --json can be given");
  if (tolerance_count > 0 && !cli_command_line_flag(line, "fail-if-worse"))
    return cli_fail(error, VTM_ERROR_USAGE, "--tolerance goes with --fail-if-worse");
  return cli_check_outputs(&(cli_output){"output", output}, 1, line->operands, line->operand_count, error);
}

static int run_diff(cli_session *session) {
  const cli_command_line *line = &session->line;
  vtm_error error = {0};
  vtm_scores *before = NULL;
  vtm_scores *now = NULL;
  vtm_changes *changes = NULL;
  vtm_named_value *tolerances = NULL;
  size_t tolerance_count = 0;
  vtm_status status = cli_read_metric_values(line, "tolerance", &tolerances, &tolerance_count, &error);
  if (status == VTM_OK) status = check_options(line, tolerance_count, &error);
  if (status == VTM_OK) status = vtm_scores_read(line->operands[0], &before, &error);
  if (status == VTM_OK) status = vtm_scores_read(line->operands[1], &now, &error);
  if (status == VTM_OK)
    status = vtm_scores_diff(before, now, cli_command_line_integer(line, "seed", 1), &changes, &error);
  if (status == VTM_OK) status = write_changes(session, changes, &error);
  int exit_status = CLI_EXIT_DONE;
  if (status != VTM_OK)
    exit_status = cli_report_error(session, &error);
  else if (cli_command_line_flag(line, "fail-if-worse"))
    exit_status = cli_check_regressions(session, changes, tolerances, tolerance_count);
  free(tolerances);
  vtm_changes_destroy(changes);
  vtm_scores_destroy(now);
  vtm_scores_destroy(before);
  return exit_status;
}

int main(int argc, char **argv) {
  vtm_option results[RESULT_OPTIONS];
  result_options(results);
  const cli_option_group groups[] = {{"Result", results, RESULT_OPTIONS},
                                     {"Limits", limit_options, sizeof(limit_options) / sizeof(*limit_options)}};
  const cli_tool tool = {.name = "diff",
                         .summary = "what changed between two runs: scores, pictures, and how they were computed",
                         .operands = "BEFORE NOW",
                         .least_operands = 2,
                         .most_operands = 2,
                         .groups = groups,
                         .group_count = sizeof(groups) / sizeof(*groups),
                         .sections = sections,
                         .section_count = sizeof(sections) / sizeof(*sections),
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = run_diff};
  return cli_main(&tool, argc, argv);
}
