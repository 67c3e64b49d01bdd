/* The store: a file that keeps what was computed of an image, so that it is not computed again.
 *
 * The key of a row of features is the SHA-256 of the image's bytes with everything that decides the digits (decoder,
 * resize, network, weights, precision, device, version of the code); that of the layers of LPIPS has the hashes of both
 * images. Metrics use the store by themselves (options "store", "no-store", "rehash"); these functions maintain it. */
#ifndef VTONMETRICS_STORE_H
#define VTONMETRICS_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "vtonmetrics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The store's file: `given`, else $VTONMETRICS_STORE, else vtonmetrics/store.sqlite in the user's cache folder
 * ($XDG_CACHE_HOME or ~/.cache). "none", or a variable that is set but empty, means none: *path is NULL. Free with
 * vtm_free. */
VTM_API vtm_status vtm_store_locate(const char *given, char **path, vtm_error *error);

/* `text`: "500M", "2G", or a number of bytes; anything else is VTM_ERROR_USAGE. */
VTM_API vtm_status vtm_store_parse_size(const char *text, uint64_t *bytes, vtm_error *error);
/* The size beyond which the rows that were not used for longest are deleted: $VTONMETRICS_STORE_SIZE, or 2 GiB. */
VTM_API vtm_status vtm_store_limit(uint64_t *bytes, vtm_error *error);

/* Rows of one kind: what decides their digits. */
typedef struct vtm_store_kind {
  const char *fingerprint;
  uint64_t rows, bytes;
} vtm_store_kind;

typedef struct vtm_store_info {
  const char *path;
  uint64_t bytes, free_bytes; /* size of the file, and how much of it is free for new rows */
  uint64_t limit;
  uint64_t rows, files;        /* values, and files whose hash is known */
  int64_t oldest_use;          /* seconds since 1970, to the day; 0 without rows */
  const vtm_store_kind *kinds; /* sorted by bytes, the largest first */
  size_t kind_count;
} vtm_store_info;

/* The functions below take a path as vtm_store_locate gives it. All of them, also those that only read, need permission
 * to write: SQLite keeps its lock beside the file. A file of no bytes is an empty store, and is made one. A store that
 * does not exist is VTM_ERROR_NOT_FOUND, a damaged one VTM_ERROR_FORMAT, a file of another program VTM_ERROR_DATA, one
 * of a later version VTM_ERROR_UNSUPPORTED, as is everything in a build without SQLite. */

/* On success free with vtm_store_info_destroy. */
VTM_API vtm_status vtm_store_describe(const char *path, vtm_store_info **info, vtm_error *error);
VTM_API void vtm_store_info_destroy(vtm_store_info *info); /* NULL is allowed */
/* NULL when there is no kind of that index. Use this instead of indexing the array: in later versions a vtm_store_kind
 * may be larger. */
VTM_API const vtm_store_kind *vtm_store_info_kind(const vtm_store_info *info, size_t index);

/* Reads everything: the database's structure and the checksum of each row. VTM_ERROR_FORMAT says what is wrong. */
VTM_API vtm_status vtm_store_verify(const char *path, uint64_t *rows, vtm_error *error);

/* Deletes rows, those not used for longest first, until the content fits into `limit` bytes. *dropped: how many. */
VTM_API vtm_status vtm_store_prune(const char *path, uint64_t limit, uint64_t *dropped, vtm_error *error);
/* Deletes all rows. */
VTM_API vtm_status vtm_store_drop_all(const char *path, uint64_t *dropped, vtm_error *error);

#ifdef __cplusplus
}
#endif
#endif
