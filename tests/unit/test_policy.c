/* SPDX-License-Identifier: Apache-2.0 */
/* Policies along a path of root, ca, sub and leaf (RFC 5280, 6.1). */
#include "chain.h"

#define MAP_3_TO_4 "300a300806022a0306022a04"
#define POLICY_MAPPINGS "2.5.29.33"
#define POLICY_CONSTRAINTS "2.5.29.36"
#define INHIBIT_ANY "2.5.29.54"
#define ANY "2.5.29.32.0"

struct limit {
	const char *oid, *hex;
};
struct row {
	const char *ca, *sub, *leaf;            /* their policies, or NULL */
	struct limit root_limit, ca_limit, sub_limit, leaf_limit;
	const char *asked;
	int inhibit_mapping, inhibit_any;
	const char *fragment, *clause;
};

/* Plans refer to these until the bench is made. */
static struct egov_buf *limit(struct chain_plan *plan, const struct limit *limit)
{
	struct egov_buf *value, *ext;

	if (limit->oid == NULL)
		return NULL;
	value = help_hex_buf(limit->hex);
	ext = chain_extension(limit->oid, true, egov_buf_slice(value));
	plan->more = egov_buf_slice(ext);
	egov_buf_free(value);
	return ext;
}

static void expect(const struct row *row)
{
	struct chain_three three = chain_three();
	struct chain_plan sub = { .subject = "sub", .issuer = "ca", .key = 3, .issuer_key = 1,
		                  .serial = 7, .ca = true, .policy = row->sub };
	struct egov_buf *const extensions[] = {
		limit(&three.root, &row->root_limit), limit(&three.ca, &row->ca_limit),
		limit(&sub, &row->sub_limit), limit(&three.leaf, &row->leaf_limit)
	};

	three.ca.policy = row->ca;
	three.leaf.policy = row->leaf;
	three.leaf.issuer = "sub";
	three.leaf.issuer_key = 3;
	struct chain_bench bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	bench.options.policy_oid = row->asked;
	bench.options.inhibit_policy_mapping = row->inhibit_mapping;
	bench.options.inhibit_any_policy = row->inhibit_any;
	for (size_t i = 0; i < 4; i++)
		egov_buf_free(extensions[i]);
	/* OpenSSL judges policies only where it is told to. */
	chain_expect(&bench, row->fragment, row->clause, true);
}

static void expect_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("row %zu\n", i);
		expect(&rows[i]);
	}
}
#define EXPECT(rows) expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void one_of_those_asked_for_is_valid(void **state)
{
	static const struct row rows[] = {
		{ "1.2.3", "1.2.3", "1.2.3", .asked = "1.2.3" },
		{ "1.2.3", "1.2.3", "1.2.3", .asked = "1.2.9, 1.2.3" },
		{ "1.2.3", "1.2.3", "1.2.3", .asked = ANY },
		{ ANY, "1.2.3", "1.2.3", .asked = "1.2.3" },
		{ ANY, ANY, ANY, .asked = "1.2.3" },
		{ NULL, NULL, NULL, .asked = NULL },
		{ "1.2.3", "1.2.4", "1.2.5", .asked = NULL },
		{ "1.2.3", "1.2.3", "1.2.4", .asked = "1.2.3",
		  .fragment = "CN=leaf: policy 1.2.3 is not among its certificatePolicies",
		  .clause = "RFC 5280, 6.1.3 (d)" },
		{ "1.2.3", "1.2.4", "1.2.3", .asked = "1.2.3",
		  .fragment = "CN=sub: policy 1.2.3 is not among" },
		{ "1.2.3", "1.2.4", "1.2.4", .asked = ANY,
		  .fragment = "CN=sub: policy 2.5.29.32.0 is not among" },
		{ "1.2.3", NULL, "1.2.3", .asked = ANY,
		  .fragment = "CN=sub: policy 2.5.29.32.0: no certificatePolicies" },
		{ ANY, "1.2.4", ANY, .asked = "1.2.3", .fragment = "CN=sub: policy 1.2.3 is not" },
	};

	(void)state;
	EXPECT(rows);
}

