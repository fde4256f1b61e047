/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/crl_run.h"

#include <stdlib.h>

#include "ca/crl_checks.h"
#include "ca/crl_import.h"
#include "ca/crl_manifest.h"
#include "ca/init_ca.h"
#include "ca/issuing.h"
#include "crl/part.h"

/* --- what killed runs left --- */

/* Numbers of their intents; the numbers are never used again. */
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
static enum egov_status close_leftovers(const struct egov__crl_run *r, struct egov_error *err)
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

/* --- which lists there are --- */

/* Parts that have a list: of each generation those that certificates name, of the active
 * one also those that the next ones will. */
struct parts {
	const struct egov__crl_run *run;
	bool has[EGOV__GENERATIONS][EGOV__PART_SHARD + EGOV__SHARDS + 1];      /* by key, part */
	size_t count;
};

static void add_part(struct parts *parts, size_t key, uint64_t part)
{
	parts->count += !parts->has[key][part];
	parts->has[key][part] = true;
}

static bool signs_lists(const struct egov__generation_row *key)
{
	return key->state == EGOV__GENERATION_ACTIVE || key->state == EGOV__GENERATION_RETIRED;
}

static enum egov_status note_part(void *user, uint64_t generation, uint64_t part,
                                  struct egov_error *err)
{
	struct parts *parts = user;

	if (!egov__part_is(part))
		return egov_error_set(err, EGOV_E_CORRUPT, NULL, "the ledger has a list that none is");
	for (size_t i = 0; i < parts->run->count; i++)
		if (parts->run->keys[i].number == generation && signs_lists(&parts->run->keys[i]))
			add_part(parts, i, part);
	return EGOV_OK;
}

static void note_wanted(struct parts *parts, size_t key)
{
	const struct egov__home_conf *const conf = egov__home_conf(parts->run->home);

	add_part(parts, key, EGOV__PART_ALL);
	if (parts->run->keys[key].state != EGOV__GENERATION_ACTIVE)
		return;
	if (conf->crl_separate_ca)
		add_part(parts, key, EGOV__PART_CA);
	if (conf->crl_separate_ca && conf->crl_shards == 0)
		add_part(parts, key, EGOV__PART_USERS);
	for (uint64_t i = 1; i <= conf->crl_shards; i++)
		add_part(parts, key, EGOV__PART_SHARD + i);
}

static enum egov_status find_parts(struct egov__crl_run *r, struct parts *parts,
                                   struct egov_error *err)
{
	enum egov_status rc = egov__store_crl_part_walk(
		egov__record_store(egov__home_record(r->home)), note_part, parts, err);

	for (size_t i = 0; i < r->count; i++)
		if (signs_lists(&r->keys[i]))
			note_wanted(parts, i);
	r->several = r->several_keys || parts->count > 1;
	r->many = r->several || egov__home_conf(r->home)->crl_delta;
	return rc;
}

/* --- the run --- */

static enum egov_status note_key(void *user, const struct egov__generation_row *row,
                                 struct egov_error *err)
{
	struct egov__crl_run *r = user;

	(void)err;
	r->several_keys = row->number > 1;
	if (row->state != EGOV__GENERATION_PENDING)
		r->keys[r->count++] = *row;
	return EGOV_OK;
}

static enum egov_status start(struct egov__crl_run *r, struct egov_error *err)
{
	struct egov_cert *active = NULL;
	enum egov_status rc = egov__crl_failed(
		EGOV__CRL_LEASE, egov__home_lock(r->home, EGOV__CRL_LOCK, &r->lock, err), err);

	if (rc == EGOV_OK)
		rc = egov__crl_lease_take(&r->lease, r->dry, err);
	if (rc == EGOV_OK && !r->dry)
		rc = egov__home_sweep_served(r->home, err);
	if (rc == EGOV_OK && (r->web_root = egov__web_root(r->home)) == NULL)
		rc = egov_error_nomem(err);
	if (rc == EGOV_OK)
		rc = egov__store_generation_walk(egov__record_store(egov__home_record(r->home)),
		                                 note_key, r, err);
	if (rc == EGOV_OK && r->count == 0)
		rc = egov__home_certificate(r->home, &active, err);
	egov_cert_free(active);
	return rc == EGOV_OK && !r->dry ? close_leftovers(r, err) : rc;
}

/* What a run has come to: a list that fails holds no other one up; the first failure is
 * the run's. */
struct outcome {
	enum egov_status first;
	bool made;
	struct egov_report *report;
	struct egov_error *err;
};

