/* A layout of the user's own, from a small JSON file with the fields of the built-in table:
 *
 *   {"name": "shop", "sets": ["."], "pair_lists": ["pairs.txt"], "order": "person-garment",
 *    "parts": [{"folder": "people", "kind": "person", "pattern": "{id}.jpg", "required": true},
 *              {"folder": "masks", "kind": "mask", "pattern": "{id}_mask.png", "of": "person", "same_size": true}]} */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "lint/layout_file.h"
#include "vtonmetrics/tools/text.h"

enum { LARGEST_FILE = 1 << 20, MOST_PARTS = 256, MOST_WORDS = 64, LONGEST_WORD = 255 };

struct vtm_layout_file {
  vtm_layout layout;
  vtm_layout_part *parts;
  char **texts; /* what the layout's strings point to */
  size_t text_count, text_capacity;
  const char *path;
};

typedef struct field {
  const char *name;
  vtm_status (*read)(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error);
} field;

static vtm_status keep_text(vtm_layout_file *file, char *text, const char **kept, vtm_error *error) {
  if (text == NULL) return VTM_ERROR_MEMORY;
  if (!vtm_grow(&file->texts, &file->text_capacity, file->text_count + 1, sizeof(*file->texts), error)) {
    free(text);
    return VTM_ERROR_MEMORY;
  }
  file->texts[file->text_count++] = text;
  *kept = text;
  return VTM_OK;
}

/* "parts[2].kind" for messages. */
static vtm_status fail_in_part(const vtm_layout_file *file, const vtm_layout_part *part, const char *name,
                               vtm_error *error, const char *what) {
  if (part == NULL) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: \"%s\" %s", file->path, name, what);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: parts[%zu]: \"%s\" %s", file->path, (size_t)(part - file->parts), name,
                  what);
}

static bool is_good_word(const cJSON *value) {
  const char *text = cJSON_GetStringValue(value);
  return text != NULL && *text != '\0' && strlen(text) <= LONGEST_WORD && strpbrk(text, "|/\n") == NULL &&
         strcmp(text, "..") != 0;
}

/* A string, or a list of strings: spellings. */
static vtm_status read_words(vtm_layout_file *file, const vtm_layout_part *part, const cJSON *value, const char **words,
                             vtm_error *error) {
  vtm_text text = {0};
  const char *member = value->string;
  const cJSON *first = cJSON_IsArray(value) ? value->child : value;
  size_t count = 0;
  bool good = first != NULL;
  for (const cJSON *word = first; word != NULL && good; word = cJSON_IsArray(value) ? word->next : NULL) {
    good = is_good_word(word) && count < MOST_WORDS;
    if (good) vtm_text_format(&text, "%s%s", count++ > 0 ? "|" : "", word->valuestring);
  }
  if (good) return keep_text(file, vtm_text_take(&text, error), words, error);
  vtm_text_free(&text);
  return fail_in_part(file, part, member, error,
                      "must be a name of 1 to 255 letters without '/' and '|', or a list of such names");
}

static vtm_status read_flag(vtm_layout_file *file, const vtm_layout_part *part, const cJSON *value, bool *flag,
                            vtm_error *error) {
  if (!cJSON_IsBool(value)) return fail_in_part(file, part, value->string, error, "must be true or false");
  *flag = cJSON_IsTrue(value);
  return VTM_OK;
}

static vtm_status read_kind(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  const char *text = cJSON_GetStringValue(value);
  for (int i = 0; text != NULL && i < VTM_LINT_KINDS; i++)
    if (strcmp(text, vtm_lint_kind_names[i]) == 0 && i < VTM_LINT_CAPTIONS) {
      part->kind = (vtm_lint_kind)i;
      return VTM_OK;
    }
  return fail_in_part(file, part, "kind", error,
                      "must be person, garment, mask, parse, picture, pose, keypoints or array");
}

static vtm_status read_of(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  const char *text = cJSON_GetStringValue(value);
  if (text != NULL && strcmp(text, "person") == 0)
    part->of = VTM_LINT_PERSON;
  else if (text != NULL && strcmp(text, "garment") == 0)
    part->of = VTM_LINT_GARMENT;
  else
    return fail_in_part(file, part, "of", error, "must be person or garment: the image that the file belongs to");
  return VTM_OK;
}

static vtm_status read_pattern(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  const char *text = is_good_word(value) ? value->valuestring : "";
  const char *hole = strstr(text, "{id}");
  if (hole == NULL || strchr(hole, '.') == NULL || strstr(hole + 1, "{id}") != NULL)
    return fail_in_part(file, part, "pattern", error,
                        "must hold {id} once and end in an extension: \"{id}_mask.png\", \"{id}.*\"");
  return read_words(file, part, value, &part->pattern, error);
}

