/* A lint report as text for people, and the choice among the formats. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "lint/render_common.h"
#include "lint/render_json.h"
#include "lint/render_junit.h"

static void append_printable(vtm_text *text, const char *piece) {
  char *printable = vtm_lint_printable(piece, NULL);
  if (printable == NULL)
    text->failed = true;
  else
    vtm_text_append(text, printable);
  free(printable);
}

/* ANSI: errors red, warnings yellow, rules bold. */
static const char *color_code(const vtm_lint_report_options *options, const char *code) {
  return options->color ? code : "";
}

static const char *severity_paint(const vtm_lint_report_options *options, vtm_lint_severity severity) {
  return color_code(options, severity == VTM_LINT_ERROR ? "\033[31m" : "\033[33m");
}

static void append_head(const vtm_lint_result *result, vtm_text *text) {
  if (result->dataset != NULL) {
    append_printable(text, result->dataset);
    vtm_text_format(text, ": layout %s: ", result->layout);
    append_printable(text, result->layout_reason);
    vtm_text_append(text, "\n");
  }
  vtm_text_format(text, "%zu files in %zu groups checked%s\n", result->files, result->folders,
                  result->quick ? " (--quick: names, headers and sizes only)" : "");
  for (size_t i = 0; i < result->note_count; i++) {
    vtm_text_append(text, "note: ");
    append_printable(text, result->notes[i]);
    vtm_text_append(text, "\n");
  }
}

static void append_finding(const vtm_lint_finding *finding, vtm_text *text) {
  vtm_text_append(text, "  ");
  append_printable(text, finding->path);
  if (finding->line > 0) vtm_text_format(text, ":%zu", finding->line);
  vtm_text_append(text, ": ");
  append_printable(text, finding->message);
  if (finding->other != NULL && finding->more_count == 0 && strstr(finding->message, finding->other) == NULL) {
    vtm_text_append(text, " (");
    append_printable(text, finding->other);
    vtm_text_append(text, ")");
  }
  vtm_text_append(text, "\n");
}

static void append_rule(const vtm_lint_count *count, const vtm_lint_report_options *options, vtm_text *text) {
  const vtm_lint_rule_info *rule = count->rule;
  vtm_text_format(text, "\n%s%s%s %s%s%s (%zu): %s\n  fix: %s\n", severity_paint(options, rule->severity),
                  vtm_lint_severity_name(rule->severity), color_code(options, "\033[0m"),
                  color_code(options, "\033[1m"), rule->id, color_code(options, "\033[0m"), count->count, rule->reason,
                  rule->fix);
}

static vtm_status render_text(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                              vtm_error *error) {
  (void)error;
  const size_t shown = vtm_lint_shown(result, options);
  append_head(result, text);
  size_t next = 0;
  for (size_t i = 0; i < result->count_count; i++) {
    const vtm_lint_count *count = &result->counts[i];
    append_rule(count, options, text);
    for (size_t k = 0; k < count->count; k++, next++)
      if (next < shown) append_finding(&result->findings[next], text);
    if (next > shown && next - count->count <= shown)
      vtm_text_format(text, "  ... and %zu more; --max-findings shows more\n", next - shown);
  }
  if (result->finding_count == 0)
    vtm_text_append(text, "\nno findings\n");
  else
    vtm_text_format(text, "\n%zu error%s, %zu warning%s\n", result->errors, result->errors == 1 ? "" : "s",
                    result->warnings, result->warnings == 1 ? "" : "s");
  if (result->ignored > 0) vtm_text_format(text, "%zu ignored by the ignore file\n", result->ignored);
  return VTM_OK;
}

typedef struct format {
  const char *name;
  vtm_status (*render)(const vtm_lint_result *result, const vtm_lint_report_options *options, vtm_text *text,
                       vtm_error *error);
} format;

/* name, function */
#define EACH_FORMAT(FORMAT)              \
  FORMAT("text", render_text)            \
  FORMAT("json", vtm_lint_render_json)   \
  FORMAT("sarif", vtm_lint_render_sarif) \
  FORMAT("junit", vtm_lint_render_junit)

#define RECORD(name, function) {name, function},
static const format formats[] = {EACH_FORMAT(RECORD)};

#define NAME(name, function) "|" name
const char *vtm_lint_formats(void) {
  static const char names[] = EACH_FORMAT(NAME);
  return names + 1;
}

vtm_status vtm_lint_render(const vtm_lint_result *result, const char *name, const vtm_lint_report_options *options,
                           char **rendered, vtm_error *error) {
  static const vtm_lint_report_options standard = {0};
  *rendered = NULL;
  for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
    if (strcmp(formats[i].name, name) != 0) continue;
    vtm_text text = {0};
    const vtm_status status = formats[i].render(result, options != NULL ? options : &standard, &text, error);
    if (status != VTM_OK) {
      vtm_text_free(&text);
      return status;
    }
    *rendered = vtm_text_take(&text, error);
    return *rendered != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  }
  return vtm_fail(error, VTM_ERROR_USAGE, "unknown format '%s': known are %s", name, vtm_lint_formats());
}
