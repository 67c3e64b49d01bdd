/* Standard error for people: messages, colours, the progress bar. */
#ifndef VTM_TOOLS_TERMINAL_H
#define VTM_TOOLS_TERMINAL_H

#include <stdbool.h>

#include "vtonmetrics/context.h"

typedef struct vtm_terminal {
  const char *prefix;  /* "vtonmetrics fid" */
  bool quiet, verbose; /* errors only; everything */
  bool color;          /* standard error takes colours */
  bool bar;            /* standard error is a terminal: draw progress */
  bool bar_drawn;
  char stage[128];
  double stage_start, last_drawn; /* seconds */
} vtm_terminal;

/* `color`: "auto", "always" or "never". */
void vtm_terminal_open(vtm_terminal *terminal, const char *prefix, const char *color, bool quiet, bool verbose);
/* Whether text for `descriptor` should have colours: asked for, or a terminal without NO_COLOR. */
bool vtm_terminal_wants_color(int descriptor, const char *color);
/* Columns of the terminal, 80 when there is none. */
int vtm_terminal_width(int descriptor);

void vtm_terminal_error(vtm_terminal *terminal, const char *message);
void vtm_terminal_warning(vtm_terminal *terminal, const char *message);
void vtm_terminal_erase_bar(vtm_terminal *terminal);

/* Callbacks of a context; `user` is the vtm_terminal. */
void vtm_terminal_log(void *user, vtm_log_level level, const char *message);
void vtm_terminal_progress(void *user, const vtm_progress *progress);

#endif
