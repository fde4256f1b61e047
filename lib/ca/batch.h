/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_BATCH_H
#define CA_BATCH_H

#include <egovca/ca.h>

/* egov_issue_batch for those who bring keys without requests too: public_key is a
 * SubjectPublicKeyInfo whose holder somebody vouches for (a key-management
 * centre), and request is empty then. */
struct egov__batch_job {
	struct egov_issue_job job;
	struct egov_slice public_key;
};

struct egov__batch_plan {
	const struct egov_issue_batch_options *options; /* its next is not called */
	enum egov_status (*next)(void *user, struct egov__batch_job *job, int *more,
	                         struct egov_error *err);
	void *user;                     /* of next */
};
EGOV_MUST_CHECK enum egov_status egov__batch_run(struct egov_home *home,
                                                 const struct egov__batch_plan *plan,
                                                 struct egov_error *err);

#endif
