/* --dry-run: who would be compared with whom. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"
#include "features/input.h"
#include "metrics/settings.h"
#include "vtonmetrics/tools/plan.h"
#include "vtonmetrics/tools/text.h"

/* One model's part of a plan; `matching` NULL: saved statistics or features. */
typedef struct planned {
  const char *reference, *generated; /* as given */
  const vtm_folder *photographs, *results;
  const vtm_matching *matching;
} planned;

/* One way to write a plan, model by model. */
typedef struct plan_writer {
  vtm_status (*write)(void *document, const planned *model, vtm_error *error);
  void *document;
} plan_writer;

static vtm_status plan_folder(const vtm_settings *settings, const vtm_input *reference, const char *path,
                              const plan_writer *writer, vtm_error *error) {
  vtm_input generated;
  vtm_matching matching;
  vtm_status status = vtm_input_open(path, &generated, error);
  if (status != VTM_OK) return status;
  if (reference->single && generated.single) status = vtm_input_pair_singles(reference, &generated, error);
  const vtm_match_options options = {.struct_size = sizeof(options), .how = settings->values.match};
  const planned model = {reference->path, path, &reference->images.folder, &generated.images.folder, &matching};
  if (status == VTM_OK) status = vtm_match(model.photographs, model.results, &options, &matching, error);
  if (status == VTM_OK) {
    status = writer->write(writer->document, &model, error);
    vtm_matching_clear(&matching);
  }
  vtm_input_close(&generated);
  return status;
}

static vtm_status plan_all(const vtm_settings *settings, const char *reference, const char *const *generated,
                           size_t count, const plan_writer *writer, vtm_error *error) {
  vtm_input side = {0};
  const bool saved = vtm_input_is_file(reference);
  vtm_status status = saved ? VTM_OK : vtm_input_open_reference(reference, settings->values.match, &side, error);
  for (size_t i = 0; i < count && status == VTM_OK; i++) {
    const planned model = {.reference = reference, .generated = generated[i]};
    status = saved || vtm_input_is_file(generated[i]) ? writer->write(writer->document, &model, error)
                                                      : plan_folder(settings, &side, generated[i], writer, error);
  }
  vtm_input_close(&side);
  return status;
}

enum { LONGEST_PATH = 4096 };

/* ---- text ---- */

typedef struct text_plan {
  vtm_text text;
  bool all;
} text_plan;

static vtm_status write_text(void *document, const planned *model, vtm_error *error) {
  text_plan *made = document;
  if (model->matching == NULL) {
    char result[LONGEST_PATH];
    char reference[LONGEST_PATH];
    (void)vtm_printable(model->generated, result, sizeof(result));
    (void)vtm_printable(model->reference, reference, sizeof(reference));
    vtm_text_format(&made->text, "%s against %s\n  saved statistics or features: no images are matched here\n", result,
                    reference);
    return VTM_OK;
  }
  char *lines = NULL;
  const vtm_status status =
      vtm_matching_text(model->photographs, model->results, model->matching, made->all, &lines, error);
  if (status == VTM_OK) vtm_text_append(&made->text, lines);
  free(lines);
  return status;
}

vtm_status vtm_score_plan(const vtm_settings *settings, const char *reference, const char *const *generated,
                          size_t count, bool all, char **text_out, vtm_error *error) {
  text_plan made = {.all = all};
  const plan_writer writer = {write_text, &made};
  const vtm_status status = plan_all(settings, reference, generated, count, &writer, error);
  *text_out = status == VTM_OK ? vtm_text_take(&made.text, error) : NULL;
  vtm_text_free(&made.text);
  return status == VTM_OK && *text_out == NULL ? VTM_ERROR_MEMORY : status;
}

/* ---- JSON ---- */

static void add_path(cJSON *object, const char *name, const char *path) {
  char safe[LONGEST_PATH];
  (void)vtm_printable(path, safe, sizeof(safe));
  (void)cJSON_AddStringToObject(object, name, safe);
}

static vtm_status write_json(void *document, const planned *model, vtm_error *error) {
  cJSON *models = document;
  char *text = NULL;
  vtm_status status = VTM_OK;
  if (model->matching != NULL)
    status = vtm_matching_json(model->photographs, model->results, model->matching, &text, error);
  if (status != VTM_OK) return status;
  cJSON *entry = text != NULL ? cJSON_Parse(text) : cJSON_CreateObject();
  free(text);
  add_path(entry, "generated", model->generated);
  (void)cJSON_AddBoolToObject(entry, "saved", model->matching == NULL);
  return cJSON_AddItemToArray(models, entry) ? VTM_OK : vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for JSON");
}

vtm_status vtm_score_plan_json(const vtm_settings *settings, const char *reference, const char *const *generated,
                               size_t count, char **text_out, vtm_error *error) {
  cJSON *root = cJSON_CreateObject();
  (void)cJSON_AddStringToObject(root, "schema", "vtonmetrics/plan/1");
  add_path(root, "metric", vtm_settings_info(settings)->name);
  add_path(root, "reference", reference);
  const plan_writer writer = {write_json, cJSON_AddArrayToObject(root, "models")};
  const vtm_status status = plan_all(settings, reference, generated, count, &writer, error);
  char *printed = status == VTM_OK ? cJSON_Print(root) : NULL;
  vtm_text text = {0};
  cJSON_Delete(root);
  if (printed != NULL) vtm_text_format(&text, "%s\n", printed);
  cJSON_free(printed);
  *text_out = status == VTM_OK ? vtm_text_take(&text, error) : NULL;
  return status == VTM_OK && *text_out == NULL ? VTM_ERROR_MEMORY : status;
}
