/* A picture's resize: one job a pass. */
#include "backend/cuda/kernels.h"
#include "backend/cuda/module.h"

static vtm_resample_job make_pass(const vtm_resampling *resampling, bool vertical, size_t width) {
  const vtm_resampling_axis *axis = vertical ? &resampling->y : &resampling->x;
  return (vtm_resample_job){.form = resampling->form,
                            .windows = axis->windows,
                            .weights = axis->weights,
                            .taps = (size_t)axis->taps,
                            .in = (size_t)axis->in,
                            .out = (size_t)axis->out,
                            .inner = vertical ? width * 3 : 3};
}

void vtm_cuda_resample(vtm_queue *queue, const vtm_resampling *resampling, void *between, float *pixels) {
  vtm_resample_job passes[2];
  size_t counts[2];
  int count = 0;
  size_t width = (size_t)resampling->x.in;
  size_t height = (size_t)resampling->y.in;
  for (int i = 0; i < 2; i++) {
    const bool vertical = (i == 1) != resampling->vertical_first;
    if ((vertical ? &resampling->y : &resampling->x)->windows == NULL) continue;
    passes[count] = make_pass(resampling, vertical, width);
    if (vertical)
      height = passes[count].out;
    else
      width = passes[count].out;
    counts[count++] = width * height * 3;
  }
  if (count == 0) {
    const vtm_widen_job job = {resampling->picture, pixels};
    vtm_launch_widen(queue, &job, width * height * 3);
    return;
  }
  passes[0].bytes = resampling->picture;
  if (count == 2 && resampling->form == VTM_RESAMPLING_FIXED)
    passes[1].bytes = passes[0].out_bytes = between;
  else if (count == 2)
    passes[1].floats = passes[0].out_floats = between;
  passes[count - 1].out_floats = pixels;
  passes[count - 1].last = true;
  for (int i = 0; i < count; i++) vtm_launch_resample(queue, &passes[i], counts[i]);
}
