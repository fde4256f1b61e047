/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/retention.h"

#include <egovca/retention.h>

#include "ca/serial.h"
#include "request/application.h"

static struct egov_store *store_of(struct egov_home *home)
{
	return egov__record_store(egov__home_record(home));
}

/* --- the rules --- */

/* Of years that a rule wants the longest wins. */
static enum egov_status apply(const struct egov__keep *keep, const char *rule, int years,
                              egov_time *until, struct egov_report *report, struct egov_error *err)
{
	char text[EGOV_TIME_TEXT];
	egov_time end = EGOV_TIME_NONE;
	enum egov_status rc = egov__keep_until(keep->lost_at, years, &end, err);

	if (rc != EGOV_OK)
		return rc;
	if (*until == EGOV_TIME_NONE || end > *until)
		*until = end;
	egov_time_format(end, text);
	if (report != NULL)
		egov__report_add(report, "rule", "%s %dy %s", rule, years, text);
	return EGOV_OK;
}

static void tell_loss(struct egov_report *report, const struct egov__keep *keep)
{
	egov__report_time(report, "not-after", keep->not_after);
	if (keep->revoked_at != EGOV_TIME_NONE)
		egov__report_time(report, "revoked-at", keep->revoked_at);
	if (keep->signed_until != EGOV_TIME_NONE)
		egov__report_time(report, "signed-until", keep->signed_until);
	egov__report_time(report, "lost-at", keep->lost_at);
	egov__report_add(report, "holder", "%s",
	                 egov__holder_kind_name((enum egov_holder_kind)keep->holder));
	egov__report_add(report, "profile", "%s", keep->profile);
}

static enum egov_status find_own(struct egov_home *home, struct egov_slice serial,
                                 struct egov__due *due, bool *found, struct egov_report *report,
                                 struct egov_error *err)
{
	const struct egov__keep *const keep = &due->keep;
	enum egov_status rc =
		egov__keep_of(store_of(home), serial, UINT64_MAX, &due->keep, found, err);

	if (rc != EGOV_OK || !*found)
		return rc;
	if (report != NULL)
		tell_loss(report, keep);
	due->own = EGOV_TIME_NONE;
	due->profile_years = egov__home_retention(home, keep->profile);
	rc = apply(keep, "law", EGOV__KEEP_LAW, &due->own, report, err);
	if (rc == EGOV_OK && keep->years > EGOV__KEEP_LAW)
		rc = apply(keep, "holder", keep->years, &due->own, report, err);
	if (rc == EGOV_OK)
		rc = apply(keep, "profile", due->profile_years, &due->own, report, err);
	due->until = due->own;
	return rc;
}

/* --- what rests on it, and who holds it --- */

static enum egov_status find_holds(struct egov_home *home, struct egov_slice serial,
                                   struct egov__due *due, struct egov_report *report,
                                   struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__legal_holds holds = { .count = 0 };
	char since[EGOV_TIME_TEXT];
	const char *subject;
	enum egov_status rc;

	egov__buf_hex(&hex, serial);
	subject = egov__buf_string(&hex);
	rc = subject == NULL ? egov_error_nomem(err)
	                     : egov__legal_holds_find(store_of(home), subject, UINT64_MAX, &holds, err);
	for (size_t i = 0; rc == EGOV_OK && i < holds.count; i++) {
		due->held = true;
		egov_time_format(holds.on[i].since, since);
		if (report != NULL)
			egov__report_add(report, "legal-hold", "%s %s %s", subject, since,
			                 holds.on[i].name);
	}
	egov__buf_clear(&hex);
	return rc;
}

/* A successor or the other half of a pair: its records are these too. */
static enum egov_status see_kin(struct egov_home *home, struct egov_slice serial,
                                struct egov__due *due, struct egov_report *report,
                                struct egov_error *err)
{
	struct egov__due other = { .until = EGOV_TIME_NONE };
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	char text[EGOV_TIME_TEXT];
	bool found = false;
	enum egov_status rc = find_own(home, serial, &other, &found, NULL, err);

	/* An intent that has no certificate yet: who resumes it still needs all of this. */
	if (rc == EGOV_OK && !found) {
		due->held = true;
		return EGOV_OK;
	}
	if (rc != EGOV_OK || other.own <= due->own)
		return rc;
	egov__buf_hex(&hex, serial);
	egov_time_format(other.own, text);
	if (report != NULL && egov__buf_string(&hex) != NULL)
		egov__report_add(report, "rests-on", "%s %s", egov__buf_string(&hex), text);
	if (other.own > due->until)
		due->until = other.own;
	rc = egov__buf_check(&hex, err);
	egov__buf_clear(&hex);
	return rc;
}

enum egov_status egov__due_find(struct egov_home *home, struct egov_slice serial,
                                struct egov__due *due, bool *found, struct egov_report *report,
                                struct egov_error *err)
{
	struct egov__family family = { NULL, 0 };
	enum egov_status rc;

	*due = (struct egov__due){ .held = false };
	rc = find_own(home, serial, due, found, report, err);
	if (rc != EGOV_OK || !*found)
		return rc;
	rc = egov__family_find(store_of(home), serial, &family, err);
	for (size_t i = 0; rc == EGOV_OK && i < family.count; i++) {
		if (i > 0)
			rc = see_kin(home, egov__family_serial(&family, i), due, report, err);
		if (rc == EGOV_OK)
			rc = find_holds(home, egov__family_serial(&family, i), due, report, err);
	}
	egov__family_clear(&family);
	return rc;
}

/* The CA's own certificates stay, whatever their date: all others are verified with them. */
static enum egov_status add_state(struct egov_home *home, struct egov_slice serial,
                                  const struct egov__due *due, struct egov_report *report,
                                  struct egov_error *err)
{
	struct egov__tombstone_row row;
	bool found = false;
	enum egov_status rc = egov__store_tombstone_get(store_of(home), serial, &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_time(report, "due", due->until);
	egov__report_add(report, "state", "%s",
	                 found ? (row.state == EGOV__TOMBSTONE_GONE ? "destroyed" : "ordered")
	                 : due->held                                          ? "held"
	                 : due->keep.own || egov_home_now(home) < due->until ? "kept"
	                                                                      : "due");
	return egov__report_check(report, err);
}

enum egov_status egov_record_due(struct egov_home *home, const char *serial,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__due due;
	bool found = false;
	enum egov_status rc = egov__serial_parse(serial, &bytes, err);

	if (rc == EGOV_OK) {
		egov__report_hex(report, "serial", egov_buf_slice(&bytes));
		rc = egov__due_find(home, egov_buf_slice(&bytes), &due, &found, report, err);
	}
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "never issued by this CA");
	if (rc == EGOV_OK)
		rc = add_state(home, egov_buf_slice(&bytes), &due, report, err);
	egov__buf_clear(&bytes);
	return rc;
}
