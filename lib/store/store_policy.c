/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define COLUMNS "SELECT version, digest, published, effective, file FROM policy "

static void read_policy(struct egov__query *query, void *to)
{
	struct egov__policy_row *row = to;

	row->version = egov__column_text(query);
	egov__column_digest(query, row->digest);
	row->published = egov__column_time(query);
	row->effective = egov__column_time(query);
	row->file = egov__column_blob(query);
}

enum egov_status egov__store_policy_put(struct egov_store *store,
                                        const struct egov__policy_row *row, struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO policy(version, digest, published, effective, file)"
		" VALUES(?1, ?2, ?3, ?4, ?5)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "policy of this version", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, row->version);
	egov__query_digest(&query, row->digest);
	egov__query_time(&query, row->published);
	egov__query_time(&query, row->effective);
	egov__query_blob(&query, row->file);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_policy_get(struct egov_store *store, const char *version,
                                        struct egov__policy_row *row, bool *found,
                                        struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE version = ?1";
	const struct egov__find find = { sql, "policy", read_policy, row, found };

	return egov__find_text(store, &find, version, err);
}

enum egov_status egov__store_policy_walk(struct egov_store *store, egov__policy_row_fn *fn,
                                         void *user, struct egov_error *err)
{
	static const char sql[] = COLUMNS "ORDER BY rowid";
	struct egov__query query;
	struct egov__policy_row row;
	enum egov_status rc = egov__query_read(store, sql, "policy", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_policy, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
