/* What every use of OpenBLAS and LAPACK needs: the rules by which threads may call them.
 *
 * LAPACK keeps no state; the BLAS below it has scratch memory, which not every build guards. OpenBLAS's own words
 * (docs/faq.md, "How can I use OpenBLAS in multi-threaded applications?"): when it "was built single-threaded by
 * USE_THREAD=0 and there are concurrent calls from multiple threads to OpenBLAS functions [...] it is vital to also
 * specify USE_LOCKING=1". Debian's libopenblas0-serial is built without, and gives wrong products then. So the library
 * that is really there is asked when it is first needed: one built for threads of its own (pthreads), or with
 * USE_LOCKING, may be called from several threads at once. Any other is called by one thread at a time in the whole
 * process: slower, with the same bits. */
#ifndef VTM_STATS_LAPACK_H
#define VTM_STATS_LAPACK_H

#include <cblas.h>
#include <lapacke.h>
#include <stdbool.h>

#include "base/thread_pool.h"

/* Whether several threads may be inside the library at once. */
bool vtm_lapack_is_shared(void);

/* Every call of OpenBLAS or LAPACK stands between these two, or in a task of vtm_lapack_run between them. They hold
 * OpenBLAS to one thread, for the whole process (see metric.h), from the first that enters to the last that leaves, and
 * where it must not be shared they keep other threads out. Not reentrant. */
void vtm_lapack_enter(void);
void vtm_lapack_leave(void);

/* vtm_pool_run for tasks that call the library; all on the calling thread where it must not be shared. */
void vtm_lapack_run(vtm_pool *pool, size_t count, vtm_task task, void *user);

vtm_status vtm_lapack_fail(const char *routine, lapack_int code, vtm_error *error);

static inline lapack_int vtm_lapack_smaller(lapack_int a, lapack_int b) { return a < b ? a : b; }

#endif
