/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "lint/lint_impl.h"

/* Rules on the extensions of certificates (GM/T 0015, annex C). */

static const char *name_of(enum egov__oid type)
{
	return type == EGOV__OID_UNKNOWN ? egov__text("an unknown one") : egov__oid_get(type)->name;
}

/* A missing one is told here too: article19-8 has another clause. */
static enum egov_status present(const struct egov__lint_subject *s, enum egov__oid type,
                                bool critical, struct egov__ext *ext, struct egov_error *err)
{
	if (!egov__lint_ext(s, type, ext))
		return egov__lint_found(err, "extension %s is missing", name_of(type));
	if (ext->critical != critical)
		return egov__lint_found(err, critical ? "extension %s is not critical"
		                                      : "extension %s is critical",
		                        name_of(type));
	return EGOV_OK;
}

static enum egov_status authority_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__aki aki;
	struct egov__ext ext;
	enum egov_status rc;

	if (s->self_signed && !egov__lint_ext(s, EGOV__OID_AKI, &ext))
		return EGOV_OK;
	rc = present(s, EGOV__OID_AKI, false, &ext, err);
	if (rc == EGOV_OK)
		rc = egov__ext_aki(ext.value, &aki, err);
	if (rc != EGOV_OK || s->self_signed)
		return rc;
	if (s->context->issuer_key_id.size > 0
	    && !egov__slice_equal(aki.key_id, s->context->issuer_key_id))
		return egov__lint_found(err, "authorityKeyIdentifier is not the CA's key identifier");
	return EGOV_OK;
}

static enum egov_status subject_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice id = EGOV__NO_SLICE;
	struct egov__ext ext;
	uint8_t wanted[EGOV__SHA1_SIZE];
	enum egov_status rc = present(s, EGOV__OID_SKI, false, &ext, err);

	if (rc == EGOV_OK)
		rc = egov__ext_ski(ext.value, &id, err);
	/* A key that has no point is gm-spki's matter. */
	if (rc != EGOV_OK || s->sm2_key != EGOV_OK)
		return rc;
	rc = egov__sha1(s->sm2_point, wanted, err);
	if (rc != EGOV_OK)
		return rc;
	if (!egov__slice_equal(id, EGOV__SLICE(wanted)))
		return egov__lint_found(err, "subjectKeyIdentifier is not SHA-1 of the key's point");
	return EGOV_OK;
}

static enum egov_status other_usage(unsigned found, unsigned wanted, struct egov_error *err)
{
	struct egov_buf has = EGOV__BUF(1024), want = EGOV__BUF(1024);
	enum egov_status rc;

	egov__key_usage_print(found, &has);
	egov__key_usage_print(wanted, &want);
	rc = egov__lint_found(err, "keyUsage: %.*s found, %.*s wanted", (int)has.size,
	                      (const char *)has.data, (int)want.size, (const char *)want.data);
	egov__buf_clear(&has);
	egov__buf_clear(&want);
	return rc;
}

static enum egov_status exact_usage(const struct egov__lint_subject *s, unsigned wanted,
                                    unsigned optional, struct egov_error *err)
{
	struct egov__ext ext;
	unsigned bits = 0;
	enum egov_status rc = present(s, EGOV__OID_KEY_USAGE, true, &ext, err);

	if (rc == EGOV_OK)
		rc = egov__ext_key_usage(ext.value, &bits, err);
	if (rc != EGOV_OK || (bits & ~optional) == wanted)
		return rc;
	return other_usage(bits, wanted, err);
}

static enum egov_status usage_of_signing(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (!egov__lint_is(s, EGOV__PROFILE_SIGNING))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION, 0, err);
}

static enum egov_status usage_of_ca(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (!egov__lint_is_ca(s))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN, 0, err);
}

static enum egov_status usage_of_responder(const struct egov__lint_subject *s,
                                           struct egov_error *err)
{
	if (!egov__lint_is(s, EGOV__PROFILE_OCSP))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION, err);
}

static enum egov_status usage_of_encryption(const struct egov__lint_subject *s,
                                            struct egov_error *err)
{
	if (!egov__lint_is(s, EGOV__PROFILE_ENCRYPTION))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT
	                              | EGOV__KU_KEY_AGREEMENT, 0, err);
}

static enum egov_status usage_of_device(const struct egov__lint_subject *s, struct egov_error *err)
{
	if (!egov__lint_is(s, EGOV__PROFILE_DEVICE))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION, err);
}

