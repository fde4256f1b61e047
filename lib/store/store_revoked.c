/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <stdlib.h>
#include <string.h>

#include "crl/crl.h"

#define COLUMNS                                                                                    \
	"SELECT serial, revoked_at, reason, invalidity_date, not_after, requested_by, key_digest," \
	" salt, position, left_with, generation, part, 0, NULL, reported_at, entry FROM revoked "

/* What is on hold stands on the lists as certificateHold (RFC 5280, 5.3.1). */
#define HOLDS                                                                                      \
	"UNION ALL SELECT serial, held_at, 6, NULL, not_after, requested_by, zeroblob(32), salt,"  \
	" position, left_with, generation, part, end_position, ended_at, NULL, NULL FROM hold "

/* What a list says of a serial, of the generation ?1 and the part ?2. */
#define ENTRIES "SELECT serial, revoked_at, reason, invalidity_date FROM revoked "
#define HELD_ENTRIES_ALONE "SELECT serial, held_at, 6, NULL FROM hold "
#define HELD_ENTRIES "UNION ALL " HELD_ENTRIES_ALONE
#define ON_LIST "generation = ?1 AND part = ?2 "
#define LISTED "WHERE left_with = 0 AND " ON_LIST
#define HELD_LISTED "WHERE ended_at IS NULL AND left_with = 0 AND " ON_LIST

/*
 * What has changed since the position ?3 of the complete list ?4 (RFC 5280, 5.2.4): what
 * was revoked or put on hold, and as removeFromCRL what stood on that list or on one since
 * and was released.  By these indexes, so that the cost follows the changes: SQLite would go
 * through all that is revoked for their order.
 */
#define CHANGES                                                                                    \
	ENTRIES "INDEXED BY revoked_position WHERE position > ?3 AND " ON_LIST                     \
	HELD_ENTRIES "INDEXED BY hold_position WHERE position > ?3 AND ended_at IS NULL AND " ON_LIST \
	"UNION ALL SELECT serial, max(ended_at), 8, NULL FROM hold AS h"                           \
	" INDEXED BY hold_end"                                                                     \
	" WHERE ended_at IS NOT NULL AND end_position > ?3 AND " ON_LIST                           \
	" AND NOT EXISTS (SELECT 1 FROM revoked WHERE revoked.serial = h.serial)"                  \
	" AND NOT EXISTS (SELECT 1 FROM hold AS o WHERE o.serial = h.serial AND o.ended_at IS NULL)" \
	" AND EXISTS (" STOOD("h.position", "h.end_position") ") GROUP BY serial "
#define STOOD(from, to)                                                                            \
	"SELECT 1 FROM intent AS i WHERE i.kind = 3 AND i.state = 2 AND i.crl_number >= ?4"        \
	" AND i.generation = ?1 AND i.part = ?2 AND i.position >= " from " AND i.position < " to

static void read_revoked(struct egov__query *query, void *to)
{
	struct egov__revoked_row *row = to;

	row->serial = egov__column_blob(query);
	row->revoked_at = egov__column_time(query);
	row->reason = (int)egov__column_number(query);
	row->invalidity_date = egov__column_time(query);
	row->not_after = egov__column_time(query);
	row->requested_by = egov__column_text(query);
	egov__column_digest(query, row->key_digest);
	egov__column_digest(query, row->salt);
	row->position = egov__column_number(query);
	row->left_with = egov__column_number(query);
	row->generation = egov__column_number(query);
	row->part = egov__column_number(query);
	row->end_position = egov__column_number(query);
	row->ended_at = egov__column_time(query);
	row->reported_at = egov__column_time(query);
	row->entry = egov__column_blob(query);
}

static void bind_scope(struct egov__query *query, const struct egov__crl_scope *scope)
{
	egov__query_number(query, scope->generation);
	egov__query_number(query, scope->part);
	if (scope->base == 0)
		return;
	egov__query_number(query, scope->since);
	egov__query_number(query, scope->base);
}

