/* SPDX-License-Identifier: Apache-2.0 */
/* A moment that has passed, and lists that were made since. */
#include "message.h"

#include "base/report.h"

#define NOW (CHAIN_AT + 10 * CHAIN_DAY)
#define DAY(n) (CHAIN_AT + (n) * CHAIN_DAY)

/* A list of day 5, current to day 15, that revokes the leaf at that time. */
static struct chain_crl_plan list_of(egov_time revoked_at, egov_time invalid_since)
{
	struct chain_crl_plan plan = { .issuer = "ca", .key = 1, .from = DAY(5), .until = DAY(15) };

	if (revoked_at != 0) {
		plan.entries[0] = (struct chain_crl_entry){ 3, 1, false, NULL };
		plan.times[0].revoked_at = revoked_at;
		plan.times[0].invalid_since = invalid_since;
	}
	return plan;
}

static struct chain_bench bench_of(const struct chain_three *three,
                                   const struct chain_crl_plan *list)
{
	struct chain_bench bench = chain_bench_three(three);

	chain_add_crl(&bench, list);
	bench.options.now = NOW;
	return bench;
}

static void expect(const struct chain_crl_plan *list, const char *fragment, const char *clause)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = bench_of(&three, list);

	chain_expect(&bench, fragment, clause, true);
}

static void what_is_revoked_since_was_good_before(void **state)
{
	struct chain_crl_plan list = list_of(DAY(2), 0);

	(void)state;
	expect(&list, NULL, NULL);
	list = list_of(DAY(2), DAY(1));
	expect(&list, NULL, NULL);
	list = list_of(CHAIN_AT + 1, 0);
	expect(&list, NULL, NULL);
	list = list_of(CHAIN_AT, 0);
	expect(&list, "CN=leaf: revoked at 2027-01-15T08:00:00Z (keyCompromise)",
	       "RFC 5280, 6.3.3; GM/T 0015, 5.3");
	list = list_of(DAY(-3), 0);
	expect(&list, "CN=leaf: revoked at 2027-01-12T08:00:00Z (keyCompromise)", NULL);
}

static void the_invalidity_date_counts(void **state)
{
	struct chain_crl_plan list = list_of(DAY(2), DAY(-1));

	(void)state;
	expect(&list, "CN=leaf: revoked at 2027-01-17T08:00:00Z (keyCompromise), and already not to be "
	       "relied upon from its invalidity date on, 2027-01-14T08:00:00Z, judged at",
	       "RFC 5280, 5.3.2");
	list = list_of(DAY(2), CHAIN_AT);
	expect(&list, "already not to be relied upon", NULL);
	list = list_of(DAY(2), CHAIN_AT + 1);
	expect(&list, NULL, NULL);
}

/* A list of the day that does not have it is not the last word. */
static void a_later_list_taints_a_clean_one(void **state)
{
	const struct chain_crl_plan clean = { .issuer = "ca", .key = 1 };
	struct chain_crl_plan list = list_of(DAY(2), DAY(-1));
	const struct chain_three three = chain_three();
	struct chain_bench bench = bench_of(&three, &list);

	(void)state;
	chain_add_crl(&bench, &clean);
	chain_expect(&bench, "already not to be relied upon", NULL, true);
	list = list_of(DAY(2), 0);
	bench = bench_of(&three, &list);
	chain_add_crl(&bench, &clean);
	chain_expect(&bench, NULL, NULL, true);
}

/* Is it known of the leaf alone: its CA is the anchor. */
static enum egov_status known(const struct chain_plan *leaf, const struct chain_crl_plan *list,
                              struct egov_report *findings, struct egov_error *err)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();
	enum egov_status rc;

	chain_trust(&bench, &three.ca);
	chain_leaf(&bench, leaf);
	chain_add_crl(&bench, list);
	bench.options.now = NOW;
	bench.options.require_revocation = 1;
	rc = chain_verify(&bench, findings, err);
	chain_bench_free(&bench);
	return rc;
}

static const char *found(const struct egov_report *findings, const char *key)
{
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		const char *check = egov_report_find(findings, r, "check");

		if (check != NULL && strcmp(check, "revocation") == 0)
			return egov_report_find(findings, r, key);
	}
	return "";
}

