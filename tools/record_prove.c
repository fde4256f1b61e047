/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include "record_verbs.h"

#define MAX_EVIDENCE ((size_t)512 << 20)
#define MAX_CERTIFICATES (16u << 20)

/* DER alone: a file in which no byte can change. */
static enum egov_status prove(struct tool *tool, struct egov_home *home,
                              struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_prove_options options = { .actor = tool_actor(tool, home),
		                                    .serial = tool->operands.items[0],
		                                    .custodian_key = o->custodian_key };
	struct egov_buf *evidence = egov_buf_new(MAX_EVIDENCE);
	enum egov_status rc;

	if (evidence == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = egov_record_prove(home, &options, evidence, report, err);
	if (rc == EGOV_OK)
		rc = tool_put(o->bundle, egov_buf_slice(evidence), err);
	egov_buf_free(evidence);
	return rc;
}

int record_prove(struct tool *tool)
{
	return tool_with_home(tool, prove, tool->operands.items[0]);
}

static enum egov_status load(const struct record_options *o, const char *path,
                             struct egov_buf *bufs[3], struct egov_error *err)
{
	enum egov_status rc = tool_in(path, MAX_EVIDENCE, &bufs[0], err);

	if (rc == EGOV_OK)
		rc = tool_in(o->trust, MAX_CERTIFICATES, &bufs[1], err);
	if (rc == EGOV_OK && o->witness != NULL)
		rc = tool_in(o->witness, MAX_CERTIFICATES, &bufs[2], err);
	return rc;
}

int record_verify_bundle(struct tool *tool)
{
	const struct record_options *o = tool->options;
	const char *const path = tool->operands.items[0];
	struct egov_buf *bufs[3] = { NULL, NULL, NULL };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc, printed;

	if (report == NULL)
		return tool_fail(&(struct egov_error){ .status = EGOV_E_NOMEM,
		                                       .text = "out of memory" },
		                 NULL);
	rc = load(o, path, bufs, &err);
	if (rc == EGOV_OK) {
		struct egov_evidence_options options = { .trust = egov_buf_slice(bufs[1]) };

		if (bufs[2] != NULL)
			options.witnesses = egov_buf_slice(bufs[2]);
		rc = egov_evidence_verify(egov_buf_slice(bufs[0]), &options, report, &err);
	}
	/* What is whole but not trusted says so and what it is. */
	if (rc == EGOV_OK || rc == EGOV_E_UNTRUSTED) {
		printed = tool_print(tool, report, rc == EGOV_OK ? &err : NULL);
		rc = rc == EGOV_OK ? printed : rc;
	}
	for (size_t i = 0; i < 3; i++)
		egov_buf_free(bufs[i]);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, path);
}
