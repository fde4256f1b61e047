/* SPDX-License-Identifier: Apache-2.0 */
#include "record/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/sm3.h"
#include "record/clock.h"
#include "record/entry.h"
#include "record/generation.h"

#define MAX_SEALED EGOV__MAX_CRL

static const char clause[] = "Order No. 4, Art. 24";

/* --- the head --- */

static void save_head(const struct egov__head *head, struct egov_buf *out)
{
	for (unsigned shift = 64; shift > 0; shift -= 8)
		egov__buf_byte(out, (uint8_t)((uint64_t)head->latest >> (shift - 8)));
	egov__buf_append(out, head->leaf, sizeof(head->leaf));
	egov__tree_save(&head->tree, out);
}

static enum egov_status parse_head(struct egov_slice bytes, struct egov__head *head,
                                   struct egov_error *err)
{
	const size_t fixed = 8 + sizeof(head->leaf);
	uint64_t latest = 0;

	if (bytes.size < fixed)
		return egov_error_set(err, EGOV_E_CORRUPT, clause, "journal: its head is cut short");
	for (size_t i = 0; i < 8; i++)
		latest = latest << 8 | bytes.data[i];
	head->latest = (egov_time)latest;
	memcpy(head->leaf, bytes.data + 8, sizeof(head->leaf));
	return egov__tree_load((struct egov_slice){ bytes.data + fixed, bytes.size - fixed },
	                       &head->tree, err);
}

static enum egov_status load_head(struct egov_store *store, struct egov__head *head,
                                  struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(4096);
	bool found = false;
	enum egov_status rc = egov__store_meta_get(store, EGOV__META_JOURNAL_HEAD, &bytes, &found,
	                                           err);

	memset(head, 0, sizeof(*head));
	head->latest = EGOV_TIME_NONE;
	if (rc == EGOV_OK && found)
		rc = parse_head(egov_buf_slice(&bytes), head, err);
	egov__buf_clear(&bytes);
	return rc;
}

enum egov_status egov__record_head(struct egov_store *store, struct egov__head *head,
                                   struct egov_error *err)
{
	struct egov__journal_row last = { 0 };
	uint8_t leaf[32];
	bool found = false;
	uint64_t entries;
	enum egov_status rc = load_head(store, head, err);

	if (rc == EGOV_OK)
		rc = egov__store_journal_last(store, &last, &found, err);
	if (rc != EGOV_OK)
		return rc;
	entries = found ? last.seq + 1 : 0;
	if (entries != head->tree.size)
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "journal: its head counts %" PRIu64 " entries, found are %" PRIu64,
		                      head->tree.size, entries);
	if (!found)
		return EGOV_OK;
	rc = egov__entry_leaf(&last, leaf, err);
	if (rc == EGOV_OK && (memcmp(leaf, last.leaf, 32) != 0 || memcmp(leaf, head->leaf, 32) != 0))
		rc = egov_error_set(err, EGOV_E_CORRUPT, clause,
		                    "journal: its head does not fit entry %" PRIu64, last.seq);
	return rc;
}

/* --- life --- */

/* Head and last entry of one moment: others may be writing. */
static enum egov_status read_head(struct egov_store *store, struct egov__head *head,
                                  struct egov_error *err)
{
	enum egov_status rc;

	if (egov__store_in_transaction(store))
		return egov__record_head(store, head, err);
	rc = egov__store_snapshot(store, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_head(store, head, err);
	egov__store_rollback(store);
	return rc;
}

enum egov_status egov__record_open(struct egov_store *store, struct egov_slice custodian_spki,
                                   struct egov_record **out, struct egov_error *err)
{
	struct egov_record *record = calloc(1, sizeof(*record));
	struct egov_slice point = EGOV__NO_SLICE;
	enum egov_status rc;

	if (record == NULL)
		return egov_error_nomem(err);
	record->sealer = (struct egov__sealer)EGOV__SEALER;
	record->store = store;
	rc = egov__sm2_spki_point(custodian_spki, &point, err);
	if (rc != EGOV_OK) {
		rc = egov_error_prefix(err, rc, "custodian's key");
		goto out;
	}
	memcpy(record->custodian, point.data, point.size);
	rc = read_head(store, &record->head, err);
	if (rc != EGOV_OK)
		goto out;
	*out = record;
	record = NULL;
out:
	free(record);
	return rc;
}

void egov__record_close(struct egov_record *record)
{
	if (record == NULL)
		return;
	record->group = EGOV__GROUP_NONE;
	egov__record_rollback(record);
	egov__random_clear(&record->salts);
	free(record);
}

struct egov_store *egov__record_store(struct egov_record *record)
{
	return record->store;
}

/* --- transactions --- */

static enum egov_status group_lost(struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_IO, NULL,
	                      "journal: a step could not be taken back, the group is lost");
}

