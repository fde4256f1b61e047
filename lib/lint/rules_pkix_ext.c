/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lint/lint_impl.h"

/* Rules of RFC 5280, 4.2, on the extensions of certificates. */

/* --- form --------------------------------------------------------------------------- */

static enum egov_status any_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                   struct egov_error *err)
{
	(void)user, (void)oid, (void)qualifiers, (void)err;
	return EGOV_OK;
}

static enum egov_status any_oid(void *user, struct egov_slice oid, struct egov_error *err)
{
	(void)user, (void)oid, (void)err;
	return EGOV_OK;
}

static enum egov_status any_name(void *user, const struct egov__general_name *name,
                                 struct egov_error *err)
{
	(void)user, (void)name, (void)err;
	return EGOV_OK;
}

static enum egov_status any_point(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	(void)user, (void)dp, (void)err;
	return EGOV_OK;
}

static enum egov_status any_access(void *user, struct egov_slice method,
                                   const struct egov__general_name *location,
                                   struct egov_error *err)
{
	(void)user, (void)method, (void)location, (void)err;
	return EGOV_OK;
}

static enum egov_status any_subtree(void *user, bool excluded,
                                    const struct egov__general_name *base, struct egov_error *err)
{
	(void)user, (void)excluded, (void)base, (void)err;
	return EGOV_OK;
}

static enum egov_status any_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                    struct egov_error *err)
{
	(void)user, (void)from, (void)to, (void)err;
	return EGOV_OK;
}

static enum egov_status decode_usage(struct egov_slice der, struct egov_error *err)
{
	unsigned bits;

	return egov__ext_key_usage(der, &bits, err);
}

static enum egov_status decode_constraints(struct egov_slice der, struct egov_error *err)
{
	struct egov__basic_constraints bc;

	return egov__ext_basic_constraints(der, &bc, err);
}

static enum egov_status decode_ski(struct egov_slice der, struct egov_error *err)
{
	struct egov_slice id;

	return egov__ext_ski(der, &id, err);
}

static enum egov_status decode_aki(struct egov_slice der, struct egov_error *err)
{
	struct egov__aki aki;

	return egov__ext_aki(der, &aki, err);
}

static enum egov_status decode_policies(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_policies(der, any_policy, NULL, err);
}

static enum egov_status decode_purposes(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_eku(der, any_oid, NULL, err);
}

static enum egov_status decode_names(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_general_names(der, any_name, NULL, err);
}

static enum egov_status decode_points(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_crl_dp(der, any_point, NULL, err);
}

static enum egov_status decode_access(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_access(der, any_access, NULL, err);
}

static enum egov_status decode_subtrees(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_name_constraints(der, any_subtree, NULL, err);
}

static enum egov_status decode_mappings(struct egov_slice der, struct egov_error *err)
{
	return egov__ext_policy_mappings(der, any_mapping, NULL, err);
}

static enum egov_status decode_policy_constraints(struct egov_slice der, struct egov_error *err)
{
	struct egov__policy_constraints pc;

	return egov__ext_policy_constraints(der, &pc, err);
}

static enum egov_status decode_skip(struct egov_slice der, struct egov_error *err)
{
	uint32_t skip;

	return egov__ext_inhibit_any_policy(der, &skip, err);
}

static enum egov_status decode_number(struct egov_slice der, struct egov_error *err)
{
	struct egov_slice number;

	return egov__ext_number(der, &number, err);
}

static enum egov_status decode_idp(struct egov_slice der, struct egov_error *err)
{
	struct egov__idp idp;

	return egov__ext_idp(der, &idp, err);
}

/* subjectDirectoryAttributes: one attribute at least; their values are not judged. */
static enum egov_status decode_list(struct egov_slice der, struct egov_error *err)
{
	static const char what[] = "subjectDirectoryAttributes";
	struct egov_slice in = EGOV__NO_SLICE;
	const enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, what, &in, err);

	if (rc != EGOV_OK)
		return rc;
	return in.size > 0 ? egov__der_check(in, err) : egov__lint_found(err, "%s: empty list", what);
}

