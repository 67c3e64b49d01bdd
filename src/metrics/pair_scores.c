/* From values of pairs to the result of a pair measure. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "metrics/mean_intervals.h"
#include "metrics/pair_measure.h"
#include "metrics/scoring.h"
#include "metrics/settings.h"

const vtm_pair_variant *vtm_pair_variant_of(const vtm_settings *settings) {
  const vtm_pair_variant *variant = settings->metric->pair->variants;
  while (variant != NULL && strcmp(variant->name, settings->values.as) != 0) variant++;
  return variant;
}

vtm_extractor_request vtm_pair_extractor(const vtm_settings *settings) {
  const vtm_image_size size = settings->values.size;
  const vtm_pair_variant *variant = vtm_pair_variant_of(settings);
  return (vtm_extractor_request){.measure = variant != NULL ? variant->measure : settings->metric->pair->measure,
                                 .filter = size.width > 0 ? VTM_RESIZE_PILLOW_BICUBIC : VTM_RESIZE_NONE,
                                 .resize = "Pillow bicubic",
                                 .width = size.width,
                                 .height = size.height};
}

/* ---- values ---- */

static double value_of(const vtm_pair_measure *pair, const double *layers, size_t count) {
  if (pair->value != NULL) return pair->value(layers, count);
  double sum = 0;
  for (size_t k = 0; k < count; k++) sum += layers[k];
  return sum;
}

/* Values are named after photographs, or after results where some photograph has several. */
static vtm_status take_pair(const vtm_scoring *scoring, vtm_measured *measured, size_t model, size_t pair,
                            vtm_image_score *score, vtm_error *error) {
  const vtm_extracted *extracted = measured->extracted;
  const vtm_scored_model *m = &scoring->models[model];
  const size_t layers = extracted->extractor.layers;
  const double *values = extracted->layers[model] + pair * layers;
  const vtm_folder_entry *reference = &scoring->reference.images.folder.entries[m->matching.pairs[pair].reference];
  const vtm_folder_entry *generated = &m->input.images.folder.entries[m->matching.pairs[pair].generated];
  if (!extracted->present[model][pair])
    return vtm_fail(error, VTM_ERROR_NUMERIC, "%s/%s: the value of the image is missing: a fault of vtonmetrics",
                    m->input.path, generated->name);
  score->value = value_of(measured->metric->pair, values, layers);
  score->name = vtm_result_copy(measured->builder, m->matching.repeats > 0 ? generated->stem : reference->stem);
  score->reference = vtm_result_copy(measured->builder, reference->name);
  score->generated = vtm_result_copy(measured->builder, generated->name);
  if (!measured->metric->pair->has_layers) return VTM_OK;
  double *copy = vtm_result_allocate(measured->builder, layers, sizeof(*copy));
  if (copy == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the values of the images");
  memcpy(copy, values, layers * sizeof(*copy));
  score->layers = copy;
  return VTM_OK;
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left;
  const double b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Mean, median, and the deviation over n - 1 of two pairs or more. */
static vtm_status summarise(vtm_measured *measured, vtm_score_row *row, vtm_error *error) {
  const size_t n = row->image_count;
  double *values = vtm_allocate(n, sizeof(*values), error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  double mean = 0;
  double squares = 0;
  size_t infinite = 0;
  for (size_t i = 0; i < n; i++) {
    mean += values[i] = row->images[i].value;
    infinite += isinf(values[i]) != 0;
  }
  mean /= (double)n;
  for (size_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
  qsort(values, n, sizeof(*values), by_value);
  const double median = n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
  free(values);
  row->value = mean;
  vtm_result_term(measured->builder, row, "mean", mean);
  vtm_result_term(measured->builder, row, "median", median);
  if (n > 1 && infinite == 0) vtm_result_term(measured->builder, row, "std", sqrt(squares / (double)(n - 1)));
  if (infinite > 0)
    vtm_result_warn_row(measured->builder, row, "%zu of %zu pairs are %s: their value is infinite, and so is the mean",
                        infinite, n, measured->metric->pair->infinite);
  return VTM_OK;
}

static vtm_status score_model(const vtm_scoring *scoring, vtm_measured *measured, size_t number, vtm_error *error) {
  const vtm_scored_model *model = &scoring->models[number];
  const vtm_selection *selection = &measured->selections[number];
  vtm_score_row *row = &measured->rows[number];
  vtm_image_score *scores = vtm_result_allocate(measured->builder, selection->generated_count, sizeof(*scores));
  if (scores == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the values of the images");
  vtm_status status = VTM_OK;
  for (size_t k = 0; k < model->matching.count && status == VTM_OK; k++)
    if (!model->dropped[k]) status = take_pair(scoring, measured, number, k, &scores[row->image_count++], error);
  if (status != VTM_OK) return status;
  row->images = scores;
  row->n_reference = selection->reference_count;
  row->n_generated = row->image_count;
  row->layer_count = measured->metric->pair->has_layers ? measured->extracted->extractor.layers : 0;
  status = summarise(measured, row, error);
  vtm_warn_of_images(&model->input.images, selection->used, measured->builder, row);
  return status;
}

static void describe(const vtm_scoring *scoring, vtm_measured *measured) {
  const vtm_extractor *extractor = &measured->extracted->extractor;
  char resize[128];
  const vtm_pair_variant *variant = vtm_pair_variant_of(measured->settings);
  vtm_describe_extractor(measured->builder, extractor);
  if (variant != NULL) vtm_result_fingerprint(measured->builder, "definition", "%s", variant->name);
  vtm_extractor_describe_resize(&extractor->request, resize, sizeof(resize));
  vtm_result_fingerprint(measured->builder, "resize", "%s", resize);
  vtm_describe_machine(scoring->context, measured->builder, extractor);
}

vtm_status vtm_score_pairs(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  vtm_status status = VTM_OK;
  const vtm_pair_variant *variant = vtm_pair_variant_of(measured->settings);
  measured->builder->result.label = variant != NULL ? variant->label : measured->metric->pair->label;
  vtm_scoring_note_matching(scoring, measured);
  describe(scoring, measured);
  vtm_scoring_warn_broken(scoring, measured);
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++)
    status = score_model(scoring, measured, i, error);
  vtm_warn_of_images(&scoring->reference.images, measured->used_reference, measured->builder, NULL);
  if (status == VTM_OK) status = vtm_scoring_check_results(scoring, measured, error);
  return status == VTM_OK
             ? vtm_add_mean_intervals(scoring->context, measured->settings, measured->builder, measured->rows, error)
             : status;
}
