/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/algid.h"

#include "base/der.h"

static const uint8_t sm2_sm3_absent[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81,
	                                  0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75 };
static const uint8_t sm2_sm3_null[] = { 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x81, 0x1c,
	                                0xcf, 0x55, 0x01, 0x83, 0x75, 0x05, 0x00 };

/* Which forms of parameters a signature algorithm may have. */
static const struct {
	enum egov__oid type;
	bool null_allowed;
	const char *clause;
} signatures[] = {
	{ EGOV__OID_SM2_SM3, true, "GM/T 0015, 5.2.2" },
	{ EGOV__OID_ECDSA_SHA256, false, "RFC 5758, 3.2" },
	{ EGOV__OID_ECDSA_SHA384, false, "RFC 5758, 3.2" },
	{ EGOV__OID_ECDSA_SHA512, false, "RFC 5758, 3.2" },
	{ EGOV__OID_RSA_SHA256, true, "RFC 4055, 5" },
	{ EGOV__OID_RSA_SHA384, true, "RFC 4055, 5" },
	{ EGOV__OID_RSA_SHA512, true, "RFC 4055, 5" },
};

struct egov_slice egov__algid_sm2_sm3(enum egov__sigalg_params params)
{
	return params == EGOV__SIGALG_NULL ? EGOV__SLICE(sm2_sm3_null)
	                                   : EGOV__SLICE(sm2_sm3_absent);
}

enum egov_status egov__algid_signature(struct egov_slice der, enum egov__oid *out,
                                       struct egov_error *err)
{
	static const char what[] = "signature algorithm";
	struct egov_slice contents = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;
	struct egov__tlv params = { 0 };
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, what, &contents, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_oid(&contents, what, &oid, err);
	if (rc != EGOV_OK)
		return rc;
	if (contents.size > 0) {
		rc = egov__der_any(&contents, &params, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(contents, what, err);
		if (rc != EGOV_OK)
			return egov_error_prefix(err, rc, "%s", what);
	}
	const bool is_null = params.tag == EGOV__NULL && params.value.size == 0;
	const enum egov__oid type = egov__oid_find(oid);

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		if (signatures[i].type != type)
			continue;
		if (params.whole.size > 0 && !(is_null && signatures[i].null_allowed))
			return egov_error_set(err, EGOV_E_SYNTAX, signatures[i].clause,
			                      "%s: parameters must be absent%s", what,
			                      signatures[i].null_allowed ? egov__text(" or NULL") : "");
		*out = type;
		return EGOV_OK;
	}
	*out = EGOV__OID_UNKNOWN;
	return EGOV_OK;
}
