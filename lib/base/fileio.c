/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fileio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/source.h"

#define TEMP_NAME 64            /* octets of a temporary name */
#define TEMP_TRIES 1000

/* What was read may be a secret: nothing of it stays on the stack. */
static enum egov_status read_all(int fd, const char *path, struct egov_buf *buf,
                                 struct egov_error *err)
{
	uint8_t chunk[16384];
	enum egov_status rc = EGOV_OK;
	ssize_t got;

	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno != EINTR)
			rc = egov_error_errno(err, "%s: cannot read", path);
		if (got > 0)
			egov__buf_append(buf, chunk, (size_t)got);
		if (buf->starved)
			rc = egov_error_nomem(err);
		else if (buf->failed)
			rc = egov_error_set(err, EGOV_E_LIMIT, NULL,
			                    "%s: larger than the limit of %zu octets", path,
			                    buf->max);
	} while (rc == EGOV_OK && got != 0);
	egov__cleanse(chunk, sizeof(chunk));
	return rc;
}

enum egov_status egov__file_read(const char *path, size_t max, struct egov_buf **out,
                                 struct egov_error *err)
{
	const bool standard_input = strcmp(path, "-") == 0;
	struct egov_buf *buf = NULL;
	struct stat st;
	enum egov_status rc;
	int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open", path);
	if (!standard_input && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		rc = egov_error_set(err, EGOV_E_IO, NULL, "%s: is a directory", path);
		goto out;
	}
	buf = egov_buf_new(max);
	rc = buf == NULL ? egov_error_nomem(err) : read_all(fd, path, buf, err);
	if (rc != EGOV_OK)
		goto out;
	*out = buf;
	buf = NULL;
out:
	egov_buf_free(buf);
	if (!standard_input)
		(void)close(fd);
	return rc;
}

enum egov_status egov__file_read_regular(const char *path, size_t max, struct egov_buf **out,
                                         struct egov_error *err)
{
	struct egov_buf *buf = NULL;
	struct stat st;
	enum egov_status rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open", path);
	if (fstat(fd, &st) != 0)
		rc = egov_error_errno(err, "%s: cannot examine", path);
	else if (!S_ISREG(st.st_mode))
		rc = egov_error_set(err, EGOV_E_POLICY, NULL, "%s: not a regular file", path);
	else if ((buf = egov_buf_new(max)) == NULL)
		rc = egov_error_nomem(err);
	else
		rc = read_all(fd, path, buf, err);
	(void)close(fd);
	if (rc == EGOV_OK)
		*out = buf;
	else
		egov_buf_free(buf);
	return rc;
}

static enum egov_status check_private(int fd, const char *path, struct egov_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return egov_error_errno(err, "%s: cannot examine", path);
	if (!S_ISREG(st.st_mode))
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s: holds a secret: want a regular file", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s: holds a secret: want a file of root or of the caller, "
		                      "found one of user %lu",
		                      path, (unsigned long)st.st_uid);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s: holds a secret: want mode 0600 or 0400, found mode %04o", path,
		                      (unsigned)(st.st_mode & 07777));
	return EGOV_OK;
}

/* Opened first and judged by the descriptor, so nothing can be swapped in between. */
enum egov_status egov__file_read_private(const char *path, size_t max, struct egov_buf *out,
                                         struct egov_error *err)
{
	enum egov_status rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ELOOP)
		return egov_error_set(err, EGOV_E_POLICY, NULL,
		                      "%s: holds a secret: want no symbolic link", path);
	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open the file of a secret", path);
	out->max = max;
	rc = check_private(fd, path, err);
	if (rc == EGOV_OK)
		rc = read_all(fd, path, out, err);
	(void)close(fd);
	return rc;
}

/* Without one newline at the end. */
static struct egov_slice without_newline(struct egov_slice bytes)
{
	if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\n')
		bytes.size -= bytes.size > 1 && bytes.data[bytes.size - 2] == '\r' ? 2 : 1;
	return bytes;
}

enum egov_status egov__file_read_secret(const char *path, struct egov_secret **out,
                                        struct egov_error *err)
{
	struct egov_buf buf = EGOV__BUF(0);
	struct egov_secret *secret = NULL;
	struct egov_slice bytes;
	enum egov_status rc = egov__file_read_private(path, EGOV__SECRET_MAX + 2, &buf, err);

	if (rc == EGOV_OK) {
		bytes = without_newline(egov_buf_slice(&buf));
		secret = egov__secret_new(bytes);
		if (bytes.size > EGOV__SECRET_MAX)
			rc = egov_error_set(err, EGOV_E_LIMIT, NULL,
			                    "%s: larger than the limit of %d octets", path,
			                    EGOV__SECRET_MAX);
		else if (secret == NULL)
			rc = egov_error_nomem(err);
		else
			*out = secret;
	}
	egov__buf_clear(&buf);
	return rc;
}

