/* Text for people: what programs around the library need to write good messages. */
#ifndef VTONMETRICS_TOOLS_TEXT_H
#define VTONMETRICS_TOOLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Copies `text` so that it is safe on a terminal and in one line: control characters become \n, \t or
 * \xNN, bytes that are not UTF-8 become \xNN. Works as snprintf does: at most `size` bytes with the NUL,
 * and the length of the whole is returned. */
VTM_API size_t vtm_printable(const char *text, char *buffer, size_t size);

/* Whether `text` is well-formed UTF-8 (RFC 3629). */
VTM_API bool vtm_is_utf8(const char *text);

/* How many characters must be inserted, removed, replaced or swapped with their neighbour to turn one name into the
 * other (Damerau-Levenshtein, restricted); ASCII letter case is ignored. */
VTM_API size_t vtm_edit_distance(const char *a, const char *b);

/* The one of `count` names that was probably meant by `given`, or NULL when none is near. */
VTM_API const char *vtm_nearest_name(const char *given, const char *const *names, size_t count);

#ifdef __cplusplus
}
#endif
#endif
