/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <inttypes.h>

#define COLUMNS                                                                                    \
	"SELECT id, serial, held_at, not_after, actor, requested_by, salt, generation, part,"      \
	" position, left_with, ending, ended_at, end_requested_by, end_salt, end_position"         \
	" FROM hold "

static void read_hold(struct egov__query *query, void *to)
{
	struct egov__hold_row *row = to;

	row->id = egov__column_number(query);
	row->serial = egov__column_blob(query);
	row->held_at = egov__column_time(query);
	row->not_after = egov__column_time(query);
	row->actor = egov__column_text(query);
	row->requested_by = egov__column_text(query);
	egov__column_digest(query, row->salt);
	row->generation = egov__column_number(query);
	row->part = egov__column_number(query);
	row->position = egov__column_number(query);
	row->left_with = egov__column_number(query);
	row->ending = (enum egov__hold_ending)egov__column_number(query);
	row->ended_at = egov__column_time(query);
	row->end_requested_by = egov__column_text(query);
	egov__column_digest(query, row->end_salt);
	row->end_position = egov__column_number(query);
	if (row->ending > EGOV__HOLD_REVOKED
	    || (row->ending == EGOV__HOLD_ON) != (row->ended_at == EGOV_TIME_NONE))
		query->damaged = true;
}

enum egov_status egov__store_hold_add(struct egov_store *store, const struct egov__hold_row *row,
                                      struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO hold(serial, held_at, not_after, actor, requested_by, salt, position,"
		" generation, part) VALUES(?1, ?2, ?3, ?4, ?5, ?6, " EGOV__NEXT_POSITION ", "
		EGOV__LIST_OF_SERIAL("?7", "?8") ")";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "hold on this serial", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->serial);
	egov__query_time(&query, row->held_at);
	egov__query_time(&query, row->not_after);
	egov__query_text(&query, row->actor);
	egov__query_text(&query, row->requested_by);
	egov__query_digest(&query, row->salt);
	egov__query_number(&query, row->generation);
	egov__query_number(&query, row->part);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_hold_end(struct egov_store *store, const struct egov__hold_row *row,
                                      struct egov_error *err)
{
	static const char sql[] =
		"UPDATE hold SET ending = ?1, ended_at = ?2, end_requested_by = ?3, end_salt = ?4,"
		" end_position = " EGOV__NEXT_POSITION " WHERE id = ?5 AND ended_at IS NULL";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "hold", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, (uint64_t)row->ending);
	egov__query_time(&query, row->ended_at);
	egov__query_text(&query, row->end_requested_by);
	egov__query_digest(&query, row->end_salt);
	egov__query_number(&query, row->id);
	rc = egov__query_run(&query, err);
	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: there is no open hold %" PRIu64,
		                    store->path, row->id);
	return rc;
}

enum egov_status egov__store_hold_get(struct egov_store *store, struct egov_slice serial,
                                      struct egov__hold_row *row, bool *found,
                                      struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1 AND ended_at IS NULL";
	const struct egov__find find = { sql, "hold", read_hold, row, found };

	return egov__find_blob(store, &find, serial, err);
}

enum egov_status egov__store_hold_walk(struct egov_store *store, struct egov_slice serial,
                                       egov__hold_fn *fn, void *user, struct egov_error *err)
{
	static const char all[] = COLUMNS "ORDER BY serial, id";
	static const char some[] = COLUMNS "WHERE serial = ?1 ORDER BY id";
	struct egov__query query;
	struct egov__hold_row row;
	enum egov_status rc = egov__query_read(store, serial.size == 0 ? all : some, "hold", &query,
	                                       err);

	if (rc != EGOV_OK)
		return rc;
	if (serial.size > 0)
		egov__query_blob(&query, serial);
	while (egov__query_next(&query, read_hold, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
