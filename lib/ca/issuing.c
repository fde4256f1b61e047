/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/issuing.h"

#include "base/text.h"
#include "ca/init_ca.h"
#include "crypto/sm3.h"
#include "sign/sign.h"

static enum egov_status clear(const struct egov__issuing *issuing,
                              const struct egov__cert_plan *plan, egov_time issuer_end,
                              struct egov_cleared **out, struct egov_error *err)
{
	const struct egov__lint_context context = { .profile = issuing->profile,
		                                    .issuer_name = plan->issuer->name,
		                                    .issuer_key_id = plan->issuer->key_id,
		                                    .crl_uri = plan->issuer->crl_uri,
		                                    .now = plan->not_before,
		                                    .issuer_not_after = issuer_end,
		                                    .max_next_update = EGOV_TIME_NONE };
	struct egov_tbs *tbs = NULL;
	enum egov_status rc = egov__cert_build(plan, &tbs, err);

	if (rc == EGOV_OK) {
		rc = egov__lint_clear(tbs, &context, NULL, out, err);
		if (rc == EGOV_OK)
			tbs = NULL;
	}
	egov__tbs_free(tbs);
	return rc;
}

/* The bytes that will be signed are what an operator of the CA signs for. */
static enum egov_status approve(const struct egov__issuing *issuing,
                                const struct egov_cleared *cleared, struct egov_slice serial,
                                struct egov_error *err)
{
	const struct egov_slice tbs = egov__tbs_der(egov__cleared_tbs(cleared));
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT), subject = EGOV__BUF(128);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc;

	if (!egov__approve_is_signed(issuing->home))
		return egov__approve(issuing->home, issuing->act, "", &facts, err);
	rc = egov__sm3(&tbs, 1, digest, err);
	egov__buf_hex(&subject, serial);
	if (issuing->application != NULL)
		egov__fact_text_add(&facts, EGOV__KEY_APPLICATION, issuing->application);
	egov__fact_text_add(&facts, EGOV__KEY_PROFILE, egov_profile_name(issuing->profile));
	egov__fact_hex_add(&facts, EGOV__KEY_TBS_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__buf_string(&subject) == NULL
		             ? egov_error_nomem(err)
		             : egov__approve(issuing->home, issuing->act,
		                             egov__buf_string(&subject), &facts, err);
	egov__buf_clear(&facts);
	egov__buf_clear(&subject);
	return rc;
}

static bool is_ca(const struct egov_profile *profile)
{
	return egov__profile_kind(profile) <= EGOV__PROFILE_SUB_CA;
}

enum egov_status egov__issuing_clear(const struct egov__issuing *issuing,
                                     uint8_t serial[EGOV__SERIAL], struct egov_cleared **out,
                                     struct egov_error *err)
{
	const egov_time now = egov_home_now(issuing->home);
	const egov_time issuer_end =
		issuing->ca == NULL ? EGOV_TIME_NONE : egov_cert_not_after(issuing->ca);
	struct egov__issuer issuer = { .params = egov__home_conf(issuing->home)->params };
	struct egov__cert_plan plan = { .profile = issuing->profile,
		                        .judged = issuing->judged,
		                        .issuer = &issuer,
		                        .serial = { serial, EGOV__SERIAL },
		                        .not_before = now };
	struct egov__list_urls urls;
	enum egov_status rc = EGOV_OK;

	if (issuing->ca != NULL)
		rc = egov__home_issuer(issuing->home, issuing->ca, &issuer, err);
	if (issuing->period != NULL) {
		plan.not_before = issuing->period->not_before;
		plan.not_after = issuing->period->not_after;
	} else if (rc == EGOV_OK) {
		rc = egov__profile_not_after(issuing->profile, now, issuing->validity, issuer_end,
		                             &plan.not_after, err);
	}
	if (rc == EGOV_OK)
		rc = egov__record_reserve_serial(egov__home_record(issuing->home), serial, err);
	if (rc == EGOV_OK)
		rc = egov__home_point(issuing->home,
		                      egov__home_part(issuing->home, is_ca(issuing->profile),
		                                      plan.serial),
		                      &urls, &issuer, err);
	return rc == EGOV_OK ? clear(issuing, &plan, issuer_end, out, err) : rc;
}

