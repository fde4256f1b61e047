/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "key_verbs.h"

#include <stdlib.h>
#include <string.h>

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

/* A number from 1 to 99; 0 for anything else. */
static uint64_t parse_generation(const char *text)
{
	const size_t size = strlen(text);

	return size >= 1 && size <= 2 && strspn(text, "0123456789") == size
	               ? strtoull(text, NULL, 10)
	               : 0;
}

static enum egov_status destroy(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct key_options *o = tool->options;
	const struct egov_ca_key_destroy_options options = {
		.actor = tool_actor(tool, home),
		.second = o->second,
		.reason = o->reason,
		.generation = parse_generation(tool->operands.items[0])
	};

	return egov_ca_key_destroy(home, &options, report, err);
}

int key_destroy(struct tool *tool)
{
	const char *const text = tool->operands.items[0];

	if (parse_generation(text) == 0)
		return tool_usage(tool, _("%s: want the number of a generation, 1 to 99"), text);
	return tool_with_home(tool, destroy, NULL);
}
