/* SPDX-License-Identifier: Apache-2.0 */
#include "record/clock.h"

#include <string.h>

static const char clause[] = "Order No. 4, Art. 24";

enum egov_status egov__clock_check(egov_time now, egov_time latest,
                                   const struct egov_duration *silence, struct egov_error *err)
{
	const bool endless = silence->years == 0 && silence->seconds == 0;
	char is[EGOV_TIME_TEXT], last[EGOV_TIME_TEXT];
	egov_time until = EGOV_TIME_NONE;

	/* A sum past the end of time is no limit. */
	if (latest == EGOV_TIME_NONE
	    || (now >= latest - EGOV__CLOCK_SLACK
	        && (endless || egov_time_add(latest, *silence, &until, NULL) != EGOV_OK
	            || now <= until)))
		return EGOV_OK;
	egov_time_format(now, is);
	egov_time_format(latest, last);
	if (now < latest)
		return egov_error_set(err, EGOV_E_IO, clause,
		                      "clock: %s is before the latest entry of the journal, %s; "
		                      "where it is right now, egov-record clock --accept says so",
		                      is, last);
	return egov_error_set(err, EGOV_E_IO, clause,
	                      "clock: %s is long after the latest entry of the journal, %s "
	                      "([record] silence); where it is right, egov-record clock --accept "
	                      "says so",
	                      is, last);
}

bool egov__clock_is_about(const struct egov__journal_row *entry)
{
	return strcmp(entry->subject, EGOV__CLOCK_SUBJECT) == 0
	       && (strcmp(entry->kind, EGOV__KIND_CLOCK) == 0
	           || strcmp(entry->kind, EGOV__KIND_APPROVAL) == 0);
}

struct search {
	uint64_t to;
	bool back;
};

static enum egov_status see_clock(void *user, const struct egov__journal_row *entry,
                                  struct egov_error *err)
{
	struct search *const search = user;
	struct egov__body *body = NULL;
	egov_time latest = EGOV_TIME_NONE;
	enum egov_status rc;

	if (entry->seq >= search->to || strcmp(entry->kind, EGOV__KIND_CLOCK) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK && egov__body_get_time(body, EGOV__KEY_LATEST, &latest)
	    && entry->time < latest)
		search->back = true;
	egov__body_free(body);
	return rc;
}

enum egov_status egov__clock_set_back(struct egov_store *store, uint64_t from, uint64_t to,
                                      bool *back, struct egov_error *err)
{
	struct search search = { to, false };
	enum egov_status rc = egov__store_journal_walk(store, from, EGOV__CLOCK_SUBJECT, see_clock,
	                                               &search, err);

	*back = search.back;
	return rc;
}
