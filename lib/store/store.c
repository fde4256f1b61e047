/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_query.h"

#define APPLICATION_ID 0x45474f56       /* "EGOV" */

/* --- opening --- */

void egov__store_own_process(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum egov_status new_store(const char *path, unsigned wait_ms, struct egov_store **out,
                                  struct egov_error *err)
{
	struct egov_store *store = calloc(1, sizeof(*store));

	if (store == NULL)
		return egov_error_nomem(err);
	store->wait_ms = wait_ms;
	store->path = egov__text_dup(path);
	if (store->path == NULL) {
		free(store);
		return egov_error_nomem(err);
	}
	*out = store;
	return EGOV_OK;
}

void egov__store_close(struct egov_store *store)
{
	if (store == NULL)
		return;
	egov__store_rollback(store);
	egov__store_disconnect(store);
	free(store->path);
	free(store);
}

/* synchronous=FULL: a commit is on disk when it returns.  secure_delete: what the
 * ledger forgets about applicants is overwritten (Order No. 4, Art. 23). */
static enum egov_status connect(struct egov_store *store, struct egov_error *err)
{
	static const char settings[] =
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
		"PRAGMA journal_size_limit = 67108864";
	int code = sqlite3_open_v2(store->path, &store->db,
	                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
	                                   | SQLITE_OPEN_EXRESCODE,
	                           NULL);

	/* SQLite goes on with less where opening for writing fails, whatever the cause. */
	if (code == SQLITE_OK && sqlite3_db_readonly(store->db, "main") == 1
	    && access(store->path, W_OK) == 0)
		code = SQLITE_IOERR;
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(store->db, (int)store->wait_ms);
	/* Room for what the schema and the statements are parsed into, in one piece: by default
	 * most of it would be allocated bit by bit, at every start of a program. */
	if (code == SQLITE_OK)
		code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 512, 300);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (code != SQLITE_OK)
		return egov__store_failed(store, code, "ledger", err);
	return egov__store_exec(store, settings, err);
}

/* The log and its index stay beside the ledger from one program to the next, the log empty where
 * all was written back: making and removing two files would cost each program 2 % of its time. */
static enum egov_status keep_log(struct egov_store *store, struct egov_error *err)
{
	int keep = 1;
	const int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);

	return code == SQLITE_OK ? EGOV_OK : egov__store_failed(store, code, "ledger", err);
}

static enum egov_status identify(struct egov_store *store, struct egov_error *err)
{
	uint64_t id = 0;
	enum egov_status rc = egov__store_number(store, "PRAGMA application_id", &id, err);

	if (rc == EGOV_OK && id != APPLICATION_ID)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "%s: is not a ledger of egovca",
		                    store->path);
	return rc;
}

enum egov_status egov__store_open(const char *path, unsigned wait_ms, struct egov_store **out,
                                  struct egov_error *err)
{
	struct egov_store *store = NULL;
	struct stat st;
	enum egov_status rc;

	if (stat(path, &st) != 0)
		return egov_error_errno(err, "%s: cannot open the ledger", path);
	rc = new_store(path, wait_ms, &store, err);
	if (rc == EGOV_OK)
		rc = connect(store, err);
	if (rc == EGOV_OK)
		rc = keep_log(store, err);
	if (rc == EGOV_OK)
		rc = identify(store, err);
	if (rc == EGOV_OK)
		rc = egov__store_migrate(store, egov__store_steps, egov__store_version, err);
	if (rc == EGOV_OK)
		rc = egov__store_guard(store, err);
	if (rc == EGOV_OK) {
		*out = store;
		store = NULL;
	}
	egov__store_close(store);
	return rc;
}

static enum egov_status lay_out(const char *path, unsigned wait_ms, struct egov_error *err)
{
	struct egov_store *store = NULL;
	char *sql = sqlite3_mprintf("PRAGMA application_id = %d", APPLICATION_ID);
	enum egov_status rc = sql == NULL ? egov_error_nomem(err)
	                                  : new_store(path, wait_ms, &store, err);

	if (rc == EGOV_OK)
		rc = connect(store, err);
	if (rc == EGOV_OK)
		rc = egov__store_migrate(store, egov__store_steps, egov__store_version, err);
	if (rc == EGOV_OK)
		rc = egov__store_exec(store, sql, err);
	sqlite3_free(sql);
	egov__store_close(store);
	return rc;
}

enum egov_status egov__store_create(const char *path, unsigned wait_ms, struct egov_store **out,
                                    struct egov_error *err)
{
	enum egov_status rc;
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return egov_error_set(err, EGOV_E_EXISTS, NULL, "%s: exists already", path);
	if (fd < 0)
		return egov_error_errno(err, "%s: cannot create the ledger", path);
	(void)close(fd);
	rc = lay_out(path, wait_ms, err);
	if (rc == EGOV_OK)
		rc = egov__store_open(path, wait_ms, out, err);
	else
		(void)unlink(path);
	return rc;
}

/* --- transactions --- */

static enum egov_status begin(struct egov_store *store, const char *sql,
                              enum egov__store_mode mode, struct egov_error *err)
{
	enum egov_status rc;

	if (store->mode != EGOV__STORE_IDLE)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: a transaction is open already",
		                      store->path);
	egov__store_release(store);
	rc = egov__store_exec(store, sql, err);
	store->mode = mode;
	if (rc != EGOV_OK)              /* it may have begun all the same */
		egov__store_rollback(store);
	return rc;
}

