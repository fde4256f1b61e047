/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_TREE_H
#define RECORD_TREE_H

#include "base/buf.h"

/* A Merkle tree over SM3 (RFC 9162, 2.1.1) that only grows: the roots of its
 * perfect subtrees, largest first, are all that it keeps. */
#define EGOV__TREE_LEVELS 64

struct egov__tree {
	uint64_t size;
	uint8_t roots[EGOV__TREE_LEVELS][32];   /* one for each set bit of size */
};

EGOV_MUST_CHECK enum egov_status egov__tree_leaf(struct egov_slice entry, uint8_t leaf[32],
                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__tree_append(struct egov__tree *tree, const uint8_t leaf[32],
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__tree_node(const uint8_t left[32], const uint8_t right[32],
                                                 uint8_t out[32], struct egov_error *err);

/*
 * The same, and tells of each perfect subtree of 2^level leaves that the leaf completes,
 * where level is a multiple of EGOV__TREE_STEP: position counts those of its level.  They
 * are what the ledger keeps for proofs (record/proof.h).
 */
#define EGOV__TREE_STEP 6
typedef enum egov_status egov__tree_fn(void *user, unsigned level, uint64_t position,
                                       const uint8_t hash[32], struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__tree_grow(struct egov__tree *tree, const uint8_t leaf[32],
                                                 egov__tree_fn *fn, void *user,
                                                 struct egov_error *err);
/* How many of them a tree of this size has. */
uint64_t egov__tree_kept(uint64_t size);

/* SM3 of nothing for the empty tree. */
EGOV_MUST_CHECK enum egov_status egov__tree_root(const struct egov__tree *tree, uint8_t root[32],
                                                 struct egov_error *err);

/* size and roots as octets for the store, and back (EGOV_E_CORRUPT). */
void egov__tree_save(const struct egov__tree *tree, struct egov_buf *out);
EGOV_MUST_CHECK enum egov_status egov__tree_load(struct egov_slice bytes, struct egov__tree *tree,
                                                 struct egov_error *err);

#endif
