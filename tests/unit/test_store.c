/* SPDX-License-Identifier: Apache-2.0 */
#include "help_ledger.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "store/store_query.h"

struct fixture {
	char *dir, *path;
	struct egov_store *store;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->dir = help_dir();
	f->path = egov__path_join(f->dir, "ledger.db");
	assert_non_null(f->path);
	f->store = help_store(f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov__store_close(f->store);
	free(f->path);
	help_dir_remove(f->dir);
	free(f);
	return 0;
}

/* --- opening --- */

static void test_created_private_and_durable(void **state)
{
	const struct fixture *f = *state;
	struct stat st;
	uint64_t value = 0;
	struct egov_error err = { 0 };

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_ok(egov__store_number(f->store, "PRAGMA synchronous", &value, &err), &err);
	assert_int_equal(value, 2);
	assert_ok(egov__store_number(f->store, "PRAGMA foreign_keys", &value, &err), &err);
	assert_int_equal(value, 1);
	assert_ok(egov__store_number(f->store, "PRAGMA trusted_schema", &value, &err), &err);
	assert_int_equal(value, 0);
	assert_ok(egov__store_number(f->store, "SELECT count(*) FROM pragma_journal_mode"
	                                       " WHERE journal_mode = 'wal'", &value, &err), &err);
	assert_int_equal(value, 1);
	assert_ok(egov__store_integrity(f->store, &err), &err);
}

static void test_create_refuses_what_is_there(void **state)
{
	const struct fixture *f = *state;
	struct egov_store *store = NULL;
	struct egov_error err = { 0 };

	assert_fails(egov__store_create(f->path, 0, &store, &err), &err, EGOV_E_EXISTS, "ledger.db");
	assert_fails(egov__store_create("/nonexistent/ledger.db", 0, &store, &err), &err, EGOV_E_IO,
	             "No such file");
	assert_null(store);
}

static void opens_as(const char *path, enum egov_status status, const char *fragment)
{
	struct egov_store *store = NULL;
	struct egov_error err = { 0 };

	assert_fails(egov__store_open(path, 100, &store, &err), &err, status, fragment);
	assert_null(store);
}

static void test_open_names_what_is_wrong(void **state)
{
	struct fixture *f = *state;
	char *other = egov__path_join(f->dir, "other.db");

	opens_as(other, EGOV_E_IO, "No such file");
	help_write(other, egov__slice_text("certainly not a database, but long enough to be one"));
	opens_as(other, EGOV_E_CORRUPT, "not a database");
	help_write(other, EGOV__NO_SLICE);
	opens_as(other, EGOV_E_CORRUPT, "not a ledger");
	opens_as(f->dir, EGOV_E_IO, f->dir);
	egov__store_close(f->store);
	f->store = NULL;
	assert_int_equal(help_run("sqlite3 '%s' 'PRAGMA user_version = 2'", f->path), 0);
	opens_as(f->path, EGOV_E_UNSUPPORTED, "schema 2 of a newer release, this one knows 1");
	assert_int_equal(help_run("sqlite3 '%s' 'PRAGMA application_id = 7'", f->path), 0);
	opens_as(f->path, EGOV_E_CORRUPT, "not a ledger");
	free(other);
}

static void test_torn_page_is_corrupt(void **state)
{
	struct fixture *f = *state;
	struct egov_store *store = NULL;
	struct egov_error err = { 0 };
	enum egov_status rc;

	egov__store_close(f->store);
	f->store = NULL;
	assert_int_equal(help_run("dd if=/dev/urandom of='%s' bs=4096 seek=1 count=8 conv=notrunc "
	                          "2>/dev/null", f->path), 0);
	rc = egov__store_open(f->path, 100, &store, &err);
	if (rc == EGOV_OK)
		rc = egov__store_integrity(store, &err);
	assert_int_equal(rc, EGOV_E_CORRUPT);
	egov__store_close(store);
}

/* --- transactions --- */

static void test_changes_want_a_transaction(void **state)
{
	const struct fixture *f = *state;
	struct egov_error err = { 0 };
	uint64_t value = 0;

	assert_fails(egov__store_counter_next(f->store, "x", &value, &err), &err, EGOV_E_USAGE,
	             "outside a transaction");
	assert_fails(egov__store_commit(f->store, &err), &err, EGOV_E_USAGE, "no transaction");
	assert_ok(egov__store_snapshot(f->store, &err), &err);
	assert_false(egov__store_in_transaction(f->store));
	assert_fails(egov__store_counter_next(f->store, "x", &value, &err), &err, EGOV_E_USAGE,
	             "outside a transaction");
	egov__store_rollback(f->store);
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_true(egov__store_in_transaction(f->store));
	assert_fails(egov__store_begin(f->store, &err), &err, EGOV_E_USAGE, "open already");
	assert_ok(egov__store_counter_next(f->store, "x", &value, &err), &err);
	assert_int_equal(value, 1);
	egov__store_rollback(f->store);
	assert_ok(egov__store_counter_get(f->store, "x", &value, &err), &err);
	assert_int_equal(value, 0);
}

static void test_snapshot_does_not_move(void **state)
{
	const struct fixture *f = *state;
	struct egov_store *other = NULL;
	struct egov_error err = { 0 };
	uint64_t value = 9;

	assert_ok(egov__store_open(f->path, 1000, &other, &err), &err);
	assert_ok(egov__store_snapshot(other, &err), &err);
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_ok(egov__store_counter_next(f->store, "x", &value, &err), &err);
	assert_ok(egov__store_commit(f->store, &err), &err);
	assert_ok(egov__store_counter_get(other, "x", &value, &err), &err);
	assert_int_equal(value, 0);
	egov__store_rollback(other);
	assert_ok(egov__store_counter_get(other, "x", &value, &err), &err);
	assert_int_equal(value, 1);
	egov__store_close(other);
}

static void put_policy(struct egov_store *store, const char *version)
{
	const struct egov__policy_row row = { .version = version, .published = 1, .effective = 1,
		                              .file = egov__slice_text("text") };
	struct egov_error err = { 0 };

	assert_ok(egov__store_begin(store, &err), &err);
	assert_ok(egov__store_policy_put(store, &row, &err), &err);
	assert_ok(egov__store_commit(store, &err), &err);
}

/* A row that is held from one call to the next holds no view of the ledger, and
 * may itself say what the next call asks for. */
static void test_reading_sees_what_others_wrote(void **state)
{
	const struct fixture *f = *state;
	struct egov_store *other = NULL;
	struct egov__policy_row row;
	struct egov_error err = { 0 };
	bool found = false;

	put_policy(f->store, "1");
	assert_ok(egov__store_open(f->path, 1000, &other, &err), &err);
	assert_ok(egov__store_policy_get(other, "1", &row, &found, &err), &err);
	assert_true(found);
	put_policy(f->store, "2");
	assert_ok(egov__store_policy_get(other, "2", &row, &found, &err), &err);
	assert_true(found);
	assert_ok(egov__store_policy_get(other, row.version, &row, &found, &err), &err);
	assert_true(found);
	assert_string_equal(row.version, "2");
	egov__store_close(other);
}

static void test_second_writer_waits_then_is_busy(void **state)
{
	const struct fixture *f = *state;
	struct egov_store *other = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__store_open(f->path, 50, &other, &err), &err);
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_fails(egov__store_begin(other, &err), &err, EGOV_E_BUSY, "more than 50 ms");
	egov__store_rollback(f->store);
	assert_ok(egov__store_begin(other, &err), &err);
	egov__store_close(other);
	assert_ok(egov__store_begin(f->store, &err), &err);
}

