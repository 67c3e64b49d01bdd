/* Inputs and extractors of a run. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "features/image_cache.h"
#include "metrics/pair_measure.h"
#include "metrics/results_check.h"
#include "metrics/scoring.h"
#include "metrics/set_measure.h"
#include "metrics/settings.h"
#include "vtonmetrics/tools/file.h"

static const size_t rows_in_memory = (size_t)512 << 20; /* bytes, of all sides together */

/* ---- settings ---- */

/* What is done once for all metrics is asked for once. */
static vtm_status check_common_options(const vtm_compare_request *request, vtm_error *error) {
  for (size_t m = 1; m < request->metric_count; m++) {
    const char *option = vtm_settings_conflict(request->settings[0], request->settings[m]);
    if (option != NULL)
      return vtm_fail(error, VTM_ERROR_USAGE,
                      "--%s: has to be the same for all metrics, since each image is read once for all of them",
                      option);
  }
  return VTM_OK;
}

static vtm_status start_result(const vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  measured->builder = vtm_result_start(error);
  if (measured->builder == NULL) return VTM_ERROR_MEMORY;
  vtm_result *result = &measured->builder->result;
  result->metric = measured->metric->info.name;
  result->lower_is_better = measured->metric->info.lower_is_better;
  result->reference = vtm_result_copy(measured->builder, scoring->paths[0]);
  measured->rows =
      vtm_result_rows(measured->builder, (const char *const *)scoring->paths + 1, request->names, request->count);
  return measured->rows != NULL ? VTM_OK : vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for the result");
}

vtm_status vtm_scoring_start_results(vtm_scoring *scoring, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < scoring->request->metric_count && status == VTM_OK; i++)
    status = start_result(scoring, &scoring->measured[i], error);
  return status;
}

static vtm_status prepare_measured(const vtm_compare_request *request, size_t number, vtm_measured *measured,
                                   vtm_error *error) {
  measured->settings = request->settings[number];
  measured->metric = measured->settings->metric;
  measured->selections = vtm_allocate(request->count, sizeof(*measured->selections), error);
  measured->paired = vtm_allocate(request->count, sizeof(*measured->paired), error);
  if (measured->selections == NULL || measured->paired == NULL) return VTM_ERROR_MEMORY;
  return vtm_check_strictness(measured->settings, error);
}

