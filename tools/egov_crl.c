/* SPDX-License-Identifier: Apache-2.0 */
/* egov-crl: makes, publishes, checks and shows certificate revocation lists. */
#include <egovca/ca.h>
#include <egovca/cert.h>
#include <egovca/crl.h>

#include "tool.h"

#define MAX_CRL (256u << 20)
#define MAX_CERTIFICATE (64u << 10)

struct options {
	bool if_due, delta, entries;
	const char *issuer;
	egov_time at;
};

static enum egov_status publish(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	const struct egov_crl_publish_options options = { .actor = tool_actor(tool, home),
		                                          .if_due = o->if_due,
		                                          .delta = o->delta };

	return egov_crl_publish(home, &options, report, err);
}

static int run_publish(struct tool *tool)
{
	return tool_with_home(tool, publish, NULL);
}

/* What is done with a list; issuer is empty where none is given. */
typedef enum egov_status crl_fn(const struct tool *tool, struct egov_slice crl,
                                struct egov_slice issuer, struct egov_report *report,
                                struct egov_error *err);

static enum egov_status check(const struct tool *tool, struct egov_slice crl,
                              struct egov_slice issuer, struct egov_report *report,
                              struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_crl_check(crl, issuer, o->at == EGOV_TIME_NONE ? tool->clock.real : o->at,
	                      report, err);
}

static enum egov_status show(const struct tool *tool, struct egov_slice crl,
                             struct egov_slice issuer, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_crl *decoded = NULL;
	enum egov_status rc = egov_crl_decode(crl, &decoded, err);

	(void)issuer;
	if (rc == EGOV_OK)
		rc = egov_crl_report(decoded, o->entries, report, err);
	egov_crl_free(decoded);
	return rc;
}

/* The list is what is judged: one that does not decode, or not by our rules, is
 * an answer, and the answer is no. */
static int judge(struct tool *tool, struct egov_slice crl, struct egov_slice issuer,
                 crl_fn *operation)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : operation(tool, crl, issuer, report, &err);
	int status = TOOL_YES;

	if (rc != EGOV_OK)
		status = tool_fail(&err, tool->operands.items[0]);
	if (status == TOOL_REFUSED)
		status = TOOL_NO;
	if (rc == EGOV_OK && tool_print(tool, report, &err) != EGOV_OK)
		status = tool_fail(&err, NULL);
	egov_report_free(report);
	return status;
}

static int with_crl(struct tool *tool, struct egov_slice issuer, crl_fn *operation)
{
	const char *file = tool->operands.items[0];
	struct egov_error err = { 0 };
	struct egov_buf *crl = NULL;
	int status;

	if (tool_in(file, MAX_CRL, &crl, &err) != EGOV_OK)
		return tool_fail(&err, file);
	status = judge(tool, egov_buf_slice(crl), issuer, operation);
	egov_buf_free(crl);
	return status;
}

/* The issuer's certificate is no answer, but what is needed for one. */
static int run_check(struct tool *tool)
{
	const struct options *o = tool->options;
	const struct egov_slice none = { NULL, 0 };
	struct egov_error err = { 0 };
	struct egov_buf *issuer = NULL;
	struct egov_cert *cert = NULL;
	enum egov_status rc;
	int status;

	if (o->issuer == NULL)
		return with_crl(tool, none, check);
	rc = tool_in(o->issuer, MAX_CERTIFICATE, &issuer, &err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(issuer), &cert, &err);
	if (rc == EGOV_OK)
		status = with_crl(tool, egov_cert_der(cert), check);
	else
		status = tool_fail(&err, o->issuer);
	egov_cert_free(cert);
	egov_buf_free(issuer);
	return status;
}

static int run_show(struct tool *tool)
{
	const struct egov_slice none = { NULL, 0 };

	return with_crl(tool, none, show);
}

static const struct tool_option publish_options[] = {
	TOOL_OPTION(struct options, if_due, "if-due", NULL,
	            N_("do nothing while the published list is fresh")),
	TOOL_OPTION(struct options, delta, "delta", NULL, N_("make delta lists alone")),
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
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR, .run = run_publish },
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
