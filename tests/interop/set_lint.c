/* SPDX-License-Identifier: Apache-2.0 */
/* The linter beside those that others wrote. */
#include "set_lint.h"

#include <string.h>

struct lint lint_of(struct egov_slice object, const struct egov_cert *issuer)
{
	const struct egov_lint_options options = { .rules = "rfc5280", .issuer = issuer };
	struct lint lint = { .report = egov_report_new() };
	struct egov_error err = { 0 };
	size_t used = 0;

	if (lint.report == NULL)
		conf_die("out of memory");
	lint.status = egov_lint(object, &options, lint.report, &err);
	if (lint.status != EGOV_OK && lint.status != EGOV_E_POLICY)
		(void)snprintf(lint.why, sizeof(lint.why), "%s", err.text);
	for (size_t r = 0; lint.status == EGOV_E_POLICY && r < egov_report_records(lint.report); r++) {
		const char *severity = egov_report_find(lint.report, r, "severity");

		if (severity == NULL || strcmp(severity, "error") != 0 || used >= sizeof(lint.why))
			continue;
		used += (size_t)snprintf(lint.why + used, sizeof(lint.why) - used, "%s%s: %s",
		                         used > 0 ? "; " : "", egov_report_find(lint.report, r, "id"),
		                         egov_report_find(lint.report, r, "found"));
	}
	return lint;
}

void lint_free(struct lint *lint)
{
	egov_report_free(lint->report);
	lint->report = NULL;
}

/* Whether a finding is of the rule that one word names. */
static bool is_named(const char *word, size_t size, const char *id, const char *found)
{
	char copy[128];
	char *text;

	(void)snprintf(copy, sizeof(copy), "%.*s", (int)size, word);
	text = strchr(copy, ':');
	if (text != NULL)
		*text++ = 0;
	return strcmp(id, copy) == 0 && (text == NULL || strstr(found, text) != NULL);
}

static bool is_among(const char *rules, const char *id, const char *found)
{
	while (*rules != 0) {
		const size_t size = strcspn(rules, " ");

		if (is_named(rules, size, id, found))
			return true;
		rules += size + strspn(rules + size, " ");
	}
	return false;
}

bool lint_found(const struct lint *lint, const char *rules, bool errors)
{
	for (size_t r = 0; r < egov_report_records(lint->report); r++) {
		const char *id = egov_report_find(lint->report, r, "id");
		const char *severity = egov_report_find(lint->report, r, "severity");

		if (id == NULL || strcmp(severity, "note") == 0
		    || ((errors || rules == NULL) && strcmp(severity, "error") != 0))
			continue;
		if (rules == NULL || is_among(rules, id, egov_report_find(lint->report, r, "found")))
			return true;
	}
	return false;
}

void lint_case(const struct set *set, const char *id, bool theirs, const struct lint *lint,
               const char *rules)
{
	/* What cannot be read at all is refused. */
	const bool ours = (lint->status != EGOV_OK && lint->status != EGOV_E_POLICY)
	                  || lint_found(lint, rules, !theirs);

	conf_case(set, id, theirs ? REJECT : ACCEPT, ours ? REJECT : ACCEPT,
	          ours || theirs ? lint->why : "");
}
