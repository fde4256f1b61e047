/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/revocation.h"

#include <stdlib.h>

#include "base/der.h"
#include "x509/name.h"

/*
 * Revocation (RFC 5280, 6.3.3).  The newest list that can be used decides, then
 * others for the reasons that it is not for.  Where lists are there and none can
 * be used, the certificate is refused, whether it must be known or not.
 */
struct use {
	const struct egov__known_crl *known;
	struct egov__scope scope;
	enum { UNTRIED, GOOD, BAD } signer;
};

struct inquiry {
	struct egov__subject subject;
	struct use *uses;
	size_t count;
	struct egov__ocsp_found ocsp;
	unsigned covered;                       /* reasons for which it is known not to be revoked */
	const struct egov_crl *source, *unusable;       /* the first of each */
	struct egov_error why;                  /* of unusable */
	struct egov__later later;
};

static void set_aside(struct inquiry *q, const struct use *use, const struct egov_error *why)
{
	if (q->unusable != NULL)
		return;
	q->unusable = use->known->crl;
	q->why = *why;
}

/* --- gathering ----------------------------------------------------------------------- */

static bool is_pending(const struct egov__judgement *j, const void *source)
{
	for (const struct egov__pending *p = j->pending; p != NULL; p = p->outer)
		if (p->source == source)
			return true;
	return false;
}

/* Lists that are about the certificate and of the right moment. */
static enum egov_status gather_one(struct inquiry *q, const struct egov__known_crl *known,
                                   struct egov_error *err)
{
	const struct egov__crl_fields *f = egov__crl_fields(known->crl);
	struct use use = { .known = known };
	struct egov_error why = { 0 };
	enum egov_status rc = egov__crl_scope(&q->subject, known, &use.scope, &why, err);

	if (rc != EGOV_OK || use.scope.reasons == 0)
		return rc;
	if (use.scope.fit)
		use.scope.fit = egov__crl_dates(q->subject.link->j, f->this_update, f->next_update,
		                                &why) == EGOV_OK;
	if (use.scope.fit)
		q->uses[q->count++] = use;
	else
		set_aside(q, &use, &why);
	return EGOV_OK;
}

/* The newest first; of one moment, what was given first. */
static int by_age(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	const egov_time s = egov__crl_fields(x->known->crl)->this_update;
	const egov_time t = egov__crl_fields(y->known->crl)->this_update;

	return s != t ? (s < t) - (s > t) : (x->known > y->known) - (x->known < y->known);
}

static enum egov_status gather(struct inquiry *q, struct egov_error *err)
{
	const struct egov__judgement *j = q->subject.link->j;
	const struct egov_verifier *verifier = j->verifier;
	enum egov_status rc = EGOV_OK;

	if (verifier->crl_count == 0)
		return EGOV_OK;
	q->uses = calloc(verifier->crl_count, sizeof(*q->uses));
	if (q->uses == NULL)
		return egov_error_nomem(err);
	for (size_t i = 0; rc == EGOV_OK && i < verifier->crl_count; i++)
		if (!is_pending(j, verifier->crls[i].crl)
		    && !egov__crl_is_later(j, &verifier->crls[i]))
			rc = gather_one(q, &verifier->crls[i], err);
	if (rc == EGOV_OK)
		qsort(q->uses, q->count, sizeof(*q->uses), by_age);
	return rc;
}

static enum egov_status is_signed(struct inquiry *q, struct use *use, bool *is,
                                  struct egov_error *err)
{
	struct egov_error why = { 0 };
	bool good = use->signer == GOOD;
	enum egov_status rc = EGOV_OK;

	if (use->signer == UNTRIED) {
		/* Reasons can cost public key operations: none where nobody reads them. */
		rc = egov__crl_signer(&q->subject, use->known, &good, err == NULL ? NULL : &why, err);
		use->signer = good ? GOOD : BAD;
		if (rc == EGOV_OK && !good)
			set_aside(q, use, &why);
	}
	*is = good;
	return rc;
}

/* --- entries ------------------------------------------------------------------------- */

enum egov_status egov__crl_refuse(const struct egov__crl_entry *entry, struct egov_error *err)
{
	const char *reason = egov_reason_name(entry->reason);
	char date[EGOV_TIME_TEXT];

