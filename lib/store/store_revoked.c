/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <stdlib.h>

#define COLUMNS                                                                                    \
	"SELECT serial, revoked_at, reason, invalidity_date, not_after, requested_by, key_digest," \
	" salt, position, left_with, 0 FROM revoked "
/* ?1: the generation of the CA's key whose list it is, 0 for all. */
#define OF_GENERATION(table)                                                                       \
	"AND (?1 = 0 OR ?1 = (SELECT generation FROM intent WHERE intent.serial = " table ".serial)) "
#define LISTED "WHERE left_with = 0 " OF_GENERATION("revoked")

/* What is on hold stands on the lists as certificateHold (RFC 5280, 5.3.1). */
#define HOLDS                                                                                      \
	"UNION ALL SELECT serial, held_at, 6, NULL, not_after, requested_by, zeroblob(32), salt,"  \
	" position, left_with, end_position FROM hold "
#define ON_HOLD "WHERE ended_at IS NULL AND left_with = 0 " OF_GENERATION("hold")

static void read_revoked(struct egov__query *query, void *to)
{
	struct egov__revoked_row *row = to;

	row->serial = egov__column_blob(query);
	row->revoked_at = egov__column_time(query);
	row->reason = (int)egov__column_number(query);
	row->invalidity_date = egov__column_time(query);
	row->not_after = egov__column_time(query);
	row->requested_by = egov__column_text(query);
	egov__column_digest(query, row->key_digest);
	egov__column_digest(query, row->salt);
	row->position = egov__column_number(query);
	row->left_with = egov__column_number(query);
	row->end_position = egov__column_number(query);
}

enum egov_status egov__store_revoked_add(struct egov_store *store,
                                         const struct egov__revoked_row *row,
                                         struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO revoked(serial, revoked_at, reason, invalidity_date, not_after,"
		" requested_by, key_digest, salt, position) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
		" (SELECT coalesce(max(seq) + 1, 0) FROM journal))";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "revocation of this serial", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->serial);
	egov__query_time(&query, row->revoked_at);
	egov__query_number(&query, (uint64_t)row->reason);
	egov__query_time(&query, row->invalidity_date);
	egov__query_time(&query, row->not_after);
	egov__query_text(&query, row->requested_by);
	egov__query_digest(&query, row->key_digest);
	egov__query_digest(&query, row->salt);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_revoked_get(struct egov_store *store, struct egov_slice serial,
                                         struct egov__revoked_row *row, bool *found,
                                         struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, serial);
	return egov__query_get(&query, read_revoked, row, found, err);
}

enum egov_status egov__store_compromised_get(struct egov_store *store,
                                             const uint8_t key_digest[32],
                                             struct egov__revoked_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE key_digest = ?1 AND reason IN (1, 2, 10) LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_digest(&query, key_digest);
	return egov__query_get(&query, read_revoked, row, found, err);
}

static void read_count(struct egov__query *query, void *to)
{
	*(uint64_t *)to = egov__column_number(query);
}

enum egov_status egov__store_revoked_count(struct egov_store *store, uint64_t generation,
                                           uint64_t *count, struct egov_error *err)
{
	static const char sql[] = "SELECT (SELECT count(*) FROM revoked " LISTED ")"
	                          " + (SELECT count(*) FROM hold " ON_HOLD ")";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, generation);
	(void)egov__query_next(&query, read_count, count, &rc, err);
	egov__query_close(&query);
	return rc;
}

/* How many rows the statement changes, added to count. */
static enum egov_status relist(struct egov_store *store, const char *sql, egov_time now,
                               uint64_t *count, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_time(&query, now);
	rc = egov__query_run(&query, err);
	if (rc == EGOV_OK)
		*count += (uint64_t)sqlite3_changes(store->db);
	return rc;
}

enum egov_status egov__store_revoked_relist(struct egov_store *store, egov_time now,
                                            uint64_t *count, struct egov_error *err)
{
#define TO_COME "left_with IN (SELECT number FROM crl WHERE this_update > ?1)"
	static const char revoked[] = "UPDATE revoked SET left_with = 0 WHERE " TO_COME;
	static const char held[] =
		"UPDATE hold SET left_with = 0 WHERE ended_at IS NULL AND " TO_COME;
#undef TO_COME
	uint64_t relisted = 0;
	enum egov_status rc = relist(store, revoked, now, &relisted, err);

	if (rc == EGOV_OK)
		rc = relist(store, held, now, &relisted, err);
	if (rc == EGOV_OK)
		*count = relisted;
	return rc;
}

/* --- walks --- */

struct egov__revoked_cursor {
	struct egov__query query;
};

enum egov_status egov__store_revoked_open(struct egov_store *store, uint64_t generation,
                                          struct egov__revoked_cursor **out,
                                          struct egov_error *err)
{
	static const char listed[] = COLUMNS LISTED HOLDS ON_HOLD "ORDER BY 1";
	struct egov__revoked_cursor *cursor = calloc(1, sizeof(*cursor));
	enum egov_status rc;

	if (cursor == NULL)
		return egov_error_nomem(err);
	rc = egov__query_read(store, listed, "revocation", &cursor->query, err);
	if (rc == EGOV_OK) {
		egov__query_number(&cursor->query, generation);
		*out = cursor;
	} else {
		free(cursor);
	}
	return rc;
}

enum egov_status egov__store_revoked_next(struct egov__revoked_cursor *cursor,
                                          struct egov__revoked_row *row, bool *found,
                                          struct egov_error *err)
{
	enum egov_status rc;
	const bool some = egov__query_next(&cursor->query, read_revoked, row, &rc, err);

	if (rc == EGOV_OK)
		*found = some;
	return rc;
}

void egov__store_revoked_close(struct egov__revoked_cursor *cursor)
{
	if (cursor == NULL)
		return;
	egov__query_close(&cursor->query);
	free(cursor);
}

static enum egov_status walk(struct egov_store *store, const char *sql, egov__revoked_fn *fn,
                             void *user, struct egov_error *err)
{
	struct egov__query query;
	struct egov__revoked_row row;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_revoked, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_revoked_walk_all(struct egov_store *store, egov__revoked_fn *fn,
                                              void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY serial";

	return walk(store, sql, fn, user, err);
}

enum egov_status egov__store_revoked_walk_history(struct egov_store *store, egov__revoked_fn *fn,
                                                  void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS HOLDS "ORDER BY 1, 9";

	return walk(store, sql, fn, user, err);
}
