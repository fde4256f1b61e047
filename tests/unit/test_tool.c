/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/report.h"
#include "../../tools/tool.h"

struct options {
	const char *label;
	struct tool_list requests;
	bool strict;
	egov_time at;
	struct egov_duration validity;
};

static const struct tool_option options[] = {
	TOOL_REQUIRED(struct options, label, "label", "NAME", N_("name it")),
	TOOL_OPTION(struct options, requests, "request", "FILE", N_("may be repeated")),
	TOOL_OPTION(struct options, strict, "strict", NULL, N_("be strict")),
	TOOL_OPTION(struct options, at, "at", "TIME", N_("judge at TIME")),
	TOOL_OPTION(struct options, validity, "validity", "DURATION", N_("how long")),
	TOOL_OPTIONS_END
};

static int run_add(struct tool *tool)
{
	const struct options *o = tool->options;
	char text[EGOV_TIME_TEXT] = "-";

	if (o->at != EGOV_TIME_NONE)
		egov_time_format(o->at, text);
	(void)printf("label=%s strict=%d at=%s years=%d home=%s json=%d quiet=%d", o->label, o->strict,
	             text, o->validity.years, tool->home, tool->json, tool->quiet);
	for (size_t i = 0; i < o->requests.count; i++)
		(void)printf(" request=%s", o->requests.items[i]);
	for (size_t i = 0; i < tool->operands.count; i++)
		(void)printf(" operand=%s", tool->operands.items[i]);
	(void)printf(" test=%d\n", tool->clock.test == EGOV_TIME_NONE ? 0 : 1);
	return TOOL_NO;
}

static int run_report(struct tool *tool)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { .status = EGOV_OK };

	egov__report_record(report);
	egov__report_add(report, "name", "%s", "张三\n\"x\"");
	egov__report_add(report, "use", "%s", "sign");
	egov__report_add(report, "use", "%s", "verify");
	egov__report_add(report, "use", "%s", "third");
	egov__report_record(report);
	egov__report_add(report, "name", "%s", "bad\xff");
	assert_int_equal(tool_print(tool, report, &err), EGOV_OK);
	egov_report_free(report);
	return TOOL_YES;
}

static int run_fail(struct tool *tool)
{
	const struct egov_error err = { .status = EGOV_E_POLICY,
		                        .clause = "GM/T 0015, 5.2.3.2",
		                        .text = "two\nlines \x1b[31m\xc2\x9b 中" };

	return tool_fail(&err, tool->operands.items[0]);
}

static const struct tool_command commands[] = {
	{ .name = "add", .help = N_("Adds."), .options = options,
	  .shared = TOOL_HOME | TOOL_JSON | TOOL_QUIET, .operands = "CERT...", .min = 1, .max = 2,
	  .run = run_add },
	{ .name = "report", .help = N_("Reports."), .shared = TOOL_JSON, .run = run_report },
	{ .name = "fail", .help = N_("Fails."), .operands = "FILE", .min = 1, .max = 1,
	  .run = run_fail },
	TOOL_COMMANDS_END
};
static const struct tool_program noun = { .name = "egov-noun",
	                                  .help = N_("A noun."),
	                                  .commands = commands,
	                                  .options_size = sizeof(struct options) };
static const struct tool_command verb_commands[] = {
	{ .help = N_("Adds."), .options = options, .shared = TOOL_HOME, .operands = "CERT...",
	  .min = 1, .max = TOOL_MANY, .run = run_add },
	TOOL_COMMANDS_END
};
static const struct tool_program verb = { .name = "egov-verb",
	                                  .commands = verb_commands,
	                                  .options_size = sizeof(struct options),
	                                  .opens_keys = true };

static char output[8192], errors[8192];

static void read_back(int fd, char *to, size_t room)
{
	const ssize_t got = pread(fd, to, room - 1, 0);

	assert_true(got >= 0);
	to[got] = 0;
	close(fd);
}

static int temporary(void)
{
	char name[] = "/tmp/egov-test-tool-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	return fd;
}

