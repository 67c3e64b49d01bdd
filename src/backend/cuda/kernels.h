/* The jobs of elements.h and resample_elements.h on a queue: kernels.cu launches kernels, tests/fake_cuda keeps them in
 * a list. `count`: elements, of LPIPS images. */
#ifndef VTM_BACKEND_CUDA_KERNELS_H
#define VTM_BACKEND_CUDA_KERNELS_H

#include "backend/backend.h"
#include "backend/cuda/elements.h"
#include "backend/cuda/resample_elements.h"

#ifdef __cplusplus
extern "C" {
#endif

void vtm_launch_copy(vtm_queue *queue, const vtm_copy_job *job, size_t count);
void vtm_launch_load(vtm_queue *queue, const vtm_load_job *job, size_t count);
void vtm_launch_pool(vtm_queue *queue, const vtm_pool_job *job, size_t count);
void vtm_launch_means(vtm_queue *queue, const vtm_means_job *job, size_t count);
void vtm_launch_finish(vtm_queue *queue, const vtm_finish_job *job, size_t count);
void vtm_launch_resample(vtm_queue *queue, const vtm_resample_job *job, size_t count);
void vtm_launch_widen(vtm_queue *queue, const vtm_widen_job *job, size_t count);
void vtm_launch_lpips(vtm_queue *queue, const vtm_lpips_job *job, size_t count);

#ifdef __cplusplus
}
#endif
#endif
