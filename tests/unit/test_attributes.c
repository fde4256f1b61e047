/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "request/attributes.h"

static struct egov_error err;

static void next_refuses(const char *hex, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_slice in = egov_buf_slice(der);
	struct egov__request_attribute one;

	assert_fails(egov__request_attribute_next(&in, &one, &err), &err, EGOV_E_SYNTAX, fragment);
	egov_buf_free(der);
}

static void check_refuses(const char *hex, enum egov_status status, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	bool unwrapped = false;

	assert_fails(egov__request_attributes_check(egov_buf_slice(der), &unwrapped, &err), &err,
	             status, fragment);
	egov_buf_free(der);
}

static void one_after_the_other(void **state)
{
	struct egov_buf *der = help_hex_buf("3008 0602 2a03 3102 0500 3006 0602 2a04 0500");
	struct egov_slice in = egov_buf_slice(der);
	struct egov__request_attribute one = { .unwrapped = true };
	bool unwrapped = false;

	(void)state;
	assert_ok(egov__request_attributes_check(in, &unwrapped, &err), &err);
	assert_true(unwrapped);
	assert_ok(egov__request_attribute_next(&in, &one, &err), &err);
	assert_int_equal(one.type, EGOV__OID_UNKNOWN);
	assert_false(one.unwrapped);
	assert_memory_equal(one.values.data, "\x05\x00", 2);
	assert_ok(egov__request_attribute_next(&in, &one, &err), &err);
	assert_true(one.unwrapped);
	assert_int_equal(one.values.size, 2);
	assert_int_equal(in.size, 0);
	assert_ok(egov__request_attributes_check(EGOV__NO_SLICE, &unwrapped, &err), &err);
	assert_false(unwrapped);
	egov_buf_free(der);
}

static void malformed_ones_are_refused(void **state)
{
	(void)state;
	next_refuses("", "cut short");
	next_refuses("3004 0602 2a03", "cut short");
	next_refuses("3008 0602 2a83 3102 0500", "OBJECT IDENTIFIER");
	next_refuses("300a 0602 2a03 3102 0500 0500", "after its end");
	next_refuses("3108 0602 2a03 3102 0500", "tag 31");
}

static void lists_are_judged(void **state)
{
	struct egov_buf many = EGOV__BUF(10000);
	bool unwrapped = false;

	(void)state;
	check_refuses("3008 0602 2a03 3102 0500 3008 0602 2a03 3102 0500", EGOV_E_SYNTAX,
	              "stands twice");
	for (uint8_t i = 0; i < 33; i++) {
		const uint8_t one[] = { 0x30, 0x08, 0x06, 0x02, 0x2a, i, 0x31, 0x02, 0x05, 0x00 };

		egov__buf_append(&many, one, sizeof(one));
	}
	assert_fails(egov__request_attributes_check(egov_buf_slice(&many), &unwrapped, &err), &err,
	             EGOV_E_LIMIT, "more than 32");
	egov__buf_clear(&many);
}

static void passwords_are_one_printable_string(void **state)
{
	(void)state;
	check_refuses("300d 0609 2a864886f70d010907 3100", EGOV_E_SYNTAX, "challengePassword");
	check_refuses("3010 0609 2a864886f70d010907 3103 130140", EGOV_E_SYNTAX,
	              "not all characters are of PrintableString");
	check_refuses("300e 0609 2a864886f70d010907 160161", EGOV_E_POLICY, "tag 16, 13 wanted");
}

static void temporary_keys_are_checked(void **state)
{
	(void)state;
	check_refuses("300f 0609 2a864886f70d01093f 0402 0500", EGOV_E_SYNTAX, "temporary key");
	check_refuses("3015 0609 2a864886f70d01093f 0408 3006 020101 040161", EGOV_E_SYNTAX,
	              "not of CFCA's form");
	check_refuses("300e 0609 2a864886f70d01093f 130161", EGOV_E_POLICY, "tag 13, 04 wanted");
}

static void unknown_ones_are_named(void **state)
{
	struct egov_buf *der = help_hex_buf("3008 0602 2a03 3102 0500");
	struct egov_report *report = egov_report_new();

	(void)state;
	egov__request_attributes_report(egov_buf_slice(der), report);
	assert_string_equal(egov_report_find(report, 0, "attribute"), "1.2.3");
	egov_report_free(report);
	egov_buf_free(der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(malformed_ones_are_refused),
		cmocka_unit_test(lists_are_judged),
		cmocka_unit_test(passwords_are_one_printable_string),
		cmocka_unit_test(temporary_keys_are_checked),
		cmocka_unit_test(unknown_ones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
