#ifdef VTM_HAVE_SQLITE3

#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "store/prune.h"
#include "store/row_checksum.h"
#include "store/store_location.h"
#include "vtonmetrics/store.h"

/* What waits to be written: few enough to lose little, many enough that writing costs nothing. */
enum { MOST_WAITING = 256, MOST_HELD_BACK = 4096 };
static const int64_t longest_wait = 1000000000; /* nanoseconds */
static const int64_t racy_span = 3000000000;    /* two seconds is the coarsest clock of a file system, FAT's */

typedef struct fingerprint {
  char *text;
  int64_t number; /* 0: not in the database yet */
} fingerprint;

typedef struct waiting_row {
  size_t fingerprint;
  vtm_digest content, other;
  bool pair;
  void *value;
  size_t size;
} waiting_row;

typedef struct waiting_file {
  vtm_file_stamp stamp;
  vtm_digest digest;
} waiting_file;

struct vtm_store {
  vtm_context *context;
  vtm_database database;
  fingerprint *fingerprints;
  size_t fingerprint_count, fingerprint_capacity;
  waiting_row *rows;
  size_t row_count, row_capacity;
  waiting_file *files;
  size_t file_count, file_capacity;
  int64_t *touched; /* rows that were used for the first time today */
  size_t touched_count, touched_capacity;
  int64_t today, last_write;
  uint64_t limit;
  bool reading;   /* a read transaction is open */
  bool unusable;  /* a warning was printed, and the store is off */
  bool read_only; /* a warning about writing was printed */
  bool has_written;
};

/* ---- trouble ---- */

static void forget_numbers(vtm_store *store) {
  for (size_t i = 0; i < store->fingerprint_count; i++) store->fingerprints[i].number = 0;
}

static void give_up(vtm_store *store, const char *message) {
  vtm_log(store->context, VTM_LOG_WARNING, "%s; the run goes on without the store", message);
  store->unusable = true;
}

/* Corruption found during use: sets the file aside, opens a new one, and keeps the pending values for it. */
static void replace_database(vtm_store *store) {
  vtm_error error = {0};
  store->reading = false;
  forget_numbers(store);
  store->touched_count = 0;
  if (vtm_database_replace(&store->database, &error) != VTM_OK) give_up(store, error.message);
}

static void end_reading(vtm_store *store) {
  if (store->reading) (void)vtm_database_run(&store->database, VTM_SQL_COMMIT);
  store->reading = false;
}

static void fail_reading(vtm_store *store, int code) {
  vtm_error error = {0};
  if ((code & 0xff) == SQLITE_BUSY) return; /* not known, then */
  if (vtm_database_is_damage(code)) {
    replace_database(store);
    return;
  }
  (void)vtm_database_fail(&store->database, code, &error);
  end_reading(store);
  give_up(store, error.message);
}

/* Many reads in one transaction cost a fraction of as many transactions. */
static bool begin_reading(vtm_store *store) {
  if (store->reading) return true;
  const int code = vtm_database_run(&store->database, VTM_SQL_BEGIN_READING);
  store->reading = code == SQLITE_OK;
  if (code != SQLITE_OK) fail_reading(store, code);
  return store->reading;
}

/* ---- opening and closing ---- */

/* Only the standard folder is made, and the cache folder it is in: one that a user names and that is missing is
 * rather a slip. */
static void make_default_folder(const char *path) {
  char *folder = vtm_copy_text(path, NULL);
  char *ends[2] = {NULL, NULL};
  for (int i = 0; i < 2 && folder != NULL; i++) {
    ends[i] = strrchr(folder, '/');
    if (ends[i] != NULL) *ends[i] = '\0';
  }
  for (int i = 2; i-- > 0;) {
    if (ends[i] == NULL) continue;
    if (*folder != '\0') (void)mkdir(folder, 0700);
    *ends[i] = '/';
  }
  free(folder);
}

static vtm_store *create_store(vtm_context *context) {
  vtm_store *store = vtm_allocate(1, sizeof(*store), NULL);
  if (store == NULL) return NULL;
  store->context = context;
  store->database.context = context;
  store->today = vtm_store_today();
  store->last_write = vtm_store_clock();
  store->limit = UINT64_MAX;
  return store;
}

vtm_store *vtm_store_open(vtm_context *context, const char *given) {
  vtm_error error = {0};
  vtm_store *store = create_store(context);
  if (store == NULL) return NULL;
  vtm_status status = vtm_store_locate(given, &store->database.path, &error);
  if (status == VTM_OK && store->database.path == NULL) {
    free(store);
    return NULL;
  }
  if (status == VTM_OK) {
    store->database.at_default_path = vtm_store_is_default_path(store->database.path);
    if (store->database.at_default_path) make_default_folder(store->database.path);
    status = vtm_store_limit(&store->limit, &error);
  }
  if (status == VTM_OK) status = vtm_database_open(&store->database, &error);
  if (status == VTM_OK) return store;
  vtm_log(context, VTM_LOG_WARNING, "%s; the run goes on without the store", error.message);
  free(store->database.path);
  free(store);
  return NULL;
}

