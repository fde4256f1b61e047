/* SPDX-License-Identifier: Apache-2.0 */
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (64u << 10)

struct egov__source egov__source_slice(struct egov_slice bytes)
{
	static const uint8_t none[1];

	return (struct egov__source){ .size = bytes.size,
		                      .memory = bytes.size == 0 ? none : bytes.data };
}

enum egov_status egov__source_read(const struct egov__source *source, uint64_t at, uint8_t *to,
                                   size_t size, struct egov_error *err)
{
	if (at > source->size || size > source->size - at)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "cut short");
	if (source->memory == NULL)
		return source->read(source->user, at, to, size, err);
	memcpy(to, source->memory + at, size);
	return EGOV_OK;
}

/* --- files --- */

static enum egov_status read_file(void *user, uint64_t at, uint8_t *to, size_t size,
                                  struct egov_error *err)
{
	const struct egov__source_file *const file = user;

	while (size > 0) {
		const ssize_t got = pread(file->fd, to, size, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return egov_error_errno(err, "%s: cannot read", file->path);
		if (got == 0)
			return egov_error_set(err, EGOV_E_IO, NULL, "%s: became shorter meanwhile",
			                      file->path);
		to += got;
		at += (uint64_t)got;
		size -= (size_t)got;
	}
	return EGOV_OK;
}

enum egov_status egov__source_open(const char *path, struct egov__source_file *out, bool *regular,
                                   struct egov_error *err)
{
	struct stat st;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return egov_error_errno(err, "%s: cannot open", path);
	if (fstat(fd, &st) != 0) {
		const enum egov_status rc = egov_error_errno(err, "%s: cannot read", path);

		(void)close(fd);
		return rc;
	}
	*regular = S_ISREG(st.st_mode);
	*out = (struct egov__source_file){ .path = path, .fd = fd };
	out->source = (struct egov__source){ .size = (uint64_t)st.st_size,
		                             .read = read_file,
		                             .user = out };
	if (!*regular)
		egov__source_close(out);
	return EGOV_OK;
}

enum egov_status egov__source_temp(const char *name, struct egov__source_file *out,
                                   struct egov_error *err)
{
	static const char *const folders[] = { "/var/tmp", "/tmp" };
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < sizeof(folders) / sizeof(folders[0]); i++)
		fd = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return egov_error_errno(err, "%s: cannot make a file to keep it in", name);
	*out = (struct egov__source_file){ .path = name, .fd = fd };
	out->source = (struct egov__source){ .read = read_file, .user = out };
	return EGOV_OK;
}

enum egov_status egov__source_open_regular(const char *path, struct egov__source_file *out,
                                           struct egov_error *err)
{
	bool regular = false;
	const enum egov_status rc = egov__source_open(path, out, &regular, err);

	if (rc != EGOV_OK || regular)
		return rc;
	return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: not a regular file", path);
}

void egov__source_close(struct egov__source_file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
}

/* --- windows --- */

void egov__window_open(struct egov__window *window, const struct egov__source *source, uint64_t at,
                       uint64_t size)
{
	*window = (struct egov__window){ .source = source, .at = at, .end = at + size };
	if (source->memory == NULL)
		return;
	window->ready = (struct egov_slice){ source->memory + at, (size_t)size };
	window->unseen = window->ready;
	window->at = window->end;
}

enum egov_status egov__window_show(struct egov__window *window, struct egov_error *err)
{
	const struct egov_slice bytes = window->unseen;

	if (bytes.size == 0)
		return EGOV_OK;
	window->unseen = (struct egov_slice){ bytes.data + bytes.size, 0 };
	return window->see == NULL ? EGOV_OK : window->see(window->user, bytes, err);
}

/* Room for so much, with what is ready at its front. */
static enum egov_status make_room(struct egov__window *window, size_t size, struct egov_error *err)
{
	const size_t wanted = size < BLOCK ? BLOCK : size + BLOCK;
	uint8_t *room = window->room;

	if (window->capacity < size || room == NULL) {
		room = malloc(wanted);
		if (room == NULL)
			return egov_error_nomem(err);
		window->capacity = wanted;
	}
	if (window->ready.size > 0)
		memmove(room, window->ready.data, window->ready.size);
	if (room != window->room)
		free(window->room);
	window->room = room;
	window->ready.data = room;
	if (window->unseen.size > 0)
		window->unseen.data = room;
	return EGOV_OK;
}

