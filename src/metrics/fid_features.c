/* From the entries of an input to a Gaussian: through the network, or straight from a file's rows. */
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "metrics/fid_run.h"
#include "metrics/settings.h"

/* Takes the features of one entry; called in the order of `entries`. */
typedef vtm_status (*row_taker)(void *user, size_t position, const double *row, vtm_error *error);

typedef struct feed {
  vtm_fid_run *run;
  vtm_input *input;
  const size_t *entries;
  size_t count;
  row_taker take;
  void *user;
  double *row;
} feed;

static vtm_recalled recall(void *user, size_t item, size_t viewer, void *features) {
  (void)viewer;
  const feed *job = user;
  const bool known = vtm_extractor_find_features(&job->run->view, &job->input->images, job->entries[item], features);
  return known ? VTM_KNOWN : VTM_NOT_KNOWN;
}

static vtm_status load(void *user, size_t item, int thread, vtm_pixels *pixels, vtm_error *error) {
  const feed *job = user;
  const vtm_loader *loader = &job->run->view.loader;
  return vtm_images_load(&job->input->images, &loader, 1, job->entries[item], thread, pixels, error);
}

static vtm_status take_features(void *user, const vtm_outcome *outcome, vtm_error *error) {
  const feed *job = user;
  vtm_images *images = &job->input->images;
  const size_t entry = job->entries[outcome->group];
  if (outcome->features == NULL) {
    job->run->image_failed = true;
    return vtm_images_fail(images, entry, outcome->error, error);
  }
  if (!outcome->known) vtm_extractor_keep_features(&job->run->view, images, entry, outcome->features);
  for (size_t k = 0; k < job->run->features; k++) job->row[k] = (double)outcome->features[k];
  return job->take(job->user, outcome->group, job->row, error);
}

static vtm_status feed_file_rows(const feed *job, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < job->count && status == VTM_OK; i++) {
    vtm_error row_error = {0};
    if (vtm_is_cancelled(job->run->context)) return vtm_fail_cancelled(error);
    vtm_input_row(job->input, job->entries[i], job->row);
    status = job->take(job->user, i, job->row, &row_error);
    if (status != VTM_OK)
      (void)vtm_fail(error, status, "%s: row %zu: %s", job->input->path, job->input->rows[job->entries[i]],
                     row_error.message);
  }
  return status;
}

static vtm_status feed_rows(feed *job, const char *stage, vtm_error *error) {
  vtm_fid_run *run = job->run;
  job->row = vtm_allocate(run->features, sizeof(*job->row), error);
  if (job->row == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = VTM_OK;
  if (job->input->kind == VTM_INPUT_FEATURES) {
    status = feed_file_rows(job, error);
  } else {
    const vtm_source source = {.count = job->count, .members = 1, .recall = recall, .load = load, .user = job};
    const vtm_run networks = {.viewers = &run->view.viewer,
                              .viewer_count = 1,
                              .stage = stage,
                              .source = &source,
                              .batch = (size_t)vtm_settings_integer(run->settings, "batch"),
                              .sink = take_features,
                              .sink_user = job};
    status = vtm_run_networks(run->context, &networks, error);
  }
  free(job->row);
  return status;
}

static vtm_status take_reference(void *user, size_t position, const double *row, vtm_error *error) {
  vtm_fid_run *run = user;
  vtm_status status = VTM_OK;
  for (size_t s = 0; s < run->subset_count && status == VTM_OK; s++) {
    vtm_fid_subset *subset = &run->subsets[s];
    if (subset->next == subset->count || subset->entries[subset->next] != run->all[position]) continue;
    subset->next++;
    if (subset->moments != NULL) status = vtm_moments_add(subset->moments, row, error);
  }
  vtm_feature_rows_put(&run->rows, position, row);
  return status;
}

/* The union is only collected where a model or a file to be written needs it. */
static bool is_needed(const vtm_fid_run *run, size_t subset) {
  if (subset > 0 || run->request->count == 0 || vtm_settings_text(run->settings, "save-stats") != NULL) return true;
  for (size_t i = 0; i < run->request->count; i++)
    if (run->models[i].subset == 0) return true;
  return false;
}

vtm_status vtm_fid_fit_statistics(vtm_fid_run *run, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (run->reference.kind == VTM_INPUT_STATISTICS)
    status = vtm_input_gaussian(&run->reference, &run->subsets[0].gaussian, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    if (run->models[i].input.kind == VTM_INPUT_STATISTICS)
      status = vtm_input_gaussian(&run->models[i].input, &run->models[i].gaussian, error);
  return status;
}

vtm_status vtm_fid_fit_reference(vtm_fid_run *run, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (run->reference.kind == VTM_INPUT_STATISTICS) return status;
  for (size_t s = 0; s < run->subset_count && status == VTM_OK; s++)
    if (is_needed(run, s))
      status = vtm_moments_create(run->context->pool, run->features, &run->subsets[s].moments, error);
  feed job = {.run = run,
              .input = &run->reference,
              .entries = run->all,
              .count = run->all_count,
              .take = take_reference,
              .user = run};
  if (status == VTM_OK) status = feed_rows(&job, run->request->reference, error);
  for (size_t s = 0; s < run->subset_count && status == VTM_OK; s++) {
    vtm_fid_subset *subset = &run->subsets[s];
    if (subset->moments == NULL) continue;
    status = vtm_moments_gaussian(subset->moments, &subset->gaussian, error);
    vtm_moments_destroy(subset->moments);
    subset->moments = NULL;
  }
  return status;
}

typedef struct generated_taker {
  vtm_moments *moments;
  vtm_feature_rows *rows;
} generated_taker;

static vtm_status take_generated(void *user, size_t position, const double *row, vtm_error *error) {
  generated_taker *taker = user;
  vtm_feature_rows_put(taker->rows, position, row);
  return vtm_moments_add(taker->moments, row, error);
}

vtm_status vtm_fid_fit_model(vtm_fid_run *run, vtm_fid_model *model, const char *stage, vtm_error *error) {
  if (model->input.kind == VTM_INPUT_STATISTICS) return VTM_OK;
  generated_taker taker = {.rows = &model->rows};
  vtm_status status = vtm_moments_create(run->context->pool, run->features, &taker.moments, error);
  feed job = {.run = run,
              .input = &model->input,
              .entries = model->generated,
              .count = model->generated_count,
              .take = take_generated,
              .user = &taker};
  if (status == VTM_OK) status = feed_rows(&job, stage, error);
  if (status == VTM_OK) status = vtm_moments_gaussian(taker.moments, &model->gaussian, error);
  vtm_moments_destroy(taker.moments);
  return status;
}

vtm_status vtm_fid_check_images(vtm_fid_run *run, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (run->reference.kind == VTM_INPUT_FOLDER)
    status = vtm_images_check(run->context, &run->view.loader, &run->reference.images, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++)
    if (run->models[i].input.kind == VTM_INPUT_FOLDER)
      status = vtm_images_check(run->context, &run->view.loader, &run->models[i].input.images, error);
  return status;
}
