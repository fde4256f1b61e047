/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "ca/application_row.h"
#include "ca/issue_pair.h"
#include "ca/issuing.h"
#include "ca/key_centre.h"
#include "ca/mandate.h"
#include "ca/renewal.h"
#include "ca/resume.h"
#include "crypto/sm3.h"
#include "record/pair.h"
#include "sign/sign.h"

static const char art21[] = "Order No. 4, Art. 21", clause[] = "GM/T 0034";

/* Everything that one call opens.  Of two, the first is for signing. */
struct pair {
	struct egov_home *home;
	const struct egov_pair_options *options;
	struct egov_duration wanted;
	struct egov_profile *profiles[2];
	struct egov_request *request;
	struct egov_cert *ca, *centre;
	struct egov_buf answer_der;
	struct egov__key_answer answer;
	struct egov_signer *signer, *lent;      /* one of them; lent stays open */
	struct egov__application_copy application;
	struct egov_intent *intents[2];
	struct egov_recorded *recorded[2];
};

static void pair_clear(struct pair *p)
{
	for (size_t i = 0; i < 2; i++) {
		egov__recorded_free(p->recorded[i]);
		egov__intent_free(p->intents[i]);
		egov_profile_free(p->profiles[i]);
	}
	egov__application_copy_clear(&p->application);
	egov_signer_close(p->signer);
	egov__buf_clear(&p->answer_der);
	egov_cert_free(p->centre);
	egov_cert_free(p->ca);
	egov_request_free(p->request);
}

static struct egov_store *store_of(const struct pair *p)
{
	return egov__record_store(egov__home_record(p->home));
}

/* --- what needs no transaction --- */

static enum egov_status open_profiles(struct pair *p, struct egov_error *err)
{
	const char *const names[2] = { p->options->issue.profile, p->options->encrypt_profile };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < 2; i++) {
		rc = egov__home_profile(p->home, names[i], &p->profiles[i], err);
		if (rc == EGOV_OK)
			rc = egov__mandate_check(p->ca, p->profiles[i], egov_home_now(p->home), err);
	}
	return rc;
}

/* A request that proves nothing is refused like one that is malformed. */
static enum egov_status read_request(struct pair *p, struct egov_error *err)
{
	const struct egov_issue_options *o = &p->options->issue;
	enum egov_status rc = egov_request_decode(o->request, EGOV__NO_SLICE, &p->request, err);

	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return egov_error_prefix(err, rc, "%s",
	                         o->request_name == NULL ? egov__text("request") : o->request_name);
}

static enum egov_status prepare(struct pair *p, struct egov_error *err)
{
	enum egov_status rc = egov__home_certificate(p->home, &p->ca, err);

	if (rc == EGOV_OK)
		rc = open_profiles(p, err);
	if (rc == EGOV_OK)
		rc = read_request(p, err);
	return rc;
}

static enum egov_status read_answer(struct pair *p, struct egov_error *err)
{
	enum egov_status rc = egov__key_centre_open(p->home, &p->centre, err);

	return rc == EGOV_OK ? egov__key_centre_answer(p->home, p->centre, p->options->answer,
	                                               &p->answer_der, &p->answer, err)
	                     : rc;
}

/* --- the application --- */

static enum egov_status read_application(struct pair *p, struct egov_error *err)
{
	enum egov_status rc;

	egov__application_copy_clear(&p->application);
	rc = egov__application_copy_get(store_of(p), p->options->issue.application,
	                                &p->application, err);
	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return rc;
}

static enum egov_status wrong_state(const struct pair *p, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_POLICY, art21, "application %s is %s, not approved",
	                      p->application.row.id,
	                      egov__application_state_name(p->application.row.state));
}

/* Both halves, or the first alone where the answer has not come yet. */
static enum egov_status judge(struct pair *p, struct egov_judged *judged[2],
                              struct egov_error *err)
{
	const struct egov__pair_plan plan = { p->profiles[0], p->profiles[1],
		                              egov_request_public_key(p->request),
		                              p->answer.public_key };
	const struct egov__application_row *row = &p->application.row;
	struct egov_application *application = NULL;
	enum egov_status rc = egov__application_restore(row->text, row->id, &application, err);

	if (rc == EGOV_OK)
		rc = egov__profile_judge_pair(&plan, application, &judged[0], &judged[1], err);
	for (size_t i = 0; rc == EGOV_OK && i < 2 && judged[i] != NULL; i++)
		rc = egov__mandate_check_holder(p->home, p->ca, judged[i], err);
	if (rc == EGOV_OK)
		rc = egov__renewal_check_key(p->home, row->key_digest, err);
	egov_application_free(application);
	return rc;
}

