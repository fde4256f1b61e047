/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into every unit test.  With EGOV_FAIL_UNITS=all in the environment each test of the
 * program runs in a process and an empty folder of its own, and every call that the library
 * makes in it fails in its turn: allocations, and steps on files that find the disk full.
 * At such a call the process branches: the call fails in one that goes on with the test alone,
 * and the other waits for it.  A branch that is about to change files, which both have, ends;
 * then the whole test runs again with that one call failing, as it does for all that looks
 * wrong, and for the calls of a test with threads.  Of calls that are reached by the same way
 * in a program the first has a run of its own, and of SQLite's, by the way to SQLite, a branch.
 * Where there are too many for their time (BRANCHES_SECONDS, RUNS_SECONDS), it is spread over
 * them; what is left out is told.
 * EGOV_FAIL_UNITS=N: some of the calls, and no more tests after N ms of processor time.
 *
 * A failure may make the test fail: then something that it asserts is not there.  But nothing
 * may crash, hang, end the process, be reported by a sanitizer, succeed where the test wants a
 * refusal, or be told as anything but a lack of memory, a failed file or a failed device.
 * What is left of a procedure afterwards, and of memory, tests/fault/failures.c asks.
 */
#include "fail.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <ftw.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "next.h"
#include "units.h"

#define SECONDS 60              /* that one run may take */
#define BRANCH_SECONDS 10
/* Of processor time, in a program: what branches may take until fewer calls have one, and runs. */
#define BRANCHES_SECONDS 60
#define RUNS_SECONDS 60
#define DEPTH 64
#define WAY 8                   /* how many calls a way has: the last ones */
#define MOST_RUNS (1u << 16)    /* of a test, with one call failing */
#define WAYS (1u << 18)
#define MACHINERY 4             /* calls of this file and of fail.c */

int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down);

static const char *const kind_names[FAIL_KINDS] = { "memory", "memory of SQLite", "disk full" };

/* What processes tell each other. */
static struct told {
	unsigned long calls, tried, wrong;
	unsigned long borne;            /* the test passed all the same */
	unsigned long left;             /* that there was no time for */
	size_t runs;
	struct {
		enum fail_kind kind;
		unsigned long n;
	} run[MOST_RUNS];               /* that the test needs */
	uint64_t way[WAYS];             /* those that were taken */
} *told;

static struct {
	const struct CMUnitTest *test;
	size_t index, before;           /* tests that it rests on: they come first, unharmed */
	CMFixtureFunction set_up;       /* of the group */
	bool (*choose)(enum fail_kind kind, unsigned long n);
	enum fail_kind kind;
	unsigned long at;
	unsigned long calls, next;      /* of some, the one to fail next */
	unsigned long step, enough;     /* of all, each so many fails; until so many ms are used */
	size_t tests;
	unsigned long budget;           /* in ms; 0: all */
	bool inside, threads;           /* in the process of a run; it has had threads */
	bool whole;                     /* branches disturb this test */
} run;

/* --- the way to a call ------------------------------------------------------------------------ */

static uintptr_t sqlite_from, sqlite_to;

static int find_sqlite(struct dl_phdr_info *info, size_t size, void *user)
{
	(void)size;
	(void)user;
	if (strstr(info->dlpi_name, "/libsqlite3.") == NULL)
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *const part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
			continue;
		sqlite_from = info->dlpi_addr + part->p_vaddr;
		sqlite_to = sqlite_from + part->p_memsz;
	}
	return 1;
}

bool unit_is_test(const void *address)
{
	extern const char __executable_start[];

	return (uintptr_t)address >= (uintptr_t)__executable_start
	       && (uintptr_t)address < (uintptr_t)fail_from;
}

/* The last calls that lead here, at most down to the test's own code, without SQLite's. */
static uint64_t way(enum fail_kind kind)
{
	void *frames[DEPTH];
	const int count = backtrace(frames, DEPTH);
	uint64_t hash = 14695981039346656037u + kind;

	for (int i = MACHINERY, calls = 0; i < count && calls < WAY; i++) {
		const uintptr_t at = (uintptr_t)frames[i];

		if (at >= sqlite_from && at < sqlite_to)
			continue;
		hash = (hash ^ at) * 1099511628211u;
		calls++;
		if (unit_is_test(frames[i]))
			break;
	}
	return hash;
}

/* Whether the way of this call is new; it no longer is. */
static bool is_new(enum fail_kind kind)
{
	const uint64_t key = way(kind) | 1;

	for (size_t i = key % WAYS, probes = 0; probes < WAYS; i = (i + 1) % WAYS, probes++) {
		if (told->way[i] == key)
			return false;
		if (told->way[i] != 0)
			continue;
		told->way[i] = key;
		return true;
	}
	return false;
}

/* --- time --- */

