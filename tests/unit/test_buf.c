/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

static void grows_up_to_its_maximum(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf *buf = egov_buf_new(1000);

	(void)state;
	assert_non_null(buf);
	assert_int_equal(egov_buf_slice(buf).size, 0);
	for (int i = 0; i < 1000; i++)
		egov__buf_byte(buf, (uint8_t)i);
	assert_ok(egov__buf_check(buf, &err), &err);
	assert_int_equal(egov_buf_slice(buf).size, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(egov_buf_slice(buf).data[i], (uint8_t)i);
	egov__buf_byte(buf, 1);
	assert_fails(egov__buf_check(buf, &err), &err, EGOV_E_LIMIT, "more than 1000 octets");
	egov_buf_free(buf);
	egov_buf_free(NULL);
}

static void failure_sticks_until_reset(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf buf = EGOV__BUF(4), *moved = NULL;

	(void)state;
	egov__buf_text(&buf, "12345");
	egov__buf_text(&buf, "1");
	assert_int_equal(buf.size, 0);
	assert_null(egov__buf_string(&buf));
	assert_null(egov__buf_extend(&buf, 1));
	assert_fails(egov__buf_move(&buf, &moved, &err), &err, EGOV_E_LIMIT, "4 octets");
	assert_null(moved);
	egov_buf_reset(&buf);
	egov__buf_text(&buf, "1234");
	assert_ok(egov__buf_check(&buf, &err), &err);
	assert_int_equal(buf.size, 4);
	egov__buf_clear(&buf);
	assert_int_equal(buf.size, 0);
	assert_null(buf.data);
}

/* What found no memory may succeed later, what is too long may not. */
static void no_memory_is_told_apart(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf buf = EGOV__BUF(SIZE_MAX / 2), *moved = NULL;

	(void)state;
	egov__buf_text(&buf, "kept");
	assert_null(egov__buf_extend(&buf, SIZE_MAX / 2 - 100));
	assert_int_equal(buf.size, 4);
	assert_fails(egov__buf_check(&buf, &err), &err, EGOV_E_NOMEM, "out of memory");
	assert_fails(egov__buf_move(&buf, &moved, &err), &err, EGOV_E_NOMEM, "out of memory");
	assert_null(moved);
	egov_buf_reset(&buf);
	assert_null(egov__buf_extend(&buf, SIZE_MAX));
	assert_fails(egov__buf_check(&buf, &err), &err, EGOV_E_LIMIT, "octets");
	egov__buf_clear(&buf);
	assert_ok(egov__buf_check(&buf, &err), &err);
}

/* The NUL behind a text counts. */
static void texts_need_room_for_their_end(void **state)
{
	struct egov_buf buf = EGOV__BUF(4);

	(void)state;
	egov__buf_printf(&buf, "%s", "123");
	assert_string_equal(egov__buf_string(&buf), "123");
	egov__buf_printf(&buf, "%s", "");
	assert_int_equal(buf.size, 3);
	egov__buf_printf(&buf, "%s", "4");
	assert_true(buf.failed);
	assert_int_equal(buf.size, 3);
	egov__buf_clear(&buf);
}

static void appends_every_kind(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0xaf, 0x10 };
	struct egov_buf buf = EGOV__BUF(4000);

	(void)state;
	egov__buf_append(&buf, NULL, 0);
	egov__buf_slice(&buf, EGOV__NO_SLICE);
	assert_int_equal(buf.size, 0);
	egov__buf_text(&buf, "a");
	egov__buf_slice(&buf, egov__slice_text("bc"));
	egov__buf_hex(&buf, EGOV__SLICE(bytes));
	egov__buf_printf(&buf, "%s=%0300d", "x", 7);
	assert_int_equal(buf.size, 3 + 6 + 2 + 300);
	assert_memory_equal(egov__buf_string(&buf), "abc00af10x=000", 14);
	assert_int_equal(buf.data[buf.size - 1], '7');
	egov__buf_clear(&buf);
}

static void moves_to_the_heap(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf buf = EGOV__BUF(10), *moved = NULL;

	(void)state;
	egov__buf_text(&buf, "text");
	assert_ok(egov__buf_move(&buf, &moved, &err), &err);
	assert_null(buf.data);
	assert_int_equal(buf.max, 10);
	assert_int_equal(moved->max, 10);
	assert_string_equal(egov__buf_string(moved), "text");
	egov_buf_free(moved);
}

static void slices_compare_and_copy(void **state)
{
	const struct egov_slice text = egov__slice_text("text");
	char *copy = egov__slice_copy(text), *empty = egov__slice_copy(EGOV__NO_SLICE);
	char *again = egov__text_dup("again");
	char field[5] = "";

	(void)state;
	assert_string_equal(copy, "text");
	assert_string_equal(empty, "");
	assert_string_equal(again, "again");
	assert_true(egov__slice_equal(text, egov__slice_text(copy)));
	assert_true(egov__slice_equal(EGOV__NO_SLICE, egov__slice_text("")));
	assert_false(egov__slice_equal(text, egov__slice_text("tex")));
	assert_false(egov__slice_equal(text, egov__slice_text("Text")));
	assert_true(egov__text_copy(field, sizeof(field), "four"));
	assert_string_equal(field, "four");
	assert_false(egov__text_copy(field, sizeof(field), "fives"));
	assert_string_equal(field, "five");
	assert_false(egov__text_copy(field, sizeof(field), "a\xe8\xaf\x81\xe4\xb9\xa6"));
	assert_string_equal(field, "a\xe8\xaf\x81");
	assert_false(egov__text_copy(field, sizeof(field), "ab\xe8\xaf\x81"));
	assert_string_equal(field, "ab");
	free(copy);
	free(empty);
	free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_up_to_its_maximum), cmocka_unit_test(failure_sticks_until_reset),
		cmocka_unit_test(appends_every_kind),      cmocka_unit_test(moves_to_the_heap),
		cmocka_unit_test(slices_compare_and_copy), cmocka_unit_test(no_memory_is_told_apart),
		cmocka_unit_test(texts_need_room_for_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
