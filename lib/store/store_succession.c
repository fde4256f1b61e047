/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS "SELECT intent, operation, predecessor, consent FROM succession "

static void read_succession(struct egov__query *query, void *to)
{
	struct egov__succession_row *row = to;

	row->intent = egov__column_number(query);
	row->operation = (int)egov__column_number(query);
	row->predecessor = egov__column_blob(query);
	row->consent = egov__column_blob(query);
	if (row->operation < 1 || row->operation > 3)
		query->damaged = true;
}

enum egov_status egov__store_succession_add(struct egov_store *store,
                                            const struct egov__succession_row *row,
                                            struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO succession(intent, operation, predecessor, consent)"
		" VALUES(?1, ?2, ?3, ?4)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "succession of this intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->intent);
	egov__query_number(&query, (uint64_t)row->operation);
	egov__query_blob(&query, row->predecessor);
	egov__query_blob(&query, row->consent);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_succession_get(struct egov_store *store, uint64_t intent,
                                            struct egov__succession_row *row, bool *found,
                                            struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE intent = ?1";
	const struct egov__find find = { sql, "succession", read_succession, row, found };

	return egov__find_number(store, &find, intent, err);
}

enum egov_status egov__store_successor_get(struct egov_store *store, struct egov_slice predecessor,
                                           struct egov__succession_row *row, bool *found,
                                           struct egov_error *err)
{
	static const char sql[] = COLUMNS
		"WHERE predecessor = ?1 AND (SELECT state FROM intent WHERE id = succession.intent) < 3";
	const struct egov__find find = { sql, "succession", read_succession, row, found };

	return egov__find_blob(store, &find, predecessor, err);
}

enum egov_status egov__store_succession_walk(struct egov_store *store, egov__succession_fn *fn,
                                             void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY intent";
	struct egov__query query;
	struct egov__succession_row row;
	enum egov_status rc = egov__query_read(store, sql, "succession", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_succession, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

/* --- counts --- */

/* The order is that of struct egov__life_counts. */
static void read_counts(struct egov__query *query, void *to)
{
	uint64_t *const counts = to;

	for (size_t i = 0; i < sizeof(struct egov__life_counts) / sizeof(uint64_t); i++)
		counts[i] = egov__column_number(query);
}

enum egov_status egov__store_life_counts(struct egov_store *store, egov_time from, egov_time to,
                                         struct egov__life_counts *counts, struct egov_error *err)
{
#define MADE(operation)                                                                            \
	"(SELECT count(*) FROM certificate JOIN succession USING (intent)"                         \
	" WHERE issued_at >= ?1 AND issued_at < ?2 AND operation = " operation "), "
	static const char sql[] =
		"SELECT (SELECT count(*) FROM certificate WHERE issued_at >= ?1 AND issued_at < ?2"
		" AND intent NOT IN (SELECT intent FROM succession)), " MADE("1") MADE("2") MADE("3")
		"(SELECT count(*) FROM hold WHERE held_at >= ?1 AND held_at < ?2), "
		"(SELECT count(*) FROM hold WHERE ended_at >= ?1 AND ended_at < ?2 AND ending = 1), "
		"(SELECT count(*) FROM revoked WHERE revoked_at >= ?1 AND revoked_at < ?2), "
		"(SELECT count(*) FROM certificate WHERE not_after >= ?1 AND not_after < ?2)";
#undef MADE
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "counts", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_time(&query, from);
	egov__query_time(&query, to);
	(void)egov__query_next(&query, read_counts, counts, &rc, err);
	egov__query_close(&query);
	return rc;
}
