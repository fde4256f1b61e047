/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/sm3.h"
#include "record/tree.h"

#define LEAVES 70

static uint8_t leaves[LEAVES][32];

static int make_leaves(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	for (uint8_t i = 0; i < LEAVES; i++)
		assert_ok(egov__tree_leaf((struct egov_slice){ &i, 1 }, leaves[i], &err), &err);
	return 0;
}

/* RFC 9162, 2.1.1, as it is written there: by halves at the largest power of two. */
static void by_definition(size_t from, size_t size, uint8_t root[32])
{
	const uint8_t prefix = 1;
	uint8_t left[32], right[32];
	const struct egov_slice parts[] = { { &prefix, 1 }, EGOV__SLICE(left), EGOV__SLICE(right) };
	size_t half = 1;

	if (size == 0) {
		assert_int_equal(egov__sm3(NULL, 0, root, NULL), EGOV_OK);
		return;
	}
	if (size == 1) {
		memcpy(root, leaves[from], 32);
		return;
	}
	while (half * 2 < size)
		half *= 2;
	by_definition(from, half, left);
	by_definition(from + half, size - half, right);
	assert_int_equal(egov__sm3(parts, 3, root, NULL), EGOV_OK);
}

static void test_leaf_has_its_prefix(void **state)
{
	const uint8_t bytes[] = { 0, 'a', 'b' };
	const struct egov_slice whole = EGOV__SLICE(bytes);
	struct egov_error err = { 0 };
	uint8_t leaf[32], wanted[32];

	(void)state;
	assert_ok(egov__tree_leaf(egov__slice_text("ab"), leaf, &err), &err);
	assert_ok(egov__sm3(&whole, 1, wanted, &err), &err);
	assert_memory_equal(leaf, wanted, 32);
}

/* SM3 of nothing (GB/T 32905 gives the function, the value is openssl's). */
static void test_empty_tree(void **state)
{
	const struct egov__tree tree = { 0 };
	struct egov_error err = { 0 };
	uint8_t root[32], wanted[32];

	(void)state;
	help_hex("1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b", wanted, 32);
	assert_ok(egov__tree_root(&tree, root, &err), &err);
	assert_memory_equal(root, wanted, 32);
}

static void test_roots_are_those_of_the_definition(void **state)
{
	struct egov__tree tree = { 0 };
	struct egov_error err = { 0 };
	uint8_t root[32], wanted[32];

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		assert_ok(egov__tree_append(&tree, leaves[size - 1], &err), &err);
		assert_int_equal(tree.size, size);
		assert_ok(egov__tree_root(&tree, root, &err), &err);
		by_definition(0, size, wanted);
		assert_memory_equal(root, wanted, 32);
	}
}

static void test_saved_tree_grows_on(void **state)
{
	struct egov__tree tree = { 0 }, again;
	struct egov_buf saved = EGOV__BUF(4096);
	struct egov_error err = { 0 };
	uint8_t root[32], wanted[32];

	(void)state;
	for (size_t i = 0; i < LEAVES; i++) {
		egov_buf_reset(&saved);
		egov__tree_save(&tree, &saved);
		memset(&again, 0xff, sizeof(again));
		assert_ok(egov__tree_load(egov_buf_slice(&saved), &again, &err), &err);
		tree = again;
		assert_ok(egov__tree_append(&tree, leaves[i], &err), &err);
	}
	assert_ok(egov__tree_root(&tree, root, &err), &err);
	by_definition(0, LEAVES, wanted);
	assert_memory_equal(root, wanted, 32);
	egov__buf_clear(&saved);
}

static void test_damaged_state_is_refused(void **state)
{
	static const uint8_t bytes[8 + 64] = { [7] = 3 };
	struct egov__tree tree;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__tree_load(EGOV__SLICE(bytes), &tree, &err), &err);
	for (size_t size = 0; size < sizeof(bytes); size++)
		assert_fails(egov__tree_load((struct egov_slice){ bytes, size }, &tree, &err), &err,
		             EGOV_E_CORRUPT, "do not fit its size");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaf_has_its_prefix),
		cmocka_unit_test(test_empty_tree),
		cmocka_unit_test(test_roots_are_those_of_the_definition),
		cmocka_unit_test(test_saved_tree_grows_on),
		cmocka_unit_test(test_damaged_state_is_refused),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
