/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: after a restore. */
#include <egovca/restore.h>

#include "record_verbs.h"

static enum egov_status reconcile(struct tool *tool, struct egov_home *home,
                                  struct egov_report *report, struct egov_error *err)
{
	const struct egov_reconcile_options options = { .actor = tool_actor(tool, home),
		                                        .files = tool->operands.items,
		                                        .files_count = tool->operands.count };

	return egov_record_reconcile(home, &options, report, err);
}

int record_reconcile(struct tool *tool)
{
	return tool_with_home(tool, reconcile, tool->home);
}
