/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>

#include "home/home.h"

static enum egov_status not_found(const struct egov_crl_query *query, struct egov_error *err)
{
	char when[EGOV_TIME_TEXT];

	if (query->number != 0)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                      "no list of number %" PRIu64 " was published", query->number);
	egov_time_format(query->at, when);
	return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "no such list had been published at %s",
	                      when);
}

enum egov_status egov_crl_get(struct egov_home *home, const struct egov_crl_query *query,
                              struct egov_buf *der, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(home));
	struct egov__crl_scope scope;
	struct egov__pieces *pieces = NULL;
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc;

	if (query->number != 0) {
		rc = egov__store_crl_get(store, query->number, &row, &found, err);
	} else {
		rc = egov__home_list_parse(query->list == NULL ? "ca" : query->list, &scope, err);
		if (rc == EGOV_OK)
			rc = egov__store_crl_at(store, &scope, query->at, &row, &found, err);
	}
	if (rc == EGOV_OK && (!found || !row.published))
		rc = not_found(query, err);
	if (rc == EGOV_OK)
		rc = egov__store_crl_open(store, &row, &pieces, err);
	if (rc == EGOV_OK)
		rc = egov__source_append(egov__pieces_list(pieces), der, err);
	egov__pieces_free(pieces);
	return rc;
}

static enum egov_status report_list(void *user, const struct egov__crl_row *row,
                                    struct egov_error *err)
{
	const struct egov__crl_scope scope = { row->generation, row->part, row->base, 0 };
	struct egov_report *report = user;
	char name[EGOV__LIST_NAME];

	egov__home_list_name(&scope, name);
	egov__report_record(report);
	egov__report_add(report, "number", "%" PRIu64, row->number);
	egov__report_add(report, "list", "%s", name);
	if (row->base != 0)
		egov__report_add(report, "base", "%" PRIu64, row->base);
	egov__report_time(report, "this-update", row->this_update);
	egov__report_time(report, "next-update", row->next_update);
	egov__report_add(report, "entries", "%" PRIu64, row->entries);
	egov__report_add(report, "published", "%s", row->published ? "yes" : "no");
	return egov__report_check(report, err);
}

enum egov_status egov_crl_list(struct egov_home *home, struct egov_report *report,
                               struct egov_error *err)
{
	return egov__store_crl_walk_rows(egov__record_store(egov__home_record(home)), report_list,
	                                 report, err);
}
