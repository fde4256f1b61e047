/* SPDX-License-Identifier: Apache-2.0 */
/* The table of checks: each refuses what it should, by its clause, and OpenSSL
 * is asked about the same chain. */
#include "chain.h"

#include "base/report.h"
#include "verify/judge.h"

static void a_good_chain_is_trusted(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);

	(void)state;
	chain_expect(&bench, NULL, NULL, true);
}

static void without_the_ca_there_is_no_path(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "C=CN, CN=leaf: no path: its issuer, C=CN, CN=ca, is not among",
	             "RFC 5280, 6.1", false);
}

static void the_missing_link_is_named_where_it_is(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "C=CN, CN=ca: no path: its issuer, C=CN, CN=root, is not among", NULL,
	             false);
}

static void a_self_signed_stranger_is_not_trusted(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &(struct chain_plan){ .subject = "own", .key = 3 });
	chain_expect(&bench, "names itself as its issuer and is not trusted", NULL, false);
}

static void an_anchor_is_trusted_itself(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_trust(&bench, &three.root);
	chain_leaf(&bench, &three.root);
	/* The signature differs from run to run: the same bytes must be judged. */
	egov_buf_reset(bench.leaf);
	egov__buf_slice(bench.leaf, egov_buf_slice(bench.trust[0]));
	chain_expect(&bench, NULL, NULL, true);
}

static void an_intermediate_may_be_the_anchor(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	(void)state;
	chain_trust(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, NULL, NULL, true);
}

static void expiry_is_the_cause_that_is_named(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.until = CHAIN_AT - 1;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: expired at 2027-01-15T07:59:59Z, judged at 2027-01-15T08:00:00Z",
	             "RFC 5280, 6.1.3 (a)(2)", false);

	three = chain_three();
	three.ca.until = CHAIN_AT - CHAIN_DAY;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: expired at", "RFC 5280, 6.1.3 (a)(2)", false);

	three = chain_three();
	three.root.until = CHAIN_AT - CHAIN_DAY;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=root: expired at", NULL, false);
}

static void the_last_and_first_second_are_valid(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.from = CHAIN_AT;
	three.ca.until = CHAIN_AT;
	struct chain_bench bench = chain_bench_three(&three);
	/* RFC 5280, 4.1.2.5: both ends included.  OpenSSL ends a second early. */
	chain_expect(&bench, NULL, NULL, false);
}

static void what_is_not_yet_valid_is_refused(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.from = CHAIN_AT + 1;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: not yet valid: from 2027-01-15T08:00:01Z", NULL, false);
}

static void issuer_names_are_compared_by_what_they_say(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.issuer_tag = EGOV__PRINTABLE_STRING;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, true);

	three.leaf.issuer = "cb";
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: its issuer name is not the subject of C=CN, CN=ca",
	             "RFC 5280, 6.1.3 (a)(4), 7.1", false);

	three.leaf.no_key_ids = three.ca.no_key_ids = true;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: no path: its issuer", NULL, false);
}

static void certificates_below_the_anchor_are_of_version_3(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.version = 1;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: X.509 version 1, version 3 wanted", "GM/T 0015, 5.2.3.1", true);

	three = chain_three();
	three.ca.version = 1;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=ca: X.509 version 1", NULL, false);

	three = chain_three();
	/* Trust is configured; OpenSSL's strict mode wants version 3 here too. */
	three = chain_three();
	three.root.version = 1;
	bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, false);
}

static void unique_identifiers_are_read_and_allowed(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.unique_ids = true;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, true);
}

static void expect_serial(const char *hex, const char *fragment)
{
	struct chain_three three = chain_three();

	three.leaf.serial_hex = hex;
	struct chain_bench bench = chain_bench_three(&three);
	/* OpenSSL takes any. */
	chain_expect(&bench, fragment, fragment == NULL ? NULL : "GM/T 0015, 5.2.3.2", true);
}

static void serial_numbers_are_positive_and_of_20_octets(void **state)
{
	(void)state;
	expect_serial("00", "CN=leaf: serial number is not positive");
	expect_serial("fb", "CN=leaf: serial number is not positive");
	expect_serial("7fffffffffffffffffffffffffffffffffffffff", NULL);
	expect_serial("00ffffffffffffffffffffffffffffffffffffffff",
	              "CN=leaf: serial number of 21 octets, at most 20 allowed");
}

static void a_key_that_nobody_can_use_is_refused(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	/* The point is not one of P-256. */
	three.leaf.spki_prefix = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: public key neither SM2 nor another that is known here",
	             "GM/T 0015, 5.2.3.7", false);
}

