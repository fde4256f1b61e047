/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fileio.h"
#include "ca/crl_checks.h"
#include "ca/crl_deliver.h"
#include "ca/crl_run.h"
#include "ca/issuing.h"
#include "crl/part.h"
#include "crypto/sm2.h"
#include "publish/fetch.h"
#include "publish/publish.h"
#include "record/clock.h"
#include "verify/verify.h"

#define FETCH_SECONDS 30

/* Everything that the publication of one list opens. */
struct publication {
	struct egov__crl_run *run;
	struct egov_home *home;
	const char *actor, *web_root;
	const struct egov__generation_row *key;
	struct egov__crl_scope scope;
	char name[EGOV__LIST_NAME];     /* in the web root */
	struct egov_cert *ca;
	struct egov__pieces *last_list;
	struct egov__crl_text last_text;
	const struct egov__crl_text *last;      /* the last list that we signed; NULL: none */
	uint64_t last_number, last_base;
	bool clock_set_back;            /* since the last list, whose time was wrong then */
	bool was_served;                /* recorded as published */
	bool served_again;              /* the file was gone, or another */
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
	egov__crl_outline_clear(&p->last_text.list);
	egov__pieces_free(p->last_list);
	egov_cert_free(p->ca);
}

static enum egov_status load_last(struct publication *p, struct egov_error *err)
{
	struct egov__crl_row row;
	struct egov__intent_row intent;
	size_t entries = 0;
	bool found = false;
	enum egov_status rc = egov__store_crl_last(store_of(p), &p->scope, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	p->last_number = row.number;
	p->last_base = row.base;
	entries = row.entries;
	p->last_served = p->was_served = row.published;
	rc = egov__store_crl_open(store_of(p), &row, &p->last_list, err);
	if (rc != EGOV_OK)
		return rc;
	p->last_text.source = *egov__pieces_list(p->last_list);
	/* Its entries are read where the next ones are compared with them. */
	rc = egov__crl_leap(&p->last_text.source, &p->last_text.list, err);
	if (rc == EGOV_OK) {
		p->last_text.list.fields.count = entries;
		p->last = &p->last_text;
		rc = egov__store_intent_get(store_of(p), row.intent, &intent, &found, err);
	}
	if (rc == EGOV_OK && found)
		rc = egov__clock_set_back(store_of(p), intent.position, UINT64_MAX,
		                          &p->clock_set_back, err);
	return rc;
}

/* Whether the bytes are a list that this key signed; its number, at most UINT64_MAX.  What
 * cannot be read now may be one. */
static enum egov_status is_ours(const struct publication *p, const struct egov__source *source,
                                uint64_t *number, bool *ours, struct egov_error *err)
{
	struct egov__crl_outline served = { .entries_at = 0 };
	struct egov_error why = { 0 };
	enum egov_status rc = egov__crl_read_signed(source, p->ca,
	                                            egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                                            &served, &why);

	if (rc == EGOV_E_NOMEM || rc == EGOV_E_IO) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	if (rc == EGOV_OK)
		rc = egov__crl_number(served.fields.extensions, number, NULL);
	if (rc == EGOV_E_LIMIT && served.fields.issuer.size > 0)
		*number = UINT64_MAX;
	*ours = served.fields.issuer.size > 0 && (rc == EGOV_OK || rc == EGOV_E_LIMIT);
	egov__crl_outline_clear(&served);
	return EGOV_OK;
}

/* A list of ours under a higher number than the ledger knows: the ledger is older
 * than what was published, and would bring the revoked back.  Whatever else lies
 * there instead of the last list is replaced by it. */
static enum egov_status judge_bytes(struct publication *p, const char *path,
                                    const struct egov__source *bytes, struct egov_error *err)
{
	struct egov__crl_row row = { .number = 0 };
	uint64_t number = 0;
	bool found = false, known = false, ours = false;
	enum egov_status rc = is_ours(p, bytes, &number, &ours, err);

	p->last_served = false;
	if (rc != EGOV_OK || !ours)
		return rc;
	rc = egov__store_crl_last(store_of(p), NULL, &row, &found, err);
	if (rc == EGOV_OK && (!found || number > row.number))
		rc = egov__home_is_reconciled(p->home, number, bytes, &known, err);
	if (rc != EGOV_OK || known || (found && number <= row.number))
		return rc;
	return egov_error_set(err, EGOV_E_CORRUPT, "RFC 5280, 5.2.3",
	                      "%s has number %" PRIu64 ", the ledger's last is %" PRIu64
	                      ": the ledger is older than what was published",
	                      path, number, row.number);
}

static enum egov_status judge_served(struct publication *p, const char *path,
                                     struct egov_error *err)
{
	struct egov__source_file file = { .fd = -1 };
	enum egov_status rc = egov__source_open_regular(path, &file, err);