/* --- asking the centre --- */

static enum egov_status sign_request(struct pair *p, const struct egov_judged *judged,
                                     struct egov_buf *der, struct egov_error *err)
{
	struct egov_buf home = EGOV__BUF(64), content = EGOV__BUF(EGOV__MAX_OBJECT),
	                signature = EGOV__BUF(256);
	struct egov__key_request request = {
		.application = egov__slice_text(p->application.row.id),
		.time = egov_home_now(p->home),
		.subject = egov__judged_subject(judged),
		.signing_key = egov__judged_public_key(judged)
	};
	enum egov_status rc = egov__home_meta(p->home, EGOV__META_HOME_ID, &home, err);

	if (rc == EGOV_OK) {
		request.home = egov_buf_slice(&home);
		rc = egov__key_request_content(&request, &content, err);
	}
	if (rc == EGOV_OK)
		rc = egov__signer_sign(p->signer, EGOV_KEY_JOURNAL, egov_buf_slice(&content),
		                       &signature, err);
	if (rc == EGOV_OK)
		rc = egov__exchange_join(&(struct egov__exchanged){ egov_buf_slice(&content),
		                                                    egov_buf_slice(&signature) },
		                         der, err);
	egov__buf_clear(&signature);
	egov__buf_clear(&content);
	egov__buf_clear(&home);
	return rc;
}

