/* SPDX-License-Identifier: Apache-2.0 */
/* egov-policy: certification practice statements that profiles refer to. */
#include <egovca/ca.h>

#include "tool.h"

struct options {
	const char *version;
	egov_time published, effective;
};

static enum egov_status add(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_policy_options policy = { .actor = tool_actor(tool, home),
		                                    .version = o->version,
		                                    .published = o->published,
		                                    .effective = o->effective,
		                                    .file = tool->operands.items[0] };

	return egov_policy_add(home, &policy, report, err);
}

static int run_add(struct tool *tool)
{
	return tool_with_home(tool, add, NULL);
}

static const struct tool_option add_options[] = {
	TOOL_REQUIRED(struct options, version, "version", "V", N_("version of the text, e.g. 1.0")),
	TOOL_REQUIRED(struct options, published, "published", "TIME",
	              N_("when the text was published")),
	TOOL_REQUIRED(struct options, effective, "effective", "TIME",
	              N_("when the text comes into force")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "add",
	  .help = N_("Registers the text of a certification practice statement."),
	  .options = add_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "FILE",
	  .min = 1,
	  .max = 1,
	  .run = run_add },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-policy",
		.help = N_("Registers certification practice statements (Order No. 4, Art. 16)."),
		.commands = commands,
		.options_size = sizeof(struct options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
