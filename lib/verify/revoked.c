/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/der.h"
#include "x509/name.h"

/*
 * Revocation by CRL (RFC 5280, 6.3.3).  A list that cannot be used never makes
 * a certificate good: where only such lists are there, the certificate is
 * refused, whether a CRL is required or not.
 */
enum use {
	USE_OTHER,              /* another issuer's, or about other certificates */
	USE_NOT,                /* about this certificate, but not to be relied upon */
	USE_PARTIAL,            /* delta or only some reasons: may say revoked, never good */
	USE_FULL
};

static const char crl_clause[] = "RFC 5280, 5.2";

static enum egov_status refuse(enum use *use, struct egov_error *why, const char *clause,
                               const char *text)
{
	*use = USE_NOT;
	(void)egov_error_set(why, EGOV_E_UNTRUSTED, clause, "%s", egov__text(text));
	return EGOV_OK;
}

/* The issuer's right to sign lists; an anchor without keyUsage has it. */
static enum egov_status check_signer(const struct egov__link *link, const struct egov_crl *crl,
                                     enum use *use, struct egov_error *why, struct egov_error *err)
{
	const bool anchor = link->i + 2 == link->path->count
	                    && link->path->end == EGOV__PATH_ANCHORED;
	bool present, good;
	unsigned bits;
	enum egov_status rc = egov__check_usage(link->issuer, &present, &bits, err);

	if (rc != EGOV_OK)
		return rc;
	if ((!present && !anchor) || (bits & EGOV__KU_CRL_SIGN) == 0)
		return refuse(use, why, "RFC 5280, 6.3.3 (f)",
		              EGOV__N("its issuer's keyUsage has no cRLSign"));
	rc = egov__memo_crl(link->j, crl, link->issuer, &good, err);
	if (rc != EGOV_OK || good)
		return rc;
	*use = USE_NOT;
	rc = egov__judge_crl_signature(link->j, crl, link->issuer, why);
	return rc == EGOV_E_UNTRUSTED ? EGOV_OK : rc;
}

static enum egov_status check_dates(const struct egov__crl_fields *f,
                                    const struct egov__judgement *j, enum use *use,
                                    struct egov_error *why)
{
	const egov_time at = j->options->at, oldest = j->options->max_age;

	if (f->this_update > at)
		return refuse(use, why, "RFC 5280, 5.1.2.4",
		              EGOV__N("thisUpdate lies after the moment judged at"));
	if (oldest > 0 && at - f->this_update > oldest)
		return refuse(use, why, "RFC 5280, 5.1.2.4",
		              EGOV__N("thisUpdate is longer ago than what is asked for allows"));
	if (f->next_update == EGOV_TIME_NONE && egov__tolerates(j, EGOV_TOLERATE_NO_NEXT_UPDATE))
		return EGOV_OK;
	if (f->next_update == EGOV_TIME_NONE)
		return refuse(use, why, "GM/T 0015, 5.3", EGOV__N("it has no nextUpdate"));
	if (at >= f->next_update)
		return refuse(use, why, "RFC 5280, 5.1.2.5",
		              EGOV__N("it is stale: nextUpdate has passed"));
	return EGOV_OK;
}

/* --- scope ----------------------------------------------------------------------- */

/* Whether two lists of GeneralNames (contents octets) have a name in common. */
static bool names_meet(struct egov_slice a, struct egov_slice b)
{
	struct egov__tlv x, y;

	while (a.size > 0 && egov__der_any(&a, &x, NULL) == EGOV_OK)
		for (struct egov_slice rest = b;
		     rest.size > 0 && egov__der_any(&rest, &y, NULL) == EGOV_OK;)
			if (egov__slice_equal(x.whole, y.whole))
				return true;
	return false;
}

struct meeting {
	const struct egov__distribution_point *point;   /* of the CRL */
	bool met;
};

static enum egov_status see_point(void *user, const struct egov__distribution_point *dp,
                                  struct egov_error *err)
{
	struct meeting *meeting = user;
	const struct egov__distribution_point *point = meeting->point;

	(void)err;
	/* A point for some reasons, or of another CRL issuer, is no full answer. */
	if (dp->has_reasons || dp->crl_issuer.size > 0)
		return EGOV_OK;
	if (names_meet(dp->full_name, point->full_name)
	    || (point->relative.size > 0 && egov__slice_equal(dp->relative, point->relative)))
		meeting->met = true;
	return EGOV_OK;
}

