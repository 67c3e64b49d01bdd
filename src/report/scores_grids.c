#include "report/scores_grids.h"

#include <math.h>
#include <string.h>

#include "report/number.h"
#include "report/table.h"

static const char *exact_number(vtm_arena *arena, double value) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_exact(value, text);
  return isnan(value) ? "" : vtm_arena_copy(arena, text);
}

static const char *count_text(vtm_arena *arena, size_t count) {
  return count > 0 ? vtm_arena_format(arena, "%zu", count) : "";
}

static const char *sure_value(vtm_arena *arena, double value, const vtm_interval *interval, int decimals) {
  char text[VTM_INTERVAL_TEXT];
  vtm_interval_text(value, interval, decimals, text);
  return vtm_arena_copy(arena, text);
}

/* ---- for people ---- */

static bool has_seconds(const vtm_ranked_scores *ranked) { return ranked->scores->seconds_count > 0; }

static void add_people_columns(const vtm_ranked_scores *ranked, vtm_grid *grid) {
  const bool tasks = ranked->scores->task_count > 1;
  vtm_grid_add_column(grid, "", "model", true);
  if (has_seconds(ranked)) vtm_grid_add_column(grid, "", "s/image", false);
  for (size_t i = 0; i < ranked->group_count; i++) {
    const vtm_scores_group *group = &ranked->groups[i];
    const char *label = group->result->label;
    if (tasks) {
      vtm_grid_add_column(grid, group->task, label, false);
      continue;
    }
    vtm_grid_add_column(grid, label, "rank", false);
    vtm_grid_add_column(grid, label, "value", false);
    if (group->baseline != VTM_NO_ROW)
      vtm_grid_add_column(grid, label, vtm_arena_format(grid->arena, "less %s", ranked->baseline), false);
  }
}

static const char *baseline_text(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  const size_t at = (size_t)(row - group->result->rows);
  if (at == group->baseline) return "";
  if (vtm_result_verdict(group->result, at, group->baseline) == VTM_VERDICT_INCOMPARABLE) return "incomparable";
  double sign = 1.0;
  const vtm_difference *difference = vtm_ranked_scores_difference(group->result, at, group->baseline, &sign);
  const double value =
      difference != NULL ? sign * difference->value : row->value - group->result->rows[group->baseline].value;
  const char *plus = value > 0.0 ? "+" : "";
  if (difference == NULL || difference->interval == NULL)
    return vtm_arena_format(arena, "%s%s", plus, sure_value(arena, value, NULL, vtm_report_decimals(group->result)));
  const vtm_interval turned = vtm_interval_times(difference->interval, sign);
  return vtm_arena_format(arena, "%s%s", plus, sure_value(arena, value, &turned, vtm_interval_decimals(&turned)));
}

/* All of the first rank are emphasised: nobody is known to be ahead of any of them. */
static bool is_best(const vtm_scores_group *group, const vtm_score_row *row) {
  return group->result->row_count > 1 && group->rank_of_row[row - group->result->rows] == 1;
}

static void add_people_cells(vtm_grid *grid, const vtm_ranked_scores *ranked, const vtm_scores_group *group,
                             size_t model) {
  const vtm_score_row *row = vtm_ranked_scores_row(group, model);
  const bool ranks = ranked->scores->task_count == 1;
  const bool baseline = ranks && group->baseline != VTM_NO_ROW;
  if (row == NULL) {
    for (int empty = 1 + ranks + baseline; empty > 0; empty--) vtm_grid_add(grid, "", false);
    return;
  }
  const size_t at = (size_t)(row - group->result->rows);
  const char *tie = vtm_ranked_scores_is_tie(group, at) ? "=" : "";
  const size_t rank = group->rank_of_row[at];
  if (ranks) vtm_grid_add(grid, rank > 0 ? vtm_arena_format(grid->arena, "%zu%s", rank, tie) : "-", false);
  vtm_grid_add(grid, sure_value(grid->arena, row->value, row->interval, group->decimals), is_best(group, row));
  if (baseline) vtm_grid_add(grid, baseline_text(grid->arena, group, row), false);
}

vtm_grid vtm_scores_grid_for_people(vtm_ranked_scores *ranked) {
  vtm_grid grid = {.arena = &ranked->arena};
  add_people_columns(ranked, &grid);
  for (size_t m = 0; m < ranked->model_count; m++) {
    const double seconds = vtm_ranked_scores_seconds(ranked, m);
    vtm_grid_add(&grid, ranked->models[m], false);
    if (has_seconds(ranked))
      vtm_grid_add(&grid, isnan(seconds) ? "" : vtm_arena_format(grid.arena, "%g", seconds), false);
    for (size_t i = 0; i < ranked->group_count; i++) add_people_cells(&grid, ranked, &ranked->groups[i], m);
  }
  return grid;
}

