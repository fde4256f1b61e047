/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: how long records are kept. */
#include <egovca/retention.h>

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
