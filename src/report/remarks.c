#include "report/remarks.h"

#include <string.h>

static bool is_equal(const char *a, const char *b) { return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0); }

static void add_remark(vtm_ranked_scores *ranked, vtm_remarks *remarks, const vtm_remark *remark) {
  for (size_t i = 0; i < remarks->count; i++)
    if (is_equal(remarks->list[i].kind, remark->kind) && is_equal(remarks->list[i].subject, remark->subject) &&
        is_equal(remarks->list[i].text, remark->text))
      return;
  vtm_remark *larger = vtm_arena_extend(&ranked->arena, remarks->list, remarks->count, sizeof(*larger));
  if (larger == NULL) return;
  remarks->list = larger;
  larger[remarks->count++] = *remark;
}

/* A model's name, with several tasks the task's as well. */
static const char *row_subject(vtm_ranked_scores *ranked, const char *task, const char *model) {
  return *task != '\0' ? vtm_arena_format(&ranked->arena, "%s, %s", task, model) : model;
}

/* The notes of a result, or its warnings. */
typedef struct texts {
  const char *const *list;
  size_t count, broken;
} texts;
typedef texts (*texts_of)(const vtm_result *result);
static texts notes_of(const vtm_result *result) { return (texts){result->notes, result->note_count, 0}; }
static texts warnings_of(const vtm_result *result) {
  return (texts){result->warnings, result->warning_count, result->broken_count};
}

static bool has_text(texts among, const char *text) {
  for (size_t n = 0; n < among.count; n++)
    if (strcmp(among.list[n], text) == 0) return true;
  return false;
}

/* Whose text it is: nobody's where all tasks and metrics have it, nor where it begins with the metric's name. */
static const char *text_subject(vtm_ranked_scores *ranked, const vtm_scores_group *group, texts_of kind,
                                const char *text) {
  bool everywhere = true;
  bool in_task = true;
  for (size_t i = 0; i < ranked->group_count; i++) {
    const bool has = has_text(kind(ranked->groups[i].result), text);
    everywhere = everywhere && has;
    in_task = in_task && (has || strcmp(ranked->groups[i].task, group->task) != 0);
  }
  const char *label = group->result->label;
  if (everywhere || (*group->task == '\0' && strncmp(text, label, strlen(label)) == 0)) return NULL;
  return in_task && *group->task != '\0' ? group->task : vtm_scores_group_name(ranked, group);
}

static void add_texts(vtm_ranked_scores *ranked, vtm_remarks *remarks, const vtm_scores_group *group, const char *kind,
                      texts_of of) {
  const texts all = of(group->result);
  for (size_t n = 0; n < all.count; n++)
    add_remark(ranked, remarks,
               &(vtm_remark){kind, text_subject(ranked, group, of, all.list[n]), all.list[n], n < all.broken});
}

vtm_remarks vtm_scores_remarks(vtm_ranked_scores *ranked) {
  vtm_remarks remarks = {0};
  for (size_t i = 0; i < ranked->group_count; i++) add_texts(ranked, &remarks, &ranked->groups[i], "Note", notes_of);
  for (size_t i = 0; i < ranked->group_count; i++) {
    const vtm_scores_group *group = &ranked->groups[i];
    add_texts(ranked, &remarks, group, "Warning", warnings_of);
    for (size_t r = 0; r < group->result->row_count; r++) {
      const vtm_score_row *row = &group->result->rows[r];
      for (size_t w = 0; w < row->warning_count; w++)
        add_remark(ranked, &remarks,
                   &(vtm_remark){"Warning", row_subject(ranked, group->task, row->name), row->warnings[w],
                                 w >= row->finding_count && w < row->finding_count + row->broken_count});
    }
  }
  return remarks;
}

static const char *find_line(const vtm_result *result, const char *name) {
  for (size_t i = 0; i < result->protocol_count; i++)
    if (strcmp(result->protocol[i].name, name) == 0) return result->protocol[i].text;
  return NULL;
}

/* Whether all results, or with a `label` all that have it, agree in a line. */
static bool is_shared(const vtm_ranked_scores *ranked, const char *label, const vtm_named_text *line) {
  for (size_t i = 0; i < ranked->group_count; i++)
    if ((label == NULL || strcmp(ranked->groups[i].result->label, label) == 0) &&
        !is_equal(find_line(ranked->groups[i].result, line->name), line->text))
      return false;
  return true;
}

vtm_remarks vtm_scores_protocol(vtm_ranked_scores *ranked) {
  vtm_remarks lines = {0};
  for (int of_all = 1; of_all >= 0; of_all--)
    for (size_t i = 0; i < ranked->group_count; i++) {
      const vtm_result *result = ranked->groups[i].result;
      for (size_t p = 0; p < result->protocol_count; p++) {
        const vtm_named_text *line = &result->protocol[p];
        const char *subject = is_shared(ranked, NULL, line) ? NULL
                              : is_shared(ranked, result->label, line)
                                  ? result->label
                                  : vtm_scores_group_name(ranked, &ranked->groups[i]);
        if ((subject == NULL) == (of_all == 1))
          add_remark(ranked, &lines, &(vtm_remark){line->name, subject, line->text, false});
      }
    }
  return lines;
}

const char *vtm_scores_group_name(vtm_ranked_scores *ranked, const vtm_scores_group *group) {
  return row_subject(ranked, group->task, group->result->label);
}

const char *vtm_scores_title(vtm_ranked_scores *ranked, const vtm_scores_task *task) {
  const vtm_comparison *comparison = task->comparison;
  size_t least = (size_t)-1;
  size_t most = 0;
  for (size_t i = 0; i < comparison->result_count; i++)
    for (size_t r = 0; r < comparison->results[i]->row_count; r++) {
      const size_t count = comparison->results[i]->rows[r].n_generated;
      if (count == 0) continue; /* statistics that do not say */
      least = count < least ? count : least;
      most = count > most ? count : most;
    }
  const char *images = "";
  if (most > 0)
    images = least == most ? vtm_arena_format(&ranked->arena, ", %zu images each", most)
                           : vtm_arena_format(&ranked->arena, ", %zu to %zu images", least, most);
  return vtm_arena_format(&ranked->arena, "%s%s%zu model%s against %s%s", task->name, *task->name != '\0' ? ": " : "",
                          comparison->model_count, comparison->model_count == 1 ? "" : "s", comparison->reference,
                          comparison->model_count == 1 && least == most && most > 0
                              ? vtm_arena_format(&ranked->arena, ", %zu images", most)
                              : images);
}
