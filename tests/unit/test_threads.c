/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What egovca(3) promises about threads: objects that do not change are shared, a
 * home is for one thread, one folder may be open in several homes.  Run under
 * SANITIZE=thread too, where a race fails the test.
 */
#include "help_home.h"

#include <pthread.h>

#define THREADS 4

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	help_world_remove(dir);
	return 0;
}

/* cmocka's asserts end the thread that made them, so a worker tells how it ended. */
struct worker {
	pthread_t thread;
	size_t number;
	const char *failed;             /* what, or NULL */
	struct egov_error err;
};

static void together(struct worker workers[THREADS], void *work(void *))
{
	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		if (workers[i].failed != NULL)
			fail_msg("thread %zu: %s: %s", i, workers[i].failed, workers[i].err.text);
}

/* --- shared objects ---------------------------------------------------------------- */

static struct {
	struct egov_verifier *verifier;
	struct egov_cert *cert;
	struct egov_crl *crl;
	struct egov_request *request;
	struct egov_profile *profile;
	struct egov_application *application;
	size_t findings, fields;        /* of one thread alone */
} shared;

static const struct egov_crl_publish_options publishing = { .actor = "tester" };

static struct egov_buf *read_file(const char *name)
{
	char *path = help_path(dir, name);
	struct egov_buf *bytes = help_read(path);

	free(path);
	return bytes;
}

static void make_shared(void)
{
	const struct egov_slice none = { NULL, 0 };
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	struct egov_home *home;
	struct egov_buf *der, *bytes;
	char serial[40];
	char *id, *path = help_path(dir, "shared.application");

	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	help_home_request(dir, "shared");
	help_home_application(dir, "shared");
	id = help_home_approved(dir, home, "shared");
	der = help_home_issue(dir, home, "shared", id, serial);
	assert_ok(egov_crl_publish(home, &publishing, report, &err), &err);
	assert_ok(egov_cert_decode(egov_buf_slice(der), &shared.cert, &err), &err);
	shared.verifier = egov_verifier_new();
	bytes = read_file("root/publish/cert/ca.pem");
	assert_ok(egov_verifier_add_trust(shared.verifier, egov_buf_slice(bytes), &err), &err);
	egov_buf_free(bytes);
	bytes = read_file("root/publish/crl/ca.crl");
	assert_ok(egov_verifier_add_crl(shared.verifier, egov_buf_slice(bytes), &err), &err);
	assert_ok(egov_crl_decode(egov_buf_slice(bytes), &shared.crl, &err), &err);
	egov_buf_free(bytes);
	bytes = read_file("shared.csr");
	assert_ok(egov_request_decode(egov_buf_slice(bytes), none, &shared.request, &err), &err);
	egov_buf_free(bytes);
	assert_ok(egov_application_load(path, &shared.application, &err), &err);
	assert_ok(egov_profile_load(EGOV_TEST_SOURCE "/examples/profiles/agency-sign.test.conf",
	                            &shared.profile, &err),
	          &err);
	egov_home_close(home);
	egov_buf_free(der);
	egov_report_free(report);
	free(path);
	free(id);
}

static void free_shared(void)
{
	egov_verifier_free(shared.verifier);
	egov_cert_free(shared.cert);
	egov_crl_free(shared.crl);
	egov_request_free(shared.request);
	egov_profile_free(shared.profile);
	egov_application_free(shared.application);
}

static const char *verify_shared(struct egov_report *findings, struct egov_error *err)
{
	const struct egov_verify_options options = { .at = HELP_HOME_NOW, .require_revocation = 1,
		                                     .purpose = "sign" };

	if (egov_verify(shared.verifier, egov_cert_der(shared.cert), &options, findings, err) != EGOV_OK)
		return "egov_verify";
	return shared.findings == 0 || egov_report_records(findings) == shared.findings
	               ? NULL
	               : "another number of findings";
}

static const char *read_shared(struct egov_report *report, struct egov_error *err)
{
	if (egov_cert_report(shared.cert, report, err) != EGOV_OK
	    || egov_crl_report(shared.crl, 1, report, err) != EGOV_OK
	    || egov_request_report(shared.request, report, err) != EGOV_OK)
		return "a report";
	if (egov_cert_serial(shared.cert).size != 16 || egov_crl_entries(shared.crl) != 0
	    || egov_request_public_key(shared.request).size != 91
	    || egov_profile_is_test(shared.profile) != 1
	    || egov_application_key_digest(shared.application).size != 32
	    || strcmp(egov_application_profile(shared.application), "agency-sign") != 0)
		return "a getter";
	return shared.fields == 0 || egov_report_fields(report, 0) == shared.fields
	               ? NULL
	               : "another number of fields";
}

