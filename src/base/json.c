#include "base/json.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"

static vtm_status fail_at(const uint8_t *bytes, size_t at, const char *what, vtm_error *error) {
  size_t line = 1, start = 0;
  for (size_t i = 0; i < at; i++) {
    if (bytes[i] != '\n') continue;
    line++;
    start = i + 1;
  }
  return vtm_fail(error, VTM_ERROR_FORMAT, "no valid JSON: %s line %zu, column %zu", what, line, at - start + 1);
}

/* Behind the string that starts at `at`; `size` when it never ends. */
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
  const size_t start = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
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
