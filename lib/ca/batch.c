/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/batch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ca/batch_job.h"
#include "ca/checkpoint.h"

#define GROUP 512               /* rows a commit, */
#define GROUP_MS 20             /* or so long, whichever is first */
#define WINDOW (4 * GROUP)      /* jobs in memory */
#define SIGNERS_MAX 256

struct batch {
	const struct egov__batch_plan *plan;
	struct egov__batch_run run;
	struct egov_duration wanted;
	struct egov__pool *pool;
	size_t signers;
	struct egov_signer **signer;
	struct egov__batch_work *oldest, *newest;       /* those in memory, in order */
	size_t in_memory;
	uint64_t taken;                 /* jobs so far */
	bool ended;                     /* next has no more */
	bool silent;                    /* take has failed */
	enum egov_status failed;        /* of next or take */
};

/* --- jobs in --- */

static void in_line(struct batch *b, struct egov__batch_work *work)
{
	if (b->newest == NULL)
		b->oldest = work;
	else
		b->newest->after = work;
	b->newest = work;
	b->in_memory++;
}

/* To a thread, which owns it from here on, or to the next transaction. */
static void send_on(struct batch *b, struct egov__batch_work *work, struct egov__pool_list *list)
{
	const enum egov__batch_stage stage = work->stage;

	if (stage == EGOV__BATCH_CHECK || stage == EGOV__BATCH_SIGN)
		egov__pool_put(b->pool, &work->item, stage == EGOV__BATCH_SIGN);
	else if (stage != EGOV__BATCH_DONE)
		egov__pool_append(list, &work->item);
}

/* Fills the window; what needs no thread waits in list for the next transaction. */
static void take_jobs(struct batch *b, struct egov__pool_list *list, struct egov_error *err)
{
	while (!b->ended && b->in_memory < WINDOW) {
		struct egov__batch_job job = { .job = { .profile = NULL } };
		struct egov__batch_work *work = NULL;
		int more = 0;

		b->failed = b->plan->next(b->plan->user, &job, &more, err);
		if (b->failed == EGOV_OK && more)
			b->failed = egov__batch_work_new(&b->run, &job, ++b->taken, &work, err);
		if (b->failed != EGOV_OK || !more) {
			b->ended = true;
			return;
		}
		in_line(b, work);
		if (work->stage == EGOV__BATCH_WHOLE) {
			egov__batch_work_whole(&b->run, work);
			return;
		}
		send_on(b, work, list);
	}
}

/* --- results out --- */

static void give_one(struct batch *b, const struct egov_issue_result *result,
                     struct egov_error *err)
{
	const struct egov_issue_batch_options *o = b->plan->options;
	struct egov_error later = { 0 };        /* the first failure is what is told */
	enum egov_status rc;

	if (b->silent)
		return;
	rc = o->take(o->user, result, b->failed == EGOV_OK ? err : &later);
	if (rc == EGOV_OK)
		return;
	b->silent = true;
	b->ended = true;
	if (b->failed == EGOV_OK)
		b->failed = rc;
}

static void give_results(struct batch *b, struct egov_error *err)
{
	while (b->oldest != NULL && b->oldest->done) {
		struct egov__batch_work *const work = b->oldest;
		struct egov_issue_result result;

		egov__batch_work_result(work, &result);
		give_one(b, &result, err);
		b->oldest = work->after;
		if (b->oldest == NULL)
			b->newest = NULL;
		b->in_memory--;
		egov__batch_work_free(work);
	}
}

/* --- the one writer --- */

static void run(struct batch *b, struct egov_error *err)
{
	struct egov__pool_list list = { NULL, NULL, 0 };
	struct egov__pool_item *item;

	for (;;) {
		struct egov__pool_list group = { NULL, NULL, 0 };

		take_jobs(b, &list, err);
		if (b->in_memory == 0)
			return;
		egov__pool_take(b->pool, &list, GROUP, GROUP_MS);
		while (group.count < GROUP && (item = egov__pool_shift(&list)) != NULL)
			egov__pool_append(&group, item);
		egov__batch_write(&b->run, &group);
		while ((item = egov__pool_shift(&group)) != NULL)
			send_on(b, (struct egov__batch_work *)(void *)item, &list);
		give_results(b, err);
	}
}

static enum egov_status open_pool(struct batch *b, struct egov_error *err)
{
	const unsigned wanted = b->plan->options->signers;
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	enum egov_status rc;

	b->signers = wanted != 0 ? wanted : processors > 0 ? (size_t)processors : 1;
	if (b->signers > SIGNERS_MAX)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "%zu signer threads, at most %d allowed",
		                      b->signers, SIGNERS_MAX);
	b->signer = calloc(b->signers, sizeof(*b->signer));
	if (b->signer == NULL)
		return egov_error_nomem(err);
	rc = egov__home_signers(b->run.home, b->signers, b->signer, err);
	return rc != EGOV_OK ? rc
	                     : egov__pool_start(egov__batch_work_on, (void *const *)b->signer,
	                                        b->signers, &b->pool, err);
}

static void close_pool(struct batch *b)
{
	egov__pool_stop(b->pool);
	for (size_t i = 0; b->signer != NULL && i < b->signers; i++)
		egov_signer_close(b->signer[i]);
	free(b->signer);
}

enum egov_status egov__batch_run(struct egov_home *home, const struct egov__batch_plan *plan,
                                 struct egov_error *err)
{
	const struct egov_issue_batch_options *o = plan->options;
	const uint64_t before = egov__record_size(egov__home_record(home));
	struct batch b = { .plan = plan, .run = { .home = home, .actor = o->actor } };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ISSUE, o->actor, err);

	if (rc == EGOV_OK)
		rc = egov__issuance_validity(o->validity, &b.wanted, err);
	if (rc != EGOV_OK)
		return rc;
	b.run.validity = o->validity == NULL ? NULL : &b.wanted;
	b.run.validity_text = o->validity;
	rc = egov__home_certificate(home, &b.run.ca, err);
	if (rc == EGOV_OK)
		rc = open_pool(&b, err);
	if (rc == EGOV_OK) {
		run(&b, err);
		rc = b.failed;
		egov__checkpoint_grown(home, before);
	} else {
		rc = egov__refuse(home, o->actor, "", EGOV__ACT_ISSUE, rc, err);
	}
	close_pool(&b);
	egov__batch_run_clear(&b.run);
	return rc;
}

/* --- the public form: requests alone --- */

static enum egov_status next_request(void *user, struct egov__batch_job *job, int *more,
                                     struct egov_error *err)
{
	const struct egov_issue_batch_options *o = user;

	return o->next(o->user, &job->job, more, err);
}

enum egov_status egov_issue_batch(struct egov_home *home,
                                  const struct egov_issue_batch_options *options,
                                  struct egov_error *err)
{
	struct egov_issue_batch_options own = *options;
	const struct egov__batch_plan plan = { .options = &own, .next = next_request, .user = &own };

	return egov__batch_run(home, &plan, err);
}
