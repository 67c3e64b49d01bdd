/* What every use of OpenBLAS and LAPACK needs. */
#ifndef VTM_METRICS_LAPACK_H
#define VTM_METRICS_LAPACK_H

#include <cblas.h>
#include <lapacke.h>

#include "vtonmetrics/status.h"

/* Holds OpenBLAS to one thread, for the whole process (see metric.h): to be called before work is given to a pool. */
void vtm_lapack_hold_to_one_thread(void);

vtm_status vtm_lapack_fail(const char *routine, lapack_int code, vtm_error *error);

static inline lapack_int vtm_lapack_smaller(lapack_int a, lapack_int b) { return a < b ? a : b; }

#endif
