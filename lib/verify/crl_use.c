/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

/*
 * Whether a list can be relied upon: its moment, and who signed it.  Most are
 * signed by the key that signed the certificate; others by another key of the
 * same CA, or by somebody to whom the certificate or the list points.  Those are
 * judged along a path of their own, to the anchor of the certificate's.
 */

static enum egov_status unfit(struct egov_error *why, const char *clause, const char *text)
{
	return egov_error_set(why, EGOV_E_UNTRUSTED, clause, "%s", egov__text(text));
}

enum egov_status egov__crl_dates(const struct egov__judgement *j, egov_time this_update,
                                 egov_time next_update, struct egov_error *why)
{
	const egov_time at = j->options->at, oldest = j->options->max_age;

	if (this_update > at)
		return unfit(why, "RFC 5280, 5.1.2.4",
		             EGOV__N("thisUpdate lies after the moment judged at"));
	if (oldest > 0 && at - this_update > oldest)
		return unfit(why, "RFC 5280, 5.1.2.4",
		             EGOV__N("thisUpdate is longer ago than what is asked for allows"));
	if (next_update == EGOV_TIME_NONE && egov__tolerates(j, EGOV_TOLERATE_NO_NEXT_UPDATE))
		return EGOV_OK;
	if (next_update == EGOV_TIME_NONE)
		return unfit(why, "GM/T 0015, 5.3", EGOV__N("it has no nextUpdate"));
	if (at >= next_update)
		return unfit(why, "RFC 5280, 5.1.2.5", EGOV__N("it is stale: nextUpdate has passed"));
	return EGOV_OK;
}

/* --- the signer's own path ----------------------------------------------------------- */

static const struct egov_cert *anchor_of(const struct egov__link *link)
{
	return link->path->end == EGOV__PATH_ANCHORED ? link->path->certs[link->path->count - 1] : NULL;
}

/* Judged in any case where it stands above the certificate on its path. */
static bool is_above(const struct egov__link *link, const struct egov_cert *cert)
{
	for (size_t i = link->i + 1; i < link->path->count; i++)
		if (link->path->certs[i] == cert)
			return true;
	return false;
}

bool egov__may_go_deeper(const struct egov__link *link, const void *source)
{
	size_t depth = 0;

	for (const struct egov__pending *p = link->j->pending; p != NULL; p = p->outer)
		if (p->source == source || ++depth == EGOV__MAX_PENDING)
			return false;
	return true;
}

void egov__plain_judgement(struct egov__judgement *j, const struct egov_verify_options *plain,
                           const struct egov__pending *pending)
{
	j->options = plain;
	j->policy = EGOV__NO_SLICE;
	j->any_policy = false;
	j->purpose = NULL;
	j->asked = (struct egov__asked){ 0 };
	j->pending = pending;
	j->depth = EGOV__PATH_INTERMEDIATES;
}

void egov__plain_judged(struct egov__judgement *j, const struct egov__judgement *plain)
{
	j->memo = plain->memo;
	j->work = plain->work;
	j->steps = plain->steps;
}

enum egov_status egov__signer_path(const struct egov__link *link, const void *source,
                                   const struct egov_cert *cert, bool *good,
                                   struct egov_error *err)
{
	const struct egov_verify_options *asked = link->j->options;
	const struct egov_verify_options plain = {
		.at = asked->at, .now = asked->now,
		.require_revocation = asked->require_revocation,
		.tolerate = asked->tolerate, .max_age = asked->max_age
	};
	const struct egov__pending pending = { source, link, link->j->pending };
	struct egov__judgement j = *link->j;
	struct egov__path path = { 0 };
	enum egov_status rc;

	*good = is_above(link, cert);
	j.only_anchor = anchor_of(link);
	if (*good || j.only_anchor == NULL || !egov__may_go_deeper(link, source))
		return EGOV_OK;
	egov__plain_judgement(&j, &plain, &pending);
	rc = egov__path_find(&j, cert, &path, good, err);
	egov__plain_judged(link->j, &j);
	return rc;
}

/* --- the signer ----------------------------------------------------------------------- */

/* The right to sign lists; an anchor without keyUsage has it. */
static enum egov_status check_usage(const struct egov__link *link, const struct egov_cert *signer,
                                    bool *has, struct egov_error *why, struct egov_error *err)
{
	bool present;
	unsigned bits;
	enum egov_status rc = egov__check_usage(signer, &present, &bits, err);

	*has = rc == EGOV_OK && (present || signer == anchor_of(link)) && (bits & EGOV__KU_CRL_SIGN) != 0;
	if (rc == EGOV_OK && !*has)
		(void)unfit(why, "RFC 5280, 6.3.3 (f)",
		            EGOV__N("its issuer's keyUsage has no cRLSign"));
	return rc;
}

static enum egov_status try_signer(const struct egov__link *link,
                                   const struct egov__known_crl *known,
                                   const struct egov_cert *signer, bool *good,
                                   struct egov_error *why, struct egov_error *err)
{
	enum egov_status rc = egov__memo_crl(link->j, known->crl, signer, good, err);

	if (rc != EGOV_OK || !*good)
		return rc;
	rc = check_usage(link, signer, good, why, err);
	if (rc != EGOV_OK || !*good)
		return rc;
	rc = egov__signer_path(link, known->crl, signer, good, err);
	if (rc == EGOV_OK && !*good)
		(void)unfit(why, "RFC 5280, 6.3.3 (f)",
		            EGOV__N("its signer has no path to the trust anchor of the certificate"));
	return rc;
}

/* Those that bear the name of the list's issuer. */
static enum egov_status try_list(const struct egov__link *link, const struct egov__known_crl *known,
                                 const struct egov__cert_list *list, bool *good,
                                 struct egov_error *why, struct egov_error *err)
{
	size_t first, end;
	enum egov_status rc = EGOV_OK;

	egov__known_named(list, egov_buf_slice(&known->issuer), &first, &end);
	for (size_t i = first; rc == EGOV_OK && !*good && i < end; i++)
		if (list->items[i].cert != link->issuer)
			rc = try_signer(link, known, list->items[i].cert, good, why, err);
	return rc;
}

/* Why the usual key does not do, where nobody else has the name. */
static enum egov_status say_wrong_key(const struct egov__link *link,
                                      const struct egov__known_crl *known, struct egov_error *why)
{
	enum egov_status rc;

	if (why == NULL || why->status != EGOV_OK)
		return EGOV_OK;
	rc = egov__judge_crl_signature(link->j, known->crl, link->issuer, why);
	return rc == EGOV_E_UNTRUSTED ? EGOV_OK : rc;
}

enum egov_status egov__crl_signer(const struct egov__subject *subject,
                                  const struct egov__known_crl *known, bool *good,
                                  struct egov_error *why, struct egov_error *err)
{
	const struct egov__link *link = subject->link;
	const struct egov_verifier *verifier = link->j->verifier;
	const bool usual = egov__slice_equal(egov_buf_slice(&known->issuer), subject->issuer);
	enum egov_status rc = EGOV_OK;

	*good = false;
	if (usual)
		rc = try_signer(link, known, link->issuer, good, why, err);
	if (rc == EGOV_OK && !*good)
		rc = try_list(link, known, &verifier->pool, good, why, err);
	if (rc == EGOV_OK && !*good)
		rc = try_list(link, known, &verifier->trust, good, why, err);
	if (rc != EGOV_OK || *good)
		return rc;
	if (usual)
		return say_wrong_key(link, known, why);
	(void)unfit(why, "RFC 5280, 6.3.3 (f)", EGOV__N("nobody known here signed it"));
	return EGOV_OK;
}