static vtm_status read_labels(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  if (!cJSON_IsNumber(value) || value->valuedouble < 1 || value->valuedouble > 256 ||
      value->valuedouble != (double)value->valueint)
    return fail_in_part(file, part, "labels", error, "must be a whole number of 1 to 256: labels are 0 .. labels - 1");
  part->labels = value->valueint;
  return VTM_OK;
}

static vtm_status read_folder(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  return read_words(file, part, value, &part->folder, error);
}
static vtm_status read_required(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  return read_flag(file, part, value, &part->required, error);
}
static vtm_status read_same_size(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  return read_flag(file, part, value, &part->same_size, error);
}

static const field part_fields[] = {
    {"folder", read_folder},     {"kind", read_kind},           {"pattern", read_pattern}, {"of", read_of},
    {"required", read_required}, {"same_size", read_same_size}, {"labels", read_labels},
};

static vtm_status read_parts(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error);

static vtm_status read_name(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  if (!is_good_word(value)) return fail_in_part(file, part, "name", error, "must be a name of 1 to 255 letters");
  const vtm_status status = read_words(file, part, value, &file->layout.name, error);
  file->layout.title = file->layout.name;
  return status;
}
static vtm_status read_sets(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  return read_words(file, part, value, &file->layout.sets, error);
}
static vtm_status read_pair_lists(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  return read_words(file, part, value, &file->layout.pair_lists, error);
}
static vtm_status read_captions(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  if (!is_good_word(value)) return fail_in_part(file, part, "captions", error, "must be the name of one file");
  return read_words(file, part, value, &file->layout.captions, error);
}
static vtm_status read_order(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  const char *text = cJSON_GetStringValue(value);
  const bool garment_first = text != NULL && strcmp(text, "garment-person") == 0;
  if (!garment_first && (text == NULL || strcmp(text, "person-garment") != 0))
    return fail_in_part(file, part, "order", error, "must be garment-person or person-garment");
  file->layout.garment_first = garment_first;
  return VTM_OK;
}

static const field layout_fields[] = {
    {"name", read_name},         {"sets", read_sets},   {"pair_lists", read_pair_lists},
    {"captions", read_captions}, {"order", read_order}, {"parts", read_parts},
};

static vtm_status refuse_field(const vtm_layout_file *file, const vtm_layout_part *part, const field *fields,
                               size_t count, const char *given, vtm_error *error) {
  const char *names[16];
  for (size_t i = 0; i < count; i++) names[i] = fields[i].name;
  char where[32] = "";
  char shown[128];
  if (part != NULL) (void)snprintf(where, sizeof(where), "parts[%zu]: ", (size_t)(part - file->parts));
  (void)vtm_printable(given, shown, sizeof(shown));
  const char *nearest = vtm_nearest_name(given, names, count);
  if (nearest != NULL)
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: %sunknown key \"%s\"; did you mean \"%s\"?", file->path, where, shown,
                    nearest);
  vtm_text list = {0};
  for (size_t i = 0; i < count; i++) vtm_text_format(&list, "%s%s", i > 0 ? ", " : "", names[i]);
  char *known = vtm_text_take(&list, error);
  if (known == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status =
      vtm_fail(error, VTM_ERROR_FORMAT, "%s: %sunknown key \"%s\"; known are %s", file->path, where, shown, known);
  free(known);
  return status;
}

static vtm_status read_fields(vtm_layout_file *file, vtm_layout_part *part, const cJSON *object, const field *fields,
                              size_t count, vtm_error *error) {
  unsigned seen = 0;
  for (const cJSON *value = object->child; value != NULL; value = value->next) {
    size_t i = 0;
    while (i < count && strcmp(fields[i].name, value->string) != 0) i++;
    if (i == count) return refuse_field(file, part, fields, count, value->string, error);
    if (seen & 1u << i) return fail_in_part(file, part, value->string, error, "is given twice");
    seen |= 1u << i;
    const vtm_status status = fields[i].read(file, part, value, error);
    if (status != VTM_OK) return status;
  }
  return VTM_OK;
}

