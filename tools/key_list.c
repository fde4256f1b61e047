/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

int key_list(struct tool *tool)
{
	const struct egov_key_options opening = key_opening(tool);
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_E_NOMEM;

	if (report == NULL)
		(void)tool_error(&err, rc, NULL, _("out of memory"));
	else
		rc = egov_key_list(tool->operands.items[0], &opening, report, &err);
	if (rc == EGOV_OK && egov_report_records(report) == 0)
		rc = tool_error(&err, EGOV_E_NOTFOUND, NULL, _("no private key matches"));
	return key_end(tool, rc, report, &err);
}
