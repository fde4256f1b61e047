/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <string.h>

#include "crypto/sm3.h"

#define PUBLIC "SELECT journal.seq, time, kind, actor, source, subject, body, commitment, leaf, "
#define COLUMNS PUBLIC "blob, digest FROM journal LEFT JOIN sealed ON sealed.seq = journal.seq "

static void read_entry(struct egov__query *query, void *to)
{
	struct egov__journal_row *row = to;

	row->seq = egov__column_number(query);
	row->time = egov__column_time(query);
	row->kind = egov__column_text(query);
	row->actor = egov__column_text(query);
	row->source = egov__column_text(query);
	row->subject = egov__column_text(query);
	row->body = egov__column_text(query);
	row->has_commitment = !egov__column_is_null(query);
	memset(row->commitment, 0, sizeof(row->commitment));
	if (row->has_commitment)
		egov__column_digest(query, row->commitment);
	else
		(void)egov__column_blob(query);
	egov__column_digest(query, row->leaf);
	row->sealed = egov__column_blob(query);
	row->has_sealed_digest = !egov__column_is_null(query);
	if (row->has_sealed_digest)
		egov__column_digest(query, row->sealed_digest);
}

static enum egov_status add_entry(struct egov_store *store, const struct egov__journal_row *row,
                                  struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO journal(seq, time, kind, actor, source, subject, body, commitment,"
		" leaf)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "journal entry", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->seq);
	egov__query_time(&query, row->time);
	egov__query_text(&query, row->kind);
	egov__query_text(&query, row->actor);
	egov__query_text(&query, row->source);
	egov__query_text(&query, row->subject);
	egov__query_text(&query, row->body);
	egov__query_optional(&query, row->has_commitment
	                                     ? EGOV__SLICE(row->commitment)
	                                     : EGOV__NO_SLICE);
	egov__query_digest(&query, row->leaf);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_journal_append(struct egov_store *store,
                                            const struct egov__journal_row *row,
                                            struct egov_error *err)
{
	const enum egov_status rc = add_entry(store, row, err);

	return rc == EGOV_OK && row->sealed.size > 0 ? egov__store_sealed_put(store, row, err) : rc;
}

enum egov_status egov__store_sealed_put(struct egov_store *store,
                                        const struct egov__journal_row *row,
                                        struct egov_error *err)
{
	static const char sql[] = "INSERT INTO sealed(seq, blob, digest) VALUES(?1, ?2, ?3)"
	                          " ON CONFLICT(seq) DO NOTHING";
	struct egov__query query;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&row->sealed, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__query_write(store, sql, "sealed blob", &query, err);
	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->seq);
	egov__query_blob(&query, row->sealed);
	egov__query_digest(&query, digest);
	return egov__query_run(&query, err);
}

static enum egov_status tell(struct egov__query *query, egov__journal_fn *fn, void *user,
                             struct egov_error *err)
{
	struct egov__journal_row row;
	enum egov_status rc = EGOV_OK;

	while (egov__query_next(query, read_entry, &row, &rc, err)
	       && (rc = egov__shelf_entry(query, &row, err)) == EGOV_OK
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(query);
	return rc;
}

/* What is not asked for is NULL.  The rows have all of this of archived entries too: no archive
 * is opened for one that does not fit. */
#define FITS                                                                                      \
	" AND (?2 IS NULL OR time >= ?2) AND (?3 IS NULL OR time < ?3)"                            \
	" AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR actor = ?5) ORDER BY journal.seq"

enum egov_status egov__store_journal_search(struct egov_store *store,
                                            const struct egov__journal_query *wanted,
                                            egov__journal_fn *fn, void *user,
                                            struct egov_error *err)
{
	static const char all[] = COLUMNS "WHERE ?1 IS NULL" FITS;
	static const char about[] = COLUMNS "WHERE subject = ?1" FITS;
	static const char holder[] =
		COLUMNS "WHERE subject IN (SELECT lower(hex(serial)) FROM certificate AS c"
			" WHERE instr(c.subject, ?1) > 0)" FITS;
	const char *const sql = wanted->holder != NULL    ? holder
	                        : wanted->subject != NULL ? about
	                                                  : all;
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text_or_null(&query, wanted->holder != NULL ? wanted->holder : wanted->subject);
	egov__query_time(&query, wanted->from);
	egov__query_time(&query, wanted->to);
	egov__query_text_or_null(&query, wanted->kind);
	egov__query_text_or_null(&query, wanted->actor);
	return tell(&query, fn, user, err);
}

enum egov_status egov__store_journal_one(struct egov_store *store, uint64_t seq,
                                         egov__journal_fn *fn, void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE journal.seq = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, seq);
	return tell(&query, fn, user, err);
}

static void read_seq(struct egov__query *query, void *to)
{
	*(uint64_t *)to = egov__column_number(query);
}

enum egov_status egov__store_journal_since(struct egov_store *store, uint64_t from, egov_time time,
                                           uint64_t *seq, bool *found, struct egov_error *err)
{
	static const char sql[] =
		"SELECT seq FROM journal WHERE seq >= ?1 AND time >= ?2 ORDER BY seq LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, from);
	egov__query_time(&query, time);
	return egov__query_get(&query, read_seq, seq, found, err);
}

enum egov_status egov__store_journal_walk(struct egov_store *store, uint64_t from,
                                          const char *subject, egov__journal_fn *fn, void *user,
                                          struct egov_error *err)
{
	static const char all[] = COLUMNS "WHERE journal.seq >= ?1 ORDER BY journal.seq";
	static const char some[] =
		COLUMNS "WHERE journal.seq >= ?1 AND subject = ?2 ORDER BY journal.seq";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, subject == NULL ? all : some, "journal", &query,
	                                       err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, from);
	if (subject != NULL)
		egov__query_text(&query, subject);
	return tell(&query, fn, user, err);
}

