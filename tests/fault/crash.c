/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Kills a process at a step that makes something durable or visible: built to
 * crash.so and preloaded.
 *   EGOV_CRASH_LOG=FILE   appends a line to FILE for each step
 *   EGOV_CRASH_AT=N       SIGKILL in place of step N, counted from 1 in each process
 *   EGOV_KILL_FILE=NAME, EGOV_KILL_AFTER=N
 *                         SIGKILL N microseconds after a file whose path ends so was opened
 * A step is a call of write (regular files), pwrite, fsync, fdatasync, ftruncate,
 * rename, link, unlink or mkdir.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "next.h"

static atomic_long steps;
static long at, kill_after;
static const char *log_path, *kill_file;
static atomic_flag killing = ATOMIC_FLAG_INIT;

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("EGOV_CRASH_AT");

	at = text == NULL ? 0 : strtol(text, NULL, 10);
	log_path = getenv("EGOV_CRASH_LOG");
	kill_file = getenv("EGOV_KILL_FILE");
	text = getenv("EGOV_KILL_AFTER");
	kill_after = text == NULL ? 0 : strtol(text, NULL, 10);
}

/* By system calls: what is counted must not be called from here. */
static void tell(const char *what)
{
	char line[64];
	int size, fd;

	if (log_path == NULL || *log_path == 0)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	size = snprintf(line, sizeof(line), "%ld %s\n", atomic_load(&steps), what);
	(void)syscall(SYS_write, fd, line, (size_t)size);
	(void)syscall(SYS_close, fd);
}

static void step(const char *what)
{
	const long now = atomic_fetch_add(&steps, 1) + 1;

	tell(what);
	if (now == at)
		(void)kill(getpid(), SIGKILL);
}

/* The first time that the file is opened, the clock starts. */
static void opened(const char *path)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	const struct timespec delay = { kill_after / 1000000, kill_after % 1000000 * 1000 };
	const struct itimerspec when = { .it_value = delay };
	timer_t timer;

	if (kill_file == NULL || kill_after == 0 || strlen(path) < strlen(kill_file)
	    || strcmp(path + strlen(path) - strlen(kill_file), kill_file) != 0
	    || atomic_flag_test_and_set(&killing))
		return;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0
	    || timer_settime(timer, 0, &when, NULL) != 0)
		abort();
}

static int is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The whole of a wrapper: parameters, arguments, and whether it counts. */
#define WRAP(type, name, parameters, arguments, counts)                                            \
	type name parameters;                                                                      \
	type name parameters                                                                       \
	{                                                                                          \
		NEXT(name);                                                                        \
		if (counts)                                                                        \
			step(#name);                                                               \
		return next arguments;                                                             \
	}

WRAP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), is_file(fd))
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
     (fd, data, size, offset), 1)
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t offset),
     (fd, data, size, offset), 1)
WRAP(int, fsync, (int fd), (fd), 1)
WRAP(int, fdatasync, (int fd), (fd), 1)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), 1)
WRAP(int, ftruncate64, (int fd, off64_t size), (fd, size), 1)
WRAP(int, rename, (const char *from, const char *to), (from, to), 1)
WRAP(int, renameat, (int old, const char *from, int new, const char *to), (old, from, new, to), 1)
WRAP(int, renameat2, (int old, const char *from, int new, const char *to, unsigned flags),
     (old, from, new, to, flags), 1)
WRAP(int, link, (const char *from, const char *to), (from, to), 1)
WRAP(int, linkat, (int old, const char *from, int new, const char *to, int flags),
     (old, from, new, to, flags), 1)
WRAP(int, unlink, (const char *path), (path), 1)
WRAP(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags), 1)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), 1)

/* What opens a file, also under its fortified name, which has no mode. */
#define OPEN(name, parameters, directory)                                                          \
	int name parameters;                                                                       \
	int name parameters                                                                        \
	{                                                                                          \
		va_list more;                                                                      \
		mode_t mode = 0;                                                                   \
                                                                                                   \
		va_start(more, flags);                                                             \
		if ((flags & (O_CREAT | O_TMPFILE)) != 0)                                          \
			mode = (mode_t)va_arg(more, int);                                          \
		va_end(more);                                                                      \
		opened(path);                                                                      \
		return (int)syscall(SYS_openat, directory, path, flags, mode);                     \
	}
#define OPEN_2(name, parameters, directory)                                                        \
	int name parameters;                                                                       \
	int name parameters                                                                        \
	{                                                                                          \
		opened(path);                                                                      \
		return (int)syscall(SYS_openat, directory, path, flags, 0);                        \
	}

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int dir, const char *path, int flags, ...), dir)
OPEN(openat64, (int dir, const char *path, int flags, ...), dir)
OPEN_2(__open_2, (const char *path, int flags), AT_FDCWD)
OPEN_2(__open64_2, (const char *path, int flags), AT_FDCWD)
OPEN_2(__openat_2, (int dir, const char *path, int flags), dir)
OPEN_2(__openat64_2, (int dir, const char *path, int flags), dir)
