/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions that become durable together: egov_home_group_begin and _commit. */
#include "help_home.h"

static char *dir;

static int set_up(void **state)
{
	struct egov_home *home;

	(void)state;
	dir = help_world();
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	egov_home_close(home);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_world_remove(dir);
	return 0;
}

static enum egov_status submit(struct egov_home *home, const char *name, struct egov_error *err)
{
	struct egov_report *report = egov_report_new();
	char *path = NULL;
	enum egov_status rc;

	assert_true(asprintf(&path, "%s/%s.application", dir, name) >= 0);
	rc = egov_apply_submit(home, "li", path, report, err);
	free(path);
	egov_report_free(report);
	return rc;
}

static void new_application(const char *name)
{
	help_home_request(dir, name);
	help_home_application(dir, name);
}

static size_t applications(void)
{
	struct egov_home *home = help_home_open(dir, "root");
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	size_t count;

	assert_ok(egov_apply_list(home, NULL, report, &err), &err);
	count = egov_report_records(report);
	egov_report_free(report);
	egov_home_close(home);
	return count;
}

/* The entries that its report counts. */
static long checked(const char *key)
{
	struct egov_home *home = help_home_open(dir, "root");
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	const char *value;
	long count;

	assert_ok(egov_record_check(home, report, &err), &err);
	value = egov_report_find(report, 0, key);
	assert_non_null(value);
	count = strtol(value, NULL, 10);
	egov_report_free(report);
	egov_home_close(home);
	return count;
}

/* One that fails in the middle leaves the others, and its refusal. */
static void all_or_each(void **state)
{
	struct egov_home *home = help_home_open(dir, "root");
	const size_t before = applications();
	const long entries = checked("entries");
	struct egov_error err = { 0 }, refused = { 0 };
	char *path = NULL;

	(void)state;
	new_application("one");
	new_application("two");
	assert_true(asprintf(&path, "%s/bad.application", dir) >= 0);
	help_write(path, egov__slice_text("[application]\nprofile = no-such\n"));
	assert_ok(egov_home_group_begin(home, &err), &err);
	assert_ok(submit(home, "one", &err), &err);
	assert_true(submit(home, "bad", &refused) != EGOV_OK);
	assert_ok(submit(home, "two", &err), &err);
	/* Nobody else sees any of it before the commit. */
	assert_int_equal(applications(), before);
	assert_ok(egov_home_group_commit(home, &err), &err);
	assert_int_equal(applications(), before + 2);
	assert_int_equal(checked("entries"), entries + 3);
	egov_home_close(home);
	free(path);
}

static void lost_when_closed(void **state)
{
	struct egov_home *home = help_home_open(dir, "root");
	const size_t before = applications();
	struct egov_error err = { 0 };

	(void)state;
	new_application("three");
	assert_ok(egov_home_group_begin(home, &err), &err);
	assert_ok(submit(home, "three", &err), &err);
	egov_home_close(home);
	assert_int_equal(applications(), before);
	(void)checked("entries");
}

/* What is not on disk signs nothing. */
static void signs_nothing(void **state)
{
	struct egov_home *home = help_home_open(dir, "root");
	struct egov_buf *certificate = egov_buf_new(EGOV_MAX_OBJECT), *request;
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	char *id, *path = NULL, serial[40];

	(void)state;
	help_home_request(dir, "four");
	help_home_application(dir, "four");
	id = help_home_approved(dir, home, "four");
	assert_true(asprintf(&path, "%s/four.csr", dir) >= 0);
	request = help_read(path);
	const struct egov_issue_options options = { .actor = "li", .profile = "agency-sign",
		                                    .application = id,
		                                    .request = egov_buf_slice(request) };

	assert_ok(egov_home_group_begin(home, &err), &err);
	assert_fails(egov_issue(home, &options, certificate, report, &err), &err, EGOV_E_USAGE,
	             "not on disk");
	assert_int_equal(egov_buf_slice(certificate).size, 0);
	egov_home_close(home);
	home = help_home_open(dir, "root");
	egov_buf_free(help_home_issue(dir, home, "four", id, serial));
	egov_home_close(home);
	(void)checked("entries");
	egov_buf_free(certificate);
	egov_buf_free(request);
	egov_report_free(report);
	free(id);
	free(path);
}

static void wants_its_order(void **state)
{
	struct egov_home *home = help_home_open(dir, "root");
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_home_group_commit(home, &err), &err, EGOV_E_USAGE, "no group is open");
	assert_ok(egov_home_group_begin(home, &err), &err);
	assert_fails(egov_home_group_begin(home, &err), &err, EGOV_E_USAGE, "open already");
	assert_ok(egov_home_group_commit(home, &err), &err);
	assert_fails(egov_home_group_commit(home, &err), &err, EGOV_E_USAGE, "no group is open");
	egov_home_close(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_or_each),
		cmocka_unit_test(lost_when_closed),
		cmocka_unit_test(signs_nothing),
		cmocka_unit_test(wants_its_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
