/* SPDX-License-Identifier: Apache-2.0 */
/* Purposes and policies. */
#include "chain.h"

static void expect(const struct chain_three *three, const char *purpose, const char *fragment,
                   const char *clause)
{
	struct chain_bench bench = chain_bench_three(three);

	bench.options.purpose = purpose;
	chain_expect(&bench, fragment, clause, true);
}

static void signing_certificates_sign(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	expect(&three, "sign", NULL, NULL);
	three.leaf.usage = EGOV__KU_NON_REPUDIATION;
	expect(&three, "sign", NULL, NULL);
	three.leaf.usage = EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT
	                   | EGOV__KU_KEY_AGREEMENT;
	expect(&three, "sign", "CN=leaf: not for purpose sign: keyUsage has no bit for it",
	       "GM/T 0015, 5.2.4.2.4");
	three.leaf.no_usage = true;
	expect(&three, "sign", "CN=leaf: not for purpose sign: no keyUsage", "GM/T 0015, table C.3");
}

static void only_cas_are_cas(void **state)
{
	struct chain_three three = chain_three();
	struct chain_bench bench;

	(void)state;
	expect(&three, "ca", "not for purpose ca: keyUsage has no bit for it", NULL);
	bench = chain_bench();
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &three.ca);
	bench.options.purpose = "ca";
	chain_expect(&bench, NULL, NULL, true);

	three.ca.no_basic = true;
	bench = chain_bench();
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &three.ca);
	bench.options.purpose = "ca";
	chain_expect(&bench, "CN=ca: keyUsage has keyCertSign, but basicConstraints do not say that",
	             "RFC 5280, 4.2.1.9", false);
}

static void purposes_follow_the_extended_key_usage(void **state)
{
	static const struct {
		const char *purpose, *eku;
		bool critical;
		const char *fragment;
	} rows[] = {
		{ "ocsp", NULL, false, "extKeyUsage has no OCSPSigning" },
		{ "ocsp", "anyExtendedKeyUsage", false, "extKeyUsage has no OCSPSigning" },
		{ "ocsp", "OCSPSigning", false, NULL },
		{ "server", NULL, false, NULL },
		{ "server", "serverAuth,clientAuth", false, NULL },
		{ "server", "anyExtendedKeyUsage", false, NULL },
		{ "server", "clientAuth", false, "not for purpose server: extKeyUsage has no serverAuth" },
		{ "client", "serverAuth", false, "not for purpose client: extKeyUsage has no clientAuth" },
		{ "client", "clientAuth", true, NULL },
		{ "timestamp", "timeStamping", true, NULL },
		{ "timestamp", "timeStamping", false, "must be critical with timeStamping alone" },
		{ "timestamp", "timeStamping,clientAuth", true, "must be critical with timeStamping" },
		{ "timestamp", NULL, false, "must be critical with timeStamping alone" },
		{ "sign", "serverAuth", true, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chain_three three = chain_three();

		three.leaf.eku = rows[i].eku;
		three.leaf.eku_critical = rows[i].critical;
		expect(&three, rows[i].purpose, rows[i].fragment, NULL);
	}
}

static void a_ca_limits_the_purposes_below(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.eku = "clientAuth";
	expect(&three, "client", NULL, NULL);
	expect(&three, "server", "CN=ca: not for purpose server: extKeyUsage has no serverAuth",
	       "RFC 5280, 4.2.1.12");
	expect(&three, "sign", NULL, NULL);
	three.leaf.eku = "OCSPSigning";
	expect(&three, "ocsp", NULL, NULL);
}

static void an_anchor_is_judged_for_a_purpose_too(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &three.root);
	egov_buf_reset(bench.leaf);
	egov__buf_slice(bench.leaf, egov_buf_slice(bench.trust[0]));
	bench.options.purpose = "sign";
	chain_expect(&bench, "CN=root: not for purpose sign", NULL, true);
}

static void expect_policy(const struct chain_three *three, const char *oid, const char *fragment)
{
	struct chain_bench bench = chain_bench_three(three);

	bench.options.policy_oid = oid;
	chain_expect(&bench, fragment, NULL, true);
}

static void a_policy_holds_all_the_way(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	expect_policy(&three, CHAIN_POLICY, NULL);
	expect_policy(&three, CHAIN_POLICY ".1",
	              "CN=ca: policy " CHAIN_POLICY ".1 is not among its certificatePolicies");
	three.ca.policy = "2.5.29.32.0";
	expect_policy(&three, CHAIN_POLICY, NULL);
	expect_policy(&three, "1.2.3", "CN=leaf: policy 1.2.3 is not among");
	three.ca.policy = NULL;
	expect_policy(&three, CHAIN_POLICY,
	              "CN=ca: policy " CHAIN_POLICY ": no certificatePolicies");
	three = chain_three();
	three.leaf.policy = NULL;
	expect_policy(&three, CHAIN_POLICY, "CN=leaf: policy " CHAIN_POLICY ": no certificatePol");
}

static void unknown_questions_are_wrong_use(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };

	(void)state;
	bench.options.purpose = "everything";
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_USAGE,
	             "purpose everything is not known");
	bench.options.purpose = NULL;
	bench.options.policy_oid = "1.2.x";
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_USAGE,
	             "policy 1.2.x is no dotted OID");
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signing_certificates_sign),
		cmocka_unit_test(only_cas_are_cas),
		cmocka_unit_test(purposes_follow_the_extended_key_usage),
		cmocka_unit_test(a_ca_limits_the_purposes_below),
		cmocka_unit_test(an_anchor_is_judged_for_a_purpose_too),
		cmocka_unit_test(a_policy_holds_all_the_way),
		cmocka_unit_test(unknown_questions_are_wrong_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