static enum egov_status usage_of_stamper(const struct egov__lint_subject *s,
                                         struct egov_error *err)
{
	if (!egov__lint_is(s, EGOV__PROFILE_TIMESTAMP))
		return EGOV_OK;
	return exact_usage(s, EGOV__KU_DIGITAL_SIGNATURE, EGOV__KU_NON_REPUDIATION, err);
}

static enum egov_status constraints(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__basic_constraints bc = { false, false, 0 };
	const bool ca = egov__lint_is_ca(s);
	struct egov__ext ext;
	enum egov_status rc;

	if (!ca && !egov__lint_ext(s, EGOV__OID_BASIC_CONSTRAINTS, &ext))
		return EGOV_OK;
	rc = present(s, EGOV__OID_BASIC_CONSTRAINTS, ca, &ext, err);
	if (rc == EGOV_OK)
		rc = egov__ext_basic_constraints(ext.value, &bc, err);
	if (rc != EGOV_OK)
		return rc;
	if (bc.ca != ca)
		return egov__lint_found(
			err, ca ? EGOV__N("basicConstraints: cA is not TRUE in a CA certificate")
			        : EGOV__N("basicConstraints: cA is TRUE, but the holder is no CA"));
	if (!ca && bc.has_path_len)
		return egov__lint_found(err, "basicConstraints: pathLenConstraint without cA");
	return EGOV_OK;
}

struct policies {
	size_t count;
	bool any;
};

static enum egov_status note_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                    struct egov_error *err)
{
	struct policies *found = user;

	(void)qualifiers;
	(void)err;
	found->count++;
	found->any = found->any || egov__oid_find(oid) == EGOV__OID_ANY_POLICY;
	return EGOV_OK;
}

static enum egov_status policies(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct policies found = { 0, false };
	struct egov__ext ext;
	enum egov_status rc;

	if (s->self_signed && !egov__lint_ext(s, EGOV__OID_POLICIES, &ext))
		return EGOV_OK;
	rc = present(s, EGOV__OID_POLICIES, false, &ext, err);
	return rc != EGOV_OK ? rc : egov__ext_policies(ext.value, note_policy, &found, err);
}

static enum egov_status any_policy(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct policies found = { 0, false };
	struct egov__ext ext;

	if (egov__lint_is_ca(s) || !egov__lint_ext(s, EGOV__OID_POLICIES, &ext)
	    || egov__ext_policies(ext.value, note_policy, &found, NULL) != EGOV_OK)
		return EGOV_OK;         /* gm-cp */
	if (found.count == 1 && found.any)
		return egov__lint_found(err, "certificatePolicies: anyPolicy alone says nothing");
	return EGOV_OK;
}

struct points {
	const char *uri;                /* looked for; NULL: none */
	bool found;
};

static bool is_address(const struct egov__general_name *name)
{
	static const char *const schemes[] = { "http://", "https://", "ldap://" };

	if (name->tag == EGOV__GN_DIRECTORY)
		return true;
	for (size_t i = 0; name->tag == EGOV__GN_URI && i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const size_t size = strlen(schemes[i]);

		if (name->value.size > size && memcmp(name->value.data, schemes[i], size) == 0)
			return true;
	}
	return false;
}

static enum egov_status note_point(void *user, const struct egov__distribution_point *dp,
                                   struct egov_error *err)
{
	struct egov_slice names = dp->full_name;
	struct egov__general_name name;
	struct points *points = user;
	enum egov_status rc;

	if (names.size == 0)
		return egov__lint_found(err, "cRLDistributionPoints: a point without address");
	if (dp->has_reasons || dp->crl_issuer.size > 0)
		return egov__lint_found(err, "cRLDistributionPoints: reasons or cRLIssuer is written");
	while (names.size > 0) {
		rc = egov__general_names_next(&names, &name, err);
		if (rc != EGOV_OK)
			return rc;
		if (!is_address(&name))
			return egov__lint_found(err, "cRLDistributionPoints: neither an http or ldap "
			                             "address nor a directory name");
		points->found = points->found
		                || (points->uri != NULL && name.tag == EGOV__GN_URI
		                    && egov__slice_is(name.value, points->uri));
	}
	return EGOV_OK;
}