static const struct {
	enum egov__oid type;
	enum egov_status (*decode)(struct egov_slice der, struct egov_error *err);
} decoders[] = {
	{ EGOV__OID_KEY_USAGE, decode_usage },
	{ EGOV__OID_BASIC_CONSTRAINTS, decode_constraints },
	{ EGOV__OID_SKI, decode_ski },
	{ EGOV__OID_AKI, decode_aki },
	{ EGOV__OID_POLICIES, decode_policies },
	{ EGOV__OID_EKU, decode_purposes },
	{ EGOV__OID_SAN, decode_names },
	{ EGOV__OID_ISSUER_ALT_NAME, decode_names },
	{ EGOV__OID_CRL_DP, decode_points },
	{ EGOV__OID_FRESHEST_CRL, decode_points },
	{ EGOV__OID_AIA, decode_access },
	{ EGOV__OID_SIA, decode_access },
	{ EGOV__OID_NAME_CONSTRAINTS, decode_subtrees },
	{ EGOV__OID_POLICY_MAPPINGS, decode_mappings },
	{ EGOV__OID_POLICY_CONSTRAINTS, decode_policy_constraints },
	{ EGOV__OID_INHIBIT_ANY_POLICY, decode_skip },
	{ EGOV__OID_CRL_NUMBER, decode_number },
	{ EGOV__OID_DELTA_CRL, decode_number },
	{ EGOV__OID_IDP, decode_idp },
	{ EGOV__OID_DIRECTORY_ATTRIBUTES, decode_list },
};

/* With the extension's name in front, unless its decoder has said it. */
static enum egov_status decode(size_t i, struct egov_slice value, struct egov_error *err)
{
	const char *const name = egov__lint_ext_name(decoders[i].type);
	const enum egov_status rc = decoders[i].decode(value, err);

	return rc == EGOV_OK || strncmp(err->text, name, strlen(name)) == 0
	               ? rc
	               : egov_error_prefix(err, rc, "%s", name);
}

/* All that have none, since each is a fault of its own. */
static enum egov_status form(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_buf all = EGOV__BUF(sizeof(err->text));
	struct egov__ext ext;

	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++) {
		struct egov_error one;

		one.status = EGOV_OK;
		if (!egov__lint_ext(s, decoders[i].type, &ext)
		    || decode(i, ext.value, &one) == EGOV_OK)
			continue;
		egov__buf_text(&all, all.size > 0 ? "; " : "");
		egov__buf_text(&all, one.text);
	}
	if (all.size > 0)
		(void)egov__lint_found(err, "%.*s", (int)all.size, (const char *)all.data);
	const bool found = all.size > 0;

	egov__buf_clear(&all);
	return found ? EGOV_E_POLICY : EGOV_OK;
}

/* --- criticality ---------------------------------------------------------------------- */

static enum egov_status critical(const struct egov__lint_subject *s, const enum egov__oid *types,
                                 size_t count, bool wanted, struct egov_error *err)
{
	struct egov__ext ext;

	for (size_t i = 0; i < count; i++)
		if (egov__lint_ext(s, types[i], &ext) && ext.critical != wanted)
			return egov__lint_found(err, wanted ? EGOV__N("extension %s is not critical")
			                                    : EGOV__N("extension %s is critical"),
			                        egov__lint_ext_name(types[i]));
	return EGOV_OK;
}

static bool basic(const struct egov__lint_subject *s, struct egov__basic_constraints *bc)
{
	struct egov__ext ext;

	*bc = (struct egov__basic_constraints){ false, false, 0 };
	return egov__lint_ext(s, EGOV__OID_BASIC_CONSTRAINTS, &ext)
	       && egov__ext_basic_constraints(ext.value, bc, NULL) == EGOV_OK;
}

