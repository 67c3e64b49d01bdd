#include "cli/warnings.h"

#include <stdio.h>
#include <string.h>

enum { LISTED = 10 };

/* Warnings of a result or of one of its rows: findings, broken files, others. */
typedef struct warnings {
  const char *subject; /* "" or a model's name */
  const char *const *list;
  size_t count, findings, broken;
} warnings;

static warnings warnings_of(const vtm_result *result, size_t row) {
  if (row == result->row_count) return (warnings){"", result->warnings, result->warning_count, 0, result->broken_count};
  const vtm_score_row *r = vtm_result_row(result, row);
  return (warnings){r->name, r->warnings, r->warning_count, r->finding_count, r->broken_count};
}

static bool has_been_said(const vtm_result *const *results, size_t count, size_t row, const char *warning) {
  for (size_t i = 0; i + 1 < count; i++) {
    const size_t at = row == results[count - 1]->row_count ? results[i]->row_count : row;
    const warnings earlier = warnings_of(results[i], at);
    for (size_t w = 0; w < earlier.count; w++)
      if (strcmp(earlier.list[w], warning) == 0) return true;
  }
  return false;
}

static void print_line(cli_session *session, const char *task, const char *subject, const char *warning, bool always) {
  char line[4096];
  (void)snprintf(line, sizeof(line), "%s%s%s%s%s", task, *task != '\0' ? ": " : "", subject,
                 *subject != '\0' ? ": " : "", warning);
  if (always)
    cli_terminal_alarm(&session->terminal, line);
  else
    cli_terminal_warning(&session->terminal, line);
}

void cli_print_warnings(cli_session *session, const char *task, const vtm_result *const *results, size_t count) {
  const vtm_result *result = results[count - 1];
  for (size_t r = 0; r <= result->row_count; r++) {
    const size_t row = r == 0 ? result->row_count : r - 1;
    const warnings all = warnings_of(result, row);
    const size_t listed = all.broken > LISTED && !session->terminal.verbose ? LISTED : all.broken;
    for (size_t w = 0; w < all.count; w++) {
      char more[128];
      const bool grave = w < all.findings + all.broken;
      if (has_been_said(results, count, row, all.list[w])) continue;
      if (w < all.findings + listed || !grave) print_line(session, task, all.subject, all.list[w], grave);
      if (w + 1 < all.findings + all.broken || w < all.findings + listed || !grave) continue;
      (void)snprintf(more, sizeof(more), "%zu more are left out; -v names them", all.broken - listed);
      print_line(session, task, all.subject, more, true);
    }
  }
}

void cli_print_broken_files(cli_session *session) {
  size_t count = 0;
  const char *const *broken = session->context != NULL ? vtm_context_broken_files(session->context, &count) : NULL;
  const size_t listed = count > LISTED && !session->terminal.verbose ? LISTED : count;
  for (size_t i = 0; i < listed; i++) cli_terminal_error(&session->terminal, broken[i]);
  if (listed == count) return;
  char more[128];
  (void)snprintf(more, sizeof(more), "and %zu more; -v names them", count - listed);
  cli_terminal_error(&session->terminal, more);
}
