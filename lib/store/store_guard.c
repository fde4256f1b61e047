/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#include <string.h>

/*
 * What a row that stands may still become (Order No. 4, Art. 24): all else is only added.
 * SQLite asks for each table and column while it prepares a statement, so that a statement of
 * this library that would change or delete more never runs.  column NULL: any.
 */
static const struct {
	const char *table, *column;
} changes[] = {
	{ "application", NULL },
	{ "counter", "value" },
	{ "crl", "published" },
	{ "crl", "published_at" },
	{ "generation", "state" },
	{ "generation", "since" },
	{ "generation", "intents" },
	{ "generation", "signatures" },
	{ "generation", "last_end" },
	{ "hold", "left_with" },
	{ "hold", "ending" },
	{ "hold", "ended_at" },
	{ "hold", "end_requested_by" },
	{ "hold", "end_salt" },
	{ "hold", "end_position" },
	{ "imported", "published_at" },
	{ "intent", "state" },
	{ "meta", "value" },
	{ "operator", "removed_at" },
	{ "operator", "removed_position" },
	{ "revoked", "left_with" },
	{ "tombstone", "state" },
	/* Where entries go to an archive, or come back (store_segment.c): */
	{ "journal", "source" },
	{ "journal", "body" },
	{ "journal", "commitment" },
	{ "segment", "revision" },
	{ "segment", "moved" },
	{ "segment", "digest" },
	/* Where records are destroyed that are due (store_tombstone.c): */
	{ "certificate", "subject" },
	{ "certificate", "der" },
	{ "hold", "requested_by" },
	{ "hold", "salt" },
	{ "key_request", "der" },
	{ "pair", "answer" },
	{ "revoked", "requested_by" },
	{ "revoked", "salt" },
};

/* Rows are copies of what is signed, dropped when the result has them; blobs that are due, or
 * that an archive has; archives that have come back. */
static const char *const deleted[] = { "pending", "sealed", "segment" };

/* SQLite's own tables are asked for too, where a pragma is read as a table; it guards them. */
static bool is_own(const char *table)
{
	return strncmp(table, "sqlite_", 7) == 0;
}

static bool may_change(const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(changes[i].table, table) == 0
		    && (changes[i].column == NULL || strcmp(changes[i].column, column) == 0))
			return true;
	return false;
}

static bool may_delete(const char *table)
{
	for (size_t i = 0; i < sizeof(deleted) / sizeof(deleted[0]); i++)
		if (strcmp(deleted[i], table) == 0)
			return true;
	return false;
}

static int judge(void *unused, int action, const char *table, const char *column,
                 const char *database, const char *trigger)
{
	bool may = true;

	(void)unused;
	(void)database;
	(void)trigger;
	if (action == SQLITE_UPDATE)
		may = is_own(table) || may_change(table, column);
	else if (action == SQLITE_DELETE)
		may = is_own(table) || may_delete(table);
	return may ? SQLITE_OK : SQLITE_DENY;
}

enum egov_status egov__store_guard(struct egov_store *store, struct egov_error *err)
{
	const int code = sqlite3_set_authorizer(store->db, judge, NULL);

	return code == SQLITE_OK ? EGOV_OK : egov__store_failed(store, code, "ledger", err);
}