/* Needed but in a root, and in a responder that nobody is to ask about. */
static bool needs_points(const struct egov__lint_subject *s)
{
	struct egov__ext ext;

	return !s->self_signed
	       && !(egov__lint_is(s, EGOV__PROFILE_OCSP)
	            && egov__lint_ext(s, EGOV__OID_OCSP_NOCHECK, &ext));
}

static enum egov_status distribution_points(const struct egov__lint_subject *s,
                                            struct egov_error *err)
{
	struct points points = { NULL, false };
	struct egov__ext ext;
	enum egov_status rc;

	if (!needs_points(s) && !egov__lint_ext(s, EGOV__OID_CRL_DP, &ext))
		return EGOV_OK;
	rc = present(s, EGOV__OID_CRL_DP, false, &ext, err);
	return rc != EGOV_OK ? rc : egov__ext_crl_dp(ext.value, note_point, &points, err);
}

static enum egov_status own_point(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct points points = { s->context->crl_uri, false };
	struct egov__ext ext;

	if (points.uri == NULL || !egov__lint_ext(s, EGOV__OID_CRL_DP, &ext)
	    || egov__ext_crl_dp(ext.value, note_point, &points, NULL) != EGOV_OK || points.found)
		return EGOV_OK;
	return egov__lint_found(err, "cRLDistributionPoints: %s is not among them", points.uri);
}

struct accesses {
	bool ca_issuers, ocsp, ca_repository;
};

static enum egov_status note_access(void *user, struct egov_slice method,
                                    const struct egov__general_name *location,
                                    struct egov_error *err)
{
	const enum egov__oid type = egov__oid_find(method);
	struct accesses *found = user;

	(void)location;
	(void)err;
	found->ca_issuers = found->ca_issuers || type == EGOV__OID_AD_CA_ISSUERS;
	found->ocsp = found->ocsp || type == EGOV__OID_AD_OCSP;
	found->ca_repository = found->ca_repository || type == EGOV__OID_AD_CA_REPOSITORY;
	return EGOV_OK;
}

static enum egov_status access_to_issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct accesses found = { false, false, false };
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (s->self_signed)
		return EGOV_OK;
	if (egov__lint_ext(s, EGOV__OID_AIA, &ext))
		rc = egov__ext_access(ext.value, note_access, &found, err);
	if (rc != EGOV_OK || (found.ca_issuers && found.ocsp))
		return rc;
	return egov__lint_found(err, "authorityInfoAccess: %s is missing",
	                        found.ca_issuers ? "ocsp" : "caIssuers");
}

static enum egov_status access_to_subject(const struct egov__lint_subject *s,
                                          struct egov_error *err)
{
	struct accesses found = { false, false, false };
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (!egov__lint_is_ca(s))
		return EGOV_OK;
	if (egov__lint_ext(s, EGOV__OID_SIA, &ext))
		rc = egov__ext_access(ext.value, note_access, &found, err);
	if (rc != EGOV_OK || found.ca_repository)
		return rc;
	return egov__lint_found(err, "subjectInfoAccess: caRepository is missing");
}

/* subjectAltName is critical where the subject is empty; extKeyUsage may be. */
static bool may_be_critical(const struct egov__lint_subject *s, enum egov__oid type)
{
	static const enum egov__oid types[] = {
		EGOV__OID_KEY_USAGE,      EGOV__OID_BASIC_CONSTRAINTS, EGOV__OID_EKU,
		EGOV__OID_POLICY_MAPPINGS, EGOV__OID_NAME_CONSTRAINTS,
		EGOV__OID_POLICY_CONSTRAINTS, EGOV__OID_INHIBIT_ANY_POLICY,
	};

	if (type == EGOV__OID_SAN)
		return s->subject.size == 2;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return false;
}

static enum egov_status criticality(const struct egov__lint_subject *s, struct egov_error *err)
{
	for (size_t i = 0; i < s->exts->count; i++) {
		const struct egov__ext *const ext = &s->exts->ext[i];

		if (ext->critical && !may_be_critical(s, ext->type))
			return egov__lint_found(err, "extension %s must not be critical",
			                        name_of(ext->type));
	}
	return EGOV_OK;
}

#define DS EGOV__KU_DIGITAL_SIGNATURE
#define NR EGOV__KU_NON_REPUDIATION
#define KE EGOV__KU_KEY_ENCIPHERMENT
#define KA EGOV__KU_KEY_AGREEMENT

