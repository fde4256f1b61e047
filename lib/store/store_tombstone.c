/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS "SELECT serial, subject, coalesce(application, ''), purge, state FROM tombstone "

static void read_tombstone(struct egov__query *query, void *to)
{
	struct egov__tombstone_row *row = to;

	row->serial = egov__column_blob(query);
	row->subject = egov__column_text(query);
	row->application = egov__column_text(query);
	row->purge = egov__column_number(query);
	row->state = (enum egov__tombstone_state)egov__column_number(query);
}

enum egov_status egov__store_tombstone_add(struct egov_store *store,
                                           const struct egov__tombstone_row *row,
                                           struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO tombstone(serial, subject, application, purge, state)"
		" VALUES(?1, ?2, nullif(?3, ''), " EGOV__NEXT_POSITION " - 1, 1)";
	struct egov__query query;
	enum egov_status rc =
		egov__query_write(store, sql, "tombstone of this serial", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->serial);
	egov__query_text(&query, row->subject);
	egov__query_text(&query, row->application);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_tombstone_get(struct egov_store *store, struct egov_slice serial,
                                           struct egov__tombstone_row *row, bool *found,
                                           struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1";
	const struct egov__find find = { sql, "tombstone", read_tombstone, row, found };

	return egov__find_blob(store, &find, serial, err);
}

enum egov_status egov__store_tombstone_about(struct egov_store *store, const char *subject,
                                             struct egov__tombstone_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE subject = ?1 OR application = ?1 LIMIT 1";
	const struct egov__find find = { sql, "tombstone", read_tombstone, row, found };

	return egov__find_text(store, &find, subject, err);
}

enum egov_status egov__store_tombstone_first(struct egov_store *store,
                                             enum egov__tombstone_state state,
                                             struct egov__tombstone_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE state = ?1 ORDER BY purge DESC, serial LIMIT 1";
	const struct egov__find find = { sql, "tombstone", read_tombstone, row, found };

	return egov__find_number(store, &find, (uint64_t)state, err);
}

enum egov_status egov__store_tombstone_count(struct egov_store *store, uint64_t *count,
                                             struct egov_error *err)
{
	return egov__store_number(store, "SELECT count(*) FROM tombstone", count, err);
}

enum egov_status egov__store_tombstone_walk(struct egov_store *store, uint64_t purge,
                                            egov__tombstone_fn *fn, void *user,
                                            struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE purge = ?1 ORDER BY serial";
	struct egov__query query;
	struct egov__tombstone_row row;
	enum egov_status rc = egov__query_read(store, sql, "tombstone", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, purge);
	while (egov__query_next(&query, read_tombstone, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

/* --- what is destroyed --- */

static enum egov_status change(struct egov_store *store, const char *sql, struct egov_slice serial,
                               const uint8_t *digest, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "record", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, serial);
	if (digest != NULL)
		egov__query_digest(&query, digest);
	return egov__query_run(&query, err);
}

#define NEXT_STATE(state) "UPDATE tombstone SET state = " state " + 1 WHERE serial = ?1 AND state = " state

enum egov_status egov__store_sealed_destroy(struct egov_store *store, struct egov_slice serial,
                                            struct egov_error *err)
{
#define OF(column) "(SELECT " column " FROM tombstone WHERE serial = ?1)"
	static const char destroy[] =
		"DELETE FROM sealed WHERE seq IN (SELECT seq FROM journal WHERE subject = " OF("subject")
		" OR subject = " OF("application") ") AND seq < " OF("purge");
#undef OF
	static const char next[] = NEXT_STATE("1");
	enum egov_status rc = change(store, destroy, serial, NULL, err);

	return rc == EGOV_OK ? change(store, next, serial, NULL, err) : rc;
}

enum egov_status egov__store_objects_destroy(struct egov_store *store, struct egov_slice serial,
                                             const uint8_t certificate[32], const uint8_t *answer,
                                             struct egov_error *err)
{
	static const char object[] =
		"UPDATE certificate SET subject = '', der = ?2 WHERE serial = ?1";
	static const char pair[] = "UPDATE pair SET answer = ?2 WHERE sign_serial = ?1";
	static const char *const others[] = {
		"UPDATE key_request SET der = digest WHERE application ="
		" (SELECT application FROM tombstone WHERE serial = ?1)",
		"UPDATE revoked SET requested_by = '', salt = zeroblob(32) WHERE serial = ?1",
		"UPDATE hold SET requested_by = '', salt = zeroblob(32), end_requested_by = '',"
		" end_salt = zeroblob(32) WHERE serial = ?1",
		NEXT_STATE("2"),
	};
	enum egov_status rc = change(store, object, serial, certificate, err);

	if (rc == EGOV_OK && answer != NULL)
		rc = change(store, pair, serial, answer, err);
	for (size_t i = 0; rc == EGOV_OK && i < sizeof(others) / sizeof(others[0]); i++)
		rc = change(store, others[i], serial, NULL, err);
	return rc;
}

enum egov_status egov__store_scrub(struct egov_store *store, struct egov_error *err)
{
	return egov__store_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}
