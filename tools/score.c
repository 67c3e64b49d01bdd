/* vtonmetrics-score NAME ...: any metric of the library. `vtonmetrics NAME` runs it for those that have no executable
 * of their own. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/metric_tool.h"
#include "vtonmetrics/vtonmetrics.h"

enum { MOST_EXAMPLES = 5 };

static char *format_text(const char *format, const char *name) __attribute__((format_arg(1)));

static char *format_text(const char *format, const char *name) {
  char *text = NULL;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return asprintf(&text, format, name) >= 0 ? text : NULL;
#pragma GCC diagnostic pop
}

static int run_metric_tool(const vtm_metric_info *info, int argc, char **argv) {
  static const struct {
    const char *command, *what;
  } forms[MOST_EXAMPLES] = {
      {"vtonmetrics %s image/ LADI/", "one model's results against the photographs"},
      {"vtonmetrics %s image/ GAN/ LADI/ PROMPT/", "several models, one row each; the photographs are read once"},
      {"vtonmetrics %s image/ GAN/ LADI/ --interval", "how sure the scores are, and which differences are significant"},
      {"vtonmetrics %s image/ PROMPT/ --dry-run", "what each file is taken for, before anything is computed"},
      {"vtonmetrics %s image/ LADI/ --value", "the bare number, for scripts"},
  };
  cli_example examples[MOST_EXAMPLES] = {{0}};
  int result = CLI_EXIT_FAILED;
  bool complete = true;
  for (size_t i = 0; i < MOST_EXAMPLES; i++) {
    examples[i] = (cli_example){format_text(forms[i].command, info->name), forms[i].what};
    complete = complete && examples[i].command != NULL;
  }
  const cli_metric_tool tool = {.metric = info->name, .examples = examples, .example_count = MOST_EXAMPLES};
  if (complete) result = cli_metric_tool_main(&tool, argc, argv);
  for (size_t i = 0; i < MOST_EXAMPLES; i++) free((void *)examples[i].command);
  return result;
}

/* "  kid   Kernel Inception distance", a line for each metric; NULL when out of memory. */
static char *list_metrics(void) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL) return NULL;
  for (size_t m = 0; m < vtm_metric_count(); m++)
    (void)fprintf(stream, "  %-8s %s\n", vtm_metric_at(m)->name, vtm_metric_at(m)->title);
  return fclose(stream) == 0 ? text : NULL;
}

static int run_without_metric(cli_session *session) {
  vtm_error error = {0};
  const cli_command_line *line = &session->line;
  vtm_settings *unused = NULL;
  if (vtm_settings_create(line->operands[0], &unused, &error) == VTM_OK) vtm_settings_destroy(unused);
  return cli_report_error(session, &error);
}

int main(int argc, char **argv) {
  const vtm_metric_info *info = argc > 1 ? vtm_metric_find(argv[1]) : NULL;
  if (info != NULL) return run_metric_tool(info, argc - 1, argv + 1);
  static const cli_example examples[] = {
      {"vtonmetrics kid image/ LADI/", "the same as vtonmetrics-score kid image/ LADI/"},
      {"vtonmetrics help kid", "the options of one metric"}};
  char *metrics = list_metrics();
  const cli_section section = {.heading = "Metrics", .text = metrics != NULL ? metrics : ""};
  const cli_tool tool = {.name = "score",
                         .summary = "any metric of the library",
                         .operands = "METRIC REFERENCE RESULTS...",
                         .least_operands = 1,
                         .most_operands = SIZE_MAX,
                         .description =
                             "Scores folders of results against photographs by one metric. `vtonmetrics NAME` "
                             "is the same for each NAME below.",
                         .sections = &section,
                         .section_count = 1,
                         .examples = examples,
                         .example_count = sizeof(examples) / sizeof(*examples),
                         .run = run_without_metric};
  const int result = cli_main(&tool, argc, argv);
  free(metrics);
  return result;
}
