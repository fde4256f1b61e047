/* SPDX-License-Identifier: Apache-2.0 */
#include "help_ledger.h"

#include <sqlite3.h>

#include "base/fileio.h"

struct egov_store *help_store(const char *dir)
{
	struct egov_error err = { 0 };
	struct egov_store *store = NULL;
	char *path = egov__path_join(dir, "ledger.db");

	assert_non_null(path);
	assert_ok(egov__store_create(path, 5000, &store, &err), &err);
	free(path);
	return store;
}

static sqlite3 *connect(const char *path)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

/* Statements that a query yields, joined. */
static char *gather(sqlite3 *db, const char *sql)
{
	struct egov_buf all = EGOV__BUF(1 << 20);
	sqlite3_stmt *stmt = NULL;
	char *text;
	int said;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	while ((said = sqlite3_step(stmt)) == SQLITE_ROW) {
		egov__buf_text(&all, (const char *)sqlite3_column_text(stmt, 0));
		egov__buf_byte(&all, ';');
	}
	assert_int_equal(said, SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	text = egov__slice_copy(egov_buf_slice(&all));
	assert_non_null(text);
	egov__buf_clear(&all);
	return text;
}

void help_tamper(const char *path, const char *sql)
{
	sqlite3 *db = connect(path);
	char *drop = gather(db, "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema"
	                        " WHERE type = 'trigger'");
	char *make = gather(db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'");

	run(db, "PRAGMA synchronous = OFF; BEGIN");
	run(db, drop);
	run(db, sql);
	if (sqlite3_changes(db) == 0)
		fail_msg("%s: changed nothing", sql);
	run(db, make);
	run(db, "COMMIT");
	free(drop);
	free(make);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t help_value(const char *path, const char *sql)
{
	sqlite3 *db = connect(path);
	sqlite3_stmt *stmt = NULL;
	int64_t value;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return value;
}
