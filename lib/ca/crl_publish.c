/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/crl_checks.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "publish/publish.h"
#include "verify/verify.h"

#define SERVED_FILE "crl/ca.crl"
#define LOCK_FILE "crl.lock"

/* Everything that one publication opens; one runs at a time. */
struct publication {
	struct egov_home *home;
	const char *actor;
	int lock;
	char *web_root;
	struct egov_cert *ca;
	struct egov_crl *last;          /* the last list that we signed; NULL: none */
	uint64_t last_number;
	bool last_served;               /* recorded as published, and the file is still it */
	struct egov_signer *signer, *journal;
	struct egov__listed_set set;
	uint64_t number;
	egov_time this_update, next_update;
	struct egov_recorded *recorded;
};

static struct egov_store *store_of(const struct publication *p)
{
	return egov__record_store(egov__home_record(p->home));
}

static void publication_clear(struct publication *p)
{
	egov__recorded_free(p->recorded);
	egov__listed_clear(&p->set);
	egov_signer_close(p->journal);
	egov_signer_close(p->signer);
	egov_crl_free(p->last);
	egov_cert_free(p->ca);
	free(p->web_root);
	egov__home_unlock(p->lock);
}

static enum egov_status load_last(struct publication *p, struct egov_error *err)
{
	struct egov__crl_row row;
	bool found = false;
	enum egov_status rc = egov__store_crl_last(store_of(p), &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	p->last_number = row.number;
	p->last_served = row.published;
	return egov_crl_decode(row.der, &p->last, err);
}

/* Whether the bytes are a list that this CA signed; its number, at most UINT64_MAX. */
static bool is_ours(const struct publication *p, struct egov_slice bytes, uint64_t *number)
{
	struct egov_crl *served = NULL;
	struct egov__ext ext;
	struct egov_slice contents = EGOV__NO_SLICE;
	uint64_t value = 0;
	bool ours = egov_crl_decode(bytes, &served, NULL) == EGOV_OK
	            && egov__slice_equal(egov_crl_issuer(served), egov_cert_subject(p->ca))
	            && egov__verify_crl_signature(served, p->ca,
	                                          egov__slice_text(EGOV__SM2_DEFAULT_ID), NULL)
	                       == EGOV_OK
	            && egov__crl_ext(served, EGOV__OID_CRL_NUMBER, &ext)
	            && egov__ext_number(ext.value, &contents, NULL) == EGOV_OK;

	for (size_t i = 0; ours && i < contents.size; i++)
		value = value >> 56 != 0 ? UINT64_MAX : value << 8 | contents.data[i];
	*number = value;
	egov_crl_free(served);
	return ours;
}

/* A list of ours under a higher number than the ledger knows: the ledger is older
 * than what was published, and would bring the revoked back.  Whatever else lies
 * there instead of the last list is replaced by it. */
static enum egov_status judge_served(struct publication *p, const char *path,
                                     struct egov_slice bytes, struct egov_error *err)
{
	uint64_t number = 0;

	if (p->last != NULL && egov__slice_equal(bytes, egov_crl_der(p->last)))
		return EGOV_OK;
	p->last_served = false;
	if (!is_ours(p, bytes, &number) || number <= p->last_number)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.2.3",
	                      "%s has number %" PRIu64 ", the ledger's last is %" PRIu64
	                      ": the ledger is older than what was published",
	                      path, number, p->last_number);
}

static enum egov_status check_served(struct publication *p, struct egov_error *err)
{
	char *path = egov__path_join(p->web_root, SERVED_FILE);
	struct egov_buf *bytes = NULL;
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		p->last_served = false;
		rc = EGOV_OK;
	} else {
		rc = egov__file_read_regular(path, EGOV__MAX_CRL, &bytes, err);
		if (rc == EGOV_OK)
			rc = judge_served(p, path, egov_buf_slice(bytes), err);
	}
	egov_buf_free(bytes);
	free(path);
	return rc;
}

/* Numbers of intents that killed runs left; the numbers are never used again. */
struct leftovers {
	uint64_t ids[64];
	size_t count;
};

static enum egov_status note_leftover(void *user, const struct egov__intent_row *row,
                                      struct egov_error *err)
{
	struct leftovers *left = user;

	(void)err;
	if (row->kind == EGOV_OBJECT_CRL && left->count < 64)
		left->ids[left->count++] = row->id;
	return EGOV_OK;
}

