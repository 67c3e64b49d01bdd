#include "base/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "vtonmetrics/tools/text.h"

/* ---- parsing ---- */

static size_t skip_byte_order_mark(const uint8_t *bytes, size_t size) {
  return size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static vtm_status fail_at(const uint8_t *bytes, size_t at, const char *what, vtm_error *error) {
  size_t line = 1, start = 0;
  for (size_t i = 0; i < at; i++) {
    if (bytes[i] != '\n') continue;
    line++;
    start = i + 1;
  }
  return vtm_fail(error, VTM_ERROR_FORMAT, "no valid JSON: %s line %zu, column %zu", what, line, at - start + 1);
}

/* The position after the string that starts at `at`; `size` when it never ends. */
static size_t skip_string(const uint8_t *bytes, size_t size, size_t at, bool *has_zero) {
  static const char zero[] = "u0000";
  for (at++; at < size && bytes[at] != '"'; at++) {
    if (bytes[at] != '\\') continue;
    at++;
    *has_zero = *has_zero || (size - at >= strlen(zero) && memcmp(bytes + at, zero, strlen(zero)) == 0);
  }
  return at < size ? at + 1 : size;
}

static vtm_status check_bounds(const uint8_t *bytes, size_t size, const vtm_json_limits *limits, vtm_error *error) {
  size_t depth = 0, values = 1;
  for (size_t at = 0; at < size;) {
    const uint8_t byte = bytes[at];
    if (byte == '"') {
      bool has_zero = false;
      const size_t start = at;
      at = skip_string(bytes, size, at, &has_zero);
      if (has_zero) return fail_at(bytes, start, "a text with a character of code 0, at which it would end,", error);
      continue;
    }
    if (byte == '[' || byte == '{') depth++;
    if ((byte == ']' || byte == '}') && depth > 0) depth--;
    if (byte == '[' || byte == '{' || byte == ',') values++;
    if (depth > limits->depth)
      return vtm_fail(error, VTM_ERROR_LIMIT, "JSON nested more than %zu deep: not a file of this kind", limits->depth);
    if (values > limits->values)
      return vtm_fail(error, VTM_ERROR_LIMIT, "JSON of more than %zu values: not a file of this kind", limits->values);
    at++;
  }
  return VTM_OK;
}

static size_t skip_white(const uint8_t *bytes, size_t size, size_t at) {
  while (at < size && memchr(" \t\r\n", bytes[at], 4) != NULL) at++;
  return at;
}

vtm_status vtm_json_parse(const uint8_t *bytes, size_t size, const vtm_json_limits *limits, cJSON **root,
                          vtm_error *error) {
  *root = NULL;
  if (size > limits->bytes)
    return vtm_fail(error, VTM_ERROR_LIMIT, "JSON of %zu bytes: more than %zu is no file of this kind", size,
                    limits->bytes);
  const size_t start = skip_byte_order_mark(bytes, size);
  bytes += start;
  size -= start;
  if (skip_white(bytes, size, 0) == size)
    return vtm_fail(error, VTM_ERROR_FORMAT, "no valid JSON: there is nothing in it");
  const vtm_status status = check_bounds(bytes, size, limits, error);
  if (status != VTM_OK) return status;
  const char *end = NULL;
  *root = cJSON_ParseWithLengthOpts((const char *)bytes, size, &end, false);
  const size_t at = end != NULL ? (size_t)(end - (const char *)bytes) : 0;
  if (*root == NULL) return fail_at(bytes, at < size ? at : size, "a mistake near", error);
  const size_t left = skip_white(bytes, size, at);
  if (left == size) return VTM_OK;
  cJSON_Delete(*root);
  *root = NULL;
  return fail_at(bytes, left, "more text after its end, at", error);
}

/* ---- lines, members and values of a parsed file ---- */

/* Counts the values before `item`, in the order of the tree, which is that of the text. True: `item` was found. */
static bool count_before(const cJSON *from, const cJSON *item, size_t *count) {
  for (const cJSON *value = from; value != NULL; value = value->next) {
    if (value == item) return true;
    (*count)++;
    if (value->child != NULL && count_before(value->child, item, count)) return true; /* depth: bounded by the parser */
  }
  return false;
}

/* What cJSON takes for white space, which is more than JSON does. */
static size_t skip_blanks(const vtm_json_source *source, size_t at) {
  while (at < source->size && source->bytes[at] <= ' ') at++;
  return at;
}

/* Where value `number`, counted from 0, begins, with its key if it has one. The text is known to be well-formed: a
 * string before a colon is a key, and everything else that is not punctuation is a value. */
static size_t find_value(const vtm_json_source *source, size_t number) {
  size_t key = source->size; /* where the key of the next value begins; the size: it has none */
  const size_t start = skip_byte_order_mark(source->bytes, source->size);
  for (size_t at = skip_blanks(source, start); at < source->size; at = skip_blanks(source, at)) {
    const uint8_t byte = source->bytes[at];
    if (byte == ',' || byte == '}' || byte == ']' || byte == ':') {
      at++;
      continue;
    }
    const size_t begins = at;
    bool has_zero = false;
    at = byte == '"' ? skip_string(source->bytes, source->size, at, &has_zero) : at + 1;
    while (byte != '"' && byte != '{' && byte != '[' && at < source->size &&
           strchr(",:]}", source->bytes[at]) == NULL && source->bytes[at] > ' ')
      at++;
    const size_t behind = skip_blanks(source, at);
    if (byte == '"' && behind < source->size && source->bytes[behind] == ':') {
      key = begins;
      continue;
    }
    if (number-- == 0) return key < begins ? key : begins;
    key = source->size;
  }
  return source->size;
}

size_t vtm_json_line(const vtm_json_source *source, const cJSON *item) {
  size_t number = 0;
  (void)count_before(source->root, item, &number);
  const size_t end = find_value(source, number);
  size_t line = 1;
  for (size_t at = 0; at < end; at++) line += source->bytes[at] == '\n';
  return line;
}

vtm_status vtm_json_fail(const vtm_json_source *source, const cJSON *item, vtm_error *error, const char *format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: line %zu: %s", source->name, vtm_json_line(source, item), message);
}

static vtm_status fail_unknown_key(const vtm_json_source *source, const cJSON *member, const vtm_json_keys *keys,
                                   vtm_error *error) {
  char shown[128];
  char list[512] = "";
  (void)vtm_printable(member->string, shown, sizeof(shown));
  const char *nearest = vtm_nearest_name(member->string, keys->names, keys->count);
  if (nearest != NULL)
    return vtm_json_fail(source, member, error, "unknown key \"%s\" of %s; did you mean \"%s\"?", shown, keys->what,
                         nearest);
  for (size_t i = 0, used = 0; i < keys->count && used < sizeof(list); i++)
    used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "", keys->names[i]);
  return vtm_json_fail(source, member, error, "unknown key \"%s\" of %s; known are %s", shown, keys->what, list);
}

