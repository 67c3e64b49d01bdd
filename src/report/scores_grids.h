/* Scores as tables: rounded for people, exact for programs. */
#ifndef VTM_REPORT_SCORES_GRIDS_H
#define VTM_REPORT_SCORES_GRIDS_H

#include "report/grid.h"
#include "report/ranked_scores.h"

/* One task: rank and value of each metric. Several: a group of columns a task, in it the values only. */
vtm_grid vtm_scores_grid_for_people(vtm_ranked_scores *ranked);
/* Column headings carry task and metric: full_fid, full_fid_low, ... */
vtm_grid vtm_scores_grid_for_programs(vtm_ranked_scores *ranked);

#endif
