/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fileio.h"
#include "publish/publish.h"

/* Stands for the C library's: after it the file is other, longer or shorter. */
static int spoil;

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	static const char *const ways[] = { "printf x | dd conv=notrunc 2>/dev/null of=",
		                            "printf x >>", "truncate -s -1 " };
	const int rc = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);

	if (rc == 0 && spoil > 0)
		return help_run("%s'/proc/%d/fd/%d/%s'", ways[spoil - 1], (int)getpid(), to_dir, to);
	return rc;
}

struct fixture {
	struct help_ca *ca;
	struct egov_recorded *list;
	char *root;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	void *ca = NULL;

	assert_non_null(f);
	assert_int_equal(help_ca_set_up(&ca), 0);
	f->ca = ca;
	f->list = help_crl(f->ca, f->ca->now, false);
	assert_true(asprintf(&f->root, "%s/web", f->ca->h->dir) > 0);
	assert_int_equal(help_run("mkdir '%s' '%s/crl' '%s/cert'", f->root, f->root, f->root), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	void *ca = f->ca;

	egov__recorded_free(f->list);
	free(f->root);
	free(f);
	return help_ca_tear_down(&ca);
}

static void holds(const struct fixture *f, const char *name, struct egov_slice wanted)
{
	char *path = egov__path_join(f->root, name);
	struct egov_buf *found = help_read(path);
	struct stat st;

	assert_true(egov__slice_equal(egov_buf_slice(found), wanted));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	egov_buf_free(found);
	free(path);
}

static void holds_list(const struct fixture *f, const char *name,
                       const struct egov_recorded *recorded)
{
	struct egov_buf *bytes = help_recorded(recorded);

	assert_true(egov_buf_slice(bytes).size > 0);
	holds(f, name, egov_buf_slice(bytes));
	egov_buf_free(bytes);
}

static void test_a_list_stands_twice(void **state)
{
	struct fixture *f = *state;
	struct egov_recorded *next;
	struct egov_error err = { 0 };

	assert_ok(egov__publish_crl(f->list, "ca", f->root, false, &err), &err);
	holds_list(f, "crl/ca.crl", f->list);
	holds_list(f, "crl/ca-1.crl", f->list);
	next = help_crl(f->ca, f->ca->now, false);
	assert_ok(egov__publish_crl(next, "ca", f->root, false, &err), &err);
	holds_list(f, "crl/ca.crl", next);
	holds_list(f, "crl/ca-2.crl", next);
	holds_list(f, "crl/ca-1.crl", f->list);
	assert_int_equal(help_run("test '%s/crl/ca.crl' -ef '%s/crl/ca-2.crl'", f->root, f->root), 0);
	assert_int_equal(help_run("test $(ls -A '%s/crl' | wc -l) -eq 3", f->root), 0);
	egov__recorded_free(next);
}

static void test_a_certificate_in_both_forms(void **state)
{
	struct fixture *f = *state;
	struct egov_recorded *certificate = NULL;
	struct egov__certificate_row row = { 0 };
	struct egov_error err = { 0 };
	uint8_t serial[EGOV__SERIAL];
	bool found = false;

	help_policy(f->ca);
	help_issue(f->ca, serial, f->ca->now + 31536000);
	assert_ok(egov__store_certificate_get(f->ca->h->store, EGOV__SLICE(serial), &row, &found, &err),
	          &err);
	assert_ok(egov__record_certificate(f->ca->h->record, EGOV__SLICE(serial), &certificate, &err),
	          &err);
	assert_ok(egov__publish_certificate(certificate, "ca", f->root, &err), &err);
	holds(f, "cert/ca.cer", egov__recorded_der(certificate));
	assert_int_equal(help_run("openssl x509 -in '%s/cert/ca.pem' -outform DER | "
	                          "cmp -s - '%s/cert/ca.cer'", f->root, f->root), 0);
	assert_fails(egov__publish_certificate(f->list, "ca", f->root, &err), &err, EGOV_E_USAGE,
	             "CERTIFICATE: not what is published there");
	assert_fails(egov__publish_crl(certificate, "ca", f->root, false, &err), &err, EGOV_E_USAGE,
	             "X509 CRL: not what is published there");
	egov__recorded_free(certificate);
}

static void test_nothing_before_it_is_on_record(void **state)
{
	struct fixture *f = *state;
	struct egov_recorded *early = NULL;
	struct egov_signed *made = NULL;
	struct egov_intent *intent = help_crl_intent(f->ca, f->ca->now);
	struct egov_error err = { 0 };

	assert_ok(egov__sign(intent, f->ca->signer, &made, &err), &err);
	help_begin(f->ca);
	assert_ok(egov__record_result(f->ca->h->record, made, &early, &err), &err);
	assert_fails(egov__publish_crl(early, "ca", f->root, false, &err), &err, EGOV_E_USAGE,
	             "before it was on record");
	assert_int_equal(help_run("test $(ls -A '%s/crl' | wc -l) -eq 0", f->root), 0);
	help_commit(f->ca);
	assert_ok(egov__publish_crl(early, "ca", f->root, false, &err), &err);
	egov__recorded_free(early);
	egov__intent_free(intent);
}

/* In a child, as another user and with a limit on the size of files: the old list
 * stays whole, and nothing is left beside it. */
static enum egov_status in_child(struct fixture *f, struct egov_recorded *list, rlim_t limit,
                                 bool other_user)
{
	int status;
	const pid_t child = fork();

	if (child == 0) {
		const struct rlimit size = { limit, limit };
		struct egov_error err = { 0 };
		enum egov_status rc;

		(void)signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &size) != 0
		    || (other_user && geteuid() == 0 && setuid(65534) != 0))
			_exit(100);
		rc = egov__publish_crl(list, "ca", f->root, false, &err);
		_exit(err.status == rc ? -(int)rc : 101);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return (enum egov_status)-WEXITSTATUS(status);
}

