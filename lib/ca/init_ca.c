/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/init_ca.h"

#include <egovca/ca.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ca/approve.h"
#include "ca/issuing.h"
#include "crypto/sm3.h"
#include "publish/publish.h"
#include "record/journal_statement.h"

char *egov__web_root(const struct egov_home *home)
{
	return egov__home_path(home, egov__home_conf(home)->web_root);
}

/* The bytes that will be signed are what an operator who acts signs for. */
static enum egov_status approve_request(struct egov_home *home, const char *act,
                                        const struct egov_cleared *cleared, struct egov_error *err)
{
	const struct egov_slice tbs = egov__tbs_der(egov__cleared_tbs(cleared));
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t digest[EGOV__SM3_SIZE] = { 0 };
	char subject[32];
	uint64_t next = 0;
	enum egov_status rc = egov__sm3(&tbs, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__store_intent_next(egov__record_store(egov__home_record(home)), &next, err);
	(void)snprintf(subject, sizeof(subject), "request-%" PRIu64, next);
	egov__fact_hex_add(&facts, EGOV__KEY_TBS_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__approve(home, act, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
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
	if (rc == EGOV_OK && own->watch != NULL)
		rc = own->watch->see(own->watch->user, egov__cleared_tbs(cleared), err);
	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc == EGOV_OK && own->act != NULL)
		rc = approve_request(home, own->act, cleared, err);
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

/* In the transaction of a result: it becomes a single value of the home. */
struct keep {
	struct egov_home *home;
	const char *actor, *name;
	struct egov_slice serial;       /* of a certificate; empty for a request */
	uint64_t intent;                /* of a request */
};

static enum egov_status keep(void *user, struct egov_error *err)
{
	const struct keep *k = user;
	struct egov_record *record = egov__home_record(k->home);
	struct egov_store *store = egov__record_store(record);
	struct egov__certificate_row certificate;
	struct egov__request_row request;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	bool found = false;
	enum egov_status rc;

	if (k->serial.size > 0) {
		rc = egov__store_certificate_get(store, k->serial, &certificate, &found, err);
		if (rc == EGOV_OK && found)
			egov__buf_slice(&der, certificate.der);
	} else {
		rc = egov__store_request_get(store, k->intent, &request, &found, err);
		if (rc == EGOV_OK && found)
			egov__buf_slice(&der, request.der);
	}
	if (rc == EGOV_OK)
		rc = egov__buf_check(&der, err);
	if (rc == EGOV_OK)
		rc = egov__record_setting(record, k->actor, k->name, egov_buf_slice(&der), err);
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status has_value(struct egov_home *home, const char *name, bool *has,
                                  struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__store_meta_get(egov__record_store(egov__home_record(home)),
	                                           name, &value, has, err);

	egov__buf_clear(&value);
	return rc;
}

static enum egov_status request_once(struct egov_home *home, const struct egov__own_ca *own,
                                     const char *meta, struct egov_error *err)
{
	char name[EGOV__META_NAME];
	struct keep k = { .home = home, .actor = own->actor, .name = name };
	const struct egov__issuing_also also = { keep, &k };
	struct egov_intent *intent = NULL;
	struct egov_recorded *recorded = NULL;
	bool has = false;
	enum egov_status rc;

	egov__home_meta_name(meta, own->generation, name);
	rc = has_value(home, name, &has, err);
	if (rc != EGOV_OK || has)
		return rc;
	rc = intend_request(home, own, &intent, err);
	if (rc == EGOV_OK) {
		k.intent = egov__intent_id(intent);
		rc = egov__issuing_finish(home, own->signer, intent, &also, &recorded, err);
	}
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	return rc;
}

enum egov_status egov__own_request(struct egov_home *home, const struct egov__own_ca *own,
                                   struct egov_error *err)
{
	return request_once(home, own, EGOV__META_REQUEST, err);
}

enum egov_status egov__own_statement(struct egov_home *home, const struct egov__own_ca *own,
                                     struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__own_ca named = *own;
	enum egov_status rc = egov__journal_name(egov__home_journal_key(home), &name, err);

	named.subject = egov_buf_slice(&name);
	if (rc == EGOV_OK)
		rc = request_once(home, &named, EGOV__META_JOURNAL_STATEMENT, err);
	egov__buf_clear(&name);
	return rc;
}

/* --- what a killed run left --- */

static enum egov_status note_leftover(void *user, const struct egov__intent_row *row,
                                      struct egov_error *err)
{
	(void)err;
	if (row->kind != EGOV_OBJECT_CRL && *row->application == 0)
		*(uint64_t *)user = row->id;
	return EGOV_OK;
}

enum egov_status egov__own_close_leftover(struct egov_home *home, const char *actor,
                                          struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	uint64_t left = 0;
	enum egov_status rc = egov__store_intent_walk(egov__record_store(record), EGOV__INTENT_OPEN,
	                                              note_leftover, &left, err);

	if (rc != EGOV_OK || left == 0)
		return rc;
	rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = egov__record_close_intent(record, left, actor,
		                               "the run that made it ended before its result", err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* --- papers --- */

/* Our own request passes the same judgement as anybody's. */
static enum egov_status judge_own(struct egov_home *home, const struct egov__own_ca *own,
                                  const struct egov__own_paper *paper,
                                  const struct egov_profile *profile, struct egov_judged **out,
                                  struct egov_error *err)
{
	char name[EGOV__META_NAME];
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_application *application = NULL;
	struct egov_request *request = NULL;
	struct egov_slice key;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc;

	egov__home_meta_name(EGOV__META_REQUEST, paper->of, name);
	rc = egov__home_meta(home, name, &der, err);
	if (rc == EGOV_OK)
		rc = egov_request_decode(egov_buf_slice(&der), EGOV__NO_SLICE, &request, err);
	if (rc == EGOV_OK) {
		key = egov_request_public_key(request);
		rc = egov__sm3(&key, 1, digest, err);
	}
	if (rc == EGOV_OK)
		rc = egov__application_own(own->subject_text, paper->profile, digest, &application,
		                           err);
	if (rc == EGOV_OK)
		rc = egov__profile_judge(profile, application, request, out, err);
	if (rc == EGOV_OK && !egov__slice_equal(egov__judged_subject(*out), own->subject))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "GM/T 0043, 6.2.3 d",
		                    "the name of this CA cannot be written again byte for byte");
	egov_request_free(request);
	egov_application_free(application);
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status intend_paper(const struct egov__issuing *issuing,
                                     uint8_t serial[EGOV__SERIAL], struct egov_intent **out,
                                     struct egov_error *err)
{
	struct egov_record *record = egov__home_record(issuing->home);
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

/* From now on as long as the profile says, but no later than the paper's own limit and its
 * issuer's end: who is linked lives no longer than either key. */
static enum egov_status find_period(struct egov_home *home, const struct egov__own_paper *paper,
                                    const struct egov_profile *profile,
                                    struct egov__issuing_period *period, struct egov_error *err)
{
	enum egov_status rc;

	period->not_before = egov_home_now(home);
	rc = egov__profile_not_after(profile, period->not_before, NULL, EGOV_TIME_NONE,
	                             &period->not_after, err);
	if (paper->end != NULL && *paper->end < period->not_after)
		period->not_after = *paper->end;
	if (paper->issuer != NULL && egov_cert_not_after(paper->issuer) < period->not_after)
		period->not_after = egov_cert_not_after(paper->issuer);
	return rc;
}

static enum egov_status make_paper(struct egov_home *home, const struct egov__own_ca *own,
                                   const struct egov__own_paper *paper, struct egov_error *err)
{
	uint8_t serial[EGOV__SERIAL];
	struct keep k = { .home = home, .actor = own->actor, .name = paper->name,
		          .serial = EGOV__SLICE(serial) };
	const struct egov__issuing_also also = { keep, &k };
	struct egov_profile *profile = NULL;
	struct egov_judged *judged = NULL;
	struct egov_intent *intent = NULL;
	struct egov_recorded *recorded = NULL;
	struct egov__issuing_period period = { 0, 0 };
	enum egov_status rc = egov__home_profile(home, paper->profile, &profile, err);

	if (rc == EGOV_OK)
		rc = find_period(home, paper, profile, &period, err);
	if (rc == EGOV_OK)
		rc = judge_own(home, own, paper, profile, &judged, err);
	if (rc == EGOV_OK) {
		const struct egov__issuing issuing = { .home = home,
			                               .profile = profile,
			                               .judged = judged,
			                               .ca = paper->issuer,
			                               .period = &period,
			                               .actor = own->actor,
			                               .watch = own->watch };

		rc = intend_paper(&issuing, serial, &intent, err);
	}
	if (rc == EGOV_OK)
		rc = egov__issuing_finish(home, own->signer, intent, &also, &recorded, err);
	egov__recorded_free(recorded);
	egov__intent_free(intent);
	egov__judged_free(judged);
	egov_profile_free(profile);
	return rc;
}

static enum egov_status publish_paper(struct egov_home *home, const struct egov_cert *cert,
                                      const char *file, struct egov_error *err)
{
	char *root = egov__web_root(home);
	struct egov_recorded *recorded = NULL;
	enum egov_status rc = root == NULL ? egov_error_nomem(err)
	                                   : egov__record_certificate(egov__home_record(home),
	                                                              egov_cert_serial(cert),
	                                                              &recorded, err);

	if (rc == EGOV_OK)
		rc = egov__publish_certificate(recorded, file, root, err);
	egov__recorded_free(recorded);
	free(root);
	return rc;
}

enum egov_status egov__own_certificate(struct egov_home *home, const struct egov__own_ca *own,
                                       const struct egov__own_paper *paper,
                                       struct egov_cert **out, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_cert *cert = NULL;
	bool has = false;
	enum egov_status rc = has_value(home, paper->name, &has, err);

	if (rc == EGOV_OK && !has)
		rc = make_paper(home, own, paper, err);
	if (rc == EGOV_OK)
		rc = egov__home_meta(home, paper->name, &der, err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(&der), &cert, err);
	if (rc == EGOV_OK)
		rc = publish_paper(home, cert, paper->file, err);
	if (rc == EGOV_OK && out != NULL) {
		*out = cert;
		cert = NULL;
	}
	egov_cert_free(cert);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__own_root(struct egov_home *home, const struct egov__own_ca *own,
                                struct egov_cert **out, struct egov_error *err)
{
	char name[EGOV__META_NAME], file[EGOV__FILE_NAME];
	const struct egov__own_paper paper = { .profile = "root-ca", .name = name, .file = file,
		                               .of = own->generation };

	egov__home_meta_name(EGOV__META_CERTIFICATE, own->generation, name);
	egov__home_file_name(own->generation, file);
	return egov__own_certificate(home, own, &paper, out, err);
}

/* --- becoming active --- */

struct unfinished {
	uint64_t generation, id;
};

static enum egov_status note_unfinished(void *user, const struct egov__intent_row *row,
                                        struct egov_error *err)
{
	struct unfinished *u = user;

	(void)err;
	if (row->generation == u->generation && row->kind != EGOV_OBJECT_CRL)
		u->id = row->id;
	return EGOV_OK;
}

/* What a key was about to sign it signs before it retires. */
static enum egov_status retire(struct egov_home *home, const char *actor, uint64_t generation,
                               struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct unfinished u = { generation, 0 };
	enum egov_status rc = egov__store_intent_walk(egov__record_store(record), EGOV__INTENT_OPEN,
	                                              note_unfinished, &u, err);

	if (rc == EGOV_OK && u.id != 0)
		rc = egov_error_set(err, EGOV_E_BUSY, "Order No. 4, Art. 24",
		                    "intent %" PRIu64 " of the key that is to retire has no result "
		                    "yet: issue on its application again, or revoke its serial",
		                    u.id);
	return rc == EGOV_OK ? egov__record_generation_state(record, actor, generation,
	                                                     EGOV__GENERATION_RETIRED,
	                                                     EGOV__NO_SLICE, err)
	                     : rc;
}

enum egov_status egov__own_activate(struct egov_home *home, const char *actor, uint64_t generation,
                                    struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov__generation_row active;
	bool found = false;
	enum egov_status rc = egov__store_generation_by_key(egov__record_store(record), NULL, &active,
	                                                    &found, err);

	if (rc == EGOV_OK && found)
		rc = retire(home, actor, active.number, err);
	if (rc == EGOV_OK)
		rc = egov__record_generation_state(record, actor, generation,
		                                   EGOV__GENERATION_ACTIVE, EGOV__NO_SLICE, err);
	return rc;
}

/* --- the request, for a parent --- */

static enum egov_status note_last(void *user, const struct egov__generation_row *row,
                                  struct egov_error *err)
{
	(void)err;
	*(uint64_t *)user = row->number;
	return EGOV_OK;
}

enum egov_status egov_init_request(struct egov_home *home, struct egov_buf *der,
                                   struct egov_error *err)
{
	char name[EGOV__META_NAME];
	uint64_t last = 1;
	enum egov_status rc = egov__store_generation_walk(
		egov__record_store(egov__home_record(home)), note_last, &last, err);

	egov__home_meta_name(EGOV__META_REQUEST, last, name);
	return rc == EGOV_OK ? egov__home_meta(home, name, der, err) : rc;
}
