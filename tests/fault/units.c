/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into every unit test.  With EGOV_FAIL_UNITS=all in the environment each test of the
 * program runs in a process and an empty folder of its own, and every call that the library
 * makes in it fails in its turn: allocations, and steps on files that find the disk full.
 * At such a call the process branches: the call fails in one that goes on with the test alone,
 * and the other waits for it, with its files as they were (unit_branch.c, unit_keep.c).
 *
 * A call is reached by a new way if it comes through other places of the library, or from
 * another place of the test's own code, than any before it in the program (unit_ways.c).  Its
 * branch goes on to the end of the test.  A call that comes by a way that was taken fails as
 * well; its branch ends after HELD assertions that hold, or TAIL_MS more of processor time.
 * A call of SQLite's that asks for memory fails for the first time that it does (unit_store.c).
 * What it asks for behind that, several times as often as all else together, and in places that
 * its authors try, fails for EGOV_FAIL_INNER seconds of processor time a program, then every
 * second, fourth .. of it.
 * A thread that is not alone does not branch, nor a process that the test has started: there,
 * and in a test that branches disturb, each call has a run of the whole test to itself, those
 * by known ways for EGOV_FAIL_RUNS seconds a program, and where they do not suffice one of so
 * many, all through the test.
 * So has what looks wrong in a branch: it is wrong if it is in the run, too.
 * EGOV_FAIL_UNITS=N: some of the calls, and no more tests after N ms of processor time.
 *
 * A failure may make the test fail: then something that it asserts is not there.  But nothing
 * may crash, hang, end the process, be reported by a sanitizer, succeed where the test wants a
 * refusal, or be told as anything but a lack of memory, a failed file or a failed device.
 * What is left of a procedure afterwards, and of memory, tests/fault/failures.c asks.
 */
#include "units.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "next.h"

#define SECONDS 300             /* that one run may take, and a branch, on a busy machine */
#define BRANCH_SECONDS 60       /* of processor time */
#define INNER_SECONDS 20
#define RUNS_SECONDS 2400
#define HELD 8
#define TAIL_MS 10
#define MOST_ODD (1u << 14)
#define MOST_ROUNDS 20000

int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down);

static const char *const kind_names[FAIL_KINDS] = { "memory", "memory of SQLite", "disk full" };

/* What is counted: of SQLite its calls, and what it asks for within one behind the first. */
enum { OURS, STORE, INNER, COUNTS };

struct call {
	enum fail_kind kind;
	unsigned long n;
	uint64_t way;
};

/* What processes tell each other. */
static struct told {
	atomic_ulong now[COUNTS];       /* calls of the run under way */
	atomic_ulong come;              /* those by the way in question */
	atomic_bool elsewhere;          /* of other threads and processes */
	atomic_bool met;                /* the run has met a call that fails */
	struct call call;               /* which */
	void *frames[UNIT_FRAMES];      /* and how it came to it */
	int frame_count;
	unsigned long calls[COUNTS], tried[COUNTS];
	unsigned long borne;            /* the test passed all the same */
	unsigned long wrong;
	unsigned long spent;            /* us of processor time, on what SQLite asks for within its calls */
	size_t odd;                     /* calls that a run of the test judges */
	struct call run[MOST_ODD];
	struct unit_ways ways;
} *told, *before;

static struct unit_tally *tally;        /* of calls that do not branch */

static struct {
	const struct CMUnitTest *test;
	size_t index, before;           /* tests that it rests on: they come first, unharmed */
	CMFixtureFunction set_up;       /* of the group */
	bool (*choose)(enum fail_kind kind, unsigned long n);
	struct call call;
	unsigned long next;             /* of some, the one to fail next */
	unsigned long calls;
	unsigned long inner, step;      /* of those within SQLite, each so many fails */
	unsigned long seconds;          /* that they may take in all */
	unsigned long again_seconds, again; /* what runs of calls by known ways may take, and took in ms */
	unsigned long enough;           /* us of processor time that they take before they are fewer */
	size_t tests;
	unsigned long budget;           /* in us; 0: all */
	unsigned held;
	bool inside;                    /* in the process of a run */
	bool branched;                  /* calls of the process while it has one thread had branches */
	bool fresh;                     /* the call in hand came by a new way */
	unsigned count;                 /* and is counted as this */
} run;

