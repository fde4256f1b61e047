/* SPDX-License-Identifier: Apache-2.0 */
#include "softtoken/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"

#define LOCK_TRIES 2000
#define LOCK_PAUSE 5000000      /* nanoseconds */

static const char suffix[] = ".token";

/* "dir/name" of an environment variable that is set; NULL otherwise, or with ENOMEM in errno. */
static char *below(const char *variable, const char *name)
{
	const char *dir = secure_getenv(variable);

	return dir == NULL || *dir != '/' ? NULL : egov__path_join(dir, name);
}

static char *absolute(const char *path)
{
	char *here, *joined;

	if (*path == '/')
		return egov__text_dup(path);
	here = getcwd(NULL, 0);
	joined = here == NULL ? NULL : egov__path_join(here, path);
	free(here);
	return joined;
}

enum egov_status egov__softdir_find(char **dir, struct egov_error *err)
{
	const char *given = secure_getenv("EGOV_SOFTTOKEN_DIR");
	char *found = NULL;

	errno = 0;
	if (given != NULL && *given != 0)
		found = absolute(given);
	else if ((found = below("XDG_STATE_HOME", "egov-softtoken")) == NULL && errno != ENOMEM
	         && (found = below("HOME", ".local/state/egov-softtoken")) == NULL
	         && errno != ENOMEM && geteuid() == 0)
		found = egov__text_dup("/var/lib/egovca/tokens");
	if (found == NULL && errno == ENOMEM)
		return egov_error_nomem(err);
	if (found == NULL)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                      "no directory for tokens: set EGOV_SOFTTOKEN_DIR or HOME");
	*dir = found;
	return EGOV_OK;
}

enum egov_status egov__softdir_make(const char *dir, struct egov_error *err)
{
	char *path = egov__text_dup(dir);
	enum egov_status rc = EGOV_OK;

	if (path == NULL)
		return egov_error_nomem(err);
	for (char *at = strchr(path + 1, '/'); rc == EGOV_OK && at != NULL; at = strchr(at + 1, '/')) {
		*at = 0;
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			rc = egov_error_errno(err, "%s: cannot make the directory", path);
		*at = '/';
	}
	if (rc == EGOV_OK && mkdir(dir, 0700) != 0 && errno != EEXIST)
		rc = egov_error_errno(err, "%s: cannot make the directory", dir);
	free(path);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether a file name is sixteen hex digits and the suffix. */
static bool is_token(const char *name)
{
	return strspn(name, "0123456789abcdef") == EGOV__SOFTSTORE_SERIAL
	       && strcmp(name + EGOV__SOFTSTORE_SERIAL, suffix) == 0;
}

enum egov_status egov__softdir_list(const char *dir, struct egov__softnames *names,
                                    struct egov_error *err)
{
	DIR *open_dir = opendir(dir);
	const struct dirent *entry;

	names->count = 0;
	if (open_dir == NULL && errno == ENOENT)
		return EGOV_OK;
	if (open_dir == NULL)
		return egov_error_errno(err, "%s: cannot open the directory", dir);
	while ((entry = readdir(open_dir)) != NULL && names->count < EGOV__SOFTDIR_MAX) {
		if (!is_token(entry->d_name))
			continue;
		memcpy(names->serial[names->count], entry->d_name, EGOV__SOFTSTORE_SERIAL);
		names->serial[names->count++][EGOV__SOFTSTORE_SERIAL] = 0;
	}
	(void)closedir(open_dir);
	qsort(names->serial, names->count, sizeof(names->serial[0]), by_name);
	return EGOV_OK;
}

static enum egov_status check(const char *path, const struct stat *st, struct egov_error *err)
{
	if ((st->st_uid == 0 || st->st_uid == geteuid()) && (st->st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, NULL,
	                      "%s: belongs to another user or is open to group or others (mode %04o)",
	                      path, (unsigned)(st->st_mode & 07777));
}

static enum egov_status check_dir(const char *dir, struct egov_error *err)
{
	struct stat st;