static vtm_status name_paths(vtm_scoring *scoring, vtm_error *error) {
  const size_t count = scoring->request->count;
  const bool absolute = scoring->request->settings[0]->values.absolute_paths;
  scoring->paths = vtm_allocate(count + 1, sizeof(*scoring->paths), error);
  for (size_t m = 0; m <= count && scoring->paths != NULL; m++) {
    const char *path = vtm_scoring_path(scoring, m);
    scoring->paths[m] = absolute ? vtm_copy_text(path, error) : vtm_path_shown(path, error);
    if (scoring->paths[m] == NULL) return VTM_ERROR_MEMORY;
  }
  return scoring->paths != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

vtm_status vtm_scoring_prepare(vtm_scoring *scoring, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  vtm_status status = check_common_options(request, error);
  if (status == VTM_OK) status = name_paths(scoring, error);
  if (status != VTM_OK) return status;
  scoring->memory = rows_in_memory;
  scoring->skip_broken = request->settings[0]->values.skip_broken;
  scoring->models = vtm_allocate(request->count, sizeof(*scoring->models), error);
  scoring->file_rows = vtm_allocate(request->count + 1, sizeof(*scoring->file_rows), error);
  scoring->measured = vtm_allocate(request->metric_count, sizeof(*scoring->measured), error);
  scoring->extracted = vtm_allocate(request->metric_count, sizeof(*scoring->extracted), error);
  if (!scoring->models || !scoring->file_rows || !scoring->measured || !scoring->extracted) return VTM_ERROR_MEMORY;
  for (size_t i = 0; i < request->metric_count && status == VTM_OK; i++)
    status = prepare_measured(request, i, &scoring->measured[i], error);
  return status;
}

/* ---- inputs ---- */

vtm_status vtm_scoring_open_side(vtm_scoring *scoring, size_t member, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  const bool rehash = request->settings[0]->values.rehash;
  vtm_input *side = vtm_scoring_side(scoring, member);
  /* by the path that notes and warnings have, where it can be opened */
  const char *shown = scoring->paths[member];
  const char *path = shown[0] == '~' ? vtm_scoring_path(scoring, member) : shown;
  const char *match = request->settings[0]->values.match;
  const vtm_status status =
      member == 0 ? vtm_input_open_reference(path, match, side, error) : vtm_input_open(path, side, error);
  if (status != VTM_OK) return status;
  side->path = shown;
  if (side->kind == VTM_INPUT_FEATURES)
    vtm_feature_rows_of_file(side->features, side->rows, side->images.folder.count, side->path,
                             &scoring->file_rows[member]);
  return side->kind == VTM_INPUT_FOLDER ? vtm_image_cache_open(scoring->store, rehash, &side->images, error) : VTM_OK;
}

/* Before anything is opened: pair measures compare images. */
static vtm_status check_pair_paths(const vtm_scoring *scoring, const vtm_measured *measured, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  if (measured->metric->pair == NULL) return VTM_OK;
  if (request->count == 0) return vtm_fail(error, VTM_ERROR_USAGE, "a folder of results is needed");
  for (size_t m = 0; m <= request->count; m++) {
    const char *path = vtm_scoring_path(scoring, m);
    if (vtm_input_is_file(path))
      return vtm_fail(error, VTM_ERROR_USAGE, "%s: %s compares images, a .npz of features will not do", path,
                      measured->metric->pair->name);
  }
  return VTM_OK;
}

static vtm_status check_set_request(const vtm_scoring *scoring, const vtm_measured *measured, vtm_error *error) {
  const vtm_input *reference = &scoring->reference;
  const bool statistics = measured->settings->values.save_stats != NULL;
  const bool features = measured->settings->values.save_features != NULL;
  if (scoring->request->count == 0 && !statistics && !features)
    return vtm_fail(error, VTM_ERROR_USAGE, "a folder of results is needed, or --save-%s to keep what %s says",
                    measured->metric->set->save != NULL ? "stats" : "features", reference->path);
  if (statistics && reference->kind == VTM_INPUT_STATISTICS)
    return vtm_fail(error, VTM_ERROR_USAGE, "--save-stats: %s holds statistics already", reference->path);
  if (features && reference->kind != VTM_INPUT_FOLDER)
    return vtm_fail(error, VTM_ERROR_USAGE, "--save-features: %s is no folder of images", reference->path);
  return VTM_OK;
}

static vtm_status check_set_inputs(const vtm_scoring *scoring, const vtm_measured *measured, vtm_error *error) {
  const char *protocol = measured->settings->values.protocol->name;
  vtm_status status = VTM_OK;
  for (size_t m = 0; m <= scoring->request->count && status == VTM_OK; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    status = vtm_input_check_protocol(side, protocol, error);
    if (status == VTM_OK && side->kind == VTM_INPUT_STATISTICS && measured->metric->set->fit_saved == NULL)
      status = vtm_fail(error, VTM_ERROR_USAGE,
                        "%s: holds a mean and a covariance, %s needs the features: --save-features writes them",
                        side->path, measured->metric->set->label);
  }
  return status == VTM_OK ? check_set_request(scoring, measured, error) : status;
}

/* The names of all pictures, which a shell makes of a pattern, are no reference and its results. */
static vtm_status check_singles(const vtm_scoring *scoring, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  const bool two = request->count == 1 && scoring->reference.single && scoring->models[0].input.single;
  for (size_t m = 0; m <= request->count; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    for (size_t i = 0; i < request->metric_count && side->single; i++)
      if (scoring->measured[i].metric->set != NULL)
        return vtm_fail(error, VTM_ERROR_USAGE, "%s: is one picture, and %s compares sets of pictures: give folders",
                        side->path, scoring->measured[i].metric->set->label);
    if (side->single && !two)
      return vtm_fail(error, VTM_ERROR_USAGE,
                      "%s: is one picture: give folders, or two single pictures and nothing else. Of image/*.jpg the "
                      "shell makes the names of all pictures: give image/",
                      side->path);
  }
  return VTM_OK;
}

vtm_status vtm_scoring_check_inputs(const vtm_scoring *scoring, vtm_error *error) {
  vtm_status status = check_singles(scoring, error);
  for (size_t i = 0; i < scoring->request->metric_count && status == VTM_OK; i++)
    if (scoring->measured[i].metric->set != NULL) status = check_set_inputs(scoring, &scoring->measured[i], error);
  return status;
}

vtm_status vtm_scoring_open(vtm_scoring *scoring, vtm_error *error) {
  const vtm_compare_request *request = scoring->request;
  vtm_status status = vtm_scoring_prepare(scoring, error);
  if (status == VTM_OK) status = vtm_scoring_start_results(scoring, error);
  for (size_t i = 0; i < request->metric_count && status == VTM_OK; i++)
    status = check_pair_paths(scoring, &scoring->measured[i], error);
  for (size_t m = 0; m <= request->count && status == VTM_OK; m++) status = vtm_scoring_open_side(scoring, m, error);
  if (status == VTM_OK) status = vtm_scoring_check_inputs(scoring, error);
  return status == VTM_OK && scoring->reference.single
             ? vtm_input_pair_singles(&scoring->reference, &scoring->models[0].input, error)
             : status;
}

/* ---- extractors ---- */

static bool needs_images(const vtm_scoring *scoring) {
  for (size_t m = 0; m <= scoring->request->count; m++)
    if (vtm_scoring_side(scoring, m)->kind == VTM_INPUT_FOLDER) return true;
  return false;
}

static vtm_status find_extractor(vtm_scoring *scoring, vtm_measured *measured, vtm_error *error) {
  const vtm_settings *settings = measured->settings;
  const vtm_extractor_request request = vtm_settings_extractor(settings);
  size_t at = 0;
  while (at < scoring->extracted_count && !vtm_extractor_serves(&scoring->extracted[at].extractor.request, &request))
    at++;
  vtm_extracted *extracted = &scoring->extracted[at];
  if (at == scoring->extracted_count) {
    const vtm_status status =
        vtm_extractor_open(scoring->context, scoring->store, settings->values.rehash,
                           (uint64_t)settings->values.max_pixels, &request, &extracted->extractor, error);
    if (status != VTM_OK) return status;
    scoring->extracted_count++;
  }
  measured->extracted = extracted;
  if (settings->values.lint) extracted->extractor.loader.summarise = true;
  return VTM_OK;
}

/* A size that was asked for and that the network cannot see. */
static vtm_status check_size(const vtm_measured *measured, vtm_error *error) {
  const vtm_extractor *extractor = &measured->extracted->extractor;
  const vtm_extractor_request *request = &extractor->request;
  const int minimum = request->measure == NULL ? vtm_network_minimum_size(extractor->network.network) : 1;
  if (request->width == 0 || (request->width >= minimum && request->height >= minimum)) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE, "--size: %dx%d is too small, the network needs %dx%d at least",
                  request->width, request->height, minimum, minimum);
}

