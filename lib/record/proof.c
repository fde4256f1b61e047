/* SPDX-License-Identifier: Apache-2.0 */
#include "record/proof.h"

#include <inttypes.h>
#include <string.h>

#include "crypto/sm3.h"
#include "record/tree.h"
#include "store/store.h"

static const char clause[] = "Order No. 4, Art. 24";

static enum egov_status node_of_store(void *user, unsigned level, uint64_t position,
                                      uint8_t hash[32], struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_node_get(user, level, position, hash, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: subtree %" PRIu64 " of level %u is missing", position,
		                    level);
	return rc;
}

struct egov__nodes egov__nodes_of(struct egov_store *store)
{
	return (struct egov__nodes){ node_of_store, store };
}

/* --- making --- */

static enum egov_status perfect(const struct egov__nodes *nodes, unsigned level, uint64_t position,
                                uint8_t out[32], struct egov_error *err)
{
	uint8_t right[32];
	enum egov_status rc;

	if (level % EGOV__TREE_STEP == 0)
		return nodes->get(nodes->user, level, position, out, err);
	rc = perfect(nodes, level - 1, 2 * position, out, err);
	if (rc == EGOV_OK)
		rc = perfect(nodes, level - 1, 2 * position + 1, right, err);
	return rc == EGOV_OK ? egov__tree_node(out, right, out, err) : rc;
}

/* The largest power of two below size, which is at least 2. */
static uint64_t half_of(uint64_t size, unsigned *level)
{
	uint64_t half = 1;

	for (*level = 0; half < size - half; half *= 2)
		++*level;
	return half;
}

/* Leaves from, from + 1, ... as RFC 9162, 2.1.1 has them: from is a multiple of the
 * largest power of two in size. */
static enum egov_status range(const struct egov__nodes *nodes, uint64_t from, uint64_t size,
                              uint8_t out[32], struct egov_error *err)
{
	unsigned level = 0;
	uint64_t half;
	uint8_t right[32];
	enum egov_status rc;

	if (size == 1)
		return perfect(nodes, 0, from, out, err);
	half = half_of(size, &level);
	if (half * 2 == size)
		return perfect(nodes, level + 1, from >> (level + 1), out, err);
	rc = perfect(nodes, level, from >> level, out, err);
	if (rc == EGOV_OK)
		rc = range(nodes, from + half, size - half, right, err);
	return rc == EGOV_OK ? egov__tree_node(out, right, out, err) : rc;
}

enum egov_status egov__proof_root(const struct egov__nodes *nodes, uint64_t size, uint8_t root[32],
                                  struct egov_error *err)
{
	return size == 0 ? egov__sm3(NULL, 0, root, err) : range(nodes, 0, size, root, err);
}

static enum egov_status add_range(const struct egov__nodes *nodes, uint64_t from, uint64_t size,
                                  struct egov_buf *out, struct egov_error *err)
{
	uint8_t hash[32];
	enum egov_status rc = range(nodes, from, size, hash, err);

	if (rc == EGOV_OK)
		egov__buf_append(out, hash, sizeof(hash));
	return rc;
}

static enum egov_status include(const struct egov__nodes *nodes, uint64_t from, uint64_t size,
                                uint64_t index, struct egov_buf *out, struct egov_error *err)
{
	unsigned level = 0;
	uint64_t half;
	enum egov_status rc;

	if (size == 1)
		return EGOV_OK;
	half = half_of(size, &level);
	if (index < half) {
		rc = include(nodes, from, half, index, out, err);
		return rc == EGOV_OK ? add_range(nodes, from + half, size - half, out, err) : rc;
	}
	rc = include(nodes, from + half, size - half, index - half, out, err);
	return rc == EGOV_OK ? add_range(nodes, from, half, out, err) : rc;
}

static enum egov_status wrong_ask(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_USAGE, clause, "the journal is not so long");
}

enum egov_status egov__proof_inclusion(const struct egov__nodes *nodes, uint64_t index,
                                       uint64_t size, struct egov_buf *out, struct egov_error *err)
{
	enum egov_status rc;

	if (index >= size)
		return wrong_ask(err);
	rc = include(nodes, 0, size, index, out, err);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}

/* whole: the older tree is this subtree, whose hash the reader has. */
static enum egov_status consist(const struct egov__nodes *nodes, const uint64_t place[2],
                                uint64_t from, bool whole, struct egov_buf *out,
                                struct egov_error *err)
{
	const uint64_t start = place[0], size = place[1];
	unsigned level = 0;
	uint64_t half;
	enum egov_status rc;