/* --- time --- */

/* In us of processor time, with all that has ended. */
static unsigned long used(void)
{
	struct rusage self, children;

	if (getrusage(RUSAGE_SELF, &self) != 0 || getrusage(RUSAGE_CHILDREN, &children) != 0)
		exit(BROKEN);
	return (unsigned long)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec
	                       + children.ru_stime.tv_sec)
	       * 1000000
	       + (unsigned long)(self.ru_utime.tv_usec + self.ru_stime.tv_usec
	                         + children.ru_utime.tv_usec + children.ru_stime.tv_usec);
}

/* --- which calls fail --------------------------------------------------------------------------- */

static bool none(enum fail_kind kind, unsigned long n)
{
	(void)kind;
	(void)n;
	return false;
}

/* Once a call: it asks whether SQLite has been called since. */
static unsigned count_of(enum fail_kind kind)
{
	if (kind != FAIL_STORE_MEMORY)
		return OURS;
	return unit_store_begins() ? STORE : INNER;
}

static bool counted(enum fail_kind kind, unsigned long n)
{
	(void)n;
	told->now[count_of(kind)]++;
	return false;
}

static void meet(enum fail_kind kind, unsigned long n, uint64_t way)
{
	told->call = (struct call){ kind, n, way };
	told->frame_count = unit_way_frames(told->frames);
}

static bool that_one(enum fail_kind kind, unsigned long n)
{
	if (kind != run.call.kind || n != run.call.n || atomic_exchange(&told->met, true))
		return false;
	meet(kind, n, run.call.way);
	return true;
}

/* The first by its way, where others than one thread have a hand in the counts. */
static bool by_that_way(enum fail_kind kind, unsigned long n)
{
	if (kind != run.call.kind || told->met || unit_way(kind) != run.call.way
	    || atomic_exchange(&told->met, true))
		return false;
	meet(kind, n, run.call.way);
	return true;
}

static bool has_branched(void)
{
	return run.branched && unit_alone();
}

/* The first that comes by a new way, in any thread and process; whoever meets it takes it, and
 * may be killed there: the next run takes it then. */
static bool first_new(enum fail_kind kind, unsigned long n)
{
	uint64_t way;

	if (told->met || has_branched())
		return false;
	way = unit_way(kind);
	if (!unit_way_is_new(&told->ways, way) || atomic_exchange(&told->met, true))
		return false;
	meet(kind, n, way);
	return unit_way_take(&told->ways, way);
}

/* Those that do not branch, by their ways. */
static bool tallied(enum fail_kind kind, unsigned long n)
{
	(void)n;
	if (count_of(kind) != INNER && !has_branched() && !unit_way_tally(tally, kind, unit_way(kind)))
		_exit(BROKEN);
	return false;
}

/* Of these the one that comes by its way for the nth time. */
static bool again_by_that_way(enum fail_kind kind, unsigned long n)
{
	if (count_of(kind) == INNER || kind != run.call.kind || has_branched() || unit_way(kind) != run.call.way
	    || ++told->come != run.call.n || atomic_exchange(&told->met, true))
		return false;
	meet(kind, n, run.call.way);
	return true;
}

static void wants_run(enum fail_kind kind, unsigned long n)
{
	if (told->odd == MOST_ODD)
		_exit(BROKEN);
	told->run[told->odd++] = (struct call){ kind, n, run.call.way };
}

/* Of some: the first ones, then fewer and fewer. */
static bool is_one_of_some(void)
{
	if (++run.calls < run.next)
		return false;
	run.next = run.calls + 1 + run.calls / 2;
	return true;
}

