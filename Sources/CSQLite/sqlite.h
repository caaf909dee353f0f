#ifndef ENVGATE_SQLITE_H
#define ENVGATE_SQLITE_H

#include <sqlite3.h>
#include <stddef.h>

/// Turns one boolean option of a connection on or off and reads it back.
///
/// `sqlite3_db_config` is variadic, which Swift cannot call.
/// Returns SQLITE_ERROR where SQLite took the call and kept another value.
static inline int envgate_sqlite3_configure(sqlite3 *connection, int option, int on) {
  int now = -1;
  int code = sqlite3_db_config(connection, option, on, &now);
  return code == SQLITE_OK && now != on ? SQLITE_ERROR : code;
}

/// Binds text that SQLite copies: the macro SQLITE_TRANSIENT casts an integer to a function
/// pointer, which Swift does not import.
static inline int envgate_sqlite3_bind_text_copy(
    sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}

/// Binds bytes that SQLite copies; see above.
static inline int envgate_sqlite3_bind_blob_copy(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// The errno behind a result code that a call on this connection has just answered, 0 if unknown.
///
/// `sqlite3_system_errno` does not know what made a COMMIT fail (SQLite 3.40): the log's file does.
static inline int envgate_sqlite3_errno(sqlite3 *connection, int code) {
  if (connection == NULL) return 0;
  if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_TRUNCATE)
    return sqlite3_system_errno(connection);
  sqlite3_file *log = NULL;
  if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
      log == NULL || log->pMethods == NULL)
    return 0;
  int reason = 0;
  int known = log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &reason) == SQLITE_OK;
  return known ? reason : 0;
}

#endif