enum egov_status egov__store_begin(struct egov_store *store, struct egov_error *err)
{
	return begin(store, "BEGIN IMMEDIATE", EGOV__STORE_WRITING, err);
}

/* The view is taken by the first reading. */
enum egov_status egov__store_snapshot(struct egov_store *store, struct egov_error *err)
{
	return begin(store, "BEGIN; SELECT count(*) FROM sqlite_schema", EGOV__STORE_READING, err);
}

/* After some failures (a full disk) SQLite has given the transaction up by itself. */
enum egov_status egov__store_commit(struct egov_store *store, struct egov_error *err)
{
	enum egov_status rc;

	if (store->mode != EGOV__STORE_WRITING)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: no transaction is open",
		                      store->path);
	egov__store_release(store);
	if (sqlite3_get_autocommit(store->db))
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: the transaction was given up",
		                    store->path);
	else
		rc = egov__store_exec(store, "COMMIT", err);
	if (rc != EGOV_OK)
		egov__store_rollback(store);
	store->mode = EGOV__STORE_IDLE;
	return rc;
}

void egov__store_rollback(struct egov_store *store)
{
	if (store->mode == EGOV__STORE_IDLE)
		return;
	egov__store_release(store);
	/* Once more where there was no memory for the statement: left open, it would stand in the
	 * way of the next one. */
	for (int i = 0; i < 2 && !sqlite3_get_autocommit(store->db); i++)
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->mode = EGOV__STORE_IDLE;
}

/* --- steps --- */

/* A batch takes a step a line: its statement stays prepared. */
static enum egov_status run(struct egov_store *store, const char *sql, struct egov_error *err)
{
	struct egov__query query;
	const enum egov_status rc = egov__query_read(store, sql, "ledger", &query, err);

	return rc == EGOV_OK ? egov__query_run(&query, err) : rc;
}

static enum egov_status step(struct egov_store *store, const char *sql, struct egov_error *err)
{
	if (store->mode != EGOV__STORE_WRITING)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: no transaction is open",
		                      store->path);
	egov__store_release(store);
	if (sqlite3_get_autocommit(store->db))
		return egov_error_set(err, EGOV_E_IO, NULL, "%s: the transaction was given up",
		                      store->path);
	return run(store, sql, err);
}

enum egov_status egov__store_savepoint(struct egov_store *store, struct egov_error *err)
{
	return step(store, "SAVEPOINT step", err);
}

enum egov_status egov__store_keep(struct egov_store *store, struct egov_error *err)
{
	return step(store, "RELEASE step", err);
}

enum egov_status egov__store_take_back(struct egov_store *store, struct egov_error *err)
{
	const enum egov_status rc = step(store, "ROLLBACK TO step", err);

	return rc == EGOV_OK ? egov__store_keep(store, err) : rc;
}

bool egov__store_in_transaction(const struct egov_store *store)
{
	return store->mode == EGOV__STORE_WRITING;
}

/* --- integrity --- */

static void read_complaint(struct egov__query *query, void *row)
{
	*(const char **)row = egov__column_text(query);
}

/* A page that could not be got for want of memory, or from a disk that fails, is not damaged:
 * SQLite names the code then. */
static enum egov_status complained(struct egov_store *store, const char *said,
                                   struct egov_error *err)
{
	static const char mark[] = "error code=";
	const char *at = strstr(said, mark);
	const int code = at == NULL ? SQLITE_CORRUPT
	                            : (int)strtol(at + strlen(mark), NULL, 10);

	if (code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM)
		return egov_error_nomem(err);
	return egov_error_set(err, (code & 0xff) == SQLITE_IOERR ? EGOV_E_IO : EGOV_E_CORRUPT, NULL,
	                      "%s: integrity: %s", store->path, said);
}

static enum egov_status no_complaint(struct egov_store *store, const char *sql, const char *good,
                                     struct egov_error *err)
{
	struct egov__query query;
	const char *said = NULL;
	enum egov_status rc = egov__query_read(store, sql, "integrity", &query, err);

	if (rc != EGOV_OK)
		return rc;
	if (egov__query_next(&query, read_complaint, &said, &rc, err)
	    && (good == NULL || strcmp(said, good) != 0))
		rc = complained(store, said, err);
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_size(struct egov_store *store, uint64_t *rows, struct egov_error *err)
{
	return egov__store_number(store,
	                          "SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM intent)"
	                          " + (SELECT count(*) FROM certificate)"
	                          " + (SELECT count(*) FROM application)"
	                          " + (SELECT count(*) FROM revoked) + (SELECT count(*) FROM crl)",
	                          rows, err);
}

enum egov_status egov__store_integrity(struct egov_store *store, struct egov_error *err)
{
	enum egov_status rc = no_complaint(store, "PRAGMA integrity_check(1)", "ok", err);

	if (rc == EGOV_OK)
		rc = no_complaint(store, "SELECT 'a row of ' || \"table\" || ' refers to one of '"
		                  " || parent || ' that is not there'"
		                  " FROM pragma_foreign_key_check LIMIT 1", NULL, err);
	return rc == EGOV_OK ? egov__store_schema_check(store, err) : rc;
}
