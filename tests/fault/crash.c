/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Kills a process at a step that makes something durable or visible: built to
 * crash.so and preloaded.
 *   EGOV_CRASH_LOG=FILE   appends a line to FILE for each step
 *   EGOV_CRASH_AT=N       SIGKILL in place of step N, counted from 1 in each process
 * A step is a call of write (regular files), pwrite, fsync, fdatasync, ftruncate,
 * rename, link, unlink or mkdir.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "next.h"

static atomic_long steps;
static long at;
static const char *log_path;

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("EGOV_CRASH_AT");

	at = text == NULL ? 0 : strtol(text, NULL, 10);
	log_path = getenv("EGOV_CRASH_LOG");
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
