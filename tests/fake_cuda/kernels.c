#include "backend/cuda/kernels.h"

#include <string.h>

#include "backend/cuda/queue.h"
#include "fake_cuda/fake.h"

/* A launch: the job and how many elements it has. */
#define LAUNCH(NAME, JOB, ELEMENT)                                                                            \
  typedef struct NAME##_launch {                                                                              \
    JOB job;                                                                                                  \
    size_t count;                                                                                             \
  } NAME##_launch;                                                                                            \
  static void run_##NAME(const void *arguments) {                                                             \
    const NAME##_launch *launch = arguments;                                                                  \
    for (size_t i = 0; i < launch->count; i++) ELEMENT(&launch->job, i);                                      \
  }                                                                                                           \
  void vtm_launch_##NAME(vtm_queue *queue, const JOB *job, size_t count) {                                    \
    const NAME##_launch launch = {.job = *job, .count = count};                                               \
    if (count > 0 && vtm_cuda_enter(queue)) fake_enqueue(queue->stream, run_##NAME, &launch, sizeof(launch)); \
  }

/* As the block of a kernel does it: pairs of sums, half as many each time. */
static void lpips_image(const vtm_lpips_job *job, size_t image) {
  double sums[VTM_LPIPS_THREADS];
  for (size_t i = 0; i < VTM_LPIPS_THREADS; i++) sums[i] = vtm_lpips_share(job, image, i);
  for (size_t half = VTM_LPIPS_THREADS / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; i++) sums[i] += sums[i + half];
  job->distances[image * job->stride] = sums[0] / (double)job->plane;
}

LAUNCH(copy, vtm_copy_job, vtm_copy_element)
LAUNCH(load, vtm_load_job, vtm_load_element)
LAUNCH(pool, vtm_pool_job, vtm_pool_element)
LAUNCH(means, vtm_means_job, vtm_means_element)
LAUNCH(finish, vtm_finish_job, vtm_finish_element)
LAUNCH(resample, vtm_resample_job, vtm_resample_element)
LAUNCH(widen, vtm_widen_job, vtm_widen_element)
LAUNCH(lpips, vtm_lpips_job, lpips_image)
