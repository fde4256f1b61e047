/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "request/person.h"

static bool valid(const char *name)
{
	return egov__person_valid(egov__slice_text(name));
}

static void names_of_people(void **state)
{
	static const char *const good[] = { "a", "王审查", "Zhang San", "os:ca-clerk", "阿不都·买买提",
		                            "O'Neil Jr." };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!valid(good[i]))
			fail_msg("\"%s\" was refused", good[i]);
}

/* Each looks like a name that somebody else has already. */
static void one_person_is_not_two(void **state)
{
	static const char *const bad[] = {
		"",         " ",          "甲 ",        " 甲",          "张  三",      "甲\t",
		"甲\n",     "甲\xc2\xa0", "甲\xc2\xad", "\xe2\x80\x8b甲", "甲\xe3\x80\x80", "甲\xef\xbb\xbf",
		"甲\xe2\x80\xae", "甲\xef\xb8\x8f", "甲\xf3\xa0\x80\x81", "甲\xff", "\xe7\x94", "甲\xc2\x85",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (valid(bad[i]))
			fail_msg("name %zu was accepted", i);
}

static void at_most_64_characters(void **state)
{
	char name[3 * 65 + 1] = "";

	(void)state;
	for (size_t i = 0; i < 64; i++)
		memcpy(name + 3 * i, "王", 4);
	assert_true(valid(name));
	memcpy(name + 3 * 64, "王", 4);
	assert_false(valid(name));
	assert_true(egov__text_shows(egov__slice_text(name)));
	assert_false(egov__text_shows(egov__slice_text("\xe2\x80\xae")));
	assert_false(egov__person_valid((struct egov_slice){ (const uint8_t *)"a\0b", 3 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_people),
		cmocka_unit_test(one_person_is_not_two),
		cmocka_unit_test(at_most_64_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
