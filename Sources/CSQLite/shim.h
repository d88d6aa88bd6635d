/* What Swift cannot call of SQLite: variadic functions, macros that are casts, hooks into C. */
#ifndef STRONGROOM_CSQLITE_SHIM_H
#define STRONGROOM_CSQLITE_SHIM_H

#include <errno.h>
#include <sqlite3.h>

/* sqlite3_db_config for the options that take a switch; the switch's new state, or -1. */
static inline int strongroom_configure(sqlite3 *database, int option, int on) {
    int state = -1;
    if (sqlite3_db_config(database, option, on, &state) != SQLITE_OK) return -1;
    return state;
}

static inline int strongroom_last_errno(sqlite3 *database, int file) {
    sqlite3_file *found = 0;
    int number = 0;
    if (sqlite3_file_control(database, "main", file, &found) != SQLITE_OK) return 0;
    if (!found || !found->pMethods) return 0;
    found->pMethods->xFileControl(found, SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

/* Whether the last failure was a quota's: no room for this user, not a fault of the device.
   sqlite3_system_errno knows nothing of a failed COMMIT. */
static inline int strongroom_is_over_quota(sqlite3 *database) {
    return strongroom_last_errno(database, SQLITE_FCNTL_FILE_POINTER) == EDQUOT ||
           strongroom_last_errno(database, SQLITE_FCNTL_JOURNAL_POINTER) == EDQUOT;
}

/* SQLite copies the bytes before it returns. */
static inline int strongroom_bind_copied_blob(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int strongroom_bind_copied_text(
    sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(
        statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static int strongroom_note_log_pages(
    void *pages, sqlite3 *database, const char *name, int count) {
    (void)database;
    (void)name;
    *(int *)pages = count;
    return SQLITE_OK;
}

/* After each commit *pages is the length of the write-ahead log in pages. */
static inline void strongroom_watch_log(sqlite3 *database, int *pages) {
    sqlite3_wal_hook(database, strongroom_note_log_pages, pages);
}

#endif
