/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "cms/ber.h"

static void expect(const char *ber, const char *der)
{
	struct egov_buf *in = help_hex_buf(ber), *wanted = help_hex_buf(der);
	struct egov_buf out = EGOV__BUF(1024);
	struct egov_error err = { 0 };

	assert_ok(egov__ber_to_der(egov_buf_slice(in), &out, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&out), egov_buf_slice(wanted)));
	egov__buf_clear(&out);
	egov_buf_free(in);
	egov_buf_free(wanted);
}

static void expect_fault(const char *ber, enum egov_status status, const char *fragment)
{
	struct egov_buf *in = help_hex_buf(ber);
	struct egov_buf out = EGOV__BUF(1024);
	struct egov_error err = { 0 };

	assert_fails(egov__ber_to_der(egov_buf_slice(in), &out, &err), &err, status, fragment);
	egov__buf_clear(&out);
	egov_buf_free(in);
}

static void lengths_become_those_of_der(void **state)
{
	(void)state;
	expect("3003020101", "3003020101");
	expect("3080 020101 0000", "3003020101");
	expect("308103 020101", "3003020101");
	expect("3084 00000003 020101", "3003020101");
	expect("a080 3080 0000 0000", "a0023000");
	expect("3080 3180 0000 0401aa 0000", "300531000401aa");
	expect("24 80 0401aa 0402bbcc 0000", "0403aabbcc");
	expect("3000", "3000");
}

static void the_pieces_nest(void **state)
{
	(void)state;
	expect("2480 2480 0401aa 0000 0401bb 0000", "0402aabb");
	expect("2480 0000", "0400");
	expect_fault("2480 020101 0000", EGOV_E_SYNTAX, "an OCTET STRING in pieces of another type");
}

static void what_is_no_ber_is_refused(void **state)
{
	char deep[4 * 40 + 1];

	(void)state;
	expect_fault("", EGOV_E_SYNTAX, "cut short");
	expect_fault("30", EGOV_E_SYNTAX, "cut short");
	expect_fault("3080", EGOV_E_SYNTAX, "cut short");
	expect_fault("3080 020101", EGOV_E_SYNTAX, "cut short");
	expect_fault("3080 020101 00", EGOV_E_SYNTAX, "cut short");
	expect_fault("3004 020101", EGOV_E_SYNTAX, "cut short");
	expect_fault("308201", EGOV_E_SYNTAX, "cut short");
	expect_fault("0480 0000", EGOV_E_SYNTAX, "indefinite length of a primitive type");
	expect_fault("3002 0000", EGOV_E_SYNTAX, "no type has the tag 00");
	expect_fault("1f8101 00", EGOV_E_SYNTAX, "no type has the tag 1f");
	expect_fault("0489 010000000000000000 00", EGOV_E_SYNTAX, "oversized length");
	expect_fault("0488 ffffffffffffffff 00", EGOV_E_SYNTAX, "cut short");
	expect_fault("3000 00", EGOV_E_SYNTAX, "1 octets after its end");
	for (size_t i = 0; i < 40; i++)
		memcpy(deep + 4 * i, "3080", 5);
	expect_fault(deep, EGOV_E_LIMIT, "more than 24 levels of nesting");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_become_those_of_der),
		cmocka_unit_test(the_pieces_nest),
		cmocka_unit_test(what_is_no_ber_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
