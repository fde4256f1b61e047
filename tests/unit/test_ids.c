/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "request/application.h"

/* The first two are the examples that GB 11643 prints. */
static void resident_ids_with_a_right_check_character(void **state)
{
	(void)state;
	assert_true(egov__resident_id_valid("11010519491231002X"));
	assert_true(egov__resident_id_valid("440524188001010014"));
	assert_true(egov__resident_id_valid("110105200002290013"));
}

static void a_resident_id_needs_every_digit(void **state)
{
	char id[] = "11010519491231002X";

	(void)state;
	for (size_t i = 0; i < 17; i++) {
		const char was = id[i];

		id[i] = was == '9' ? '8' : (char)(was + 1);
		assert_false(egov__resident_id_valid(id));
		id[i] = was;
	}
	assert_false(egov__resident_id_valid("110105194912310021"));
}

static void malformed_resident_ids(void **state)
{
	(void)state;
	assert_false(egov__resident_id_valid(""));
	assert_false(egov__resident_id_valid("11010519491231002x"));
	assert_false(egov__resident_id_valid("11010519491231002"));
	assert_false(egov__resident_id_valid("11010519491231002X0"));
	assert_false(egov__resident_id_valid("1101051949123100 X"));
	assert_false(egov__resident_id_valid("A1010519491231002X"));
	/* 15 digits of the old form */
	assert_false(egov__resident_id_valid("110105491231002"));
}

/* All have the right check character; the date or the region alone is wrong. */
static void region_and_birth_date_must_exist(void **state)
{
	(void)state;
	assert_false(egov__resident_id_valid("110105190002290017"));
	assert_false(egov__resident_id_valid("110105194913310021"));
	assert_false(egov__resident_id_valid("110105179912310024"));
	assert_true(egov__resident_id_valid("110105180001010029"));
	assert_false(egov__resident_id_valid("010105194912310026"));
}

static void credit_codes_with_a_right_check_character(void **state)
{
	(void)state;
	/* The first is the example that GB 32100 prints. */
	assert_true(egov__credit_code_valid("91350100M000100Y43"));
	assert_true(egov__credit_code_valid("111000000000143498"));
}

static void a_credit_code_needs_every_character(void **state)
{
	char code[] = "91350100M000100Y43";

	(void)state;
	for (size_t i = 0; i < 18; i++) {
		const char was = code[i];

		code[i] = was == '9' ? '8' : was == 'Y' ? 'X' : (char)(was + 1);
		assert_false(egov__credit_code_valid(code));
		code[i] = was;
	}
}

static void malformed_credit_codes(void **state)
{
	(void)state;
	assert_false(egov__credit_code_valid(""));
	assert_false(egov__credit_code_valid("91350100m000100y43"));
	assert_false(egov__credit_code_valid("91350100M000100Y4"));
	assert_false(egov__credit_code_valid("91350100M000100Y430"));
	/* I, O, S, V and Z are not in the alphabet. */
	for (const char *c = "IOSVZ"; *c != 0; c++) {
		char code[] = "91350100M000100Y43";

		code[15] = *c;
		assert_false(egov__credit_code_valid(code));
	}
	/* A letter in the region. */
	assert_false(egov__credit_code_valid("9135A100M000100Y4Y"));
}

static void organization_codes(void **state)
{
	(void)state;
	/* The example that GB 11714 prints. */
	assert_true(egov__organization_code_valid("D2143569X"));
	assert_true(egov__organization_code_valid("D2143569-X"));
	assert_true(egov__organization_code_valid("000000000"));
	assert_false(egov__organization_code_valid("D21435690"));
	assert_false(egov__organization_code_valid("D2143596X"));
	assert_false(egov__organization_code_valid("d2143569X"));
	assert_false(egov__organization_code_valid("D2143569"));
	assert_false(egov__organization_code_valid("D2143569+X"));
	assert_false(egov__organization_code_valid(""));
}

static void registration_numbers(void **state)
{
	char number[] = "110108000000016";

	(void)state;
	assert_true(egov__registration_number_valid(number));
	for (size_t i = 0; i < 15; i++) {
		const char was = number[i];

		number[i] = was == '9' ? '8' : (char)(was + 1);
		assert_false(egov__registration_number_valid(number));
		number[i] = was;
	}
	assert_false(egov__registration_number_valid("11010800000001"));
	assert_false(egov__registration_number_valid("1101080000000161"));
	assert_false(egov__registration_number_valid("11010800000001a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resident_ids_with_a_right_check_character),
		cmocka_unit_test(a_resident_id_needs_every_digit),
		cmocka_unit_test(malformed_resident_ids),
		cmocka_unit_test(region_and_birth_date_must_exist),
		cmocka_unit_test(organization_codes),
		cmocka_unit_test(registration_numbers),
		cmocka_unit_test(credit_codes_with_a_right_check_character),
		cmocka_unit_test(a_credit_code_needs_every_character),
		cmocka_unit_test(malformed_credit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
