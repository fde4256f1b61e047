/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/report.h"

static void add_finding(struct egov_report *findings, const struct egov__side *side,
                        const struct egov__side_check *check, struct egov__note *note,
                        const struct egov_error *cause)
{
	const char *what = egov__buf_string(&note->what), *source = egov__buf_string(&note->source);

	egov__report_record(findings);
	egov__report_add(findings, "check", "%s", check->id);
	egov__report_add(findings, "result", "%s",
	                 cause != NULL ? "fail" : note->skip ? "skip" : "pass");
	egov__report_add(findings, "what", "%s: %s", side->label,
	                 cause != NULL ? cause->text : what == NULL ? "?" : what);
	egov__report_add(findings, "source", "%s",
	                 source == NULL || source[0] == 0 ? side->source : source);
	egov__report_add(findings, "clause", "%s", cause != NULL ? cause->clause : check->clause);
}

static enum egov_status run_one(const struct egov__side *side, const struct egov__side_check *check,
                                const void *object, struct egov_report *findings,
                                struct egov_error *err)
{
	struct egov__note note = EGOV__NOTE;
	struct egov_error cause = { 0 };
	enum egov_status rc = check->fn(object, &note, &cause);

	if (rc == EGOV_E_UNTRUSTED && cause.clause == NULL)
		cause.clause = check->clause;
	if (findings != NULL && (rc == EGOV_OK || rc == EGOV_E_UNTRUSTED))
		add_finding(findings, side, check, &note, rc == EGOV_OK ? NULL : &cause);
	if (rc != EGOV_OK && err != NULL && err->status == EGOV_OK) {
		*err = cause;
		rc = egov_error_prefix(err, rc, "%s", side->label);
	}
	egov__buf_clear(&note.what);
	egov__buf_clear(&note.source);
	return rc;
}

enum egov_status egov__side_run(const struct egov__side *side, const void *object,
                                struct egov_report *findings, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; i < side->count; i++) {
		const enum egov_status one = run_one(side, &side->checks[i], object, findings, err);

		if (one != EGOV_OK && one != EGOV_E_UNTRUSTED)
			return one;
		rc = rc == EGOV_OK ? one : rc;
	}
	return rc;
}

void egov__side_list(const struct egov__side *side, struct egov_report *report)
{
	for (size_t i = 0; i < side->count; i++) {
		egov__report_record(report);
		egov__report_add(report, "check", "%s", side->checks[i].id);
		egov__report_add(report, "clause", "%s", side->checks[i].clause);
		egov__report_add(report, "severity", "error");
	}
}
