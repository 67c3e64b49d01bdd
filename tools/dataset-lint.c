/* vtonmetrics dataset-lint: is the dataset whole? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/outputs.h"
#include "cli/tool.h"
#include "vtonmetrics/tools/lint.h"
#include "vtonmetrics/tools/text.h"
#include "vtonmetrics/vtonmetrics.h"

enum { STANDARD_MAX_FINDINGS = 100, LONGEST_SHOWN = 1024 };

/* The layouts and the formats are the library's: main fills them in. */
enum { LAYOUT = 0, WHAT_OPTIONS = 4, FORMAT = 1, OUTPUT_OPTIONS = 6 };

static const vtm_option what_options[WHAT_OPTIONS] = {
    [LAYOUT] = {.name = "layout",
                .type = VTM_OPTION_TEXT,
                .argument = "NAME",
                .default_value = "auto",
                .help = "How the dataset is laid out: auto (recognised by its folders), the name of a known layout, or "
                        "the path of a .json file that describes your own."},
    {.name = "for",
     .type = VTM_OPTION_TEXT,
     .argument = "PROGRAMS",
     .help =
         "Check for these programs, separated by commas (hr-viton,catvton): what they open must be there, and folders "
         "that none of them reads are left out. --list-programs shows them. Without it, for all that read the layout."},
    {.name = "results",
     .type = VTM_OPTION_TEXT,
     .argument = "DIR",
     .help = "A folder of a model's results to check as well, or alone; may be given several times."},
    {.name = "quick",
     .type = VTM_OPTION_FLAG,
     .help = "Only the rules that need names, sizes of files and headers of images: 100,000 files in seconds."},
};

static const vtm_option rule_options[] = {
    {.name = "list-rules", .type = VTM_OPTION_FLAG, .help = "List all rules and stop."},
    {.name = "list-programs", .type = VTM_OPTION_FLAG, .help = "List the known programs and what they read, and stop."},
    {.name = "explain",
     .type = VTM_OPTION_TEXT,
     .argument = "RULE",
     .help = "Explain a rule (what it checks, why, and how to fix its findings), and stop."},
    {.name = "only", .type = VTM_OPTION_TEXT, .argument = "RULES", .help = "Only these rules, separated by commas."},
    {.name = "ignore", .type = VTM_OPTION_TEXT, .argument = "RULES", .help = "All rules but these."},
    {.name = "severity",
     .type = VTM_OPTION_CHOICE,
     .argument = "LEVEL",
     .default_value = "warning",
     .choices = "warning|error",
     .help = "The least severity shown: error leaves warnings out."},
    {.name = "ignore-file",
     .type = VTM_OPTION_TEXT,
     .argument = "FILE",
     .help = "What to ignore, by rule and path; without it .vtonlint in the dataset's folder, when it is there. "
             "none reads none."},
};

static const vtm_option output_options[OUTPUT_OPTIONS] = {
    {.name = "json", .type = VTM_OPTION_FLAG, .help = "The same as --format json."},
    [FORMAT] = {.name = "format",
                .type = VTM_OPTION_CHOICE,
                .argument = "NAME",
                .default_value = "text",
                .help = "text for people, json for programs, sarif and junit for the annotations of CI servers."},
    {.name = "output", .type = VTM_OPTION_TEXT, .argument = "FILE", .help = "Write the report to FILE."},
    {.name = "sheet",
     .type = VTM_OPTION_TEXT,
     .argument = "FILE",
     .help = "Write a contact sheet as PNG: the pictures that findings are about, by rule, with their names."},
    {.name = "max-findings",
     .type = VTM_OPTION_INTEGER,
     .argument = "N",
     .minimum = 0,
     .maximum = 2000000000,
     .help = "List at most N findings, 0 for all; 100 in text, all in the other formats. The counts are of all."},
    {.name = "fail-on",
     .type = VTM_OPTION_CHOICE,
     .argument = "LEVEL",
     .default_value = "warning",
     .choices = "error|warning|never",
     .help = "Exit with status 1 when there is an error, or a warning or an error, or never."},
};

