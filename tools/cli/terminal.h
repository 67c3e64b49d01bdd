/* Standard error for people: messages, colours, the progress bar. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

#include "vtonmetrics/context.h"

typedef struct cli_terminal {
  const char *prefix;  /* "vtonmetrics fid" */
  bool quiet, verbose; /* errors only; everything */
  bool color;          /* standard error takes colours */
  bool bar;            /* standard error is a terminal: draw progress */
  bool watched;        /* standard error is a terminal of any kind, and not quiet */
  bool bar_drawn;
  char stage[128];
  double stage_start, last_drawn; /* seconds */
} cli_terminal;

/* `color`: "auto", "always" or "never". */
void cli_terminal_open(cli_terminal *terminal, const char *prefix, const char *color, bool quiet, bool verbose);
/* Whether text for `descriptor` should have colours: asked for, or a terminal without NO_COLOR. */
bool cli_wants_color(int descriptor, const char *color);
/* Columns of the terminal, 80 when there is none. */
int cli_terminal_width(int descriptor);

void cli_terminal_error(cli_terminal *terminal, const char *message);
void cli_terminal_warning(cli_terminal *terminal, const char *message);
/* A warning that --quiet does not hide. */
void cli_terminal_alarm(cli_terminal *terminal, const char *message);
/* "wrote PATH", to a person who looks on. */
void cli_terminal_wrote(cli_terminal *terminal, const char *path);
void cli_terminal_erase_bar(cli_terminal *terminal);

/* Callbacks of a context; `user` is the cli_terminal. A question is put to a person who can see it and answer: standard
 * input and standard error are terminals. */
bool cli_terminal_ask(void *user, const char *question);
void cli_terminal_log(void *user, vtm_log_level level, const char *message);
void cli_terminal_progress(void *user, const vtm_progress *progress);

#endif
