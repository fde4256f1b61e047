/* SPDX-License-Identifier: Apache-2.0 */
/* egov-record: archives. */
#include <egovca/archive.h>

#include <stdlib.h>

#include "record_verbs.h"

static enum egov_status run(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	const struct record_options *o = tool->options;
	const struct egov_archive_options options = { .actor = tool_actor(tool, home),
		                                      .until = o->until,
		                                      .compact = o->compact };

	if (o->verify)
		return egov_record_archive_verify(home, report, err);
	return o->restore != NULL ? egov_record_archive_return(home, options.actor,
	                                                       strtoul(o->restore, NULL, 10), report,
	                                                       err)
	                          : egov_record_archive(home, &options, report, err);
}

static enum egov_status archive(struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	enum egov_status rc;

	tool_progress_begin(tool, _("archived"));
	egov_home_progress(home, tool_progress, NULL);
	rc = run(tool, home, report, err);
	tool_progress_end();
	return rc;
}

int record_archive(struct tool *tool)
{
	const struct record_options *o = tool->options;

	if (o->verify + (o->restore != NULL) + (o->until != EGOV_TIME_NONE || o->compact) > 1)
		return tool_usage(tool, _("--verify and --restore go with no other one"));
	if (o->restore != NULL
	    && (*o->restore < '1' || *o->restore > '9'
	        || strspn(o->restore, "0123456789") != strlen(o->restore) || strlen(o->restore) > 9))
		return tool_usage(tool, _("--restore \"%.40s\": want a number from 1"), o->restore);
	return tool_with_home(tool, archive, tool->home);
}
