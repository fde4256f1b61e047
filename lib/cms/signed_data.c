/* SPDX-License-Identifier: Apache-2.0 */
#include "cms/signed_data.h"

#include "base/der.h"

static const char clause[] = "RFC 5652, 5.1; GM/T 0010, 8";

/* AlgorithmIdentifier without parameters, or with NULL. */
static enum egov_status read_algorithm(struct egov_slice *in, const char *what,
                                       enum egov__oid *out, struct egov_error *err)
{
	struct egov_slice fields, oid, null;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, what, &fields, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&fields, what, &oid, err);
	if (rc == EGOV_OK && fields.size > 0) {
		rc = egov__der_read(&fields, EGOV__NULL, what, &null, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(fields, what, err);
	}
	if (rc == EGOV_OK)
		*out = egov__oid_find(oid);
	return rc;
}

static enum egov_status read_version(struct egov_slice *in, const char *what, uint64_t max,
                                     unsigned *out, struct egov_error *err)
{
	uint64_t version;
	enum egov_status rc = egov__der_uint(in, what, &version, err);

	if (rc != EGOV_OK)
		return rc;
	if (version < 1 || version > max)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "%s: version %llu", egov__text(what),
		                      (unsigned long long)version);
	*out = (unsigned)version;
	return EGOV_OK;
}

static enum egov_status read_content(struct egov_slice *in, struct egov__signed_data *out,
                                     struct egov_error *err)
{
	struct egov_slice info, explicit_tag;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "content", &info, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&info, "type of the content", &out->content_type, err);
	out->attached = rc == EGOV_OK && info.size > 0;
	if (!out->attached)
		return rc;
	rc = egov__der_only(info, EGOV__CONTEXT_CONS, "content", &explicit_tag, err);
	return rc == EGOV_OK ? egov__der_only(explicit_tag, EGOV__OCTET_STRING, "content",
	                                      &out->content, err) : rc;
}

static enum egov_status optional(struct egov_slice *in, uint8_t tag, const char *what,
                                 struct egov_slice *out, struct egov_error *err)
{
	return egov__der_peek(*in) == tag ? egov__der_read(in, tag, what, out, err) : EGOV_OK;
}

static enum egov_status read_fields(struct egov_slice in, struct egov__signed_data *out,
                                    struct egov_error *err)
{
	struct egov_slice digests;
	enum egov_status rc = read_version(&in, "SignedData", 5, &out->version, err);

	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SET, "digestAlgorithms", &digests, err);
	if (rc == EGOV_OK)
		rc = read_content(&in, out, err);
	if (rc == EGOV_OK)
		rc = optional(&in, EGOV__CONTEXT_CONS, "certificates", &out->certificates, err);
	if (rc == EGOV_OK)
		rc = optional(&in, EGOV__CONTEXT_CONS | 1, "crls", &out->crls, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__SET, "signerInfos", &out->signers, err);
	return rc == EGOV_OK ? egov__der_end(in, "SignedData", err) : rc;
}

enum egov_status egov__signed_data_read(struct egov_slice der, struct egov__signed_data *out,
                                        struct egov_error *err)
{
	struct egov__signed_data data = { 0 };
	struct egov_slice info, type, within, fields;
	enum egov__oid oid;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "ContentInfo", &info, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&info, "ContentInfo", &type, err);
	if (rc != EGOV_OK)
		return rc;
	oid = egov__oid_find(type);
	if (oid != EGOV__OID_GM_SIGNED && oid != EGOV__OID_PKCS7_SIGNED)
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "a message, but not SignedData");
	data.gm = oid == EGOV__OID_GM_SIGNED;
	rc = egov__der_only(info, EGOV__CONTEXT_CONS, "SignedData", &within, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(within, EGOV__SEQUENCE, "SignedData", &fields, err);
	if (rc == EGOV_OK)
		rc = read_fields(fields, &data, err);
	if (rc == EGOV_OK)
		*out = data;
	return rc;
}

/* --- signers ------------------------------------------------------------------------ */

static enum egov_status read_identifier(struct egov_slice *in, struct egov__signer_info *out,
                                        struct egov_error *err)
{
	struct egov_slice fields;
	struct egov__tlv issuer;
	enum egov_status rc;

	if (egov__der_peek(*in) == EGOV__CONTEXT)
		return egov__der_read(in, EGOV__CONTEXT, "subjectKeyIdentifier", &out->key_id, err);
	rc = egov__der_read(in, EGOV__SEQUENCE, "issuerAndSerialNumber", &fields, err);
	if (rc == EGOV_OK)
		rc = egov__der_any(&fields, &issuer, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&fields, EGOV__INTEGER, "serialNumber", &out->serial, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(fields, "issuerAndSerialNumber", err);
	if (rc == EGOV_OK)
		out->issuer = issuer.whole;
	return rc;
}

static enum egov_status read_signer(struct egov_slice in, struct egov__signer_info *out,
                                    struct egov_error *err)
{
	struct egov_slice unsigned_attributes;
	enum egov_status rc = read_version(&in, "SignerInfo", 3, &out->version, err);

	if (rc == EGOV_OK)
		rc = read_identifier(&in, out, err);
	if (rc == EGOV_OK)
		rc = read_algorithm(&in, "digestAlgorithm", &out->digest, err);
	out->has_attributes = rc == EGOV_OK && egov__der_peek(in) == EGOV__CONTEXT_CONS;
	if (rc == EGOV_OK)
		rc = optional(&in, EGOV__CONTEXT_CONS, "signedAttrs", &out->attributes, err);
	if (rc == EGOV_OK)
		rc = read_algorithm(&in, "signatureAlgorithm", &out->algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__der_read(&in, EGOV__OCTET_STRING, "signature", &out->signature, err);
	if (rc == EGOV_OK)
		rc = optional(&in, EGOV__CONTEXT_CONS | 1, "unsignedAttrs", &unsigned_attributes, err);
	return rc == EGOV_OK ? egov__der_end(in, "SignerInfo", err) : rc;
}

enum egov_status egov__signer_info_next(struct egov_slice *signers, struct egov__signer_info *out,
                                        struct egov_error *err)
{
	struct egov__signer_info info = { 0 };
	struct egov_slice fields;
	enum egov_status rc = egov__der_read(signers, EGOV__SEQUENCE, "SignerInfo", &fields, err);

	if (rc == EGOV_OK)
		rc = read_signer(fields, &info, err);
	if (rc == EGOV_OK)
		*out = info;
	return rc;
}