static enum egov_status begin_step(struct egov_record *record, egov_time now, bool any_time,
                                   struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (record->group == EGOV__GROUP_BROKEN)
		return group_lost(err);
	if (record->group != EGOV__GROUP_OPEN)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "journal: a step is open already");
	if (!any_time)
		rc = egov__clock_check(now, record->head.latest, &record->silence, err);
	if (rc == EGOV_OK)
		rc = egov__store_savepoint(record->store, err);
	if (rc != EGOV_OK)
		return rc;
	record->before = (struct egov__moment){ record->head, record->signing,
		                                record->signing_counts };
	record->group = EGOV__GROUP_STEP;
	record->now = now;
	return EGOV_OK;
}

/* The head again: other processes may have written since. */
static enum egov_status begin(struct egov_record *record, egov_time now, bool any_time,
                              struct egov_error *err)
{
	enum egov_status rc;

	if (record->group != EGOV__GROUP_NONE)
		return begin_step(record, now, any_time, err);
	rc = egov__store_begin(record->store, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_head(record->store, &record->head, err);
	if (rc == EGOV_OK && !any_time)
		rc = egov__clock_check(now, record->head.latest, &record->silence, err);
	if (rc != EGOV_OK)
		egov__store_rollback(record->store);
	egov__generation_forget(record);
	record->now = now;
	return rc;
}

enum egov_status egov__record_begin(struct egov_record *record, egov_time now,
                                    struct egov_error *err)
{
	return begin(record, now, false, err);
}

enum egov_status egov__record_begin_clock(struct egov_record *record, egov_time now,
                                          egov_time *latest, struct egov_error *err)
{
	enum egov_status rc = begin(record, now, true, err);

	if (rc == EGOV_OK)
		*latest = record->head.latest;
	return rc;
}

uint64_t egov__record_size(const struct egov_record *record)
{
	return record->head.tree.size;
}

egov_time egov__record_latest(const struct egov_record *record)
{
	return record->head.latest;
}

void egov__record_limit_silence(struct egov_record *record, struct egov_duration silence)
{
	record->silence = silence;
}

static void settle(struct egov_record *record, enum egov__durability durability)
{
	while (record->pending != NULL) {
		struct egov__stage *const stage = record->pending;

		egov__stage_end(stage);
		stage->durability = durability;
	}
}

static enum egov_status put_head(struct egov_record *record, struct egov_error *err)
{
	struct egov_buf bytes = EGOV__BUF(4096);
	enum egov_status rc;

	save_head(&record->head, &bytes);
	rc = egov__buf_check(&bytes, err);
	if (rc == EGOV_OK)
		rc = egov__store_meta_put(record->store, EGOV__META_JOURNAL_HEAD,
		                          egov_buf_slice(&bytes), err);
	egov__buf_clear(&bytes);
	return rc;
}

static enum egov_status keep_step(struct egov_record *record, struct egov_error *err)
{
	enum egov_status rc;

	if (record->group != EGOV__GROUP_STEP)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "journal: no step is open");
	rc = egov__store_keep(record->store, err);
	if (rc == EGOV_OK)
		record->group = EGOV__GROUP_OPEN;
	else
		egov__record_rollback(record);
	return rc;
}

/* A step that cannot be taken back takes the group with it. */
static void take_step_back(struct egov_record *record)
{
	if (record->group != EGOV__GROUP_STEP)
		return;
	record->group = egov__store_take_back(record->store, NULL) == EGOV_OK
	                        ? EGOV__GROUP_OPEN
	                        : EGOV__GROUP_BROKEN;
	record->head = record->before.head;
	record->signing = record->before.signing;
	record->signing_counts = record->before.signing_counts;
	settle(record, EGOV__STAGE_VOID);
}

enum egov_status egov__record_commit(struct egov_record *record, struct egov_error *err)
{
	enum egov_status rc;