static enum egov_status must_be_critical(const struct egov__lint_subject *s, struct egov_error *err)
{
	static const enum egov__oid types[] = {
		EGOV__OID_NAME_CONSTRAINTS, EGOV__OID_POLICY_CONSTRAINTS, EGOV__OID_INHIBIT_ANY_POLICY,
		EGOV__OID_BASIC_CONSTRAINTS,
	};
	const size_t count = sizeof(types) / sizeof(types[0]);
	const unsigned bits = egov__lint_usage(s);
	struct egov__basic_constraints bc;
	const bool issues = basic(s, &bc) && bc.ca && (bits == 0 || (bits & EGOV__KU_KEY_CERT_SIGN) != 0);

	/* basicConstraints of who signs certificates alone. */
	return critical(s, types, issues ? count : count - 1, true, err);
}

static enum egov_status must_not_be_critical(const struct egov__lint_subject *s,
                                             struct egov_error *err)
{
	static const enum egov__oid types[] = {
		EGOV__OID_AKI, EGOV__OID_SKI,  EGOV__OID_DIRECTORY_ATTRIBUTES, EGOV__OID_FRESHEST_CRL,
		EGOV__OID_AIA, EGOV__OID_SIA,
	};

	return critical(s, types, sizeof(types) / sizeof(types[0]), false, err);
}

static enum egov_status should_be_critical(const struct egov__lint_subject *s,
                                           struct egov_error *err)
{
	static const enum egov__oid types[] = { EGOV__OID_KEY_USAGE, EGOV__OID_POLICY_MAPPINGS };

	return critical(s, types, sizeof(types) / sizeof(types[0]), true, err);
}

static enum egov_status should_not_be_critical(const struct egov__lint_subject *s,
                                               struct egov_error *err)
{
	static const enum egov__oid types[] = { EGOV__OID_CRL_DP, EGOV__OID_ISSUER_ALT_NAME,
		                                EGOV__OID_SAN };
	const size_t count = sizeof(types) / sizeof(types[0]);

	/* subjectAltName where there is a subject. */
	return critical(s, types, s->subject.size > 2 ? count : count - 1, false, err);
}

/* --- key identifiers ------------------------------------------------------------------ */

static bool read_aki(const struct egov__lint_subject *s, struct egov__aki *aki)
{
	struct egov__ext ext;

	return egov__lint_ext(s, EGOV__OID_AKI, &ext)
	       && egov__ext_aki(ext.value, aki, NULL) == EGOV_OK;
}

static enum egov_status aki_there(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (s->self_signed || egov__lint_ext(s, EGOV__OID_AKI, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "extension authorityKeyIdentifier is missing");
}

static enum egov_status aki_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__aki aki;

	if (s->self_signed || !read_aki(s, &aki) || aki.key_id.size > 0)
		return EGOV_OK;
	return egov__lint_found(err, "authorityKeyIdentifier: no keyIdentifier");
}

static enum egov_status aki_pair(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__aki aki;

	if (!read_aki(s, &aki) || (aki.issuer.size > 0) == (aki.serial.size > 0))
		return EGOV_OK;
	return egov__lint_found(err, "authorityKeyIdentifier: authorityCertIssuer or "
	                             "authorityCertSerialNumber without the other");
}

/* A directoryName among the names of the issuer's issuer, if there is one. */
static bool names_issuer(struct egov_slice names, struct egov_slice issuer)
{
	struct egov__general_name name;
	bool directory = false;

	while (names.size > 0 && egov__general_names_next(&names, &name, NULL) == EGOV_OK) {
		if (name.tag == EGOV__GN_DIRECTORY && egov__slice_equal(name.value, issuer))
			return true;
		directory = directory || name.tag == EGOV__GN_DIRECTORY;
	}
	return !directory;
}

static enum egov_status aki_issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov__cert_fields *const issuer = s->context->issuer;
	struct egov__aki aki;

	if (!read_aki(s, &aki))
		return EGOV_OK;
	if (aki.key_id.size > 0 && s->context->issuer_key_id.size > 0
	    && !egov__slice_equal(aki.key_id, s->context->issuer_key_id))
		return egov__lint_found(err, "authorityKeyIdentifier is not the CA's key identifier");
	if (issuer == NULL || aki.serial.size == 0)
		return EGOV_OK;
	if (!egov__slice_equal(aki.serial, issuer->serial) || !names_issuer(aki.issuer, issuer->issuer))
		return egov__lint_found(err, "authorityKeyIdentifier names another certificate than "
		                             "the CA's");
	return EGOV_OK;
}

