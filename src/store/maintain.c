#ifdef VTM_HAVE_SQLITE3

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/prune.h"
#include "store/row_checksum.h"
#include "store/store_location.h"
#include "vtonmetrics/store.h"

/* Opens a store that is there; to be followed by close_store in any case. */
static vtm_status open_store(vtm_database *database, const char *path, vtm_error *error) {
  *database = (vtm_database){.must_exist = true, .at_default_path = vtm_store_is_default_path(path), .folder = -1};
  database->path = vtm_copy_text(path, error);
  return database->path != NULL ? vtm_database_open(database, error) : VTM_ERROR_MEMORY;
}

static void close_store(vtm_database *database) {
  vtm_database_close(database);
  free(database->path);
}

static vtm_status check_code(const vtm_database *database, int code, vtm_error *error) {
  return code == SQLITE_OK ? VTM_OK : vtm_database_fail(database, code, error);
}

/* ---- what is in it ---- */

static vtm_status add_kind(vtm_store_info *info, size_t *capacity, sqlite3_stmt *statement, vtm_error *error) {
  vtm_store_kind *kinds = (vtm_store_kind *)(uintptr_t)info->kinds;
  if (!vtm_grow(&kinds, capacity, info->kind_count + 1, sizeof(*kinds), error)) return VTM_ERROR_MEMORY;
  info->kinds = kinds;
  const char *text = (const char *)sqlite3_column_text(statement, 0);
  char *copy = vtm_copy_text(text != NULL ? text : "", error);
  if (copy == NULL) return VTM_ERROR_MEMORY;
  kinds[info->kind_count++] = (vtm_store_kind){.fingerprint = copy,
                                               .rows = (uint64_t)sqlite3_column_int64(statement, 1),
                                               .bytes = (uint64_t)sqlite3_column_int64(statement, 2)};
  return VTM_OK;
}

static vtm_status list_kinds(const vtm_database *database, vtm_store_info *info, vtm_error *error) {
  static const char sql[] =
      "SELECT text, count(*), sum(length(value)) FROM rows JOIN fingerprints ON fingerprints.id = fingerprint"
      " GROUP BY fingerprint ORDER BY 3 DESC, 1";
  sqlite3_stmt *statement = NULL;
  size_t capacity = 0;
  vtm_status status = VTM_OK;
  int code = sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
  while (code == SQLITE_OK && status == VTM_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    status = add_kind(info, &capacity, statement, error);
    code = SQLITE_OK;
  }
  (void)sqlite3_finalize(statement);
  if (status != VTM_OK) return status;
  return check_code(database, code == SQLITE_DONE ? SQLITE_OK : code, error);
}

static vtm_status describe_database(const vtm_database *database, vtm_store_info *info, vtm_error *error) {
  static const char *const queries[] = {"PRAGMA page_size",           "PRAGMA page_count",
                                        "PRAGMA freelist_count",      "SELECT count(*) FROM rows",
                                        "SELECT count(*) FROM files", "SELECT ifnull(min(used), 0) FROM rows"};
  int64_t numbers[6];
  int code = SQLITE_OK;
  for (int i = 0; i < 6 && code == SQLITE_OK; i++)
    code = vtm_database_number(database->handle, queries[i], &numbers[i]);
  if (code != SQLITE_OK) return vtm_database_fail(database, code, error);
  info->bytes = (uint64_t)(numbers[0] * numbers[1]);
  info->free_bytes = (uint64_t)(numbers[0] * numbers[2]);
  info->rows = (uint64_t)numbers[3];
  info->files = (uint64_t)numbers[4];
  info->oldest_use = numbers[5] * 86400;
  info->path = vtm_copy_text(database->path, error);
  if (info->path == NULL) return VTM_ERROR_MEMORY;
  const vtm_status status = vtm_store_limit(&info->limit, error);
  return status == VTM_OK ? list_kinds(database, info, error) : status;
}

vtm_status vtm_store_describe(const char *path, vtm_store_info **info_out, vtm_error *error) {
  vtm_database database;
  *info_out = NULL;
  vtm_store_info *info = vtm_allocate(1, sizeof(*info), error);
  if (info == NULL) return VTM_ERROR_MEMORY;
  vtm_status status = open_store(&database, path, error);
  if (status == VTM_OK) status = describe_database(&database, info, error);
  close_store(&database);
  if (status == VTM_OK)
    *info_out = info;
  else
    vtm_store_info_destroy(info);
  return status;
}

const vtm_store_kind *vtm_store_info_kind(const vtm_store_info *info, size_t index) {
  return index < info->kind_count ? &info->kinds[index] : NULL;
}

void vtm_store_info_destroy(vtm_store_info *info) {
  if (info == NULL) return;
  for (size_t i = 0; i < info->kind_count; i++) free((void *)(uintptr_t)info->kinds[i].fingerprint);
  free((void *)(uintptr_t)info->kinds);
  free((void *)(uintptr_t)info->path);
  free(info);
}

