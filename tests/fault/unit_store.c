/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of SQLite: whether an allocation is the first that SQLite makes in one. */
#include <stdbool.h>

#include <sqlite3.h>

#include "next.h"
#include "units.h"

/* SQLite calls some of its own functions; they are no calls of ours. */
static _Thread_local unsigned inside;
static _Thread_local bool begins;

static void enter(void)
{
	if (inside++ == 0)
		begins = true;
}

static void leave(void)
{
	inside--;
}

bool unit_store_begins(void)
{
	const bool first = begins || inside == 0;

	begins = false;
	return first;
}

#define CALL(type, name, parameters, arguments)                                                    \
	type name parameters                                                                       \
	{                                                                                          \
		type result;                                                                       \
		NEXT(name);                                                                        \
		enter();                                                                           \
		result = next arguments;                                                           \
		leave();                                                                           \
		return result;                                                                     \
	}

/* Those of the library and its tests that may ask for memory. */
CALL(int, sqlite3_open_v2, (const char *path, sqlite3 **db, int flags, const char *vfs), (path, db, flags, vfs))
CALL(int, sqlite3_close_v2, (sqlite3 *db), (db))
CALL(int, sqlite3_exec,
     (sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *user, char **told),
     (db, sql, row, user, told))
CALL(int, sqlite3_prepare_v2,
     (sqlite3 *db, const char *sql, int size, sqlite3_stmt **statement, const char **tail),
     (db, sql, size, statement, tail))
CALL(int, sqlite3_prepare_v3,
     (sqlite3 *db, const char *sql, int size, unsigned flags, sqlite3_stmt **statement, const char **tail),
     (db, sql, size, flags, statement, tail))
CALL(int, sqlite3_step, (sqlite3_stmt *statement), (statement))
CALL(int, sqlite3_reset, (sqlite3_stmt *statement), (statement))
CALL(int, sqlite3_finalize, (sqlite3_stmt *statement), (statement))
CALL(int, sqlite3_bind_null, (sqlite3_stmt *statement, int i), (statement, i))
CALL(int, sqlite3_bind_int64, (sqlite3_stmt *statement, int i, sqlite3_int64 value), (statement, i, value))
CALL(int, sqlite3_bind_text,
     (sqlite3_stmt *statement, int i, const char *text, int size, void (*end)(void *)),
     (statement, i, text, size, end))
CALL(int, sqlite3_bind_blob64,
     (sqlite3_stmt *statement, int i, const void *data, sqlite3_uint64 size, void (*end)(void *)),
     (statement, i, data, size, end))
CALL(const unsigned char *, sqlite3_column_text, (sqlite3_stmt *statement, int i), (statement, i))
CALL(const void *, sqlite3_column_blob, (sqlite3_stmt *statement, int i), (statement, i))
CALL(int, sqlite3_file_control, (sqlite3 *db, const char *name, int what, void *value), (db, name, what, value))
CALL(int, sqlite3_busy_timeout, (sqlite3 *db, int ms), (db, ms))
CALL(sqlite3_backup *, sqlite3_backup_init,
     (sqlite3 *to, const char *to_name, sqlite3 *from, const char *from_name), (to, to_name, from, from_name))
CALL(int, sqlite3_backup_step, (sqlite3_backup *backup, int pages), (backup, pages))
CALL(int, sqlite3_backup_finish, (sqlite3_backup *backup), (backup))
