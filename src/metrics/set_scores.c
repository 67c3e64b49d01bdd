/* From rows of features to the result of a set measure. */
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "features/protocols.h"
#include "metrics/scoring.h"
#include "metrics/set_intervals.h"
#include "metrics/set_measure.h"
#include "metrics/set_origins.h"
#include "metrics/settings.h"

/* The reference as models are compared with it: one fit for all that use the same photographs. */
typedef struct set_scores {
  const vtm_scoring *scoring;
  vtm_measured *measured;
  const vtm_set_measure *set;
  size_t features;
  vtm_set_side *references; /* distinct ones */
  size_t reference_count;
  size_t *all; /* photographs that some model uses: what is saved */
  size_t all_count;
  vtm_set_row *rows;
} set_scores;

vtm_extractor_request vtm_set_extractor(const vtm_settings *settings) {
  const vtm_protocol *protocol = settings->values.protocol;
  return (vtm_extractor_request){
      .network = {.network = protocol->network, .weights = protocol->weights, .scaling = &protocol->scaling},
      .filter = protocol->filter,
      .resize = protocol->resize,
      .width = protocol->size,
      .height = protocol->size};
}

/* ---- what the reader has to know ---- */

static void describe(const set_scores *s) {
  vtm_result_builder *builder = s->measured->builder;
  const vtm_extractor *extractor = s->measured->extracted != NULL ? &s->measured->extracted->extractor : NULL;
  const vtm_protocol *protocol = s->measured->settings->values.protocol;
  if (extractor != NULL) vtm_describe_extractor(builder, extractor);
  vtm_result_fingerprint(builder, "protocol", "%s", protocol->name);
  if (extractor != NULL) {
    char resize[128];
    vtm_extractor_describe_resize(&extractor->request, resize, sizeof(resize));
    vtm_result_fingerprint(builder, "resize", "%s", resize);
    vtm_result_fingerprint(builder, "input", "%s", protocol->input);
  }
  vtm_describe_machine(s->scoring->context, builder, extractor);
}

static const char *make_label(const set_scores *s) {
  const vtm_protocol *protocol = s->measured->settings->values.protocol;
  if (protocol->other_label == NULL) return s->set->label;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return vtm_arena_format(&s->measured->builder->arena, s->set->other_label, protocol->other_label);
#pragma GCC diagnostic pop
}

static void note_network(const set_scores *s) {
  const vtm_protocol *protocol = s->measured->settings->values.protocol;
  if (protocol->other_title == NULL) return;
  vtm_result_note(s->measured->builder,
                  "%s is a %s on %s's features: it ranks models on a machine without Inception's "
                  "weights, and cannot be compared with any published %s",
                  s->measured->builder->result.label, s->set->kind, protocol->other_title, s->set->label);
}

static bool are_selected_alike(const set_scores *s) {
  const vtm_selection *first = &s->measured->selections[0];
  const size_t entries = s->scoring->models[0].input.images.folder.count;
  for (size_t i = 1; i < s->scoring->request->count; i++) {
    const vtm_selection *selection = &s->measured->selections[i];
    if (selection->matched != first->matched || selection->reference_count != first->reference_count ||
        s->scoring->models[i].input.images.folder.count != entries)
      return false;
  }
  return true;
}

static void note_selection(const set_scores *s) {
  vtm_result_builder *builder = s->measured->builder;
  const size_t in_reference = s->scoring->reference.images.folder.count;
  const size_t models = s->scoring->request->count;
  const bool once = models > 0 && are_selected_alike(s);
  for (size_t i = 0; i < models && (i == 0 || !once); i++) {
    const vtm_selection *selection = &s->measured->selections[i];
    const size_t in_model = s->scoring->models[i].input.images.folder.count;
    const char *name = once ? "" : s->measured->rows[i].name;
    const char *colon = once ? "" : ": ";
    if (!selection->matched)
      vtm_result_note(builder, "%s%sall images of both sides, matched or not", name, colon);
    else if (selection->generated_count == in_model)
      vtm_result_note(builder, "%s%smatched images only: %zu of %zu", name, colon, selection->reference_count,
                      in_reference);
    else
      vtm_result_note(builder, "%s%smatched images only: %zu of %zu photographs, %zu of %zu results", name, colon,
                      selection->reference_count, in_reference, selection->generated_count, in_model);
  }
}

/* ---- sides ---- */

/* Each row that is asked for was computed: a set with a hole gives no number. */
static vtm_status check_rows(const vtm_feature_set *rows, const char *path, vtm_error *error) {
  for (size_t i = 0; i < rows->count; i++)
    if (!vtm_feature_rows_has(rows->rows, rows->places[i]))
      return vtm_fail(error, VTM_ERROR_NUMERIC, "%s: the features of an image are missing: a fault of vtonmetrics",
                      path);
  return VTM_OK;
}