static void forget_waiting(vtm_store *store) {
  for (size_t i = 0; i < store->row_count; i++) free(store->rows[i].value);
  store->row_count = store->file_count = store->touched_count = 0;
}

static void keep_within_limit(vtm_store *store) {
  uint64_t dropped = 0;
  if (!store->has_written || store->unusable || store->read_only) return;
  if (vtm_database_prune(&store->database, store->limit, &dropped) == SQLITE_OK && dropped > 0)
    vtm_log(store->context, VTM_LOG_INFO, "%s: the %llu least recently used rows were dropped", store->database.path,
            (unsigned long long)dropped);
}

void vtm_store_close(vtm_store *store) {
  if (store == NULL) return;
  vtm_store_flush(store);
  if (store->row_count > 0 && !store->unusable && !store->read_only)
    vtm_log(store->context, VTM_LOG_WARNING,
            "%s: another process held the lock of the store: %zu values were not stored", store->database.path,
            store->row_count);
  end_reading(store);
  keep_within_limit(store);
  vtm_database_close(&store->database);
  forget_waiting(store);
  for (size_t i = 0; i < store->fingerprint_count; i++) free(store->fingerprints[i].text);
  free(store->fingerprints);
  free(store->rows);
  free(store->files);
  free(store->touched);
  free(store->database.path);
  free(store);
}

/* ---- fingerprints: texts by number ---- */

/* The index of a text among those of this run; SIZE_MAX when memory is out. */
static size_t intern_fingerprint(vtm_store *store, const char *text) {
  for (size_t i = 0; i < store->fingerprint_count; i++)
    if (strcmp(store->fingerprints[i].text, text) == 0) return i;
  if (!vtm_grow(&store->fingerprints, &store->fingerprint_capacity, store->fingerprint_count + 1,
                sizeof(*store->fingerprints), NULL))
    return SIZE_MAX;
  char *copy = vtm_copy_text(text, NULL);
  if (copy == NULL) return SIZE_MAX;
  store->fingerprints[store->fingerprint_count] = (fingerprint){.text = copy};
  return store->fingerprint_count++;
}

static int find_number(vtm_store *store, fingerprint *wanted) {
  sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_FIND_FINGERPRINT);
  (void)sqlite3_bind_text(statement, 1, wanted->text, -1, SQLITE_STATIC);
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) wanted->number = sqlite3_column_int64(statement, 0);
  (void)sqlite3_reset(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int require_number(vtm_store *store, fingerprint *wanted) {
  if (wanted->number != 0) return SQLITE_OK;
  sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_ADD_FINGERPRINT);
  (void)sqlite3_bind_text(statement, 1, wanted->text, -1, SQLITE_STATIC);
  int code = vtm_database_run(&store->database, VTM_SQL_ADD_FINGERPRINT);
  if (code == SQLITE_OK) code = find_number(store, wanted);
  return code == SQLITE_OK && wanted->number == 0 ? SQLITE_CORRUPT : code;
}

/* ---- reading ---- */

static void note_use(vtm_store *store, int64_t row) {
  if (!vtm_grow(&store->touched, &store->touched_capacity, store->touched_count + 1, sizeof(*store->touched), NULL))
    return;
  store->touched[store->touched_count++] = row;
}

static bool is_waiting(const vtm_store *store, size_t text, const vtm_store_key *key, void *value, size_t size) {
  for (size_t i = store->row_count; i-- > 0;) {
    const waiting_row *row = &store->rows[i];
    if (row->fingerprint != text || row->size != size || row->pair != (key->other != NULL)) continue;
    if (memcmp(&row->content, key->content, sizeof(vtm_digest)) != 0) continue;
    if (row->pair && memcmp(&row->other, key->other, sizeof(vtm_digest)) != 0) continue;
    memcpy(value, row->value, size);
    return true;
  }
  return false;
}

/* The row under the statement, if it is what was put there; SQLITE_CORRUPT if it is not. */
static int take_row(vtm_store *store, sqlite3_stmt *statement, const vtm_row *key, const char *text, void *value) {
  vtm_row row = *key;
  row.value = sqlite3_column_blob(statement, 3);
  row.value_size = (size_t)sqlite3_column_bytes(statement, 3);
  if (vtm_row_checksum(text, &row) != (uint32_t)sqlite3_column_int64(statement, 2)) return SQLITE_CORRUPT;
  if (row.value_size != key->value_size) return SQLITE_DONE;
  if (row.value_size > 0) memcpy(value, row.value, row.value_size);
  if (sqlite3_column_int64(statement, 1) != store->today) note_use(store, sqlite3_column_int64(statement, 0));
  return SQLITE_ROW;
}

