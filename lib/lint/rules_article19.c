/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "lint/lint_impl.h"

/* The eight contents of a certificate (Order No. 4, Art. 19), one rule each. */

/* Whether a name has a value of this type that is not empty. */
static bool has_attribute(const struct egov__lint_name *name, enum egov__oid type)
{
	for (size_t i = 0; i < name->count; i++)
		if (name->item[i].type == type && name->item[i].value.size > 0)
			return true;
	return false;
}

static enum egov_status names_ca(const struct egov__lint_subject *s, struct egov_error *err)
{
	const bool o = has_attribute(s->issuer_name, EGOV__OID_ORGANIZATION);

	if (o && has_attribute(s->issuer_name, EGOV__OID_COMMON_NAME))
		return EGOV_OK;
	return egov__lint_found(err, "the issuer has no %s",
	                        o ? "commonName" : "organizationName");
}

static enum egov_status names_holder(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (has_attribute(s->subject_name, EGOV__OID_ORGANIZATION)
	    || has_attribute(s->subject_name, EGOV__OID_COMMON_NAME))
		return EGOV_OK;
	return egov__lint_found(err, "the subject has neither commonName nor organizationName");
}

static enum egov_status has_serial(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (s->cert.serial.size == 1 && s->cert.serial.data[0] == 0)
		return egov__lint_found(err, "the serial number is zero");
	return EGOV_OK;
}

static enum egov_status has_validity(const struct egov__lint_subject *s, struct egov_error *err)
{
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT];

	if (s->cert.not_before < s->cert.not_after)
		return EGOV_OK;
	egov_time_format(s->cert.not_before, from);
	egov_time_format(s->cert.not_after, until);
	return egov__lint_found(err, "the validity ends at %s, before it begins at %s", until, from);
}

static enum egov_status take_policy(void *user, struct egov_slice oid,
                                    struct egov_slice qualifiers, struct egov_error *err)
{
	(void)user;
	(void)oid;
	(void)qualifiers;
	(void)err;
	return EGOV_OK;
}

/* A root is trusted as it is; it asserts no policy (GM/T 0015, table C.1). */
static enum egov_status has_policy(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (s->self_signed)
		return EGOV_OK;
	if (!egov__lint_ext(s, EGOV__OID_POLICIES, &ext))
		return egov__lint_found(err, "no object identifier of a certificate policy");
	return egov__ext_policies(ext.value, take_policy, NULL, err);
}

static enum egov_status has_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, key = EGOV__NO_SLICE;
	struct egov__tlv algorithm;
	enum egov_status rc = egov__der_only(s->spki, EGOV__SEQUENCE, "public key", &in, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &algorithm, err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&in, "public key", &key, err);
	if (rc != EGOV_OK || key.size > 0)
		return rc;
	return egov__lint_found(err, "the public key is empty");
}

/* The signature itself comes next; its algorithm stands in the bytes already. */
static enum egov_status has_signature(const struct egov__lint_subject *s, struct egov_error *err)
{
	enum egov__oid type = EGOV__OID_UNKNOWN;
	const enum egov_status rc = egov__algid_signature(s->algorithm, &type, err);

	if (rc != EGOV_OK || type != EGOV__OID_UNKNOWN)
		return rc;
	return egov__lint_found(err, "the CA's signature would be by an unknown algorithm");
}

/* Version 3 with the mandatory extensions of tables C.1 to C.3. */
static enum egov_status has_other(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct {
		enum egov__oid type;
		bool wanted;
	} mandatory[] = {
		{ EGOV__OID_AKI, !s->self_signed },
		{ EGOV__OID_SKI, true },
		{ EGOV__OID_KEY_USAGE, true },
		{ EGOV__OID_BASIC_CONSTRAINTS, egov__lint_is_ca(s) },
	};
	struct egov__ext ext;

	if (s->cert.version != 3)
		return egov__lint_found(err, "version %u, 3 wanted", s->cert.version);
	for (size_t i = 0; i < sizeof(mandatory) / sizeof(mandatory[0]); i++)
		if (mandatory[i].wanted && !egov__lint_ext(s, mandatory[i].type, &ext))
			return egov__lint_found(err, "extension %s is missing",
			                        egov__oid_get(mandatory[i].type)->name);
	return EGOV_OK;
}

#define ITEM(n) "Order No. 4, Art. 19 (" n ")"

const struct egov__lint_row egov__rules_article19[] = {
	EGOV__RULE(CERT, ARTICLE19, "article19-1", "issuer", ITEM("1"), ERROR,
	           "the certificate names the CA", names_ca),
	EGOV__RULE(CERT, ARTICLE19, "article19-2", "subject", ITEM("2"), ERROR,
	           "the certificate names the holder", names_holder),
	EGOV__RULE(CERT, ARTICLE19, "article19-3", "serialNumber", ITEM("3"), ERROR,
	           "the certificate has a serial number", has_serial),
	EGOV__RULE(CERT, ARTICLE19, "article19-4", "validity", ITEM("4"), ERROR,
	           "the certificate says how long it is valid", has_validity),
	EGOV__RULE(CERT, ARTICLE19, "article19-5", "certificatePolicies", ITEM("5"), ERROR,
	           "the certificate names its policy; roots excepted", has_policy),
	EGOV__RULE(CERT, ARTICLE19, "article19-6", "subjectPublicKeyInfo", ITEM("6"), ERROR,
	           "the certificate holds the key that verifies signatures", has_key),
	EGOV__RULE(CERT, ARTICLE19, "article19-7", "signature", ITEM("7"), ERROR,
	           "the CA's signature is by a known algorithm", has_signature),
	EGOV__RULE(CERT, ARTICLE19, "article19-8", "extensions", ITEM("8"), ERROR,
	           "version 3 with the extensions that GM/T 0015 makes mandatory", has_other),
	{ { .id = NULL }, NULL },
};
