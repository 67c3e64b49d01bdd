#include "metrics/lapack.h"

#include "base/error.h"

void vtm_lapack_hold_to_one_thread(void) {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

vtm_status vtm_lapack_fail(const char *routine, lapack_int code, vtm_error *error) {
  if (code == LAPACK_WORK_MEMORY_ERROR || code == LAPACK_TRANSPOSE_MEMORY_ERROR)
    return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory in LAPACK's %s", routine);
  return vtm_fail(error, VTM_ERROR_NUMERIC, "LAPACK's %s failed with code %d", routine, (int)code);
}