/* ---- for programs ---- */

typedef struct program_column {
  const char *suffix;
  const char *(*cell)(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row);
  bool of_baseline; /* only when there is one */
} program_column;

static const char *cell_rank(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  return count_text(arena, group->rank_of_row[row - group->result->rows]);
}
static const char *cell_value(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)group;
  return exact_number(arena, row->value);
}
static const char *cell_low(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)group;
  return row->interval != NULL ? exact_number(arena, row->interval->low) : "";
}
static const char *cell_high(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)group;
  return row->interval != NULL ? exact_number(arena, row->interval->high) : "";
}
static const char *cell_error(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)group;
  return row->interval != NULL ? exact_number(arena, row->interval->standard_error) : "";
}
static const char *cell_images(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)group;
  return count_text(arena, row->n_generated);
}
static const char *cell_difference(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  if (group->baseline == VTM_NO_ROW || row == &group->result->rows[group->baseline]) return "";
  double sign = 1.0;
  const vtm_difference *difference =
      vtm_ranked_scores_difference(group->result, (size_t)(row - group->result->rows), group->baseline, &sign);
  return exact_number(
      arena, difference != NULL ? sign * difference->value : row->value - group->result->rows[group->baseline].value);
}
static const char *difference_bound(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row,
                                    bool high) {
  double sign = 1.0;
  const vtm_difference *difference =
      group->baseline == VTM_NO_ROW
          ? NULL
          : vtm_ranked_scores_difference(group->result, (size_t)(row - group->result->rows), group->baseline, &sign);
  if (difference == NULL || difference->interval == NULL) return "";
  const vtm_interval turned = vtm_interval_times(difference->interval, sign);
  return exact_number(arena, high ? turned.high : turned.low);
}
static const char *cell_verdict(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  (void)arena;
  const size_t at = (size_t)(row - group->result->rows);
  if (group->baseline == VTM_NO_ROW || at == group->baseline) return "";
  return vtm_verdict_name(vtm_result_verdict(group->result, at, group->baseline));
}
static const char *cell_difference_low(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  return difference_bound(arena, group, row, false);
}
static const char *cell_difference_high(vtm_arena *arena, const vtm_scores_group *group, const vtm_score_row *row) {
  return difference_bound(arena, group, row, true);
}

static const program_column program_columns[] = {
    {"_rank", cell_rank, false},
    {"", cell_value, false},
    {"_low", cell_low, false},
    {"_high", cell_high, false},
    {"_standard_error", cell_error, false},
    {"_images", cell_images, false},
    {"_difference", cell_difference, true},
    {"_difference_low", cell_difference_low, true},
    {"_difference_high", cell_difference_high, true},
    {"_verdict", cell_verdict, true},
};
enum { PROGRAM_COLUMNS = sizeof(program_columns) / sizeof(*program_columns) };

vtm_grid vtm_scores_grid_for_programs(vtm_ranked_scores *ranked) {
  vtm_grid grid = {.arena = &ranked->arena};
  vtm_grid_add_column(&grid, "", "model", true);
  if (has_seconds(ranked)) vtm_grid_add_column(&grid, "", "seconds_per_image", false);
  for (size_t i = 0; i < ranked->group_count; i++)
    for (size_t c = 0; c < PROGRAM_COLUMNS; c++) {
      const char *task = ranked->groups[i].task;
      if (program_columns[c].of_baseline && ranked->baseline == NULL) continue;
      vtm_grid_add_column(&grid, "",
                          vtm_arena_format(grid.arena, "%s%s%s%s", task, *task != '\0' ? "_" : "",
                                           ranked->groups[i].result->label, program_columns[c].suffix),
                          false);
    }
  for (size_t m = 0; m < ranked->model_count; m++) {
    vtm_grid_add(&grid, ranked->models[m], false);
    if (has_seconds(ranked)) vtm_grid_add(&grid, exact_number(grid.arena, vtm_ranked_scores_seconds(ranked, m)), false);
    for (size_t i = 0; i < ranked->group_count; i++) {
      const vtm_score_row *row = vtm_ranked_scores_row(&ranked->groups[i], m);
      for (size_t c = 0; c < PROGRAM_COLUMNS; c++)
        if (!program_columns[c].of_baseline || ranked->baseline != NULL)
          vtm_grid_add(&grid, row != NULL ? program_columns[c].cell(grid.arena, &ranked->groups[i], row) : "", false);
    }
  }
  return grid;
}
