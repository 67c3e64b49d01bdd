#include "report/ranked_scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/table.h"

static bool is_listed(const vtm_ranked_scores *ranked, const char *name) {
  for (size_t i = 0; i < ranked->model_count; i++)
    if (strcmp(ranked->models[i], name) == 0) return true;
  return false;
}

static void list_rows(vtm_ranked_scores *ranked, const vtm_result *result, const size_t *order) {
  for (size_t i = 0; i < result->row_count && !ranked->arena.failed; i++) {
    const char *name = result->rows[order != NULL ? order[i] : i].name;
    if (is_listed(ranked, name)) continue;
    const char **larger = vtm_arena_extend(&ranked->arena, ranked->models, ranked->model_count, sizeof(*larger));
    if (larger == NULL) return;
    larger[ranked->model_count++] = name;
    ranked->models = larger;
  }
}

static size_t find_row(const vtm_result *result, const char *name) {
  for (size_t i = 0; i < result->row_count; i++)
    if (strcmp(result->rows[i].name, name) == 0) return i;
  return VTM_NO_ROW;
}

static void rank_rows(vtm_arena *arena, vtm_scores_group *group) {
  const vtm_result *result = group->result;
  group->order = vtm_arena_allocate(arena, result->row_count, sizeof(*group->order));
  group->rank = vtm_arena_allocate(arena, result->row_count, sizeof(*group->rank));
  group->rank_of_row = vtm_arena_allocate(arena, result->row_count, sizeof(*group->rank_of_row));
  group->said = vtm_arena_allocate(arena, 2 * result->row_count, sizeof(*group->said));
  if (arena->failed) return;
  vtm_result_ranking(result, group->order, group->rank);
  for (size_t i = 0; i < result->row_count; i++) group->rank_of_row[group->order[i]] = group->rank[i];
  group->said_count = vtm_said_pairs(result, group->order, group->rank, group->said);
  group->decimals = vtm_column_decimals(result);
}

static void make_groups(vtm_ranked_scores *ranked) {
  const vtm_scores *scores = ranked->scores;
  size_t count = 0;
  for (size_t t = 0; t < scores->task_count; t++) count += scores->tasks[t].comparison->result_count;
  ranked->groups = vtm_arena_allocate(&ranked->arena, count, sizeof(*ranked->groups));
  if (ranked->groups == NULL) return;
  for (size_t t = 0; t < scores->task_count; t++)
    for (size_t i = 0; i < scores->tasks[t].comparison->result_count; i++) {
      vtm_scores_group *group = &ranked->groups[ranked->group_count++];
      *group = (vtm_scores_group){
          .task = scores->tasks[t].name, .result = scores->tasks[t].comparison->results[i], .baseline = VTM_NO_ROW};
      rank_rows(&ranked->arena, group);
    }
}

/* The metric that sorts first, so that its order is the models'; those it has not scored come last. */
static vtm_status list_models(vtm_ranked_scores *ranked, const char *sort, vtm_error *error) {
  const bool as_given = sort != NULL && strcmp(sort, "given") == 0;
  const vtm_scores_group *sorting = NULL;
  for (size_t i = 0; i < ranked->group_count && sorting == NULL; i++)
    if (sort == NULL || as_given || strcmp(ranked->groups[i].result->metric, sort) == 0) sorting = &ranked->groups[i];
  if (sorting == NULL && sort != NULL && !as_given)
    return vtm_fail(error, VTM_ERROR_USAGE, "cannot sort by %s: it is none of the metrics compared", sort);
  if (sorting != NULL) list_rows(ranked, sorting->result, as_given ? NULL : sorting->order);
  for (size_t i = 0; i < ranked->group_count; i++) list_rows(ranked, ranked->groups[i].result, NULL);
  return VTM_OK;
}

static vtm_status find_baseline(vtm_ranked_scores *ranked, const char *baseline, vtm_error *error) {
  if (baseline == NULL) return VTM_OK;
  if (!is_listed(ranked, baseline))
    return vtm_fail(error, VTM_ERROR_USAGE, "the baseline %s is none of the models compared", baseline);
  ranked->baseline = baseline;
  for (size_t i = 0; i < ranked->group_count; i++)
    ranked->groups[i].baseline = find_row(ranked->groups[i].result, baseline);
  return VTM_OK;
}

vtm_status vtm_ranked_scores_open(vtm_ranked_scores *ranked, const vtm_scores *scores,
                                  const vtm_report_options *options, vtm_error *error) {
  *ranked = (vtm_ranked_scores){.scores = scores};
  make_groups(ranked);
  vtm_status status = VTM_OK;
  if (ranked->groups == NULL || ranked->arena.failed)
    status = vtm_fail_memory(error, sizeof(*ranked));
  else
    status = list_models(ranked, options->sort, error);
  for (size_t i = 0; i < ranked->group_count && status == VTM_OK && !ranked->arena.failed; i++) {
    vtm_scores_group *group = &ranked->groups[i];
    group->row = vtm_arena_allocate(&ranked->arena, ranked->model_count, sizeof(*group->row));
    for (size_t m = 0; m < ranked->model_count && group->row != NULL; m++)
      group->row[m] = find_row(group->result, ranked->models[m]);
  }
  if (status == VTM_OK && !ranked->arena.failed) status = find_baseline(ranked, options->baseline, error);
  if (status == VTM_OK && ranked->arena.failed) status = vtm_fail_memory(error, sizeof(*ranked));
  if (status != VTM_OK) vtm_ranked_scores_close(ranked);
  return status;
}

void vtm_ranked_scores_close(vtm_ranked_scores *ranked) { vtm_arena_free(&ranked->arena); }

const vtm_score_row *vtm_ranked_scores_row(const vtm_scores_group *group, size_t model) {
  return group->row[model] != VTM_NO_ROW ? &group->result->rows[group->row[model]] : NULL;
}

bool vtm_ranked_scores_is_tie(const vtm_scores_group *group, size_t row) {
  for (size_t i = 0; i < group->result->row_count; i++)
    if (i != row && group->rank_of_row[i] == group->rank_of_row[row]) return true;
  return false;
}

const vtm_difference *vtm_ranked_scores_difference(const vtm_result *result, size_t a, size_t b, double *sign) {
  *sign = a < b ? 1.0 : -1.0;
  return vtm_result_difference_of(result, a, b);
}

double vtm_ranked_scores_seconds(const vtm_ranked_scores *ranked, size_t model) {
  for (size_t i = 0; i < ranked->scores->seconds_count; i++)
    if (strcmp(ranked->scores->seconds[i].name, ranked->models[model]) == 0) return ranked->scores->seconds[i].value;
  return (double)NAN;
}

const char *vtm_ranked_scores_sentence(vtm_ranked_scores *ranked, const vtm_scores_group *group, size_t index) {
  char *sentence = NULL;
  const vtm_said_pair *said = &group->said[index];
  if (vtm_report_sentence(group->result, said->better, said->worse, &sentence, NULL) != VTM_OK)
    ranked->arena.failed = true;
  const char *kept = sentence != NULL ? vtm_arena_copy(&ranked->arena, sentence) : "";
  free(sentence);
  return kept;
}