/* ---- verification ---- */

static vtm_status check_structure(const vtm_database *database, vtm_error *error) {
  sqlite3_stmt *statement = NULL;
  vtm_status status = VTM_OK;
  int code = sqlite3_prepare_v2(database->handle, "PRAGMA integrity_check(1)", -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  if (text != NULL && strcmp(text, "ok") != 0)
    status = vtm_fail(error, VTM_ERROR_FORMAT, "%s: the store is damaged (%s)", database->path, text);
  else if (code != SQLITE_ROW)
    status = vtm_database_fail(database, code, error);
  (void)sqlite3_finalize(statement);
  return status;
}

static bool is_sound_row(sqlite3_stmt *statement) {
  const vtm_row row = {.content = sqlite3_column_blob(statement, 1),
                       .other = sqlite3_column_blob(statement, 2),
                       .value = sqlite3_column_blob(statement, 3),
                       .content_size = (size_t)sqlite3_column_bytes(statement, 1),
                       .other_size = (size_t)sqlite3_column_bytes(statement, 2),
                       .value_size = (size_t)sqlite3_column_bytes(statement, 3)};
  const char *text = (const char *)sqlite3_column_text(statement, 0);
  return text != NULL && vtm_row_checksum(text, &row) == (uint32_t)sqlite3_column_int64(statement, 4);
}

static bool is_sound_file(sqlite3_stmt *statement) {
  const vtm_file_stamp stamp = {.device = (uint64_t)sqlite3_column_int64(statement, 0),
                                .inode = (uint64_t)sqlite3_column_int64(statement, 1),
                                .size = (uint64_t)sqlite3_column_int64(statement, 2),
                                .modified = sqlite3_column_int64(statement, 3),
                                .changed = sqlite3_column_int64(statement, 5)};
  const void *content = sqlite3_column_blob(statement, 6);
  const size_t size = (size_t)sqlite3_column_bytes(statement, 6);
  return vtm_file_checksum(&stamp, content, size) == (uint32_t)sqlite3_column_int64(statement, 4);
}

static vtm_status check_all(const vtm_database *database, const char *sql, bool (*is_sound)(sqlite3_stmt *),
                            uint64_t *count, vtm_error *error) {
  sqlite3_stmt *statement = NULL;
  uint64_t bad = 0;
  int code = sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
  while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    (*count)++;
    if (!is_sound(statement)) bad++;
    code = SQLITE_OK;
  }
  (void)sqlite3_finalize(statement);
  if (code != SQLITE_DONE) return vtm_database_fail(database, code, error);
  if (bad == 0) return VTM_OK;
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: the store is damaged: %" PRIu64 " of %" PRIu64 " checksums are wrong",
                  database->path, bad, *count);
}

vtm_status vtm_store_verify(const char *path, uint64_t *rows, vtm_error *error) {
  vtm_database database;
  uint64_t files = 0;
  *rows = 0;
  vtm_status status = open_store(&database, path, error);
  if (status == VTM_OK) status = check_structure(&database, error);
  if (status == VTM_OK)
    status = check_all(&database,
                       "SELECT text, content, other, value, checksum FROM rows LEFT JOIN fingerprints"
                       " ON fingerprints.id = fingerprint",
                       is_sound_row, rows, error);
  if (status == VTM_OK)
    status = check_all(&database, "SELECT device, inode, size, modified, checksum, changed, content FROM files",
                       is_sound_file, &files, error);
  close_store(&database);
  if (status != VTM_OK) *rows = 0;
  return status;
}

/* ---- making it smaller ---- */

vtm_status vtm_store_prune(const char *path, uint64_t limit, uint64_t *dropped, vtm_error *error) {
  vtm_database database;
  *dropped = 0;
  vtm_status status = open_store(&database, path, error);
  if (status == VTM_OK) status = check_code(&database, vtm_database_prune(&database, limit, dropped), error);
  close_store(&database);
  if (status != VTM_OK) *dropped = 0;
  return status;
}

vtm_status vtm_store_drop_all(const char *path, uint64_t *dropped, vtm_error *error) {
  vtm_database database;
  *dropped = 0;
  vtm_status status = open_store(&database, path, error);
  if (status == VTM_OK) {
    int code = sqlite3_exec(database.handle, "DELETE FROM rows", NULL, NULL, NULL);
    *dropped = code == SQLITE_OK ? (uint64_t)sqlite3_changes64(database.handle) : 0;
    if (code == SQLITE_OK)
      code = sqlite3_exec(database.handle, "DELETE FROM files; PRAGMA incremental_vacuum", NULL, NULL, NULL);
    status = check_code(&database, code, error);
  }
  close_store(&database);
  if (status != VTM_OK) *dropped = 0;
  return status;
}

#else
typedef int vtm_no_maintenance; /* a file may not be empty */
#endif