static vtm_status open_side(const set_scores *s, size_t member, const size_t *entries, size_t count, vtm_set_side *side,
                            vtm_error *error) {
  const vtm_input *input = vtm_scoring_side(s->scoring, member);
  *side = (vtm_set_side){.path = input->path, .n = count};
  if (vtm_is_cancelled(s->scoring->context)) return vtm_fail_cancelled(error);
  if (input->kind == VTM_INPUT_STATISTICS) {
    side->n = input->n;
    side->fit = s->measured->saved_fits[member];
    return VTM_OK;
  }
  side->rows = (vtm_feature_set){vtm_scoring_rows(s->scoring, s->measured, member), entries, count};
  const vtm_status status = check_rows(&side->rows, side->path, error);
  return status == VTM_OK && s->set->fit != NULL ? s->set->fit(s->scoring->context, &side->rows, &side->fit, error)
                                                 : status;
}

/* What was fitted to rows; the fits of saved statistics stay the metric's. */
static void close_side(const set_scores *s, vtm_set_side *side) {
  if (side->rows.rows != NULL && s->set->free_fit != NULL) s->set->free_fit(side->fit);
  side->fit = NULL;
}

static vtm_status find_reference(set_scores *s, const size_t *entries, size_t count, const vtm_set_side **found,
                                 vtm_error *error) {
  for (size_t i = 0; i < s->reference_count; i++) {
    const vtm_feature_set *rows = &s->references[i].rows;
    *found = &s->references[i];
    if (s->scoring->reference.kind == VTM_INPUT_STATISTICS) return VTM_OK;
    if (rows->count == count && memcmp(rows->places, entries, count * sizeof(*entries)) == 0) return VTM_OK;
  }
  vtm_set_side *side = &s->references[s->reference_count];
  const vtm_status status = open_side(s, 0, entries, count, side, error);
  s->reference_count++;
  *found = side;
  return status;
}

/* ---- a model ---- */

static vtm_status compute(set_scores *s, size_t model, const vtm_set_side *reference, const vtm_set_side *generated,
                          const vtm_set_influences *influences, vtm_error *error) {
  vtm_set_value value = {0};
  vtm_score_row *row = &s->measured->rows[model];
  const vtm_status status = s->set->compute(s->scoring->context, reference, generated, &value, influences, error);
  if (status != VTM_OK) return status;
  row->value = value.value;
  row->n_reference = reference->n;
  row->n_generated = generated->n;
  for (size_t i = 0; i < value.term_count; i++)
    vtm_result_term(s->measured->builder, row, value.terms[i].name, value.terms[i].value);
  return VTM_OK;
}

static vtm_status compute_with_interval(set_scores *s, size_t model, const vtm_set_side *reference,
                                        const vtm_set_side *generated, vtm_error *error) {
  const vtm_set_influences found = {vtm_allocate(reference->rows.count, sizeof(double), error),
                                    vtm_allocate(generated->rows.count, sizeof(double), error)};
  vtm_status status = found.reference != NULL && found.generated != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) status = compute(s, model, reference, generated, &found, error);
  if (status == VTM_OK) status = vtm_set_add_interval(s->scoring, s->measured, model, &found, &s->rows[model], error);
  free(found.reference);
  free(found.generated);
  return status;
}

static vtm_status score_model(set_scores *s, size_t model, vtm_error *error) {
  const vtm_selection *selection = &s->measured->selections[model];
  const vtm_images *images = &s->scoring->models[model].input.images;
  vtm_score_row *row = &s->measured->rows[model];
  const vtm_set_side *reference = NULL;
  vtm_set_side generated = {0};
  vtm_status status = find_reference(s, selection->reference, selection->reference_count, &reference, error);
  if (status == VTM_OK)
    status = open_side(s, model + 1, selection->generated, selection->generated_count, &generated, error);
  if (status == VTM_OK) {
    s->rows[model].reference = &reference->rows;
    vtm_warn_of_images(images, selection->used, s->measured->builder, row);
    if (vtm_set_can_have_interval(s->scoring, s->measured, model))
      status = compute_with_interval(s, model, reference, &generated, error);
    else
      status = compute(s, model, reference, &generated, NULL, error);
  }
  close_side(s, &generated);
  return status;
}

/* ---- files ---- */

static vtm_status save_features(const set_scores *s, const char *path, const char *const *names,
                                const vtm_origin *origin, vtm_error *error) {
  const vtm_feature_rows *rows = vtm_scoring_rows(s->scoring, s->measured, 0);
  float *values = vtm_allocate(s->all_count, s->features * sizeof(*values), error);
  if (values == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < s->all_count; i++)
    memcpy(values + i * s->features, rows->values + s->all[i] * s->features, s->features * sizeof(*values));
  const vtm_status status = vtm_write_features(path, values, s->all_count, s->features, names, origin, error);
  free(values);
  if (status == VTM_OK)
    vtm_result_note(s->measured->builder, "wrote the features of %zu images to %s", s->all_count, path);
  return status;
}

static vtm_status save_statistics(set_scores *s, const char *path, const char *const *names, const vtm_origin *origin,
                                  vtm_error *error) {
  const vtm_set_side *side = NULL;
  vtm_status status = find_reference(s, s->all, s->all_count, &side, error);
  if (status == VTM_OK) status = s->set->save(s->scoring->context, path, side, names, origin, error);
  if (status == VTM_OK)
    vtm_result_note(s->measured->builder, "wrote the statistics of %zu images to %s", s->all_count, path);
  return status;
}

