/* Runs `compare`: computes, writes, checks thresholds. */
#ifndef COMPARE_RUN_H
#define COMPARE_RUN_H

#include "compare/compare_args.h"

/* Returns an exit status; errors are printed. */
int compare_run(cli_session *session, const compare_args *args);
/* --dry-run: who belongs to whom. */
int compare_plan(cli_session *session, const compare_args *args);

#endif
