/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <inttypes.h>

#define COLUMNS                                                                                    \
	"SELECT number, intent, generation, part, base, position, this_update, next_update,"       \
	" entries, published, published_at, "
/* CROSS: lists are few, and the intents of all certificates are not. */
#define FROM " FROM crl CROSS JOIN intent ON intent.id = crl.intent "

static void read_crl(struct egov__query *query, void *to)
{
	struct egov__crl_row *row = to;

	row->number = egov__column_number(query);
	row->intent = egov__column_number(query);
	row->generation = egov__column_number(query);
	row->part = egov__column_number(query);
	row->base = egov__column_number(query);
	row->position = egov__column_number(query);
	row->this_update = egov__column_time(query);
	row->next_update = egov__column_time(query);
	row->entries = egov__column_number(query);
	row->published = egov__column_number(query) != 0;
	row->published_at = egov__column_time(query);
	row->signature = egov__column_blob(query);
}

enum egov_status egov__store_crl_add(struct egov_store *store, const struct egov__crl_row *row,
                                     struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO crl(number, intent, this_update, next_update, entries, published, signature)"
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
	egov__query_blob(&query, row->signature);
	return egov__query_run(&query, err);
}

static enum egov_status change(struct egov_store *store, const char *sql, uint64_t number,
                               egov_time now, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	egov__query_time(&query, now);
	return egov__query_run(&query, err);
}

static void read_complete(struct egov__query *query, void *to)
{
	*(bool *)to = egov__column_number(query) == 0;
}

/* Nothing leaves with a delta list, so that publishing one does not go through the revoked. */
static enum egov_status is_complete(struct egov_store *store, uint64_t number, bool *complete,
                                    struct egov_error *err)
{
	static const char sql[] = "SELECT base" FROM "WHERE number = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	(void)egov__query_next(&query, read_complete, complete, &rc, err);
	egov__query_close(&query);
	return rc;
}

/* A revocation later than the list's intent has a higher position than it: it
 * may not leave with a list that it never stood on. */
enum egov_status egov__store_crl_published(struct egov_store *store, uint64_t number,
                                           egov_time now, struct egov_error *err)
{
	static const char publish[] =
		"UPDATE crl SET published = 1, published_at = coalesce(published_at, ?2)"
		" WHERE number = ?1";
	static const char leave[] =
		"UPDATE revoked SET left_with = ?1 WHERE left_with = 0 AND serial IN"
		" (SELECT r.serial FROM crl CROSS JOIN intent AS i ON i.id = crl.intent"
		" CROSS JOIN revoked AS r INDEXED BY revoked_end WHERE crl.number = ?1 AND r.left_with = 0"
		" AND r.generation = i.generation AND r.part = i.part"
		" AND r.not_after < this_update AND this_update <= ?2)"
		" AND position <= (SELECT intent.position FROM crl CROSS JOIN intent"
		" ON intent.id = crl.intent WHERE crl.number = ?1)";
	static const char leave_held[] =
		"UPDATE hold SET left_with = ?1 FROM"
		" (SELECT this_update, position AS upto, generation AS its, part AS its_part"
		" FROM crl JOIN intent ON intent.id = crl.intent WHERE crl.number = ?1)"
		" WHERE left_with = 0 AND ended_at IS NULL AND generation = its"
		" AND part = its_part AND not_after < this_update AND this_update <= ?2"
		" AND hold.position <= upto";
	bool complete = false;
	enum egov_status rc = change(store, publish, number, now, err);

	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: there is no CRL number %" PRIu64,
		                    store->path, number);
	if (rc == EGOV_OK)
		rc = is_complete(store, number, &complete, err);
	if (rc == EGOV_OK && complete)
		rc = change(store, leave, number, now, err);
	return rc == EGOV_OK && complete ? change(store, leave_held, number, now, err) : rc;
}

