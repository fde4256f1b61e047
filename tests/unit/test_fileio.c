/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
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
	if (seteuid(getuid()) != 0 || chdir("/") != 0)
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

	(void)state;
	assert_secret("123456\n", "123456");
	assert_secret("123456\r\n", "123456");
	assert_secret("123456\n\n", "123456\n");
	assert_secret(" 1 ", " 1 ");
	assert_secret("1\r", "1\r");
	assert_secret("\n", "");
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		assert_int_equal(chmod("pin", open_modes[i]), 0);
		assert_fails(egov__file_read_secret("pin", &secret, &err), &err, EGOV_E_POLICY,
		             "pin: holds a secret: want mode 0600 or 0400, found mode 0");
	}
	assert_int_equal(chmod("pin", 0400), 0);
	assert_int_equal(symlink("pin", "link"), 0);
	assert_fails(egov__file_read_secret("link", &secret, &err), &err, EGOV_E_POLICY,
	             "link: holds a secret: want no symbolic link");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_fails(egov__file_read_secret("pipe", &secret, &err), &err, EGOV_E_POLICY,
	             "pipe: holds a secret: want a regular file");
	assert_fails(egov__file_read_secret("none", &secret, &err), &err, EGOV_E_IO,
	             "none: cannot open the file of a secret: No such file");
	assert_null(secret);
}

static void a_secret_has_at_most_256_octets(void **state)
{
	char text[EGOV__SECRET_MAX + 4];
	struct egov_secret *secret = NULL;
	struct egov_error err = { 0 };

	(void)state;
	memset(text, '1', sizeof(text));
	(void)strcpy(text + EGOV__SECRET_MAX, "\r\n");
	help_write("full", egov__slice_text(text));
	assert_ok(egov__file_read_secret("full", &secret, &err), &err);
	assert_int_equal(egov__secret_slice(secret).size, EGOV__SECRET_MAX);
	egov__secret_free(secret);
	secret = NULL;
	(void)strcpy(text + EGOV__SECRET_MAX, "1\n");
	help_write("large", egov__slice_text(text));
	assert_fails(egov__file_read_secret("large", &secret, &err), &err, EGOV_E_LIMIT,
	             "large: larger than the limit of 256 octets");
	(void)strcpy(text + EGOV__SECRET_MAX, "111");
	help_write("larger", egov__slice_text(text));
	assert_fails(egov__file_read_secret("larger", &secret, &err), &err, EGOV_E_LIMIT,
	             "larger: larger than the limit");
	assert_null(secret);
}

static void a_secret_belongs_to_root_or_the_caller(void **state)
{
	struct egov_secret *secret = NULL;
	struct egov_error err = { 0 };

	(void)state;
	if (geteuid() != 0)
		skip();         /* needs root to give a file away */
	help_write("theirs", egov__slice_text("1"));
	assert_int_equal(chown("theirs", 12345, 0), 0);
	assert_fails(egov__file_read_secret("theirs", &secret, &err), &err, EGOV_E_POLICY,
	             "theirs: holds a secret: want a file of root or of the caller, found one of user "
	             "12345");
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(seteuid(12345), 0);
	assert_ok(egov__file_read_secret("theirs", &secret, &err), &err);
	egov__secret_free(secret);
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
	assert_fails(egov_file_replace("none/x", egov__slice_text("x"), 0600, &err), &err, EGOV_E_IO,
	             "none/x: none: cannot open the directory: No such file");
	assert_int_equal(files_here(), 2);
}

static void a_file_gets_a_second_name(void **state)
{
	struct egov_error err = { 0 };
	struct stat one, two;
	bool linked = false;

	(void)state;
	assert_ok(egov_file_replace("one", egov__slice_text("1"), 0644, &err), &err);
	assert_ok(egov_file_replace("two", egov__slice_text("2"), 0644, &err), &err);
	for (int again = 0; again <= 1; again++) {
		assert_ok(egov__file_replace_link("./two", "one", &linked, &err), &err);
		assert_true(linked);
		assert_int_equal(files_here(), 2);
		assert_int_equal(stat("one", &one) | stat("two", &two), 0);
		assert_int_equal(one.st_ino, two.st_ino);
	}
	assert_ok(egov_file_replace("two", egov__slice_text("2"), 0644, &err), &err);
	assert_holds("one", "1");
	assert_holds("two", "2");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_fails(egov__file_replace_link("folder", "one", &linked, &err), &err, EGOV_E_IO,
	             "cannot replace what is no regular file");
	assert_fails(egov__file_replace_link("two", "none", &linked, &err), &err, EGOV_E_IO,
	             "none: cannot open");
	assert_fails(egov__file_replace_link("none/two", "one", &linked, &err), &err, EGOV_E_IO,
	             "none/two: ");
	/* A file system that knows no second name of this file. */
	assert_ok(egov__file_replace_link("two", "/proc/self/status", &linked, &err), &err);
	assert_false(linked);
	assert_holds("two", "2");
	assert_int_equal(files_here(), 3);
}