/* An operator who acts signs for what the centre is asked. */
static enum egov_status approve_key_request(const struct pair *p,
                                            const struct egov__key_request_row *row,
                                            struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(row->digest));
	rc = egov__approve(p->home, EGOV__ACT_KEY_REQUEST, row->application, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status new_key_request(struct pair *p, const struct egov_judged *judged,
                                        struct egov_buf *der, struct egov_error *err)
{
	struct egov__key_request_row row = { .application = p->application.row.id,
		                             .actor = p->options->issue.actor,
		                             .time = egov_home_now(p->home) };
	enum egov_status rc = sign_request(p, judged, der, err);

	if (rc == EGOV_OK) {
		row.der = egov_buf_slice(der);
		rc = egov__sm3(&row.der, 1, row.digest, err);
	}
	if (rc == EGOV_OK)
		rc = approve_key_request(p, &row, err);
	if (rc == EGOV_OK)
		rc = egov__record_key_request(egov__home_record(p->home), &row, err);
	return rc;
}

/* A centre is asked once: asked again, the same bytes go out. */
static enum egov_status key_request_inside(struct pair *p, struct egov_buf *der,
                                           struct egov_error *err)
{
	struct egov_judged *judged[2] = { NULL, NULL };
	struct egov__key_request_row row;
	bool found = false;
	enum egov_status rc = read_application(p, err);

	if (rc == EGOV_OK && p->application.row.state != EGOV__APPLICATION_APPROVED)
		rc = wrong_state(p, err);
	if (rc == EGOV_OK)
		rc = judge(p, judged, err);
	if (rc == EGOV_OK)
		rc = egov__store_key_request_get(store_of(p), p->application.row.id, &row, &found, err);
	if (rc == EGOV_OK && found) {
		egov__buf_slice(der, row.der);
		rc = egov__buf_check(der, err);
	} else if (rc == EGOV_OK) {
		rc = new_key_request(p, judged[0], der, err);
	}
	egov__judged_free(judged[0]);
	egov__judged_free(judged[1]);
	return rc;
}

static enum egov_status key_request_transaction(struct pair *p, struct egov_buf *der,
                                                struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(p->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = key_request_inside(p, der, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status tell_request(const struct pair *p, struct egov_slice der,
                                     struct egov_report *report, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&der, 1, digest, err);

	egov__report_add(report, "application", "%s", p->options->issue.application);
	egov__report_add(report, "profile", "%s", p->options->issue.profile);
	egov__report_add(report, "encrypt-profile", "%s", p->options->encrypt_profile);
	egov__report_hex(report, "key-request-sm3", EGOV__SLICE(digest));
	return rc == EGOV_OK ? egov__report_check(report, err) : rc;
}

enum egov_status egov_issue_key_request(struct egov_home *home,
                                        const struct egov_pair_options *options,
                                        struct egov_buf *request, struct egov_report *report,
                                        struct egov_error *err)
{
	struct pair p = { .home = home, .options = options };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_KEY_REQUEST, options->issue.actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = prepare(&p, err);
	if (rc == EGOV_OK)
		rc = egov__home_signer(home, EGOV_KEY_JOURNAL, &p.signer, err);
	if (rc == EGOV_OK)
		rc = key_request_transaction(&p, request, err);
	if (rc == EGOV_OK)
		rc = tell_request(&p, egov_buf_slice(request), report, err);
	else
		rc = egov__refuse(home, options->issue.actor, options->issue.application,
		                  EGOV__ACT_KEY_REQUEST, rc, err);
	pair_clear(&p);
	return rc;
}

/* --- transaction 1 --- */

/* The answer is to the request that this CA made for this application. */
static enum egov_status check_answered(const struct pair *p, struct egov_error *err)
{
	struct egov__key_request_row row;
	bool found = false;
	enum egov_status rc = egov__store_key_request_get(store_of(p), p->application.row.id, &row,
	                                                  &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "no key-management centre was asked for application %s",
		                    p->application.row.id);
	if (rc == EGOV_OK && !egov__slice_equal(p->answer.request, EGOV__SLICE(row.digest)))
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the key answer is to another request than that of application %s",
		                    p->application.row.id);
	return rc;
}

static enum egov_status intend_one(struct pair *p, size_t i, const struct egov_judged *judged,
                                   uint8_t serial[EGOV__SERIAL], struct egov_error *err)
{
	const struct egov__issuing issuing = {
		.home = p->home,
		.profile = p->profiles[i],
		.judged = judged,
		.ca = p->ca,
		.act = EGOV__ACT_ISSUE,
		.actor = p->options->issue.actor,
		.application = p->application.row.id,
		.proofs_digest = p->application.row.proofs_digest,
		.request = i == 0 ? egov_request_der(p->request) : EGOV__NO_SLICE,
		.validity = p->options->issue.validity == NULL ? NULL : &p->wanted
	};

	return egov__issuing_intend(&issuing, serial, &p->intents[i], err);
}

/* A key that is handed to two holders is nobody's. */
static enum egov_status record_pair(const struct pair *p, const uint8_t serials[2][EGOV__SERIAL],
                                    struct egov_error *err)
{
	struct egov__pair_row row = { .sign_serial = { serials[0], EGOV__SERIAL },
		                      .encrypt_serial = { serials[1], EGOV__SERIAL },
		                      .application = p->application.row.id,
		                      .time = egov_home_now(p->home),
		                      .answer = egov_buf_slice(&p->answer_der),
		                      .centre = egov_cert_der(p->centre) };
	enum egov_status rc = egov__sm3(&p->answer.public_key, 1, row.key_digest, err);

	if (rc == EGOV_OK)
		rc = egov__record_pair(egov__home_record(p->home), p->options->issue.actor, &row, err);
	if (rc != EGOV_E_EXISTS)
		return rc;
	egov_error_clear(err);
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "the key-management centre has given this key away before");
}

static enum egov_status intend(struct pair *p, struct egov_error *err)
{
	struct egov__application_row *row = &p->application.row;
	struct egov_judged *judged[2] = { NULL, NULL };
	uint8_t serials[2][EGOV__SERIAL];
	enum egov_status rc = check_answered(p, err);

	if (rc == EGOV_OK)
		rc = judge(p, judged, err);
	for (size_t i = 0; rc == EGOV_OK && i < 2; i++)
		rc = intend_one(p, i, judged[i], serials[i], err);
	if (rc == EGOV_OK)
		rc = record_pair(p, (const uint8_t (*)[EGOV__SERIAL])serials, err);
	if (rc == EGOV_OK) {
		row->state = EGOV__APPLICATION_ISSUING;
		row->serial = EGOV__SLICE(serials[0]);
		rc = egov__store_application_put(store_of(p), row, err);
		row->serial = EGOV__NO_SLICE;
	}
	egov__judged_free(judged[0]);
	egov__judged_free(judged[1]);
	return rc;
}

/* The serials of an earlier run on the same answer, copied. */
static enum egov_status find_pair(const struct pair *p, struct egov_buf serials[2],
                                  struct egov_error *err)
{
	struct egov__pair_row row;
	bool found = false;
	enum egov_status rc =
		egov__store_pair_of(store_of(p), p->application.row.id, &row, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found)
		return egov_error_set(err, EGOV_E_POLICY, art21,
		                      "application %s is not one for a pair", p->application.row.id);
	if (!egov__slice_equal(row.answer, egov_buf_slice(&p->answer_der)))
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "application %s has another key answer",
		                      p->application.row.id);
	egov__buf_slice(&serials[0], row.sign_serial);
	egov__buf_slice(&serials[1], row.encrypt_serial);
	rc = egov__buf_check(&serials[0], err);
	return rc == EGOV_OK ? egov__buf_check(&serials[1], err) : rc;
}

