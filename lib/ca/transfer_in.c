/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/transfer_in.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/report.h"
#include "base/text.h"
#include "ca/approve.h"
#include "ca/crl_import.h"
#include "crypto/sm3.h"
#include "record/transfer.h"

static const char clause[] = "Order No. 4, Art. 18(3)";

#define LIST_NAME 64

struct taking {
	struct egov_home *home;
	const struct egov_crl_import_options *options;
	struct egov_buf der;
	struct egov__transfer packet;
	struct egov__transfer_row row;  /* what goes on record */
	bool known;                     /* packets of this sender have come before */
	uint64_t last_number;
	uint8_t last_digest[32];
	bool unfinished;                /* the last one again, whose lists are not all served */
	struct one {
		struct egov__import import;
		char name[LIST_NAME];
	} *lists;
	size_t count;
};

static struct egov_store *store_of(const struct taking *t)
{
	return egov__record_store(egov__home_record(t->home));
}

/* What does not read is as bad as this. */
static enum egov_status unreadable(enum egov_status rc, enum egov_status is, struct egov_error *err)
{
	if (rc != EGOV_E_SYNTAX && rc != EGOV_E_LIMIT)
		return rc;
	if (err != NULL)
		err->status = is;
	return is;
}

/* --- whose it is, and whom it is for --- */

static enum egov_status read_packet(struct taking *t, struct egov_error *err)
{
	enum egov_status rc = egov__objects(t->options->crl, EGOV__TRANSFER_LABEL,
	                                    egov__object_only, &t->der, err);

	if (rc == EGOV_OK)
		rc = egov__transfer_read(egov_buf_slice(&t->der), &t->packet, err);
	if (rc == EGOV_OK)
		rc = egov__transfer_verify(&t->packet, err);
	rc = unreadable(rc, EGOV_E_CORRUPT, err);
	t->row = (struct egov__transfer_row){ .received = true,
		                              .number = t->packet.number,
		                              .actor = t->options->actor,
		                              .time = egov_home_now(t->home),
		                              .der = egov_buf_slice(&t->der) };
	if (rc == EGOV_OK)
		rc = egov__sm3(&t->row.der, 1, t->row.digest, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&t->packet.journal_key, 1, t->row.sender, err);
	if (rc == EGOV_OK)
		memcpy(t->row.receiver, t->packet.receiver.data, sizeof(t->row.receiver));
	return rc;
}

struct above {
	struct egov_slice digest;
	bool found;
};

static enum egov_status match_above(void *user, struct egov_slice der, struct egov_error *err)
{
	struct above *above = user;
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&der, 1, digest, err);

	if (rc == EGOV_OK && egov__slice_equal(above->digest, EGOV__SLICE(digest)))
		above->found = true;
	return rc;
}

static enum egov_status check_issuer(const struct taking *t, struct egov_error *err)
{
	struct above above = { t->packet.issuer, false };
	const enum egov_status rc = egov__import_walk_above(t->home, match_above, &above, err);

	if (rc == EGOV_OK && !above.found)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the packet is not of a CA above this one");
	return rc;
}

static enum egov_status check_receiver(const struct taking *t, struct egov_error *err)
{
	struct egov__generation_row row;
	bool found = false;
	const enum egov_status rc =
		egov__store_generation_by_key(store_of(t), t->row.receiver, &row, &found, err);

	if (rc == EGOV_OK && !found)
		return egov_error_set(err, EGOV_E_POLICY, clause, "the packet is for another home");
	return rc;
}

static enum egov_status load_last(struct taking *t, struct egov_error *err)
{
	struct egov__transfer_key key = { .received = true };
	struct egov__transfer_row last;
	enum egov_status rc;

	memcpy(key.sender, t->row.sender, sizeof(key.sender));
	memcpy(key.receiver, t->row.receiver, sizeof(key.receiver));
	rc = egov__store_transfer_get(store_of(t), &key, &last, &t->known, err);
	if (rc == EGOV_OK && t->known) {
		t->last_number = last.number;
		memcpy(t->last_digest, last.digest, sizeof(t->last_digest));
	}
	return rc;
}

