/* SPDX-License-Identifier: Apache-2.0 */
#include "help_lint.h"

#include <egovca/report.h>

#include "x509/tbs_build.h"

#define RULES 256

static bool seen[RULES];

static size_t index_of(const char *id)
{
	const struct egov__lint_rule_info *info;

	for (size_t i = 0; (info = egov__lint_rule(i)) != NULL; i++) {
		assert_true(i < RULES);
		if (strcmp(info->id, id) == 0)
			return i;
	}
	fail_msg("no rule %s", id);
	return 0;
}

void help_lint_seen(const char *id)
{
	seen[index_of(id)] = true;
}

static bool is_of(const struct egov__lint_rule_info *info, enum egov_object_kind kind)
{
	static const unsigned objects[] = { 0, EGOV__LINT_REQUEST, EGOV__LINT_CERTIFICATE,
		                            EGOV__LINT_CRL };

	return (info->objects & objects[kind]) != 0;
}

void help_lint_all_seen(enum egov_object_kind kind)
{
	const struct egov__lint_rule_info *info;
	size_t missed = 0;

	for (size_t i = 0; (info = egov__lint_rule(i)) != NULL; i++)
		if (is_of(info, kind) && !seen[i] && strncmp(info->id, "pkix-", strlen("pkix-")) != 0) {
			print_error("no case breaks rule %s\n", info->id);
			missed++;
		}
	assert_int_equal(missed, 0);
}

struct egov__lint_context help_lint_context(const struct made *made,
                                            const struct egov_profile *profile)
{
	return (struct egov__lint_context){
		.profile = profile,
		.issuer_name = egov_buf_slice(&made->part[MADE_ISSUER]),
		.issuer_key_id = EGOV__SLICE(made_issuer_key_id),
		.crl_uri = MADE_CRL_URI,
		.now = INT64_C(1780272000),             /* 2026-06-01 */
		.issuer_not_after = INT64_C(2240611200), /* 2041-01-01 */
		.max_next_update = EGOV_TIME_NONE,
	};
}

static const char *const severities[] = { "", "error", "warning", "note" };

/* One finding: its clause and severity are those of the table.  Most rules of RFC 5280 have
 * a test of their own (test_rules_pkix.c) and count here only where they are wanted. */
static bool check_finding(const struct egov_report *report, size_t r, enum egov_object_kind kind,
                          const char *wanted, struct egov_buf *ids)
{
	const char *const id = egov_report_find(report, r, "id");
	const size_t i = index_of(id);
	const struct egov__lint_rule_info *const info = egov__lint_rule(i);

	assert_true(is_of(info, kind));
	assert_string_equal(egov_report_find(report, r, "clause"), info->clause);
	assert_string_equal(egov_report_find(report, r, "severity"), severities[info->severity]);
	assert_string_equal(egov_report_find(report, r, "field"), info->field);
	assert_string_equal(egov_report_find(report, r, "wanted"), info->summary);
	assert_true(strlen(egov_report_find(report, r, "found")) > 0);
	assert_true(strlen(info->clause) > 0 && strlen(info->summary) > 0);
	seen[i] = true;
	if (strncmp(id, "pkix-", strlen("pkix-")) != 0 || strstr(wanted, id) != NULL) {
		if (ids->size > 0)
			egov__buf_text(ids, " ");
		egov__buf_text(ids, id);
	}
	return info->severity == EGOV__LINT_ERROR;
}

static void check_error(const struct egov_report *report, size_t first, enum egov_status rc,
                        const struct egov_error *err)
{
	const char *const id = egov_report_find(report, first, "id");

	assert_int_equal(rc, EGOV_E_POLICY);
	assert_int_equal(err->status, EGOV_E_POLICY);
	assert_string_equal(err->clause, egov_report_find(report, first, "clause"));
	assert_int_equal(strncmp(err->text, id, strlen(id)), 0);
	assert_non_null(strstr(err->text, egov_report_find(report, first, "found")));
}

void help_lint(enum egov_object_kind kind, const struct made *made,
               const struct egov__lint_context *context, const char *wanted, const char *what)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT), ids = EGOV__BUF(4096);
	struct egov_report *report = egov_report_new();
	struct egov_cleared *cleared = NULL;
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	size_t errors = 0;
	enum egov_status rc;

	made_tbs(made, &der);
	assert_ok(egov__tbs_new(kind, &der, EGOV__SIGALG_ABSENT, &tbs, &err), &err);
	rc = egov__lint_clear(tbs, context, report, &cleared, &err);
	for (size_t r = 0; r < egov_report_records(report); r++)
		if (check_finding(report, r, kind, wanted, &ids) && errors++ == 0)
			check_error(report, r, rc, &err);
	if (strcmp(egov__buf_string(&ids), wanted) != 0)
		fail_msg("%s: found \"%s\", wanted \"%s\"; %s", what, egov__buf_string(&ids), wanted,
		         err.text);
	if (errors == 0) {
		assert_int_equal(rc, EGOV_OK);
		assert_ptr_equal(egov__cleared_tbs(cleared), tbs);
		egov__cleared_free(cleared);
	} else {
		assert_null(cleared);
		egov__tbs_free(tbs);
	}
	egov_report_free(report);
	egov__buf_clear(&der);
	egov__buf_clear(&ids);
}