enum egov_status egov__store_revoked_add(struct egov_store *store,
                                         const struct egov__revoked_row *row,
                                         struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO revoked(serial, revoked_at, reason, invalidity_date, not_after,"
		" requested_by, key_digest, salt, reported_at, entry, position, generation, part)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, " EGOV__NEXT_POSITION ", "
		EGOV__LIST_OF_SERIAL("?11", "?12") ")";
	const struct egov__crl_entry entry = { .serial = row->serial, .revoked_at = row->revoked_at,
		                               .reason = row->reason,
		                               .invalidity_date = row->invalidity_date };
	uint8_t der[EGOV__CRL_ENTRY];
	size_t size = 0;
	struct egov__query query;
	enum egov_status rc = egov__crl_entry_encode(&entry, false, der, &size, err);

	if (rc == EGOV_OK)
		rc = egov__query_write(store, sql, "revocation of this serial", &query, err);
	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->serial);
	egov__query_time(&query, row->revoked_at);
	egov__query_number(&query, (uint64_t)row->reason);
	egov__query_time(&query, row->invalidity_date);
	egov__query_time(&query, row->not_after);
	egov__query_text(&query, row->requested_by);
	egov__query_digest(&query, row->key_digest);
	egov__query_digest(&query, row->salt);
	egov__query_time(&query, row->reported_at);
	egov__query_blob(&query, (struct egov_slice){ der, size });
	egov__query_number(&query, row->generation);
	egov__query_number(&query, row->part);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_revoked_get(struct egov_store *store, struct egov_slice serial,
                                         struct egov__revoked_row *row, bool *found,
                                         struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1";
	const struct egov__find find = { sql, "revocation", read_revoked, row, found };

	return egov__find_blob(store, &find, serial, err);
}

static void read_standing(struct egov__query *query, void *to)
{
	struct egov__standing_row *row = to;

	*row = (struct egov__standing_row){ .issued = !egov__column_is_null(query) };
	row->not_after = egov__column_time(query);
	if (row->issued)
		egov__column_digest(query, row->key_digest);
	else
		(void)egov__column_blob(query);
	row->revoked = !egov__column_is_null(query);
	if (row->revoked)
		row->reason = (int)egov__column_number(query);
	else
		(void)egov__column_blob(query);
	row->held = egov__column_number(query) != 0;
	row->paired = egov__column_number(query) != 0;
}

enum egov_status egov__store_standing_get(struct egov_store *store, struct egov_slice serial,
                                          struct egov__standing_row *row, struct egov_error *err)
{
	static const char sql[] =
		"SELECT c.not_after, c.key_digest, (SELECT reason FROM revoked WHERE serial = ?1),"
		" EXISTS (SELECT 1 FROM hold WHERE serial = ?1 AND ended_at IS NULL),"
		" EXISTS (SELECT 1 FROM pair WHERE sign_serial = ?1)"
		" OR EXISTS (SELECT 1 FROM pair WHERE encrypt_serial = ?1)"
		" FROM (SELECT 1) LEFT JOIN certificate AS c ON c.serial = ?1";
	bool found = false;
	const struct egov__find find = { sql, "certificate", read_standing, row, &found };
	enum egov_status rc = egov__find_blob(store, &find, serial, err);

	egov__store_release(store);
	return rc;
}

enum egov_status egov__store_compromised_get(struct egov_store *store,
                                             const uint8_t key_digest[32],
                                             struct egov__revoked_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE key_digest = ?1 AND reason IN (1, 2, 10) LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_digest(&query, key_digest);
	return egov__query_get(&query, read_revoked, row, found, err);
}

/* How many rows the statement changes, added to count. */
static enum egov_status relist(struct egov_store *store, const char *sql, egov_time now,
                               uint64_t *count, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_time(&query, now);
	rc = egov__query_run(&query, err);
	if (rc == EGOV_OK)
		*count += (uint64_t)sqlite3_changes(store->db);
	return rc;
}

enum egov_status egov__store_revoked_relist(struct egov_store *store, egov_time now,
                                            uint64_t *count, struct egov_error *err)
{
#define TO_COME "left_with IN (SELECT number FROM crl WHERE this_update > ?1)"
	static const char revoked[] = "UPDATE revoked SET left_with = 0 WHERE " TO_COME;
	static const char held[] =
		"UPDATE hold SET left_with = 0 WHERE ended_at IS NULL AND " TO_COME;
#undef TO_COME
	uint64_t relisted = 0;
	enum egov_status rc = relist(store, revoked, now, &relisted, err);

	if (rc == EGOV_OK)
		rc = relist(store, held, now, &relisted, err);
	if (rc == EGOV_OK)
		*count = relisted;
	return rc;
}

/* --- walks --- */

/* Of a complete list what was revoked and what is held come from a statement each, in the
 * order of an index, and are merged here: SQLite would sort, or take twice as long to merge.
 * The revoked of a complete list have their entries ready: there are millions of them. */
struct side {
	struct egov__query query;
	struct egov__listed_row row;
	bool open, has, ready, delta;
	uint8_t entry[EGOV__CRL_ENTRY]; /* of those that are not ready */
};
struct egov__revoked_cursor {
	struct side sides[2];
	struct side *lent;              /* whose row the caller has */
};

static bool take_ready(struct side *side)
{
	sqlite3_stmt *const stmt = side->query.stmt;
	struct egov__listed_row *const row = &side->row;

	row->entry.data = sqlite3_column_blob(stmt, 0);
	row->entry.size = (size_t)sqlite3_column_bytes(stmt, 0);
	return egov__crl_entry_serial(row->entry, &row->serial);
}

static bool make_entry(struct side *side)
{
	struct egov__query *const query = &side->query;
	struct egov__crl_entry e = { .serial = EGOV__NO_SLICE };
	size_t size = 0;

	query->column = 0;
	e.serial = egov__column_blob(query);
	e.revoked_at = egov__column_time(query);
	e.reason = (int)egov__column_number(query);
	e.invalidity_date = egov__column_time(query);
	if (query->damaged || egov__crl_entry_encode(&e, side->delta, side->entry, &size, NULL) != EGOV_OK)
		return false;
	side->row.entry = (struct egov_slice){ side->entry, size };
	return egov__crl_entry_serial(side->row.entry, &side->row.serial);
}

static enum egov_status step_side(struct side *side, struct egov_error *err)
{
	const int code = side->query.rc != SQLITE_OK ? side->query.rc : sqlite3_step(side->query.stmt);

	side->has = code == SQLITE_ROW;
	if (code == SQLITE_DONE)
		return EGOV_OK;
	if (code != SQLITE_ROW)
		return egov__store_failed(side->query.store, code, side->query.what, err);
	if (side->ready ? take_ready(side) : make_entry(side))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, NULL,
	                      "%s: %s: a row that the schema does not allow",
	                      side->query.store->path, egov__text(side->query.what));
}

