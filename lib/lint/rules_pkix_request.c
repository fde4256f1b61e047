/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/request.h>

#include "lint/lint_impl.h"

/* Rules on requests: RFC 2986, RFC 2985, and GM/T 0092 where it says the same. */

static enum egov_status version(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->request_version == 0)
		return EGOV_OK;
	return egov__lint_found(err, "version %llu, 0 wanted", (unsigned long long)s->request_version);
}

static enum egov_status attributes_there(const struct egov__lint_subject *s, struct egov_error *err)
{
	return s->attributes.data != NULL ? EGOV_OK
	                                  : egov__lint_found(err, "attributes are left out, not empty");
}

/* The next attribute: its type, and the contents of its SET of values. */
static enum egov_status next_attribute(struct egov_slice *in, enum egov__oid *type,
                                       struct egov_slice *values, struct egov_error *err)
{
	struct egov_slice attribute = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "attribute", &attribute, err);

	if (rc == EGOV_OK)
		rc = egov__der_oid(&attribute, "attribute", &oid, err);
	if (rc == EGOV_OK)
		rc = egov__der_only(attribute, EGOV__SET, EGOV__N("values of the attribute"), values, err);
	if (rc == EGOV_OK)
		*type = egov__oid_find(oid);
	return rc;
}

static enum egov_status attributes_form(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice in = s->attributes, values = EGOV__NO_SLICE;
	enum egov__oid type;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && in.size > 0) {
		rc = next_attribute(&in, &type, &values, err);
		if (rc == EGOV_OK && values.size == 0)
			rc = egov__lint_found(err, "an attribute without a value");
	}
	return rc;
}

/* One value of each, which is what its type says. */
static enum egov_status attributes_single(const struct egov__lint_subject *s,
                                          struct egov_error *err)
{
	struct egov_slice in = s->attributes, values = EGOV__NO_SLICE, exts = EGOV__NO_SLICE;
	size_t passwords = 0, requested = 0;
	enum egov__oid type = EGOV__OID_UNKNOWN;
	struct egov__tlv value = { 0 };

	while (in.size > 0 && next_attribute(&in, &type, &values, NULL) == EGOV_OK) {
		if (type != EGOV__OID_CHALLENGE_PASSWORD && type != EGOV__OID_EXTENSION_REQUEST)
			continue;
		passwords += type == EGOV__OID_CHALLENGE_PASSWORD;
		requested += type == EGOV__OID_EXTENSION_REQUEST;
		if (egov__der_any(&values, &value, NULL) != EGOV_OK || values.size > 0)
			return egov__lint_found(err, "attribute %s: more than one value",
			                        egov__lint_ext_name(type));
		if (type == EGOV__OID_EXTENSION_REQUEST) {
			enum egov_status rc = egov__der_only(value.whole, EGOV__SEQUENCE,
			                                     "extensionRequest", &exts, err);

			if (rc == EGOV_OK)
				rc = egov__exts_check(exts, err);
			if (rc != EGOV_OK)
				return rc;
		}
	}
	if (passwords > 1 || requested > 1)
		return egov__lint_found(err, "attribute %s stands twice",
		                        egov__lint_ext_name(passwords > 1
		                                                    ? EGOV__OID_CHALLENGE_PASSWORD
		                                                    : EGOV__OID_EXTENSION_REQUEST));
	return EGOV_OK;
}

/* Before it is signed there is nothing to prove; and only SM2 is verified here. */
static enum egov_status possession(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_request *request = NULL;
	struct egov_error found = { .status = EGOV_OK };
	enum egov_status rc;

	if (s->signature.size == 0)
		return EGOV_OK;
	rc = egov_request_decode(s->whole, s->context->id, &request, &found);
	egov_request_free(request);
	if (rc == EGOV_E_NOMEM || rc == EGOV_E_CRYPTO)
		return egov_error_set(err, rc, found.clause, "%s", found.text);
	return rc == EGOV_E_UNTRUSTED ? egov__lint_found(err, "%s", found.text) : EGOV_OK;
}

const struct egov__lint_row egov__rules_pkix_request[] = {
	EGOV__RULE(CSR, RFC5280, "pkix-csr-version", "version", "RFC 2986, 4.1", ERROR, "version 0",
	           version),
	EGOV__RULE(CSR, RFC5280, "pkix-csr-attributes", "attributes", "RFC 2986, 4.1", WARNING,
	           "attributes are written, even where there are none", attributes_there),
	EGOV__RULE(CSR, RFC5280, "pkix-csr-attribute-form", "attributes", "RFC 2986, 4.1", ERROR,
	           "each attribute a type and a set of one value or more", attributes_form),
	EGOV__RULE(CSR, RFC5280, "pkix-csr-attribute-single", "attributes", "RFC 2985, 5.4", ERROR,
	           "one challengePassword and one extensionRequest at most, of one value each, no "
	           "extension twice",
	           attributes_single),
	EGOV__RULE(CSR, RFC5280, "pkix-csr-signature", "signature", "RFC 2986, 4.2", ERROR,
	           "a signature that verifies with the key in the request", possession),
	{ { .id = NULL }, NULL },
};