/* All, but within a call of SQLite's as many as there is time for. */
static bool is_wanted(enum fail_kind kind)
{
	if (run.budget != 0)
		return is_one_of_some();
	run.call.way = unit_way(kind);
	run.fresh = unit_way_take(&told->ways, run.call.way);
	return run.fresh || run.count != INNER || ++run.inner % run.step == 0;
}

static void slow_down(unsigned long spent)
{
	told->spent += spent;
	if (run.step > UINT32_MAX || told->spent < run.enough)
		return;
	run.step *= 2;
	run.enough += 1000000 * run.seconds / run.tests / 4;
}

static void count_fine(unsigned count, int status)
{
	told->tried[count]++;
	told->borne += WEXITSTATUS(status) == PASSED;
}

static bool is_fine(int status)
{
	return WIFEXITED(status) && (WEXITSTATUS(status) == PASSED || WEXITSTATUS(status) == FAILED);
}

/* --- branches ------------------------------------------------------------------------------------ */

static void keep(void)
{
	fail_on_change = NULL;
	if (!unit_keep())
		_exit(CHANGES);
}

static void end_tail(int number)
{
	(void)number;
	_exit(PASSED);
}

static void begin_branch(void)
{
	const struct rlimit limit = { BRANCH_SECONDS, BRANCH_SECONDS + 1 };
	const struct itimerval tail = { .it_value.tv_usec = TAIL_MS * 1000 };

	(void)alarm(SECONDS);
	(void)setpgid(0, 0);
	if (setrlimit(RLIMIT_CPU, &limit) != 0
	    || (!run.fresh && (signal(SIGPROF, end_tail) == SIG_ERR || setitimer(ITIMER_PROF, &tail, NULL) != 0)))
		_exit(BROKEN);
	unit_keep_open();
	fail_paused = false;
	fail_choose = none;
	fail_on_change = keep;
}

static void judge_branch(enum fail_kind kind, unsigned long n, int status)
{
	if (is_fine(status))
		count_fine(run.count, status);
	else if (run.fresh || run.budget != 0
	         || ((!WIFEXITED(status) || WEXITSTATUS(status) != CHANGES)
	             && unit_way_take(&told->ways, ~run.call.way)))
		wants_run(kind, n);
}

