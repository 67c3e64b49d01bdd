/* Who is compared with whom, and which images each metric uses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "metrics/pair_measure.h"
#include "metrics/scoring.h"
#include "metrics/set_measure.h"
#include "metrics/settings.h"

/* ---- matching ---- */

static bool can_match(const vtm_input *input) { return input->kind != VTM_INPUT_STATISTICS && input->named; }

bool vtm_scoring_uses_pairs(const vtm_scoring *scoring, const vtm_measured *measured, size_t model) {
  if (measured->metric->pair != NULL) return true;
  return !measured->settings->values.all_images && can_match(&scoring->reference) &&
         can_match(&scoring->models[model].input);
}

static void log_files(vtm_context *context, const vtm_folder *reference, const vtm_folder *generated,
                      const vtm_matching *matching) {
  if (context->log == NULL) return;
  vtm_log(context, VTM_LOG_INFO, "%s: matched by %s: %s", generated->path, matching->scheme, matching->reason);
  for (size_t i = 0; i < generated->count; i++) {
    char line[1024];
    (void)vtm_matching_explain(reference, generated, matching, i, line, sizeof(line));
    vtm_log(context, VTM_LOG_INFO, "%s: %s", generated->path, line);
  }
  for (size_t i = 0; i < matching->only_reference_count; i++)
    vtm_log(context, VTM_LOG_INFO, "%s: %s has no result", reference->path,
            reference->entries[matching->only_reference[i]].name);
}

/* A distance between sets needs no partners; said where that is all that is asked for, and can be. */
static void mention_all_images(const vtm_scoring *scoring, vtm_error *error) {
  bool possible = error != NULL && error->status == VTM_ERROR_DATA;
  for (size_t i = 0; i < scoring->request->metric_count; i++)
    possible = possible && scoring->measured[i].metric->pair == NULL;
  if (!possible) return;
  char message[sizeof(error->message)];
  (void)snprintf(message, sizeof(message), "%s", error->message);
  (void)vtm_fail(error, error->status, "%s; or --all-images takes all images of both sides, whatever their names",
                 message);
}

static vtm_status match_model(vtm_scoring *scoring, size_t number, vtm_error *error) {
  vtm_scored_model *model = &scoring->models[number];
  const vtm_match_options options = {.struct_size = sizeof(options),
                                     .how = scoring->request->settings[0]->values.match};
  const vtm_folder *reference = &scoring->reference.images.folder;
  const vtm_folder *generated = &model->input.images.folder;
  for (size_t i = 0; i < scoring->request->metric_count; i++) {
    vtm_selection *selection = &scoring->measured[i].selections[number];
    selection->matched = vtm_scoring_uses_pairs(scoring, &scoring->measured[i], number);
    model->matched = model->matched || selection->matched;
  }
  if (!model->matched) return VTM_OK;
  vtm_status status = vtm_match(reference, generated, &options, &model->matching, error);
  if (status != VTM_OK) {
    model->matching = (vtm_matching){0};
    return status;
  }
  log_files(scoring->context, reference, generated, &model->matching);
  status = vtm_matching_require(reference, generated, &model->matching, error);
  if (status != VTM_OK && model->matching.count == 0) mention_all_images(scoring, error);
  model->dropped = vtm_allocate(model->matching.count, sizeof(*model->dropped), error);
  return status == VTM_OK && model->dropped == NULL ? VTM_ERROR_MEMORY : status;
}

/* ---- people: entries of the reference, with all their results ---- */

static bool all_are_matched(const vtm_scoring *scoring) {
  for (size_t i = 0; i < scoring->request->count; i++)
    if (!scoring->models[i].matched) return false;
  return scoring->request->count > 0;
}

