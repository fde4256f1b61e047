/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/sm3.h"
#include "record/entry.h"

/* The leaf format is for ever: these octets may never change. */
static void test_the_bytes_of_an_entry(void **state)
{
	struct egov__journal_row row = { .seq = 128, .time = 2524608000, .kind = "issue",
		                         .actor = "\xe6\x9d\x8e", .source = "p", .subject = "40", .body = "{}" };
	struct egov_buf der = EGOV__BUF(1000), *wanted, *with;
	struct egov_error err = { 0 };
	uint8_t leaf[32], digest[32];

	(void)state;
	wanted = help_hex_buf("302f 020101 02020080 180f32303530303130313030303030305a"
	                      "0c056973737565 0c03e69d8e 0c0170 0c023430 0c027b7d");
	assert_ok(egov__entry_encode(&row, &der, &err), &err);
	assert_int_equal(der.size, wanted->size);
	assert_memory_equal(der.data, wanted->data, wanted->size);

	const uint8_t zero = 0;
	const struct egov_slice parts[] = { { &zero, 1 }, egov_buf_slice(wanted) };

	assert_ok(egov__entry_leaf(&row, leaf, &err), &err);
	assert_ok(egov__sm3(parts, 2, digest, &err), &err);
	assert_memory_equal(leaf, digest, 32);

	egov_buf_reset(&der);
	row.has_commitment = true;
	memset(row.commitment, 0xab, sizeof(row.commitment));
	with = help_hex_buf("3051 020101 02020080 180f32303530303130313030303030305a"
	                    "0c056973737565 0c03e69d8e 0c0170 0c023430 0c027b7d 0420"
	                    "abababababababababababababababababababababababababababababababab");
	assert_ok(egov__entry_encode(&row, &der, &err), &err);
	assert_int_equal(der.size, with->size);
	assert_memory_equal(der.data, with->data, with->size);
	egov__buf_clear(&der);
	egov_buf_free(wanted);
	egov_buf_free(with);
}

/* The sealed blob is no part of the leaf: it can go without breaking a proof. */
static void test_leaf_covers_all_but_the_blob(void **state)
{
	struct egov__journal_row row = { .seq = 1, .time = 0, .kind = "k", .actor = "a",
		                         .subject = "s", .body = "{}", .has_commitment = true };
	struct egov_error err = { 0 };
	uint8_t first[32], leaf[32];

	(void)state;
	assert_ok(egov__entry_leaf(&row, first, &err), &err);
	row.sealed = egov__slice_text("blob");
	row.leaf[0] = 1;
	assert_ok(egov__entry_leaf(&row, leaf, &err), &err);
	assert_memory_equal(leaf, first, 32);

	const struct egov__journal_row same = row;
	struct egov__journal_row changed[9] = { same, same, same, same, same, same, same, same,
		                                same };

	changed[0].seq = 2;
	changed[1].time = 1;
	changed[2].kind = "ka";
	changed[2].actor = "";
	changed[3].actor = "b";
	changed[4].subject = "t";
	changed[5].body = "{ }";
	changed[6].commitment[31] = 1;
	changed[7].has_commitment = false;
	changed[8].source = "o";
	for (size_t i = 0; i < 9; i++) {
		assert_ok(egov__entry_leaf(&changed[i], leaf, &err), &err);
		assert_memory_not_equal(leaf, first, 32);
	}
}

static void test_commitment_is_salt_then_text(void **state)
{
	uint8_t salt[32] = { 1 }, digest[32], wanted[32], joined[34] = { 1 };
	const struct egov_slice whole = EGOV__SLICE(joined);
	struct egov_error err = { 0 };

	(void)state;
	memcpy(joined + 32, "ab", 2);
	assert_ok(egov__entry_commitment(salt, egov__slice_text("ab"), digest, &err), &err);
	assert_ok(egov__sm3(&whole, 1, wanted, &err), &err);
	assert_memory_equal(digest, wanted, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bytes_of_an_entry),
		cmocka_unit_test(test_leaf_covers_all_but_the_blob),
		cmocka_unit_test(test_commitment_is_salt_then_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
