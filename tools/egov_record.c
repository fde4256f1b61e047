/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: the journal. */
#include <egovca/ca.h>

#include "record_verbs.h"

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

static enum egov_status clock_is(struct tool *tool, struct egov_home *home,
                                 struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;

	return o->accept ? egov_record_accept_clock(home, tool_actor(tool, home), o->reason, report,
	                                            err)
	                 : egov_record_clock(home, report, err);
}

static int run_clock(struct tool *tool)
{
	const struct record_options *o = tool->options;

	if (o->accept != (o->reason != NULL))
		return tool_usage(tool, _("--accept goes with --reason"));
	return tool_with_home(tool, clock_is, tool->home);
}

static const struct tool_option clock_options[] = {
	TOOL_OPTION(struct record_options, accept, "accept", NULL,
	            N_("say that the clock is right, whatever the journal says")),
	TOOL_OPTION(struct record_options, reason, "reason", "TEXT", N_("what was wrong before")),
	TOOL_OPTIONS_END
};

static const struct tool_option hold_options[] = {
	TOOL_REQUIRED(struct record_options, name, "case", "NAME", N_("the case that needs the records")),
	TOOL_REQUIRED(struct record_options, reason, "reason", "TEXT", N_("why; sealed")),
	TOOL_OPTIONS_END
};

static const struct tool_option purge_options[] = {
	TOOL_OPTION(struct record_options, dry_run, "dry-run", NULL,
	            N_("say what is due, and destroy nothing")),
	TOOL_OPTION(struct record_options, confirm, "confirm", "COUNT",
	            N_("how many certificates are due, as --dry-run says")),
	TOOL_OPTION(struct record_options, until, "until", "TIME", N_("due until then, not until now")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "check",
	  .help = N_("Checks every entry, the whole tree, the checkpoints, and ledger against journal."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET,
	  .run = run_check },
	{ .name = "clock",
	  .help = N_("Compares the clock with the journal's latest entry, or says that it is right."),
	  .options = clock_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .run = run_clock },
	{ .name = "due",
	  .help = N_("Prints from when on a certificate's records may be destroyed, and why."),
	  .shared = TOOL_HOME | TOOL_JSON,
	  .operands = "SERIAL",
	  .min = 1,
	  .max = 1,
	  .run = record_due },
	{ .name = "hold",
	  .help = N_("Keeps a certificate's records for a case, whatever their age."),
	  .options = hold_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "SERIAL",
	  .min = 1,
	  .max = 1,
	  .run = record_hold },
	{ .name = "release",
	  .help = N_("Ends the hold of a case on a certificate's records."),
	  .options = hold_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "SERIAL",
	  .min = 1,
	  .max = 1,
	  .run = record_release },
	{ .name = "purge",
	  .help = N_("Destroys the records that are due, and leaves their digests."),
	  .options = purge_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .run = record_purge },
	{ .name = "reconcile",
	  .help = N_("Brings revocations back that a restored ledger lacks, from published lists."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "[LIST...]",
	  .min = 0,
	  .max = TOOL_MANY,
	  .run = record_reconcile },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-record",
		.help = N_("Proves that the records are whole (Order No. 4, Art. 24)."),
		.commands = commands,
		.options_size = sizeof(struct record_options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
