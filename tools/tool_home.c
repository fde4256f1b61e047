/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "tool.h"

/* Names on standard error what runs that ended too early left. */
static enum egov_status name_unfinished(const struct tool *tool, struct egov_home *home,
                                        struct egov_error *err)
{
	struct egov_report *report = egov_report_new();
	enum egov_status rc = report == NULL
	                              ? tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"))
	                              : egov_home_unfinished(home, report, err);

	for (size_t r = 0; rc == EGOV_OK && r < egov_report_records(report); r++) {
		const char *application = egov_report_find(report, r, "application");

		tool_note(tool, _("%s: intent %s of %s (%s %s) has no result"), tool->home,
		          egov_report_find(report, r, "intent"),
		          egov_report_find(report, r, "time"), egov_report_find(report, r, "object"),
		          application == NULL ? "" : application);
	}
	egov_report_free(report);
	return rc;
}

enum egov_status tool_home(const struct tool *tool, struct egov_home **out, struct egov_error *err)
{
	struct egov_home *home = NULL;
	enum egov_status rc =
		egov_home_open(tool->home, &tool->clock, tool_pin, NULL, &home, err);

	if (rc == EGOV_OK)
		rc = name_unfinished(tool, home, err);
	if (rc != EGOV_OK) {
		egov_home_close(home);
		return rc;
	}
	*out = home;
	return EGOV_OK;
}

const char *tool_actor(const char *given)
{
	static char name[72];
	const struct passwd *user;

	if (given != NULL)
		return given;
	user = getpwuid(geteuid());
	if (user != NULL)
		(void)snprintf(name, sizeof(name), "os:%.60s", user->pw_name);
	else
		(void)snprintf(name, sizeof(name), "os:%lu", (unsigned long)geteuid());
	return name;
}

int tool_with_home(struct tool *tool, tool_home_fn *operation, const char *object)
{
	struct egov_error err = { 0 };
	struct egov_home *home = NULL;
	struct egov_report *report = egov_report_new();
	enum egov_status rc, printed;

	if (report == NULL)
		return tool_fail(&(struct egov_error){ .status = EGOV_E_NOMEM,
		                                       .text = "out of memory" },
		                 NULL);
	rc = tool_home(tool, &home, &err);
	if (rc == EGOV_OK)
		rc = operation(tool, home, report, &err);
	/* An answer of "no" has its data too; what failed or was refused has none. */
	if (egov_report_records(report) > 0
	    && (rc == EGOV_OK || tool_exit_status(rc) == TOOL_NO)) {
		struct egov_error out = { 0 };

		printed = tool_print(tool, report, rc == EGOV_OK ? &err : &out);
		if (rc == EGOV_OK)
			rc = printed;
	}
	egov_home_close(home);
	egov_report_free(report);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, object);
}