	egov_time_format(entry->revoked_at, date);
	if (entry->reason == egov_reason_by_name("removeFromCRL"))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 5.3.1",
		                      "its CRL entry says removeFromCRL, which only a delta CRL may");
	if (entry->reason == egov_reason_by_name("certificateHold"))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "on hold since %s (certificateHold)",
		                      date);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "revoked at %s (%s)", date,
	                      reason == NULL ? egov__text("no reason given") : reason);
}

/* *removed: a delta says that it is not on hold any more. */
static enum egov_status look_up(struct inquiry *q, const struct use *use, bool *removed,
                                struct egov_error *err)
{
	struct egov__crl_entry entry;
	bool found;
	enum egov_status rc = egov__crl_entry_of(&q->subject, use->known, &found, &entry, err);

	*removed = rc == EGOV_OK && found && use->scope.delta
	           && entry.reason == egov_reason_by_name("removeFromCRL");
	if (rc != EGOV_OK || !found || *removed)
		return rc;
	q->source = use->known->crl;
	return egov__crl_refuse(&entry, err);
}

/* --- deltas --------------------------------------------------------------------------- */

static struct egov_slice value_of(const struct use *use, enum egov__oid type)
{
	struct egov__ext ext;

	return egov__crl_ext(use->known->crl, type, &ext) ? ext.value : EGOV__NO_SLICE;
}

/* INTEGERs that are not negative, one of which may be absent: as none. */
static int compare(struct egov_slice a, struct egov_slice b)
{
	struct egov_slice x = EGOV__NO_SLICE, y = EGOV__NO_SLICE;

	if (a.size == 0 || b.size == 0 || egov__ext_number(a, &x, NULL) != EGOV_OK
	    || egov__ext_number(b, &y, NULL) != EGOV_OK)
		return (a.size > 0) - (b.size > 0);
	if (x.size != y.size)
		return x.size > y.size ? 1 : -1;
	return memcmp(x.data, y.data, x.size);
}

/* RFC 5280, 5.2.4: of one issuer and one scope, from a list that is not newer than this
 * one, and newer itself. */
static bool completes(const struct use *delta, const struct use *base)
{
	const struct egov_slice number = value_of(base, EGOV__OID_CRL_NUMBER);

	return delta->scope.delta
	       && egov__slice_equal(egov_buf_slice(&delta->known->issuer),
	                            egov_buf_slice(&base->known->issuer))
	       && egov__slice_equal(value_of(delta, EGOV__OID_IDP), value_of(base, EGOV__OID_IDP))
	       && egov__slice_equal(value_of(delta, EGOV__OID_AKI), value_of(base, EGOV__OID_AKI))
	       && number.size > 0 && compare(value_of(delta, EGOV__OID_DELTA_CRL), number) <= 0
	       && compare(value_of(delta, EGOV__OID_CRL_NUMBER), number) > 0;
}

static enum egov_status find_delta(struct inquiry *q, const struct use *base, struct use **delta,
                                   struct egov_error *err)
{
	bool good = false;
	enum egov_status rc = EGOV_OK;

	*delta = NULL;
	for (size_t i = 0; rc == EGOV_OK && !good && i < q->count; i++) {
		if (!completes(&q->uses[i], base))
			continue;
		rc = is_signed(q, &q->uses[i], &good, err);
		if (rc == EGOV_OK && good)
			*delta = &q->uses[i];
	}
	return rc;
}

/* A delta that nothing completes may revoke, but never clears. */
static enum egov_status ask_lone_deltas(struct inquiry *q, egov_time newer_than,
                                        struct egov_error *err)
{
	struct egov_error why = { 0 };
	bool good, removed;
	enum egov_status rc = EGOV_OK;

	(void)egov_error_set(&why, EGOV_E_UNTRUSTED, "RFC 5280, 5.2.4",
	                     "it is a delta CRL, and no list that it completes is there");
	for (size_t i = 0; rc == EGOV_OK && i < q->count; i++) {
		struct use *use = &q->uses[i];

		if (!use->scope.delta || egov__crl_fields(use->known->crl)->this_update < newer_than)
			continue;
		rc = is_signed(q, use, &good, err);
		if (rc == EGOV_OK && good)
			rc = look_up(q, use, &removed, err);
		if (rc == EGOV_OK && good)
			set_aside(q, use, &why);
	}
	return rc;
}

