/* SPDX-License-Identifier: Apache-2.0 */
#include "record/generation.h"

#include <inttypes.h>
#include <string.h>

#include "crypto/sm3.h"

static const char clause[] = "Order No. 4, Art. 22";

const char *egov__generation_state_name(enum egov__generation_state state)
{
	static const char *const names[] = { "", "pending", "active", "retired", "destroying",
		                             "destroyed" };

	return names[state];
}

enum egov_status egov__generation_save(struct egov_record *record, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (record->signing_counts)
		rc = egov__store_generation_put(record->store, &record->signing, err);
	record->signing_counts = false;
	return rc;
}

void egov__generation_forget(struct egov_record *record)
{
	record->signing.number = 0;
	record->signing_counts = false;
}

/* Makes row the one that counts. */
static enum egov_status take(struct egov_record *record, const struct egov__generation_row *row,
                             struct egov_error *err)
{
	enum egov_status rc;

	if (row->number == record->signing.number)
		return EGOV_OK;
	rc = egov__generation_save(record, err);
	if (rc == EGOV_OK)
		record->signing = *row;
	return rc;
}

/* --- which key --- */

static enum egov_status take_active(struct egov_record *record, struct egov_error *err)
{
	struct egov__generation_row row;
	bool found = false;
	enum egov_status rc;

	if (record->signing.number != 0 && record->signing.state == EGOV__GENERATION_ACTIVE)
		return EGOV_OK;
	rc = egov__store_generation_by_key(record->store, NULL, &row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, clause, "the CA has no active key");
	return rc == EGOV_OK ? take(record, &row, err) : rc;
}

static enum egov_status take_key(struct egov_record *record, struct egov_slice key,
                                 struct egov_error *err)
{
	struct egov__generation_row row;
	uint8_t digest[32];
	bool found = false;
	enum egov_status rc = egov__sm3(&key, 1, digest, err);

	if (rc != EGOV_OK)
		return rc;
	if (record->signing.number != 0
	    && memcmp(record->signing.key_digest, digest, sizeof(digest)) == 0)
		return EGOV_OK;
	rc = egov__store_generation_by_key(record->store, digest, &row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "the key that is to sign is none of this CA's");
	return rc == EGOV_OK ? take(record, &row, err) : rc;
}

static enum egov_status take_number(struct egov_record *record, uint64_t number,
                                    struct egov_error *err)
{
	struct egov__generation_row row;
	bool found = false;
	enum egov_status rc;

	if (record->signing.number == number)
		return EGOV_OK;
	rc = egov__store_generation_get(record->store, number, &row, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "the CA's key has no generation %" PRIu64, number);
	return rc == EGOV_OK ? take(record, &row, err) : rc;
}

/* --- what it may sign --- */

/* A key that is pending signs its own request and certificate, and the link to the
 * one before it (RFC 4210, 4.4): nothing on an application. */
static bool may_sign(enum egov__generation_state state, int kind, bool own)
{
	switch (state) {
	case EGOV__GENERATION_PENDING:
		return kind != EGOV_OBJECT_CRL && own;
	case EGOV__GENERATION_ACTIVE:
		return true;
	case EGOV__GENERATION_RETIRED:
		return kind == EGOV_OBJECT_CRL;
	case EGOV__GENERATION_DESTROYING:
	case EGOV__GENERATION_DESTROYED:
		break;
	}
	return false;
}

/* Lists go on beyond the limit: without them nothing that was issued can be used. */
static enum egov_status check_may_sign(const struct egov_record *record, int kind, bool own,
                                       struct egov_error *err)
{
	const struct egov__generation_row *const row = &record->signing;

	if (!may_sign(row->state, kind, own))
		return egov_error_set(err, EGOV_E_POLICY, clause,
		                      row->state == EGOV__GENERATION_RETIRED
		                              ? EGOV__N("generation %" PRIu64 " of the CA's key is %s: "
		                                        "it signs revocation lists alone")
		                      : row->state == EGOV__GENERATION_PENDING
		                              ? EGOV__N("generation %" PRIu64 " of the CA's key is %s: "
		                                        "it signs the CA's own papers alone")
		                              : EGOV__N("generation %" PRIu64 " of the CA's key is %s: "
		                                        "it signs nothing"),
		                      row->number, egov__generation_state_name(row->state));
	if (kind != EGOV_OBJECT_CRL && record->signature_limit > 0
	    && row->intents >= record->signature_limit)
		return egov_error_set(err, EGOV_E_LIMIT, clause,
		                      "generation %" PRIu64 " of the CA's key has signed %" PRIu64
		                      " times, as often as [key] signature_limit allows: roll over to "
		                      "a new key",
		                      row->number, row->intents);
	return EGOV_OK;
}

