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

VTM_API bool vtm_is_utf8(const char *text);

/* How many characters have to be inserted, left out, replaced or swapped with their neighbour to make
 * one name of the other; ASCII letter case counts for nothing. */
VTM_API size_t vtm_edit_distance(const char *a, const char *b);

/* The name that was probably meant by `given`, or NULL when none of them is near. */
VTM_API const char *vtm_nearest_name(const char *given, const char *const *names, size_t count);

#ifdef __cplusplus
}
#endif
#endif
