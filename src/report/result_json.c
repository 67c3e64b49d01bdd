#include "report/result_json.h"

#include "report/number.h"
#include "vtonmetrics/compare.h"

static cJSON *pair_item(vtm_json_builder *build, const vtm_image_score *image, size_t layer_count) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  vtm_json_put(build, object, "name", vtm_json_text(image->name));
  vtm_json_put(build, object, "person", vtm_json_text(image->reference));
  vtm_json_put(build, object, "value", vtm_json_number(image->value));
  if (image->layers == NULL || layer_count == 0) return object;
  cJSON *layers = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < layer_count && !build->failed; i++)
    vtm_json_put(build, layers, NULL, vtm_json_number(image->layers[i]));
  vtm_json_put(build, object, "layers", layers);
  return object;
}

/* How sure a row is; nothing when that was not asked for. */
static void put_sureness(vtm_json_builder *build, cJSON *object, const vtm_score_row *row) {
  if (row->interval == NULL) return;
  vtm_json_put(build, object, "interval", vtm_json_interval(build, row->interval));
  if (row->influence_count == 0) return;
  cJSON *influences = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < row->influence_count && !build->failed; i++)
    vtm_json_put(build, influences, NULL, pair_item(build, &row->influences[i], 0));
  vtm_json_put(build, object, "influences", influences);
}

static void put_differences(vtm_json_builder *build, cJSON *object, const vtm_result *result) {
  if (result->difference_count == 0) return;
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < result->difference_count && !build->failed; i++) {
    const vtm_difference *difference = &result->differences[i];
    cJSON *item = vtm_json_checked(build, cJSON_CreateObject());
    if (item == NULL) break;
    vtm_json_put(build, item, "a", vtm_json_text(result->rows[difference->a].name));
    vtm_json_put(build, item, "b", vtm_json_text(result->rows[difference->b].name));
    vtm_json_put(build, item, "n", vtm_json_count(difference->n));
    vtm_json_put(build, item, "value", vtm_json_number(difference->value));
    vtm_json_put(build, item, "interval",
                 difference->interval != NULL ? vtm_json_interval(build, difference->interval) : cJSON_CreateNull());
    vtm_json_put(build, item, "p", vtm_json_number(difference->p));
    vtm_json_put(build, item, "verdict", vtm_json_text(vtm_verdict_name(difference->verdict)));
    vtm_json_put(build, item, "why", difference->why != NULL ? vtm_json_text(difference->why) : cJSON_CreateNull());
    vtm_json_put(build, array, NULL, item);
  }
  vtm_json_put(build, object, "differences", array);
}

/* Terms of a metric over pairs (mean, std) stand beside its value, those of a distance in an object. */
static void put_terms(vtm_json_builder *build, cJSON *object, const vtm_score_row *row) {
  cJSON *place = object;
  if (row->image_count == 0 && row->term_count > 0) {
    place = vtm_json_checked(build, cJSON_CreateObject());
    if (place == NULL) return;
  }
  for (size_t i = 0; i < row->term_count; i++)
    vtm_json_put(build, place, row->terms[i].name, vtm_json_number(row->terms[i].value));
  if (place != object) vtm_json_put(build, object, "terms", place);
  if (row->image_count == 0) return;
  cJSON *pairs = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < row->image_count && !build->failed; i++)
    vtm_json_put(build, pairs, NULL, pair_item(build, &row->images[i], row->layer_count));
  vtm_json_put(build, object, "pairs", pairs);
}

static void put_row(vtm_json_builder *build, cJSON *object, const vtm_score_row *row) {
  vtm_json_put(build, object, "value", vtm_json_number(row->value));
  vtm_json_put(build, object, "n_reference", vtm_json_count(row->n_reference));
  vtm_json_put(build, object, "n_generated", vtm_json_count(row->n_generated));
  vtm_json_put(build, object, "generated", vtm_json_text(row->path));
  put_sureness(build, object, row);
  put_terms(build, object, row);
}

static cJSON *results_item(vtm_json_builder *build, const vtm_result *result) {
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < result->row_count && !build->failed; i++) {
    const vtm_score_row *row = &result->rows[i];
    cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
    if (object == NULL) break;
    vtm_json_put(build, object, "name", vtm_json_text(result->rows[i].name));
    put_row(build, object, row);
    vtm_json_put(build, object, "warnings", vtm_json_texts(build, row->warnings, row->warning_count));
    vtm_json_put(build, array, NULL, object);
  }
  return array;
}

/* All warnings of the run and its rows; those of a row carry its name when there are several. */
static cJSON *warnings_item(vtm_json_builder *build, const vtm_result *result) {
  cJSON *array = vtm_json_texts(build, result->warnings, result->warning_count);
  for (size_t i = 0; i < result->row_count; i++)
    for (size_t w = 0; w < result->rows[i].warning_count && !build->failed; w++) {
      vtm_text line = {0};
      if (result->row_count > 1) vtm_text_format(&line, "%s: ", result->rows[i].name);
      vtm_text_append(&line, result->rows[i].warnings[w]);
      vtm_json_put(build, array, NULL, line.failed ? NULL : vtm_json_text(line.bytes));
      vtm_text_free(&line);
    }
  return array;
}

void vtm_json_put_result(vtm_json_builder *build, cJSON *object, const vtm_result *result) {
  vtm_json_put(build, object, "metric", vtm_json_text(result->metric));
  vtm_json_put(build, object, "label", vtm_json_text(result->label));
  vtm_json_put(build, object, "lower_is_better", cJSON_CreateBool(result->lower_is_better));
  vtm_json_put(build, object, "reference", vtm_json_text(result->reference));
  if (result->row_count == 1) put_row(build, object, &result->rows[0]);
  cJSON *protocol = vtm_json_checked(build, cJSON_CreateObject());
  for (size_t i = 0; i < result->protocol_count && !build->failed; i++)
    vtm_json_put(build, protocol, result->protocol[i].name, vtm_json_text(result->protocol[i].text));
  vtm_json_put(build, object, "protocol", protocol);
  vtm_json_put(build, object, "warnings", warnings_item(build, result));
  vtm_json_put(build, object, "notes", vtm_json_texts(build, result->notes, result->note_count));
  vtm_json_put(build, object, "results", results_item(build, result));
  put_differences(build, object, result);
}

vtm_status vtm_render_json(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error) {
  (void)options;
  vtm_json_builder build = {0};
  cJSON *root = vtm_json_document(&build);
  if (root != NULL) vtm_json_put_result(&build, root, result);
  return vtm_json_print(&build, root, text, error);
}
