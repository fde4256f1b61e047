/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <egovca/file.h>

#include "base/fileio.h"
#include "base/secret.h"
#include "base/text.h"

static char *dir;

static int enter(void **state)
{
	(void)state;
	dir = help_dir();
	return chdir(dir);
}

static int leave(void **state)
{
	(void)state;
	if (chdir("/") != 0)
		return 1;
	help_dir_remove(dir);
	return 0;
}

static void assert_holds(const char *path, const char *text)
{
	struct egov_buf *found = help_read(path);

	assert_true(egov__slice_is(egov_buf_slice(found), text));
	egov_buf_free(found);
}

static void assert_mode(const char *path, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static int files_here(void)
{
	return help_run("exit $(ls -A | wc -l)");
}

static void reading_has_its_limit(void **state)
{
	struct egov_buf *out = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_file_read("none", 10, &out, &err), &err, EGOV_E_IO, "none: cannot open");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_fails(egov_file_read("folder", 10, &out, &err), &err, EGOV_E_IO,
	             "folder: is a directory");
	help_write("ten", egov__slice_text("0123456789"));
	assert_fails(egov_file_read("ten", 9, &out, &err), &err, EGOV_E_LIMIT,
	             "ten: larger than the limit of 9 octets");
	assert_null(out);
	assert_ok(egov_file_read("ten", 10, &out, &err), &err);
	assert_int_equal(egov_buf_slice(out).size, 10);
	egov_buf_free(out);
	out = NULL;
	assert_fails(egov_file_read("/dev/zero", 100000, &out, &err), &err, EGOV_E_LIMIT, "/dev/zero");
	help_write("empty", EGOV__NO_SLICE);
	assert_ok(egov_file_read("empty", 0, &out, &err), &err);
	assert_int_equal(egov_buf_slice(out).size, 0);
	egov_buf_free(out);
}

static void only_regular_files_where_asked(void **state)
{
	struct egov_buf *out = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_fails(egov__file_read_regular("pipe", 10, &out, &err), &err, EGOV_E_POLICY,
	             "pipe: not a regular file");
	assert_fails(egov__file_read_regular("folder", 10, &out, &err), &err, EGOV_E_POLICY,
	             "folder: not a regular file");
	assert_fails(egov__file_read_regular("/dev/null", 10, &out, &err), &err, EGOV_E_POLICY,
	             "/dev/null: not a regular file");
	assert_fails(egov__file_read_regular("-", 10, &out, &err), &err, EGOV_E_IO, "-: cannot open");
	help_write("eleven", egov__slice_text("01234567890"));
	assert_fails(egov__file_read_regular("eleven", 10, &out, &err), &err, EGOV_E_LIMIT, "eleven");
	assert_null(out);
	assert_ok(egov__file_read_regular("eleven", 11, &out, &err), &err);
	assert_true(egov__slice_is(egov_buf_slice(out), "01234567890"));
	egov_buf_free(out);
}

static void assert_secret(const char *contents, const char *wanted)
{
	struct egov_secret *secret = NULL;
	struct egov_error err = { 0 };

	help_write("pin", egov__slice_text(contents));
	assert_ok(egov__file_read_secret("pin", &secret, &err), &err);
	assert_true(egov__slice_is(egov__secret_slice(secret), wanted));
	egov__secret_free(secret);
}

static void secrets_are_kept_from_others(void **state)
{
	static const mode_t open_modes[] = { 0640, 0604, 0610, 0777 };
	struct egov_secret *secret = NULL;
	struct egov_error err = { 0 };
	char large[EGOV__SECRET_MAX + 2];

	(void)state;
	assert_secret("123456\n", "123456");
	assert_secret("123456\r\n", "123456");
	assert_secret("123456\n\n", "123456\n");
	assert_secret(" 1 ", " 1 ");
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		assert_int_equal(chmod("pin", open_modes[i]), 0);
		assert_fails(egov__file_read_secret("pin", &secret, &err), &err, EGOV_E_POLICY,
		             "pin: holds a secret: want a regular file");
	}
	assert_int_equal(chmod("pin", 0400), 0);
	assert_int_equal(symlink("pin", "link"), 0);
	assert_fails(egov__file_read_secret("link", &secret, &err), &err, EGOV_E_IO, "link: cannot open");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_fails(egov__file_read_secret("pipe", &secret, &err), &err, EGOV_E_POLICY, "pipe: holds");
	memset(large, '1', sizeof(large));
	large[sizeof(large) - 1] = 0;
	help_write("large", egov__slice_text(large));
	assert_fails(egov__file_read_secret("large", &secret, &err), &err, EGOV_E_LIMIT, "large: larger");
	assert_null(secret);
}

