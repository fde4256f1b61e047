/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>

#include <egovca/buffer.h>

#include "base/error.h"

struct egov_buf {
	uint8_t *data;
	size_t size, capacity;
	size_t max;
	bool failed;             /* sticky: an append did not fit or found no memory */
	bool starved;            /* it found no memory */
	size_t touched;          /* octets that were in use before a reset */
};

/* A buffer on the stack; egov__buf_clear when done. */
#define EGOV__BUF(limit) { .max = (limit) }

/* The usual maxima, in octets. */
#define EGOV__MAX_OBJECT (64u << 10)    /* one certificate, request, name, extension */
#define EGOV__MAX_FILE (16u << 20)      /* a text file, an evidence file */
#define EGOV__MAX_CRL (1u << 30)        /* a certificate revocation list that is held */

#define EGOV__SLICE(bytes) ((struct egov_slice){ (bytes), sizeof(bytes) })
#define EGOV__NO_SLICE ((struct egov_slice){ NULL, 0 })

void egov__buf_clear(struct egov_buf *buf);             /* cleanses and frees the bytes */
void egov__buf_append(struct egov_buf *buf, const void *data, size_t size);
void egov__buf_slice(struct egov_buf *buf, struct egov_slice slice);    /* appends it */
void egov__buf_byte(struct egov_buf *buf, uint8_t byte);
void egov__buf_text(struct egov_buf *buf, const char *text);
void egov__buf_printf(struct egov_buf *buf, const char *fmt, ...) EGOV__PRINTF(2, 3);
void egov__buf_hex(struct egov_buf *buf, struct egov_slice bytes);      /* lower case */

/* Makes room for size more octets and returns where they go, or NULL; the
 * caller fills them all. */
uint8_t *egov__buf_extend(struct egov_buf *buf, size_t size);

/* Makes room for so many more at once; false where there is none, which sticks. */
bool egov__buf_reserve(struct egov_buf *buf, size_t more);

/* EGOV_OK, or EGOV_E_LIMIT / EGOV_E_NOMEM where an append had failed. */
EGOV_MUST_CHECK enum egov_status egov__buf_check(const struct egov_buf *buf, struct egov_error *err);

/* The bytes with a NUL after them, as text; NULL where an append had failed.  The
 * NUL counts against the maximum, here and in egov__buf_printf. */
const char *egov__buf_string(struct egov_buf *buf);

/* Moves the bytes of a stack buffer into a new heap buffer; clears from. */
EGOV_MUST_CHECK enum egov_status egov__buf_move(struct egov_buf *from, struct egov_buf **to,
                                                struct egov_error *err);

bool egov__slice_equal(struct egov_slice a, struct egov_slice b);
struct egov_slice egov__slice_text(const char *text);

/* A copy of the bytes on the heap, with a NUL behind it; NULL without memory. */
void *egov__slice_copy(struct egov_slice slice);

/* The same of text. */
char *egov__text_dup(const char *text);

/* Copies text into a fixed field of room octets, NUL included; false where it had
 * to be cut, which never leaves half a character of UTF-8. */
bool egov__text_copy(char *to, size_t room, const char *text);

#endif
