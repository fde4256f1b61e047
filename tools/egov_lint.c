/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/lint.h>

#include <string.h>

#include "tool.h"

struct options {
	const char *rules, *profile, *issuer, *sm2_id;
	bool list;
};

static const struct tool_option options[] = {
	TOOL_OPTION(struct options, rules, "rules", "NAMES",
	            N_("of rfc5280, gm, article19 and cps, instead of all")),
	TOOL_OPTION(struct options, profile, "profile", "FILE",
	            N_("the profile that certificates were to follow")),
	TOOL_OPTION(struct options, issuer, "issuer", "FILE",
	            N_("the certificate of the issuer, to compare names and keys with")),
	TOOL_OPTION(struct options, sm2_id, "sm2-id", "TEXT",
	            N_("SM2 signer ID of requests, instead of 1234567812345678")),
	TOOL_OPTION(struct options, list, "list", NULL, N_("print the rules, judge nothing")),
	TOOL_OPTIONS_END
};

static const char *value(const struct egov_report *report, size_t r, const char *key)
{
	const char *text = egov_report_find(report, r, key);

	return text == NULL ? "" : text;
}

/* "a.pem: error gm-serial [serialNumber]: negative; wanted: ... (clause)"; of a file with
 * more than one object "a.pem (2)". */
static void print_place(const struct egov_report *findings, size_t r, const char *path)
{
	const size_t last = egov_report_records(findings) - 1;

	tool_escape(stdout, path);
	if (strcmp(value(findings, last, "object"), "1") != 0)
		(void)printf(" (%s)", value(findings, r, "object"));
	(void)fputs(": ", stdout);
}

static void print_findings(const struct egov_report *findings, const char *path)
{
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		print_place(findings, r, path);
		if (egov_report_find(findings, r, "verdict") != NULL) {
			(void)printf("%s %s: %s %s, %s %s, %s %s\n", value(findings, r, "kind"),
			             value(findings, r, "verdict"), value(findings, r, "errors"),
			             "errors", value(findings, r, "warnings"), "warnings",
			             value(findings, r, "notes"), "notes");
			continue;
		}
		(void)printf("%s %s [%s]: ", value(findings, r, "severity"), value(findings, r, "id"),
		             value(findings, r, "field"));
		tool_escape(stdout, value(findings, r, "found"));
		(void)printf(_("; wanted: %s"), value(findings, r, "wanted"));
		(void)printf(" (%s)\n", value(findings, r, "clause"));
	}
}

static enum egov_status tell(struct tool *tool, const struct egov_report *findings,
                             const char *path, struct egov_error *err)
{
	tool_progress_hide();
	if (tool->json)
		return tool_print_about(tool, findings, 0, "file", path, err);
	print_findings(findings, path);
	return EGOV_OK;
}

/* An error among the findings is the answer no; what has no form at all is bad input. */
static int judge(struct tool *tool, const struct egov_lint_options *how, const char *path)
{
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { .status = EGOV_OK }, told = { .status = EGOV_OK };
	struct egov_buf *bytes = NULL;
	enum egov_status rc;
	int status;

	if (findings == NULL) {
		(void)tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
		return tool_fail(&err, path);
	}
	rc = tool_in(path, EGOV_MAX_CRL, &bytes, &err);
	if (rc == EGOV_OK)
		rc = egov_lint(egov_buf_slice(bytes), how, findings, &err);
	status = rc == EGOV_E_POLICY ? TOOL_NO : tool_exit_status(rc);
	if (rc != EGOV_OK && rc != EGOV_E_POLICY)
		tool_message(&err, rc == EGOV_E_USAGE ? NULL : path);
	if (egov_report_records(findings) > 0 && tell(tool, findings, path, &told) != EGOV_OK)
		status = tool_worse(status, tool_fail(&told, path));
	egov_buf_free(bytes);
	egov_report_free(findings);
	return status;
}

static int list_rules(struct tool *tool)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { .status = EGOV_OK };
	enum egov_status rc = report == NULL
	                      ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                      : egov_lint_rules(report, &err);

	if (rc == EGOV_OK && tool->json)
		rc = tool_print(tool, report, &err);
	else if (rc == EGOV_OK)
		for (size_t r = 0; r < egov_report_records(report); r++)
			(void)printf("%s %s %s %s [%s]: %s (%s)\n", value(report, r, "id"),
			             value(report, r, "severity"), value(report, r, "source"),
			             value(report, r, "applies-to"), value(report, r, "field"),
			             value(report, r, "text"), value(report, r, "clause"));
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}

/* What is judged against; the caller frees both. */
static enum egov_status load(const struct options *o, struct egov_profile **profile,
                             struct egov_cert **issuer, struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	enum egov_status rc = EGOV_OK;

	if (o->profile != NULL)
		rc = egov_profile_load(o->profile, profile, err);
	if (rc != EGOV_OK || o->issuer == NULL)
		return rc;
	rc = tool_in(o->issuer, EGOV_MAX_FILE, &bytes, err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(bytes), issuer, err);
	egov_buf_free(bytes);
	return rc;
}

static int run(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { .status = EGOV_OK };
	struct egov_profile *profile = NULL;
	struct egov_cert *issuer = NULL;
	int status = TOOL_YES;

	if (o->list)
		return list_rules(tool);
	if (tool->operands.count == 0)
		return tool_usage(tool, _("operand missing: FILE..."));
	if (load(o, &profile, &issuer, &err) != EGOV_OK)
		status = tool_fail(&err, profile == NULL && o->profile != NULL ? o->profile : o->issuer);
	const struct egov_lint_options how = {
		.rules = o->rules, .profile = profile, .issuer = issuer,
		.id = { (const uint8_t *)o->sm2_id, o->sm2_id == NULL ? 0 : strlen(o->sm2_id) }
	};

	tool_progress_begin(tool, _("judged"));
	for (size_t i = 0; status <= TOOL_NO && i < tool->operands.count; i++) {
		tool_progress(NULL, i, tool->operands.count);
		status = tool_worse(status, judge(tool, &how, tool->operands.items[i]));
	}
	tool_progress_end();
	egov_cert_free(issuer);
	egov_profile_free(profile);
	return status;
}

int main(int argc, char **argv)
{
	static const struct tool_command commands[] = {
		{ .help = N_("Judges certificates, CRLs, requests and OCSP responses by the rules of the "
		             "standards."),
		  .options = options, .shared = TOOL_JSON | TOOL_QUIET, .operands = "FILE...", .min = 0,
		  .max = TOOL_MANY, .run = run },
		TOOL_COMMANDS_END
	};
	static const struct tool_program program = {
		.name = "egov-lint", .commands = commands, .options_size = sizeof(struct options)
	};

	return tool_main(&program, argc, argv);
}
