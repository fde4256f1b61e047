/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS                                                                                    \
	"SELECT received, sender, receiver, number, digest, lost, actor, time, der FROM transfer "

static void read_transfer(struct egov__query *query, void *to)
{
	struct egov__transfer_row *row = to;

	row->received = egov__column_number(query) != 0;
	egov__column_digest(query, row->sender);
	egov__column_digest(query, row->receiver);
	row->number = egov__column_number(query);
	egov__column_digest(query, row->digest);
	row->lost = egov__column_number(query);
	row->actor = egov__column_text(query);
	row->time = egov__column_time(query);
	row->der = egov__column_blob(query);
}

enum egov_status egov__store_transfer_add(struct egov_store *store,
                                          const struct egov__transfer_row *row,
                                          struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO transfer(received, sender, receiver, number, digest, lost, actor, time, der)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "transfer packet of this number", &query,
	                                        err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->received);
	egov__query_digest(&query, row->sender);
	egov__query_digest(&query, row->receiver);
	egov__query_number(&query, row->number);
	egov__query_digest(&query, row->digest);
	egov__query_number(&query, row->lost);
	egov__query_text(&query, row->actor);
	egov__query_time(&query, row->time);
	egov__query_blob(&query, row->der);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_transfer_get(struct egov_store *store,
                                          const struct egov__transfer_key *key,
                                          struct egov__transfer_row *row, bool *found,
                                          struct egov_error *err)
{
	static const char sql[] = COLUMNS
		"WHERE received = ?1 AND sender = ?2 AND receiver = ?3 AND (?4 = 0 OR number = ?4)"
		" ORDER BY number DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "transfer packet", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, key->received);
	egov__query_digest(&query, key->sender);
	egov__query_digest(&query, key->receiver);
	egov__query_number(&query, key->number);
	return egov__query_get(&query, read_transfer, row, found, err);
}

enum egov_status egov__store_transfer_walk(struct egov_store *store, egov__transfer_fn *fn,
                                           void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY received, sender, receiver, number";
	struct egov__query query;
	struct egov__transfer_row row;
	enum egov_status rc = egov__query_read(store, sql, "transfer packet", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_transfer, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
