#include "base/caller_struct.h"

#include <string.h>

#include "base/error.h"

/* Far more than any struct has: a larger number is memory that nobody set. */
enum { LARGEST_STRUCT = 1 << 14 };

static vtm_status check_size(size_t given, const char *type, vtm_error *error) {
  if (given >= sizeof(size_t) && given <= LARGEST_STRUCT) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_USAGE, "%s: struct_size is %zu; set it to sizeof(%s) before the call", type, given,
                  type);
}

vtm_status vtm_copy_caller_struct(void *copy, size_t size, const void *given, const char *type, vtm_error *error) {
  size_t given_size = size;
  memset(copy, 0, size);
  if (given != NULL) {
    memcpy(&given_size, given, sizeof(given_size));
    const vtm_status status = check_size(given_size, type, error);
    if (status != VTM_OK) return status;
    const unsigned char *bytes = given;
    for (size_t i = size; i < given_size; i++)
      if (bytes[i] != 0)
        return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                        "%s: the program sets a member that this library, version %s, does not know yet: a newer "
                        "library is needed",
                        type, VTM_VERSION);
    memcpy(copy, given, given_size < size ? given_size : size);
  }
  memcpy(copy, &size, sizeof(size)); /* the copy has this library's size */
  return VTM_OK;
}
