/* SPDX-License-Identifier: Apache-2.0 */
/* egov-init: makes a CA home, and installs what a parent made of its request. */
#include <egovca/ca.h>

#include <string.h>

#include <egovca/ceremony.h>

#include "tool.h"

#define MAX_OBJECT (64u << 10)
#define MAX_CHAIN (1u << 20)

struct options {
	bool test, self_signed, rollover, null_parameters, allow_software;
	const char *subject, *key, *journal_key, *custodian, *request_out, *install, *chain;
	const char *crl_url, *ca_issuers_url, *ocsp_url, *module_map;
	const char *ceremony, *reviewed;
	bool dry_run;
	struct tool_list administrators, audit_administrators;
};

static enum egov_status create(struct tool *tool, struct egov_report *report,
                               struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_init_options options = { .dir = tool->home,
		                                   .test = o->test,
		                                   .subject = o->subject,
		                                   .key_uri = o->key,
		                                   .journal_key_uri = o->journal_key,
		                                   .custodian_file = o->custodian,
		                                   .self_signed = o->self_signed,
		                                   .crl_url = o->crl_url,
		                                   .ca_issuers_url = o->ca_issuers_url,
		                                   .ocsp_url = o->ocsp_url,
		                                   .null_params = o->null_parameters,
		                                   .allow_software = o->allow_software,
		                                   .module_map = o->module_map,
		                                   .actor = tool_actor(tool, NULL),
		                                   .source = tool_source(tool),
		                                   .administrators = o->administrators.items,
		                                   .administrators_count = o->administrators.count,
		                                   .audit_administrators =
		                                           o->audit_administrators.items,
		                                   .audit_administrators_count =
		                                           o->audit_administrators.count,
		                                   .clock = tool->clock,
		                                   .pin = tool_pin };

	return egov_init(&options, report, err);
}

static enum egov_status write_request(struct tool *tool, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_home *home = NULL;
	struct egov_buf *der = egov_buf_new(MAX_OBJECT);
	struct tool out = *tool;
	enum egov_status rc = der == NULL ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                                  : tool_home(tool, &home, err);

	out.out = o->request_out;
	if (rc == EGOV_OK)
		rc = egov_init_request(home, der, err);
	if (rc == EGOV_OK)
		rc = tool_put_object(&out, "CERTIFICATE REQUEST", egov_buf_slice(der), err);
	egov_home_close(home);
	egov_buf_free(der);
	return rc;
}

/* The program that runs, for a transcript. */
static const char program_file[] = "/proc/self/exe";

static enum egov_status install(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_buf *certificate = NULL, *chain = NULL;
	struct egov_slice none = { NULL, 0 };
	enum egov_status rc = tool_in(o->install, MAX_OBJECT, &certificate, err);

	if (rc == EGOV_OK && o->chain != NULL)
		rc = tool_in(o->chain, MAX_CHAIN, &chain, err);
	if (rc == EGOV_OK && o->ceremony != NULL) {
		const struct egov_ceremony_install_options options = {
			.file = o->ceremony,
			.actor = tool_actor(tool, home),
			.certificate = egov_buf_slice(certificate),
			.chain = chain == NULL ? none : egov_buf_slice(chain),
			.program = program_file
		};

		rc = egov_ceremony_install(home, &options, report, err);
	} else if (rc == EGOV_OK) {
		rc = egov_init_install(home, tool_actor(tool, home), egov_buf_slice(certificate),
		                       chain == NULL ? none : egov_buf_slice(chain), report, err);
	}
	egov_buf_free(chain);
	egov_buf_free(certificate);
	return rc;
}

static enum egov_status roll_over(struct tool *tool, struct egov_home *home,
                                  struct egov_report *report, struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_buf *der = NULL;
	struct tool out = *tool;
	enum egov_status rc = egov_init_rollover(home, tool_actor(tool, home), report, err);

	if (rc != EGOV_OK || o->request_out == NULL)
		return rc;
	out.out = o->request_out;
	der = egov_buf_new(MAX_OBJECT);
	rc = der == NULL ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                 : egov_init_request(home, der, err);
	if (rc == EGOV_OK)
		rc = tool_put_object(&out, "CERTIFICATE REQUEST", egov_buf_slice(der), err);
	egov_buf_free(der);
	return rc;
}

