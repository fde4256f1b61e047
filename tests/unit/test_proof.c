/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "record/proof.h"
#include "record/tree.h"

#define LEAVES 200

/* What a ledger would keep: leaves, and the subtrees of level 6. */
static uint8_t leaves[LEAVES][32], kept[LEAVES / 64][32], roots[LEAVES + 1][32];
static unsigned reads;

static enum egov_status keep(void *user, unsigned level, uint64_t position, const uint8_t hash[32],
                             struct egov_error *err)
{
	(void)user;
	(void)err;
	assert_int_equal(level, EGOV__TREE_STEP);
	memcpy(kept[position], hash, 32);
	return EGOV_OK;
}

static enum egov_status get(void *user, unsigned level, uint64_t position, uint8_t hash[32],
                            struct egov_error *err)
{
	(void)user;
	(void)err;
	assert_true(level == 0 ? position < LEAVES : level == 6 && position < LEAVES / 64);
	memcpy(hash, level == 0 ? leaves[position] : kept[position], 32);
	reads++;
	return EGOV_OK;
}

static const struct egov__nodes nodes = { get, NULL };

static int make_leaves(void **state)
{
	struct egov__tree tree = { 0 };
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__tree_root(&tree, roots[0], &err), &err);
	for (uint8_t i = 0; i < LEAVES; i++) {
		assert_ok(egov__tree_leaf((struct egov_slice){ &i, 1 }, leaves[i], &err), &err);
		assert_ok(egov__tree_grow(&tree, leaves[i], keep, NULL, &err), &err);
		assert_ok(egov__tree_root(&tree, roots[i + 1], &err), &err);
	}
	assert_int_equal(egov__tree_kept(LEAVES), LEAVES / 64);
	assert_int_equal(egov__tree_kept(4096), 65);
	return 0;
}

static void test_roots_of_the_past(void **state)
{
	struct egov_error err = { 0 };
	uint8_t root[32];

	(void)state;
	for (uint64_t size = 0; size <= LEAVES; size++) {
		assert_ok(egov__proof_root(&nodes, size, root, &err), &err);
		assert_memory_equal(root, roots[size], 32);
	}
}

static void test_every_leaf_of_every_tree_is_included(void **state)
{
	struct egov_buf proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov_error err = { 0 };

	(void)state;
	for (uint64_t size = 1; size <= LEAVES; size++)
		for (uint64_t i = 0; i < size; i++) {
			const struct egov__tree_state tree = { size, roots[size] };

			egov_buf_reset(&proof);
			reads = 0;
			assert_ok(egov__proof_inclusion(&nodes, i, size, &proof, &err), &err);
			assert_true(reads <= 130);
			assert_ok(egov__proof_check_inclusion(leaves[i], i, &tree,
			                                      egov_buf_slice(&proof), &err),
			          &err);
		}
	egov__buf_clear(&proof);
}

static void test_every_tree_grew_from_every_other(void **state)
{
	struct egov_buf proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov_error err = { 0 };

	(void)state;
	for (uint64_t size = 0; size <= LEAVES; size++)
		for (uint64_t from = 0; from <= size; from++) {
			const struct egov__tree_state a = { from, roots[from] }, b = { size, roots[size] };

			egov_buf_reset(&proof);
			assert_ok(egov__proof_consistency(&nodes, from, size, &proof, &err), &err);
			assert_ok(egov__proof_check_consistency(&a, &b, egov_buf_slice(&proof), &err),
			          &err);
		}
	egov__buf_clear(&proof);
}

/* Another leaf, index, size, root; a hash more, less or altered. */
static void test_nothing_else_is_included(void **state)
{
	struct egov_buf proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov_error err = { 0 };
	const struct egov__tree_state tree = { 137, roots[137] },
	                              other = { 137, roots[136] };
	struct egov_slice whole, less;

	(void)state;
	assert_ok(egov__proof_inclusion(&nodes, 100, 137, &proof, &err), &err);
	whole = egov_buf_slice(&proof);
	assert_fails(egov__proof_check_inclusion(leaves[101], 100, &tree, whole, &err), &err,
	             EGOV_E_CORRUPT, "does not lead to the root");
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 101, &tree, whole, NULL),
	                 EGOV_E_CORRUPT);
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 137, &tree, whole, NULL),
	                 EGOV_E_CORRUPT);
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 100, &other, whole, NULL),
	                 EGOV_E_CORRUPT);
	less = (struct egov_slice){ whole.data, whole.size - 32 };
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 100, &tree, less, NULL),
	                 EGOV_E_CORRUPT);
	less.size = whole.size - 1;
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 100, &tree, less, NULL),
	                 EGOV_E_CORRUPT);
	egov__buf_append(&proof, leaves[0], 32);
	assert_int_equal(egov__proof_check_inclusion(leaves[100], 100, &tree,
	                                             egov_buf_slice(&proof), NULL),
	                 EGOV_E_CORRUPT);
	egov__buf_clear(&proof);
}

static void test_no_other_history(void **state)
{
	struct egov_buf proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov_error err = { 0 };
	const struct egov__tree_state a = { 70, roots[70] }, b = { 137, roots[137] },
	                              wrong = { 70, roots[71] };

	(void)state;
	assert_ok(egov__proof_consistency(&nodes, 70, 137, &proof, &err), &err);
	assert_fails(egov__proof_check_consistency(&wrong, &b, egov_buf_slice(&proof), &err), &err,
	             EGOV_E_CORRUPT, "does not lead to the root");
	assert_int_equal(egov__proof_check_consistency(&b, &a, egov_buf_slice(&proof), NULL),
	                 EGOV_E_CORRUPT);
	for (size_t i = 0; i < proof.size; i += 7) {
		proof.data[i] ^= 1;
		assert_int_equal(egov__proof_check_consistency(&a, &b, egov_buf_slice(&proof), NULL),
		                 EGOV_E_CORRUPT);
		proof.data[i] ^= 1;
	}
	for (size_t cut = 0; cut < proof.size; cut++)
		assert_int_equal(egov__proof_check_consistency(
					 &a, &b, (struct egov_slice){ proof.data, cut }, NULL),
		                 EGOV_E_CORRUPT);
	egov__buf_clear(&proof);
}

static void test_what_is_not_there(void **state)
{
	struct egov_buf proof = EGOV__BUF(EGOV__PROOF_MAX);
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov__proof_inclusion(&nodes, 5, 5, &proof, &err), &err, EGOV_E_USAGE,
	             "not so long");
	assert_fails(egov__proof_consistency(&nodes, 6, 5, &proof, &err), &err, EGOV_E_USAGE,
	             "not so long");
	egov__buf_clear(&proof);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots_of_the_past),
		cmocka_unit_test(test_every_leaf_of_every_tree_is_included),
		cmocka_unit_test(test_every_tree_grew_from_every_other),
		cmocka_unit_test(test_nothing_else_is_included),
		cmocka_unit_test(test_no_other_history),
		cmocka_unit_test(test_what_is_not_there),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
