/* SPDX-License-Identifier: Apache-2.0 */
/* What a CA certificate must say, and what it says about those below it. */
#include "chain.h"

static void a_user_is_no_ca(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.ca = false;
	three.ca.usage = EGOV__KU_KEY_CERT_SIGN;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: issued a certificate, but its basicConstraints say it is no CA",
	             "RFC 5280, 4.2.1.9", false);
}

static void basic_constraints_are_there_and_critical(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.no_basic = true;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: issued a certificate, but has no basicConstraints",
	             "RFC 5280, 4.2.1.9", false);

	three = chain_three();
	three.ca.basic_not_critical = true;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: basicConstraints of a CA are not critical",
	             "RFC 5280, 4.2.1.9", false);
}

static void an_anchor_alone_may_have_them_not_critical(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.root.basic_not_critical = true;
	struct chain_bench bench = chain_bench_three(&three);
	/* As the national ROOTCA: OpenSSL's strict mode refuses all below it. */
	chain_expect(&bench, NULL, NULL, false);

	three = chain_three();
	three.root.no_basic = true;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=root: issued a certificate, but has no basicConstraints", NULL, false);
}

static void path_length_is_kept(void **state)
{
	struct chain_three three = chain_three();
	struct chain_plan sub = { .subject = "sub", .issuer = "ca", .key = 3, .issuer_key = 1,
		                  .serial = 7, .ca = true };

	(void)state;
	three.root.path_len = 1 + 1;
	three.ca.path_len = 1 + 0;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, true);

	three.root.path_len = 0;
	three.leaf.issuer = "sub";
	three.leaf.issuer_key = 3;
	bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	chain_expect(&bench, "CN=ca: 1 CAs below it, at most 0 allowed by its pathLenConstraint",
	             "RFC 5280, 4.2.1.9", false);

	three.root.path_len = 1 + 1;
	three.ca.path_len = 0;
	bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	chain_expect(&bench, "CN=root: 2 CAs below it, at most 1 allowed", NULL, false);

	three.root.path_len = 1 + 2;
	bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	chain_expect(&bench, NULL, NULL, true);
}

static void self_issued_certificates_do_not_count(void **state)
{
	struct chain_three three = chain_three();
	/* The CA's new key, certified by its old one. */
	const struct chain_plan rollover = { .subject = "ca", .issuer = "ca", .key = 4,
		                             .issuer_key = 1, .serial = 8, .ca = true };

	(void)state;
	three.ca.path_len = 1 + 0;
	three.leaf.issuer_key = 4;
	struct chain_bench bench = chain_bench_three(&three);
	chain_pool(&bench, &rollover);
	chain_expect(&bench, NULL, NULL, true);
}

static void certificates_are_signed_with_key_cert_sign(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.usage = EGOV__KU_CRL_SIGN | EGOV__KU_DIGITAL_SIGNATURE;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: issued a certificate, but its keyUsage has no keyCertSign",
	             "RFC 5280, 4.2.1.3", false);

	three = chain_three();
	three.root.usage = EGOV__KU_CRL_SIGN;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=root: issued a certificate, but its keyUsage has no keyCertSign", NULL,
	             false);
}

static void key_usage_may_lack_on_an_anchor_alone(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.no_usage = true;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: issued a certificate, but has no keyUsage", "RFC 5280, 4.2.1.3",
	             false);

	/* OpenSSL's strict mode wants it there too. */
	three = chain_three();
	three.root.no_usage = true;
	bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, false);
}

static void key_cert_sign_is_for_cas(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.usage = EGOV__KU_KEY_CERT_SIGN | EGOV__KU_DIGITAL_SIGNATURE;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: keyUsage has keyCertSign, but basicConstraints do not say",
	             "RFC 5280, 4.2.1.9", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_is_no_ca),
		cmocka_unit_test(basic_constraints_are_there_and_critical),
		cmocka_unit_test(an_anchor_alone_may_have_them_not_critical),
		cmocka_unit_test(path_length_is_kept),
		cmocka_unit_test(self_issued_certificates_do_not_count),
		cmocka_unit_test(certificates_are_signed_with_key_cert_sign),
		cmocka_unit_test(key_usage_may_lack_on_an_anchor_alone),
		cmocka_unit_test(key_cert_sign_is_for_cas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
