/* The database behind a store: opens it, and creates or replaces it where needed. */
#ifndef VTM_STORE_DATABASE_H
#define VTM_STORE_DATABASE_H

#include <sqlite3.h>

#include "store/store.h"

typedef enum vtm_statement {
  VTM_SQL_FIND_FINGERPRINT,
  VTM_SQL_ADD_FINGERPRINT,
  VTM_SQL_FIND_ROW,
  VTM_SQL_ADD_ROW,
  VTM_SQL_TOUCH_ROW,
  VTM_SQL_FIND_FILE,
  VTM_SQL_ADD_FILE,
  VTM_SQL_BEGIN_READING,
  VTM_SQL_BEGIN_WRITING,
  VTM_SQL_COMMIT,
  VTM_SQL_ROLLBACK,
  VTM_STATEMENTS
} vtm_statement;

typedef struct vtm_database {
  vtm_context *context; /* for cancelling and warnings; NULL: none */
  char *path;
  bool at_default_path; /* so the file was meant to be a store, whatever it holds */
  bool must_exist;      /* and is not set aside */
  sqlite3 *handle;
  sqlite3_stmt *statements[VTM_STATEMENTS];
  int folder;      /* of the file, locked while it is in use; -1: cannot be locked */
  uint64_t device; /* of the file that is open */
  uint64_t inode;
} vtm_database;

/* Opens or makes the database. A damaged store is set aside with a warning and created again, unless must_exist: then
 * it is VTM_ERROR_FORMAT. See vtonmetrics/store.h for the other errors. */
vtm_status vtm_database_open(vtm_database *database, vtm_error *error);
/* After SQLITE_CORRUPT or a wrong checksum: sets the file aside and opens a new one. */
vtm_status vtm_database_replace(vtm_database *database, vtm_error *error);
void vtm_database_close(vtm_database *database);

/* Fills *error from a result code. Damage is VTM_ERROR_FORMAT, or VTM_ERROR_DATA where the file is none of ours. */
vtm_status vtm_database_fail(const vtm_database *database, int code, vtm_error *error);
bool vtm_database_is_damage(int code);

/* A statement ready for binding, and run to its end when it gives no rows. */
sqlite3_stmt *vtm_database_statement(vtm_database *database, vtm_statement which);
int vtm_database_run(vtm_database *database, vtm_statement which);
/* The first column of the first row; 0 without one. */
int vtm_database_number(sqlite3 *handle, const char *sql, int64_t *number);

#endif