	if (rc == EGOV_OK)
		rc = judge_bytes(p, path, &file.source, err);
	egov__source_close(&file);
	return rc;
}

/* Whether it is the last list, piece by piece. */
static enum egov_status is_last(const struct publication *p, const char *path, bool *is,
                                struct egov_error *err)
{
	struct egov__source_file file;
	bool regular = false;
	enum egov_status rc;

	*is = false;
	if (p->last == NULL)
		return EGOV_OK;
	rc = egov__source_open(path, &file, &regular, err);
	if (rc != EGOV_OK || !regular)
		return rc;
	rc = egov__source_equal(&file.source, &p->last->source, is, err);
	egov__source_close(&file);
	return rc;
}

static enum egov_status check_served(struct publication *p, struct egov_error *err)
{
	char file[EGOV__LIST_NAME + 16], *path;
	bool served = false;
	enum egov_status rc;

	(void)snprintf(file, sizeof(file), "crl/%s.crl", p->name);
	path = egov__path_join(p->web_root, file);
	if (path == NULL)
		return egov_error_nomem(err);
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		p->last_served = false;
		rc = EGOV_OK;
	} else {
		rc = is_last(p, path, &served, err);
		if (rc == EGOV_OK && !served)
			rc = judge_served(p, path, err);
	}
	free(path);
	return rc;
}

/* File first, then the ledger's word that it is served. */
static enum egov_status serve(struct publication *p, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	enum egov_status rc = egov__crl_lease_check(&p->run->lease, err);

	if (rc == EGOV_OK)
		rc = egov__publish_crl(p->recorded, p->name, p->web_root, egov__home_conf(p->home)->pem,
		                       err);
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

/* What the address in the certificates gives is what was published; the list is served
 * already, and its number used: this tells whoever looks after the web server. */
static enum egov_status check_address(const struct publication *p, struct egov_error *err)
{
	const struct egov__source list = egov__recorded_source(p->recorded);
	struct egov__issuer issuer;
	struct egov__list_urls urls;
	const char *url;
	bool same = false;
	enum egov_status rc = egov__home_issuer(p->home, p->ca, &issuer, err);

	if (rc == EGOV_OK)
		rc = egov__home_point(p->home, p->scope.part, &urls, &issuer, err);
	url = p->scope.base == 0 ? issuer.crl_uri : issuer.freshest_uri;
	if (rc != EGOV_OK || url == NULL)
		return rc;
	/* A MiB takes a second more. */
	rc = egov__fetch_same(url, &list, FETCH_SECONDS + (unsigned)(list.size >> 20), &same, err);
	if (rc == EGOV_OK && !same)
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: gives something else than was published",
		                    url);
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
	p->served_again = rc == EGOV_OK && p->was_served;
	egov__recorded_free(p->recorded);
	p->recorded = NULL;
	return rc;
}

/* A run that waited for the lock may have read the clock before the one that had
 * it; a clock set back by more than that is the journal's to refuse. */
