/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS "SELECT number, revision, first, entries, moved, digest FROM segment "

static void read_segment(struct egov__query *query, void *to)
{
	struct egov__segment_row *row = to;

	row->number = egov__column_number(query);
	row->revision = egov__column_number(query);
	row->first = egov__column_number(query);
	row->entries = egov__column_number(query);
	row->moved = egov__column_number(query);
	egov__column_digest(query, row->digest);
}

enum egov_status egov__store_segment_add(struct egov_store *store,
                                         const struct egov__segment_row *row,
                                         struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO segment(number, revision, first, entries, moved, digest)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "archive", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->number);
	egov__query_number(&query, row->revision);
	egov__query_number(&query, row->first);
	egov__query_number(&query, row->entries);
	egov__query_number(&query, row->moved);
	egov__query_digest(&query, row->digest);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_segment_put(struct egov_store *store,
                                         const struct egov__segment_row *row,
                                         struct egov_error *err)
{
	static const char sql[] =
		"UPDATE segment SET revision = ?2, moved = ?3, digest = ?4 WHERE number = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "archive", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->number);
	egov__query_number(&query, row->revision);
	egov__query_number(&query, row->moved);
	egov__query_digest(&query, row->digest);
	return egov__query_run(&query, err);
}

/* A statement about one number that changes something. */
static enum egov_status change(struct egov_store *store, const char *sql, uint64_t number,
                               struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "archive", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_segment_drop(struct egov_store *store, uint64_t number,
                                          struct egov_error *err)
{
	static const char sql[] = "DELETE FROM segment WHERE number = ?1";

	return change(store, sql, number, err);
}

enum egov_status egov__store_segment_get(struct egov_store *store, uint64_t number,
                                         struct egov__segment_row *row, bool *found,
                                         struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE ?1 IN (0, number) ORDER BY number DESC LIMIT 1";
	const struct egov__find find = { sql, "archive", read_segment, row, found };

	return egov__find_number(store, &find, number, err);
}

enum egov_status egov__store_segment_walk(struct egov_store *store, egov__segment_fn *fn,
                                          void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY number";
	struct egov__query query;
	struct egov__segment_row row;
	enum egov_status rc = egov__query_read(store, sql, "archive", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_segment, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_segment_tainted(struct egov_store *store, uint64_t number,
                                             struct egov__segment_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] =
		COLUMNS "WHERE number > ?1 AND EXISTS (SELECT 1 FROM tombstone WHERE state < 3)"
			" AND EXISTS (SELECT 1 FROM tombstone JOIN journal"
			" ON journal.subject IN (tombstone.subject, application)"
			" WHERE state < 3 AND seq BETWEEN first AND first + entries - 1)"
			" ORDER BY number LIMIT 1";
	const struct egov__find find = { sql, "archive", read_segment, row, found };

	return egov__find_number(store, &find, number, err);
}

/* --- rows that were moved --- */

enum egov_status egov__store_entry_move(struct egov_store *store, uint64_t seq,
                                        struct egov_error *err)
{
	static const char entry[] =
		"UPDATE journal SET source = '', body = '', commitment = NULL WHERE seq = ?1";
	static const char sealed[] = "DELETE FROM sealed WHERE seq = ?1";
	enum egov_status rc = change(store, entry, seq, err);

	return rc == EGOV_OK ? change(store, sealed, seq, err) : rc;
}

/* der NULL: the statement has no place for it. */
static enum egov_status change_certificate(struct egov_store *store, const char *sql,
                                           struct egov_slice serial, const struct egov_slice *der,
                                           struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "certificate", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, serial);
	if (der != NULL)
		egov__query_blob(&query, *der);
	return egov__query_run(&query, err);
}

/* What was destroyed has a digest in the place of the certificate. */
enum egov_status egov__store_certificate_move(struct egov_store *store, struct egov_slice serial,
                                              struct egov_error *err)
{
	static const char sql[] =
		"UPDATE certificate SET der = x'' WHERE serial = ?1 AND is_ca = 0 AND length(der) > 32";

	return change_certificate(store, sql, serial, NULL, err);
}

enum egov_status egov__store_certificate_return(struct egov_store *store, struct egov_slice serial,
                                                struct egov_slice der, struct egov_error *err)
{
	static const char sql[] = "UPDATE certificate SET der = ?2 WHERE serial = ?1 AND der = x''";

	return change_certificate(store, sql, serial, &der, err);
}

enum egov_status egov__store_entry_return(struct egov_store *store,
                                          const struct egov__journal_row *row,
                                          struct egov_error *err)
{
	static const char entry[] = "UPDATE journal SET source = ?2, body = ?3, commitment = ?4"
	                            " WHERE seq = ?1 AND body = ''";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, entry, "journal entry", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->seq);
	egov__query_text(&query, row->source);
	egov__query_text(&query, row->body);
	egov__query_optional(&query, row->has_commitment ? EGOV__SLICE(row->commitment)
	                                                 : EGOV__NO_SLICE);
	rc = egov__query_run(&query, err);
	return rc == EGOV_OK && row->sealed.size > 0 ? egov__store_sealed_put(store, row, err) : rc;
}

static void read_number(struct egov__query *query, void *row)
{
	*(uint64_t *)row = egov__column_number(query);
}

enum egov_status egov__store_moved_count(struct egov_store *store, uint64_t from, uint64_t to,
                                         uint64_t *count, struct egov_error *err)
{
	static const char sql[] =
		"SELECT count(*) FROM journal WHERE seq >= ?1 AND seq < ?2 AND body = ''";
	struct egov__query query;
	uint64_t number = 0;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, from);
	egov__query_number(&query, to);
	if (egov__query_next(&query, read_number, &number, &rc, err))
		*count = number;
	egov__query_close(&query);
	return rc;
}

/* --- beside others --- */

enum egov_status egov__store_others(struct egov_store *store, uint64_t *mark,
                                    struct egov_error *err)
{
	return egov__store_number(store, "PRAGMA data_version", mark, err);
}

enum egov_status egov__store_compact(struct egov_store *store, struct egov_error *err)
{
	enum egov_status rc;

	egov__store_release(store);
	rc = egov__store_exec(store, "VACUUM", err);
	return rc == EGOV_OK ? egov__store_scrub(store, err) : rc;
}

enum egov_status egov__store_free_space(struct egov_store *store, uint64_t *octets,
                                        struct egov_error *err)
{
	uint64_t pages = 0, size = 0;
	enum egov_status rc = egov__store_number(store, "PRAGMA freelist_count", &pages, err);

	if (rc == EGOV_OK)
		rc = egov__store_number(store, "PRAGMA page_size", &size, err);
	if (rc == EGOV_OK)
		*octets = pages * size;
	return rc;
}
