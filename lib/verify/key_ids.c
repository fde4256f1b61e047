/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "x509/name.h"

static const char aki_clause[] = "RFC 5280, 4.2.1.1; GM/T 0043, 6.2.2";
static const char ski_clause[] = "RFC 5280, 4.2.1.2; GM/T 0043, 6.2.2";

/* The issuer's name and serial number, where the AKI names them. */
static enum egov_status names_issuer(const struct egov__aki *aki, const struct egov_cert *issuer,
                                     bool *names, struct egov_error *err)
{
	const struct egov__cert_fields *f = egov__cert_fields(issuer);
	struct egov_slice rest = aki->issuer;
	struct egov__general_name name;
	bool other = false;             /* a distinguished name of somebody else */
	enum egov_status rc = EGOV_OK;

	*names = false;
	while (rc == EGOV_OK && !*names && rest.size > 0) {
		rc = egov__general_names_next(&rest, &name, err);
		if (rc != EGOV_OK || name.tag != EGOV__GN_DIRECTORY)
			continue;
		rc = egov__name_same(name.value, f->issuer, names, err);
		other |= !*names;
	}
	*names = (*names || !other)
	         && (aki->serial.size == 0 || egov__slice_equal(aki->serial, f->serial));
	return rc;
}

static enum egov_status check_fit(const struct egov__link *link, const struct egov__aki *aki,
                                  struct egov_error *err)
{
	struct egov_error cause = { 0 };
	bool names = true;
	enum egov_status rc;

	if ((aki->issuer.size == 0) != (aki->serial.size == 0))
		return egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause,
		                      "its authorityKeyIdentifier names an issuer without a serial "
		                      "number, or the reverse");
	if (egov__path_hint(link->cert, link->issuer) == EGOV__HINT_DIFFERS)
		return egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause,
		                      "its authorityKeyIdentifier is not the key identifier of its "
		                      "issuer");
	rc = names_issuer(aki, link->issuer, &names, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_AKI, rc, &cause, err);
	return names ? EGOV_OK
	             : egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause,
	                              "its authorityKeyIdentifier names another certificate than "
	                              "its issuer's");
}

/* Whoever signed himself needs not say who did. */
static enum egov_status check_authority(const struct egov__link *link, struct egov_error *err)
{
	const bool lenient = egov__tolerates(link->j, EGOV_TOLERATE_KEY_IDENTIFIERS);
	struct egov_error cause = { 0 };
	struct egov__aki aki = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	if (!egov__cert_ext(link->cert, EGOV__OID_AKI, &ext)) {
		if (lenient || link->anchor || link->issuer == NULL
		    || egov__is_self_issued(link->cert))
			return EGOV_OK;
		return egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause, "no authorityKeyIdentifier");
	}
	if (ext.critical && !lenient)
		return egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause,
		                      "its authorityKeyIdentifier is critical");
	rc = egov__ext_aki(ext.value, &aki, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_AKI, rc, &cause, err);
	if (lenient || link->anchor || link->issuer == NULL)
		return EGOV_OK;
	if (aki.key_id.size == 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, aki_clause,
		                      "its authorityKeyIdentifier has no key identifier");
	return check_fit(link, &aki, err);
}

static enum egov_status check_subject(const struct egov__link *link, struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__tolerates(link->j, EGOV_TOLERATE_KEY_IDENTIFIERS) || link->fields->version < 3)
		return EGOV_OK;
	if (!egov__cert_ext(link->cert, EGOV__OID_SKI, &ext))
		return link->i == 0 ? EGOV_OK
		                    : egov_error_set(err, EGOV_E_UNTRUSTED, ski_clause,
		                                     "issued a certificate, but has no "
		                                     "subjectKeyIdentifier");
	return !ext.critical ? EGOV_OK
	                     : egov_error_set(err, EGOV_E_UNTRUSTED, ski_clause,
	                                      "its subjectKeyIdentifier is critical");
}

enum egov_status egov__check_key_ids(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	enum egov_status rc = check_authority(link, err);

	if (rc == EGOV_OK)
		rc = check_subject(link, err);
	if (rc == EGOV_OK)
		egov__note_say(note, "key identifiers fit");
	return rc;
}
