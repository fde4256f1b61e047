/* SPDX-License-Identifier: Apache-2.0 */
/* A verifier that has answered before answers as one that has not. */
#include "chain.h"

#include <time.h>

#include "verify/judge.h"

/* Asked twice: the second answer may come from memory. */
static void expect_twice(struct chain_bench *bench, const char *fragment)
{
	struct egov_error err = { 0 };

	for (int i = 0; i < 2; i++) {
		if (fragment == NULL)
			assert_ok(chain_verify(bench, NULL, &err), &err);
		else
			assert_fails(chain_verify(bench, NULL, &err), &err, EGOV_E_UNTRUSTED,
			             fragment);
	}
}

static void every_option_is_part_of_the_question(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	const struct egov_verify_options plain = bench.options;

	(void)state;
	expect_twice(&bench, NULL);
	bench.options.at = CHAIN_AT + 4000 * CHAIN_DAY;
	expect_twice(&bench, "expired");
	bench.options = plain;
	bench.options.require_revocation = 1;
	expect_twice(&bench, "that must be known");
	bench.options = plain;
	bench.options.purpose = "ca";
	expect_twice(&bench, "not for purpose ca");
	bench.options.purpose = "sign";
	expect_twice(&bench, NULL);
	bench.options.policy_oid = "1.2.3.4";
	expect_twice(&bench, "policy 1.2.3.4");
	bench.options = plain;
	bench.options.id = egov__slice_text("another");
	expect_twice(&bench, "signer ID");
	bench.options = plain;
	expect_twice(&bench, NULL);
	chain_bench_free(&bench);
}

/* Whatever an option's text says is asked, not where it lies. */
static void texts_are_compared_by_what_they_say(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	char purpose[8] = "sign";

	(void)state;
	bench.options.purpose = purpose;
	expect_twice(&bench, NULL);
	memcpy(purpose, "ca", 3);
	expect_twice(&bench, "not for purpose ca");
	chain_bench_free(&bench);
}

static void questions_differ(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	const struct egov_slice leaf = egov_buf_slice(bench.leaf);
	struct egov_verify_options options[9];
	uint8_t questions[10][EGOV__SM3_SIZE];

	(void)state;
	for (size_t i = 0; i < 9; i++)
		options[i] = bench.options;
	options[1].inhibit_policy_mapping = 1;
	options[2].inhibit_any_policy = 1;
	options[3].purpose = "";
	options[4].policy_oid = "";
	options[5].id = egov__slice_text("");
	options[6].at++;
	options[7].name = "sign";
	options[8].eku = "sign";
	for (size_t i = 0; i < 9; i++)
		assert_true(egov__answered_question(bench.verifier, leaf, &options[i], questions[i]));
	chain_pool(&bench, &three.root);
	assert_true(egov__answered_question(bench.verifier, leaf, &options[0], questions[9]));
	for (size_t i = 0; i < 10; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(questions[i], questions[k], EGOV__SM3_SIZE);
	chain_bench_free(&bench);
}

static void what_is_added_is_heeded(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_crl_plan list = { .issuer = "ca", .key = 1 };
	struct chain_bench bench = chain_bench_three(&three);

	(void)state;
	expect_twice(&bench, NULL);
	chain_add_crl(&bench, &list);
	expect_twice(&bench, NULL);
	list.from = CHAIN_AT - CHAIN_DAY;
	list.until = CHAIN_AT + CHAIN_DAY;
	list.entries[0] = (struct chain_crl_entry){ 3, 1, false, NULL };
	chain_add_crl(&bench, &list);
	expect_twice(&bench, "revoked at");
	chain_bench_free(&bench);
}

/* A certificate that was judged is gone; the next one may lie at its address. */
static void another_leaf_in_the_same_place(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_three forged = three;
	struct chain_bench bench = chain_bench_three(&three), bad;

	(void)state;
	forged.leaf.broken_signature = true;
	bad = chain_bench_three(&forged);
	for (int i = 0; i < 8; i++) {
		struct egov_buf *const leaf = bench.leaf;

		bench.options.at++;     /* asked anew, its signature being known */
		expect_twice(&bench, NULL);
		bench.leaf = bad.leaf;
		expect_twice(&bench, "does not verify");
		bench.leaf = leaf;
	}
	chain_bench_free(&bad);
	chain_bench_free(&bench);
}

static double seconds(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_of(struct chain_bench *bench, egov_time step)
{
	double least = 1;

	for (int i = 0; i < 20; i++) {
		const double start = seconds();

		bench->options.at += step;
		assert_int_equal(chain_verify(bench, NULL, NULL), EGOV_OK);
		if (seconds() - start < least)
			least = seconds() - start;
	}
	return least;
}

/* Two public key operations, then none, then not even the checks. */
static void what_is_known_costs_less(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	double first = 1, signatures, whole;

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct chain_bench fresh = chain_bench_three(&three);
		const double start = seconds();

		assert_int_equal(chain_verify(&fresh, NULL, NULL), EGOV_OK);
		if (seconds() - start < first)
			first = seconds() - start;
		chain_bench_free(&fresh);
	}
	assert_int_equal(chain_verify(&bench, NULL, NULL), EGOV_OK);
	signatures = time_of(&bench, 1);
	whole = time_of(&bench, 0);
	assert_true(signatures < first / 2);
	assert_true(whole < signatures / 2);
	chain_bench_free(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_part_of_the_question),
		cmocka_unit_test(texts_are_compared_by_what_they_say),
		cmocka_unit_test(questions_differ),
		cmocka_unit_test(what_is_added_is_heeded),
		cmocka_unit_test(another_leaf_in_the_same_place),
		cmocka_unit_test(what_is_known_costs_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