static void sm2_keys_are_read_in_both_forms(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	/* The curve's OID at both places; OpenSSL has a key type of that name. */
	three.ca.spki_prefix = "305a301406082a811ccf5501822d06082a811ccf5501822d034200";
	three.leaf.spki_prefix = three.ca.spki_prefix;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, true);
}

static void every_check_is_in_the_findings(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_report *findings = egov_report_new(), *table = egov_report_new();
	struct egov_error err = { 0 };
	size_t seen;

	(void)state;
	assert_ok(chain_verify(&bench, findings, &err), &err);
	assert_ok(egov_verify_checks(table, &err), &err);
	assert_int_equal(egov_report_records(table),
	                 egov__checks_count + egov__pair_side.count + egov__document_side.count);
	for (size_t c = 0; c < egov__checks_count; c++) {
		const char *id = egov_report_find(table, c, "check"), *value;

		assert_non_null(egov_report_find(table, c, "clause"));
		seen = 0;
		for (size_t r = 0; r < egov_report_records(findings); r++) {
			value = egov_report_find(findings, r, "check");
			if (value == NULL || strcmp(value, id) != 0)
				continue;
			seen++;
			value = egov_report_find(findings, r, "result");
			assert_true(strcmp(value, "pass") == 0 || strcmp(value, "skip") == 0);
			assert_non_null(egov_report_find(findings, r, "what"));
			assert_non_null(egov_report_find(findings, r, "source"));
			assert_non_null(egov_report_find(findings, r, "clause"));
		}
		assert_true(seen > 0);
	}
	egov_report_free(table);
	egov_report_free(findings);
	chain_bench_free(&bench);
}

static const char *finding(const struct egov_report *findings, const char *check, const char *about,
                           const char *key)
{
	const char *id, *what;

	for (size_t r = 0; r < egov_report_records(findings); r++) {
		id = egov_report_find(findings, r, "check");
		what = egov_report_find(findings, r, "what");
		if (id != NULL && strcmp(id, check) == 0 && strstr(what, about) != NULL)
			return egov_report_find(findings, r, key);
	}
	return NULL;
}

static void all_failures_are_found_and_the_first_is_named(void **state)
{
	struct chain_three three = chain_three();
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	three.leaf.until = CHAIN_AT - 1;
	three.ca.no_basic = true;
	struct chain_bench bench = chain_bench_three(&three);
	assert_fails(chain_verify(&bench, findings, &err), &err, EGOV_E_UNTRUSTED, "CN=leaf: expired");
	assert_string_equal(finding(findings, "validity", "CN=leaf", "result"), "fail");
	assert_string_equal(finding(findings, "validity", "CN=ca", "result"), "pass");
	assert_string_equal(finding(findings, "ca", "CN=ca", "result"), "fail");
	assert_string_equal(finding(findings, "ca", "CN=ca", "clause"), "RFC 5280, 4.2.1.9");
	assert_string_equal(finding(findings, "ca", "CN=root", "result"), "pass");
	assert_string_equal(finding(findings, "signature", "CN=leaf", "result"), "pass");
	assert_string_equal(finding(findings, "signature", "CN=leaf", "source"),
	                    "certificate, serial number 03");
	assert_string_equal(finding(findings, "policy", "CN=leaf", "result"), "skip");
	assert_string_equal(finding(findings, "path", "CN=leaf", "clause"), "RFC 5280, 6.1");
	egov_report_free(findings);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_chain_is_trusted),
		cmocka_unit_test(without_the_ca_there_is_no_path),
		cmocka_unit_test(the_missing_link_is_named_where_it_is),
		cmocka_unit_test(a_self_signed_stranger_is_not_trusted),
		cmocka_unit_test(an_anchor_is_trusted_itself),
		cmocka_unit_test(an_intermediate_may_be_the_anchor),
		cmocka_unit_test(expiry_is_the_cause_that_is_named),
		cmocka_unit_test(the_last_and_first_second_are_valid),
		cmocka_unit_test(what_is_not_yet_valid_is_refused),
		cmocka_unit_test(issuer_names_are_compared_by_what_they_say),
		cmocka_unit_test(certificates_below_the_anchor_are_of_version_3),
		cmocka_unit_test(unique_identifiers_are_read_and_allowed),
		cmocka_unit_test(serial_numbers_are_positive_and_of_20_octets),
		cmocka_unit_test(a_key_that_nobody_can_use_is_refused),
		cmocka_unit_test(sm2_keys_are_read_in_both_forms),
		cmocka_unit_test(every_check_is_in_the_findings),
		cmocka_unit_test(all_failures_are_found_and_the_first_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
