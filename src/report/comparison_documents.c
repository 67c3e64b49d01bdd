/* A comparison as text for a terminal, a README, a paper, a spreadsheet. */
#include "report/comparison_documents.h"

#include <string.h>

#include "report/markup.h"
#include "report/plain_text.h"
#include "report/remarks.h"
#include "report/scores_grids.h"

enum { INDENT = 2 };

/* ---- text ---- */

static void append_title(vtm_text *text, const char *title) {
  vtm_append_printable(text, title);
  vtm_text_append(text, "\n");
}

static void append_sentences(vtm_ranked_scores *ranked, vtm_text *text) {
  for (size_t i = 0; i < ranked->group_count; i++) {
    const vtm_scores_group *group = &ranked->groups[i];
    if (group->result->row_count < 2) continue;
    vtm_text_append(text, "\n");
    vtm_append_printable(text, vtm_scores_group_name(ranked, group));
    vtm_text_format(text, ", %s is better\n", group->result->lower_is_better ? "lower" : "higher");
    for (size_t k = 0; k < group->said_count; k++) {
      vtm_append_spaces(text, INDENT);
      append_title(text, vtm_ranked_scores_sentence(ranked, group, k));
    }
  }
}

static size_t widest_kind(const vtm_remarks *lines) {
  size_t widest = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (vtm_text_width(lines->list[i].kind) > widest) widest = vtm_text_width(lines->list[i].kind);
  return widest;
}

static void append_protocol(vtm_ranked_scores *ranked, vtm_text *text) {
  const vtm_remarks lines = vtm_scores_protocol(ranked);
  const size_t width = widest_kind(&lines);
  const char *subject = NULL;
  for (size_t i = 0; i < lines.count; i++) {
    const vtm_remark *line = &lines.list[i];
    if (i == 0 || (line->subject != NULL && (subject == NULL || strcmp(subject, line->subject) != 0))) {
      vtm_text_append(text, i == 0 ? "\nComputed with" : "");
      if (i == 0 && line->subject != NULL) vtm_text_append(text, ", ");
      vtm_append_printable(text, line->subject != NULL ? line->subject : "");
      vtm_text_append(text, "\n");
    }
    subject = line->subject;
    vtm_append_spaces(text, INDENT);
    vtm_append_cell(text, line->kind, width + INDENT, true, "");
    append_title(text, line->text);
  }
}

/* What all share, then what each metric has of its own. */
static void append_brief_protocol(vtm_ranked_scores *ranked, vtm_text *text) {
  const vtm_remarks lines = vtm_scores_protocol(ranked);
  const char *subject = NULL;
  vtm_text_append(text, "Computed with ");
  for (size_t i = 0; i < lines.count; i++) {
    const vtm_remark *line = &lines.list[i];
    if (!vtm_is_told_briefly(line->kind)) continue;
    if (line->subject != NULL && (subject == NULL || strcmp(subject, line->subject) != 0)) {
      vtm_append_printable(text, line->subject);
      vtm_text_append(text, ": ");
    }
    subject = line->subject;
    vtm_append_printable(text, line->text);
    vtm_text_append(text, "; ");
  }
  vtm_text_append(text, "-v tells all\n");
}

static bool is_more(const vtm_remark *remark, const vtm_remark *before) {
  return remark->broken && before->broken &&
         (remark->subject == before->subject ||
          (remark->subject != NULL && before->subject != NULL && strcmp(remark->subject, before->subject) == 0));
}

static void append_remark(const vtm_remark *remark, const char *said, const vtm_report_options *options,
                          vtm_text *text) {
  const bool warns = strcmp(remark->kind, "Warning") == 0;
  vtm_append_remark(text, remark->kind, warns && options->color ? VTM_YELLOW : "", remark->subject, said);
}

static void append_remarks(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  const vtm_remarks remarks = vtm_scores_remarks(ranked);
  size_t run = 0; /* broken files of one subject so far */
  for (size_t i = 0; i < remarks.count; i++) {
    const vtm_remark *remark = &remarks.list[i];
    run = i > 0 && is_more(remark, &remarks.list[i - 1]) ? run + 1 : remark->broken;
    if (!options->brief || run <= VTM_LISTED_BRIEFLY)
      append_remark(remark, remark->text, options, text);
    else if (i + 1 == remarks.count || !is_more(&remarks.list[i + 1], remark))
      append_remark(remark,
                    vtm_arena_format(&ranked->arena, "%zu more are left out; -v names them", run - VTM_LISTED_BRIEFLY),
                    options, text);
  }
}

