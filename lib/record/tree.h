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

/* SM3 of nothing for the empty tree. */
EGOV_MUST_CHECK enum egov_status egov__tree_root(const struct egov__tree *tree, uint8_t root[32],
                                                 struct egov_error *err);

/* size and roots as octets for the store, and back (EGOV_E_CORRUPT). */
void egov__tree_save(const struct egov__tree *tree, struct egov_buf *out);
EGOV_MUST_CHECK enum egov_status egov__tree_load(struct egov_slice bytes, struct egov__tree *tree,
                                                 struct egov_error *err);

#endif
