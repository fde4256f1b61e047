/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier as its users hold it: what it is fed, and what it answers. */
#include "chain.h"

#include "base/pem.h"
#include "base/report.h"

static struct egov_slice text(struct egov_buf *buf)
{
	return egov_buf_slice(buf);
}

static void takes_der_pem_of_many_and_base64(void **state)
{
	const struct chain_three three = chain_three();
	struct egov_buf *root = chain_cert(&three.root), *ca = chain_cert(&three.ca);
	struct egov_buf *leaf = chain_cert(&three.leaf), *pem = egov_buf_new(EGOV__MAX_FILE);
	struct egov_buf *bare = egov_buf_new(EGOV__MAX_FILE);
	const struct egov_verify_options options = { .at = CHAIN_AT };
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_error err = { 0 };

	(void)state;
	egov__pem_encode(pem, "CERTIFICATE", text(ca));
	egov__buf_text(pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	egov__pem_encode(pem, "CERTIFICATE", text(root));
	assert_ok(egov_verifier_add_pool(verifier, text(pem), &err), &err);
	assert_fails(egov_verify(verifier, text(leaf), &options, NULL, &err), &err,
	             EGOV_E_UNTRUSTED, "CN=root: no path: it names itself");
	egov__base64_encode(bare, text(root), 0);
	assert_ok(egov_verifier_add_trust(verifier, text(bare), &err), &err);
	assert_ok(egov_verify(verifier, text(leaf), &options, NULL, &err), &err);
	egov_buf_reset(pem);
	egov__pem_encode(pem, "CERTIFICATE", text(leaf));
	assert_ok(egov_verify(verifier, text(pem), &options, NULL, &err), &err);
	egov_verifier_free(verifier);
	egov_buf_free(bare);
	egov_buf_free(pem);
	egov_buf_free(leaf);
	egov_buf_free(ca);
	egov_buf_free(root);
}

static void what_does_not_decode_is_refused(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	const struct egov_slice junk = egov__slice_text("junk!");
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_verifier_add_trust(bench.verifier, junk, &err), &err, EGOV_E_SYNTAX, "");
	assert_fails(egov_verifier_add_pool(bench.verifier, junk, &err), &err, EGOV_E_SYNTAX, "");
	assert_fails(egov_verifier_add_crl(bench.verifier, junk, &err), &err, EGOV_E_SYNTAX, "");
	assert_fails(egov_verifier_add_crl(bench.verifier, text(bench.leaf), &err), &err,
	             EGOV_E_SYNTAX, "CRL");
	assert_fails(egov_verify(bench.verifier, junk, &bench.options, NULL, &err), &err,
	             EGOV_E_SYNTAX, "");
	bench.leaf->size -= 1;
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_SYNTAX, "cut short");
	chain_bench_free(&bench);
}

static void nothing_is_trusted_without_an_anchor(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();
	struct egov_error err = { 0 };

	(void)state;
	chain_pool(&bench, &three.root);
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, "no path");
	assert_int_equal(chain_verify(&bench, NULL, NULL), EGOV_E_UNTRUSTED);
	chain_bench_free(&bench);
}

static void one_verifier_judges_many_times(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		bench.options.at = CHAIN_AT;
		assert_ok(chain_verify(&bench, NULL, &err), &err);
		bench.options.at = CHAIN_AT + 4000 * CHAIN_DAY;
		assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, "expired");
	}
	chain_bench_free(&bench);
}

static void the_same_certificate_again_changes_nothing(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		assert_ok(egov_verifier_add_pool(bench.verifier, text(bench.pool[0]), &err), &err);
	assert_ok(chain_verify(&bench, NULL, &err), &err);
	chain_bench_free(&bench);
}

static void the_contents_of_article_19_are_found(void **state)
{
	static const char *const keys[] = { "article19-ca-name", "article19-holder",
		                            "article19-serial", "article19-validity",
		                            "article19-policy", "article19-key",
		                            "article19-signature", "article19-other" };
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	size_t at;

	(void)state;
	bench.options.at = CHAIN_AT + 4000 * CHAIN_DAY;         /* refused, and told all the same */
	assert_fails(chain_verify(&bench, findings, &err), &err, EGOV_E_UNTRUSTED, "expired");
	at = egov_report_records(findings) - 3;
	assert_int_equal(egov_report_fields(findings, at), 8);
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(egov_report_key(findings, at, i), keys[i]);
	assert_string_equal(egov_report_value(findings, at, 0), "C=CN, CN=ca");
	assert_string_equal(egov_report_value(findings, at, 1), "C=CN, CN=leaf");
	assert_string_equal(egov_report_value(findings, at, 4), CHAIN_POLICY);
	egov_report_free(findings);
	chain_bench_free(&bench);
}

static const char *last(const struct egov_report *findings, const char *key)
{
	return egov_report_find(findings, egov_report_records(findings) - 1, key);
}

static void the_verdict_stands_last(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_report *findings[3] = { egov_report_new(), egov_report_new(), egov_report_new() };
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(chain_verify(&bench, findings[0], &err), &err);
	assert_string_equal(last(findings[0], "verdict"), "trusted");
	assert_null(last(findings[0], "reason"));
	bench.options.at = CHAIN_AT + 4000 * CHAIN_DAY;
	assert_int_equal(chain_verify(&bench, findings[1], &err), EGOV_E_UNTRUSTED);
	assert_string_equal(last(findings[1], "verdict"), "untrusted");
	assert_string_equal(last(findings[1], "reason"), err.text);
	assert_string_equal(last(findings[1], "clause"), err.clause);
	bench.leaf->size -= 3;
	assert_int_equal(chain_verify(&bench, findings[2], NULL), EGOV_E_SYNTAX);
	assert_string_equal(last(findings[2], "verdict"), "malformed");
	assert_int_equal(egov_report_records(findings[2]), 2);
	assert_string_equal(egov_report_find(findings[2], 0, "judged-at"), "2037-12-28T08:00:00Z");
	assert_int_equal(strlen(egov_report_find(findings[2], 0, "sm3")), 64);
	for (size_t i = 0; i < 3; i++)
		egov_report_free(findings[i]);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_der_pem_of_many_and_base64),
		cmocka_unit_test(what_does_not_decode_is_refused),
		cmocka_unit_test(nothing_is_trusted_without_an_anchor),
		cmocka_unit_test(one_verifier_judges_many_times),
		cmocka_unit_test(the_same_certificate_again_changes_nothing),
		cmocka_unit_test(the_contents_of_article_19_are_found),
		cmocka_unit_test(the_verdict_stands_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
