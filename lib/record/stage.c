/* SPDX-License-Identifier: Apache-2.0 */
#include "record/stage_door.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crl/part.h"
#include "crypto/sm3.h"
#include "record/generation.h"
#include "record/list.h"
#include "record/result.h"
#include "x509/tbs_build.h"

struct egov_intent {
	struct egov__stage stage;
	uint64_t id;
	uint8_t key_digest[32];
	bool spent;
	struct egov_cleared *cleared;   /* either this */
	struct egov_tbs *tbs;           /* or this, of an earlier run */
};

/* --- durability --- */

void egov__stage_end(struct egov__stage *stage)
{
	if (stage->link == NULL)
		return;
	*stage->link = stage->next;
	if (stage->next != NULL)
		stage->next->link = stage->link;
	stage->next = NULL;
	stage->link = NULL;
}

void egov__stage_begin(struct egov_record *record, struct egov__stage *stage)
{
	*stage = (struct egov__stage){ .durability = EGOV__STAGE_DURABLE };
	if (!egov__store_in_transaction(record->store))
		return;
	stage->durability = EGOV__STAGE_PENDING;
	stage->next = record->pending;
	stage->link = &record->pending;
	if (stage->next != NULL)
		stage->next->link = &stage->next;
	record->pending = stage;
}

/* --- an intent's own --- */

void egov__intent_free(struct egov_intent *intent)
{
	if (intent == NULL)
		return;
	egov__stage_end(&intent->stage);
	egov__cleared_free(intent->cleared);
	egov__tbs_free(intent->tbs);
	free(intent);
}

const struct egov_tbs *egov__intent_tbs(const struct egov_intent *intent)
{
	return intent->cleared != NULL ? egov__cleared_tbs(intent->cleared) : intent->tbs;
}

bool egov__intent_is_earlier(const struct egov_intent *intent)
{
	return intent->cleared == NULL;
}

uint64_t egov__intent_id(const struct egov_intent *intent)
{
	return intent->id;
}

const uint8_t *egov__intent_key_digest(const struct egov_intent *intent)
{
	return intent->key_digest;
}

const uint8_t *egov__intent_seen(const struct egov_intent *intent)
{
	const struct egov__cleared_facts *const list =
		intent->cleared == NULL ? NULL : egov__cleared_facts(intent->cleared);

	return list == NULL ? NULL : list->seen;
}

enum egov_status egov__intent_spend(struct egov_intent *intent, struct egov_error *err)
{
	if (intent->stage.durability != EGOV__STAGE_DURABLE)
		return egov_error_set(err, EGOV_E_USAGE, NULL,
		                      "intent %" PRIu64 " is not on disk: it signs nothing", intent->id);
	if (intent->spent)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "intent %" PRIu64 " has signed already",
		                      intent->id);
	intent->spent = true;
	return EGOV_OK;
}

bool egov__intent_is_spent(const struct egov_intent *intent)
{
	return intent->spent;
}

/* --- recording one --- */

void egov__record_subject(const struct egov__intent_row *row, struct egov_buf *out)
{
	if (row->kind == EGOV_OBJECT_CERTIFICATE)
		egov__buf_hex(out, row->serial);
	else if (row->kind == EGOV_OBJECT_CRL)
		egov__buf_printf(out, "crl-%" PRIu64, row->crl_number);
	else
		egov__buf_printf(out, "request-%" PRIu64, row->id);
}

/* The bytes say for themselves which serial or number they use up, and which list they
 * name or are; those of a list do not go into the row. */
static enum egov_status identify(const struct egov_cleared *cleared, struct egov__intent_row *row,
                                 struct egov_error *err)
{
	const struct egov_tbs *const tbs = egov__cleared_tbs(cleared);
	const struct egov__cleared_facts *const list = egov__cleared_facts(cleared);
	struct egov__cert_fields cert;
	enum egov_status rc = EGOV_OK;

	row->kind = (int)egov__tbs_kind(tbs);
	row->algorithm = egov__tbs_signature_algorithm(tbs);
	if (list != NULL) {
		row->crl_number = list->number;
		row->base = list->base;
		row->part = list->part;
		memcpy(row->tbs_digest, list->digest, sizeof(row->tbs_digest));
		return EGOV_OK;
	}
	row->tbs = egov__tbs_der(tbs);
	if (row->kind == EGOV_OBJECT_CERTIFICATE) {
		rc = egov__cert_tbs_decode(row->tbs, &cert, err);
		if (rc == EGOV_OK)
			rc = egov__part_of_cert(cert.extensions, &row->part, err);
		if (rc == EGOV_OK)
			row->serial = cert.serial;
	}
	return rc != EGOV_OK ? rc : egov__sm3(&row->tbs, 1, row->tbs_digest, err);
}

