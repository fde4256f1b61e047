/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/judge.h"

#include "base/der.h"

/*
 * Policies along the path (RFC 5280, 6.1 in the form of RFC 9618).  Of the graph
 * of valid policies only its last row matters: the path ends badly where that
 * is empty, and a policy asked for is there where one of the row comes from it.
 * So a row is a set, and each of its policies remembers whether it does.
 */

#define MAX_ROW 512

struct row {
	struct { struct egov_slice oid; bool wanted, mapped; } items[MAX_ROW];
	size_t count;
	bool any;               /* the node of anyPolicy */
};

struct state {
	struct egov__judgement *j;
	struct row *above, *here;               /* expected policies; those of this certificate */
	size_t explicit_policy, mapping, inhibit_any;   /* certificates until it is so */
	const struct egov_cert *demands;        /* who demands a policy; NULL: the caller, or nobody */
	const struct egov_cert *unmapped;       /* whose mapping was inhibited */
	bool takes_any;                         /* anyPolicy of this certificate counts */
	bool asserts_any;
};

/* In the set asked for, which is all where none is. */
static bool is_wanted(const struct egov__judgement *j, struct egov_slice oid)
{
	struct egov_slice rest = j->policy, one;

	if (j->policy.size == 0 || j->any_policy)
		return true;
	while (rest.size > 0 && egov__der_oid(&rest, "", &one, NULL) == EGOV_OK)
		if (egov__slice_equal(one, oid))
			return true;
	return false;
}

static enum egov_status find(const struct state *s, const struct row *row, struct egov_slice oid,
                             size_t *at, struct egov_error *err)
{
	enum egov_status rc = egov__spend(s->j, 1 + row->count / 4, err);

	for (*at = 0; *at < row->count; ++*at)
		if (egov__slice_equal(row->items[*at].oid, oid))
			break;
	return rc;
}

/* One policy of several parents is wanted where one of them is. */
static enum egov_status add(const struct state *s, struct row *row, struct egov_slice oid,
                            bool wanted, struct egov_error *err)
{
	size_t at;
	enum egov_status rc = find(s, row, oid, &at, err);

	if (rc != EGOV_OK)
		return rc;
	if (at == MAX_ROW)
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "more than %d policies to follow",
		                      MAX_ROW);
	if (at == row->count) {
		row->items[row->count].oid = oid;
		row->items[row->count].mapped = false;
		row->items[row->count++].wanted = wanted;
	}
	row->items[at].wanted |= wanted;
	return EGOV_OK;
}

static bool is_any(struct egov_slice oid)
{
	return egov__oid_find(oid) == EGOV__OID_ANY_POLICY;
}

/* 6.1.3 (d)(1) */
static enum egov_status see_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                   struct egov_error *err)
{
	struct state *s = user;
	size_t at;
	enum egov_status rc;

	(void)qualifiers;
	if (is_any(oid)) {
		s->asserts_any = true;
		return EGOV_OK;
	}
	rc = find(s, s->above, oid, &at, err);
	if (rc != EGOV_OK)
		return rc;
	if (at < s->above->count)
		return add(s, s->here, oid, s->above->items[at].wanted, err);
	return s->above->any ? add(s, s->here, oid, is_wanted(s->j, oid), err) : EGOV_OK;
}

/* 6.1.3 (d) and (e): s->here from s->above. */
static enum egov_status read_policies(struct state *s, const struct egov_cert *cert,
                                      struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	s->here->count = 0;
	s->here->any = s->asserts_any = false;
	if (!egov__cert_ext(cert, EGOV__OID_POLICIES, &ext))
		return EGOV_OK;
	rc = egov__ext_policies(ext.value, see_policy, s, &cause);
	if (rc == EGOV_E_UNTRUSTED)
		return egov_error_set(err, rc, cause.clause, "%s", cause.text);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_POLICIES, rc, &cause, err);
	if (!s->asserts_any || !s->takes_any)
		return EGOV_OK;
	s->here->any = s->above->any;
	for (size_t i = 0; rc == EGOV_OK && i < s->above->count; i++)
		rc = add(s, s->here, s->above->items[i].oid, s->above->items[i].wanted, err);
	return rc;
}

/* 6.1.4 (a) and (b): s->above, emptied before, becomes what is expected below. */
static enum egov_status see_mapping(void *user, struct egov_slice from, struct egov_slice to,
                                    struct egov_error *err)
{
	struct state *s = user;
	size_t at;
	enum egov_status rc;

