/* SPDX-License-Identifier: Apache-2.0 */
/* egov-operator: the people of a CA, and what they sign. */
#include <egovca/operator.h>

#include <stdlib.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)
#define MAX_OBJECT (256u << 10)

struct options {
	const char *roles, *certificate, *key, *module_map, *subject, *entry, *prefix;
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

static enum egov_status sign(struct tool *tool, struct egov_slice matter,
                             struct egov_slice certificate, struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_operator_sign_options options = { .matter = matter,
		                                            .certificate = certificate,
		                                            .key_uri = o->key,
		                                            .module_map = o->module_map,
		                                            .pin = tool_pin,
		                                            .clock = tool->clock };
	struct egov_buf *approval = egov_buf_new(MAX_OBJECT);
	struct egov_report *report = egov_report_new();
	struct tool_object object = { .label = "EGOVCA APPROVAL", .key = "approval" };
	enum egov_status rc = approval == NULL || report == NULL
	                              ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : egov_operator_sign(&options, approval, report, err);

	if (rc == EGOV_OK) {
		object.der = egov_buf_slice(approval);
		rc = tool_hand_out(tool, &object, report, err);
	}
	egov_report_free(report);
	egov_buf_free(approval);
	return rc;
}

static int run_sign(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	struct egov_buf *matter = NULL, *certificate = NULL;
	enum egov_status rc = tool_in(tool->operands.items[0], MAX_OBJECT, &matter, &err);

	if (rc == EGOV_OK)
		rc = tool_in(o->certificate, MAX_CERTIFICATE, &certificate, &err);
	if (rc == EGOV_OK)
		rc = sign(tool, egov_buf_slice(matter), egov_buf_slice(certificate), &err);
	egov_buf_free(certificate);
	egov_buf_free(matter);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, tool->operands.items[0]);
}

static int run_show(struct tool *tool)
{
	struct egov_error err = { 0 };
	struct egov_buf *bytes = NULL;
	struct egov_report *report = egov_report_new();
	enum egov_status rc = tool_in(tool->operands.items[0], MAX_OBJECT, &bytes, &err);
	int status;

	if (rc == EGOV_OK && report == NULL)
		rc = tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc != EGOV_OK) {
		status = tool_fail(&err, NULL);
	} else {
		rc = egov_operator_show(egov_buf_slice(bytes), report, &err);
		if (rc == EGOV_OK)
			rc = tool_print(tool, report, &err);
		status = rc == EGOV_OK ? TOOL_YES : tool_fail(&err, tool->operands.items[0]);
		/* The judged object does not decode: the answer is no. */
		if (rc == EGOV_E_SYNTAX || rc == EGOV_E_LIMIT)
			status = TOOL_NO;
	}
	egov_report_free(report);
	egov_buf_free(bytes);
	return status;
}

static enum egov_status approvals(struct tool *tool, struct egov_home *home,
                                  struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;

	return egov_operator_approvals(home, o->subject, report, err);
}

static int run_approvals(struct tool *tool)
{
	return tool_with_home(tool, approvals, NULL);
}

static enum egov_status put(const char *prefix, const char *suffix, struct egov_slice bytes,
                            struct egov_error *err)
{
	char *path = NULL;
	enum egov_status rc;

	if (asprintf(&path, "%s.%s", prefix, suffix) < 0)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = tool_put(path, bytes, err);
	free(path);
	return rc;
}

static enum egov_status put_all(const char *prefix, const struct egov_operator_export *e,
                                struct egov_error *err)
{
	struct egov_buf *pem = egov_buf_new(MAX_OBJECT);
	enum egov_status rc =
		pem == NULL ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
		            : egov_pem_encode("CERTIFICATE", egov_buf_slice(e->certificate), pem, err);

	if (rc == EGOV_OK)
		rc = put(prefix, "statement", egov_buf_slice(e->statement), err);
	if (rc == EGOV_OK)
		rc = put(prefix, "signature", egov_buf_slice(e->signature), err);
	if (rc == EGOV_OK)
		rc = put(prefix, "pem", egov_buf_slice(pem), err);
	egov_buf_free(pem);
	return rc;
}

static enum egov_status export(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_operator_export e = { egov_buf_new(MAX_OBJECT), egov_buf_new(MAX_OBJECT),
		                          egov_buf_new(MAX_OBJECT) };
	enum egov_status rc;

	if (e.statement == NULL || e.signature == NULL || e.certificate == NULL)
		rc = tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	else
		rc = egov_operator_export_entry(home, o->entry, &e, report, err);
	if (rc == EGOV_OK)
		rc = put_all(o->prefix, &e, err);
	egov_buf_free(e.statement);
	egov_buf_free(e.signature);
	egov_buf_free(e.certificate);
	return rc;
}

static int run_export(struct tool *tool)
{
	return tool_with_home(tool, export, NULL);
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
static const struct tool_option sign_options[] = {
	TOOL_REQUIRED(struct options, certificate, "certificate", "FILE",
	              N_("the operator's SM2 certificate")),
	TOOL_REQUIRED(struct options, key, "key", "URI", N_("the key that the operator signs with")),
	TOOL_OPTION(struct options, module_map, "module-map", "FILE",
	            N_("mechanism mappings of PKCS#11 modules")),
	TOOL_OPTIONS_END
};
static const struct tool_option approvals_options[] = {
	TOOL_OPTION(struct options, subject, "subject", "TEXT",
	            N_("those about this alone, e.g. an application's ID")),
	TOOL_OPTIONS_END
};
static const struct tool_option export_options[] = {
	TOOL_REQUIRED(struct options, entry, "entry", "N", N_("the approval's journal entry")),
	TOOL_REQUIRED(struct options, prefix, "prefix", "PATH",
	              N_("write PATH.statement, PATH.signature and PATH.pem")),
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
	{ .name = "show",
	  .help = N_("Prints what is to be signed, or what an approval says."),
	  .shared = TOOL_JSON, .operands = "FILE", .min = 1, .max = 1, .run = run_show },
	{ .name = "sign",
	  .help = N_("Signs what --to-sign wrote, wherever the operator's key is."),
	  .options = sign_options, .shared = TOOL_JSON | TOOL_DER | TOOL_OUT,
	  .operands = "FILE", .min = 1, .max = 1, .run = run_sign },
	{ .name = "approvals",
	  .help = N_("Lists the approvals in the journal."),
	  .options = approvals_options, .shared = SHARED, .run = run_approvals },
	{ .name = "export",
	  .help = N_("Writes one approval out, for others to verify."),
	  .options = export_options, .shared = SHARED, .run = run_export },
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
