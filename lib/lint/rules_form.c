/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "lint/lint_impl.h"

/* Rules on fields that are not names and not extensions. */

#define SERIAL_MAX 20

/* What the outer SEQUENCE will repeat is the inner one, or the only one. */
static enum egov_status signature_algorithm(const struct egov__lint_subject *s,
                                            struct egov_error *err)
{
	const struct egov_slice outer = s->outer;
	enum egov__oid type = EGOV__OID_UNKNOWN;
	enum egov_status rc;

	if (s->object != CSR && !egov__slice_equal(s->algorithm, outer))
		return egov__lint_found(err, "signature algorithm: inner and outer differ");
	rc = egov__algid_signature(outer, &type, err);
	if (rc != EGOV_OK || type == EGOV__OID_SM2_SM3)
		return rc;
	return egov__lint_found(err, "signature algorithm: not SM2 with SM3");
}

static enum egov_status public_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_sm2_key(s, err);
}

static enum egov_status serial_number(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov_slice serial = s->cert.serial;

	if (serial.data[0] >= 0x80)
		return egov__lint_found(err, "serialNumber: negative");
	if (serial.size > SERIAL_MAX)
		return egov__lint_found(err, "serialNumber: %zu octets, at most %d allowed",
		                        serial.size, SERIAL_MAX);
	if (serial.size == 1 && serial.data[0] == 0)
		return egov__lint_found(err, "serialNumber: zero");
	return EGOV_OK;
}

/* Seconds and Z are a matter of reading; here: UTCTime until 2049. */
static enum egov_status time_types(const struct egov__lint_subject *s, struct egov_error *err)
{
	for (size_t i = 0; i < 2; i++)
		if (s->time[i].wrong_type)
			return egov__lint_found(err, "%s: before 2050, but not UTCTime",
			                        s->time[i].name);
	return egov__lint_entry(s, EGOV__ENTRY_TIME_TYPE,
	                        EGOV__N("revocationDate before 2050, but not UTCTime"), err);
}

static enum egov_status unique_ids(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->cert.issuer_unique_id.data != NULL || s->cert.subject_unique_id.data != NULL)
		return egov__lint_found(err, "issuerUniqueID or subjectUniqueID is written");
	return EGOV_OK;
}

static enum egov_status request_attributes(const struct egov__lint_subject *s,
                                           struct egov_error *err)
{
	struct egov_slice in = s->attributes, attribute, oid, values, value;
	enum egov_status rc = EGOV_OK;

	while (in.size > 0) {
		rc = egov__der_read(&in, EGOV__SEQUENCE, "attribute", &attribute, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&attribute, "attribute", &oid, err);
		if (rc == EGOV_OK)
			rc = egov__der_only(attribute, EGOV__SET, EGOV__N("values of the attribute"), &values,
			                    err);
		if (rc == EGOV_OK && egov__oid_find(oid) == EGOV__OID_CHALLENGE_PASSWORD)
			rc = egov__der_only(values, EGOV__PRINTABLE_STRING, "challengePassword", &value,
			                    err);
		if (rc != EGOV_OK)
			return rc;
	}
	return EGOV_OK;
}

static enum egov_status request_form(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->request_version != 0)
		return egov__lint_found(err, "version %llu, 0 wanted",
		                        (unsigned long long)s->request_version);
	return request_attributes(s, err);
}

const struct egov__lint_row egov__rules_form[] = {
	EGOV__RULE(CERT | CRL | CSR | OCSP, GM, "gm-sigalg", "signatureAlgorithm", "GM/T 0015, 5.2.2",
	           ERROR, "SM2 with SM3, inner and outer alike", signature_algorithm),
	EGOV__RULE(CERT | CSR, GM, "gm-spki", "subjectPublicKeyInfo", "GM/T 0015, 5.2.3.7", ERROR,
	           "the 91 octets of an SM2 key, its point on the curve", public_key),
	EGOV__RULE(CERT, GM, "gm-serial", "serialNumber", "GM/T 0015, 5.2.3.2", ERROR,
	           "a positive serial number of at most 20 octets", serial_number),
	EGOV__RULE(CERT | CRL, GM, "gm-time", "validity", "GM/T 0015, 5.2.3.5", ERROR,
	           "UTCTime until 2049, GeneralizedTime from 2050", time_types),
	EGOV__RULE(CERT, GM, "gm-uid", "issuerUniqueID, subjectUniqueID", "GM/T 0015, 5.2.3.8", ERROR,
	           "no unique identifiers", unique_ids),
	EGOV__RULE(CSR, GM, "gm-csr", "certificationRequestInfo", "GM/T 0092", ERROR,
	           "version 0, attributes wrapped in SET, one challengePassword", request_form),
	{ { .id = NULL }, NULL },
};
