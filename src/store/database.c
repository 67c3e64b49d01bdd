#ifdef VTM_HAVE_SQLITE3

#include "store/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "store/store_lock.h"

enum { APPLICATION_ID = 0x56544d53, VERSION = 1, PATIENCE_MS = 5000, NAP_MS = 5 };

static const char schema[] =
    "PRAGMA application_id=0x56544d53;"
    "PRAGMA user_version=1;"
    "CREATE TABLE fingerprints(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE rows(id INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL, content BLOB NOT NULL,"
    " other BLOB NOT NULL, used INTEGER NOT NULL, checksum INTEGER NOT NULL, value BLOB NOT NULL);"
    "CREATE UNIQUE INDEX rows_by_key ON rows(fingerprint, content, other);"
    "CREATE INDEX rows_by_use ON rows(used);"
    "CREATE TABLE files(device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
    " modified INTEGER NOT NULL, changed INTEGER NOT NULL, used INTEGER NOT NULL, checksum INTEGER NOT NULL,"
    " content BLOB NOT NULL, PRIMARY KEY(device, inode)) WITHOUT ROWID;";

static const char *const statements[VTM_STATEMENTS] = {
    [VTM_SQL_FIND_FINGERPRINT] = "SELECT id FROM fingerprints WHERE text=?",
    [VTM_SQL_ADD_FINGERPRINT] = "INSERT OR IGNORE INTO fingerprints(text) VALUES(?)",
    [VTM_SQL_FIND_ROW] = "SELECT id, used, checksum, value FROM rows WHERE fingerprint=? AND content=? AND other=?",
    [VTM_SQL_ADD_ROW] =
        "INSERT OR REPLACE INTO rows(fingerprint, content, other, used, checksum, value) VALUES(?,?,?,?,?,?)",
    [VTM_SQL_TOUCH_ROW] = "UPDATE rows SET used=? WHERE id=?",
    [VTM_SQL_FIND_FILE] =
        "SELECT size, modified, changed, used, checksum, content FROM files WHERE device=? AND inode=?",
    [VTM_SQL_ADD_FILE] =
        ("INSERT OR REPLACE INTO files(device, inode, size, modified, changed, used, checksum, content)"
         " VALUES(?,?,?,?,?,?,?,?)"),
    [VTM_SQL_BEGIN_READING] = "BEGIN",
    [VTM_SQL_BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [VTM_SQL_COMMIT] = "COMMIT",
    [VTM_SQL_ROLLBACK] = "ROLLBACK",
};

/* ---- what can go wrong ---- */

bool vtm_database_is_damage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB || code == SQLITE_IOERR_SHORT_READ;
}

/* Reads the application id at byte 68 of the header, which survives damage elsewhere in the file. */
static bool shows_our_number(const char *path) {
  enum { AT = 68 };
  static const unsigned char number[4] = {'V', 'T', 'M', 'S'};
  unsigned char start[AT + sizeof(number)] = {0};
  FILE *file = fopen(path, "rbe");
  if (file == NULL) return false;
  const size_t size = fread(start, 1, sizeof(start), file);
  (void)fclose(file);
  return size == sizeof(start) && memcmp(start + AT, number, sizeof(number)) == 0;
}

static vtm_status fail_foreign_database(const vtm_database *database, vtm_error *error) {
  return vtm_fail(
      error, VTM_ERROR_DATA,
      "%s: not a store of vtonmetrics, and left unchanged: name another file, or one that does not exist yet",
      database->path);
}

static vtm_status fail_damaged(const vtm_database *database, const char *how, vtm_error *error) {
  if (!database->at_default_path && !shows_our_number(database->path)) return fail_foreign_database(database, error);
  return vtm_fail(error, VTM_ERROR_FORMAT, "%s: the store is damaged (%s)", database->path, how);
}