/* All sides of a set measure have rows of one length. */
static vtm_status check_features(const vtm_scoring *scoring, const vtm_measured *measured, vtm_error *error) {
  const vtm_extracted *extracted = measured->extracted;
  const size_t wanted = extracted != NULL ? extracted->extractor.features : vtm_input_features(&scoring->reference);
  for (size_t m = 0; m <= scoring->request->count; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    const size_t features = vtm_input_features(side);
    if (side->kind == VTM_INPUT_FOLDER || features == wanted) continue;
    if (extracted == NULL)
      return vtm_fail(error, VTM_ERROR_DATA, "%s: has %zu features, %s has %zu: they come from different networks",
                      side->path, features, scoring->reference.path, wanted);
    return vtm_fail(error, VTM_ERROR_DATA, "%s: has %zu features, the network of --protocol %s gives %zu", side->path,
                    features, measured->settings->values.protocol->name, wanted);
  }
  return VTM_OK;
}

static vtm_status open_rows(vtm_scoring *scoring, vtm_extracted *extracted, vtm_error *error) {
  const size_t models = scoring->request->count;
  extracted->rows = vtm_allocate(models + 1, sizeof(*extracted->rows), error);
  extracted->wanted_generated = vtm_allocate(models, sizeof(*extracted->wanted_generated), error);
  vtm_status status = extracted->rows != NULL && extracted->wanted_generated != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  for (size_t m = 0; m <= models && status == VTM_OK; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    const size_t count = side->images.folder.count;
    bool **wanted = m == 0 ? &extracted->wanted_reference : &extracted->wanted_generated[m - 1];
    *wanted = vtm_allocate(count, sizeof(**wanted), error);
    if (*wanted == NULL) return VTM_ERROR_MEMORY;
    if (side->kind == VTM_INPUT_FOLDER)
      status =
          vtm_feature_rows_open(count, extracted->extractor.features, &scoring->memory, &extracted->rows[m], error);
  }
  return status;
}

