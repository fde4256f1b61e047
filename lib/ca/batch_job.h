/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_BATCH_JOB_H
#define CA_BATCH_JOB_H

#include "ca/batch.h"
#include "ca/batch_whole.h"
#include "ca/issuance.h"
#include "ca/pool.h"

/* For lib/ca alone: one job of a batch on its way. */
enum egov__batch_stage {
	EGOV__BATCH_CHECK,      /* a thread decodes the request and checks it */
	EGOV__BATCH_BEGIN,      /* the writer's: transaction 1 */
	EGOV__BATCH_SIGN,       /* a thread's */
	EGOV__BATCH_END,        /* the writer's: transaction 2 */
	EGOV__BATCH_REFUSE,     /* the writer's: the refusal is journalled */
	EGOV__BATCH_FAIL,       /* the writer's: nothing is written */
	EGOV__BATCH_WHOLE,      /* the writer's, outside a transaction: all of it */
	EGOV__BATCH_DONE        /* in no list any more */
};

/* What all jobs of a batch share. */
struct egov__batch_run {
	struct egov_home *home;
	const char *actor;
	const struct egov_duration *validity;   /* NULL: the profile's */
	const char *validity_text;              /* the same */
	struct egov_signer *signer;             /* for whole jobs; NULL: not needed yet */
	struct egov_cert *ca;
	struct egov_profile **profiles;         /* that were asked for so far */
	size_t profile_count;
};
void egov__batch_run_clear(struct egov__batch_run *run);

struct egov__batch_work {
	struct egov__pool_item item;            /* first: the pool knows no more of it */
	struct egov__batch_work *after;         /* in the order of the jobs */
	uint64_t number;
	void *user;
	char *application, *name;
	struct egov_buf request;                /* its bytes, until it is decoded */
	struct egov_request *decoded;
	uint8_t *public_key;                    /* in the place of a request */
	enum egov__batch_stage stage, next;     /* next: once the transaction has committed */
	bool done;                              /* the writer's own: it may be handed out */
	struct egov__issuance one;
	struct egov__batch_whole *whole;        /* NULL: one is what it is */
	struct egov_signed *signed_object;
	bool earlier;
	struct egov_error error;
};

/* Copies job.  A job that cannot be done is one too: its result says why. */
EGOV_MUST_CHECK enum egov_status egov__batch_work_new(struct egov__batch_run *run,
                                                      const struct egov__batch_job *job,
                                                      uint64_t number,
                                                      struct egov__batch_work **out,
                                                      struct egov_error *err);
void egov__batch_work_free(struct egov__batch_work *work);

/* A job at stage WHOLE, to its end. */
void egov__batch_work_whole(struct egov__batch_run *run, struct egov__batch_work *work);

/* An egov__pool_fn for the stages CHECK and SIGN; own is the thread's signer. */
void egov__batch_work_on(struct egov__pool_item *item, void *own);

/*
 * One transaction for all of group, whose stages are the writer's; leaves each at
 * the stage that it has reached by its commit.  One that fails past a refusal is
 * left out, and the others are written again.
 */
void egov__batch_write(const struct egov__batch_run *run, const struct egov__pool_list *group);

void egov__batch_work_result(const struct egov__batch_work *work, struct egov_issue_result *result);

#endif