static enum egov_status open_side(struct egov_store *store, const char *sql,
                                  const struct egov__crl_scope *scope, struct side *side,
                                  struct egov_error *err)
{
	enum egov_status rc = egov__query_read(store, sql, "revocation", &side->query, err);

	if (rc != EGOV_OK)
		return rc;
	side->open = true;
	side->delta = scope->base != 0;
	bind_scope(&side->query, scope);
	return step_side(side, err);
}

enum egov_status egov__store_revoked_open(struct egov_store *store,
                                          const struct egov__crl_scope *scope,
                                          struct egov__revoked_cursor **out,
                                          struct egov_error *err)
{
	static const char revoked[] = "SELECT entry FROM revoked INDEXED BY revoked_list " LISTED
		"ORDER BY serial";
	static const char held[] = HELD_ENTRIES_ALONE HELD_LISTED "ORDER BY serial";
	static const char changes[] = CHANGES "ORDER BY 1";
	struct egov__revoked_cursor *cursor = calloc(1, sizeof(*cursor));
	enum egov_status rc;

	if (cursor == NULL)
		return egov_error_nomem(err);
	cursor->sides[0].ready = scope->base == 0;
	rc = open_side(store, scope->base == 0 ? revoked : changes, scope, &cursor->sides[0], err);
	if (rc == EGOV_OK && scope->base == 0)
		rc = open_side(store, held, scope, &cursor->sides[1], err);
	if (rc == EGOV_OK)
		*out = cursor;
	else
		egov__store_revoked_close(cursor);
	return rc;
}

