/* SHA-256, by OpenSSL's libcrypto. */
#ifndef VTM_BASE_HASH_H
#define VTM_BASE_HASH_H

#include <stddef.h>

#include "vtonmetrics/status.h"

enum { VTM_SHA256_TEXT = 65 }; /* 64 hex digits and a NUL */

vtm_status vtm_sha256_bytes(const void *bytes, size_t size, char digest[VTM_SHA256_TEXT], vtm_error *error);
vtm_status vtm_sha256_file(const char *path, char digest[VTM_SHA256_TEXT], vtm_error *error);

#endif
