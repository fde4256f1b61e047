/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS                                                                                    \
	"SELECT id, name, roles, certificate_digest, key_digest, certificate, added_at, position," \
	" removed_at, removed_position FROM operator "

static void read_operator(struct egov__query *query, void *to)
{
	struct egov__operator_row *row = to;

	row->id = egov__column_number(query);
	row->name = egov__column_text(query);
	row->roles = (unsigned)egov__column_number(query);
	egov__column_digest(query, row->certificate_digest);
	egov__column_digest(query, row->key_digest);
	row->certificate = egov__column_blob(query);
	row->added_at = egov__column_time(query);
	row->position = egov__column_number(query);
	row->removed_at = egov__column_time(query);
	row->removed_position = egov__column_number(query);
}

enum egov_status egov__store_operator_add(struct egov_store *store,
                                          const struct egov__operator_row *row,
                                          struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO operator(name, roles, certificate_digest, key_digest, certificate,"
		" added_at, position) VALUES(?1, ?2, ?3, ?4, ?5, ?6,"
		" " EGOV__NEXT_POSITION ")";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "operator of this name", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, row->name);
	egov__query_number(&query, row->roles);
	egov__query_digest(&query, row->certificate_digest);
	egov__query_digest(&query, row->key_digest);
	egov__query_blob(&query, row->certificate);
	egov__query_time(&query, row->added_at);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_operator_remove(struct egov_store *store, uint64_t id, egov_time now,
                                             struct egov_error *err)
{
	static const char sql[] =
		"UPDATE operator SET removed_at = ?1,"
		" removed_position = " EGOV__NEXT_POSITION " WHERE id = ?2 AND removed_at IS NULL";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "operator", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_time(&query, now);
	egov__query_number(&query, id);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_operator_get(struct egov_store *store, const char *name,
                                          struct egov__operator_row *row, bool *found,
                                          struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE name = ?1 AND removed_at IS NULL";
	const struct egov__find find = { sql, "operator", read_operator, row, found };

	return egov__find_text(store, &find, name, err);
}

enum egov_status egov__store_operator_walk(struct egov_store *store, const char *name,
                                           egov__operator_fn *fn, void *user,
                                           struct egov_error *err)
{
	static const char all[] = COLUMNS "ORDER BY id";
	static const char one[] = COLUMNS "WHERE name = ?1 ORDER BY id";
	struct egov__query query;
	struct egov__operator_row row;
	enum egov_status rc =
		egov__query_read(store, name == NULL ? all : one, "operator", &query, err);

	if (rc != EGOV_OK)
		return rc;
	if (name != NULL)
		egov__query_text(&query, name);
	while (egov__query_next(&query, read_operator, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
