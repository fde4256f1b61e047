/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/unseal.h"

#include <inttypes.h>

#include "crypto/envelope.h"
#include "crypto/sm3.h"

static enum egov_status decrypt(const void *state, struct egov_slice cipher, struct egov_buf *plain,
                                struct egov_error *err)
{
	return egov__decrypter_decrypt(state, cipher, plain, err);
}

enum egov_status egov__unseal(const struct egov__decrypter *custodian,
                              const struct egov__journal_row *entry, struct egov_buf *plain,
                              struct egov_error *err)
{
	const struct egov__envelope_key key = { egov__decrypter_point(custodian), decrypt,
		                                custodian };
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov_slice opened;
	const size_t before = plain->size;
	enum egov_status rc = egov__envelope_open(&key, entry->sealed, plain, err);

	if (rc == EGOV_OK)
		rc = egov__buf_check(plain, err);
	if (rc == EGOV_OK) {
		opened = (struct egov_slice){ plain->data + before, plain->size - before };
		rc = egov__sm3(&opened, 1, digest, err);
	}
	if (rc == EGOV_OK && !egov__slice_equal(EGOV__SLICE(digest), EGOV__SLICE(entry->commitment)))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 23",
		                    "its private data are not those it commits to");
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "journal entry %" PRIu64, entry->seq);
}

static enum egov_status record_inside(struct egov_home *home, const char *actor,
                                      const char *subject, const char *entries,
                                      struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__fact_text_add(&facts, EGOV__KEY_UNSEALED, entries);
	egov__body_text_add(body, EGOV__KEY_UNSEALED, entries);
	rc = egov__approve(home, EGOV__ACT_UNSEAL, subject, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(egov__home_record(home), EGOV__KIND_UNSEAL, actor, subject,
		                         body, EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

enum egov_status egov__unseal_record(struct egov_home *home, const char *actor,
                                     const char *subject, const char *entries,
                                     struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = record_inside(home, actor, subject, entries, err);
	if (rc == EGOV_OK)
		return egov__record_commit(record, err);
	egov__record_rollback(record);
	return rc;
}
