/* SPDX-License-Identifier: Apache-2.0 */
#include "issue_pair.h"

enum egov_status issue_key_request(struct tool *tool, struct egov_home *home,
                                   const struct egov_pair_options *options,
                                   struct egov_error *err)
{
	struct egov_buf *request = egov_buf_new(EGOV_MAX_OBJECT);
	struct egov_report *report = egov_report_new();
	struct tool_object object = { .label = "EGOV KEY REQUEST", .key = "key-request" };
	enum egov_status rc = EGOV_OK;

	if (request == NULL || report == NULL)
		rc = tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc == EGOV_OK)
		rc = egov_issue_key_request(home, options, request, report, err);
	if (rc == EGOV_OK) {
		object.der = egov_buf_slice(request);
		rc = tool_hand_out(tool, &object, report, err);
	}
	egov_report_free(report);
	egov_buf_free(request);
	return rc;
}

/* To a file, in the form that the first object has. */
static enum egov_status put_file(const struct tool *tool, const char *path, const char *label,
                                 const struct egov_buf *der, struct egov_error *err)
{
	struct egov_buf *pem;
	enum egov_status rc;

	if (tool->der)
		return egov_file_replace(path, egov_buf_slice(der), 0644, err);
	pem = egov_buf_new(EGOV_MAX_FILE);
	if (pem == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = egov_pem_encode(label, egov_buf_slice(der), pem, err);
	if (rc == EGOV_OK)
		rc = egov_file_replace(path, egov_buf_slice(pem), 0644, err);
	egov_buf_free(pem);
	return rc;
}

static enum egov_status put_all(struct tool *tool, const struct egov_pair_out *out,
                                const struct issue_pair_files *files, struct egov_report *report,
                                struct egov_error *err)
{
	const struct tool_object object = { "CERTIFICATE", "certificate",
		                            egov_buf_slice(out->certificate) };
	enum egov_status rc = put_file(tool, files->envelope_out, "SM2 ENVELOPED KEY", out->envelope,
	                               err);

	if (rc == EGOV_OK)
		rc = put_file(tool, files->encrypt_out, "CERTIFICATE", out->encrypt_certificate, err);
	return rc == EGOV_OK ? tool_hand_out(tool, &object, report, err) : rc;
}

enum egov_status issue_pair(struct tool *tool, struct egov_home *home,
                            struct egov_pair_options *options,
                            const struct issue_pair_files *files, struct egov_error *err)
{
	const struct egov_pair_out out = { egov_buf_new(EGOV_MAX_OBJECT),
		                           egov_buf_new(EGOV_MAX_OBJECT),
		                           egov_buf_new(EGOV_MAX_OBJECT) };
	struct egov_report *report = egov_report_new();
	struct egov_buf *answer = NULL;
	enum egov_status rc = EGOV_OK;

	if (out.certificate == NULL || out.encrypt_certificate == NULL || out.envelope == NULL
	    || report == NULL)
		rc = tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (rc == EGOV_OK)
		rc = tool_in(files->answer, EGOV_MAX_OBJECT, &answer, err);
	if (rc == EGOV_OK) {
		options->answer = egov_buf_slice(answer);
		rc = egov_issue_pair(home, options, &out, report, err);
	}
	if (rc == EGOV_OK) {
		rc = put_all(tool, &out, files, report, err);
		/* They exist, and are in the ledger: say how to have them again. */
		if (rc != EGOV_OK)
			tool_note(tool, _("issued, serial %s: the same command hands both out again"),
			          egov_report_find(report, 0, "serial"));
	}
	egov_buf_free(answer);
	egov_report_free(report);
	egov_buf_free(out.envelope);
	egov_buf_free(out.encrypt_certificate);
	egov_buf_free(out.certificate);
	return rc;
}