/* What the source has at hand is what is at hand: nothing was left of it. */
static enum egov_status borrow(struct egov__window *window, struct egov_error *err)
{
	const uint64_t left = window->end - window->at;
	struct egov_slice bytes = EGOV__NO_SLICE;
	const enum egov_status rc = window->source->lend(window->source->user, window->at, &bytes,
	                                                 err);

	if (rc != EGOV_OK)
		return rc;
	if (bytes.size > left)
		bytes.size = (size_t)left;
	window->ready = window->unseen = bytes;
	window->at += bytes.size;
	return EGOV_OK;
}

/* Behind what is ready; as much as is wanted at least, and no more than can be lent after it. */
static enum egov_status read_on(struct egov__window *window, size_t size, struct egov_error *err)
{
	const uint64_t left = window->end - window->at;
	size_t more = window->source->lend != NULL ? size : window->capacity;
	enum egov_status rc;

	more -= window->ready.size;
	if (more > left)
		more = (size_t)left;
	rc = egov__source_read(window->source, window->at, window->room + window->ready.size, more,
	                       err);
	if (rc != EGOV_OK)
		return rc;
	if (window->unseen.size == 0)
		window->unseen.data = window->room + window->ready.size;
	window->unseen.size += more;
	window->at += more;
	window->ready.size += more;
	return EGOV_OK;
}

/* What is not seen goes out before the rest moves to the front; but what was just lent, and is
 * too little, moves unseen. */
enum egov_status egov__window_fill(struct egov__window *window, size_t size, struct egov_error *err)
{
	enum egov_status rc;

	if (size <= window->ready.size || window->end == window->at)
		return EGOV_OK;
	rc = egov__window_show(window, err);
	if (rc == EGOV_OK && window->ready.size == 0 && window->source->lend != NULL)
		rc = borrow(window, err);
	if (rc != EGOV_OK || size <= window->ready.size || window->end == window->at)
		return rc;
	rc = make_room(window, size, err);
	return rc == EGOV_OK ? read_on(window, size, err) : rc;
}

void egov__window_close(struct egov__window *window)
{
	free(window->room);
	window->room = NULL;
}

/* --- all of it --- */

enum egov_status egov__source_walk(const struct egov__source *source, uint64_t at, uint64_t size,
                                   egov__window_fn *see, void *user, struct egov_error *err)
{
	struct egov__window window;
	enum egov_status rc = EGOV_OK;

	egov__window_open(&window, source, at, size);
	window.see = see;
	window.user = user;
	while (rc == EGOV_OK && egov__window_left(&window) > 0) {
		rc = egov__window_fill(&window, 1, err);
		if (rc == EGOV_OK)
			egov__window_take(&window, window.ready.size);
	}
	if (rc == EGOV_OK)
		rc = egov__window_show(&window, err);
	egov__window_close(&window);
	return rc;
}

enum egov_status egov__source_append(const struct egov__source *source, struct egov_buf *out,
                                     struct egov_error *err)
{
	uint8_t *room;
	enum egov_status rc;

	if (source->size > out->max - out->size)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "%llu octets, at most %zu allowed",
		                      (unsigned long long)source->size, out->max - out->size);
	room = egov__buf_extend(out, (size_t)source->size);
	rc = egov__buf_check(out, err);
	return rc == EGOV_OK ? egov__source_read(source, 0, room, (size_t)source->size, err) : rc;
}

enum egov_status egov__beside_see(void *beside, struct egov_slice bytes, struct egov_error *err)
{
	struct egov__beside *const c = beside;

	while (bytes.size > 0 && !c->differs) {
		const enum egov_status rc = egov__window_fill(&c->other, 1, err);
		const size_t size = bytes.size < c->other.ready.size ? bytes.size
		                                                     : c->other.ready.size;

		if (rc != EGOV_OK)
			return rc;
		c->differs = size == 0 || memcmp(bytes.data, c->other.ready.data, size) != 0;
		egov__window_take(&c->other, size);
		bytes.data += size;
		bytes.size -= size;
	}
	return EGOV_OK;
}

enum egov_status egov__source_equal(const struct egov__source *a, const struct egov__source *b,
                                    bool *equal, struct egov_error *err)
{
	struct egov__beside c = { .differs = a->size != b->size };
	enum egov_status rc = EGOV_OK;

	if (!c.differs) {
		egov__window_open(&c.other, b, 0, b->size);
		rc = egov__source_walk(a, 0, a->size, egov__beside_see, &c, err);
		egov__window_close(&c.other);
	}
	if (rc == EGOV_OK)
		*equal = !c.differs;
	return rc;
}