static egov_time this_update(const struct publication *p)
{
	const egov_time now = egov_home_now(p->home);
	const egov_time last = p->last == NULL ? now : p->last->list.fields.this_update;

	return now < last && !p->clock_set_back ? last : now;
}

static enum egov_status prepare(struct publication *p, struct egov_error *err)
{
	enum egov_status rc = egov__home_ca_certificate(p->home, p->key->number, &p->ca, err);

	egov__home_list_name(&p->scope, p->name);
	if (rc == EGOV_OK)
		rc = load_last(p, err);
	if (rc == EGOV_OK)
		p->this_update = this_update(p);
	if (rc == EGOV_OK)
		rc = egov__crl_failed(EGOV__CRL_SOURCE, check_served(p, err), err);
	if (rc == EGOV_OK && !p->run->dry)
		rc = egov__crl_failed(EGOV__CRL_READ_BACK, serve_last(p, err), err);
	return rc;
}

/* The list of a retired key goes on until one lies after the end of all that it
 * lists (RFC 5280, 3.3); none that a wrong clock dated counts. */
static bool is_over(const struct publication *p)
{
	return p->key->state == EGOV__GENERATION_RETIRED
	       && (p->key->last_end == EGOV_TIME_NONE
	           || (p->last != NULL && !p->clock_set_back
	               && p->last->list.fields.this_update > p->key->last_end));
}

/* Due: no list yet, a period has passed since the last, it is stale, or dated wrongly; a
 * delta list also where its base is another now. */
static enum egov_status is_due(const struct publication *p, bool *due, struct egov_error *err)
{
	const struct egov__home_conf *const conf = egov__home_conf(p->home);
	egov_time next;
	enum egov_status rc;

	*due = true;
	if (p->last == NULL || p->clock_set_back || p->last_base != p->scope.base)
		return EGOV_OK;
	rc = egov_time_add(p->last->list.fields.this_update,
	                   p->scope.base == 0 ? conf->crl_period : conf->crl_delta_period, &next,
	                   err);
	*due = egov_home_now(p->home) >= next
	       || egov_home_now(p->home) >= p->last->list.fields.next_update;
	return rc;
}

/* The revoked set, as it is gone through. */
struct listing {
	struct egov__revoked_cursor *cursor;
	uint64_t count;
};

static enum egov_status next_entry(void *user, struct egov__crl_entry *entry,
                                   struct egov_error *err)
{
	struct listing *const listing = user;
	struct egov__listed_row row;
	bool found = false;
	const enum egov_status rc = egov__store_revoked_next(listing->cursor, &row, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	listing->count++;
	entry->serial = row.serial;
	entry->der = row.entry;
	return EGOV_OK;
}

/* All of the list is read again once: what the rules ask of it is noted, its entries are
 * compared, its digest is made. */
static enum egov_status read_made(struct egov__crl_case *c, const struct egov_tbs *tbs,
                                  struct egov__crl_comparison **comparison,
                                  struct egov__lint_list **out, struct egov_error *err)
{
	struct egov__crl_listener also = { .entry = egov__crl_comparison_see };
	enum egov_status rc = egov__crl_comparison_new(c, comparison, err);

	if (rc != EGOV_OK)
		return rc;
	also.user = *comparison;
	rc = egov__lint_list_read(tbs, &also, out, err);
	return rc == EGOV_OK ? egov__crl_comparison_end(*comparison, err) : rc;
}

static struct egov__crl_case case_of(const struct publication *p)
{
	return (struct egov__crl_case){ .home = p->home,
		                        .ca = p->ca,
		                        .last = p->last,
		                        .scope = p->scope,
		                        .last_base = p->last_base,
		                        .number = p->number,
		                        .clock_set_back = p->clock_set_back,
		                        .last_number = p->last_number };
}

static enum egov_status check_made(const struct publication *p, const struct egov_tbs *tbs,
                                   struct egov__lint_list **out, struct egov_error *err)
{
	struct egov__crl_comparison *comparison = NULL;
	struct egov__crl_case c = case_of(p);
	enum egov_status rc = read_made(&c, tbs, &comparison, out, err);

