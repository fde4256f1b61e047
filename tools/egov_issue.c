/* SPDX-License-Identifier: Apache-2.0 */
/* egov-issue: certificates on approved applications, or after others. */
#include <egovca/ca.h>

#include "issue_batch.h"

#define MAX_CERTIFICATE (64u << 10)

enum egov_status issue_hand_out(struct tool *tool, struct egov_slice der,
                                struct egov_report *report, struct egov_error *err)
{
	const struct tool_object object = { .label = "CERTIFICATE", .key = "certificate",
		                            .der = der };
	enum egov_status rc = tool_hand_out(tool, &object, report, err);

	/* It exists, and is in the ledger: say how to fetch it. */
	if (rc != EGOV_OK)
		tool_note(tool, _("issued, serial %s: egov-status show --pem writes it again"),
		          egov_report_find(report, 0, "serial"));
	return rc;
}

static enum egov_status issue_certificate(struct tool *tool, struct egov_home *home,
                                          const struct egov_issue_options *options,
                                          struct egov_error *err)
{
	struct egov_buf *certificate = egov_buf_new(MAX_CERTIFICATE);
	struct egov_report *report = egov_report_new();
	enum egov_status rc;

	if (certificate == NULL || report == NULL)
		rc = tool_error(err, EGOV_E_NOMEM, NULL, "out of memory");
	else
		rc = egov_issue(home, options, certificate, report, err);
	if (rc == EGOV_OK)
		rc = issue_hand_out(tool, egov_buf_slice(certificate), report, err);
	egov_report_free(report);
	egov_buf_free(certificate);
	return rc;
}

static enum egov_status issue(struct tool *tool, struct egov_home *home,
                              struct egov_slice request, struct egov_error *err)
{
	const struct issue_options *o = tool->options;
	struct egov_pair_options pair = { .issue = { .actor = tool_actor(tool, home),
		                                     .profile = o->profile,
		                                     .application = o->application,
		                                     .request = request,
		                                     .request_name = o->request,
		                                     .validity = o->validity },
		                          .encrypt_profile = o->encrypt_profile };

	if (o->encrypt_profile == NULL)
		return issue_certificate(tool, home, &pair.issue, err);
	if (o->key_request)
		return issue_key_request(tool, home, &pair, err);
	return issue_pair(tool, home, &pair, &o->pair, err);
}

/* A pair is asked for or answered; what belongs to it makes no sense without. */
static bool is_consistent(const struct issue_options *o)
{
	const bool answered = o->pair.answer != NULL;
	const bool files = o->pair.encrypt_out != NULL && o->pair.envelope_out != NULL;
	const bool none = o->pair.encrypt_out == NULL && o->pair.envelope_out == NULL;

	if (o->encrypt_profile == NULL)
		return !o->key_request && !answered && none;
	return o->key_request ? !answered && none : answered && files;
}

static int run_one(struct tool *tool)
{
	const struct issue_options *o = tool->options;
	struct egov_error err = { 0 };
	struct egov_buf *request = NULL;
	struct egov_home *home = NULL;
	enum egov_status rc = tool_in(o->request, EGOV_MAX_FILE, &request, &err);

	if (rc == EGOV_OK)
		rc = tool_home(tool, &home, &err);
	if (rc == EGOV_OK)
		rc = issue(tool, home, egov_buf_slice(request), &err);
	egov_home_close(home);
	egov_buf_free(request);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}

static int run(struct tool *tool)
{
	const struct issue_options *o = tool->options;
	const struct {
		const char *name, *argument, *value;
	} one[] = { { "profile", "NAME", o->profile },
		    { "application", "ID", o->application },
		    { "request", "FILE", o->request } };
	const struct issue_asked asked = { o->profile, o->application, o->request, o->validity };
	int ended;

	if (o->batch == NULL && issue_renewal(tool, &o->renewal, &asked, &ended))
		return ended;
	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		if (o->batch == NULL && one[i].value == NULL)
			return tool_usage(tool, _("--%s %s is missing"), one[i].name, one[i].argument);
		if (o->batch != NULL && one[i].value != NULL)
			return tool_usage(tool, _("--%s: stands in the list of --batch"), one[i].name);
	}
	if (!is_consistent(o) || (o->batch != NULL && o->encrypt_profile != NULL))
		return tool_usage(tool, _("a pair wants --encrypt-profile, and either --key-request or "
		                          "--key-answer, --encrypt-out and --envelope-out"));
	return o->batch == NULL ? run_one(tool) : issue_batch(tool);
}

static const struct tool_option options[] = {
	TOOL_CHOICE(struct issue_options, profile, "profile", "NAME", TOOL_PROFILES,
	            N_("a profile of the home")),
	TOOL_OPTION(struct issue_options, application, "application", "ID",
	            N_("an approved application; it is used up")),
	TOOL_OPTION(struct issue_options, request, "request", "FILE",
	            N_("PKCS#10 request with the key that the application pins")),
	TOOL_OPTION(struct issue_options, validity, "validity", "DURATION",
	            N_("instead of the profile's, e.g. 3y")),
	TOOL_CHOICE(struct issue_options, encrypt_profile, "encrypt-profile", "NAME", TOOL_PROFILES,
	            N_("for a pair: the profile of its encryption certificate")),
	TOOL_OPTION(struct issue_options, key_request, "key-request", NULL,
	            N_("write what a key-management centre is asked, issue nothing yet")),
	TOOL_OPTION(struct issue_options, pair.answer, "key-answer", "FILE",
	            N_("what the centre answered")),
	TOOL_OPTION(struct issue_options, pair.encrypt_out, "encrypt-out", "FILE",
	            N_("where the encryption certificate goes")),
	TOOL_OPTION(struct issue_options, pair.envelope_out, "envelope-out", "FILE",
	            N_("where its private key goes, sealed to the signing key")),
	TOOL_OPTION(struct issue_options, batch, "batch", "LIST",
	            N_("a job a line: profile, application, request file, output file or -")),
	TOOL_OPTION(struct issue_options, threads, "threads", "N",
	            N_("threads that sign a batch; one a processor where not given")),
	ISSUE_RENEWAL_OPTIONS(struct issue_options, renewal),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .help = N_("Issues a certificate on an approved application (Order No. 4, Art. 18, 19, 21)."),
	  .options = options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_DER | TOOL_OUT | TOOL_QUIET | TOOL_ACTOR,
	  .run = run },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = { .name = "egov-issue",
		                                     .commands = commands,
		                                     .options_size = sizeof(struct issue_options),
		                                     .opens_keys = true };

	return tool_main(&program, argc, argv);
}
