/* SPDX-License-Identifier: Apache-2.0 */
#include "home/home_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"
#include "base/source.h"
#include "base/text.h"
#include "crypto/sm3.h"

#define DEPTH_MAX 8

/* --- one file --- */

static enum egov_status feed(void *user, struct egov_slice bytes, struct egov_error *err)
{
	return egov__sm3_update(user, bytes, err);
}

static enum egov_status digest_of(const char *path, uint8_t digest[EGOV__SM3_SIZE],
                                  struct egov_error *err)
{
	struct egov__source_file file = { .fd = -1 };
	struct egov__sm3 *sm3 = NULL;
	bool regular = false;
	enum egov_status rc = egov__source_open(path, &file, &regular, err);

	if (rc == EGOV_OK && !regular)
		return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: is no regular file", path);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__sm3_new(&sm3, err);
	if (rc == EGOV_OK)
		rc = egov__source_walk(&file.source, 0, file.source.size, feed, sm3, err);
	if (rc == EGOV_OK)
		rc = egov__sm3_final(sm3, digest, err);
	egov__sm3_free(sm3);
	egov__source_close(&file);
	return rc;
}

struct sink {
	const char *path;
	int fd;
};

static enum egov_status put(void *user, struct egov_slice bytes, struct egov_error *err)
{
	const struct sink *const sink = user;

	return egov__file_write(sink->fd, sink->path, bytes, err);
}

static enum egov_status copy_file(const char *from, const char *to, mode_t mode,
                                  struct egov_error *err)
{
	struct egov__source_file file = { .fd = -1 };
	struct sink sink = { to, -1 };
	bool regular = false;
	enum egov_status rc = egov__source_open(from, &file, &regular, err);

	if (rc == EGOV_OK && !regular)
		return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: is no regular file", from);
	if (rc != EGOV_OK)
		return rc;
	sink.fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (sink.fd < 0)
		rc = egov_error_errno(err, "%s: cannot create", to);
	if (rc == EGOV_OK)
		rc = egov__source_walk(&file.source, 0, file.source.size, put, &sink, err);
	if (rc == EGOV_OK && fsync(sink.fd) != 0)
		rc = egov_error_errno(err, "%s: cannot sync", to);
	if (sink.fd >= 0)
		(void)close(sink.fd);
	egov__source_close(&file);
	return rc;
}

/* The copy is read again: what the list says is what lies there. */
enum egov_status egov__home_list_add(const char *dir, const char *name, struct egov_buf *list,
                                     struct egov_error *err)
{
	char *path = egov__path_join(dir, name);
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = path == NULL ? egov_error_nomem(err) : digest_of(path, digest, err);

	if (rc == EGOV_OK) {
		egov__buf_hex(list, EGOV__SLICE(digest));
		egov__buf_printf(list, "  %s\n", name);
		rc = egov__buf_check(list, err);
	}
	free(path);
	return rc;
}

/* --- a folder --- */

struct copying {
	const char *from, *to;
	struct egov_buf *list;
};

/* The ledger is copied by SQLite; locks and leftovers say nothing. */
static bool is_passed_over(const char *name)
{
	const size_t size = strlen(name);

	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0
	       || strncmp(name, "ledger.db", 9) == 0 || strcmp(name, EGOV__BACKUP_LIST) == 0
	       || strncmp(name, EGOV__TEMP_PREFIX, strlen(EGOV__TEMP_PREFIX)) == 0
	       || (size > 5 && strcmp(name + size - 5, ".lock") == 0);
}

static enum egov_status copy_folder(const struct copying *c, const char *name, int depth,
                                    struct egov_error *err);

static enum egov_status copy_entry(const struct copying *c, const char *name, int depth,
                                   struct egov_error *err)
{
	char *from = egov__path_join(c->from, name), *to = egov__path_join(c->to, name);
	struct stat st;
	enum egov_status rc = EGOV_OK;

