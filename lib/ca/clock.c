/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>

#include "base/text.h"
#include "ca/approve.h"
#include "ca/issuing.h"
#include "record/clock.h"

#define REASON_MAX 500          /* characters */

static enum egov_status check_reason(const char *reason, struct egov_error *err)
{
	const struct egov_slice text = egov__slice_text(reason == NULL ? "" : reason);
	size_t characters = 0;

	if (text.size == 0 || !egov__utf8_check(text, &characters) || characters > REASON_MAX
	    || egov__utf8_has_control(text))
		return egov_error_set(err, EGOV_E_USAGE, "Order No. 4, Art. 24",
		                      "reason: want why, 1 to %d characters on one line", REASON_MAX);
	return EGOV_OK;
}

static enum egov_status add_times(struct egov_home *home, egov_time latest,
                                  struct egov_report *report, struct egov_error *err)
{
	if (latest != EGOV_TIME_NONE)
		egov__report_time(report, "latest", latest);
	egov__report_time(report, "now", egov_home_now(home));
	return egov__report_check(report, err);
}

enum egov_status egov_record_clock(struct egov_home *home, struct egov_report *report,
                                   struct egov_error *err)
{
	const egov_time latest = egov__record_latest(egov__home_record(home));
	enum egov_status rc = add_times(home, latest, report, err);

	if (rc == EGOV_OK)
		rc = egov__clock_check(egov_home_now(home), latest,
		                       &egov__home_conf(home)->record_silence, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "verdict", "%s", "good");
	return egov__report_check(report, err);
}

/* What was so before, and what is right: what an operator signs for. */
static enum egov_status accept_inside(struct egov_home *home, const char *actor,
                                      const char *reason, egov_time latest,
                                      struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__fact_time_add(&facts, EGOV__KEY_LATEST, latest);
	egov__body_time_add(body, EGOV__KEY_LATEST, latest);
	rc = egov__approve(home, EGOV__ACT_CLOCK, EGOV__CLOCK_SUBJECT, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(home), EGOV__KIND_CLOCK, actor,
		                         EGOV__CLOCK_SUBJECT, body, egov__slice_text(reason), err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

/* While the clock does not fit the journal, the journal takes nothing but that it does. */
static enum egov_status refuse(struct egov_home *home, const char *actor, egov_time latest,
                               enum egov_status rc, struct egov_error *err)
{
	if (egov__clock_check(egov_home_now(home), latest, &egov__home_conf(home)->record_silence, NULL)
	    != EGOV_OK)
		return rc;
	return egov__refuse(home, actor, EGOV__CLOCK_SUBJECT, EGOV__ACT_CLOCK, rc, err);
}

enum egov_status egov_record_accept_clock(struct egov_home *home, const char *actor,
                                          const char *reason, struct egov_report *report,
                                          struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	egov_time latest = EGOV_TIME_NONE;
	uint64_t relisted = 0;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_CLOCK, actor, err);

	if (rc == EGOV_OK)
		rc = check_reason(reason, err);
	if (rc == EGOV_OK)
		rc = egov__record_begin_clock(record, egov_home_now(home), &latest, err);
	if (rc != EGOV_OK)
		return rc;
	rc = accept_inside(home, actor, reason, latest, err);
	if (rc == EGOV_OK)
		rc = egov__store_revoked_relist(egov__record_store(record), egov_home_now(home),
		                                &relisted, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK) {
		egov__record_rollback(record);
		return refuse(home, actor, latest, rc, err);
	}
	egov__report_add(report, "relisted", "%" PRIu64, relisted);
	return add_times(home, latest, report, err);
}
