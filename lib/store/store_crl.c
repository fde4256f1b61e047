/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <inttypes.h>

#define COLUMNS                                                                                    \
	"SELECT number, intent, generation, this_update, next_update, entries, published, der"     \
	" FROM crl JOIN intent ON intent.id = crl.intent "

static void read_crl(struct egov__query *query, void *to)
{
	struct egov__crl_row *row = to;

	row->number = egov__column_number(query);
	row->intent = egov__column_number(query);
	row->generation = egov__column_number(query);
	row->this_update = egov__column_time(query);
	row->next_update = egov__column_time(query);
	row->entries = egov__column_number(query);
	row->published = egov__column_number(query) != 0;
	row->der = egov__column_blob(query);
}

enum egov_status egov__store_crl_add(struct egov_store *store, const struct egov__crl_row *row,
                                     struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO crl(number, intent, this_update, next_update, entries, published, der)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "CRL of this number or intent", &query,
	                                        err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->number);
	egov__query_number(&query, row->intent);
	egov__query_time(&query, row->this_update);
	egov__query_time(&query, row->next_update);
	egov__query_number(&query, row->entries);
	egov__query_number(&query, row->published);
	egov__query_blob(&query, row->der);
	return egov__query_run(&query, err);
}

/* now EGOV_TIME_NONE: the statement does not ask for it. */
static enum egov_status change(struct egov_store *store, const char *sql, uint64_t number,
                               egov_time now, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	if (now != EGOV_TIME_NONE)
		egov__query_time(&query, now);
	return egov__query_run(&query, err);
}

/* A revocation later than the list's intent has a higher position than it: it
 * may not leave with a list that it never stood on. */
enum egov_status egov__store_crl_published(struct egov_store *store, uint64_t number,
                                           egov_time now, struct egov_error *err)
{
	static const char publish[] = "UPDATE crl SET published = 1 WHERE number = ?1";
	static const char leave[] =
		"UPDATE revoked SET left_with = ?1 FROM"
		" (SELECT this_update, position AS upto, generation AS its FROM crl"
		" JOIN intent ON intent.id = crl.intent WHERE crl.number = ?1)"
		" WHERE left_with = 0 AND not_after < this_update AND this_update <= ?2"
		" AND position <= upto"
		" AND its = (SELECT generation FROM intent WHERE intent.serial = revoked.serial)";
	static const char leave_held[] =
		"UPDATE hold SET left_with = ?1 FROM"
		" (SELECT this_update, position AS upto, generation AS its FROM crl"
		" JOIN intent ON intent.id = crl.intent WHERE crl.number = ?1)"
		" WHERE left_with = 0 AND ended_at IS NULL AND not_after < this_update"
		" AND this_update <= ?2 AND hold.position <= upto"
		" AND its = (SELECT generation FROM intent WHERE intent.serial = hold.serial)";
	enum egov_status rc = change(store, publish, number, EGOV_TIME_NONE, err);

	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: there is no CRL number %" PRIu64,
		                    store->path, number);
	if (rc == EGOV_OK)
		rc = change(store, leave, number, now, err);
	return rc == EGOV_OK ? change(store, leave_held, number, now, err) : rc;
}

enum egov_status egov__store_crl_last(struct egov_store *store, uint64_t generation,
                                      struct egov__crl_row *row, bool *found,
                                      struct egov_error *err)
{
	static const char sql[] =
		COLUMNS "WHERE ?1 IN (0, generation) ORDER BY number DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, generation);
	return egov__query_get(&query, read_crl, row, found, err);
}

enum egov_status egov__store_crl_get(struct egov_store *store, uint64_t number,
                                     struct egov__crl_row *row, bool *found,
                                     struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE number = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	return egov__query_get(&query, read_crl, row, found, err);
}

enum egov_status egov__store_crl_walk(struct egov_store *store, egov__crl_fn *fn, void *user,
                                      struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY number";
	struct egov__query query;
	struct egov__crl_row row;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_crl, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
