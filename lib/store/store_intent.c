/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <inttypes.h>

#define COLUMNS                                                                                    \
	"SELECT id, state, generation, kind, serial, crl_number, part, base, time, profile,"       \
	" application, actor, cps_version, tbs, algorithm, tbs_digest, proofs_digest,"             \
	" request_digest, position"                                                                \
	" FROM intent LEFT JOIN pending ON pending.intent = intent.id "

static void read_intent(struct egov__query *query, void *to)
{
	struct egov__intent_row *row = to;

	row->id = egov__column_number(query);
	row->state = (enum egov__intent_state)egov__column_number(query);
	row->generation = egov__column_number(query);
	row->kind = (int)egov__column_number(query);
	row->serial = egov__column_blob(query);
	row->crl_number = egov__column_number(query);
	row->part = egov__column_number(query);
	row->base = egov__column_number(query);
	row->time = egov__column_time(query);
	row->profile = egov__column_text(query);
	row->application = egov__column_text(query);
	row->actor = egov__column_text(query);
	row->cps_version = egov__column_text(query);
	row->tbs = egov__column_blob(query);
	row->algorithm = egov__column_blob(query);
	egov__column_digest(query, row->tbs_digest);
	egov__column_digest(query, row->proofs_digest);
	egov__column_digest(query, row->request_digest);
	row->position = egov__column_number(query);
	if (row->kind < 1 || row->kind > 3 || row->state < EGOV__INTENT_OPEN
	    || row->state > EGOV__INTENT_CLOSED)
		query->damaged = true;
}

static enum egov_status add_pending(struct egov_store *store, uint64_t id,
                                    const struct egov__intent_row *row, struct egov_error *err)
{
	static const char sql[] = "INSERT INTO pending(intent, algorithm, tbs) VALUES(?1, ?2, ?3)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "bytes of the intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, id);
	egov__query_blob(&query, row->algorithm);
	egov__query_blob(&query, row->tbs);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_intent_next(struct egov_store *store, uint64_t *id,
                                         struct egov_error *err)
{
	return egov__store_number(store, "SELECT coalesce(max(id), 0) + 1 FROM intent", id, err);
}

enum egov_status egov__store_intent_add(struct egov_store *store,
                                        const struct egov__intent_row *row, uint64_t *id,
                                        struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO intent(state, kind, serial, crl_number, time, profile, application,"
		" actor, cps_version, tbs_digest, proofs_digest, request_digest, generation, part, base,"
		" position)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
		" " EGOV__NEXT_POSITION ")";
	struct egov__query query;
	uint64_t made;
	enum egov_status rc = egov__query_write(store, sql, "intent with this serial or number",
	                                        &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, (uint64_t)row->state);
	egov__query_number(&query, (uint64_t)row->kind);
	egov__query_optional(&query, row->serial);
	egov__query_number(&query, row->crl_number);
	egov__query_time(&query, row->time);
	egov__query_text(&query, row->profile);
	egov__query_text(&query, row->application);
	egov__query_text(&query, row->actor);
	egov__query_text(&query, row->cps_version);
	egov__query_digest(&query, row->tbs_digest);
	egov__query_digest(&query, row->proofs_digest);
	egov__query_digest(&query, row->request_digest);
	egov__query_number(&query, row->generation);
	egov__query_number(&query, row->part);
	egov__query_number(&query, row->base);
	rc = egov__query_run(&query, err);
	if (rc != EGOV_OK)
		return rc;
	made = (uint64_t)sqlite3_last_insert_rowid(store->db);
	rc = add_pending(store, made, row, err);
	if (rc == EGOV_OK)
		*id = made;
	return rc;
}

static enum egov_status drop_pending(struct egov_store *store, uint64_t id, struct egov_error *err)
{
	static const char sql[] = "DELETE FROM pending WHERE intent = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "bytes of the intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, id);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_intent_state(struct egov_store *store, uint64_t id,
                                          enum egov__intent_state state, struct egov_error *err)
{
	static const char sql[] = "UPDATE intent SET state = ?1 WHERE id = ?2 AND state = 1";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, (uint64_t)state);
	egov__query_number(&query, id);
	rc = egov__query_run(&query, err);
	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: there is no open intent %" PRIu64,
		                    store->path, id);
	return rc == EGOV_OK && state == EGOV__INTENT_DONE ? drop_pending(store, id, err) : rc;
}

enum egov_status egov__store_intent_get(struct egov_store *store, uint64_t id,
                                        struct egov__intent_row *row, bool *found,
                                        struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE id = ?1";
	const struct egov__find find = { sql, "intent", read_intent, row, found };

	return egov__find_number(store, &find, id, err);
}

enum egov_status egov__store_intent_by_serial(struct egov_store *store, struct egov_slice serial,
                                              struct egov__intent_row *row, bool *found,
                                              struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1";
	const struct egov__find find = { sql, "intent", read_intent, row, found };

	return egov__find_blob(store, &find, serial, err);
}

/* Every start asks for the open ones: their bytes are still pending, and as a rule there are
 * none, which the short statement tells. */
static enum egov_status has_pending(struct egov_store *store, bool *has, struct egov_error *err)
{
	static const char sql[] = "SELECT EXISTS(SELECT 1 FROM pending)";
	uint64_t some = 0;
	enum egov_status rc = egov__store_number(store, sql, &some, err);

	if (rc == EGOV_OK)
		*has = some != 0;
	return rc;
}

enum egov_status egov__store_intent_walk(struct egov_store *store, int state, egov__intent_fn *fn,
                                         void *user, struct egov_error *err)
{
	static const char open[] =
		COLUMNS "WHERE id IN (SELECT intent FROM pending) AND state = ?1 ORDER BY id";
	static const char any[] = COLUMNS "WHERE ?1 IN (0, state) ORDER BY id";
	struct egov__query query;
	struct egov__intent_row row;
	bool has = true;
	enum egov_status rc = state == EGOV__INTENT_OPEN ? has_pending(store, &has, err) : EGOV_OK;

	if (rc != EGOV_OK || !has)
		return rc;
	rc = egov__query_read(store, state == EGOV__INTENT_OPEN ? open : any, "intent", &query, err);
	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, (uint64_t)state);
	while (egov__query_next(&query, read_intent, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
