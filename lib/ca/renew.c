/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ca/mandate.h"
#include "ca/renewal.h"
#include "ca/resume.h"
#include "ca/serial.h"
#include "crypto/sm3.h"
#include "record/consent.h"

static const char art18[] = "Order No. 4, Art. 18(1)", art21[] = "Order No. 4, Art. 21";

static struct egov_store *store_of(const struct egov__renewal *r)
{
	return egov__record_store(egov__home_record(r->home));
}

static void renewal_clear(struct egov__renewal *r)
{
	egov__recorded_free(r->recorded);
	egov__intent_free(r->intent);
	egov__application_copy_clear(&r->application);
	egov_request_free(r->request);
	egov_signer_close(r->signer);
	egov_cert_free(r->ca);
	egov_profile_free(r->profile);
	free(r->profile_name);
	egov_cert_free(r->old);
	egov__buf_clear(&r->serial);
}

/* --- what is asked for --- */

static enum egov_status find_operation(struct egov__renewal *r, struct egov_error *err)
{
	for (int i = EGOV__RENEW; i <= EGOV__EXTEND; i++)
		if (strcmp(r->options->operation, egov__succession_name((enum egov__succession)i)) == 0) {
			r->operation = (enum egov__succession)i;
			return EGOV_OK;
		}
	return egov_error_set(err, EGOV_E_USAGE, art18,
	                      "operation \"%.40s\": want renew, rekey or extend",
	                      r->options->operation);
}

static enum egov_status parse_validity(struct egov__renewal *r, struct egov_error *err)
{
	enum egov_status rc;

	if (r->options->validity == NULL)
		return EGOV_OK;
	rc = egov_duration_parse(r->options->validity, &r->wanted, err);
	if (rc != EGOV_OK && err != NULL)
		err->status = EGOV_E_USAGE;
	return rc == EGOV_OK ? rc : egov_error_prefix(err, EGOV_E_USAGE, "validity");
}

/* The halves of a pair stay together: a new application for a pair follows both. */
static enum egov_status check_single(struct egov__renewal *r, struct egov_error *err)
{
	struct egov__pair_row row;
	bool found = false;
	enum egov_status rc = egov__store_pair_get(store_of(r), egov_buf_slice(&r->serial), &row,
	                                           &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0034",
		                    "the certificate is half of a pair, which a new application for "
		                    "a pair follows");
	return rc;
}

/* The certificate that is followed; its row is copied, what is lent goes. */
static enum egov_status load_old(struct egov__renewal *r, struct egov_error *err)
{
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc = egov__serial_parse(r->options->serial, &r->serial, err);

	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(store_of(r), egov_buf_slice(&r->serial), &row,
		                                 &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA has this serial");
	if (rc != EGOV_OK)
		return rc;
	r->old_intent = row.intent;
	r->old_is_ca = row.is_ca;
	memcpy(r->old_key, row.key_digest, sizeof(r->old_key));
	r->profile_name = egov__text_dup(row.profile);
	rc = r->profile_name == NULL ? egov_error_nomem(err)
	                             : egov_cert_decode(row.der, &r->old, err);
	return rc == EGOV_OK ? check_single(r, err) : rc;
}

/* The key to be certified: a request proves that its holder has it. */
static enum egov_status load_key(struct egov__renewal *r, struct egov_error *err)
{
	const char *name = r->options->request_name;
	enum egov_status rc = EGOV_OK;

	r->public_key = egov_cert_public_key(r->old);
	if (r->options->request.size == 0 && r->operation == EGOV__REKEY)
		return egov_error_set(err, EGOV_E_USAGE, art21,
		                      "rekeying wants a request with the new key");
	if (r->options->request.size > 0) {
		rc = egov_request_decode(r->options->request, EGOV__NO_SLICE, &r->request, err);
		if (rc == EGOV_E_UNTRUSTED) {
			rc = EGOV_E_POLICY;
			if (err != NULL)
				err->status = rc;
		}
		if (rc != EGOV_OK)
			return egov_error_prefix(err, rc, "%s",
			                         name == NULL ? egov__text("request") : name);
		r->public_key = egov_request_public_key(r->request);
	}
	return egov__sm3(&r->public_key, 1, r->key, err);
}

static enum egov_status check_wanted(const struct egov__renewal *r, struct egov_error *err)
{
	const struct egov_renew_options *o = r->options;