	if (record->group != EGOV__GROUP_NONE)
		return keep_step(record, err);
	rc = egov__generation_save(record, err);
	if (rc == EGOV_OK)
		rc = put_head(record, err);
	if (rc == EGOV_OK)
		rc = egov__store_commit(record->store, err);
	if (rc != EGOV_OK) {
		egov__record_rollback(record);
		return rc;
	}
	egov__sealer_clear(&record->sealer);
	settle(record, EGOV__STAGE_DURABLE);
	return EGOV_OK;
}

void egov__record_rollback(struct egov_record *record)
{
	if (record->group != EGOV__GROUP_NONE) {
		take_step_back(record);
		return;
	}
	egov__store_rollback(record->store);
	egov__sealer_clear(&record->sealer);
	settle(record, EGOV__STAGE_VOID);
}

enum egov_status egov__record_group_begin(struct egov_record *record, egov_time now,
                                          struct egov_error *err)
{
	enum egov_status rc;

	if (record->group != EGOV__GROUP_NONE)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "journal: a group is open already");
	rc = egov__record_begin(record, now, err);
	if (rc == EGOV_OK)
		record->group = EGOV__GROUP_OPEN;
	return rc;
}

enum egov_status egov__record_group_commit(struct egov_record *record, struct egov_error *err)
{
	const enum egov__group group = record->group;

	record->group = EGOV__GROUP_NONE;
	if (group == EGOV__GROUP_OPEN)
		return egov__record_commit(record, err);
	egov__record_rollback(record);
	if (group == EGOV__GROUP_BROKEN)
		return group_lost(err);
	return egov_error_set(err, EGOV_E_USAGE, NULL, "journal: no group is open, or a step is");
}

enum egov_status egov__record_wants_transaction(const struct egov_record *record,
                                                struct egov_error *err)
{
	if (egov__store_in_transaction(record->store))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_USAGE, NULL, "journal: written outside a transaction");
}

/* --- entries --- */

static enum egov_status check_text(const char *what, const char *text, struct egov_error *err)
{
	if (!egov__utf8_has_control(egov__slice_text(text)))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, NULL,
	                      "%s: not UTF-8 text without control characters", what);
}

enum egov_status egov__record_source(struct egov_record *record, const char *source,
                                     struct egov_error *err)
{
	const size_t size = egov__text_fit(source, sizeof(record->source) - 1);
	enum egov_status rc = check_text("source", source, err);

	if (rc != EGOV_OK)
		return rc;
	memcpy(record->source, source, size);
	record->source[size] = 0;
	return EGOV_OK;
}

/* The commitment to salt || blob, and that sealed to the custodian. */
static enum egov_status seal(struct egov_record *record, struct egov_slice blob,
                             uint8_t commitment[32], struct egov_buf *sealed,
                             struct egov_error *err)
{
	struct egov_buf plain = EGOV__BUF(MAX_SEALED);
	uint8_t salt[32];
	enum egov_status rc = egov__random_take(&record->salts, salt, sizeof(salt), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__entry_commitment(salt, blob, commitment, err);
	egov__buf_append(&plain, salt, sizeof(salt));
	egov__buf_slice(&plain, blob);
	if (rc == EGOV_OK)
		rc = egov__buf_check(&plain, err);
	if (rc == EGOV_OK)
		rc = egov__sealer_seal(&record->sealer, EGOV__SLICE(record->custodian),
		                       egov_buf_slice(&plain), sealed, err);
	egov__buf_clear(&plain);
	egov__cleanse(salt, sizeof(salt));
	return rc;
}

static enum egov_status keep_node(void *user, unsigned level, uint64_t position,
                                  const uint8_t hash[32], struct egov_error *err)
{
	return egov__store_node_put(user, level, position, hash, err);
}

static enum egov_status append_row(struct egov_record *record, struct egov__journal_row *row,
                                   struct egov_error *err)
{
	struct egov__head *const head = &record->head;
	enum egov_status rc = egov__entry_leaf(row, row->leaf, err);

