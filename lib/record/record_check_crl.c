/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "crl/crl.h"
#include "crypto/sm3.h"
#include "record/check.h"
#include "record/clock.h"
#include "record/entry.h"
#include "record/inner.h"
#include "record/result.h"

/* --- revocations --- */

struct revocation {
	const struct egov__revoked_row *row;
	const char *name;
	uint64_t seq;
	egov_time time;                 /* of its entry */
	bool emptied;                   /* who asked was destroyed */
	uint64_t list;                  /* told by this published list alone; 0: by somebody */
};

static enum egov_status see_revocation(void *user, const struct egov__journal_row *entry,
                                       const struct egov__body *body, struct egov_error *err)
{
	struct revocation *const r = user;
	const struct egov__revoked_row *const row = r->row;
	const char *const reason = egov__body_get_text(body, EGOV__KEY_REASON);
	egov_time at = 0, invalid = EGOV_TIME_NONE, end = 0, reported = EGOV_TIME_NONE;
	uint8_t digest[32];
	enum egov_status rc = egov__entry_commitment(row->salt, egov__slice_text(row->requested_by),
	                                             digest, err);

	if (rc != EGOV_OK)
		return rc;
	(void)egov__body_get_time(body, EGOV__KEY_INVALIDITY_DATE, &invalid);
	(void)egov__body_get_number(body, EGOV__KEY_NUMBER, &r->list);
	(void)egov__body_get_time(body, EGOV__KEY_REPORTED, &reported);
	r->seq = entry->seq;
	r->time = entry->time;
	if (reason != NULL && egov_reason_by_name(reason) == row->reason
	    && egov__body_has_hex(body, EGOV__KEY_SERIAL, row->serial)
	    && egov__body_get_time(body, EGOV__KEY_REVOKED_AT, &at) && at == row->revoked_at
	    && invalid == row->invalidity_date && reported == row->reported_at
	    && (reported == EGOV_TIME_NONE || reported <= entry->time)
	    && egov__body_get_time(body, EGOV__KEY_NOT_AFTER, &end) && end == row->not_after
	    && (r->emptied || egov__body_has_hex(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest))))
		return EGOV_OK;
	return egov__check_wrong(err, EGOV__N("revocation"), r->name,
	                         EGOV__N("the ledger says something else than the journal"));
}

/* The key that may not be certified again is the certificate's. */
static enum egov_status check_revoked_key(const struct egov__revoked_row *row,
                                          const uint8_t key_digest[32], const char *name,
                                          struct egov_error *err)
{
	if (memcmp(row->key_digest, key_digest, sizeof(row->key_digest)) == 0)
		return EGOV_OK;
	return egov__check_wrong(err, EGOV__N("revocation"), name,
	                         EGOV__N("its key is not that of its certificate"));
}

/* An intent that was given up keeps its bytes. */
static enum egov_status check_given_up(const struct egov__revoked_row *row,
                                       const struct egov__intent_row *intent, const char *name,
                                       struct egov_error *err)
{
	struct egov__cert_fields fields;
	uint8_t digest[32];
	enum egov_status rc = egov__cert_tbs_decode(intent->tbs, &fields, err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&fields.spki, 1, digest, err);
	return rc == EGOV_OK ? check_revoked_key(row, digest, name, err) : rc;
}

enum egov_status egov__check_listed(const struct egov__check *check, const char *noun,
                                    const char *name, struct egov_slice serial,
                                    const struct egov__crl_scope *wanted, struct egov_error *err)
{
	struct egov__crl_scope scope;
	enum egov_status rc = egov__store_list_of_serial(check->store, serial, &scope, err);

	if (rc == EGOV_OK
	    && (scope.generation != wanted->generation || scope.part != wanted->part))
		rc = egov__check_wrong(err, noun, name,
		                       EGOV__N("its list is not the one that its certificate names"));
	return rc;
}

/* A certificate of ours, or an intent that was given up and may have made one; or one that
 * is lost, which a list of ours told. */
