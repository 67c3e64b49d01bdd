/* vtonmetrics compare: every metric of every model in one table. */
#include <stdint.h>

#include "cli/category_tasks.h"
#include "cli/metric_options.h"
#include "compare/compare_run.h"
#include "vtonmetrics/vtonmetrics.h"

enum { RESULT_OPTIONS = 7 };

/* A function, not a table, because the formats are the library's to name. */
static void result_options(vtm_option options[RESULT_OPTIONS]) {
  options[0] = (vtm_option){.name = "format",
                            .type = VTM_OPTION_CHOICE,
                            .argument = "FORMAT",
                            .default_value = "text",
                            .choices = vtm_report_comparison_formats(),
                            .help = "How to write the result. LaTeX needs the package booktabs."};
  options[1] = (vtm_option){.name = "json",
                            .type = VTM_OPTION_FLAG,
                            .help = "The same as --format json; the manual page explains its members."};
  options[2] = (vtm_option){.name = "output",
                            .type = VTM_OPTION_FILE,
                            .argument = "FILE",
                            .help = "Write the result to a file, whole or not at all, instead of standard output."};
  options[3] = (vtm_option){.name = "per-image",
                            .type = VTM_OPTION_FILE,
                            .argument = "FILE",
                            .help =
                                "Write a CSV file with a line for each pair of each model: its value and layers by "
                                "LPIPS, its influence on FID."};
  options[4] = (vtm_option){.name = "sort",
                            .type = VTM_OPTION_TEXT,
                            .argument = "METRIC",
                            .help =
                                "Order the models by this metric; given: as on the command line. Else the first "
                                "metric decides."};
  options[5] = (vtm_option){.name = "baseline",
                            .type = VTM_OPTION_TEXT,
                            .argument = "NAME",
                            .help = "Show the difference of each model to this one."};
  options[6] = (vtm_option){.name = "dry-run",
                            .type = VTM_OPTION_FLAG,
                            .help = "Show which images would be compared, and why; compute nothing."};
}

static const vtm_option what_options[] = {
    {.name = "metrics",
     .type = VTM_OPTION_TEXT,
     .argument = "LIST",
     .help =
         "Names with commas: fid,lpips. Default: all whose weights are on this machine; skipped metrics are listed."},
    {.name = "names",
     .type = VTM_OPTION_TEXT,
     .argument = "LIST",
     .help = "Names of the models with commas, in the order of the folders. NAME=FOLDER does the same for one."},
    {.name = "intersect",
     .type = VTM_OPTION_FLAG,
     .help = "Score the people of whom all models have a result, so that values can be compared: the default."},
    {.name = "each", .type = VTM_OPTION_FLAG, .help = "Score all that each model has, however different."},
};

static const vtm_option report_options[] = {
    {.name = "report",
     .type = VTM_OPTION_FILE,
     .argument = "DIR",
     .help = "Write a new folder: report.html (one page with table, charts, worst and best pairs), the charts as PNG "
             "and SVG, scores.json, per-image.csv. With tasks a folder for each in it."},
    {.name = "force", .type = VTM_OPTION_FLAG, .help = "Overwrite the files of an earlier report in that folder."},
    {.name = "garments",
     .type = VTM_OPTION_FILE,
     .argument = "FOLDER",
     .help = "Garments, shown in the report beside the photographs."},
    {.name = "lang",
     .type = VTM_OPTION_CHOICE,
     .argument = "LANGUAGE",
     .default_value = "en",
     .choices = "en|ru",
     .help = "Language of the report's page and charts."},
};

static const vtm_option config_options[] = {
    {.name = "config",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help = "Take folders, tasks, metrics, limits and outputs from a file, see below. Other options add to it."},
    {.name = "outside", .type = VTM_OPTION_FLAG, .help = "Let the file write outside its own folder."},
};