/* Whether the CRL's distribution point is one of the certificate's; without
 * any, it is the issuer's name (RFC 5280, 6.3.3 (b)(2)(i)). */
static enum egov_status point_meets(const struct egov__link *link,
                                    const struct egov__distribution_point *point, bool *meets,
                                    struct egov_error *err)
{
	struct meeting meeting = { point, false };
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	struct egov__tlv tlv;
	enum egov_status rc = EGOV_OK;

	if (egov__cert_ext(link->cert, EGOV__OID_CRL_DP, &ext)) {
		rc = egov__ext_crl_dp(ext.value, see_point, &meeting, &cause);
		*meets = meeting.met;
		return rc == EGOV_OK ? rc : egov__check_malformed(EGOV__OID_CRL_DP, rc, &cause, err);
	}
	*meets = false;
	for (struct egov_slice rest = point->full_name;
	     rest.size > 0 && egov__der_any(&rest, &tlv, NULL) == EGOV_OK;)
		*meets |= tlv.tag == (EGOV__CONTEXT_CONS | 4)
		          && egov__slice_equal(tlv.value, link->fields->issuer);
	return EGOV_OK;
}

static enum egov_status check_idp(const struct egov__link *link, const struct egov_crl *crl,
                                  enum use *use, struct egov_error *why, struct egov_error *err)
{
	struct egov__basic_constraints basic;
	struct egov__ext ext;
	struct egov__idp idp;
	bool meets = true;
	enum egov_status rc = egov__check_basic(link->cert, &basic, err);

	if (rc != EGOV_OK || !egov__crl_ext(crl, EGOV__OID_IDP, &ext))
		return rc;
	rc = egov__ext_idp(ext.value, &idp, NULL);
	if (rc != EGOV_OK)
		return refuse(use, why, crl_clause, EGOV__N("malformed issuingDistributionPoint"));
	if (idp.indirect)
		return refuse(use, why, "RFC 5280, 5.2.5", EGOV__N("it is an indirect CRL"));
	if (idp.point.full_name.size > 0 || idp.point.relative.size > 0)
		rc = point_meets(link, &idp.point, &meets, err);
	if (rc != EGOV_OK)
		return rc;
	if (!meets || idp.only_attribute || (idp.only_user && basic.ca) || (idp.only_ca && !basic.ca))
		*use = USE_OTHER;
	else if (idp.has_reasons && *use == USE_FULL)
		*use = USE_PARTIAL;
	return EGOV_OK;
}

static enum egov_status check_extensions(const struct egov__known_crl *known, enum use *use,
                                         struct egov_error *why)
{
	struct egov_slice rest = egov__crl_fields(known->crl)->extensions;
	struct egov__ext ext;

	if (known->unknown_critical || known->names_issuers)
		return refuse(use, why, "RFC 5280, 5.3",
		              EGOV__N("an entry has a critical extension not known here, or another "
		                      "issuer"));
	while (rest.size > 0) {
		if (egov__ext_next(&rest, &ext, NULL) != EGOV_OK)
			return refuse(use, why, crl_clause, EGOV__N("malformed extension"));
		if (ext.type == EGOV__OID_DELTA_CRL)
			*use = USE_PARTIAL;
		else if (ext.critical && ext.type != EGOV__OID_IDP && ext.type != EGOV__OID_AKI
		         && ext.type != EGOV__OID_CRL_NUMBER)
			return refuse(use, why, crl_clause,
			              EGOV__N("it has a critical extension not known here"));
	}
	return EGOV_OK;
}

/* What a CRL is worth for the certificate; why says what makes it unusable. */
static enum egov_status judge(const struct egov__link *link, const struct egov__known_crl *known,
                              enum use *use, struct egov_error *why, struct egov_error *err)
{
	const struct egov__crl_fields *f = egov__crl_fields(known->crl);
	enum egov_status rc;

	bool same;

	*use = USE_OTHER;
	rc = egov__name_same(f->issuer, link->fields->issuer, &same, err);
	if (rc != EGOV_OK || !same)
		return rc;
	*use = USE_FULL;
	rc = check_extensions(known, use, why);
	if (rc == EGOV_OK && *use != USE_NOT)
		rc = check_idp(link, known->crl, use, why, err);
	if (rc == EGOV_OK && (*use == USE_FULL || *use == USE_PARTIAL))
		rc = check_signer(link, known->crl, use, why, err);
	if (rc == EGOV_OK && (*use == USE_FULL || *use == USE_PARTIAL))
		rc = check_dates(f, link->j, use, why);
	if (rc == EGOV_OK && *use == USE_PARTIAL)
		(void)egov_error_set(why, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.4",
		                     "it is a delta CRL, or only for some reasons");
	return rc;
}