static bool is_stdout(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static int make(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : create(tool, report, &err);

	if (rc == EGOV_OK && o->request_out != NULL) {
		rc = write_request(tool, &err);
		if (rc != EGOV_OK)
			tool_note(tool, _("the home %s is made: egov-init --request-out writes its "
			                  "request again"),
			          tool->home);
	}
	/* Standard output is the request's, or the report's. */
	if (rc == EGOV_OK && !is_stdout(o->request_out))
		rc = tool_print(tool, report, &err);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}

/* --- a ceremony --- */

#define MAX_APPROVAL (256u << 10)
#define MAX_APPROVALS 4

struct approvals {
	struct egov_buf *files[MAX_APPROVALS];
	struct egov_slice slices[MAX_APPROVALS];
	size_t count;
};

static enum egov_status read_approvals(const struct tool *tool, struct approvals *a,
                                       struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (tool->approvals.count > MAX_APPROVALS)
		return tool_error(err, EGOV_E_LIMIT, NULL, _("more than %d approvals"), MAX_APPROVALS);
	for (size_t i = 0; rc == EGOV_OK && i < tool->approvals.count; i++) {
		rc = tool_in(tool->approvals.items[i], MAX_APPROVAL, &a->files[i], err);
		a->slices[i] = rc == EGOV_OK ? egov_buf_slice(a->files[i])
		                             : (struct egov_slice){ NULL, 0 };
		a->count = i + 1;
	}
	return rc;
}

static void tick(void *user, struct egov_clock *clock)
{
	struct egov_clock now;

	(void)user;
	if (tool_clock(&now, &(struct egov_error){ 0 }) == EGOV_OK)
		*clock = now;
}

static enum egov_status run_ceremony(struct tool *tool, struct egov_report *report,
                                     struct egov_error *err)
{
	const struct options *o = tool->options;
	struct approvals approvals = { .count = 0 };
	struct egov_ceremony_options options = { .file = o->ceremony,
		                                 .dir = tool->home,
		                                 .actor = tool_actor(tool, NULL),
		                                 .source = tool_source(tool),
		                                 .dry_run = o->dry_run,
		                                 .reviewed = o->reviewed,
		                                 .program = program_file,
		                                 .clock = tool->clock,
		                                 .tick = tick,
		                                 .pin = tool_pin };
	enum egov_status rc = read_approvals(tool, &approvals, err);

	if (rc == EGOV_OK && tool->to_sign != NULL) {
		tool->matter = egov_buf_new(MAX_APPROVAL);
		if (tool->matter == NULL)
			rc = tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	}
	options.matter = tool->matter;
	options.approvals = approvals.slices;
	options.approvals_count = approvals.count;
	if (rc == EGOV_OK)
		rc = egov_ceremony(&options, report, err);
	for (size_t i = 0; i < approvals.count; i++)
		egov_buf_free(approvals.files[i]);
	return rc;
}

static enum egov_status write_matter(struct tool *tool, struct egov_error *err)
{
	struct tool out = *tool;

	out.out = tool->to_sign;
	return tool_put_object(&out, "EGOVCA MATTER", egov_buf_slice(tool->matter), err);
}

static int ceremony(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : run_ceremony(tool, report, &err);

	if (rc == EGOV_OK && tool->to_sign != NULL)
		rc = write_matter(tool, &err);
	else if (rc == EGOV_OK && o->request_out != NULL && !o->dry_run)
		rc = write_request(tool, &err);
	if (rc == EGOV_OK && !is_stdout(tool->to_sign) && !is_stdout(o->request_out))
		rc = tool_print(tool, report, &err);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, o->ceremony);
}

/* What the ceremony file says is said nowhere else. */
static int check_ceremony(struct tool *tool)
{
	const struct options *o = tool->options;

	if (o->test || o->self_signed || o->rollover || o->null_parameters || o->allow_software
	    || o->subject != NULL || o->key != NULL || o->journal_key != NULL || o->custodian != NULL
	    || o->crl_url != NULL || o->ca_issuers_url != NULL || o->ocsp_url != NULL
	    || o->module_map != NULL || o->administrators.count > 0
	    || o->audit_administrators.count > 0)
		return tool_usage(tool, _("with --ceremony the file says what is made"));
	if (o->install != NULL)
		return o->dry_run || o->reviewed != NULL || o->request_out != NULL
		               ? tool_usage(tool, _("--install has no --dry-run, --reviewed or "
		                                    "--request-out"))
		               : tool_with_home(tool, install, o->install);
	if (tool->operator != NULL || o->chain != NULL)
		return tool_usage(tool, _("there is no home yet: a ceremony takes --reviewed and "
		                          "--approval"));
	return ceremony(tool);
}

