/* The QR update of the fold, a panel of columns after the other. What a panel's reflectors do to one block of the
 * columns behind it depends on nothing but the two, so that blocks are shared out among threads and bits stay the same.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "stats/dense.h"
#include "stats/lapack.h"

enum { PANEL = 64, BLOCK = 128 };

typedef struct update {
  double *triangle, *rows;
  lapack_int order, count;
  lapack_int panel; /* the first column of the panel whose reflectors are applied */
  double *factors;  /* the triangular factors (PANEL x PANEL) of that panel and of the next, in turn */
  double *work;     /* PANEL x BLOCK for each thread */
} update;

static lapack_int panel_width(const update *job, lapack_int column) {
  return vtm_lapack_smaller(PANEL, job->order - column);
}

static double *factor_at(const update *job, lapack_int column) {
  return job->factors + column / PANEL % 2 * PANEL * PANEL;
}

static double *work_of(const update *job, int thread) { return job->work + (size_t)thread * PANEL * BLOCK; }

/* LAPACK's routines in this file fail for sizes that do not fit together only. */
static void factor_panel(const update *job, lapack_int column, int thread) {
  const lapack_int width = panel_width(job, column);
  double *diagonal = job->triangle + (size_t)column * (size_t)job->order + column;
  (void)LAPACKE_dtpqrt_work(LAPACK_COL_MAJOR, job->count, width, 0, width, diagonal, job->order,
                            job->rows + (size_t)column * (size_t)job->count, job->count, factor_at(job, column), PANEL,
                            work_of(job, thread));
}

static void update_columns(const update *job, lapack_int column, lapack_int width, int thread) {
  const lapack_int reflectors = panel_width(job, job->panel);
  double *above = job->triangle + (size_t)column * (size_t)job->order + job->panel;
  (void)LAPACKE_dtpmqrt_work(LAPACK_COL_MAJOR, 'L', 'T', job->count, width, reflectors, 0, reflectors,
                             job->rows + (size_t)job->panel * (size_t)job->count, job->count,
                             factor_at(job, job->panel), PANEL, above, job->order,
                             job->rows + (size_t)column * (size_t)job->count, job->count, work_of(job, thread));
}

/* The next panel comes first and is factored at once, while the blocks behind it are updated: threads do not wait for
 * panels. */
static void update_task(void *user, size_t task, int thread) {
  const update *job = user;
  const lapack_int next = job->panel + PANEL;
  if (task == 0) {
    update_columns(job, next, panel_width(job, next), thread);
    factor_panel(job, next, thread);
  } else {
    const lapack_int column = next + PANEL + BLOCK * (lapack_int)(task - 1);
    update_columns(job, column, vtm_lapack_smaller(BLOCK, job->order - column), thread);
  }
}

static size_t blocks_behind(const update *job) {
  const lapack_int columns = job->order - job->panel - 2 * PANEL;
  return columns > 0 ? (size_t)((columns + BLOCK - 1) / BLOCK) : 0;
}

vtm_status vtm_dense_qr_update(vtm_pool *pool, double *triangle, size_t order, double *rows, size_t count,
                               vtm_error *error) {
  const size_t threads = (size_t)vtm_pool_threads(pool);
  update job = {.triangle = triangle, .rows = rows, .order = (lapack_int)order, .count = (lapack_int)count};
  job.factors = vtm_allocate_aligned(2 * PANEL * PANEL, sizeof(*job.factors), error);
  job.work = vtm_allocate_aligned(threads * PANEL * BLOCK, sizeof(*job.work), error);
  const vtm_status status = job.factors != NULL && job.work != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    vtm_lapack_enter();
    factor_panel(&job, 0, 0);
    for (; job.panel + PANEL < job.order; job.panel += PANEL)
      vtm_lapack_run(pool, 1 + blocks_behind(&job), update_task, &job);
    vtm_lapack_leave();
  }
  free(job.factors);
  free(job.work);
  return status;
}
