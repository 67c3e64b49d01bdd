/* vtonmetrics diff: what changed between two runs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/limits.h"
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
                            .help = "Show so many results that got worse, and as many that got better."};
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
     .help = "End with exit status 1 when a score got worse, and with 3 when that cannot be decided or something that "
             "was scored before is not now."},
    {.name = "tolerance",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help = "With --fail-if-worse: this metric may get worse by X, whatever the interval says; MODEL:METRIC=X for one "
             "model. May be repeated."},
    {.name = "fail-if-image-worse",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help = "End with exit status 1 when a single result got worse by more than X, for metrics that score each "
             "result; MODEL:METRIC=X for one model. May be repeated."},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text = "BEFORE and NOW are what `vtonmetrics compare`, fid or lpips wrote with --json, or the scores.json of a "
             "report. Models are found by their names, results too. Where the lines under 'Computed with' differ, it "
             "says what that means; numbers of different quantities are not subtracted."},
    {.heading = "How certain a change is",
     .text =
         "As compare does it: people are what varies, each with all its results, and the p of all models of a metric "
         "are corrected for their number (Holm). LPIPS: the people that both runs have, resampled. FID: the influences "
         "of the pairs, which compare writes (fid with --interval); both runs must be of the same people. Without "
         "these there is no interval, and that is said. Better or worse: the interval of 95 % lies on one side of "
         "zero and p < 0.05, so that a gate fails by chance in one of forty runs at most. It says whether the "
         "change would also be seen with other people; that these results changed is certain. A change within what "
         "processors and forms of convolution are known to round is the same but for rounding."},
    {.heading = "JSON",
     .text =
         "--json prints one object: schema (\"vtonmetrics/diff/1\"), scores, computed_otherwise, missing and notes. "
         "Each "
         "of scores has task, metric, label, model, before, after, change, interval (low, high, standard_error, or "
         "null), p, verdict (better, worse, tied, the same, the same but for rounding, unsure, incomparable), why, n "
         "(people in both), only_before and only_after (results), images, got_worse and got_better (results in "
         "both), and worse and better: name, before and after of the results that moved most. missing lists what "
         "one run lacks: task, label, model, in. "
         "computed_otherwise lists lines of the fingerprint that differ: metrics, name, before, after, "
         "incomparable, meaning.",
     .manual_only = true},
};

static const cli_example examples[] = {
    {"vtonmetrics diff monday.json tuesday.json", "which scores moved, and which results"},
    {"vtonmetrics diff old.json new.json --fail-if-worse --quiet", "for scripts: exit status 1 when a score got worse"},
    {"vtonmetrics diff old.json new.json --fail-if-worse --tolerance fid=0.5", "half a point of FID is acceptable"},
    {"vtonmetrics diff old.json new.json --format markdown --top 10", "for a pull request"},
};

static vtm_status write_changes(cli_session *session, const vtm_changes *changes, vtm_error *error) {
  const cli_command_line *line = &session->line;
  const char *format = cli_command_line_value(line, "format");
  const char *output = cli_command_line_value(line, "output");
  const vtm_report_options options = cli_report_options(session, output);
  if (cli_command_line_flag(line, "json")) format = "json";
  char *text = NULL;
  vtm_status status = vtm_report_changes(changes, format != NULL ? format : "text",
                                         (size_t)cli_command_line_integer(line, "top", 5), &options, &text, error);
  if (status == VTM_OK) status = cli_write_output(session, output, text, error);
  vtm_free(text);
  return status;
}

static vtm_status check_options(const cli_command_line *line, const cli_limits *tolerances, const cli_limits *images,
                                vtm_error *error) {
  const char *output = cli_command_line_value(line, "output");
  if (cli_command_line_value(line, "format") != NULL && cli_command_line_flag(line, "json"))
    return cli_fail(error, VTM_ERROR_USAGE, "only one of --format and --json can be given");
  if (tolerances->count > 0 && !cli_command_line_flag(line, "fail-if-worse"))
    return cli_fail(error, VTM_ERROR_USAGE, "--tolerance goes with --fail-if-worse");
  const vtm_status status = cli_limits_require_images(images, "fail-if-image-worse", error);
  if (status != VTM_OK) return status;
  return cli_check_outputs(&(cli_output){"output", output}, 1, line->operands, line->operand_count, error);
}

static int run_diff(cli_session *session) {
  const cli_command_line *line = &session->line;
  vtm_error error = {0};
  vtm_scores *before = NULL;
  vtm_scores *now = NULL;
  vtm_changes *changes = NULL;
  cli_limits tolerances = {0};
  cli_limits images = {0};
  vtm_status status = cli_limits_read(line, "tolerance", 0, &tolerances, &error);
  if (status == VTM_OK) status = cli_limits_read(line, "fail-if-image-worse", 0, &images, &error);
  if (status == VTM_OK) status = check_options(line, &tolerances, &images, &error);
  if (status == VTM_OK) status = vtm_scores_read(line->operands[0], &before, &error);
  if (status == VTM_OK) status = vtm_scores_read(line->operands[1], &now, &error);
  if (status == VTM_OK)
    status = vtm_scores_diff(before, now, cli_command_line_integer(line, "seed", 1), &changes, &error);
  if (status == VTM_OK) status = write_changes(session, changes, &error);
  int exit_status = CLI_EXIT_DONE;
  if (status != VTM_OK)
    exit_status = cli_report_error(session, &error);
  else if (cli_command_line_flag(line, "fail-if-worse") || images.count > 0)
    exit_status = cli_check_regressions(session, changes,
                                        &(cli_gate){.scores = cli_command_line_flag(line, "fail-if-worse"),
                                                    .tolerances = tolerances.list,
                                                    .tolerance_count = tolerances.count,
                                                    .image_tolerances = images.list,
                                                    .image_tolerance_count = images.count});
  cli_limits_free(&tolerances);
  cli_limits_free(&images);
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
                         .summary = "what changed between two runs: scores, results, and how they were computed",
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