	/* Entries are copied from the ledger: one of them is none. */
	if (rc == EGOV_E_SYNTAX)
		rc = egov__crl_failed(EGOV__CRL_ENTRIES, egov_error_altered(err, rc), err);
	if (rc == EGOV_OK) {
		c.made = egov__lint_list_outline(*out);
		c.compared = comparison;
		rc = egov__crl_checks(&c, p->run->explain, err);
	}
	egov__crl_comparison_free(comparison);
	return rc;
}

static enum egov_status clear_made(const struct publication *p, const struct egov__issuer *issuer,
                                   struct egov_tbs *tbs, struct egov_cleared **out,
                                   struct egov_error *err)
{
	struct egov__lint_list *list = NULL;
	struct egov__lint_context context = { .issuer_name = issuer->name,
		                              .issuer_key_id = issuer->key_id,
		                              .crl_uri = issuer->crl_uri,
		                              .now = p->this_update,
		                              .issuer_not_after = egov_cert_not_after(p->ca) };
	enum egov_status rc =
		egov_time_add(p->this_update, egov__home_conf(p->home)->crl_maximum,
	                      &context.max_next_update, err);

	if (rc == EGOV_OK)
		rc = check_made(p, tbs, &list, err);
	if (rc == EGOV_OK)
		rc = egov__lint_clear_list(tbs, list, &context, out, err);
	egov__lint_list_free(list);
	return rc;
}

/* The rules that a list has passed before it may be signed. */
static void explain_rules(struct egov_report *explain)
{
	const struct egov__lint_rule_info *rule;

	for (size_t i = 0; explain != NULL && (rule = egov__lint_rule(i)) != NULL; i++)
		if ((rule->objects & EGOV__LINT_CRL) != 0 && rule->severity == EGOV__LINT_ERROR)
			egov__crl_explain(explain, rule->id, rule->clause, "holds", NULL);
}

static enum egov_status approve(const struct publication *p, const struct egov_cleared *cleared,
                                struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	char subject[32];
	enum egov_status rc;

	if (!egov__approve_is_signed(p->home))
		return egov__approve(p->home, EGOV__ACT_CRL, "", &facts, err);
	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, p->number);
	egov__fact_hex_add(&facts, EGOV__KEY_TBS_SM3,
	                   EGOV__SLICE(egov__cleared_facts(cleared)->digest));
	rc = egov__approve(p->home, EGOV__ACT_CRL, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

/* Lists of several generations or parts share the issuer's name: each says which
 * certificates are its own (RFC 5280, 5.2.5). */
static enum egov_status build(struct publication *p, const struct egov__issuer *issuer,
                              struct egov_tbs **out, struct egov_error *err)
{
	struct egov__crl_plan plan = { .issuer = issuer,
		                       .number = p->number,
		                       .this_update = p->this_update,
		                       .next_update = p->next_update,
		                       .idp_uri = p->run->several ? issuer->crl_uri : NULL,
		                       .only_users = egov__part_only_users(p->scope.part),
		                       .only_ca = p->scope.part == EGOV__PART_CA,
		                       .base = p->scope.base,
		                       .freshest_uri = issuer->freshest_uri,
		                       .count = EGOV__CRL_ALL,
		                       .next = next_entry };
	struct listing listing = { .cursor = NULL };
	enum egov_status rc = egov__store_revoked_open(store_of(p), &p->scope, &listing.cursor, err);

	plan.user = &listing;
	if (rc == EGOV_OK)
		rc = egov__record_list_build(egov__home_record(p->home), &plan, out, err);
	egov__store_revoked_close(listing.cursor);
	p->count = listing.count;
	return rc;
}

static enum egov_status check_number(const struct publication *p, struct egov_error *err)
{
	const struct egov__crl_case c = case_of(p);

	return egov__crl_checks_before(&c, p->run->explain, err);
}

/* Inside transaction 1: number, bytes, checks, lint, intent. */
static enum egov_status intend_inside(struct publication *p, struct egov_intent **out,
                                      struct egov_error *err)
{
	const struct egov__home_conf *const conf = egov__home_conf(p->home);
	struct egov__issuer issuer;
	struct egov__list_urls urls;
	struct egov__intent_facts facts = { .actor = p->actor,
		                            .key = egov_cert_public_key(p->ca) };
	struct egov_tbs *tbs = NULL;
	struct egov_cleared *cleared = NULL;
	enum egov_status rc =
		egov__store_counter_next(store_of(p), EGOV__COUNTER_CRL, &p->number, err);

	if (rc == EGOV_OK)
		rc = egov__home_issuer(p->home, p->ca, &issuer, err);
	if (rc == EGOV_OK)
		rc = egov__home_point(p->home, p->scope.part, &urls, &issuer, err);
	if (rc == EGOV_OK)
		rc = egov_time_add(p->this_update,
		                   p->scope.base == 0 ? conf->crl_validity : conf->crl_delta_validity,
		                   &p->next_update, err);
	if (rc == EGOV_OK)
		rc = check_number(p, err);
	if (rc == EGOV_OK)
		rc = egov__crl_failed(EGOV__CRL_ENTRIES, build(p, &issuer, &tbs, err), err);
	if (rc == EGOV_OK) {
		rc = clear_made(p, &issuer, tbs, &cleared, err);
		if (rc == EGOV_OK)
			tbs = NULL;
	}
	if (rc == EGOV_OK && p->run->dry) {
		explain_rules(p->run->explain);
		goto out;
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
out:
	egov__cleared_free(cleared);
	egov__tbs_free(tbs);
	return rc;
}

static enum egov_status intend(struct publication *p, struct egov_intent **out,
                               struct egov_error *err)
{
	struct egov_record *record = egov__home_record(p->home);
	struct egov_intent *intent = NULL;
	enum egov_status rc = egov__crl_failed(
		EGOV__CRL_CLOCK, egov__record_begin(record, egov_home_now(p->home), err), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__crl_failed(EGOV__CRL_LEASE, egov__crl_lease_check(&p->run->lease, err), err);
	if (rc == EGOV_OK)
		rc = intend_inside(p, &intent, err);
	if (rc == EGOV_OK && !p->run->dry)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK && !p->run->dry) {
		*out = intent;
		return EGOV_OK;
	}
	egov__record_rollback(record);
	egov__intent_free(intent);
	return rc;
}

/* The key is not for a ledger that is older than what was published. */
static enum egov_status open_key(struct publication *p, struct egov_error *err)
{
	const enum egov_status rc =
		egov__home_ca_signer(p->home, p->key->number, &p->signer, err);

	return egov__crl_failed(rc == EGOV_E_CORRUPT ? EGOV__CRL_SOURCE : EGOV__CRL_KEY, rc, err);
}

static enum egov_status publish(struct publication *p, struct egov_report *report,
                                struct egov_error *err)
{
	struct egov_intent *intent = NULL;
	enum egov_status rc = EGOV_OK;

	if (!p->run->dry)
		rc = open_key(p, err);
	if (rc == EGOV_OK && p->run->journal == NULL && !p->run->dry)
		rc = egov__home_signer(p->home, EGOV_KEY_JOURNAL, &p->run->journal, err);
	if (rc == EGOV_OK)
		rc = intend(p, &intent, err);
	if (rc == EGOV_OK && !p->run->dry)
		rc = egov__crl_failed(EGOV__CRL_SIGNATURE,
		                      egov__issuing_finish(p->home, p->signer, intent, NULL,
		                                           &p->recorded, err),
		                      err);
	if (rc == EGOV_OK && !p->run->dry)
		rc = egov__crl_failed(EGOV__CRL_READ_BACK, serve(p, err), err);
	egov__intent_free(intent);
	if (rc != EGOV_OK)
		return rc;
	if (p->run->explain != NULL)
		egov__report_record(report);
	egov__report_add(report, "published", "%s", p->run->dry ? "no" : "yes");
	if (p->served_again)
		egov__report_add(report, "served-again", "yes");
	if (p->run->dry)
		egov__report_add(report, "would-publish", "yes");
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
	if (p->served_again)
		egov__report_add(report, "served-again", "yes");
	egov__report_add(report, "number", "%" PRIu64, p->last_number);
	if (p->last != NULL)
		egov__report_time(report, "next-update", p->last->list.fields.next_update);
	return egov__report_check(report, err);
}

/* The base of a delta list is the last complete one that was published. */
static enum egov_status find_base(struct publication *p, struct egov_error *err)
{
	const struct egov__crl_scope complete = { p->scope.generation, p->scope.part, 0, 0 };
	struct egov__crl_row base;
	enum egov_status rc = egov__store_crl_before(store_of(p), &complete, INT64_MAX, true, &base,
	                                             err);

	if (rc == EGOV_OK && base.number == 0)
		rc = egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 5.2.4",
		                    "a delta list changes a complete one, and none was published");
	p->scope.base = base.number;
	p->scope.since = base.position;
	return rc;
}

/* The last list goes elsewhere, too. */
static enum egov_status deliver(const struct publication *p, bool made, struct egov_error *err)
{
	const struct egov__crl_scope complete = { p->scope.generation, p->scope.part, 0, 0 };
	char entry[EGOV__LIST_NAME];
	const struct egov__crl_delivery delivery = { .home = p->home,
		                                     .web_root = p->web_root,
		                                     .name = p->name,
		                                     .entry = entry,
		                                     .only_ca = p->scope.part == EGOV__PART_CA,
		                                     .delta = p->scope.base != 0,
		                                     .number = made ? p->number : p->last_number };

	egov__home_list_name(&complete, entry);
	return p->run->dry || delivery.number == 0 ? EGOV_OK : egov__crl_deliver(&delivery, err);
}

static void report_list(const struct publication *p, struct egov_report *report)
{
	egov__report_record(report);
	if (p->run->several_keys)
		egov__report_add(report, "generation", "%" PRIu64, p->scope.generation);
	egov__report_add(report, "list", "%s", p->name);
}

enum egov_status egov__crl_publish_list(struct egov__crl_run *run, const struct egov__crl_list *list,
                                        bool *made, struct egov_report *report,
                                        struct egov_error *err)
{
	struct publication p = { .run = run,
		                 .home = run->home,
		                 .actor = run->actor,
		                 .web_root = run->web_root,
		                 .key = list->key,
		                 .scope = { list->key->number, list->part, 0, 0 } };
	bool due = true;
	enum egov_status rc = list->delta ? find_base(&p, err) : EGOV_OK;

	if (rc == EGOV_OK)
		rc = egov__crl_failed(EGOV__CRL_LEASE, egov__crl_lease_renew(&run->lease, err), err);
	if (rc == EGOV_OK)
		rc = prepare(&p, err);
	if (rc == EGOV_OK && list->if_due)
		rc = is_due(&p, &due, err);
	due = due && !is_over(&p);
	if (rc == EGOV_OK && run->many)
		report_list(&p, report);
	if (rc == EGOV_OK)
		rc = due ? publish(&p, report, err) : report_fresh(&p, report, err);
	*made = rc == EGOV_OK && due;
	if (rc == EGOV_OK)
		rc = deliver(&p, due, err);
	/* Which may be where it was just brought to. */
	if (rc == EGOV_OK && due && !run->dry && egov__home_conf(p.home)->read_back)
		rc = egov__crl_failed(EGOV__CRL_ADDRESS, check_address(&p, err), err);
	if (run->many)
		rc = egov_error_prefix(err, rc, egov__text("list %s"), p.name);
	publication_clear(&p);
	return rc;
}