static enum egov_status check_facts(const struct egov__intent_row *row,
                                    const struct egov__intent_facts *facts, struct egov_error *err)
{
	if (egov__slice_equal(row->serial, facts->serial) && row->crl_number == facts->crl_number)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_USAGE, NULL,
	                      "intent: the bytes to be signed have another serial or number than was "
	                      "reserved");
}

static enum egov_status journal_intent(struct egov_record *record,
                                       const struct egov__intent_row *row, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;
	enum egov_status rc;

	egov__intent_body(row, body);
	egov__record_subject(row, &subject);
	text = egov__buf_string(&subject);
	rc = text == NULL ? egov_error_nomem(err)
	                  : egov__record_append(record, EGOV__KIND_INTENT, row->actor, text, body,
	                                        EGOV__NO_SLICE, err);
	egov__buf_clear(&subject);
	egov__body_free(body);
	return rc;
}

static const char *text_or_none(const char *text)
{
	return text == NULL ? "" : text;
}

enum egov_status egov__record_intent(struct egov_record *record, struct egov_cleared *cleared,
                                     const struct egov__intent_facts *facts,
                                     struct egov_intent **out, struct egov_error *err)
{
	struct egov__intent_row row = { .state = EGOV__INTENT_OPEN, .time = record->now,
		                        .profile = text_or_none(facts->profile),
		                        .application = text_or_none(facts->application),
		                        .actor = text_or_none(facts->actor),
		                        .cps_version = text_or_none(facts->cps_version) };
	struct egov_intent *intent = calloc(1, sizeof(*intent));
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK && intent == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = identify(cleared, &row, err);
	if (rc == EGOV_OK)
		rc = check_facts(&row, facts, err);
	if (rc == EGOV_OK)
		rc = egov__generation_intend(record, facts->key, row.kind, *row.application == 0, err);
	if (rc != EGOV_OK)
		goto out;
	row.generation = record->signing.number;
	memcpy(intent->key_digest, record->signing.key_digest, sizeof(intent->key_digest));
	if (facts->proofs_digest != NULL)
		memcpy(row.proofs_digest, facts->proofs_digest, sizeof(row.proofs_digest));
	if (facts->request.size > 0)
		rc = egov__sm3(&facts->request, 1, row.request_digest, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_add(record->store, &row, &row.id, err);
	if (rc == EGOV_OK && row.kind == EGOV_OBJECT_CRL)
		rc = egov__list_keep(record, egov__cleared_tbs(cleared), row.crl_number, err);
	if (rc == EGOV_OK && row.part != EGOV__PART_ALL && row.kind == EGOV_OBJECT_CERTIFICATE)
		rc = egov__store_crl_part_add(record->store, row.generation, row.part, err);
	if (rc == EGOV_OK)
		rc = journal_intent(record, &row, err);
	if (rc != EGOV_OK)
		goto out;
	intent->id = row.id;
	intent->cleared = cleared;
	egov__stage_begin(record, &intent->stage);
	*out = intent;
	intent = NULL;
out:
	free(intent);
	return rc;
}

/* --- intents of earlier runs --- */

static enum egov_status open_intent(struct egov_record *record, uint64_t id,
                                    struct egov__intent_row *row, struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_intent_get(record->store, id, row, &found, err);

	if (rc == EGOV_OK && (!found || row->state != EGOV__INTENT_OPEN))
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "there is no open intent %" PRIu64, id);
	return rc;
}

struct entry_search {
	const struct egov__intent_row *row;
	bool found;
};

static enum egov_status is_its_entry(void *user, const struct egov__journal_row *entry,
                                     struct egov_error *err)
{
	struct entry_search *search = user;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (entry->seq != search->row->position || strcmp(entry->kind, EGOV__KIND_INTENT) != 0)
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		search->found = egov__body_has_hex(body, EGOV__KEY_TBS_SM3,
		                                   EGOV__SLICE(search->row->tbs_digest));
	egov__body_free(body);
	return rc;
}

