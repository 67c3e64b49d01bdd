/* What every executable does: a record describes it, cli_main does the rest.
 *
 *   static const cli_tool tool = {.name = "weights", .summary = "...", .run = run, ...};
 *   int main(int argc, char **argv) { return cli_main(&tool, argc, argv); }
 *
 * --help, --version and the manual page come from the same record, and so cannot disagree. */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "cli/terminal.h"
#include "vtonmetrics/context.h"
#include "vtonmetrics/report.h"
#include "vtonmetrics/status.h"

enum {
  CLI_EXIT_DONE = 0,
  CLI_EXIT_NO = 1,    /* done, and the answer is no */
  CLI_EXIT_USAGE = 2, /* the command line is wrong */
  CLI_EXIT_FAILED = 3 /* it could not be done */
};

typedef struct cli_example {
  const char *command, *explanation;
} cli_example;

/* Paragraphs in `text` are separated by an empty line. A line that starts with two spaces is kept as it is. */
typedef struct cli_section {
  const char *heading, *text;
  bool manual_only; /* too long for --help */
} cli_section;

typedef struct cli_session cli_session;

typedef struct cli_tool {
  const char *name;     /* "fid", "weights"; of a command: "fetch" */
  const char *summary;  /* one line, no full stop */
  const char *operands; /* "REFERENCE RESULTS..."; NULL: none */
  size_t least_operands, most_operands;
  const char *description;        /* paragraphs, as in a section; may be NULL */
  const cli_option_group *groups; /* its own options; --help, --quiet and so on are added */
  size_t group_count;
  const cli_section *sections;
  size_t section_count;
  const cli_example *examples;
  size_t example_count;
  const struct cli_tool *commands; /* a tool of several commands, `weights fetch`, has no `run` of its own */
  size_t command_count;
  int (*run)(cli_session *session); /* returns an exit status */
  const void *user;                 /* the tool's own */
} cli_tool;

struct cli_session {
  const cli_tool *tool;
  cli_command_line line;
  cli_terminal terminal;
  const char *color; /* "auto", "always", "never" */
  vtm_context *context;
};

int cli_main(const cli_tool *tool, int argc, char **argv);

/* --device, --threads and --cpu-mask: what cli_create_context reads. */
extern const cli_option_group cli_compute_options;
/* The same without --device, for tools that compute on the processor. */
extern const cli_option_group cli_processor_options;

/* Makes session->context by the options given, its messages and progress on the terminal, cancelled by
 * Ctrl-C. cli_main destroys it. */
vtm_status cli_create_context(cli_session *session, vtm_error *error);

/* Prints the error and returns the exit status that belongs to it. */
int cli_report_error(cli_session *session, const vtm_error *error);

/* Writes text to the file `path`, whole or not at all, or to standard output when it is NULL or "-". */
vtm_status cli_write_output(cli_session *session, const char *path, const char *text, vtm_error *error);

/* How a text is written to `path` (NULL, "-": standard output): in colours, and with the scores last, on a terminal. */
vtm_report_options cli_report_options(const cli_session *session, const char *path);

/* Fails when a file of that name can surely not be written: better said before a long run than after it. */
vtm_status cli_check_output(const char *path, vtm_error *error);

/* Where executables that users do not start by themselves are installed. */
const char *cli_libexec_folder(void);

#endif
