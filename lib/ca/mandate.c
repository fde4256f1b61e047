/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/mandate.h"

#include <inttypes.h>

/* --- a CA at all --- */

static enum egov_status constraints_of(const struct egov_cert *ca,
                                       struct egov__basic_constraints *out, struct egov_error *err)
{
	struct egov__ext ext;

	*out = (struct egov__basic_constraints){ false, false, 0 };
	return egov__cert_ext(ca, EGOV__OID_BASIC_CONSTRAINTS, &ext)
	               ? egov__ext_basic_constraints(ext.value, out, err)
	               : EGOV_OK;
}

static enum egov_status check_usage(const struct egov_cert *ca, struct egov_error *err)
{
	const unsigned wanted = EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN;
	unsigned bits = 0;
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (egov__cert_ext(ca, EGOV__OID_KEY_USAGE, &ext))
		rc = egov__ext_key_usage(ext.value, &bits, err);
	if (rc == EGOV_OK && (bits & wanted) != wanted)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.2",
		                    "the CA's certificate: keyUsage lacks keyCertSign or cRLSign");
	return rc;
}

static enum egov_status check_times(const struct egov_cert *ca, egov_time now,
                                    struct egov_error *err)
{
	const bool early = now < egov_cert_not_before(ca);
	char bound[EGOV_TIME_TEXT], is[EGOV_TIME_TEXT];

	if (!early && now < egov_cert_not_after(ca))
		return EGOV_OK;
	egov_time_format(early ? egov_cert_not_before(ca) : egov_cert_not_after(ca), bound);
	egov_time_format(now, is);
	return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.5",
	                      early ? EGOV__N("the CA's own certificate is valid from %s, now is %s")
	                            : EGOV__N("the CA's own certificate has expired at %s, now is %s"),
	                      bound, is);
}

enum egov_status egov__mandate_check_ca(const struct egov_cert *ca, egov_time now,
                                        struct egov_error *err)
{
	struct egov__basic_constraints constraints;
	struct egov__ext ext;
	enum egov_status rc = constraints_of(ca, &constraints, err);

	if (rc == EGOV_OK && !constraints.ca)
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.2",
		                    "the certificate is not a CA's: basicConstraints cA is not TRUE");
	if (rc == EGOV_OK)
		rc = check_usage(ca, err);
	if (rc == EGOV_OK && !egov__cert_ext(ca, EGOV__OID_SKI, &ext))
		rc = egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, table C.2",
		                    "the CA's certificate has no subjectKeyIdentifier");
	return rc == EGOV_OK ? check_times(ca, now, err) : rc;
}

/* --- what it may issue --- */

static enum egov_status check_path_length(const struct egov_cert *ca,
                                          const struct egov_profile *profile,
                                          struct egov_error *err)
{
	const int asked = egov__profile_path_len(profile);
	struct egov__basic_constraints own;
	enum egov_status rc;

	if (egov__profile_kind(profile) != EGOV__PROFILE_SUB_CA)
		return EGOV_OK;
	rc = constraints_of(ca, &own, err);
	if (rc != EGOV_OK || !own.has_path_len)
		return rc;
	if (own.path_len == 0)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.2.1.9",
		                      "the CA's own certificate has pathLenConstraint 0: no CA may "
		                      "stand below it");
	if (asked >= 0 && (uint64_t)asked >= own.path_len)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.2.1.9",
		                      "path_length %d, but the CA's own certificate has "
		                      "pathLenConstraint %" PRIu64 ": less than that is allowed",
		                      asked, own.path_len);
	return EGOV_OK;
}

struct search {
	struct egov_slice wanted;
	bool found;
};

static enum egov_status match_policy(void *user, struct egov_slice oid,
                                     struct egov_slice qualifiers, struct egov_error *err)
{
	struct search *search = user;

	(void)qualifiers;
	(void)err;
	search->found = search->found || egov__slice_equal(oid, search->wanted)
	                || egov__oid_find(oid) == EGOV__OID_ANY_POLICY;
	return EGOV_OK;
}

static enum egov_status not_asserted(struct egov_slice policy, struct egov_error *err)
{
	struct egov_buf dotted = EGOV__BUF(256);

	egov__oid_print(policy, &dotted);
	(void)egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 6.1.3",
	                     "policy %s: the CA's own certificate asserts neither it nor anyPolicy",
	                     egov__buf_string(&dotted) == NULL ? "?" : egov__buf_string(&dotted));
	egov__buf_clear(&dotted);
	return EGOV_E_POLICY;
}

static enum egov_status check_policies(const struct egov_cert *ca,
                                       const struct egov_profile *profile, struct egov_error *err)
{
	const struct egov_slice *oids = NULL;
	const size_t count = egov__profile_policies(profile, &oids);
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (egov__slice_equal(egov_cert_issuer(ca), egov_cert_subject(ca)))
		return EGOV_OK;
	for (size_t i = 0; rc == EGOV_OK && i < count; i++) {
		struct search search = { oids[i], false };

		if (egov__cert_ext(ca, EGOV__OID_POLICIES, &ext))
			rc = egov__ext_policies(ext.value, match_policy, &search, err);
		if (rc == EGOV_OK && !search.found)
			rc = not_asserted(oids[i], err);
	}
	return rc;
}

enum egov_status egov__mandate_check(const struct egov_cert *ca,
                                     const struct egov_profile *profile, egov_time now,
                                     struct egov_error *err)
{
	enum egov_status rc = egov__mandate_check_ca(ca, now, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_path_length(ca, profile, err);
	if (rc == EGOV_OK)
		rc = check_policies(ca, profile, err);
	return egov_error_prefix(err, rc, "profile %s", egov_profile_name(profile));
}

/* --- whom --- */

enum egov_status egov__mandate_check_holder(struct egov_home *home,
                                            const struct egov_cert *ca,
                                            const struct egov_judged *judged,
                                            struct egov_error *err)
{
	bool owns = false;
	enum egov_status rc;

	if (egov__slice_equal(egov__judged_subject(judged), egov_cert_subject(ca)))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0015, 5.2.3.6",
		                      "the subject is this CA's own name; one name is one entity");
	rc = egov__home_owns_key(home, egov__judged_public_key(judged), &owns, err);
	if (rc == EGOV_OK && owns)
		rc = egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                    "the request's key is this CA's own, or its journal's or "
		                    "custodian's");
	return rc;
}
