/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"
#include "record/inner.h"

static const char clause[] = "Order No. 4, Art. 24";

enum egov_status egov__checkpoint_encode(struct egov_slice home,
                                         const struct egov__checkpoint_row *row,
                                         struct egov_buf *out, struct egov_error *err)
{
	const size_t mark = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put_uint(out, 1);
	egov__der_put(out, EGOV__OCTET_STRING, home);
	egov__der_put_uint(out, row->size);
	egov__der_put(out, EGOV__OCTET_STRING, EGOV__SLICE(row->root));
	egov__der_put_generalized_time(out, row->time);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

enum egov_status egov__checkpoint_home(struct egov_store *store, struct egov_buf *home,
                                       struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_meta_get(store, EGOV__META_HOME_ID, home, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause, "the ledger does not name its home");
	return rc;
}

/* Whether a checkpoint covers the whole of the journal of the open transaction. */
static enum egov_status is_covered(struct egov_record *record, uint64_t size, bool *covered,
                                   struct egov_error *err)
{
	struct egov__checkpoint_row last;
	bool found = false;
	enum egov_status rc = egov__store_checkpoint_last(record->store, &last, &found, err);

	*covered = rc == EGOV_OK && found && last.size >= size;
	return rc;
}

static enum egov_status sign(struct egov_store *store, struct egov_signer *signer,
                             const struct egov__checkpoint_row *row, struct egov_buf *signature,
                             struct egov_error *err)
{
	struct egov_buf home = EGOV__BUF(EGOV__MAX_OBJECT), message = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__checkpoint_home(store, &home, err);

	if (rc == EGOV_OK)
		rc = egov__checkpoint_encode(egov_buf_slice(&home), row, &message, err);
	if (rc == EGOV_OK)
		rc = egov__signer_sign(signer, EGOV_KEY_JOURNAL, egov_buf_slice(&message), signature,
		                       err);
	egov__buf_clear(&home);
	egov__buf_clear(&message);
	return rc;
}

static enum egov_status read_head(struct egov_record *record, struct egov__checkpoint_row *row,
                                  bool *covered, struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record, row->time, err);

	if (rc != EGOV_OK)
		return rc;
	row->size = record->head.tree.size;
	rc = egov__tree_root(&record->head.tree, row->root, err);
	if (rc == EGOV_OK)
		rc = is_covered(record, row->size, covered, err);
	egov__record_rollback(record);
	return rc;
}

/* Another process may have made the same checkpoint while ours was signed. */
static enum egov_status put(struct egov_record *record, const struct egov__checkpoint_row *row,
                            struct egov_error *err)
{
	bool covered = false;
	enum egov_status rc = egov__record_begin(record, row->time, err);

	if (rc != EGOV_OK)
		return rc;
	rc = is_covered(record, row->size, &covered, err);
	if (rc == EGOV_OK && !covered)
		rc = egov__store_checkpoint_put(record->store, row, err);
	if (rc == EGOV_OK)
		return egov__record_commit(record, err);
	egov__record_rollback(record);
	return rc;
}

/* The head is read first and signed outside a transaction: a token is slow, and
 * a tree of this size stays true whatever is appended meanwhile. */
enum egov_status egov__record_checkpoint(struct egov_record *record,
                                         struct egov_signer *journal_signer, egov_time now,
                                         struct egov_error *err)
{
	struct egov_buf signature = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__checkpoint_row row = { .time = now };
	bool covered = false;
	enum egov_status rc = read_head(record, &row, &covered, err);

	if (rc != EGOV_OK || covered)
		return rc;
	rc = sign(record->store, journal_signer, &row, &signature, err);
	if (rc == EGOV_OK) {
		row.signature = egov_buf_slice(&signature);
		rc = put(record, &row, err);
	}
	egov__buf_clear(&signature);
	return rc;
}
