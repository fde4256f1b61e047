/* SPDX-License-Identifier: Apache-2.0 */
#include "sign/sign.h"

#include <inttypes.h>
#include <string.h>

#include "base/der.h"
#include "cert/signed.h"
#include "crypto/sm3.h"
#include "crypto/witness.h"
#include "key/signer_ca.h"
#include "record/stage_door.h"

/* OpenSSL reads the request again: the bytes it would verify are ours. */
static enum egov_status witness_request(struct egov_slice der, struct egov_error *err)
{
	struct egov__signed_parts parts = { 0 };
	struct egov__witness *witness = NULL;
	enum egov_status rc = egov__signed_decode(der, &parts, err);

	if (rc == EGOV_OK)
		rc = egov__witness_request(der, &witness, err);
	if (rc == EGOV_OK && !egov__witness_same(&witness->tbs, parts.tbs))
		rc = egov__witness_differs("certificationRequestInfo", err);
	egov__witness_free(witness);
	return egov__witness_refuses(rc, err);
}

static enum egov_status witness(enum egov_object_kind kind, struct egov_slice der,
                                struct egov_error *err)
{
	if (kind == EGOV_OBJECT_CERTIFICATE)
		return egov__cert_witness(der, err);
	return kind == EGOV_OBJECT_CRL ? egov__crl_witness(der, err) : witness_request(der, err);
}

/* What leaves is the intent's bytes under the signature over them that the signer has verified,
 * octet by octet: judged on the finished object as it is read. */
static enum egov_status check(enum egov_object_kind kind, struct egov_slice tbs,
                              struct egov_slice signature, struct egov_slice der,
                              struct egov_error *err)
{
	struct egov__signed_parts parts = { 0 };
	enum egov_status rc = witness(kind, der, err);

	if (rc == EGOV_OK)
		rc = egov__signed_decode(der, &parts, err);
	if (rc == EGOV_OK && !egov__slice_equal(parts.tbs, tbs))
		rc = egov_error_set(err, EGOV_E_CRYPTO, NULL,
		                    "the signed object does not hold the bytes of its intent");
	if (rc == EGOV_OK && !egov__slice_equal(parts.signature, signature))
		rc = egov_error_set(err, EGOV_E_CRYPTO, NULL,
		                    "the signed object does not hold the signature that was verified");
	return rc;
}

/* Of a list its bytes stay where they are: what leaves is what stands behind them.  A short one
 * is judged as all others are; a long one the record reads before it takes it (record/result.c). */
static enum egov_status finish_list(const struct egov_tbs *tbs, struct egov_slice signature,
                                    struct egov_buf *behind, struct egov_error *err)
{
	const struct egov__source *const source = egov__tbs_source(tbs);
	struct egov_buf held = EGOV__BUF(EGOV__MAX_OBJECT), der = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	enum egov_status rc = egov__signed_behind(tbs, signature, behind, err);

	if (rc == EGOV_OK && source->size <= EGOV__MAX_OBJECT) {
		rc = egov__source_append(source, &held, err);
		egov__der_header(&der, EGOV__SEQUENCE, held.size + behind->size);
		egov__buf_slice(&der, egov_buf_slice(&held));
		egov__buf_slice(&der, egov_buf_slice(behind));
		if (rc == EGOV_OK)
			rc = egov__buf_check(&der, err);
		if (rc == EGOV_OK)
			rc = check(EGOV_OBJECT_CRL, egov_buf_slice(&held), signature,
			           egov_buf_slice(&der), err);
	}
	egov__buf_clear(&held);
	egov__buf_clear(&der);
	return rc;
}

static enum egov_status finish(const struct egov_tbs *tbs, struct egov_slice signature,
                               struct egov_buf *der, struct egov_error *err)
{
	const struct egov_slice held = egov__tbs_der(tbs);
	enum egov_status rc;

	if (egov__tbs_kind(tbs) == EGOV_OBJECT_CRL)
		return finish_list(tbs, signature, der, err);
	rc = egov__signed_assemble(tbs, signature, der, err);
	return rc != EGOV_OK ? rc
	                     : check(egov__tbs_kind(tbs), held, signature, egov_buf_slice(der), err);
}

static enum egov_status make(const struct egov_intent *intent, struct egov_signer *signer,
                             struct egov_buf *der, struct egov_error *err)
{
	const struct egov_tbs *const tbs = egov__intent_tbs(intent);
	struct egov_buf signature = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__signer_sign_ca(signer, egov__tbs_source(tbs),
	                                           egov__intent_seen(intent), &signature, err);

	if (rc == EGOV_E_CORRUPT)
		rc = egov_error_prefix(err, rc, "intent %" PRIu64, egov__intent_id(intent));
	if (rc == EGOV_OK)
		rc = finish(tbs, egov_buf_slice(&signature), der, err);
	egov__buf_clear(&signature);
	return rc;
}

static enum egov_status check_key(const struct egov_intent *intent,
                                  const struct egov_signer *signer, struct egov_error *err)
{
	const struct egov_slice key = egov_signer_public_key(signer);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&key, 1, digest, err);

	if (rc == EGOV_OK && memcmp(digest, egov__intent_key_digest(intent), sizeof(digest)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "this is to be signed with another generation of the CA's key");
	return rc;
}

enum egov_status egov__sign(struct egov_intent *intent, struct egov_signer *signer,
                            struct egov_signed **out, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	enum egov_status rc;

	if (egov__signer_purpose(signer) != EGOV_KEY_CA)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "only a key opened as the CA's signs what it issues");
	rc = check_key(intent, signer, err);
	if (rc == EGOV_OK)
		rc = egov__intent_spend(intent, err);
	if (rc != EGOV_OK)
		return rc;
	rc = make(intent, signer, &der, err);
	if (rc == EGOV_OK)
		rc = egov__signed_new(intent, &der, out, err);
	egov__buf_clear(&der);
	return rc;
}