enum egov_status egov__issuing_record(const struct egov__issuing *issuing,
                                      const uint8_t serial[EGOV__SERIAL],
                                      struct egov_cleared *cleared, struct egov_intent **out,
                                      struct egov_error *err)
{
	const struct egov__intent_facts facts = {
		.actor = issuing->actor,
		.profile = egov_profile_name(issuing->profile),
		.application = issuing->application,
		.cps_version = egov__profile_cps_version(issuing->profile),
		.serial = { serial, EGOV__SERIAL },
		.proofs_digest = issuing->proofs_digest,
		.request = issuing->request,
		.key = issuing->ca == NULL ? egov__judged_public_key(issuing->judged)
		                           : egov_cert_public_key(issuing->ca)
	};
	enum egov_status rc = EGOV_OK;

	if (issuing->act != NULL)
		rc = approve(issuing, cleared, facts.serial, err);
	return rc != EGOV_OK ? rc
	                     : egov__record_intent(egov__home_record(issuing->home), cleared, &facts,
	                                           out, err);
}

enum egov_status egov__issuing_intend(const struct egov__issuing *issuing,
                                      uint8_t serial[EGOV__SERIAL], struct egov_intent **out,
                                      struct egov_error *err)
{
	struct egov_cleared *cleared = NULL;
	enum egov_status rc = egov__issuing_clear(issuing, serial, &cleared, err);

	if (rc != EGOV_OK)
		return rc;
	if (issuing->watch != NULL)
		rc = issuing->watch->see(issuing->watch->user, egov__cleared_tbs(cleared), err);
	if (rc == EGOV_OK)
		rc = egov__issuing_record(issuing, serial, cleared, out, err);
	if (rc != EGOV_OK)
		egov__cleared_free(cleared);
	return rc;
}

enum egov_status egov__issuing_finish(struct egov_home *home, struct egov_signer *signer,
                                      struct egov_intent *intent,
                                      const struct egov__issuing_also *also,
                                      struct egov_recorded **out, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov_signed *signed_object = NULL;
	struct egov_recorded *recorded = NULL;
	enum egov_status rc = egov__sign(intent, signer, &signed_object, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc != EGOV_OK)
		goto out;
	rc = egov__record_result(record, signed_object, &recorded, err);
	if (rc == EGOV_OK)
		signed_object = NULL;
	if (rc == EGOV_OK && also != NULL)
		rc = also->run(also->user, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK) {
		*out = recorded;
		recorded = NULL;
	} else {
		egov__record_rollback(record);
	}
out:
	egov__recorded_free(recorded);
	egov__signed_free(signed_object);
	return rc;
}

bool egov__is_refusal(enum egov_status rc)
{
	return rc == EGOV_E_POLICY || rc == EGOV_E_SYNTAX || rc == EGOV_E_LIMIT
	       || rc == EGOV_E_UNTRUSTED || rc == EGOV_E_UNSUPPORTED || rc == EGOV_E_EXISTS
	       || rc == EGOV_E_AUTH;
}

/* Asking for what is not there, and evidence that contradicts itself, stop an act as much. */
static bool is_told(enum egov_status rc)
{
	return egov__is_refusal(rc) || rc == EGOV_E_NOTFOUND || rc == EGOV_E_CORRUPT;
}

/* What was asked for may be any bytes; the journal takes words. */
static const char *words(const char *text)
{
	const struct egov_slice slice = egov__slice_text(text);

	return slice.size > 64 || !egov__utf8_check(slice, NULL) || egov__utf8_has_control(slice)
	               ? ""
	               : text;
}

enum egov_status egov__refuse_inside(struct egov_home *home, const char *actor, const char *subject,
                                     const char *operation, const struct egov_error *cause,
                                     struct egov_error *err)
{
	return egov__record_refused(egov__home_record(home), actor, words(subject), operation, cause,
	                            err);
}

enum egov_status egov__refuse(struct egov_home *home, const char *actor, const char *subject,
                              const char *operation, enum egov_status rc, struct egov_error *err)
{
	struct egov_error cause = { 0 }, journal = { 0 };
	enum egov_status journalled;

	if (!is_told(rc))
		return rc;
	if (err != NULL)
		cause = *err;
	cause.status = rc;
	journalled = egov__record_refusal(egov__home_record(home), egov_home_now(home), actor,
	                                  words(subject), operation, &cause, &journal);
	/* A ledger that is wrong may take no entry: what is wrong is told, not that. */
	if (journalled == EGOV_OK || rc == EGOV_E_CORRUPT)
		return rc;
	if (err != NULL)
		*err = journal;
	return egov_error_prefix(err, journalled, "a refusal could not be journalled");
}