static vtm_row row_of(const vtm_digest *content, const vtm_digest *other, const void *value, size_t size) {
  const size_t digest = sizeof(content->bytes);
  return (vtm_row){.content = content->bytes,
                   .other = other != NULL ? other->bytes : content->bytes,
                   .value = value,
                   .content_size = digest,
                   .other_size = other != NULL ? digest : 0,
                   .value_size = size};
}

static void bind_key(sqlite3_stmt *statement, int64_t number, const vtm_row *row) {
  (void)sqlite3_bind_int64(statement, 1, number);
  (void)sqlite3_bind_blob(statement, 2, row->content, (int)row->content_size, SQLITE_STATIC);
  (void)sqlite3_bind_blob(statement, 3, row->other, (int)row->other_size, SQLITE_STATIC);
}

bool vtm_store_get(vtm_store *store, const vtm_store_key *key, void *value, size_t size) {
  if (store == NULL || store->unusable) return false;
  const size_t index = intern_fingerprint(store, key->fingerprint);
  if (index == SIZE_MAX) return false;
  if (is_waiting(store, index, key, value, size)) return true;
  if (!begin_reading(store)) return false;
  fingerprint *text = &store->fingerprints[index];
  int code = text->number != 0 ? SQLITE_OK : find_number(store, text);
  if (code == SQLITE_OK && text->number == 0) return false;
  if (code == SQLITE_OK) {
    const vtm_row row = row_of(key->content, key->other, NULL, size);
    sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_FIND_ROW);
    bind_key(statement, text->number, &row);
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) code = take_row(store, statement, &row, text->text, value);
    (void)sqlite3_reset(statement);
  }
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail_reading(store, code);
  return false;
}

bool vtm_store_find_file(vtm_store *store, const vtm_file_stamp *stamp, vtm_digest *digest) {
  if (store == NULL || store->unusable || !begin_reading(store)) return false;
  sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_FIND_FILE);
  (void)sqlite3_bind_int64(statement, 1, (int64_t)stamp->device);
  (void)sqlite3_bind_int64(statement, 2, (int64_t)stamp->inode);
  int code = sqlite3_step(statement);
  bool found = false;
  if (code == SQLITE_ROW) {
    const vtm_file_stamp known = {.device = stamp->device,
                                  .inode = stamp->inode,
                                  .size = (uint64_t)sqlite3_column_int64(statement, 0),
                                  .modified = sqlite3_column_int64(statement, 1),
                                  .changed = sqlite3_column_int64(statement, 2)};
    const void *content = sqlite3_column_blob(statement, 5);
    const size_t size = (size_t)sqlite3_column_bytes(statement, 5);
    code = SQLITE_DONE;
    if (size != sizeof(digest->bytes) ||
        vtm_file_checksum(&known, content, size) != (uint32_t)sqlite3_column_int64(statement, 4)) {
      code = SQLITE_CORRUPT;
    } else if (vtm_file_stamp_equal(&known, stamp)) {
      memcpy(digest->bytes, content, size);
      found = true;
      if (sqlite3_column_int64(statement, 3) != store->today) {
        (void)sqlite3_reset(statement);
        vtm_store_keep_file(store, stamp, INT64_MAX, digest);
      }
    }
  }
  (void)sqlite3_reset(statement);
  if (code != SQLITE_DONE) fail_reading(store, code);
  return found;
}

/* ---- writing ---- */

static int write_rows(vtm_store *store) {
  int code = SQLITE_OK;
  for (size_t i = 0; i < store->row_count && code == SQLITE_OK; i++) {
    const waiting_row *waiting = &store->rows[i];
    fingerprint *text = &store->fingerprints[waiting->fingerprint];
    const vtm_row row =
        row_of(&waiting->content, waiting->pair ? &waiting->other : NULL, waiting->value, waiting->size);
    code = require_number(store, text);
    if (code != SQLITE_OK) break;
    sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_ADD_ROW);
    bind_key(statement, text->number, &row);
    (void)sqlite3_bind_int64(statement, 4, store->today);
    (void)sqlite3_bind_int64(statement, 5, vtm_row_checksum(text->text, &row));
    (void)sqlite3_bind_blob(statement, 6, row.value, (int)row.value_size, SQLITE_STATIC);
    code = vtm_database_run(&store->database, VTM_SQL_ADD_ROW);
  }
  return code;
}