static void test_the_old_list_stays_whole(void **state)
{
	struct fixture *f = *state;
	struct egov_recorded *next = help_crl(f->ca, f->ca->now, false);
	struct egov_error err = { 0 };
	char *moved;

	assert_ok(egov__publish_crl(f->list, "ca", f->root, false, &err), &err);
	assert_int_equal(in_child(f, next, 100, false), EGOV_E_IO);
	holds_list(f, "crl/ca.crl", f->list);
	assert_int_equal(help_run("test $(ls -A '%s/crl' | wc -l) -eq 2", f->root), 0);

	/* The numbered one fits, the served one cannot be written. */
	assert_int_equal(help_run("chmod 0555 '%s/crl' && chmod 0755 '%s'", f->root, f->ca->h->dir), 0);
	assert_int_equal(in_child(f, next, RLIM_INFINITY, true), EGOV_E_IO);
	assert_int_equal(help_run("chmod 0755 '%s/crl'", f->root), 0);
	holds_list(f, "crl/ca.crl", f->list);

	moved = egov__path_join(f->root, "gone");
	assert_int_equal(help_run("mv '%s/crl' '%s'", f->root, moved), 0);
	assert_fails(egov__publish_crl(next, "ca", f->root, false, &err), &err, EGOV_E_IO, "No such file");
	free(moved);
	egov__recorded_free(next);
}

/* What is served is read back: a disk that keeps something else is noticed. */
static void test_read_back(void **state)
{
	struct fixture *f = *state;
	struct egov_error err = { 0 };

	for (spoil = 1; spoil <= 3; spoil++)
		assert_fails(egov__publish_crl(f->list, "ca", f->root, false, &err), &err, EGOV_E_CORRUPT,
		             "ca-1.crl: holds something else than was written");
	spoil = 0;
	assert_ok(egov__publish_crl(f->list, "ca", f->root, false, &err), &err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_list_stands_twice),
		TEST(test_a_certificate_in_both_forms),
		TEST(test_nothing_before_it_is_on_record),
		TEST(test_the_old_list_stays_whole),
		TEST(test_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
