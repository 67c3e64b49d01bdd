/* The file and its header: can it be read, and is it what its name and its neighbours say? */
#include "lint/rule.h"
#include "vtonmetrics/text.h"

static void look_at_name(vtm_lint_view *view, const vtm_lint_rule *rule) {
  if (!vtm_is_utf8(view->file->name)) vtm_lint_report(view->run, rule, view->file, "the name is not UTF-8");
}

static void look_at_length(vtm_lint_view *view, const vtm_lint_rule *rule) {
  if (view->file->regular && view->file->bytes == 0) vtm_lint_report(view->run, rule, view->file, "has 0 bytes");
}

static const vtm_lint_rule rules[] = {
    {{"name-not-utf8", VTM_LINT_WARNING, VTM_LINT_FILE, VTM_LINT_NAMES,
      "A name is not UTF-8: Python and JSON cannot carry it as it is.",
      "Rename the file; convmv -t utf8 does many at once."},
     VTM_LINT_ALL_KINDS,
     look_at_name,
     NULL,
     NULL,
     NULL},
    {{"file-empty", VTM_LINT_ERROR, VTM_LINT_FILE, VTM_LINT_NAMES, "A file has no content at all: a copy that failed.",
      "Copy it again."},
     VTM_LINT_ALL_KINDS,
     look_at_length,
     NULL,
     NULL,
     NULL},
};

const vtm_lint_table vtm_lint_file_rules = {rules, sizeof(rules) / sizeof(*rules)};