/* One of these usages at least goes with each purpose (GM/T 0015, 5.2.4.2.5). */
static const struct {
	enum egov__oid purpose;
	unsigned usages;
} purposes[] = {
	{ EGOV__OID_EKU_SERVER_AUTH, DS | KE | KA },  { EGOV__OID_EKU_CLIENT_AUTH, DS | KA },
	{ EGOV__OID_EKU_CODE_SIGNING, DS },           { EGOV__OID_EKU_EMAIL, DS | NR | KE | KA },
	{ EGOV__OID_EKU_TIME_STAMPING, DS | NR },     { EGOV__OID_EKU_OCSP_SIGNING, DS | NR },
};

static bool serves(enum egov__oid purpose, unsigned bits)
{
	for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++)
		if (purposes[i].purpose == purpose)
			return (bits & purposes[i].usages) != 0;
	return true;
}

struct served {
	unsigned bits;
	size_t count;
};

static enum egov_status count_served(void *user, struct egov_slice oid, struct egov_error *err)
{
	struct served *served = user;

	(void)err;
	served->count += serves(egov__oid_find(oid), served->bits);
	return EGOV_OK;
}

size_t egov__lint_purposes_served(const struct egov__lint_subject *s, unsigned bits)
{
	struct served served = { bits, 0 };
	struct egov__ext ext;

	if (egov__lint_ext(s, EGOV__OID_EKU, &ext))
		(void)!egov__ext_eku(ext.value, count_served, &served, NULL);
	return served.count;
}

static enum egov_status fit_purpose(void *user, struct egov_slice oid, struct egov_error *err)
{
	const enum egov__oid type = egov__oid_find(oid);
	const unsigned *bits = user;

	if (serves(type, *bits))
		return EGOV_OK;
	return egov__lint_found(err, "extKeyUsage: %s does not go with the keyUsage", name_of(type));
}

static enum egov_status purposes_fit(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;
	unsigned bits = 0;

	if (!egov__lint_ext(s, EGOV__OID_KEY_USAGE, &ext)
	    || egov__ext_key_usage(ext.value, &bits, NULL) != EGOV_OK
	    || !egov__lint_ext(s, EGOV__OID_EKU, &ext))
		return EGOV_OK;
	return egov__ext_eku(ext.value, fit_purpose, &bits, err);
}

static enum egov_status note_purpose(void *user, struct egov_slice oid, struct egov_error *err)
{
	struct egov__lint_purposes *found = user;
	const enum egov__oid type = egov__oid_find(oid);

	(void)err;
	found->count++;
	found->ocsp += type == EGOV__OID_EKU_OCSP_SIGNING;
	found->stamping += type == EGOV__OID_EKU_TIME_STAMPING;
	found->tls += type == EGOV__OID_EKU_SERVER_AUTH || type == EGOV__OID_EKU_CLIENT_AUTH;
	return EGOV_OK;
}

enum egov_status egov__lint_purposes(const struct egov__lint_subject *s,
                                     struct egov__lint_purposes *out, struct egov_error *err)
{
	struct egov__ext ext;

	*out = (struct egov__lint_purposes){ .critical = false };
	if (!egov__lint_ext(s, EGOV__OID_EKU, &ext))
		return EGOV_OK;
	out->critical = ext.critical;
	return egov__ext_eku(ext.value, note_purpose, out, err);
}

/* Whoever holds it may answer for the CA. */
static enum egov_status responder(const struct egov__lint_subject *s, struct egov_error *err)
{
	const bool wanted = egov__lint_is(s, EGOV__PROFILE_OCSP);
	struct egov__lint_purposes found;
	const enum egov_status rc = egov__lint_purposes(s, &found, err);

	if (rc != EGOV_OK || (found.ocsp > 0) == wanted)
		return rc;
	return egov__lint_found(
		err, wanted ? EGOV__N("extKeyUsage: OCSPSigning is missing")
		            : EGOV__N("extKeyUsage: OCSPSigning, but the holder is no responder"));
}

/* A verifier of time stamps refuses every other form. */
static enum egov_status stamper(const struct egov__lint_subject *s, struct egov_error *err)
{
	const bool wanted = egov__lint_is(s, EGOV__PROFILE_TIMESTAMP);
	struct egov__lint_purposes found;
	const enum egov_status rc = egov__lint_purposes(s, &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!wanted && found.stamping > 0)
		return egov__lint_found(err, "extKeyUsage: timeStamping, but the holder stamps no "
		                             "times");
	if (wanted && (found.count != 1 || found.stamping != 1 || !found.critical))
		return egov__lint_found(err, "extKeyUsage: want timeStamping alone, critical");
	return EGOV_OK;
}

