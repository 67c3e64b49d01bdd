#include "metrics/set_origins.h"

#include "base/error.h"
#include "metrics/settings.h"

/* ---- how it was made ---- */

static vtm_status judge(vtm_result_builder *builder, const char *path, const char *other,
                        const vtm_origin_difference *difference, vtm_error *error) {
  static const char text[] = "%s: was made with another %s: '%s', %s with '%s'; %s";
  const vtm_origin_difference *d = difference;
  if (d->effect == VTM_ORIGIN_CHANGES)
    return vtm_fail(error, VTM_ERROR_DATA, text, path, d->name, d->a, other, d->b, d->meaning);
  if (d->effect == VTM_ORIGIN_MOVES)
    vtm_result_warn(builder, text, path, d->name, d->a, other, d->b, d->meaning);
  else
    vtm_result_note(builder, text, path, d->name, d->a, other, d->b, d->meaning);
  return VTM_OK;
}

static vtm_status check_file(const vtm_measured *measured, const char *path, const vtm_origin *origin,
                             const char *other, const vtm_origin *others, vtm_error *error) {
  vtm_origin_difference differences[VTM_ORIGIN_LINES];
  const size_t count = vtm_origin_compare(origin, others, differences);
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < count && status == VTM_OK; i++)
    status = judge(measured->builder, path, other, &differences[i], error);
  return status;
}

vtm_status vtm_check_origins(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const vtm_protocol *protocol = measured->settings->values.protocol;
  vtm_origin compared; /* this run's, or that of the first file that says it */
  const char *whose = NULL;
  vtm_status status = VTM_OK;
  if (measured->extracted != NULL) {
    vtm_origin_of_extractor(scoring->context, &measured->extracted->extractor, protocol, &compared);
    whose = "this run";
  }
  for (size_t m = 0; m <= scoring->request->count && status == VTM_OK; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    vtm_origin origin;
    if (side->file == NULL) continue;
    if (!vtm_origin_of_file(side->file, &origin)) {
      vtm_result_warn(measured->builder,
                      "%s: origin unknown: the file does not say with which weights, resize and precision it was made, "
                      "and the score means nothing unless they are those of the other side",
                      side->path);
    } else if (whose != NULL) {
      status = check_file(measured, side->path, &origin, whose, &compared, error);
    } else {
      (void)vtm_origin_of_file(side->file, &compared);
      whose = side->path;
    }
  }
  return status;
}

/* ---- which images it is of ---- */

/* NULL: the side does not say. */
static const vtm_folder *names_of(const vtm_input *side) {
  if (side->kind == VTM_INPUT_STATISTICS) return side->made_of.count > 0 ? &side->made_of : NULL;
  return side->named ? &side->images.folder : NULL;
}

static void warn_of_model(const vtm_input *reference, const vtm_input *model, const vtm_matching *matching,
                          vtm_result_builder *builder, vtm_score_row *row) {
  const size_t people = names_of(reference)->count;
  const size_t images = names_of(model)->count;
  const size_t strangers = matching->only_generated_count;
  if (matching->people == people && strangers == 0) return;
  const vtm_input *file = reference->kind == VTM_INPUT_STATISTICS ? reference : model;
  vtm_result_warn_row(builder, row,
                      "%s holds statistics of other images than it is compared with: of %zu photographs %zu have a "
                      "result, and of %zu results %zu belong to none; compare the score only with scores of the same "
                      "images",
                      file->path, people, matching->people, images, strangers);
}

vtm_status vtm_warn_of_other_images(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const vtm_input *reference = &scoring->reference;
  const vtm_match_options options = {.struct_size = sizeof(options), .how = measured->settings->values.match};
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < scoring->request->count && status == VTM_OK; i++) {
    const vtm_input *model = &scoring->models[i].input;
    vtm_matching matching = {0};
    if (reference->kind != VTM_INPUT_STATISTICS && model->kind != VTM_INPUT_STATISTICS) continue;
    if (names_of(reference) == NULL || names_of(model) == NULL) continue;
    /* names that can't be told apart are no reason to lose the score */
    const vtm_status matched = vtm_match(names_of(reference), names_of(model), &options, &matching, NULL);
    if (matched == VTM_ERROR_MEMORY) status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory");
    if (matched == VTM_OK) warn_of_model(reference, model, &matching, measured->builder, &measured->rows[i]);
    vtm_matching_clear(&matching);
  }
  return status;
}
