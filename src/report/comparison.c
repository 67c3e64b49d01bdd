/* The formats of a comparison, and the choice among them. */
#include <string.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "report/comparison_documents.h"
#include "report/comparison_json.h"
#include "vtonmetrics/tools/scores_report.h"

typedef struct comparison_format {
  const char *name;
  void (*append)(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text);
} comparison_format;

/* name, function */
#define EACH_FORMAT(FORMAT)                   \
  FORMAT("text", vtm_comparison_text)         \
  FORMAT("json", vtm_comparison_json)         \
  FORMAT("csv", vtm_comparison_csv)           \
  FORMAT("tsv", vtm_comparison_tsv)           \
  FORMAT("markdown", vtm_comparison_markdown) \
  FORMAT("latex", vtm_comparison_latex)

#define RECORD(name, function) {name, function},
static const comparison_format formats[] = {EACH_FORMAT(RECORD)};

#define NAME(name, function) "|" name
const char *vtm_report_comparison_formats(void) {
  static const char names[] = EACH_FORMAT(NAME);
  return names + 1;
}

vtm_status vtm_report_scores(const vtm_scores *scores, const char *name, const vtm_report_options *given, char **text,
                             vtm_error *error) {
  vtm_report_options options;
  *text = NULL;
  vtm_status status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_report_options", error);
  if (status != VTM_OK) return status;
  const comparison_format *format = NULL;
  for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
    if (strcmp(formats[i].name, name) == 0) format = &formats[i];
  if (format == NULL)
    return vtm_fail(error, VTM_ERROR_USAGE, "unknown format '%s': known are %s", name, vtm_report_comparison_formats());
  vtm_ranked_scores ranked;
  status = vtm_ranked_scores_open(&ranked, scores, &options, error);
  if (status != VTM_OK) return status;
  vtm_text out = {0};
  format->append(&ranked, &options, &out);
  out.failed = out.failed || ranked.arena.failed;
  vtm_ranked_scores_close(&ranked);
  *text = vtm_text_take(&out, error);
  return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_report_comparison(const vtm_comparison *comparison, const char *format,
                                 const vtm_report_options *options, char **text, vtm_error *error) {
  const vtm_scores_task task = {"", comparison};
  return vtm_report_scores(&(vtm_scores){.tasks = &task, .task_count = 1}, format, options, text, error);
}