static void bind_scope(struct egov__query *query, const struct egov__crl_scope *scope)
{
	egov__query_number(query, scope->generation);
	egov__query_number(query, scope->part);
	egov__query_number(query, scope->base != 0);
}

#define OF_SCOPE "WHERE generation = ?1 AND part = ?2 AND (base > 0) = ?3 "

enum egov_status egov__store_crl_last(struct egov_store *store,
                                      const struct egov__crl_scope *scope,
                                      struct egov__crl_row *row, bool *found,
                                      struct egov_error *err)
{
	static const char any[] = COLUMNS "signature" FROM "ORDER BY number DESC LIMIT 1";
	static const char of_scope[] =
		COLUMNS "signature" FROM OF_SCOPE "ORDER BY number DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, scope == NULL ? any : of_scope, "CRL", &query,
	                                       err);

	if (rc != EGOV_OK)
		return rc;
	if (scope != NULL)
		bind_scope(&query, scope);
	return egov__query_get(&query, read_crl, row, found, err);
}

enum egov_status egov__store_crl_before(struct egov_store *store,
                                        const struct egov__crl_scope *scope, uint64_t number,
                                        bool published, struct egov__crl_row *row,
                                        struct egov_error *err)
{
	static const char sql[] = COLUMNS "x''" FROM OF_SCOPE
		"AND number < ?4 AND published >= ?5 ORDER BY number DESC LIMIT 1";
	struct egov__query query;
	struct egov__crl_row before = { .number = 0 };
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	bind_scope(&query, scope);
	egov__query_number(&query, number);
	egov__query_number(&query, published);
	(void)egov__query_next(&query, read_crl, &before, &rc, err);
	egov__query_close(&query);
	before.signature = EGOV__NO_SLICE;
	if (rc == EGOV_OK)
		*row = before;
	return rc;
}

enum egov_status egov__store_crl_near(struct egov_store *store,
                                      const struct egov__crl_scope *scope,
                                      const struct egov__crl_near *near,
                                      struct egov__crl_row *row, bool *found,
                                      struct egov_error *err)
{
	static const char first[] = COLUMNS "signature" FROM OF_SCOPE
		"AND published = 1 AND position >= ?4 ORDER BY number LIMIT 1";
	static const char last[] = COLUMNS "signature" FROM OF_SCOPE
		"AND published = 1 AND position < ?4 ORDER BY number DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, near->after ? first : last, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	bind_scope(&query, scope);
	egov__query_number(&query, near->position);
	return egov__query_get(&query, read_crl, row, found, err);
}

enum egov_status egov__store_crl_at(struct egov_store *store, const struct egov__crl_scope *scope,
                                    egov_time at, struct egov__crl_row *row, bool *found,
                                    struct egov_error *err)
{
	static const char sql[] = COLUMNS "signature" FROM OF_SCOPE
		"AND published = 1 AND this_update <= ?4 ORDER BY this_update DESC, number DESC LIMIT 1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "CRL", &query, err);

	if (rc != EGOV_OK)
		return rc;
	bind_scope(&query, scope);
	egov__query_time(&query, at);
	return egov__query_get(&query, read_crl, row, found, err);
}

enum egov_status egov__store_crl_get(struct egov_store *store, uint64_t number,
                                     struct egov__crl_row *row, bool *found,
                                     struct egov_error *err)
{
	static const char sql[] = COLUMNS "signature" FROM "WHERE number = ?1";
	const struct egov__find find = { sql, "CRL", read_crl, row, found };

	return egov__find_number(store, &find, number, err);
}

enum egov_status egov__store_crl_row(struct egov_store *store, uint64_t number,
                                     struct egov__crl_row *row, bool *found,
                                     struct egov_error *err)
{
	static const char sql[] = COLUMNS "x''" FROM "WHERE number = ?1";
	const struct egov__find find = { sql, "CRL", read_crl, row, found };

	return egov__find_number(store, &find, number, err);
}

