/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <string.h>

#define KEY_MAX 256             /* octets of what rows are asked by */

static enum egov_status status_of(int code)
{
	if (code == SQLITE_IOERR_NOMEM)
		return EGOV_E_NOMEM;
	if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE
	    || code == SQLITE_CONSTRAINT_ROWID)
		return EGOV_E_EXISTS;
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return EGOV_E_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return EGOV_E_BUSY;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return EGOV_E_IO;
	case SQLITE_TOOBIG:
		return EGOV_E_LIMIT;
	case SQLITE_AUTH:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		return EGOV_E_USAGE;
	default:
		/* Our statements fit our schema: one that fails was not made by us. */
		return EGOV_E_CORRUPT;
	}
}

enum egov_status egov__store_failed(struct egov_store *store, int code, const char *what,
                                    struct egov_error *err)
{
	const enum egov_status status = status_of(code);

	if (status == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (status == EGOV_E_BUSY)
		return egov_error_detail(err, status, code, NULL,
		                         "%s: another process has held it for more than %u ms",
		                         store->path, store->wait_ms);
	if (status == EGOV_E_EXISTS)
		return egov_error_detail(err, status, code, NULL, "%s: %s: exists already",
		                         store->path, egov__text(what));
	return egov_error_detail(err, status, code, NULL, "%s: %s: %s", store->path,
	                         egov__text(what),
	                         store->db == NULL ? sqlite3_errstr(code)
	                                           : sqlite3_errmsg(store->db));
}

enum egov_status egov__store_exec(struct egov_store *store, const char *sql, struct egov_error *err)
{
	const int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? EGOV_OK : egov__store_failed(store, code, "ledger", err);
}

/* --- statements --- */

static struct egov__cached *cached(struct egov_store *store, const char *sql)
{
	for (size_t i = 0; i < store->cached; i++)
		if (store->cache[i].sql == sql)
			return &store->cache[i];
	if (store->cached == EGOV__STORE_CACHE)
		return NULL;
	store->cache[store->cached].sql = sql;
	return &store->cache[store->cached++];
}

static bool take(sqlite3_stmt *stmt, struct egov__query *query)
{
	if (stmt == NULL || sqlite3_stmt_busy(stmt))
		return false;
	query->stmt = stmt;
	return true;
}

/* A statement that is under way (behind the row that is held, or a walk whose callback asks
 * the same) is left alone: there is a second one, and from the third on each query gets one
 * of its own. */
enum egov_status egov__query_read(struct egov_store *store, const char *sql, const char *what,
                                  struct egov__query *query, struct egov_error *err)
{
	struct egov__cached *slot = cached(store, sql);
	int code;

	*query = (struct egov__query){ .store = store, .what = what };
	if (slot != NULL && (take(slot->stmt, query) || take(slot->other, query)))
		return EGOV_OK;
	code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &query->stmt, NULL);
	if (code != SQLITE_OK)
		return egov__store_failed(store, code, what, err);
	if (slot != NULL && slot->stmt == NULL)
		slot->stmt = query->stmt;
	else if (slot != NULL && slot->other == NULL)
		slot->other = query->stmt;
	else
		query->own = true;
	return EGOV_OK;
}

enum egov_status egov__query_write(struct egov_store *store, const char *sql, const char *what,
                                   struct egov__query *query, struct egov_error *err)
{
	if (store->mode != EGOV__STORE_WRITING)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%s: %s: changed outside a transaction",
		                      store->path, egov__text(what));
	return egov__query_read(store, sql, what, query, err);
}

void egov__query_close(struct egov__query *query)
{
	egov__lent_clear(&query->lent);
	if (query->stmt == NULL)
		return;
	if (query->own) {
		(void)sqlite3_finalize(query->stmt);
	} else {
		(void)sqlite3_reset(query->stmt);
		(void)sqlite3_clear_bindings(query->stmt);
	}
	query->stmt = NULL;
}

