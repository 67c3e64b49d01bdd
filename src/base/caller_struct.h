/* Structs that callers fill in. The first member of each is its struct_size: the caller's sizeof, which is smaller in a
 * program compiled against an older header and larger in one compiled against a newer one.
 *
 * New members are appended. No such struct may end in padding, for what lies there is not the caller's to say: test
 * unit.caller_struct looks at all of them. */
#ifndef VTM_BASE_CALLER_STRUCT_H
#define VTM_BASE_CALLER_STRUCT_H

#include <stddef.h>

#include "vtonmetrics/status.h"

/* Copies what the caller gave to `copy`, of `size` bytes, and zeroes the members that the caller does not know; for
 * NULL all but struct_size is zero. Members that this library does not know have to be zero, else it is
 * VTM_ERROR_UNSUPPORTED. A struct_size that nobody filled in is VTM_ERROR_USAGE. `type` is for messages. */
vtm_status vtm_copy_caller_struct(void *copy, size_t size, const void *given, const char *type, vtm_error *error);

#endif
