/* What was probably meant, for error messages. */
#ifndef VTM_BASE_HINT_H
#define VTM_BASE_HINT_H

#include <stddef.h>

/* " (did you mean 'NAME'?)", or "" when none of the names is near. */
void vtm_hint_nearest(const char *given, const char *const *names, size_t count, char *hint, size_t size);

#endif
