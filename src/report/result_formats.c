/* The formats of a metric's report, and the choice among them. */
#include <string.h>

#include "base/caller_struct.h"
#include "base/error.h"
#include "report/delimited.h"
#include "report/markup.h"
#include "report/result_json.h"
#include "report/result_text.h"

typedef struct format {
  const char *name;
  vtm_status (*render)(const vtm_result *result, const vtm_report_options *options, vtm_text *text, vtm_error *error);
} format;

/* name, function */
#define EACH_FORMAT(FORMAT)               \
  FORMAT("text", vtm_render_text)         \
  FORMAT("json", vtm_render_json)         \
  FORMAT("csv", vtm_render_csv)           \
  FORMAT("tsv", vtm_render_tsv)           \
  FORMAT("markdown", vtm_render_markdown) \
  FORMAT("latex", vtm_render_latex)       \
  FORMAT("value", vtm_render_value)

#define RECORD(name, function) {name, function},
static const format formats[] = {EACH_FORMAT(RECORD)};

#define NAME(name, function) "|" name
const char *vtm_report_formats(void) {
  static const char names[] = EACH_FORMAT(NAME);
  return names + 1;
}

vtm_status vtm_report_render(const vtm_result *result, const char *name, const vtm_report_options *given, char **text,
                             vtm_error *error) {
  vtm_report_options options;
  *text = NULL;
  vtm_status status = vtm_copy_caller_struct(&options, sizeof(options), given, "vtm_report_options", error);
  if (status != VTM_OK) return status;
  for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
    if (strcmp(formats[i].name, name) != 0) continue;
    vtm_text out = {0};
    status = formats[i].render(result, &options, &out, error);
    if (status == VTM_OK) {
      *text = vtm_text_take(&out, error);
      return *text != NULL ? VTM_OK : VTM_ERROR_MEMORY;
    }
    vtm_text_free(&out);
    return status;
  }
  return vtm_fail(error, VTM_ERROR_USAGE, "unknown format '%s': known are %s", name, vtm_report_formats());
}