static void mappings_are_followed(void **state)
{
	static const struct limit map = { POLICY_MAPPINGS, MAP_3_TO_4 };
	static const struct limit no_map = { POLICY_CONSTRAINTS, "3003810100" };
	static const char left[] = "maps it, which a CA above inhibits";
	const struct row rows[] = {
		{ "1.2.3", "1.2.4", "1.2.4", .ca_limit = map, .asked = "1.2.3" },
		{ ANY, "1.2.4", "1.2.4", .ca_limit = map, .asked = "1.2.3" },
		/* What the CA maps to 1.2.4 is its 1.2.3, not what others call 1.2.4. */
		{ ANY, "1.2.4", "1.2.4", .ca_limit = map, .asked = "1.2.4",
		  .fragment = "CN=sub: policy 1.2.4 is not among" },
		{ "1.2.3", "1.2.3", "1.2.4", .sub_limit = map, .asked = "1.2.3" },
		{ "1.2.3", "1.2.4", "1.2.4", .ca_limit = map, .asked = "1.2.4",
		  .fragment = "CN=ca: policy 1.2.4 is not among" },
		{ "1.2.3", "1.2.3", "1.2.3", .ca_limit = map, .asked = "1.2.3",
		  .fragment = "CN=sub: policy 1.2.3 is not among" },
		{ "1.2.3", "1.2.4", "1.2.4", .ca_limit = map, .asked = "1.2.3", .inhibit_mapping = 1,
		  .fragment = left, .clause = "RFC 5280, 6.1.4 (b)(2)" },
		{ "1.2.3", "1.2.3", "1.2.4", .ca_limit = no_map, .sub_limit = map, .asked = "1.2.3",
		  .fragment = left },
		{ "1.2.3", "1.2.4", "1.2.4", .root_limit = no_map, .ca_limit = map,
		  .asked = "1.2.3", .fragment = left },
		{ "1.2.3", "1.2.3", "1.2.3",
		  .ca_limit = { POLICY_MAPPINGS, "300c300a06022a030604551d2000" },
		  .fragment = "CN=ca: malformed policyMappings: it maps from or to anyPolicy",
		  .clause = "RFC 5280, 4.2.1.5" },
		{ "1.2.3", "1.2.3", "1.2.3",
		  .sub_limit = { POLICY_MAPPINGS, "300c300a0604551d200006022a03" },
		  .fragment = "CN=sub: malformed policyMappings: it maps from or to anyPolicy" },
	};

	(void)state;
	EXPECT(rows);
}

static void any_policy_is_inhibited(void **state)
{
	static const struct limit now = { INHIBIT_ANY, "020100" }, later = { INHIBIT_ANY, "020101" };
	const struct row rows[] = {
		{ "1.2.3", ANY, "1.2.3", .ca_limit = later, .asked = "1.2.3" },
		{ "1.2.3", "1.2.3", "1.2.3", .ca_limit = now, .asked = "1.2.3" },
		{ "1.2.3", ANY, "1.2.3", .ca_limit = now, .asked = "1.2.3",
		  .fragment = "CN=sub: policy 1.2.3: its anyPolicy is inhibited by a CA above",
		  .clause = "RFC 5280, 4.2.1.14" },
		{ "1.2.3", ANY, ANY, .ca_limit = later, .asked = "1.2.3",
		  .fragment = "CN=leaf: policy 1.2.3: its anyPolicy is inhibited" },
		{ ANY, "1.2.3", "1.2.3", .asked = "1.2.3", .inhibit_any = 1,
		  .fragment = "CN=ca: policy 1.2.3: its anyPolicy is inhibited" },
		{ ANY, "1.2.3", "1.2.3", .root_limit = now, .asked = "1.2.3",
		  .fragment = "CN=ca: policy 1.2.3: its anyPolicy is inhibited" },
	};

	(void)state;
	EXPECT(rows);
}

