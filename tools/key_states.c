/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "key_verbs.h"

static enum egov_status states(struct tool *tool, struct egov_home *home,
                               struct egov_report *report, struct egov_error *err)
{
	(void)tool;
	return egov_ca_key_list(home, report, err);
}

int key_states(struct tool *tool)
{
	return tool_with_home(tool, states, NULL);
}
