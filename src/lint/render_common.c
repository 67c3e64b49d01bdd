/* What the formats of a lint report share. */
#include "lint/render_common.h"

#include "base/file.h"
#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

size_t vtm_lint_shown(const vtm_lint_result *result, const vtm_lint_report_options *options) {
  const size_t most = options->max_findings;
  return most > 0 && most < result->finding_count ? most : result->finding_count;
}

char *vtm_lint_printable(const char *text, vtm_error *error) {
  const size_t size = vtm_printable(text, NULL, 0) + 1;
  char *copy = vtm_allocate(size, 1, error);
  if (copy != NULL) (void)vtm_printable(text, copy, size);
  return copy;
}

char *vtm_lint_working_path(const vtm_lint_result *result, const char *path, bool of_results) {
  return of_results || result->dataset == NULL ? vtm_copy_text(path, NULL) : vtm_path_join(result->dataset, path, NULL);
}
