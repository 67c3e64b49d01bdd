/* Hashes, by OpenSSL's libcrypto. */
#ifndef VTM_BASE_HASH_H
#define VTM_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

enum { VTM_SHA256_TEXT = 65 }; /* 64 hex digits and a NUL */

typedef struct vtm_digest {
  unsigned char bytes[32];
} vtm_digest;

/* Loads the algorithms early, while there is memory for them; the functions below do it themselves if nobody did. */
void vtm_hash_prepare(void);

vtm_status vtm_digest_bytes(const void *bytes, size_t size, vtm_digest *digest, vtm_error *error); /* SHA-256 */
void vtm_digest_text(const vtm_digest *digest, char text[VTM_SHA256_TEXT]);
bool vtm_digest_read(const char *text, vtm_digest *digest); /* false when it is not 64 hex digits */
vtm_status vtm_sha256_bytes(const void *bytes, size_t size, char digest[VTM_SHA256_TEXT], vtm_error *error);
vtm_status vtm_sha256_file(const char *path, char digest[VTM_SHA256_TEXT], vtm_error *error);

/* A hash of 64 bits for use within one run, several times as fast as SHA-256. Do not store it: it depends on the
 * version of libcrypto. It is not safe against somebody who constructs two contents of one hash. */
vtm_status vtm_hash_quickly(const void *bytes, size_t size, uint64_t *hash, vtm_error *error);

#endif
