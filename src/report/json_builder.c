/* JSON for programs. The document is built with cJSON, numbers are printed by us: cJSON rounds. */
#include "report/json_builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/number.h"
#include "report/plain_text.h"
#include "vtonmetrics/tools/text.h"

cJSON *vtm_json_checked(vtm_json_builder *build, cJSON *item) {
  if (item == NULL) build->failed = true;
  return item;
}

void vtm_json_put(vtm_json_builder *build, cJSON *object, const char *name, cJSON *item) {
  if (vtm_json_checked(build, item) == NULL) return;
  const cJSON_bool done = name != NULL ? cJSON_AddItemToObject(object, name, item) : cJSON_AddItemToArray(object, item);
  if (done) return;
  cJSON_Delete(item);
  build->failed = true;
}

cJSON *vtm_json_text(const char *text) {
  if (vtm_is_utf8(text)) return cJSON_CreateString(text);
  vtm_text safe = {0};
  vtm_append_printable(&safe, text);
  cJSON *item = safe.failed ? NULL : cJSON_CreateString(safe.bytes);
  vtm_text_free(&safe);
  return item;
}

cJSON *vtm_json_number(double value) {
  char text[VTM_NUMBER_TEXT];
  vtm_number_exact(value, text);
  /* JSON has no word for infinity; a number beyond the range of doubles is read back as one. */
  if (isinf(value)) return cJSON_CreateRaw(value > 0 ? "1e999" : "-1e999");
  return isnan(value) ? cJSON_CreateNull() : cJSON_CreateRaw(text);
}

cJSON *vtm_json_count(size_t count) { return count > 0 ? vtm_json_number((double)count) : cJSON_CreateNull(); }

cJSON *vtm_json_texts(vtm_json_builder *build, const char *const *texts, size_t count) {
  cJSON *array = vtm_json_checked(build, cJSON_CreateArray());
  for (size_t i = 0; i < count && !build->failed; i++) vtm_json_put(build, array, NULL, vtm_json_text(texts[i]));
  return array;
}

cJSON *vtm_json_interval(vtm_json_builder *build, const vtm_interval *interval) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object == NULL) return NULL;
  vtm_json_put(build, object, "low", vtm_json_number(interval->low));
  vtm_json_put(build, object, "high", vtm_json_number(interval->high));
  vtm_json_put(build, object, "standard_error", vtm_json_number(interval->standard_error));
  return object;
}

cJSON *vtm_json_document(vtm_json_builder *build) {
  cJSON *object = vtm_json_checked(build, cJSON_CreateObject());
  if (object != NULL) vtm_json_put(build, object, "schema", cJSON_CreateString("vtonmetrics/3"));
  return object;
}

vtm_status vtm_json_print(const vtm_json_builder *build, cJSON *root, vtm_text *text, vtm_error *error) {
  char *printed = build->failed ? NULL : cJSON_Print(root);
  cJSON_Delete(root);
  if (printed == NULL) return vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while writing JSON");
  vtm_text_append(text, printed);
  vtm_text_append(text, "\n");
  cJSON_free(printed);
  return VTM_OK;
}
