/* Folders of results against a pair list. */
#ifndef VTM_DATASET_PAIRS_RESULTS_H
#define VTM_DATASET_PAIRS_RESULTS_H

#include "dataset/pairs_findings.h"

void vtm_pairs_check_results(vtm_pairs_run *run, const vtm_folder *folder, vtm_results_summary *summary);

#endif
