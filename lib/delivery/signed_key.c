/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "delivery/delivery_impl.h"

/*
 * SignedAndEnvelopedData (GM/T 0010, clause 10) as key-management centres send it:
 *
 *   SEQUENCE { version, SET OF RecipientInfo, SET OF digest algorithm,
 *     SEQUENCE { contentType, cipher, [0] IMPLICIT OCTET STRING },
 *     [0] IMPLICIT SET OF Certificate, SET OF SignerInfo }
 *
 * Issuer and serial of recipients cannot be relied on: one centre leaves the issuer
 * empty, others name the encryption certificate.  So every recipient is tried.
 */
static const char what[] = "SignedAndEnvelopedData";

static enum egov_status wanted_type(struct egov_slice *in, enum egov__oid gm, enum egov__oid pkcs7,
                                    struct egov_error *err)
{
	struct egov_slice oid = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_oid(in, "contentType", &oid, err);

	if (rc == EGOV_OK && egov__oid_find(oid) != gm && egov__oid_find(oid) != pkcs7)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0010, 6", "contentType is not %s",
		                    egov__oid_get(gm)->name);
	return rc;
}

static enum egov_status wanted_version(struct egov_slice *in, uint64_t most,
                                       struct egov_error *err)
{
	uint64_t version = 0;
	enum egov_status rc = egov__der_uint(in, "version", &version, err);

	if (rc == EGOV_OK && version > most)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0010", "version %u",
		                    (unsigned)version);
	return rc;
}

/* An AlgorithmIdentifier of one of two identifiers; its parameters say nothing. */
static enum egov_status wanted_algorithm(struct egov_slice *in, const char *name,
                                         const enum egov__oid wanted[2], struct egov_error *err)
{
	struct egov_slice algorithm, oid = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, name, &algorithm, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&algorithm, name, &oid, err);
	if (rc == EGOV_OK && egov__oid_find(oid) != wanted[0] && egov__oid_find(oid) != wanted[1])
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, "GM/T 0010", "%s: not %s", name,
		                    egov__oid_get(wanted[0])->name);
	return rc;
}

static enum egov_status read_recipient(struct egov_slice *in, struct egov__delivery *out,
                                       struct egov_error *err)
{
	static const enum egov__oid sm2[2] = { EGOV__OID_SM2_ENCRYPT, EGOV__OID_SM2_CURVE };
	struct egov_slice info, names, cipher = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "RecipientInfo", &info, err);

	if (rc == EGOV_OK)
		rc = wanted_version(&info, 1, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__SEQUENCE, "issuerAndSerialNumber", &names, err);
	if (rc == EGOV_OK)
		rc = wanted_algorithm(&info, "keyEncryptionAlgorithm", sm2, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__OCTET_STRING, "encryptedKey", &cipher, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(info, "RecipientInfo", err);
	if (rc == EGOV_OK)
		rc = egov__sm2_cipher_check(cipher, err);
	if (rc == EGOV_OK && out->cipher_count == EGOV__DELIVERY_RECIPIENTS)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d recipients",
		                    EGOV__DELIVERY_RECIPIENTS);
	if (rc == EGOV_OK)
		out->ciphers[out->cipher_count++] = cipher;
	return rc;
}

static enum egov_status read_recipients(struct egov_slice *in, struct egov__delivery *out,
                                        struct egov_error *err)
{
	struct egov_slice set = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SET, "recipientInfos", &set, err);

	while (rc == EGOV_OK && set.size > 0)
		rc = read_recipient(&set, out, err);
	if (rc == EGOV_OK && out->cipher_count == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0010, 10", "no recipient");
	return rc;
}

static enum egov_status read_content(struct egov_slice *in, struct egov__delivery *out,
                                     struct egov_error *err)
{
	struct egov_slice info;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "encryptedContentInfo", &info, err);

	if (rc == EGOV_OK)
		rc = wanted_type(&info, EGOV__OID_GM_DATA, EGOV__OID_PKCS7_DATA, err);
	if (rc == EGOV_OK)
		rc = egov__delivery_sm4_ecb(&info, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__CONTEXT | 0, "encryptedContent", &out->encrypted, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(info, "encryptedContentInfo", err);
	if (rc == EGOV_OK && out->encrypted.size != 32 && out->encrypted.size != 64)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                    "encryptedContent: %zu octets found, 32 or 64 wanted",
		                    out->encrypted.size);
	return rc;
}

/* The centre's own certificate is the only one that is of use here. */
static enum egov_status read_certificate(struct egov_slice *in, struct egov__delivery *out,
                                         struct egov_error *err)
{
	struct egov_slice set;
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_read(in, EGOV__CONTEXT_CONS | 0, "certificates", &set, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&set, &tlv, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(set, "certificates (one is wanted)", err);
	out->sender_certificate = tlv.whole;
	return rc;
}

static enum egov_status read_signer(struct egov_slice *in, struct egov__delivery *out,
                                    struct egov_error *err)
{
	static const enum egov__oid sm3[2] = { EGOV__OID_SM3, EGOV__OID_SM3 };
	static const enum egov__oid sm2[2] = { EGOV__OID_SM2_SIGN, EGOV__OID_SM2_SM3 };
	struct egov_slice set, info = EGOV__NO_SLICE, names;
	enum egov_status rc = egov__der_read(in, EGOV__SET, "signerInfos", &set, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&set, EGOV__SEQUENCE, "SignerInfo", &info, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(set, "signerInfos (one is wanted)", err);
	if (rc == EGOV_OK)
		rc = wanted_version(&info, 1, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__SEQUENCE, "issuerAndSerialNumber", &names, err);
	if (rc == EGOV_OK)
		rc = wanted_algorithm(&info, "digestAlgorithm", sm3, err);
	if (rc == EGOV_OK)
		rc = wanted_algorithm(&info, "digestEncryptionAlgorithm", sm2, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__OCTET_STRING, "encryptedDigest",
		                    &out->sender_signature, err);
	return rc == EGOV_OK ? egov__der_end(info, "SignerInfo", err) : rc;
}

static enum egov_status read_fields(struct egov_slice in, struct egov__delivery *out,
                                    struct egov_error *err)
{
	struct egov_slice digests;
	enum egov_status rc = wanted_version(&in, 1, err);

	if (rc == EGOV_OK)
		rc = read_recipients(&in, out, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SET, "digestAlgorithms", &digests, err);
	if (rc == EGOV_OK)
		rc = read_content(&in, out, err);
	if (rc == EGOV_OK)
		rc = read_certificate(&in, out, err);
	if (rc == EGOV_OK)
		rc = read_signer(&in, out, err);
	return rc == EGOV_OK ? egov__der_end(in, what, err) : rc;
}

enum egov_status egov__signed_key_read(struct egov_slice in, struct egov__delivery *out,
                                       struct egov_error *err)
{
	struct egov_slice info, content = EGOV__NO_SLICE, fields = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(in, EGOV__SEQUENCE, "ContentInfo", &info, err);

	out->form = EGOV__DELIVERY_SIGNED;
	if (rc == EGOV_OK)
		rc = wanted_type(&info, EGOV__OID_GM_SIGNED_AND_ENVELOPED,
		                 EGOV__OID_PKCS7_SIGNED_AND_ENVELOPED, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&info, EGOV__CONTEXT_CONS | 0, "content", &content, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(info, "ContentInfo", err);
	if (rc == EGOV_OK)
		rc = egov__der_only(content, EGOV__SEQUENCE, what, &fields, err);
	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, read_fields(fields, out, err), "%s", what);
	return rc;
}
