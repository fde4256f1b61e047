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

static const struct tool_option archive_options[] = {
	TOOL_OPTION(struct record_options, until, "until", "TIME", N_("what was recorded before TIME")),
	TOOL_OPTION(struct record_options, compact, "compact", NULL,
	            N_("write the ledger anew, without what is free")),
	TOOL_OPTION(struct record_options, verify, "verify", NULL,
	            N_("move nothing, but check every file")),
	TOOL_OPTION(struct record_options, restore, "restore", "NUMBER",
	            N_("bring the entries of this file and of all behind it back")),
	TOOL_OPTIONS_END
};

static const struct tool_option checkpoint_options[] = {
	TOOL_OPTION(struct record_options, if_due, "if-due", NULL,
	            N_("only where enough was recorded, or enough time has passed")),
	TOOL_OPTION(struct record_options, export_file, "export", "FILE", N_("write the last one to FILE")),
	TOOL_OPTIONS_END
};

static const struct tool_option witness_options[] = {
	TOOL_OPTION(struct record_options, check, "check", NULL,
	            N_("hold the journal against all that were lodged")),
	TOOL_OPTION(struct record_options, directory, "directory", "DIR", N_("a file in DIR")),
	TOOL_OPTION(struct record_options, other, "other-home", "DIR",
	            N_("an entry in the journal of another CA home")),
	TOOL_OPTION(struct record_options, key, "key", "URI", N_("countersigned with this key")),
	TOOL_OPTION(struct record_options, certificate, "certificate", "FILE",
	            N_("the certificate of that key")),
	TOOL_OPTIONS_END
};

#define CUSTODIAN_KEY                                                                             \
	TOOL_OPTION(struct record_options, custodian_key, "custodian-key", "URI",                 \
	            N_("unseal private parts with the custodian's key"))

static const struct tool_option prove_options[] = {
	TOOL_REQUIRED(struct record_options, bundle, "out", "FILE", N_("where the evidence goes")),
	CUSTODIAN_KEY,
	TOOL_OPTIONS_END
};

static const struct tool_option verify_options[] = {
	TOOL_REQUIRED(struct record_options, trust, "trust", "FILE", N_("certificates of the CA")),
	TOOL_OPTION(struct record_options, witness, "witness", "FILE",
	            N_("certificates that must have countersigned")),
	TOOL_OPTIONS_END
};

#define PERIOD                                                                                    \
	TOOL_OPTION(struct record_options, from, "from", "TIME", N_("not before TIME")),           \
	TOOL_OPTION(struct record_options, to, "to", "TIME", N_("before TIME"))

static const struct tool_option pack_options[] = {
	TOOL_REQUIRED(struct record_options, name, "case", "NAME", N_("the case that needs the records")),
	PERIOD,
	TOOL_OPTION(struct record_options, subject, "subject", "TEXT",
	            N_("about certificates whose subject has TEXT")),
	TOOL_REQUIRED(struct record_options, bundle, "out", "DIR", N_("where the copies go")),
	TOOL_OPTION(struct record_options, full, "full", NULL, N_("with what is sealed")),
	CUSTODIAN_KEY,
	TOOL_OPTIONS_END
};

static const struct tool_option lawful_options[] = {
	TOOL_REQUIRED(struct record_options, paper, "paper", "REF",
	              N_("the paper that the authority presented, by its number")),
	TOOL_REQUIRED(struct record_options, bundle, "out", "DIR", N_("where the copies go")),
	TOOL_REQUIRED(struct record_options, custodian_key, "custodian-key", "URI",
	              N_("unseal private parts with the custodian's key")),
	TOOL_OPTIONS_END
};

static const struct tool_option verify_pack_options[] = {
	TOOL_REQUIRED(struct record_options, trust, "trust", "FILE", N_("certificates of the CA")),
	TOOL_OPTION(struct record_options, witness, "witness", "FILE",
	            N_("certificates that must have countersigned")),
	TOOL_OPTION(struct record_options, manifest_sm3, "manifest-sm3", "HEX",
	            N_("SM3 that the list of files must have")),
	TOOL_OPTIONS_END
};

