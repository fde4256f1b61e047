/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_tell.h"

#include <stdlib.h>
#include <string.h>

const char *verify_value(const struct egov_report *findings, size_t r, const char *key)
{
	const char *text = egov_report_find(findings, r, key);

	return text == NULL ? "" : text;
}

const char *verify_age(const struct egov_report *findings, size_t r, char text[64])
{
	const char *age = egov_report_find(findings, r, "age");
	const unsigned long long seconds = age == NULL ? 0 : strtoull(age, NULL, 10);

	text[0] = 0;
	if (age == NULL)
		return text;
	if (seconds >= 2 * 86400)
		(void)snprintf(text, 64, _("%llu days old"), seconds / 86400);
	else if (seconds >= 2 * 3600)
		(void)snprintf(text, 64, _("%llu hours old"), seconds / 3600);
	else
		(void)snprintf(text, 64, _("%llu minutes old"), seconds / 60);
	return text;
}

static size_t count(const struct egov_report *findings, const char *result)
{
	size_t found = 0;

	for (size_t r = 0; r < egov_report_records(findings); r++)
		found += strcmp(verify_value(findings, r, "result"), result) == 0;
	return found;
}

/* When, by the last record that says so. */
static const char *moment(const struct egov_report *findings)
{
	for (size_t r = egov_report_records(findings); r-- > 0;)
		if (egov_report_find(findings, r, "judged-at") != NULL)
			return verify_value(findings, r, "judged-at");
	return "?";
}

char *verify_sentence(const struct egov_report *findings, const char *path)
{
	const size_t last = egov_report_records(findings) - 1;
	const char *verdict = verify_value(findings, last, "verdict");
	const char *reason = verify_value(findings, last, "reason");
	const char *clause = egov_report_find(findings, last, "clause");
	char *text = NULL, *cited = NULL;
	int size;

	if (strcmp(verdict, "trusted") == 0) {
		size = asprintf(&text, _("%s may be relied upon at %s: %zu checks passed, none failed, %zu "
		                         "had nothing to judge."), path, moment(findings),
		                count(findings, "pass"), count(findings, "skip"));
		return size < 0 ? NULL : text;
	}
	if (clause != NULL && asprintf(&cited, " (%s)", clause) < 0)
		return NULL;
	size = strcmp(verdict, "malformed") == 0
	       ? asprintf(&text, _("%s cannot be judged, because it cannot be read: %s%s."), path, reason,
	                  cited == NULL ? "" : cited)
	       : asprintf(&text, _("%s must not be relied upon at %s: %s%s."), path, moment(findings),
	                  reason, cited == NULL ? "" : cited);
	free(cited);
	return size < 0 ? NULL : text;
}

/* "pass signature: what [source, age] (clause)". */
static void explain_check(const struct egov_report *findings, size_t r)
{
	char age[64];

	(void)printf("%s %s: ", verify_value(findings, r, "result"),
	             verify_value(findings, r, "check"));
	tool_escape(stdout, verify_value(findings, r, "what"));
	(void)fputs(" [", stdout);
	tool_escape(stdout, verify_value(findings, r, "source"));
	(void)printf("%s%s] (%s)\n", verify_age(findings, r, age)[0] == 0 ? "" : ", ", age,
	             verify_value(findings, r, "clause"));
}

/* Each check, the contents of Article 19, what was judged; then the sentence. */
static void explain_all(const struct egov_report *findings, const char *path)
{
	char *sentence = verify_sentence(findings, path);

	for (size_t r = 0; r + 1 < egov_report_records(findings); r++) {
		if (egov_report_find(findings, r, "check") != NULL) {
			explain_check(findings, r);
			continue;
		}
		for (size_t f = 0; f < egov_report_fields(findings, r); f++) {
			(void)printf("%s: ", egov_report_key(findings, r, f));
			tool_escape(stdout, egov_report_value(findings, r, f));
			(void)putchar('\n');
		}
	}
	if (sentence != NULL) {
		tool_escape(stdout, sentence);
		(void)putchar('\n');
	}
	free(sentence);
}

/* A line for each signer of a document. */
static void tell_signers(const struct egov_report *findings, const char *path)
{
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		if (egov_report_find(findings, r, "signer") == NULL
		    || egov_report_find(findings, r, "verdict") == NULL)
			continue;
		tool_escape(stdout, path);
		(void)printf(": signer %s: ", verify_value(findings, r, "signer"));
		tool_escape(stdout, verify_value(findings, r, "subject"));
		(void)printf(": %s\n", verify_value(findings, r, "verdict"));
	}
}

enum egov_status verify_tell(struct tool *tool, const struct egov_report *findings,
                             const char *path, bool explain, struct egov_error *err)
{
	const size_t last = egov_report_records(findings) - 1;

	tool_progress_hide();
	if (tool->json)
		return tool_print_about(tool, findings, explain ? 0 : last, "file", path, err);
	if (explain)
		explain_all(findings, path);
	tell_signers(findings, path);
	tool_escape(stdout, path);
	(void)printf(": %s\n", verify_value(findings, last, "verdict"));
	return EGOV_OK;
}
