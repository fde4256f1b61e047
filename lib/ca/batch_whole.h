/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_BATCH_WHOLE_H
#define CA_BATCH_WHOLE_H

#include <stdbool.h>

#include <egovca/ca.h>

/*
 * A job of a batch that is a procedure of its own, with its own transactions: renewing,
 * rekeying, extending, a pair.  The writer does it between two groups.
 */
struct egov__batch_whole;

/* Copies the job, whose operation is not NULL. */
EGOV_MUST_CHECK enum egov_status egov__batch_whole_new(const struct egov_issue_job *job,
                                                       struct egov__batch_whole **out,
                                                       struct egov_error *err);
void egov__batch_whole_free(struct egov__batch_whole *whole);

struct egov__batch_whole_context {
	struct egov_home *home;
	const char *actor, *validity;
	struct egov_signer **signer;    /* the writer's own, opened when it is first needed */
};
EGOV_MUST_CHECK enum egov_status egov__batch_whole_run(
	struct egov__batch_whole *whole, const struct egov__batch_whole_context *context,
	struct egov_error *err);

/* What it made; lent. */
void egov__batch_whole_result(const struct egov__batch_whole *whole,
                              struct egov_issue_result *result);

#endif
