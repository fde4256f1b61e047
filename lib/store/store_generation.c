/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <string.h>

static void read_generation(struct egov__query *query, void *to)
{
	struct egov__generation_row *row = to;

	row->number = egov__column_number(query);
	row->state = (enum egov__generation_state)egov__column_number(query);
	row->since = egov__column_time(query);
	egov__column_digest(query, row->key_digest);
	row->intents = egov__column_number(query);
	row->signatures = egov__column_number(query);
	row->last_end = egov__column_time(query);
	if (row->number < 1 || row->number > EGOV__GENERATIONS
	    || row->state < EGOV__GENERATION_PENDING || row->state > EGOV__GENERATION_DESTROYED)
		query->damaged = true;
}

static void bind_counts(struct egov__query *query, const struct egov__generation_row *row)
{
	egov__query_number(query, row->number);
	egov__query_number(query, (uint64_t)row->state);
	egov__query_time(query, row->since);
	egov__query_number(query, row->intents);
	egov__query_number(query, row->signatures);
	egov__query_time(query, row->last_end);
}

static enum egov_status put(struct egov_store *store, const char *sql, bool with_key,
                            const struct egov__generation_row *row, struct egov_error *err)
{
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "generation with this key, or active",
	                                        &query, err);

	if (rc != EGOV_OK)
		return rc;
	bind_counts(&query, row);
	if (with_key)
		egov__query_digest(&query, row->key_digest);
	return egov__query_run(&query, err);
}

#define NOT_BACK                                                                                   \
	" AND intents <= ?4 AND signatures <= ?5 AND coalesce(last_end <= ?6, last_end IS NULL)"

/* Counts change with every signature: the index over states is left alone then, and ON CONFLICT
 * would cost each change what an insertion costs.  States change seldom, keys do not come often.
 * What would go back changes nothing, and the insertion then finds the number taken. */
enum egov_status egov__store_generation_put(struct egov_store *store,
                                            const struct egov__generation_row *row,
                                            struct egov_error *err)
{
	static const char count[] =
		"UPDATE generation SET intents = ?4, signatures = ?5, last_end = ?6"
		" WHERE number = ?1 AND state = ?2 AND since = ?3" NOT_BACK;
	static const char change[] =
		"UPDATE generation SET state = ?2, since = ?3, intents = ?4, signatures = ?5,"
		" last_end = ?6 WHERE number = ?1 AND state <= ?2" NOT_BACK;
	static const char insert[] =
		"INSERT INTO generation(number, state, since, intents, signatures, last_end,"
		" key_digest) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	enum egov_status rc = put(store, count, false, row, err);

	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = put(store, change, false, row, err);
	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = put(store, insert, true, row, err);
	return rc;
}

/* --- reading: all are few, so that one statement serves every question --- */

typedef bool is_wanted_fn(const struct egov__generation_row *row, const void *wanted);

static bool has_number(const struct egov__generation_row *row, const void *wanted)
{
	return row->number == *(const uint64_t *)wanted;
}

static bool has_key(const struct egov__generation_row *row, const void *wanted)
{
	return memcmp(row->key_digest, wanted, sizeof(row->key_digest)) == 0;
}

static bool is_active(const struct egov__generation_row *row, const void *wanted)
{
	(void)wanted;
	return row->state == EGOV__GENERATION_ACTIVE;
}

static enum egov_status open_all(struct egov_store *store, struct egov__query *query,
                                 struct egov_error *err)
{
	static const char sql[] =
		"SELECT number, state, since, key_digest, intents, signatures, last_end"
		" FROM generation ORDER BY number";

	return egov__query_read(store, sql, "generation", query, err);
}

/* The row owns all it has: what other getters lent stays. */
static enum egov_status find(struct egov_store *store, is_wanted_fn *is_wanted, const void *wanted,
                             struct egov__generation_row *row, bool *found, struct egov_error *err)
{
	struct egov__query query;
	struct egov__generation_row one;
	bool some = false;
	enum egov_status rc = open_all(store, &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (!some && egov__query_next(&query, read_generation, &one, &rc, err))
		some = is_wanted(&one, wanted);
	egov__query_close(&query);
	if (rc != EGOV_OK)
		return rc;
	if (some)
		*row = one;
	*found = some;
	return EGOV_OK;
}

enum egov_status egov__store_generation_get(struct egov_store *store, uint64_t number,
                                            struct egov__generation_row *row, bool *found,
                                            struct egov_error *err)
{
	return find(store, has_number, &number, row, found, err);
}

enum egov_status egov__store_generation_by_key(struct egov_store *store, const uint8_t *digest,
                                               struct egov__generation_row *row, bool *found,
                                               struct egov_error *err)
{
	return find(store, digest == NULL ? is_active : has_key, digest, row, found, err);
}

enum egov_status egov__store_generation_walk(struct egov_store *store, egov__generation_fn *fn,
                                             void *user, struct egov_error *err)
{
	struct egov__query query;
	struct egov__generation_row row;
	enum egov_status rc = open_all(store, &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_generation, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
