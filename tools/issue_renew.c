/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "issue_renew.h"

#define MAX_CERTIFICATE (64u << 10)
#define MAX_CONSENT 1024

struct files {
	struct egov_buf *request, *consent, *made;
	struct egov_report *report;
	struct egov_home *home;
};

static void files_free(struct files *f)
{
	egov_home_close(f->home);
	egov_report_free(f->report);
	egov_buf_free(f->made);
	egov_buf_free(f->consent);
	egov_buf_free(f->request);
}

static enum egov_status open_all(struct tool *tool, const char *request, const char *consent,
                                 struct files *f, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	f->made = egov_buf_new(MAX_CERTIFICATE);
	f->report = egov_report_new();
	if (f->made == NULL || f->report == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, "out of memory");
	if (request != NULL)
		rc = tool_in(request, EGOV_MAX_FILE, &f->request, err);
	if (rc == EGOV_OK && consent != NULL)
		rc = tool_in(consent, MAX_CONSENT, &f->consent, err);
	return rc == EGOV_OK ? tool_home(tool, &f->home, err) : rc;
}

static enum egov_status renew(struct tool *tool, struct egov_renew_options *options,
                              bool text_alone, struct files *f, struct egov_error *err)
{
	enum egov_status rc;

	options->actor = tool_actor(tool, f->home);
	if (f->request != NULL)
		options->request = egov_buf_slice(f->request);
	if (f->consent != NULL)
		options->consent = egov_buf_slice(f->consent);
	if (text_alone) {
		rc = egov_renew_consent(f->home, options, f->made, err);
		return rc == EGOV_OK ? tool_put(tool->out, egov_buf_slice(f->made), err) : rc;
	}
	rc = egov_renew(f->home, options, f->made, f->report, err);
	return rc == EGOV_OK ? issue_hand_out(tool, egov_buf_slice(f->made), f->report, err) : rc;
}

static int run_renew(struct tool *tool, const struct issue_renewal *r,
                     const struct issue_asked *asked)
{
	struct egov_renew_options options = {
		.operation = r->renew != NULL ? "renew" : r->rekey != NULL ? "rekey" : "extend",
		.serial = r->renew != NULL   ? r->renew
		          : r->rekey != NULL ? r->rekey
		                             : r->extend,
		.application = asked->application,
		.request_name = asked->request,
		.validity = asked->validity
	};
	struct files f = { 0 };
	struct egov_error err = { 0 };
	enum egov_status rc;

	if ((r->renew != NULL) + (r->rekey != NULL) + (r->extend != NULL) != 1)
		return tool_usage(tool, _("give one of --renew, --rekey and --extend"));
	if (asked->profile != NULL)
		return tool_usage(tool, _("--profile: the profile is that of the certificate before"));
	rc = open_all(tool, asked->request, r->consent, &f, &err);
	if (rc == EGOV_OK)
		rc = renew(tool, &options, r->consent_text, &f, &err);
	files_free(&f);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, options.serial);
}

/* What was finished is told also where something was refused. */
static int run_resume(struct tool *tool, const struct issue_renewal *r,
                      const struct issue_asked *asked)
{
	struct egov_resume_options options = { .serial = r->serial };
	struct files f = { 0 };
	struct egov_error err = { 0 }, also = { 0 };
	enum egov_status rc, printed;

	if (asked->profile != NULL || asked->application != NULL || asked->request != NULL
	    || asked->validity != NULL || r->consent != NULL || r->consent_text)
		return tool_usage(tool, _("--resume goes with --serial alone"));
	rc = open_all(tool, NULL, NULL, &f, &err);
	if (rc == EGOV_OK) {
		options.home = f.home;
		options.actor = tool_actor(tool, f.home);
		rc = egov_resume(&options, f.report, &err);
		printed = tool_print(tool, f.report, &also);
		if (rc == EGOV_OK && printed != EGOV_OK) {
			rc = printed;
			err = also;
		}
	}
	files_free(&f);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, r->serial);
}

bool issue_renewal(struct tool *tool, const struct issue_renewal *renewal,
                   const struct issue_asked *asked, int *ended)
{
	const bool follows = renewal->renew != NULL || renewal->rekey != NULL
	                     || renewal->extend != NULL;

	if (renewal->resume && !follows)
		*ended = run_resume(tool, renewal, asked);
	else if (follows && !renewal->resume && renewal->serial == NULL)
		*ended = run_renew(tool, renewal, asked);
	else if (follows || renewal->consent != NULL || renewal->consent_text
	         || renewal->serial != NULL)
		*ended = tool_usage(tool, _("--consent and --consent-text go with --renew, --rekey or "
		                            "--extend, --serial with --resume"));
	else
		return false;
	return true;
}
