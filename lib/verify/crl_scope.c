/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

#include "base/der.h"
#include "x509/name.h"

/*
 * Which certificates a list is about, and for which reasons (RFC 5280, 6.3.3 (b)
 * and (d)).  Distribution points are compared as lists of names in which each
 * directoryName stands in the form that is compared.
 */

static const char crl_clause[] = "RFC 5280, 5.2";

#define DIRECTORY (EGOV__CONTEXT_CONS | 4)

static void unfit(struct egov__scope *scope, struct egov_error *why, const char *clause,
                  const char *text)
{
	scope->fit = false;
	(void)egov_error_set(why, EGOV_E_UNTRUSTED, clause, "%s", egov__text(text));
}

enum egov_status egov__general_names_have(struct egov_slice names, struct egov_slice canonical,
                                          bool *have, struct egov_error *err)
{
	struct egov__general_name name;
	enum egov_status rc = EGOV_OK;

	for (*have = false; rc == EGOV_OK && !*have && names.size > 0;) {
		struct egov_buf found = EGOV__BUF(EGOV__MAX_CANONICAL);

		rc = egov__general_names_next(&names, &name, err);
		if (rc == EGOV_OK && name.tag == EGOV__GN_DIRECTORY) {
			rc = egov__name_canonical(name.value, &found, err);
			*have = rc == EGOV_OK && egov__slice_equal(egov_buf_slice(&found), canonical);
		}
		egov__buf_clear(&found);
	}
	return rc;
}

/* --- distribution points ----------------------------------------------------------- */

static enum egov_status put_directory(struct egov_slice name, struct egov_buf *out,
                                      struct egov_error *err)
{
	struct egov_buf canonical = EGOV__BUF(EGOV__MAX_CANONICAL);
	enum egov_status rc = egov__name_canonical(name, &canonical, err);

	egov__der_put(out, DIRECTORY, egov_buf_slice(&canonical));
	egov__buf_clear(&canonical);
	return rc;
}

static enum egov_status put_names(struct egov_slice names, struct egov_buf *out,
                                  struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && names.size > 0) {
		struct egov_slice whole = names;
		struct egov__general_name name;

		rc = egov__general_names_next(&names, &name, err);
		whole.size -= names.size;
		if (rc == EGOV_OK && name.tag == EGOV__GN_DIRECTORY)
			rc = put_directory(name.value, out, err);
		else if (rc == EGOV_OK)
			egov__buf_slice(out, whole);
	}
	return rc;
}

/* An RDN below the name of a CRL issuer (a whole Name). */
static enum egov_status put_relative(struct egov_slice issuer, struct egov_slice rdn,
                                     struct egov_buf *out, struct egov_error *err)
{
	struct egov_buf name = EGOV__BUF(2 * EGOV__MAX_OBJECT);
	const size_t mark = egov__der_open(&name, EGOV__SEQUENCE);
	struct egov_slice rdns = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(issuer, EGOV__SEQUENCE, "name", &rdns, err);

	egov__buf_slice(&name, rdns);
	egov__der_put(&name, EGOV__SET, rdn);
	egov__der_close(&name, mark);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&name, err);
	if (rc == EGOV_OK)
		rc = put_directory(egov_buf_slice(&name), out, err);
	egov__buf_clear(&name);
	return rc;
}

/* The first directoryName of GeneralNames, or otherwise. */
static struct egov_slice directory_of(struct egov_slice names, struct egov_slice otherwise)
{
	struct egov__general_name name;

	while (names.size > 0 && egov__general_names_next(&names, &name, NULL) == EGOV_OK)
		if (name.tag == EGOV__GN_DIRECTORY)
			return name.value;
	return otherwise;
}

/* Every name of the point, as it is compared; issuer is its CRL issuer's. */
static enum egov_status put_point(const struct egov__distribution_point *point,
                                  struct egov_slice issuer, struct egov_buf *out,
                                  struct egov_error *err)
{
	enum egov_status rc;

	if (point->relative.size > 0)
		rc = put_relative(issuer, point->relative, out, err);
	else
		rc = put_names(point->full_name, out, err);
	return rc != EGOV_OK ? rc : egov__buf_check(out, err);
}

static bool meet(struct egov_slice a, struct egov_slice b)
{
	struct egov__tlv x, y;

	while (a.size > 0 && egov__der_any(&a, &x, NULL) == EGOV_OK)
		for (struct egov_slice rest = b;
		     rest.size > 0 && egov__der_any(&rest, &y, NULL) == EGOV_OK;)
			if (egov__slice_equal(x.whole, y.whole))
				return true;
	return false;
}

/* --- one list and one certificate --------------------------------------------------- */

struct meeting {
	const struct egov__subject *subject;
	const struct egov__known_crl *known;
	const struct egov__idp *idp;
	struct egov_slice names;        /* of the list's distribution point; empty: any */
	bool same_issuer;               /* who issued the certificate issued the list */
	unsigned reasons;               /* found so far */
};

/* A point of the certificate that has no name is where its CRL issuer is. */
static enum egov_status point_meets(const struct meeting *m,
                                    const struct egov__distribution_point *dp, bool *meets,
                                    struct egov_error *err)
{
	const struct egov_slice issuer = m->subject->link->fields->issuer;
	struct egov_buf names = EGOV__BUF(EGOV__MAX_CANONICAL);
	enum egov_status rc;

	*meets = m->names.size == 0;
	if (*meets)
		return EGOV_OK;
	if (dp->full_name.size == 0 && dp->relative.size == 0)
		rc = put_names(dp->crl_issuer, &names, err);
	else
		rc = put_point(dp, directory_of(dp->crl_issuer, issuer), &names, err);
	*meets = rc == EGOV_OK && meet(egov_buf_slice(&names), m->names);
	egov__buf_clear(&names);
	return rc;
}