/* --- lists ---------------------------------------------------------------------------- */

static enum egov_status ask_list(struct inquiry *q, struct use *base, struct egov_error *err)
{
	struct use *delta = NULL;
	bool removed = false;
	enum egov_status rc = find_delta(q, base, &delta, err);

	if (rc == EGOV_OK && delta != NULL)
		rc = look_up(q, delta, &removed, err);
	if (rc == EGOV_OK && !removed)
		rc = look_up(q, base, &removed, err);
	if (rc != EGOV_OK)
		return rc;
	q->covered |= base->scope.reasons;
	if (q->source == NULL)
		q->source = base->known->crl;
	return EGOV_OK;
}

static enum egov_status ask_lists(struct inquiry *q, struct egov_error *err)
{
	egov_time newest = EGOV_TIME_NONE;
	struct egov_error why = { 0 };
	bool good;
	enum egov_status rc = EGOV_OK;

	(void)egov_error_set(&why, EGOV_E_UNTRUSTED, "RFC 5280, 6.3.3",
	                     "it is for some reasons alone, and nothing tells about the others");
	for (size_t i = 0; rc == EGOV_OK && i < q->count; i++) {
		struct use *use = &q->uses[i];

		if (use->scope.delta || (use->scope.reasons & ~q->covered) == 0)
			continue;
		rc = is_signed(q, use, &good, err);
		if (rc != EGOV_OK || !good)
			continue;
		rc = ask_list(q, use, err);
		if (newest == EGOV_TIME_NONE)
			newest = egov__crl_fields(use->known->crl)->this_update;
		if (use->scope.reasons != EGOV__ALL_REASONS)
			set_aside(q, use, &why);
	}
	return rc == EGOV_OK ? ask_lone_deltas(q, newest, err) : rc;
}

/* --- the answer ----------------------------------------------------------------------- */

static void say_source(const struct egov_crl *crl, struct egov__note *note)
{
	const struct egov__crl_fields *f;
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT] = "-";
	struct egov__label issuer;

	if (note == NULL || crl == NULL)
		return;
	f = egov__crl_fields(crl);
	egov_time_format(f->this_update, from);
	if (f->next_update != EGOV_TIME_NONE)
		egov_time_format(f->next_update, until);
	egov_buf_reset(&note->source);
	note->dated = f->this_update;
	egov__buf_printf(&note->source, egov__text("CRL of %s, thisUpdate %s, nextUpdate %s"),
	                 egov__label_name(f->issuer, &issuer), from, until);
}

static void say_good(const struct inquiry *q, struct egov__note *note)
{
	const char *reason = egov_reason_name(q->later.reason);
	char date[EGOV_TIME_TEXT];

	egov_time_format(q->later.revoked_at, date);
	if (q->later.revoked_at != 0)
		egov__note_say(note, "not revoked yet at the moment judged at, but at %s (%s)", date,
		               reason == NULL ? egov__text("no reason given") : reason);
	else if (q->covered == EGOV__ALL_REASONS)
		egov__note_say(note, "not in the CRL");
	else
		egov__note_say(note, "not in a CRL made after the moment judged at, before it expired");
}

static void say_answer(const struct inquiry *q, struct egov__note *note)
{
	const struct egov__ocsp_found *ocsp = &q->ocsp;
	char from[EGOV_TIME_TEXT], until[EGOV_TIME_TEXT] = "-";

	if (note == NULL || ocsp->known == NULL)
		return;
	egov_time_format(ocsp->answer.this_update, from);
	if (ocsp->answer.next_update != EGOV_TIME_NONE)
		egov_time_format(ocsp->answer.next_update, until);
	egov_buf_reset(&note->source);
	egov__buf_printf(&note->source, egov__text("OCSP response, thisUpdate %s, nextUpdate %s"), from,
	                 until);
}

/* A revocation counts, whoever tells it: answers first. */
static enum egov_status ask_responders(struct inquiry *q, struct egov__note *note,
                                       struct egov_error *err)
{
	enum egov_status rc = egov__ocsp_ask(q->subject.link, &q->ocsp, err);