/* What stays beside a ledger that was closed holds nothing: a copy of the one file is whole. */
static void test_closed_ledger_is_one_file(void **state)
{
	struct fixture *f = *state;
	struct egov_error err = { 0 };
	uint64_t value = 0;

	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_ok(egov__store_counter_next(f->store, "x", &value, &err), &err);
	assert_ok(egov__store_commit(f->store, &err), &err);
	assert_int_equal(help_run("test -s '%s-wal'", f->path), 0);
	egov__store_close(f->store);
	f->store = NULL;
	assert_int_equal(help_run("test -e '%s-wal' && test ! -s '%s-wal' && test -e '%s-shm'", f->path,
	                          f->path, f->path),
	                 0);
	assert_int_equal(help_run("cp '%s' '%s.copy' && rm '%s-wal' '%s-shm' && mv '%s.copy' '%s'",
	                          f->path, f->path, f->path, f->path, f->path, f->path),
	                 0);
	assert_ok(egov__store_open(f->path, 0, &f->store, &err), &err);
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_ok(egov__store_counter_next(f->store, "x", &value, &err), &err);
	assert_int_equal(value, 2);
	assert_ok(egov__store_commit(f->store, &err), &err);
}

/* A killed writer leaves nothing half done, and its lock is gone. */
static void test_killed_writer(void **state)
{
	const struct fixture *f = *state;
	struct egov_error err = { 0 };
	uint64_t value = 0;
	int status;
	const pid_t child = fork();

	if (child == 0) {
		struct egov_store *store = NULL;

		if (egov__store_open(f->path, 1000, &store, NULL) != EGOV_OK
		    || egov__store_begin(store, NULL) != EGOV_OK
		    || egov__store_counter_next(store, "x", &value, NULL) != EGOV_OK)
			_exit(1);
		(void)kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_ok(egov__store_counter_next(f->store, "x", &value, &err), &err);
	assert_int_equal(value, 1);
	assert_ok(egov__store_commit(f->store, &err), &err);
	assert_ok(egov__store_integrity(f->store, &err), &err);
}

/* Root writes where it likes: the child is somebody else. */
static void test_read_only_is_io(void **state)
{
	struct fixture *f = *state;
	struct egov_error err = { 0 };
	enum egov_status rc;
	int status;

	egov__store_close(f->store);
	f->store = NULL;
	assert_int_equal(help_run("chmod 0444 '%s' && chmod 0555 '%s'", f->path, f->dir), 0);
	if (geteuid() == 0)
		assert_int_equal(help_run("chown 65534 '%s' '%s'", f->path, f->dir), 0);

	const pid_t child = fork();

	if (child == 0) {
		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(10);
		rc = egov__store_open(f->path, 100, &f->store, &err);
		if (rc == EGOV_OK)
			rc = egov__store_begin(f->store, &err);
		_exit(rc == EGOV_E_IO && err.status == EGOV_E_IO ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_full_disk_is_io(void **state)
{
	const struct fixture *f = *state;
	struct egov_error err = { 0 };
	static uint8_t big[1 << 20];
	uint64_t pages = 0;
	enum egov_status rc;

	/* SQLite's own limit of pages stands for the disk: the same SQLITE_FULL. */
	assert_ok(egov__store_number(f->store, "PRAGMA max_page_count = 64", &pages, &err), &err);
	assert_ok(egov__store_begin(f->store, &err), &err);
	rc = egov__store_meta_put(f->store, "big", EGOV__SLICE(big), &err);
	assert_fails(rc, &err, EGOV_E_IO, "full");
	assert_fails(egov__store_commit(f->store, &err), &err, EGOV_E_IO, "given up");
	assert_false(egov__store_in_transaction(f->store));
	assert_ok(egov__store_begin(f->store, &err), &err);
	assert_ok(egov__store_meta_put(f->store, "small", egov__slice_text("fits"), &err), &err);
	assert_ok(egov__store_commit(f->store, &err), &err);
}

/* --- migration --- */

static void test_migration_copies_then_steps(void **state)
{
	struct fixture *f = *state;
	static const char *const add[] = { "CREATE TABLE later(x INTEGER) STRICT",
		                           "INSERT INTO later VALUES(42)", NULL };
	const struct egov__store_step steps[] = { egov__store_steps[0], { add } };
	struct egov_error err = { 0 };
	struct stat st;
	char *copy = egov__path_join(f->dir, "ledger.db.schema-1");

	assert_non_null(copy);
	assert_ok(egov__store_migrate(f->store, steps, 2, &err), &err);
	assert_int_equal(help_value(f->path, "SELECT x FROM later"), 42);
	assert_int_equal(help_value(f->path, "PRAGMA user_version"), 2);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(help_value(copy, "PRAGMA user_version"), 1);
	assert_int_equal(help_value(copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'later'"),
	                 0);
	assert_ok(egov__store_migrate(f->store, steps, 2, &err), &err);
	assert_fails(egov__store_schema_check(f->store, &err), &err, EGOV_E_CORRUPT,
	             "later does not belong there");
	free(copy);
}

static void test_failed_migration_changes_nothing(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "CREATE TABLE later(x INTEGER) STRICT",
		                           "INSERT INTO nowhere VALUES(1)", NULL };
	const struct egov__store_step steps[] = { egov__store_steps[0], { bad } };
	struct egov_error err = { 0 };

	assert_fails(egov__store_migrate(f->store, steps, 2, &err), &err, EGOV_E_CORRUPT, "nowhere");
	assert_int_equal(help_value(f->path, "PRAGMA user_version"), 1);
	assert_ok(egov__store_schema_check(f->store, &err), &err);
}

static void test_altered_schema_is_named(void **state)
{
	const struct fixture *f = *state;
	struct egov_error err = { 0 };

	assert_int_equal(help_run("sqlite3 '%s' 'DROP TRIGGER journal_fixed'", f->path), 0);
	assert_fails(egov__store_integrity(f->store, &err), &err, EGOV_E_CORRUPT,
	             "journal_fixed is missing");
	assert_int_equal(help_run("sqlite3 '%s' 'CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal "
	                          "BEGIN SELECT 1; END'", f->path), 0);
	assert_fails(egov__store_integrity(f->store, &err), &err, EGOV_E_CORRUPT,
	             "journal_fixed was altered");
}

/* "table" for deletions, "table.column" for changes that the store would run. */
static void gather_allowed(struct egov_store *store, sqlite3 *db, struct egov_buf *allowed)
{
	struct egov_error err = { 0 };
	sqlite3_stmt *stmt = NULL;
	char sql[256], last[64] = "";

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT t.name, c.name FROM sqlite_schema t,"
	                                        " pragma_table_info(t.name) c WHERE t.type = 'table'"
	                                        " ORDER BY 1, 2", -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(stmt, 0);
		const char *column = (const char *)sqlite3_column_text(stmt, 1);

		if (strcmp(last, table) != 0) {
			(void)snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE 0", table);
			if (egov__store_exec(store, sql, &err) == EGOV_OK)
				egov__buf_printf(allowed, "%s\n", table);
		}
		(void)snprintf(last, sizeof(last), "%s", table);
		(void)snprintf(sql, sizeof(sql), "UPDATE %s SET %s = %s WHERE 0", table, column, column);
		if (egov__store_exec(store, sql, &err) == EGOV_OK)
			egov__buf_printf(allowed, "%s.%s\n", table, column);
		else
			assert_int_equal(err.status, EGOV_E_USAGE);
	}
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
}

static void test_rows_stand(void **state)
{
	static const char wanted[] =
		"certificate.der\ncertificate.subject\n"
		"counter.value\ncrl.published\ncrl.published_at\ngeneration.intents\ngeneration.last_end\n"
		"generation.signatures\ngeneration.since\ngeneration.state\nhold.end_position\n"
		"hold.end_requested_by\nhold.end_salt\nhold.ended_at\nhold.ending\nhold.left_with\n"
		"hold.requested_by\nhold.salt\nimported.published_at\nintent.state\njournal.body\n"
		"journal.commitment\njournal.source\nkey_request.der\nmeta.value\n"
		"operator.removed_at\noperator.removed_position\npair.answer\npending\n"
		"revoked.left_with\nrevoked.requested_by\nrevoked.salt\nsealed\nsegment\n"
		"segment.digest\nsegment.moved\nsegment.revision\ntombstone.state\n";
	const struct fixture *f = *state;
	struct egov_buf allowed = EGOV__BUF(4096);
	struct egov_error err = { 0 };
	sqlite3 *db = NULL;
	char *at;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	gather_allowed(f->store, db, &allowed);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	at = (char *)(uintptr_t)egov__buf_string(&allowed);
	assert_non_null(at);
	/* An application goes through its states as a whole row. */
	while (strncmp(at, "application.", 12) == 0)
		at = strchr(at, '\n') + 1;
	assert_string_equal(at, wanted);
	egov__buf_clear(&allowed);

	assert_fails(egov__store_exec(f->store, "DELETE FROM journal", &err), &err, EGOV_E_USAGE,
	             "not authorized");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_created_private_and_durable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_create_refuses_what_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open_names_what_is_wrong, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_torn_page_is_corrupt, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes_want_a_transaction, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_snapshot_does_not_move, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reading_sees_what_others_wrote, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_second_writer_waits_then_is_busy, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_closed_ledger_is_one_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_killed_writer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_only_is_io, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full_disk_is_io, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_migration_copies_then_steps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_migration_changes_nothing, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_altered_schema_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rows_stand, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
