/* Ctrl-C and its kin: the running work is cancelled, and the program dies by the signal within a second. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include "vtonmetrics/context.h"

/* SIGINT, SIGTERM and SIGHUP cancel the context of cli_interrupt_cancels; a second one ends at once, and so
 * does work that has not ended by itself in time. SIGPIPE and SIGXFSZ are ignored: a closed pipe and a limit
 * on file sizes then are ordinary write errors. */
void cli_interrupt_install(void);
/* The context to cancel; NULL before it is destroyed. */
void cli_interrupt_cancels(vtm_context *context);
/* To be called last, when all is cleaned up. After a signal the process dies by it, as a shell expects that is to stop
 * its loop. Else it ends with `exit_status` within seconds, whatever its libraries do at exit: threads of OpenBLAS that
 * found no memory never answer the order to end. */
int cli_interrupt_end(int exit_status);

#endif
