#include "cli/regression_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const vtm_named_value *find_tolerance(const vtm_named_value *tolerances, size_t count, const char *metric) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(tolerances[i].name, metric) == 0) return &tolerances[i];
  return NULL;
}

static void print_reason(cli_session *session, const vtm_score_change *change, const char *what) {
  char line[4096];
  (void)snprintf(line, sizeof(line), "%s%s%s: %s %s", change->task, *change->task != '\0' ? ", " : "", change->model,
                 change->label, what);
  cli_terminal_error(&session->terminal, line);
}

static int check_change(cli_session *session, const vtm_score_change *change, const vtm_named_value *tolerance) {
  char what[1024];
  const double worse_by = change->lower_is_better ? change->value : -change->value;
  if (change->kind == VTM_CHANGE_INCOMPARABLE) {
    (void)snprintf(what, sizeof(what), "cannot be compared with what it was: %s", change->why);
  } else if (tolerance != NULL && !isnan(worse_by)) {
    if (worse_by <= tolerance->value) return CLI_EXIT_DONE;
    (void)snprintf(what, sizeof(what), "got worse by %.6g, from %.6g to %.6g; %g is tolerated", worse_by,
                   change->before, change->after, tolerance->value);
    print_reason(session, change, what);
    return CLI_EXIT_NO;
  } else if (change->kind == VTM_CHANGE_UNSURE) {
    (void)snprintf(what, sizeof(what), "cannot be decided: %s; --tolerance %s=X sets the allowed change",
                   change->why != NULL ? change->why : "it is not a number", change->metric);
  } else {
    if (change->kind != VTM_CHANGE_WORSE) return CLI_EXIT_DONE;
    (void)snprintf(what, sizeof(what), "got worse by %.6g +- %.2g, from %.6g to %.6g", worse_by,
                   (change->interval->high - change->interval->low) / 2.0, change->before, change->after);
    print_reason(session, change, what);
    return CLI_EXIT_NO;
  }
  print_reason(session, change, what);
  return CLI_EXIT_FAILED;
}

int cli_check_regressions(cli_session *session, const vtm_changes *changes, const vtm_named_value *tolerances,
                          size_t tolerance_count) {
  int status = CLI_EXIT_DONE;
  for (size_t i = 0; i < changes->score_count; i++) {
    const vtm_score_change *change = &changes->scores[i];
    const int one = check_change(session, change, find_tolerance(tolerances, tolerance_count, change->metric));
    if (one > status) status = one;
  }
  if (changes->score_count > 0) return status;
  cli_terminal_error(&session->terminal, "no model was scored by the same metric in both runs: nothing to compare");
  return CLI_EXIT_FAILED;
}
