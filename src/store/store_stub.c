/* Stubs for a build without SQLite: there is no store, and a request for one is an error or a warning. */
#ifndef VTM_HAVE_SQLITE3

#include <stdlib.h>

#include "base/context.h"
#include "base/error.h"
#include "store/store.h"
#include "vtonmetrics/store.h"

vtm_store *vtm_store_open(vtm_context *context, const char *given) {
  if (given != NULL)
    vtm_log(context, VTM_LOG_WARNING, "%s: this build has no store, because SQLite was not found when it was built",
            given);
  return NULL;
}

void vtm_store_close(vtm_store *store) { (void)store; }

bool vtm_store_get(vtm_store *store, const vtm_store_key *key, void *value, size_t size) {
  (void)store, (void)key, (void)value, (void)size;
  return false;
}

void vtm_store_put(vtm_store *store, const vtm_store_key *key, const void *value, size_t size) {
  (void)store, (void)key, (void)value, (void)size;
}

void vtm_store_flush(vtm_store *store) { (void)store; }

bool vtm_store_find_file(vtm_store *store, const vtm_file_stamp *stamp, vtm_digest *digest) {
  (void)store, (void)stamp, (void)digest;
  return false;
}

void vtm_store_keep_file(vtm_store *store, const vtm_file_stamp *stamp, int64_t read_at, const vtm_digest *digest) {
  (void)store, (void)stamp, (void)read_at, (void)digest;
}

static vtm_status fail_without_sqlite(const char *path, vtm_error *error) {
  return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                  "%s: this build has no store: install libsqlite3-dev and build vtonmetrics again", path);
}

vtm_status vtm_store_describe(const char *path, vtm_store_info **info, vtm_error *error) {
  *info = NULL;
  return fail_without_sqlite(path, error);
}

void vtm_store_info_destroy(vtm_store_info *info) { free(info); }

const vtm_store_kind *vtm_store_info_kind(const vtm_store_info *info, size_t index) {
  return index < info->kind_count ? &info->kinds[index] : NULL;
}

vtm_status vtm_store_verify(const char *path, uint64_t *rows, vtm_error *error) {
  *rows = 0;
  return fail_without_sqlite(path, error);
}

vtm_status vtm_store_prune(const char *path, uint64_t limit, uint64_t *dropped, vtm_error *error) {
  (void)limit;
  *dropped = 0;
  return fail_without_sqlite(path, error);
}

vtm_status vtm_store_drop_all(const char *path, uint64_t *dropped, vtm_error *error) {
  *dropped = 0;
  return fail_without_sqlite(path, error);
}

#else
typedef int vtm_store_is_there; /* a file may not be empty */
#endif
