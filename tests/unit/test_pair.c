/* SPDX-License-Identifier: Apache-2.0 */
/* Signing and encryption certificates of one holder. */
#include "chain.h"

struct two {
	struct chain_three three;       /* its leaf signs */
	struct chain_plan other;        /* encrypts */
};

static struct two good(void)
{
	struct two two = { .three = chain_three() };

	two.other = two.three.leaf;
	two.other.key = 4;
	two.other.serial = 4;
	two.other.usage = EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT
	                  | EGOV__KU_KEY_AGREEMENT;
	return two;
}

static enum egov_status judge(const struct two *two, const struct egov_verify_options *more,
                              struct egov_report *findings, struct egov_error *err)
{
	struct chain_bench bench = chain_bench_three(&two->three);
	struct egov_verify_options options = more == NULL ? bench.options : *more;
	struct egov_buf *other = chain_cert(&two->other);
	struct chain_plan second = { .subject = "ca2", .issuer = "root", .key = 6, .serial = 9,
		                     .ca = true };
	enum egov_status rc;

	options.at = CHAIN_AT;
	chain_pool(&bench, &second);
	rc = egov_verify_pair(bench.verifier, egov_buf_slice(bench.leaf), egov_buf_slice(other),
	                      &options, findings, err);
	egov_buf_free(other);
	chain_bench_free(&bench);
	return rc;
}

static void expect(const struct two *two, const char *fragment, const char *clause)
{
	struct egov_error err = { 0 };
	const enum egov_status rc = judge(two, NULL, NULL, &err);

	if (fragment == NULL) {
		assert_ok(rc, &err);
		return;
	}
	if (clause != NULL)
		assert_string_equal(err.clause, clause);
	assert_fails(rc, &err, EGOV_E_UNTRUSTED, fragment);
}

static void a_pair_is_one(void **state)
{
	struct two two = good();

	(void)state;
	expect(&two, NULL, NULL);

	two.other.subject = "somebody else";
	expect(&two, "the pair: their subjects are not byte for byte the same: C=CN, CN=leaf, and "
	       "C=CN, CN=somebody else", "GM/T 0043, 6.2.1 g");
	two = good();
	two.other.subject_tag = EGOV__PRINTABLE_STRING;
	expect(&two, "their subjects are not byte for byte the same", NULL);

	two = good();
	two.other.issuer = "ca2";
	two.other.issuer_key = 6;
	expect(&two, "the pair: their issuers are not byte for byte the same", "GM/T 0034");

	two = good();
	two.other.key = two.three.leaf.key;
	expect(&two, "the pair: one key for both", "GM/T 0034");
}

static void each_has_its_own_use(void **state)
{
	struct two two = good();

	(void)state;
	two.three.leaf.usage = EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_KEY_AGREEMENT;
	expect(&two, "the signing certificate: keyUsage has a bit of the other kind",
	       "GM/T 0015, table C.3");
	two = good();
	two.other.usage |= EGOV__KU_DIGITAL_SIGNATURE;
	expect(&two, "the encryption certificate: keyUsage has a bit of the other kind",
	       "GM/T 0015, table C.4");
	two = good();
	two.other.usage = EGOV__KU_ENCIPHER_ONLY;
	expect(&two, "the encryption certificate: keyUsage has no bit of its kind", NULL);
	two = good();
	two.other.no_usage = true;
	expect(&two, "the encryption certificate: no keyUsage", NULL);

	/* The two the other way round: the first cannot sign. */
	two = good();
	two.three.leaf.usage = two.other.usage;
	two.other.usage = EGOV__KU_DIGITAL_SIGNATURE;
	expect(&two, "CN=leaf: not for purpose sign", NULL);
}

static void both_are_judged(void **state)
{
	struct two two = good();

	(void)state;
	two.other.until = CHAIN_AT - CHAIN_DAY;
	expect(&two, "CN=leaf: expired at", "RFC 5280, 6.1.3 (a)(2)");
	two = good();
	two.other.broken_signature = true;
	expect(&two, "CN=leaf: SM2 signature does not verify", NULL);
	two = good();
	two.three.leaf.broken_signature = true;
	expect(&two, "CN=leaf: SM2 signature does not verify", NULL);
}

static const char *result(const struct egov_report *findings, size_t from, const char *check)
{
	for (size_t r = from; r < egov_report_records(findings); r++) {
		const char *id = egov_report_find(findings, r, "check");

		if (id != NULL && strcmp(id, check) == 0)
			return egov_report_find(findings, r, "result");
	}
	return "";
}

static void findings_tell_which(void **state)
{
	struct two two = good();
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	size_t encryption = 0, last;

	(void)state;
	two.other.until = CHAIN_AT - CHAIN_DAY;
	assert_int_equal(judge(&two, NULL, findings, &err), EGOV_E_UNTRUSTED);
	assert_string_equal(egov_report_find(findings, 0, "certificate"), "signing");
	last = egov_report_records(findings) - 1;
	for (size_t r = 1; r < last; r++)
		if (egov_report_find(findings, r, "certificate") != NULL)
			encryption = r;
	assert_string_equal(egov_report_find(findings, encryption, "certificate"), "encryption");
	assert_string_equal(egov_report_find(findings, encryption - 1, "verdict"), "trusted");
	assert_string_equal(result(findings, encryption, "validity"), "pass");
	assert_string_equal(result(findings, 0, "pair-subject"), "pass");
	assert_string_equal(result(findings, 0, "pair-validity"), "fail");
	assert_string_equal(egov_report_find(findings, last, "verdict"), "untrusted");
	egov_report_free(findings);
}

/* Names, uses and purposes are the signing certificate's. */
static void questions_go_to_the_signing_certificate(void **state)
{
	const struct egov_verify_options options = { .eku = "1.3.6.1.5.5.7.3.2", .purpose = "client" };
	struct two two = good();
	struct egov_error err = { 0 };

	(void)state;
	two.three.leaf.eku = "clientAuth";
	assert_ok(judge(&two, &options, NULL, &err), &err);
	two.three.leaf.eku = NULL;
	two.other.eku = "clientAuth";
	assert_fails(judge(&two, &options, NULL, &err), &err, EGOV_E_UNTRUSTED, "no extKeyUsage");
}

static void what_does_not_decode_is_no_pair(void **state)
{
	struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_verify_pair(bench.verifier, egov_buf_slice(bench.leaf),
	                              egov__slice_text("junk"), &bench.options, NULL, &err),
	             &err, EGOV_E_SYNTAX, "certificate");
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_one),
		cmocka_unit_test(each_has_its_own_use),
		cmocka_unit_test(both_are_judged),
		cmocka_unit_test(findings_tell_which),
		cmocka_unit_test(questions_go_to_the_signing_certificate),
		cmocka_unit_test(what_does_not_decode_is_no_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