static enum egov_status issuer_name(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov_slice wanted = s->context->issuer_name;

	if (wanted.size == 0 || egov__slice_equal(s->issuer, wanted))
		return EGOV_OK;
	return egov__lint_found(err, "the issuer is not the octets of the CA's subject");
}

static enum egov_status ski_of(const struct egov__lint_subject *s, bool ca, struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__lint_is_ca(s) != ca || egov__lint_ext(s, EGOV__OID_SKI, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "extension subjectKeyIdentifier is missing");
}

static enum egov_status ski_of_ca(const struct egov__lint_subject *s, struct egov_error *err)
{
	return ski_of(s, true, err);
}

static enum egov_status ski_of_holder(const struct egov__lint_subject *s, struct egov_error *err)
{
	return ski_of(s, false, err);
}

/* --- usages ----------------------------------------------------------------------------- */

static enum egov_status usage_there(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (!egov__lint_is_ca(s) || egov__lint_ext(s, EGOV__OID_KEY_USAGE, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "extension keyUsage is missing");
}

static enum egov_status usage_without_ca(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__basic_constraints bc;

	if ((egov__lint_usage(s) & EGOV__KU_KEY_CERT_SIGN) == 0 || (basic(s, &bc) && bc.ca))
		return EGOV_OK;
	return egov__lint_found(err, "keyUsage: keyCertSign, but basicConstraints says no CA");
}

static enum egov_status ca_without_usage(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned bits = egov__lint_usage(s);
	struct egov__basic_constraints bc;

	if (bits == 0 || (bits & EGOV__KU_KEY_CERT_SIGN) != 0 || !basic(s, &bc) || !bc.ca)
		return EGOV_OK;
	return egov__lint_found(err, "keyUsage: no keyCertSign in the certificate of a CA");
}

static enum egov_status usage_only(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned bits = egov__lint_usage(s);

	if ((bits & (EGOV__KU_ENCIPHER_ONLY | EGOV__KU_DECIPHER_ONLY)) == 0
	    || (bits & EGOV__KU_KEY_AGREEMENT) != 0)
		return EGOV_OK;
	return egov__lint_found(err, "keyUsage: encipherOnly or decipherOnly without keyAgreement");
}

static enum egov_status usage_bits(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_usage(s) >> 9 == 0 ? EGOV_OK
	                          : egov__lint_found(err, "keyUsage: more than nine bits");
}

static enum egov_status path_length(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__basic_constraints bc;
	struct egov__ext ext;

	if (!basic(s, &bc) || !bc.has_path_len)
		return EGOV_OK;
	if (!bc.ca)
		return egov__lint_found(err, "basicConstraints: pathLenConstraint without cA");
	if (egov__lint_ext(s, EGOV__OID_KEY_USAGE, &ext)
	    && (egov__lint_usage(s) & EGOV__KU_KEY_CERT_SIGN) == 0)
		return egov__lint_found(err, "basicConstraints: pathLenConstraint without keyCertSign");
	return EGOV_OK;
}

static enum egov_status note_any(void *user, struct egov_slice oid, struct egov_error *err)
{
	bool *any = user;

	(void)err;
	*any = *any || egov__oid_find(oid) == EGOV__OID_EKU_ANY;
	return EGOV_OK;
}

static enum egov_status any_purpose(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;
	bool any = false;

	if (!egov__lint_ext(s, EGOV__OID_EKU, &ext) || !ext.critical
	    || egov__ext_eku(ext.value, note_any, &any, NULL) != EGOV_OK || !any)
		return EGOV_OK;
	return egov__lint_found(err, "extKeyUsage: anyExtendedKeyUsage, and critical");
}

/* None but those that keyUsage rules out; those of a CA speak of what it issues. */
static enum egov_status purposes(const struct egov__lint_subject *s, struct egov_error *err)
{
	const unsigned bits = egov__lint_usage(s);
	struct egov__lint_purposes found;

	if (bits == 0 || egov__lint_is_ca(s) || egov__lint_purposes(s, &found, NULL) != EGOV_OK
	    || found.count == 0)
		return EGOV_OK;
	if (egov__lint_purposes_served(s, bits) > 0)
		return EGOV_OK;
	return egov__lint_found(err, "extKeyUsage: no purpose goes with the keyUsage");
}

/* --- distribution points ------------------------------------------------------------------ */

static enum egov_status note_all_reasons(void *user, const struct egov__distribution_point *dp,
                                         struct egov_error *err)
{
	bool *all = user;

	(void)err;
	*all = *all || !dp->has_reasons;
	return EGOV_OK;
}

static enum egov_status all_reasons(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;
	bool all = false;

	if (!egov__lint_ext(s, EGOV__OID_CRL_DP, &ext)
	    || egov__ext_crl_dp(ext.value, note_all_reasons, &all, NULL) != EGOV_OK || all)
		return EGOV_OK;
	return egov__lint_found(err, "cRLDistributionPoints: no point for all reasons");
}

/* The issuer of a CRL is named by its directory name, and by one where a name is relative to it. */
static enum egov_status note_issuer(void *user, const struct egov__distribution_point *dp,
                                    struct egov_error *err)
{
	struct egov_slice names = dp->crl_issuer;
	struct egov__general_name name;
	size_t directory = 0;

	(void)user;
	while (names.size > 0 && egov__lint_next_name(&names, &name))
		directory += name.tag == EGOV__GN_DIRECTORY;
	if (dp->crl_issuer.size > 0 && directory == 0)
		return egov__lint_found(err, "cRLDistributionPoints: cRLIssuer without a directory name");
	if (dp->relative.size > 0 && directory > 1)
		return egov__lint_found(err, "cRLDistributionPoints: a name relative to more than one "
		                             "issuer");
	return EGOV_OK;
}

static enum egov_status point_issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_error found = { .status = EGOV_OK };
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_CRL_DP, &ext)
	    || egov__ext_crl_dp(ext.value, note_issuer, NULL, &found) != EGOV_E_POLICY)
		return EGOV_OK;         /* or pkix-ext-form's */
	return egov__lint_found(err, "%s", found.text);
}

