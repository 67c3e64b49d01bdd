#include "cli/regression_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/limits.h"

/* The one that names the model, else the one of the metric. */
static const vtm_named_value *find_tolerance(const vtm_named_value *tolerances, size_t count,
                                             const vtm_score_change *change) {
  const vtm_named_value *found = NULL;
  for (size_t i = 0; i < count; i++)
    if (cli_limit_is_for(&tolerances[i], change->model, change->metric) &&
        (found == NULL || strchr(found->name, ':') == NULL))
      found = &tolerances[i];
  return found;
}

static void print_reason(cli_session *session, const vtm_score_change *change, const char *what) {
  char line[4096];
  (void)snprintf(line, sizeof(line), "%s%s%s: %s %s", change->task, *change->task != '\0' ? ", " : "", change->model,
                 change->label, what);
  cli_terminal_error(&session->terminal, line);
}

static double worse_by(const vtm_score_change *change, double value) {
  return change->lower_is_better ? value : -value;
}

/* What differs in the last bits of the scores is equal. */
static bool is_beyond(double worse, const vtm_named_value *tolerance, const vtm_score_change *change) {
  return worse > tolerance->value + 1e-12 * fmax(fabs(change->before), fabs(change->after));
}

static int check_score(cli_session *session, const vtm_score_change *change, const vtm_named_value *tolerance) {
  char what[1024];
  const double worse = worse_by(change, change->value);
  const bool tolerated = tolerance != NULL && !isnan(worse);
  int status = CLI_EXIT_DONE;
  if (change->verdict == VTM_VERDICT_INCOMPARABLE) {
    (void)snprintf(what, sizeof(what), "cannot be compared with what it was: %s", change->why);
    status = CLI_EXIT_FAILED;
  } else if (tolerated && is_beyond(worse, tolerance, change)) {
    (void)snprintf(what, sizeof(what), "got worse by %.6g, from %.6g to %.6g; %g is tolerated", worse, change->before,
                   change->after, tolerance->value);
    status = CLI_EXIT_NO;
  } else if (!tolerated && change->verdict == VTM_VERDICT_UNKNOWN) {
    (void)snprintf(what, sizeof(what), "cannot be decided: %s; --tolerance %s=X sets the allowed change",
                   change->why != NULL ? change->why : "it is not a number", change->metric);
    status = CLI_EXIT_FAILED;
  } else if (!tolerated && change->verdict == VTM_VERDICT_BEHIND) {
    const double ends[] = {worse_by(change, change->interval->low), worse_by(change, change->interval->high)};
    (void)snprintf(what, sizeof(what), "got worse by %.6g [%.3g, %.3g], from %.6g to %.6g", worse,
                   fmin(ends[0], ends[1]), fmax(ends[0], ends[1]), change->before, change->after);
    status = CLI_EXIT_NO;
  }
  if (status != CLI_EXIT_DONE) print_reason(session, change, what);
  return status;
}

/* Images are sorted from the one that got worst. */
static int check_images(cli_session *session, const vtm_score_change *change, const vtm_named_value *tolerance) {
  char what[1024];
  size_t count = 0;
  if (tolerance == NULL || change->by_influence) return CLI_EXIT_DONE;
  while (count < change->image_count) {
    const vtm_image_change *image = &change->images[count];
    /* what is no number passes no limit */
    if (worse_by(change, image->after - image->before) <= tolerance->value || image->after == image->before) break;
    count++;
  }
  if (count == 0) return CLI_EXIT_DONE;
  const vtm_image_change *worst = &change->images[0];
  (void)snprintf(what, sizeof(what), "got worse for %zu of %zu results by more than %g: most for %s, from %.6g to %.6g",
                 count, change->image_count, tolerance->value, worst->name, worst->before, worst->after);
  print_reason(session, change, what);
  return CLI_EXIT_NO;
}