enum egov_status egov__generation_intend(struct egov_record *record, struct egov_slice key,
                                         int kind, bool own, struct egov_error *err)
{
	enum egov_status rc = key.size == 0 ? take_active(record, err) : take_key(record, key, err);

	if (rc == EGOV_OK)
		rc = check_may_sign(record, kind, own, err);
	if (rc != EGOV_OK)
		return rc;
	record->signing.intents++;
	record->signing_counts = true;
	return EGOV_OK;
}

enum egov_status egov__generation_signed(struct egov_record *record, uint64_t number,
                                         egov_time end, struct egov_error *err)
{
	enum egov_status rc = take_number(record, number, err);

	if (rc != EGOV_OK)
		return rc;
	record->signing.signatures++;
	if (end != EGOV_TIME_NONE
	    && (record->signing.last_end == EGOV_TIME_NONE || end > record->signing.last_end))
		record->signing.last_end = end;
	record->signing_counts = true;
	return EGOV_OK;
}

void egov__record_limit_signatures(struct egov_record *record, uint64_t limit)
{
	record->signature_limit = limit;
}

/* --- states --- */

void egov__generation_body(const struct egov__generation_row *row, struct egov__body *body)
{
	egov__body_number_add(body, EGOV__KEY_GENERATION, row->number);
	egov__body_text_add(body, EGOV__KEY_STATE, egov__generation_state_name(row->state));
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
}

void egov__generation_subject(uint64_t number, char subject[EGOV__GENERATION_SUBJECT])
{
	(void)snprintf(subject, EGOV__GENERATION_SUBJECT, "ca-key-%" PRIu64, number);
}

static enum egov_status put_state(struct egov_record *record, const char *actor,
                                  struct egov_slice why, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	char subject[EGOV__GENERATION_SUBJECT];
	enum egov_status rc;

	record->signing.since = record->now;
	record->signing_counts = true;
	egov__generation_body(&record->signing, body);
	egov__generation_subject(record->signing.number, subject);
	rc = egov__generation_save(record, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_CA_KEY, actor, subject, body, why, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status count_generation(void *user, const struct egov__generation_row *row,
                                         struct egov_error *err)
{
	uint64_t *last = user;

	(void)err;
	*last = row->number;
	return EGOV_OK;
}

enum egov_status egov__record_generation_new(struct egov_record *record, const char *actor,
                                             struct egov_slice key, uint64_t *number,
                                             struct egov_error *err)
{
	struct egov__generation_row row = { .state = EGOV__GENERATION_PENDING,
		                            .last_end = EGOV_TIME_NONE };
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = egov__store_generation_walk(record->store, count_generation, &row.number, err);
	if (rc == EGOV_OK && row.number == EGOV__GENERATIONS)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "a CA has at most %d keys",
		                    EGOV__GENERATIONS);
	if (rc == EGOV_OK)
		rc = egov__sm3(&key, 1, row.key_digest, err);
	row.number++;
	if (rc == EGOV_OK)
		rc = take(record, &row, err);
	if (rc == EGOV_OK)
		rc = put_state(record, actor, EGOV__NO_SLICE, err);
	if (rc == EGOV_OK)
		*number = row.number;
	return rc;
}

enum egov_status egov__record_generation_state(struct egov_record *record, const char *actor,
                                               uint64_t number,
                                               enum egov__generation_state state,
                                               struct egov_slice why, struct egov_error *err)
{
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = take_number(record, number, err);
	if (rc == EGOV_OK && state <= record->signing.state)
		rc = egov_error_set(err, EGOV_E_POLICY, clause,
		                    "generation %" PRIu64 " of the CA's key is %s already", number,
		                    egov__generation_state_name(record->signing.state));
	if (rc != EGOV_OK)
		return rc;
	record->signing.state = state;
	return put_state(record, actor, why, err);
}
