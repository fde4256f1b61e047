/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cert/cert.h"
#include "crypto/sm3.h"
#include "delivery/exchange.h"
#include "record/check.h"
#include "record/pair.h"
#include "record/result.h"

struct pairs {
	struct egov__check *check;
	struct egov_slice journal_spki;
	struct egov_buf home;
};

static enum egov_status request_wrong(struct egov_error *err,
                                      const struct egov__key_request_row *row, const char *message)
{
	return egov__check_wrong(err, EGOV__N("key request"), row->application, message);
}

/* --- what a centre was asked --- */

static enum egov_status check_request_entry(const struct egov__check *check,
                                            const struct egov__key_request_row *row,
                                            struct egov_error *err)
{
	struct egov__journal_row wanted = { .kind = EGOV__KIND_KEY_REQUEST, .actor = row->actor,
		                            .subject = row->application, .time = row->time };
	struct egov__body *body = egov__body_new();
	uint64_t seq;
	enum egov_status rc;

	egov__key_request_body(row, body);
	wanted.body = egov__body_text(body);
	rc = egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__check_one(check, EGOV__N("key request"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

/* Signed with the journal key, for this home and this application. */
static enum egov_status check_request_bytes(const struct pairs *pairs,
                                            const struct egov__key_request_row *row,
                                            struct egov_error *err)
{
	struct egov__key_request request;
	struct egov__exchanged parts;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&row->der, 1, digest, err);

	if (rc != EGOV_OK)
		return rc;
	if (memcmp(digest, row->digest, sizeof(digest)) != 0)
		return request_wrong(err, row, EGOV__N("its bytes are not those of its digest"));
	rc = egov__key_request_read(row->der, &request, &parts, NULL);
	if (rc == EGOV_OK)
		rc = egov__exchange_verify(&parts, pairs->journal_spki, NULL);
	rc = egov__check_found(rc, err);
	if (rc == EGOV_E_CORRUPT)
		return request_wrong(err, row, EGOV__N("it is not signed with the journal key"));
	if (rc != EGOV_OK)
		return rc;
	if (!egov__slice_equal(request.home, egov_buf_slice(&pairs->home))
	    || !egov__slice_equal(request.application, egov__slice_text(row->application)))
		return request_wrong(err, row, EGOV__N("it is about something else"));
	return EGOV_OK;
}

static enum egov_status check_request(void *user, const struct egov__key_request_row *row,
                                      struct egov_error *err)
{
	struct pairs *const pairs = user;
	const struct egov__journal_row about = { .subject = row->application };
	int gone = 0;
	enum egov_status rc = egov__check_destroyed(pairs->check, &about, &gone, err);

	if (rc == EGOV_OK
	    && (gone < EGOV__TOMBSTONE_UNSEALABLE || row->der.size != EGOV__DIGEST_ALONE
	        || !egov__slice_equal(row->der, EGOV__SLICE(row->digest))))
		rc = check_request_bytes(pairs, row, err);
	return rc == EGOV_OK ? check_request_entry(pairs->check, row, err) : rc;
}

/* --- pairs --- */

struct pair {
	const struct egov__pair_row *row;
	const char *name;
	struct egov_buf actor;          /* of the signing certificate's intent */
	enum egov__intent_state state;
	struct egov__key_answer answer;
	int gone;                       /* how far its records were destroyed */
};

static enum egov_status pair_wrong(struct egov_error *err, const struct pair *pair,
                                   const char *message)
{
	return egov__check_wrong(err, EGOV__N("pair"), pair->name, message);
}

/* Both intents are of this application and have come equally far. */
static enum egov_status check_intents(const struct egov__check *check, struct pair *pair,
                                      struct egov_error *err)
{
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc = egov__store_intent_by_serial(check->store, pair->row->sign_serial,
	                                                   &intent, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found || strcmp(intent.application, pair->row->application) != 0
	    || intent.time != pair->row->time)
		return pair_wrong(err, pair, EGOV__N("its signing certificate has another intent"));
	pair->state = intent.state;
	egov__buf_text(&pair->actor, intent.actor);
	rc = egov__store_intent_by_serial(check->store, pair->row->encrypt_serial, &intent, &found,
	                                  err);
	if (rc != EGOV_OK)
		return rc;
	if (!found || strcmp(intent.application, pair->row->application) != 0
	    || intent.time != pair->row->time || intent.state != pair->state)
		return pair_wrong(err, pair,
		                  EGOV__N("its encryption certificate has another intent"));
	return egov__buf_check(&pair->actor, err);
}

static enum egov_status check_pair_entry(const struct egov__check *check, struct pair *pair,
                                         struct egov_error *err)
{
	struct egov__journal_row wanted = { .kind = EGOV__KIND_PAIR, .subject = pair->name,
		                            .time = pair->row->time };
	struct egov__body *body = egov__body_new();
	uint64_t seq;
	enum egov_status rc = egov__pair_body(pair->row, body, err);

	wanted.body = egov__body_text(body);
	wanted.actor = egov__buf_string(&pair->actor);
	if (rc == EGOV_OK)
		rc = wanted.actor == NULL ? egov_error_nomem(err) : egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__check_one(check, EGOV__N("pair"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

static bool has_digest(struct egov_slice spki, const uint8_t wanted[EGOV__SM3_SIZE])
{
	uint8_t digest[EGOV__SM3_SIZE];

	return egov__sm3(&spki, 1, digest, NULL) == EGOV_OK
	       && memcmp(digest, wanted, sizeof(digest)) == 0;
}

/* The centre has signed the answer, whose key is the one that is certified. */
static enum egov_status read_answer(struct pair *pair, struct egov_error *err)
{
	struct egov__exchanged parts;
	struct egov_cert *centre = NULL;
	enum egov_status rc = egov__key_answer_read(pair->row->answer, &pair->answer, &parts, NULL);

	if (rc == EGOV_OK)
		rc = egov_cert_decode(pair->row->centre, &centre, NULL);
	if (rc == EGOV_OK)
		rc = egov__exchange_verify(&parts, egov_cert_public_key(centre), NULL);
	if (rc == EGOV_OK && !has_digest(pair->answer.public_key, pair->row->key_digest))
		rc = EGOV_E_CORRUPT;
	egov_cert_free(centre);
	rc = egov__check_found(rc, err);
	if (rc == EGOV_E_CORRUPT)
		return pair_wrong(err, pair, EGOV__N("its answer is not signed by its centre"));
	return rc;
}

/* The centre's answer to the request of this application. */
static enum egov_status check_answer(const struct egov__check *check, struct pair *pair,
                                     struct egov_error *err)
{
	struct egov__key_request_row request;
	bool found = false;
	enum egov_status rc = read_answer(pair, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__store_key_request_get(check->store, pair->row->application, &request, &found,
	                                 err);
	if (rc == EGOV_OK
	    && (!found || !egov__slice_equal(pair->answer.request, EGOV__SLICE(request.digest))))
		rc = pair_wrong(err, pair, EGOV__N("its answer is to another request"));
	return rc;
}

static enum egov_status read_certificate(const struct egov__check *check, struct egov_slice serial,
                                         struct egov_cert **out, struct egov_error *err)
{
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(check->store, serial, &row, &found, err);

	if (rc == EGOV_OK && found && egov_cert_decode(row.der, out, NULL) == EGOV_E_NOMEM)
		rc = egov_error_nomem(err);
	return rc;
}

/* GM/T 0034: one holder, and the key that the centre made. */
static enum egov_status check_certificates(const struct egov__check *check,
                                           const struct pair *pair, struct egov_error *err)
{
	struct egov_cert *sign = NULL, *encrypt = NULL;
	enum egov_status rc;

	if (pair->state != EGOV__INTENT_DONE)
		return EGOV_OK;
	rc = read_certificate(check, pair->row->sign_serial, &sign, err);
	if (rc == EGOV_OK)
		rc = read_certificate(check, pair->row->encrypt_serial, &encrypt, err);
	if (rc == EGOV_OK && (sign == NULL || encrypt == NULL))
		rc = pair_wrong(err, pair, EGOV__N("one of its certificates is missing"));
	if (rc == EGOV_OK
	    && !egov__slice_equal(egov_cert_subject(sign), egov_cert_subject(encrypt)))
		rc = pair_wrong(err, pair, EGOV__N("its certificates have different subjects"));
	if (rc == EGOV_OK
	    && !egov__slice_equal(egov_cert_public_key(encrypt), pair->answer.public_key))
		rc = pair_wrong(err, pair,
		                EGOV__N("its encryption key is not the one that the centre made"));
	egov_cert_free(encrypt);
	egov_cert_free(sign);
	return rc;
}

static enum egov_status check_pair(void *user, const struct egov__pair_row *row,
                                   struct egov_error *err)
{
	struct pairs *const pairs = user;
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct pair pair = { .row = row, .actor = EGOV__BUF(EGOV__MAX_OBJECT) };
	enum egov_status rc;

	egov__buf_hex(&hex, row->sign_serial);
	pair.name = egov__buf_string(&hex);
	rc = pair.name == NULL ? egov_error_nomem(err) : check_intents(pairs->check, &pair, err);
	if (rc == EGOV_OK)
		rc = check_pair_entry(pairs->check, &pair, err);
	if (rc == EGOV_OK)
		rc = egov__check_gone(pairs->check, row->sign_serial, &pair.gone, err);
	if (rc == EGOV_OK
	    && (pair.gone != EGOV__TOMBSTONE_GONE || row->answer.size != EGOV__DIGEST_ALONE))
		rc = check_answer(pairs->check, &pair, err);
	if (rc == EGOV_OK && pair.gone < EGOV__TOMBSTONE_UNSEALABLE)
		rc = check_certificates(pairs->check, &pair, err);
	pairs->check->pairs++;
	egov__buf_clear(&pair.actor);
	egov__buf_clear(&hex);
	return rc;
}

enum egov_status egov__check_pairs(struct egov__check *check, struct egov_slice journal_spki,
                                   struct egov_error *err)
{
	struct pairs pairs = { .check = check, .journal_spki = journal_spki,
		               .home = EGOV__BUF(EGOV__MAX_OBJECT) };
	bool found = false;
	enum egov_status rc =
		egov__store_meta_get(check->store, EGOV__META_HOME_ID, &pairs.home, &found, err);

	if (rc == EGOV_OK)
		rc = egov__store_key_request_walk(check->store, check_request, &pairs, err);
	if (rc == EGOV_OK)
		rc = egov__store_pair_walk(check->store, check_pair, &pairs, err);
	egov__buf_clear(&pairs.home);
	return rc;
}
