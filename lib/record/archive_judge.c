/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "archive/segment.h"
#include "crypto/sm3.h"
#include "record/archive.h"
#include "record/inner.h"
#include "record/proof.h"
#include "record/result.h"

static const char clause[] = "Order No. 4, Art. 24";

struct judging {
	struct egov_store *store;
	const struct egov__segment_row *row;
	struct egov__segment segment;
	struct egov__zlib *zlib;
	struct egov_buf entry, object;
};

static enum egov_status wrong(const struct judging *j, struct egov_error *err, const char *message)
{
	char name[EGOV__SEGMENT_NAME];

	egov__segment_name(j->row, name);
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "archive %s: %s", name,
	                      egov__text(message));
}

/* --- the whole --- */

static enum egov_status judge_facts(const struct judging *j, struct egov_error *err)
{
	const struct egov__segment *const s = &j->segment;
	const struct egov__nodes nodes = egov__nodes_of(j->store);
	struct egov_buf home = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t root[32];
	enum egov_status rc = egov__checkpoint_home(j->store, &home, err);

	if (rc == EGOV_OK
	    && (s->number != j->row->number || s->revision != j->row->revision
	        || s->first != j->row->first || s->count != j->row->entries
	        || !egov__slice_equal(s->home, egov_buf_slice(&home))))
		rc = wrong(j, err, EGOV__N("it is another one than its row says"));
	if (rc == EGOV_OK)
		rc = egov__proof_root(&nodes, s->first + s->count, root, err);
	if (rc == EGOV_OK && memcmp(root, s->root, sizeof(root)) != 0)
		rc = wrong(j, err, EGOV__N("its root is not that of the journal"));
	egov__buf_clear(&home);
	return rc;
}

/* --- one entry --- */

static enum egov_status judge_leaf(const struct judging *j, uint64_t seq, struct egov_error *err)
{
	uint8_t leaf[32], kept[32];
	bool found = false;
	enum egov_status rc = egov__tree_leaf(egov_buf_slice(&j->entry), leaf, err);

	if (rc == EGOV_OK)
		rc = egov__store_node_get(j->store, 0, seq, kept, &found, err);
	if (rc == EGOV_OK && (!found || memcmp(leaf, kept, sizeof(leaf)) != 0))
		rc = wrong(j, err, EGOV__N("an entry is not that of the journal"));
	return rc;
}

/* The entry names the SM3 of the certificate that it says was issued. */
static enum egov_status judge_object(const struct judging *j, struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(128);
	uint8_t digest[32];
	bool named = false;
	enum egov_status rc = egov__object_digest(egov_buf_slice(&j->object), digest, err);

	egov__buf_hex(&hex, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__buf_check(&hex, err);
	if (rc == EGOV_OK)
		named = memmem(j->entry.data, j->entry.size, hex.data, hex.size) != NULL;
	if (rc == EGOV_OK && !named)
		rc = wrong(j, err, EGOV__N("a certificate is not that of its entry"));
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status judge_record(struct judging *j, uint64_t i, struct egov_error *err)
{
	struct egov__segment_record record;
	enum egov_status rc = egov__segment_record(&j->segment, i, &record, err);

	egov_buf_reset(&j->entry);
	egov_buf_reset(&j->object);
	if (rc == EGOV_OK)
		rc = egov__segment_unpack(&j->segment, j->zlib, &record.entry, &j->entry, err);
	if (rc == EGOV_OK)
		rc = egov__segment_unpack(&j->segment, j->zlib, &record.object, &j->object, err);
	if (rc == EGOV_OK)
		rc = judge_leaf(j, j->row->first + i, err);
	return rc == EGOV_OK && j->object.size > 0 ? judge_object(j, err) : rc;
}

enum egov_status egov__archive_judge(struct egov_store *store,
                                     const struct egov__segment_row *row,
                                     struct egov_slice journal_spki, size_t *octets,
                                     struct egov_error *err)
{
	struct judging j = { .store = store, .row = row, .entry = EGOV__BUF(EGOV__SEGMENT_MAX),
		             .object = EGOV__BUF(EGOV__SEGMENT_MAX) };
	struct egov_buf *bytes = NULL;
	enum egov_status rc = egov__zlib_open(&j.zlib, err);

	if (rc == EGOV_OK)
		rc = egov__store_segment_read(store, row, &bytes, err);
	if (rc == EGOV_OK)
		rc = egov__segment_read(egov_buf_slice(bytes), &j.segment, err);
	if (rc == EGOV_OK)
		rc = egov__segment_verify(&j.segment, journal_spki, err);
	if (rc == EGOV_OK)
		rc = judge_facts(&j, err);
	for (uint64_t i = 0; rc == EGOV_OK && i < row->entries; i++)
		rc = judge_record(&j, i, err);
	if (rc == EGOV_OK)
		*octets = egov_buf_slice(bytes).size;
	egov_buf_free(bytes);
	egov__zlib_close(j.zlib);
	egov__buf_clear(&j.entry);
	egov__buf_clear(&j.object);
	return rc;
}