vtm_status vtm_database_fail(const vtm_database *database, int code, vtm_error *error) {
  const char *path = database->path;
  const char *why = sqlite3_errstr(code);
  if (vtm_database_is_damage(code)) return fail_damaged(database, why, error);
  switch (code & 0xff) {
    case SQLITE_NOMEM: return vtm_fail(error, VTM_ERROR_MEMORY, "%s: out of memory", path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return vtm_fail(error, VTM_ERROR_IO, "%s: another process holds the lock of the store", path);
    case SQLITE_FULL: return vtm_fail(error, VTM_ERROR_IO, "%s: cannot write the store: the disk is full", path);
    case SQLITE_READONLY: return vtm_fail(error, VTM_ERROR_IO, "%s: the store cannot be written to", path);
    default: return vtm_fail(error, VTM_ERROR_IO, "%s: cannot use the store: %s", path, why);
  }
}

/* ---- statements ---- */

static int prepare_all(vtm_database *database) {
  int code = SQLITE_OK;
  for (int i = 0; i < VTM_STATEMENTS && code == SQLITE_OK; i++)
    code = sqlite3_prepare_v3(database->handle, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &database->statements[i],
                              NULL);
  return code;
}

sqlite3_stmt *vtm_database_statement(vtm_database *database, vtm_statement which) {
  sqlite3_stmt *statement = database->statements[which];
  (void)sqlite3_reset(statement);
  return statement;
}

int vtm_database_run(vtm_database *database, vtm_statement which) {
  const int code = sqlite3_step(database->statements[which]);
  (void)sqlite3_reset(database->statements[which]);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

int vtm_database_number(sqlite3 *handle, const char *sql, int64_t *number) {
  sqlite3_stmt *statement = NULL;
  *number = 0;
  int code = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) *number = sqlite3_column_int64(statement, 0);
  (void)sqlite3_finalize(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* ---- opening ---- */

/* Waits for other processes, but not for long and not when the run is cancelled. */
static int wait_for_others(void *user, int naps) {
  const vtm_database *database = user;
  if (naps >= PATIENCE_MS / NAP_MS) return 0;
  if (database->context != NULL && vtm_is_cancelled(database->context)) return 0;
  (void)nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
  return 1;
}

static int execute_sql(vtm_database *database, const char *sql) {
  return sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
}

/* Several processes may find the file empty at once: the first makes the schema, the others see it. */
static int make_schema(vtm_database *database) {
  int64_t tables = 0;
  int code = execute_sql(database, "PRAGMA auto_vacuum=INCREMENTAL; BEGIN IMMEDIATE");
  if (code != SQLITE_OK) return code;
  code = vtm_database_number(database->handle, "SELECT count(*) FROM sqlite_schema", &tables);
  if (code == SQLITE_OK && tables == 0) code = execute_sql(database, schema);
  if (code == SQLITE_OK) return execute_sql(database, "COMMIT");
  (void)execute_sql(database, "ROLLBACK");
  return code;
}

/* Whose database it is, of which version, and whether all tables are there. A file of no bytes is a store to be: one
 * that was being made when its process ended. */
static vtm_status check_schema(vtm_database *database, vtm_error *error) {
  int64_t tables = 0;
  int64_t application = 0;
  int64_t version = 0;
  int64_t pages = 0;
  int code = vtm_database_number(database->handle, "SELECT count(*) FROM sqlite_schema", &tables);
  if (code == SQLITE_OK) code = vtm_database_number(database->handle, "PRAGMA page_count", &pages);
  if (code == SQLITE_OK && tables == 0 && (pages == 0 || !database->must_exist)) {
    code = make_schema(database);
    tables = 1;
  }
  if (code == SQLITE_OK) code = vtm_database_number(database->handle, "PRAGMA application_id", &application);
  if (code == SQLITE_OK) code = vtm_database_number(database->handle, "PRAGMA user_version", &version);
  if (code != SQLITE_OK) return vtm_database_fail(database, code, error);
  if (application != APPLICATION_ID)
    return database->at_default_path ? fail_damaged(database, "it is another database", error)
                                     : fail_foreign_database(database, error);
  if (version > VERSION)
    return vtm_fail(error, VTM_ERROR_UNSUPPORTED,
                    "%s: the store was made by a later version of vtonmetrics: name another file with --store",
                    database->path);
  code = prepare_all(database);
  if (code == SQLITE_ERROR || version < VERSION) return fail_damaged(database, "tables are missing", error);
  return code == SQLITE_OK ? VTM_OK : vtm_database_fail(database, code, error);
}

/* WAL needs memory shared by all who use the file, which several machines have not. There, each transaction is made
 * safe by a rollback journal and locks, as far as the file server's locks can be relied on. */
static int choose_journal(vtm_database *database) {
  if (vtm_store_is_on_network(database->folder, database->path))
    return execute_sql(database, "PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE");
  return execute_sql(database, "PRAGMA synchronous=NORMAL; PRAGMA journal_mode=WAL");
}

static void close_handle(vtm_database *database) {
  for (int i = 0; i < VTM_STATEMENTS; i++) {
    (void)sqlite3_finalize(database->statements[i]);
    database->statements[i] = NULL;
  }
  (void)sqlite3_close(database->handle);
  database->handle = NULL;
}

static void remember_file(vtm_database *database) {
  struct stat status;
  if (stat(database->path, &status) != 0) return;
  database->device = status.st_dev;
  database->inode = status.st_ino;
}

static vtm_status open_once(vtm_database *database, vtm_error *error) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (database->must_exist ? 0 : SQLITE_OPEN_CREATE);
  int code = sqlite3_open_v2(database->path, &database->handle, flags, NULL);
  if (code == SQLITE_OK) {
    remember_file(database);
    (void)sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    code = sqlite3_busy_handler(database->handle, wait_for_others, database);
  }
  if (code == SQLITE_OK && sqlite3_db_readonly(database->handle, "main") == 1) code = SQLITE_READONLY;
  if (code == SQLITE_OK) code = execute_sql(database, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
  vtm_status status = code == SQLITE_OK ? check_schema(database, error) : vtm_database_fail(database, code, error);
  if (status == VTM_OK && (code = choose_journal(database)) != SQLITE_OK)
    status = vtm_database_fail(database, code, error);
  if (status != VTM_OK) close_handle(database);
  return status;
}

/* ---- setting aside ---- */

static vtm_status set_aside(vtm_database *database, const vtm_error *why, vtm_error *error) {
  vtm_store_lock lock = {.folder = database->folder, .context = database->context};
  if (!vtm_store_lock_exclusive(&lock))
    return vtm_fail(error, VTM_ERROR_IO, "%s; it is in use by another process and cannot be replaced now",
                    why->message);
  char *moved = NULL;
  vtm_status status = VTM_OK;
  if (vtm_store_is_same_file(database->path, database->device, database->inode))
    status = vtm_store_set_aside(database->path, &moved, error);
  vtm_store_lock_shared(&lock);
  if (moved != NULL && database->context != NULL)
    vtm_log(database->context, VTM_LOG_WARNING, "%s; it was set aside as %s, and a new one is created", why->message,
            moved);
  free(moved);
  return status;
}

vtm_status vtm_database_open(vtm_database *database, vtm_error *error) {
  vtm_error why = {0};
  database->folder = -1;
  vtm_status status = vtm_store_check_path(database->path, database->must_exist, error);
  if (status != VTM_OK) return status;
  database->folder = vtm_store_open_folder(database->path);
  vtm_store_lock lock = {.folder = database->folder, .context = database->context};
  vtm_store_lock_shared(&lock);
  status = open_once(database, &why);
  if (status == VTM_ERROR_FORMAT && !database->must_exist) {
    status = set_aside(database, &why, &why);
    if (status == VTM_OK) status = open_once(database, &why);
  }
  if (status != VTM_OK) {
    (void)vtm_fail(error, status, "%s", why.message);
    vtm_database_close(database);
  }
  return status;
}

vtm_status vtm_database_replace(vtm_database *database, vtm_error *error) {
  vtm_error why;
  (void)vtm_fail(&why, VTM_ERROR_FORMAT, "%s: the store is damaged", database->path);
  close_handle(database);
  const vtm_status status = set_aside(database, &why, error);
  return status == VTM_OK ? open_once(database, error) : status;
}

void vtm_database_close(vtm_database *database) {
  close_handle(database);
  if (database->folder >= 0) (void)close(database->folder);
  database->folder = -1;
}

#else
typedef int vtm_no_database; /* a file may not be empty */
#endif