/* From here two processes go on. */
static bool in_a_branch(enum fail_kind kind, unsigned long n)
{
	const int error = errno;
	unsigned long begun;
	unsigned count;
	pid_t child;
	int status = 0;

	count = count_of(kind);
	told->now[count]++;
	if (!unit_alone()) {
		told->elsewhere = true;
		return false;
	}
	run.count = count;
	if (!is_wanted(kind))
		return false;
	fail_paused = true;
	begun = used();
	(void)fflush(NULL);
	unit_offsets_keep();
	child = unit_branch();
	if (child == 0) {
		begin_branch();
		return true;
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		_exit(BROKEN);
	(void)kill(-child, SIGKILL);    /* what the branch has started */
	if (!unit_put_back())
		_exit(BROKEN);
	unit_offsets_put_back();
	judge_branch(kind, n, status);
	(void)alarm(SECONDS);
	if (run.count == INNER && !run.fresh && run.budget == 0)
		slow_down(used() - begun);
	fail_paused = false;
	errno = error;
	return false;
}

/* --- in the process of a run ------------------------------------------------------------------ */

/* What changes files, too, but does not fail. */
#define CHANGE(type, name, parameters, arguments)                                                  \
	type name parameters                                                                       \
	{                                                                                          \
		NEXT(name);                                                                        \
		if (fail_on_change != NULL)                                                        \
			fail_on_change();                                                          \
		return next arguments;                                                             \
	}

/* What may remove a folder. */
#define REMOVE(name, parameters, arguments, is_folder, dir)                                        \
	int name parameters                                                                        \
	{                                                                                          \
		NEXT(name);                                                                        \
		if (fail_on_change != NULL)                                                        \
			fail_on_change();                                                          \
		if (unit_in_branch() && (is_folder))                                               \
			return unit_put_away(dir, path);                                           \
		return next arguments;                                                             \
	}

static bool is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

REMOVE(rmdir, (const char *path), (path), is_folder(path), AT_FDCWD)
REMOVE(remove, (const char *path), (path), is_folder(path), AT_FDCWD)
REMOVE(unlinkat, (int dir, const char *path, int flags), (dir, path, flags), (flags & AT_REMOVEDIR) != 0, dir)
CHANGE(int, unlink, (const char *path), (path))
CHANGE(int, symlink, (const char *to, const char *path), (to, path))
CHANGE(int, chmod, (const char *path, mode_t mode), (path, mode))
CHANGE(int, fchmod, (int fd, mode_t mode), (fd, mode))
CHANGE(char *, mkdtemp, (char *path), (path))
CHANGE(int, system, (const char *command), (command))
CHANGE(pid_t, fork, (void), ())
CHANGE(FILE *, fopen, (const char *path, const char *mode), (path, mode))
CHANGE(FILE *, fopen64, (const char *path, const char *mode), (path, mode))
CHANGE(int, posix_spawn,
       (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
        const posix_spawnattr_t *attributes, char *const argv[], char *const environment[]),
       (pid, path, actions, attributes, argv, environment))

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

void unit_held(void)
{
	if (unit_in_branch() && !run.fresh && ++run.held == HELD)
		_exit(PASSED);
}

static int armed_set_up(void **state)
{
	let_crash();
	fail_choose = run.choose;
	fail_arm(FAIL_MEMORY, 0, ENOSPC);
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

	fail_disarm(calls);
	if (unit_in_branch() && !run.fresh)
		_exit(PASSED);
	return run.test->teardown_func == NULL ? 0 : run.test->teardown_func(state);
}

static void to_folder(void)
{
	const int out = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	char *here = getcwd(NULL, 0), *token = NULL, *kept = NULL;

	if (out < 0 || here == NULL || asprintf(&token, "%s/run/softtoken", here) < 0
	    || asprintf(&kept, "%s/kept", here) < 0 || mkdir("run", 0700) != 0 || chdir("run") != 0
	    || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(BROKEN);
	(void)setenv("EGOV_SOFTTOKEN_DIR", token, 1);
	token[strlen(token) - strlen("/softtoken")] = 0;
	(void)setenv("TMPDIR", token, 1);
	(void)setenv("HOME", token, 1);
	if (!unit_keep_begin(token, kept))
		_exit(BROKEN);
	free(kept);
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
	(void)setpgid(0, 0);
	fail_unsynced = true;
	unit_alone_begin();
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

/* What a test has started may be at work for a moment after it. */
static bool is_emptied(const char *folder)
{
	for (int i = 0; access(folder, F_OK) == 0; i++) {
		if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0)
			continue;
		if (i == 50 || system("chmod -R u+rwx run kept") == -1)
			return false;
		(void)usleep(100 * 1000);
	}
	return true;
}

static void empty_folder(void)
{
	if (!is_emptied("run") || !is_emptied("kept"))
		exit(BROKEN);
}

static bool has_passed(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == PASSED;
}

/* What SQLite asks for within its calls may take what all tests so far have left. */
static void share_time(void)
{
	const unsigned long share = 1000000 * run.seconds / run.tests;
	const unsigned long due = share * (run.index + 1), least = told->spent + share / 2;

	run.enough = due > least ? due : least;
	run.inner = 0;
	run.step = 1;
}

static int run_once(bool (*choose)(enum fail_kind kind, unsigned long n))
{
	pid_t child;
	int status = 0;

	empty_folder();
	if (mkdir("kept", 0700) != 0)
		exit(BROKEN);
	for (size_t i = 0; i < COUNTS; i++)
		told->now[i] = 0;
	told->come = 0;
	told->met = false;
	run.choose = choose;
	run.calls = 0;
	run.next = 1 + run.index % 5;
	share_time();
	(void)fflush(NULL);
	child = fork();
	if (child == 0)
		do_run();
	if (child < 0 || waitpid(child, &status, 0) != child)
		exit(BROKEN);
	(void)kill(-child, SIGKILL);
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
	(void)fflush(stdout);
	if (told->met)
		backtrace_symbols_fd(told->frames, told->frame_count, 1);
	told->wrong++;
}

static void judge_run(int status)
{
	const unsigned count = told->call.kind == FAIL_STORE_MEMORY ? STORE : OURS;
	char where[100];

	if (is_fine(status)) {
		count_fine(count, status);
		return;
	}
	told->tried[count]++;
	(void)snprintf(where, sizeof(where), "%s, call %lu", kind_names[told->call.kind], told->call.n);
	tell_wrong(where, status);
}

static void fail_at(const struct call *call)
{
	int status;

	run.call = *call;
	status = run_once(told->elsewhere ? by_that_way : that_one);
	if (told->met)
		judge_run(status);
	else
		tell_wrong("the call was not met again", status);
}

/* A way that is not tried is as bad as one that goes wrong. */
static void tell_left(const char *what)
{
	(void)printf("FAIL: %s: %s\n", run.test->name, what);
	told->wrong++;
}

static void tally_all(bool branched)
{
	int status;

	unit_tally_clear(tally);
	run.branched = branched;
	status = run_once(tallied);
	if (!has_passed(status))
		tell_wrong("no call", status);
}

/* In ms. */
static unsigned long now(void)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	return (unsigned long)at.tv_sec * 1000 + (unsigned long)at.tv_nsec / 1000000;
}

/* The first so many of all may have taken their share of what all tests so far may take. */
static bool has_time(unsigned long some, unsigned long all, unsigned long took, unsigned long took_before)
{
	const unsigned long share = 1000 * run.again_seconds / run.tests;
	const unsigned long due = share * (run.index + 1), least = took_before + share / 2;

	return took - took_before <= ((due > least ? due : least) - took_before) * some / all;
}

/* Where the counts differ between runs, one that is not met is none. */
static void fail_again(bool branched)
{
	const unsigned long all = unit_tally_left(tally), took_before = run.again;
	unsigned long some = 0, runs = 0;
	struct unit_tallied way;

	run.branched = branched;
	for (size_t i = 0; unit_tally_get(tally, &i, &way);)
		for (run.call = (struct call){ way.kind, way.from, way.way }; run.call.n <= way.count; run.call.n++) {
			const unsigned long begun = now();
			int status;

			if (!has_time(++some, all, run.again, took_before))
				continue;
			status = run_once(again_by_that_way);
			runs++;
			if (told->met)
				judge_run(status);
			else if (!has_passed(status))
				tell_wrong("no call", status);
			run.again += now() - begun;
		}
	(void)printf("%s: %lu runs of %lu calls by known ways\n", run.test->name, runs, all);
	(void)fflush(stdout);
}

/* Each new way in a run of its own, until there is none; in the end those are asked for as
 * well that threads have made seem branched. */
static void fail_new_ways(bool branched)
{
	unsigned rounds = 0;

	for (unsigned none = 0; none < 2 && rounds < MOST_ROUNDS; rounds++) {
		int status;

		run.branched = branched && none == 0;
		status = run_once(first_new);
		none = told->met ? 0 : none + 1;
		if (told->met) {
			judge_run(status);
			unit_tally_tried(tally, told->call.way);
		} else if (!has_passed(status))
			tell_wrong("no call", status);
	}
	if (rounds == MOST_ROUNDS)
		tell_left("more ways of threads than runs");
	(void)printf("%s: %u runs\n", run.test->name, rounds);
	(void)fflush(stdout);
}

/* Where nothing fails, the test passes; with the tests before it. */
static bool find_tests_before(void)
{
	int status;

	run.before = 0;
	status = run_once(counted);
	if (!has_passed(status) && run.index > 0) {
		run.before = run.index;
		status = run_once(counted);
	}
	if (!has_passed(status))
		tell_wrong("no call", status);
	return has_passed(status);
}

static void count_calls(struct told *of)
{
	for (size_t i = 0; i < COUNTS; i++)
		of->calls[i] += of->now[i];
}

static void fail_all(void)
{
	bool whole;
	int status;

	if (!find_tests_before())
		return;
	told->odd = 0;
	told->elsewhere = false;
	memcpy(before, told, sizeof(*told));
	status = run_once(in_a_branch);
	whole = !has_passed(status);
	count_calls(whole ? before : told);
	if (whole) {
		memcpy(told, before, sizeof(*told));
		(void)printf("%s: branches disturb it, 0x%x\n", run.test->name, (unsigned)status);
		(void)fflush(stdout);
	}
	for (size_t i = 0; i < told->odd; i++)
		fail_at(&told->run[i]);
	if (!whole && !told->elsewhere)
		return;
	tally_all(!whole);
	fail_new_ways(!whole);
	fail_again(!whole);
}

/* One more than branches show: what looked wrong, or is done elsewhere. */
static void fail_one_more(void)
{
	int status;

	if (told->odd > 0) {
		fail_at(&told->run[0]);
		return;
	}
	if (!told->elsewhere)
		return;
	status = run_once(first_new);
	if (told->met)
		judge_run(status);
}

static void fail_some(void)
{
	bool passed = false;

	memcpy(before, told, sizeof(*told));
	for (unsigned i = 0; i < 2 && !passed; i++) {
		memcpy(told, before, sizeof(*told));
		told->odd = 0;
		told->elsewhere = false;
		run.before = i == 0 ? 0 : run.index;
		passed = has_passed(run_once(in_a_branch));
	}
	told->elsewhere = told->elsewhere || !passed;
	count_calls(told);
	fail_one_more();
}

static int fail_tests(const struct CMUnitTest *tests, size_t count)
{
	size_t done = 0;

	run.tests = count;
	unit_ways_begin();
	for (; done < count && (run.budget == 0 || done == 0 || used() < run.budget); done++) {
		run.index = done;
		run.test = &tests[done];
		if (run.budget == 0)
			fail_all();
		else
			fail_some();
	}
	empty_folder();
	if (told->ways.count == UNIT_MOST_WAYS)
		tell_left("more ways than places");
	(void)printf("%lu of %lu calls, %lu of %lu of SQLite, %lu of %lu within one, in %zu of %zu tests"
	             " failed in their turn, by %lu ways, %lu borne, %lu wrongly; %lu s\n",
	             told->tried[OURS], told->calls[OURS], told->tried[STORE], told->calls[STORE],
	             told->tried[INNER], told->calls[INNER], done, count, told->ways.count, told->borne,
	             told->wrong, used() / 1000000);
	return told->wrong > 0;
}

static void *shared(size_t size)
{
	void *const at = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction set_up, CMFixtureFunction tear_down)
{
	const char *const asked = getenv("EGOV_FAIL_UNITS"), *const inner = getenv("EGOV_FAIL_INNER"),
	           *const runs = getenv("EGOV_FAIL_RUNS");

	if (asked == NULL || *asked == 0)
		return __real__cmocka_run_group_tests(name, tests, count, set_up, tear_down);
	told = shared(sizeof(*told));
	before = shared(sizeof(*before));
	tally = shared(sizeof(*tally));
	if (told == NULL || before == NULL || tally == NULL)
		return BROKEN;
	fail_from = (const void *)(uintptr_t)fail_border;
	run.set_up = set_up;
	run.seconds = inner == NULL ? INNER_SECONDS : strtoul(inner, NULL, 10);
	run.again_seconds = runs == NULL ? RUNS_SECONDS : strtoul(runs, NULL, 10);
	run.budget = strcmp(asked, "all") == 0 ? 0 : 1000 * strtoul(asked, NULL, 10);
	return fail_tests(tests, count);
}
