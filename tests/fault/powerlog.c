/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Records what a process asks of its file system: built to powerlog.so and preloaded.
 * EGOV_POWER_LOG=FILE gets an event for each call that changes files, names or what is
 * durable (tests/fault/power.h); the program powercut makes of it what a power cut leaves.
 * Writes through mmap are not seen: SQLite maps its index of the WAL alone, which no power
 * cut leaves.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "next.h"
#include "power.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* By system calls: what is recorded must not be called from here. */
static void put(struct power_event *event, const void *data)
{
	const char *path = getenv("EGOV_POWER_LOG");
	const struct iovec parts[] = { { event, sizeof(*event) },
		                       { (void *)(uintptr_t)data, (size_t)event->size } };
	int fd;

	if (path == NULL || *path == 0)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		_exit(99);
	if (syscall(SYS_writev, fd, parts, data == NULL ? 1 : 2)
	    != (long)(sizeof(*event) + (data == NULL ? 0 : (size_t)event->size)))
		_exit(99);
	(void)syscall(SYS_close, fd);
}

/* The folder that a path lies in, and its name there. */
static uint64_t place(int dir, const char *path, char name[POWER_NAME])
{
	char folder[4096];
	struct stat st;
	const char *slash = strrchr(path, '/');
	const char *last = slash == NULL ? path : slash + 1;

	(void)snprintf(name, POWER_NAME, "%s", last);
	(void)snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
	               slash == NULL ? "." : path);
	return fstatat(dir, folder, &st, 0) == 0 ? st.st_ino : 0;
}

static uint64_t inode_at(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
}

static uint64_t inode_of(int fd, mode_t *type)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return 0;
	*type = st.st_mode & S_IFMT;
	return st.st_ino;
}

static void on_bind(char op, int dir, const char *path)
{
	struct power_event event = { .op = op, .inode = inode_at(dir, path) };

	event.folder = place(dir, path, event.name);
	put(&event, NULL);
}

static void on_fd(char op, int fd, uint64_t offset, const void *data, size_t size)
{
	mode_t type = 0;
	struct power_event event = { .op = op, .inode = inode_of(fd, &type), .offset = offset,
		                     .size = size };

	if (type == S_IFREG || (op == POWER_SYNC && type == S_IFDIR))
		put(&event, data);
}

#define LOCKED(statement)                                                                          \
	do {                                                                                       \
		pthread_mutex_lock(&lock);                                                         \
		statement;                                                                         \
		pthread_mutex_unlock(&lock);                                                       \
	} while (0)

/* --- files --- */

static void on_open(int fd, int dir, const char *path, int flags, bool there)
{
	if (fd < 0)
		return;
	if (!there && (flags & O_CREAT) != 0)
		on_bind(POWER_CREATE, dir, path);
	else if ((flags & O_TRUNC) != 0)
		on_fd(POWER_TRUNCATE, fd, 0, NULL, 0);
}

#define WRAP_OPEN(name)                                                                            \
	int name(const char *path, int flags, ...);                                                \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list more;                                                                      \
		mode_t mode;                                                                       \
		bool there;                                                                        \
		int fd;                                                                            \
		NEXT(name);                                                                        \
		va_start(more, flags);                                                             \
		mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;                          \
		va_end(more);                                                                      \
		LOCKED(there = inode_at(AT_FDCWD, path) != 0; fd = next(path, flags, mode);        \
		       on_open(fd, AT_FDCWD, path, flags, there));                                 \
		return fd;                                                                         \
	}
WRAP_OPEN(open)
WRAP_OPEN(open64)

#define WRAP_OPENAT(name)                                                                          \
	int name(int dir, const char *path, int flags, ...);                                       \
	int name(int dir, const char *path, int flags, ...)                                        \
	{                                                                                          \
		va_list more;                                                                      \
		mode_t mode;                                                                       \
		bool there;                                                                        \
		int fd;                                                                            \
		NEXT(name);                                                                        \
		va_start(more, flags);                                                             \
		mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;                          \
		va_end(more);                                                                      \
		LOCKED(there = inode_at(dir, path) != 0; fd = next(dir, path, flags, mode);        \
		       on_open(fd, dir, path, flags, there));                                      \
		return fd;                                                                         \
	}
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