static void an_explicit_policy_is_demanded(void **state)
{
	static const struct limit now = { POLICY_CONSTRAINTS, "3003800100" };
	const struct row rows[] = {
		{ "1.2.3", "1.2.3", "1.2.3", .ca_limit = now },
		{ NULL, NULL, NULL, .ca_limit = { POLICY_CONSTRAINTS, "3003800105" } },
		{ "1.2.3", "1.2.3", NULL, .ca_limit = now,
		  .fragment = "CN=leaf: no policy is valid here, and policyConstraints of C=CN, CN=ca",
		  .clause = "RFC 5280, 4.2.1.11" },
		{ "1.2.3", "1.2.4", "1.2.4", .ca_limit = now, .fragment = "CN=sub: no policy is valid" },
		{ NULL, "1.2.3", "1.2.3", .ca_limit = now, .fragment = "CN=sub: no policy is valid" },
		{ NULL, NULL, NULL, .sub_limit = now, .fragment = "CN=leaf: no policy is valid" },
		{ NULL, NULL, NULL, .leaf_limit = now, .fragment = "CN=leaf: no policy is valid" },
		{ NULL, NULL, NULL, .leaf_limit = { POLICY_CONSTRAINTS, "3003800101" } },
		{ NULL, NULL, NULL, .ca_limit = { POLICY_CONSTRAINTS, "3003800101" },
		  .fragment = "CN=leaf: no policy is valid" },
		{ NULL, NULL, NULL, .root_limit = now, .fragment = "CN=ca: no policy is valid" },
	};

	(void)state;
	EXPECT(rows);
}

static void lists_that_are_none_are_wrong_use(void **state)
{
	static const char *const lists[] = { "", ",", "1.2.3,x" };
	struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct egov_error err = { 0 };

		bench.options.policy_oid = lists[i];
		assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_USAGE, "");
	}
	chain_bench_free(&bench);
}

/* --- hostile -------------------------------------------------------------------------- */

#define CAS 4
#define MANY 127

static void put_oid(struct egov_buf *out, unsigned ca, unsigned n)
{
	const uint8_t oid[] = { 0x2a, (uint8_t)ca, (uint8_t)(n & 0x7f) };

	egov__der_put(out, EGOV__OID, EGOV__SLICE(oid));
}

static void put_policies(struct egov_buf *out, unsigned ca)
{
	size_t mark = egov__der_open(out, EGOV__SEQUENCE), one;

	for (unsigned n = 0; n <= MANY; n++) {
		one = egov__der_open(out, EGOV__SEQUENCE);
		if (n == MANY)
			egov__der_put(out, EGOV__OID, egov__oid_get(EGOV__OID_ANY_POLICY)->contents);
		else
			put_oid(out, 10 + ca, n);
		egov__der_close(out, one);
	}
	egov__der_close(out, mark);
}

static void put_mappings(struct egov_buf *out, unsigned ca)
{
	size_t mark = egov__der_open(out, EGOV__SEQUENCE), one;

	for (unsigned n = 0; n < MANY; n++) {
		one = egov__der_open(out, EGOV__SEQUENCE);
		put_oid(out, 30 + ca, n);
		put_oid(out, 50 + ca, n);
		egov__der_close(out, one);
	}
	egov__der_close(out, mark);
}

/* Each CA adds policies and mappings of its own to those above. */
static void rows_of_policies_are_bounded(void **state)
{
	static const char *const names[] = { "leaf", "c1", "c2", "c3", "root" };
	struct chain_bench bench = chain_bench();
	const struct chain_plan root = { .subject = "root", .key = CAS, .ca = true };

	(void)state;
	chain_trust(&bench, &root);
	for (unsigned i = CAS; i-- > 0;) {
		struct egov_buf *more = egov_buf_new(EGOV__MAX_OBJECT);
		struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT);
		struct chain_plan plan = { .subject = names[i], .issuer = names[i + 1], .key = i,
			                   .issuer_key = i + 1, .serial = i + 2, .ca = i > 0 };

		put_policies(value, i);
		egov__ext_put(more, EGOV__OID_POLICIES, false, egov_buf_slice(value));
		egov_buf_reset(value);
		put_mappings(value, i);
		egov__ext_put(more, EGOV__OID_POLICY_MAPPINGS, true, egov_buf_slice(value));
		plan.more = egov_buf_slice(more);
		if (i == 0)
			chain_leaf(&bench, &plan);
		else
			chain_pool(&bench, &plan);
		egov_buf_free(value);
		egov_buf_free(more);
	}
	chain_expect(&bench, "CN=c1: more than 512 policies to follow", NULL, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_those_asked_for_is_valid),
		cmocka_unit_test(mappings_are_followed),
		cmocka_unit_test(any_policy_is_inhibited),
		cmocka_unit_test(an_explicit_policy_is_demanded),
		cmocka_unit_test(lists_that_are_none_are_wrong_use),
		cmocka_unit_test(rows_of_policies_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