static void the_umask_takes_nothing_from_a_mode(void **state)
{
	const mode_t before = umask(0777);
	struct egov_error err = { 0 };
	enum egov_status rc = egov_file_replace("new", egov__slice_text("x"), 0644, &err);

	(void)state;
	(void)umask(before);
	assert_ok(rc, &err);
	assert_mode("new", 0644);
}

/* Renaming over one of these would put a file in its place. */
static void only_a_regular_file_is_replaced(void **state)
{
	static const char *const paths[] = { "folder", "pipe", "link", "dangling", "folder/", "", "." };
	struct egov_error err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	help_write("file", egov__slice_text("old"));
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(symlink("none", "dangling"), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_fails(egov_file_replace(paths[i], egov__slice_text("x"), 0600, &err), &err,
		             EGOV_E_IO, "cannot replace what is no regular file");
	assert_holds("file", "old");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat("pipe", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(files_here(), 5);
}

static void names_may_be_as_long_as_the_system_allows(void **state)
{
	struct egov_error err = { 0 };
	char name[257];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[255] = 0;
	assert_ok(egov_file_replace(name, egov__slice_text("one"), 0600, &err), &err);
	assert_ok(egov_file_replace(name, egov__slice_text("two"), 0600, &err), &err);
	assert_holds(name, "two");
	name[255] = 'n';
	name[256] = 0;
	assert_fails(egov_file_replace(name, egov__slice_text("x"), 0600, &err), &err, EGOV_E_IO,
	             "cannot replace: File name too long");
	assert_int_equal(files_here(), 1);
}

static void a_closed_directory_leaves_the_old_file(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(mkdir("shut", 0700), 0);
	help_write("shut/old", egov__slice_text("old"));
	if (geteuid() == 0) {           /* for root nothing is closed */
		assert_int_equal(chmod(".", 0755), 0);
		assert_int_equal(chown("shut", 12345, 0), 0);
		assert_int_equal(chown("shut/old", 12345, 0), 0);
		assert_int_equal(seteuid(12345), 0);
	}
	assert_int_equal(chmod("shut", 0500), 0);
	assert_fails(egov_file_replace("shut/old", egov__slice_text("new"), 0600, &err), &err, EGOV_E_IO,
	             "shut/old: cannot create a file beside it: Permission denied");
	assert_fails(egov__dir_make("shut/more", 0700, &err), &err, EGOV_E_IO,
	             "shut/more: cannot make the directory: Permission denied");
	assert_holds("shut/old", "old");
	/* What cannot be synced afterwards is not begun. */
	assert_int_equal(chmod("shut", 0300), 0);
	assert_fails(egov_file_replace("shut/old", egov__slice_text("new"), 0600, &err), &err, EGOV_E_IO,
	             "shut/old: shut: cannot open the directory: Permission denied");
	assert_fails(egov__dir_make("shut/more", 0700, &err), &err, EGOV_E_IO,
	             "shut: cannot open the directory: Permission denied");
	assert_int_equal(chmod("shut", 0700), 0);
	assert_holds("shut/old", "old");
	assert_int_equal(help_run("exit $(ls -A shut | wc -l)"), 1);
}

enum { WRITERS = 4, ROUNDS = 8, SIZE = 300000 };

static void *write_letters(void *letter)
{
	uint8_t *bytes = malloc(SIZE);
	struct egov_error *err = calloc(1, sizeof(*err));

	memset(bytes, *(const char *)letter, SIZE);
	for (int i = 0; i < ROUNDS && err->status == EGOV_OK; i++)
		(void)!egov__file_replace("shared", (struct egov_slice){ bytes, SIZE }, 0600, err);
	free(bytes);
	return err;
}

/* Whoever renames last wins, and what is read is always one writer's file. */
static void writers_do_not_mix(void **state)
{
	static char letters[] = "abcd";
	pthread_t threads[WRITERS];

	(void)state;
	help_write("shared", EGOV__NO_SLICE);
	for (size_t i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, write_letters, &letters[i]), 0);
	}
	for (int round = 0; round < 300; round++) {
		struct egov_buf *found = help_read("shared");

		assert_true(found->size == 0 || found->size == SIZE);
		for (size_t i = 1; i < found->size; i++)
			if (found->data[i] != found->data[0])
				fail_msg("octet %zu of %zu differs", i, found->size);
		egov_buf_free(found);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		void *err = NULL;

		assert_int_equal(pthread_join(threads[i], &err), 0);
		assert_ok(((struct egov_error *)err)->status, err);
		free(err);
	}
	assert_int_equal(files_here(), 1);
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
	assert_ok(egov__dir_make("home/a//", 0700, &err), &err);
	assert_fails(egov__dir_make("home", 0700, &err), &err, EGOV_E_EXISTS, "home: exists already");
	assert_fails(egov__dir_make("none/home", 0700, &err), &err, EGOV_E_IO,
	             "none/home: cannot make the directory");
	assert_ok(egov__dir_sync("home", &err), &err);
	assert_fails(egov__dir_sync("none", &err), &err, EGOV_E_IO, "none");
}