/* The offset of write is where it ended, also with O_APPEND. */
static void on_write(int fd, const void *data, ssize_t size)
{
	const off_t end = size > 0 ? lseek(fd, 0, SEEK_CUR) : -1;

	if (end >= size)
		on_fd(POWER_WRITE, fd, (uint64_t)(end - size), data, (size_t)size);
}

ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t done;
	NEXT(write);

	LOCKED(done = next(fd, data, size); on_write(fd, data, done));
	return done;
}

#define WRAP_PWRITE(name, off_type)                                                                \
	ssize_t name(int fd, const void *data, size_t size, off_type offset);                      \
	ssize_t name(int fd, const void *data, size_t size, off_type offset)                       \
	{                                                                                          \
		ssize_t done;                                                                      \
		NEXT(name);                                                                        \
		LOCKED(done = next(fd, data, size, offset);                                        \
		       if (done > 0) on_fd(POWER_WRITE, fd, (uint64_t)offset, data, (size_t)done)); \
		return done;                                                                       \
	}
WRAP_PWRITE(pwrite, off_t)
WRAP_PWRITE(pwrite64, off64_t)

/* What changes after a call that succeeds. */
#define WRAP(name, parameters, arguments, event)                                                   \
	int name parameters;                                                                       \
	int name parameters                                                                        \
	{                                                                                          \
		int done;                                                                          \
		NEXT(name);                                                                        \
		LOCKED(done = next arguments; if (done == 0) event);                               \
		return done;                                                                       \
	}

WRAP(ftruncate, (int fd, off_t size), (fd, size), on_fd(POWER_TRUNCATE, fd, (uint64_t)size, NULL, 0))
WRAP(ftruncate64, (int fd, off64_t size), (fd, size),
     on_fd(POWER_TRUNCATE, fd, (uint64_t)size, NULL, 0))
WRAP(fsync, (int fd), (fd), on_fd(POWER_SYNC, fd, 0, NULL, 0))
WRAP(fdatasync, (int fd), (fd), on_fd(POWER_SYNC, fd, 0, NULL, 0))

/* --- names --- */

static void on_unbind(int dir, const char *path)
{
	struct power_event event = { .op = POWER_UNBIND };

	event.folder = place(dir, path, event.name);
	put(&event, NULL);
}

/* One event, as a rename is one step. */
static void on_rename(int old_dir, const char *from, int new_dir, const char *to)
{
	struct power_event event = { .op = POWER_RENAME, .inode = inode_at(new_dir, to) };

	event.folder = place(new_dir, to, event.name);
	event.old_folder = place(old_dir, from, event.old_name);
	put(&event, NULL);
}

WRAP(mkdir, (const char *path, mode_t mode), (path, mode), on_bind(POWER_MKDIR, AT_FDCWD, path))
WRAP(mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode),
     on_bind(POWER_MKDIR, dir, path))
WRAP(link, (const char *from, const char *to), (from, to), on_bind(POWER_LINK, AT_FDCWD, to))
WRAP(linkat, (int old, const char *from, int new, const char *to, int flags),
     (old, from, new, to, flags), on_bind(POWER_LINK, new, to))
WRAP(unlink, (const char *path), (path), on_unbind(AT_FDCWD, path))
WRAP(unlinkat, (int dir, const char *path, int flags), (dir, path, flags), on_unbind(dir, path))
WRAP(rmdir, (const char *path), (path), on_unbind(AT_FDCWD, path))
WRAP(remove, (const char *path), (path), on_unbind(AT_FDCWD, path))
WRAP(rename, (const char *from, const char *to), (from, to), on_rename(AT_FDCWD, from, AT_FDCWD, to))
WRAP(renameat, (int old, const char *from, int new, const char *to), (old, from, new, to),
     on_rename(old, from, new, to))
WRAP(renameat2, (int old, const char *from, int new, const char *to, unsigned flags),
     (old, from, new, to, flags), on_rename(old, from, new, to))