static enum egov_status device_purposes(const struct egov__lint_subject *s,
                                        struct egov_error *err)
{
	struct egov__lint_purposes found;
	enum egov_status rc;

	if (!egov__lint_is(s, EGOV__PROFILE_DEVICE))
		return EGOV_OK;
	rc = egov__lint_purposes(s, &found, err);
	if (rc != EGOV_OK || (found.count > 0 && found.count == found.tls))
		return rc;
	return egov__lint_found(err, "extKeyUsage of a device: want serverAuth, clientAuth or both");
}

static enum egov_status nocheck(const struct egov__lint_subject *s, struct egov_error *err)
{
	static const uint8_t null[] = { EGOV__NULL, 0 };
	const bool wanted = egov__lint_is(s, EGOV__PROFILE_OCSP);
	struct egov__ext ext;

	if (egov__lint_ext(s, EGOV__OID_OCSP_NOCHECK, &ext)) {
		if (!wanted)
			return egov__lint_found(err, "ocsp-nocheck, but the holder is no responder");
		if (!egov__slice_equal(ext.value, EGOV__SLICE(null)))
			return egov__lint_found(err, "ocsp-nocheck is not NULL");
	} else if (wanted) {
		return egov__lint_found(err, "ocsp-nocheck is missing: who checks the responder?");
	}
	return EGOV_OK;
}

/* A number with a check digit; NULL where it fits, or where there is none to check. */
static const char *number_fault(enum egov__oid type, const char *text, bool own)
{
	static const char digit[] = EGOV__N("the check digit does not fit");
	static const char character[] = EGOV__N("the check character does not fit");
	const size_t size = strlen(text);

	if (type == EGOV__OID_IDENTIFY_CODE)
		return egov__resident_id_valid(text) ? NULL : digit;
	if (size == 18 && type != EGOV__OID_INSURANCE_NUMBER)
		return egov__credit_code_valid(text) ? NULL : character;
	if (type == EGOV__OID_ORGANIZATION_CODE)
		return !own && egov__organization_code_valid(text) ? NULL : character;
	if (type == EGOV__OID_REGISTRATION_NUMBER && size == 15)
		return egov__registration_number_valid(text) ? NULL : digit;
	return NULL;
}

/* Of the three arms of IdentifyCode, and of what is not tagged, whether it is a resident's card;
 * officers and passports have numbers without a check digit. */
static bool is_checked(const struct egov__ext *ext)
{
	const uint8_t tag = egov__der_peek(ext->value);

	return ext->type != EGOV__OID_IDENTIFY_CODE
	       || ((tag & 0xc0) == EGOV__CONTEXT ? (tag & 0x1f) == 0 : tag == EGOV__PRINTABLE_STRING);
}

/* As they are written here: EXPLICIT [0] PrintableString for a resident's card,
 * PrintableString for the others; those of others are read in each form they have. */
static enum egov_status identity_value(const struct egov__ext *ext, bool own,
                                       struct egov_slice *value, struct egov_error *err)
{
	struct egov_slice in = ext->value;
	enum egov_status rc = EGOV_OK;

	if (!own)
		return egov__ext_identity(ext->type, in, value, err);
	if (ext->type == EGOV__OID_IDENTIFY_CODE)
		rc = egov__der_only(in, EGOV__CONTEXT_CONS | 0, name_of(ext->type), &in, err);
	return rc != EGOV_OK ? rc
	                     : egov__der_only(in, EGOV__PRINTABLE_STRING, name_of(ext->type), value,
	                                      err);
}

static enum egov_status identity(const struct egov__ext *ext, bool own, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	const char *fault;
	enum egov_status rc;
	char text[65] = "";

	if (ext->critical)
		return egov__lint_found(err, "extension %s is critical", name_of(ext->type));
	rc = identity_value(ext, own, &value, err);
	if (rc != EGOV_OK)
		return rc;
	if (value.size == 0 || value.size >= sizeof(text)
	    || !(own ? egov__is_printable_string(value) : egov__utf8_check(value, NULL)))
		return egov__lint_found(err, "%s: want 1 to 64 printable characters",
		                        name_of(ext->type));
	memcpy(text, value.data, value.size);
	fault = own || is_checked(ext) ? number_fault(ext->type, text, own) : NULL;
	return fault == NULL ? EGOV_OK
	                     : egov__lint_found(err, "%s: %s", name_of(ext->type),
	                                        egov__text(fault));
}

