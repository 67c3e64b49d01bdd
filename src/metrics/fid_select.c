/* Which images of which side take part in a FID. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "metrics/fid_run.h"
#include "metrics/matching.h"
#include "metrics/settings.h"

vtm_status vtm_fid_open_inputs(vtm_fid_run *run, vtm_error *error) {
  const vtm_score_request *request = run->request;
  run->models = vtm_allocate(request->count, sizeof(*run->models), error);
  if (run->models == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = vtm_input_open(request->reference, run->protocol->name, &run->reference, error);
  for (size_t i = 0; i < request->count && status == VTM_OK; i++)
    status = vtm_input_open(request->generated[i], run->protocol->name, &run->models[i].input, error);
  return status;
}

void vtm_fid_close_inputs(vtm_fid_run *run) {
  vtm_input_close(&run->reference);
  for (size_t i = 0; run->models != NULL && i < run->request->count; i++) {
    vtm_input_close(&run->models[i].input);
    free(run->models[i].reference);
    free(run->models[i].generated);
    free(run->models[i].partner);
    vtm_gaussian_free(&run->models[i].gaussian);
    vtm_feature_rows_close(&run->models[i].rows);
    free(run->models[i].shares);
  }
  free(run->models);
  for (size_t i = 0; run->subsets != NULL && i < run->subset_count; i++) {
    vtm_moments_destroy(run->subsets[i].moments);
    vtm_gaussian_free(&run->subsets[i].gaussian);
  }
  free(run->subsets);
  free(run->all);
  vtm_feature_rows_close(&run->rows);
}

static vtm_status choose_all(const vtm_input *input, size_t **entries, size_t *count, vtm_error *error) {
  *count = input->images.folder.count;
  *entries = vtm_allocate(*count, sizeof(**entries), error);
  if (*entries == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < *count; i++) (*entries)[i] = i;
  return VTM_OK;
}

static vtm_status choose_pairs(const vtm_fid_run *run, vtm_fid_model *model, vtm_error *error) {
  vtm_matching matching;
  vtm_status status = vtm_match_images(run->context, run->settings, &run->reference.images, &model->input.images,
                                       run->request->people, run->builder, &matching, error);
  if (status != VTM_OK) return status;
  model->reference = vtm_allocate(matching.count, sizeof(size_t), error);
  model->generated = vtm_allocate(matching.count, sizeof(size_t), error);
  if (model->reference == NULL || model->generated == NULL) status = VTM_ERROR_MEMORY;
  for (size_t i = 0; i < matching.count && status == VTM_OK; i++) {
    model->reference[i] = matching.pairs[i].reference;
    model->generated[i] = matching.pairs[i].generated;
  }
  model->reference_count = model->generated_count = matching.count;
  vtm_matching_close(&matching);
  return status;
}

static bool can_match(const vtm_input *input) { return input->kind != VTM_INPUT_STATISTICS && input->named; }

vtm_status vtm_fid_choose_entries(vtm_fid_run *run, vtm_error *error) {
  const bool all_images = vtm_settings_flag(run->settings, "all-images");
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++) {
    vtm_fid_model *model = &run->models[i];
    model->matched = !all_images && can_match(&run->reference) && can_match(&model->input);
    if (model->matched) {
      status = choose_pairs(run, model, error);
    } else {
      status = choose_all(&run->reference, &model->reference, &model->reference_count, error);
      if (status == VTM_OK) status = choose_all(&model->input, &model->generated, &model->generated_count, error);
    }
    for (size_t k = 0; k < model->reference_count && status == VTM_OK; k++)
      run->reference.images.wanted[model->reference[k]] = true;
    for (size_t k = 0; k < model->generated_count && status == VTM_OK; k++)
      model->input.images.wanted[model->generated[k]] = true;
  }
  for (size_t k = 0; k < run->reference.images.folder.count && run->request->count == 0; k++)
    run->reference.images.wanted[k] = true;
  return status;
}

static void keep_sound(const vtm_images *images, size_t *entries, size_t *count) {
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++)
    if (images->problems[entries[i]] == NULL) entries[kept++] = entries[i];
  *count = kept;
}

static void keep_sound_pairs(const vtm_images *reference, vtm_fid_model *model) {
  size_t kept = 0;
  for (size_t i = 0; i < model->reference_count; i++) {
    if (reference->problems[model->reference[i]] != NULL) continue;
    if (model->input.images.problems[model->generated[i]] != NULL) continue;
    model->reference[kept] = model->reference[i];
    model->generated[kept++] = model->generated[i];
  }
  model->reference_count = model->generated_count = kept;
}

void vtm_fid_leave_out_broken(vtm_fid_run *run) {
  vtm_images *reference = &run->reference.images;
  for (size_t i = 0; i < run->request->count; i++) {
    vtm_fid_model *model = &run->models[i];
    if (model->matched) {
      keep_sound_pairs(reference, model);
    } else {
      keep_sound(reference, model->reference, &model->reference_count);
      keep_sound(&model->input.images, model->generated, &model->generated_count);
    }
  }
  if (run->reference.kind == VTM_INPUT_STATISTICS) return;
  if (run->request->count > 0) {
    memset(reference->wanted, 0, reference->folder.count * sizeof(*reference->wanted));
    for (size_t i = 0; i < run->request->count; i++)
      for (size_t k = 0; k < run->models[i].reference_count; k++) reference->wanted[run->models[i].reference[k]] = true;
  } else {
    for (size_t k = 0; k < reference->folder.count; k++)
      if (reference->problems[k] != NULL) reference->wanted[k] = false;
  }
}

static vtm_status require_two(const char *path, size_t count, bool matched, vtm_error *error) {
  if (count >= 2) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "%s: %zu image%s %s: a distance of distributions needs at least 2", path,
                  count, count == 1 ? "" : "s", matched ? "with a partner in the other folder" : "can be used");
}

static size_t find_subset(vtm_fid_run *run, const size_t *entries, size_t count) {
  for (size_t i = 0; i < run->subset_count; i++)
    if (run->subsets[i].count == count && memcmp(run->subsets[i].entries, entries, count * sizeof(*entries)) == 0)
      return i;
  run->subsets[run->subset_count] = (vtm_fid_subset){.entries = entries, .count = count};
  return run->subset_count++;
}

static int by_entry(const void *left, const void *right) {
  const size_t a = *(const size_t *)left;
  const size_t b = *(const size_t *)right;
  return (a > b) - (a < b);
}

static vtm_status keep_partners(vtm_fid_model *model, vtm_error *error) {
  const size_t count = model->input.images.folder.count;
  model->partner = vtm_allocate(count, sizeof(*model->partner), error);
  if (model->partner == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < count; i++) model->partner[i] = VTM_NO_ENTRY;
  for (size_t i = 0; i < model->generated_count; i++) model->partner[model->generated[i]] = model->reference[i];
  return VTM_OK;
}

/* From pairs to two sets: a photograph with several results counts once, and entries rise. */
static void forget_pairs(vtm_fid_model *model) {
  size_t kept = 0;
  for (size_t i = 0; i < model->reference_count; i++)
    if (kept == 0 || model->reference[kept - 1] != model->reference[i]) model->reference[kept++] = model->reference[i];
  model->reference_count = kept;
  qsort(model->generated, model->generated_count, sizeof(*model->generated), by_entry);
}

