/* SPDX-License-Identifier: Apache-2.0 */
#include "help_home.h"

#include "ca/batch.h"
#include "cert/cert.h"

#define JOBS 5

static char *dir;
static struct egov_home *home;

/* Jobs as they are handed over, and what came back of each. */
struct world {
	struct egov_batch {
		char *application;
		struct egov_buf *request;
		struct egov_slice public_key;
		const char *profile;
		enum egov_status status;
		int earlier;
		struct egov_buf *certificate;
		char text[512];
	} jobs[JOBS];
	size_t count, given, taken;
	size_t fail_next, fail_take;    /* at this call; 0: never */
};

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_home_close(home);
	help_world_remove(dir);
	return 0;
}

static void new_job(struct world *w, const char *name)
{
	struct egov_batch *job = &w->jobs[w->count++];
	char *path = NULL;

	help_home_request(dir, name);
	help_home_application(dir, name);
	job->application = help_home_approved(dir, home, name);
	job->profile = "agency-sign";
	assert_true(asprintf(&path, "%s/%s.csr", dir, name) >= 0);
	job->request = help_read(path);
	free(path);
}

static void cert_drop(struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		egov_buf_free(w->jobs[i].certificate);
		w->jobs[i].certificate = NULL;
	}
}

static void forget(struct world *w)
{
	cert_drop(w);
	for (size_t i = 0; i < w->count; i++) {
		free(w->jobs[i].application);
		egov_buf_free(w->jobs[i].request);
	}
}

static enum egov_status next(void *user, struct egov__batch_job *job, int *more,
                             struct egov_error *err)
{
	struct world *w = user;
	struct egov_batch *j = &w->jobs[w->given];
	const struct egov_clock clock = { HELP_HOME_NOW + (egov_time)w->given, EGOV_TIME_NONE };

	if (++w->given == w->fail_next)
		return egov_error_set(err, EGOV_E_IO, NULL, "no next job");
	*more = w->given <= w->count;
	if (!*more)
		return EGOV_OK;
	egov_home_set_clock(home, &clock);
	job->job = (struct egov_issue_job){ .profile = j->profile,
		                            .application = j->application,
		                            .user = j };
	if (j->public_key.size > 0)
		job->public_key = j->public_key;
	else
		job->job.request = egov_buf_slice(j->request);
	return EGOV_OK;
}

static enum egov_status next_request(void *user, struct egov_issue_job *job, int *more,
                                     struct egov_error *err)
{
	struct egov__batch_job both = { .job = { .profile = NULL } };
	const enum egov_status rc = next(user, &both, more, err);

	*job = both.job;
	return rc;
}

static enum egov_status take(void *user, const struct egov_issue_result *result,
                             struct egov_error *err)
{
	struct world *w = user;
	struct egov_batch *job = result->user;

	if (++w->taken == w->fail_take)
		return egov_error_set(err, EGOV_E_IO, NULL, "no room for a result");
	assert_int_equal(result->number, w->taken);
	assert_ptr_equal(job, &w->jobs[w->taken - 1]);
	job->status = result->status;
	job->earlier = result->earlier;
	if (result->status != EGOV_OK) {
		assert_int_equal(result->error->status, result->status);
		(void)snprintf(job->text, sizeof(job->text), "%s", result->error->text);
		assert_int_equal(result->certificate.size, 0);
		return EGOV_OK;
	}
	job->certificate = egov_buf_new(EGOV_MAX_OBJECT);
	egov__buf_slice(job->certificate, result->certificate);
	return EGOV_OK;
}

static struct egov_issue_batch_options options_of(struct world *w)
{
	return (struct egov_issue_batch_options){ .actor = "li", .signers = 2, .next = next_request,
		                                  .take = take, .user = w };
}

static struct egov_cert *cert_of(const struct egov_batch *job)
{
	struct egov_cert *cert = NULL;
	struct egov_error err = { 0 };

	assert_int_equal(job->status, EGOV_OK);
	assert_ok(egov_cert_decode(egov_buf_slice(job->certificate), &cert, &err), &err);
	return cert;
}

static void consistent(void)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	assert_ok(egov_record_check(home, report, &err), &err);
	egov_report_free(report);
}