/* ---- the rules themselves ---- */

static int emit_and_free(cli_session *session, const char *path, char *text) {
  vtm_error error = {.status = VTM_ERROR_MEMORY, .message = "out of memory"};
  const vtm_status status = text != NULL ? cli_write_output(session, path, text, &error) : VTM_ERROR_MEMORY;
  free(text);
  return status == VTM_OK ? CLI_EXIT_DONE : cli_report_error(session, &error);
}

static int list_rules(cli_session *session) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return emit_and_free(session, NULL, NULL);
  size_t width = 0;
  for (size_t i = 0; i < vtm_lint_rule_count(); i++)
    if (strlen(vtm_lint_rule_at(i)->id) > width) width = strlen(vtm_lint_rule_at(i)->id);
  for (size_t i = 0; i < vtm_lint_rule_count(); i++) {
    const vtm_lint_rule_info *rule = vtm_lint_rule_at(i);
    bool stops;
    char *programs = vtm_lint_rule_programs(rule, &stops);
    (void)fprintf(out, "%-*s  %-7s  %-7s  %s  %s\n", (int)width, rule->id, vtm_lint_severity_name(rule->severity),
                  vtm_lint_scope_name(rule->scope), rule->need <= VTM_LINT_HEADER ? "quick" : "     ", rule->reason);
    if (programs != NULL && *programs != '\0')
      (void)fprintf(out, "%*s  %s: %s\n", (int)width, "", stops ? "stops" : "read wrongly by", programs);
    vtm_free(programs);
  }
  if (fclose(out) == 0) return emit_and_free(session, NULL, text);
  free(text);
  return emit_and_free(session, NULL, NULL);
}

/* "a|b:RGB" as "a, b (RGB)". */
static void print_words(FILE *out, const char *label, const char *words) {
  if (words == NULL) return;
  (void)fprintf(out, "  %-8s ", label);
  for (const char *c = words; *c != '\0'; c++) {
    const bool in_mode = *c == ':';
    if (in_mode) {
      const size_t length = strcspn(c, "|");
      (void)fprintf(out, " (%.*s)", (int)(length - 1), c + 1);
      c += length - 1;
    } else if (*c == '|') {
      (void)fputs(", ", out);
    } else {
      (void)fputc(*c, out);
    }
  }
  (void)fputc('\n', out);
}

static int list_programs(cli_session *session) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (out == NULL) return emit_and_free(session, NULL, NULL);
  for (size_t i = 0; i < vtm_lint_program_count(); i++) {
    const vtm_lint_program_info program = vtm_lint_program_at(i);
    (void)fprintf(out, "%s%s: %s, datasets of the layout %s\n", i > 0 ? "\n" : "", program.name, program.title,
                  program.layout);
    print_words(out, "sets", program.sets);
    print_words(out, "folders", program.folders);
    print_words(out, "lists", program.lists);
    print_words(out, "files", program.files);
    print_words(out, "size", program.size);
    (void)fprintf(out, "  source   %s\n", program.source);
  }
  if (fclose(out) == 0) return emit_and_free(session, NULL, text);
  free(text);
  return emit_and_free(session, NULL, NULL);
}

static const char *need_text(vtm_lint_need need) {
  switch (need) {
    case VTM_LINT_NAMES: return "names and sizes of files only, also with --quick";
    case VTM_LINT_HEADER: return "the headers of images, also with --quick";
    case VTM_LINT_BYTES: return "the whole file";
    case VTM_LINT_SMALL:
    case VTM_LINT_PIXELS: break;
  }
  return "the decoded picture";
}