static enum egov_status resume_one(struct pair *p, size_t i, struct egov_slice serial,
                                   struct egov_error *err)
{
	struct egov__intent_row row;
	bool found = false;
	enum egov_status rc = egov__store_intent_by_serial(store_of(p), serial, &row, &found, err);

	if (rc == EGOV_OK && (!found || row.state != EGOV__INTENT_OPEN))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "application %s is issuing, but has no open intent",
		                    p->application.row.id);
	if (rc == EGOV_OK)
		rc = egov__resume_check_age(p->home, row.time, err);
	return rc == EGOV_OK
	               ? egov__record_resume(egov__home_record(p->home), row.id, &p->intents[i], err)
	               : rc;
}

/* What is bound to the application is this request's key. */
static enum egov_status check_pinned(const struct pair *p, struct egov_error *err)
{
	const struct egov_slice key = egov_request_public_key(p->request);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&key, 1, digest, err);

	if (rc == EGOV_OK && memcmp(digest, p->application.row.key_digest, sizeof(digest)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, art21,
		                    "the request's key is not the one of application %s",
		                    p->application.row.id);
	return rc;
}

/* Of a run that was killed the intents are signed again, the same bytes; of one that
 * came to its end the certificates are handed out again. */
static enum egov_status go_on(struct pair *p, struct egov_error *err)
{
	const bool issued = p->application.row.state == EGOV__APPLICATION_ISSUED;
	struct egov_buf serials[2] = { EGOV__BUF(64), EGOV__BUF(64) };
	enum egov_status rc = check_pinned(p, err);

	if (rc == EGOV_OK)
		rc = find_pair(p, serials, err);
	for (size_t i = 0; rc == EGOV_OK && i < 2; i++)
		rc = issued ? egov__record_certificate(egov__home_record(p->home),
		                                       egov_buf_slice(&serials[i]), &p->recorded[i],
		                                       err)
		            : resume_one(p, i, egov_buf_slice(&serials[i]), err);
	egov__buf_clear(&serials[0]);
	egov__buf_clear(&serials[1]);
	return rc;
}

static enum egov_status first_inside(struct pair *p, struct egov_error *err)
{
	enum egov_status rc = read_application(p, err);

	if (rc != EGOV_OK)
		return rc;
	switch (p->application.row.state) {
	case EGOV__APPLICATION_APPROVED:
		return intend(p, err);
	case EGOV__APPLICATION_ISSUING:
	case EGOV__APPLICATION_ISSUED:
		return go_on(p, err);
	default:
		return wrong_state(p, err);
	}
}

