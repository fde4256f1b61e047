/* SPDX-License-Identifier: Apache-2.0 */
/* Return values of modules by name. */
#include "help.h"

#include "key/p11.h"

static void assert_name(CK_RV rv, const char *wanted)
{
	char text[EGOV__P11_NAME];

	egov__p11_name(rv, text);
	assert_string_equal(text, wanted);
}

static void names_and_numbers(void **state)
{
	(void)state;
	assert_name(CKR_PIN_LOCKED, "CKR_PIN_LOCKED (0x000000a4)");
	assert_name(CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED (0x00000032)");
	assert_name(CKR_USER_ANOTHER_ALREADY_LOGGED_IN,
	            "CKR_USER_ANOTHER_ALREADY_LOGGED_IN (0x00000104)");
	assert_name(CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED (0x00000200)");
	assert_name(4, "0x00000004");
	assert_name(0x80000123, "0x80000123");
	assert_name(0x123456789, "0x123456789");
	assert_name(~0UL, "0xffffffffffffffff");
}

/* Every name that the header defines: one that a newer header adds is missed here. */
static void every_name_of_the_header(void **state)
{
	FILE *pipe = popen("echo '#include <p11-kit/pkcs11.h>' | "
	                   "cc $(pkg-config --cflags p11-kit-1) -E -dM - | "
	                   "sed -n 's/^#define \\(CKR_[A-Z0-9_]*\\) (*\\([0-9xa-fA-F]*\\)UL).*/\\1 \\2/p'",
	                   "r");
	char line[128], name[EGOV__P11_NAME], wanted[200];
	unsigned count = 0;

	(void)state;
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		char *number = strchr(line, ' ');
		unsigned long rv;

		assert_non_null(number);
		*number++ = 0;
		rv = strtoul(number, NULL, 0);
		if (rv == CKR_OK)
			continue;
		count++;
		(void)snprintf(wanted, sizeof(wanted), "%s (0x%08lx)", line, rv);
		egov__p11_name(rv, name);
		assert_string_equal(name, wanted);
	}
	assert_int_equal(pclose(pipe), 0);
	assert_true(count >= 90);
}

static void in_messages(void **state)
{
	struct egov_error err = { .status = EGOV_OK };

	(void)state;
	assert_fails(egov__p11_error(&err, CKR_PIN_LOCKED, "C_Login"), &err, EGOV_E_AUTH,
	             "C_Login: CKR_PIN_LOCKED (0x000000a4)");
	assert_fails(egov__p11_error(&err, 0x80000001, "C_Sign"), &err, EGOV_E_DEVICE,
	             "C_Sign: 0x80000001");
	(void)egov__p11_error(&err, CKR_DEVICE_ERROR, "C_Sign");
	assert_int_equal(err.detail, CKR_DEVICE_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers),
		cmocka_unit_test(every_name_of_the_header),
		cmocka_unit_test(in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
