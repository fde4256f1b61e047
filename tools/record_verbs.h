/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_VERBS_H
#define RECORD_VERBS_H

#include "tool.h"

/* What the commands of egov-record take. */
struct record_options {
	bool accept;
	const char *reason;
	const char *name;               /* of a case */
	const char *confirm;
	bool dry_run;
	egov_time until;
};

int record_due(struct tool *tool);
int record_hold(struct tool *tool);
int record_release(struct tool *tool);
int record_purge(struct tool *tool);
int record_reconcile(struct tool *tool);

#endif
