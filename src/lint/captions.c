#include "lint/captions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "lint/python_json.h"

/* VITON-HD's training set has 11,647 people; a description is about 1 KB. */
static const vtm_json_limits limits = {.bytes = 64 << 20, .values = 4000000, .depth = 32};

/* PromptDresser's twelve fields are 350 bytes; of an entry with more, the first count. */
enum { LONGEST_FIELDS = 2048 };

static bool is_blank(const char *text) {
  while (isspace((unsigned char)*text)) text++;
  return *text == '\0';
}

/* Finds the first field with nothing in it and writes its path. */
static bool find_empty(const cJSON *value, vtm_text *path) {
  if (cJSON_IsNull(value)) return true;
  if (cJSON_IsString(value)) return is_blank(value->valuestring);
  if (!cJSON_IsArray(value) && !cJSON_IsObject(value)) return false;
  if (value->child == NULL) return true;
  const size_t length = path->length;
  for (const cJSON *field = value->child; field != NULL; field = field->next) {
    if (field->string != NULL) {
      if (length > 0) vtm_text_append(path, ".");
      vtm_text_append(path, field->string);
    }
    if (find_empty(field, path)) return true;
    if (path->failed) return false;
    path->length = length;
  }
  return false;
}

static const char *type_of(const cJSON *value) {
  if (cJSON_IsString(value) || cJSON_IsNull(value)) return "text"; /* that it is empty is another matter */
  if (cJSON_IsArray(value)) return "list";
  return cJSON_IsNumber(value) ? "number" : "truth value";
}

/* Appends "clothing.material:text|" for each field that is no object itself. */
static void append_fields(const cJSON *object, vtm_text *path, vtm_text *fields) {
  const size_t length = path->length;
  for (const cJSON *field = object->child; field != NULL && fields->length < LONGEST_FIELDS; field = field->next) {
    vtm_text_format(path, "%s%s", length > 0 ? "." : "", field->string);
    if (path->failed) return;
    if (cJSON_IsObject(field))
      append_fields(field, path, fields);
    else
      vtm_text_format(fields, "%s:%s|", path->bytes, type_of(field));
    path->length = length;
    path->bytes[length] = '\0';
  }
}

static vtm_status list_fields(const cJSON *value, char **fields, vtm_error *error) {
  vtm_text path = {0};
  vtm_text text = {0};
  if (!cJSON_IsObject(value)) return VTM_OK;
  vtm_text_append(&path, "");
  vtm_text_append(&text, "|");
  append_fields(value, &path, &text);
  text.failed = text.failed || path.failed;
  vtm_text_free(&path);
  *fields = vtm_text_take(&text, error);
  return *fields != NULL ? VTM_OK : VTM_ERROR_MEMORY;
}

static size_t stem_length(const char *name) {
  static const char *const extensions[] = {".jpg", ".jpeg", ".png", ".webp", ".bmp"};
  const char *extension = vtm_path_extension(name);
  for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
    if (strcasecmp(extension, extensions[i]) == 0) return (size_t)(extension - name);
  return strlen(name);
}

static vtm_status add_caption(vtm_captions *captions, const char *name, const cJSON *value, size_t container,
                              vtm_error *error) {
  const char *slash = strrchr(name, '/');
  if (slash != NULL) name = slash + 1;
  if (!vtm_grow(&captions->entries, &captions->capacity, captions->count + 1, sizeof(*captions->entries), error))
    return VTM_ERROR_MEMORY;
  vtm_caption entry = {.container = container};
  vtm_text path = {0};
  vtm_text_append(&path, "");
  if (find_empty(value, &path)) {
    entry.empty = vtm_text_take(&path, error);
    if (entry.empty == NULL) return VTM_ERROR_MEMORY;
  }
  vtm_text_free(&path);
  entry.name = strndup(name, stem_length(name));
  entry.extension = stem_length(name) < strlen(name);
  const bool listed = list_fields(value, &entry.fields, error) == VTM_OK;
  if (entry.name == NULL || !listed) {
    free(entry.name);
    free(entry.fields);
    free(entry.empty);
    return vtm_fail_memory(error, strlen(name));
  }
  captions->entries[captions->count++] = entry;
  return VTM_OK;
}

static vtm_status add_fields(vtm_captions *captions, const cJSON *object, size_t container, vtm_error *error) {
  vtm_status status = VTM_OK;
  const cJSON *field = NULL;
  cJSON_ArrayForEach(field, object) {
    if (status == VTM_OK) status = add_caption(captions, field->string, field, container, error);
  }
  return status;
}

static vtm_status add_named_by_text(vtm_captions *captions, const cJSON *element, size_t container, vtm_error *error) {
  vtm_status status = VTM_OK;
  const cJSON *field = NULL;
  cJSON_ArrayForEach(field, element) {
    if (status == VTM_OK && cJSON_IsString(field) && *field->valuestring != '\0')
      status = add_caption(captions, field->valuestring, element, container, error);
  }
  return status;
}

static vtm_status collect_captions(vtm_captions *captions, const cJSON *root, vtm_error *error) {
  vtm_status status = VTM_OK;
  size_t container = 0;
  if (cJSON_IsObject(root)) status = add_fields(captions, root, container, error);
  const cJSON *element = NULL;
  cJSON_ArrayForEach(element, root) {
    container++;
    if (status != VTM_OK) break;
    if (!cJSON_IsObject(element)) continue;
    status = cJSON_IsObject(root) ? add_fields(captions, element, container, error)
                                  : add_named_by_text(captions, element, container, error);
  }
  return status;
}

static int by_name(const void *a, const void *b) {
  const vtm_caption *first = a, *second = b;
  const int order = strcmp(first->name, second->name);
  if (order != 0) return order;
  return (first->container > second->container) - (first->container < second->container);
}

vtm_status vtm_captions_read(const uint8_t *bytes, size_t size, vtm_captions *captions, vtm_error *error) {
  *captions = (vtm_captions){0};
  cJSON *root = NULL;
  vtm_status status = vtm_python_json_parse(bytes, size, &limits, &root, error);
  if (status != VTM_OK) return status;
  if (!cJSON_IsObject(root) && !cJSON_IsArray(root))
    status = vtm_fail(error, VTM_ERROR_FORMAT, "JSON that is neither an object nor a list");
  if (status == VTM_OK) status = collect_captions(captions, root, error);
  cJSON_Delete(root);
  if (status != VTM_OK) {
    vtm_captions_free(captions);
    return status;
  }
  if (captions->count > 1) qsort(captions->entries, captions->count, sizeof(*captions->entries), by_name);
  return VTM_OK;
}

void vtm_captions_free(vtm_captions *captions) {
  for (size_t i = 0; i < captions->count; i++) {
    free(captions->entries[i].name);
    free(captions->entries[i].empty);
    free(captions->entries[i].fields);
  }
  free(captions->entries);
  *captions = (vtm_captions){0};
}

static int compare_name(const char *entry, const char *name, size_t length) {
  const int order = strncmp(entry, name, length);
  return order != 0 ? order : entry[strnlen(entry, length)] != '\0';
}

const vtm_caption *vtm_captions_find(const vtm_captions *captions, const char *name, size_t length) {
  size_t low = 0, high = captions->count;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (compare_name(captions->entries[middle].name, name, length) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  const bool found = low < captions->count && compare_name(captions->entries[low].name, name, length) == 0;
  return found ? &captions->entries[low] : NULL;
}