	if (from == size)
		return whole ? EGOV_OK : add_range(nodes, start, size, out, err);
	half = half_of(size, &level);
	if (from <= half) {
		rc = consist(nodes, (const uint64_t[]){ start, half }, from, whole, out, err);
		return rc == EGOV_OK ? add_range(nodes, start + half, size - half, out, err) : rc;
	}
	rc = consist(nodes, (const uint64_t[]){ start + half, size - half }, from - half, false, out,
	             err);
	return rc == EGOV_OK ? add_range(nodes, start, half, out, err) : rc;
}

enum egov_status egov__proof_consistency(const struct egov__nodes *nodes, uint64_t from,
                                         uint64_t size, struct egov_buf *out,
                                         struct egov_error *err)
{
	enum egov_status rc;

	if (from > size)
		return wrong_ask(err);
	if (from == 0)
		return EGOV_OK;
	rc = consist(nodes, (const uint64_t[]){ 0, size }, from, true, out, err);
	return rc == EGOV_OK ? egov__buf_check(out, err) : rc;
}

/* --- checking --- */

static enum egov_status broken(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_CORRUPT, clause,
	                      "the proof does not lead to the root of the journal");
}

static const uint8_t *next_hash(struct egov_slice *proof)
{
	const uint8_t *const hash = proof->data;

	if (proof->size < 32)
		return NULL;
	proof->data += 32;
	proof->size -= 32;
	return hash;
}

/* RFC 9162, 2.1.3.2. */
enum egov_status egov__proof_check_inclusion(const uint8_t leaf[32], uint64_t index,
                                             const struct egov__tree_state *tree,
                                             struct egov_slice proof, struct egov_error *err)
{
	uint64_t place = index, last = tree->size - 1;
	uint8_t hash[32];
	const uint8_t *other;
	enum egov_status rc = EGOV_OK;

	if (index >= tree->size)
		return broken(err);
	memcpy(hash, leaf, sizeof(hash));
	while (rc == EGOV_OK && (other = next_hash(&proof)) != NULL) {
		if (last == 0)
			return broken(err);
		if ((place & 1) != 0 || place == last) {
			rc = egov__tree_node(other, hash, hash, err);
			while ((place & 1) == 0 && place != 0) {
				place >>= 1;
				last >>= 1;
			}
		} else {
			rc = egov__tree_node(hash, other, hash, err);
		}
		place >>= 1;
		last >>= 1;
	}
	if (rc == EGOV_OK
	    && (last != 0 || proof.size > 0 || memcmp(hash, tree->root, sizeof(hash)) != 0))
		rc = broken(err);
	return rc;
}

/* The two roots as they grow. */
struct grown {
	uint8_t older[32], newer[32];
};

static enum egov_status grow(struct grown *g, const uint8_t other[32], bool left,
                             struct egov_error *err)
{
	enum egov_status rc;

	if (!left)
		return egov__tree_node(g->newer, other, g->newer, err);
	rc = egov__tree_node(other, g->older, g->older, err);
	return rc == EGOV_OK ? egov__tree_node(other, g->newer, g->newer, err) : rc;
}

/* RFC 9162, 2.1.4.2. */
static enum egov_status climb(const struct egov__tree_state *from,
                              const struct egov__tree_state *to, struct egov_slice proof,
                              struct grown *g, struct egov_error *err)
{
	uint64_t place = from->size - 1, last = to->size - 1;
	const uint8_t *other = from->root;
	enum egov_status rc = EGOV_OK;

	while ((place & 1) != 0) {
		place >>= 1;
		last >>= 1;
	}
	if ((from->size & (from->size - 1)) != 0 && (other = next_hash(&proof)) == NULL)
		return broken(err);
	memcpy(g->older, other, sizeof(g->older));
	memcpy(g->newer, other, sizeof(g->newer));
	while (rc == EGOV_OK && (other = next_hash(&proof)) != NULL) {
		const bool left = (place & 1) != 0 || place == last;

		if (last == 0)
			return broken(err);
		rc = grow(g, other, left, err);
		while (left && (place & 1) == 0 && place != 0) {
			place >>= 1;
			last >>= 1;
		}
		place >>= 1;
		last >>= 1;
	}
	if (rc == EGOV_OK && (last != 0 || proof.size > 0))
		rc = broken(err);
	return rc;
}

enum egov_status egov__proof_check_consistency(const struct egov__tree_state *from,
                                               const struct egov__tree_state *to,
                                               struct egov_slice proof, struct egov_error *err)
{
	struct grown g;
	enum egov_status rc;

	if (from->size > to->size)
		return broken(err);
	if (from->size == 0 || from->size == to->size)
		return proof.size == 0
		                       && (from->size == 0 || memcmp(from->root, to->root, 32) == 0)
		               ? EGOV_OK
		               : broken(err);
	rc = climb(from, to, proof, &g, err);
	if (rc == EGOV_OK
	    && (memcmp(g.older, from->root, 32) != 0 || memcmp(g.newer, to->root, 32) != 0))
		rc = broken(err);
	return rc;
}
