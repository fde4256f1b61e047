/* SPDX-License-Identifier: Apache-2.0 */
/* CRLs: what revokes, what cannot be used, and that unknown is never good. */
#include "chain.h"

#include "base/report.h"
#include "crl/crl.h"

static const struct chain_crl_plan empty = { .issuer = "ca", .key = 1 };

/* The usual three with this CRL of the CA. */
static struct chain_bench bench_with(const struct chain_crl_plan *plan)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);

	chain_add_crl(&bench, plan);
	return bench;
}

static void expect(const struct chain_crl_plan *plan, const char *fragment, const char *clause)
{
	struct chain_bench bench = bench_with(plan);

	chain_expect(&bench, fragment, clause, true);
}

static void what_is_listed_is_revoked(void **state)
{
	struct chain_crl_plan plan = empty;

	(void)state;
	plan.entries[0] = (struct chain_crl_entry){ 2, -1, false, NULL };
	plan.entries[1] = (struct chain_crl_entry){ 3, 1, false, NULL };
	plan.entries[2] = (struct chain_crl_entry){ 4, -1, false, NULL };
	expect(&plan, "CN=leaf: revoked at 2026-12-26T08:00:00Z (keyCompromise)",
	       "RFC 5280, 6.3.3; GM/T 0015, 5.3");
	plan.entries[1].reason = -1;
	expect(&plan, "CN=leaf: revoked at 2026-12-26T08:00:00Z (no reason given)", NULL);
	plan.entries[1].serial = 5;
	expect(&plan, NULL, NULL);
	expect(&empty, NULL, NULL);
}

static void hold_is_revocation(void **state)
{
	struct chain_crl_plan plan = empty;

	(void)state;
	plan.entries[0] = (struct chain_crl_entry){ 3, 6, false, NULL };
	expect(&plan, "CN=leaf: on hold since 2026-12-26T08:00:00Z (certificateHold)", NULL);
}

static void remove_from_crl_is_for_deltas(void **state)
{
	struct chain_crl_plan plan = empty;

	(void)state;
	plan.entries[0] = (struct chain_crl_entry){ 3, 8, false, NULL };
	expect(&plan, "removeFromCRL, which only a delta CRL may", "RFC 5280, 5.3.1");
}

static void a_revoked_ca_revokes_what_is_below(void **state)
{
	struct chain_crl_plan plan = { .issuer = "root", .key = 0, .entries = { { 2, 2, false, NULL } } };

	(void)state;
	expect(&plan, "CN=ca: revoked at 2026-12-26T08:00:00Z (cACompromise)", NULL);
	plan.entries[0].serial = 3;     /* the leaf's serial number, of another issuer */
	expect(&plan, NULL, NULL);
}

static void stale_and_future_lists_are_refused(void **state)
{
	struct chain_crl_plan plan = empty;

	(void)state;
	plan.until = CHAIN_AT;
	expect(&plan, "CN=leaf: the CRL of its issuer cannot be used: it is stale",
	       "RFC 5280, 5.1.2.5");
	plan.until = CHAIN_AT + 1;
	expect(&plan, NULL, NULL);
	plan.until = -1;
	expect(&plan, "it has no nextUpdate", "GM/T 0015, 5.3");
	plan.until = 0;
	plan.from = CHAIN_AT + 1;
	expect(&plan, "thisUpdate lies after the moment", "RFC 5280, 5.1.2.4");
	plan.from = CHAIN_AT;
	expect(&plan, NULL, NULL);
}

static void a_fresh_list_makes_stale_ones_harmless(void **state)
{
	struct chain_crl_plan stale = { .issuer = "ca", .key = 1, .from = CHAIN_AT - 9 * CHAIN_DAY,
		                        .until = CHAIN_AT - CHAIN_DAY, .entries = { { 3, 6, false, NULL } } };
	struct chain_bench bench = bench_with(&stale);

	(void)state;
	chain_add_crl(&bench, &empty);
	chain_expect(&bench, NULL, NULL, true);
}

static void the_newest_list_decides(void **state)
{
	struct chain_crl_plan older = { .issuer = "ca", .key = 1, .from = CHAIN_AT - 9 * CHAIN_DAY,
		                        .entries = { { 3, 6, false, NULL } } };
	struct chain_crl_plan newer = empty;

	(void)state;
	for (int order = 0; order < 2; order++) {
		struct chain_bench bench = bench_with(order == 0 ? &older : &newer);

		chain_add_crl(&bench, order == 0 ? &newer : &older);
		chain_expect(&bench, NULL, NULL, true);
	}
	newer.entries[0] = older.entries[0];
	older.entries[0].serial = 0;
	struct chain_bench bench = bench_with(&newer);
	chain_add_crl(&bench, &older);
	chain_expect(&bench, "CN=leaf: on hold", NULL, true);
}

