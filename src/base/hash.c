#include "base/hash.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"

vtm_status vtm_sha256_bytes(const void *bytes, size_t size, char digest[VTM_SHA256_TEXT], vtm_error *error) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(bytes, size, raw, &length, EVP_sha256(), NULL) != 1 || length != 32)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "SHA-256 is not available from libcrypto");
  for (unsigned i = 0; i < length; i++) (void)snprintf(digest + (size_t)2 * i, 3, "%02x", raw[i]);
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
