/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/tbs_form.h"

#include "base/der.h"
#include "cert/cert.h"

/* The algorithm of a SubjectPublicKeyInfo stands for it. */
static enum egov_status put_key_algorithm(struct egov_slice spki, struct egov_buf *out,
                                          struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__tlv algorithm = { 0 };
	enum egov_status rc = egov__der_only(spki, EGOV__SEQUENCE, "subjectPublicKeyInfo", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &algorithm, err);
	egov__buf_slice(out, algorithm.whole);
	return rc;
}

static enum egov_status put_extensions(struct egov_slice extensions, struct egov_buf *out,
                                       struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && extensions.size > 0) {
		size_t one;

		rc = egov__ext_next(&extensions, &ext, err);
		if (rc != EGOV_OK)
			break;
		if (ext.type == EGOV__OID_SKI || ext.type == EGOV__OID_AKI)
			ext.value = EGOV__NO_SLICE;
		one = egov__der_open(out, EGOV__SEQUENCE);
		egov__der_put(out, EGOV__OID, ext.oid);
		egov__der_put_boolean(out, ext.critical);
		egov__der_put(out, EGOV__OCTET_STRING, ext.value);
		egov__der_close(out, one);
	}
	egov__der_close(out, mark);
	return rc;
}

static enum egov_status put_certificate(struct egov_slice tbs, struct egov_buf *out,
                                        struct egov_error *err)
{
	struct egov__cert_fields fields;
	enum egov_status rc = egov__cert_tbs_decode(tbs, &fields, err);

	if (rc != EGOV_OK)
		return rc;
	egov__der_put_uint(out, fields.version);
	egov__buf_slice(out, fields.inner_algorithm);
	egov__buf_slice(out, fields.issuer);
	egov__buf_slice(out, fields.subject);
	rc = put_key_algorithm(fields.spki, out, err);
	return rc == EGOV_OK ? put_extensions(fields.extensions, out, err) : rc;
}

/* CertificationRequestInfo: version, subject, key, attributes. */
static enum egov_status put_request(struct egov_slice tbs, struct egov_buf *out,
                                    struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };
	enum egov_status rc = egov__der_only(tbs, EGOV__SEQUENCE, "certificationRequestInfo", &in, err);

	for (int field = 0; rc == EGOV_OK && in.size > 0; field++) {
		rc = egov__der_any(&in, &tlv, err);
		if (rc == EGOV_OK && field == 2)
			rc = put_key_algorithm(tlv.whole, out, err);
		else if (rc == EGOV_OK)
			egov__buf_slice(out, tlv.whole);
	}
	return rc;
}

enum egov_status egov__tbs_form(const struct egov_tbs *tbs, struct egov_buf *out,
                                struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);
	enum egov_status rc = EGOV_OK;

	switch (egov__tbs_kind(tbs)) {
	case EGOV_OBJECT_CERTIFICATE:
		rc = put_certificate(egov__tbs_der(tbs), out, err);
		break;
	case EGOV_OBJECT_REQUEST:
		rc = put_request(egov__tbs_der(tbs), out, err);
		break;
	case EGOV_OBJECT_CRL:
		rc = egov_error_set(err, EGOV_E_USAGE, NULL, "a revocation list has no form");
		break;
	}
	egov__der_close(out, mark);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}