vtm_status vtm_fid_make_subsets(vtm_fid_run *run, vtm_error *error) {
  const vtm_images *reference = &run->reference.images;
  const bool rows = run->reference.kind != VTM_INPUT_STATISTICS;
  run->all = vtm_allocate(reference->folder.count, sizeof(*run->all), error);
  run->subsets = vtm_allocate(run->request->count + 1, sizeof(*run->subsets), error);
  if (run->all == NULL || run->subsets == NULL) return VTM_ERROR_MEMORY;
  for (size_t k = 0; k < reference->folder.count; k++)
    if (reference->wanted[k]) run->all[run->all_count++] = k;
  (void)find_subset(run, run->all, run->all_count);
  vtm_status status = VTM_OK;
  if (run->request->count == 0 && rows) status = require_two(run->reference.path, run->all_count, false, error);
  for (size_t i = 0; i < run->request->count && status == VTM_OK; i++) {
    vtm_fid_model *model = &run->models[i];
    if (model->matched) status = keep_partners(model, error);
    if (status != VTM_OK) return status;
    if (model->matched) forget_pairs(model);
    if (rows) status = require_two(run->reference.path, model->reference_count, model->matched, error);
    if (status == VTM_OK && model->input.kind != VTM_INPUT_STATISTICS)
      status = require_two(model->input.path, model->generated_count, model->matched, error);
    model->subset = find_subset(run, model->reference, model->reference_count);
  }
  return status;
}

static void note_broken(vtm_fid_run *run, vtm_score_row *rows) {
  const vtm_images *reference = &run->reference.images;
  for (size_t k = 0; k < reference->folder.count; k++)
    if (reference->problems[k] != NULL) vtm_result_warn(run->builder, "left out: %s", reference->problems[k]);
  for (size_t i = 0; i < run->request->count; i++) {
    const vtm_images *images = &run->models[i].input.images;
    for (size_t k = 0; k < images->folder.count; k++)
      if (images->problems[k] != NULL)
        vtm_result_warn_row(run->builder, &rows[i], "left out%s: %s", run->models[i].matched ? " with its partner" : "",
                            images->problems[k]);
  }
}

static bool all_alike(const vtm_fid_run *run) {
  const vtm_fid_model *first = &run->models[0];
  for (size_t i = 1; i < run->request->count; i++) {
    const vtm_fid_model *model = &run->models[i];
    if (model->matched != first->matched || model->reference_count != first->reference_count ||
        model->input.images.folder.count != first->input.images.folder.count)
      return false;
  }
  return true;
}

void vtm_fid_note_selection(vtm_fid_run *run, vtm_score_row *rows) {
  note_broken(run, rows);
  const size_t in_reference = run->reference.images.folder.count;
  const bool once = run->request->count > 0 && all_alike(run);
  for (size_t i = 0; i < run->request->count; i++) {
    const vtm_fid_model *model = &run->models[i];
    const size_t in_model = model->input.images.folder.count;
    const char *name = once ? "" : rows[i].name;
    const char *colon = once ? "" : ": ";
    if (!model->matched)
      vtm_result_note(run->builder, "%s%sall images of both sides, matched or not", name, colon);
    else if (model->generated_count == in_model)
      vtm_result_note(run->builder, "%s%smatched images only: %zu of %zu", name, colon, model->reference_count,
                      in_reference);
    else
      vtm_result_note(run->builder, "%s%smatched images only: %zu of %zu, and of %zu generated ones", name, colon,
                      model->reference_count, in_reference, in_model);
    if (once) return;
  }
}
