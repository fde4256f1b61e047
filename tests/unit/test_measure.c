/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <math.h>

#include "bench/measure.h"

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

/* An odd number of pairs has a middle, an even one has two. */
static void test_median(void **state)
{
	struct bench_pairs pairs = { 0 };

	(void)state;
	assert_true(near(bench_median(&pairs), 0));
	assert_true(bench_note(&pairs, 9, 1));
	assert_true(near(bench_median(&pairs), 9));
	assert_true(bench_note(&pairs, 1, 2));
	assert_true(near(bench_median(&pairs), 4.75));
	assert_true(bench_note(&pairs, 3, 2));
	assert_true(near(bench_median(&pairs), 1.5));
	assert_true(near(pairs.ratio[0], 9));
}

/* A time that was not measured makes no ratio. */
static void test_note(void **state)
{
	struct bench_pairs pairs = { 0 };

	(void)state;
	assert_false(bench_note(&pairs, 0, 1));
	assert_false(bench_note(&pairs, 1, 0));
	assert_false(bench_note(&pairs, -1, 1));
	assert_false(bench_note(&pairs, NAN, 1));
	assert_false(bench_note(&pairs, INFINITY, 1));
	assert_int_equal(pairs.count, 0);
	for (size_t i = 0; i < BENCH_ROUNDS_MAX; i++)
		assert_true(bench_note(&pairs, 1, 1));
	assert_false(bench_note(&pairs, 1, 1));
}

static void test_bar(void **state)
{
	struct bench_bar bar = { BENCH_AT_MOST, 0 };

	(void)state;
	assert_true(bench_bar_parse("least", "0.9", &bar));
	assert_true(bench_meets(0.9, bar));
	assert_true(bench_meets(1.2, bar));
	assert_false(bench_meets(0.8999, bar));
	assert_true(bench_bar_parse("most", "1.25", &bar));
	assert_true(bench_meets(1.25, bar));
	assert_false(bench_meets(1.2501, bar));
	/* Nothing measured is no good figure, whichever way the bar looks. */
	assert_false(bench_meets(0, bar));
	assert_false(bench_bar_parse("about", "1", &bar));
	assert_false(bench_bar_parse("least", "", &bar));
	assert_false(bench_bar_parse("least", "1x", &bar));
	assert_false(bench_bar_parse("most", "0", &bar));
	assert_false(bench_bar_parse("most", "inf", &bar));
}

/* The line, and the exit status that goes with it; what is judged is not rounded. */
static void test_print(void **state)
{
	struct bench_pairs pairs = { 0 };
	struct bench_bar bar = { BENCH_AT_LEAST, 0.9 };
	char line[128] = "";
	FILE *file = tmpfile();
	FILE *const out = stdout;

	(void)state;
	assert_non_null(file);
	assert_true(bench_note(&pairs, 0.8999, 1));
	stdout = file;
	assert_int_equal(bench_print("batch-cpu", &pairs, bar), 1);
	bar.value = 0.8;
	assert_int_equal(bench_print("batch-cpu", &pairs, bar), 0);
	stdout = out;
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "bench batch-cpu: 0.900 (at least 0.9)\n");
	(void)fclose(file);
}

static void test_clock(void **state)
{
	const struct bench_times start = bench_now();
	struct bench_times took;

	(void)state;
	do
		took = bench_since(start);
	while (!(took.cpu > 0.001));
	assert_true(took.wall > 0);
	assert_true(took.cpu < took.wall * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median), cmocka_unit_test(test_note), cmocka_unit_test(test_bar),
		cmocka_unit_test(test_print),  cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