static void lists_of_another_key_or_id_are_refused(void **state)
{
	struct chain_crl_plan plan = empty;

	(void)state;
	plan.key = 5;
	expect(&plan, "the CRL of its issuer cannot be used: SM2 signature does not verify",
	       "GM/T 0009, 10");
	plan.key = 1;
	plan.id = "";
	expect(&plan, "cannot be used: SM2 signature was made with the empty signer ID",
	       "GM/T 0009, 10");
}

static void crl_sign_is_needed(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.ca.usage = EGOV__KU_KEY_CERT_SIGN;
	struct chain_bench bench = chain_bench_three(&three);
	chain_add_crl(&bench, &empty);
	chain_expect(&bench, "cannot be used: its issuer's keyUsage has no cRLSign",
	             "RFC 5280, 6.3.3 (f)", true);

	/* An anchor that says nothing may. */
	three = chain_three();
	three.root.no_usage = true;
	bench = chain_bench_three(&three);
	chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "root", .key = 0 });
	chain_expect(&bench, NULL, NULL, false);

	three.root.no_usage = false;
	three.root.usage = EGOV__KU_KEY_CERT_SIGN;
	bench = chain_bench_three(&three);
	chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "root", .key = 0 });
	chain_expect(&bench, "CN=ca: the CRL of its issuer cannot be used: its issuer's keyUsage",
	             NULL, true);
}

static void required_lists_must_be_there(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_crl_plan root = { .issuer = "root", .key = 0 };
	struct chain_bench bench = chain_bench_three(&three);

	(void)state;
	bench.options.require_revocation = 1;
	chain_expect(&bench, "CN=ca: no CRL tells whether it is revoked, nor does an OCSP response",
	             "RFC 5280, 6.3.3; GM/T 0015, 5.3", true);

	bench = bench_with(&root);
	bench.options.require_revocation = 1;
	chain_expect(&bench, "CN=leaf: no CRL tells whether it is revoked", NULL, true);

	bench = bench_with(&root);
	chain_add_crl(&bench, &empty);
	bench.options.require_revocation = 1;
	chain_expect(&bench, NULL, NULL, true);
}

static struct egov_buf *idp(const char *uri, bool user, bool ca)
{
	struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT), *ext;

	assert_non_null(value);
	egov__ext_put_idp(value, uri, user, ca);
	ext = chain_extension("2.5.29.28", true, egov_buf_slice(value));
	egov_buf_free(value);
	return ext;
}

/* A list with this extension, required; the leaf names uri, or nothing. */
static void expect_ext(struct egov_buf *ext, const char *uri, const char *fragment)
{
	struct chain_three three = chain_three();
	struct chain_crl_plan plan = empty;

	three.leaf.crl_dp = uri;
	plan.more = egov_buf_slice(ext);
	struct chain_bench bench = chain_bench_three(&three);

	chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "root", .key = 0 });
	chain_add_crl(&bench, &plan);
	bench.options.require_revocation = 1;
	egov_buf_free(ext);
	chain_expect(&bench, fragment, NULL, true);
}

static void scope_is_kept(void **state)
{
	static const char here[] = "http://x.cn/1.crl", there[] = "http://x.cn/2.crl";
	static const char none[] = "CN=leaf: no CRL tells";

	(void)state;
	expect_ext(idp(NULL, true, false), NULL, NULL);
	expect_ext(idp(NULL, false, true), NULL, none);
	expect_ext(idp(here, false, false), here, NULL);
	expect_ext(idp(here, false, false), there, none);
	expect_ext(idp(here, false, false), NULL, none);
}

static void expect_idp(const char *hex, const char *fragment)
{
	struct egov_buf *value = help_hex_buf(hex);
	struct egov_buf *ext = chain_extension("2.5.29.28", true, egov_buf_slice(value));

	egov_buf_free(value);
	expect_ext(ext, NULL, fragment);
}