/* The key that signs it again is the one that it was made for. */
static enum egov_status find_key(struct egov_record *record, uint64_t generation,
                                 uint8_t digest[32], struct egov_error *err)
{
	struct egov__generation_row row;
	bool found = false;
	enum egov_status rc =
		egov__store_generation_get(record->store, generation, &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "the CA's key has no generation %" PRIu64, generation);
	if (rc == EGOV_OK)
		memcpy(digest, row.key_digest, sizeof(row.key_digest));
	return rc;
}

/* What is signed again is what was cleared: the journal has its digest. */
static enum egov_status check_bytes(struct egov_record *record, const struct egov__intent_row *row,
                                    struct egov_error *err)
{
	struct entry_search search = { .row = row };
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *text;
	uint8_t digest[32];
	enum egov_status rc = egov__intent_digest(record->store, row, digest, err);

	if (rc != EGOV_OK)
		return rc;
	egov__record_subject(row, &subject);
	text = egov__buf_string(&subject);
	rc = text == NULL ? egov_error_nomem(err)
	                  : egov__store_journal_walk(record->store, row->position, text, is_its_entry,
	                                             &search, err);
	egov__buf_clear(&subject);
	if (rc == EGOV_OK && (!search.found || memcmp(digest, row->tbs_digest, 32) != 0))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "intent %" PRIu64 ": its bytes are not those of the journal",
		                    row->id);
	return rc;
}

static enum egov_status restore_tbs(struct egov_record *record, const struct egov__intent_row *row,
                                    struct egov_tbs **out, struct egov_error *err)
{
	const bool null = egov__slice_equal(row->algorithm, egov__algid_sm2_sm3(EGOV__SIGALG_NULL));
	const enum egov__sigalg_params params = null ? EGOV__SIGALG_NULL : EGOV__SIGALG_ABSENT;
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	if (!null && !egov__slice_equal(row->algorithm, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT)))
		return egov_error_set(err, EGOV_E_CORRUPT, NULL,
		                      "intent %" PRIu64 ": its algorithm is not one of ours", row->id);
	if (row->kind == EGOV_OBJECT_CRL)
		return egov__list_restore(record, row->crl_number, params, out, err);
	egov__buf_slice(&der, row->tbs);
	rc = egov__tbs_new((enum egov_object_kind)row->kind, &der, params, out, err);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__record_resume(struct egov_record *record, uint64_t id,
                                     struct egov_intent **out, struct egov_error *err)
{
	struct egov_intent *intent = calloc(1, sizeof(*intent));
	struct egov__intent_row row;
	uint64_t generation = 0;
	enum egov_status rc;

	if (intent == NULL)
		return egov_error_nomem(err);
	rc = open_intent(record, id, &row, err);
	if (rc == EGOV_OK)
		rc = check_bytes(record, &row, err);
	if (rc == EGOV_OK) {
		generation = row.generation;
		rc = restore_tbs(record, &row, &intent->tbs, err);
	}
	if (rc == EGOV_OK)
		rc = find_key(record, generation, intent->key_digest, err);
	if (rc == EGOV_OK) {
		intent->id = id;
		egov__stage_begin(record, &intent->stage);
		*out = intent;
		intent = NULL;
	}
	if (intent != NULL)
		egov__tbs_free(intent->tbs);
	free(intent);
	return rc;
}

enum egov_status egov__record_close_intent(struct egov_record *record, uint64_t id,
                                           const char *actor, const char *reason,
                                           struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__intent_row row;
	const char *text = NULL;
	enum egov_status rc = egov__record_wants_transaction(record, err);

	if (rc == EGOV_OK)
		rc = open_intent(record, id, &row, err);
	if (rc == EGOV_OK) {
		egov__record_subject(&row, &subject);
		text = egov__buf_string(&subject);
		rc = text == NULL ? egov_error_nomem(err)
		                  : egov__store_intent_state(record->store, id,
		                                             EGOV__INTENT_CLOSED, err);
	}
	if (rc == EGOV_OK) {
		egov__body_number_add(body, EGOV__KEY_INTENT, id);
		rc = egov__record_append(record, EGOV__KIND_INTENT_CLOSED, actor, text, body,
		                         egov__slice_text(reason), err);
	}
	egov__buf_clear(&subject);
	egov__body_free(body);
	return rc;
}
