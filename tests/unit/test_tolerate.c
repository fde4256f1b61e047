/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused, and what is not where it is asked for by name. */
#include "chain.h"

#include "base/report.h"

struct row {
	const char *name;               /* of the leniency */
	const char *fragment, *clause;  /* without it */
	bool oracle;
	struct chain_three three;
};

/* Twice: refused, and then not. */
static void expect(const struct row *row)
{
	for (int lenient = 0; lenient < 2; lenient++) {
		struct chain_bench bench = chain_bench_three(&row->three);

		printf("%s%s\n", lenient ? "with " : "without ", row->name);
		if (lenient)
			bench.options.tolerate = egov_tolerate_by_name(row->name);
		chain_expect(&bench, lenient ? NULL : row->fragment, lenient ? NULL : row->clause,
		             row->oracle);
	}
}

static struct egov_buf *hex_extension(struct chain_plan *plan, const char *oid, bool critical,
                                      const char *hex)
{
	struct egov_buf *value = help_hex_buf(hex);
	struct egov_buf *ext = chain_extension(oid, critical, egov_buf_slice(value));

	plan->more = egov_buf_slice(ext);
	egov_buf_free(value);
	return ext;
}

static void extensions_that_should_be_critical(void **state)
{
	struct row row = { "criticality", "CN=ca: basicConstraints of a CA are not critical",
		           "RFC 5280, 4.2.1.9", false, chain_three() };
	struct egov_buf *ext;

	(void)state;
	row.three.ca.basic_not_critical = true;
	expect(&row);
	row = (struct row){ "criticality", "CN=ca: its nameConstraints are not critical",
		            "RFC 5280, 4.2.1.10", true, chain_three() };
	ext = hex_extension(&row.three.ca, "2.5.29.30", false, "3015a0133011a40f300d310b300906035504061302434e");
	expect(&row);
	egov_buf_free(ext);
	row = (struct row){ "criticality", "CN=ca: its inhibitAnyPolicy are not critical",
		            "RFC 5280, 4.2.1.14", true, chain_three() };
	ext = hex_extension(&row.three.ca, "2.5.29.54", false, "020100");
	expect(&row);
	egov_buf_free(ext);
}

/* An AKI alone, which names the key of the root. */
static struct egov_buf *aki_of_root(struct chain_plan *plan)
{
	struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT), *ext;
	struct egov_error err = { 0 };
	uint8_t id[20];

	assert_ok(egov__key_identifier(chain_spki(0), id, &err), &err);
	egov__ext_put_aki(value, EGOV__SLICE(id));
	ext = chain_extension("2.5.29.35", false, egov_buf_slice(value));
	plan->more = egov_buf_slice(ext);
	egov_buf_free(value);
	return ext;
}

static void key_identifiers(void **state)
{
	struct row row = { "key-identifiers", "CN=ca: its authorityKeyIdentifier has no key "
		           "identifier", "RFC 5280, 4.2.1.1; GM/T 0043, 6.2.2", false,
		           chain_three() };
	struct egov_buf *ext;

	(void)state;
	row.three.ca.no_key_ids = true;
	ext = hex_extension(&row.three.ca, "2.5.29.35", false, "3000");
	expect(&row);
	egov_buf_free(ext);
	row.three = chain_three();
	row.three.leaf.no_key_ids = true;
	row.fragment = "CN=leaf: no authorityKeyIdentifier";
	expect(&row);
	ext = hex_extension(&row.three.leaf, "2.5.29.35", false, "3006800401020304");
	row.fragment = "CN=leaf: its authorityKeyIdentifier is not the key identifier of its issuer";
	expect(&row);
	egov_buf_free(ext);
	ext = hex_extension(&row.three.leaf, "2.5.29.35", true, "3006800401020304");
	row.fragment = "CN=leaf: its authorityKeyIdentifier is critical";
	expect(&row);
	egov_buf_free(ext);
	row.three = chain_three();
	row.three.ca.no_key_ids = true;
	row.fragment = "CN=ca: issued a certificate, but has no subjectKeyIdentifier";
	row.clause = "RFC 5280, 4.2.1.2; GM/T 0043, 6.2.2";
	/* Made by the root's key: its AKI is there, its SKI is not. */
	ext = aki_of_root(&row.three.ca);
	expect(&row);
	egov_buf_free(ext);
}

