/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <time.h>

#include "base/time.h"

static void reads_and_writes_rfc_3339(void **state)
{
	static const struct {
		const char *text;
		egov_time t;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2000-02-29T12:30:45Z", 951827445 },
		{ "2038-01-19T03:14:08Z", 2147483648 },
		{ "2049-12-31T23:59:59Z", 2524607999 },
		{ "2050-01-01T00:00:00Z", 2524608000 },
		{ "2100-03-01T00:00:00Z", 4107542400 },
		{ "0001-01-01T00:00:00Z", -62135596800 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	struct egov_error err = { 0 };
	char text[EGOV_TIME_TEXT];
	egov_time t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(egov_time_parse(rows[i].text, &t, &err), &err);
		assert_true(t == rows[i].t);
		egov_time_format(t, text);
		assert_string_equal(text, rows[i].text);
	}
	assert_ok(egov_time_parse("2026-11-22", &t, &err), &err);
	egov_time_format(t, text);
	assert_string_equal(text, "2026-11-22T00:00:00Z");
}

static void refuses_all_else(void **state)
{
	static const char *const rows[] = {
		"",
		"now",
		"2026-11-22 08:00:00Z",
		"2026-11-22T08:00:00",
		"2026-11-22T08:00:00+08:00",
		"2026-11-22T08:00:00.5Z",
		"2026-02-29",
		"2100-02-29",
		"2026-13-01",
		"2026-00-01",
		"2026-01-00",
		"2026-04-31",
		"0000-01-01",
		"2026-11-22T24:00:00Z",
		"2026-11-22T08:60:00Z",
		"2026-11-22T08:00:60Z",
		"2026-11-22T08:00:00Z ",
		"2026-11-2\xef\xbc\x90",
		"-026-11-22",
	};
	struct egov_error err = { 0 };
	egov_time t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_fails(egov_time_parse(rows[i], &t, &err), &err, EGOV_E_SYNTAX,
		             "want YYYY-MM-DDThh:mm:ssZ");
	assert_int_equal(t, 42);
}

/* gmtime_r is the witness, over all days of 2,800 years. */
static void agrees_with_the_c_library(void **state)
{
	struct egov__date d;
	egov_time joined;
	struct tm tm;

	(void)state;
	for (egov_time t = -62135596800 + 3661; t < 26000000000; t += 86399) {
		const time_t clock = (time_t)t;

		assert_non_null(gmtime_r(&clock, &tm));
		egov__time_split(t, &d);
		if (d.year != tm.tm_year + 1900 || d.month != tm.tm_mon + 1 || d.day != tm.tm_mday
		    || d.hour != tm.tm_hour || d.minute != tm.tm_min || d.second != tm.tm_sec)
			fail_msg("%lld is split wrongly", (long long)t);
		if (!egov__time_join(&d, &joined) || joined != t)
			fail_msg("%lld is joined wrongly", (long long)t);
	}
}

static void reads_durations(void **state)
{
	static const struct {
		const char *text;
		int years;
		int64_t seconds;
	} rows[] = {
		{ "1s", 0, 1 },       { "2m", 0, 120 },     { "3h", 0, 10800 },
		{ "30d", 0, 2592000 }, { "2w", 0, 1209600 }, { "3y", 3, 0 },
		{ "999999999w", 0, 999999999LL * 604800 },
	};
	static const char *const bad[] = { "",   "d",    "30",          "0d",   "-1d", "+1d",
		                           "1 d", "1dd", "1000000000s", "1.5d", "1D",  "3Y" };
	struct egov_duration d;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(egov_duration_parse(rows[i].text, &d, &err), &err);
		assert_int_equal(d.years, rows[i].years);
		assert_true(d.seconds == rows[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_fails(egov_duration_parse(bad[i], &d, &err), &err, EGOV_E_SYNTAX, "as in 30d");
}

static void check_sum(const char *from, const char *duration, const char *wanted)
{
	struct egov_error err = { 0 };
	struct egov_duration d;
	char text[EGOV_TIME_TEXT];
	egov_time t;

	assert_ok(egov_time_parse(from, &t, &err), &err);
	assert_ok(egov_duration_parse(duration, &d, &err), &err);
	if (wanted == NULL) {
		assert_fails(egov_time_add(t, d, &t, &err), &err, EGOV_E_LIMIT, "past the year 9999");
		return;
	}
	assert_ok(egov_time_add(t, d, &t, &err), &err);
	egov_time_format(t, text);
	assert_string_equal(text, wanted);
}

static void adds_calendar_years(void **state)
{
	(void)state;
	check_sum("2026-11-22T08:00:00Z", "3y", "2029-11-22T08:00:00Z");
	check_sum("2024-02-29T08:00:00Z", "1y", "2025-02-28T08:00:00Z");
	check_sum("2024-02-29T08:00:00Z", "4y", "2028-02-29T08:00:00Z");
	check_sum("2049-12-31T23:59:59Z", "1s", "2050-01-01T00:00:00Z");
	check_sum("2026-11-22T08:00:00Z", "30d", "2026-12-22T08:00:00Z");
	check_sum("9998-01-01T00:00:00Z", "1y", "9999-01-01T00:00:00Z");
	check_sum("9999-12-31T23:59:59Z", "1s", NULL);
	check_sum("9999-01-01T00:00:00Z", "1y", NULL);
	check_sum("2026-01-01T00:00:00Z", "999999999y", NULL);
	check_sum("2026-01-01T00:00:00Z", "999999999w", NULL);
}

/* What lies outside of the years is told as late, and nothing overflows. */
static void ends_with_the_year_9999(void **state)
{
	static const egov_time last = 253402300799, first = -62135596800;
	const struct egov_duration second = { .seconds = 1 }, year = { .years = 1 };
	const struct egov_duration huge = { .seconds = INT64_MAX }, ages = { .years = INT32_MAX };
	char text[EGOV_TIME_TEXT];
	struct egov_error err = { 0 };
	egov_time t = 5;

	(void)state;
	assert_ok(egov_time_add(last - 1, second, &t, &err), &err);
	assert_int_equal(t, last);
	assert_ok(egov_time_add(first, year, &t, &err), &err);
	t = 5;
	assert_fails(egov_time_add(last, second, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(last, year, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(last, huge, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(0, ages, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(INT64_MAX, second, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(INT64_MAX, ages, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_fails(egov_time_add(EGOV_TIME_NONE, year, &t, &err), &err, EGOV_E_LIMIT, "9999");
	assert_int_equal(t, 5);
	egov_time_format(EGOV_TIME_NONE, text);
	assert_int_equal(strlen(text), EGOV_TIME_TEXT - 1);
	egov_time_format(INT64_MAX, text);
	assert_int_equal(strlen(text), EGOV_TIME_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_rfc_3339), cmocka_unit_test(refuses_all_else),
		cmocka_unit_test(agrees_with_the_c_library), cmocka_unit_test(reads_durations),
		cmocka_unit_test(adds_calendar_years),       cmocka_unit_test(ends_with_the_year_9999),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
