/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "x509/name.h"

/*
 * Search in depth, from the certificate up.  The first search prunes whatever
 * an early check refuses, so that a bad certificate never stands before a good
 * path.  Where it finds nothing, a second one follows bad links too, and keeps
 * the path that comes nearest: its first failure is the cause to name.
 */
struct search {
	struct egov__judgement *j;
	bool diagnose;
	size_t tried;
	bool gave_up, found;
	struct egov__path path;         /* under construction */
	struct egov__path *best;
	unsigned score, judged;
};

/* Nearness of a path that is not good; every good link counts. */
enum {
	NEAR_LINK = 8,
	NEAR_NO_ISSUER = 1, NEAR_WRONG_KEY = 2, NEAR_TOO_LONG = 3,
	NEAR_GAVE_UP = 500,
	NEAR_ANCHORED = 1000            /* less one for each check that failed */
};

/* Anchored bad paths that a diagnosis judges whole before it is content. */
#define DIAGNOSED_MAX 32

enum egov__hint egov__path_hint(const struct egov_cert *child, const struct egov_cert *issuer)
{
	struct egov__ext ext;
	struct egov__aki aki;
	struct egov_slice ski;

	if (!egov__cert_ext(child, EGOV__OID_AKI, &ext)
	    || egov__ext_aki(ext.value, &aki, NULL) != EGOV_OK || aki.key_id.size == 0)
		return EGOV__HINT_NONE;
	if (!egov__cert_ext(issuer, EGOV__OID_SKI, &ext)
	    || egov__ext_ski(ext.value, &ski, NULL) != EGOV_OK)
		return EGOV__HINT_NONE;
	return egov__slice_equal(aki.key_id, ski) ? EGOV__HINT_FITS : EGOV__HINT_DIFFERS;
}

/* The same name with the same key is the same CA, whatever else differs; at an
 * anchor the path ends in any case. */
static bool is_loop(const struct egov__path *path, const struct egov_cert *issuer)
{
	const struct egov__cert_fields *f = egov__cert_fields(issuer);

	for (size_t i = 0; i < path->count; i++) {
		const struct egov__cert_fields *below = egov__cert_fields(path->certs[i]);

		if (egov__slice_equal(below->subject, f->subject)
		    && egov__slice_equal(below->spki, f->spki))
			return true;
	}
	return false;
}

static void keep(struct search *s, enum egov__path_end end, unsigned score)
{
	if (score <= s->score)
		return;
	s->score = score;
	*s->best = s->path;
	s->best->end = end;
	s->best->score = score;
}

static void keep_broken(struct search *s, enum egov__path_end end, size_t links, unsigned near)
{
	if (s->diagnose)
		keep(s, end, (unsigned)links * NEAR_LINK + near);
}

static enum egov_status judge_anchored(struct search *s, struct egov_error *err)
{
	size_t failures = 1;
	enum egov_status rc;

	rc = egov__checks_run(s->j, &s->path, NULL, s->diagnose ? &failures : NULL, NULL);
	if (rc == EGOV_OK) {
		*s->best = s->path;
		s->found = true;
		return EGOV_OK;
	}
	if (rc != EGOV_E_UNTRUSTED)
		return egov_error_set(err, rc, NULL, "judging a path failed");
	s->gave_up |= s->j->work > EGOV__MAX_WORK;
	if (s->diagnose) {
		keep(s, EGOV__PATH_ANCHORED, NEAR_ANCHORED - (unsigned)failures);
		s->gave_up |= ++s->judged == DIAGNOSED_MAX;
	}
	return EGOV_OK;
}

static enum egov_status climb(struct search *s, struct egov_error *err);

/* Goes on above the last certificate of the path, which is an anchor or not. */
static enum egov_status go_on(struct search *s, bool anchor, struct egov_error *err)
{
	enum egov_status rc;

	s->path.end = anchor ? EGOV__PATH_ANCHORED : EGOV__PATH_NO_ISSUER;
	if (!s->diagnose) {
		rc = egov__checks_early(s->j, &s->path, NULL);
		s->gave_up |= s->j->work > EGOV__MAX_WORK;
		if (rc == EGOV_E_UNTRUSTED)
			return EGOV_OK;
		if (rc != EGOV_OK)
			return egov_error_set(err, rc, NULL, "judging a certificate failed");
	}
	return anchor ? judge_anchored(s, err) : climb(s, err);
}

static enum egov_status try_issuer(struct search *s, const struct egov_cert *issuer,
                                   enum egov__hint hint, bool anchor, struct egov_error *err)
{
	const struct egov_cert *child = s->path.certs[s->path.count - 1];
	bool good;
	enum egov_status rc = egov__memo_cert(s->j, child, issuer, &good, NULL);

	if (rc == EGOV_E_LIMIT) {
		s->gave_up = true;
		return EGOV_OK;
	}
	if (rc != EGOV_OK)
		return egov_error_set(err, rc, NULL, "checking a signature failed");
	if (!good && (!s->diagnose || hint == EGOV__HINT_DIFFERS))
		return EGOV_OK;
	s->path.certs[s->path.count++] = issuer;
	if (good)
		rc = go_on(s, anchor, err);
	else
		keep_broken(s, EGOV__PATH_WRONG_KEY, s->path.count - 1, NEAR_WRONG_KEY);
	s->path.count--;
	return rc;
}