void egov__store_release(struct egov_store *store)
{
	egov__query_close(&store->held);
}

void egov__store_disconnect(struct egov_store *store)
{
	egov__store_release(store);
	egov__shelf_free(store->shelf);
	store->shelf = NULL;
	for (size_t i = 0; i < store->cached; i++) {
		(void)sqlite3_finalize(store->cache[i].stmt);
		(void)sqlite3_finalize(store->cache[i].other);
	}
	memset(store->cache, 0, sizeof(store->cache));
	store->cached = 0;
	(void)sqlite3_close_v2(store->db);
	store->db = NULL;
}

/* --- parameters --- */

static void bound(struct egov__query *query, int code)
{
	if (query->rc == SQLITE_OK)
		query->rc = code;
}

void egov__query_number(struct egov__query *query, uint64_t value)
{
	if (value > INT64_MAX)
		bound(query, SQLITE_TOOBIG);
	else
		bound(query, sqlite3_bind_int64(query->stmt, ++query->parameter, (int64_t)value));
}

void egov__query_time(struct egov__query *query, egov_time t)
{
	query->parameter++;
	bound(query, t == EGOV_TIME_NONE ? sqlite3_bind_null(query->stmt, query->parameter)
	                                 : sqlite3_bind_int64(query->stmt, query->parameter, t));
}

/* What is asked for may lie in the row that is held, which goes before the answer
 * comes: keys are copied. */
static sqlite3_destructor_type copied(size_t size)
{
	return size <= KEY_MAX ? SQLITE_TRANSIENT : SQLITE_STATIC;
}

void egov__query_text(struct egov__query *query, const char *text)
{
	const char *const value = text == NULL ? "" : text;

	bound(query, sqlite3_bind_text(query->stmt, ++query->parameter, value, -1,
	                               copied(strlen(value))));
}

void egov__query_text_or_null(struct egov__query *query, const char *text)
{
	if (text != NULL)
		egov__query_text(query, text);
	else
		bound(query, sqlite3_bind_null(query->stmt, ++query->parameter));
}

void egov__query_blob(struct egov__query *query, struct egov_slice bytes)
{
	bound(query, sqlite3_bind_blob64(query->stmt, ++query->parameter,
	                                 bytes.data == NULL ? (const void *)"" : bytes.data,
	                                 bytes.size, copied(bytes.size)));
}

void egov__query_optional(struct egov__query *query, struct egov_slice bytes)
{
	if (bytes.size == 0)
		bound(query, sqlite3_bind_null(query->stmt, ++query->parameter));
	else
		egov__query_blob(query, bytes);
}

void egov__query_digest(struct egov__query *query, const uint8_t digest[32])
{
	egov__query_blob(query, (struct egov_slice){ digest, 32 });
}

/* --- running --- */

static int step(struct egov__query *query)
{
	return query->rc != SQLITE_OK ? query->rc : sqlite3_step(query->stmt);
}

enum egov_status egov__query_run(struct egov__query *query, struct egov_error *err)
{
	const int code = step(query);
	const enum egov_status rc = code == SQLITE_DONE ? EGOV_OK
	                                                : egov__store_failed(query->store, code,
	                                                                     query->what, err);

	egov__query_close(query);
	return rc;
}

static int next_column(struct egov__query *query, int type)
{
	const int column = query->column++;

	if (sqlite3_column_type(query->stmt, column) != type)
		query->damaged = true;
	return column;
}

bool egov__column_is_null(const struct egov__query *query)
{
	return sqlite3_column_type(query->stmt, query->column) == SQLITE_NULL;
}

uint64_t egov__column_number(struct egov__query *query)
{
	const int64_t value = sqlite3_column_int64(query->stmt, next_column(query, SQLITE_INTEGER));

	if (value < 0)
		query->damaged = true;
	return (uint64_t)value;
}

