/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUE_BATCH_H
#define ISSUE_BATCH_H

#include "issue_pair.h"
#include "issue_renew.h"

struct issue_options {
	const char *profile, *application, *request, *validity, *batch, *threads;
	struct issue_renewal renewal;
	bool key_request;
	const char *encrypt_profile;
	struct issue_pair_files pair;
};

/* egov-issue --batch */
int issue_batch(struct tool *tool);

#endif
