/* Scores as tables: rounded for people, exact for programs. */
#ifndef VTM_REPORT_SCORES_GRIDS_H
#define VTM_REPORT_SCORES_GRIDS_H

#include "report/grid.h"
#include "report/scores_view.h"

/* One task: rank, value, interval of each metric. Several: a group a task, in it the values only. */
vtm_grid vtm_scores_grid_for_people(vtm_scores_view *view);
/* Column headings carry task and metric: full_fid, full_fid_low, ... */
vtm_grid vtm_scores_grid_for_programs(vtm_scores_view *view);

/* "[26.31, 30.52]" and "28.4 +- 2.1": digits by the standard error. */
const char *vtm_interval_text(vtm_arena *arena, const vtm_interval *interval, int decimals);
const char *vtm_difference_text(vtm_arena *arena, double value, const vtm_interval *interval, int decimals);

#endif
