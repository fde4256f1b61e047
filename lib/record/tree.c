/* SPDX-License-Identifier: Apache-2.0 */
#include "record/tree.h"

#include <string.h>

#include "crypto/sm3.h"

static const uint8_t leaf_prefix = 0, node_prefix = 1;

enum egov_status egov__tree_leaf(struct egov_slice entry, uint8_t leaf[32], struct egov_error *err)
{
	const struct egov_slice parts[] = { { &leaf_prefix, 1 }, entry };

	return egov__sm3(parts, 2, leaf, err);
}

enum egov_status egov__tree_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32],
                                 struct egov_error *err)
{
	const struct egov_slice parts[] = { { &node_prefix, 1 }, { left, 32 }, { right, 32 } };

	return egov__sm3(parts, 3, out, err);
}

static size_t perfect_subtrees(uint64_t size)
{
	size_t count = 0;

	for (; size > 0; size &= size - 1)
		count++;
	return count;
}

/* A new leaf completes as many subtrees as size has trailing one bits. */
enum egov_status egov__tree_grow(struct egov__tree *tree, const uint8_t leaf[32],
                                 egov__tree_fn *fn, void *user, struct egov_error *err)
{
	size_t top = perfect_subtrees(tree->size);
	unsigned level = 0;
	uint8_t hash[32];
	enum egov_status rc = EGOV_OK;

	memcpy(hash, leaf, sizeof(hash));
	for (uint64_t bits = tree->size; rc == EGOV_OK && (bits & 1) != 0; bits >>= 1) {
		rc = egov__tree_node(tree->roots[--top], hash, hash, err);
		level++;
		if (rc == EGOV_OK && fn != NULL && level % EGOV__TREE_STEP == 0)
			rc = fn(user, level, tree->size >> level, hash, err);
	}
	if (rc != EGOV_OK)
		return rc;
	memcpy(tree->roots[top], hash, sizeof(hash));
	tree->size++;
	return EGOV_OK;
}

enum egov_status egov__tree_append(struct egov__tree *tree, const uint8_t leaf[32],
                                   struct egov_error *err)
{
	return egov__tree_grow(tree, leaf, NULL, NULL, err);
}

uint64_t egov__tree_kept(uint64_t size)
{
	uint64_t kept = 0;

	while ((size >>= EGOV__TREE_STEP) > 0)
		kept += size;
	return kept;
}

enum egov_status egov__tree_root(const struct egov__tree *tree, uint8_t root[32],
                                 struct egov_error *err)
{
	size_t left = perfect_subtrees(tree->size);
	uint8_t hash[32];
	enum egov_status rc = EGOV_OK;

	if (left == 0)
		return egov__sm3(NULL, 0, root, err);
	memcpy(hash, tree->roots[--left], sizeof(hash));
	while (rc == EGOV_OK && left-- > 0)
		rc = egov__tree_node(tree->roots[left], hash, hash, err);
	if (rc == EGOV_OK)
		memcpy(root, hash, sizeof(hash));
	return rc;
}

void egov__tree_save(const struct egov__tree *tree, struct egov_buf *out)
{
	for (unsigned shift = 64; shift > 0; shift -= 8)
		egov__buf_byte(out, (uint8_t)(tree->size >> (shift - 8)));
	egov__buf_append(out, tree->roots, 32 * perfect_subtrees(tree->size));
}

enum egov_status egov__tree_load(struct egov_slice bytes, struct egov__tree *tree,
                                 struct egov_error *err)
{
	uint64_t size = 0;

	for (size_t i = 0; i < 8 && i < bytes.size; i++)
		size = size << 8 | bytes.data[i];
	if (bytes.size < 8 || bytes.size != 8 + 32 * perfect_subtrees(size))
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "state of the journal's tree: %zu octets do not fit its size",
		                      bytes.size);
	memset(tree, 0, sizeof(*tree));
	tree->size = size;
	memcpy(tree->roots, bytes.data + 8, bytes.size - 8);
	return EGOV_OK;
}