vtm_status vtm_json_members(const vtm_json_source *source, const cJSON *object, const vtm_json_keys *keys,
                            const cJSON **values, vtm_error *error) {
  for (size_t i = 0; i < keys->count; i++) values[i] = NULL;
  if (!cJSON_IsObject(object)) return vtm_json_fail(source, object, error, "%s must be an object: {...}", keys->what);
  for (const cJSON *member = object->child; member != NULL; member = member->next) {
    size_t i = 0;
    while (i < keys->count && strcmp(keys->names[i], member->string) != 0) i++;
    if (i == keys->count && keys->strict) return fail_unknown_key(source, member, keys, error);
    if (i == keys->count) continue;
    if (values[i] != NULL)
      return vtm_json_fail(source, member, error, "\"%s\" of %s is given twice", keys->names[i], keys->what);
    values[i] = member;
  }
  return VTM_OK;
}

vtm_status vtm_json_get_text(const vtm_json_source *source, const cJSON *owner, const char *name, const cJSON *item,
                             const char **text, vtm_error *error) {
  *text = cJSON_GetStringValue(item);
  if (*text != NULL) return VTM_OK;
  if (item == NULL) return vtm_json_fail(source, owner, error, "\"%s\" is missing", name);
  return vtm_json_fail(source, item, error, "\"%s\" must be a text", name);
}

vtm_status vtm_json_get_number(const vtm_json_source *source, const cJSON *owner, const char *name, const cJSON *item,
                               double *number, vtm_error *error) {
  if (item == NULL) return vtm_json_fail(source, owner, error, "\"%s\" is missing", name);
  if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble))
    return vtm_json_fail(source, item, error, "\"%s\" must be a number", name);
  *number = item->valuedouble;
  return VTM_OK;
}