/* Runs a program in a child; to names another standard output. */
static int run_to(const char *to, const struct tool_program *program, const char *args[])
{
	const char *argv[32] = { program->name };
	int argc = 1, status, out = temporary(), err = temporary();
	pid_t child;

	while (args[argc - 1] != NULL) {
		argv[argc] = args[argc - 1];
		argc++;
	}
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(to == NULL ? out : open(to, O_WRONLY), STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		_exit(tool_main(program, argc, (char **)(uintptr_t)argv));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	read_back(out, output, sizeof(output));
	read_back(err, errors, sizeof(errors));
	return WEXITSTATUS(status);
}
#define RUN(program, ...) run_to(NULL, program, (const char *[]){ __VA_ARGS__, NULL })

static void assert_one_line(const char *fragment)
{
	const char *newline = strchr(errors, '\n');

	assert_non_null(newline);
	assert_int_equal(newline[1], 0);
	if (strstr(errors, fragment) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", fragment, errors);
}

static void test_values(void **state)
{
	(void)state;
	unsetenv("EGOV_TEST_NOW");
	setenv("EGOVCA_HOME", "/srv/ca", 1);
	assert_int_equal(RUN(&noun, "add", "a.pem", "--label", "x y", "--request=1", "--request",
	                     "2", "--strict", "-q", "--at", "2026-11-22T08:00:00Z", "--validity=3y",
	                     "--", "--b"),
	                 TOOL_NO);
	assert_string_equal(output,
	                    "label=x y strict=1 at=2026-11-22T08:00:00Z years=3 home=/srv/ca json=0 "
	                    "quiet=1 request=1 request=2 operand=a.pem operand=--b test=0\n");
	assert_string_equal(errors, "");
	assert_int_equal(RUN(&noun, "add", "--json", "--home=H", "--label", "-", "-"), TOOL_NO);
	assert_string_equal(output, "label=- strict=0 at=- years=0 home=H json=1 quiet=0 operand=- "
	                            "test=0\n");
	unsetenv("EGOVCA_HOME");
	assert_int_equal(RUN(&verb, "--label", "l", "add"), TOOL_NO);
	assert_non_null(strstr(output, "/lib/egovca json=0"));
	assert_non_null(strstr(output, " operand=add "));
}

static void test_wrong_use(void **state)
{
	(void)state;
	assert_int_equal(RUN(&noun, NULL), TOOL_USAGE);
	assert_one_line("egov-noun: which command?");
	assert_int_equal(RUN(&noun, "sub"), TOOL_USAGE);
	assert_one_line("egov-noun: sub: unknown command");
	assert_int_equal(RUN(&noun, "add", "--labl", "x", "a"), TOOL_USAGE);
	assert_one_line("egov-noun: add: --labl: unknown option");
	assert_int_equal(RUN(&noun, "add", "-x"), TOOL_USAGE);
	assert_one_line("-x: unknown option");
	assert_int_equal(RUN(&noun, "add", "--label", "x", "--label=y", "a"), TOOL_USAGE);
	assert_one_line("--label: given twice");
	assert_int_equal(RUN(&noun, "add", "-q", "--quiet", "--label=y", "a"), TOOL_USAGE);
	assert_one_line("--quiet: given twice");
	assert_int_equal(RUN(&noun, "add", "a"), TOOL_USAGE);
	assert_one_line("--label NAME is missing");
	assert_int_equal(RUN(&noun, "add", "a", "--label"), TOOL_USAGE);
	assert_one_line("--label: wants a value (NAME)");
	assert_int_equal(RUN(&noun, "add", "a", "--label="), TOOL_USAGE);
	assert_one_line("--label: wants a value (NAME)");
	assert_int_equal(RUN(&noun, "add", "--label=x", "--strict=yes", "a"), TOOL_USAGE);
	assert_one_line("--strict: takes no value");
	assert_int_equal(RUN(&noun, "add", "--label=x"), TOOL_USAGE);
	assert_one_line("operand missing: CERT...");
	assert_int_equal(RUN(&noun, "add", "--label=x", "1", "2", "3\n"), TOOL_USAGE);
	assert_one_line("3\\x0a: one operand too many");
	assert_int_equal(RUN(&noun, "add", "--label=x", "--at", "noon", "a"), TOOL_USAGE);
	assert_one_line("--at: ");
	assert_int_equal(RUN(&noun, "add", "--label=x", "--validity", "3", "a"), TOOL_USAGE);
	assert_one_line("--validity: ");
	assert_int_equal(RUN(&noun, "add", "--label=x", "--der", "a"), TOOL_USAGE);
	assert_one_line("--der: unknown option");
	assert_string_equal(output, "");
}

static void test_help(void **state)
{
	(void)state;
	assert_int_equal(RUN(&noun, "add", "--help", "--nonsense"), TOOL_YES);
	assert_int_equal(strncmp(output, "usage: egov-noun add --label NAME [--request FILE]... [--strict]",
	                         62), 0);
	assert_non_null(strstr(output, " CERT...\nAdds.\n"));
	for (const char *line = output; *line != 0; line = strchr(line, '\n') + 1)
		assert_true(strcspn(line, "\n") < 80);
	/* What is too long for a line goes on under where it began. */
	assert_non_null(strstr(output, "else\n                             "));
	assert_non_null(strstr(output, "\n       ["));
	assert_non_null(strstr(output, "\n  --at TIME "));
	assert_non_null(strstr(output, "\n  --home DIR "));
	assert_non_null(strstr(output, "\n  --version "));
	assert_null(strstr(output, "--der"));
	assert_int_equal(RUN(&noun, "--help"), TOOL_YES);
	assert_non_null(strstr(output, "\n  report         Reports.\n"));
	assert_int_equal(RUN(&verb, "--help"), TOOL_YES);
	assert_int_equal(strncmp(output, "usage: egov-verb --label", 24), 0);
	assert_int_equal(RUN(&verb, "--version"), TOOL_YES);
	assert_string_equal(output, "egov-verb 0.1.0\n");
	assert_int_equal(RUN(&noun, "--version"), TOOL_YES);
	assert_string_equal(output, "egov-noun 0.1.0\n");
}

static void test_test_time(void **state)
{
	(void)state;
	setenv("EGOV_TEST_NOW", "2030-01-01T00:00:00Z", 1);
	assert_int_equal(RUN(&noun, "add", "--label=x", "a"), TOOL_NO);
	assert_non_null(strstr(output, "test=1"));
	setenv("EGOV_TEST_NOW", "tomorrow", 1);
	assert_int_equal(RUN(&noun, "add", "--label=x", "a"), TOOL_USAGE);
	assert_one_line("EGOV_TEST_NOW: \"tomorrow\"");
	assert_string_equal(output, "");
	unsetenv("EGOV_TEST_NOW");
}

static void test_print(void **state)
{
	(void)state;
	assert_int_equal(RUN(&noun, "report"), TOOL_YES);
	assert_string_equal(output, "name: 张三\\x0a\"x\"\nuse: sign\nuse: verify\nuse: third\n"
	                            "\nname: bad\\xff\n");
	assert_int_equal(RUN(&noun, "report", "--json"), TOOL_YES);
	assert_string_equal(output,
	                    "{\"name\":\"张三\\n\\\"x\\\"\",\"use\":[\"sign\",\"verify\",\"third\"]}\n"
	                    "{\"name\":\"bad\\\\xff\"}\n");
}

static void test_output_lost(void **state)
{
	(void)state;
	assert_int_equal(run_to("/dev/full", &noun, (const char *[]){ "report", NULL }),
	                 TOOL_SURROUNDINGS);
	assert_one_line("egov-noun: standard output: cannot write: No space left on device");
	assert_int_equal(run_to("/dev/full", &noun, (const char *[]){ "report", "--json", NULL }),
	                 TOOL_SURROUNDINGS);
	assert_int_equal(run_to("/dev/full", &noun, (const char *[]){ "--help", NULL }),
	                 TOOL_SURROUNDINGS);
}

static void test_messages(void **state)
{
	(void)state;
	assert_int_equal(RUN(&noun, "fail", "a\tb"), TOOL_REFUSED);
	assert_string_equal(errors, "egov-noun: a\\x09b: two\\x0alines \\x1b[31m\\xc2\\x9b 中 "
	                            "(GM/T 0015, 5.2.3.2)\n");
	assert_int_equal(RUN(&noun, "fail", "two\nlines \x1b[31m\xc2\x9b 中"), TOOL_REFUSED);
	assert_string_equal(errors, "egov-noun: two\\x0alines \\x1b[31m\\xc2\\x9b 中 "
	                            "(GM/T 0015, 5.2.3.2)\n");
}

static int run_device(struct tool *tool)
{
	struct egov_error err = { .status = EGOV_E_DEVICE, .detail = 0x30, .text = "no answer" };

	(void)tool;
	(void)tool_fail(&err, NULL);
	(void)snprintf(err.text, sizeof(err.text), "no answer (0x00000030)");
	(void)tool_fail(&err, NULL);
	tool_note(tool, "%d things", 3);
	return tool_fail(&(struct egov_error){ .status = EGOV_OK }, NULL);
}

static void test_device_code(void **state)
{
	static const struct tool_command one[] = {
		{ .help = "h", .run = run_device, .shared = TOOL_QUIET }, TOOL_COMMANDS_END
	};
	static const struct tool_program program = { .name = "egov-x", .commands = one };

	(void)state;
	assert_int_equal(RUN(&program, NULL), TOOL_BUG);
	assert_string_equal(errors, "egov-x: no answer (0x00000030)\n"
	                            "egov-x: no answer (0x00000030)\n"
	                            "egov-x: 3 things\n"
	                            "egov-x: failed without a reason\n");
	assert_int_equal(RUN(&program, "-q"), TOOL_BUG);
	assert_null(strstr(errors, "things"));
}

static void test_exit_status(void **state)
{
	static const struct {
		enum egov_status status;
		int expect;
	} table[] = {
		{ EGOV_OK, 0 }, { EGOV_E_USAGE, 2 }, { EGOV_E_NOMEM, 4 }, { EGOV_E_IO, 4 },
		{ EGOV_E_LIMIT, 3 }, { EGOV_E_UNSUPPORTED, 3 }, { EGOV_E_SYNTAX, 3 },
		{ EGOV_E_POLICY, 3 }, { EGOV_E_UNTRUSTED, 1 }, { EGOV_E_NOTFOUND, 1 },
		{ EGOV_E_EXISTS, 3 }, { EGOV_E_BUSY, 4 }, { EGOV_E_AUTH, 3 },
		{ EGOV_E_DEVICE, 4 }, { EGOV_E_CRYPTO, 70 }, { EGOV_E_CORRUPT, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(tool_exit_status(table[i].status), table[i].expect);
	assert_int_equal(tool_exit_status((enum egov_status)-99), TOOL_BUG);
	assert_int_equal(tool_worse(TOOL_SURROUNDINGS, TOOL_NO), TOOL_SURROUNDINGS);
}

static void read_file(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	read_back(fd, to, room);
}

static void test_put(void **state)
{
	char dir[] = "/tmp/egov-test-tool-XXXXXX", path[64], link[64];
	const struct egov_slice bytes = { (const uint8_t *)"new\n", 4 };
	struct tool tool = { .out = path };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_buf *back = NULL;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	umask(027);
	assert_int_equal(tool_put(path, bytes, &err), EGOV_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(tool_in(path, 4, &back, &err), EGOV_OK);
	assert_memory_equal(egov_buf_slice(back).data, "new\n", 4);
	egov_buf_free(back);
	assert_int_equal(tool_in(path, 3, &back, &err), EGOV_E_LIMIT);
	err.status = EGOV_OK;

	assert_int_equal(tool_put_object(&tool, "CERTIFICATE", bytes, &err), EGOV_OK);
	read_file(path, output, sizeof(output));
	assert_string_equal(output, "-----BEGIN CERTIFICATE-----\nbmV3Cg==\n"
	                            "-----END CERTIFICATE-----\n");
	tool.der = true;
	assert_int_equal(tool_put_object(&tool, "CERTIFICATE", bytes, &err), EGOV_OK);
	read_file(path, output, sizeof(output));
	assert_string_equal(output, "new\n");

	(void)snprintf(link, sizeof(link), "%s/full", dir);
	assert_int_equal(symlink("/dev/full", link), 0);
	assert_int_equal(tool_put(link, bytes, &err), EGOV_E_IO);
	assert_non_null(strstr(err.text, "No space left"));
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));

	/* A link stays, and the file behind it is replaced; one to nothing is refused. */
	err.status = EGOV_OK;
	assert_int_equal(unlink(link) + symlink("f", link), 0);
	assert_int_equal(tool_put(link, (struct egov_slice){ (const uint8_t *)"by link", 7 }, &err),
	                 EGOV_OK);
	read_file(path, output, sizeof(output));
	assert_string_equal(output, "by link");
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(tool_put(link, bytes, &err), EGOV_E_IO);
	assert_non_null(strstr(err.text, "no regular file"));
	assert_int_equal(unlink(link) + rmdir(dir), 0);
}

/* Without a controlling terminal there is nobody to ask, whatever standard input is. */
static void test_pin_without_terminal(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		char pin[8];

		(void)setsid();
		_exit(tool_pin(NULL, "PIN", pin, sizeof(pin)) == -1 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A pseudo-terminal stands for the clerk: what is typed comes back, unechoed. */
static void ask_on_terminal(const char *typed, long expect)
{
	int status, master = posix_openpt(O_RDWR | O_NOCTTY);
	char seen[64] = "";
	const char *name;
	pid_t child;

	assert_true(master >= 0);
	assert_int_equal(grantpt(master) + unlockpt(master), 0);
	name = ptsname(master);
	child = fork();
	if (child == 0) {
		char pin[8];
		long size;

		(void)setsid();
		if (open(name, O_RDWR) < 0)
			_exit(2);
		size = tool_pin(NULL, "PIN of t", pin, sizeof(pin));
		_exit(size == expect && (size < 0 || memcmp(pin, typed, (size_t)size) == 0) ? 0 : 1);
	}
	while (strstr(seen, "PIN of t: ") == NULL)
		assert_true(read(master, seen + strlen(seen), 1) == 1);
	assert_true(write(master, typed, strlen(typed)) > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	memset(seen, 0, sizeof(seen));
	assert_true(read(master, seen, sizeof(seen) - 1) > 0);
	assert_string_equal(seen, "\r\n");
	close(master);
}

static void test_pin_on_terminal(void **state)
{
	(void)state;
	ask_on_terminal("12345678\n", 8);
	ask_on_terminal("123456789\n", -1);
	ask_on_terminal("\n", 0);
}

/* --- progress: what a clerk sees ------------------------------------------------ */

struct work {
	uint64_t steps, total;
	const char *what;
	unsigned columns;
	bool quiet, talks;
};

static void do_work(const struct work *work)
{
	const struct timespec pause = { 0, 100 * 1000 * 1000 };
	const struct tool tool = { .quiet = work->quiet };

	tool_set_program("egov-x");
	tool_progress_begin(&tool, work->what);
	for (uint64_t i = 1; i <= work->steps; i++) {
		tool_progress(NULL, i, work->total);
		(void)nanosleep(&pause, NULL);
	}
	if (work->talks)
		(void)tool_fail(&(struct egov_error){ .status = EGOV_E_IO, .text = "oh" }, NULL);
	tool_progress_end();
}

static int new_terminal(unsigned columns)
{
	const struct winsize size = { 24, (unsigned short)columns, 0, 0 };
	const int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master) + unlockpt(master), 0);
	assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
	return master;
}

/* Everything that the work writes to a terminal, in output. */
static void watch(const struct work *work)
{
	const int master = new_terminal(work->columns);
	const char *name = ptsname(master);
	size_t size = 0;
	ssize_t got;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		(void)setsid();
		if (dup2(open(name, O_RDWR), STDERR_FILENO) < 0
		    || setlocale(LC_CTYPE, "C.UTF-8") == NULL)
			_exit(2);
		do_work(work);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(fcntl(master, F_SETFL, O_NONBLOCK), 0);
	while ((got = read(master, output + size, sizeof(output) - 1 - size)) > 0)
		size += (size_t)got;
	output[size] = 0;
	close(master);
}

/* What stands on the terminal's line in the end, and whether it ever wrote past it. */
static void play(const char *written, size_t columns, char line[])
{
	size_t at = 0;

	memset(line, ' ', columns);
	for (; *written != 0; written++) {
		if (*written == '\r') {
			at = 0;
			continue;
		}
		if (((unsigned char)*written & 0xc0) == 0x80)
			continue;
		line[at++] = *written;
		if ((unsigned char)*written >= 0xe0)
			line[at++] = '#';
		assert_true(at < columns);
	}
	while (columns > 0 && line[columns - 1] == ' ')
		columns--;
	line[columns] = 0;
}

static void test_progress(void **state)
{
	struct work work = { .steps = 12, .total = 12, .what = "rows", .columns = 80 };
	unsigned writes = 0;
	char line[128];

	(void)state;
	setenv("TERM", "xterm", 1);
	watch(&work);
	assert_non_null(strstr(output, "\rrows: 5/12 (41 %)"));
	for (const char *at = output; (at = strstr(at, "rows: ")) != NULL; at++)
		writes++;
	assert_in_range(writes, 2, 5);
	play(output, 80, line);
	assert_string_equal(line, "");

	work.total = 0;
	watch(&work);
	assert_non_null(strstr(output, "\rrows: 5"));
	assert_null(strstr(output, "%"));

	work.talks = true;
	watch(&work);
	assert_non_null(strstr(output, " \regov-x: oh\r\n"));
}

/* A character of two columns never stands half on the line. */
static void test_progress_wide(void **state)
{
	struct work work = { .steps = 8, .total = 1000, .what = "已检查的条目", .columns = 11 };
	char line[128];

	(void)state;
	setenv("TERM", "xterm", 1);
	watch(&work);
	assert_non_null(strstr(output, "\r已检查的条"));
	assert_null(strstr(output, "目"));
	play(output, 11, line);
	assert_string_equal(line, "");
	work.columns = 0;
	watch(&work);
	assert_non_null(strstr(output, "\r已检查的条目: 5/1000 (0 %)"));
}

static void test_no_progress(void **state)
{
	struct work work = { .steps = 6, .total = 6, .what = "rows", .columns = 80, .quiet = true };

	(void)state;
	setenv("TERM", "xterm", 1);
	watch(&work);
	assert_string_equal(output, "");
	work.quiet = false;
	work.steps = 2;                 /* over before anybody would look */
	watch(&work);
	assert_string_equal(output, "");
	work.steps = 6;
	setenv("TERM", "dumb", 1);
	watch(&work);
	assert_string_equal(output, "");
}

static int run_long(struct tool *tool)
{
	const struct work work = { .steps = 6, .total = 6, .what = "rows" };

	(void)tool;
	do_work(&work);
	return TOOL_YES;
}

static void test_no_progress_in_files(void **state)
{
	static const struct tool_command one[] = { { .help = "h", .run = run_long },
		                                   TOOL_COMMANDS_END };
	static const struct tool_program program = { .name = "egov-x", .commands = one };

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_int_equal(RUN(&program, NULL), TOOL_YES);
	assert_string_equal(errors, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_wrong_use),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_test_time),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_output_lost),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_device_code),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_pin_without_terminal),
		cmocka_unit_test(test_pin_on_terminal),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_progress_wide),
		cmocka_unit_test(test_no_progress),
		cmocka_unit_test(test_no_progress_in_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