static enum egov_status see_point(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	struct meeting *m = user;
	bool meets = m->same_issuer;
	enum egov_status rc = EGOV_OK;

	if (dp->crl_issuer.size > 0) {
		if (!m->idp->indirect)
			return EGOV_OK;
		rc = egov__general_names_have(dp->crl_issuer, egov_buf_slice(&m->known->issuer),
		                              &meets, err);
	}
	if (rc == EGOV_OK && meets)
		rc = point_meets(m, dp, &meets, err);
	if (rc == EGOV_OK && meets)
		m->reasons |= dp->has_reasons ? dp->reasons & EGOV__ALL_REASONS : EGOV__ALL_REASONS;
	return rc;
}

/* Beyond the points that it names, a certificate is in the lists of its issuer that
 * have none (the last paragraph of 6.3.3); where it names none, also in those whose
 * point is the issuer's name. */
static enum egov_status see_issuer(struct meeting *m, struct egov_error *err)
{
	struct egov_buf names = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	if (!m->same_issuer
	    || (m->names.size > 0 && egov__cert_ext(m->subject->link->cert, EGOV__OID_CRL_DP, &ext)))
		return EGOV_OK;
	if (m->names.size > 0)
		rc = put_directory(m->subject->link->fields->issuer, &names, err);
	if (rc == EGOV_OK && (m->names.size == 0 || meet(egov_buf_slice(&names), m->names)))
		m->reasons = EGOV__ALL_REASONS;
	egov__buf_clear(&names);
	return rc;
}

static enum egov_status see_points(struct meeting *m, struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc = see_issuer(m, err);

	if (rc != EGOV_OK || m->reasons == EGOV__ALL_REASONS
	    || !egov__cert_ext(m->subject->link->cert, EGOV__OID_CRL_DP, &ext))
		return rc;
	rc = egov__ext_crl_dp(ext.value, see_point, m, &cause);
	return rc == EGOV_OK ? rc : egov__check_malformed(EGOV__OID_CRL_DP, rc, &cause, err);
}

static enum egov_status meet_points(const struct egov__subject *subject,
                                    const struct egov__known_crl *known,
                                    const struct egov__idp *idp, struct egov__scope *scope,
                                    struct egov_error *err)
{
	const struct egov__crl_fields *f = egov__crl_fields(known->crl);
	struct egov_buf names = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct meeting m = { .subject = subject, .known = known, .idp = idp };
	enum egov_status rc = EGOV_OK;

	m.same_issuer = egov__slice_equal(egov_buf_slice(&known->issuer), subject->issuer);
	if (idp->point.full_name.size > 0 || idp->point.relative.size > 0)
		rc = put_point(&idp->point, f->issuer, &names, err);
	m.names = egov_buf_slice(&names);
	if (rc == EGOV_OK)
		rc = see_points(&m, err);
	if (rc == EGOV_OK)
		scope->reasons = m.reasons & (idp->has_reasons ? idp->reasons : EGOV__ALL_REASONS);
	egov__buf_clear(&names);
	return rc;
}

/* --- extensions -------------------------------------------------------------------- */

static void check_extensions(const struct egov__known_crl *known, bool indirect,
                             struct egov__scope *scope, struct egov_error *why)
{
	struct egov_slice rest = egov__crl_fields(known->crl)->extensions;
	struct egov__ext ext;

	if (egov__crl_fields(known->crl)->has_empty_list) {
		unfit(scope, why, "RFC 5280, 5.1.2.6",
		      EGOV__N("its list of revoked certificates is empty, not absent"));
		return;
	}
	if (known->unknown_critical || (known->names_issuers && !indirect)) {
		unfit(scope, why, "RFC 5280, 5.3",
		      EGOV__N("an entry has a critical extension not known here, or another issuer"));
		return;
	}
	while (rest.size > 0) {
		if (egov__ext_next(&rest, &ext, NULL) != EGOV_OK) {
			unfit(scope, why, crl_clause, EGOV__N("malformed extension"));
			return;
		}
		scope->delta |= ext.type == EGOV__OID_DELTA_CRL;
		if (ext.critical && ext.type != EGOV__OID_IDP && ext.type != EGOV__OID_AKI
		    && ext.type != EGOV__OID_CRL_NUMBER && ext.type != EGOV__OID_DELTA_CRL) {
			unfit(scope, why, crl_clause,
			      EGOV__N("it has a critical extension not known here"));
			return;
		}
	}
}

enum egov_status egov__crl_scope(const struct egov__subject *subject,
                                 const struct egov__known_crl *known, struct egov__scope *scope,
                                 struct egov_error *why, struct egov_error *err)
{
	struct egov__idp idp = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	*scope = (struct egov__scope){ .fit = true };
	if (egov__crl_ext(known->crl, EGOV__OID_IDP, &ext)
	    && egov__ext_idp(ext.value, &idp, NULL) != EGOV_OK) {
		/* Not read when the list was: never so. */
		unfit(scope, why, crl_clause, EGOV__N("malformed issuingDistributionPoint"));
		return EGOV_OK;
	}
	if (!idp.indirect && !egov__slice_equal(egov_buf_slice(&known->issuer), subject->issuer))
		return EGOV_OK;
	if (idp.only_attribute || (idp.only_user && subject->ca) || (idp.only_ca && !subject->ca))
		return EGOV_OK;
	scope->indirect = idp.indirect;
	rc = meet_points(subject, known, &idp, scope, err);
	if (rc == EGOV_OK && scope->reasons != 0)
		check_extensions(known, idp.indirect, scope, why);
	return rc;
}