static void a_file_is_replaced_as_a_whole(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_file_replace("new", egov__slice_text("one"), 0640, &err), &err);
	assert_holds("new", "one");
	assert_mode("new", 0640);
	assert_ok(egov_file_replace("./new", egov__slice_text("two"), 0600, &err), &err);
	assert_holds("new", "two");
	assert_mode("new", 0600);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_ok(egov_file_replace("folder/x", EGOV__NO_SLICE, 0644, &err), &err);
	assert_holds("folder/x", "");
	assert_fails(egov_file_replace("folder", egov__slice_text("x"), 0600, &err), &err, EGOV_E_IO,
	             "folder: cannot replace");
	assert_fails(egov_file_replace("none/x", egov__slice_text("x"), 0600, &err), &err, EGOV_E_IO,
	             "cannot create");
	assert_int_equal(files_here(), 2);
}

/* A write that fails half way: the old file stays, and nothing beside it. */
static void a_full_disk_leaves_the_old_file(void **state)
{
	static uint8_t large[100000];
	const struct rlimit small = { 5000, RLIM_INFINITY };
	struct rlimit before;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_file_replace("old", egov__slice_text("old"), 0600, &err), &err);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_fails(egov_file_replace("old", EGOV__SLICE(large), 0600, &err), &err, EGOV_E_IO,
	             "cannot write: File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_holds("old", "old");
	assert_int_equal(files_here(), 1);
}

static void directories_are_made_once(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__dir_make("home", 0700, &err), &err);
	assert_mode("home", 0700);
	assert_fails(egov__dir_make("home", 0700, &err), &err, EGOV_E_EXISTS, "home: exists already");
	assert_fails(egov__dir_make("none/home", 0700, &err), &err, EGOV_E_IO,
	             "none/home: cannot make the directory");
	assert_ok(egov__dir_sync("home", &err), &err);
	assert_fails(egov__dir_sync("none", &err), &err, EGOV_E_IO, "none");
}

static void only_leavings_of_the_dead_are_swept(void **state)
{
	struct egov_error err = { 0 };
	char name[64];
	pid_t dead = fork();
	int status;

	(void)state;
	if (dead == 0)
		_exit(0);
	assert_int_equal(waitpid(dead, &status, 0), dead);
	(void)snprintf(name, sizeof(name), EGOV__TEMP_PREFIX "%ld-x", (long)dead);
	help_write(name, egov__slice_text("dead"));
	(void)snprintf(name, sizeof(name), EGOV__TEMP_PREFIX "%ld-x", (long)getpid());
	help_write(name, egov__slice_text("own, left by a failed run"));
	(void)snprintf(name, sizeof(name), EGOV__TEMP_PREFIX "%ld-x", (long)getppid());
	help_write(name, egov__slice_text("of a live process"));
	help_write(EGOV__TEMP_PREFIX "word", egov__slice_text("not ours"));
	help_write("ledger.db", egov__slice_text("kept"));
	assert_ok(egov__dir_sweep(".", &err), &err);
	assert_int_equal(files_here(), 3);
	assert_holds(name, "of a live process");
	assert_fails(egov__dir_sweep("none", &err), &err, EGOV_E_IO, "none: cannot open the directory");
}

static void paths_are_joined(void **state)
{
	char *path = egov__path_join("a/b", "c");

	(void)state;
	assert_string_equal(path, "a/b/c");
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reading_has_its_limit, enter, leave),
		cmocka_unit_test_setup_teardown(only_regular_files_where_asked, enter, leave),
		cmocka_unit_test_setup_teardown(secrets_are_kept_from_others, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_as_a_whole, enter, leave),
		cmocka_unit_test_setup_teardown(a_full_disk_leaves_the_old_file, enter, leave),
		cmocka_unit_test_setup_teardown(directories_are_made_once, enter, leave),
		cmocka_unit_test_setup_teardown(only_leavings_of_the_dead_are_swept, enter, leave),
		cmocka_unit_test(paths_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
