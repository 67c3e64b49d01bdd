/* What was computed before: small values in an SQLite database, by what they were computed from.
 *
 * A key is the SHA-256 of an image's bytes (of two for a pair) and a text that names everything else that decides the
 * value. Names of files play no part: a renamed or copied file is found, a changed byte is not. Each row carries
 * a checksum of key and value, and one that fails it was never there.
 *
 * Problems with the database are never errors of the caller: they are logged once as a warning, and the run continues
 * without a store. A file that is a damaged store is set aside as FILE.damaged-N and created again; one that is no
 * store of ours is left alone. Values put are written in short transactions now and then, so that a killed run goes on
 * where it stopped and other processes may use the file at the same time.
 *
 * One thread at a time. All functions take NULL for the store: nothing is known, nothing is kept. */
#ifndef VTM_STORE_STORE_H
#define VTM_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "store/file_stamp.h"
#include "vtonmetrics/context.h"

typedef struct vtm_store vtm_store;

/* `given`: what the user named; NULL: see vtm_store_locate. NULL when there is to be none or it cannot be used. */
vtm_store *vtm_store_open(vtm_context *context, const char *given);
/* Writes what is left to be written, and keeps the file within its limit. */
void vtm_store_close(vtm_store *store);

typedef struct vtm_store_key {
  const char *fingerprint;           /* what else decides the value; the text is not kept by reference */
  const vtm_digest *content, *other; /* other: NULL unless it is about a pair */
} vtm_store_key;

/* Whether a value of exactly `size` bytes is known; if so it is copied to `value`. */
bool vtm_store_get(vtm_store *store, const vtm_store_key *key, void *value, size_t size);
void vtm_store_put(vtm_store *store, const vtm_store_key *key, const void *value, size_t size);
/* Writes what is waiting. */
void vtm_store_flush(vtm_store *store);

/* ---- files whose hash is known ---- */

bool vtm_store_find_file(vtm_store *store, const vtm_file_stamp *stamp, vtm_digest *digest);
/* `stamp`: taken before the file was read, and again after, with no difference. `read_at`: the time of day, in
 * nanoseconds, before the first of them. A file changed so shortly before that the file system's clock could not
 * tell another change (git's "racy" problem) is not kept. */
void vtm_store_keep_file(vtm_store *store, const vtm_file_stamp *stamp, int64_t read_at, const vtm_digest *digest);

#endif