static void issues_and_goes_on(void **state)
{
	struct world w = { .count = 0 };
	struct egov_issue_batch_options options = options_of(&w);
	struct egov_error err = { 0 };

	(void)state;
	new_job(&w, "a");
	new_job(&w, "b");
	new_job(&w, "c");
	new_job(&w, "d");
	w.jobs[1].profile = "no-such";
	free(w.jobs[3].application);
	w.jobs[3].application = strdup("A999999");
	assert_ok(egov_issue_batch(home, &options, &err), &err);
	assert_int_equal(w.taken, 4);
	for (size_t i = 0; i < 3; i += 2) {
		struct egov_cert *cert = cert_of(&w.jobs[i]);

		assert_int_equal(w.jobs[i].earlier, 0);
		assert_true(egov_cert_not_before(cert) >= HELP_HOME_NOW);
		egov_cert_free(cert);
	}
	assert_int_equal(w.jobs[1].status, EGOV_E_POLICY);
	assert_non_null(strstr(w.jobs[1].text, "no-such"));
	assert_int_equal(w.jobs[3].status, EGOV_E_POLICY);
	assert_non_null(strstr(w.jobs[3].text, "A999999"));
	/* The same jobs once more: the same certificates, no new ones. */
	struct world again = w;

	again.given = again.taken = 0;
	for (size_t i = 0; i < again.count; i++)
		again.jobs[i].certificate = NULL;
	options.user = &again;
	assert_ok(egov_issue_batch(home, &options, &err), &err);
	assert_int_equal(again.jobs[0].earlier, 1);
	assert_true(egov__slice_equal(egov_buf_slice(again.jobs[0].certificate),
	                              egov_buf_slice(w.jobs[0].certificate)));
	for (size_t i = 0; i < again.count; i++)
		egov_buf_free(again.jobs[i].certificate);
	forget(&w);
	consistent();
}

/* A key without a request: the one that the application pins, on the curve. */
static void takes_keys(void **state)
{
	struct world w = { .count = 0 };
	struct egov_issue_batch_options options = options_of(&w);
	const struct egov__batch_plan plan = { .options = &options, .next = next, .user = &w };
	struct egov_request *first = NULL, *second = NULL;
	struct egov_error err = { 0 };
	struct egov_cert *cert;
	uint8_t off[91];

	(void)state;
	new_job(&w, "k1");
	new_job(&w, "k2");
	new_job(&w, "k3");
	assert_ok(egov_request_decode(egov_buf_slice(w.jobs[0].request), EGOV__NO_SLICE, &first, &err),
	          &err);
	assert_ok(egov_request_decode(egov_buf_slice(w.jobs[1].request), EGOV__NO_SLICE, &second, &err),
	          &err);
	w.jobs[0].public_key = egov_request_public_key(first);
	w.jobs[1].public_key = egov_request_public_key(first);          /* of another application */
	memcpy(off, egov_request_public_key(second).data, sizeof(off));
	off[sizeof(off) - 1] ^= 1;
	w.jobs[2].public_key = EGOV__SLICE(off);
	assert_ok(egov__batch_run(home, &plan, &err), &err);
	cert = cert_of(&w.jobs[0]);
	assert_true(egov__slice_equal(egov_cert_public_key(cert), w.jobs[0].public_key));
	egov_cert_free(cert);
	assert_int_equal(w.jobs[1].status, EGOV_E_POLICY);
	assert_non_null(strstr(w.jobs[1].text, "pins"));
	assert_int_equal(w.jobs[2].status, EGOV_E_POLICY);
	egov_request_free(first);
	egov_request_free(second);
	forget(&w);
	consistent();
}

/* What was taken in is finished before a failure of next or take ends the batch. */
static void ends_in_order(void **state)
{
	struct world w = { .fail_next = 3 };
	struct egov_issue_batch_options options = options_of(&w);
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();

	(void)state;
	new_job(&w, "e1");
	new_job(&w, "e2");
	new_job(&w, "e3");
	assert_fails(egov_issue_batch(home, &options, &err), &err, EGOV_E_IO, "no next job");
	assert_int_equal(w.taken, 2);
	cert_drop(&w);
	w.given = w.taken = w.fail_next = 0;
	w.fail_take = 1;
	assert_fails(egov_issue_batch(home, &options, &err), &err, EGOV_E_IO, "no room");
	assert_int_equal(w.taken, 1);
	w.given = w.taken = w.fail_take = 0;
	assert_ok(egov_issue_batch(home, &options, &err), &err);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(w.jobs[i].earlier, 1);
	assert_ok(egov_home_unfinished(home, report, &err), &err);
	assert_int_equal(egov_report_records(report), 0);
	egov_report_free(report);
	forget(&w);
	consistent();
}

static void refuses_wrong_use(void **state)
{
	struct world w = { .count = 0 };
	struct egov_issue_batch_options options = options_of(&w);
	struct egov_error err = { 0 };

	(void)state;
	options.signers = 257;
	assert_fails(egov_issue_batch(home, &options, &err), &err, EGOV_E_USAGE, "257 signer threads");
	options.signers = 1;
	options.validity = "never";
	assert_fails(egov_issue_batch(home, &options, &err), &err, EGOV_E_USAGE, "validity");
	options.validity = NULL;
	options.actor = "";
	assert_fails(egov_issue_batch(home, &options, &err), &err, EGOV_E_USAGE, "actor");
	assert_int_equal(w.given, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(issues_and_goes_on),
		cmocka_unit_test(takes_keys),
		cmocka_unit_test(ends_in_order),
		cmocka_unit_test(refuses_wrong_use),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
