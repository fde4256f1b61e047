/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "ca/application_row.h"

static void add_text(struct egov_report *report, const char *key, const char *value)
{
	if (*value != 0)
		egov__report_add(report, key, "%s", value);
}

static enum egov_status add_row(void *user, const struct egov__application_row *row,
                                struct egov_error *err)
{
	struct egov_report *report = user;

	(void)err;
	egov__report_record(report);
	egov__report_add(report, "application", "%s", row->id);
	egov__report_add(report, "state", "%s", egov__application_state_name(row->state));
	egov__report_add(report, "profile", "%s", row->profile);
	egov__report_add(report, "holder-kind", "%s",
	                 egov__holder_kind_name((enum egov_holder_kind)row->holder_kind));
	egov__report_hex(report, "key-sm3", EGOV__SLICE(row->key_digest));
	egov__report_hex(report, "proofs-sm3", EGOV__SLICE(row->proofs_digest));
	egov__report_time(report, "submitted-at", row->submitted_at);
	add_text(report, "submitted-by", row->submitter);
	add_text(report, "identity-checked-by", row->identity_operator);
	add_text(report, "reviewed-by", row->reviewer);
	add_text(report, "approved-by", row->approver);
	add_text(report, "approved-too-by", row->second_approver);
	if (row->decided_at != EGOV_TIME_NONE)
		egov__report_time(report, "decided-at", row->decided_at);
	add_text(report, "reason", row->reason);
	if (row->serial.size > 0)
		egov__report_hex(report, "serial", row->serial);
	return EGOV_OK;
}

/* The facts that stand in the working copy, while there is one. */
static enum egov_status add_facts(const struct egov__application_row *row,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov_application *application = NULL;
	enum egov_status rc;

	if (row->text.size == 0)
		return EGOV_OK;
	rc = egov__application_restore(row->text, row->id, &application, err);
	if (rc != EGOV_OK)
		return rc;
	if (egov__application_encrypt_profile(application) != NULL)
		egov__report_add(report, "encrypt-profile", "%s",
		                 egov__application_encrypt_profile(application));
	for (int fact = 0; fact < EGOV__FACT_COUNT; fact++) {
		const char *value = egov__application_fact(application, (enum egov__fact)fact);

		if (value != NULL)
			egov__report_add(report, egov__fact_key((enum egov__fact)fact), "%s", value);
	}
	egov_application_free(application);
	return EGOV_OK;
}

enum egov_status egov_apply_show(struct egov_home *home, const char *id,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov__application_copy copy = { 0 };
	enum egov_status rc = egov__application_copy_get(
		egov__record_store(egov__home_record(home)), id, &copy, err);

	if (rc == EGOV_OK)
		rc = add_row(report, &copy.row, err);
	if (rc == EGOV_OK)
		rc = add_facts(&copy.row, report, err);
	if (rc == EGOV_OK)
		rc = egov__report_check(report, err);
	egov__application_copy_clear(&copy);
	return rc;
}

enum egov_status egov_apply_list(struct egov_home *home, const char *state,
                                 struct egov_report *report, struct egov_error *err)
{
	const int wanted = state == NULL ? 0 : egov__application_state_by_name(state);
	enum egov_status rc;

	if (state != NULL && wanted == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "state \"%.40s\": want submitted, reviewed, approved, issuing, "
		                      "issued or rejected",
		                      state);
	rc = egov__store_application_walk(egov__record_store(egov__home_record(home)), wanted,
	                                  add_row, report, err);
	return rc != EGOV_OK ? rc : egov__report_check(report, err);
}