static int write_files(vtm_store *store) {
  int code = SQLITE_OK;
  for (size_t i = 0; i < store->file_count && code == SQLITE_OK; i++) {
    const waiting_file *file = &store->files[i];
    const size_t size = sizeof(file->digest.bytes);
    sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_ADD_FILE);
    const int64_t numbers[] = {(int64_t)file->stamp.device,
                               (int64_t)file->stamp.inode,
                               (int64_t)file->stamp.size,
                               file->stamp.modified,
                               file->stamp.changed,
                               store->today,
                               vtm_file_checksum(&file->stamp, file->digest.bytes, size)};
    for (int k = 0; k < 7; k++) (void)sqlite3_bind_int64(statement, k + 1, numbers[k]);
    (void)sqlite3_bind_blob(statement, 8, file->digest.bytes, (int)size, SQLITE_STATIC);
    code = vtm_database_run(&store->database, VTM_SQL_ADD_FILE);
  }
  for (size_t i = 0; i < store->touched_count && code == SQLITE_OK; i++) {
    sqlite3_stmt *statement = vtm_database_statement(&store->database, VTM_SQL_TOUCH_ROW);
    (void)sqlite3_bind_int64(statement, 1, store->today);
    (void)sqlite3_bind_int64(statement, 2, store->touched[i]);
    code = vtm_database_run(&store->database, VTM_SQL_TOUCH_ROW);
  }
  return code;
}

/* Whether to try again: the store was damaged, and there is a new one. */
static bool fail_writing(vtm_store *store, int code) {
  vtm_error error = {0};
  if (sqlite3_get_autocommit(store->database.handle) == 0) (void)vtm_database_run(&store->database, VTM_SQL_ROLLBACK);
  forget_numbers(store); /* the new ones were rolled back */
  if ((code & 0xff) == SQLITE_BUSY && store->row_count < MOST_HELD_BACK) return false; /* next time, then */
  if (vtm_database_is_damage(code)) {
    replace_database(store);
    return !store->unusable;
  }
  (void)vtm_database_fail(&store->database, code, &error);
  vtm_log(store->context, VTM_LOG_WARNING, "%s; values computed from now on are not stored", error.message);
  store->read_only = true;
  forget_waiting(store);
  return false;
}

static int write_all(vtm_store *store) {
  int code = vtm_database_run(&store->database, VTM_SQL_BEGIN_WRITING);
  if (code == SQLITE_OK) code = write_rows(store);
  if (code == SQLITE_OK) code = write_files(store);
  return code == SQLITE_OK ? vtm_database_run(&store->database, VTM_SQL_COMMIT) : code;
}

void vtm_store_flush(vtm_store *store) {
  if (store == NULL) return;
  end_reading(store);
  store->last_write = vtm_store_clock();
  if (store->unusable || store->read_only) forget_waiting(store);
  if (store->row_count == 0 && store->file_count == 0 && store->touched_count == 0) return;
  int code = write_all(store);
  if (code != SQLITE_OK && fail_writing(store, code)) {
    code = write_all(store);
    if (code != SQLITE_OK) (void)fail_writing(store, code);
  }
  if (code != SQLITE_OK) return;
  store->has_written = true;
  forget_waiting(store);
}

static void flush_sometimes(vtm_store *store) {
  const int64_t waited = vtm_store_clock() - store->last_write;
  const bool many = store->row_count + store->file_count >= MOST_WAITING;
  if (many || waited > longest_wait || waited < 0) vtm_store_flush(store);
}

void vtm_store_put(vtm_store *store, const vtm_store_key *key, const void *value, size_t size) {
  if (store == NULL || store->unusable || store->read_only) return;
  waiting_row row = {.fingerprint = intern_fingerprint(store, key->fingerprint),
                     .content = *key->content,
                     .pair = key->other != NULL,
                     .size = size};
  if (key->other != NULL) row.other = *key->other;
  if (row.fingerprint == SIZE_MAX ||
      !vtm_grow(&store->rows, &store->row_capacity, store->row_count + 1, sizeof(*store->rows), NULL))
    return;
  row.value = vtm_allocate(size, 1, NULL);
  if (row.value == NULL) return;
  memcpy(row.value, value, size);
  store->rows[store->row_count++] = row;
  flush_sometimes(store);
}

void vtm_store_keep_file(vtm_store *store, const vtm_file_stamp *stamp, int64_t read_at, const vtm_digest *digest) {
  if (store == NULL || store->unusable || store->read_only) return;
  const int64_t latest = stamp->modified > stamp->changed ? stamp->modified : stamp->changed;
  if (latest > read_at - racy_span) return;
  if (!vtm_grow(&store->files, &store->file_capacity, store->file_count + 1, sizeof(*store->files), NULL)) return;
  store->files[store->file_count++] = (waiting_file){*stamp, *digest};
  flush_sometimes(store);
}

#endif
