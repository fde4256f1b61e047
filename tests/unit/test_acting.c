/* SPDX-License-Identifier: Apache-2.0 */
/* egovca/operator.h as a program that links the library calls it. */
#include "help_home.h"
#include "made.h"

static char *dir;
static struct egov_home *home;
static struct egov_error err;

/* A key in the token, and NAME.pem with a certificate for it: the key's URI. */
static char *person(const char *name)
{
	char *uri = help_home_key(dir, name);
	struct egov_buf *spki = egov_buf_new(1000), *der = egov_buf_new(10000);
	struct made made;
	char file[64];
	char *path;

	(void)snprintf(file, sizeof(file), "%s.pem", name);
	path = help_path(dir, file);
	assert_ok(egov_key_public(uri, NULL, spki, &err), &err);
	made_cert(&made);
	made_set(&made, MADE_KEY, egov_buf_slice(spki));
	made_signed(&made, der);
	help_write(path, egov_buf_slice(der));
	made_clear(&made);
	egov_buf_free(spki);
	egov_buf_free(der);
	free(path);
	return uri;
}

static enum egov_status add(const char *actor, const char *name, const char *roles)
{
	struct egov_report *report = egov_report_new();
	char file[64];
	char *path;
	struct egov_buf *certificate;
	struct egov_operator_options options = { .actor = actor, .name = name, .roles = roles,
		                                 .certificate_name = name };
	enum egov_status rc;

	(void)snprintf(file, sizeof(file), "%s.pem", name);
	path = help_path(dir, file);
	certificate = help_read(path);
	options.certificate = egov_buf_slice(certificate);
	rc = egov_operator_add(home, &options, report, &err);
	if (rc == EGOV_OK)
		assert_string_equal(egov_report_find(report, 0, "roles"), roles);
	egov_buf_free(certificate);
	egov_report_free(report);
	free(path);
	return rc;
}

static void reopen(void)
{
	egov_home_close(home);
	home = help_home_open(dir, "root");
}

static char *wang_uri, *zhou_uri;

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	wang_uri = person("wang");
	zhou_uri = person("zhou");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_home_close(home);
	free(wang_uri);
	free(zhou_uri);
	help_world_remove(dir);
	return 0;
}

static void test_register(void **state)
{
	struct egov_report *report = egov_report_new();

	(void)state;
	assert_ok(add("tester", "wang", "reviewer"), &err);
	assert_ok(add("tester", "zhou", "approver"), &err);
	assert_fails(add("tester", "wang", "reviewer"), &err, EGOV_E_EXISTS, "already");
	assert_fails(add("", "wang", "reviewer"), &err, EGOV_E_USAGE, "actor");
	assert_ok(egov_operator_list(home, 0, report, &err), &err);
	assert_int_equal(egov_report_records(report), 2);
	assert_string_equal(egov_report_find(report, 1, "operator"), "zhou");
	egov_report_free(report);
}

static void test_login(void **state)
{
	(void)state;
	assert_null(egov_operator_name(home));
	assert_fails(egov_operator_login(home, "li", wang_uri, &err), &err, EGOV_E_POLICY,
	             "li is no operator");
	assert_fails(egov_operator_login(home, "wang", zhou_uri, &err), &err, EGOV_E_POLICY,
	             "not the one of operator wang's certificate");
	assert_null(egov_operator_name(home));
	assert_ok(egov_operator_login(home, "wang", wang_uri, &err), &err);
	assert_string_equal(egov_operator_name(home), "wang");
	assert_fails(egov_operator_login(home, "wang", wang_uri, &err), &err, EGOV_E_POLICY,
	             "acts already");
	reopen();
}

static char *submitted(const char *name)
{
	struct egov_report *report = egov_report_new();
	char file[64];
	char *path, *id;

	help_home_request(dir, name);
	help_home_application(dir, name);
	(void)snprintf(file, sizeof(file), "%s.application", name);
	path = help_path(dir, file);
	assert_ok(egov_apply_submit(home, "tester", path, report, &err), &err);
	id = strdup(egov_report_find(report, 0, "application"));
	egov_report_free(report);
	free(path);
	return id;
}

