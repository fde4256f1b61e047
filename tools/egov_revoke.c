/* SPDX-License-Identifier: Apache-2.0 */
/* egov-revoke: revokes a certificate, puts it on hold, releases it. */
#include <egovca/ca.h>

#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)

struct options {
	const char *serial, *certificate, *reason, *requested_by, *evidence;
	egov_time invalidity_date, reported, deadline;
	bool hold, release, publish;
	const char *list;
	const char *pair;
};

static enum egov_status revoke(const struct tool *tool, struct egov_home *home,
                               struct egov_slice certificate, struct egov_report *report,
                               struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_revoke_options options = { .actor = tool_actor(tool, home),
		                                     .serial = o->serial,
		                                     .certificate = certificate,
		                                     .reason = o->reason,
		                                     .requested_by = o->requested_by,
		                                     .evidence = o->evidence,
		                                     .invalidity_date = o->invalidity_date,
		                                     .reported_at = o->reported,
		                                     .alone = o->pair != NULL
		                                              && strcmp(o->pair, "one") == 0 };

	return egov_revoke(home, &options, report, err);
}

static enum egov_status hold(const struct tool *tool, struct egov_home *home,
                             struct egov_slice certificate, struct egov_report *report,
                             struct egov_error *err)
{
	const struct options *o = tool->options;
	const struct egov_hold_options options = { .actor = tool_actor(tool, home),
		                                   .serial = o->serial,
		                                   .certificate = certificate,
		                                   .requested_by = o->requested_by,
		                                   .evidence = o->evidence };

	return o->hold ? egov_hold(home, &options, report, err)
	               : egov_release(home, &options, report, err);
}

/* What was decided stands, whatever becomes of the list. */
static enum egov_status publish(const struct tool *tool, struct egov_home *home,
                                struct egov_report *report, struct egov_error *err)
{
	const struct egov_crl_publish_options options = { .actor = tool_actor(tool, home) };
	enum egov_status rc = tool_host(home, err);

	if (rc == EGOV_OK)
		rc = egov_crl_publish(home, &options, report, err);
	if (rc != EGOV_OK)
		tool_note(tool, _("it is decided and recorded; no list says so yet"));
	return rc;
}

static enum egov_status act(struct tool *tool, struct egov_home *home, struct egov_report *report,
                            struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_buf *file = NULL;
	struct egov_slice certificate = { NULL, 0 };
	enum egov_status rc = EGOV_OK;

	if (o->certificate != NULL) {
		rc = tool_in(o->certificate, MAX_CERTIFICATE, &file, err);
		if (rc == EGOV_OK)
			certificate = egov_buf_slice(file);
	}
	if (rc == EGOV_OK)
		rc = (o->reason != NULL ? revoke : hold)(tool, home, certificate, report, err);
	if (rc == EGOV_OK && o->publish && tool->to_sign == NULL)
		rc = publish(tool, home, report, err);
	egov_buf_free(file);
	return rc;
}

/* serial, reason, [invalidity date], requested-by, evidence */
static enum egov_status revoke_fields(const struct tool *tool, struct egov_home *home,
                                      char *const *fields, bool *already,
                                      struct egov_error *err)
{
	const struct options *o = tool->options;
	struct egov_revoke_options options = { .actor = tool_actor(tool, home),
		                               .serial = fields[0],
		                               .reason = fields[1],
		                               .requested_by = fields[3],
		                               .evidence = fields[4],
		                               .invalidity_date = EGOV_TIME_NONE,
		                               .reported_at = o->reported,
		                               .again = 1 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_OK;

	if (report == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	if (*fields[2] != 0)
		rc = egov_time_parse(fields[2], &options.invalidity_date, err);
	if (rc == EGOV_OK)
		rc = egov_revoke(home, &options, report, err);
	*already = rc == EGOV_OK && egov_report_find(report, 0, "already") != NULL;
	egov_report_free(report);
	return rc;
}

static void revoke_line(struct tool *tool, struct egov_home *home, struct tool_lines *lines,
                        struct tool_result *result)
{
	static char none[] = "-";
	char *date = lines->count > 2 ? lines->fields[2] : none;
	bool already = false;
	enum egov_status rc;