static bool may_anchor(const struct egov__judgement *j, const struct egov__known_cert *known)
{
	return (j->only_anchor == NULL || j->only_anchor == known->cert)
	       && egov__slice_equal(egov__anchor_id(j, known), j->id);
}

/* Those of this name, or where name is NULL any other, that fit so well. */
static enum egov_status try_list(struct search *s, const struct egov_slice *name,
                                 enum egov__hint hint, bool anchors, struct egov_error *err)
{
	const struct egov_verifier *verifier = s->j->verifier;
	const struct egov__cert_list *list = anchors ? &verifier->trust : &verifier->pool;
	const struct egov_cert *child = s->path.certs[s->path.count - 1];
	size_t first = 0, end = list->count;
	enum egov_status rc = EGOV_OK;

	if (name != NULL)
		egov__known_named(list, *name, &first, &end);
	for (size_t i = first; rc == EGOV_OK && i < end && !s->found && !s->gave_up; i++)
		if (egov__path_hint(child, list->items[i].cert) == hint
		    && (anchors ? may_anchor(s->j, &list->items[i])
		                : !is_loop(&s->path, list->items[i].cert))) {
			s->tried++;
			rc = try_issuer(s, list->items[i].cert, hint, anchors, err);
		}
	return rc;
}

static enum egov_status try_both(struct search *s, const struct egov_slice *name,
                                 enum egov__hint hint, struct egov_error *err)
{
	const enum egov_status rc = try_list(s, name, hint, true, err);

	return rc != EGOV_OK ? rc : try_list(s, name, hint, false, err);
}

static enum egov_status try_all(struct search *s, struct egov_error *err)
{
	const struct egov_cert *child = s->path.certs[s->path.count - 1];
	struct egov_buf issuer = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct egov_slice name;
	const size_t tried = s->tried;
	enum egov_status rc = egov__name_canonical(egov__cert_fields(child)->issuer, &issuer, err);

	name = egov_buf_slice(&issuer);
	for (int hint = EGOV__HINT_FITS; rc == EGOV_OK && hint <= EGOV__HINT_DIFFERS; hint++)
		rc = try_both(s, &name, (enum egov__hint)hint, err);
	/* Where nobody has the name, a diagnosis follows the key identifier. */
	if (rc == EGOV_OK && s->diagnose && s->tried == tried)
		rc = try_both(s, NULL, EGOV__HINT_FITS, err);
	egov__buf_clear(&issuer);
	return rc;
}

/* Of the same name with another key there is one CA (RFC 5280, 4.2.1.9). */
static bool is_too_long(const struct search *s)
{
	size_t between = 0;

	if (s->path.count == EGOV__PATH_ROOM)
		return true;
	for (size_t i = 1; i < s->path.count && s->j->options->limit_depth != 0; i++)
		between += !egov__is_self_issued(s->path.certs[i]);
	return between > s->j->depth;
}

static enum egov_status climb(struct search *s, struct egov_error *err)
{
	if (++s->j->steps > EGOV__MAX_STEPS)
		s->gave_up = true;
	if (is_too_long(s)) {
		keep_broken(s, EGOV__PATH_TOO_LONG, s->path.count, NEAR_TOO_LONG);
		return EGOV_OK;
	}
	keep_broken(s, EGOV__PATH_NO_ISSUER, s->path.count, NEAR_NO_ISSUER);
	return try_all(s, err);
}

static bool is_anchor(const struct egov__judgement *j, const struct egov_cert *cert)
{
	const struct egov_verifier *verifier = j->verifier;

	if (j->only_anchor != NULL)
		return j->only_anchor == cert;
	for (size_t i = 0; i < verifier->trust.count; i++)
		if (egov__slice_equal(egov_cert_der(verifier->trust.items[i].cert), egov_cert_der(cert)))
			return true;
	return false;
}

static enum egov_status search(struct egov__judgement *j, const struct egov_cert *leaf,
                               bool diagnose, struct egov__path *best, bool *found,
                               struct egov_error *err)
{
	struct search s = { .j = j, .diagnose = diagnose, .best = best };
	enum egov_status rc;

	s.path.certs[s.path.count++] = leaf;
	rc = go_on(&s, is_anchor(j, leaf), err);
	if (rc == EGOV_OK && s.gave_up && diagnose)
		keep(&s, EGOV__PATH_GAVE_UP, NEAR_GAVE_UP);
	*found = s.found;
	return rc;
}

enum egov_status egov__path_search(struct egov__judgement *j, const struct egov_cert *leaf,
                                   struct egov__path *path, struct egov_error *err)
{
	bool found = false;
	enum egov_status rc;

	j->work = j->steps = 0;
	rc = search(j, leaf, false, path, &found, err);
	if (rc == EGOV_OK && !found) {
		j->work = j->steps = 0;
		rc = search(j, leaf, true, path, &found, err);
	}
	if (rc != EGOV_OK)
		return rc;
	return found ? EGOV_OK : EGOV_E_UNTRUSTED;
}

enum egov_status egov__path_find(struct egov__judgement *j, const struct egov_cert *leaf,
                                 struct egov__path *path, bool *found, struct egov_error *err)
{
	return search(j, leaf, false, path, found, err);
}
