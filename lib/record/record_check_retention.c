/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "record/check.h"
#include "record/purge.h"

enum egov_status egov__check_legal_hold(const struct egov__check *check,
                                        const struct egov__journal_row *entry, bool *found,
                                        struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov__legal_holds holds;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc =
		egov__check_found(egov__hex_parse(entry->subject, "serial", &serial, NULL), err);

	*found = false;
	if (rc == EGOV_OK)
		rc = egov__store_certificate_row(check->store, egov_buf_slice(&serial), &row, found,
		                                 err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	if (rc == EGOV_OK && *found)
		rc = egov__legal_holds_find(check->store, entry->subject, entry->seq + 1, &holds, err);
	egov__buf_clear(&serial);
	return rc;
}

/* --- what was destroyed --- */

enum egov_status egov__check_gone(const struct egov__check *check, struct egov_slice serial,
                                  int *state, struct egov_error *err)
{
	struct egov__tombstone_row row;
	bool found = false;
	enum egov_status rc = check->tombstones == 0
	                              ? EGOV_OK
	                              : egov__store_tombstone_get(check->store, serial, &row, &found,
	                                                          err);

	*state = rc == EGOV_OK && found ? (int)row.state : 0;
	return rc;
}

enum egov_status egov__check_destroyed(const struct egov__check *check,
                                       const struct egov__journal_row *entry, int *state,
                                       struct egov_error *err)
{
	struct egov__tombstone_row row;
	bool found = false;
	enum egov_status rc = check->tombstones == 0
	                              ? EGOV_OK
	                              : egov__store_tombstone_about(check->store, entry->subject,
	                                                            &row, &found, err);

	/* What came after the order is kept. */
	*state = rc == EGOV_OK && found && entry->seq < row.purge ? (int)row.state : 0;
	return rc;
}

bool egov__check_emptied(int state, const char *text, const uint8_t salt[32])
{
	static const uint8_t zeros[32];

	return state == EGOV__TOMBSTONE_GONE && *text == 0 && memcmp(salt, zeros, sizeof(zeros)) == 0;
}

struct order {
	const struct egov__check *check;
	const struct egov__journal_row *entry;
	egov_time until;
	struct egov__purge_list list;
};

static enum egov_status order_wrong(struct egov_error *err, const char *subject,
                                    const char *message)
{
	return egov__check_wrong(err, EGOV__N("destruction of"), subject, message);
}

/* By law alone: what profiles say is no part of the ledger, and may want longer. */
static enum egov_status check_kin(const struct order *order, struct egov_slice serial,
                                  const char *subject, struct egov_error *err)
{
	struct egov__legal_holds holds = { .count = 0 };
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__keep keep;
	egov_time until = EGOV_TIME_NONE;
	bool found = false;
	enum egov_status rc = egov__keep_of(order->check->store, serial, order->entry->seq, &keep,
	                                    &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	rc = egov__keep_until(keep.lost_at, keep.years, &until, err);
	if (rc == EGOV_OK && (until > order->until || keep.own))
		return order_wrong(err, subject, EGOV__N("its records were not due"));
	egov__buf_hex(&hex, serial);
	if (rc == EGOV_OK)
		rc = egov__buf_string(&hex) == NULL
		             ? egov_error_nomem(err)
		             : egov__legal_holds_find(order->check->store, egov__buf_string(&hex),
		                                      order->entry->seq, &holds, err);
	egov__buf_clear(&hex);
	if (rc == EGOV_OK && holds.count > 0)
		rc = order_wrong(err, subject, EGOV__N("its records were held"));
	return rc;
}

/* What the blobs are found by is what the certificate says. */
static enum egov_status check_names(const struct order *order,
                                    const struct egov__tombstone_row *row, struct egov_error *err)
{
	struct egov__certificate_row certificate;
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(order->check->store, row->serial,
	                                                  &certificate, &found, err);

	egov__buf_hex(&hex, row->serial);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&hex, err);
	if (rc == EGOV_OK
	    && (!found || strcmp(certificate.application, row->application) != 0
	        || !egov__slice_is(egov_buf_slice(&hex), row->subject)))
		rc = order_wrong(err, row->subject,
		                 EGOV__N("its tombstone is not that of a certificate of ours"));
	egov__buf_clear(&hex);
	return rc;
}

static enum egov_status see_tombstone(void *user, const struct egov__tombstone_row *row,
                                      struct egov_error *err)
{
	struct order *const order = user;
	struct egov__family family = { NULL, 0 };
	enum egov_status rc = check_names(order, row, err);

	egov__purge_list_add(&order->list, row->serial);
	if (rc == EGOV_OK)
		rc = egov__family_find(order->check->store, row->serial, &family, err);
	for (size_t i = 0; rc == EGOV_OK && i < family.count; i++)
		rc = check_kin(order, egov__family_serial(&family, i), row->subject, err);
	egov__family_clear(&family);
	return rc;
}

static enum egov_status check_order(struct order *order, const struct egov__body *body,
                                    struct egov_error *err)
{
	uint8_t digest[32];
	uint64_t count = 0;
	enum egov_status rc;

	if (!egov__body_get_time(body, EGOV__KEY_UNTIL, &order->until)
	    || order->until > order->entry->time)
		return order_wrong(err, order->entry->subject, EGOV__N("its time lies in the future"));
	rc = egov__store_tombstone_walk(order->check->store, order->entry->seq, see_tombstone, order,
	                                err);
	if (rc == EGOV_OK)
		rc = egov__purge_list_digest(&order->list, digest, err);
	if (rc == EGOV_OK
	    && (!egov__body_get_number(body, EGOV__KEY_COUNT, &count) || count != order->list.count
	        || !egov__body_has_hex(body, EGOV__KEY_LIST_SM3, EGOV__SLICE(digest))))
		rc = order_wrong(err, order->entry->subject,
		                 EGOV__N("the tombstones are not those of its order"));
	return rc;
}

static enum egov_status see_left(void *user, const struct egov__tombstone_row *row,
                                 struct egov_error *err)
{
	(void)user;
	if (row->state == EGOV__TOMBSTONE_GONE)
		return EGOV_OK;
	return order_wrong(err, row->subject, EGOV__N("it is not carried out, as the journal says"));
}

static enum egov_status check_purged(struct order *order, const struct egov__body *body,
                                     struct egov_error *err)
{
	uint64_t seq = 0;

	if (!egov__body_get_number(body, EGOV__KEY_ORDER, &seq) || seq >= order->entry->seq)
		return order_wrong(err, order->entry->subject, EGOV__N("its entry names no order"));
	return egov__store_tombstone_walk(order->check->store, seq, see_left, NULL, err);
}

enum egov_status egov__check_purge(struct egov__check *check,
                                   const struct egov__journal_row *entry, struct egov_error *err)
{
	const bool ordered = strcmp(entry->kind, EGOV__KIND_PURGE) == 0;
	struct order order = { .check = check, .entry = entry, .list = EGOV__PURGE_LIST };
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (!ordered && strcmp(entry->kind, EGOV__KIND_PURGED) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		rc = ordered ? check_order(&order, body, err) : check_purged(&order, body, err);
	check->ordered += order.list.count;
	egov__buf_clear(&order.list.serials);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__check_tombstones(const struct egov__check *check, struct egov_error *err)
{
	if (check->tombstones == check->ordered)
		return EGOV_OK;
	return order_wrong(err, EGOV__PURGE_SUBJECT,
	                   EGOV__N("there are tombstones that nobody ordered"));
}
