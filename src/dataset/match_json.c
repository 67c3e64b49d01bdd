/* A matching as JSON for programs: what each file of both sides became. */
#include <cjson/cJSON.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/tools/dataset.h"
#include "vtonmetrics/tools/text.h"

enum { LONGEST_NAME = 1024 };

/* Names of files are bytes, JSON is UTF-8. */
static void add_text(cJSON *object, const char *name, const char *text) {
  char safe[LONGEST_NAME];
  if (text != NULL) (void)vtm_printable(text, safe, sizeof(safe));
  (void)cJSON_AddItemToObject(object, name, text != NULL ? cJSON_CreateString(safe) : cJSON_CreateNull());
}

static void add_slice(cJSON *object, const char *name, const char *bytes, size_t length) {
  char copy[LONGEST_NAME];
  if (bytes == NULL) return;
  if (length >= sizeof(copy)) length = sizeof(copy) - 1;
  memcpy(copy, bytes, length);
  copy[length] = '\0';
  add_text(object, name, copy);
}

static void add_file(cJSON *files, const vtm_folder *reference, const vtm_folder *generated,
                     const vtm_matching *matching, size_t index) {
  static const char *const outcomes[] = {"matched", "no-partner", "duplicate", "ambiguous"};
  const vtm_file_match *file = &matching->files[index];
  char why[LONGEST_NAME];
  cJSON *entry = cJSON_CreateObject();
  add_text(entry, "name", generated->entries[index].name);
  add_text(entry, "outcome", outcomes[file->kind]);
  add_text(entry, "person", file->reference != VTM_NO_ENTRY ? reference->entries[file->reference].name : NULL);
  add_slice(entry, "garment", file->garment, file->garment_length);
  add_slice(entry, "type", file->type, file->type_length);
  if (file->repeat >= 0) (void)cJSON_AddNumberToObject(entry, "repeat", (double)file->repeat);
  (void)vtm_matching_explain(reference, generated, matching, index, why, sizeof(why));
  add_text(entry, "why", why);
  (void)cJSON_AddItemToArray(files, entry);
}

vtm_status vtm_matching_json(const vtm_folder *reference, const vtm_folder *generated, const vtm_matching *matching,
                             char **text, vtm_error *error) {
  cJSON *object = cJSON_CreateObject();
  add_text(object, "scheme", matching->scheme);
  add_text(object, "reason", matching->reason);
  (void)cJSON_AddNumberToObject(object, "pairs", (double)matching->count);
  (void)cJSON_AddNumberToObject(object, "people", (double)matching->people);
  (void)cJSON_AddItemToObject(object, "unpaired",
                              matching->count > 0 ? cJSON_CreateBool(matching->foreign > 0) : cJSON_CreateNull());
  cJSON *files = cJSON_AddArrayToObject(object, "files");
  for (size_t i = 0; i < generated->count; i++) add_file(files, reference, generated, matching, i);
  cJSON *left = cJSON_AddArrayToObject(object, "without_result");
  for (size_t i = 0; i < matching->only_reference_count; i++) {
    char safe[LONGEST_NAME];
    (void)vtm_printable(reference->entries[matching->only_reference[i]].name, safe, sizeof(safe));
    (void)cJSON_AddItemToArray(left, cJSON_CreateString(safe));
  }
  *text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  return *text != NULL ? VTM_OK : vtm_fail(error, VTM_ERROR_MEMORY, "out of memory while writing JSON");
}