/* --- Certificate Transparency (RFC 6962) ---------------------------------------------------- */

static enum egov_status scts_empty(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice list = EGOV__NO_SLICE;
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_SCT_LIST, &ext)
	    || egov__der_only(ext.value, EGOV__OCTET_STRING, "SCT", &list, NULL) != EGOV_OK
	    || list.size > 2)
		return EGOV_OK;
	return egov__lint_found(err, "an empty list of signed certificate timestamps");
}

static enum egov_status scts_and_poison(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_SCT_LIST, &ext)
	    || !egov__lint_ext(s, EGOV__OID_CT_POISON, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "a list of signed certificate timestamps in a precertificate");
}

const struct egov__lint_row egov__rules_pkix_ext[] = {
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-ext-form", "extensions", "RFC 5280, 4.2 and 5.2", ERROR,
	           "each known extension as its syntax has it, in DER, without empty lists", form),
	EGOV__RULE(CERT, RFC5280, "pkix-critical", "extensions", "RFC 5280, 4.2.1", ERROR,
	           "nameConstraints, policyConstraints, inhibitAnyPolicy, and a CA's basicConstraints "
	           "are critical",
	           must_be_critical),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-not-critical", "extensions", "RFC 5280, 4.2", ERROR,
	           "key identifiers, subjectDirectoryAttributes, freshestCRL and information access "
	           "are not critical",
	           must_not_be_critical),
	EGOV__RULE(CERT, RFC5280, "pkix-should-critical", "extensions", "RFC 5280, 4.2.1", WARNING,
	           "keyUsage and policyMappings are critical", should_be_critical),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-should-not-critical", "extensions", "RFC 5280, 4.2.1",
	           WARNING,
	           "cRLDistributionPoints, issuerAltName, and subjectAltName beside a subject are not "
	           "critical",
	           should_not_be_critical),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-aki", "authorityKeyIdentifier",
	           "RFC 5280, 4.2.1.1 and 5.2.1", ERROR, "it is there; self-signed ones excepted",
	           aki_there),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-aki-key", "authorityKeyIdentifier",
	           "RFC 5280, 4.2.1.1 and 5.2.1", ERROR, "it has a keyIdentifier", aki_key),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-aki-pair", "authorityKeyIdentifier",
	           "RFC 5280, appendix A.2", ERROR, "issuer and serial number both or neither",
	           aki_pair),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-aki-issuer", "authorityKeyIdentifier",
	           "RFC 5280, 4.2.1.1", ERROR, "it identifies the key of the issuer", aki_issuer),
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-issuer-name", "issuer", "RFC 5280, 4.1.2.6", ERROR,
	           "the issuer's subject octet by octet", issuer_name),
	EGOV__RULE(CERT, RFC5280, "pkix-ski", "subjectKeyIdentifier", "RFC 5280, 4.2.1.2", ERROR,
	           "it is there in the certificate of a CA", ski_of_ca),
	EGOV__RULE(CERT, RFC5280, "pkix-ski-holder", "subjectKeyIdentifier", "RFC 5280, 4.2.1.2",
	           WARNING, "it is there in other certificates", ski_of_holder),
	EGOV__RULE(CERT, RFC5280, "pkix-usage", "keyUsage", "RFC 5280, 4.2.1.3", ERROR,
	           "it is there in the certificate of a CA", usage_there),
	EGOV__RULE(CERT, RFC5280, "pkix-usage-no-ca", "keyUsage", "RFC 5280, 4.2.1.3 and 4.2.1.9",
	           ERROR, "keyCertSign where basicConstraints says CA, nowhere else", usage_without_ca),
	EGOV__RULE(CERT, RFC5280, "pkix-usage-of-ca", "keyUsage", "RFC 5280, 4.2.1.3", WARNING,
	           "keyCertSign where basicConstraints says CA", ca_without_usage),
	EGOV__RULE(CERT, RFC5280, "pkix-usage-only", "keyUsage", "RFC 5280, 4.2.1.3", WARNING,
	           "encipherOnly and decipherOnly beside keyAgreement alone", usage_only),
	EGOV__RULE(CERT, RFC5280, "pkix-usage-bits", "keyUsage", "RFC 5280, 4.2.1.3", ERROR,
	           "nine bits at most", usage_bits),
	EGOV__RULE(CERT, RFC5280, "pkix-path-length", "basicConstraints", "RFC 5280, 4.2.1.9", ERROR,
	           "pathLenConstraint beside cA and keyCertSign alone", path_length),
	EGOV__RULE(CERT, RFC5280, "pkix-eku", "extKeyUsage", "RFC 5280, 4.2.1.12", ERROR,
	           "a purpose that goes with keyUsage", purposes),
	EGOV__RULE(CERT, RFC5280, "pkix-eku-any", "extKeyUsage", "RFC 5280, 4.2.1.12", WARNING,
	           "not critical where anyExtendedKeyUsage is in it", any_purpose),
	EGOV__RULE(CERT, RFC5280, "pkix-crldp-reasons", "cRLDistributionPoints", "RFC 5280, 4.2.1.13",
	           ERROR, "a distribution point for all reasons", all_reasons),
	EGOV__RULE(CERT, RFC5280, "pkix-crldp-issuer", "cRLDistributionPoints", "RFC 5280, 4.2.1.13",
	           ERROR, "the issuer of a CRL by its directory name, by one for a relative name",
	           point_issuer),
	EGOV__RULE(CERT, RFC5280, "pkix-sct-empty", "signedCertificateTimestampList",
	           "RFC 6962, 3.3", ERROR, "one signed certificate timestamp at least", scts_empty),
	EGOV__RULE(CERT, RFC5280, "pkix-sct-poison", "signedCertificateTimestampList",
	           "RFC 6962, 3.1", ERROR, "no timestamps in a precertificate", scts_and_poison),
	{ { .id = NULL }, NULL },
};