/* The journal key is not certified: somebody has compared it, once. */
static enum egov_status judge_sender(const struct taking *t, const struct egov_buf *said,
                                     const char *is, struct egov_error *err)
{
	if (t->options->sender == NULL && !t->known)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "nothing has come from the journal key %s yet: compare it with "
		                      "what the other home says of its own, then say so (--sender)",
		                      is);
	if (t->options->sender != NULL
	    && !egov__slice_equal(egov_buf_slice(said), EGOV__SLICE(t->row.sender)))
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the packet is signed by another journal key, %s", is);
	return EGOV_OK;
}

static enum egov_status check_sender(const struct taking *t, struct egov_error *err)
{
	struct egov_buf said = EGOV__BUF(64), is = EGOV__BUF(128);
	enum egov_status rc = t->options->sender == NULL
	                              ? EGOV_OK
	                              : egov__hex_parse(t->options->sender, "sender", &said, err);

	rc = unreadable(rc, EGOV_E_USAGE, err);
	if (rc == EGOV_OK) {
		egov__buf_hex(&is, EGOV__SLICE(t->row.sender));
		rc = egov__buf_string(&is) == NULL
		             ? egov_error_nomem(err)
		             : judge_sender(t, &said, egov__buf_string(&is), err);
	}
	egov__buf_clear(&said);
	egov__buf_clear(&is);
	return rc;
}

/* --- its number --- */

static enum egov_status is_unfinished(const struct taking *t, bool *is, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	*is = false;
	for (size_t i = 0; rc == EGOV_OK && i < t->count && !*is; i++) {
		struct egov__imported_row row;
		bool found = false;

		rc = egov__store_imported_last(store_of(t), t->lists[i].name, &row, &found, err);
		*is = rc == EGOV_OK && found && row.published_at == EGOV_TIME_NONE
		      && egov__slice_equal(row.der, t->lists[i].import.crl);
	}
	return rc;
}

/* What came before, once more; under its number there was this one, and no other. */
static enum egov_status judge_again(struct taking *t, struct egov_error *err)
{
	struct egov__transfer_key key = { .received = true, .number = t->row.number };
	struct egov__transfer_row row;
	bool found = false, same = false;
	enum egov_status rc;

	memcpy(key.sender, t->row.sender, sizeof(key.sender));
	memcpy(key.receiver, t->row.receiver, sizeof(key.receiver));
	rc = egov__store_transfer_get(store_of(t), &key, &row, &found, err);
	same = rc == EGOV_OK && found && memcmp(row.digest, t->row.digest, sizeof(row.digest)) == 0;
	if (rc == EGOV_OK && found && !same)
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "the packet of number %" PRIu64 " that was taken is another one",
		                      t->row.number);
	if (rc == EGOV_OK && same && t->row.number == t->last_number)
		rc = is_unfinished(t, &t->unfinished, err);
	if (rc != EGOV_OK || t->unfinished)
		return rc;
	return egov_error_set(err, EGOV_E_POLICY, clause,
	                      "the packet of number %" PRIu64 " was taken already, or comes too late: "
	                      "number %" PRIu64 " was taken, want %" PRIu64,
	                      t->row.number, t->last_number, t->last_number + 1);
}

static enum egov_status check_number(struct taking *t, struct egov_error *err)
{
	const uint64_t want = t->last_number + 1;

	if (t->row.number < want)
		return judge_again(t, err);
	if (t->row.number > want && !t->options->lost)
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      "the packet has number %" PRIu64 " and number %" PRIu64
		                      " was taken: want %" PRIu64 " first",
		                      t->row.number, t->last_number, want);
	t->row.lost = t->row.number - want;
	if (t->row.lost == 0
	    && !egov__slice_equal(t->packet.previous, EGOV__SLICE(t->last_digest)))
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "the packet of number %" PRIu64
		                      " does not follow the one that was taken before it",
		                      t->row.number);
	return EGOV_OK;
}

/* --- its lists --- */

/* "ca-arl" of the other home is "parent-arl" here. */
static enum egov_status name_list(struct taking *t, struct one *one,
                                  const struct egov__transfer_list *list, struct egov_error *err)
{
	(void)snprintf(one->name, sizeof(one->name), "%s%.*s", t->options->list,
	               (int)(list->name.size - 2), (const char *)list->name.data + 2);
	one->import = (struct egov__import){ .home = t->home,
		                             .actor = t->options->actor,
		                             .list = one->name,
		                             .crl = list->der,
		                             .gone = t->options->gone,
		                             .gone_count = t->options->gone_count };
	return egov__import_check_name(one->name, err);
}