enum egov_status egov__file_write(int fd, const char *path, struct egov_slice bytes,
                                  struct egov_error *err)
{
	while (bytes.size > 0) {
		const ssize_t put = write(fd, bytes.data, bytes.size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return egov_error_errno(err, "%s: cannot write", path);
		bytes.data += put;
		bytes.size -= (size_t)put;
	}
	return EGOV_OK;
}

/* So much of a long file is sent to the disk while the rest of it is made: the sync at its end
 * then waits for what is left. */
#define SEND (4u << 20)
struct target {
	int fd;
	const char *path;
	size_t unsent;
};

static enum egov_status write_all(void *user, struct egov_slice bytes, struct egov_error *err)
{
	struct target *const to = user;
	const enum egov_status rc = egov__file_write(to->fd, to->path, bytes, err);

	to->unsent += bytes.size;
	if (rc == EGOV_OK && to->unsent >= SEND) {
		(void)sync_file_range(to->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		to->unsent = 0;
	}
	return rc;
}

/* What follows the last slash of path: nothing where it ends in one. */
static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The directory that path lies in, "." where it tells none; NULL without memory. */
static char *parent_of(const char *path)
{
	size_t size = strlen(path);

	while (size > 1 && path[size - 1] == '/')       /* slashes at the end name no entry */
		size--;
	while (size > 0 && path[size - 1] != '/')
		size--;
	while (size > 1 && path[size - 1] == '/')
		size--;
	if (size == 0)
		return egov__text_dup(".");
	return egov__slice_copy((struct egov_slice){ (const uint8_t *)path, size });
}

static enum egov_status dir_open(const char *path, int *dir, struct egov_error *err)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open the directory", path);
	*dir = fd;
	return EGOV_OK;
}

static enum egov_status parent_open(const char *path, int *dir, struct egov_error *err)
{
	char *parent = parent_of(path);
	enum egov_status rc = parent == NULL ? egov_error_nomem(err) : dir_open(parent, dir, err);

	free(parent);
	return rc;
}

static enum egov_status sync_open(int dir, const char *path, struct egov_error *err)
{
	return fsync(dir) == 0 ? EGOV_OK
	                       : egov_error_errno(err, "%s: cannot sync the directory", path);
}

enum egov_status egov__dir_sync_of(const char *path, struct egov_error *err)
{
	int dir = -1;
	enum egov_status rc = parent_open(path, &dir, err);

	if (rc != EGOV_OK)
		return rc;
	rc = sync_open(dir, path, err);
	(void)close(dir);
	return rc;
}

enum egov_status egov__dir_sync(const char *path, struct egov_error *err)
{
	int dir = -1;
	enum egov_status rc = dir_open(path, &dir, err);

	if (rc != EGOV_OK)
		return rc;
	rc = sync_open(dir, path, err);
	(void)close(dir);
	return rc;
}

/* Another name than any that is there, and locked while its writer lives: the
 * sweep of another process, which may not see this one, tells by the lock.  A
 * sweep that came between the two calls has removed the name again. */
static int temp_open(int dir, char name[TEMP_NAME])
{
	struct stat st;

	for (unsigned i = 0; i < TEMP_TRIES; i++) {
		int fd;

		(void)snprintf(name, TEMP_NAME, EGOV__TEMP_PREFIX "%ld-%u", (long)getpid(), i);
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno == EEXIST)
			continue;
		if (fd < 0)
			return -1;
		if ((flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		    && fstat(fd, &st) == 0 && st.st_nlink > 0)
			return fd;
		(void)close(fd);
	}
	errno = EEXIST;
	return -1;
}

/* Everything that can fail but the renaming. */
static enum egov_status fill(int fd, const char *path, const struct egov__source *source,
                             mode_t mode, struct egov_error *err)
{
	struct target to = { fd, path, 0 };
	enum egov_status rc = egov__source_walk(source, 0, source->size, write_all, &to, err);

	if (rc == EGOV_OK && fchmod(fd, mode) != 0)
		rc = egov_error_errno(err, "%s: cannot set its mode", path);
	if (rc == EGOV_OK && fsync(fd) != 0)
		rc = egov_error_errno(err, "%s: cannot sync", path);
	return rc;
}

static enum egov_status replace_in(int dir, const char *path, const struct egov__source *source,
                                   mode_t mode, struct egov_error *err)
{
	char temp[TEMP_NAME];
	enum egov_status rc;
	int fd = temp_open(dir, temp);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot create a file beside it", path);
	rc = fill(fd, path, source, mode, err);
	if (rc == EGOV_OK && renameat(dir, temp, dir, name_of(path)) != 0)
		rc = egov_error_errno(err, "%s: cannot replace", path);
	if (rc != EGOV_OK)
		(void)unlinkat(dir, temp, 0);
	(void)close(fd);        /* has nothing left to tell after fsync */
	return rc != EGOV_OK ? rc : sync_open(dir, path, err);
}

/* Renaming would put a file in the place of a device, a pipe or a link. */
static enum egov_status check_target(int dir, const char *path, struct egov_error *err)
{
	const char *name = name_of(path);
	struct stat st;