/* Make a home, write its request again, install, or roll over. */
static int run(struct tool *tool)
{
	const struct options *o = tool->options;
	struct egov_error err = { 0 };
	enum egov_status rc;

	if (o->ceremony != NULL)
		return check_ceremony(tool);
	if (o->dry_run || o->reviewed != NULL)
		return tool_usage(tool, _("--dry-run and --reviewed go with --ceremony"));
	if (o->install != NULL) {
		if (o->subject != NULL || o->self_signed || o->request_out != NULL)
			return tool_usage(tool, _("--install makes no home: leave --subject, "
			                          "--self-signed and --request-out out"));
		return tool_with_home(tool, install, o->install);
	}
	if (o->chain != NULL)
		return tool_usage(tool, _("--chain goes with --install"));
	if (o->rollover) {
		if (o->subject != NULL || o->key != NULL || o->self_signed)
			return tool_usage(tool, _("--rollover makes no home: the name stays, and "
			                          "egovca.conf names the new key"));
		return tool_with_home(tool, roll_over, NULL);
	}
	if (o->subject == NULL && o->request_out != NULL) {
		rc = write_request(tool, &err);
		return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
	}
	if (o->subject == NULL || o->key == NULL || o->journal_key == NULL || o->custodian == NULL)
		return tool_usage(tool, _("a home needs --subject, --key, --journal-key and "
		                          "--custodian"));
	if (o->self_signed == (o->request_out != NULL))
		return tool_usage(tool, _("give either --self-signed or --request-out"));
	return make(tool);
}

static const struct tool_option options[] = {
	TOOL_OPTION(struct options, test, "test", NULL,
	            N_("a home for tests: test profiles, software keys")),
	TOOL_OPTION(struct options, subject, "subject", "DN",
	            N_("the CA's name, e.g. \"C=CN, O=..., CN=...\"")),
	TOOL_OPTION(struct options, key, "key", "URI", N_("the CA's key")),
	TOOL_OPTION(struct options, journal_key, "journal-key", "URI",
	            N_("the key that signs the journal's checkpoints: another one")),
	TOOL_OPTION(struct options, custodian, "custodian", "FILE",
	            N_("certificate of the person whom private data are sealed to")),
	TOOL_OPTION(struct options, self_signed, "self-signed", NULL, N_("make a root CA")),
	TOOL_OPTION(struct options, request_out, "request-out", "FILE",
	            N_("make a subordinate CA, and write its request here")),
	TOOL_OPTION(struct options, install, "install", "CERT",
	            N_("install what the parent made of the request")),
	TOOL_OPTION(struct options, chain, "chain", "FILE", N_("the certificates above it")),
	TOOL_OPTION(struct options, rollover, "rollover", NULL,
	            N_("go over to the next key that egovca.conf names")),
	TOOL_OPTION(struct options, crl_url, "crl-url", "URL",
	            N_("where relying parties fetch the CRL")),
	TOOL_OPTION(struct options, ca_issuers_url, "ca-issuers-url", "URL",
	            N_("where relying parties fetch the CA's certificate")),
	TOOL_OPTION(struct options, ocsp_url, "ocsp-url", "URL",
	            N_("where relying parties ask for status")),
	TOOL_OPTION(struct options, null_parameters, "null-parameters", NULL,
	            N_("write NULL parameters into signature algorithms")),
	TOOL_OPTION(struct options, allow_software, "allow-software", NULL,
	            N_("let a production home use software keys; journalled")),
	TOOL_OPTION(struct options, module_map, "module-map", "FILE",
	            N_("mechanism mappings of PKCS#11 modules")),
	TOOL_OPTION(struct options, ceremony, "ceremony", "FILE",
	            N_("make it all as this reviewed file says, the keys too")),
	TOOL_OPTION(struct options, dry_run, "dry-run", NULL,
	            N_("of a ceremony, show what would be signed, and stop")),
	TOOL_OPTION(struct options, reviewed, "reviewed", "SM3",
	            N_("of a ceremony, the digest of the file that was reviewed")),
	TOOL_OPTION(struct options, administrators, "administrator", "NAME=CERT",
	            N_("who appoints administrators and the business side")),
	TOOL_OPTION(struct options, audit_administrators, "audit-administrator", "NAME=CERT",
	            N_("who appoints the audit side")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .help = N_("Makes a CA home, or installs the CA's certificate in it (Order No. 4, Art. 6, 18)."),
	  .options = options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
	  .run = run },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = { .name = "egov-init",
		                                     .commands = commands,
		                                     .options_size = sizeof(struct options),
		                                     .opens_keys = true };

	return tool_main(&program, argc, argv);
}
