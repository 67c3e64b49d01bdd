#include "image/resize.h"

#include <stdlib.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"

static vtm_status keep_size(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                            vtm_error *error) {
  (void)resizer;
  if (width != source->width || height != source->height)
    return vtm_fail(error, VTM_ERROR_USAGE,
                    "an image of %d x %d pixels does not have the size %d x %d, and no "
                    "filter to resize it was chosen",
                    source->width, source->height, width, height);
  const size_t samples = (size_t)width * (size_t)height * 3;
  for (size_t i = 0; i < samples; i++) destination[i] = source->pixels[i];
  return VTM_OK;
}

static const vtm_resize_record records[] = {
    {VTM_RESIZE_NONE, VTM_RESAMPLING_FIXED, NULL, NULL, keep_size},
    {VTM_RESIZE_PILLOW_BILINEAR, VTM_RESAMPLING_FIXED, &vtm_pillow_bilinear, NULL, vtm_resize_pillow},
    {VTM_RESIZE_PILLOW_BICUBIC, VTM_RESAMPLING_FIXED, &vtm_pillow_bicubic, NULL, vtm_resize_pillow},
    {VTM_RESIZE_PILLOW_LANCZOS, VTM_RESAMPLING_FIXED, &vtm_pillow_lanczos, NULL, vtm_resize_pillow},
    {VTM_RESIZE_PILLOW_BICUBIC_FLOAT, VTM_RESAMPLING_DOUBLE, &vtm_pillow_bicubic, NULL, vtm_resize_pillow_float},
    {VTM_RESIZE_TORCH_BILINEAR, VTM_RESAMPLING_BLEND, NULL, &vtm_linear_torch, vtm_resize_linear},
    {VTM_RESIZE_TF1_BILINEAR, VTM_RESAMPLING_LERP, NULL, &vtm_linear_tf1, vtm_resize_linear},
};

enum { MAX_SIDE = 1 << 24 };

vtm_status vtm_resizer_create_for(vtm_resize_filter filter, bool pillow13, unsigned cpu_features, vtm_resizer **resizer,
                                  vtm_error *error) {
  *resizer = NULL;
  const vtm_resize_record *record = NULL;
  for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++)
    if (records[i].id == filter) record = &records[i];
  if (record == NULL) return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "no resize filter has the number %d", (int)filter);
  vtm_resizer *made = vtm_allocate(1, sizeof(*made), error);
  if (made == NULL) return VTM_ERROR_MEMORY;
  made->record = record;
  made->pillow13 = pillow13;
  made->cpu_features = cpu_features;
  *resizer = made;
  return VTM_OK;
}

vtm_status vtm_resizer_create(vtm_resize_filter filter, bool pillow13, vtm_resizer **resizer, vtm_error *error) {
  unsigned features = 0;
  const vtm_status status = vtm_cpu_features(NULL, &features, error);
  return status == VTM_OK ? vtm_resizer_create_for(filter, pillow13, features, resizer, error) : status;
}

void vtm_resizer_destroy(vtm_resizer *resizer) {
  if (resizer == NULL) return;
  vtm_axis_free(&resizer->x);
  vtm_axis_free(&resizer->y);
  free(resizer->first_pass.memory);
  free(resizer->second_pass.memory);
  free(resizer->table.memory);
  free(resizer);
}

vtm_status vtm_resizer_run(vtm_resizer *resizer, const vtm_image *source, int width, int height, float *destination,
                           vtm_error *error) {
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
    return vtm_fail(error, VTM_ERROR_USAGE, "an image cannot be resized to %d x %d pixels", width, height);
  if (source->pixels == NULL || source->width < 1 || source->height < 1)
    return vtm_fail(error, VTM_ERROR_USAGE, "an image without pixels cannot be resized");
  return resizer->record->run(resizer, source, width, height, destination, error);
}

/* Pillow's filters leave out the pass of an axis that keeps its size. */
static bool describe_axis(const vtm_resize_record *record, vtm_axis *axis, int in, int out, vtm_resampling_axis *to) {
  *to = (vtm_resampling_axis){.in = in, .out = out};
  if (record->linear == NULL && in == out) return true;
  if (record->linear == NULL && record->filter == NULL) return false;
  if (record->linear != NULL ? !vtm_linear_prepare(axis, record->linear, in, out, NULL)
                             : !vtm_axis_prepare(axis, record->filter, in, out, NULL))
    return false;
  to->windows = vtm_axis_windows(axis);
  to->weights = record->form == VTM_RESAMPLING_FIXED ? axis->fixed.memory : axis->weights.memory;
  to->taps = axis->taps;
  return true;
}

bool vtm_resizer_describe(vtm_resizer *resizer, int from_width, int from_height, int width, int height,
                          vtm_resampling *resampling) {
  const vtm_resize_record *record = resizer->record;
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) return false;
  *resampling = (vtm_resampling){.form = record->form};
  resampling->vertical_first = record->form == VTM_RESAMPLING_FIXED && resizer->pillow13 &&
                               vtm_pillow_is_vertical_first(from_width, from_height, width, height);
  return describe_axis(record, &resizer->x, from_width, width, &resampling->x) &&
         describe_axis(record, &resizer->y, from_height, height, &resampling->y);
}