	if (is_any(from) || is_any(to))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 6.1.4 (a)",
		                      "policyMappings from or to anyPolicy");
	rc = find(s, s->here, from, &at, err);
	if (rc != EGOV_OK)
		return rc;
	if (at < s->here->count)
		s->here->items[at].mapped = true;
	if (s->mapping == 0)
		return EGOV_OK;
	if (at < s->here->count)
		return add(s, s->above, to, s->here->items[at].wanted, err);
	return s->here->any ? add(s, s->above, to, is_wanted(s->j, from), err) : EGOV_OK;
}

static enum egov_status read_mappings(struct state *s, const struct egov_cert *cert,
                                      struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc = EGOV_OK;

	s->above->count = 0;
	s->above->any = s->here->any;
	if (egov__cert_ext(cert, EGOV__OID_POLICY_MAPPINGS, &ext)) {
		rc = egov__ext_policy_mappings(ext.value, see_mapping, s, &cause);
		if (rc == EGOV_E_UNTRUSTED)
			return egov_error_set(err, rc, cause.clause, "%s", cause.text);
		if (rc != EGOV_OK)
			return egov__check_malformed(EGOV__OID_POLICY_MAPPINGS, rc, &cause, err);
		if (s->mapping == 0)
			s->unmapped = cert;
	}
	for (size_t i = 0; rc == EGOV_OK && i < s->here->count; i++)
		if (!s->here->items[i].mapped)
			rc = add(s, s->above, s->here->items[i].oid, s->here->items[i].wanted, err);
	return rc;
}

/* --- counters --------------------------------------------------------------------- */

static enum egov_status read_constraints(const struct egov_cert *cert,
                                         struct egov__policy_constraints *out,
                                         struct egov_error *err)
{
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	enum egov_status rc;

	*out = (struct egov__policy_constraints){ 0 };
	if (!egov__cert_ext(cert, EGOV__OID_POLICY_CONSTRAINTS, &ext))
		return EGOV_OK;
	rc = egov__ext_policy_constraints(ext.value, out, &cause);
	return rc == EGOV_OK ? rc
	                     : egov__check_malformed(EGOV__OID_POLICY_CONSTRAINTS, rc, &cause, err);
}

static void demand_explicit(struct state *s, const struct egov_cert *cert,
                            const struct egov__policy_constraints *limits)
{
	if (limits->has_require_explicit && limits->require_explicit < s->explicit_policy) {
		s->explicit_policy = limits->require_explicit;
		s->demands = cert;
	}
}

/* 6.1.4 (i) and (j) */
static enum egov_status apply_constraints(struct state *s, const struct egov_cert *cert,
                                          struct egov_error *err)
{
	struct egov__policy_constraints limits;
	struct egov_error cause = { 0 };
	struct egov__ext ext;
	uint32_t skip;
	enum egov_status rc = read_constraints(cert, &limits, err);

	if (rc != EGOV_OK)
		return rc;
	demand_explicit(s, cert, &limits);
	if (limits.has_inhibit_mapping && limits.inhibit_mapping < s->mapping)
		s->mapping = limits.inhibit_mapping;
	if (!egov__cert_ext(cert, EGOV__OID_INHIBIT_ANY_POLICY, &ext))
		return EGOV_OK;
	rc = egov__ext_inhibit_any_policy(ext.value, &skip, &cause);
	if (rc != EGOV_OK)
		return egov__check_malformed(EGOV__OID_INHIBIT_ANY_POLICY, rc, &cause, err);
	if (skip < s->inhibit_any)
		s->inhibit_any = skip;
	return EGOV_OK;
}

/* 6.1.4 (h) */
static void count_down(struct state *s)
{
	s->explicit_policy -= s->explicit_policy > 0;
	s->mapping -= s->mapping > 0;
	s->inhibit_any -= s->inhibit_any > 0;
}

/* --- along the path ---------------------------------------------------------------- */

static bool is_empty(const struct row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->items[i].wanted)
			return false;
	return !row->any;
}

static enum egov_status refuse(const struct state *s, const struct egov_cert *cert,
                               struct egov_error *err)
{
	const char *policy = s->j->options->policy_oid;
	struct egov__label label;
	struct egov__ext ext;

	if (s->unmapped != NULL && is_empty(s->above))
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 6.1.4 (b)(2)",
		                      "no policy is left: %s maps it, which a CA above inhibits",
		                      egov__label(s->unmapped, &label));
	if (s->demands != NULL && policy == NULL)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.11",
		                      "no policy is valid here, and policyConstraints of %s demand one",
		                      egov__label(s->demands, &label));
	if (!egov__cert_ext(cert, EGOV__OID_POLICIES, &ext))
		return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "policy %s: no certificatePolicies",
		                      policy);
	if (s->asserts_any && !s->takes_any)
		return egov_error_set(err, EGOV_E_UNTRUSTED, "RFC 5280, 4.2.1.14",
		                      "policy %s: its anyPolicy is inhibited by a CA above", policy);
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
	                      "policy %s is not among its certificatePolicies", policy);
}