static void sign(struct egov_buf *matter, struct egov_buf *approval)
{
	struct egov_report *report = egov_report_new();
	char *path = help_path(dir, "zhou.pem");
	struct egov_buf *certificate = help_read(path);
	struct egov_operator_sign_options options = { .matter = egov_buf_slice(matter),
		                                      .certificate = egov_buf_slice(certificate),
		                                      .key_uri = wang_uri,
		                                      .clock = { .real = HELP_HOME_NOW,
		                                                 .test = EGOV_TIME_NONE } };

	assert_fails(egov_operator_sign(&options, approval, report, &err), &err, EGOV_E_POLICY,
	             "not the certificate's");
	assert_int_equal(egov_buf_slice(approval).size, 0);
	options.key_uri = zhou_uri;
	assert_ok(egov_operator_sign(&options, approval, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "act"), "apply-approve");
	egov_buf_free(certificate);
	egov_report_free(report);
	free(path);
}

/* Reviewed here by one who logged in, approved by one who signed elsewhere. */
static void test_both_ways(void **state)
{
	struct egov_report *report = egov_report_new();
	struct egov_buf *matter = egov_buf_new(100000), *approval = egov_buf_new(100000);
	char *id = submitted("one");

	(void)state;
	assert_ok(egov_operator_login(home, "wang", wang_uri, &err), &err);
	assert_fails(egov_apply_review(home, "zhou", id, report, &err), &err, EGOV_E_USAGE,
	             "wang acts, not zhou");
	assert_fails(egov_apply_approve(home, "wang", id, report, &err), &err, EGOV_E_POLICY,
	             "operator wang is reviewer");
	assert_ok(egov_apply_review(home, "wang", id, report, &err), &err);
	reopen();
	egov_operator_ask(home, matter);
	assert_fails(egov_apply_approve(home, "zhou", id, report, &err), &err, EGOV_E_BUSY,
	             "nothing was done");
	assert_true(egov_buf_slice(matter).size > 0);
	reopen();
	sign(matter, approval);
	assert_ok(egov_operator_show(egov_buf_slice(approval), report, &err), &err);
	assert_fails(egov_operator_present(home, egov_buf_slice(matter), &err), &err, EGOV_E_SYNTAX,
	             "");
	assert_ok(egov_operator_present(home, egov_buf_slice(approval), &err), &err);
	assert_string_equal(egov_operator_name(home), "zhou");
	assert_ok(egov_apply_approve(home, "zhou", id, report, &err), &err);
	reopen();
	egov_buf_free(matter);
	egov_buf_free(approval);
	egov_report_free(report);
	free(id);
}

static void test_records(void **state)
{
	struct egov_report *report = egov_report_new();
	struct egov_operator_export e = { egov_buf_new(10000), egov_buf_new(10000),
		                          egov_buf_new(10000) };

	(void)state;
	assert_ok(egov_operator_approvals(home, "A000001", report, &err), &err);
	assert_int_equal(egov_report_records(report), 2);
	assert_string_equal(egov_report_find(report, 0, "act"), "apply-review");
	assert_string_equal(egov_report_find(report, 1, "operator"), "zhou");
	assert_ok(egov_operator_export_entry(home, egov_report_find(report, 1, "entry"), &e, report, &err),
	          &err);
	assert_true(egov_buf_slice(e.statement).size > 0 && egov_buf_slice(e.signature).size > 0
	            && egov_buf_slice(e.certificate).size > 0);
	assert_fails(egov_operator_export_entry(home, "0", &e, report, &err), &err, EGOV_E_NOTFOUND,
	             "no approval");
	assert_fails(egov_operator_export_entry(home, "x", &e, report, &err), &err, EGOV_E_USAGE, "entry");
	egov_buf_free(e.statement);
	egov_buf_free(e.signature);
	egov_buf_free(e.certificate);
	egov_report_free(report);
}

static void test_removal(void **state)
{
	struct egov_report *report = egov_report_new();

	(void)state;
	assert_ok(egov_operator_remove(home, "tester", "wang", report, &err), &err);
	assert_fails(egov_operator_remove(home, "tester", "wang", report, &err), &err,
	             EGOV_E_NOTFOUND, "no operator \"wang\"");
	assert_fails(egov_operator_login(home, "wang", wang_uri, &err), &err, EGOV_E_POLICY,
	             "wang is no operator");
	assert_ok(egov_record_check(home, report, &err), &err);
	egov_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_register), cmocka_unit_test(test_login),
		cmocka_unit_test(test_both_ways), cmocka_unit_test(test_records),
		cmocka_unit_test(test_removal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
