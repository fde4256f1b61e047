/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include <string.h>

#include "cms/signed_data.h"
#include "crypto/digest.h"
#include "crypto/sm2.h"

/*
 * One signer of a document (RFC 5652, 5; GM/T 0010, 8).  With signed attributes the
 * signature covers them, and they hold the plain digest of the content, without Z;
 * without, it covers the content itself.
 */

/* Signatures in use write the type of one arc beside that of the other. */
static bool is_data(struct egov_slice type)
{
	const enum egov__oid oid = egov__oid_find(type);

	return oid == EGOV__OID_GM_DATA || oid == EGOV__OID_PKCS7_DATA;
}

/* What was signed: the document given, but where the signature holds something itself,
 * that. */
static struct egov_slice content_of(const struct egov__document_signer *signer)
{
	return signer->data->attached ? signer->data->content : signer->content;
}

static bool has_no_certificate(const struct egov__document_signer *signer,
                               struct egov__note *note)
{
	if (signer->cert == NULL)
		egov__note_skip(note, "its certificate is not known");
	return signer->cert == NULL;
}

static enum egov_status check_signer(const void *object, struct egov__note *note,
                                     struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	struct egov_buf name = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	struct egov__label label;
	const char *text;

	if (signer->cert != NULL) {
		egov__note_say(note, "signed by %s", egov__label(signer->cert, &label));
		return EGOV_OK;
	}
	egov__buf_hex(&name, signer->info->key_id.size > 0 ? signer->info->key_id
	                                                   : signer->info->serial);
	text = egov__buf_string(&name);
	(void)egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
	                     signer->info->key_id.size > 0
	                     ? EGOV__N("no certificate with its signer's key identifier, %s, is in "
	                               "the signature or given")
	                     : EGOV__N("its signer's certificate, serial number %s, is not in the "
	                               "signature nor given"), text == NULL ? "?" : text);
	egov__buf_clear(&name);
	return EGOV_E_UNTRUSTED;
}

/* Both given: the same, or what is attached is its SM3 (GM/T 0099, 7.2.2, signs the
 * digest of Signature.xml). */
static enum egov_status compare_contents(const struct egov__document_signer *signer,
                                         struct egov__note *note, struct egov_error *err)
{
	uint8_t digest[EGOV__DIGEST_MAX];
	size_t size;
	enum egov_status rc;

	if (egov__slice_equal(signer->content, signer->data->content)) {
		egov__note_say(note, "the document given is the one in the signature");
		return EGOV_OK;
	}
	rc = egov__digest(EGOV__OID_SM3, signer->content, digest, &size, err);
	if (rc != EGOV_OK)
		return rc;
	if (!egov__slice_equal((struct egov_slice){ digest, size }, signer->data->content))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "the signature holds another document than the one given, and "
		                      "not its digest either");
	egov__note_say(note, "what is in the signature is SM3 of the document given");
	return EGOV_OK;
}

static enum egov_status check_content(const void *object, struct egov__note *note,
                                      struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	const struct egov__signed_attributes *attributes = signer->attributes;
	const struct egov_slice type = signer->data->content_type;

	if (!signer->data->attached && signer->content.data == NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5652, 5.2",
		                      "the document is not in the signature and not given");
	if (!signer->info->has_attributes && !is_data(type))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "content of another type than data, without signed attributes");
	if (signer->info->has_attributes && !egov__slice_equal(attributes->content_type, type)
	    && !(is_data(attributes->content_type) && is_data(type)))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5652, 11.1",
		                      attributes->content_type.size == 0
		                      ? EGOV__N("the signed attributes have no contentType")
		                      : EGOV__N("the contentType that was signed is another one"));
	if (signer->data->attached && signer->content.data != NULL)
		return compare_contents(signer, note, err);
	egov__note_say(note, "a document of %zu octets", content_of(signer).size);
	return EGOV_OK;
}

static enum egov_status check_digest(const void *object, struct egov__note *note,
                                     struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	uint8_t digest[EGOV__DIGEST_MAX];
	struct egov_error cause = { 0 };
	size_t size;
	enum egov_status rc;

	if (!signer->info->has_attributes) {
		egov__note_skip(note, "no signed attributes: the signature covers the document itself");
		return EGOV_OK;
	}
	rc = egov__digest(signer->info->digest, content_of(signer), digest, &size, &cause);
	if (rc != EGOV_OK)
		return egov_error_set(err, rc == EGOV_E_UNSUPPORTED ? EGOV_E_UNTRUSTED : rc, NULL, "%s",
		                      cause.text);
	if (!egov__slice_equal((struct egov_slice){ digest, size }, signer->attributes->digest))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      signer->attributes->digest.size == 0
		                      ? EGOV__N("the signed attributes have no messageDigest")
		                      : EGOV__N("the document is not the one that was signed: its "
		                                "digest is another one"));
	egov__note_say(note, "%s of the document is what was signed",
	               egov__oid_get(signer->info->digest)->name);
	return EGOV_OK;
}

/* The algorithm of digest and signature together: the standards' identifiers, and those
 * that name the key alone. */
static enum egov__oid algorithm_of(const struct egov__signer_info *info)
{
	switch (info->algorithm) {
	case EGOV__OID_SM2_SIGN:
	case EGOV__OID_SM2_SM3:
		return info->digest == EGOV__OID_SM3 ? EGOV__OID_SM2_SM3 : EGOV__OID_UNKNOWN;
	case EGOV__OID_RSA:
	case EGOV__OID_RSA_SHA256:
		return info->digest == EGOV__OID_SHA256 ? EGOV__OID_RSA_SHA256 : EGOV__OID_UNKNOWN;
	default:
		return info->algorithm;
	}
}

