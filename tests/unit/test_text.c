/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/text.h"

static void numbers_are_decimal_and_bounded(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1e3", "4", "101",
		                           "18446744073709551616", "99999999999999999999999" };
	struct egov_error err = { 0 };
	uint64_t n = 0;

	(void)state;
	assert_ok(egov__number_parse("5", "n", 5, 100, &n, &err), &err);
	assert_int_equal(n, 5);
	assert_ok(egov__number_parse("00100", "n", 5, 100, &n, &err), &err);
	assert_int_equal(n, 100);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_fails(egov__number_parse(bad[i], "days", 5, 100, &n, &err), &err,
		             EGOV_E_SYNTAX, "days \"");
	assert_fails(egov__number_parse("4", "days", 5, 100, &n, &err), &err, EGOV_E_SYNTAX,
	             "want a number from 5 to 100");
	assert_int_equal(n, 100);
}

static void hex_with_or_without_colons(void **state)
{
	static const char *const good[] = { "00a1Ff", "00:a1:FF", "00a1:fF" };
	static const char *const bad[] = { "", "0", "000", "0g", "00:", ":00", "00::11", "00 11", "0x00" };
	static const uint8_t wanted[] = { 0x00, 0xa1, 0xff };
	struct egov_error err = { 0 };
	struct egov_buf out = EGOV__BUF(8);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		egov_buf_reset(&out);
		assert_ok(egov__hex_parse(good[i], "serial", &out, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&out), EGOV__SLICE(wanted)));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		egov_buf_reset(&out);
		assert_fails(egov__hex_parse(bad[i], "serial", &out, &err), &err, EGOV_E_SYNTAX,
		             "want pairs of hexadecimal digits");
	}
	egov_buf_reset(&out);
	assert_fails(egov__hex_parse("001122334455667788", "serial", &out, &err), &err, EGOV_E_LIMIT,
	             "8 octets");
	egov__buf_clear(&out);
}

static void utf8_as_rfc_3629_has_it(void **state)
{
	static const struct {
		const char *text;
		size_t characters;
	} good[] = {
		{ "", 0 }, { "a", 1 }, { "\xc2\x80", 1 }, { "\xe5\xbc\xa0\xe4\xb8\x89", 2 },
		{ "\xed\x9f\xbf", 1 }, { "\xee\x80\x80", 1 }, { "\xf0\x90\x80\x80", 1 },
		{ ("\xf4\x8f\xbf\xbf" "a"), 2 },
	};
	static const char *const bad[] = {
		"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", ("\xc2" "a"), "\xe0\x9f\xbf", "\xe5\xbc",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xfe", "\xff", "a\xe5\xbc\xa0\xbc", "\xf0\x90\x80",
	};
	size_t characters = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(egov__utf8_check(egov__slice_text(good[i].text), &characters));
		assert_int_equal(characters, good[i].characters);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(egov__utf8_check(egov__slice_text(bad[i]), NULL));
}

static void texts_are_cut_between_characters(void **state)
{
	/* one of 3 octets, one of 4, one of 2 */
	static const char text[] = "\xe8\xaf\x81\xf0\x9f\x94\x91\xc3\xa9";
	static const size_t wanted[] = { 0, 0, 0, 3, 3, 3, 3, 7, 7, 9, 9, 9 };

	(void)state;
	for (size_t room = 0; room < sizeof(wanted) / sizeof(wanted[0]); room++)
		assert_int_equal(egov__text_fit(text, room), wanted[room]);
	assert_int_equal(egov__text_fit("", 0), 0);
	assert_int_equal(egov__text_fit("", 5), 0);
	/* what is no UTF-8 is cut where the room ends, or a little before */
	assert_int_equal(egov__text_fit("\x80\x80\x80\x80\x80\x80\x80\x80", 7), 4);
}

static void control_characters_are_seen(void **state)
{
	static const uint8_t nul[] = { 'a', 0, 'b' };

	(void)state;
	assert_true(egov__utf8_has_control(EGOV__SLICE(nul)));
	assert_true(egov__utf8_has_control(egov__slice_text("a\nb")));
	assert_true(egov__utf8_has_control(egov__slice_text("a\x7f")));
	assert_true(egov__utf8_has_control(egov__slice_text("\xc2\x85")));
	assert_true(egov__utf8_has_control(egov__slice_text("\xff")));
	assert_false(egov__utf8_has_control(egov__slice_text("\xe5\xbc\xa0 \xc2\xa0~")));
}

static void printable_string_has_its_characters(void **state)
{
	static const char all[] = "ABCXYZabcxyz0189 '()+,-./:=?";
	static const char none[] = "!\"#$%&*;<>@[\\]^_`{|}~\n\xe5";
	static const uint8_t nul[] = { 0 };

	(void)state;
	assert_true(egov__is_printable_string(egov__slice_text(all)));
	for (size_t i = 0; i < sizeof(none) - 1; i++)
		assert_false(egov__is_printable_string(
			(struct egov_slice){ (const uint8_t *)none + i, 1 }));
	assert_false(egov__is_printable_string(EGOV__SLICE(nul)));
}

static void lists_are_split_at_commas(void **state)
{
	struct egov_slice list = egov__slice_text(" ,a,  b c ,, d"), item = EGOV__NO_SLICE;
	struct egov_slice none = egov__slice_text(" , ");

	(void)state;
	assert_true(egov__list_next(&list, &item));
	assert_true(egov__slice_is(item, "a"));
	assert_true(egov__list_next(&list, &item));
	assert_true(egov__slice_is(item, "b c"));
	assert_true(egov__list_next(&list, &item));
	assert_true(egov__slice_is(item, "d"));
	assert_false(egov__slice_is(item, "de"));
	assert_false(egov__list_next(&list, &item));
	assert_false(egov__list_next(&none, &item));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_and_bounded),
		cmocka_unit_test(hex_with_or_without_colons),
		cmocka_unit_test(utf8_as_rfc_3629_has_it),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(control_characters_are_seen),
		cmocka_unit_test(printable_string_has_its_characters),
		cmocka_unit_test(lists_are_split_at_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
