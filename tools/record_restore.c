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

static enum egov_status backup(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	const struct egov_backup_options options = { .actor = tool_actor(tool, home),
		                                     .dir = tool->operands.items[0] };
	enum egov_status rc;

	tool_progress_begin(tool, _("checked"));
	egov_home_progress(home, tool_progress, NULL);
	rc = egov_record_backup(home, &options, report, err);
	tool_progress_end();
	return rc;
}

int record_backup(struct tool *tool)
{
	return tool_with_home(tool, backup, tool->operands.items[0]);
}

static enum egov_status restore(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	enum egov_status rc;

	tool_progress_begin(tool, _("checked"));
	egov_home_progress(home, tool_progress, NULL);
	rc = egov_record_restore_check(home, tool->operands.items, tool->operands.count, report, err);
	tool_progress_end();
	return rc;
}

int record_restore(struct tool *tool)
{
	return tool_with_home(tool, restore, tool->home);
}
