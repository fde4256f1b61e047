/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

/* Information about a key, after it has shown that it works where that is asked. */
static int inform(struct tool *tool, bool test)
{
	const struct egov_key_options opening = key_opening(tool);
	struct egov_error err = { .status = EGOV_OK };
	struct egov_signer *signer = NULL;
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_E_NOMEM;

	if (report == NULL)
		(void)tool_error(&err, rc, NULL, _("out of memory"));
	else
		rc = egov_signer_open(tool->operands.items[0], &opening, &signer, &err);
	if (rc == EGOV_OK && test)
		rc = egov_signer_selftest(signer, &err);
	if (rc == EGOV_OK)
		rc = egov_signer_report(signer, report, &err);
	egov_signer_close(signer);
	return key_end(tool, rc, report, &err);
}

int key_info(struct tool *tool)
{
	return inform(tool, false);
}

int key_selftest(struct tool *tool)
{
	return inform(tool, true);
}
