/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home.h"

#include <inttypes.h>

/* Younger ones are most likely another process at work. */
#define AGE 60

struct search {
	struct egov_report *report;
	egov_time before;
};

static enum egov_status add_intent(void *user, const struct egov__intent_row *row,
                                   struct egov_error *err)
{
	static const char *const objects[] = { "?", "request", "certificate", "crl" };
	const struct search *search = user;

	(void)err;
	if (row->time > search->before)
		return EGOV_OK;
	egov__report_record(search->report);
	egov__report_add(search->report, "intent", "%" PRIu64, row->id);
	egov__report_add(search->report, "object", "%s",
	                 row->kind >= EGOV_OBJECT_REQUEST && row->kind <= EGOV_OBJECT_CRL
	                         ? objects[row->kind]
	                         : objects[0]);
	if (row->kind == EGOV_OBJECT_CERTIFICATE)
		egov__report_hex(search->report, "serial", row->serial);
	if (row->kind == EGOV_OBJECT_CRL)
		egov__report_add(search->report, "number", "%" PRIu64, row->crl_number);
	if (*row->application != 0)
		egov__report_add(search->report, "application", "%s", row->application);
	egov__report_time(search->report, "time", row->time);
	return EGOV_OK;
}

enum egov_status egov_home_unfinished(struct egov_home *home, struct egov_report *report,
                                      struct egov_error *err)
{
	struct search search = { report, egov_home_now(home) - AGE };
	enum egov_status rc =
		egov__store_intent_walk(egov__record_store(egov__home_record(home)),
	                                EGOV__INTENT_OPEN, add_intent, &search, err);

	return rc != EGOV_OK ? rc : egov__report_check(report, err);
}
