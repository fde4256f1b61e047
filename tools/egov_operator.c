/* SPDX-License-Identifier: Apache-2.0 */
/* egov-operator: the people of a CA, and what they sign. */
#include <egovca/operator.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)

struct options {
	const char *roles, *certificate;
	bool all;
};

static enum egov_status add(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_operator_options options = { .actor = tool_actor(tool, home),
		                                 .name = tool->operands.items[0],
		                                 .roles = o->roles,
		                                 .certificate_name = o->certificate };
	struct egov_buf *certificate = NULL;
	enum egov_status rc = tool_in(o->certificate, MAX_CERTIFICATE, &certificate, err);

	if (rc == EGOV_OK) {
		options.certificate = egov_buf_slice(certificate);
		rc = egov_operator_add(home, &options, report, err);
	}
	egov_buf_free(certificate);
	return rc;
}

static enum egov_status remove_one(struct tool *tool, struct egov_home *home,
                                   struct egov_report *report, struct egov_error *err)
{
	return egov_operator_remove(home, tool_actor(tool, home), tool->operands.items[0], report,
	                            err);
}

static enum egov_status list(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_operator_list(home, o->all, report, err);
}

static int run_add(struct tool *tool)
{
	return tool_with_home(tool, add, NULL);
}

static int run_remove(struct tool *tool)
{
	return tool_with_home(tool, remove_one, NULL);
}

static int run_list(struct tool *tool)
{
	return tool_with_home(tool, list, NULL);
}

static const struct tool_option add_options[] = {
	TOOL_REQUIRED_CHOICE(struct options, roles, "roles", "ROLE,...",
	                     "registrar,reviewer,approver,ca-operator,auditor,administrator,"
	                     "audit-administrator",
	                     N_("registrar, reviewer, approver, ca-operator, auditor, ...")),
	TOOL_REQUIRED(struct options, certificate, "certificate", "FILE",
	              N_("the operator's SM2 certificate")),
	TOOL_OPTIONS_END
};
static const struct tool_option list_options[] = {
	TOOL_OPTION(struct options, all, "all", NULL, N_("those who were removed too")),
	TOOL_OPTIONS_END
};

#define SHARED (TOOL_HOME | TOOL_JSON)
static const struct tool_command commands[] = {
	{ .name = "add",
	  .help = N_("Appoints an operator: administrators sign."),
	  .options = add_options, .shared = SHARED | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "NAME", .min = 1, .max = 1, .run = run_add },
	{ .name = "remove",
	  .help = N_("Removes an operator; what he signed before stays valid."),
	  .shared = SHARED | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "NAME", .min = 1, .max = 1, .run = run_remove },
	{ .name = "list",
	  .help = N_("Lists operators, their roles and certificates."),
	  .options = list_options, .shared = SHARED, .run = run_list },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-operator",
		.help = N_("The people of a CA, their roles, and what they sign (GM/T 0037)."),
		.commands = commands,
		.options_size = sizeof(struct options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
