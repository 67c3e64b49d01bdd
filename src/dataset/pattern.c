#include "dataset/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "vtonmetrics/tools/text.h"

/* A name has 255 bytes at most: a sensible expression needs some thousand steps, one that explodes needs
 * more than there is time for. */
enum { MOST_STEPS = 1000000, MOST_KIBIBYTES = 20000, LONGEST_PATTERN = 4096, REASON = 256 };

struct vtm_pattern {
  pcre2_code *code;
  pcre2_match_context *context;
  pcre2_match_data *data;
  int person, garment, repeat, type; /* group numbers; < 0: no such group */
};

void vtm_pattern_free(vtm_pattern *pattern) {
  if (pattern == NULL) return;
  pcre2_match_data_free(pattern->data);
  pcre2_match_context_free(pattern->context);
  pcre2_code_free(pattern->code);
  free(pattern);
}

static vtm_status compile_regex(const char *text, pcre2_code **code, vtm_error *error) {
  int problem;
  PCRE2_SIZE place;
  if (strlen(text) > LONGEST_PATTERN)
    return vtm_fail(error, VTM_ERROR_USAGE, "--match regex: the expression is longer than %d characters",
                    LONGEST_PATTERN);
  *code =
      pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C,
                    &problem, &place, NULL);
  if (*code != NULL) return VTM_OK;
  PCRE2_UCHAR reason[REASON] = "";
  (void)pcre2_get_error_message(problem, reason, sizeof(reason));
  if (place > strlen(text)) place = strlen(text);
  char before[REASON];
  char after[REASON];
  char *start = strndup(text, place);
  (void)vtm_printable(start != NULL ? start : "", before, sizeof(before));
  (void)vtm_printable(text + place, after, sizeof(after));
  free(start);
  return vtm_fail(error, VTM_ERROR_USAGE, "--match regex: the expression is wrong at character %zu: %s: %s <-- HERE %s",
                  place, (const char *)reason, before, after);
}

vtm_status vtm_pattern_compile(const char *text, vtm_pattern **pattern_out, vtm_error *error) {
  *pattern_out = NULL;
  vtm_pattern *pattern = vtm_allocate(1, sizeof(*pattern), error);
  if (pattern == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = compile_regex(text, &pattern->code, error);
  if (status == VTM_OK) {
    pattern->person = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR) "person");
    pattern->garment = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR) "garment");
    pattern->repeat = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR) "repeat");
    pattern->type = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR) "type");
    if (pattern->person < 0)
      status = vtm_fail(error, VTM_ERROR_USAGE,
                        "--match regex: the expression has no group named person; an example that has one: "
                        "'regex:(?<person>.+)__(?<garment>.+)'");
  }
  if (status == VTM_OK) {
    pattern->context = pcre2_match_context_create(NULL);
    pattern->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    if (pattern->context == NULL || pattern->data == NULL)
      status = vtm_fail(error, VTM_ERROR_MEMORY, "out of memory for a regular expression");
  }
  if (status != VTM_OK) {
    vtm_pattern_free(pattern);
    return status;
  }
  (void)pcre2_set_match_limit(pattern->context, MOST_STEPS);
  (void)pcre2_set_heap_limit(pattern->context, MOST_KIBIBYTES);
  *pattern_out = pattern;
  return VTM_OK;
}

static vtm_slice group_slice(const vtm_pattern *pattern, vtm_slice stem, int number) {
  if (number < 0) return (vtm_slice){0};
  const PCRE2_SIZE *places = pcre2_get_ovector_pointer(pattern->data);
  const PCRE2_SIZE start = places[2 * number];
  const PCRE2_SIZE end = places[2 * number + 1];
  if (start == PCRE2_UNSET || end <= start) return (vtm_slice){0};
  return (vtm_slice){stem.bytes + start, end - start};
}

vtm_status vtm_pattern_read(const vtm_pattern *pattern, const vtm_known_names *names, vtm_slice stem,
                            vtm_reading *reading, vtm_error *error) {
  const int found =
      pcre2_match(pattern->code, (PCRE2_SPTR)stem.bytes, stem.length, 0, 0, pattern->data, pattern->context);
  if (found == PCRE2_ERROR_NOMATCH) return VTM_OK;
  if (found < 0) {
    PCRE2_UCHAR reason[REASON] = "";
    char name[REASON];
    (void)pcre2_get_error_message(found, reason, sizeof(reason));
    char *copy = strndup(stem.bytes, stem.length);
    (void)vtm_printable(copy != NULL ? copy : "", name, sizeof(name));
    free(copy);
    return vtm_fail(error, VTM_ERROR_LIMIT,
                    "--match regex: the expression was given up at the name '%s' (%s): something like (a+)+ has too "
                    "many ways to match; write it with fewer nested repeats",
                    name, (const char *)reason);
  }
  const vtm_slice repeat = group_slice(pattern, stem, pattern->repeat);
  const vtm_reading rest = {.garment = group_slice(pattern, stem, pattern->garment),
                            .type = group_slice(pattern, stem, pattern->type),
                            .repeat = repeat.bytes != NULL ? vtm_slice_number(repeat) : -1};
  const vtm_slice person = group_slice(pattern, stem, pattern->person);
  if (person.bytes != NULL) vtm_reading_offer_names(names, person, &rest, reading);
  return VTM_OK;
}
