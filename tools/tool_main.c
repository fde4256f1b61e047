/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void set_up_messages(const char *name)
{
	tool_set_program(name);
	/* Numbers and dates stay as data formats have them. */
	(void)setlocale(LC_CTYPE, "");
	(void)setlocale(LC_MESSAGES, "");
	(void)bindtextdomain("egovca", EGOV_LOCALEDIR);
	(void)bind_textdomain_codeset("egovca", "UTF-8");
	(void)textdomain("egovca");
	/* One write for a line, so that lines of several programs do not mix. */
	(void)setvbuf(stderr, NULL, _IOLBF, 4096);
}

/* A file that is opened must not become one of the standard streams: what goes
 * there by mistake would be written into it. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

static void protect_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

/* SQLite takes and gives back 64 KiB for many a statement: the heap does not go back to the
 * system in between. */
static void keep_heap(void)
{
#ifdef M_TRIM_THRESHOLD
	(void)mallopt(M_TRIM_THRESHOLD, 32 << 20);
	(void)mallopt(M_TOP_PAD, 256 << 10);
#endif
}

static int run(struct tool *tool, void *options, int argc, char **argv)
{
	struct egov_error err = { .status = EGOV_OK };
	int status;

	status = tool_parse(tool, options, argc, argv);
	if (status < 0 && tool_clock(&tool->clock, &err) != EGOV_OK)
		status = err.status == EGOV_E_SYNTAX ? tool_usage(tool, "%s", err.text)
		                                     : tool_fail(&err, NULL);
	if (status < 0)
		status = tool->command->run(tool);
	tool_progress_end();
	if (tool_flush(&err) != EGOV_OK)
		status = tool_worse(status, tool_fail(&err, NULL));
	return status;
}

/* All is said and closed.  What the libraries would do at exit is to give back memory, piece by
 * piece, which the system takes at once; a sanitizer looks then for what was lost. */
static int leave(int status)
{
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return status;
#else
	_exit(status);
#endif
}

int tool_main(const struct tool_program *program, int argc, char **argv)
{
	struct tool tool = { .program = program };
	void *options;
	int status;

	keep_heap();
	/* The system's openssl.cnf is for other programs, and to read it takes half as long as to sign. */
	(void)setenv("OPENSSL_CONF", "/dev/null", 0);
	set_up_messages(program->name);
	fill_standard_streams();
	(void)signal(SIGPIPE, SIG_IGN);
	if (program->opens_keys)
		protect_secrets();
	options = calloc(1, program->options_size + 1);
	if (options == NULL) {
		struct egov_error err = { .status = EGOV_OK };

		(void)tool_error(&err, EGOV_E_NOMEM, NULL, _("out of memory"));
		return tool_fail(&err, NULL);
	}
	status = run(&tool, options, argc, argv);
	tool_parse_free(&tool, options);
	free(options);
	return leave(status);
}