/* How many models have a pair of each entry of the reference that was not dropped. */
static size_t *count_models(const vtm_scoring *scoring, vtm_error *error) {
  size_t *counts = vtm_allocate(scoring->reference.images.folder.count, sizeof(*counts), error);
  for (size_t i = 0; counts != NULL && i < scoring->request->count; i++) {
    const vtm_scored_model *model = &scoring->models[i];
    size_t last = VTM_NO_ENTRY;
    for (size_t k = 0; k < model->matching.count; k++) {
      const size_t reference = model->matching.pairs[k].reference;
      if (model->dropped[k] || reference == last) continue;
      last = reference;
      counts[reference]++;
    }
  }
  return counts;
}

static void drop_pairs(vtm_scoring *scoring, const size_t *counts) {
  for (size_t i = 0; i < scoring->request->count; i++) {
    vtm_scored_model *model = &scoring->models[i];
    for (size_t k = 0; k < model->matching.count; k++)
      if (counts[model->matching.pairs[k].reference] < scoring->request->count) model->dropped[k] = true;
  }
}

/* Counts the people whom all models have; only these stay where values are to be comparable. */
static vtm_status find_people(vtm_scoring *scoring, vtm_error *error) {
  if (!all_are_matched(scoring)) return VTM_OK;
  size_t *counts = count_models(scoring, error);
  if (counts == NULL) return VTM_ERROR_MEMORY;
  size_t some = 0;
  scoring->people = 0;
  for (size_t k = 0; k < scoring->reference.images.folder.count; k++) {
    some += counts[k] > 0;
    scoring->people += counts[k] == scoring->request->count;
  }
  if (scoring->all_people == 0) scoring->all_people = some;
  if (scoring->request->people == VTM_COMPARE_COMMON) drop_pairs(scoring, counts);
  free(counts);
  if (scoring->people > 0 || scoring->request->people != VTM_COMPARE_COMMON) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA,
                  "of no person do all %zu models have a result: leave a model out, or score what each has (--each)",
                  scoring->request->count);
}

/* Pairs that take no part are forgotten; done once, before anything refers to their numbers. */
static void forget_dropped(vtm_scored_model *model) {
  vtm_matching *matching = &model->matching;
  size_t kept = 0;
  matching->people = 0;
  for (size_t i = 0; i < matching->count; i++) {
    if (model->dropped[i]) continue;
    const vtm_pair pair = matching->pairs[i];
    if (kept == 0 || matching->pairs[kept - 1].reference != pair.reference) matching->people++;
    matching->pairs[kept++] = pair;
  }
  matching->count = kept;
  memset(model->dropped, 0, kept * sizeof(*model->dropped));
}

static vtm_status require_paired(const vtm_scoring *scoring, const vtm_measured *measured, vtm_error *error) {
  vtm_status status = VTM_OK;
  if (measured->metric->pair == NULL || measured->settings->values.unpaired_anyway) return status;
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++)
    status = vtm_matching_require_paired(&scoring->reference.images.folder, &scoring->models[i].input.images.folder,
                                         &scoring->models[i].matching, error);
  return status;
}

vtm_status vtm_scoring_match(vtm_scoring *scoring, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++) status = match_model(scoring, i, error);
  if (status == VTM_OK) status = find_people(scoring, error);
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++)
    if (scoring->models[i].matched) forget_dropped(&scoring->models[i]);
  for (size_t i = 0; i < scoring->request->metric_count && status == VTM_OK; i++)
    status = require_paired(scoring, &scoring->measured[i], error);
  return status;
}

/* ---- selections ---- */

void vtm_selection_free(vtm_selection *selection) {
  free(selection->reference);
  free(selection->generated);
  free(selection->partner);
  free(selection->used);
  *selection = (vtm_selection){.matched = selection->matched};
}

