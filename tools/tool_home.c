/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <egovca/operator.h>
#include <egovca/version.h>

#include "tool.h"

#define MAX_APPROVAL (256u << 10)

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

static enum egov_status present(struct egov_home *home, const char *file, struct egov_error *err)
{
	struct egov_buf *approval = NULL;
	enum egov_status rc = tool_in(file, MAX_APPROVAL, &approval, err);

	if (rc == EGOV_OK)
		rc = egov_operator_present(home, egov_buf_slice(approval), err);
	egov_buf_free(approval);
	return rc;
}

/* The one at the keyboard comes first: he is the actor. */
static enum egov_status take_seats(struct tool *tool, struct egov_home *home,
                                   struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (tool->to_sign != NULL) {
		tool->matter = egov_buf_new(MAX_APPROVAL);
		if (tool->matter == NULL)
			return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
		egov_operator_ask(home, tool->matter);
		return EGOV_OK;
	}
	if (tool->operator != NULL)
		rc = egov_operator_login(home, tool->operator, tool->operator_key, err);
	for (size_t i = 0; rc == EGOV_OK && i < tool->approvals.count; i++)
		rc = present(home, tool->approvals.items[i], err);
	return rc;
}

/* Its name, and what the kernel drew when it was started: a machine that was started again has
 * forgotten what it was about. */
static const char *machine(const struct egov_home *home)
{
	static char name[112];
	const char *const test = egov_home_is_test(home) ? getenv("EGOV_TEST_HOST") : NULL;
	char boot[40] = "";
	FILE *file;

	if (test != NULL && *test != 0)
		return test;
	if (gethostname(name, 64) != 0)
		(void)snprintf(name, sizeof(name), "?");
	name[64] = 0;
	file = fopen("/proc/sys/kernel/random/boot_id", "r");
	if (file != NULL && fgets(boot, sizeof(boot), file) != NULL)
		boot[strcspn(boot, "\n")] = 0;
	if (file != NULL)
		(void)fclose(file);
	(void)snprintf(name + strlen(name), sizeof(name) - strlen(name), " %s", boot);
	return name;
}

enum egov_status tool_host(struct egov_home *home, struct egov_error *err)
{
	return egov_home_set_host(home, machine(home), err);
}

enum egov_status tool_home(struct tool *tool, struct egov_home **out, struct egov_error *err)
{
	struct egov_home *home = NULL;
	enum egov_status rc;

	egov_home_own_process();
	rc = egov_home_open(tool->home, &tool->clock, tool_pin, NULL, &home, err);
	if (rc == EGOV_OK)
		rc = egov_home_set_source(home, tool_source(tool), err);
	if (rc == EGOV_OK)
		rc = name_unfinished(tool, home, err);
	if (rc == EGOV_OK)
		rc = take_seats(tool, home, err);
	if (rc != EGOV_OK) {
		egov_home_close(home);
		return rc;
	}
	*out = home;
	return EGOV_OK;
}

enum egov_status tool_signing(struct tool *tool, enum egov_status rc, struct egov_error *err)
{
	struct tool out = *tool;

	if (rc == EGOV_OK || tool->matter == NULL || egov_buf_slice(tool->matter).size == 0)
		return rc;
	out.out = tool->to_sign;
	return tool_put_object(&out, "EGOVCA MATTER", egov_buf_slice(tool->matter), err);
}

/* "os:" and the login name. */
static const char *account(void)
{
	static char name[72];
	const struct passwd *user;

	if (name[0] != 0)               /* the lines of a list ask each time */
		return name;
	user = getpwuid(geteuid());
	if (user != NULL)
		(void)snprintf(name, sizeof(name), "os:%.60s", user->pw_name);
	else
		(void)snprintf(name, sizeof(name), "os:%lu", (unsigned long)geteuid());
	return name;
}

const char *tool_actor(const struct tool *tool, struct egov_home *home)
{
	const char *person = home == NULL ? NULL : egov_operator_name(home);

	if (person != NULL)
		return person;
	return tool->actor != NULL ? tool->actor : account();
}

const char *tool_source(const struct tool *tool)
{
	static char source[128];

	(void)snprintf(source, sizeof(source), "%s %s %s", account(), tool->program->name,
	               egov_version());
	return source;
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
	rc = tool_signing(tool, rc, &err);
	return rc == EGOV_OK ? TOOL_YES : tool_fail(&err, object);
}