static enum egov_status walk(struct egov_store *store, const char *sql, egov__crl_fn *fn,
                             void *user, struct egov_error *err)
{
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

enum egov_status egov__store_crl_walk(struct egov_store *store, egov__crl_fn *fn, void *user,
                                      struct egov_error *err)
{
	static const char sql[] = COLUMNS "signature" FROM "ORDER BY number";

	return walk(store, sql, fn, user, err);
}

enum egov_status egov__store_crl_walk_rows(struct egov_store *store, egov__crl_fn *fn, void *user,
                                           struct egov_error *err)
{
	static const char sql[] = COLUMNS "x''" FROM "ORDER BY number";

	return walk(store, sql, fn, user, err);
}

enum egov_status egov__store_crl_walk_served(struct egov_store *store, egov__crl_fn *fn, void *user,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "x''" FROM "WHERE number IN (SELECT max(number)" FROM
		"WHERE published = 1 GROUP BY generation, part, base > 0)"
		" ORDER BY generation, part, base > 0";

	return walk(store, sql, fn, user, err);
}

/* --- the lists that certificates name --- */

static void read_part(struct egov__query *query, void *to)
{
	struct egov__crl_scope *scope = to;

	scope->generation = egov__column_number(query);
	scope->part = egov__column_number(query);
}

enum egov_status egov__store_crl_part_add(struct egov_store *store, uint64_t generation,
                                          uint64_t part, struct egov_error *err)
{
	static const char sql[] = "INSERT INTO crl_part(generation, part) VALUES(?1, ?2)"
		" ON CONFLICT DO NOTHING";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "list", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, generation);
	egov__query_number(&query, part);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_crl_part_walk(struct egov_store *store, egov__crl_part_fn *fn,
                                           void *user, struct egov_error *err)
{
	static const char sql[] = "SELECT generation, part FROM crl_part";
	struct egov__query query;
	struct egov__crl_scope scope = { 0 };
	enum egov_status rc = egov__query_read(store, sql, "list", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_part, &scope, &rc, err)
	       && (rc = fn(user, scope.generation, scope.part, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_crl_part_odd(struct egov_store *store, struct egov__crl_scope *odd,
                                          bool *found, struct egov_error *err)
{
	static const char sql[] =
		"WITH used AS (SELECT DISTINCT generation, part FROM intent WHERE kind = 2 AND part > 0)"
		" SELECT * FROM (SELECT generation, part FROM crl_part EXCEPT SELECT * FROM used)"
		" UNION ALL SELECT * FROM (SELECT * FROM used EXCEPT SELECT generation, part FROM crl_part)"
		" LIMIT 1";
	struct egov__query query;
	bool some;
	enum egov_status rc = egov__query_read(store, sql, "list", &query, err);

	if (rc != EGOV_OK)
		return rc;
	some = egov__query_next(&query, read_part, odd, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK)
		*found = some;
	return rc;
}

/* What the ledger lost and a list of ours told (record/kinds.h): it has no intent. */
#define RECONCILED                                                                                 \
	"EXISTS (SELECT 1 FROM journal WHERE subject = lower(hex(?1)) AND kind = 'reconciled')"

enum egov_status egov__store_list_of_serial(struct egov_store *store, struct egov_slice serial,
                                            struct egov__crl_scope *scope, struct egov_error *err)
{
	static const char sql[] =
		"SELECT generation, part FROM intent WHERE serial = ?1 UNION ALL"
		" SELECT generation, part FROM revoked WHERE serial = ?1 AND " RECONCILED " UNION ALL"
		" SELECT generation, part FROM hold WHERE serial = ?1 AND " RECONCILED " LIMIT 1";
	struct egov__query query;
	struct egov__crl_scope found = { 0 };
	enum egov_status rc = egov__query_read(store, sql, "intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, serial);
	(void)egov__query_next(&query, read_part, &found, &rc, err);
	egov__query_close(&query);
	if (rc == EGOV_OK)
		*scope = found;
	return rc;
}
