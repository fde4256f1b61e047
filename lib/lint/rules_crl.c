/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "lint/lint_impl.h"

/* Rules on CRLs (GM/T 0015, 5.3 and table C.5). */

static enum egov_status authority_key(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__aki aki;
	struct egov__ext ext;
	enum egov_status rc;

	if (!egov__lint_ext(s, EGOV__OID_AKI, &ext))
		return egov__lint_found(err, "extension authorityKeyIdentifier is missing");
	rc = egov__ext_aki(ext.value, &aki, err);
	if (rc == EGOV_OK && s->context->issuer_key_id.size > 0
	    && !egov__slice_equal(aki.key_id, s->context->issuer_key_id))
		rc = egov__lint_found(err, "authorityKeyIdentifier is not the CA's key identifier");
	return rc;
}

static enum egov_status core(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (s->crl.version != 2)
		return egov__lint_found(err, "version %u, 2 wanted", s->crl.version);
	if (s->time[1].name == NULL)
		return egov__lint_found(err, "nextUpdate is missing");
	if (s->crl.next_update <= s->crl.this_update)
		return egov__lint_found(err, "nextUpdate is not later than thisUpdate");
	if (s->crl.has_empty_list)
		return egov__lint_found(err, "revokedCertificates is an empty list, not absent");
	if (!egov__lint_ext(s, EGOV__OID_CRL_NUMBER, &ext))
		return egov__lint_found(err, "extension cRLNumber is missing");
	return authority_key(s, err);
}

static enum egov_status criticality(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice exts = s->extensions;
	struct egov__ext ext;
	enum egov_status rc;

	while (exts.size > 0) {
		rc = egov__ext_next(&exts, &ext, err);
		if (rc != EGOV_OK)
			return rc;
		const bool wanted = ext.type == EGOV__OID_IDP || ext.type == EGOV__OID_DELTA_CRL;

		if (ext.critical != wanted)
			return egov__lint_found(err, wanted ? EGOV__N("extension %s is not critical")
			                                    : EGOV__N("extension %s is critical"),
			                        egov__lint_ext_name(ext.type));
	}
	return egov__lint_entry(s, EGOV__ENTRY_CRITICAL, EGOV__N("an extension of it is critical"), err);
}

static enum egov_status hold(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_HOLD, EGOV__N("certificateHold is in use"), err);
}

static enum egov_status unspecified(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_UNSPECIFIED, EGOV__N("reasonCode 0 is written out"),
	                        err);
}

static enum egov_status bound(const struct egov__lint_subject *s, struct egov_error *err)
{
	char found[EGOV_TIME_TEXT], wanted[EGOV_TIME_TEXT];
	const egov_time limit = s->context->max_next_update;

	if (limit == EGOV_TIME_NONE || s->crl.next_update == EGOV_TIME_NONE
	    || s->crl.next_update <= limit)
		return EGOV_OK;
	egov_time_format(s->crl.next_update, found);
	egov_time_format(limit, wanted);
	return egov__lint_found(err, "nextUpdate %s is later than %s, the bound of the CPS", found,
	                        wanted);
}

static enum egov_status point(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__general_name name;
	struct egov_slice names;
	struct egov__ext ext;
	struct egov__idp idp;
	enum egov_status rc;

	if (!egov__lint_ext(s, EGOV__OID_IDP, &ext))
		return EGOV_OK;
	rc = egov__ext_idp(ext.value, &idp, err);
	if (rc != EGOV_OK)
		return rc;
	if (idp.indirect || idp.has_reasons || idp.only_attribute)
		return egov__lint_found(err, "issuingDistributionPoint: an indirect list, or not of all reasons");
	if (idp.only_user && idp.only_ca)
		return egov__lint_found(err, "issuingDistributionPoint: the list would hold nothing");
	for (names = idp.point.full_name; names.size > 0;) {
		rc = egov__general_names_next(&names, &name, err);
		if (rc != EGOV_OK)
			return rc;
		if (s->context->crl_uri != NULL && name.tag == EGOV__GN_URI
		    && egov__slice_is(name.value, s->context->crl_uri))
			return EGOV_OK;
	}
	return s->context->crl_uri == NULL
	               ? EGOV_OK
	               : egov__lint_found(err, "issuingDistributionPoint is not the address in the "
	                                       "certificates");
}

const struct egov__lint_row egov__rules_crl[] = {
	EGOV__RULE(CRL, GM, "gm-crl-core", "tbsCertList", "GM/T 0015, 5.3", ERROR,
	           "v2, nextUpdate, authorityKeyIdentifier, cRLNumber, no empty list", core),
	EGOV__RULE(CRL, GM, "gm-crl-crit", "crlExtensions", "GM/T 0015, table C.5", ERROR,
	           "issuingDistributionPoint and deltaCRLIndicator are critical, nothing else",
	           criticality),
	EGOV__RULE(CRL, GM, "gm-crl-hold", "reasonCode", "GM/T 0015, table C.5", NOTE,
	           "certificateHold is not in use", hold),
	EGOV__RULE(CRL, GM, "gm-crl-unspec", "reasonCode", "GM/T 0015, table C.5", WARNING,
	           "reasonCode 0 is left out", unspecified),
	EGOV__RULE(CRL, GM, "gm-crl-idp", "issuingDistributionPoint", "GM/T 0015, 5.3", ERROR,
	           "issuingDistributionPoint is the address in the certificates", point),
	EGOV__RULE(CRL, CPS, "cps-crl-bound", "nextUpdate", "Order No. 4, Art. 17", ERROR,
	           "nextUpdate within the bound of the CPS", bound),
	{ { .id = NULL }, NULL },
};