static void scopes_without_points(void **state)
{
	(void)state;
	/* Of its own certificates an indirect list tells as well. */
	expect_idp("30038401ff", NULL);
	expect_idp("300483020640", "it is for some reasons alone, and nothing tells about the others");
	expect_idp("30038501ff", "no CRL tells");
	/* The directoryName of the issuer itself. */
	expect_idp("3025a023a021a41f301d310b300906035504061302434e310e300c06035504030c056f74686572",
	           "no CRL tells");
	expect_idp("3022a020a01ea41c301a310b300906035504061302434e310b300906035504030c026361", NULL);
}

static void a_delta_may_revoke_but_never_clears(void **state)
{
	struct chain_crl_plan delta = empty, full = empty;
	struct egov_buf *value = help_hex_buf("020101");
	struct egov_buf *ext = chain_extension("2.5.29.27", true, egov_buf_slice(value));

	(void)state;
	delta.more = egov_buf_slice(ext);
	expect(&delta, "it is a delta CRL", "RFC 5280, 5.2.4");

	struct chain_bench bench = bench_with(&full);
	chain_add_crl(&bench, &delta);
	chain_expect(&bench, NULL, NULL, true);

	delta.entries[0] = (struct chain_crl_entry){ 3, 1, false, NULL };
	bench = bench_with(&full);
	chain_add_crl(&bench, &delta);
	chain_expect(&bench, "CN=leaf: revoked at", NULL, true);

	full.entries[0] = (struct chain_crl_entry){ 3, 6, false, NULL };
	delta.entries[0].reason = 8;
	bench = bench_with(&full);
	chain_add_crl(&bench, &delta);
	chain_expect(&bench, "CN=leaf: on hold", NULL, true);
	egov_buf_free(ext);
	egov_buf_free(value);
}

static void unknown_critical_extensions_refuse(void **state)
{
	struct chain_crl_plan plan = empty;
	struct egov_buf *value = help_hex_buf("0500");
	struct egov_buf *critical = chain_extension("1.2.3.4", true, egov_buf_slice(value));
	struct egov_buf *harmless = chain_extension("1.2.3.4", false, egov_buf_slice(value));

	(void)state;
	plan.more = egov_buf_slice(critical);
	expect(&plan, "cannot be used: it has a critical extension", "RFC 5280, 5.2");
	plan.more = egov_buf_slice(harmless);
	expect(&plan, NULL, NULL);
	plan.more = EGOV__NO_SLICE;
	plan.entries[0] = (struct chain_crl_entry){ 99, -1, true, NULL };
	expect(&plan, "cannot be used: an entry has a critical extension", "RFC 5280, 5.3");
	egov_buf_free(harmless);
	egov_buf_free(critical);
	egov_buf_free(value);
}

static void the_finding_names_the_list(void **state)
{
	struct chain_bench bench = bench_with(&empty);
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	size_t seen = 0;

	(void)state;
	assert_ok(chain_verify(&bench, findings, &err), &err);
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		const char *check = egov_report_find(findings, r, "check");

		if (check == NULL || strcmp(check, "revocation") != 0)
			continue;
		if (strstr(egov_report_find(findings, r, "what"), "CN=leaf: not in the CRL") != NULL) {
			assert_string_equal(egov_report_find(findings, r, "source"),
			                    "CRL of C=CN, CN=ca, thisUpdate 2027-01-10T08:00:00Z, "
			                    "nextUpdate 2027-01-20T08:00:00Z");
			assert_string_equal(egov_report_find(findings, r, "result"), "pass");
			seen++;
		} else {
			assert_non_null(strstr(egov_report_find(findings, r, "what"),
			                       "CN=ca: no CRL given that covers it"));
			assert_string_equal(egov_report_find(findings, r, "result"), "skip");
			seen++;
		}
	}
	assert_int_equal(seen, 2);
	egov_report_free(findings);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_listed_is_revoked),
		cmocka_unit_test(hold_is_revocation),
		cmocka_unit_test(remove_from_crl_is_for_deltas),
		cmocka_unit_test(a_revoked_ca_revokes_what_is_below),
		cmocka_unit_test(stale_and_future_lists_are_refused),
		cmocka_unit_test(a_fresh_list_makes_stale_ones_harmless),
		cmocka_unit_test(the_newest_list_decides),
		cmocka_unit_test(lists_of_another_key_or_id_are_refused),
		cmocka_unit_test(crl_sign_is_needed),
		cmocka_unit_test(required_lists_must_be_there),
		cmocka_unit_test(scope_is_kept),
		cmocka_unit_test(scopes_without_points),
		cmocka_unit_test(a_delta_may_revoke_but_never_clears),
		cmocka_unit_test(unknown_critical_extensions_refuse),
		cmocka_unit_test(the_finding_names_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