static const vtm_option limit_options[] = {
    {.name = "fail-above",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help = "End with exit status 1 when a value of this metric is greater than X; MODEL:METRIC=X for one model. May "
             "be repeated."},
    {.name = "fail-below",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help = "End with exit status 1 when a value of this metric is smaller than X; MODEL:METRIC=X for one model. May "
             "be repeated."},
    {.name = "fail-if-worse-than",
     .type = VTM_OPTION_FILE,
     .argument = "FILE",
     .help =
         "End with exit status 1 when a score is worse than in this scores.json (what --json wrote), and with 3 when "
         "that cannot be decided or something that it has is not scored now. More results that are black, copies or "
         "the like count as worse, too. 'vtonmetrics diff' shows all that changed, and says when a score is worse."},
    {.name = "tolerance",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help =
         "With it: this metric may get worse by X, whatever the interval says; MODEL:METRIC=X for one model. May be "
         "repeated."},
    {.name = "fail-if-image-worse",
     .type = VTM_OPTION_TEXT,
     .argument = "METRIC=X",
     .help =
         "With it: end with exit status 1 when a single result got worse by more than X, which a mean hardly shows; "
         "for metrics that score each result. MODEL:METRIC=X for one model. May be repeated."},
};

static const cli_example examples[] = {
    {"vtonmetrics compare image/ GAN/ LADI/ PROMPT/",
     "every metric and every model, ranked, with confidence intervals"},
    {"vtonmetrics compare image/ GAN/ LADI/ --protocol alexnet", "without the weights of Inception"},
    {"vtonmetrics compare image/ ours=out/epoch40/ LADI/ --baseline ours", "names; differences to one model"},
    {"vtonmetrics compare image/ GAN/ LADI/ --metrics lpips --size native", "one metric, at full size"},
    {"vtonmetrics compare image/ GAN/ LADI/ --per-image pairs.csv --json -o scores.json", "everything, for programs"},
    {"vtonmetrics compare image/ GAN/ LADI/ --report out/", "a page to look at, charts, and the numbers as files"},
    {"vtonmetrics compare image/ GAN/ LADI/ --format latex", "a table for a paper"},
    {"vtonmetrics compare --config experiments.json", "several tasks, a group of columns for each"},
    {"vtonmetrics compare image/ LADI/ --fail-above fid=40 --fail-if-worse-than baseline.json",
     "for CI: exit status 1 when it got worse"},
};