static enum egov_status first_transaction(struct pair *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(p->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = first_inside(p, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- signatures and transaction 2 --- */

static enum egov_status record_both(struct pair *p, struct egov_signed *signed_objects[2],
                                    struct egov_error *err)
{
	struct egov__application_row *row = &p->application.row;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < 2; i++) {
		rc = egov__record_result(egov__home_record(p->home), signed_objects[i],
		                         &p->recorded[i], err);
		if (rc == EGOV_OK)
			signed_objects[i] = NULL;
		if (rc == EGOV_OK && egov__intent_is_earlier(p->intents[i]))
			rc = egov__resume_note(p->home, p->options->issue.actor,
			                       egov__intent_id(p->intents[i]),
			                       egov__recorded_serial(p->recorded[i]), err);
	}
	if (rc == EGOV_E_EXISTS) {
		egov_error_clear(err);
		rc = egov_error_set(err, EGOV_E_BUSY, NULL, "another run is at work on application %s",
		                    row->id);
	}
	if (rc == EGOV_OK)
		rc = read_application(p, err);
	if (rc != EGOV_OK)
		return rc;
	row->state = EGOV__APPLICATION_ISSUED;
	row->text = EGOV__NO_SLICE;
	memset(row->salt, 0, sizeof(row->salt));
	return egov__store_application_put(store_of(p), row, err);
}

static enum egov_status sign_and_record(struct pair *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	struct egov_signed *signed_objects[2] = { NULL, NULL };
	enum egov_status rc = p->lent != NULL
	                              ? EGOV_OK
	                              : egov__home_signer(p->home, EGOV_KEY_CA, &p->signer, err);

	for (size_t i = 0; rc == EGOV_OK && i < 2; i++)
		rc = egov__sign(p->intents[i], p->lent != NULL ? p->lent : p->signer,
		                &signed_objects[i], err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(p->home), err);
	if (rc == EGOV_OK) {
		rc = record_both(p, signed_objects, err);
		if (rc == EGOV_OK)
			rc = egov__record_commit(record, err);
		if (rc != EGOV_OK)
			egov__record_rollback(record);
	}
	egov__signed_free(signed_objects[0]);
	egov__signed_free(signed_objects[1]);
	return rc;
}

/* --- handing out --- */

/* All three, or none of them. */
static enum egov_status fill(struct egov_buf *const buffers[3], const struct egov_slice values[3],
                             struct egov_error *err)
{
	const size_t sizes[3] = { buffers[0]->size, buffers[1]->size, buffers[2]->size };
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < 3; i++) {
		egov__buf_slice(buffers[i], values[i]);
		rc = egov__buf_check(buffers[i], err);
	}
	for (size_t i = 0; rc != EGOV_OK && i < 3; i++)
		buffers[i]->size = sizes[i];
	return rc;
}

static enum egov_status hand_out(const struct pair *p, const struct egov_pair_out *out,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_buf *const buffers[3] = { out->certificate, out->encrypt_certificate,
		                              out->envelope };
	const struct egov_slice values[3] = { egov__recorded_der(p->recorded[0]),
		                              egov__recorded_der(p->recorded[1]),
		                              p->answer.private_key };
	enum egov_status rc;

	egov__report_hex(report, "serial", egov__recorded_serial(p->recorded[0]));
	egov__report_hex(report, "encrypt-serial", egov__recorded_serial(p->recorded[1]));
	egov__report_add(report, "application", "%s", p->options->issue.application);
	egov__report_add(report, "profile", "%s", p->options->issue.profile);
	egov__report_add(report, "encrypt-profile", "%s", p->options->encrypt_profile);
	rc = egov__report_check(report, err);
	return rc == EGOV_OK ? fill(buffers, values, err) : rc;
}

static enum egov_status parse_validity(struct pair *p, struct egov_error *err)
{
	enum egov_status rc;

	if (p->options->issue.validity == NULL)
		return EGOV_OK;
	rc = egov_duration_parse(p->options->issue.validity, &p->wanted, err);
	if (rc == EGOV_OK)
		return rc;
	if (err != NULL)
		err->status = EGOV_E_USAGE;
	return egov_error_prefix(err, EGOV_E_USAGE, "validity");
}

/* *earlier: an earlier run had issued both. */
static enum egov_status issue_both(struct pair *p, bool *earlier, struct egov_error *err)
{
	enum egov_status rc = parse_validity(p, err);

	if (rc != EGOV_OK)
		return rc;
	rc = prepare(p, err);
	if (rc == EGOV_OK)
		rc = read_answer(p, err);
	if (rc == EGOV_OK)
		rc = first_transaction(p, err);
	*earlier = rc == EGOV_OK && p->recorded[0] != NULL;
	if (rc == EGOV_OK && !*earlier)
		rc = sign_and_record(p, err);
	return rc == EGOV_OK ? rc
	                     : egov__refuse(p->home, p->options->issue.actor,
	                                    p->options->issue.application, "issue-pair", rc, err);
}

static enum egov_status issue_pair(struct pair *p, const struct egov_pair_out *out,
                                   struct egov_report *report, bool *earlier,
                                   struct egov_error *err)
{
	enum egov_status rc = issue_both(p, earlier, err);

	if (rc == EGOV_OK)
		rc = hand_out(p, out, report, err);
	pair_clear(p);
	return rc;
}

enum egov_status egov_issue_pair(struct egov_home *home, const struct egov_pair_options *options,
                                 const struct egov_pair_out *out, struct egov_report *report,
                                 struct egov_error *err)
{
	struct pair p = { .home = home, .options = options,
		          .answer_der = EGOV__BUF(EGOV__MAX_OBJECT) };
	bool earlier = false;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ISSUE, options->issue.actor, err);

	return rc == EGOV_OK ? issue_pair(&p, out, report, &earlier, err) : rc;
}

enum egov_status egov__issue_pair_lent(struct egov_home *home,
                                       const struct egov_pair_options *options,
                                       struct egov_signer *signer,
                                       const struct egov__pair_lent_out *out,
                                       struct egov_error *err)
{
	struct pair p = { .home = home, .options = options, .lent = signer,
		          .answer_der = EGOV__BUF(EGOV__MAX_OBJECT) };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? egov_error_nomem(err)
	                              : issue_pair(&p, &out->objects, report, out->earlier, err);

	egov_report_free(report);
	return rc;
}