	/* The one field that may be empty. */
	if (lines->count > 2 && *date == 0)
		lines->fields[2] = none;
	rc = tool_list_check(lines, 5, &result->err);
	result->name = "serial";
	result->subject = strdup(lines->count > 0 ? lines->fields[0] : "");
	if (rc != EGOV_OK)
		return;
	lines->fields[2] = date;
	if (revoke_fields(tool, home, lines->fields, &already, &result->err) != EGOV_OK)
		result->word = "failed";
	else if (!already)
		result->word = "revoked";
}

static int run_list(struct tool *tool)
{
	const struct options *o = tool->options;

	if (o->serial != NULL || o->certificate != NULL || o->reason != NULL || o->hold || o->release
	    || o->requested_by != NULL || o->evidence != NULL || o->pair != NULL || o->publish
	    || o->invalidity_date != EGOV_TIME_NONE)
		return tool_usage(tool, _("--list names serial, reason and all else in its lines"));
	return tool_in_groups(tool, o->list, o->deadline, revoke_line);
}

static int run(struct tool *tool)
{
	const struct options *o = tool->options;

	if (o->list != NULL)
		return run_list(tool);
	if (o->deadline != EGOV_TIME_NONE)
		return tool_usage(tool, _("--deadline goes with --list"));
	if (o->requested_by == NULL)
		return tool_usage(tool, _("--%s %s is missing"), "requested-by", "WHO");
	if (o->evidence == NULL)
		return tool_usage(tool, _("--%s %s is missing"), "evidence", "FILE");

	if ((o->serial == NULL) == (o->certificate == NULL))
		return tool_usage(tool, _("give either --serial or --certificate"));
	if ((o->reason != NULL) + o->hold + o->release != 1)
		return tool_usage(tool, _("give one of --reason, --hold and --release"));
	if (o->reason == NULL && o->invalidity_date != EGOV_TIME_NONE)
		return tool_usage(tool, _("--invalidity-date goes with --reason"));
	if (o->pair != NULL && strcmp(o->pair, "one") != 0 && strcmp(o->pair, "both") != 0)
		return tool_usage(tool, _("--pair: want both or one"));
	if (o->reason == NULL && o->reported != EGOV_TIME_NONE)
		return tool_usage(tool, _("--reported goes with --reason or --list"));
	if (o->reason == NULL && o->pair != NULL)
		return tool_usage(tool, _("--pair goes with --reason"));
	return tool_with_home(tool, act, o->certificate != NULL ? o->certificate : o->serial);
}

#define REASONS                                                                                   \
	"unspecified,keyCompromise,cACompromise,affiliationChanged,superseded,cessationOfOperation," \
	"privilegeWithdrawn,aACompromise"
static const struct tool_option options[] = {
	TOOL_OPTION(struct options, serial, "serial", "HEX", N_("which certificate")),
	TOOL_OPTION(struct options, certificate, "certificate", "FILE",
	            N_("which certificate, as a file")),
	TOOL_CHOICE(struct options, reason, "reason", "REASON", REASONS,
	            N_("revoke for good: RFC 5280 name, e.g. keyCompromise")),
	TOOL_OPTION(struct options, hold, "hold", NULL, N_("suspend it instead")),
	TOOL_OPTION(struct options, release, "release", NULL, N_("lift a suspension")),
	TOOL_CHOICE(struct options, pair, "pair", "WHICH", "both,one",
	            N_("of a signing and an encryption certificate: both, the default, or one")),
	TOOL_OPTION(struct options, requested_by, "requested-by", "WHO", N_("who asked for it")),
	TOOL_OPTION(struct options, evidence, "evidence", "FILE",
	            N_("the request as it came in; sealed into the record")),
	TOOL_OPTION(struct options, publish, "publish", NULL,
	            N_("publish the next lists at once, as egov-crl publish does")),
	TOOL_OPTION(struct options, list, "list", "FILE",
	            N_("a certificate a line: serial, reason, date or nothing, who asked, evidence")),
	TOOL_OPTION(struct options, deadline, "deadline", "TIME",
	            N_("of a list: progress tells whether it is met; exit status 1 if not")),
	TOOL_OPTION(struct options, invalidity_date, "invalidity-date", "TIME",
	            N_("since when the key is known or feared to be unsafe")),
	TOOL_OPTION(struct options, reported, "reported", "TIME",
	            N_("when the request came in; without it, now")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .help = N_("Revokes a certificate, suspends it or lifts that (Order No. 4, Art. 18)."),
	  .options = options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN | TOOL_QUIET,
	  .run = run },
	TOOL_COMMANDS_END
};

int main(int argc, char **argv)
{
	static const struct tool_program program = { .name = "egov-revoke",
		                                     .commands = commands,
		                                     .options_size = sizeof(struct options),
		                                     .opens_keys = true };

	return tool_main(&program, argc, argv);
}