/* --- the answer ------------------------------------------------------------------- */

struct answer {
	const struct egov_crl *full;            /* the newest that can be used */
	struct egov_error why;                  /* of the first that cannot */
	const struct egov_crl *unusable;
};

static enum egov_status look_up(const struct egov__link *link, const struct egov_crl *crl,
                                enum use use, struct egov_error *err)
{
	char date[EGOV_TIME_TEXT];
	struct egov__crl_entry entry;
	const char *reason;
	bool found;
	enum egov_status rc = egov__crl_find(crl, link->fields->serial, &found, &entry, err);

	if (rc != EGOV_OK || !found)
		return rc;
	reason = egov_reason_name(entry.reason);
	egov_time_format(entry.revoked_at, date);
	if (entry.reason == egov_reason_by_name("removeFromCRL") && use == USE_PARTIAL)
		return EGOV_OK;
	if (entry.reason == egov_reason_by_name("removeFromCRL"))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.3.1",
		                      "its CRL entry says removeFromCRL, which only a delta CRL may");
	if (entry.reason == egov_reason_by_name("certificateHold"))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "on hold since %s (certificateHold)",
		                      date);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "revoked at %s (%s)", date,
	                      reason == NULL ? egov__text("no reason given") : reason);
}

static bool is_newer(const struct egov_crl *a, const struct egov_crl *b)
{
	return b == NULL || egov__crl_fields(a)->this_update > egov__crl_fields(b)->this_update;
}

static enum egov_status gather(const struct egov__link *link, struct answer *answer,
                               struct egov_error *err)
{
	const struct egov_verifier *verifier = link->j->verifier;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < verifier->crl_count; i++) {
		const struct egov_crl *crl = verifier->crls[i].crl;
		struct egov_error why = { 0 };
		enum use use;

		/* Reasons can cost public key operations: none where nobody reads them. */
		rc = judge(link, &verifier->crls[i], &use, err == NULL ? NULL : &why, err);
		if (rc != EGOV_OK)
			return rc;
		if (use == USE_FULL && is_newer(crl, answer->full))
			answer->full = crl;
		if ((use == USE_NOT || use == USE_PARTIAL) && answer->unusable == NULL) {
			answer->unusable = crl;
			answer->why = why;
		}
		if (use == USE_PARTIAL)
			rc = look_up(link, crl, use, err);
	}
	return rc;
}

static void say_source(const struct egov_crl *crl, struct egov__note *note)
{
	const struct egov__crl_fields *f = egov__crl_fields(crl);
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT] = "-";
	struct egov__label issuer;

	if (note == NULL)
		return;
	egov_time_format(f->this_update, from);
	if (f->next_update != EGOV_TIME_NONE)
		egov_time_format(f->next_update, until);
	egov_buf_reset(&note->source);
	egov__buf_printf(&note->source, egov__text("CRL of %s, thisUpdate %s, nextUpdate %s"),
	                 egov__label_name(f->issuer, &issuer), from, until);
}

enum egov_status egov__check_revoked(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	struct answer answer = { 0 };
	enum egov_status rc;

	if (link->issuer == NULL) {
		egov__note_skip(note, "its issuer is not known");
		return EGOV_OK;
	}
	rc = gather(link, &answer, err);
	if (rc == EGOV_E_LIMIT)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "more CRLs than can be checked");
	if (answer.full != NULL || answer.unusable != NULL)
		say_source(answer.full != NULL ? answer.full : answer.unusable, note);
	if (rc != EGOV_OK)
		return rc;
	if (answer.full != NULL) {
		rc = look_up(link, answer.full, USE_FULL, err);
		if (rc == EGOV_OK)
			egov__note_say(note, "not in the CRL");
		return rc;
	}
	if (answer.unusable != NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, answer.why.clause,
		                      "the CRL of its issuer cannot be used: %s", answer.why.text);
	if (link->j->options->require_revocation != 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no CRL tells whether it is revoked, and one is required");
	egov__note_skip(note, "no CRL given that covers it: not known to be revoked, nor to be good");
	return EGOV_OK;
}