/* Each that fails is on record, the first with the run. */
static bool run_list(struct egov__crl_run *r, const struct egov__crl_list *list,
                     struct outcome *outcome)
{
	const bool first = outcome->first == EGOV_OK;
	struct egov_error later = { 0 };
	bool made = false;
	enum egov_status rc = egov__crl_publish_list(r, list, &made, outcome->report,
	                                             first ? outcome->err : &later);

	if (first)
		outcome->first = rc;
	else if (rc != EGOV_OK && !r->dry)
		(void)!egov__refuse(r->home, r->actor, "", EGOV__ACT_CRL, rc, &later);
	outcome->made |= made;
	return rc == EGOV_OK;
}

/* A complete list, and behind it the delta list that changes it. */
static void publish_part(struct egov__crl_run *r, struct egov__crl_list *list,
                         const struct egov_crl_publish_options *options, struct outcome *outcome)
{
	list->if_due = options->if_due;
	if (!options->delta && !run_list(r, list, outcome))
		return;
	list->delta = true;
	if (egov__home_conf(r->home)->crl_delta)
		(void)run_list(r, list, outcome);
}

static enum egov_status publish_all(struct egov__crl_run *r,
                                    const struct egov_crl_publish_options *options,
                                    struct egov_report *report, struct egov_error *err)
{
	struct outcome outcome = { EGOV_OK, false, report, err };
	struct parts *parts = calloc(1, sizeof(*parts));
	enum egov_status rc;

	if (parts == NULL)
		return egov_error_nomem(err);
	parts->run = r;
	rc = find_parts(r, parts, err);
	for (size_t i = 0; rc == EGOV_OK && i < r->count; i++)
		for (uint64_t part = 0; part <= EGOV__PART_SHARD + EGOV__SHARDS; part++)
			if (parts->has[i][part])
				publish_part(r, &(struct egov__crl_list){ &r->keys[i], part, false, false },
				             options, &outcome);
	free(parts);
	if (rc == EGOV_OK && !r->dry) {
		rc = egov__import_serve_all(r->home, r->actor, outcome.first == EGOV_OK ? err : NULL);
		outcome.first = outcome.first == EGOV_OK ? rc : outcome.first;
		rc = egov__crl_manifest(r->home, r->web_root, outcome.first == EGOV_OK ? err : NULL);
		outcome.first = outcome.first == EGOV_OK ? rc : outcome.first;
		rc = EGOV_OK;
	}
	if (rc != EGOV_OK || !outcome.made || r->dry)
		return rc != EGOV_OK ? rc : outcome.first;
	rc = egov__record_checkpoint(egov__home_record(r->home), r->journal,
	                             egov_home_now(r->home),
	                             outcome.first == EGOV_OK ? err : NULL);
	return outcome.first == EGOV_OK ? rc : outcome.first;
}

/* Whatever became of the run, the next machine need not wait; what came first is told. */
static enum egov_status give_up(struct egov__crl_run *r, enum egov_status rc,
                                struct egov_error *err)
{
	const enum egov_status released =
		egov__crl_lease_release(&r->lease, rc == EGOV_OK ? err : NULL);

	return rc == EGOV_OK ? released : rc;
}

static enum egov_status check_options(const struct egov_home *home,
                                      const struct egov_crl_publish_options *options,
                                      struct egov_error *err)
{
	if (!options->delta || egov__home_conf(home)->crl_delta)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 5.2.4",
	                      "this CA makes no delta lists: [crl] delta_period is not set");
}

enum egov_status egov_crl_publish(struct egov_home *home,
                                  const struct egov_crl_publish_options *options,
                                  struct egov_report *report, struct egov_error *err)
{
	struct egov__crl_run r = { .home = home,
		                   .actor = options->actor,
		                   .lock = -1,
		                   .lease = { .home = home, .actor = options->actor },
		                   .dry = options->dry_run,
		                   .explain = options->explain ? report : NULL };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_CRL, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = check_options(home, options, err);
	if (rc == EGOV_OK)
		rc = start(&r, err);
	if (rc == EGOV_OK)
		rc = publish_all(&r, options, report, err);
	rc = give_up(&r, rc, err);
	if (!r.dry)
		rc = egov__refuse(home, options->actor, "", EGOV__ACT_CRL, rc, err);
	egov_signer_close(r.journal);
	free(r.web_root);
	egov__home_unlock(r.lock);
	return rc;
}
