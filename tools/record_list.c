/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/record.h>

#include "record_verbs.h"

#define MAX_PRIVATE ((size_t)256 << 20)

static enum egov_status print(void *user, const struct egov_report *entry, struct egov_error *err)
{
	return tool_print(user, entry, err);
}

static enum egov_status list(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_record_query query = { .from = o->from,
		                                 .to = o->to,
		                                 .kind = o->kind,
		                                 .actor = o->by,
		                                 .serial = o->serial,
		                                 .application = o->application,
		                                 .subject = o->subject };

	(void)report;
	return egov_record_list(home, &query, print, tool, err);
}

int record_list(struct tool *tool)
{
	return tool_with_home(tool, list, tool->home);
}

static enum egov_status show(struct tool *tool, struct egov_home *home, struct egov_report *report,
                             struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_record_show_options options = { .actor = tool_actor(tool, home),
		                                          .entry = tool->operands.items[0],
		                                          .custodian_key = o->custodian_key };
	struct egov_buf *private_part = egov_buf_new(MAX_PRIVATE);
	enum egov_status rc;

	if (private_part == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = egov_record_show(home, &options, private_part, report, err);
	if (rc == EGOV_OK && o->private_out != NULL)
		rc = tool_put(o->private_out, egov_buf_slice(private_part), err);
	egov_buf_free(private_part);
	return rc;
}

int record_show(struct tool *tool)
{
	const struct record_options *o = tool->options;

	if ((o->custodian_key != NULL) != (o->private_out != NULL))
		return tool_usage(tool, _("--custodian-key goes with --private-out"));
	return tool_with_home(tool, show, tool->operands.items[0]);
}

int record_kinds(struct tool *tool)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : egov_record_kinds(report, &err);

	if (rc == EGOV_OK)
		rc = tool_print(tool, report, &err);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}
