/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/lint_impl.h"

/* Values as far as they can be read, for rules that speak of one part: what is wrong with the
 * rest is pkix-ext-form's matter and must not hide it. */

static bool open_list(struct egov_slice *in, uint8_t tag, struct egov_slice *list)
{
	return egov__der_peek(*in) == tag && egov__der_read(in, tag, "", list, NULL) == EGOV_OK;
}

unsigned egov__lint_usage(const struct egov__lint_subject *s)
{
	struct egov_slice bits = EGOV__NO_SLICE;
	struct egov__ext ext;
	unsigned found = 0;

	if (!egov__lint_ext(s, EGOV__OID_KEY_USAGE, &ext)
	    || !open_list(&ext.value, EGOV__BIT_STRING, &bits))
		return 0;
	for (size_t i = 1; i < bits.size && i < 3; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			if ((bits.data[i] >> (7 - bit) & 1) != 0)
				found |= 1u << (8 * (i - 1) + bit);
	return found;
}

bool egov__lint_next_name(struct egov_slice *names, struct egov__general_name *name)
{
	struct egov__tlv tlv = { 0 };

	if (names->size == 0 || egov__der_any(names, &tlv, NULL) != EGOV_OK)
		return false;
	*name = (struct egov__general_name){ tlv.tag & 0x1f, tlv.value };
	return (tlv.tag & 0xc0) == EGOV__CONTEXT && name->tag <= EGOV__GN_REGISTERED_ID;
}

bool egov__lint_names(const struct egov__lint_subject *s, enum egov__oid type,
                      struct egov_slice *names)
{
	struct egov__ext ext;

	return egov__lint_ext(s, type, &ext) && open_list(&ext.value, EGOV__SEQUENCE, names);
}

void egov__lint_subtrees(const struct egov__lint_subject *s, egov__lint_name_fn *fn, void *user)
{
	struct egov_slice both = EGOV__NO_SLICE, list = EGOV__NO_SLICE, one = EGOV__NO_SLICE;
	struct egov__general_name base;

	if (!egov__lint_names(s, EGOV__OID_NAME_CONSTRAINTS, &both))
		return;
	for (uint8_t n = 0; n < 2; n++) {
		if (!open_list(&both, EGOV__CONTEXT_CONS | n, &list))
			continue;
		while (open_list(&list, EGOV__SEQUENCE, &one))
			if (egov__lint_next_name(&one, &base))
				fn(user, &base);
	}
}

/* Whatever lists stand behind the policy's identifier. */
static void walk_qualifiers(struct egov_slice info, struct egov_slice policy,
                            egov__lint_qualifier_fn *fn, void *user)
{
	struct egov_slice list = EGOV__NO_SLICE, one = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;

	while (open_list(&info, EGOV__SEQUENCE, &list))
		while (open_list(&list, EGOV__SEQUENCE, &one))
			if (open_list(&one, EGOV__OID, &oid))
				fn(user, policy, oid, one);
}

void egov__lint_qualifiers(const struct egov__lint_subject *s, egov__lint_qualifier_fn *fn,
                           void *user)
{
	struct egov_slice list = EGOV__NO_SLICE, info = EGOV__NO_SLICE, policy = EGOV__NO_SLICE;

	if (!egov__lint_names(s, EGOV__OID_POLICIES, &list))
		return;
	while (open_list(&list, EGOV__SEQUENCE, &info))
		if (open_list(&info, EGOV__OID, &policy))
			walk_qualifiers(info, policy, fn, user);
}

/* Of distribution points the names in full; of accesses the location. */
void egov__lint_addresses(const struct egov__lint_subject *s, enum egov__oid type,
                          egov__lint_address_fn *fn, void *user)
{
	struct egov_slice list = EGOV__NO_SLICE, one = EGOV__NO_SLICE, in = EGOV__NO_SLICE;
	struct egov_slice method = EGOV__NO_SLICE, names = EGOV__NO_SLICE;
	struct egov__general_name name;

	if (!egov__lint_names(s, type, &list))
		return;
	while (open_list(&list, EGOV__SEQUENCE, &one)) {
		names = EGOV__NO_SLICE;
		if (open_list(&one, EGOV__OID, &method))
			names = one;
		else if (open_list(&one, EGOV__CONTEXT_CONS | 0, &in))
			(void)open_list(&in, EGOV__CONTEXT_CONS | 0, &names);
		while (egov__lint_next_name(&names, &name))
			fn(user, egov__oid_find(method), &name);
	}
}
