/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A branch goes on in place of the process that waits for it.  It has all but the locks of
 * processes, so they are granted to it; locks of open files both have, so it does not give
 * them up.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "next.h"
#include "units.h"

#define OFFSETS 64

static struct {
	pid_t first, branch;
	bool threads;                   /* the process has had more than one */
	off_t offset[OFFSETS];          /* -1: it has none */
} state;

static pid_t number(void)
{
	return (pid_t)syscall(SYS_getpid);
}

pid_t getpid(void)
{
	const pid_t own = number();

	return own == state.branch ? state.first : own;
}

int kill(pid_t pid, int sig)
{
	return (int)syscall(SYS_kill, pid == state.first && unit_in_branch() ? state.branch : pid, sig);
}

pid_t unit_branch(void)
{
	const pid_t pid = (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		state.branch = number();
	return pid;
}

bool unit_in_branch(void)
{
	return state.branch != 0;
}

void unit_offsets_keep(void)
{
	for (int fd = 0; fd < OFFSETS; fd++)
		state.offset[fd] = lseek(fd, 0, SEEK_CUR);
}

void unit_offsets_put_back(void)
{
	for (int fd = 0; fd < OFFSETS; fd++)
		if (state.offset[fd] >= 0)
			(void)lseek(fd, state.offset[fd], SEEK_SET);
}

void unit_alone_begin(void)
{
	state.first = number();
	state.threads = false;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *argument)
{
	NEXT(pthread_create);

	state.threads = true;
	return next(thread, attr, start, argument);
}

/* Of the folder of threads, each is a link; it has two of its own. */
static bool has_one_thread(void)
{
	struct stat st;

	return !state.threads || (stat("/proc/self/task", &st) == 0 && st.st_nlink == 3);
}

bool unit_alone(void)
{
	return number() == state.first && has_one_thread();
}

/* --- locks --- */

int flock(int fd, int operation)
{
	return unit_in_branch() ? 0 : (int)syscall(SYS_flock, fd, operation);
}

static int lock_or_more(int fd, int command, void *argument)
{
	if (unit_in_branch())
		switch (command) {
		case F_SETLK:
		case F_SETLKW:
		case F_OFD_SETLK:
		case F_OFD_SETLKW:
			return 0;
		case F_GETLK:
		case F_OFD_GETLK:
			((struct flock *)argument)->l_type = F_UNLCK;
			return 0;
		}
	return (int)syscall(SYS_fcntl, fd, command, argument);
}

/* The argument is a number or a pointer, and is handed on as it came. */
#define FCNTL(name)                                                                                \
	int name(int fd, int command, ...)                                                         \
	{                                                                                          \
		va_list more;                                                                      \
		void *argument;                                                                    \
                                                                                                   \
		va_start(more, command);                                                           \
		argument = va_arg(more, void *);                                                   \
		va_end(more);                                                                      \
		return lock_or_more(fd, command, argument);                                        \
	}

FCNTL(fcntl)
FCNTL(fcntl64)
