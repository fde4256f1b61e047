/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

struct value {
	const char *name;
	struct egov_slice bytes;
};

static void read_value(struct egov__query *query, void *row)
{
	struct value *value = row;

	value->name = egov__column_text(query);
	value->bytes = egov__column_blob(query);
}

enum egov_status egov__store_meta_get(struct egov_store *store, const char *name,
                                      struct egov_buf *out, bool *found, struct egov_error *err)
{
	static const char sql[] = "SELECT name, value FROM meta WHERE name = ?1";
	struct egov__query query;
	struct value value;
	bool some;
	enum egov_status rc = egov__query_read(store, sql, "meta", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, name);
	some = egov__query_next(&query, read_value, &value, &rc, err);
	if (some) {
		egov__buf_slice(out, value.bytes);
		/* Nobody put there more than it has room for who reads it. */
		rc = egov_error_altered(err, egov__buf_check(out, err));
		if (rc == EGOV_E_CORRUPT)
			rc = egov_error_prefix(err, rc, "%s: meta: %s", store->path, name);
	}
	egov__query_close(&query);
	if (rc == EGOV_OK)
		*found = some;
	return rc;
}

enum egov_status egov__store_meta_put(struct egov_store *store, const char *name,
                                      struct egov_slice bytes, struct egov_error *err)
{
	static const char sql[] = "INSERT INTO meta(name, value) VALUES(?1, ?2)"
	                          " ON CONFLICT(name) DO UPDATE SET value = excluded.value";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "meta", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, name);
	egov__query_blob(&query, bytes);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_meta_walk(struct egov_store *store, egov__meta_fn *fn, void *user,
                                       struct egov_error *err)
{
	static const char sql[] = "SELECT name, value FROM meta ORDER BY name";
	struct egov__query query;
	struct value value;
	enum egov_status rc = egov__query_read(store, sql, "meta", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_value, &value, &rc, err)
	       && (rc = fn(user, value.name, value.bytes, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

/* --- counters --- */

static void read_number(struct egov__query *query, void *row)
{
	*(uint64_t *)row = egov__column_number(query);
}

static enum egov_status one_number(struct egov__query *query, const char *name, uint64_t *value,
                                   struct egov_error *err)
{
	enum egov_status rc;
	uint64_t number = 0;

	egov__query_text(query, name);
	(void)egov__query_next(query, read_number, &number, &rc, err);
	egov__query_close(query);
	if (rc == EGOV_OK)
		*value = number;
	return rc;
}

static enum egov_status count_one(struct egov_store *store, const char *sql, const char *name,
                                  struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "counter", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, name);
	return egov__query_run(&query, err);
}

/* One statement with RETURNING would say the same, and make a table for its answer each time. */
enum egov_status egov__store_counter_next(struct egov_store *store, const char *name,
                                          uint64_t *value, struct egov_error *err)
{
	static const char next[] = "UPDATE counter SET value = value + 1 WHERE name = ?1";
	static const char first[] = "INSERT INTO counter(name, value) VALUES(?1, 1)";
	enum egov_status rc = count_one(store, next, name, err);

	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = count_one(store, first, name, err);
	return rc == EGOV_OK ? egov__store_counter_get(store, name, value, err) : rc;
}

enum egov_status egov__store_counter_get(struct egov_store *store, const char *name,
                                         uint64_t *value, struct egov_error *err)
{
	static const char sql[] = "SELECT value FROM counter WHERE name = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "counter", &query, err);

	return rc != EGOV_OK ? rc : one_number(&query, name, value, err);
}

enum egov_status egov__store_counter_raise(struct egov_store *store, const char *name,
                                           uint64_t value, struct egov_error *err)
{
	static const char sql[] = "INSERT INTO counter(name, value) VALUES(?1, ?2) ON CONFLICT(name)"
	                          " DO UPDATE SET value = excluded.value WHERE value < excluded.value";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "counter", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, name);
	egov__query_number(&query, value);
	return egov__query_run(&query, err);
}