enum egov_status egov__store_journal_about(struct egov_store *store, const char *subject,
                                           egov__journal_fn *fn, void *user,
                                           struct egov_error *err)
{
	static const char sql[] = PUBLIC "NULL, NULL FROM journal WHERE subject = ?1 ORDER BY seq";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, subject);
	return tell(&query, fn, user, err);
}

enum egov_status egov__store_journal_last(struct egov_store *store, struct egov__journal_row *row,
                                          bool *found, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY journal.seq DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "journal", &query, err);

	if (rc == EGOV_OK)
		rc = egov__query_get(&query, read_entry, row, found, err);
	return rc == EGOV_OK && *found ? egov__shelf_entry(&store->held, row, err) : rc;
}

/* --- checkpoints --- */

static void read_checkpoint(struct egov__query *query, void *to)
{
	struct egov__checkpoint_row *row = to;

	row->size = egov__column_number(query);
	egov__column_digest(query, row->root);
	row->time = egov__column_time(query);
	row->signature = egov__column_blob(query);
}

enum egov_status egov__store_checkpoint_put(struct egov_store *store,
                                            const struct egov__checkpoint_row *row,
                                            struct egov_error *err)
{
	static const char sql[] = "INSERT INTO checkpoint(size, root, time, signature)"
	                          " VALUES(?1, ?2, ?3, ?4)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "checkpoint of this size", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->size);
	egov__query_digest(&query, row->root);
	egov__query_time(&query, row->time);
	egov__query_blob(&query, row->signature);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_checkpoint_last(struct egov_store *store,
                                             struct egov__checkpoint_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = "SELECT size, root, time, signature FROM checkpoint"
	                          " ORDER BY size DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "checkpoint", &query, err);

	return rc != EGOV_OK ? rc : egov__query_get(&query, read_checkpoint, row, found, err);
}

enum egov_status egov__store_checkpoint_count(struct egov_store *store, uint64_t *count,
                                              struct egov_error *err)
{
	return egov__store_number(store, "SELECT count(*) FROM checkpoint", count, err);
}

enum egov_status egov__store_checkpoint_from(struct egov_store *store, uint64_t size,
                                             struct egov__checkpoint_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = "SELECT size, root, time, signature FROM checkpoint"
	                          " WHERE size >= ?1 ORDER BY size LIMIT 1";
	const struct egov__find find = { sql, "checkpoint", read_checkpoint, row, found };

	return egov__find_number(store, &find, size, err);
}