static enum egov_status identities(const struct egov__lint_subject *s, struct egov_error *err)
{
	static const enum egov__oid types[] = {
		EGOV__OID_IDENTIFY_CODE, EGOV__OID_INSURANCE_NUMBER, EGOV__OID_REGISTRATION_NUMBER,
		EGOV__OID_ORGANIZATION_CODE, EGOV__OID_TAXATION_NUMBER,
	};
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(types) / sizeof(types[0]); i++)
		if (egov__lint_ext(s, types[i], &ext))
			rc = identity(&ext, !s->context->foreign, err);
	return rc;
}

/* privateKeyUsagePeriod: [0] and [1], both GeneralizedTime. */
static enum egov_status read_period(struct egov_slice value, egov_time period[2],
                                    struct egov_error *err)
{
	static const char what[] = "privateKeyUsagePeriod";
	static const uint8_t generalized = EGOV__GENERALIZED_TIME;
	struct egov_slice in = EGOV__NO_SLICE, text = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(value, EGOV__SEQUENCE, what, &in, err);

	for (uint8_t n = 0; rc == EGOV_OK && n < 2; n++) {
		struct egov_buf time = EGOV__BUF(64);
		struct egov_slice der;

		period[n] = EGOV_TIME_NONE;
		if (egov__der_peek(in) != (EGOV__CONTEXT | n))
			continue;
		rc = egov__der_read(&in, EGOV__CONTEXT | n, what, &text, err);
		egov__der_put(&time, generalized, text);
		der = egov_buf_slice(&time);
		if (rc == EGOV_OK)
			rc = egov__der_time(&der, what, &period[n], NULL, err);
		egov__buf_clear(&time);
	}
	return rc != EGOV_OK ? rc : egov__der_end(in, what, err);
}

/* For keys that sign, and within the validity. */
static enum egov_status key_period(const struct egov__lint_subject *s, struct egov_error *err)
{
	egov_time period[2] = { EGOV_TIME_NONE, EGOV_TIME_NONE };
	struct egov__ext ext;
	enum egov_status rc;

	if (!egov__lint_ext(s, EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, &ext))
		return EGOV_OK;
	if (egov__lint_is(s, EGOV__PROFILE_ENCRYPTION))
		return egov__lint_found(err, "privateKeyUsagePeriod of a key that does not sign");
	rc = read_period(ext.value, period, err);
	if (rc != EGOV_OK)
		return rc;
	if (period[0] == EGOV_TIME_NONE && period[1] == EGOV_TIME_NONE)
		return egov__lint_found(err, "privateKeyUsagePeriod: neither a beginning nor an end");
	if ((period[0] != EGOV_TIME_NONE && period[0] < s->cert.not_before)
	    || (period[1] != EGOV_TIME_NONE && period[1] > s->cert.not_after)
	    || (period[0] != EGOV_TIME_NONE && period[1] != EGOV_TIME_NONE && period[1] < period[0]))
		return egov__lint_found(err, "privateKeyUsagePeriod: not within the validity");
	return EGOV_OK;
}