static void names_of_no_form(void **state)
{
	struct row row = { "name-forms", "CN=leaf: subjectAltName: dNSName \"a_b.cn\" is malformed",
		           "RFC 5280, 4.2.1.10", true, chain_three() };
	struct egov_buf *ext = hex_extension(&row.three.leaf, "2.5.29.17", false, "30088206615f622e636e");

	(void)state;
	expect(&row);
	egov_buf_free(ext);
	row.fragment = "dNSName \"10.0.0.1\" is malformed";
	ext = hex_extension(&row.three.leaf, "2.5.29.17", false, "300a820831302e302e302e31");
	expect(&row);
	egov_buf_free(ext);
	row.fragment = "uniformResourceIdentifier \"a/b\" is malformed";
	ext = hex_extension(&row.three.leaf, "2.5.29.17", false, "30058603612f62");
	expect(&row);
	egov_buf_free(ext);
	row.fragment = "rfc822Name \"a\" is malformed";
	ext = hex_extension(&row.three.leaf, "2.5.29.17", false, "3003810161");
	expect(&row);
	egov_buf_free(ext);
	row.three = chain_three();
	row.fragment = "CN=ca: malformed nameConstraints: constraint of dNSName that begins with a dot";
	ext = hex_extension(&row.three.ca, "2.5.29.30", true, "3009a00730058203" "2e636e");
	expect(&row);
	egov_buf_free(ext);
}

static void serial_numbers_and_versions(void **state)
{
	struct row row = { "serial-numbers", "CN=leaf: serial number is not positive",
		           "GM/T 0015, 5.2.3.2", true, chain_three() };

	(void)state;
	row.three.leaf.serial_hex = "00";
	expect(&row);
	row.three.leaf.serial_hex = "0102030405060708090a0b0c0d0e0f101112131415";
	row.fragment = "serial number of 21 octets";
	expect(&row);
	row = (struct row){ "old-versions", "CN=leaf: X.509 version 1, version 3 wanted",
		            "GM/T 0015, 5.2.3.1", true, chain_three() };
	row.three.leaf.version = 1;
	bool lenient = false;
	do {
		struct chain_bench bench = chain_bench_three(&row.three);

		bench.options.tolerate = lenient ? EGOV_TOLERATE_OLD_VERSIONS
		                                   | EGOV_TOLERATE_KEY_IDENTIFIERS : 0;
		chain_expect(&bench, lenient ? NULL : row.fragment, lenient ? NULL : row.clause, true);
		lenient = !lenient;
	} while (lenient);
}

static void anchors_that_expired_or_limit(void **state)
{
	struct row row = { "anchor-expired", "CN=root: expired at", "RFC 5280, 6.1.3 (a)(2)", false,
		           chain_three() };

	(void)state;
	row.three.root.until = CHAIN_AT - CHAIN_DAY;
	expect(&row);
	row = (struct row){ "anchor-limits", "CN=root: 1 CAs below it, at most 0 allowed",
		            "RFC 5280, 4.2.1.9", false, chain_three() };
	row.three.root.path_len = 1;
	expect(&row);
	/* Its limits are, its time is not. */
	row.three.root.until = CHAIN_AT - CHAIN_DAY;
	struct chain_bench bench = chain_bench_three(&row.three);
	bench.options.tolerate = EGOV_TOLERATE_ANCHOR_LIMITS;
	chain_expect(&bench, "CN=root: expired at", NULL, false);
}

static void defaults_written_out(void **state)
{
	struct row row = { "written-defaults", "CN=leaf: malformed basicConstraints: basicConstraints: "
		           "cA: FALSE is written out", "X.690, 11.5", true, chain_three() };
	struct egov_buf *ext = hex_extension(&row.three.leaf, "2.5.29.19", false, "3003010100");

	(void)state;
	row.three.leaf.no_basic = true;
	expect(&row);
	egov_buf_free(ext);
}