static const struct tool_option list_options[] = {
	PERIOD,
	TOOL_OPTION(struct record_options, kind, "kind", "KIND", N_("of this kind")),
	TOOL_OPTION(struct record_options, by, "by", "NAME", N_("by this actor")),
	TOOL_OPTION(struct record_options, serial, "serial", "SERIAL", N_("about this certificate")),
	TOOL_OPTION(struct record_options, application, "application", "ID",
	            N_("about this application")),
	TOOL_OPTION(struct record_options, subject, "subject", "TEXT",
	            N_("about certificates whose subject has TEXT")),
	TOOL_OPTIONS_END
};

static const struct tool_option show_options[] = {
	CUSTODIAN_KEY,
	TOOL_OPTION(struct record_options, private_out, "private-out", "FILE",
	            N_("where the private part goes")),
	TOOL_OPTIONS_END
};

static const struct tool_option restore_options[] = {
	TOOL_REQUIRED(struct record_options, check, "check", NULL,
	              N_("look whether the backup is whole, and what it lacks")),
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
	{ .name = "archive",
	  .help = N_("Moves entries out of the ledger into signed files, where everything reads them."),
	  .options = archive_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET | TOOL_ACTOR,
	  .run = record_archive },
	{ .name = "backup",
	  .help = N_("Copies the whole home while it is in use, and checks the copy."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET | TOOL_ACTOR,
	  .operands = "DIR",
	  .min = 1,
	  .max = 1,
	  .run = record_backup },
	{ .name = "restore",
	  .help = N_("Checks a backup before it is used."),
	  .options = restore_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET,
	  .operands = "[LIST...]",
	  .min = 0,
	  .max = TOOL_MANY,
	  .run = record_restore },
	{ .name = "reconcile",
	  .help = N_("Brings revocations back that a restored ledger lacks, from published lists."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "[LIST...]",
	  .min = 0,
	  .max = TOOL_MANY,
	  .run = record_reconcile },
	{ .name = "checkpoint",
	  .help = N_("Signs the root of the journal with the journal key."),
	  .options = checkpoint_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_DER,
	  .run = record_checkpoint },
	{ .name = "certify",
	  .help = N_("Lets the CA's key sign whose the journal key is."),
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR,
	  .run = record_certify },
	{ .name = "witness",
	  .help = N_("Lodges a checkpoint with an outside party."),
	  .options = witness_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .run = record_witness },
	{ .name = "prove",
	  .help = N_("Writes the evidence of a certificate's life."),
	  .options = prove_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "SERIAL",
	  .min = 1,
	  .max = 1,
	  .run = record_prove },
	{ .name = "verify-bundle",
	  .help = N_("Says what a file of evidence proves; needs no home."),
	  .options = verify_options,
	  .shared = TOOL_JSON,
	  .operands = "FILE",
	  .min = 1,
	  .max = 1,
	  .run = record_verify_bundle },
	{ .name = "pack",
	  .help = N_("Copies records for inspectors, to be read without this software."),
	  .options = pack_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .run = record_pack },
	{ .name = "lawful",
	  .help = N_("Copies records, unsealed, for an authority that the law lets see them."),
	  .options = lawful_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "SERIAL...",
	  .min = 1,
	  .max = TOOL_MANY,
	  .run = record_lawful },
	{ .name = "verify-pack",
	  .help = N_("Says whether such copies are as they were made; needs no home."),
	  .options = verify_pack_options,
	  .shared = TOOL_JSON,
	  .operands = "DIR",
	  .min = 1,
	  .max = 1,
	  .run = record_verify_pack },
	{ .name = "list",
	  .help = N_("Lists entries of the journal."),
	  .options = list_options,
	  .shared = TOOL_HOME | TOOL_JSON,
	  .run = record_list },
	{ .name = "show",
	  .help = N_("Shows one entry by its number."),
	  .options = show_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .operands = "ENTRY",
	  .min = 1,
	  .max = 1,
	  .run = record_show },
	{ .name = "kinds",
	  .help = N_("Prints the catalogue of entries."),
	  .shared = TOOL_JSON,
	  .run = record_kinds },
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
