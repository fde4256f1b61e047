/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "x509/ext_impl.h"

static const char names_noun[] = "nameConstraints";
static const char names_clause[] = "RFC 5280, 4.2.1.10";
static const char mappings_noun[] = "policyMappings";
static const char policies_noun[] = "policyConstraints";
static const char any_noun[] = "inhibitAnyPolicy";

/* Contents octets of a SkipCerts. */
static enum egov_status read_skip(struct egov_slice value, const char *noun, uint32_t *out,
                                  struct egov_error *err)
{
	uint64_t skip = 0;
	enum egov_status rc = egov__der_integer_check(value, noun, err);

	if (rc != EGOV_OK)
		return rc;
	if (value.data[0] >= 0x80)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.11",
		                      "%s: a negative number", noun);
	for (size_t i = 0; i < value.size && skip <= EGOV__MAX_SKIP; i++)
		skip = skip << 8 | value.data[i];
	*out = skip < EGOV__MAX_SKIP ? (uint32_t)skip : EGOV__MAX_SKIP;
	return EGOV_OK;
}

static enum egov_status optional_skip(struct egov_slice *in, uint8_t tag, bool *has, uint32_t *out,
                                      struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_optional(in, tag, policies_noun, &value, err);

	*has = rc == EGOV_OK && value.data != NULL;
	return *has ? read_skip(value, policies_noun, out, err) : rc;
}

enum egov_status egov__ext_policy_constraints(struct egov_slice der,
                                              struct egov__policy_constraints *out,
                                              struct egov_error *err)
{
	struct egov__policy_constraints found = { 0 };
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_list(der, policies_noun, &in, err);

	if (rc == EGOV_OK)
		rc = optional_skip(&in, EGOV__CONTEXT | 0, &found.has_require_explicit,
		                   &found.require_explicit, err);
	if (rc == EGOV_OK)
		rc = optional_skip(&in, EGOV__CONTEXT | 1, &found.has_inhibit_mapping,
		                   &found.inhibit_mapping, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, policies_noun, err);
	if (rc == EGOV_OK)
		*out = found;
	return rc;
}

enum egov_status egov__ext_inhibit_any_policy(struct egov_slice der, uint32_t *skip,
                                              struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__INTEGER, any_noun, &value, err);

	return rc != EGOV_OK ? rc : read_skip(value, any_noun, skip, err);
}

enum egov_status egov__ext_policy_mappings(struct egov_slice der, egov__mapping_fn *fn, void *user,
                                           struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE, one, from = EGOV__NO_SLICE, to = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_list(der, mappings_noun, &in, err);

	for (size_t count = 0; rc == EGOV_OK && in.size > 0; count++) {
		if (count == EGOV__EXT_MAX)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "%s: more than %u",
			                      mappings_noun, EGOV__EXT_MAX);
		rc = egov__der_read(&in, EGOV__SEQUENCE, mappings_noun, &one, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&one, mappings_noun, &from, err);
		if (rc == EGOV_OK)
			rc = egov__der_oid(&one, mappings_noun, &to, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(one, mappings_noun, err);
		if (rc == EGOV_OK)
			rc = fn(user, from, to, err);
	}
	return rc;
}

/* --- names ---------------------------------------------------------------------- */

static bool is_zero(struct egov_slice integer)
{
	return integer.size == 1 && integer.data[0] == 0;
}

/* Behind the base.  A minimum of 0 that is written out is not DER, but means
 * what DER means by leaving it out, and certificates in use have it. */
static enum egov_status check_range(struct egov_slice in, struct egov_error *err)
{
	struct egov_slice minimum = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_optional(&in, EGOV__CONTEXT | 0, names_noun, &minimum, err);

	if (rc != EGOV_OK)
		return rc;
	if (minimum.data != NULL && !is_zero(minimum))
		return egov_error_set(err, EGOV_E_SYNTAX, names_clause,
		                      "%s: a subtree with a minimum, which must be 0", names_noun);
	if (egov__der_peek(in) == (EGOV__CONTEXT | 1))
		return egov_error_set(err, EGOV_E_SYNTAX, names_clause,
		                      "%s: a subtree with a maximum, which must be absent", names_noun);
	return egov__der_end(in, names_noun, err);
}

/* An address and a mask of ones, then zeros. */
static enum egov_status check_mask(struct egov_slice ip, struct egov_error *err)
{
	const size_t half = ip.size / 2;
	bool ended = false;

	if (ip.size != 8 && ip.size != 32)
		return egov_error_set(err, EGOV_E_SYNTAX, names_clause,
		                      "%s: iPAddress of %zu octets, want 8 or 32", names_noun, ip.size);
	for (size_t bit = 0; bit < half * 8; bit++) {
		const bool set = (ip.data[half + bit / 8] >> (7 - bit % 8) & 1) != 0;

		if (ended && set)
			return egov_error_set(err, EGOV_E_SYNTAX, names_clause,
			                      "%s: iPAddress with a mask of a zero before a one",
			                      names_noun);
		ended |= !set;
	}
	return EGOV_OK;
}

static enum egov_status next_subtree(struct egov_slice *list, struct egov__general_name *base,
                                     struct egov_error *err)
{
	struct egov_slice one = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(list, EGOV__SEQUENCE, names_noun, &one, err);

	if (rc == EGOV_OK)
		rc = egov__general_names_next(&one, base, err);
	if (rc == EGOV_OK)
		rc = check_range(one, err);
	if (rc == EGOV_OK && base->tag == EGOV__GN_IP)
		rc = check_mask(base->value, err);
	return rc;
}

static enum egov_status read_subtrees(struct egov_slice *in, bool excluded, egov__subtree_fn *fn,
                                      void *user, struct egov_error *err)
{
	struct egov_slice list = EGOV__NO_SLICE;
	struct egov__general_name base;
	enum egov_status rc = egov__ext_optional(in, EGOV__CONTEXT_CONS | (excluded ? 1 : 0),
	                                         names_noun, &list, err);

	if (rc == EGOV_OK && list.data != NULL && list.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, names_clause, "%s: empty list of subtrees",
		                      names_noun);
	while (rc == EGOV_OK && list.size > 0) {
		rc = next_subtree(&list, &base, err);
		if (rc == EGOV_OK)
			rc = fn(user, excluded, &base, err);
	}
	return rc;
}

enum egov_status egov__ext_name_constraints(struct egov_slice der, egov__subtree_fn *fn, void *user,
                                            struct egov_error *err)
{
	struct egov_slice in = EGOV__NO_SLICE;
	enum egov_status rc = egov__ext_list(der, names_noun, &in, err);

	if (rc == EGOV_OK)
		rc = read_subtrees(&in, false, fn, user, err);
	if (rc == EGOV_OK)
		rc = read_subtrees(&in, true, fn, user, err);
	return rc != EGOV_OK ? rc : egov__der_end(in, names_noun, err);
}