/* In ms of processor time, with all that has ended. */
static unsigned long used(void)
{
	struct rusage self, children;

	if (getrusage(RUSAGE_SELF, &self) != 0 || getrusage(RUSAGE_CHILDREN, &children) != 0)
		exit(BROKEN);
	return (unsigned long)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec
	                       + children.ru_stime.tv_sec)
	       * 1000
	       + (unsigned long)(self.ru_utime.tv_usec + self.ru_stime.tv_usec
	                         + children.ru_utime.tv_usec + children.ru_stime.tv_usec)
	         / 1000;
}

/* --- which calls fail --------------------------------------------------------------------------- */

static bool none(enum fail_kind kind, unsigned long n)
{
	(void)kind;
	(void)n;
	return false;
}

static bool that_one(enum fail_kind kind, unsigned long n)
{
	return kind == run.kind && n == run.at;
}

static void wants_run(enum fail_kind kind, unsigned long n)
{
	if (told->runs == MOST_RUNS)
		return;
	told->run[told->runs].kind = kind;
	told->run[told->runs++].n = n;
}

/* All of them, or some: the first ones, then fewer and fewer. */
static bool is_wanted(enum fail_kind kind)
{
	run.calls++;
	if (kind == FAIL_STORE_MEMORY)
		return run.budget == 0 ? is_new(kind) : run.calls == run.next;
	if (run.budget == 0 && run.calls % run.step != 0)
		told->left++;
	if (run.budget == 0)
		return run.calls % run.step == 0;
	if (run.calls < run.next)
		return false;
	run.next = run.calls + 1 + run.calls / 2;
	return true;
}

/* A branch that goes on to a far end, as each of many does, takes its time. */
static void slow_down(void)
{
	if (run.budget != 0 || used() < run.enough)
		return;
	run.step *= 2;
	run.enough += 1000 * BRANCHES_SECONDS / run.tests / 4;
}

static void leave(void)
{
	_exit(CHANGES);
}

static bool is_fine(int status)
{
	return WIFEXITED(status) && (WEXITSTATUS(status) == PASSED || WEXITSTATUS(status) == FAILED);
}

static void count_fine(int status)
{
	told->tried++;
	told->borne += WEXITSTATUS(status) == PASSED;
}

/* From here two processes go on. */
static bool in_a_branch(enum fail_kind kind, unsigned long n)
{
	const int error = errno;
	pid_t child;
	int status = 0;

	if (!is_wanted(kind))
		return false;
	if (run.threads || run.whole) {
		if (kind == FAIL_STORE_MEMORY || is_new(kind))
			wants_run(kind, n);
		return false;
	}
	(void)fflush(NULL);
	fail_choose = none;
	child = fork();
	if (child == 0) {
		(void)alarm(BRANCH_SECONDS);
		fail_on_change = leave;
		return true;
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		_exit(BROKEN);
	if (is_fine(status))
		count_fine(status);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != CHANGES || is_new(kind))
		wants_run(kind, n);
	(void)alarm(SECONDS);
	slow_down();
	fail_choose = in_a_branch;
	errno = error;
	return false;
}

/* --- in the process of a run ------------------------------------------------------------------ */

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *argument)
{
	NEXT(pthread_create);

	run.threads = true;
	return next(thread, attr, start, argument);
}

/* What changes files, too, but does not fail. */
#define CHANGE(name, parameters, arguments)                                                        \
	int name parameters                                                                        \
	{                                                                                          \
		NEXT(name);                                                                        \
		if (fail_on_change != NULL)                                                        \
			fail_on_change();                                                          \
		return next arguments;                                                             \
	}

