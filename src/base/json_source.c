#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "vtonmetrics/tools/text.h"

/* How many values stand before `item` in the text, which is the order of the tree; stops there. */
static bool count_before(const cJSON *from, const cJSON *item, size_t *count) {
  for (const cJSON *value = from; value != NULL; value = value->next) {
    if (value == item) return true;
    (*count)++;
    if (value->child != NULL && count_before(value->child, item, count)) return true; /* depth: bounded by the parser */
  }
  return false;
}

static size_t skip_string(const vtm_json_source *source, size_t at) {
  for (at++; at < source->size && source->bytes[at] != '"'; at++)
    if (source->bytes[at] == '\\') at++;
  return at < source->size ? at + 1 : source->size;
}

static size_t skip_white(const vtm_json_source *source, size_t at) {
  while (at < source->size && source->bytes[at] <= ' ') at++;
  return at;
}

/* The text is known to be well-formed, so a string with a colon behind it is a key, and all else that is no
 * punctuation is a value. */
static size_t find_value(const vtm_json_source *source, size_t number) {
  size_t key = source->size; /* where the key of the next value begins; none */
  const size_t start = source->size >= 3 && memcmp(source->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  for (size_t at = skip_white(source, start); at < source->size; at = skip_white(source, at)) {
    const uint8_t byte = source->bytes[at];
    if (byte == ',' || byte == '}' || byte == ']' || byte == ':') {
      at++;
      continue;
    }
    const size_t begins = at;
    at = byte == '"' ? skip_string(source, at) : at + 1;
    while (byte != '"' && byte != '{' && byte != '[' && at < source->size &&
           strchr(",:]}", source->bytes[at]) == NULL && source->bytes[at] > ' ')
      at++;
    const size_t behind = skip_white(source, at);
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

static vtm_status fail_unknown(const vtm_json_source *source, const cJSON *member, const char *what,
                               const char *const *names, size_t count, vtm_error *error) {
  char shown[128];
  char list[512] = "";
  (void)vtm_printable(member->string, shown, sizeof(shown));
  const char *nearest = vtm_nearest_name(member->string, names, count);
  if (nearest != NULL)
    return vtm_json_fail(source, member, error, "unknown key \"%s\" of %s; did you mean \"%s\"?", shown, what, nearest);
  for (size_t i = 0, used = 0; i < count && used < sizeof(list); i++)
    used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "", names[i]);
  return vtm_json_fail(source, member, error, "unknown key \"%s\" of %s; known are %s", shown, what, list);
}

vtm_status vtm_json_members(const vtm_json_source *source, const cJSON *object, const char *what,
                            const char *const *names, size_t count, bool strict, const cJSON **values,
                            vtm_error *error) {
  for (size_t i = 0; i < count; i++) values[i] = NULL;
  if (!cJSON_IsObject(object)) return vtm_json_fail(source, object, error, "%s must be an object: {...}", what);
  for (const cJSON *member = object->child; member != NULL; member = member->next) {
    size_t i = 0;
    while (i < count && strcmp(names[i], member->string) != 0) i++;
    if (i == count && strict) return fail_unknown(source, member, what, names, count, error);
    if (i == count) continue;
    if (values[i] != NULL) return vtm_json_fail(source, member, error, "\"%s\" of %s is given twice", names[i], what);
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