	if ((o->application != NULL) == (o->consent.size > 0))
		return egov_error_set(err, EGOV_E_USAGE, art21,
		                      "want either an application or the holder's consent");
	if (o->application != NULL && o->request.size == 0)
		return egov_error_set(err, EGOV_E_USAGE, art21,
		                      "an application wants a request with the key that it pins");
	return EGOV_OK;
}

static enum egov_status prepare(struct egov__renewal *r, struct egov_error *err)
{
	enum egov_status rc = load_old(r, err);

	if (rc == EGOV_OK)
		rc = load_key(r, err);
	if (rc == EGOV_OK)
		rc = egov__home_profile(r->home, r->profile_name, &r->profile, err);
	if (rc == EGOV_OK)
		rc = egov__home_certificate(r->home, &r->ca, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check(r->ca, r->profile, egov_home_now(r->home), err);
	if (rc == EGOV_OK && r->lent == NULL)
		rc = egov__home_signer(r->home, EGOV_KEY_CA, &r->signer, err);
	return rc;
}

/* --- transaction 1 --- */

/* The application is approved, for the same profile, and not used. */
static enum egov_status load_application(struct egov__renewal *r, struct egov_error *err)
{
	struct egov__application_row *const row = &r->application.row;
	enum egov_status rc;

	if (r->options->application == NULL)
		return EGOV_OK;
	rc = egov__application_copy_get(store_of(r), r->options->application, &r->application, err);
	if (rc == EGOV_E_NOTFOUND && err != NULL)
		err->status = EGOV_E_POLICY;
	if (rc == EGOV_OK && row->state != EGOV__APPLICATION_APPROVED)
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is %s, not approved",
		                    row->id, egov__application_state_name(row->state));
	return rc == EGOV_E_NOTFOUND ? EGOV_E_POLICY : rc;
}

static enum egov_status judge(const struct egov__renewal *r, struct egov_judged **out,
                              struct egov_error *err)
{
	const struct egov__judged_before before = { egov_cert_subject(r->old),
		                                    egov__cert_fields(r->old)->extensions,
		                                    r->public_key };
	struct egov_application *application = NULL;
	struct egov_judged *judged = NULL;
	enum egov_status rc;

