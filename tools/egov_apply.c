/* SPDX-License-Identifier: Apache-2.0 */
/* egov-apply: applications, from submission to decision. */
#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct options {
	const char *reason, *state, *list;
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

static void submit_line(struct tool *tool, struct egov_home *home, struct tool_lines *lines,
                        struct tool_result *result)
{
	struct egov_report *report = egov_report_new();
	enum egov_status rc = tool_list_check(lines, 1, &result->err);

	if (rc == EGOV_OK && report == NULL)
		rc = tool_error(&result->err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc == EGOV_OK)
		rc = egov_apply_submit(home, tool_actor(tool, home), lines->fields[0], report,
		                       &result->err);
	result->word = "submitted";
	result->name = "file";
	result->subject = strdup(lines->count > 0 ? lines->fields[0] : "");
	if (rc == EGOV_OK)
		result->made = strdup(egov_report_find(report, 0, "application"));
	result->made_name = "application";
	egov_report_free(report);
}

static int run_submit(struct tool *tool)
{
	const struct options *o = tool->options;

	if ((o->list != NULL) == (tool->operands.count > 0))
		return tool_usage(tool, _("give either files or --list"));
	return o->list == NULL && tool->operands.count == 1
	               ? tool_with_home(tool, submit, NULL)
	               : tool_in_groups(tool, o->list, EGOV_TIME_NONE, submit_line);
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

static const struct tool_option submit_options[] = {
	TOOL_OPTION(struct options, list, "list", "FILE", N_("the name of an application a line")),
	TOOL_OPTIONS_END
};
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
	  .options = submit_options, .shared = SHARED | TOOL_ACTOR | TOOL_QUIET,
	  .operands = "[FILE]...", .min = 0, .max = TOOL_MANY, .run = run_submit },
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
