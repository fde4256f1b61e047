/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/issuance.h"

#include <string.h>

#include "ca/mandate.h"
#include "ca/renewal.h"
#include "ca/resume.h"
#include "crypto/sm3.h"

static const char art21[] = "Order No. 4, Art. 21";

void egov__issuance_clear(struct egov__issuance *i)
{
	egov__recorded_free(i->recorded);
	egov__intent_free(i->intent);
	egov__application_copy_clear(&i->copy);
	i->recorded = NULL;
	i->intent = NULL;
	i->wrote = false;
}

/* --- what is asked for --- */

enum egov_status egov__issuance_request(struct egov_slice bytes, const char *name,
                                        struct egov_request **out, struct egov_error *err)
{
	enum egov_status rc = egov_request_decode(bytes, EGOV__NO_SLICE, out, err);

	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return egov_error_prefix(err, rc, "%s", name == NULL ? egov__text("request") : name);
}

enum egov_status egov__issuance_validity(const char *text, struct egov_duration *out,
                                         struct egov_error *err)
{
	enum egov_status rc;

	if (text == NULL)
		return EGOV_OK;
	rc = egov_duration_parse(text, out, err);
	if (rc == EGOV_OK)
		return rc;
	if (err != NULL)
		err->status = EGOV_E_USAGE;
	return egov_error_prefix(err, EGOV_E_USAGE, "validity");
}

/* --- the application --- */

static enum egov_status read_application(struct egov__issuance *i, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(i->home));
	enum egov_status rc;

	egov__application_copy_clear(&i->copy);
	rc = egov__application_copy_get(store, i->application, &i->copy, err);
	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

/* The gate: an approved application, once. */
static enum egov_status check_state(const struct egov__application_row *row,
                                    struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(128);
	const char *text;
	enum egov_status rc = EGOV_OK;

	if (row->state == EGOV__APPLICATION_APPROVED || row->state == EGOV__APPLICATION_ISSUING)
		return EGOV_OK;
	egov__buf_hex(&serial, row->serial);
	text = egov__buf_string(&serial);
	if (row->state == EGOV__APPLICATION_ISSUED)
		rc = egov_error_set(err, EGOV_E_POLICY, art21,
		                    "application %s was used already, for serial %s", row->id,
		                    text == NULL ? "?" : text);
	else
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is %s, not approved",
		                    row->id, egov__application_state_name(row->state));
	egov__buf_clear(&serial);
	return rc;
}

/* --- transaction 1 --- */

static enum egov_status judge(const struct egov__issuance *i, struct egov_judged **out,
                              struct egov_error *err)
{
	const struct egov__application_row *row = &i->copy.row;
	struct egov_application *application = NULL;
	struct egov_judged *judged = NULL;
	enum egov_status rc = egov__application_restore(row->text, row->id, &application, err);

	if (rc == EGOV_OK)
		rc = egov__profile_judge_key(i->profile, application, i->public_key, &judged, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check_holder(i->home, i->ca, judged, err);
	if (rc == EGOV_OK)
		rc = egov__renewal_check_key(i->home, row->key_digest, err);
	if (rc == EGOV_OK) {
		*out = judged;
		judged = NULL;
	}
	egov__judged_free(judged);
	egov_application_free(application);
	return rc;
}

/* A new intent: judged, built, linted, recorded; the application names its serial. */
static enum egov_status intend(struct egov__issuance *i, struct egov_error *err)
{
	struct egov_judged *judged = NULL;
	struct egov_cleared *cleared = NULL;
	uint8_t serial[EGOV__SERIAL];
	enum egov_status rc = judge(i, &judged, err);
	const struct egov__issuing issuing = {
		.home = i->home,
		.profile = i->profile,
		.judged = judged,
		.ca = i->ca,
		.act = EGOV__ACT_ISSUE,
		.actor = i->actor,
		.application = i->copy.row.id,
		.proofs_digest = i->copy.row.proofs_digest,
		.request = i->request,
		.validity = i->validity
	};

	if (rc == EGOV_OK)
		rc = egov__issuing_clear(&issuing, serial, &cleared, err);
	if (rc == EGOV_OK) {
		i->wrote = true;
		rc = egov__issuing_record(&issuing, serial, cleared, &i->intent, err);
		if (rc == EGOV_OK)
			cleared = NULL;
	}
	if (rc == EGOV_OK)
		rc = egov__store_application_issuing(
			egov__record_store(egov__home_record(i->home)), i->copy.row.id,
			EGOV__SLICE(serial), err);
	egov__cleared_free(cleared);
	egov__judged_free(judged);
	return rc;
}

static enum egov_status find_intent(const struct egov__issuance *i, uint64_t *id,
                                    struct egov_error *err)
{
	const struct egov__application_row *application = &i->copy.row;
	struct egov__intent_row row;
	bool found = false;
	enum egov_status rc = egov__store_intent_by_serial(
		egov__record_store(egov__home_record(i->home)), application->serial, &row, &found,
		err);

