/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/crl_checks.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"
#include "publish/publish.h"
#include "record/clock.h"
#include "verify/verify.h"

/* What the lists of a run share; one run at a time. */
struct run {
	struct egov_home *home;
	const char *actor;
	int lock;
	char *web_root;
	struct egov__generation_row keys[EGOV__GENERATIONS];    /* that have a certificate */
	size_t count;
	bool several;                   /* generations of the CA's key, those without included */
	struct egov_signer *journal;
};

/* Everything that the publication of one list opens: the list of one generation of
 * the CA's key. */
struct publication {
	struct run *run;
	struct egov_home *home;
	const char *actor, *web_root;
	const struct egov__generation_row *key;
	uint64_t only;                  /* the generation where there are several, else 0 */
	char file[32];                  /* in the web root */
	struct egov_cert *ca;
	struct egov_crl *last;          /* the last list that we signed; NULL: none */
	uint64_t last_number;
	bool clock_set_back;            /* since the last list, whose time was wrong then */
	bool last_served;               /* recorded as published, and the file is still it */
	struct egov_signer *signer;
	uint64_t number, count;
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
	egov_signer_close(p->signer);
	egov_crl_free(p->last);
	egov_cert_free(p->ca);
}

static enum egov_status load_last(struct publication *p, struct egov_error *err)
{
	struct egov__crl_row row;
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc = egov__store_crl_last(store_of(p), p->key->number, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	p->last_number = row.number;
	p->last_served = row.published;
	rc = egov_crl_decode(row.der, &p->last, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_get(store_of(p), row.intent, &intent, &found, err);
	if (rc == EGOV_OK && found)
		rc = egov__clock_set_back(store_of(p), intent.position, UINT64_MAX,
		                          &p->clock_set_back, err);
	return rc;
}

/* Whether the bytes are a list that this key signed; its number, at most UINT64_MAX. */
static bool is_ours(const struct publication *p, struct egov_slice bytes, uint64_t *number)
{
	struct egov_crl *served = NULL;
	enum egov_status rc = egov_crl_decode(bytes, &served, NULL);

	if (rc == EGOV_OK && !egov__slice_equal(egov_crl_issuer(served), egov_cert_subject(p->ca)))
		rc = EGOV_E_UNTRUSTED;
	if (rc == EGOV_OK)
		rc = egov__verify_crl_signature(served, p->ca,
		                                egov__slice_text(EGOV__SM2_DEFAULT_ID), NULL);
	if (rc == EGOV_OK)
		rc = egov__crl_number(egov__crl_fields(served)->extensions, number, NULL);
	if (rc == EGOV_E_LIMIT)
		*number = UINT64_MAX;
	egov_crl_free(served);
	return rc == EGOV_OK || rc == EGOV_E_LIMIT;
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
	char *path = egov__path_join(p->web_root, p->file);
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
static enum egov_status close_leftovers(const struct run *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	struct leftovers left = { .count = 0 };
	enum egov_status rc = egov__store_intent_walk(egov__record_store(record), EGOV__INTENT_OPEN,
	                                              note_leftover, &left, err);

	if (rc != EGOV_OK || left.count == 0)
		return rc;
	rc = egov__record_begin(record, egov_home_now(r->home), err);
	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; rc == EGOV_OK && i < left.count; i++)
		rc = egov__record_close_intent(record, left.ids[i], r->actor,
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
	char name[EGOV__FILE_NAME];
	enum egov_status rc;

	egov__home_file_name(p->key->number, name);
	rc = egov__publish_crl(p->recorded, name, p->web_root, err);

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

	return now < last && !p->clock_set_back ? last : now;
}

static enum egov_status prepare(struct publication *p, struct egov_error *err)
{
	char name[EGOV__FILE_NAME];
	enum egov_status rc = egov__home_ca_certificate(p->home, p->key->number, &p->ca, err);

	egov__home_file_name(p->key->number, name);
	(void)snprintf(p->file, sizeof(p->file), "crl/%s.crl", name);
	if (rc == EGOV_OK)
		rc = load_last(p, err);
	if (rc == EGOV_OK)
		p->this_update = this_update(p);
	if (rc == EGOV_OK)
		rc = check_served(p, err);
	if (rc == EGOV_OK)
		rc = serve_last(p, err);
	return rc;
}

/* The list of a retired key goes on until one lies after the end of all that it
 * lists (RFC 5280, 3.3); none that a wrong clock dated counts. */
static bool is_over(const struct publication *p)
{
	return p->key->state == EGOV__GENERATION_RETIRED
	       && (p->key->last_end == EGOV_TIME_NONE
	           || (p->last != NULL && !p->clock_set_back
	               && egov_crl_this_update(p->last) > p->key->last_end));
}

/* Due: no list yet, a period has passed since the last, it is stale, or dated wrongly. */
static enum egov_status is_due(const struct publication *p, bool *due, struct egov_error *err)
{
	egov_time next;
	enum egov_status rc;

	*due = true;
	if (p->last == NULL || p->clock_set_back)
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
	struct egov__revoked_row row;
	bool found = false;
	enum egov_status rc = egov__store_revoked_next(user, &row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "the revoked set ended early");
	if (rc == EGOV_OK)
		*entry = (struct egov__crl_entry){ .serial = row.serial,
			                           .revoked_at = row.revoked_at,
			                           .reason = row.reason == 0 ? -1 : row.reason,
			                           .invalidity_date = row.invalidity_date };
	return rc;
}

static enum egov_status check_made(const struct publication *p, const struct egov_tbs *tbs,
                                   struct egov_error *err)
{
	struct egov__crl_fields made;
	struct egov__crl_case c = { .home = p->home,
		                    .ca = p->ca,
		                    .made = &made,
		                    .last = p->last,
		                    .generation = p->only,
		                    .number = p->number,
		                    .clock_set_back = p->clock_set_back,
		                    .last_number = p->last_number };
	enum egov_status rc = egov__crl_tbs_decode(egov__tbs_der(tbs), &made, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_count(store_of(p), p->only, &c.count, err);
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

/* Lists of several generations share the issuer's name: each says which certificates
 * are its own (RFC 5280, 5.2.5). */
static enum egov_status build(struct publication *p, const struct egov__issuer *issuer,
                              struct egov_tbs **out, struct egov_error *err)
{
	struct egov__crl_plan plan = { .issuer = issuer,
		                       .number = p->number,
		                       .this_update = p->this_update,
		                       .next_update = p->next_update,
		                       .idp_uri = p->only == 0 ? NULL : issuer->crl_uri,
		                       .next = next_entry };
	struct egov__revoked_cursor *cursor = NULL;
	enum egov_status rc = egov__store_revoked_count(store_of(p), p->only, &p->count, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_open(store_of(p), p->only, &cursor, err);
	plan.count = p->count;
	plan.user = cursor;
	if (rc == EGOV_OK)
		rc = egov__crl_build(&plan, out, err);
	egov__store_revoked_close(cursor);
	return rc;
}

/* Inside transaction 1: number, bytes, checks, lint, intent. */
static enum egov_status intend_inside(struct publication *p, struct egov_intent **out,
                                      struct egov_error *err)
{
	struct egov__issuer issuer;
	struct egov__intent_facts facts = { .actor = p->actor,
		                            .key = egov_cert_public_key(p->ca) };
	struct egov_tbs *tbs = NULL;
	struct egov_cleared *cleared = NULL;
	enum egov_status rc =
		egov__store_counter_next(store_of(p), EGOV__COUNTER_CRL, &p->number, err);

	if (rc == EGOV_OK)
		rc = egov__home_issuer(p->home, p->ca, &issuer, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(p->this_update, egov__home_conf(p->home)->crl_validity,
		                   &p->next_update, err);
	if (rc == EGOV_OK)
		rc = build(p, &issuer, &tbs, err);
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
		facts.crl_entries = p->count;
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
	enum egov_status rc = egov__home_ca_signer(p->home, p->key->number, &p->signer, err);

	if (rc == EGOV_OK && p->run->journal == NULL)
		rc = egov__home_signer(p->home, EGOV_KEY_JOURNAL, &p->run->journal, err);
	if (rc == EGOV_OK)
		rc = intend(p, &intent, err);
	if (rc == EGOV_OK)
		rc = egov__issuing_finish(p->home, p->signer, intent, NULL, &p->recorded, err);
	if (rc == EGOV_OK)
		rc = serve(p, err);
	egov__intent_free(intent);
	if (rc != EGOV_OK)
		return rc;
	egov__report_add(report, "published", "yes");
	egov__report_add(report, "number", "%" PRIu64, p->number);
	egov__report_add(report, "entries", "%" PRIu64, p->count);
	egov__report_time(report, "this-update", p->this_update);
	egov__report_time(report, "next-update", p->next_update);
	return egov__report_check(report, err);
}

static enum egov_status report_fresh(const struct publication *p, struct egov_report *report,
                                     struct egov_error *err)
{
	egov__report_add(report, "published", "no");
	egov__report_add(report, "number", "%" PRIu64, p->last_number);
	if (p->last != NULL)
		egov__report_time(report, "next-update", egov_crl_next_update(p->last));
	return egov__report_check(report, err);
}

/* The list of one key; *made tells whether there is a new one. */
static enum egov_status publish_one(struct run *r, size_t i, bool if_due, bool *made,
                                    struct egov_report *report, struct egov_error *err)
{
	struct publication p = { .run = r,
		                 .home = r->home,
		                 .actor = r->actor,
		                 .web_root = r->web_root,
		                 .key = &r->keys[i],
		                 .only = r->several ? r->keys[i].number : 0 };
	bool due = true;
	enum egov_status rc = prepare(&p, err);

	if (rc == EGOV_OK && if_due)
		rc = is_due(&p, &due, err);
	due = due && !is_over(&p);
	if (rc == EGOV_OK && r->several) {
		egov__report_record(report);
		egov__report_add(report, "generation", "%" PRIu64, p.key->number);
	}
	if (rc == EGOV_OK)
		rc = due ? publish(&p, report, err) : report_fresh(&p, report, err);
	*made |= rc == EGOV_OK && due;
	publication_clear(&p);
	return r->several ? egov_error_prefix(err, rc, egov__text("generation %" PRIu64),
	                                      r->keys[i].number)
	                  : rc;
}

/* --- the lists of a run --- */

static enum egov_status note_key(void *user, const struct egov__generation_row *row,
                                 struct egov_error *err)
{
	struct run *r = user;

	(void)err;
	r->several = row->number > 1;
	if (row->state != EGOV__GENERATION_PENDING)
		r->keys[r->count++] = *row;
	return EGOV_OK;
}

static enum egov_status start(struct run *r, struct egov_error *err)
{
	struct egov_cert *active = NULL;
	enum egov_status rc = egov__home_lock(r->home, EGOV__CRL_LOCK, &r->lock, err);

	if (rc == EGOV_OK && (r->web_root = egov__web_root(r->home)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = egov__store_generation_walk(egov__record_store(egov__home_record(r->home)),
		                                 note_key, r, err);
	if (rc == EGOV_OK && r->count == 0)
		rc = egov__home_certificate(r->home, &active, err);
	egov_cert_free(active);
	return rc == EGOV_OK ? close_leftovers(r, err) : rc;
}

static bool signs_lists(const struct egov__generation_row *key)
{
	return key->state == EGOV__GENERATION_ACTIVE || key->state == EGOV__GENERATION_RETIRED;
}

/* A list that fails holds no other one up; the first failure is the run's. */
static enum egov_status publish_all(struct run *r, bool if_due, struct egov_report *report,
                                    struct egov_error *err)
{
	enum egov_status first = EGOV_OK, rc;
	bool made = false;

	for (size_t i = 0; i < r->count; i++) {
		if (!signs_lists(&r->keys[i]))
			continue;
		rc = publish_one(r, i, if_due, &made, report, first == EGOV_OK ? err : NULL);
		if (first == EGOV_OK)
			first = rc;
	}
	if (!made)
		return first;
	rc = egov__record_checkpoint(egov__home_record(r->home), r->journal,
	                             egov_home_now(r->home), first == EGOV_OK ? err : NULL);
	return first == EGOV_OK ? rc : first;
}

enum egov_status egov_crl_publish(struct egov_home *home, const char *actor, int if_due,
                                  struct egov_report *report, struct egov_error *err)
{
	struct run r = { .home = home, .actor = actor, .lock = -1 };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_CRL, actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = start(&r, err);
	if (rc == EGOV_OK)
		rc = publish_all(&r, if_due, report, err);
	rc = egov__refuse(home, actor, "", EGOV__ACT_CRL, rc, err);
	egov_signer_close(r.journal);
	free(r.web_root);
	egov__home_unlock(r.lock);
	return rc;
}
