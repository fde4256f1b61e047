/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "ca/serial.h"

static void reads_what_people_write(void **state)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
		{ "40", "40" },       { "4A:0b", "4a0b" }, { "00ff", "00ff" },
		{ "0000ff", "00ff" }, { "007f", "7f" },    { "00", "00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf out = EGOV__BUF(64);
		struct egov_buf *want = help_hex_buf(cases[i].hex);
		struct egov_error err = { 0 };

		assert_ok(egov__serial_parse(cases[i].text, &out, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&out), egov_buf_slice(want)));
		egov__buf_clear(&out);
		egov_buf_free(want);
	}
}

static void refuses_other_text(void **state)
{
	static const char *const cases[] = { "", "4", "xy", "40:", ":40", "4 0", "40::40" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf out = EGOV__BUF(64);
		struct egov_error err = { 0 };

		assert_fails(egov__serial_parse(cases[i], &out, &err), &err, EGOV_E_USAGE,
		             "serial");
		egov__buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(refuses_other_text),
	};

	return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
