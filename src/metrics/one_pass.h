/* All metrics of all models in one pass over the pictures: each is decoded once, for every network that has not seen it
 * yet, and what the networks say goes into the store. The metrics then find it there. */
#ifndef VTM_METRICS_ONE_PASS_H
#define VTM_METRICS_ONE_PASS_H

#include "metrics/registry.h"
#include "vtonmetrics/compare.h"

typedef struct vtm_one_pass vtm_one_pass;

/* Who is compared with whom, by the first metric's --match. Fails where the metrics will fail too, and say it better.
 */
vtm_status vtm_one_pass_open(vtm_context *context, const vtm_compare_request *request, vtm_one_pass **pass,
                             vtm_error *error);
void vtm_one_pass_close(vtm_one_pass *pass); /* NULL is allowed */

/* The people of whom all models have a result; NULL when each model has the same. Names belong to the pass. */
const vtm_people *vtm_one_pass_people(const vtm_one_pass *pass);
size_t vtm_one_pass_all_people(const vtm_one_pass *pass); /* those of whom some model has a result */

/* Computes what the store lacks. A picture that is broken ends the pass, unless such are to be skipped: the metrics
 * will find all of them. Only being cancelled is told. */
vtm_status vtm_one_pass_run(vtm_one_pass *pass, vtm_store *store, vtm_error *error);

#endif
