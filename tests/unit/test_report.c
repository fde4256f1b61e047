/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/report.h"

static void records_keep_their_order(void **state)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(egov_report_records(report), 0);
	egov__report_add(report, "a", "%d", 1);        /* opens the first record by itself */
	egov__report_add(report, "b", "two");
	egov__report_add(report, "a", "three");
	egov__report_record(report);
	egov__report_record(report);
	egov__report_add(report, "c", "%s", "");
	assert_ok(egov__report_check(report, &err), &err);
	assert_int_equal(egov_report_records(report), 3);
	assert_int_equal(egov_report_fields(report, 0), 3);
	assert_int_equal(egov_report_fields(report, 1), 0);
	assert_int_equal(egov_report_fields(report, 2), 1);
	assert_int_equal(egov_report_fields(report, 3), 0);
	assert_string_equal(egov_report_key(report, 0, 1), "b");
	assert_string_equal(egov_report_value(report, 0, 2), "three");
	assert_string_equal(egov_report_find(report, 0, "a"), "1");
	assert_string_equal(egov_report_find(report, 2, "c"), "");
	assert_null(egov_report_find(report, 0, "c"));
	assert_null(egov_report_key(report, 0, 3));
	assert_null(egov_report_value(report, 1, 0));
	egov_report_free(report);
	egov_report_free(NULL);
}

static void values_of_every_kind(void **state)
{
	static const uint8_t bytes[] = { 0x0a, 0xff };
	struct egov_report *report = egov_report_new();
	struct egov_buf text = EGOV__BUF(10), failed = EGOV__BUF(1);
	struct egov_error err = { 0 };
	char large[5000];

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	egov__report_hex(report, "hex", EGOV__SLICE(bytes));
	egov__report_time(report, "time", 0);
	egov__report_add(report, "large", "%s", large);
	egov__buf_text(&text, "taken");
	egov__report_take(report, "text", &text);
	assert_null(text.data);
	assert_ok(egov__report_check(report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "hex"), "0aff");
	assert_string_equal(egov_report_find(report, 0, "time"), "1970-01-01T00:00:00Z");
	assert_string_equal(egov_report_find(report, 0, "large"), large);
	assert_string_equal(egov_report_find(report, 0, "text"), "taken");
	egov__buf_text(&failed, "too long");
	egov__report_take(report, "text", &failed);
	assert_fails(egov__report_check(report, &err), &err, EGOV_E_NOMEM, "memory");
	egov_report_free(report);
}

static void many_fields(void **state)
{
	struct egov_report *report = egov_report_new();
	char wanted[16];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		egov__report_record(report);
		egov__report_add(report, "i", "%d", i);
		egov__report_add(report, "j", "%d", -i);
	}
	assert_int_equal(egov_report_records(report), 3000);
	for (size_t i = 0; i < 3000; i++) {
		(void)snprintf(wanted, sizeof(wanted), "%d", -(int)i);
		assert_int_equal(egov_report_fields(report, i), 2);
		assert_string_equal(egov_report_find(report, i, "j"), wanted);
	}
	egov_report_free(report);
}

/* A page of the ledger is thousands of records: no look-up walks through them. */
static void thousands_of_records_are_found_quickly(void **state)
{
	static const size_t records = 50000;
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < records; i++) {
		egov__report_record(report);
		for (int f = 0; f < 8; f++)
			egov__report_add(report, "key", "%zu/%d", i, f);
	}
	assert_ok(egov__report_check(report, &err), &err);
	assert_int_equal(egov_report_records(report), records);
	for (size_t i = 0; i < records; i++)
		assert_int_equal(egov_report_fields(report, i), 8);
	assert_string_equal(egov_report_value(report, records - 1, 7), "49999/7");
	assert_null(egov_report_value(report, records, 0));
	egov_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_keep_their_order),
		cmocka_unit_test(values_of_every_kind),
		cmocka_unit_test(many_fields),
		cmocka_unit_test(thousands_of_records_are_found_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