static void lists_without_a_next_one(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_crl_plan plan = { .issuer = "ca", .key = 1, .until = -1 };
	struct chain_bench bench;

	(void)state;
	for (int lenient = 0; lenient < 2; lenient++) {
		bench = chain_bench_three(&three);
		chain_add_crl(&bench, &plan);
		bench.options.tolerate = lenient ? EGOV_TOLERATE_NO_NEXT_UPDATE : 0;
		chain_expect(&bench, lenient ? NULL : "it has no nextUpdate", NULL, true);
	}
	/* Five days old. */
	bench = chain_bench_three(&three);
	plan.until = 0;
	chain_add_crl(&bench, &plan);
	bench.options.max_age = 5 * CHAIN_DAY;
	chain_expect(&bench, NULL, NULL, true);
	bench = chain_bench_three(&three);
	chain_add_crl(&bench, &plan);
	bench.options.max_age = 5 * CHAIN_DAY - 1;
	chain_expect(&bench, "thisUpdate is longer ago than what is asked for allows",
	             "RFC 5280, 5.1.2.4", true);
}

static void depth_counts_the_cas_between(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench;

	(void)state;
	for (unsigned depth = 0; depth < 3; depth++) {
		bench = chain_bench_three(&three);
		bench.options.limit_depth = 1;
		bench.options.depth = depth;
		chain_expect(&bench, depth == 0 ? "no path: more than 0 CAs between it and a trust anchor"
		                                : NULL, NULL, true);
	}
}

static void every_leniency_has_a_name(void **state)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	unsigned all = 0;

	(void)state;
	assert_ok(egov_tolerate_list(report, &err), &err);
	for (size_t r = 0; r < egov_report_records(report); r++) {
		const unsigned bit = egov_tolerate_by_name(egov_report_find(report, r, "tolerate"));

		assert_int_not_equal(bit, 0);
		assert_int_equal(all & bit, 0);
		assert_non_null(egov_report_find(report, r, "clause"));
		all |= bit;
	}
	assert_int_equal(all, 2 * EGOV_TOLERATE_WRITTEN_DEFAULTS - 1);
	assert_int_equal(egov_tolerate_by_name("small-keys,old-digests"),
	                 EGOV_TOLERATE_SMALL_KEYS | EGOV_TOLERATE_OLD_DIGESTS);
	assert_int_equal(egov_tolerate_by_name("small-keys,nothing"), 0);
	assert_int_equal(egov_tolerate_by_name(""), 0);
	egov_report_free(report);
}

static void names_written_otherwise_are_told_and_taken(void **state)
{
	struct chain_three three = chain_three();
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	size_t warned = 0;

	(void)state;
	three.leaf.issuer = "CA";
	three.leaf.issuer_tag = EGOV__PRINTABLE_STRING;
	struct chain_bench bench = chain_bench_three(&three);
	assert_true(chain_oracle(&bench));
	assert_ok(chain_verify(&bench, findings, &err), &err);
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		const char *result = egov_report_find(findings, r, "result");

		if (result == NULL || strcmp(result, "warn") != 0)
			continue;
		assert_string_equal(egov_report_find(findings, r, "check"), "issuer-name-octets");
		warned++;
	}
	assert_int_equal(warned, 1);
	egov_report_free(findings);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extensions_that_should_be_critical),
		cmocka_unit_test(key_identifiers),
		cmocka_unit_test(names_of_no_form),
		cmocka_unit_test(serial_numbers_and_versions),
		cmocka_unit_test(anchors_that_expired_or_limit),
		cmocka_unit_test(defaults_written_out),
		cmocka_unit_test(lists_without_a_next_one),
		cmocka_unit_test(depth_counts_the_cas_between),
		cmocka_unit_test(every_leniency_has_a_name),
		cmocka_unit_test(names_written_otherwise_are_told_and_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
