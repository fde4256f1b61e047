/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fileio.h"

#define TITLE "egovca ceremony transcript 1\n"

struct egov__transcript {
	char *path;
	int fd;
	bool continued;
	struct egov_buf text;
};

void egov__transcript_head(struct egov_buf *out, struct egov_slice ceremony)
{
	egov__buf_text(out, TITLE "ceremony-sm3 ");
	egov__buf_hex(out, ceremony);
	egov__buf_byte(out, '\n');
}

/* Tabs and line ends are the transcript's own. */
static void put_field(struct egov_buf *out, const char *text, char end)
{
	for (const char *p = text; *p != 0; p++)
		egov__buf_byte(out, (uint8_t)*p < ' ' || *p == 0x7f ? ' ' : (uint8_t)*p);
	egov__buf_byte(out, (uint8_t)end);
}

void egov__transcript_line(struct egov_buf *out, egov_time now, const char *who, const char *step,
                           const char *what)
{
	char time[EGOV_TIME_TEXT];

	egov_time_format(now, time);
	put_field(out, time, '\t');
	put_field(out, who, '\t');
	put_field(out, step, '\t');
	put_field(out, what, '\n');
}

/* --- the file --- */

static enum egov_status write_from(struct egov__transcript *t, size_t at, struct egov_error *err)
{
	while (at < t->text.size) {
		const ssize_t n = write(t->fd, t->text.data + at, t->text.size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return egov_error_errno(err, "%s: cannot write", t->path);
		at += (size_t)n;
	}
	return fsync(t->fd) == 0 ? EGOV_OK : egov_error_errno(err, "%s: cannot write", t->path);
}

static enum egov_status append(struct egov__transcript *t, const struct egov_buf *line,
                               struct egov_error *err)
{
	const size_t at = t->text.size;
	enum egov_status rc = egov__buf_check(line, err);

	if (rc != EGOV_OK)
		return rc;
	egov__buf_slice(&t->text, egov_buf_slice(line));
	rc = egov__buf_check(&t->text, err);
	return rc == EGOV_OK ? write_from(t, at, err) : rc;
}

static enum egov_status lock(struct egov__transcript *t, struct egov_error *err)
{
	t->fd = open(t->path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return egov_error_errno(err, "%s: cannot open", t->path);
	if (flock(t->fd, LOCK_EX | LOCK_NB) != 0)
		return egov_error_set(err, EGOV_E_BUSY, NULL, "%s: another run has this ceremony",
		                      t->path);
	return EGOV_OK;
}

/* A line that a power cut tore was not followed by its step: it goes. */
static enum egov_status read_lines(struct egov__transcript *t, struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	struct egov_slice all;
	enum egov_status rc = egov__file_read_regular(t->path, EGOV__MAX_FILE, &bytes, err);

	if (rc != EGOV_OK)
		return rc;
	all = egov_buf_slice(bytes);
	while (all.size > 0 && all.data[all.size - 1] != '\n')
		all.size--;
	egov__buf_slice(&t->text, all);
	rc = egov__buf_check(&t->text, err);
	if (rc == EGOV_OK && all.size < egov_buf_slice(bytes).size
	    && ftruncate(t->fd, (off_t)all.size) != 0)
		rc = egov_error_errno(err, "%s: cannot write", t->path);
	egov_buf_free(bytes);
	return rc;
}

static bool begins_with(const struct egov_buf *text, const struct egov_buf *head)
{
	return text->size >= head->size && memcmp(text->data, head->data, head->size) == 0;
}

static enum egov_status begin(struct egov__transcript *t, struct egov_slice ceremony,
                              struct egov_error *err)
{
	struct egov_buf head = EGOV__BUF(1024);
	enum egov_status rc;

	egov__transcript_head(&head, ceremony);
	rc = egov__buf_check(&head, err);
	/* A head that was torn is written anew. */
	if (rc == EGOV_OK && t->text.size < head.size
	    && (t->text.size == 0 || memcmp(t->text.data, head.data, t->text.size) == 0)) {
		egov_buf_reset(&t->text);
		rc = ftruncate(t->fd, 0) != 0 ? egov_error_errno(err, "%s: cannot write", t->path)
		                              : append(t, &head, err);
		if (rc == EGOV_OK)
			rc = egov__dir_sync_of(t->path, err);
	} else if (rc == EGOV_OK && !begins_with(&t->text, &head)) {
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "%s is the transcript of another ceremony: finish that one, or "
		                    "put its transcript away",
		                    t->path);
	} else {
		t->continued = true;
	}
	egov__buf_clear(&head);
	return rc;
}

enum egov_status egov__transcript_open(const char *path, struct egov_slice ceremony,
                                       struct egov__transcript **out, struct egov_error *err)
{
	struct egov__transcript *t = calloc(1, sizeof(*t));
	enum egov_status rc;

	if (t == NULL)
		return egov_error_nomem(err);
	t->fd = -1;
	t->text = (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
	t->path = egov__text_dup(path);
	rc = t->path == NULL ? egov_error_nomem(err) : lock(t, err);
	if (rc == EGOV_OK)
		rc = read_lines(t, err);
	if (rc == EGOV_OK)
		rc = begin(t, ceremony, err);
	if (rc == EGOV_OK) {
		*out = t;
		t = NULL;
	}
	egov__transcript_close(t);
	return rc;
}

void egov__transcript_close(struct egov__transcript *t)
{
	if (t == NULL)
		return;
	if (t->fd >= 0)
		(void)close(t->fd);
	egov__buf_clear(&t->text);
	free(t->path);
	free(t);
}

bool egov__transcript_is_continued(const struct egov__transcript *t)
{
	return t->continued;
}

enum egov_status egov__transcript_add(struct egov__transcript *t, egov_time now, const char *who,
                                      const char *step, const char *what, struct egov_error *err)
{
	struct egov_buf line = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	egov__transcript_line(&line, now, who, step, what);
	rc = append(t, &line, err);
	egov__buf_clear(&line);
	return rc;
}

/* The fourth field of a line whose third is step. */
static bool match(struct egov_slice line, const char *step, struct egov_slice *what)
{
	const size_t size = strlen(step);

	for (int field = 0; field < 2; field++) {
		const uint8_t *tab = memchr(line.data, '\t', line.size);

		if (tab == NULL)
			return false;
		line.size -= (size_t)(tab + 1 - line.data);
		line.data = tab + 1;
	}
	if (line.size <= size || memcmp(line.data, step, size) != 0 || line.data[size] != '\t')
		return false;
	*what = (struct egov_slice){ line.data + size + 1, line.size - size - 1 };
	return true;
}

enum egov_status egov__transcript_find(const struct egov__transcript *t, const char *step,
                                       char **out, struct egov_error *err)
{
	struct egov_slice rest = egov_buf_slice(&t->text), what = EGOV__NO_SLICE;
	bool found = false;

	while (rest.size > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.size);
		const struct egov_slice line = { rest.data, (size_t)(end - rest.data) };

		found = match(line, step, &what) || found;
		rest = (struct egov_slice){ end + 1, rest.size - line.size - 1 };
	}
	*out = found ? egov__slice_copy(what) : NULL;
	return found && *out == NULL ? egov_error_nomem(err) : EGOV_OK;
}

struct egov_slice egov__transcript_text(const struct egov__transcript *t)
{
	return egov_buf_slice(&t->text);
}