static enum egov_status check_revoked_thing(const struct egov__check *check,
                                            const struct egov__revoked_row *row, bool reconciled,
                                            const char *name, struct egov_error *err)
{
	struct egov__certificate_row certificate;
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(check->store, row->serial, &certificate,
	                                                  &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (found && certificate.not_after == row->not_after)
		return check_revoked_key(row, certificate.key_digest, name, err);
	if (!found)
		rc = egov__store_intent_by_serial(check->store, row->serial, &intent, &found, err);
	else
		found = false;
	if (rc == EGOV_OK && found)
		rc = check_given_up(row, &intent, name, err);
	else if (rc == EGOV_OK && !reconciled)
		rc = egov__check_wrong(err, EGOV__N("revocation"), name,
		                       EGOV__N("there is no such certificate of ours"));
	return rc;
}

/* Its entry, as lists have it, says what the row says. */
static enum egov_status check_entry(const struct egov__revoked_row *row, const char *name,
                                    struct egov_error *err)
{
	const struct egov__crl_entry entry = { .serial = row->serial, .revoked_at = row->revoked_at,
		                               .reason = row->reason,
		                               .invalidity_date = row->invalidity_date };
	uint8_t der[EGOV__CRL_ENTRY];
	size_t size = 0;
	enum egov_status rc = egov__crl_entry_encode(&entry, false, der, &size, err);

	if (rc != EGOV_OK || egov__slice_equal((struct egov_slice){ der, size }, row->entry))
		return rc;
	return egov__check_wrong(err, EGOV__N("revocation"), name,
	                         EGOV__N("lists say something else of it"));
}

static enum egov_status check_revocation(void *user, const struct egov__revoked_row *row,
                                         struct egov_error *err)
{
	struct egov__check *const check = user;
	struct revocation r = { .row = row };
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__entry_walk walk = { EGOV__KIND_REVOKE, see_revocation, &r, 0 };
	struct egov__entry_walk back = { EGOV__KIND_RECONCILED, see_revocation, &r, 0 };
	int gone = 0;
	enum egov_status rc = egov__check_gone(check, row->serial, &gone, err);

	egov__progress_step(check->progress);
	egov__buf_hex(&hex, row->serial);
	r.name = egov__buf_string(&hex);
	r.emptied = egov__check_emptied(gone, row->requested_by, row->salt);
	if (rc == EGOV_OK)
		rc = r.name == NULL ? egov_error_nomem(err)
		                    : egov__check_entries_of(check, r.name, &walk, err);
	if (rc == EGOV_OK && walk.count == 0)
		rc = egov__check_entries_of(check, r.name, &back, err);
	/* The row is added before its entry or right after it. */
	if (rc == EGOV_OK && (walk.count + back.count != 1 || row->position < r.seq || row->position > r.seq + 1))
		rc = egov__check_wrong(err, EGOV__N("revocation"), r.name,
		                       EGOV__N("the journal does not have it once, at its place"));
	/* It counts from the time that the list says. */
	if (rc == EGOV_OK)
		rc = back.count > 0 ? egov__check_reconciled(check, r.list, r.seq, r.name, err)
		                    : egov__check_revoked_since(check, row, r.seq, r.time, err);
	if (rc == EGOV_OK)
		rc = check_entry(row, r.name, err);
	if (rc == EGOV_OK)
		rc = check_revoked_thing(check, row, back.count > 0, r.name, err);
	if (rc == EGOV_OK)
		rc = egov__check_listed(check, EGOV__N("revocation"), r.name, row->serial,
		                        &(struct egov__crl_scope){ row->generation, row->part, 0, 0 },
		                        err);
	check->revocations++;
	if (row->left_with != 0)
		check->left++;
	egov__buf_clear(&hex);
	return rc;
}

enum egov_status egov__check_revocations(struct egov__check *check, struct egov_error *err)
{
	return egov__store_revoked_walk_all(check->store, check_revocation, check, err);
}

/* --- lists --- */

enum egov_status egov__check_list_wrong(const struct egov__check_list *list,
                                        struct egov_error *err, const char *message)
{
	return egov__check_wrong(err, EGOV__N("CRL"), list->name, message);
}

enum egov_status egov__check_next_entry(struct egov__check_list *list, struct egov_error *err)
{
	return egov__crl_walk_next(&list->entries, err);
}

static bool same_entry(const struct egov__crl_entry *entry, const struct egov__revoked_row *row)
{
	/* Reason 0 is never written (RFC 5280, 5.3.1). */
	return entry->revoked_at == row->revoked_at
	       && entry->reason == (row->reason == 0 ? -1 : row->reason)
	       && entry->invalidity_date == row->invalidity_date;
}

/* Whether what left with an earlier list had left by this one: no list counts that lies
 * after it, since the clock was set back in between. */
static enum egov_status has_left(const struct egov__check_list *list, const struct egov__revoked_row *row,
                                 bool *left, struct egov_error *err)
{
	struct egov__crl_row with;
	bool found = false;
	enum egov_status rc = EGOV_OK;

	if (row->left_with != 0 && row->left_with < list->row.number)
		rc = egov__store_crl_row(list->check->store, row->left_with, &with, &found, err);
	if (rc == EGOV_OK)
		*left = found && row->not_after < with.this_update
		        && with.this_update <= list->row.this_update;
	return rc;
}

/* RFC 5280, 3.3: a list may lack what stood on one before it after its end. */
static enum egov_status check_lacking(const struct egov__check_list *list, const struct egov__revoked_row *row,
                                      struct egov_error *err)
{
	const struct egov__crl_row *const before = &list->before;
	bool may = row->position > list->position
	           || (before->number != 0 && row->position <= before->position
	               && row->not_after < before->this_update
	               && before->this_update <= list->row.this_update);
	enum egov_status rc = EGOV_OK;

	if (!may)
		rc = has_left(list, row, &may, err);
	if (rc == EGOV_OK && (!may || row->left_with == list->row.number))
		rc = egov__check_list_wrong(list, err, EGOV__N("lacks a certificate that was revoked"));
	return rc;
}

static enum egov_status check_left(struct egov__check_list *list, const struct egov__revoked_row *row,
                                   struct egov_error *err)
{
	if (row->left_with != list->row.number)
		return EGOV_OK;
	list->check->left_seen++;
	if (list->row.published && row->not_after < list->row.this_update)
		return EGOV_OK;
	return egov__check_list_wrong(list, err, EGOV__N("an entry left with it before it may"));
}

/* Entries and revocations both come by rising serial, what a serial went through by
 * position; a hold that had ended before the list was made is not on it. */
static enum egov_status match_entry(void *user, const struct egov__revoked_row *row,
                                    struct egov_error *err)
{
	struct egov__check_list *const list = user;
	enum egov_status rc;

	if ((row->end_position != 0 && row->end_position <= list->position)
	    || row->generation != list->row.generation || row->part != list->row.part)
		return EGOV_OK;
	if (!list->entries.has || !egov__slice_equal(list->entries.entry.serial, row->serial))
		return check_lacking(list, row, err);
	if (row->position > list->position || !same_entry(&list->entries.entry, row))
		return egov__check_list_wrong(list, err,
		                  EGOV__N("has an entry that is not what was revoked before it"));
	rc = check_left(list, row, err);
	return rc == EGOV_OK ? egov__check_next_entry(list, err) : rc;
}

static enum egov_status match_entries(struct egov__check_list *list, struct egov_error *err)
{
	enum egov_status rc = egov__check_next_entry(list, err);

	if (rc == EGOV_OK && list->row.base != 0)
		rc = egov__check_delta(list, err);
	else if (rc == EGOV_OK)
		rc = egov__store_revoked_walk_history(list->check->store, match_entry, list, err);
	if (rc == EGOV_OK && list->entries.has)
		rc = egov__check_list_wrong(list, err, EGOV__N("has an entry that was never revoked"));
	return rc;
}

static enum egov_status check_list_entries(struct egov__check_list *list,
                                           const struct egov__source *source,
                                           const struct egov__crl_outline *outline,
                                           struct egov_error *err)
{
	enum egov_status rc;

	egov__crl_walk_open(&list->entries, source, outline);
	rc = match_entries(list, err);
	egov__crl_walk_close(&list->entries);
	return rc;
}

static enum egov_status see_publication(void *user, const struct egov__journal_row *entry,
                                        const struct egov__body *body, struct egov_error *err)
{
	const struct egov__check_list *const list = user;

	(void)body;
	if (entry->time == list->row.published_at)
		return EGOV_OK;
	return egov__check_list_wrong(list, err, EGOV__N("was published at another time"));
}

static enum egov_status check_publication(struct egov__check_list *list, struct egov_error *err)
{
	struct egov__entry_walk walk = { EGOV__KIND_PUBLISH, see_publication, list, 0 };
	enum egov_status rc = egov__check_entries_of(list->check, list->name, &walk, err);

	if (rc == EGOV_OK && walk.count != list->row.published)
		rc = egov__check_list_wrong(list, err, EGOV__N("was published by the ledger or the journal alone"));
	return rc;
}

static bool same_crl(const struct egov__crl_row *a, const struct egov__crl_row *b)
{
	return a->number == b->number && a->intent == b->intent && a->this_update == b->this_update
	       && a->next_update == b->next_update && a->entries == b->entries
	       && a->part == b->part && a->base == b->base;
}

static enum egov_status check_list_row(struct egov__check_list *list,
                                       const struct egov__source *source,
                                       const struct egov__intent_row *intent,
                                       struct egov__crl_view *view, struct egov_error *err)
{
	struct egov_error why = { 0 };
	const enum egov_status rc =
		egov__check_read(egov__crl_view(source, intent, NULL, view, &why), &why, err);

	if (rc == EGOV_E_CORRUPT)
		return egov__check_list_wrong(list, err,
		                              EGOV__N("its bytes are not those of its intent"));
	if (rc != EGOV_OK)
		return rc;
	if (same_crl(&list->row, &view->row))
		return EGOV_OK;
	egov__crl_view_clear(view);
	return egov__check_list_wrong(list, err, EGOV__N("its row is not what its bytes say"));
}

/* Unless the clock was wrong for the one before, as somebody has said since. */
static enum egov_status check_list_time(const struct egov__check_list *list, struct egov_error *err)
{
	const struct egov__crl_row *const before = &list->before;
	bool back = false;
	enum egov_status rc;

	if (before->number == 0 || list->row.this_update >= before->this_update)
		return EGOV_OK;
	rc = egov__clock_set_back(list->check->store, before->position, list->position, &back, err);
	if (rc == EGOV_OK && !back)
		rc = egov__check_list_wrong(list, err, EGOV__N("is older than the list before it"));
	return rc;
}

static enum egov_status check_list_entry(const struct egov__check_list *list,
                                         const struct egov__crl_view *view, const char *actor,
                                         struct egov_error *err)
{
	struct egov__journal_row wanted = { .kind = EGOV__KIND_CRL, .actor = actor,
		                            .subject = list->name, .time = EGOV_TIME_NONE };
	struct egov__body *body = egov__body_new();
	uint64_t seq;
	enum egov_status rc;

	egov__crl_body(&list->row, view->digest, body);
	wanted.body = egov__body_text(body);
	rc = egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__check_one(list->check, EGOV__N("CRL"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

/* The bytes first, then what is said of them. */
static enum egov_status check_list_bytes(struct egov__check_list *list,
                                         const struct egov__source *source,
                                         const struct egov__intent_row *intent,
                                         struct egov_error *err)
{
	struct egov__crl_view view = { .row = { .number = 0 } };
	enum egov_status rc = check_list_row(list, source, intent, &view, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_list_entry(list, &view, intent->actor, err);
	if (rc == EGOV_OK)
		rc = check_list_time(list, err);
	if (rc == EGOV_OK)
		rc = check_publication(list, err);
	if (rc == EGOV_OK)
		rc = check_list_entries(list, source, &view.outline, err);
	egov__crl_view_clear(&view);
	return rc;
}

static enum egov_status check_pieces(struct egov__check_list *list,
                                     const struct egov__crl_row *row,
                                     const struct egov__intent_row *intent, struct egov_error *err)
{
	struct egov__pieces *pieces = NULL;
	struct egov_error why = { 0 };
	enum egov_status rc = egov__check_read(
		egov__store_crl_open(list->check->store, row, &pieces, &why), &why, err);

	if (rc == EGOV_E_CORRUPT)
		rc = egov__check_list_wrong(list, err,
		                            EGOV__N("its bytes are not those of its intent"));
	if (rc == EGOV_OK)
		rc = check_list_bytes(list, egov__pieces_list(pieces), intent, err);
	egov__pieces_free(pieces);
	return rc;
}

static enum egov_status check_list(void *user, const struct egov__crl_row *row,
                                   struct egov_error *err)
{
	struct egov__check_list *const list = user;
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc;

	egov__progress_step(list->check->progress);
	(void)snprintf(list->name, sizeof(list->name), "crl-%" PRIu64, row->number);
	list->row = *row;
	list->row.signature = EGOV__NO_SLICE;
	list->scope = (struct egov__crl_scope){ row->generation, row->part, row->base, 0 };
	rc = egov__store_crl_before(list->check->store, &list->scope, row->number, false,
	                            &list->before, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_get(list->check->store, row->intent, &intent, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov__check_list_wrong(list, err, EGOV__N("it has no intent"));
	if (rc != EGOV_OK)
		return rc;
	list->position = intent.position;
	rc = check_pieces(list, row, &intent, err);
	list->check->crls++;
	return rc;
}

static enum egov_status check_parts(const struct egov__check *check, struct egov_error *err)
{
	struct egov__crl_scope odd;
	bool found = false;
	enum egov_status rc = egov__store_crl_part_odd(check->store, &odd, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.2.5",
		                    "the lists that certificates name are not those of the ledger: "
		                    "generation %" PRIu64 ", part %" PRIu64,
		                    odd.generation, odd.part);
	return rc;
}

static enum egov_status check_odd_pieces(const struct egov__check *check, struct egov_error *err)
{
	uint64_t number = 0;
	bool found = false;
	enum egov_status rc = egov__store_pieces_odd(check->store, &number, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "the ledger has bytes of a CRL number %" PRIu64
		                    " that nobody intended", number);
	return rc;
}

enum egov_status egov__check_crls(struct egov__check *check, struct egov_error *err)
{
	struct egov__check_list list = { .check = check };
	enum egov_status rc = egov__store_crl_walk(check->store, check_list, &list, err);

	if (rc == EGOV_OK)
		rc = check_parts(check, err);
	if (rc == EGOV_OK)
		rc = check_odd_pieces(check, err);
	if (rc == EGOV_OK && check->left != check->left_seen)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 3.3",
		                    "revocations: %" PRIu64 " have left the CRL, on the lists are %" PRIu64,
		                    check->left, check->left_seen);
	return rc;
}