static vtm_status open_layers(const vtm_scoring *scoring, vtm_extracted *extracted, vtm_error *error) {
  const size_t models = scoring->request->count;
  extracted->layers = vtm_allocate(models, sizeof(*extracted->layers), error);
  extracted->present = vtm_allocate(models, sizeof(*extracted->present), error);
  bool complete = extracted->layers != NULL && extracted->present != NULL;
  for (size_t i = 0; i < models && complete; i++) {
    const size_t pairs = scoring->models[i].matching.count;
    size_t values = 0;
    if (!vtm_multiply(pairs, extracted->extractor.layers, &values)) return vtm_fail_memory(error, pairs);
    extracted->layers[i] = vtm_allocate(values, sizeof(double), error);
    extracted->present[i] = vtm_allocate(pairs, sizeof(bool), error);
    complete = extracted->layers[i] != NULL && extracted->present[i] != NULL;
  }
  return complete ? VTM_OK : VTM_ERROR_MEMORY;
}

/* What of the folders the metric's selections use is wanted of its extractor. */
static void mark_wanted(const vtm_scoring *scoring, const vtm_measured *measured) {
  vtm_extracted *extracted = measured->extracted;
  if (extracted == NULL || measured->metric->set == NULL) return;
  const size_t in_reference = scoring->reference.images.folder.count;
  for (size_t k = 0; k < in_reference; k++)
    if (measured->used_reference[k]) extracted->wanted_reference[k] = true;
  for (size_t i = 0; i < scoring->request->count; i++)
    for (size_t k = 0; k < scoring->models[i].input.images.folder.count; k++)
      if (measured->selections[i].used[k]) extracted->wanted_generated[i][k] = true;
}

/* Each picture goes through a network once, whatever is taken from it on the way. */
static void find_hosts(vtm_scoring *scoring) {
  for (size_t g = 0; g < scoring->extracted_count; g++)
    for (size_t h = 0; h < scoring->extracted_count && scoring->extracted[g].host == NULL; h++)
      if (vtm_extractor_can_host(&scoring->extracted[h].extractor, &scoring->extracted[g].extractor)) {
        scoring->extracted[g].host = &scoring->extracted[h];
        vtm_extractor_unload(&scoring->extracted[g].extractor);
      }
}

vtm_status vtm_scoring_open_extractors(vtm_scoring *scoring, vtm_error *error) {
  const size_t metrics = scoring->request->metric_count;
  vtm_status status = VTM_OK;
  for (size_t i = 0; i < metrics && status == VTM_OK; i++) {
    vtm_measured *measured = &scoring->measured[i];
    if (needs_images(scoring)) status = find_extractor(scoring, measured, error);
    if (status == VTM_OK && measured->metric->pair != NULL) status = check_size(measured, error);
    if (status == VTM_OK && measured->metric->set != NULL) status = check_features(scoring, measured, error);
    if (status == VTM_OK && measured->metric->set != NULL) status = vtm_prepare_sets(scoring, measured, error);
  }
  for (size_t i = 0; i < scoring->extracted_count && status == VTM_OK; i++) {
    vtm_extracted *extracted = &scoring->extracted[i];
    status = extracted->extractor.features > 0 ? open_rows(scoring, extracted, error)
                                               : open_layers(scoring, extracted, error);
  }
  for (size_t i = 0; i < metrics && status == VTM_OK; i++) mark_wanted(scoring, &scoring->measured[i]);
  find_hosts(scoring);
  return status;
}

/* ---- pictures that come one by one ---- */

static vtm_status want_all(bool **wanted, size_t count, vtm_error *error) {
  bool *grown = vtm_reallocate(*wanted, count, sizeof(*grown), error);
  if (grown == NULL) return VTM_ERROR_MEMORY;
  memset(grown, true, count * sizeof(*grown));
  *wanted = grown;
  return VTM_OK;
}