/* Features of a file are of the file's origin, whatever this run would have made. */
static void find_origin(const set_scores *s, vtm_origin *origin) {
  const vtm_input *reference = &s->scoring->reference;
  if (reference->file != NULL)
    (void)vtm_origin_of_file(reference->file, origin);
  else
    vtm_origin_of_extractor(s->scoring->context, &s->measured->extracted->extractor,
                            s->measured->settings->values.protocol, origin);
}

static vtm_status save(set_scores *s, vtm_error *error) {
  const char *statistics = s->measured->settings->values.save_stats;
  const char *features = s->measured->settings->values.save_features;
  const vtm_input *reference = &s->scoring->reference;
  vtm_origin origin;
  vtm_feature_set all = {NULL, s->all, s->all_count};
  vtm_status status = VTM_OK;
  if (statistics == NULL && features == NULL) return VTM_OK;
  if (features != NULL) {
    all.rows = vtm_scoring_rows(s->scoring, s->measured, 0);
    status = check_rows(&all, reference->path, error);
  }
  const char **names = vtm_allocate(s->all_count, sizeof(*names), error);
  if (names == NULL) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < s->all_count; i++) names[i] = reference->images.folder.entries[s->all[i]].stem;
  const char *const *known = reference->named ? names : NULL;
  find_origin(s, &origin);
  if (statistics != NULL && status == VTM_OK) status = save_statistics(s, statistics, known, &origin, error);
  if (features != NULL && status == VTM_OK) status = save_features(s, features, known, &origin, error);
  free((void *)names);
  return status;
}

/* ---- all ---- */

vtm_status vtm_prepare_sets(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const size_t models = scoring->request->count;
  vtm_status status = VTM_OK;
  measured->saved_fits = vtm_allocate(models + 1, sizeof(*measured->saved_fits), error);
  if (measured->saved_fits == NULL) return VTM_ERROR_MEMORY;
  status = vtm_check_origins(scoring, measured, error);
  for (size_t m = 0; m <= models && status == VTM_OK; m++)
    if (vtm_scoring_side(scoring, m)->kind == VTM_INPUT_STATISTICS)
      status = measured->metric->set->fit_saved(vtm_scoring_side(scoring, m), measured->builder,
                                                &measured->saved_fits[m], error);
  return status;
}

void vtm_free_saved_fits(const vtm_scoring *scoring, vtm_measured *measured) {
  for (size_t m = 0; m <= scoring->request->count && measured->saved_fits != NULL; m++)
    if (measured->saved_fits[m] != NULL) measured->metric->set->free_fit(measured->saved_fits[m]);
  free((void *)measured->saved_fits);
}

static vtm_status score_all(set_scores *s, vtm_error *error) {
  vtm_measured *measured = s->measured;
  const vtm_scoring *scoring = s->scoring;
  vtm_status status = VTM_OK;
  measured->builder->result.label = make_label(s);
  vtm_scoring_note_matching(scoring, measured);
  describe(s);
  vtm_scoring_warn_broken(scoring, measured);
  note_selection(s);
  note_network(s);
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++) status = score_model(s, i, error);
  if (status != VTM_OK) return status;
  status = vtm_warn_of_other_images(scoring, measured, error);
  if (status != VTM_OK) return status;
  if (s->set->warn != NULL) s->set->warn(measured->builder, measured->rows, s->features);
  vtm_warn_of_images(&scoring->reference.images, measured->used_reference, measured->builder, NULL);
  status = vtm_set_add_differences(scoring, measured, s->rows, error);
  if (status == VTM_OK) status = vtm_scoring_check_results(scoring, measured, error);
  return status == VTM_OK ? save(s, error) : status;
}

static void list_all(set_scores *s) {
  for (size_t k = 0; k < s->scoring->reference.images.folder.count; k++)
    if (s->measured->used_reference[k]) s->all[s->all_count++] = k;
}

vtm_status vtm_score_sets(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const size_t models = scoring->request->count;
  set_scores s = {.scoring = scoring, .measured = measured, .set = measured->metric->set};
  s.features =
      measured->extracted != NULL ? measured->extracted->extractor.features : vtm_input_features(&scoring->reference);
  s.references = vtm_allocate(models + 1, sizeof(*s.references), error);
  s.rows = vtm_allocate(models, sizeof(*s.rows), error);
  s.all = vtm_allocate(scoring->reference.images.folder.count, sizeof(*s.all), error);
  vtm_status status = s.references != NULL && s.rows != NULL && s.all != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    list_all(&s);
    status = score_all(&s, error);
  }
  for (size_t i = 0; i < s.reference_count; i++) close_side(&s, &s.references[i]);
  for (size_t i = 0; i < models && s.rows != NULL; i++) free(s.rows[i].shares);
  free(s.references);
  free(s.rows);
  free(s.all);
  return status;
}
