/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "crypto/sm3.h"
#include "record/check.h"
#include "record/transfer.h"

/* A packet that left or came, against its entry, its own bytes, and the one before it. */
struct walk {
	const struct egov__check *check;
	uint8_t journal_key[EGOV__SM3_SIZE];    /* of this home */
	bool any;
	struct egov__transfer_key before;       /* the last that was seen, where any was */
	uint8_t before_digest[32];
};

static enum egov_status wrong(const struct egov__transfer_row *row, const char *message,
                              struct egov_error *err)
{
	char name[EGOV__TRANSFER_SUBJECT];

	egov__transfer_subject(row, name);
	return egov__check_wrong(err, EGOV__N("transfer packet"), name, message);
}

static enum egov_status check_entry(const struct walk *w, const struct egov__transfer_row *row,
                                    struct egov_error *err)
{
	char name[EGOV__TRANSFER_SUBJECT];
	struct egov__journal_row wanted = {
		.kind = row->received ? EGOV__KIND_TRANSFER_IN : EGOV__KIND_TRANSFER_OUT,
		.actor = row->actor,
		.subject = name,
		.time = row->time
	};
	struct egov__body *body = egov__body_new();
	uint64_t seq = 0;
	enum egov_status rc = egov__transfer_body(row, body, err);

	egov__transfer_subject(row, name);
	wanted.body = egov__body_text(body);
	if (rc == EGOV_OK)
		rc = egov__check_one(w->check, EGOV__N("transfer packet"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

/* Whose it is: sent with this home's journal key, or taken for a key of this CA. */
static enum egov_status check_ends(const struct walk *w, const struct egov__transfer_row *row,
                                   struct egov_error *err)
{
	struct egov__generation_row generation;
	bool found = memcmp(row->sender, w->journal_key, sizeof(w->journal_key)) == 0;
	enum egov_status rc = !row->received
	                              ? EGOV_OK
	                              : egov__store_generation_by_key(w->check->store, row->receiver,
	                                                              &generation, &found, err);

	return rc != EGOV_OK || found ? rc : wrong(row, EGOV__N("is of another home"), err);
}

static enum egov_status check_order(const struct walk *w, const struct egov__transfer_row *row,
                                    const struct egov__transfer *transfer,
                                    struct egov_error *err)
{
	static const uint8_t zeros[32];
	const bool follows = w->any && w->before.received == row->received
	                     && memcmp(w->before.sender, row->sender, 32) == 0
	                     && memcmp(w->before.receiver, row->receiver, 32) == 0;
	const uint64_t last = follows ? w->before.number : 0;

	if (row->number != last + 1 + row->lost || (row->lost > 0 && !row->received))
		return wrong(row, EGOV__N("does not follow the one before it"), err);
	if (row->lost == 0
	    && memcmp(transfer->previous.data, follows ? w->before_digest : zeros, 32) != 0)
		return wrong(row, EGOV__N("names another one before it"), err);
	return EGOV_OK;
}

static enum egov_status check_bytes(const struct egov__transfer_row *row,
                                    struct egov__transfer *transfer, struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE], sender[EGOV__SM3_SIZE];
	bool same = false;
	enum egov_status rc = egov__check_found(egov__transfer_read(row->der, transfer, NULL), err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&row->der, 1, digest, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&transfer->journal_key, 1, sender, err);
	if (rc == EGOV_OK)
		same = memcmp(digest, row->digest, 32) == 0 && memcmp(sender, row->sender, 32) == 0
		       && egov__slice_equal(transfer->receiver, EGOV__SLICE(row->receiver))
		       && transfer->number == row->number;
	if (rc == EGOV_OK && same)
		rc = egov__transfer_verify(transfer, NULL);
	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	return rc == EGOV_OK && same
	               ? EGOV_OK
	               : wrong(row, EGOV__N("its row is not what its bytes say"), err);
}

static enum egov_status check_transfer(void *user, const struct egov__transfer_row *row,
                                       struct egov_error *err)
{
	struct walk *const w = user;
	struct egov__transfer transfer = { .number = 0 };
	enum egov_status rc = check_bytes(row, &transfer, err);

	if (rc == EGOV_OK)
		rc = check_order(w, row, &transfer, err);
	if (rc == EGOV_OK)
		rc = check_entry(w, row, err);
	if (rc == EGOV_OK)
		rc = check_ends(w, row, err);
	w->any = true;
	w->before.received = row->received;
	w->before.number = row->number;
	memcpy(w->before.sender, row->sender, sizeof(row->sender));
	memcpy(w->before.receiver, row->receiver, sizeof(row->receiver));
	memcpy(w->before_digest, row->digest, sizeof(row->digest));
	return rc;
}

enum egov_status egov__check_transfers(struct egov__check *check, struct egov_slice journal_spki,
                                       struct egov_error *err)
{
	struct walk w = { .check = check };
	enum egov_status rc = egov__sm3(&journal_spki, 1, w.journal_key, err);

	return rc == EGOV_OK ? egov__store_transfer_walk(check->store, check_transfer, &w, err) : rc;
}

struct search {
	const struct egov__journal_row *entry;
	bool found;
};

static enum egov_status match(void *user, const struct egov__transfer_row *row,
                              struct egov_error *err)
{
	struct search *search = user;
	char name[EGOV__TRANSFER_SUBJECT];

	(void)err;
	egov__transfer_subject(row, name);
	search->found |= strcmp(name, search->entry->subject) == 0
	                 && strcmp(search->entry->kind, row->received ? EGOV__KIND_TRANSFER_IN
	                                                              : EGOV__KIND_TRANSFER_OUT) == 0;
	return EGOV_OK;
}

enum egov_status egov__check_has_transfer(const struct egov__check *check,
                                          const struct egov__journal_row *entry, bool *found,
                                          struct egov_error *err)
{
	struct search search = { entry, false };
	enum egov_status rc = egov__store_transfer_walk(check->store, match, &search, err);

	if (rc == EGOV_OK)
		*found = search.found;
	return rc;
}