static enum egov_status read_lists(struct taking *t, struct egov_error *err)
{
	struct egov_slice lists = t->packet.lists;
	struct egov__transfer_list list;
	enum egov_status rc = EGOV_OK;
	size_t count = 0;

	for (; rc == EGOV_OK && lists.size > 0; count++)
		rc = egov__transfer_next(&lists, &list, err);
	if (rc != EGOV_OK)
		return rc;
	t->lists = calloc(count, sizeof(*t->lists));
	if (t->lists == NULL)
		return egov_error_nomem(err);
	t->count = count;
	lists = t->packet.lists;
	for (size_t i = 0; rc == EGOV_OK && i < count; i++) {
		rc = egov__transfer_next(&lists, &list, err);
		if (rc == EGOV_OK)
			rc = name_list(t, &t->lists[i], &list, err);
	}
	return rc;
}

static enum egov_status check_lists(struct taking *t, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < t->count; i++)
		rc = egov_error_prefix(err, egov__import_check(&t->lists[i].import, err),
		                       egov__text("list %s"), t->lists[i].name);
	return rc;
}

/* --- on record --- */

static enum egov_status record_packet(struct taking *t, struct egov_error *err)
{
	struct egov_record *const record = egov__home_record(t->home);
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = egov__body_new();
	char subject[EGOV__TRANSFER_SUBJECT];
	enum egov_status rc = egov__transfer_body(&t->row, body, err);

	egov__transfer_subject(&t->row, subject);
	egov__fact_hex_add(&facts, EGOV__KEY_SM3, EGOV__SLICE(t->row.digest));
	if (rc == EGOV_OK)
		rc = egov__approve(t->home, EGOV__ACT_TRANSFER_IN, subject, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__store_transfer_add(store_of(t), &t->row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_TRANSFER_IN, t->row.actor, subject, body,
		                         EGOV__NO_SLICE, err);
	egov__body_free(body);
	egov__buf_clear(&facts);
	return rc;
}

/* The packet and all its lists in one transaction. */
static enum egov_status put_on_record(struct taking *t, struct egov_error *err)
{
	struct egov_record *const record = egov__home_record(t->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(t->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = record_packet(t, err);
	for (size_t i = 0; rc == EGOV_OK && i < t->count; i++)
		if (!t->lists[i].import.again)
			rc = egov__import_record(&t->lists[i].import, true, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status tell(const struct taking *t, struct egov_report *report,
                             struct egov_error *err)
{
	egov__report_add(report, "packet", "%" PRIu64, t->row.number);
	egov__report_add(report, "imported", "%s", t->unfinished ? "no" : "yes");
	egov__report_hex(report, "sm3", EGOV__SLICE(t->row.digest));
	egov__report_hex(report, "journal-key-sm3", EGOV__SLICE(t->row.sender));
	for (size_t i = 0; i < t->count; i++)
		egov__report_add(report, "list", "%s", t->lists[i].name);
	return egov__report_check(report, err);
}

static enum egov_status take(struct taking *t, struct egov_error *err)
{
	enum egov_status rc = read_packet(t, err);

	if (rc == EGOV_OK)
		rc = check_issuer(t, err);
	if (rc == EGOV_OK)
		rc = check_receiver(t, err);
	if (rc == EGOV_OK)
		rc = load_last(t, err);
	if (rc == EGOV_OK)
		rc = check_sender(t, err);
	if (rc == EGOV_OK)
		rc = read_lists(t, err);
	if (rc == EGOV_OK)
		rc = check_number(t, err);
	if (rc == EGOV_OK && !t->unfinished)
		rc = check_lists(t, err);
	if (rc == EGOV_OK && !t->unfinished)
		rc = put_on_record(t, err);
	return rc;
}

enum egov_status egov__transfer_import(struct egov_home *home,
                                       const struct egov_crl_import_options *options,
                                       struct egov_report *report, struct egov_error *err)
{
	struct taking t = { .home = home, .options = options, .der = EGOV__BUF(EGOV__MAX_CRL) };
	enum egov_status rc = take(&t, err);

	if (rc == EGOV_OK)
		rc = egov__import_serve_all(home, options->actor, err);
	if (rc == EGOV_OK)
		rc = tell(&t, report, err);
	for (size_t i = 0; i < t.count; i++)
		egov__import_clear(&t.lists[i].import);
	free(t.lists);
	egov__buf_clear(&t.der);
	return rc;
}