/* One certificate of the path; s->here is what is valid there. */
static enum egov_status step(struct state *s, const struct egov_cert *cert, bool last,
                             struct egov_error *err)
{
	const bool self_issued = egov__is_self_issued(cert);
	struct egov__policy_constraints limits;
	enum egov_status rc;

	s->takes_any = s->inhibit_any > 0 || (!last && self_issued);
	rc = read_policies(s, cert, err);
	if (rc == EGOV_OK && last)
		rc = read_constraints(cert, &limits, err);
	if (rc != EGOV_OK)
		return rc;
	if (last) {             /* 6.1.5 (a) and (b) */
		count_down(s);
		if (limits.has_require_explicit && limits.require_explicit == 0)
			demand_explicit(s, cert, &limits);
	}
	return s->explicit_policy == 0 && is_empty(s->here) ? refuse(s, cert, err) : EGOV_OK;
}

/* 6.1.4 */
static enum egov_status prepare_next(struct state *s, const struct egov_cert *cert,
                                     struct egov_error *err)
{
	enum egov_status rc = read_mappings(s, cert, err);

	if (rc != EGOV_OK)
		return rc;
	if (!egov__is_self_issued(cert))
		count_down(s);
	return apply_constraints(s, cert, err);
}

/* 6.1.2.  An anchor is no part of the path, and its own policies say nothing;
 * what it demands of those below is kept (RFC 5937, 3.2). */
static enum egov_status begin(struct state *s, const struct egov__link *link, size_t *top,
                              struct egov_error *err)
{
	const struct egov__path *path = link->path;
	const struct egov_verify_options *options = s->j->options;

	*top = path->count;
	if (path->end == EGOV__PATH_ANCHORED && path->count > 1)
		--*top;
	s->above->count = 0;
	s->above->any = true;
	s->explicit_policy = s->j->policy.size > 0 ? 0 : *top + 1;
	s->mapping = options->inhibit_policy_mapping ? 0 : *top + 1;
	s->inhibit_any = options->inhibit_any_policy ? 0 : *top + 1;
	if (*top == path->count || egov__tolerates(s->j, EGOV_TOLERATE_ANCHOR_LIMITS))
		return EGOV_OK;
	return apply_constraints(s, path->certs[*top], err);
}

static void say(const struct state *s, struct egov__note *note)
{
	const char *policy = s->j->options->policy_oid;

	if (policy == NULL && s->demands == NULL)
		egov__note_skip(note, "no policy asked for");
	else if (s->here->any)
		egov__note_say(note, "valid for any policy");
	else if (policy != NULL)
		egov__note_say(note, "valid for policy %s", policy);
	else
		egov__note_say(note, "valid for %zu policies", s->here->count);
}

/* Without a policy asked for or demanded, and without mappings that break rules of their own,
 * whichever are valid changes nothing. */
static bool nobody_asks(const struct egov__link *link)
{
	struct egov__ext ext;

	for (size_t k = 0; k < link->path->count; k++)
		if (egov__cert_ext(link->path->certs[k], EGOV__OID_POLICY_CONSTRAINTS, &ext)
		    || egov__cert_ext(link->path->certs[k], EGOV__OID_POLICY_MAPPINGS, &ext))
			return false;
	return link->j->options->policy_oid == NULL;
}

/* At link->i, with all that stands above it: a failure there is said there. */
enum egov_status egov__check_policy(const struct egov__link *link, struct egov__note *note,
                                    struct egov_error *err)
{
	struct row rows[2];
	struct state s = { .j = link->j, .above = &rows[0], .here = &rows[1] };
	size_t k;
	enum egov_status rc;

	if (nobody_asks(link)) {
		egov__note_skip(note, "no policy asked for");
		return EGOV_OK;
	}
	rc = begin(&s, link, &k, err);
	while (rc == EGOV_OK && k-- > link->i) {
		struct egov_error *const told = k == link->i ? err : NULL;

		rc = step(&s, link->path->certs[k], k == 0, told);
		if (rc == EGOV_OK && k > 0)
			rc = prepare_next(&s, link->path->certs[k], told);
		if (rc == EGOV_E_UNTRUSTED && k > link->i) {
			egov__note_skip(note, "no policy is valid above it");
			return EGOV_OK;
		}
	}
	if (rc == EGOV_OK)
		say(&s, note);
	return rc;
}