/* In the order of octets, as SQLite has it. */
static bool comes_first(const struct side *a, const struct side *b)
{
	const struct egov_slice x = a->row.serial, y = b->row.serial;
	int order;

	if (!a->has || !b->has)
		return a->has;
	order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);
	return order < 0 || (order == 0 && x.size <= y.size);
}

enum egov_status egov__store_revoked_next(struct egov__revoked_cursor *cursor,
                                          struct egov__listed_row *row, bool *found,
                                          struct egov_error *err)
{
	struct side *const sides = cursor->sides;
	const enum egov_status rc =
		cursor->lent == NULL ? EGOV_OK : step_side(cursor->lent, err);

	if (rc != EGOV_OK)
		return rc;
	cursor->lent = comes_first(&sides[0], &sides[1]) ? &sides[0] : &sides[1];
	*found = cursor->lent->has;
	if (*found)
		*row = cursor->lent->row;
	else
		cursor->lent = NULL;
	return EGOV_OK;
}

void egov__store_revoked_close(struct egov__revoked_cursor *cursor)
{
	if (cursor == NULL)
		return;
	for (size_t i = 0; i < 2; i++)
		if (cursor->sides[i].open)
			egov__query_close(&cursor->sides[i].query);
	free(cursor);
}

static void read_count(struct egov__query *query, void *to)
{
	*(uint64_t *)to = egov__column_number(query);
}

enum egov_status egov__store_crl_stood(struct egov_store *store,
                                       const struct egov__crl_scope *scope, uint64_t from,
                                       uint64_t to, bool *stood, struct egov_error *err)
{
	static const char sql[] = "SELECT EXISTS (" STOOD("?5", "?6") ")";
	struct egov__query query;
	uint64_t some = 0;
	enum egov_status rc = egov__query_read(store, sql, "intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	bind_scope(&query, scope);
	egov__query_number(&query, from);
	egov__query_number(&query, to);
	(void)egov__query_next(&query, read_count, &some, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK)
		*stood = some != 0;
	return rc;
}

static enum egov_status walk(struct egov_store *store, const char *sql, egov__revoked_fn *fn,
                             void *user, struct egov_error *err)
{
	struct egov__query query;
	struct egov__revoked_row row;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_revoked, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_revoked_walk_all(struct egov_store *store, egov__revoked_fn *fn,
                                              void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY serial";

	return walk(store, sql, fn, user, err);
}

enum egov_status egov__store_revoked_walk_history(struct egov_store *store, egov__revoked_fn *fn,
                                                  void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS HOLDS "ORDER BY 1, 9";

	return walk(store, sql, fn, user, err);
}

/* --- the revocation clock --- */

static void read_case(struct egov__query *query, void *to)
{
	struct egov__case_row *row = to;

	row->serial = egov__column_blob(query);
	row->decided_at = egov__column_time(query);
	row->reported_at = egov__column_time(query);
	row->generation = egov__column_number(query);
	row->part = egov__column_number(query);
	row->position = egov__column_number(query);
}

/* A revocation that ended a hold counts from the hold on, and was decided when that ended. */
enum egov_status egov__store_case_walk(struct egov_store *store, egov_time from, egov_time to,
                                       egov__case_fn *fn, void *user, struct egov_error *err)
{
	static const char sql[] =
		"SELECT r.serial, coalesce(h.ended_at, r.revoked_at) AS decided, r.reported_at,"
		" r.generation, r.part, r.position FROM revoked AS r"
		" LEFT JOIN hold AS h ON h.serial = r.serial AND h.ending = 2"
		" WHERE decided >= ?1 AND decided < ?2 ORDER BY r.position";
	struct egov__query query;
	struct egov__case_row row;
	enum egov_status rc = egov__query_read(store, sql, "revocation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_time(&query, from);
	egov__query_time(&query, to);
	while (egov__query_next(&query, read_case, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