/* The lock is ours, so an open intent of a list belongs to a run that is gone. */
static enum egov_status close_leftovers(struct publication *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	struct leftovers left = { .count = 0 };
	enum egov_status rc = egov__store_intent_walk(store_of(p), EGOV__INTENT_OPEN, note_leftover,
	                                              &left, err);

	if (rc != EGOV_OK || left.count == 0)
		return rc;
	rc = egov__record_begin(record, egov_home_now(p->home), err);
	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; rc == EGOV_OK && i < left.count; i++)
		rc = egov__record_close_intent(record, left.ids[i], p->actor,
		                               "the run that made it ended before its result", err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* File first, then the ledger's word that it is served. */
static enum egov_status serve(struct publication *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__publish_crl(p->recorded, p->web_root, err);

	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(p->home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__record_published(record, p->recorded, p->actor, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* The last list, where a run ended before it was served, or where it no longer is. */
static enum egov_status serve_last(struct publication *p, struct egov_error *err)
{
	enum egov_status rc;

	if (p->last == NULL || p->last_served)
		return EGOV_OK;
	rc = egov__record_crl(egov__home_record(p->home), p->last_number, &p->recorded, err);
	if (rc == EGOV_OK)
		rc = serve(p, err);
	egov__recorded_free(p->recorded);
	p->recorded = NULL;
	return rc;
}

/* A run that waited for the lock may have read the clock before the one that had
 * it; a clock set back by more than that is the journal's to refuse. */
static egov_time this_update(const struct publication *p)
{
	const egov_time now = egov_home_now(p->home);
	const egov_time last = p->last == NULL ? now : egov_crl_this_update(p->last);

	return now < last ? last : now;
}

static enum egov_status prepare(struct publication *p, struct egov_error *err)
{
	enum egov_status rc = egov__home_lock(p->home, LOCK_FILE, &p->lock, err);

	if (rc == EGOV_OK && (p->web_root = egov__web_root(p->home)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = egov__home_certificate(p->home, &p->ca, err);
	if (rc == EGOV_OK)
		rc = load_last(p, err);
	if (rc == EGOV_OK)
		p->this_update = this_update(p);
	if (rc == EGOV_OK)
		rc = check_served(p, err);
	if (rc == EGOV_OK)
		rc = close_leftovers(p, err);
	if (rc == EGOV_OK)
		rc = serve_last(p, err);
	return rc;
}

/* Due: no list yet, a period has passed since the last, or it is stale. */
static enum egov_status is_due(const struct publication *p, bool *due, struct egov_error *err)
{
	egov_time next;
	enum egov_status rc;

	*due = true;
	if (p->last == NULL)
		return EGOV_OK;
	rc = egov_time_add(egov_crl_this_update(p->last), egov__home_conf(p->home)->crl_period,
	                   &next, err);
	*due = egov_home_now(p->home) >= next
	       || egov_home_now(p->home) >= egov_crl_next_update(p->last);
	return rc;
}

static enum egov_status next_entry(void *user, struct egov__crl_entry *entry,
                                   struct egov_error *err)
{
	struct egov__listed_set *set = user;
	const struct egov__listed *item = &set->items[set->at];

	if (set->at == set->count)
		return egov_error_set(err, EGOV_E_CORRUPT, NULL, "the revoked set ended early");
	*entry = (struct egov__crl_entry){ .serial = { item->serial, item->size },
		                           .revoked_at = item->revoked_at,
		                           .reason = item->reason,
		                           .invalidity_date = item->invalidity_date };
	set->at++;
	return EGOV_OK;
}

static enum egov_status check_made(const struct publication *p, const struct egov_tbs *tbs,
                                   struct egov_error *err)
{
	struct egov__crl_fields made;
	struct egov__crl_case c = { .home = p->home,
		                    .ca = p->ca,
		                    .made = &made,
		                    .last = p->last,
		                    .set = &p->set,
		                    .number = p->number,
		                    .last_number = p->last_number };
	enum egov_status rc = egov__crl_tbs_decode(egov__tbs_der(tbs), &made, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_count(store_of(p), &c.count, err);
	return rc != EGOV_OK ? rc : egov__crl_checks(&c, err);
}

static enum egov_status clear_made(const struct publication *p, const struct egov__issuer *issuer,
                                   struct egov_tbs *tbs, struct egov_cleared **out,
                                   struct egov_error *err)
{
	struct egov__lint_context context = { .issuer_name = issuer->name,
		                              .issuer_key_id = issuer->key_id,
		                              .crl_uri = issuer->crl_uri,
		                              .now = p->this_update,
		                              .issuer_not_after = egov_cert_not_after(p->ca) };
	enum egov_status rc =
		egov_time_add(p->this_update, egov__home_conf(p->home)->crl_maximum,
	                      &context.max_next_update, err);

	return rc != EGOV_OK ? rc : egov__lint_clear(tbs, &context, NULL, out, err);
}

static enum egov_status approve(const struct publication *p, const struct egov_cleared *cleared,
                                struct egov_error *err)
{
	const struct egov_slice tbs = egov__tbs_der(egov__cleared_tbs(cleared));
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	uint8_t digest[EGOV__SM3_SIZE];
	char subject[32];
	enum egov_status rc = egov__sm3(&tbs, 1, digest, err);

	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, p->number);
	egov__fact_hex_add(&facts, EGOV__KEY_TBS_SM3, EGOV__SLICE(digest));
	if (rc == EGOV_OK)
		rc = egov__approve(p->home, EGOV__ACT_CRL, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

/* Inside transaction 1: number, bytes, checks, lint, intent. */
static enum egov_status intend_inside(struct publication *p, struct egov_intent **out,
                                      struct egov_error *err)
{
	struct egov__issuer issuer;
	struct egov__crl_plan plan = { .issuer = &issuer,
		                       .this_update = p->this_update,
		                       .next = next_entry,
		                       .user = &p->set };
	struct egov__intent_facts facts = { .actor = p->actor,
		                            .key = egov_cert_public_key(p->ca) };
	struct egov_tbs *tbs = NULL;
	struct egov_cleared *cleared = NULL;
	enum egov_status rc =
		egov__store_counter_next(store_of(p), EGOV__COUNTER_CRL, &p->number, err);

	if (rc == EGOV_OK)
		rc = egov__home_issuer(p->home, p->ca, &issuer, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(plan.this_update, egov__home_conf(p->home)->crl_validity,
		                   &p->next_update, err);
	if (rc == EGOV_OK)
		rc = egov__listed_load(store_of(p), &p->set, err);
	if (rc == EGOV_OK) {
		plan.number = p->number;
		plan.next_update = p->next_update;
		plan.count = p->set.count;
		rc = egov__crl_build(&plan, &tbs, err);
	}
	if (rc == EGOV_OK)
		rc = check_made(p, tbs, err);
	if (rc == EGOV_OK) {
		rc = clear_made(p, &issuer, tbs, &cleared, err);
		if (rc == EGOV_OK)
			tbs = NULL;
	}
	if (rc == EGOV_OK)
		rc = approve(p, cleared, err);
	if (rc == EGOV_OK) {
		facts.crl_number = p->number;
		facts.crl_entries = p->set.count;
		rc = egov__record_intent(egov__home_record(p->home), cleared, &facts, out, err);
		if (rc == EGOV_OK)
			cleared = NULL;
	}
	egov__cleared_free(cleared);
	egov__tbs_free(tbs);
	return rc;
}

static enum egov_status intend(struct publication *p, struct egov_intent **out,
                               struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	struct egov_intent *intent = NULL;
	enum egov_status rc = egov__record_begin(record, egov_home_now(p->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = intend_inside(p, &intent, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK) {
		*out = intent;
		return EGOV_OK;
	}
	egov__record_rollback(record);
	egov__intent_free(intent);
	return rc;
}

static enum egov_status publish(struct publication *p, struct egov_report *report,
                                struct egov_error *err)
{
	struct egov_intent *intent = NULL;
	enum egov_status rc = egov__home_signer(p->home, EGOV_KEY_CA, &p->signer, err);

	if (rc == EGOV_OK)
		rc = egov__home_signer(p->home, EGOV_KEY_JOURNAL, &p->journal, err);
	if (rc == EGOV_OK)
		rc = intend(p, &intent, err);
	if (rc == EGOV_OK)
		rc = egov__issuing_finish(p->home, p->signer, intent, NULL, &p->recorded, err);
	if (rc == EGOV_OK)
		rc = serve(p, err);
	if (rc == EGOV_OK)
		rc = egov__record_checkpoint(egov__home_record(p->home), p->journal,
		                             egov_home_now(p->home), err);
	egov__intent_free(intent);
	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "published", "yes");
	egov__report_add(report, "number", "%" PRIu64, p->number);
	egov__report_add(report, "entries", "%zu", p->set.count);
	egov__report_time(report, "this-update", p->this_update);
	egov__report_time(report, "next-update", p->next_update);
	return egov__report_check(report, err);
}

enum egov_status egov_crl_publish(struct egov_home *home, const char *actor, int if_due,
                                  struct egov_report *report, struct egov_error *err)
{
	struct publication p = { .home = home, .actor = actor, .lock = -1 };
	bool due = true;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_CRL, actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = prepare(&p, err);
	if (rc == EGOV_OK && if_due)
		rc = is_due(&p, &due, err);
	if (rc == EGOV_OK && due)
		rc = publish(&p, report, err);
	if (rc == EGOV_OK && !due) {
		egov__report_add(report, "published", "no");
		egov__report_add(report, "number", "%" PRIu64, p.last_number);
		egov__report_time(report, "next-update", egov_crl_next_update(p.last));
		rc = egov__report_check(report, err);
	}
	rc = egov__refuse(home, actor, "", EGOV__ACT_CRL, rc, err);
	publication_clear(&p);
	return rc;
}
