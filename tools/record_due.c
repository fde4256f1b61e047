/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: how long records are kept. */
#include <egovca/retention.h>

#include <stdlib.h>

#include "record_verbs.h"

static enum egov_status due(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	return egov_record_due(home, tool->operands.items[0], report, err);
}

int record_due(struct tool *tool)
{
	return tool_with_home(tool, due, tool->operands.items[0]);
}

static struct egov_legal_hold_options holding(struct tool *tool, struct egov_home *home)
{
	const struct record_options *o = tool->options;

	return (struct egov_legal_hold_options){ .actor = tool_actor(tool, home),
		                                 .serial = tool->operands.items[0],
		                                 .name = o->name, .reason = o->reason };
}

static enum egov_status hold(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct egov_legal_hold_options options = holding(tool, home);

	return egov_record_hold(home, &options, report, err);
}

int record_hold(struct tool *tool)
{
	return tool_with_home(tool, hold, tool->operands.items[0]);
}

static enum egov_status release(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct egov_legal_hold_options options = holding(tool, home);

	return egov_record_release(home, &options, report, err);
}

int record_release(struct tool *tool)
{
	return tool_with_home(tool, release, tool->operands.items[0]);
}

static enum egov_status purge(struct tool *tool, struct egov_home *home,
                              struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_purge_options options = {
		.actor = tool_actor(tool, home), .until = o->until, .dry_run = o->dry_run,
		.confirm = o->confirm == NULL ? 0 : strtoull(o->confirm, NULL, 10),
	};

	return egov_record_purge(home, &options, report, err);
}

int record_purge(struct tool *tool)
{
	const struct record_options *o = tool->options;
	char *end = NULL;

	if ((o->confirm == NULL) != o->dry_run)
		return tool_usage(tool, _("want either --dry-run or --confirm"));
	if (o->confirm != NULL
	    && (strtoull(o->confirm, &end, 10) == 0 || *end != 0 || *o->confirm < '1'
	        || *o->confirm > '9'))
		return tool_usage(tool, _("--confirm \"%.40s\": want a number from 1"), o->confirm);
	return tool_with_home(tool, purge, tool->home);
}