static void a_later_list_makes_it_known(void **state)
{
	struct chain_three three = chain_three();
	struct chain_crl_plan list = list_of(0, 0);
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(known(&three.leaf, &list, findings, &err), &err);
	assert_string_equal(found(findings, "what"), "C=CN, CN=leaf: not in a CRL made after the moment "
	                    "judged at, before it expired");
	assert_non_null(strstr(found(findings, "source"), "thisUpdate 2027-01-20T08:00:00Z"));
	egov_report_free(findings);
	findings = egov_report_new();
	list = list_of(DAY(2), 0);
	assert_ok(known(&three.leaf, &list, findings, &err), &err);
	assert_string_equal(found(findings, "what"), "C=CN, CN=leaf: not revoked yet at the moment judged "
	                    "at, but at 2027-01-17T08:00:00Z (keyCompromise)");
	egov_report_free(findings);

	/* Expired by then: it may have left the list. */
	list = list_of(0, 0);
	three.leaf.until = DAY(4);
	assert_fails(known(&three.leaf, &list, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "no CRL tells whether it is revoked");
	list = list_of(DAY(2), 0);
	assert_ok(known(&three.leaf, &list, NULL, &err), &err);
	three.leaf.until = DAY(-1);
	assert_fails(known(&three.leaf, &list, NULL, &err), &err, EGOV_E_UNTRUSTED, "expired at");
}

static void lists_of_the_future_tell_nothing(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_crl_plan list = list_of(0, 0);
	struct chain_bench bench = bench_of(&three, &list);

	(void)state;
	bench.options.now = DAY(4);
	chain_expect(&bench, "thisUpdate lies after the moment judged at", NULL, true);
	bench = bench_of(&three, &list);
	bench.options.now = 0;
	chain_expect(&bench, "thisUpdate lies after the moment judged at", NULL, true);
}

static void lists_of_others_tell_nothing(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_crl_plan list = list_of(DAY(2), DAY(-1));
	struct egov_error err = { 0 };

	(void)state;
	list.key = 7;
	expect(&list, NULL, NULL);
	list = list_of(0, 0);
	list.key = 7;
	assert_fails(known(&three.leaf, &list, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "no CRL tells whether it is revoked");
}

/* A document that was signed before, after, and too late. */
static void documents_stay_checkable(void **state)
{
	struct chain_three three = chain_three();
	const struct message_plan plan = { .document = "notice", .count = 1,
		                           .signers = { { .cert = &three.leaf } } };
	struct egov_buf *message = message_make(&plan);
	struct chain_crl_plan list = list_of(DAY(2), DAY(-1));
	struct chain_bench bench = bench_of(&three, &list);
	struct egov_error err = { 0 };
	static const struct {
		egov_time at;
		const char *fragment;
	} rows[] = {
		{ DAY(-2), NULL },
		{ DAY(-1), "already not to be relied upon from its invalidity date on" },
		{ DAY(1), "already not to be relied upon from its invalidity date on" },
		{ DAY(3), "revoked at 2027-01-17T08:00:00Z (keyCompromise)" },
		{ DAY(6), "revoked at 2027-01-17T08:00:00Z (keyCompromise)" },
		{ DAY(366), "expired at 2028-01-15T08:00:00Z" },
		{ DAY(-366), "not yet valid" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum egov_status rc;

		bench.options.at = rows[i].at;
		rc = egov_verify_signature(bench.verifier, egov_buf_slice(message), EGOV__NO_SLICE,
		                           &bench.options, NULL, &err);
		if (rows[i].fragment == NULL)
			assert_ok(rc, &err);
		else
			assert_fails(rc, &err, EGOV_E_UNTRUSTED, rows[i].fragment);
	}
	egov_buf_free(message);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_revoked_since_was_good_before),
		cmocka_unit_test(the_invalidity_date_counts),
		cmocka_unit_test(a_later_list_taints_a_clean_one),
		cmocka_unit_test(a_later_list_makes_it_known),
		cmocka_unit_test(lists_of_the_future_tell_nothing),
		cmocka_unit_test(lists_of_others_tell_nothing),
		cmocka_unit_test(documents_stay_checkable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