static int explain_rule(cli_session *session, const char *id) {
  const vtm_lint_rule_info *rule = vtm_lint_rule_find(id);
  vtm_error error = {0};
  if (rule == NULL) {
    char shown[LONGEST_SHOWN];
    (void)vtm_printable(id, shown, sizeof(shown));
    const char *nearest = vtm_lint_rule_nearest(id);
    if (nearest != NULL)
      (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown rule '%s'; did you mean %s?", shown, nearest);
    else
      (void)cli_fail(&error, VTM_ERROR_USAGE, "unknown rule '%s'; --list-rules shows them", shown);
    return cli_report_error(session, &error);
  }
  char *text = NULL;
  const int length = asprintf(&text, "%s (%s)\n  %s\n  fix:      %s\n  looks at: %s: %s\n", rule->id,
                              vtm_lint_severity_name(rule->severity), rule->reason, rule->fix,
                              vtm_lint_scope_name(rule->scope), need_text(rule->need));
  return emit_and_free(session, NULL, length >= 0 ? text : NULL);
}

/* ---- linting ---- */

static void show_finding(void *user, const vtm_lint_finding *finding) {
  cli_session *session = user;
  char path[LONGEST_SHOWN];
  char message[LONGEST_SHOWN];
  (void)vtm_printable(finding->path, path, sizeof(path));
  (void)vtm_printable(finding->message, message, sizeof(message));
  cli_terminal_erase_bar(&session->terminal);
  (void)fprintf(stderr, "%s: %s: %s [%s]\n", path, vtm_lint_severity_name(finding->rule->severity), message,
                finding->rule->id);
}

/* Prints findings as they are made, unless the report goes to the same terminal. */
static bool wants_stream(const cli_session *session) {
  if (session->terminal.quiet) return false;
  return session->terminal.verbose || (session->terminal.bar && !isatty(STDOUT_FILENO));
}

static size_t collect_results(const cli_command_line *line, const char **folders) {
  size_t count = 0;
  for (size_t i = 0; i < line->given_count; i++)
    if (strcmp(line->given[i].option->name, "results") == 0) folders[count++] = line->given[i].value;
  return count;
}

static const char *chosen_format(const cli_command_line *line) {
  const char *format = cli_command_line_value(line, "format");
  if (format != NULL) return format;
  return cli_command_line_flag(line, "json") ? "json" : "text";
}

static int exit_status(const cli_command_line *line, const vtm_lint_result *result) {
  const char *level = cli_command_line_value(line, "fail-on");
  if (level != NULL && strcmp(level, "never") == 0) return CLI_EXIT_DONE;
  const bool errors_only = level != NULL && strcmp(level, "error") == 0;
  const size_t counted = result->errors + (errors_only ? 0 : result->warnings);
  return counted > 0 ? CLI_EXIT_NO : CLI_EXIT_DONE;
}

static int print_report(cli_session *session, const vtm_lint_result *result) {
  const cli_command_line *line = &session->line;
  const char *format = chosen_format(line);
  const char *output = cli_command_line_value(line, "output");
  const bool text = strcmp(format, "text") == 0;
  const vtm_lint_report_options options = {
      .color = output == NULL && cli_wants_color(STDOUT_FILENO, session->color),
      .max_findings = (size_t)cli_command_line_integer(line, "max-findings", text ? STANDARD_MAX_FINDINGS : 0),
      .version = vtm_version()};
  const char *sheet = cli_command_line_value(line, "sheet");
  vtm_error error = {0};
  char *rendered = NULL;
  if (sheet != NULL && vtm_lint_write_sheet(result, sheet, &error) != VTM_OK) return cli_report_error(session, &error);
  if (vtm_lint_render(result, format, &options, &rendered, &error) != VTM_OK) return cli_report_error(session, &error);
  const int status = emit_and_free(session, output, rendered);
  return status == CLI_EXIT_DONE ? exit_status(line, result) : status;
}

static int lint_and_report(cli_session *session, const char **results, size_t result_count) {
  const cli_command_line *line = &session->line;
  const char *dataset = line->operand_count > 0 ? line->operands[0] : NULL;
  const char *severity = cli_command_line_value(line, "severity");
  const char *output = cli_command_line_value(line, "output");
  const char *sheet = cli_command_line_value(line, "sheet");
  const char *ignore_file = cli_command_line_value(line, "ignore-file");
  vtm_error error = {0};
  if (dataset == NULL && result_count == 0) {
    (void)cli_fail(&error, VTM_ERROR_USAGE, "give DATASET, for example: vtonmetrics dataset-lint zalando-hd/");
    return cli_report_error(session, &error);
  }
  const cli_output outputs[] = {{"output", output}, {"sheet", sheet}};
  if (cli_check_outputs(outputs, 2, results, result_count, &error) != VTM_OK ||
      cli_check_outputs(outputs, 2, &dataset, 1, &error) != VTM_OK)
    return cli_report_error(session, &error);
  const vtm_lint_options options = {
      .struct_size = sizeof(options),
      .layout = cli_command_line_value(line, "layout"),
      .results = results,
      .result_count = result_count,
      .only = cli_command_line_value(line, "only"),
      .ignore = cli_command_line_value(line, "ignore"),
      .severity = severity != NULL && strcmp(severity, "error") == 0 ? VTM_LINT_ERROR : VTM_LINT_WARNING,
      .ignore_file = ignore_file != NULL && strcmp(ignore_file, "none") == 0 ? "" : ignore_file,
      .programs = cli_command_line_value(line, "for"),
      .quick = cli_command_line_flag(line, "quick"),
      .found = wants_stream(session) ? show_finding : NULL,
      .user = session};
  vtm_lint_result *result = NULL;
  vtm_status status = cli_create_context(session, &error);
  if (status == VTM_OK) status = vtm_lint(session->context, dataset, &options, &result, &error);
  if (status != VTM_OK) return cli_report_error(session, &error);
  const int exit_code = print_report(session, result);
  vtm_lint_result_destroy(result);
  return exit_code;
}

static int run_dataset_lint(cli_session *session) {
  const cli_command_line *line = &session->line;
  const char *rule = cli_command_line_value(line, "explain");
  if (cli_command_line_flag(line, "list-rules")) return list_rules(session);
  if (cli_command_line_flag(line, "list-programs")) return list_programs(session);
  if (rule != NULL) return explain_rule(session, rule);
  const char **results = calloc(line->given_count + 1, sizeof(*results));
  if (results == NULL) return emit_and_free(session, NULL, NULL);
  const int status = lint_and_report(session, results, collect_results(line, results));
  free(results);
  return status;
}

static const cli_section sections[] = {
    {.heading = "What is checked",
     .text =
         "The dataset's folders by its layout: is every image there with its masks, poses and parse maps, can each "
         "file be read, is it what its name says, do sizes agree, do pair lists name files that exist. --list-rules "
         "lists all rules, --explain RULE says more about one. Nothing is ever changed.\n\n"
         "Findings name the programs that stop at the fault or read something else, where that is known. Folders of "
         "the "
         "layout that are in no set at all are no finding, but for `image` and `cloth`: many programs need only some. "
         "--for PROGRAMS checks that all is there which they open."},
    {.heading = "Ignoring findings",
     .text = "A file .vtonlint in the dataset's folder holds one rule a line, or * for all, and after it, if wanted, a "
             "pattern of paths in which * also stands for slashes:\n\n"
             "  # the photographs of 2019 have no poses\n  sidecar-missing  train/image/2019*\n  sizes-vary"},
    {.heading = "A layout of your own",
     .text =
         "--layout shop.json, where the file has the fields of the built-in table:\n\n"
         "  {\"name\": \"shop\",\n   \"sets\": [\"spring\", \"autumn\"],\n   \"pair_lists\": [\"pairs.txt\"],\n"
         "   \"order\": \"person-garment\",\n   \"parts\": [\n"
         "    {\"folder\": [\"people\", \"photos\"], \"kind\": \"person\", \"pattern\": \"{id}.jpg\", "
         "\"required\": true},\n"
         "    {\"folder\": \"clothes\", \"kind\": \"garment\", \"pattern\": \"{id}.*\"},\n"
         "    {\"folder\": \"masks\", \"kind\": \"mask\", \"pattern\": \"{id}_mask.png\", \"of\": \"person\", "
         "\"same_size\": true},\n"
         "    {\"folder\": \"labels\", \"kind\": \"parse\", \"pattern\": \"{id}.png\", \"of\": \"person\", "
         "\"labels\": 20}]}\n\n"
         "sets: folders that each hold a whole set, \".\" (the default) for the dataset itself. folder: one name or "
         "several spellings. kind: person, garment, mask, parse, picture, pose (OpenPose JSON), keypoints "
         "(DressCode's JSON) or array. pattern: {id} is what the names of one person's files share; {id}.* is any "
         "image. of: person or garment, the image that the file belongs to. labels: a parse map holds 0 to "
         "labels - 1. captions: the name of a test_gpt4o.json.",
     .manual_only = true},
    {.heading = "JSON",
     .text = "--json prints one object: schema (\"vtonmetrics/dataset-lint/2\"), dataset, layout and layout_reason "
             "(null without a dataset), quick, files, errors, warnings, ignored (by the ignore file), notes (texts: "
             "what was not checked), rules (of those that found something: id, severity, count, reason, "
             "fix) and findings (rule, severity, path, message; where it makes sense line and other, a second path). "
             "Paths are relative to the dataset; bytes that are not UTF-8 are written \\xNN.",
     .manual_only = true},
    {.heading = "Exit status",
     .text =
         "0 nothing found (or --fail-on says it does not count), 1 findings, 2 the command line is wrong, 3 it could "
         "not be done: no such folder, an unknown layout, a faulty .vtonlint."},
};

static const cli_example examples[] = {
    {"vtonmetrics dataset-lint zalando-hd/", "everything, layout recognised by its folders"},
    {"vtonmetrics dataset-lint zalando-hd/ --for hr-viton,catvton", "is all there that these two read?"},
    {"vtonmetrics dataset-lint zalando-hd/ --quick", "names, sizes and headers only"},
    {"vtonmetrics dataset-lint course_dataset/ --results LADI/ --results GAN/", "two models' results as well"},
    {"vtonmetrics dataset-lint --results LADI/", "results alone"},
    {"vtonmetrics dataset-lint data/ --fail-on error --format sarif --output lint.sarif", "for a CI server"},
    {"vtonmetrics dataset-lint data/ --sheet faults.png", "and a picture of the findings"},
    {"vtonmetrics dataset-lint --explain size-differs", "what a rule means and how to fix it"},
};

int main(int argc, char **argv) {
  vtm_option what[WHAT_OPTIONS];
  memcpy(what, what_options, sizeof(what));
  what[LAYOUT].choices = vtm_lint_layouts();
  vtm_option output[OUTPUT_OPTIONS];
  memcpy(output, output_options, sizeof(output));
  output[FORMAT].choices = vtm_lint_formats();
  const cli_option_group groups[] = {
      {"What to check", what, WHAT_OPTIONS},
      {"Rules", rule_options, sizeof(rule_options) / sizeof(*rule_options)},
      {"Output", output, OUTPUT_OPTIONS},
      cli_processor_options,
  };
  const cli_tool tool = {
      .name = "dataset-lint",
      .summary = "is the dataset complete and valid? Names, files, sizes and images checked by rules",
      .operands = "[DATASET]",
      .most_operands = 1,
      .groups = groups,
      .group_count = sizeof(groups) / sizeof(*groups),
      .sections = sections,
      .section_count = sizeof(sections) / sizeof(*sections),
      .examples = examples,
      .example_count = sizeof(examples) / sizeof(*examples),
      .run = run_dataset_lint};
  return cli_main(&tool, argc, argv);
}
