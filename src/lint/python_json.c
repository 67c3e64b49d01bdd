#include "lint/python_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Overflows, so that it is read as an infinite number. */
static const char infinite[] = "1e999";

static size_t length_of_word(const uint8_t *bytes, size_t left) {
  static const char *const words[] = {"NaN", "Infinity"};
  for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
    const size_t length = strlen(words[i]);
    if (left >= length && memcmp(bytes, words[i], length) == 0) return length;
  }
  return 0;
}

/* Strings are left as they are. NULL: no such word, or no memory, which *failed says. */
static uint8_t *replace_words(const uint8_t *bytes, size_t size, size_t *replaced, bool *failed) {
  size_t words = 0;
  bool inside = false;
  for (size_t i = 0; i < size; i++) words += length_of_word(bytes + i, size - i) > 0;
  uint8_t *text = words > 0 ? vtm_allocate(size + words * sizeof(infinite), 1, NULL) : NULL;
  *failed = words > 0 && text == NULL;
  *replaced = 0;
  for (size_t i = 0; i < size && text != NULL; i++) {
    const size_t length = inside ? 0 : length_of_word(bytes + i, size - i);
    if (bytes[i] == '"') inside = !inside;
    if (length > 0) {
      memcpy(text + *replaced, infinite, strlen(infinite));
      *replaced += strlen(infinite);
      i += length - 1;
      continue;
    }
    text[(*replaced)++] = bytes[i];
    if (inside && bytes[i] == '\\' && i + 1 < size) text[(*replaced)++] = bytes[++i];
  }
  return text;
}

vtm_status vtm_python_json_parse(const uint8_t *bytes, size_t size, const vtm_json_limits *limits, cJSON **root,
                                 vtm_error *error) {
  size_t replaced = 0;
  bool failed = false;
  uint8_t *text = size <= limits->bytes ? replace_words(bytes, size, &replaced, &failed) : NULL;
  *root = NULL;
  if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)) {
    free(text);
    return vtm_fail(error, VTM_ERROR_FORMAT, "is UTF-16 text, where UTF-8 is expected: save it again as UTF-8");
  }
  if (failed) return vtm_fail_memory(error, size);
  if (text == NULL) return vtm_json_parse(bytes, size, limits, root, error);
  const vtm_json_limits longer = {replaced, limits->values, limits->depth};
  const vtm_status status = vtm_json_parse(text, replaced, &longer, root, error);
  free(text);
  return status;
}
