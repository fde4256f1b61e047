/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS                                                                                    \
	"SELECT list, number, issuer_digest, this_update, next_update, entries, gone, actor, time,"\
	" published_at, der FROM imported "

static void read_imported(struct egov__query *query, void *to)
{
	struct egov__imported_row *row = to;

	row->list = egov__column_text(query);
	row->number = egov__column_number(query);
	egov__column_digest(query, row->issuer_digest);
	row->this_update = egov__column_time(query);
	row->next_update = egov__column_time(query);
	row->entries = egov__column_number(query);
	row->gone = egov__column_text(query);
	row->actor = egov__column_text(query);
	row->time = egov__column_time(query);
	row->published_at = egov__column_time(query);
	row->der = egov__column_blob(query);
}

enum egov_status egov__store_imported_add(struct egov_store *store,
                                          const struct egov__imported_row *row,
                                          struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO imported(list, number, issuer_digest, this_update, next_update, entries,"
		" gone, actor, time, der) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "imported list of this number", &query,
	                                        err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, row->list);
	egov__query_number(&query, row->number);
	egov__query_digest(&query, row->issuer_digest);
	egov__query_time(&query, row->this_update);
	egov__query_time(&query, row->next_update);
	egov__query_number(&query, row->entries);
	egov__query_text(&query, row->gone);
	egov__query_text(&query, row->actor);
	egov__query_time(&query, row->time);
	egov__query_blob(&query, row->der);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_imported_published(struct egov_store *store, const char *list,
                                                uint64_t number, egov_time now,
                                                struct egov_error *err)
{
	static const char sql[] = "UPDATE imported SET published_at = coalesce(published_at, ?3)"
		" WHERE list = ?1 AND number = ?2";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "imported list", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, list);
	egov__query_number(&query, number);
	egov__query_time(&query, now);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_imported_last(struct egov_store *store, const char *list,
                                           struct egov__imported_row *row, bool *found,
                                           struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE list = ?1 ORDER BY number DESC LIMIT 1";
	const struct egov__find find = { sql, "imported list", read_imported, row, found };

	return egov__find_text(store, &find, list, err);
}

enum egov_status egov__store_imported_walk(struct egov_store *store, egov__imported_fn *fn,
                                           void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY list, number";
	struct egov__query query;
	struct egov__imported_row row;
	enum egov_status rc = egov__query_read(store, sql, "imported list", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_imported, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