	if (*name != 0 && (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISREG(st.st_mode)))
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_IO, NULL, "%s: cannot replace what is no regular file",
	                      path);
}

/* The folder of what may be replaced. */
static enum egov_status open_beside(const char *path, int *dir, struct egov_error *err)
{
	enum egov_status rc = parent_open(path, dir, err);

	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", path);
	rc = check_target(*dir, path, err);
	if (rc != EGOV_OK)
		(void)close(*dir);
	return rc;
}

enum egov_status egov__file_replace(const char *path, struct egov_slice bytes, mode_t mode,
                                    struct egov_error *err)
{
	const struct egov__source source = egov__source_slice(bytes);

	return egov__file_replace_from(path, &source, mode, err);
}

enum egov_status egov__file_replace_from(const char *path, const struct egov__source *source,
                                         mode_t mode, struct egov_error *err)
{
	int dir = -1;
	enum egov_status rc = open_beside(path, &dir, err);

	if (rc != EGOV_OK)
		return rc;
	rc = replace_in(dir, path, source, mode, err);
	(void)close(dir);
	return rc;
}

/* A name that is not there yet. */
static int temp_link(int dir, const char *existing, char name[TEMP_NAME])
{
	for (unsigned i = 0; i < TEMP_TRIES; i++) {
		(void)snprintf(name, TEMP_NAME, EGOV__TEMP_PREFIX "%ld-%u", (long)getpid(), i);
		if (linkat(AT_FDCWD, existing, dir, name, 0) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* No sweep takes the name away as long as the file is locked.  Where path is one of its names
 * already, rename() leaves both. */
static enum egov_status link_in(int dir, const char *path, const char *existing, bool *linked,
                                struct egov_error *err)
{
	char temp[TEMP_NAME];
	enum egov_status rc = EGOV_OK;
	const int fd = open(existing, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open", existing);
	(void)flock(fd, LOCK_EX | LOCK_NB);
	*linked = temp_link(dir, existing, temp) == 0;
	if (*linked) {
		if (renameat(dir, temp, dir, name_of(path)) != 0)
			rc = egov_error_errno(err, "%s: cannot replace", path);
		(void)unlinkat(dir, temp, 0);
	}
	(void)close(fd);
	return rc == EGOV_OK && *linked ? sync_open(dir, path, err) : rc;
}

enum egov_status egov__file_replace_link(const char *path, const char *existing, bool *linked,
                                         struct egov_error *err)
{
	int dir = -1;
	enum egov_status rc = open_beside(path, &dir, err);

	if (rc != EGOV_OK)
		return rc;
	rc = link_in(dir, path, existing, linked, err);
	(void)close(dir);
	return rc;
}

enum egov_status egov__dir_make(const char *path, mode_t mode, struct egov_error *err)
{
	int parent = -1;
	enum egov_status rc;

	if (mkdir(path, mode) != 0) {
		if (errno == EEXIST)
			return egov_error_set(err, EGOV_E_EXISTS, NULL, "%s: exists already", path);
		return egov_error_errno(err, "%s: cannot make the directory", path);
	}
	rc = parent_open(path, &parent, err);
	if (rc == EGOV_OK)
		rc = sync_open(parent, path, err);
	if (parent >= 0)
		(void)close(parent);
	if (rc != EGOV_OK)
		(void)rmdir(path);
	return rc;
}

/* ".egov-tmp-", the digits of a process, "-" and more. */
static bool is_temp(const char *name)
{
	const size_t prefix = strlen(EGOV__TEMP_PREFIX);
	const size_t digits =
		strncmp(name, EGOV__TEMP_PREFIX, prefix) != 0 ? 0 : strspn(name + prefix, "0123456789");

	return digits > 0 && name[prefix + digits] == '-';
}

/* Stays where its writer lives, or where that cannot be told.  The name may
 * already be that of another writer's file when the lock of the first is gone. */
static void sweep_one(int dir, const char *name)
{
	struct stat opened, named;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode)
	    && fstatat(dir, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == opened.st_ino
	    && named.st_dev == opened.st_dev)
		(void)unlinkat(dir, name, 0);
	(void)close(fd);
}

enum egov_status egov__dir_sweep(const char *path, struct egov_error *err)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return egov_error_errno(err, "%s: cannot open the directory", path);
	while ((entry = readdir(dir)) != NULL)
		if (is_temp(entry->d_name))
			sweep_one(dirfd(dir), entry->d_name);
	(void)closedir(dir);
	return EGOV_OK;
}

char *egov__path_join(const char *dir, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}
