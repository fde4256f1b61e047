/* SPDX-License-Identifier: Apache-2.0 */
#include "record/purge.h"

#include <string.h>

#include "crypto/sm3.h"
#include "record/result.h"

/* --- the list --- */

void egov__purge_list_add(struct egov__purge_list *list, struct egov_slice serial)
{
	const uint8_t size = (uint8_t)serial.size;

	egov__buf_append(&list->serials, &size, 1);
	egov__buf_slice(&list->serials, serial);
	list->count++;
}

enum egov_status egov__purge_list_digest(const struct egov__purge_list *list, uint8_t digest[32],
                                         struct egov_error *err)
{
	const struct egov_slice bytes = egov_buf_slice(&list->serials);
	enum egov_status rc = egov__buf_check(&list->serials, err);

	return rc == EGOV_OK ? egov__sm3(&bytes, 1, digest, err) : rc;
}

bool egov__purge_list_next(struct egov_slice *serials, struct egov_slice *serial)
{
	if (serials->size == 0)
		return false;
	*serial = (struct egov_slice){ serials->data + 1, serials->data[0] };
	serials->data += 1 + serial->size;
	serials->size -= 1 + serial->size;
	return true;
}

/* --- the order --- */

static enum egov_status add_tombstone(struct egov_record *record, struct egov_slice serial,
                                      struct egov_error *err)
{
	struct egov_store *store = egov__record_store(record);
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT), id = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__tombstone_row row = { .serial = serial };
	struct egov__certificate_row certificate;
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(store, serial, &certificate, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA has this serial");
	if (rc != EGOV_OK)
		return rc;
	egov__buf_hex(&hex, serial);
	egov__buf_text(&id, certificate.application);
	row.subject = egov__buf_string(&hex);
	row.application = egov__buf_string(&id);
	rc = row.subject == NULL || row.application == NULL
	             ? egov_error_nomem(err)
	             : egov__store_tombstone_add(store, &row, err);
	egov__buf_clear(&hex);
	egov__buf_clear(&id);
	return rc;
}

enum egov_status egov__record_purge(struct egov_record *record, const char *actor,
                                    const struct egov__purge_list *list, egov_time until,
                                    struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_slice serials = egov_buf_slice(&list->serials), serial;
	uint8_t digest[32];
	enum egov_status rc = egov__purge_list_digest(list, digest, err);

	egov__body_time_add(body, EGOV__KEY_UNTIL, until);
	egov__body_number_add(body, EGOV__KEY_COUNT, list->count);
	egov__body_hex_add(body, EGOV__KEY_LIST_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_PURGE, actor, EGOV__PURGE_SUBJECT, body,
		                         EGOV__NO_SLICE, err);
	while (rc == EGOV_OK && egov__purge_list_next(&serials, &serial))
		rc = add_tombstone(record, serial, err);
	egov__body_free(body);
	return rc;
}

/* --- carrying it out --- */

#define AT_ONCE 64              /* certificates a transaction: others want to write too */

static enum egov_status destroy_objects(struct egov_store *store, struct egov_slice serial,
                                        struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov__pair_row pair;
	uint8_t certificate[32], answer[32];
	bool found = false, is_pair = false;
	enum egov_status rc = egov__store_certificate_get(store, serial, &row, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov__object_digest(row.der, certificate, err);
	if (rc == EGOV_OK)
		rc = egov__store_pair_get(store, serial, &pair, &is_pair, err);
	is_pair = is_pair && egov__slice_equal(pair.sign_serial, serial);
	if (rc == EGOV_OK && is_pair)
		rc = egov__object_digest(pair.answer, answer, err);
	return rc == EGOV_OK ? egov__store_objects_destroy(store, serial, certificate,
	                                                   is_pair ? answer : NULL, err)
	                     : rc;
}

/* The next in this state goes on to the next one. */
static enum egov_status take_one(struct egov_store *store, enum egov__tombstone_state state,
                                 bool *more, struct egov_error *err)
{
	struct egov__tombstone_row row;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__store_tombstone_first(store, state, &row, more, err);

	if (rc != EGOV_OK || !*more)
		return rc;
	egov__buf_slice(&serial, row.serial);
	rc = egov__buf_check(&serial, err);
	if (rc == EGOV_OK)
		rc = state == EGOV__TOMBSTONE_ORDERED
		             ? egov__store_sealed_destroy(store, egov_buf_slice(&serial), err)
		             : destroy_objects(store, egov_buf_slice(&serial), err);
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status take_some(struct egov_record *record, egov_time now,
                                  enum egov__tombstone_state state, uint64_t *count, bool *more,
                                  struct egov_error *err)
{
	uint64_t taken = 0;
	enum egov_status rc = egov__record_begin(record, now, err);

	if (rc != EGOV_OK)
		return rc;
	*more = true;
	while (rc == EGOV_OK && *more && taken < AT_ONCE) {
		rc = take_one(egov__record_store(record), state, more, err);
		taken += *more;
	}
	if (rc == EGOV_OK && taken > 0)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK || taken == 0)
		egov__record_rollback(record);
	if (rc == EGOV_OK)
		*count += taken;
	return rc;
}

static enum egov_status take_all(struct egov_record *record, egov_time now,
                                 enum egov__tombstone_state state, uint64_t *count,
                                 struct egov_error *err)
{
	bool more = true;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && more)
		rc = take_some(record, now, state, count, &more, err);
	return rc;
}

/* The last order, and whether it was told that it is carried out. */
struct orders {
	uint64_t last;
	bool open;
};

static enum egov_status see_order(void *user, const struct egov__journal_row *entry,
                                  struct egov_error *err)
{
	struct orders *const orders = user;

	(void)err;
	if (strcmp(entry->kind, EGOV__KIND_PURGE) == 0)
		*orders = (struct orders){ entry->seq, true };
	else if (strcmp(entry->kind, EGOV__KIND_PURGED) == 0)
		orders->open = false;
	return EGOV_OK;
}

static enum egov_status say_done(struct egov_record *record, const char *actor, egov_time now,
                                 struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct orders orders = { 0, false };
	enum egov_status rc = egov__record_begin(record, now, err);

	if (rc == EGOV_OK)
		rc = egov__store_journal_walk(egov__record_store(record), 0, EGOV__PURGE_SUBJECT,
		                              see_order, &orders, err);
	egov__body_number_add(body, EGOV__KEY_ORDER, orders.last);
	if (rc == EGOV_OK && orders.open)
		rc = egov__record_append(record, EGOV__KIND_PURGED, actor, EGOV__PURGE_SUBJECT, body,
		                         EGOV__NO_SLICE, err);
	if (rc == EGOV_OK && orders.open)
		rc = egov__record_commit(record, err);
	else
		egov__record_rollback(record);
	egov__body_free(body);
	return rc;
}

/* Keys first: from then on nobody can unseal what a copy may still have. */
enum egov_status egov__record_purge_finish(struct egov_record *record, const char *actor,
                                           egov_time now, uint64_t *count, struct egov_error *err)
{
	uint64_t unsealable = 0, gone = 0;
	enum egov_status rc = take_all(record, now, EGOV__TOMBSTONE_ORDERED, &unsealable, err);

	if (rc == EGOV_OK)
		rc = take_all(record, now, EGOV__TOMBSTONE_UNSEALABLE, &gone, err);
	if (rc == EGOV_OK)
		rc = say_done(record, actor, now, err);
	if (rc == EGOV_OK)
		rc = egov__store_scrub(egov__record_store(record), err);
	if (rc == EGOV_OK)
		*count = gone;
	return rc;
}
