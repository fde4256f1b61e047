/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of a batch that are procedures of their own, beside one that is not: each has its
 * result, in its place. */
#include "help_home.h"

static struct {
	struct egov_issue_job jobs[6];
	size_t count, given, taken;
	struct {
		enum egov_status status;
		const char *says;
	} wanted[6];
} w;

static enum egov_status next(void *user, struct egov_issue_job *job, int *more,
                             struct egov_error *err)
{
	(void)user;
	(void)err;
	*more = w.given < w.count;
	if (*more)
		*job = w.jobs[w.given++];
	return EGOV_OK;
}

static enum egov_status take(void *user, const struct egov_issue_result *result,
                             struct egov_error *err)
{
	const char *says = w.wanted[w.taken].says;

	(void)user;
	(void)err;
	assert_int_equal(result->number, w.taken + 1);
	assert_int_equal(result->status, w.wanted[w.taken].status);
	if (result->status == EGOV_OK) {
		assert_true(result->certificate.size > 0);
		assert_true(result->serial.size > 0);
	} else {
		assert_non_null(strstr(result->error->text, says));
		assert_int_equal(result->certificate.size, 0);
	}
	assert_int_equal(result->envelope.size, 0);
	w.taken++;
	return EGOV_OK;
}

static void add(struct egov_issue_job job, enum egov_status status, const char *says)
{
	w.jobs[w.count] = job;
	w.wanted[w.count].status = status;
	w.wanted[w.count++].says = says;
}

static void test_mixed(void **state)
{
	static const char nothing[] = "nothing";
	const struct egov_slice consent = { (const uint8_t *)nothing, sizeof(nothing) - 1 };
	const struct egov_issue_batch_options options = {
		.actor = "zhou", .signers = 2, .next = next, .take = take
	};
	struct egov_error err = { 0 };
	char *dir = help_world(), *id, *path = help_path(dir, "holder.csr");
	struct egov_home *home;
	struct egov_buf *request;

	(void)state;
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	help_home_request(dir, "holder");
	help_home_application(dir, "holder");
	id = help_home_approved(dir, home, "holder");
	request = help_read(path);
	add((struct egov_issue_job){ .operation = "renew", .serial = "00aa", .consent = consent },
	    EGOV_E_NOTFOUND, "no certificate of this CA has this serial");
	add((struct egov_issue_job){ .profile = "agency-sign", .application = id,
	                             .request = egov_buf_slice(request) },
	    EGOV_OK, "");
	add((struct egov_issue_job){ .operation = "polish", .serial = "00aa", .consent = consent },
	    EGOV_E_USAGE, "want renew, rekey or extend");
	add((struct egov_issue_job){ .operation = "renew", .consent = consent }, EGOV_E_USAGE, "");
	add((struct egov_issue_job){ .operation = "extend", .serial = "00aa" }, EGOV_E_USAGE,
	    "either an application or the holder's consent");
	add((struct egov_issue_job){ .operation = "pair", .profile = "agency-sign",
	                             .encrypt_profile = "no-such", .application = id,
	                             .request = egov_buf_slice(request) },
	    EGOV_E_POLICY, "this home has no such profile");
	assert_ok(egov_issue_batch(home, &options, &err), &err);
	assert_int_equal(w.taken, w.count);
	egov_home_close(home);
	egov_buf_free(request);
	free(id);
	free(path);
	help_world_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_mixed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
