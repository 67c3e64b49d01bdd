#include "compare/compare_findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "2 of 28 results are black, for example a.png": how many, and "black". */
typedef struct finding {
  long count;
  const char *kind;
  size_t length;
} finding;

static finding read_finding(const char *text) {
  static const char *const verbs[] = {" is ", " are ", " look ", " looks "};
  finding read = {.count = strtol(text, NULL, 10), .kind = text};
  const size_t end = strcspn(text, ",:(");
  for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
    const char *verb = strstr(text, verbs[i]);
    if (verb != NULL && verb + strlen(verbs[i]) < text + end) read.kind = verb + strlen(verbs[i]);
  }
  read.length = (size_t)(text + end - read.kind);
  return read;
}

static bool was_there(const vtm_score_row *row, const char *text) {
  const finding now = read_finding(text);
  for (size_t w = 0; row != NULL && w < row->warning_count; w++) {
    const finding was = read_finding(row->warnings[w]);
    if (was.length == now.length && strncmp(was.kind, now.kind, now.length) == 0 && was.count >= now.count) return true;
  }
  return false;
}

static const vtm_score_row *find_row(const vtm_scores *scores, const char *task, const char *metric,
                                     const char *model) {
  for (size_t t = 0; t < scores->task_count; t++) {
    const vtm_comparison *comparison = scores->tasks[t].comparison;
    for (size_t m = 0; m < comparison->result_count && strcmp(scores->tasks[t].name, task) == 0; m++) {
      const vtm_result *result = comparison->results[m];
      for (size_t r = 0; r < result->row_count && strcmp(result->metric, metric) == 0; r++)
        if (strcmp(vtm_result_row(result, r)->name, model) == 0) return vtm_result_row(result, r);
    }
  }
  return NULL;
}

/* All metrics see the same of a model: the first one's findings are enough. */
int compare_check_findings(cli_session *session, const vtm_scores *earlier, const vtm_scores *now) {
  int status = CLI_EXIT_DONE;
  for (size_t t = 0; t < now->task_count; t++) {
    const char *task = now->tasks[t].name;
    const vtm_result *result = now->tasks[t].comparison->results[0];
    for (size_t r = 0; r < result->row_count; r++) {
      const vtm_score_row *row = vtm_result_row(result, r);
      const vtm_score_row *before = find_row(earlier, task, result->metric, row->name);
      for (size_t w = 0; before != NULL && w < row->finding_count; w++) {
        char line[4096];
        if (was_there(before, row->warnings[w])) continue;
        (void)snprintf(line, sizeof(line), "%s%s%s: got worse: %s", task, *task != '\0' ? ", " : "", row->name,
                       row->warnings[w]);
        cli_terminal_error(&session->terminal, line);
        status = CLI_EXIT_NO;
      }
    }
  }
  return status;
}