static void append_scores(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  for (size_t t = 0; t < ranked->scores->task_count; t++) {
    const vtm_comparison *comparison = ranked->scores->tasks[t].comparison;
    append_title(text, vtm_scores_title(ranked, &ranked->scores->tasks[t]));
    for (size_t n = 0; n < comparison->note_count; n++) vtm_append_remark(text, "Note", "", NULL, comparison->notes[n]);
  }
  vtm_text_append(text, "\n");
  const vtm_grid grid = vtm_scores_grid_for_people(ranked);
  vtm_grid_text(&grid, options->color, text);
  append_sentences(ranked, text);
}

/* What comes last stays on the screen; what comes first is seen first in a file. */
void vtm_comparison_text(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  if (options->brief) {
    append_remarks(ranked, options, text);
    append_brief_protocol(ranked, text);
    vtm_text_append(text, "\n");
    append_scores(ranked, options, text);
    return;
  }
  append_scores(ranked, options, text);
  append_protocol(ranked, text);
  if (vtm_scores_remarks(ranked).count > 0) vtm_text_append(text, "\n");
  append_remarks(ranked, options, text);
}

/* ---- Markdown and LaTeX: the table, the rest as a list or as comments ---- */

typedef struct markup {
  const char *line;                                  /* what each line begins with */
  void (*append)(vtm_text *text, const char *piece); /* escapes */
} markup;

static void append_line(vtm_text *text, const markup *form, const char *subject, const char *line) {
  vtm_text_append(text, form->line);
  if (subject != NULL) {
    form->append(text, subject);
    vtm_text_append(text, ": ");
  }
  form->append(text, line);
  vtm_text_append(text, "\n");
}

static void append_words(vtm_ranked_scores *ranked, const markup *form, vtm_text *text) {
  for (size_t t = 0; t < ranked->scores->task_count; t++) {
    const vtm_comparison *comparison = ranked->scores->tasks[t].comparison;
    append_line(text, form, NULL, vtm_scores_title(ranked, &ranked->scores->tasks[t]));
    for (size_t n = 0; n < comparison->note_count; n++) append_line(text, form, NULL, comparison->notes[n]);
  }
  for (size_t i = 0; i < ranked->group_count; i++)
    for (size_t k = 0; k < ranked->groups[i].said_count; k++)
      append_line(text, form, vtm_scores_group_name(ranked, &ranked->groups[i]),
                  vtm_ranked_scores_sentence(ranked, &ranked->groups[i], k));
  const vtm_remarks remarks = vtm_scores_remarks(ranked);
  for (size_t i = 0; i < remarks.count; i++) append_line(text, form, remarks.list[i].subject, remarks.list[i].text);
  const vtm_remarks lines = vtm_scores_protocol(ranked);
  for (size_t i = 0; i < lines.count; i++)
    append_line(text, form,
                lines.list[i].subject != NULL
                    ? vtm_arena_format(&ranked->arena, "%s, %s", lines.list[i].subject, lines.list[i].kind)
                    : lines.list[i].kind,
                lines.list[i].text);
}

void vtm_comparison_markdown(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  static const markup form = {"- ", vtm_append_markdown};
  const vtm_grid grid = vtm_scores_grid_for_people(ranked);
  vtm_grid_markdown(&grid, text);
  vtm_text_append(text, "\n");
  append_words(ranked, &form, text);
}

void vtm_comparison_latex(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  static const markup form = {"% ", vtm_append_printable};
  vtm_text_append(text, "% \\usepackage{booktabs}\n");
  append_words(ranked, &form, text);
  const vtm_grid grid = vtm_scores_grid_for_people(ranked);
  vtm_grid_latex(&grid, text);
}

/* ---- for programs ---- */

void vtm_comparison_csv(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  const vtm_grid grid = vtm_scores_grid_for_programs(ranked);
  vtm_grid_csv(&grid, text);
}

void vtm_comparison_tsv(vtm_ranked_scores *ranked, const vtm_report_options *options, vtm_text *text) {
  (void)options;
  const vtm_grid grid = vtm_scores_grid_for_programs(ranked);
  vtm_grid_tsv(&grid, text);
}