static vtm_status allocate_selection(const vtm_scoring *scoring, size_t model, vtm_selection *selection,
                                     vtm_error *error) {
  const size_t in_reference = scoring->reference.images.folder.count;
  const size_t in_model = scoring->models[model].input.images.folder.count;
  vtm_selection_free(selection);
  selection->reference = vtm_allocate(in_reference, sizeof(size_t), error);
  selection->generated = vtm_allocate(in_model, sizeof(size_t), error);
  selection->used = vtm_allocate(in_model, sizeof(bool), error);
  bool complete = selection->reference != NULL && selection->generated != NULL && selection->used != NULL;
  if (selection->matched) {
    selection->partner = vtm_allocate(in_model, sizeof(size_t), error);
    complete = complete && selection->partner != NULL;
    for (size_t k = 0; k < in_model && complete; k++) selection->partner[k] = VTM_NO_ENTRY;
  }
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* A photograph with several results counts once. */
static void select_pairs(const vtm_scored_model *model, vtm_selection *selection) {
  const vtm_matching *matching = &model->matching;
  for (size_t k = 0; k < matching->count; k++) {
    const vtm_pair pair = matching->pairs[k];
    if (model->dropped[k]) continue;
    const size_t count = selection->reference_count;
    if (count == 0 || selection->reference[count - 1] != pair.reference)
      selection->reference[selection->reference_count++] = pair.reference;
    selection->partner[pair.generated] = pair.reference;
    selection->used[pair.generated] = true;
  }
  for (size_t k = 0; k < model->input.images.folder.count; k++)
    if (selection->used[k]) selection->generated[selection->generated_count++] = k;
}

static size_t select_all(const vtm_input *input, size_t *entries, bool *used) {
  size_t count = 0;
  for (size_t k = 0; k < input->images.folder.count; k++) {
    if (input->images.problems[k] != NULL) continue;
    entries[count++] = k;
    if (used != NULL) used[k] = true;
  }
  return count;
}

static vtm_status require_least(const vtm_set_measure *set, const char *path, size_t count, bool matched,
                                vtm_error *error) {
  if (count >= set->least) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_DATA, "%s: %zu image%s %s: a distance of distributions needs at least %zu", path,
                  count, count == 1 ? "" : "s", matched ? "with a partner in the other folder" : "can be used",
                  set->least);
}

static vtm_status check_selection(const vtm_scoring *scoring, const vtm_measured *measured, size_t model,
                                  vtm_error *error) {
  const vtm_selection *selection = &measured->selections[model];
  const vtm_input *input = &scoring->models[model].input;
  const vtm_set_measure *set = measured->metric->set;
  if (set == NULL && selection->generated_count == 0)
    return vtm_fail(error, VTM_ERROR_DATA, "%s: no pair is left, all are broken", input->path);
  if (set == NULL) return VTM_OK;
  vtm_status status = VTM_OK;
  if (scoring->reference.kind != VTM_INPUT_STATISTICS)
    status = require_least(set, scoring->reference.path, selection->reference_count, selection->matched, error);
  if (status == VTM_OK && input->kind != VTM_INPUT_STATISTICS)
    status = require_least(set, input->path, selection->generated_count, selection->matched, error);
  return status;
}

static vtm_status select_model(const vtm_scoring *scoring, vtm_measured *measured, size_t number, vtm_error *error) {
  vtm_selection *selection = &measured->selections[number];
  const vtm_scored_model *model = &scoring->models[number];
  const vtm_status status = allocate_selection(scoring, number, selection, error);
  if (status != VTM_OK) return status;
  if (selection->matched) {
    select_pairs(model, selection);
  } else {
    selection->reference_count = select_all(&scoring->reference, selection->reference, NULL);
    selection->generated_count = select_all(&model->input, selection->generated, selection->used);
  }
  for (size_t k = 0; k < selection->reference_count; k++) measured->used_reference[selection->reference[k]] = true;
  return check_selection(scoring, measured, number, error);
}

/* What is used before anything drops out. */
static vtm_status remember_first(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const size_t in_reference = scoring->reference.images.folder.count;
  if (measured->paired_reference != NULL) return VTM_OK;
  measured->paired_reference = vtm_allocate(in_reference, sizeof(bool), error);
  if (measured->paired_reference == NULL) return VTM_ERROR_MEMORY;
  memcpy(measured->paired_reference, measured->used_reference, in_reference * sizeof(bool));
  for (size_t i = 0; i < scoring->request->count; i++) {
    const size_t count = scoring->models[i].input.images.folder.count;
    measured->paired[i] = vtm_allocate(count, sizeof(bool), error);
    if (measured->paired[i] == NULL) return VTM_ERROR_MEMORY;
    memcpy(measured->paired[i], measured->selections[i].used, count * sizeof(bool));
  }
  return VTM_OK;
}

