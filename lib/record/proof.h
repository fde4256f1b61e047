/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_PROOF_H
#define RECORD_PROOF_H

#include "base/buf.h"

/*
 * Proofs about the journal's tree (RFC 9162, 2.1.3 and 2.1.4).  A proof is its hashes, 32
 * octets each, one after the other.  Making one reads at most some 64 hashes for each factor
 * of 64 that the tree is larger.
 */

/* Where the hash of a perfect subtree comes from: level is 0 (leaves) or a multiple of
 * EGOV__TREE_STEP. */
struct egov__nodes {
	enum egov_status (*get)(void *user, unsigned level, uint64_t position, uint8_t hash[32],
	                        struct egov_error *err);
	void *user;
};

/* Those of a ledger: EGOV_E_CORRUPT where one is missing. */
struct egov_store;
struct egov__nodes egov__nodes_of(struct egov_store *store);

#define EGOV__PROOF_MAX (32 * 130)      /* octets of one */

/* The root that a tree had when it had size leaves. */
EGOV_MUST_CHECK enum egov_status egov__proof_root(const struct egov__nodes *nodes, uint64_t size,
                                                  uint8_t root[32], struct egov_error *err);

/* Appended to out; index below size, from at most size. */
EGOV_MUST_CHECK enum egov_status egov__proof_inclusion(const struct egov__nodes *nodes,
                                                       uint64_t index, uint64_t size,
                                                       struct egov_buf *out,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__proof_consistency(const struct egov__nodes *nodes,
                                                         uint64_t from, uint64_t size,
                                                         struct egov_buf *out,
                                                         struct egov_error *err);

/* EGOV_E_CORRUPT where the proof does not lead from the leaf, or the older root, to the
 * root. */
struct egov__tree_state {
	uint64_t size;
	const uint8_t *root;            /* 32 octets */
};
EGOV_MUST_CHECK enum egov_status egov__proof_check_inclusion(const uint8_t leaf[32], uint64_t index,
                                                             const struct egov__tree_state *tree,
                                                             struct egov_slice proof,
                                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__proof_check_consistency(
	const struct egov__tree_state *from, const struct egov__tree_state *to,
	struct egov_slice proof, struct egov_error *err);

#endif
