#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

/* libcrypto looks an algorithm up when it is first used, and version 3.0.19 crashes if any of 50 allocations fails
 * there. So both are fetched once, early, and stay until the process ends. */
static const EVP_MD *sha256; /* NULL: there is none */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
static EVP_MAC *held_poly1305
    __attribute__((used)); /* EVP_Q_mac finds it by its name; never freed, so that it stays loaded */
#endif

static void fetch_algorithms(void) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  held_poly1305 = EVP_MAC_fetch(NULL, "POLY1305", NULL);
#else
  sha256 = EVP_sha256();
#endif
}

void vtm_hash_prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, fetch_algorithms);
}

static bool hash_sha256(const void *bytes, size_t size, unsigned char raw[EVP_MAX_MD_SIZE]) {
  unsigned length = 0;
  vtm_hash_prepare();
  if (sha256 == NULL) return false;
  EVP_MD_CTX *state = EVP_MD_CTX_new();
  const bool done = state != NULL && EVP_DigestInit_ex(state, sha256, NULL) == 1 &&
                    EVP_DigestUpdate(state, bytes, size) == 1 && EVP_DigestFinal_ex(state, raw, &length) == 1;
  EVP_MD_CTX_free(state);
  return done && length == sizeof(vtm_digest);
}

vtm_status vtm_digest_bytes(const void *bytes, size_t size, vtm_digest *found, vtm_error *error) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  if (!hash_sha256(bytes, size, raw))
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "SHA-256 is not available from libcrypto, or memory is short");
  memcpy(found->bytes, raw, sizeof(found->bytes));
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
static bool hash_poly1305(const void *bytes, size_t size, unsigned char tag[16]) {
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
  vtm_hash_prepare();
  if (!hash_poly1305(bytes, size, raw) && !hash_sha256(bytes, size, raw))
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED, "neither Poly1305 nor SHA-256 is available from libcrypto");
  memcpy(hash, raw, sizeof(*hash));
  return VTM_OK;
}

vtm_status vtm_sha256_file(const char *path, char text[VTM_SHA256_TEXT], vtm_error *error) {
  uint8_t *bytes = NULL;
  size_t size = 0;
  vtm_status status = vtm_file_read(path, SIZE_MAX, &bytes, &size, error);
  if (status == VTM_OK) status = vtm_sha256_bytes(bytes, size, text, error);
  free(bytes);
  return status;
}
