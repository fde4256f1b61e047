/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "record/body.h"

static void test_text_is_compact_and_in_order(void **state)
{
	static const uint8_t serial[] = { 0x40, 0x00, 0xff };
	struct egov__body *body = egov__body_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_non_null(body);
	egov__body_text_add(body, "z", "\"\\\x01 \xe5\xbc\xa0");
	egov__body_number_add(body, "number", INT64_MAX);
	egov__body_hex_add(body, "serial", EGOV__SLICE(serial));
	egov__body_time_add(body, "a", 2524608000);
	assert_ok(egov__body_check(body, &err), &err);
	assert_string_equal(egov__body_text(body),
	                    "{\"z\":\"\\\"\\\\\\u0001 \xe5\xbc\xa0\",\"number\":9223372036854775807,"
	                    "\"serial\":\"4000ff\",\"a\":\"2050-01-01T00:00:00Z\"}");
	egov__body_free(body);
}

static void test_what_is_written_is_read_back(void **state)
{
	static const uint8_t serial[] = { 0x40, 0x00, 0xff };
	struct egov__body *body = NULL;
	struct egov_error err = { 0 };
	uint64_t number = 0;
	egov_time t = 0;

	(void)state;
	assert_ok(egov__body_parse("{\"t\":\"2050-01-01T00:00:00Z\",\"n\":7,\"s\":\"4000ff\",\"m\":-1}",
	                           &body, &err), &err);
	assert_string_equal(egov__body_get_text(body, "s"), "4000ff");
	assert_null(egov__body_get_text(body, "n"));
	assert_null(egov__body_get_text(body, "absent"));
	assert_true(egov__body_get_number(body, "n", &number));
	assert_int_equal(number, 7);
	assert_false(egov__body_get_number(body, "m", &number));
	assert_false(egov__body_get_number(body, "s", &number));
	assert_true(egov__body_get_time(body, "t", &t));
	assert_int_equal(t, 2524608000);
	assert_false(egov__body_get_time(body, "s", &t));
	assert_true(egov__body_has_hex(body, "s", EGOV__SLICE(serial)));
	assert_false(egov__body_has_hex(body, "s", (struct egov_slice){ serial, 2 }));
	assert_false(egov__body_has_hex(body, "n", EGOV__NO_SLICE));
	egov__body_free(body);
}

static void test_failures_stick(void **state)
{
	struct egov_error err = { 0 };
	struct egov__body *body;

	(void)state;
	for (int way = 0; way < 3; way++) {
		body = egov__body_new();
		egov__body_text_add(body, "key", "value");
		if (way == 0)
			egov__body_text_add(body, "text", "\xff");
		else if (way == 1)
			egov__body_number_add(body, "number", (uint64_t)INT64_MAX + 1);
		else
			egov__body_number_add(body, "key", 1);
		egov__body_text_add(body, "more", "value");
		assert_null(egov__body_text(body));
		assert_fails(egov__body_check(body, &err), &err, EGOV_E_SYNTAX, "not UTF-8");
		egov__body_free(body);
	}
	egov__body_text_add(NULL, "key", "value");
	assert_null(egov__body_text(NULL));
	assert_fails(egov__body_check(NULL, &err), &err, EGOV_E_NOMEM, "memory");
}

static void test_what_is_no_object_is_corrupt(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "7", "{\"a\":1,\"a\":2}", "{} x",
		                           "{\"a\":\"\xff\"}" };
	struct egov__body *body = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_fails(egov__body_parse(bad[i], &body, &err), &err, EGOV_E_CORRUPT,
		             "not a JSON object");
		assert_null(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_compact_and_in_order),
		cmocka_unit_test(test_what_is_written_is_read_back),
		cmocka_unit_test(test_failures_stick),
		cmocka_unit_test(test_what_is_no_object_is_corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
