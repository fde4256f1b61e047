/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

int key_pubkey(struct tool *tool)
{
	const struct egov_key_options opening = key_opening(tool);
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf *spki = egov_buf_new(EGOV_MAX_OBJECT);
	struct egov_report *nothing = egov_report_new();
	struct tool_object object = { .label = "PUBLIC KEY", .key = "public-key" };
	enum egov_status rc = EGOV_E_NOMEM;

	if (spki == NULL || nothing == NULL)
		(void)tool_error(&err, rc, NULL, _("out of memory"));
	else
		rc = egov_key_public(tool->operands.items[0], &opening, spki, &err);
	if (rc == EGOV_OK) {
		object.der = egov_buf_slice(spki);
		rc = tool_hand_out(tool, &object, nothing, &err);
	}
	egov_report_free(nothing);
	egov_buf_free(spki);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, NULL);
}
