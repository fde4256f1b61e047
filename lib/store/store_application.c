/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define NAMES                                                                                      \
	"id, state, profile, holder_kind, key_digest, proofs_digest, submitter,"                   \
	" identity_operator, reviewer, approver, second_approver, submitted_at, decided_at,"       \
	" reason, serial, text, salt"
#define COLUMNS "SELECT " NAMES " FROM application "

static void read_application(struct egov__query *query, void *to)
{
	struct egov__application_row *row = to;

	row->id = egov__column_text(query);
	row->state = (enum egov__application_state)egov__column_number(query);
	row->profile = egov__column_text(query);
	row->holder_kind = (int)egov__column_number(query);
	egov__column_digest(query, row->key_digest);
	egov__column_digest(query, row->proofs_digest);
	row->submitter = egov__column_text(query);
	row->identity_operator = egov__column_text(query);
	row->reviewer = egov__column_text(query);
	row->approver = egov__column_text(query);
	row->second_approver = egov__column_text(query);
	row->submitted_at = egov__column_time(query);
	row->decided_at = egov__column_time(query);
	row->reason = egov__column_text(query);
	row->serial = egov__column_blob(query);
	row->text = egov__column_blob(query);
	egov__column_digest(query, row->salt);
}

enum egov_status egov__store_application_put(struct egov_store *store,
                                             const struct egov__application_row *row,
                                             struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO application(" NAMES ")"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
		" ON CONFLICT(id) DO UPDATE SET (" NAMES ") ="
		" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "application", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, row->id);
	egov__query_number(&query, (uint64_t)row->state);
	egov__query_text(&query, row->profile);
	egov__query_number(&query, (uint64_t)row->holder_kind);
	egov__query_digest(&query, row->key_digest);
	egov__query_digest(&query, row->proofs_digest);
	egov__query_text(&query, row->submitter);
	egov__query_text(&query, row->identity_operator);
	egov__query_text(&query, row->reviewer);
	egov__query_text(&query, row->approver);
	egov__query_text(&query, row->second_approver);
	egov__query_time(&query, row->submitted_at);
	egov__query_time(&query, row->decided_at);
	egov__query_text(&query, row->reason);
	egov__query_optional(&query, row->serial);
	egov__query_blob(&query, row->text);
	egov__query_digest(&query, row->salt);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_application_get(struct egov_store *store, const char *id,
                                             struct egov__application_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE id = ?1";
	const struct egov__find find = { sql, "application", read_application, row, found };

	return egov__find_text(store, &find, id, err);
}

/* Runs a change of one row from a state that it must have. */
static enum egov_status move(struct egov__query *query, const char *id, struct egov_error *err)
{
	struct egov_store *store = query->store;
	enum egov_status rc = egov__query_run(query, err);

	if (rc == EGOV_OK && sqlite3_changes(store->db) == 0)
		rc = egov_error_set(err, EGOV_E_BUSY, NULL,
		                    "another run has finished application %s", id);
	return rc;
}

enum egov_status egov__store_application_issuing(struct egov_store *store, const char *id,
                                                 struct egov_slice serial, struct egov_error *err)
{
	static const char sql[] =
		"UPDATE application SET state = 4, serial = ?2 WHERE id = ?1 AND state = 3";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "application", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, id);
	egov__query_blob(&query, serial);
	return move(&query, id, err);
}

/* The working copy goes, with what the journal committed to it by (Order No. 4, Art. 23). */
enum egov_status egov__store_application_issued(struct egov_store *store, const char *id,
                                                struct egov_error *err)
{
	static const char sql[] =
		"UPDATE application SET state = 5, text = x'', salt = zeroblob(32)"
		" WHERE id = ?1 AND state = 4";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "application", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_text(&query, id);
	return move(&query, id, err);
}

/* The order of rows is that of their ids: both rise as applications come in. */
enum egov_status egov__store_application_walk(struct egov_store *store, int state,
                                              egov__application_fn *fn, void *user,
                                              struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE ?1 IN (0, state) ORDER BY rowid";
	struct egov__query query;
	struct egov__application_row row;
	enum egov_status rc = egov__query_read(store, sql, "application", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, (uint64_t)state);
	while (egov__query_next(&query, read_application, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
