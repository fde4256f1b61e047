/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint_impl.h"

/* What the CPS promises through the profile, read again in the bytes. */

static enum egov_status longer(const char *what, egov_time end, egov_time limit,
                               struct egov_error *err)
{
	char found[EGOV_TIME_TEXT], wanted[EGOV_TIME_TEXT];

	egov_time_format(end, found);
	egov_time_format(limit, wanted);
	return egov__lint_found(err, "notAfter %s is later than %s, %s", found, wanted,
	                        egov__text(what));
}

static enum egov_status within_profile(const struct egov__lint_subject *s, struct egov_error *err)
{
	egov_time limit = EGOV_TIME_NONE;
	enum egov_status rc;

	if (s->context->profile == NULL || s->cert.not_before == EGOV_TIME_NONE)
		return EGOV_OK;
	rc = egov_time_add(s->cert.not_before, egov__profile_max_validity(s->context->profile), &limit,
	                   err);
	if (rc == EGOV_E_LIMIT)
		return egov__lint_found(err, "the validity reaches past the year 9999");
	if (rc != EGOV_OK || s->cert.not_after <= limit)
		return rc;
	return longer(EGOV__N("the most that the profile allows"), s->cert.not_after, limit, err);
}

/* A path is valid while all of its certificates are. */
static enum egov_status within_issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	const egov_time limit = s->context->issuer_not_after;

	if (s->self_signed || limit == EGOV_TIME_NONE || s->cert.not_after <= limit)
		return EGOV_OK;
	return longer(EGOV__N("the end of the CA's own certificate"), s->cert.not_after, limit, err);
}

static enum egov_status not_over(const struct egov__lint_subject *s, struct egov_error *err)
{
	char until[EGOV_TIME_TEXT];

	if (s->context->now == EGOV_TIME_NONE || s->cert.not_after > s->context->now)
		return EGOV_OK;
	egov_time_format(s->cert.not_after, until);
	return egov__lint_found(err, "notAfter %s is past already", until);
}

struct policies {
	const struct egov_slice *wanted;
	size_t wanted_count, count;
	bool unknown;
};

static enum egov_status match_policy(void *user, struct egov_slice oid,
                                     struct egov_slice qualifiers, struct egov_error *err)
{
	struct policies *p = user;
	bool known = false;

	(void)qualifiers;
	(void)err;
	for (size_t i = 0; i < p->wanted_count; i++)
		known = known || egov__slice_equal(p->wanted[i], oid);
	p->unknown = p->unknown || !known;
	p->count++;
	return EGOV_OK;
}

static enum egov_status policies_of_profile(const struct egov__lint_subject *s,
                                            struct egov_error *err)
{
	struct policies p = { NULL, 0, 0, false };
	struct egov__ext ext;

	if (s->context->profile == NULL)
		return EGOV_OK;
	p.wanted_count = egov__profile_policies(s->context->profile, &p.wanted);
	if (!egov__lint_ext(s, EGOV__OID_POLICIES, &ext)
	    || egov__ext_policies(ext.value, match_policy, &p, NULL) != EGOV_OK
	    || (!p.unknown && p.count == p.wanted_count))
		return EGOV_OK;         /* what is missing or malformed is gm-cp's */
	return egov__lint_found(err, "certificatePolicies: not those of profile %s",
	                        egov_profile_name(s->context->profile));
}

static enum egov_status path_length(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__basic_constraints bc = { false, false, 0 };
	struct egov__ext ext;
	int wanted;

	if (s->context->profile == NULL || !egov__lint_is_ca(s) || !egov__lint_ext(s, EGOV__OID_BASIC_CONSTRAINTS, &ext)
	    || egov__ext_basic_constraints(ext.value, &bc, NULL) != EGOV_OK)
		return EGOV_OK;         /* gm-bc */
	wanted = egov__profile_path_len(s->context->profile);
	if (wanted < 0 ? !bc.has_path_len : bc.has_path_len && bc.path_len == (uint64_t)wanted)
		return EGOV_OK;
	return egov__lint_found(err, "basicConstraints: pathLenConstraint is not that of profile %s",
	                        egov_profile_name(s->context->profile));
}

const struct egov__lint_row egov__rules_profile[] = {
	EGOV__RULE(CERT, CPS, "cps-validity", "validity", "Order No. 4, Art. 17", ERROR,
	           "not valid longer than the profile allows", within_profile),
	EGOV__RULE(CERT, CPS, "cps-policies", "certificatePolicies", "Order No. 4, Art. 17", ERROR,
	           "the policies of the profile and no others", policies_of_profile),
	EGOV__RULE(CERT, CPS, "cps-path-length", "basicConstraints", "Order No. 4, Art. 17", ERROR,
	           "the path length of the profile", path_length),
	EGOV__RULE(CERT, CPS, "cps-issuer-end", "validity", "RFC 5280, 6.1.3", ERROR,
	           "not valid longer than its issuer", within_issuer),
	EGOV__RULE(CERT, CPS, "cps-not-over", "validity", "RFC 5280, 4.1.2.5", ERROR,
	           "not expired when it is issued", not_over),
	{ { .id = NULL }, NULL },
};
