/* What every executable does: a record describes it, vtm_tool_main does the rest.
 *
 *   static const vtm_tool tool = {.name = "weights", .summary = "...", .run = run, ...};
 *   int main(int argc, char **argv) { return vtm_tool_main(&tool, argc, argv); }
 *
 * --help, --version and the manual page come from the same record, and so cannot disagree. */
#ifndef VTM_TOOLS_TOOL_H
#define VTM_TOOLS_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/options.h"
#include "common/terminal.h"
#include "vtonmetrics/context.h"
#include "vtonmetrics/status.h"

enum {
  VTM_EXIT_DONE = 0,
  VTM_EXIT_NO = 1,    /* done, and the answer is no */
  VTM_EXIT_USAGE = 2, /* the command line is wrong */
  VTM_EXIT_FAILED = 3 /* it could not be done, or was interrupted */
};

typedef struct vtm_tool_example {
  const char *command, *explanation;
} vtm_tool_example;

/* Paragraphs in `text` are separated by an empty line. A line that starts with two spaces is kept as it is. */
typedef struct vtm_tool_section {
  const char *heading, *text;
  bool manual_only; /* too long for --help */
} vtm_tool_section;

typedef struct vtm_tool_session vtm_tool_session;

typedef struct vtm_tool {
  const char *name;     /* "fid", "weights"; of a command: "fetch" */
  const char *summary;  /* one line, no full stop */
  const char *operands; /* "REFERENCE GENERATED..."; NULL: none */
  size_t least_operands, most_operands;
  const char *description;        /* paragraphs, as in a section; may be NULL */
  const vtm_option_group *groups; /* its own options; --help, --quiet and so on are added */
  size_t group_count;
  const vtm_tool_section *sections;
  size_t section_count;
  const vtm_tool_example *examples;
  size_t example_count;
  const struct vtm_tool *commands; /* a tool of several commands, `weights fetch`, has no `run` of its own */
  size_t command_count;
  int (*run)(vtm_tool_session *session); /* returns an exit status */
  const void *user;                      /* the tool's own */
} vtm_tool;

struct vtm_tool_session {
  const vtm_tool *tool;
  vtm_command_line line;
  vtm_terminal terminal;
  const char *color; /* "auto", "always", "never" */
  vtm_context *context;
};

int vtm_tool_main(const vtm_tool *tool, int argc, char **argv);

/* --device, --threads and --cpu-mask: what vtm_tool_context reads. */
extern const vtm_option_group vtm_tool_compute_options;
/* The same without --device, for tools that compute on the processor. */
extern const vtm_option_group vtm_tool_processor_options;

/* Makes session->context by the options given, its messages and progress on the terminal, cancelled by
 * Ctrl-C. vtm_tool_main destroys it. */
vtm_status vtm_tool_context(vtm_tool_session *session, vtm_error *error);

/* Prints the error and returns the exit status that belongs to it. */
int vtm_tool_report_error(vtm_tool_session *session, const vtm_error *error);

/* Writes text to the file `path`, whole or not at all, or to standard output when it is NULL or "-". */
vtm_status vtm_tool_emit(vtm_tool_session *session, const char *path, const char *text, vtm_error *error);

/* Fails when a file of that name can surely not be written: better said before a long run than after it. */
vtm_status vtm_tool_check_output(const char *path, vtm_error *error);

/* Where executables that users do not start by themselves are installed. */
const char *vtm_tool_libexec_folder(void);

#endif
