/* SPDX-License-Identifier: Apache-2.0 */
/* egov-apply: applications, from submission to decision. */
#include <egovca/ca.h>

#include "tool.h"

struct options {
	const char *reason, *state;
};

static enum egov_status submit(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	return egov_apply_submit(home, tool_actor(tool, home), tool->operands.items[0], report, err);
}

static enum egov_status review(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	return egov_apply_review(home, tool_actor(tool, home), tool->operands.items[0], report, err);
}

static enum egov_status approve(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	return egov_apply_approve(home, tool_actor(tool, home), tool->operands.items[0], report, err);
}

static enum egov_status reject(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_apply_reject(home, tool_actor(tool, home), tool->operands.items[0], o->reason, report, err);
}

static enum egov_status show(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	return egov_apply_show(home, tool->operands.items[0], report, err);
}

static enum egov_status list(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_apply_list(home, o->state, report, err);
}

static int run_submit(struct tool *tool)
{
	return tool_with_home(tool, submit, NULL);
}

/* A decision is a person's: never a login name's by default. */
static int decide(struct tool *tool, tool_home_fn *decision)
{
	if (tool->actor == NULL && tool->operator == NULL && tool->approvals.count == 0
	    && tool->to_sign == NULL)
		return tool_usage(tool, _("who decides? --operator NAME or --approval FILE; in a test "
		                          "home --actor NAME"));
	return tool_with_home(tool, decision, NULL);
}

static int run_review(struct tool *tool)
{
	return decide(tool, review);
}

static int run_approve(struct tool *tool)
{
	return decide(tool, approve);
}

static int run_reject(struct tool *tool)
{
	return decide(tool, reject);
}

static int run_show(struct tool *tool)
{
	return tool_with_home(tool, show, NULL);
}

static int run_list(struct tool *tool)
{
	return tool_with_home(tool, list, NULL);
}

static const struct tool_option reject_options[] = {
	TOOL_REQUIRED(struct options, reason, "reason", "TEXT", N_("why; the applicant is told")),
	TOOL_OPTIONS_END
};
static const struct tool_option list_options[] = {
	TOOL_CHOICE(struct options, state, "state", "STATE",
	            "submitted,reviewed,approved,issuing,issued,rejected",
	            N_("those in this state alone")),
	TOOL_OPTIONS_END
};

#define SHARED (TOOL_HOME | TOOL_JSON)
static const struct tool_command commands[] = {
	{ .name = "submit",
	  .help = N_("Takes an application with its proofs in, and prints its ID."),
	  .shared = SHARED | TOOL_ACTOR,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_submit },
	{ .name = "review",
	  .help = N_("Records that the materials of an application were reviewed."),
	  .shared = SHARED | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "ID", .min = 1, .max = 1, .run = run_review },
	{ .name = "approve",
	  .help = N_("Approves an application; internal ones need two people."),
	  .shared = SHARED | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "ID", .min = 1, .max = 1, .run = run_approve },
	{ .name = "reject",
	  .help = N_("Rejects an application for a reason."),
	  .options = reject_options, .shared = SHARED | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "ID", .min = 1, .max = 1, .run = run_reject },
	{ .name = "show",
	  .help = N_("Prints what is known about an application."),
	  .shared = SHARED, .operands = "ID", .min = 1, .max = 1, .run = run_show },
	{ .name = "list",
	  .help = N_("Lists applications."),
	  .options = list_options, .shared = SHARED, .run = run_list },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-apply",
		.help = N_("Applications, from submission to decision (Order No. 4, Art. 21)."),
		.commands = commands,
		.options_size = sizeof(struct options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
