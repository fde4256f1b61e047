/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/buf.h"

/*
 * Octets that may be too many to hold at once, and are read again as often as it takes:
 * those of a slice, of a file, or of what read gets them from.
 */
typedef enum egov_status egov__source_fn(void *user, uint64_t at, uint8_t *to, size_t size,
                                         struct egov_error *err);
/* What lies at hand from at on, 1 octet or more of it, until the next call of either. */
typedef enum egov_status egov__lend_fn(void *user, uint64_t at, struct egov_slice *out,
                                       struct egov_error *err);
struct egov__source {
	uint64_t size;
	const uint8_t *memory;          /* all of them; NULL: ask read */
	egov__source_fn *read;          /* gives all that it is asked for, or fails */
	egov__lend_fn *lend;            /* or NULL: who goes through all of it need not copy then */
	void *user;
};
struct egov__source egov__source_slice(struct egov_slice bytes);

/* Past the end of the source it is EGOV_E_SYNTAX. */
EGOV_MUST_CHECK enum egov_status egov__source_read(const struct egov__source *source, uint64_t at,
                                                   uint8_t *to, size_t size,
                                                   struct egov_error *err);

/* A regular file, which must stay as long as it is. */
struct egov__source_file {
	struct egov__source source;
	const char *path;               /* of the caller */
	int fd;
};
/* *regular false: it is another kind of file, and not open. */
EGOV_MUST_CHECK enum egov_status egov__source_open(const char *path, struct egov__source_file *out,
                                                   bool *regular, struct egov_error *err);
/* The same of what must be a regular file: EGOV_E_POLICY. */
EGOV_MUST_CHECK enum egov_status egov__source_open_regular(const char *path,
                                                           struct egov__source_file *out,
                                                           struct egov_error *err);
/* An empty one that has no name and goes when it is closed; name is for messages. */
EGOV_MUST_CHECK enum egov_status egov__source_temp(const char *name, struct egov__source_file *out,
                                                   struct egov_error *err);
void egov__source_close(struct egov__source_file *file);

/*
 * A way through a part of a source, forward.  ready is what lies at hand; what is taken from
 * it is gone.  see, where it is set, gets every octet once, in order, before it goes.
 */
typedef enum egov_status egov__window_fn(void *user, struct egov_slice bytes,
                                         struct egov_error *err);
struct egov__window {
	const struct egov__source *source;
	uint64_t at, end;               /* what is not at hand yet */
	struct egov_slice ready;
	struct egov_slice unseen;       /* at hand, and not shown to see; ready is its end */
	egov__window_fn *see;
	void *user;
	uint8_t *room;
	size_t capacity;
};
void egov__window_open(struct egov__window *window, const struct egov__source *source, uint64_t at,
                       uint64_t size);
/* At least so many at hand, or all that are left. */
EGOV_MUST_CHECK enum egov_status egov__window_fill(struct egov__window *window, size_t size,
                                                   struct egov_error *err);
/* Shows see the rest of what is at hand; at the end, of all. */
EGOV_MUST_CHECK enum egov_status egov__window_show(struct egov__window *window,
                                                   struct egov_error *err);
void egov__window_close(struct egov__window *window);

static inline uint64_t egov__window_left(const struct egov__window *window)
{
	return window->ready.size + (window->end - window->at);
}

static inline void egov__window_take(struct egov__window *window, size_t size)
{
	window->ready.data += size;
	window->ready.size -= size;
}

/* Every octet of a part, block by block. */
EGOV_MUST_CHECK enum egov_status egov__source_walk(const struct egov__source *source, uint64_t at,
                                                   uint64_t size, egov__window_fn *see, void *user,
                                                   struct egov_error *err);

/* All of it behind what is in a buffer, which limits it. */
EGOV_MUST_CHECK enum egov_status egov__source_append(const struct egov__source *source,
                                                     struct egov_buf *out, struct egov_error *err);

/* What comes piece by piece (see is an egov__window_fn), against what a window has. */
struct egov__beside {
	struct egov__window other;
	bool differs;
};
EGOV_MUST_CHECK enum egov_status egov__beside_see(void *beside, struct egov_slice bytes,
                                                  struct egov_error *err);

/* Whether two have the same octets. */
EGOV_MUST_CHECK enum egov_status egov__source_equal(const struct egov__source *a,
                                                    const struct egov__source *b, bool *equal,
                                                    struct egov_error *err);

#endif