	if (rc == EGOV_OK)
		rc = egov__store_journal_append(record->store, row, err);
	if (rc == EGOV_OK)
		rc = egov__tree_grow(&head->tree, row->leaf, keep_node, record->store, err);
	if (rc != EGOV_OK)
		return rc;
	memcpy(head->leaf, row->leaf, sizeof(head->leaf));
	if (row->time > head->latest || strcmp(row->kind, EGOV__KIND_CLOCK) == 0)
		head->latest = row->time;
	return EGOV_OK;
}

enum egov_status egov__record_append(struct egov_record *record, const char *kind,
                                     const char *actor, const char *subject,
                                     struct egov__body *body, struct egov_slice blob,
                                     struct egov_error *err)
{
	struct egov__journal_row row = { .seq = record->head.tree.size, .time = record->now,
		                         .kind = kind, .actor = actor,
		                         .source = record->source, .subject = subject,
		                         .has_commitment = blob.size > 0 };
	struct egov_buf sealed = EGOV__BUF(MAX_SEALED + EGOV__MAX_OBJECT);
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = check_text("actor", actor, err);
	if (rc == EGOV_OK)
		rc = check_text("subject", subject, err);
	if (rc == EGOV_OK) {
		row.body = egov__body_text(body);
		rc = egov__body_check(body, err);
	}
	if (rc == EGOV_OK && row.has_commitment)
		rc = seal(record, blob, row.commitment, &sealed, err);
	if (rc == EGOV_OK) {
		row.sealed = egov_buf_slice(&sealed);
		rc = append_row(record, &row, err);
	}
	egov__buf_clear(&sealed);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "journal entry \"%s\"", kind);
}

/* The text of a refusal quotes what was refused: it may be personal, so it is sealed. */
enum egov_status egov__record_refused(struct egov_record *record, const char *actor,
                                      const char *subject, const char *operation,
                                      const struct egov_error *cause, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	egov__body_text_add(body, EGOV__KEY_OPERATION, operation);
	egov__body_text_add(body, EGOV__KEY_STATUS, egov_status_name(cause->status));
	if (cause->clause != NULL)
		egov__body_text_add(body, EGOV__KEY_CLAUSE, cause->clause);
	rc = egov__record_append(record, EGOV__KIND_REFUSED, actor, subject, body,
	                         egov__slice_text(cause->text), err);
	egov__body_free(body);
	return rc;
}

enum egov_status egov__record_refusal(struct egov_record *record, egov_time now, const char *actor,
                                      const char *subject, const char *operation,
                                      const struct egov_error *cause, struct egov_error *err)
{
	enum egov_status rc = egov__record_begin(record, now, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_refused(record, actor, subject, operation, cause, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	else
		egov__record_rollback(record);
	return rc;
}

enum egov_status egov__record_setting(struct egov_record *record, const char *actor,
                                      const char *name, struct egov_slice value,
                                      struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	uint8_t digest[32];
	enum egov_status rc = egov__sm3(&value, 1, digest, err);

	if (rc == EGOV_OK)
		rc = egov__store_meta_put(record->store, name, value, err);
	if (rc == EGOV_OK) {
		egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
		rc = egov__record_append(record, EGOV__KIND_SETTING, actor, name, body, EGOV__NO_SLICE,
		                         err);
	}
	egov__body_free(body);
	return rc;
}

enum egov_status egov__record_private(struct egov_record *record, struct egov__body *body,
                                      struct egov_slice text, uint8_t salt[32],
                                      struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__random_take(&record->salts, salt, 32, err);

	if (rc == EGOV_OK)
		rc = egov__entry_commitment(salt, text, digest, err);
	if (rc == EGOV_OK)
		egov__body_hex_add(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest));
	return rc;
}

/* --- serial numbers --- */

/* The second bit set keeps the INTEGER positive and of full length (RFC 5280,
 * 4.1.2.2: at most 20 octets); 80 random bits follow the counter. */
enum egov_status egov__record_reserve_serial(struct egov_record *record,
                                             uint8_t serial[EGOV__SERIAL], struct egov_error *err)
{
	const uint64_t first = (uint64_t)1 << 46;
	uint64_t count = 0;
	uint8_t made[EGOV__SERIAL];
	enum egov_status rc = egov__store_counter_next(record->store, EGOV__COUNTER_SERIAL, &count,
	                                               err);

	if (rc != EGOV_OK)
		return rc;
	if (count >= first)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "serial numbers of this CA are used up");
	for (unsigned i = 0; i < 6; i++)
		made[i] = (uint8_t)((first | count) >> (40 - 8 * i));
	rc = egov__random(made + 6, sizeof(made) - 6, err);
	if (rc == EGOV_OK)
		memcpy(serial, made, sizeof(made));
	return rc;
}
