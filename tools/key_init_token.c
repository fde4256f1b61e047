/* SPDX-License-Identifier: Apache-2.0 */
#include "key_verbs.h"

int key_init_token(struct tool *tool)
{
	const struct key_options *o = tool->options;
	struct egov_error err = { .status = EGOV_OK };

	if (egov_token_init(o->module, o->label, o->so_pin_file, o->pin_file, &err) != EGOV_OK)
		return tool_fail(&err, NULL);
	tool_note(tool, _("token %s is made"), o->label);
	return TOOL_YES;
}
