/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_query.h"

#define NAMES                                                                                      \
	"serial, intent, profile, application, cps_version, subject, key_digest, not_before,"      \
	" not_after, issued_at, is_ca, der, generation"
#define COLUMNS "SELECT " NAMES " FROM certificate "

static void read_certificate(struct egov__query *query, void *to)
{
	struct egov__certificate_row *row = to;

	row->serial = egov__column_blob(query);
	row->intent = egov__column_number(query);
	row->profile = egov__column_text(query);
	row->application = egov__column_text(query);
	row->cps_version = egov__column_text(query);
	row->subject = egov__column_text(query);
	egov__column_digest(query, row->key_digest);
	row->not_before = egov__column_time(query);
	row->not_after = egov__column_time(query);
	row->issued_at = egov__column_time(query);
	row->is_ca = egov__column_number(query) != 0;
	row->der = egov__column_blob(query);
	row->generation = egov__column_number(query);
}

enum egov_status egov__store_certificate_add(struct egov_store *store,
                                             const struct egov__certificate_row *row,
                                             struct egov_error *err)
{
	static const char sql[] =
		"INSERT INTO certificate(" NAMES ")"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "certificate of this serial or intent",
	                                        &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_blob(&query, row->serial);
	egov__query_number(&query, row->intent);
	egov__query_text(&query, row->profile);
	egov__query_text(&query, row->application);
	egov__query_text(&query, row->cps_version);
	egov__query_text(&query, row->subject);
	egov__query_digest(&query, row->key_digest);
	egov__query_time(&query, row->not_before);
	egov__query_time(&query, row->not_after);
	egov__query_time(&query, row->issued_at);
	egov__query_number(&query, row->is_ca);
	egov__query_blob(&query, row->der);
	egov__query_number(&query, row->generation);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_certificate_row(struct egov_store *store, struct egov_slice serial,
                                             struct egov__certificate_row *row, bool *found,
                                             struct egov_error *err)
{
	static const char sql[] = COLUMNS "WHERE serial = ?1";
	const struct egov__find find = { sql, "certificate", read_certificate, row, found };

	return egov__find_blob(store, &find, serial, err);
}

enum egov_status egov__store_certificate_get(struct egov_store *store, struct egov_slice serial,
                                             struct egov__certificate_row *row, bool *found,
                                             struct egov_error *err)
{
	enum egov_status rc = egov__store_certificate_row(store, serial, row, found, err);

	return rc == EGOV_OK && *found ? egov__shelf_certificate(&store->held, row, err) : rc;
}

/* Who sees them, and whether with what lies in archives. */
struct see {
	egov__certificate_fn *fn;
	void *user;
	bool whole;
};

static enum egov_status walk(struct egov_store *store, const char *subject_text,
                             const struct see *see, struct egov_error *err)
{
	static const char all[] = COLUMNS "ORDER BY serial";
	static const char some[] = COLUMNS "WHERE instr(subject, ?1) > 0 ORDER BY serial";
	struct egov__query query;
	struct egov__certificate_row row;
	enum egov_status rc = egov__query_read(store, subject_text == NULL ? all : some, "certificate",
	                                       &query, err);

	if (rc != EGOV_OK)
		return rc;
	if (subject_text != NULL)
		egov__query_text(&query, subject_text);
	while (egov__query_next(&query, read_certificate, &row, &rc, err)
	       && (rc = see->whole ? egov__shelf_certificate(&query, &row, err) : EGOV_OK) == EGOV_OK
	       && (rc = see->fn(see->user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}

enum egov_status egov__store_certificate_walk(struct egov_store *store, const char *subject_text,
                                              egov__certificate_fn *fn, void *user,
                                              struct egov_error *err)
{
	return walk(store, subject_text, &(struct see){ fn, user, true }, err);
}

enum egov_status egov__store_certificate_walk_rows(struct egov_store *store,
                                                   const char *subject_text,
                                                   egov__certificate_fn *fn, void *user,
                                                   struct egov_error *err)
{
	return walk(store, subject_text, &(struct see){ fn, user, false }, err);
}

/* --- requests of the CA's own key --- */

static void read_request(struct egov__query *query, void *to)
{
	struct egov__request_row *row = to;

	row->intent = egov__column_number(query);
	row->der = egov__column_blob(query);
}

enum egov_status egov__store_request_add(struct egov_store *store,
                                         const struct egov__request_row *row,
                                         struct egov_error *err)
{
	static const char sql[] = "INSERT INTO request(intent, der) VALUES(?1, ?2)";
	struct egov__query query;
	enum egov_status rc = egov__query_write(store, sql, "request of this intent", &query, err);

	if (rc != EGOV_OK)
		return rc;
	egov__query_number(&query, row->intent);
	egov__query_blob(&query, row->der);
	return egov__query_run(&query, err);
}

enum egov_status egov__store_request_get(struct egov_store *store, uint64_t intent,
                                         struct egov__request_row *row, bool *found,
                                         struct egov_error *err)
{
	static const char sql[] = "SELECT intent, der FROM request WHERE intent = ?1";
	const struct egov__find find = { sql, "request", read_request, row, found };

	return egov__find_number(store, &find, intent, err);
}

enum egov_status egov__store_request_walk(struct egov_store *store, egov__request_fn *fn,
                                          void *user, struct egov_error *err)
{
	static const char sql[] = "SELECT intent, der FROM request ORDER BY intent";
	struct egov__query query;
	struct egov__request_row row;
	enum egov_status rc = egov__query_read(store, sql, "request", &query, err);

	if (rc != EGOV_OK)
		return rc;
	while (egov__query_next(&query, read_request, &row, &rc, err)
	       && (rc = fn(user, &row, err)) == EGOV_OK)
		;
	egov__query_close(&query);
	return rc;
}
