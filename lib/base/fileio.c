/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fileio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

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
		if (buf->failed)
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
	int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

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
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

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

/* Opened first and judged by the descriptor, so nothing can be swapped in between. */
enum egov_status egov__file_read_private(const char *path, size_t max, struct egov_buf *out,
                                         struct egov_error *err)
{
	struct stat st;
	enum egov_status rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open the file of a secret", path);
	out->max = max;
	if (fstat(fd, &st) != 0)
		rc = egov_error_errno(err, "%s: cannot examine", path);
	else if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid())
	         || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s: holds a secret: want a regular file of root or of the "
		                    "caller with mode 0600 or 0400, found mode %04o",
		                    path, (unsigned)(st.st_mode & 07777));
	else
		rc = read_all(fd, path, out, err);
	(void)close(fd);
	return rc;
}

enum egov_status egov__file_read_secret(const char *path, struct egov_secret **out,
                                        struct egov_error *err)
{
	struct egov_buf buf = EGOV__BUF(0);
	struct egov_slice bytes;
	enum egov_status rc = egov__file_read_private(path, EGOV__SECRET_MAX, &buf, err);

	if (rc == EGOV_OK) {
		bytes = egov_buf_slice(&buf);
		if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\n')
			bytes.size--;
		if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\r')
			bytes.size--;
		*out = egov__secret_new(bytes);
		if (*out == NULL)
			rc = egov_error_nomem(err);
	}
	egov__buf_clear(&buf);
	return rc;
}

static enum egov_status write_all(int fd, const char *path, struct egov_slice bytes,
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

/* The directory part of path, "." where it has none; NULL without memory. */
static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return egov__text_dup(".");
	if (slash == path)
		return egov__text_dup("/");
	return egov__slice_copy((struct egov_slice){ (const uint8_t *)path, (size_t)(slash - path) });
}

enum egov_status egov__dir_sync(const char *path, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open the directory", path);
	if (fsync(fd) != 0)
		rc = egov_error_errno(err, "%s: cannot sync the directory", path);
	(void)close(fd);
	return rc;
}

static enum egov_status write_beside(const char *temp, struct egov_slice bytes, mode_t mode,
                                     struct egov_error *err)
{
	enum egov_status rc;
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot create", temp);
	rc = write_all(fd, temp, bytes, err);
	if (rc == EGOV_OK && fchmod(fd, mode) != 0)
		rc = egov_error_errno(err, "%s: cannot set its mode", temp);
	if (rc == EGOV_OK && fsync(fd) != 0)
		rc = egov_error_errno(err, "%s: cannot sync", temp);
	if (close(fd) != 0 && rc == EGOV_OK)
		rc = egov_error_errno(err, "%s: cannot close", temp);
	return rc;
}

enum egov_status egov__file_replace(const char *path, struct egov_slice bytes, mode_t mode,
                                    struct egov_error *err)
{
	const char *slash = strrchr(path, '/');
	struct egov_buf temp = EGOV__BUF(4200);
	char *parent = parent_of(path);
	const char *name = NULL;
	enum egov_status rc;

	if (parent != NULL) {
		egov__buf_printf(&temp, "%s/" EGOV__TEMP_PREFIX "%ld-%s", parent, (long)getpid(),
		                 slash == NULL ? path : slash + 1);
		name = egov__buf_string(&temp);
	}
	if (name == NULL) {
		rc = egov_error_nomem(err);
		goto out;
	}
	(void)unlink(name);
	rc = write_beside(name, bytes, mode, err);
	if (rc == EGOV_OK && rename(name, path) != 0)
		rc = egov_error_errno(err, "%s: cannot replace", path);
	if (rc == EGOV_OK)
		rc = egov__dir_sync(parent, err);
	else
		(void)unlink(name);
out:
	egov__buf_clear(&temp);
	free(parent);
	return rc;
}

enum egov_status egov__dir_make(const char *path, mode_t mode, struct egov_error *err)
{
	char *parent;
	enum egov_status rc;

	if (mkdir(path, mode) != 0) {
		if (errno == EEXIST)
			return egov_error_set(err, EGOV_E_EXISTS, NULL, "%s: exists already", path);
		return egov_error_errno(err, "%s: cannot make the directory", path);
	}
	parent = parent_of(path);
	rc = parent == NULL ? egov_error_nomem(err) : egov__dir_sync(parent, err);
	free(parent);
	return rc;
}

/* The process of a temporary file, by its name; 0 where it is none. */
static pid_t temp_owner(const char *name)
{
	const size_t prefix = strlen(EGOV__TEMP_PREFIX);
	char *end;
	long pid;

	if (strncmp(name, EGOV__TEMP_PREFIX, prefix) != 0)
		return 0;
	pid = strtol(name + prefix, &end, 10);
	return *end == '-' && pid > 0 ? (pid_t)pid : 0;
}

/* A live writer's file stays: its process still exists. */
enum egov_status egov__dir_sweep(const char *path, struct egov_error *err)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return egov_error_errno(err, "%s: cannot open the directory", path);
	while ((entry = readdir(dir)) != NULL) {
		const pid_t owner = temp_owner(entry->d_name);

		if (owner > 0 && owner != getpid() && (kill(owner, 0) == 0 || errno != ESRCH))
			continue;
		if (owner > 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	(void)closedir(dir);
	return EGOV_OK;
}

char *egov__path_join(const char *dir, const char *name)
{
	struct egov_buf buf = EGOV__BUF(8192);
	char *path;

	egov__buf_printf(&buf, "%s/%s", dir, name);
	path = buf.failed ? NULL : egov__slice_copy(egov_buf_slice(&buf));
	egov__buf_clear(&buf);
	return path;
}