static vtm_status grow_rows(vtm_scoring *scoring, vtm_extracted *extracted, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t m = 0; m <= scoring->request->count && status == VTM_OK; m++) {
    const vtm_input *side = vtm_scoring_side(scoring, m);
    const size_t count = side->images.folder.count;
    if (side->kind != VTM_INPUT_FOLDER) continue;
    status = want_all(m == 0 ? &extracted->wanted_reference : &extracted->wanted_generated[m - 1], count, error);
    if (status == VTM_OK) status = vtm_feature_rows_grow(&extracted->rows[m], count, &scoring->memory, error);
  }
  return status;
}

static vtm_status grow_layers(vtm_extracted *extracted, size_t pairs, vtm_error *error) {
  const size_t old = extracted->pair_capacity;
  if (pairs <= old) return VTM_OK;
  const size_t room = pairs + pairs / 2;
  double *layers = vtm_reallocate(extracted->layers[0], room, extracted->extractor.layers * sizeof(*layers), error);
  if (layers == NULL) return VTM_ERROR_MEMORY;
  extracted->layers[0] = layers;
  bool *present = vtm_reallocate(extracted->present[0], room, sizeof(*present), error);
  if (present == NULL) return VTM_ERROR_MEMORY;
  extracted->present[0] = present;
  memset(present + old, false, (room - old) * sizeof(*present));
  extracted->pair_capacity = room;
  return VTM_OK;
}

vtm_status vtm_scoring_make_room(vtm_scoring *scoring, size_t pairs, vtm_error *error) {
  vtm_status status = VTM_OK;
  for (size_t x = 0; x < scoring->extracted_count && status == VTM_OK; x++) {
    vtm_extracted *extracted = &scoring->extracted[x];
    status = extracted->rows != NULL ? grow_rows(scoring, extracted, error) : grow_layers(extracted, pairs, error);
  }
  return status;
}

/* ---- the end ---- */

static void close_extracted(const vtm_scoring *scoring, vtm_extracted *extracted) {
  const size_t models = scoring->request->count;
  for (size_t m = 0; m <= models && extracted->rows != NULL; m++) vtm_feature_rows_close(&extracted->rows[m]);
  for (size_t i = 0; i < models; i++) {
    if (extracted->wanted_generated != NULL) free(extracted->wanted_generated[i]);
    if (extracted->layers != NULL) free(extracted->layers[i]);
    if (extracted->present != NULL) free(extracted->present[i]);
  }
  free(extracted->rows);
  free(extracted->wanted_reference);
  free((void *)extracted->wanted_generated);
  free((void *)extracted->layers);
  free((void *)extracted->present);
  vtm_extractor_close(&extracted->extractor);
}

static void close_measured(const vtm_scoring *scoring, vtm_measured *measured) {
  for (size_t i = 0; i < scoring->request->count; i++) {
    if (measured->selections != NULL) vtm_selection_free(&measured->selections[i]);
    if (measured->paired != NULL) free(measured->paired[i]);
  }
  if (measured->metric != NULL) vtm_free_saved_fits(scoring, measured);
  free(measured->selections);
  free((void *)measured->paired);
  free(measured->paired_reference);
  free(measured->used_reference);
  if (measured->builder != NULL) vtm_result_destroy(&measured->builder->result);
}

void vtm_scoring_close(vtm_scoring *scoring) {
  const vtm_compare_request *request = scoring->request;
  for (size_t i = 0; scoring->measured != NULL && i < request->metric_count; i++)
    close_measured(scoring, &scoring->measured[i]);
  for (size_t i = 0; i < scoring->extracted_count; i++) close_extracted(scoring, &scoring->extracted[i]);
  for (size_t i = 0; scoring->models != NULL && i < request->count; i++) {
    vtm_matching_clear(&scoring->models[i].matching);
    vtm_input_close(&scoring->models[i].input);
    free(scoring->models[i].dropped);
  }
  for (size_t m = 0; scoring->file_rows != NULL && m <= request->count; m++)
    vtm_feature_rows_close(&scoring->file_rows[m]);
  vtm_input_close(&scoring->reference);
  for (size_t m = 0; scoring->paths != NULL && m <= request->count; m++) free(scoring->paths[m]);
  free((void *)scoring->paths);
  vtm_tuples_free(&scoring->tuples);
  free(scoring->models);
  free(scoring->file_rows);
  free(scoring->measured);
  free(scoring->extracted);
}
