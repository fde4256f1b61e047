/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lint/lint_impl.h"

/* Rules of RFC 5280, 5, on CRLs: what they have in common with certificates is beside those. */

static enum egov_status there(const struct egov__lint_subject *s, enum egov__oid type,
                              struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__lint_ext(s, type, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "extension %s is missing", egov__lint_ext_name(type));
}

static enum egov_status number(const struct egov__lint_subject *s, struct egov_error *err)
{
	return there(s, EGOV__OID_CRL_NUMBER, err);
}

static enum egov_status critical(const struct egov__lint_subject *s, struct egov_error *err)
{
	static const struct {
		enum egov__oid type;
		bool critical;
	} wanted[] = {
		{ EGOV__OID_CRL_NUMBER, false },
		{ EGOV__OID_DELTA_CRL, true },
		{ EGOV__OID_IDP, true },
	};
	struct egov__ext ext;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (egov__lint_ext(s, wanted[i].type, &ext) && ext.critical != wanted[i].critical)
			return egov__lint_found(err, ext.critical
			                                     ? EGOV__N("extension %s is critical")
			                                     : EGOV__N("extension %s is not critical"),
			                        egov__lint_ext_name(ext.type));
	return EGOV_OK;
}

static enum egov_status delta_freshest(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_DELTA_CRL, &ext)
	    || !egov__lint_ext(s, EGOV__OID_FRESHEST_CRL, &ext))
		return EGOV_OK;
	return egov__lint_found(err, "freshestCRL in a delta CRL");
}

/* In one sequence: the number of the base is less. */
static enum egov_status delta_base(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice base = EGOV__NO_SLICE, own = EGOV__NO_SLICE;
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_DELTA_CRL, &ext)
	    || egov__ext_number(ext.value, &base, NULL) != EGOV_OK
	    || !egov__lint_ext(s, EGOV__OID_CRL_NUMBER, &ext)
	    || egov__ext_number(ext.value, &own, NULL) != EGOV_OK)
		return EGOV_OK;
	if (base.size < own.size || (base.size == own.size && memcmp(base.data, own.data, own.size) < 0))
		return EGOV_OK;
	return egov__lint_found(err, "deltaCRLIndicator: the base is not before the list itself");
}

static bool read_idp(const struct egov__lint_subject *s, struct egov__idp *idp)
{
	struct egov__ext ext;

	return egov__lint_ext(s, EGOV__OID_IDP, &ext)
	       && egov__ext_idp(ext.value, idp, NULL) == EGOV_OK;
}

static enum egov_status idp_empty(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (!egov__lint_ext(s, EGOV__OID_IDP, &ext) || ext.value.size > 2)
		return EGOV_OK;
	return egov__lint_found(err, "issuingDistributionPoint: an empty sequence");
}

static enum egov_status idp_scope(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__idp idp;

	if (!read_idp(s, &idp) || idp.only_user + idp.only_ca + idp.only_attribute <= 1)
		return EGOV_OK;
	return egov__lint_found(err, "issuingDistributionPoint: for more than one kind of certificate "
	                             "alone");
}

/* --- entries ------------------------------------------------------------------------ */

static enum egov_status entry_form(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov_slice entries = s->crl.entries;
	struct egov__crl_entry entry;
	enum egov_status rc = EGOV_OK;

	if (s->entries.first[EGOV__ENTRY_FORM] == 0)
		return EGOV_OK;
	while (rc == EGOV_OK)
		rc = egov__crl_next(&entries, &entry, err);
	return egov_error_prefix(err, rc, "entry %zu", s->entries.count);
}

static enum egov_status entry_time(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_TIME_TYPE,
	                        EGOV__N("revocationDate before 2050, but not UTCTime"), err);
}

static enum egov_status entry_critical(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_CRITICAL, EGOV__N("an extension of it is critical"), err);
}

static enum egov_status entry_issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	const enum egov_status rc =
		egov__lint_entry(s, EGOV__ENTRY_ISSUER_NOT_CRITICAL,
	                         EGOV__N("certificateIssuer is not critical"), err);
	struct egov__idp idp;

	if (rc != EGOV_OK || (read_idp(s, &idp) && idp.indirect))
		return rc;
	return egov__lint_entry(s, EGOV__ENTRY_ISSUER,
	                        EGOV__N("certificateIssuer in a list that is not indirect"), err);
}

static enum egov_status entry_unspecified(const struct egov__lint_subject *s,
                                          struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_UNSPECIFIED, EGOV__N("reasonCode 0 is written out"),
	                        err);
}

static enum egov_status entry_removed(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (egov__lint_ext(s, EGOV__OID_DELTA_CRL, &ext))
		return EGOV_OK;
	return egov__lint_entry(s, EGOV__ENTRY_REMOVE, EGOV__N("removeFromCRL in a complete list"),
	                        err);
}

static enum egov_status entry_date(const struct egov__lint_subject *s, struct egov_error *err)
{
	return egov__lint_entry(s, EGOV__ENTRY_LATE, EGOV__N("revoked after thisUpdate"), err);
}

const struct egov__lint_row egov__rules_pkix_crl[] = {
	EGOV__RULE(CRL, RFC5280, "pkix-crl-number", "cRLNumber", "RFC 5280, 5.2.3", ERROR,
	           "it is there", number),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-critical", "crlExtensions", "RFC 5280, 5.2.3 to 5.2.5",
	           ERROR, "deltaCRLIndicator and issuingDistributionPoint are critical, cRLNumber is not",
	           critical),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-delta-freshest", "freshestCRL", "RFC 5280, 5.2.6", ERROR,
	           "not in a delta CRL", delta_freshest),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-delta-base", "deltaCRLIndicator", "RFC 5280, 5.2.4", ERROR,
	           "a base whose number is less than the list's own", delta_base),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-idp-empty", "issuingDistributionPoint", "RFC 5280, 5.2.5",
	           ERROR, "no empty sequence", idp_empty),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-idp-scope", "issuingDistributionPoint", "RFC 5280, 5.2.5",
	           ERROR, "for users, for CAs or for attribute certificates alone, one at most",
	           idp_scope),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-entry", "revokedCertificates", "RFC 5280, 5.1.2.6 and 5.3",
	           ERROR, "entries and their extensions as their syntax has them", entry_form),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-entry-time", "revocationDate", "RFC 5280, 5.1.2.6", ERROR,
	           "UTCTime until 2049, GeneralizedTime from 2050", entry_time),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-entry-critical", "crlEntryExtensions",
	           "RFC 5280, 5.3.1 and 5.3.2", ERROR,
	           "no critical extension of an entry but certificateIssuer", entry_critical),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-entry-issuer", "certificateIssuer", "RFC 5280, 5.3.3", ERROR,
	           "critical, and in an indirect list alone", entry_issuer),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-unspecified", "reasonCode", "RFC 5280, 5.3.1", WARNING,
	           "reasonCode 0 is left out", entry_unspecified),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-remove", "reasonCode", "RFC 5280, 5.3.1", ERROR,
	           "removeFromCRL in delta lists alone", entry_removed),
	EGOV__RULE(CRL, RFC5280, "pkix-crl-dates", "revocationDate", "RFC 5280, 5.1.2.6", ERROR,
	           "nothing was revoked after thisUpdate", entry_date),
	{ { .id = NULL }, NULL },
};