	if (stat(dir, &st) == 0)
		return check(dir, &st, err);
	if (errno == ENOENT)
		return egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: no such directory", dir);
	return egov_error_errno(err, "%s: cannot examine", dir);
}

static char *token_path(const char *dir, const char *serial)
{
	char name[EGOV__SOFTSTORE_SERIAL + sizeof(suffix)];

	(void)snprintf(name, sizeof(name), "%s%s", serial, suffix);
	return egov__path_join(dir, name);
}

static enum egov_status read_open(int fd, const char *path, struct egov_buf **file,
                                  struct egov_error *err)
{
	struct egov_buf *buf = egov_buf_new(EGOV__SOFTSTORE_MAX);
	uint8_t *out;
	size_t size = 0;
	ssize_t got = 1;
	struct stat st;
	enum egov_status rc;

	if (buf == NULL)
		return egov_error_nomem(err);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > EGOV__SOFTSTORE_MAX) {
		rc = egov_error_set(err, EGOV_E_CORRUPT, NULL, "%s: not the file of a token", path);
		goto out;
	}
	rc = check(path, &st, err);
	if (rc != EGOV_OK)
		goto out;
	out = egov__buf_extend(buf, (size_t)st.st_size);
	if (out == NULL) {
		rc = egov_error_nomem(err);
		goto out;
	}
	while (size < (size_t)st.st_size && got > 0) {
		got = read(fd, out + size, (size_t)st.st_size - size);
		if (got > 0)
			size += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0) {
		rc = egov_error_errno(err, "%s: cannot read", path);
		goto out;
	}
	buf->size = size;
	*file = buf;
	buf = NULL;
out:
	egov_buf_free(buf);
	return rc;
}

enum egov_status egov__softdir_read(const char *dir, const char *serial, struct egov_buf **file,
                                    struct egov_error *err)
{
	char *path;
	int fd;
	enum egov_status rc = check_dir(dir, err);

	if (rc != EGOV_OK)
		return rc;
	path = token_path(dir, serial);
	if (path == NULL)
		return egov_error_nomem(err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0)
		rc = read_open(fd, path, file, err);
	else if (errno == ENOENT)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL, "%s: no such token", path);
	else
		rc = egov_error_errno(err, "%s: cannot open", path);
	if (fd >= 0)
		(void)close(fd);
	free(path);
	return rc;
}

enum egov_status egov__softdir_write(const char *dir, const char *serial, struct egov_slice file,
                                     struct egov_error *err)
{
	char *path = token_path(dir, serial);
	enum egov_status rc;

	if (path == NULL)
		return egov_error_nomem(err);
	rc = egov__file_replace(path, file, 0600, err);
	free(path);
	return rc;
}

/* An open file description's lock: another thread's close() of the file cannot drop it. */
static enum egov_status lock_open(int fd, const char *path, struct egov_error *err)
{
	static const struct timespec pause = { .tv_nsec = LOCK_PAUSE };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
			return EGOV_OK;
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return egov_error_errno(err, "%s: cannot lock", path);
		(void)nanosleep(&pause, NULL);
	}
	return egov_error_set(err, EGOV_E_BUSY, NULL, "%s: held by another writer", path);
}

enum egov_status egov__softdir_lock(const char *dir, int *fd, struct egov_error *err)
{
	char *path;
	int opened;
	enum egov_status rc = check_dir(dir, err);

	if (rc != EGOV_OK)
		return rc;
	path = egov__path_join(dir, "lock");
	if (path == NULL)
		return egov_error_nomem(err);
	opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (opened < 0)
		rc = egov_error_errno(err, "%s: cannot open", path);
	else
		rc = lock_open(opened, path, err);
	if (rc == EGOV_OK)
		rc = egov__dir_sweep(dir, err);
	if (rc == EGOV_OK)
		*fd = opened;
	else if (opened >= 0)
		(void)close(opened);
	free(path);
	return rc;
}

void egov__softdir_unlock(int fd)
{
	(void)close(fd);
}
