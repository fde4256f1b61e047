/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: the journal. */
#include <egovca/ca.h>

#include "tool.h"

struct options {
	int unused;
};

static enum egov_status check(struct tool *tool, struct egov_home *home,
                              struct egov_report *report, struct egov_error *err)
{
	enum egov_status rc;

	tool_progress_begin(tool, _("checked"));
	egov_home_progress(home, tool_progress, NULL);
	rc = egov_record_check(home, report, err);
	tool_progress_end();
	return rc;
}

static int run_check(struct tool *tool)
{
	return tool_with_home(tool, check, tool->home);
}

static const struct tool_command commands[] = {
	{ .name = "check",
	  .help = N_("Checks every entry, the whole tree, the checkpoints, and ledger against journal."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET,
	  .run = run_check },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-record",
		.help = N_("Proves that the records are whole (Order No. 4, Art. 24)."),
		.commands = commands,
		.options_size = sizeof(struct options)
	};

	return tool_main(&program, argc, argv);
}
