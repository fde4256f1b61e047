/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

int key_generate(struct tool *tool)
{
	const struct key_options *o = tool->options;
	const struct egov_key_options opening = key_opening(tool);
	struct egov_error err = { .status = EGOV_OK };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_E_NOMEM;

	if (report == NULL)
		(void)tool_error(&err, rc, NULL, _("out of memory"));
	else
		rc = egov_key_generate(tool->operands.items[0],
		                       o->algorithm == NULL ? "sm2" : o->algorithm, &opening, report,
		                       &err);
	return key_end(tool, rc, report, &err);
}