/* A writer holds a lock on its file, whatever its process is called here. */
static void only_leavings_of_the_dead_are_swept(void **state)
{
	struct egov_error err = { 0 };
	char mine[64], wrapped[64];
	int live;

	(void)state;
	(void)snprintf(mine, sizeof(mine), EGOV__TEMP_PREFIX "%ld-0", (long)getpid());
	(void)snprintf(wrapped, sizeof(wrapped), EGOV__TEMP_PREFIX "%ld-7", (long)getppid());
	help_write(mine, egov__slice_text("of an earlier run"));
	help_write(wrapped, egov__slice_text("of a process that another one is called after"));
	help_write(EGOV__TEMP_PREFIX "999999999-0", egov__slice_text("in another name space"));
	live = open(EGOV__TEMP_PREFIX "999999999-0", O_WRONLY | O_CLOEXEC);
	assert_true(live >= 0);
	assert_int_equal(flock(live, LOCK_EX), 0);
	help_write(EGOV__TEMP_PREFIX "word", egov__slice_text("not ours"));
	help_write("ledger.db", egov__slice_text("kept"));
	assert_int_equal(symlink("ledger.db", EGOV__TEMP_PREFIX "1-0"), 0);
	assert_int_equal(mkfifo(EGOV__TEMP_PREFIX "1-1", 0600), 0);
	assert_ok(egov__dir_sweep(".", &err), &err);
	assert_int_equal(access(mine, F_OK), -1);
	assert_int_equal(access(wrapped, F_OK), -1);
	assert_holds(EGOV__TEMP_PREFIX "999999999-0", "in another name space");
	assert_holds("ledger.db", "kept");
	assert_int_equal(files_here(), 5);
	(void)close(live);
	assert_ok(egov__dir_sweep(".", &err), &err);
	assert_int_equal(files_here(), 4);
	assert_fails(egov__dir_sweep("none", &err), &err, EGOV_E_IO, "none: cannot open the directory");
}

/* What another writer has beside the file is neither used nor removed. */
static void names_of_others_are_left_alone(void **state)
{
	struct egov_error err = { 0 };
	char name[64];

	(void)state;
	(void)snprintf(name, sizeof(name), EGOV__TEMP_PREFIX "%ld-0", (long)getpid());
	assert_int_equal(symlink("target", name), 0);
	assert_ok(egov__file_replace("file", egov__slice_text("x"), 0600, &err), &err);
	assert_holds("file", "x");
	assert_int_equal(access("target", F_OK), -1);
	assert_int_equal(files_here(), 2);
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
		cmocka_unit_test_setup_teardown(a_secret_has_at_most_256_octets, enter, leave),
		cmocka_unit_test_setup_teardown(a_secret_belongs_to_root_or_the_caller, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_as_a_whole, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_gets_a_second_name, enter, leave),
		cmocka_unit_test_setup_teardown(the_umask_takes_nothing_from_a_mode, enter, leave),
		cmocka_unit_test_setup_teardown(only_a_regular_file_is_replaced, enter, leave),
		cmocka_unit_test_setup_teardown(names_may_be_as_long_as_the_system_allows, enter, leave),
		cmocka_unit_test_setup_teardown(a_closed_directory_leaves_the_old_file, enter, leave),
		cmocka_unit_test_setup_teardown(writers_do_not_mix, enter, leave),
		cmocka_unit_test_setup_teardown(a_full_disk_leaves_the_old_file, enter, leave),
		cmocka_unit_test_setup_teardown(directories_are_made_once, enter, leave),
		cmocka_unit_test_setup_teardown(only_leavings_of_the_dead_are_swept, enter, leave),
		cmocka_unit_test_setup_teardown(names_of_others_are_left_alone, enter, leave),
		cmocka_unit_test(paths_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