egov_time egov__column_time(struct egov__query *query)
{
	if (egov__column_is_null(query)) {
		query->column++;
		return EGOV_TIME_NONE;
	}
	return sqlite3_column_int64(query->stmt, next_column(query, SQLITE_INTEGER));
}

const char *egov__column_text(struct egov__query *query)
{
	const int column = next_column(query, SQLITE_TEXT);
	const char *text = (const char *)sqlite3_column_text(query->stmt, column);

	if (text == NULL || strlen(text) != (size_t)sqlite3_column_bytes(query->stmt, column)) {
		query->damaged = true;
		return "";
	}
	return text;
}

struct egov_slice egov__column_blob(struct egov__query *query)
{
	struct egov_slice bytes = EGOV__NO_SLICE;
	int column;

	if (egov__column_is_null(query)) {
		query->column++;
		return bytes;
	}
	column = next_column(query, SQLITE_BLOB);
	bytes.data = sqlite3_column_blob(query->stmt, column);
	bytes.size = (size_t)sqlite3_column_bytes(query->stmt, column);
	return bytes;
}

void egov__column_digest(struct egov__query *query, uint8_t digest[32])
{
	const struct egov_slice bytes = egov__column_blob(query);

	if (bytes.size != 32)
		query->damaged = true;
	else
		memcpy(digest, bytes.data, 32);
}

static enum egov_status read_row(struct egov__query *query, egov__read_fn *read, void *row,
                                 struct egov_error *err)
{
	query->column = 0;
	read(query, row);
	if (query->damaged)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "%s: %s: a row that the schema does not allow",
		                      query->store->path, egov__text(query->what));
	return EGOV_OK;
}

bool egov__query_next(struct egov__query *query, egov__read_fn *read, void *row,
                      enum egov_status *rc, struct egov_error *err)
{
	int code;

	egov__lent_clear(&query->lent);
	code = step(query);
	if (code == SQLITE_ROW)
		*rc = read_row(query, read, row, err);
	else
		*rc = code == SQLITE_DONE ? EGOV_OK
		                          : egov__store_failed(query->store, code, query->what, err);
	return code == SQLITE_ROW && *rc == EGOV_OK;
}

/* The row that is held keeps the view of the ledger that it was read in: it goes
 * first, so that what others have written since is seen. */
enum egov_status egov__query_get(struct egov__query *query, egov__read_fn *read, void *row,
                                 bool *found, struct egov_error *err)
{
	enum egov_status rc;
	bool some;

	egov__store_release(query->store);
	some = egov__query_next(query, read, row, &rc, err);
	if (some) {
		query->store->held = *query;
		query->stmt = NULL;
	}
	egov__query_close(query);
	if (rc == EGOV_OK)
		*found = some;
	return rc;
}

enum egov_status egov__find_text(struct egov_store *store, const struct egov__find *find,
                                 const char *key, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, find->sql, find->what, &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, key);
	return egov__query_get(&query, find->read, find->row, find->found, err);
}

enum egov_status egov__find_number(struct egov_store *store, const struct egov__find *find,
                                   uint64_t key, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, find->sql, find->what, &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, key);
	return egov__query_get(&query, find->read, find->row, find->found, err);
}

enum egov_status egov__find_blob(struct egov_store *store, const struct egov__find *find,
                                 struct egov_slice key, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, find->sql, find->what, &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, key);
	return egov__query_get(&query, find->read, find->row, find->found, err);
}

static void read_number(struct egov__query *query, void *row)
{
	*(uint64_t *)row = egov__column_number(query);
}

enum egov_status egov__store_number(struct egov_store *store, const char *sql, uint64_t *value,
                                    struct egov_error *err)
{
	struct egov__query query;
	uint64_t number = 0;
	enum egov_status rc = egov__query_read(store, sql, "ledger", &query, err);

	if (rc != EGOV_OK)
		return rc;
	if (egov__query_next(&query, read_number, &number, &rc, err))
		*value = number;
	egov__query_close(&query);
	return rc;
}
