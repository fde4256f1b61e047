/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: copies for inspectors. */
#include <egovca/record.h>

#include "record_verbs.h"

#define MAX_CERTIFICATES (16u << 20)

static enum egov_status pack(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_pack_options options = { .actor = tool_actor(tool, home),
		                                   .name = o->name,
		                                   .dir = o->bundle,
		                                   .from = o->from,
		                                   .to = o->to,
		                                   .subject = o->subject,
		                                   .full = o->full,
		                                   .custodian_key = o->custodian_key };

	return egov_record_pack(home, &options, report, err);
}

int record_pack(struct tool *tool)
{
	const struct record_options *o = tool->options;

	if (o->full != (o->custodian_key != NULL))
		return tool_usage(tool, _("--full goes with --custodian-key"));
	return tool_with_home(tool, pack, tool->home);
}

static enum egov_status lawful(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_pack_options options = { .actor = tool_actor(tool, home),
		                                   .name = o->paper,
		                                   .dir = o->bundle,
		                                   .from = EGOV_TIME_NONE,
		                                   .to = EGOV_TIME_NONE,
		                                   .full = 1,
		                                   .custodian_key = o->custodian_key,
		                                   .serials = tool->operands.items,
		                                   .serials_count = tool->operands.count };

	return egov_record_pack(home, &options, report, err);
}

int record_lawful(struct tool *tool)
{
	return tool_with_home(tool, lawful, tool->home);
}

static enum egov_status verify(const struct record_options *o, const char *dir,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov_buf *trust = NULL, *witness = NULL;
	enum egov_status rc = tool_in(o->trust, MAX_CERTIFICATES, &trust, err);

	if (rc == EGOV_OK && o->witness != NULL)
		rc = tool_in(o->witness, MAX_CERTIFICATES, &witness, err);
	if (rc == EGOV_OK) {
		struct egov_evidence_options options = { .trust = egov_buf_slice(trust) };

		if (witness != NULL)
			options.witnesses = egov_buf_slice(witness);
		rc = egov_pack_verify(dir, &options, o->manifest_sm3, report, err);
	}
	egov_buf_free(trust);
	egov_buf_free(witness);
	return rc;
}

int record_verify_pack(struct tool *tool)
{
	const char *const dir = tool->operands.items[0];
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : verify(tool->options, dir, report, &err);

	if (rc == EGOV_OK)
		rc = tool_print(tool, report, &err);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, dir);
}
