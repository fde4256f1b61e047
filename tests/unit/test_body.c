/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdlib.h>

#include "record/body.h"
#include "record/flat.h"

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

/* What must be escaped, as RFC 8259, 7 has it and jansson writes it: its reader is the witness. */
static void test_all_characters_are_written(void **state)
{
	char all[0x80] = "";
	struct egov__body *body = egov__body_new(), *back = NULL;
	struct egov_error err = { 0 };

	(void)state;
	for (int c = 1; c < 0x80; c++)
		all[c - 1] = (char)c;
	egov__body_text_add(body, "all", all);
	egov__body_text_add(body, "none", "");
	assert_string_equal(egov__body_text(body),
	                    "{\"all\":\""
	                    "\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000B\\f\\r\\u000E"
	                    "\\u000F\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
	                    "\\u001A\\u001B\\u001C\\u001D\\u001E\\u001F !\\\"#$%&'()*+,-./0123456789:;<=>?@"
	                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f\",\"none\":\"\"}");
	assert_ok(egov__body_parse(egov__body_text(body), &back, &err), &err);
	assert_string_equal(egov__body_get_text(back, "all"), all);
	assert_string_equal(egov__body_get_text(back, "none"), "");
	egov__body_free(back);
	egov__body_free(body);
}

/* Text can be asked for, and then more be added; a body of nothing is one. */
static void test_grows_after_it_was_asked_for(void **state)
{
	struct egov__body *body = egov__body_new();

	(void)state;
	assert_string_equal(egov__body_text(body), "{}");
	egov__body_number_add(body, "a", 0);
	assert_string_equal(egov__body_text(body), "{\"a\":0}");
	assert_string_equal(egov__body_text(body), "{\"a\":0}");
	egov__body_optional_add(body, "b", "");
	egov__body_optional_add(body, "b", NULL);
	egov__body_optional_add(body, "b", "x");
	egov__body_hex_add(body, "c", EGOV__NO_SLICE);
	assert_string_equal(egov__body_text(body), "{\"a\":0,\"b\":\"x\",\"c\":\"\"}");
	egov__body_free(body);
}

/* A key is there twice wherever the first stands, and not because a text looks like one. */
static void test_knows_a_key_again(void **state)
{
	static const char *const keys[] = { "a", "aa", "b", "text" };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i <= sizeof(keys) / sizeof(keys[0]); i++) {
		struct egov__body *body = egov__body_new();

		egov__body_text_add(body, "a", "\",\"b\":1,\"n\":{\"a\":");
		egov__body_text_add(body, "aa", "a,\"a\":,");
		egov__body_text_add(body, "b", ",\"text\":");
		egov__body_text_add(body, "text", "n");
		egov__body_number_add(body, "n", 1);
		assert_ok(egov__body_check(body, &err), &err);
		if (i < sizeof(keys) / sizeof(keys[0])) {
			egov__body_text_add(body, keys[i], "again");
			assert_null(egov__body_text(body));
			assert_fails(egov__body_check(body, &err), &err, EGOV_E_SYNTAX, "there twice");
		} else {
			assert_non_null(egov__body_text(body));
		}
		egov__body_free(body);
	}
}