static void *use_shared(void *user)
{
	struct worker *worker = user;

	for (int round = help_times(12); worker->failed == NULL && round > 0; round--) {
		struct egov_report *findings = egov_report_new(), *report = egov_report_new();

		worker->failed = verify_shared(findings, &worker->err);
		if (worker->failed == NULL)
			worker->failed = read_shared(report, &worker->err);
		egov_report_free(report);
		egov_report_free(findings);
	}
	return NULL;
}

static void test_shared_objects(void **state)
{
	struct worker workers[THREADS], alone = { .number = 0 };
	struct egov_report *report = egov_report_new();

	(void)state;
	make_shared();
	/* The first to decode loads the ASN.1 modules: leave that to the threads of
	 * test_first, and take here what one thread alone is answered. */
	assert_null(verify_shared(report, &alone.err));
	shared.findings = egov_report_records(report);
	egov_report_free(report);
	report = egov_report_new();
	assert_null(read_shared(report, &alone.err));
	shared.fields = egov_report_fields(report, 0);
	egov_report_free(report);
	together(workers, use_shared);
	free_shared();
}

/* --- the first call of a process ------------------------------------------------------ */

static const char self_signed[] = EGOV_TEST_SOURCE "/examples/profiles/root-ca.test.conf";

/* What is made once in a process, on first use, is made once. */
static void *first_call(void *user)
{
	struct worker *worker = user;
	struct egov_profile *profile = NULL;
	struct egov_report *checks = egov_report_new();

	if (egov_profile_load(self_signed, &profile, &worker->err) != EGOV_OK)
		worker->failed = "egov_profile_load";
	else if (egov_verify_checks(checks, &worker->err) != EGOV_OK)
		worker->failed = "egov_verify_checks";
	egov_report_free(checks);
	egov_profile_free(profile);
	return NULL;
}

static void test_first(void **state)
{
	struct worker workers[THREADS];

	(void)state;
	together(workers, first_call);
}

/* --- several homes on one folder ------------------------------------------------------ */

/* Certificates a thread. */
static size_t each(void)
{
	return (size_t)help_times(15) / 5;
}

static void request_name(char name[48], size_t thread, size_t i)
{
	(void)snprintf(name, 48, "t%zu-%zu", thread, i);
}

/* A home of its own, with the whole way to a certificate. */
static void *issue_some(void *user)
{
	struct worker *worker = user;
	struct egov_home *home = help_home_open(dir, "many");
	struct egov_report *report = egov_report_new();

	for (size_t i = each(); i > 0; i--) {
		char name[48], serial[40];
		char *id;

		request_name(name, worker->number, i);
		id = help_home_approved(dir, home, name);
		egov_buf_free(help_home_issue(dir, home, name, id, serial));
		free(id);
	}
	if (worker->number == 0 && egov_crl_publish(home, &publishing, report, &worker->err) != EGOV_OK)
		worker->failed = "egov_crl_publish";
	egov_report_free(report);
	egov_home_close(home);
	return NULL;
}

static void test_homes(void **state)
{
	struct worker workers[THREADS];
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new(), *checked = egov_report_new();
	struct egov_home *home;
	char name[48];

	(void)state;
	help_home_make(dir, "many", 1);
	home = help_home_open(dir, "many");
	help_home_cps(dir, home);
	for (size_t t = 0; t < THREADS; t++)
		for (size_t i = each(); i > 0; i--) {
			request_name(name, t, i);
			help_home_request(dir, name);
			help_home_application(dir, name);
		}
	together(workers, issue_some);
	/* Its own is among them. */
	assert_ok(egov_status_list(home, "审批局", report, &err), &err);
	assert_int_equal(egov_report_records(report), THREADS * each());
	assert_ok(egov_record_check(home, checked, &err), &err);
	assert_string_equal(egov_report_find(checked, 0, "verdict"), "consistent");
	egov_report_free(checked);
	egov_report_free(report);
	egov_home_close(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_shared_objects),
		cmocka_unit_test(test_homes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
