/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/init_ca.h"

#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "ca/issuing.h"
#include "crypto/sm3.h"
#include "publish/publish.h"

#define ROOT_PROFILE "root-ca"

char *egov__web_root(const struct egov_home *home)
{
	return egov__home_path(home, egov__home_conf(home)->web_root);
}

/* Intent of the request, in a transaction of its own. */
static enum egov_status intend_request(struct egov_home *home, const struct egov__own_ca *own,
                                       struct egov_intent **out, struct egov_error *err)
{
	const struct egov__lint_context context = { .now = egov_home_now(home),
		                                    .issuer_not_after = EGOV_TIME_NONE,
		                                    .max_next_update = EGOV_TIME_NONE };
	const struct egov__intent_facts facts = { .actor = own->actor,
		                                  .key = egov_signer_public_key(own->signer) };
	struct egov_record *record = egov__home_record(home);
	struct egov_tbs *tbs = NULL;
	struct egov_cleared *cleared = NULL;
	enum egov_status rc = egov__request_build(own->subject, egov_signer_public_key(own->signer),
	                                          egov__home_conf(home)->params, &tbs, err);

	if (rc == EGOV_OK) {
		rc = egov__lint_clear(tbs, &context, NULL, &cleared, err);
		if (rc == EGOV_OK)
			tbs = NULL;
	}
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc == EGOV_OK) {
		rc = egov__record_intent(record, cleared, &facts, out, err);
		if (rc == EGOV_OK)
			cleared = NULL;
	}
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	egov__cleared_free(cleared);
	egov__tbs_free(tbs);
	return rc;
}

/* A single value, journalled, in a transaction of its own; with its certificate the
 * CA's key becomes active. */
static enum egov_status put_setting(struct egov_home *home, const char *actor, const char *name,
                                    struct egov_slice value, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc == EGOV_OK)
		rc = egov__record_setting(record, actor, name, value, err);
	if (rc == EGOV_OK && strcmp(name, EGOV__META_CERTIFICATE) == 0)
		rc = egov__record_generation_state(record, actor, 1, EGOV__GENERATION_ACTIVE,
		                                   EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

enum egov_status egov__own_request(struct egov_home *home, const struct egov__own_ca *own,
                                   struct egov_error *err)
{
	struct egov_intent *intent = NULL;
	struct egov_recorded *recorded = NULL;
	enum egov_status rc = intend_request(home, own, &intent, err);

	if (rc == EGOV_OK)
		rc = egov__issuing_finish(home, own->signer, intent, NULL, &recorded, err);
	if (rc == EGOV_OK)
		rc = put_setting(home, own->actor, EGOV__META_REQUEST,
		                 egov__recorded_der(recorded), err);
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	return rc;
}

/* Our own request passes the same judgement as anybody's. */
static enum egov_status judge_own(struct egov_home *home, const struct egov__own_ca *own,
                                  const struct egov_profile *profile, struct egov_judged **out,
                                  struct egov_error *err)
{
	const struct egov_slice key = egov_signer_public_key(own->signer);
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_application *application = NULL;
	struct egov_request *request = NULL;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&key, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__application_own(own->subject_text, ROOT_PROFILE, digest, &application,
		                           err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, EGOV__META_REQUEST, &der, err);
	if (rc == EGOV_OK)
		rc = egov_request_decode(egov_buf_slice(&der), EGOV__NO_SLICE, &request, err);
	if (rc == EGOV_OK)
		rc = egov__profile_judge(profile, application, request, out, err);
	egov_request_free(request);
	egov_application_free(application);
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status intend_root(const struct egov__issuing *issuing, struct egov_intent **out,
                                    struct egov_error *err)
{
	struct egov_record *record = egov__home_record(issuing->home);
	uint8_t serial[EGOV__SERIAL];
	enum egov_status rc = egov__record_begin(record, egov_home_now(issuing->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__issuing_intend(issuing, serial, out, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status publish_root(struct egov_home *home, const struct egov_recorded *recorded,
                                     struct egov_error *err)
{
	char *root = egov__web_root(home);
	enum egov_status rc =
		root == NULL ? egov_error_nomem(err)
		             : egov__publish_certificate(recorded, "ca", root, err);

	free(root);
	return rc;
}

enum egov_status egov__own_root(struct egov_home *home, const struct egov__own_ca *own,
                                struct egov_report *report, struct egov_error *err)
{
	struct egov_profile *profile = NULL;
	struct egov_judged *judged = NULL;
	struct egov_intent *intent = NULL;
	struct egov_recorded *recorded = NULL;
	enum egov_status rc = egov__home_profile(home, ROOT_PROFILE, &profile, err);

	if (rc == EGOV_OK)
		rc = judge_own(home, own, profile, &judged, err);
	if (rc == EGOV_OK) {
		const struct egov__issuing issuing = {
			.home = home, .profile = profile, .judged = judged, .actor = own->actor
		};

		rc = intend_root(&issuing, &intent, err);
	}
	if (rc == EGOV_OK)
		rc = egov__issuing_finish(home, own->signer, intent, NULL, &recorded, err);
	if (rc == EGOV_OK)
		rc = put_setting(home, own->actor, EGOV__META_CERTIFICATE,
		                 egov__recorded_der(recorded), err);
	if (rc == EGOV_OK)
		rc = publish_root(home, recorded, err);
	if (rc == EGOV_OK)
		egov__report_hex(report, "serial", egov__recorded_serial(recorded));
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	egov__judged_free(judged);
	egov_profile_free(profile);
	return rc;
}

enum egov_status egov_init_request(struct egov_home *home, struct egov_buf *der,
                                   struct egov_error *err)
{
	return egov__home_meta(home, EGOV__META_REQUEST, der, err);
}
