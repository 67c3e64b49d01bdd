/* JSON for programs. The document is built with cJSON, numbers are printed by us: cJSON rounds. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/format.h"
#include "report/number.h"
#include "vtonmetrics/text.h"

/* Collects the first failure, so that a document is built without a check on each line. */
typedef struct builder {
  bool failed;
} builder;

static cJSON *checked(builder *build, cJSON *item) {
  if (item == NULL) build->failed = true;
  return item;
}

static void put(builder *build, cJSON *object, const char *name, cJSON *item) {
  if (checked(build, item) == NULL) return;
  const cJSON_bool done = name != NULL ? cJSON_AddItemToObject(object, name, item) : cJSON_AddItemToArray(object, item);
  if (done) return;
  cJSON_Delete(item);
  build->failed = true;
}

/* File names are bytes, JSON is UTF-8: what is malformed is shown as \xNN. */
static cJSON *text_item(const char *text) {
  if (vtm_is_utf8(text)) return cJSON_CreateString(text);
  vtm_text safe = {0};
  vtm_append_printable(&safe, text);
  cJSON *item = safe.failed ? NULL : cJSON_CreateString(safe.bytes);
  vtm_text_free(&safe);
  return item;
}

/* JSON has no NaN and no infinity. */
static cJSON *number_item(double value) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_exact(value, text);
  return isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateNull();
}

static cJSON *count_item(size_t count) { return count > 0 ? number_item((double)count) : cJSON_CreateNull(); }

static cJSON *texts_item(builder *build, const char *const *texts, size_t count) {
  cJSON *array = checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < count && !build->failed; i++) put(build, array, NULL, text_item(texts[i]));
  return array;
}

static cJSON *pair_item(builder *build, const vtm_image_score *image, size_t layer_count) {
  cJSON *object = checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  put(build, object, "name", text_item(image->name));
  put(build, object, "value", number_item(image->value));
  if (image->layers == NULL || layer_count == 0) return object;
  cJSON *layers = checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < layer_count && !build->failed; i++) put(build, layers, NULL, number_item(image->layers[i]));
  put(build, object, "layers", layers);
  return object;
}

/* Terms of a metric over pairs (mean, std) stand beside its value, those of a distance in an object. */
static void put_terms(builder *build, cJSON *object, const vtm_score_row *row) {
  cJSON *place = object;
  if (row->image_count == 0 && row->term_count > 0) {
    place = checked(build, cJSON_CreateObject());
    if (place == NULL) return;
  }
  for (size_t i = 0; i < row->term_count; i++) put(build, place, row->terms[i].name, number_item(row->terms[i].value));
  if (place != object) put(build, object, "terms", place);
  if (row->image_count == 0) return;
  cJSON *pairs = checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < row->image_count && !build->failed; i++)
    put(build, pairs, NULL, pair_item(build, &row->images[i], row->layer_count));
  put(build, object, "pairs", pairs);
}

static void put_row(builder *build, cJSON *object, const vtm_score_row *row) {
  put(build, object, "value", number_item(row->value));
  put(build, object, "n_reference", count_item(row->n_reference));
  put(build, object, "n_generated", count_item(row->n_generated));
  put(build, object, "generated", text_item(row->path));
  put_terms(build, object, row);
}

static cJSON *results_item(builder *build, const vtm_result *result) {
  cJSON *array = checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < result->row_count && !build->failed; i++) {
    const vtm_score_row *row = &result->rows[i];
    cJSON *object = checked(build, cJSON_CreateObject());
    if (object == NULL) break;
    put(build, object, "name", text_item(result->rows[i].name));
    put_row(build, object, row);
    put(build, object, "warnings", texts_item(build, row->warnings, row->warning_count));
    put(build, array, NULL, object);
  }
  return array;
}

/* All warnings of the run and its rows; those of a row carry its name when there are several. */
static cJSON *warnings_item(builder *build, const vtm_result *result) {
  cJSON *array = texts_item(build, result->warnings, result->warning_count);
  for (size_t i = 0; i < result->row_count; i++)
    for (size_t w = 0; w < result->rows[i].warning_count && !build->failed; w++) {
      vtm_text line = {0};
      if (result->row_count > 1) vtm_text_format(&line, "%s: ", result->rows[i].name);
      vtm_text_append(&line, result->rows[i].warnings[w]);
      put(build, array, NULL, line.failed ? NULL : text_item(line.bytes));
      vtm_text_free(&line);
    }
  return array;
}

static cJSON *document(builder *build, const vtm_result *result) {
  cJSON *object = checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  put(build, object, "schema", cJSON_CreateString("vtonmetrics/1"));
  put(build, object, "metric", text_item(result->metric));
  put(build, object, "label", text_item(result->label));
  put(build, object, "lower_is_better", cJSON_CreateBool(result->lower_is_better));
  put(build, object, "reference", text_item(result->reference));
  if (result->row_count == 1) put_row(build, object, &result->rows[0]);
  cJSON *protocol = checked(build, cJSON_CreateObject());
  for (size_t i = 0; i < result->protocol_count && !build->failed; i++)
    put(build, protocol, result->protocol[i].name, text_item(result->protocol[i].text));
  put(build, object, "protocol", protocol);
  put(build, object, "warnings", warnings_item(build, result));
  put(build, object, "notes", texts_item(build, result->notes, result->note_count));
  put(build, object, "results", results_item(build, result));
  return object;
}

vtm_status vtm_render_json(const vtm_result *result, const vtm_report_options *options, vtm_text *text,
                           vtm_error *error) {
  (void)options;
  builder build = {0};
  cJSON *root = document(&build, result);
  char *printed = build.failed ? NULL : cJSON_Print(root);
  cJSON_Delete(root);
  if (printed == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while writing JSON");
  vtm_text_append(text, printed);
  vtm_text_append(text, "\n");
  cJSON_free(printed);
  return VTM_OK;
}