	if (r->options->application == NULL) {
		rc = egov__profile_judge_again(r->profile, &before, &judged, err);
	} else {
		rc = egov__application_restore(r->application.row.text, r->application.row.id,
		                               &application, err);
		if (rc == EGOV_OK)
			rc = egov__profile_judge(r->profile, application, r->request, &judged, err);
		if (rc == EGOV_OK
		    && !egov__slice_equal(egov__judged_subject(judged), before.subject))
			rc = egov_error_set(err, EGOV_E_POLICY, art21,
			                    "application %s names another holder than the certificate",
			                    r->application.row.id);
	}
	if (rc == EGOV_OK)
		rc = egov__mandate_check_holder(r->home, r->ca, judged, err);
	if (rc == EGOV_OK)
		*out = judged;
	else
		egov__judged_free(judged);
	egov_application_free(application);
	return rc;
}

/* That it follows that certificate, and by whose consent, is what an operator signs for. */
static enum egov_status approve(const struct egov__renewal *r,
                                const struct egov__succession_row *row, const char *subject,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_PREDECESSOR, row->predecessor);
	if (row->consent.size > 0)
		egov__fact_hex_add(&facts, EGOV__KEY_CONSENT, row->consent);
	rc = egov__approve(r->home, egov__succession_name(r->operation), subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status journal(const struct egov__renewal *r, struct egov_slice serial,
                                struct egov_error *err)
{
	const struct egov__succession_row row = { egov__intent_id(r->intent), (int)r->operation,
		                                  egov_buf_slice(&r->serial), r->options->consent };
	struct egov_buf hex = EGOV__BUF(128);
	struct egov__body *body = egov__body_new();
	enum egov_status rc = egov__store_succession_add(store_of(r), &row, err);

	egov__buf_hex(&hex, serial);
	egov__succession_body(&row, body);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&hex) == NULL
		             ? egov_error_nomem(err)
		             : approve(r, &row, egov__buf_string(&hex), err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(r->home),
		                         egov__succession_name(r->operation), r->options->actor,
		                         egov__buf_string(&hex), body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status intend(struct egov__renewal *r, struct egov_error *err)
{
	struct egov__application_row *const row = &r->application.row;
	struct egov_judged *judged = NULL;
	uint8_t serial[EGOV__SERIAL];
	enum egov_status rc = load_application(r, err);

	if (rc == EGOV_OK)
		rc = egov__renewal_check(r, err);
	if (rc == EGOV_OK)
		rc = judge(r, &judged, err);
	if (rc == EGOV_OK) {
		const struct egov__issuing issuing = {
			.home = r->home, .act = EGOV__ACT_ISSUE, .profile = r->profile, .judged = judged, .ca = r->ca,
			.actor = r->options->actor, .application = r->options->application,
			.proofs_digest = r->options->application == NULL ? NULL : row->proofs_digest,
			.request = r->options->request.size == 0 ? EGOV__NO_SLICE
			                                         : egov_request_der(r->request),
			.period = &r->period
		};

		rc = egov__issuing_intend(&issuing, serial, &r->intent, err);
	}
	if (rc == EGOV_OK)
		rc = journal(r, EGOV__SLICE(serial), err);
	if (rc == EGOV_OK && r->options->application != NULL) {
		row->state = EGOV__APPLICATION_ISSUING;
		row->serial = EGOV__SLICE(serial);
		rc = egov__store_application_put(store_of(r), row, err);
		row->serial = EGOV__NO_SLICE;
	}
	egov__judged_free(judged);
	return rc;
}

/* What an earlier run of the same batch has made: of the same key. */
static enum egov_status hand_again(struct egov__renewal *r, struct egov_slice serial,
                                   bool *same, struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov_recorded *recorded = NULL;
	struct egov_buf copy = EGOV__BUF(128);
	bool found = false;
	enum egov_status rc;

	egov__buf_slice(&copy, serial);
	rc = egov__buf_check(&copy, err);
	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(store_of(r), egov_buf_slice(&copy), &row, &found, err);
	*same = rc == EGOV_OK && found && memcmp(row.key_digest, r->key, sizeof(r->key)) == 0;
	if (rc == EGOV_OK && *same)
		rc = egov__record_certificate(egov__home_record(r->home), egov_buf_slice(&copy),
		                              &recorded, err);
	if (rc == EGOV_OK && *same) {
		r->recorded = recorded;
		r->earlier = true;
	}
	egov__buf_clear(&copy);
	return rc;
}

/* What follows it already: for good, or as the intent of a run that was killed or is
 * at work, whose bytes are signed again for the same operation, key and application. */
static enum egov_status resume(struct egov__renewal *r, const struct egov__succession_row *row,
                               struct egov_error *err)
{
	const bool same_operation = row->operation == (int)r->operation;
	const uint64_t id = row->intent;
	struct egov_buf hex = EGOV__BUF(128);
	struct egov__intent_row intent;
	struct egov__cert_fields fields;
	const char *asked = r->options->application == NULL ? "" : r->options->application;
	bool found = false, same;
	enum egov_status rc = egov__store_intent_get(store_of(r), id, &intent, &found, err);

	if (rc != EGOV_OK)
		return rc;
	same = same_operation && strcmp(intent.application, asked) == 0;
	egov__buf_hex(&hex, intent.serial);
	if (intent.state == EGOV__INTENT_OPEN && same) {
		rc = egov__resume_check_age(r->home, intent.time, err);
		if (rc == EGOV_OK)
			rc = egov__record_resume(egov__home_record(r->home), id, &r->intent, err);
		if (rc == EGOV_OK)
			rc = egov__cert_tbs_decode(egov__tbs_der(egov__intent_tbs(r->intent)),
			                           &fields, err);
		same = rc != EGOV_OK || egov__slice_equal(fields.spki, r->public_key);
	} else if (intent.state == EGOV__INTENT_DONE && same && r->again) {
		rc = hand_again(r, intent.serial, &same, err);
	} else {
		same = false;
	}
	if (rc == EGOV_OK && !same)
		rc = egov_error_set(err, EGOV_E_POLICY, art18,
		                    "certificate %s follows it already",
		                    egov__buf_string(&hex) == NULL ? "?" : egov__buf_string(&hex));
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status first_inside(struct egov__renewal *r, struct egov_error *err)
{
	struct egov__succession_row row;
	bool found = false;
	enum egov_status rc = egov__store_successor_get(store_of(r), egov_buf_slice(&r->serial), &row,
	                                                &found, err);

	if (rc == EGOV_OK && found)
		return resume(r, &row, err);
	if (rc == EGOV_OK)
		rc = egov__renewal_chain(r, err);
	return rc == EGOV_OK ? intend(r, err) : rc;
}

static enum egov_status first_transaction(struct egov__renewal *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(r->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = first_inside(r, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- the certificate --- */

static enum egov_status hand_out(const struct egov__renewal *r, struct egov_buf *certificate,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(egov__recorded_der(r->recorded), &cert, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_hex(report, "serial", egov_cert_serial(cert));
	egov__report_add(report, "operation", "%s", egov__succession_name(r->operation));
	egov__report_hex(report, "predecessor", egov_buf_slice(&r->serial));
	if (r->options->application != NULL)
		egov__report_add(report, "application", "%s", r->options->application);
	egov__report_add(report, "profile", "%s", r->profile_name);
	egov__report_time(report, "not-before", egov_cert_not_before(cert));
	egov__report_time(report, "not-after", egov_cert_not_after(cert));
	egov_cert_free(cert);
	rc = egov__report_check(report, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_slice(certificate, egov__recorded_der(r->recorded));
	return egov__buf_check(certificate, err);
}

static enum egov_status run(struct egov__renewal *r, struct egov_error *err)
{
	enum egov_status rc = prepare(r, err);

	if (rc == EGOV_OK)
		rc = first_transaction(r, err);
	if (rc == EGOV_OK && !r->earlier)
		rc = egov__resume_finish(r->home, r->lent != NULL ? r->lent : r->signer, r->intent, r->options->actor,
		                         &r->recorded, err);
	return rc == EGOV_OK ? rc
	                     : egov__refuse(r->home, r->options->actor, r->options->serial,
	                                    r->options->operation, rc, err);
}

static enum egov_status follow(struct egov__renewal *r, struct egov_error *err)
{
	enum egov_status rc = find_operation(r, err);

	if (rc == EGOV_OK)
		rc = parse_validity(r, err);
	if (rc == EGOV_OK)
		rc = check_wanted(r, err);
	return rc == EGOV_OK ? run(r, err) : rc;
}

enum egov_status egov_renew(struct egov_home *home, const struct egov_renew_options *options,
                            struct egov_buf *certificate, struct egov_report *report,
                            struct egov_error *err)
{
	struct egov__renewal r = { .home = home, .options = options,
		                   .serial = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ISSUE, options->actor, err);

	if (rc == EGOV_OK)
		rc = follow(&r, err);
	if (rc == EGOV_OK)
		rc = hand_out(&r, certificate, report, err);
	renewal_clear(&r);
	return rc;
}

enum egov_status egov__renew_again(struct egov_home *home, const struct egov_renew_options *options,
                                   struct egov_signer *signer, struct egov__renewal_out *out,
                                   struct egov_error *err)
{
	struct egov__renewal r = { .home = home,
		                   .options = options,
		                   .lent = signer,
		                   .again = true,
		                   .serial = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = follow(&r, err);

	if (rc == EGOV_OK) {
		egov__buf_slice(out->certificate, egov__recorded_der(r.recorded));
		egov__buf_slice(out->serial, egov__recorded_serial(r.recorded));
		rc = egov__buf_check(out->certificate, err);
	}
	if (rc == EGOV_OK)
		rc = egov__buf_check(out->serial, err);
	if (rc == EGOV_OK)
		out->earlier = r.earlier;
	renewal_clear(&r);
	return rc;
}

enum egov_status egov_renew_consent(struct egov_home *home,
                                    const struct egov_renew_options *options,
                                    struct egov_buf *text, struct egov_error *err)
{
	struct egov__renewal r = { .home = home, .options = options,
		                   .serial = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc = find_operation(&r, err);

	if (rc == EGOV_OK)
		rc = load_old(&r, err);
	if (rc == EGOV_OK)
		rc = load_key(&r, err);
	if (rc == EGOV_OK) {
		const struct egov__consent consent = { options->operation,
			                               egov_buf_slice(&r.serial), r.key };

		rc = egov__consent_text(store_of(&r), &consent, text, err);
	}
	renewal_clear(&r);
	return rc;
}
