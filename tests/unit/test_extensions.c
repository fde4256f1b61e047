/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions: what is critical must be known, what is known must be readable. */
#include "chain.h"

#define EXPECT(cases) chain_expect_cases(cases, sizeof(cases) / sizeof((cases)[0]))

static void unknown_critical_extensions_refuse(void **state)
{
	static const char unknown[] = "critical extension 1.2.3.4, which is not known here";
	static const struct chain_case cases[] = {
		{ "1.2.3.4", true, "0500", CHAIN_LEAF, unknown, "RFC 5280, 4.2", false },
		{ "1.2.3.4", true, "0500", CHAIN_CA, unknown, "RFC 5280, 4.2", false },
		{ "1.2.3.4", true, "0500", CHAIN_ROOT, unknown, "RFC 5280, 4.2", false },
		{ "1.2.3.4", false, "0500", CHAIN_LEAF, NULL, NULL, true },
		{ "1.2.3.4", false, "0500", CHAIN_ROOT, NULL, NULL, true },
		/* Known by name, but nothing here evaluates it. */
		{ "2.5.29.16", true, "3000", CHAIN_LEAF, "critical extension privateKeyUsagePeriod",
		  NULL, false },
		{ "1.3.6.1.5.5.7.48.1.5", true, "0500", CHAIN_LEAF, NULL, NULL, true },
	};

	(void)state;
	EXPECT(cases);
}

static void critical_policies_are_understood_whole(void **state)
{
	/* Policy 1.2.3 with a CPS URI "u:", then with qualifier 1.2.3.4. */
	static const char cps[] = "3018301606022a033010300e06082b060105050702011602753a";
	static const struct chain_case cases[] = {
		{ "2.5.29.32", true, cps, CHAIN_LEAF, NULL, NULL, true },
		{ "2.5.29.32", true, "3012301006022a03300a300806032a03040c0178", CHAIN_LEAF,
		  "critical certificatePolicies with a qualifier", "RFC 5280, 4.2.1.4", true },
		{ "2.5.29.32", false, "3012301006022a03300a300806032a03040c0178", CHAIN_LEAF, NULL, NULL,
		  true },
	};

	(void)state;
	EXPECT(cases);
}

static void malformed_extensions_refuse(void **state)
{
	static const struct chain_case cases[] = {
		/* FALSE, which DER leaves out; OpenSSL reads BER. */
		{ "2.5.29.19", true, "3003010100", CHAIN_CA, "CN=ca: malformed basicConstraints", NULL,
		  false },
		{ "2.5.29.19", false, "3003010100", CHAIN_LEAF, "CN=leaf: malformed basicConstraints",
		  NULL, true },
		{ "2.5.29.15", true, "0302" "00c0", CHAIN_LEAF, "CN=leaf: malformed keyUsage", NULL,
		  true },
		{ "2.5.29.17", false, "0c0178", CHAIN_LEAF, "CN=leaf: malformed subjectAltName", NULL,
		  false },
		{ "2.5.29.37", false, "3000", CHAIN_LEAF, "CN=leaf: malformed extKeyUsage", NULL, true },
		{ "2.5.29.31", false, "3000", CHAIN_LEAF, "CN=leaf: malformed cRLDistributionPoints",
		  NULL, true },
		{ "2.5.29.54", false, "0201ff", CHAIN_CA, "CN=ca: malformed inhibitAnyPolicy", NULL,
		  true },
		{ "2.5.29.36", false, "3000", CHAIN_CA, "CN=ca: malformed policyConstraints", NULL,
		  true },
		{ "2.5.29.33", false, "3000", CHAIN_CA, "CN=ca: malformed policyMappings", NULL, true },
		{ "2.5.29.30", false, "3000", CHAIN_CA, "CN=ca: malformed nameConstraints", NULL, true },
		{ "2.5.29.32", false, "3000", CHAIN_CA, "CN=ca: malformed certificatePolicies", NULL,
		  true },
	};

	(void)state;
	EXPECT(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_critical_extensions_refuse),
		cmocka_unit_test(critical_policies_are_understood_whole),
		cmocka_unit_test(malformed_extensions_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
