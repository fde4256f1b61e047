/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS                                                                                    \
	"SELECT number, state, since, key_digest, intents, signatures, last_end FROM generation "

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

/* The row owns all it has: what other getters lent stays. */
static enum egov_status get_one(struct egov__query *query, struct egov__generation_row *row,
                                bool *found, struct egov_error *err)
{
	enum egov_status rc;
	const bool some = egov__query_next(query, read_generation, row, &rc, err);

	egov__query_close(query);
	if (rc == EGOV_OK)
		*found = some;
	return rc;
}

enum egov_status egov__store_generation_put(struct egov_store *store,
                                            const struct egov__generation_row *row,
                                            struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO generation(number, state, since, key_digest, intents, signatures,"
		" last_end) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT(number) DO UPDATE SET state = ?2, since = ?3, intents = ?5,"
		" signatures = ?6, last_end = ?7";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "generation with this key, or active",
	                                        &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->number);
	egov__query_number(&query, (uint64_t)row->state);
	egov__query_time(&query, row->since);
	egov__query_digest(&query, row->key_digest);
	egov__query_number(&query, row->intents);
	egov__query_number(&query, row->signatures);
	egov__query_time(&query, row->last_end);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_generation_get(struct egov_store *store, uint64_t number,
                                            struct egov__generation_row *row, bool *found,
                                            struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE number = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, sql, "generation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, number);
	return get_one(&query, row, found, err);
}

enum egov_status egov__store_generation_by_key(struct egov_store *store, const uint8_t *digest,
                                               struct egov__generation_row *row, bool *found,
                                               struct egov_error *err)
{
	static const char active[] = COLUMNS "WHERE state = 2";
	static const char by_key[] = COLUMNS "WHERE key_digest = ?1";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, digest == NULL ? active : by_key,
	                                       "generation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	if (digest != NULL)
		egov__query_digest(&query, digest);
	return get_one(&query, row, found, err);
}

enum egov_status egov__store_generation_walk(struct egov_store *store, egov__generation_fn *fn,
                                             void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY number";
	struct egov__query query;
	struct egov__generation_row row;
	enum egov_status rc = egov__query_read(store, sql, "generation", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_generation, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