const struct egov__lint_row egov__rules_extension[] = {
	EGOV__RULE(CERT, GM, "gm-aki", "authorityKeyIdentifier", "GM/T 0043, 6.2.2 a", ERROR,
	           "authorityKeyIdentifier: the CA's key identifier; roots excepted", authority_key),
	EGOV__RULE(CERT, GM, "gm-ski", "subjectKeyIdentifier", "GM/T 0043, 6.2.2 b", ERROR,
	           "subjectKeyIdentifier: SHA-1 of the key's point", subject_key),
	EGOV__RULE(CERT, GM, "gm-ku-sign", "keyUsage", "GM/T 0015, table C.3", ERROR,
	           "keyUsage of a signing certificate: digitalSignature and nonRepudiation, critical",
	           usage_of_signing),
	EGOV__RULE(CERT, GM, "gm-ku-enc", "keyUsage", "GM/T 0015, table C.4", ERROR,
	           "keyUsage of an encryption certificate: keyEncipherment, dataEncipherment and "
	           "keyAgreement, critical", usage_of_encryption),
	EGOV__RULE(CERT, GM, "gm-ku-device", "keyUsage", "GM/T 0015, tables B.2 and C.3", ERROR,
	           "keyUsage of a device: digitalSignature, maybe nonRepudiation", usage_of_device),
	EGOV__RULE(CERT, GM, "gm-ku-tsa", "keyUsage", "GM/T 0015, 5.2.4.2.5", ERROR,
	           "keyUsage of a time-stamping unit: digitalSignature, maybe nonRepudiation", usage_of_stamper),
	EGOV__RULE(CERT, GM, "gm-ku-ca", "keyUsage", "GM/T 0015, tables C.1 and C.2", ERROR,
	           "keyUsage of a CA: keyCertSign and cRLSign, critical", usage_of_ca),
	EGOV__RULE(CERT, GM, "gm-ku-ocsp", "keyUsage", "GM/T 0015, 5.2.4.2.5", ERROR,
	           "keyUsage of a responder: digitalSignature, maybe nonRepudiation", usage_of_responder),
	EGOV__RULE(CERT, GM, "gm-bc", "basicConstraints", "GM/T 0015, 5.2.4.2.12", ERROR,
	           "basicConstraints: critical and TRUE in a CA, absent or empty elsewhere", constraints),
	EGOV__RULE(CERT, GM, "gm-cp", "certificatePolicies", "GM/T 0015, tables C.2 to C.4", ERROR,
	           "certificatePolicies is there and not critical; roots excepted", policies),
	EGOV__RULE(CERT, GM, "gm-cp-any", "certificatePolicies", "Order No. 4, Art. 19 (5)", WARNING,
	           "more than anyPolicy in the certificate of a holder who is no CA", any_policy),
	EGOV__RULE(CERT, GM, "gm-crldp", "cRLDistributionPoints", "GM/T 0015, tables C.2 to C.4", ERROR,
	           "cRLDistributionPoints with http, ldap or directory names; roots excepted", distribution_points),
	EGOV__RULE(CERT, GM, "gm-crldp-own", "cRLDistributionPoints", "GM/T 0043, 6.2.2", ERROR,
	           "cRLDistributionPoints says where this CA publishes", own_point),
	EGOV__RULE(CERT, GM, "gm-aia", "authorityInfoAccess", "GM/T 0015, tables C.2 to C.4", WARNING,
	           "authorityInfoAccess: caIssuers and ocsp; roots excepted", access_to_issuer),
	EGOV__RULE(CERT, GM, "gm-sia", "subjectInfoAccess", "GM/T 0015, tables C.1 and C.2", NOTE,
	           "subjectInfoAccess of a CA: caRepository", access_to_subject),
	EGOV__RULE(CERT, GM, "gm-crit", "extensions", "GM/T 0015, annex C", ERROR,
	           "no critical extension outside the tables", criticality),
	EGOV__RULE(CERT, GM, "gm-eku", "extKeyUsage", "GM/T 0015, 5.2.4.2.5", ERROR,
	           "extKeyUsage goes with keyUsage", purposes_fit),
	EGOV__RULE(CERT, GM, "gm-pkup", "privateKeyUsagePeriod", "GM/T 0043, 6.2.2", ERROR,
	           "within the validity, and of keys that sign alone", key_period),
	EGOV__RULE(CERT, GM, "gm-id-ext", "extensions", "GM/T 0015, 5.2.4.2.18 to 22", ERROR,
	           "identity extensions: not critical, of the right type, check digits right", identities),
	EGOV__RULE_FOREIGN(CERT, RFC5280, "ocsp-eku", "extKeyUsage", "RFC 6960, 4.2.2.2", ERROR,
	                   EGOV__LINT_WARNING, "OCSPSigning in responders and nowhere else",
	                   responder),
	EGOV__RULE_FOREIGN(CERT, RFC5280, "tsa-eku", "extKeyUsage", "RFC 3161, 2.3", ERROR,
	                   EGOV__LINT_WARNING,
	                   "timeStamping alone and critical in time-stamping units, nowhere else",
	                   stamper),
	EGOV__RULE(CERT, GM, "device-eku", "extKeyUsage", "GM/T 0015, 5.2.4.2.5", ERROR,
	           "serverAuth, clientAuth or both in devices", device_purposes),
	EGOV__RULE(CERT, RFC5280, "ocsp-nocheck", "ocspNocheck", "RFC 6960, 4.2.2.2.1", WARNING,
	           "ocsp-nocheck in responders and nowhere else", nocheck),
	{ { .id = NULL }, NULL },
};