	if (rc == EGOV_OK
	    && (!found || row.state != EGOV__INTENT_OPEN
	        || strcmp(row.application, application->id) != 0))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "application %s is issuing, but has no open intent",
		                    application->id);
	if (rc == EGOV_OK)
		rc = egov__resume_check_age(i->home, row.time, err);
	if (rc == EGOV_OK)
		*id = row.id;
	return rc;
}

/* The halves of a pair are signed together (issue_pair.c). */
static enum egov_status not_of_a_pair(const struct egov__issuance *i, struct egov_error *err)
{
	struct egov__pair_row row;
	bool found = false;
	enum egov_status rc = egov__store_pair_of(
		egov__record_store(egov__home_record(i->home)), i->copy.row.id, &row, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is for a pair",
		                    i->copy.row.id);
	return rc;
}

/* An intent that a killed run left may have produced a signature: the same bytes
 * are signed again, for the same key alone. */
static enum egov_status resume(struct egov__issuance *i, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	const struct egov__application_row *row = &i->copy.row;
	struct egov__cert_fields fields;
	uint64_t id = 0;
	enum egov_status rc = not_of_a_pair(i, err);

	if (rc == EGOV_OK && strcmp(row->profile, egov_profile_name(i->profile)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is for profile %s",
		                    row->id, row->profile);
	if (rc == EGOV_OK)
		rc = find_intent(i, &id, err);
	if (rc == EGOV_OK)
		rc = egov__record_resume(record, id, &i->intent, err);
	if (rc == EGOV_OK)
		rc = egov__cert_tbs_decode(egov__tbs_der(egov__intent_tbs(i->intent)), &fields, err);
	if (rc == EGOV_OK && !egov__slice_equal(fields.spki, i->public_key))
		rc = egov_error_set(err, EGOV_E_POLICY, art21,
		                    "the request's key is not the one of application %s", row->id);
	return rc;
}

enum egov_status egov__issuance_begin(struct egov__issuance *i, struct egov_error *err)
{
	enum egov_status rc = read_application(i, err);

	if (rc == EGOV_OK)
		rc = check_state(&i->copy.row, err);
	if (rc != EGOV_OK)
		return rc;
	return i->copy.row.state == EGOV__APPLICATION_ISSUING ? resume(i, err) : intend(i, err);
}

/* --- transaction 2 --- */

static enum egov_status came_second(struct egov__issuance *i, struct egov_error *err)
{
	enum egov_status rc;

	egov_error_clear(err);
	rc = read_application(i, err);
	if (rc == EGOV_OK)
		rc = check_state(&i->copy.row, err);
	if (rc == EGOV_OK)
		rc = egov_error_set(err, EGOV_E_BUSY, NULL, "another run is at work on application %s",
		                    i->application);
	return rc;
}

enum egov_status egov__issuance_end(struct egov__issuance *i, struct egov_signed *signed_object,
                                    struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	enum egov_status rc = egov__record_result(record, signed_object, &i->recorded, err);

	if (rc != EGOV_OK)
		egov__signed_free(signed_object);
	if (rc == EGOV_E_EXISTS)
		return came_second(i, err);
	i->wrote = true;
	if (rc != EGOV_OK)
		return rc;
	rc = egov__store_application_issued(egov__record_store(record), i->application, err);
	if (rc == EGOV_OK && egov__intent_is_earlier(i->intent))
		rc = egov__resume_note(i->home, i->actor, egov__intent_id(i->intent),
		                       egov__recorded_serial(i->recorded), err);
	return rc;
}

/* --- what was issued before --- */

enum egov_status egov__issuance_earlier(struct egov__issuance *i, bool *found,
                                        struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	struct egov__certificate_row row;
	uint8_t digest[EGOV__SM3_SIZE];
	bool some = false;
	enum egov_status rc = read_application(i, err);

	if (rc != EGOV_OK || i->copy.row.state != EGOV__APPLICATION_ISSUED
	    || strcmp(i->copy.row.profile, egov_profile_name(i->profile)) != 0)
		return rc;
	rc = egov__sm3(&i->public_key, 1, digest, err);
	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(egov__record_store(record), i->copy.row.serial, &row,
		                                 &some, err);
	if (rc != EGOV_OK || !some || memcmp(row.key_digest, digest, sizeof(digest)) != 0)
		return rc;
	rc = egov__record_certificate(record, i->copy.row.serial, &i->recorded, err);
	*found = rc == EGOV_OK;
	return rc;
}