	if (from == NULL || to == NULL)
		rc = egov_error_nomem(err);
	else if (egov__utf8_has_control(egov__slice_text(name)))
		rc = egov_error_set(err, EGOV_E_POLICY, NULL, "%s: a name with control characters",
		                    c->from);
	else if (lstat(from, &st) != 0)
		rc = egov_error_errno(err, "%s: cannot look at it", from);
	else if (S_ISDIR(st.st_mode)) {
		rc = egov__dir_make(to, 0700, err);
		if (rc == EGOV_OK)
			rc = copy_folder(c, name, depth + 1, err);
	} else {
		rc = copy_file(from, to, st.st_mode & 0700, err);
		if (rc == EGOV_OK)
			rc = egov__home_list_add(c->to, name, c->list, err);
	}
	free(from);
	free(to);
	return rc;
}

static enum egov_status copy_all(const struct copying *c, const char *name, DIR *dir, int depth,
                                 struct egov_error *err)
{
	const struct dirent *entry;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && (entry = readdir(dir)) != NULL) {
		char *path;

		if (is_passed_over(entry->d_name))
			continue;
		path = *name == 0 ? egov__text_dup(entry->d_name)
		                  : egov__path_join(name, entry->d_name);
		rc = path == NULL ? egov_error_nomem(err) : copy_entry(c, path, depth, err);
		free(path);
	}
	return rc;
}

static enum egov_status copy_folder(const struct copying *c, const char *name, int depth,
                                    struct egov_error *err)
{
	char *from = egov__path_join(c->from, name), *to = egov__path_join(c->to, name);
	DIR *dir = from == NULL ? NULL : opendir(from);
	enum egov_status rc;

	if (from == NULL || to == NULL)
		rc = egov_error_nomem(err);
	else if (dir == NULL)
		rc = egov_error_errno(err, "%s: cannot open", from);
	else if (depth > DEPTH_MAX)
		rc = egov_error_set(err, EGOV_E_LIMIT, NULL, "%s: folders nest too deeply", from);
	else
		rc = copy_all(c, name, dir, depth, err);
	if (rc == EGOV_OK)
		rc = egov__dir_sync(to, err);
	if (dir != NULL)
		(void)closedir(dir);
	free(from);
	free(to);
	return rc;
}

enum egov_status egov__home_copy_files(const char *from, const char *to, struct egov_buf *list,
                                       struct egov_error *err)
{
	const struct copying copying = { from, to, list };

	return copy_folder(&copying, "", 0, err);
}

/* --- a list --- */

static enum egov_status check_line(const char *dir, struct egov_slice line, struct egov_error *err)
{
	struct egov_buf hex = EGOV__BUF(128), name = EGOV__BUF(8192);
	uint8_t digest[EGOV__SM3_SIZE];
	char *path = NULL;
	bool same = false;
	enum egov_status rc = EGOV_OK;

	if (line.size > 66)
		egov__buf_append(&name, line.data + 66, line.size - 66);
	if (egov__buf_string(&name) != NULL)
		path = egov__path_join(dir, egov__buf_string(&name));
	if (path == NULL)
		rc = egov_error_nomem(err);
	else if (line.size <= 66 || access(path, F_OK) != 0)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "%s is missing, but the list of files has it", path);
	else
		rc = digest_of(path, digest, err);
	if (rc == EGOV_OK) {
		egov__buf_hex(&hex, EGOV__SLICE(digest));
		rc = egov__buf_check(&hex, err);
		same = egov__slice_equal(egov_buf_slice(&hex), (struct egov_slice){ line.data, 64 });
	}
	if (rc == EGOV_OK && !same)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "%s is not what was copied", path);
	egov__buf_clear(&hex);
	egov__buf_clear(&name);
	free(path);
	return rc;
}

enum egov_status egov__home_list_check(const char *dir, struct egov_slice list, uint64_t *files,
                                       struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	*files = 0;
	while (rc == EGOV_OK && list.size > 0) {
		const uint8_t *end = memchr(list.data, '\n', list.size);
		const size_t size = end == NULL ? list.size : (size_t)(end - list.data);

		if (size > 0 && list.data[0] != '#') {
			rc = check_line(dir, (struct egov_slice){ list.data, size }, err);
			(*files)++;
		}
		list.data += size + (end != NULL);
		list.size -= size + (end != NULL);
	}
	return rc;
}
