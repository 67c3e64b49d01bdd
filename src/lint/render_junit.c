/* A lint report as JUnit XML: one test case for each rule that found something, as CI servers show tests. */
#include "lint/render_junit.h"

#include <stdlib.h>
#include <string.h>

#include "lint/render_common.h"

/* Control characters, which XML 1.0 cannot hold even escaped, are printable by now. */
static void append_escaped(vtm_text *text, const char *piece) {
  char *printable = vtm_lint_printable(piece, NULL);
  if (printable == NULL) {
    text->failed = true;
    return;
  }
  for (const char *c = printable; *c != '\0'; c++) {
    switch (*c) {
      case '&': vtm_text_append(text, "&amp;"); break;
      case '<': vtm_text_append(text, "&lt;"); break;
      case '>': vtm_text_append(text, "&gt;"); break;
      case '"': vtm_text_append(text, "&quot;"); break;
      case '\'': vtm_text_append(text, "&apos;"); break;
      default: vtm_text_append_bytes(text, c, 1);
    }
  }
  free(printable);
}

static void append_finding(vtm_text *text, const vtm_lint_finding *finding) {
  append_escaped(text, finding->path);
  if (finding->line > 0) vtm_text_format(text, ":%zu", finding->line);
  vtm_text_append(text, ": ");
  append_escaped(text, finding->message);
  if (finding->other != NULL) {
    vtm_text_append(text, " (");
    append_escaped(text, finding->other);
    vtm_text_append(text, ")");
  }
  vtm_text_append(text, "\n");
}

/* U+FFFE and U+FFFF are well-formed UTF-8 and yet not XML; no rule's own text holds them, a name might. */
static void replace_noncharacters(char *xml) {
  for (char *c = strstr(xml, "\xef\xbf"); c != NULL; c = strstr(c + 1, "\xef\xbf"))
    if (c[2] == '\xbe' || c[2] == '\xbf') c[2] = '\xbd'; /* the replacement character */
}

vtm_status vtm_lint_render_junit(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                                 vtm_error *error) {
  (void)error;
  const size_t shown = vtm_lint_shown(result, options);
  const size_t cases = result->count_count > 0 ? result->count_count : 1;
  vtm_text_format(text,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites>\n<testsuite name=\"vtonmetrics dataset-lint\" tests=\"%zu\" failures=\"%zu\">\n",
                  cases, result->count_count);
  size_t next = 0;
  for (size_t i = 0; i < result->count_count; i++) {
    const vtm_lint_count *count = &result->counts[i];
    vtm_text_format(text, "<testcase classname=\"dataset-lint\" name=\"%s\">\n<failure type=\"%s\" message=\"",
                    count->rule->id, vtm_lint_severity_name(count->rule->severity));
    vtm_text_format(text, "%zu findings: ", count->count);
    append_escaped(text, count->rule->reason);
    vtm_text_append(text, "\">\n");
    for (size_t k = 0; k < count->count; k++, next++)
      if (next < shown) append_finding(text, &result->findings[next]);
    vtm_text_append(text, "</failure>\n</testcase>\n");
  }
  if (result->count_count == 0) vtm_text_append(text, "<testcase classname=\"dataset-lint\" name=\"all rules\"/>\n");
  vtm_text_append(text, "</testsuite>\n</testsuites>\n");
  if (!text->failed) replace_noncharacters(text->bytes);
  return VTM_OK;
}
