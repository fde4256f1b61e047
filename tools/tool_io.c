/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum egov_status tool_in(const char *path, size_t max, struct egov_buf **out,
                         struct egov_error *err)
{
	return egov_file_read(path, max, out, err);
}

static enum egov_status failed(struct egov_error *err, const char *path)
{
	err->detail = errno;
	return tool_error(err, EGOV_E_IO, NULL, _("%s: cannot write: %s"), path, strerror(errno));
}

/* Renaming over a device or a pipe would replace it by a file. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static enum egov_status write_special(const char *path, struct egov_slice bytes,
                                      struct egov_error *err)
{
	FILE *file = fopen(path, "we");
	bool good;

	if (file == NULL)
		return failed(err, path);
	good = fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
	if (fclose(file) != 0 || !good)
		return failed(err, path);
	return EGOV_OK;
}

/* Where path is a link, the file that it leads to is replaced, not the link. */
static enum egov_status replace(const char *path, struct egov_slice bytes, struct egov_error *err)
{
	const mode_t mask = umask(077);
	struct stat st;
	char *target = NULL;
	enum egov_status rc;

	(void)umask(mask);
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		target = realpath(path, NULL);
	rc = egov_file_replace(target != NULL ? target : path, bytes, 0666 & ~mask, err);
	free(target);
	return rc;
}

enum egov_status tool_put(const char *path, struct egov_slice bytes, struct egov_error *err)
{
	if (path == NULL || strcmp(path, "-") == 0) {
		tool_progress_hide();
		/* A short write stays with the stream and is told by tool_flush. */
		(void)fwrite(bytes.data, 1, bytes.size, stdout);
		return EGOV_OK;
	}
	if (is_special(path))
		return write_special(path, bytes, err);
	return replace(path, bytes, err);
}

static bool write_all(int fd, struct egov_slice bytes)
{
	while (bytes.size > 0) {
		const ssize_t size = write(fd, bytes.data, bytes.size);

		if (size < 0 && errno != EINTR)
			return false;
		if (size > 0) {
			bytes.data += size;
			bytes.size -= (size_t)size;
		}
	}
	return true;
}

enum egov_status tool_put_many(const char *path, struct egov_slice bytes, struct egov_error *err)
{
	char beside[4096];
	struct stat st;
	bool good;
	int fd;

	/* What is there and no plain file, or has no room for its name, is rare. */
	if ((lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
	    || snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid()) >= (int)sizeof(beside))
		return tool_put(path, bytes, err);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		return failed(err, path);
	good = write_all(fd, bytes);
	if (close(fd) != 0 || !good || rename(beside, path) != 0) {
		const enum egov_status rc = failed(err, path);

		(void)unlink(beside);
		return rc;
	}
	return EGOV_OK;
}

enum egov_status tool_put_object(const struct tool *tool, const char *label,
                                 struct egov_slice der, struct egov_error *err)
{
	struct egov_buf *pem = NULL;
	enum egov_status rc;

	if (tool->der)
		return tool_put(tool->out, der, err);
	pem = egov_buf_new(EGOV_MAX_CRL + EGOV_MAX_CRL / 2);
	if (pem == NULL)
		return tool_error(err, EGOV_E_NOMEM, NULL, _("out of memory"));
	rc = egov_pem_encode(label, der, pem, err);
	if (rc == EGOV_OK)
		rc = tool_put(tool->out, egov_buf_slice(pem), err);
	egov_buf_free(pem);
	return rc;
}

enum egov_status tool_clock(struct egov_clock *clock, struct egov_error *err)
{
	const char *test = getenv("EGOV_TEST_NOW");
	struct timespec now;
	enum egov_status rc;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec <= 0)
		return tool_error(err, EGOV_E_IO, NULL, _("the system has no clock"));
	clock->real = now.tv_sec;
	clock->test = EGOV_TIME_NONE;
	if (test == NULL || *test == 0)
		return EGOV_OK;
	rc = egov_time_parse(test, &clock->test, err);
	if (rc != EGOV_OK) {
		*err = (struct egov_error){ .status = EGOV_OK };
		rc = tool_error(err, EGOV_E_SYNTAX, "RFC 3339",
		                _("EGOV_TEST_NOW: \"%s\" is no time such as 2026-01-01T00:00:00Z"),
		                test);
	}
	return rc;
}
