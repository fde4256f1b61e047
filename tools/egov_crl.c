/* SPDX-License-Identifier: Apache-2.0 */
/* egov-crl: makes, publishes, checks and shows certificate revocation lists. */
#include <egovca/ca.h>
#include <egovca/crl.h>

#include "tool.h"

#define MAX_CRL (256u << 20)
#define MAX_CERTIFICATE (64u << 10)

struct options {
	bool if_due, entries;
	const char *actor, *issuer;
	egov_time at;
};

static enum egov_status publish(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_crl_publish(home, tool_actor(o->actor), o->if_due, report, err);
}

static int run_publish(struct tool *tool)
{
	return tool_with_home(tool, publish, NULL);
}

static enum egov_status check(struct tool *tool, struct egov_slice crl, struct egov_report *report,
                              struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_buf *issuer = NULL;
	struct egov_slice bytes = { NULL, 0 };
	enum egov_status rc = EGOV_OK;

	if (o->issuer != NULL)
		rc = tool_in(o->issuer, MAX_CERTIFICATE, &issuer, err);
	if (issuer != NULL)
		bytes = egov_buf_slice(issuer);
	if (rc == EGOV_OK)
		rc = egov_crl_check(crl, bytes,
		                    o->at == EGOV_TIME_NONE ? tool->clock.real : o->at, report, err);
	egov_buf_free(issuer);
	return rc;
}

static enum egov_status show(struct tool *tool, struct egov_slice crl, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_crl *decoded = NULL;
	enum egov_status rc = egov_crl_decode(crl, &decoded, err);

	if (rc == EGOV_OK)
		rc = egov_crl_report(decoded, o->entries, report, err);
	egov_crl_free(decoded);
	return rc;
}

/* Reads the file, does one thing with it, prints; what does not decode is a no. */
static int with_crl(struct tool *tool,
                    enum egov_status (*operation)(struct tool *, struct egov_slice,
                                                  struct egov_report *, struct egov_error *))
{
	const char *file = tool->operands.items[0];
	struct egov_error err = { 0 };
	struct egov_buf *crl = NULL;
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : tool_in(file, MAX_CRL, &crl, &err);
	int status = TOOL_YES;

	if (rc == EGOV_OK)
		rc = operation(tool, egov_buf_slice(crl), report, &err);
	if (rc != EGOV_OK)
		status = tool_fail(&err, file);
	if (crl != NULL && (rc == EGOV_E_SYNTAX || rc == EGOV_E_LIMIT))
		status = TOOL_NO;
	if (rc == EGOV_OK) {
		rc = tool_print(tool, report, &err);
		if (rc != EGOV_OK)
			status = tool_fail(&err, NULL);
	}
	egov_report_free(report);
	egov_buf_free(crl);
	return status;
}

static int run_check(struct tool *tool)
{
	return with_crl(tool, check);
}

static int run_show(struct tool *tool)
{
	return with_crl(tool, show);
}

static const struct tool_option publish_options[] = {
	TOOL_OPTION(struct options, if_due, "if-due", NULL,
	            N_("do nothing while the published list is fresh")),
	TOOL_OPTION(struct options, actor, "actor", "NAME", N_("who does this")),
	TOOL_OPTIONS_END
};
static const struct tool_option check_options[] = {
	TOOL_OPTION(struct options, issuer, "issuer", "CERT",
	            N_("the CA's certificate, to verify the signature with")),
	TOOL_OPTION(struct options, at, "at", "TIME", N_("judge at this time instead of now")),
	TOOL_OPTIONS_END
};
static const struct tool_option show_options[] = {
	TOOL_OPTION(struct options, entries, "entries", NULL, N_("print every entry too")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .name = "publish",
	  .help = N_("Signs the next list and serves it; in any doubt the old one stays."),
	  .options = publish_options,
	  .shared = TOOL_HOME | TOOL_JSON, .run = run_publish },
	{ .name = "check",
	  .help = N_("Judges a list: form, freshness, and its signature with --issuer."),
	  .options = check_options, .shared = TOOL_JSON,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_check },
	{ .name = "show",
	  .help = N_("Prints a list."),
	  .options = show_options, .shared = TOOL_JSON,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_show },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = {
		.name = "egov-crl",
		.help = N_("Certificate revocation lists (Order No. 4, Art. 18(3))."),
		.commands = commands,
		.options_size = sizeof(struct options),
		.opens_keys = true
	};

	return tool_main(&program, argc, argv);
}