static const cli_section sections[] = {
    {.heading = "Input",
     .text = "REFERENCE is the folder of photographs, each MODEL a folder of results, or NAME=FOLDER to call it "
             "something else than its last part. Who belongs to whom goes by names, as in fid and lpips (--match); "
             "only people of whom every model has a result count, unless --each is given."},
    CLI_CATEGORY_SECTION,
    {.heading = "Options of the metrics",
     .text = "An option that several metrics have in the same sense is given once, and is for all of them (--match, "
             "--skip-broken). --protocol is for those of sets, --size for those of pairs. Where each metric has its "
             "own it carries the "
             "metric's name: --fid-weights, --lpips-weights. That longer form is understood for all options: "
             "--lpips-skip-broken is for LPIPS only."},
    {.heading = "What the table says",
     .text =
         "Each value is followed by its 95 % confidence interval. The rank is 1 and the number of models that are "
         "known "
         "to be ahead: of a model of rank 1 nobody knows a better one here. A sentence for each pair of neighbours, "
         "and for each rank that these do not explain, says how far one is ahead; it comes from the paired difference, "
         "which is more precise than the two intervals suggest. Tied means that the data does not show which is "
         "better, "
         "not that the two are equal: the interval says how large their difference may still be. Intervals are of each "
         "value by itself; p is corrected for all differences of one metric and task (Holm), for every metric. "
         "What "
         "varies "
         "is people: nothing is said of another training or sampling run of a model."},
    {.heading = "Experiments in a file",
     .text =
         "  {\"tasks\": {\n"
         "     \"full\":  {\"reference\": \"full/image\",\n"
         "               \"models\": {\"GAN\": \"full/GAN\", \"ours\": \"full/ours\"}},\n"
         "     \"color\": {\"reference\": \"color/image\",\n"
         "               \"models\": {\"GAN\": \"color/GAN\", \"ours\": \"color/ours\"}}},\n"
         "   \"metrics\": {\"fid\": {\"protocol\": \"clean-fid\"}, \"lpips\": {}},\n"
         "   \"seconds_per_image\": {\"GAN\": 0.05, \"ours\": \"ours/time.txt\"},\n"
         "   \"fail_above\": {\"fid\": 40},\n"
         "   \"output\": {\"markdown\": \"table.md\", \"json\": \"scores.json\"}}\n\n"
         "tasks: each has a reference and models, name and folder. Without tasks reference and models stand outside. "
         "metrics: a list of names, or an object of names with their options, as on the command line without dashes. "
         "people: common (the default) or each. seconds_per_image: a number, or a file that holds one. sort, baseline, "
         "fail_above, fail_below, fail_if_worse_than, tolerance, fail_if_image_worse, output (a file for each format), "
         "per_image, report: "
         "as the "
         "options of these names.\n\n"
         "Paths are relative to the file's folder. Images may lie anywhere; what is written must stay in that folder "
         "unless --outside is given, since the file may be somebody else's. Unknown keys and names given twice are "
         "errors."},
    {.heading = "JSON",
     .text =
         "--json prints one object: schema (\"vtonmetrics/3\"), reference, notes and metrics, an array with one "
         "object for each metric: all that `vtonmetrics fid --json` (or lpips) prints, and ranking (an array of "
         "rank and name, best first) and sentences. In metrics, each of results has interval (low, high, "
         "standard_error) and, for FID, influences (name, person and value of each pair); differences has for each two "
         "models a and b: n (people), value (of a less that of b), interval (or null), p, verdict (of a: ahead, "
         "behind, "
         "tied, equal, unknown, incomparable), why. With tasks there is an array tasks "
         "instead, of objects with name, reference, notes and metrics; and seconds_per_image, if given.\n\n"
         "scores.json of a report is the same text. vtonmetrics diff and --fail-if-worse-than read it.",
     .manual_only = true},
};

static const cli_metric_options *metric_options(const cli_session *session) { return session->tool->user; }

static int run_compare(cli_session *session) {
  compare_args args;
  vtm_error error = {0};
  const vtm_status status = compare_args_read(session, metric_options(session), &args, &error);
  int exit_status;
  if (status != VTM_OK)
    exit_status = cli_report_error(session, &error);
  else if (cli_command_line_flag(&session->line, "dry-run"))
    exit_status = compare_plan(session, &args);
  else
    exit_status = compare_run(session, &args);
  compare_args_close(&args);
  return exit_status;
}

int main(int argc, char **argv) {
  cli_metric_options options;
  vtm_error error = {0};
  if (cli_metric_options_open(&options, &error) != VTM_OK) return CLI_EXIT_FAILED;
  vtm_option results[RESULT_OPTIONS];
  result_options(results);
  const cli_option_group groups[] = {
      {"What is compared", what_options, sizeof(what_options) / sizeof(*what_options)},
      {"Result", results, RESULT_OPTIONS},
      {"Report", report_options, sizeof(report_options) / sizeof(*report_options)},
      {"Experiments in a file", config_options, sizeof(config_options) / sizeof(*config_options)},
      {"Limits", limit_options, sizeof(limit_options) / sizeof(*limit_options)},
      {"Options of the metrics", options.options, options.count},
      cli_compute_options,
  };
  const cli_tool tool = {.name = "compare",
                         .summary = "every metric of every model in one table, ranked, with confidence intervals",
                         .operands = "REFERENCE MODEL... | --config FILE",
                         .most_operands = SIZE_MAX,
                         .groups = groups,
                         .group_count = sizeof(groups) / sizeof(*groups),
                         .sections = sections,
                         .section_count = sizeof(sections) / sizeof(*sections),
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = run_compare,
                         .user = &options};
  const int result = cli_main(&tool, argc, argv);
  cli_metric_options_close(&options);
  return result;
}
