/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

enum egov_status egov__store_node_put(struct egov_store *store, unsigned level, uint64_t position,
                                      const uint8_t hash[32], struct egov_error *err)
{
	static const char sql[] = "INSERT INTO node(level, position, hash) VALUES(?1, ?2, ?3)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "subtree", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, level);
	egov__query_number(&query, position);
	egov__query_digest(&query, hash);
	return egov__query_run(&query, err);
}

static void read_hash(struct egov__query *query, void *to)
{
	egov__column_digest(query, to);
}

enum egov_status egov__store_node_get(struct egov_store *store, unsigned level, uint64_t position,
                                      uint8_t hash[32], bool *found, struct egov_error *err)
{
	static const char leaf[] = "SELECT leaf FROM journal WHERE seq = ?1";
	static const char node[] = "SELECT hash FROM node WHERE position = ?1 AND level = ?2";
	struct egov__query query;
	enum egov_status rc = egov__query_read(store, level == 0 ? leaf : node, "subtree", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, position);
	if (level > 0)
		egov__query_number(&query, level);
	return egov__query_get(&query, read_hash, hash, found, err);
}

enum egov_status egov__store_node_count(struct egov_store *store, uint64_t *count,
                                        struct egov_error *err)
{
	return egov__store_number(store, "SELECT count(*) FROM node", count, err);
}
