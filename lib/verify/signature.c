/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/text.h"
#include "crypto/pkverify.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

static const char sm2_clause[] = "GM/T 0009, 10";
static const char rfc_clause[] = "RFC 5280, 4.1.1.2";

/* What certificates and CRLs have in common. */
struct signed_object {
	struct egov_slice tbs, inner, outer, signature;
	enum egov__oid algorithm;
	bool is_document;               /* signed by its signer, not by its issuer */
	const struct egov__crl_hash *hash;      /* of a list that is not held: then tbs is empty */
};

/* What the octets of a list came to while they were read. */
struct egov__crl_hash {
	const struct egov_cert *issuer;
	struct egov_slice id;
	struct egov__sm3 *sm3;          /* of Z and them */
	struct egov__pk_stream *stream; /* or this: algorithms of others */
	uint8_t e[EGOV__SM2_E];
	struct egov_error refused;      /* why there is neither */
	const struct egov__source *source;
	uint64_t at, size;              /* where they lie in it */
};

static enum egov_status update_sm3(void *user, struct egov_slice bytes, struct egov_error *err)
{
	return egov__sm3_update(user, bytes, err);
}

/* SM3 of what is signed, z before it where it is not empty. */
static enum egov_status hash_object(const struct signed_object *object, struct egov_slice z,
                                    uint8_t e[EGOV__SM2_E], struct egov_error *err)
{
	const struct egov_slice parts[] = { z, object->tbs };
	struct egov__sm3 *sm3 = NULL;
	enum egov_status rc;

	if (object->hash == NULL)
		return egov__sm3(parts, 2, e, err);
	rc = egov__sm3_new(&sm3, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_update(sm3, z, err);
	if (rc == EGOV_OK)
		rc = egov__source_walk(object->hash->source, object->hash->at, object->hash->size,
		                       update_sm3, sm3, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_final(sm3, e, err);
	egov__sm3_free(sm3);
	return rc;
}

static struct signed_object of_cert(const struct egov_cert *cert)
{
	const struct egov__cert_fields *f = egov__cert_fields(cert);

	return (struct signed_object){ f->tbs, f->inner_algorithm, f->outer_algorithm, f->signature,
		                       f->signature_algorithm, false, NULL };
}

static struct signed_object of_crl(const struct egov_crl *crl)
{
	const struct egov__crl_fields *f = egov__crl_fields(crl);

	return (struct signed_object){ f->tbs, f->inner_algorithm, f->outer_algorithm, f->signature,
		                       f->signature_algorithm, false, NULL };
}

/* Most write id-ecPublicKey and the curve; some write the curve at both places,
 * as the tables of GM/T 0015 and 0043 print it.  Both are read. */
enum egov_status egov__verify_point(struct egov_slice spki, struct egov_slice *point,
                                    struct egov_error *err)
{
	static const uint8_t twice[] = { 0x30, 0x5a, 0x30, 0x14, 0x06, 0x08, 0x2a, 0x81, 0x1c,
		                         0xcf, 0x55, 0x01, 0x82, 0x2d, 0x06, 0x08, 0x2a, 0x81,
		                         0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00 };
	struct egov_slice at;
	enum egov_status rc;

	if (spki.size != sizeof(twice) + EGOV__SM2_POINT
	    || memcmp(spki.data, twice, sizeof(twice)) != 0)
		return egov__sm2_spki_point(spki, point, err);
	at = (struct egov_slice){ spki.data + sizeof(twice), EGOV__SM2_POINT };
	rc = egov__sm2_point_check(at, err);
	if (rc == EGOV_OK)
		*point = at;
	return rc;
}

/* A failure that says nothing about the signature. */
static bool is_fatal(enum egov_status rc)
{
	return rc == EGOV_E_NOMEM || rc == EGOV_E_CRYPTO;
}

/* Signer IDs that signatures are met with, to say which one fits: GM/T 0009, 10; what
 * OpenSSL 3.0 takes unless told; RFC 8998, 3.2.1. */
static const struct {
	const char *id, *name;
} known_ids[] = {
	{ EGOV__SM2_DEFAULT_ID, EGOV__N("the default signer ID \"1234567812345678\"") },
	{ "", EGOV__N("the empty signer ID") },
	{ "TLSv1.3+GM+Cipher+Suite",
	  EGOV__N("the signer ID \"TLSv1.3+GM+Cipher+Suite\", which is for handshakes") },
};
#define KNOWN_IDS (sizeof(known_ids) / sizeof(known_ids[0]))

static const char *id_name(struct egov_slice id)
{
	for (size_t i = 0; i < KNOWN_IDS; i++)
		if (egov__slice_is(id, known_ids[i].id))
			return egov__text(known_ids[i].name);
	return egov__text("the signer ID given");
}

/* Whether the signature is of this way of making e, unless an earlier one was. */
static enum egov_status try_way(struct egov_slice point, const struct signed_object *object,
                                struct egov_slice z, const char *name, const char **way)
{
	uint8_t e[EGOV__SM2_E];
	enum egov_status rc;

	if (*way != NULL)
		return EGOV_OK;
	rc = hash_object(object, z, e, NULL);
	if (rc == EGOV_OK)
		rc = egov__sm2_verify_e(point, e, object->signature, NULL);
	if (rc == EGOV_OK)
		*way = name;
	return is_fatal(rc) ? rc : EGOV_OK;
}

/* The known way of making e that this signature fits, or NULL. */
static enum egov_status find_way(struct egov_slice point, const struct signed_object *object,
                                 const char **way, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;
	uint8_t z[32];

	for (size_t i = 0; rc == EGOV_OK && i < KNOWN_IDS; i++) {
		rc = egov__sm2_z(point, egov__slice_text(known_ids[i].id), z, NULL);
		if (rc == EGOV_OK)
			rc = try_way(point, object, EGOV__SLICE(z), egov__text(known_ids[i].name), way);
	}
	if (rc == EGOV_OK)
		rc = try_way(point, object, EGOV__NO_SLICE,
		             egov__text("plain SM3 without signer ID and Z"), way);
	return rc == EGOV_E_NOMEM ? egov_error_nomem(err) : rc;
}

static enum egov_status verify_sm2(const struct signed_object *object, struct egov_slice spki,
                                   struct egov_slice id, struct egov_error *err)
{
	struct egov_slice point;
	struct egov_error cause = { 0 };
	const char *way = NULL;
	enum egov_status rc = egov__verify_point(spki, &point, &cause);

	if (rc != EGOV_OK && !is_fatal(rc))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "GM/T 0015, 5.2.3.7",
		                      object->is_document
		                      ? EGOV__N("signed with SM2, but its signer's key is none: %s")
		                      : EGOV__N("signed with SM2, but its issuer's key is none: %s"),
		                      cause.text);
	if (rc == EGOV_OK)
		rc = object->hash != NULL
		             ? egov__sm2_verify_e(point, object->hash->e, object->signature, &cause)
		             : egov__sm2_verify(point, id, object->tbs, object->signature, &cause);
	if (rc == EGOV_OK)
		return EGOV_OK;
	if (is_fatal(rc))
		return egov_error_set(err, rc, cause.clause, "%s", cause.text);
	/* A few more public key operations, for readers only. */
	rc = err == NULL ? EGOV_OK : find_way(point, object, &way, err);
	if (rc != EGOV_OK)
		return rc;
	if (way == NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, sm2_clause,
		                      object->is_document
		                      ? EGOV__N("SM2 signature does not verify with its signer's key "
		                                "under any known signer ID")
		                      : EGOV__N("SM2 signature does not verify with its issuer's key "
		                                "under any known signer ID"));
	return egov_error_set(err, EGOV_E_UNTRUSTED, sm2_clause,
	                      "SM2 signature was made with %s, not with %s", way, id_name(id));
}

/* The SM2 signer ID, and what is allowed beyond the usual algorithms. */
struct manner {
	struct egov_slice id;
	unsigned allow;
};

static struct manner manner_of(const struct egov__judgement *j)
{
	return (struct manner){ j->id, egov__judge_allows(j) };
}

unsigned egov__judge_allows(const struct egov__judgement *j)
{
	unsigned allow = 0;

	if (egov__tolerates(j, EGOV_TOLERATE_SMALL_KEYS))
		allow |= EGOV__PK_SMALL_KEYS;
	if (egov__tolerates(j, EGOV_TOLERATE_OLD_DIGESTS))
		allow |= EGOV__PK_OLD_DIGESTS;
	if (egov__tolerates(j, EGOV_TOLERATE_OTHER_ALGORITHMS))
		allow |= EGOV__PK_OTHERS;
	return allow;
}

static enum egov_status end_stream(const struct egov__crl_hash *hash, struct egov_slice signature,
                                   struct egov_error *err)
{
	if (hash->stream == NULL) {
		*err = hash->refused;
		return hash->refused.status;
	}
	return egov__pk_stream_end(hash->stream, signature, err);
}

static enum egov_status verify_signed(const struct signed_object *object,
                                      const struct egov_cert *issuer, struct manner manner,
                                      struct egov_error *err)
{
	const struct egov__pk_signed other = { object->outer, object->tbs, object->signature };
	const struct egov_slice spki = egov__cert_fields(issuer)->spki;
	struct egov_error cause = { 0 };
	enum egov_status rc;

	if (!egov__slice_equal(object->inner, object->outer))
		return egov_error_set(err, EGOV_E_UNTRUSTED, rfc_clause,
		                      "signature algorithm inside and outside of what is signed differ");
	if (object->algorithm == EGOV__OID_SM2_SM3)
		return verify_sm2(object, spki, manner.id, err);
	rc = object->hash == NULL
	             ? egov__pk_verify(object->algorithm, spki, object->tbs, object->signature, &cause)
	             : end_stream(object->hash, object->signature, &cause);
	if (rc == EGOV_E_UNSUPPORTED && manner.allow != 0) {
		cause = (struct egov_error){ 0 };
		rc = egov__pk_verify_other(&other, spki, manner.allow, &cause);
	}
	if (rc == EGOV_OK || is_fatal(rc))
		return rc == EGOV_OK ? rc : egov_error_set(err, rc, NULL, "%s", cause.text);
	return egov_error_set(err, EGOV_E_UNTRUSTED, rfc_clause, "%s", cause.text);
}

enum egov_status egov__verify_cert_signature(const struct egov_cert *child,
                                             const struct egov_cert *issuer, struct egov_slice id,
                                             struct egov_error *err)
{
	const struct signed_object object = of_cert(child);

	return verify_signed(&object, issuer, (struct manner){ id, 0 }, err);
}

enum egov_status egov__judge_cert_signature(const struct egov__judgement *j,
                                            const struct egov_cert *child,
                                            const struct egov_cert *issuer, struct egov_error *err)
{
	const struct signed_object object = of_cert(child);

	return verify_signed(&object, issuer, manner_of(j), err);
}

enum egov_status egov__verify_crl_signature(const struct egov_crl *crl,
                                            const struct egov_cert *issuer, struct egov_slice id,
                                            struct egov_error *err)
{
	const struct signed_object object = of_crl(crl);

	return verify_signed(&object, issuer, (struct manner){ id, 0 }, err);
}

/* --- of a list that is read piece by piece --- */

enum egov_status egov__crl_hash_new(const struct egov_cert *issuer, struct egov_slice id,
                                    struct egov__crl_hash **out, struct egov_error *err)
{
	struct egov__crl_hash *hash = calloc(1, sizeof(*hash));

	if (hash == NULL)
		return egov_error_nomem(err);
	hash->issuer = issuer;
	hash->id = id;
	*out = hash;
	return EGOV_OK;
}

void egov__crl_hash_free(struct egov__crl_hash *hash)
{
	if (hash == NULL)
		return;
	egov__sm3_free(hash->sm3);
	egov__pk_stream_free(hash->stream);
	free(hash);
}

/* A key that does not fit is told when the signature is judged. */
enum egov_status egov__crl_hash_begin(struct egov__crl_hash *hash, enum egov__oid type,
                                      struct egov_error *err)
{
	const struct egov_slice spki = egov__cert_fields(hash->issuer)->spki;
	struct egov_slice point;
	uint8_t z[32];
	enum egov_status rc;

	if (type != EGOV__OID_SM2_SM3) {
		rc = egov__pk_stream_new(type, spki, &hash->stream, &hash->refused);
		return is_fatal(rc) ? egov_error_set(err, rc, NULL, "%s", hash->refused.text) : EGOV_OK;
	}
	if (egov__verify_point(spki, &point, NULL) != EGOV_OK)
		return EGOV_OK;
	rc = egov__sm2_z(point, hash->id, z, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_new(&hash->sm3, err);
	return rc == EGOV_OK ? egov__sm3_update(hash->sm3, EGOV__SLICE(z), err) : rc;
}

enum egov_status egov__crl_hash_update(struct egov__crl_hash *hash, struct egov_slice bytes,
                                       struct egov_error *err)
{
	if (hash->sm3 != NULL)
		return egov__sm3_update(hash->sm3, bytes, err);
	return hash->stream != NULL ? egov__pk_stream_update(hash->stream, bytes, err) : EGOV_OK;
}

enum egov_status egov__crl_hash_verify(struct egov__crl_hash *hash,
                                       const struct egov__source *source,
                                       const struct egov__crl_outline *list, struct egov_error *err)
{
	const struct egov__crl_fields *const f = &list->fields;
	const struct signed_object object = { f->tbs, f->inner_algorithm, f->outer_algorithm,
		                              f->signature, f->signature_algorithm, false, hash };
	enum egov_status rc = hash->sm3 == NULL ? EGOV_OK : egov__sm3_final(hash->sm3, hash->e, err);

	hash->source = source;
	hash->at = list->tbs_at;
	hash->size = list->tbs_size;
	if (rc == EGOV_OK)
		rc = verify_signed(&object, hash->issuer, (struct manner){ hash->id, 0 }, err);
	return rc;
}

enum egov_status egov__judge_crl_signature(const struct egov__judgement *j,
                                           const struct egov_crl *crl,
                                           const struct egov_cert *issuer, struct egov_error *err)
{
	const struct signed_object object = of_crl(crl);

	return verify_signed(&object, issuer, manner_of(j), err);
}

enum egov_status egov__verify_document(const struct egov__document_signature *document,
                                       const struct egov_cert *signer, struct egov_slice id,
                                       struct egov_error *err)
{
	const struct signed_object object = { .tbs = document->message,
		                              .signature = document->signature,
		                              .algorithm = document->algorithm, .is_document = true };

	return verify_signed(&object, signer, (struct manner){ id, 0 }, err);
}

/* What stays where it is as long as the verifier. */
static bool is_kept(const struct egov_verifier *verifier, const void *object)
{
	const struct egov__cert_list *const lists[] = { &verifier->trust, &verifier->pool };

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			if (lists[l]->items[i].cert == object)
				return true;
	for (size_t i = 0; i < verifier->crl_count; i++)
		if (verifier->crls[i].crl == object)
			return true;
	return false;
}

/* "This was signed by that one under this ID, with what is allowed so."  What the
 * verifier keeps is known by its address, the certificate that is judged by its
 * octets; of anything else nothing is said. */
static bool state(const struct egov__judgement *j, const void *object,
                  const struct egov_cert *issuer, uint8_t statement[EGOV__SM3_SIZE])
{
	const void *const addresses[] = { object == j->leaf ? NULL : object, issuer };
	const uint8_t allow = (uint8_t)egov__judge_allows(j);
	const struct egov_slice parts[] = {
		egov__slice_text("signature"),
		{ (const uint8_t *)addresses, sizeof(addresses) },
		{ &allow, sizeof(allow) },
		object != j->leaf       ? EGOV__NO_SLICE
		: j->leaf_sm3.size == 0 ? egov_cert_der(j->leaf)
		                        : j->leaf_sm3,
		j->id,
	};

	return is_kept(j->verifier, issuer)
	       && (object == j->leaf || is_kept(j->verifier, object))
	       && egov__sm3(parts, sizeof(parts) / sizeof(parts[0]), statement, NULL) == EGOV_OK;
}

/* With the issuer's key at hand; EGOV_E_NOTFOUND where there is none. */
static enum egov_status verify_ready(const struct egov__judgement *j,
                                     const struct signed_object *object,
                                     const struct egov_cert *issuer)
{
	const struct egov__ready_key *ready = NULL;
	struct egov_slice parts[] = { EGOV__NO_SLICE, object->tbs };
	uint8_t e[EGOV__SM2_E];
	enum egov_status rc;

	if (object->algorithm == EGOV__OID_SM2_SM3 && egov__slice_equal(object->inner, object->outer))
		ready = egov__ready_get(j->verifier->ready, issuer);
	if (ready == NULL)
		return EGOV_E_NOTFOUND;
	parts[0] = EGOV__SLICE(ready->default_z);
	rc = egov__slice_is(j->id, EGOV__SM2_DEFAULT_ID)
	             ? egov__sm3(parts, 2, e, NULL)
	             : egov__sm2_e(ready->point, j->id, object->tbs, e, NULL);
	return rc == EGOV_OK ? egov__sm2_key_verify_e(ready->key, e, object->signature, NULL) : rc;
}

static enum egov_status verify_once(const struct egov__judgement *j, const void *key,
                                    const struct signed_object *object,
                                    const struct egov_cert *issuer)
{
	struct egov__proven *const proven = j->verifier->proven;
	uint8_t statement[EGOV__SM3_SIZE];
	const bool stated = state(j, key, issuer, statement);
	enum egov_status rc;

	if (stated && egov__proven_has(proven, statement))
		return EGOV_OK;
	rc = stated ? verify_ready(j, object, issuer) : EGOV_E_NOTFOUND;
	if (rc == EGOV_E_NOTFOUND)
		rc = verify_signed(object, issuer, manner_of(j), NULL);
	if (rc == EGOV_OK && stated)
		egov__proven_add(proven, statement);
	return rc;
}

static enum egov_status make_room(struct egov__memo *memo, struct egov_error *err)
{
	const size_t wanted = memo->room == 0 ? 16 : memo->room * 2;
	void *more;

	if (memo->count == EGOV__MAX_SIGNATURES)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d signatures to check",
		                      EGOV__MAX_SIGNATURES);
	if (memo->count < memo->room)
		return EGOV_OK;
	more = reallocarray(memo->items, wanted, sizeof(*memo->items));
	if (more == NULL)
		return egov_error_nomem(err);
	memo->items = more;
	memo->room = wanted;
	return EGOV_OK;
}

static enum egov_status remember(struct egov__judgement *j, const void *key,
                                 const struct signed_object *object,
                                 const struct egov_cert *issuer, bool *good,
                                 struct egov_error *err)
{
	enum egov_status rc;

	for (size_t i = 0; i < j->memo.count; i++)
		if (j->memo.items[i].object == key && j->memo.items[i].signed_by == issuer) {
			*good = j->memo.items[i].good;
			return EGOV_OK;
		}
	rc = make_room(&j->memo, err);
	if (rc != EGOV_OK)
		return rc;
	rc = verify_once(j, key, object, issuer);
	if (is_fatal(rc))
		return egov_error_set(err, rc, NULL, "checking a signature failed");
	*good = rc == EGOV_OK;
	j->memo.items[j->memo.count].object = key;
	j->memo.items[j->memo.count].signed_by = issuer;
	j->memo.items[j->memo.count++].good = *good;
	return EGOV_OK;
}

enum egov_status egov__memo_cert(struct egov__judgement *j, const struct egov_cert *child,
                                 const struct egov_cert *issuer, bool *good, struct egov_error *err)
{
	const struct signed_object object = of_cert(child);

	return remember(j, child, &object, issuer, good, err);
}

enum egov_status egov__memo_crl(struct egov__judgement *j, const struct egov_crl *crl,
                                const struct egov_cert *issuer, bool *good, struct egov_error *err)
{
	const struct signed_object object = of_crl(crl);

	return remember(j, crl, &object, issuer, good, err);
}

/* A response is known by where its octets lie. */
enum egov_status egov__memo_ocsp(struct egov__judgement *j, const struct egov__known_ocsp *known,
                                 const struct egov_cert *signer, bool *good,
                                 struct egov_error *err)
{
	const struct egov__ocsp_fields *f = &known->fields;
	const struct signed_object object = { .tbs = f->tbs, .inner = f->algorithm,
		                              .outer = f->algorithm, .signature = f->signature,
		                              .algorithm = f->signature_algorithm };

	return remember(j, known->der.data, &object, signer, good, err);
}
