/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/batch_job.h"

#include <stdlib.h>
#include <string.h>

#include "ca/mandate.h"
#include "crypto/sm2.h"
#include "sign/sign.h"

static struct egov__batch_work *work_of(struct egov__pool_item *item)
{
	return (struct egov__batch_work *)(void *)item;
}

/* --- life --- */

void egov__batch_run_clear(struct egov__batch_run *run)
{
	for (size_t i = 0; i < run->profile_count; i++)
		egov_profile_free(run->profiles[i]);
	free(run->profiles);
	egov_signer_close(run->signer);
	egov_cert_free(run->ca);
}

/* What is left once it signs: the memory of many requests counts. */
static void drop_request(struct egov__batch_work *work)
{
	egov_request_free(work->decoded);
	work->decoded = NULL;
	egov__buf_clear(&work->request);
	free(work->public_key);
	work->public_key = NULL;
}

void egov__batch_work_free(struct egov__batch_work *work)
{
	if (work == NULL)
		return;
	egov__signed_free(work->signed_object);
	egov__batch_whole_free(work->whole);
	egov__issuance_clear(&work->one);
	drop_request(work);
	free(work->application);
	free(work->name);
	free(work);
}

static enum egov_status load_profile(struct egov__batch_run *run, const char *name,
                                     const struct egov_profile **out, struct egov_error *err)
{
	struct egov_profile **more, *made = NULL;
	enum egov_status rc;

	for (size_t i = 0; i < run->profile_count; i++)
		if (strcmp(egov_profile_name(run->profiles[i]), name) == 0) {
			*out = run->profiles[i];
			return EGOV_OK;
		}
	more = realloc(run->profiles, (run->profile_count + 1) * sizeof(struct egov_profile *));
	if (more == NULL)
		return egov_error_nomem(err);
	run->profiles = more;
	rc = egov__home_profile(run->home, name, &made, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check(run->ca, made, egov_home_now(run->home), err);
	if (rc != EGOV_OK) {
		egov_profile_free(made);
		return rc;
	}
	run->profiles[run->profile_count++] = made;
	*out = made;
	return EGOV_OK;
}

/* What fails before a transaction: refusals are journalled in the next one. */
static void fail(struct egov__batch_work *work, enum egov_status rc)
{
	if (work->error.status == EGOV_OK)
		(void)egov_error_set(&work->error, rc, NULL, "failed without a reason");
	work->error.status = rc;
	work->stage = egov__is_refusal(rc) ? EGOV__BATCH_REFUSE : EGOV__BATCH_FAIL;
}

static enum egov_status copy_job(struct egov__batch_work *work, const struct egov__batch_job *job,
                                 struct egov_error *err)
{
	const struct egov_issue_job *j = &job->job;

	work->user = j->user;
	if (j->operation != NULL && j->error.status == EGOV_OK)
		return egov__batch_whole_new(j, &work->whole, err);
	work->request = (struct egov_buf)EGOV__BUF(j->request.size);
	egov__buf_slice(&work->request, j->request);
	work->application = egov__text_dup(j->application == NULL ? "" : j->application);
	if (j->request_name != NULL)
		work->name = egov__text_dup(j->request_name);
	if (job->public_key.size > 0)
		work->public_key = egov__slice_copy(job->public_key);
	if (work->application == NULL || (j->request_name != NULL && work->name == NULL)
	    || (job->public_key.size > 0 && work->public_key == NULL))
		return egov_error_nomem(err);
	return egov__buf_check(&work->request, err);
}

static void start(struct egov__batch_run *run, struct egov__batch_work *work,
                  const struct egov__batch_job *job)
{
	enum egov_status rc;

	work->one = (struct egov__issuance){ .home = run->home,
		                             .ca = run->ca,
		                             .actor = run->actor,
		                             .application = work->application,
		                             .validity = run->validity };
	if (job->job.error.status != EGOV_OK) {
		work->error = job->job.error;
		work->stage = EGOV__BATCH_DONE;
		work->done = true;
		return;
	}
	if (work->whole != NULL) {
		work->stage = EGOV__BATCH_WHOLE;
		return;
	}
	rc = load_profile(run, job->job.profile == NULL ? "" : job->job.profile, &work->one.profile, &work->error);
	if (rc == EGOV_OK && work->public_key != NULL)
		work->one.public_key =
			(struct egov_slice){ work->public_key, job->public_key.size };
	work->stage = EGOV__BATCH_CHECK;
	if (rc != EGOV_OK)
		fail(work, rc);
}

enum egov_status egov__batch_work_new(struct egov__batch_run *run, const struct egov__batch_job *job,
                                      uint64_t number, struct egov__batch_work **out,
                                      struct egov_error *err)
{
	struct egov__batch_work *work = calloc(1, sizeof(*work));
	enum egov_status rc;

	if (work == NULL)
		return egov_error_nomem(err);
	work->number = number;
	rc = copy_job(work, job, err);
	if (rc != EGOV_OK) {
		egov__batch_work_free(work);
		return rc;
	}
	start(run, work, job);
	*out = work;
	return EGOV_OK;
}

/* --- a procedure of its own --- */

void egov__batch_work_whole(struct egov__batch_run *run, struct egov__batch_work *work)
{
	const struct egov__batch_whole_context context = { run->home, run->actor,
		                                           run->validity_text, &run->signer };
	const enum egov_status rc = egov__batch_whole_run(work->whole, &context, &work->error);

	if (rc != EGOV_OK)
		work->error.status = rc;
	work->stage = EGOV__BATCH_DONE;
	work->done = true;
}

/* --- in a thread --- */

static enum egov_status check(struct egov__batch_work *work)
{
	struct egov_slice point;
	enum egov_status rc;

	if (work->public_key != NULL)
		return egov__sm2_spki_point(work->one.public_key, &point, &work->error);
	rc = egov__issuance_request(egov_buf_slice(&work->request), work->name, &work->decoded,
	                            &work->error);
	egov__buf_clear(&work->request);
	if (rc == EGOV_OK) {
		work->one.public_key = egov_request_public_key(work->decoded);
		work->one.request = egov_request_der(work->decoded);
	}
	return rc;
}

void egov__batch_work_on(struct egov__pool_item *item, void *own)
{
	struct egov__batch_work *const work = work_of(item);
	const bool checks = work->stage == EGOV__BATCH_CHECK;
	const enum egov_status rc =
		checks ? check(work)
		       : egov__sign(work->one.intent, own, &work->signed_object, &work->error);

	if (rc != EGOV_OK)
		fail(work, rc);
	else
		work->stage = checks ? EGOV__BATCH_BEGIN : EGOV__BATCH_END;
}

/* --- in a transaction --- */

/* An application that is used up: for the same key its certificate is there to be
 * had again, else the refusal stands. */
static enum egov_status begin(struct egov__batch_work *work)
{
	struct egov_error refused = { 0 };
	enum egov_status rc = egov__issuance_begin(&work->one, &refused);
	enum egov_status looked = EGOV_OK;

	work->next = EGOV__BATCH_SIGN;
	if (rc == EGOV_E_POLICY && !work->one.wrote)
		looked = egov__issuance_earlier(&work->one, &work->earlier, &work->error);
	if (looked != EGOV_OK && looked != EGOV_E_POLICY)
		return looked;
	if (rc == EGOV_OK)
		return rc;
	egov_error_clear(&work->error);
	if (work->earlier) {
		work->next = EGOV__BATCH_DONE;
		return EGOV_OK;
	}
	work->error = refused;
	return rc;
}

static enum egov_status end(struct egov__batch_work *work)
{
	struct egov_signed *const signed_object = work->signed_object;
	enum egov_status rc;

	work->signed_object = NULL;
	work->next = EGOV__BATCH_DONE;
	rc = egov__issuance_end(&work->one, signed_object, &work->error);
	if (rc != EGOV_E_POLICY || work->one.wrote)
		return rc;
	/* Another run was first: with the same certificate, most likely. */
	rc = egov__issuance_earlier(&work->one, &work->earlier, NULL);
	if (rc == EGOV_OK && work->earlier)
		egov_error_clear(&work->error);
	return work->earlier ? EGOV_OK : EGOV_E_POLICY;
}

static enum egov_status refuse(const struct egov__batch_run *run, struct egov__batch_work *work)
{
	struct egov_error journal = { 0 };
	const enum egov_status rc = egov__refuse_inside(run->home, run->actor, work->application,
	                                                EGOV__ACT_ISSUE, &work->error, &journal);

	work->next = EGOV__BATCH_DONE;
	if (rc == EGOV_OK)
		return rc;
	work->error = journal;
	return egov_error_prefix(&work->error, rc, "a refusal could not be journalled");
}

/* EGOV_OK too where the job was refused, and that was journalled. */
static enum egov_status write_one(const struct egov__batch_run *run, struct egov__batch_work *work)
{
	enum egov_status rc;

	if (work->stage == EGOV__BATCH_FAIL)
		return EGOV_OK;
	if (work->stage == EGOV__BATCH_REFUSE)
		return refuse(run, work);
	rc = work->stage == EGOV__BATCH_BEGIN ? begin(work) : end(work);
	if (rc == EGOV_OK || work->one.wrote || !egov__is_refusal(rc))
		return rc;
	work->error.status = rc;
	return refuse(run, work);
}

/* After a rollback: what was written is not there.  A signature that went into it is
 * made again, over the same bytes, as after a kill. */
static void undo(struct egov__batch_work *work)
{
	work->earlier = false;
	if (work->stage == EGOV__BATCH_BEGIN
	    || (work->stage == EGOV__BATCH_END && work->signed_object == NULL)) {
		egov__issuance_clear(&work->one);
		egov_error_clear(&work->error);
		work->stage = EGOV__BATCH_BEGIN;
	}
	work->one.wrote = false;
}

static void fail_all(const struct egov__pool_list *group, const struct egov_error *why)
{
	for (struct egov__pool_item *item = group->first; item != NULL; item = item->next) {
		struct egov__batch_work *const work = work_of(item);

		if (work->stage != EGOV__BATCH_FAIL)
			work->error = *why;
		work->stage = EGOV__BATCH_DONE;
		work->done = true;
	}
}

/* Writes all of them, or names the one that the transaction must do without. */
static struct egov__batch_work *write_all(const struct egov__batch_run *run,
                                          const struct egov__pool_list *group)
{
	for (struct egov__pool_item *item = group->first; item != NULL; item = item->next) {
		const enum egov_status rc = write_one(run, work_of(item));

		if (rc != EGOV_OK) {
			work_of(item)->error.status = rc;
			return work_of(item);
		}
	}
	return NULL;
}

static bool something(const struct egov__pool_list *group)
{
	for (struct egov__pool_item *item = group->first; item != NULL; item = item->next)
		if (work_of(item)->stage != EGOV__BATCH_FAIL)
			return true;
	return false;
}

static void without(struct egov__batch_work *culprit, const struct egov__pool_list *group)
{
	const enum egov__batch_stage before = culprit->stage;

	culprit->stage = EGOV__BATCH_DONE;
	for (struct egov__pool_item *item = group->first; item != NULL; item = item->next)
		undo(work_of(item));
	/* A refusal that came late is journalled as all are, unless that is what failed. */
	culprit->stage = before != EGOV__BATCH_REFUSE && egov__is_refusal(culprit->error.status)
	                         ? EGOV__BATCH_REFUSE
	                         : EGOV__BATCH_FAIL;
}

static enum egov_status write_group(const struct egov__batch_run *run,
                                    const struct egov__pool_list *group, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(run->home);
	struct egov__batch_work *culprit = NULL;
	enum egov_status rc;

	do {
		rc = egov__record_begin(record, egov_home_now(run->home), err);
		if (rc != EGOV_OK)
			return rc;
		culprit = write_all(run, group);
		if (culprit != NULL) {
			egov__record_rollback(record);
			without(culprit, group);
		}
	} while (culprit != NULL);
	return egov__record_commit(record, err);
}

void egov__batch_write(const struct egov__batch_run *run, const struct egov__pool_list *group)
{
	struct egov_error err = { 0 };

	if (something(group) && write_group(run, group, &err) != EGOV_OK) {
		fail_all(group, &err);
		return;
	}
	for (struct egov__pool_item *item = group->first; item != NULL; item = item->next) {
		struct egov__batch_work *const work = work_of(item);

		work->stage = work->stage == EGOV__BATCH_FAIL ? EGOV__BATCH_DONE : work->next;
		work->done = work->stage == EGOV__BATCH_DONE;
		work->one.wrote = false;
	}
}

/* --- out --- */

void egov__batch_work_result(const struct egov__batch_work *work, struct egov_issue_result *result)
{
	*result = (struct egov_issue_result){ .number = work->number,
		                              .user = work->user,
		                              .status = work->error.status,
		                              .error = &work->error,
		                              .earlier = work->earlier };
	if (work->error.status != EGOV_OK)
		return;
	if (work->whole != NULL) {
		egov__batch_whole_result(work->whole, result);
		return;
	}
	result->serial = egov__recorded_serial(work->one.recorded);
	result->certificate = egov__recorded_der(work->one.recorded);
}