static int check_results(cli_session *session, const vtm_score_change *change) {
  char what[1024];
  if (change->only_after > 0) {
    (void)snprintf(what, sizeof(what),
                   "%s%s%s: %s has %zu results that were not scored before: nothing to hold them against", change->task,
                   *change->task != '\0' ? ", " : "", change->model, change->label, change->only_after);
    cli_terminal_warning(&session->terminal, what);
  }
  if (change->only_before == 0) return CLI_EXIT_DONE;
  (void)snprintf(what, sizeof(what), "lacks %zu of the results that were scored before", change->only_before);
  print_reason(session, change, what);
  return CLI_EXIT_FAILED;
}

static int check_missing(cli_session *session, const vtm_missing_score *missing) {
  char line[4096];
  const char *label = missing->label != NULL ? missing->label : "the task";
  (void)snprintf(
      line, sizeof(line), "%s%s%s%s%s: %s", missing->task, *missing->task != '\0' ? ", " : "",
      missing->model != NULL ? missing->model : "", missing->model != NULL ? ", " : "", label,
      missing->was ? "was scored before and is not now" : "was not scored before: nothing to hold it against");
  if (!missing->was) {
    cli_terminal_warning(&session->terminal, line);
    return CLI_EXIT_DONE;
  }
  cli_terminal_error(&session->terminal, line);
  return CLI_EXIT_FAILED;
}

/* What passed though something got worse: a mean hardly shows one picture. */
static void print_passed(cli_session *session, const vtm_score_change *change) {
  char line[4096];
  const bool moved = change->verdict != VTM_VERDICT_EQUAL && change->verdict != VTM_VERDICT_ROUNDING;
  if (change->by_influence || change->image_count == 0 || !moved) return;
  size_t count = 0;
  while (count < change->image_count &&
         worse_by(change, change->images[count].after - change->images[count].before) > 0)
    count++;
  if (count == 0) return;
  const vtm_image_change *worst = &change->images[0];
  (void)snprintf(
      line, sizeof(line), "%s%s%s: %s passed, %.6g before and %.6g now; %zu of %zu results got worse, %s most, by %.3g",
      change->task, *change->task != '\0' ? ", " : "", change->model, change->label, change->before, change->after,
      count, change->image_count, worst->name, worse_by(change, worst->after - worst->before));
  cli_terminal_warning(&session->terminal, line);
}

/* A limit of one model that no change is of. */
static int check_name(cli_session *session, const vtm_changes *changes, const vtm_named_value *limit) {
  char line[4096];
  for (size_t i = 0; i < changes->score_count; i++)
    if (cli_limit_is_for(limit, changes->scores[i].model, changes->scores[i].metric)) return CLI_EXIT_DONE;
  (void)snprintf(line, sizeof(line), "the limit %s=%g is of no score that both runs have", limit->name, limit->value);
  cli_terminal_error(&session->terminal, line);
  return CLI_EXIT_FAILED;
}

static int worst_of(int a, int b) { return a > b ? a : b; }

int cli_check_regressions(cli_session *session, const vtm_changes *changes, const cli_gate *gate) {
  int status = CLI_EXIT_DONE;
  for (size_t i = 0; i < changes->score_count; i++) {
    const vtm_score_change *change = &changes->scores[i];
    int one = check_results(session, change);
    if (gate->scores)
      one =
          worst_of(one, check_score(session, change, find_tolerance(gate->tolerances, gate->tolerance_count, change)));
    one = worst_of(one, check_images(session, change,
                                     find_tolerance(gate->image_tolerances, gate->image_tolerance_count, change)));
    if (one == CLI_EXIT_DONE) print_passed(session, change);
    status = worst_of(status, one);
  }
  for (size_t i = 0; i < gate->tolerance_count; i++)
    status = worst_of(status, check_name(session, changes, &gate->tolerances[i]));
  for (size_t i = 0; i < gate->image_tolerance_count; i++)
    status = worst_of(status, check_name(session, changes, &gate->image_tolerances[i]));
  for (size_t i = 0; i < changes->note_count; i++) cli_terminal_warning(&session->terminal, changes->notes[i]);
  for (size_t i = 0; i < changes->missing_count; i++)
    status = worst_of(status, check_missing(session, &changes->missing[i]));
  if (changes->score_count > 0 || status != CLI_EXIT_DONE) return status;
  cli_terminal_error(&session->terminal, "no model was scored by the same metric in both runs: nothing to compare");
  return CLI_EXIT_FAILED;
}
