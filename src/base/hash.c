#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

vtm_status vtm_digest_bytes(const void *bytes, size_t size, vtm_digest *digest, vtm_error *error) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(bytes, size, raw, &length, EVP_sha256(), NULL) != 1 || length != sizeof(digest->bytes))
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "SHA-256 is not available from libcrypto");
  memcpy(digest->bytes, raw, sizeof(digest->bytes));
  return VTM_OK;
}

void vtm_digest_text(const vtm_digest *digest, char text[VTM_SHA256_TEXT]) {
  for (size_t i = 0; i < sizeof(digest->bytes); i++) (void)snprintf(text + 2 * i, 3, "%02x", digest->bytes[i]);
}

bool vtm_digest_read(const char *text, vtm_digest *digest) {
  if (strspn(text, "0123456789abcdef") != VTM_SHA256_TEXT - 1 || text[VTM_SHA256_TEXT - 1] != '\0') return false;
  for (size_t i = 0; i < sizeof(digest->bytes); i++) {
    const char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
    digest->bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
  }
  return true;
}

vtm_status vtm_sha256_bytes(const void *bytes, size_t size, char text[VTM_SHA256_TEXT], vtm_error *error) {
  vtm_digest digest;
  const vtm_status status = vtm_digest_bytes(bytes, size, &digest, error);
  if (status == VTM_OK) vtm_digest_text(&digest, text);
  return status;
}

/* Poly1305 under a fixed key: a universal hash, of which libcrypto has fast forms for every processor. Not every
 * libcrypto has it: versions before 3 have no such call, and FIPS does not allow it. */
static bool poly1305(const void *bytes, size_t size, unsigned char tag[16]) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  static const unsigned char key[] = "a polynomial at this fixed point"; /* 32 bytes and a NUL */
  size_t length = 0;
  return EVP_Q_mac(NULL, "POLY1305", NULL, NULL, NULL, key, 32, bytes, size, tag, 16, &length) != NULL && length == 16;
#else
  (void)bytes, (void)size, (void)tag;
  return false;
#endif
}

vtm_status vtm_hash_quickly(const void *bytes, size_t size, uint64_t *hash, vtm_error *error) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  *hash = 0;
  if (!poly1305(bytes, size, raw) && EVP_Digest(bytes, size, raw, NULL, EVP_sha256(), NULL) != 1)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "neither Poly1305 nor SHA-256 is available from libcrypto");
  memcpy(hash, raw, sizeof(*hash));
  return VTM_OK;
}

vtm_status vtm_sha256_file(const char *path, char digest[VTM_SHA256_TEXT], vtm_error *error) {
  vtm_mapping mapping;
  vtm_status status = vtm_file_map(path, &mapping, error);
  if (status != VTM_OK) return status;
  status = vtm_sha256_bytes(mapping.bytes, mapping.size, digest, error);
  vtm_file_unmap(&mapping);
  return status;
}