static vtm_status check_part(const vtm_layout_file *file, const vtm_layout_part *part, vtm_error *error) {
  const bool belongs = part->of != VTM_LINT_KINDS;
  if (part->folder == NULL) return fail_in_part(file, part, "folder", error, "is missing");
  if (part->pattern == NULL) return fail_in_part(file, part, "pattern", error, "is missing");
  if (part->kind == VTM_LINT_KINDS) return fail_in_part(file, part, "kind", error, "is missing");
  if (belongs && part->kind <= VTM_LINT_GARMENT)
    return fail_in_part(file, part, "of", error, "makes no sense for a person or garment: other files belong to those");
  if (part->same_size && !belongs)
    return fail_in_part(file, part, "same_size", error, "needs \"of\": the size of what?");
  if (part->kind == VTM_LINT_PARSE && part->labels == 0)
    return fail_in_part(file, part, "labels", error, "is missing: a parse map has 20 in VITON-HD, 18 in DressCode");
  return VTM_OK;
}

static vtm_status read_parts(vtm_layout_file *file, vtm_layout_part *part, const cJSON *value, vtm_error *error) {
  const int count = cJSON_IsArray(value) ? cJSON_GetArraySize(value) : 0;
  if (count < 1 || count > MOST_PARTS)
    return fail_in_part(file, part, "parts", error, "must be a list of 1 to 256 parts");
  file->parts = vtm_allocate((size_t)count, sizeof(*file->parts), error);
  if (file->parts == NULL) return VTM_ERROR_MEMORY;
  file->layout.parts = file->parts;
  for (const cJSON *entry = value->child; entry != NULL; entry = entry->next) {
    vtm_layout_part *next = &file->parts[file->layout.part_count++];
    *next = (vtm_layout_part){.kind = VTM_LINT_KINDS, .of = VTM_LINT_KINDS};
    if (!cJSON_IsObject(entry))
      return vtm_fail(error, VTM_ERROR_FORMAT, "%s: parts[%zu] must be an object with folder, kind and pattern",
                      file->path, file->layout.part_count - 1);
    vtm_status status = read_fields(file, next, entry, part_fields, sizeof(part_fields) / sizeof(*part_fields), error);
    if (status == VTM_OK) status = check_part(file, next, error);
    if (status != VTM_OK) return status;
  }
  return VTM_OK;
}

static vtm_status read_layout(vtm_layout_file *file, const cJSON *root, vtm_error *error) {
  if (!cJSON_IsObject(root)) return vtm_fail(error, VTM_ERROR_FORMAT, "%s: must be a JSON object", file->path);
  vtm_status status =
      read_fields(file, NULL, root, layout_fields, sizeof(layout_fields) / sizeof(*layout_fields), error);
  if (status != VTM_OK) return status;
  if (file->layout.name == NULL) return fail_in_part(file, NULL, "name", error, "is missing");
  if (file->layout.part_count == 0) return fail_in_part(file, NULL, "parts", error, "is missing");
  if (file->layout.sets == NULL) file->layout.sets = ".";
  for (size_t i = 0; i < file->layout.part_count; i++)
    if (file->parts[i].kind == VTM_LINT_PERSON) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: one part must be of kind \"person\": the photographs", file->path);
}

vtm_status vtm_layout_file_parse(const char *path, const char *text, size_t size, vtm_layout_file **file_out,
                                 vtm_error *error) {
  *file_out = NULL;
  const char *end = NULL;
  /* cJSON bounds the nesting itself (CJSON_NESTING_LIMIT) */
  cJSON *root = cJSON_ParseWithLengthOpts(text, size, &end, false);
  if (root == NULL) {
    size_t line = 1;
    for (const char *at = text; at < end && at < text + size; at++) line += *at == '\n';
    return vtm_fail(error, VTM_ERROR_FORMAT, "%s: line %zu: not valid JSON, or nested too deeply", path, line);
  }
  vtm_layout_file *file = vtm_allocate(1, sizeof(*file), error);
  vtm_status status = file != NULL ? VTM_OK : VTM_ERROR_MEMORY;
  if (status == VTM_OK) {
    file->path = path;
    status = read_layout(file, root, error);
    file->path = NULL;
  }
  cJSON_Delete(root);
  if (status == VTM_OK)
    *file_out = file;
  else
    vtm_layout_file_close(file);
  return status;
}

vtm_status vtm_layout_file_read(const char *path, vtm_layout_file **file, vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  *file = NULL;
  vtm_status status = vtm_file_read(path, LARGEST_FILE, &bytes, &size, error);
  if (status == VTM_OK) status = vtm_layout_file_parse(path, (const char *)bytes, size, file, error);
  free(bytes);
  return status;
}

const vtm_layout *vtm_layout_file_layout(const vtm_layout_file *file) { return &file->layout; }

void vtm_layout_file_close(vtm_layout_file *file) {
  if (file == NULL) return;
  for (size_t i = 0; i < file->text_count; i++) free(file->texts[i]);
  free(file->texts);
  free(file->parts);
  free(file);
}