	if (rc != EGOV_OK || q->ocsp.known == NULL)
		return rc;
	say_answer(q, note);
	if (q->ocsp.answer.status != EGOV__OCSP_REVOKED)
		return EGOV_OK;
	return egov__crl_refuse(&(struct egov__crl_entry){ .reason = q->ocsp.answer.reason,
		                                           .revoked_at = q->ocsp.answer.revoked_at },
	                        err);
}

static enum egov_status conclude(const struct inquiry *q, struct egov__note *note,
                                 struct egov_error *err)
{
	if ((q->covered | q->later.covered) == EGOV__ALL_REASONS) {
		say_good(q, note);
		return EGOV_OK;
	}
	if (q->ocsp.known != NULL && q->ocsp.answer.status == EGOV__OCSP_GOOD) {
		say_answer(q, note);
		egov__note_say(note, "good by an OCSP response");
		return EGOV_OK;
	}
	if (q->unusable == NULL && q->ocsp.unusable)
		return egov_error_set(err, EGOV_E_UNTRUSTED, q->ocsp.why.clause,
		                      "the OCSP response about it cannot be used: %s",
		                      q->ocsp.why.text);
	if (q->unusable != NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, q->why.clause,
		                      "the CRL of its issuer cannot be used: %s", q->why.text);
	if (q->subject.link->j->options->require_revocation != 0)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                      "no CRL tells whether it is revoked, nor does an OCSP response, "
		                      "and that must be known");
	egov__note_skip(note, "no CRL given that covers it: not known to be revoked, nor to be good");
	return EGOV_OK;
}

static enum egov_status inquire(struct inquiry *q, struct egov__note *note, struct egov_error *err)
{
	enum egov_status rc = ask_responders(q, note, err);

	if (rc == EGOV_OK)
		rc = gather(q, err);
	if (rc == EGOV_OK)
		rc = ask_lists(q, err);
	if (rc == EGOV_OK)
		rc = egov__crl_ask_later(&q->subject, &q->later, err);
	if (rc == EGOV_E_LIMIT)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "more CRLs than can be checked");
	say_source(q->later.revoked_at != 0 || (q->source == NULL && q->later.source != NULL)
	           ? q->later.source : q->source != NULL ? q->source : q->unusable, note);
	return rc == EGOV_OK ? conclude(q, note, err) : rc;
}

/* Who signs a list stands on a path of his own; what that shares with the path of the
 * certificate is judged there. */
static bool is_judged_elsewhere(const struct egov__link *link)
{
	for (const struct egov__pending *p = link->j->pending; p != NULL; p = p->outer)
		for (size_t i = p->link->i + 1; i < p->link->path->count; i++)
			if (p->link->path->certs[i] == link->cert)
				return true;
	return false;
}

/* A responder whose certificate says so is not asked about (RFC 6960, 4.2.2.2.1). */
static bool is_exempt(const struct egov__link *link)
{
	struct egov__ext ext;

	return link->i == 0 && link->j->pending != NULL
	       && link->j->purpose == egov__purpose_by_name("ocsp")
	       && egov__cert_ext(link->cert, EGOV__OID_OCSP_NOCHECK, &ext);
}

enum egov_status egov__check_revoked(const struct egov__link *link, struct egov__note *note,
                                     struct egov_error *err)
{
	struct egov_buf issuer = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct inquiry q = { .subject = { .link = link } };
	struct egov__basic_constraints basic;
	enum egov_status rc;

	if (link->issuer == NULL || is_judged_elsewhere(link) || is_exempt(link)) {
		egov__note_skip(note, "its issuer is not known");
		return EGOV_OK;
	}
	rc = egov__check_basic(link->cert, &basic, err);
	if (rc == EGOV_OK)
		rc = egov__name_canonical(link->fields->issuer, &issuer, err);
	q.subject.issuer = egov_buf_slice(&issuer);
	q.subject.ca = rc == EGOV_OK && basic.ca;
	if (rc == EGOV_OK)
		rc = inquire(&q, note, err);
	free(q.uses);
	egov__buf_clear(&issuer);
	return rc;
}
