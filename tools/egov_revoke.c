/* SPDX-License-Identifier: Apache-2.0 */
/* egov-revoke: revokes a certificate, puts it on hold, releases it. */
#include <egovca/ca.h>

#include "tool.h"

#define MAX_CERTIFICATE (64u << 10)

struct options {
	const char *serial, *certificate, *reason, *requested_by, *evidence;
	egov_time invalidity_date;
	bool hold, release;
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
		                                     .invalidity_date = o->invalidity_date };

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
	egov_buf_free(file);
	return rc;
}

static int run(struct tool *tool)
{
	const struct options *o = tool->options;

	if ((o->serial == NULL) == (o->certificate == NULL))
		return tool_usage(tool, _("give either --serial or --certificate"));
	if ((o->reason != NULL) + o->hold + o->release != 1)
		return tool_usage(tool, _("give one of --reason, --hold and --release"));
	if (o->reason == NULL && o->invalidity_date != EGOV_TIME_NONE)
		return tool_usage(tool, _("--invalidity-date goes with --reason"));
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
	TOOL_REQUIRED(struct options, requested_by, "requested-by", "WHO",
	              N_("who asked for it")),
	TOOL_REQUIRED(struct options, evidence, "evidence", "FILE",
	              N_("the request as it came in; sealed into the record")),
	TOOL_OPTION(struct options, invalidity_date, "invalidity-date", "TIME",
	            N_("since when the key is known or feared to be unsafe")),
	TOOL_OPTIONS_END
};

static const struct tool_command commands[] = {
	{ .help = N_("Revokes a certificate, suspends it or lifts that (Order No. 4, Art. 18)."),
	  .options = options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_ACTOR | TOOL_SIGN,
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