static enum egov_status verify_message(const struct egov__document_signer *signer,
                                       bool as_they_stand, struct egov_error *err)
{
	struct egov__document_signature document = { .algorithm = algorithm_of(signer->info),
		                                     .signature = signer->info->signature };
	const struct egov_slice attributes = signer->info->attributes;
	struct egov_buf encoded = EGOV__BUF(attributes.size + 16), der = EGOV__BUF(256);
	enum egov_status rc = EGOV_OK;

	/* r and s without DER around them: the table of GM/T 0010 reads so, and some write it. */
	if (document.algorithm == EGOV__OID_SM2_SM3
	    && document.signature.size == EGOV__SM2_RAW_SIGNATURE) {
		rc = egov__sm2_signature_der(document.signature.data, &der, NULL);
		if (rc == EGOV_OK)
			document.signature = egov_buf_slice(&der);
		else if (rc != EGOV_E_NOMEM)
			rc = EGOV_OK;
	}
	if (rc == EGOV_OK && signer->info->has_attributes) {
		egov__signed_attributes_encode(attributes, as_they_stand, &encoded);
		rc = egov__buf_check(&encoded, err);
	}
	document.message = signer->info->has_attributes ? egov_buf_slice(&encoded)
	                                                : content_of(signer);
	if (rc == EGOV_OK)
		rc = egov__verify_document(&document, signer->cert, signer->id, err);
	egov__buf_clear(&encoded);
	egov__buf_clear(&der);
	return rc == EGOV_E_NOMEM ? egov_error_nomem(err) : rc;
}

static enum egov_status check_value(const void *object, struct egov__note *note,
                                    struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	struct egov_error cause = { 0 };
	const char *name;
	enum egov_status rc, as_they_stand;

	if (has_no_certificate(signer, note))
		return EGOV_OK;
	if (algorithm_of(signer->info) == EGOV__OID_UNKNOWN)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "the algorithms of its digest and of its signature do not belong "
		                      "together, or are not known here");
	name = egov__oid_get(algorithm_of(signer->info))->name;
	rc = verify_message(signer, false, &cause);
	if (rc == EGOV_OK) {
		egov__note_say(note, "verifies with the signer's key, %s", name);
		return EGOV_OK;
	}
	as_they_stand = rc == EGOV_E_UNTRUSTED && signer->info->has_attributes
	                        ? verify_message(signer, true, NULL)
	                        : rc;
	if (as_they_stand == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (as_they_stand == EGOV_OK) {
		egov__note_say(note, "verifies with the signer's key, %s, over its attributes as they "
		                     "stand, not in the order of DER", name);
		return EGOV_OK;
	}
	return egov_error_set(err, rc, cause.clause, "%s", cause.text);
}

static enum egov_status check_certificate(const void *object, struct egov__note *note,
                                          struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	const struct egov_slice wanted = signer->attributes->certificate_hash;
	uint8_t digest[EGOV__DIGEST_MAX];
	struct egov_error cause = { 0 };
	size_t size;
	enum egov_status rc;

	if (has_no_certificate(signer, note))
		return EGOV_OK;
	if (wanted.size == 0) {
		egov__note_skip(note, "the signed attributes name no certificate");
		return EGOV_OK;
	}
	rc = egov__digest(signer->attributes->certificate_digest, egov_cert_der(signer->cert), digest,
	                  &size, &cause);
	if (rc != EGOV_OK)
		return egov_error_set(err, rc == EGOV_E_UNSUPPORTED ? EGOV_E_UNTRUSTED : rc, NULL, "%s",
		                      cause.text);
	if (!egov__slice_equal((struct egov_slice){ digest, size }, wanted))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "the certificate is not the one that the signed attributes name");
	egov__note_say(note, "the certificate is the one that the signed attributes name");
	return EGOV_OK;
}

/* The signer's own word: it can only speak against the signature. */
static enum egov_status check_time(const void *object, struct egov__note *note,
                                   struct egov_error *err)
{
	const struct egov__document_signer *signer = object;
	const egov_time claimed = signer->attributes->signing_time;
	char when[EGOV_TIME_TEXT], now[EGOV_TIME_TEXT];

	if (claimed == EGOV_TIME_NONE) {
		egov__note_skip(note, "the signer names no time of signing");
		return EGOV_OK;
	}
	egov_time_format(claimed, when);
	egov_time_format(signer->at, now);
	if (claimed > signer->at)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "the signer says that it signed at %s, after the moment judged at, "
		                      "%s", when, now);
	egov__note_say(note, "the signer says that it signed at %s, which nobody else vouches for",
	               when);
	return EGOV_OK;
}

static const struct egov__side_check checks[] = {
	{ "signer", "RFC 5652, 5.3; GM/T 0010, 8", check_signer },
	{ "content", "RFC 5652, 5.2; GM/T 0010, 8", check_content },
	{ "message-digest", "RFC 5652, 11.2; GM/T 0010, 8", check_digest },
	{ "signature-value", "RFC 5652, 5.6; GM/T 0009, 10", check_value },
	{ "signing-certificate", "RFC 5035, 3", check_certificate },
	{ "signing-time", "RFC 5652, 11.3", check_time },
};
const struct egov__side egov__document_side = {
	checks, sizeof(checks) / sizeof(checks[0]), "-", "-"
};