static vtm_status select_for(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const vtm_input *reference = &scoring->reference;
  free(measured->used_reference);
  measured->used_reference = vtm_allocate(reference->images.folder.count, sizeof(bool), error);
  vtm_status status = measured->used_reference != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++)
    status = select_model(scoring, measured, i, error);
  if (status == VTM_OK && scoring->request->count == 0) {
    size_t count = 0;
    for (size_t k = 0; k < reference->images.folder.count; k++)
      count += measured->used_reference[k] = reference->images.problems[k] == NULL;
    status = require_least(measured->metric->set, reference->path, count, false, error);
  }
  return status == VTM_OK ? remember_first(scoring, measured, error) : status;
}

/* A broken file counts as one that is not there: its pair goes, and with it the person, of whom not all models have a
 * result any more. */
static vtm_status drop_broken(vtm_scoring *scoring, vtm_error *error) {
  bool any = false;
  for (size_t i = 0; i < scoring->request->count; i++) {
    vtm_scored_model *model = &scoring->models[i];
    for (size_t k = 0; k < model->matching.count; k++) {
      const vtm_pair pair = model->matching.pairs[k];
      if (scoring->reference.images.problems[pair.reference] != NULL ||
          model->input.images.problems[pair.generated] != NULL)
        any = model->dropped[k] = true;
    }
  }
  return any ? find_people(scoring, error) : VTM_OK;
}

vtm_status vtm_scoring_select(vtm_scoring *scoring, vtm_error *error) {
  vtm_status status = drop_broken(scoring, error);
  for (size_t i = 0; i < scoring->request->metric_count && status == VTM_OK; i++)
    status = select_for(scoring, &scoring->measured[i], error);
  return status;
}

/* ---- what the reader has to know ---- */

/* Garments, and the photographs themselves, are taken for results when folders are given in the wrong order. */
static void warn_of_folder(vtm_result_builder *builder, vtm_score_row *row, const vtm_input *model) {
  static const struct {
    const char *name, *holds;
  } usual[] = {{"image", "photographs"}, {"cloth", "garments"},   {"cloths", "garments"},
               {"clothes", "garments"},  {"garment", "garments"}, {"garments", "garments"}};
  char *last = vtm_path_last_part(model->path, NULL);
  for (size_t i = 0; i < sizeof(usual) / sizeof(*usual) && last != NULL; i++)
    if (strcmp(last, usual[i].name) == 0)
      vtm_result_warn_row(builder, row,
                          "a folder of that name mostly holds %s, and is taken for results here: the reference "
                          "comes first, then the results",
                          usual[i].holds);
  free(last);
}

static void note_model(vtm_result_builder *builder, const char *path, const vtm_matching *matching) {
  if (strcmp(matching->scheme, "stem") != 0)
    vtm_result_note(builder, "%s: matched by %s: %s", path, matching->scheme, matching->reason);
  if (matching->repeats > 0)
    vtm_result_note(builder, "%s: %zu results of %zu people, each result counts", path, matching->count,
                    matching->people);
  if (matching->ambiguous > 0)
    vtm_result_warn(builder,
                    "%s: %zu images left out whose name may mean either of two people; 'vtonmetrics "
                    "pairs-check' lists them",
                    path, matching->ambiguous);
  if (matching->near_names > 0)
    vtm_result_warn(builder,
                    "%s: %zu images left out whose name differs from a photograph's in letter case or Unicode "
                    "form only; 'vtonmetrics pairs-check' lists them",
                    path, matching->near_names);
}

/* "2 of 28 photographs have no result, for example 00003_00.jpg" */
static void warn_of_missing(vtm_result_builder *builder, vtm_score_row *row, const char *what, const vtm_folder *folder,
                            const size_t *entries, size_t count, const char *partner) {
  if (count > 0)
    vtm_result_warn_row(builder, row, "%zu of %zu %ss %s no %s, for example %s", count, folder->count, what,
                        count == 1 ? "has" : "have", partner, folder->entries[entries[0]].name);
}