static void test_refuses_what_is_too_large(void **state)
{
	uint8_t *octets = calloc(1, EGOV__MAX_FILE / 2);
	struct egov__body *body = egov__body_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_non_null(octets);
	egov__body_hex_add(body, "a", (struct egov_slice){ octets, EGOV__MAX_FILE / 2 });
	assert_null(egov__body_text(body));
	assert_fails(egov__body_check(body, &err), &err, EGOV_E_SYNTAX, "too large");
	egov__body_free(body);
	free(octets);
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

/* What is not as simple as nearly all bodies are is read by a parser of JSON, to the same end. */
static void test_reads_alike_in_both_ways(void **state)
{
	static const char *const plain[] = {
		"{}", "{\"a\":\"\"}", "{\"a\":0,\"b\":-1,\"c\":123456789012345678,\"d\":\"\xe5\xbc\xa0/\"}"
	};
	static const char *const others[] = {
		"{\"a\":\"\\\"\\\\\\n\\u0001\"}", "{ \"a\" : 1 }", "{\"a\":9223372036854775807}",
		"{\"a\":null}", "{\"a\":true}", "{\"a\":[1]}", "{\"a\":{\"b\":1}}", "{\"a\":1.5}", "{\"a\":1e3}",
		"{\"\\u0061\":\"x\"}", "{\"a\":-0}"
	};
	static const char *const bad[] = {
		"{\"a\":01}", "{\"a\":-}", "{\"a\":}", "{\"a\"}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
		"{\"a\":\"x\ny\"}", "{\"a\":\"x}", "{\"a\":+1}", "{\"a\":99999999999999999999}", "{\"a\":1}}",
		"{a:1}", "{\"a\":1,\"b\":2,\"a\":1}", "{\"\xff\":1}"
	};
	struct egov__flat *flat = NULL;
	struct egov__body *body = NULL;
	struct egov_error err = { 0 };
	uint64_t number = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		assert_true(egov__flat_read(plain[i], &flat));
		assert_non_null(flat);
		free(flat);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_true(egov__flat_read(others[i], &flat));
		assert_null(flat);
		assert_ok(egov__body_parse(others[i], &body, &err), &err);
		assert_string_equal(egov__body_key(body, 0), "a");
		assert_null(egov__body_key(body, 1));
		egov__body_free(body);
	}
	body = NULL;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(egov__flat_read(bad[i], &flat));
		assert_null(flat);
		assert_fails(egov__body_parse(bad[i], &body, &err), &err, EGOV_E_CORRUPT,
		             "not a JSON object");
	}
	assert_ok(egov__body_parse(plain[2], &body, &err), &err);
	assert_string_equal(egov__body_key(body, 3), "d");
	assert_null(egov__body_key(body, 4));
	assert_string_equal(egov__body_get_text(body, "d"), "\xe5\xbc\xa0/");
	assert_true(egov__body_has(body, "a"));
	assert_false(egov__body_has(body, "e"));
	assert_true(egov__body_get_number(body, "a", &number));
	assert_int_equal(number, 0);
	assert_false(egov__body_get_number(body, "b", &number));
	assert_true(egov__body_get_number(body, "c", &number));
	assert_int_equal(number, 123456789012345678);
	/* nothing is added to what was read */
	egov__body_text_add(body, "e", "x");
	assert_null(egov__body_text(body));
	assert_fails(egov__body_check(body, &err), &err, EGOV_E_SYNTAX, "not UTF-8");
	egov__body_free(body);
}

/* As many fields as it takes, and one more. */
static void test_reads_many_fields(void **state)
{
	(void)state;
	for (unsigned fields = EGOV__FLAT_FIELDS; fields <= EGOV__FLAT_FIELDS + 1; fields++) {
		struct egov_buf text = EGOV__BUF(4096);
		struct egov__body *body = NULL;
		struct egov__flat *flat = NULL;
		struct egov_error err = { 0 };
		uint64_t number = 0;
		char last[8];

		for (unsigned i = 0; i < fields; i++)
			egov__buf_printf(&text, "%c\"%u\":%u", i == 0 ? '{' : ',', i, i);
		egov__buf_text(&text, "}");
		assert_true(egov__flat_read(egov__buf_string(&text), &flat));
		assert_int_equal(flat != NULL, fields == EGOV__FLAT_FIELDS);
		free(flat);
		assert_ok(egov__body_parse(egov__buf_string(&text), &body, &err), &err);
		(void)snprintf(last, sizeof(last), "%u", fields - 1);
		assert_true(egov__body_get_number(body, last, &number));
		assert_int_equal(number, fields - 1);
		assert_string_equal(egov__body_key(body, fields - 1), last);
		egov__body_free(body);
		egov__buf_clear(&text);
	}
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
		cmocka_unit_test(test_all_characters_are_written),
		cmocka_unit_test(test_grows_after_it_was_asked_for),
		cmocka_unit_test(test_knows_a_key_again),
		cmocka_unit_test(test_refuses_what_is_too_large),
		cmocka_unit_test(test_what_is_written_is_read_back),
		cmocka_unit_test(test_reads_alike_in_both_ways),
		cmocka_unit_test(test_reads_many_fields),
		cmocka_unit_test(test_failures_stick),
		cmocka_unit_test(test_what_is_no_object_is_corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
