/* Kernels: one thread an element of a job. Compiled without fused multiply-add (--fmad=false), as elements.h asks. */
#include "backend/cuda/kernels.h"
#include "backend/cuda/queue.h"

enum { THREADS = 256 };

/* Where it is known, a job is read from where the launch put it; else each thread copies those of its arrays that are
 * indexed. */
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 700
#define IN_PLACE
#else
#define IN_PLACE __grid_constant__
#endif

static bool can_launch(vtm_queue *queue, size_t count, const char *what) {
  if (count > UINT32_MAX) vtm_cuda_note(queue, cudaErrorInvalidConfiguration, what);
  return count > 0 && vtm_cuda_enter(queue);
}

#define LAUNCH(NAME, JOB, ELEMENT)                                                                          \
  static __global__ void NAME##_kernel(const IN_PLACE JOB job, size_t count) {                              \
    const size_t at = (size_t)blockIdx.x * THREADS + threadIdx.x;                                           \
    if (at < count) ELEMENT(&job, at);                                                                      \
  }                                                                                                         \
  extern "C" void vtm_launch_##NAME(vtm_queue *queue, const JOB *job, size_t count) {                       \
    if (!can_launch(queue, count, "starting a kernel (" #NAME ")")) return;                                 \
    NAME##_kernel<<<(unsigned)((count + THREADS - 1) / THREADS), THREADS, 0, queue->stream>>>(*job, count); \
    vtm_cuda_note(queue, cudaGetLastError(), "starting a kernel (" #NAME ")");                              \
  }

LAUNCH(copy, vtm_copy_job, vtm_copy_element)
LAUNCH(load, vtm_load_job, vtm_load_element)
LAUNCH(pool, vtm_pool_job, vtm_pool_element)
LAUNCH(means, vtm_means_job, vtm_means_element)
LAUNCH(finish, vtm_finish_job, vtm_finish_element)
LAUNCH(resample, vtm_resample_job, vtm_resample_element)
LAUNCH(widen, vtm_widen_job, vtm_widen_element)

static __global__ void lpips_kernel(const IN_PLACE vtm_lpips_job job) {
  __shared__ double sums[VTM_LPIPS_THREADS];
  const unsigned thread = threadIdx.x;
  sums[thread] = vtm_lpips_share(&job, blockIdx.x, thread);
  __syncthreads();
  for (unsigned half = VTM_LPIPS_THREADS / 2; half > 0; half /= 2) {
    if (thread < half) sums[thread] += sums[thread + half];
    __syncthreads();
  }
  if (thread == 0) job.distances[blockIdx.x * job.stride] = sums[0] / (double)job.plane;
}

extern "C" void vtm_launch_lpips(vtm_queue *queue, const vtm_lpips_job *job, size_t count) {
  if (!can_launch(queue, count, "starting a kernel (lpips)")) return;
  lpips_kernel<<<(unsigned)count, VTM_LPIPS_THREADS, 0, queue->stream>>>(*job);
  vtm_cuda_note(queue, cudaGetLastError(), "starting a kernel (lpips)");
}