static void warn_of_pairs(const vtm_scoring *scoring, vtm_measured *measured, size_t number) {
  vtm_result_builder *builder = measured->builder;
  vtm_score_row *row = &measured->rows[number];
  const vtm_scored_model *model = &scoring->models[number];
  const vtm_matching *matching = &model->matching;
  const vtm_folder *reference = &scoring->reference.images.folder;
  const vtm_folder *generated = &model->input.images.folder;
  if (measured->metric->pair != NULL && matching->foreign > 0 && measured->settings->values.unpaired_anyway)
    vtm_result_warn_row(builder, row,
                        "an unpaired set: in %zu of %zu results the person wears another garment, so "
                        "the value measures the change of clothes too",
                        matching->foreign, matching->count);
  warn_of_missing(builder, row, "photograph", reference, matching->only_reference, matching->only_reference_count,
                  "result");
  warn_of_missing(builder, row, "result", generated, matching->only_generated, matching->only_generated_count,
                  "photograph");
}

enum { LONGEST_REMARK = 512 };

/* Files that look like pictures but were not counted; NULL: none. */
static const char *remark_passed_over(const vtm_input *input, char remark[LONGEST_REMARK]) {
  const vtm_folder *folder = &input->images.folder;
  if (folder->passed_over == 0) return NULL;
  const bool one = folder->passed_over == 1;
  (void)snprintf(remark, LONGEST_REMARK,
                 "%s: %zu file%s look%s like %s but %s not read, for example %s: the name ends in no extension of a "
                 "format that is read",
                 input->path, folder->passed_over, one ? "" : "s", one ? "s" : "", one ? "a picture" : "pictures",
                 one ? "was" : "were", folder->passed_over_name);
  return remark;
}

void vtm_scoring_note_matching(const vtm_scoring *scoring, vtm_measured *measured) {
  char remark[LONGEST_REMARK];
  const vtm_folder *reference = &scoring->reference.images.folder;
  if (reference->chosen_by != NULL)
    vtm_result_note(measured->builder, "%s: the %zu people of %s, of %zu images", scoring->reference.path,
                    reference->count, reference->chosen_by, reference->chosen_of);
  if (remark_passed_over(&scoring->reference, remark) != NULL) vtm_result_warn(measured->builder, "%s", remark);
  for (size_t i = 0; i < scoring->request->count; i++) {
    const vtm_scored_model *model = &scoring->models[i];
    if (remark_passed_over(&model->input, remark) != NULL)
      vtm_result_warn_row(measured->builder, &measured->rows[i], "%s", remark);
    if (model->input.kind == VTM_INPUT_FOLDER && measured->settings->values.lint &&
        strcmp(model->input.path, scoring->reference.path) != 0)
      warn_of_folder(measured->builder, &measured->rows[i], &model->input);
    if (!measured->selections[i].matched) continue;
    note_model(measured->builder, model->input.path, &model->matching);
    warn_of_pairs(scoring, measured, i);
  }
}

void vtm_scoring_warn_broken(const vtm_scoring *scoring, vtm_measured *measured) {
  const vtm_images *reference = &scoring->reference.images;
  for (size_t k = 0; k < reference->folder.count; k++)
    if (measured->paired_reference[k] && reference->problems[k] != NULL)
      vtm_result_warn_broken(measured->builder, NULL, "left out: %s", reference->problems[k]);
  for (size_t i = 0; i < scoring->request->count; i++) {
    const vtm_images *images = &scoring->models[i].input.images;
    for (size_t k = 0; k < images->folder.count; k++)
      if (measured->paired[i][k] && images->problems[k] != NULL)
        vtm_result_warn_broken(measured->builder, &measured->rows[i], "left out%s: %s",
                               measured->selections[i].matched ? " with its partner" : "", images->problems[k]);
  }
}
