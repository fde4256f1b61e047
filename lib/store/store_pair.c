/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

/* --- what a centre was asked --- */

#define REQUESTS "SELECT application, time, actor, digest, der FROM key_request "

static void read_request(struct egov__query *query, void *to)
{
	struct egov__key_request_row *row = to;

	row->application = egov__column_text(query);
	row->time = egov__column_time(query);
	row->actor = egov__column_text(query);
	egov__column_digest(query, row->digest);
	row->der = egov__column_blob(query);
}

enum egov_status egov__store_key_request_add(struct egov_store *store,
                                             const struct egov__key_request_row *row,
                                             struct egov_error *err)
{
	static const char sql[] = "INSERT INTO key_request(application, time, actor, digest, der)"
	                          " VALUES(?1, ?2, ?3, ?4, ?5)";
	struct egov__query query;
	enum egov_status rc =
		egov__query_write(store, sql, "key request of this application", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, row->application);
	egov__query_time(&query, row->time);
	egov__query_text(&query, row->actor);
	egov__query_digest(&query, row->digest);
	egov__query_blob(&query, row->der);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_key_request_get(struct egov_store *store, const char *application,
                                             struct egov__key_request_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = REQUESTS "WHERE application = ?1";
	const struct egov__find find = { sql, "key request", read_request, row, found };

	return egov__find_text(store, &find, application, err);
}

enum egov_status egov__store_key_request_walk(struct egov_store *store, egov__key_request_fn *fn,
                                              void *user, struct egov_error *err)
{
	static const char sql[] = REQUESTS "ORDER BY rowid";
	struct egov__query query;
	struct egov__key_request_row row;
	enum egov_status rc = egov__query_read(store, sql, "key request", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_request, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

/* --- pairs --- */

#define PAIRS "SELECT sign_serial, encrypt_serial, application, time, key_digest, answer, centre FROM pair "

static void read_pair(struct egov__query *query, void *to)
{
	struct egov__pair_row *row = to;

	row->sign_serial = egov__column_blob(query);
	row->encrypt_serial = egov__column_blob(query);
	row->application = egov__column_text(query);
	row->time = egov__column_time(query);
	egov__column_digest(query, row->key_digest);
	row->answer = egov__column_blob(query);
	row->centre = egov__column_blob(query);
}

enum egov_status egov__store_pair_add(struct egov_store *store, const struct egov__pair_row *row,
                                      struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO pair(sign_serial, encrypt_serial, application, time, key_digest, answer,"
		" centre) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	struct egov__query query;
	enum egov_status rc =
		egov__query_write(store, sql, "pair of these certificates", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->sign_serial);
	egov__query_blob(&query, row->encrypt_serial);
	egov__query_text(&query, row->application);
	egov__query_time(&query, row->time);
	egov__query_digest(&query, row->key_digest);
	egov__query_blob(&query, row->answer);
	egov__query_blob(&query, row->centre);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_pair_get(struct egov_store *store, struct egov_slice serial,
                                      struct egov__pair_row *row, bool *found,
                                      struct egov_error *err)
{
	static const char sql[] = PAIRS "WHERE sign_serial = ?1 OR encrypt_serial = ?1";
	const struct egov__find find = { sql, "pair", read_pair, row, found };

	return egov__find_blob(store, &find, serial, err);
}

enum egov_status egov__store_pair_of(struct egov_store *store, const char *application,
                                     struct egov__pair_row *row, bool *found,
                                     struct egov_error *err)
{
	static const char sql[] = PAIRS "WHERE application = ?1";
	const struct egov__find find = { sql, "pair", read_pair, row, found };

	return egov__find_text(store, &find, application, err);
}

enum egov_status egov__store_pair_walk(struct egov_store *store, egov__pair_fn *fn, void *user,
                                       struct egov_error *err)
{
	static const char sql[] = PAIRS "ORDER BY rowid";
	struct egov__query query;
	struct egov__pair_row row;
	enum egov_status rc = egov__query_read(store, sql, "pair", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_pair, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