CHANGE(unlink, (const char *path), (path))
CHANGE(unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
CHANGE(rmdir, (const char *path), (path))
CHANGE(remove, (const char *path), (path))
CHANGE(symlink, (const char *to, const char *path), (to, path))
CHANGE(chmod, (const char *path, mode_t mode), (path, mode))
CHANGE(system, (const char *command), (command))

static void tell_crash(int number)
{
	void *frames[16];

	backtrace_symbols_fd(frames, backtrace(frames, 16), 2);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* cmocka takes a crash for an assertion that fails. */
static void let_crash(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS };

	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		(void)signal(crashes[i], tell_crash);
}

bool unit_has_failed(void)
{
	return run.inside && fail_happened();
}

static int armed_set_up(void **state)
{
	let_crash();
	run.threads = false;
	fail_choose = run.choose;
	fail_arm(run.kind, run.at, ENOSPC);
	return run.test->setup_func == NULL ? 0 : run.test->setup_func(state);
}

static void armed_test(void **state)
{
	let_crash();
	run.test->test_func(state);
}

static int armed_tear_down(void **state)
{
	unsigned long calls[FAIL_KINDS];
	int rc;

	fail_disarm(calls);
	if (fail_on_change != NULL)
		_exit(PASSED);
	rc = run.test->teardown_func == NULL ? 0 : run.test->teardown_func(state);
	if (!fail_happened())
		told->calls += run.calls;
	return rc;
}

static void to_folder(void)
{
	const int out = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	char *here = getcwd(NULL, 0), *token = NULL;

	if (out < 0 || here == NULL || asprintf(&token, "%s/run/softtoken", here) < 0
	    || mkdir("run", 0700) != 0 || chdir("run") != 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(BROKEN);
	(void)setenv("EGOV_SOFTTOKEN_DIR", token, 1);
	token[strlen(token) - strlen("/softtoken")] = 0;
	(void)setenv("TMPDIR", token, 1);
	(void)setenv("HOME", token, 1);
	free(token);
	free(here);
}

/* The set-up of the group is whole; after the test nobody needs it. */
static void do_run(void)
{
	struct CMUnitTest *some = calloc(run.before + 1, sizeof(*some));
	int failed;

	if (some == NULL)
		_exit(BROKEN);
	memcpy(some, run.test - run.before, (run.before + 1) * sizeof(*some));
	some[run.before].test_func = armed_test;
	some[run.before].setup_func = armed_set_up;
	some[run.before].teardown_func = armed_tear_down;
	to_folder();
	run.inside = true;
	(void)alarm(SECONDS);
	failed = __real__cmocka_run_group_tests("run", some, run.before + 1, run.set_up, NULL);
	(void)fflush(NULL);
	_exit(failed == 0 ? PASSED : FAILED);
}

/* --- in the process that starts them ----------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void empty_folder(void)
{
	if (access("run", F_OK) == 0 && nftw("run", remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0
	    && system("chmod -R u+rwx run && rm -rf run") != 0)
		exit(BROKEN);
}

static int run_once(bool (*choose)(enum fail_kind kind, unsigned long n))
{
	pid_t child;
	int status = 0;

	empty_folder();
	run.choose = choose;
	run.calls = 0;
	run.next = 1 + run.index % 5;
	run.step = 1;
	run.enough = 1000 * BRANCHES_SECONDS / run.tests;
	(void)fflush(NULL);
	child = fork();
	if (child == 0)
		do_run();
	if (child < 0 || waitpid(child, &status, 0) != child)
		exit(BROKEN);
	return status;
}

static void tell_wrong(const char *where, int status)
{
	(void)printf("FAIL: %s, %s: ", run.test->name, where);
	if (WIFSIGNALED(status))
		(void)printf("ended by signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status) == MISTOLD)
		(void)printf("told as something else\n");
	else
		(void)printf("ended with code %d\n", WEXITSTATUS(status));
	(void)fflush(NULL);
	if (system("tail -n 40 out") != 0)
		(void)printf("its output is lost\n");
	told->wrong++;
}

static void fail_at(enum fail_kind kind, unsigned long n)
{
	char where[100];
	int status;

	run.kind = kind;
	run.at = n;
	status = run_once(that_one);
	if (is_fine(status)) {
		count_fine(status);
		return;
	}
	told->tried++;
	(void)snprintf(where, sizeof(where), "%s, call %lu", kind_names[kind], n);
	tell_wrong(where, status);
}

/* Where nothing fails, the test passes; with the tests before it, or without branches. */
static void fail_test(void)
{
	int status = 0;

	for (unsigned i = 0; i < 4; i++) {
		told->runs = 0;
		run.before = i % 2 == 0 ? 0 : run.index;
		run.whole = i / 2 > 0;
		status = run_once(in_a_branch);
		if (WIFEXITED(status) && WEXITSTATUS(status) == PASSED)
			break;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != PASSED)
		tell_wrong("no call", status);
}

/* As many as there is time for, all over the test, after the first. */
static void fail_runs(void)
{
	const unsigned long from = used(), time = 1000 * RUNS_SECONDS / run.tests;
	size_t step = 1;

	for (size_t i = 0; i < told->runs; i += step) {
		fail_at(told->run[i].kind, told->run[i].n);
		if (run.budget != 0)
			break;
		if (i == 0)
			step += told->runs * (used() - from) / time;
		told->left += step - 1;
	}
}

static int fail_tests(const struct CMUnitTest *tests, size_t count)
{
	size_t done = 0;

	run.tests = count;
	(void)dl_iterate_phdr(find_sqlite, NULL);
	(void)way(FAIL_MEMORY);         /* the first time, it loads what it needs */
	for (; done < count && (run.budget == 0 || done == 0 || used() < run.budget); done++) {
		run.index = done;
		run.test = &tests[done];
		fail_test();
		fail_runs();
	}
	empty_folder();
	(void)printf("%lu of %lu calls of %zu of %zu tests failed in their turn, %lu borne, %lu left out,"
	             " %lu wrongly\n",
	             told->tried, told->calls, done, count, told->borne, told->left, told->wrong);
	return told->wrong > 0;
}

int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down)
{
	const char *const asked = getenv("EGOV_FAIL_UNITS");

	if (asked == NULL || *asked == 0)
		return __real__cmocka_run_group_tests(name, tests, count, set_up, tear_down);
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
	            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (told == MAP_FAILED)
		return BROKEN;
	fail_from = (const void *)(uintptr_t)fail_border;
	run.set_up = set_up;
	run.budget = strcmp(asked, "all") == 0 ? 0 : strtoul(asked, NULL, 10);
	return fail_tests(tests, count);
}
