/* SPDX-License-Identifier: Apache-2.0 */
/* egov-status: what is known about certificates, now or at a time. */
#include <egovca/ca.h>

#include <string.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)

struct options {
	egov_time at, from, to;
	const char *subject;
	bool pem, cases;
};

/* Hexadecimal digits and colons are a serial, everything else names a file. */
static bool is_serial(const char *text)
{
	return *text != 0 && strspn(text, "0123456789abcdefABCDEF:") == strlen(text);
}

static enum egov_status show(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;
	const char *what = tool->operands.items[0];
	struct egov_buf *file = NULL, *der = egov_buf_new(MAX_CERTIFICATE);
	struct egov_report *known = o->pem ? egov_report_new() : NULL;
	struct tool_object object = { .label = "CERTIFICATE", .key = "certificate" };
	struct egov_slice bytes = { NULL, 0 };
	enum egov_status rc = EGOV_OK;

	if (der == NULL || (o->pem && known == NULL))
		rc = tool_error(err, EGOV_E_NOMEM, NULL, "out of memory");
	else if (!is_serial(what))
		rc = tool_in(what, MAX_CERTIFICATE, &file, err);
	if (rc == EGOV_OK && file != NULL)
		bytes = egov_buf_slice(file);
	if (rc == EGOV_OK)
		rc = egov_status_show(home, file == NULL ? what : NULL, bytes,
		                      o->pem ? der : NULL, o->pem ? known : report, err);
	if (rc == EGOV_OK && o->pem) {
		object.der = egov_buf_slice(der);
		rc = tool_hand_out(tool, &object, known, err);
	}
	egov_report_free(known);
	egov_buf_free(der);
	egov_buf_free(file);
	return rc;
}

static enum egov_status state(struct tool *tool, struct egov_home *home,
                              struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_status_state(home, tool->operands.items[0], o->at, report, err);
}

static enum egov_status list(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_status_list(home, o->subject, report, err);
}

static enum egov_status count(struct tool *tool, struct egov_home *home,
                              struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_status_count(home, o->from, o->to, report, err);
}

static enum egov_status clock_of(struct tool *tool, struct egov_home *home,
                                 struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_status_clock_options options = { .from = o->from, .to = o->to,
		                                           .cases = o->cases };
	int within = 1;
	enum egov_status rc = egov_status_clock(home, &options, &within, report, err);

	if (rc == EGOV_OK && !within)
		rc = tool_error(err, EGOV_E_UNTRUSTED, "Order No. 4, Art. 18(1)",
		                _("revocations took longer than the practice statement promises"));
	return rc;
}

static int run_show(struct tool *tool)
{
	return tool_with_home(tool, show, tool->operands.items[0]);
}

static int run_state(struct tool *tool)
{
	return tool_with_home(tool, state, tool->operands.items[0]);
}

static int run_list(struct tool *tool)
{
	return tool_with_home(tool, list, NULL);
}

static int run_count(struct tool *tool)
{
	return tool_with_home(tool, count, NULL);
}

static int run_clock(struct tool *tool)
{
	return tool_with_home(tool, clock_of, NULL);
}

static const struct tool_option show_options[] = {
	TOOL_OPTION(struct options, pem, "pem", NULL, N_("write the certificate itself")),
	TOOL_OPTIONS_END
};
static const struct tool_option state_options[] = {
	TOOL_OPTION(struct options, at, "at", "TIME", N_("the state at this time")),
	TOOL_OPTIONS_END
};
static const struct tool_option list_options[] = {
	TOOL_OPTION(struct options, subject, "subject", "TEXT",
	            N_("those whose subject contains this text")),
	TOOL_OPTIONS_END
};

static const struct tool_option count_options[] = {
	TOOL_OPTION(struct options, from, "from", "TIME", N_("from this time on")),
	TOOL_OPTION(struct options, to, "to", "TIME", N_("up to this time, without it")),
	TOOL_OPTIONS_END
};

static const struct tool_option clock_options[] = {
	TOOL_OPTION(struct options, from, "from", "TIME", N_("decided from this time on")),
	TOOL_OPTION(struct options, to, "to", "TIME", N_("decided up to this time, without it")),
	TOOL_OPTION(struct options, cases, "cases", NULL, N_("print every case too")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "show",
	  .help = N_("Prints the record of a certificate, by serial or file."),
	  .options = show_options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_DER | TOOL_OUT,
	  .operands = "SERIAL|CERT", .min = 1, .max = 1, .run = run_show },
	{ .name = "state",
	  .help = N_("Prints good, on-hold, revoked, expired, not-yet-valid or unknown."),
	  .options = state_options,
	  .shared = TOOL_HOME | TOOL_JSON,
	  .operands = "SERIAL", .min = 1, .max = 1, .run = run_state },
	{ .name = "list",
	  .help = N_("Lists certificates."),
	  .options = list_options,
	  .shared = TOOL_HOME | TOOL_JSON, .run = run_list },
	{ .name = "count",
	  .help = N_("Counts what was issued, renewed, rekeyed, extended, held, released and revoked."),
	  .options = count_options,
	  .shared = TOOL_HOME | TOOL_JSON, .run = run_count },
	{ .name = "clock",
	  .help = N_("Prints how long revocations took until they were listed; 1 where one was late."),
	  .options = clock_options,
	  .shared = TOOL_HOME | TOOL_JSON, .run = run_clock },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-status",
		.help = N_("Queries certificates and their status (Order No. 4, Art. 18)."),
		.commands = commands,
		.options_size = sizeof(struct options)
	};

	return tool_main(&program, argc, argv);
}
