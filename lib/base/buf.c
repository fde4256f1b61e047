/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"

struct egov_buf *egov_buf_new(size_t max)
{
	struct egov_buf *buf = calloc(1, sizeof(*buf));

	if (buf != NULL)
		buf->max = max;
	return buf;
}

void egov_buf_free(struct egov_buf *buf)
{
	if (buf == NULL)
		return;
	egov__buf_clear(buf);
	free(buf);
}

struct egov_slice egov_buf_slice(const struct egov_buf *buf)
{
	return (struct egov_slice){ buf->data, buf->size };
}

/* What was written at any time; room that never was stays untouched. */
static size_t written(const struct egov_buf *buf)
{
	return buf->touched > buf->size ? buf->touched : buf->size;
}

void egov_buf_reset(struct egov_buf *buf)
{
	buf->touched = written(buf);
	buf->size = 0;
	buf->failed = buf->starved = false;
}

void egov__buf_clear(struct egov_buf *buf)
{
	if (buf->data != NULL)
		egov__cleanse(buf->data, written(buf));
	free(buf->data);
	buf->data = NULL;
	buf->size = buf->capacity = buf->touched = 0;
	buf->failed = buf->starved = false;
}

/* Growth copies and cleanses: realloc could leave a secret behind. */
bool egov__buf_reserve(struct egov_buf *buf, size_t more)
{
	size_t want, capacity;
	uint8_t *data;

	if (buf->failed || buf->max - buf->size < more) {
		buf->failed = true;
		return false;
	}
	want = buf->size + more;
	if (want <= buf->capacity && buf->data != NULL)
		return true;
	capacity = buf->capacity < 256 ? 256 : buf->capacity;
	while (capacity < want)
		capacity = capacity > buf->max / 2 ? buf->max : capacity * 2;
	data = malloc(capacity == 0 ? 1 : capacity);
	if (data == NULL) {
		buf->failed = buf->starved = true;
		return false;
	}
	if (buf->data != NULL) {
		memcpy(data, buf->data, buf->size);
		egov__cleanse(buf->data, written(buf));
		free(buf->data);
	}
	buf->touched = 0;
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

uint8_t *egov__buf_extend(struct egov_buf *buf, size_t size)
{
	uint8_t *at;

	if (!egov__buf_reserve(buf, size))
		return NULL;
	at = buf->data + buf->size;
	buf->size += size;
	return at;
}

void egov__buf_append(struct egov_buf *buf, const void *data, size_t size)
{
	uint8_t *at;

	if (size == 0)
		return;
	at = egov__buf_extend(buf, size);
	if (at != NULL)
		memcpy(at, data, size);
}

void egov__buf_slice(struct egov_buf *buf, struct egov_slice slice)
{
	egov__buf_append(buf, slice.data, slice.size);
}

void egov__buf_byte(struct egov_buf *buf, uint8_t byte)
{
	egov__buf_append(buf, &byte, 1);
}

void egov__buf_text(struct egov_buf *buf, const char *text)
{
	egov__buf_append(buf, text, strlen(text));
}

void egov__buf_printf(struct egov_buf *buf, const char *fmt, ...)
{
	va_list args, again;
	int need;

	va_start(args, fmt);
	va_copy(again, args);
	need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	/* vsnprintf writes a NUL behind the text, so room for it is reserved too. */
	if (need < 0 || !egov__buf_reserve(buf, (size_t)need + 1))
		buf->failed = true;
	else
		buf->size += (size_t)vsnprintf((char *)buf->data + buf->size, (size_t)need + 1, fmt,
		                               again);
	va_end(again);
}

void egov__buf_hex(struct egov_buf *buf, struct egov_slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *at;

	if (bytes.size == 0)
		return;
	at = egov__buf_extend(buf, bytes.size > SIZE_MAX / 2 ? SIZE_MAX : 2 * bytes.size);
	for (size_t i = 0; at != NULL && i < bytes.size; i++) {
		*at++ = (uint8_t)digits[bytes.data[i] >> 4];
		*at++ = (uint8_t)digits[bytes.data[i] & 15];
	}
}

enum egov_status egov__buf_check(const struct egov_buf *buf, struct egov_error *err)
{
	if (!buf->failed)
		return EGOV_OK;
	if (buf->starved)
		return egov_error_nomem(err);
	return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %zu octets", buf->max);
}

const char *egov__buf_string(struct egov_buf *buf)
{
	if (!egov__buf_reserve(buf, 1))
		return NULL;
	buf->data[buf->size] = 0;
	return (const char *)buf->data;
}

enum egov_status egov__buf_move(struct egov_buf *from, struct egov_buf **to, struct egov_error *err)
{
	struct egov_buf *made;
	enum egov_status rc = egov__buf_check(from, err);

	if (rc != EGOV_OK)
		return rc;
	made = egov_buf_new(from->max);
	if (made == NULL)
		return egov_error_nomem(err);
	*made = *from;
	*from = (struct egov_buf)EGOV__BUF(made->max);
	*to = made;
	return EGOV_OK;
}

bool egov__slice_equal(struct egov_slice a, struct egov_slice b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

struct egov_slice egov__slice_text(const char *text)
{
	return (struct egov_slice){ (const uint8_t *)text, strlen(text) };
}

void *egov__slice_copy(struct egov_slice slice)
{
	uint8_t *copy = malloc(slice.size + 1);

	if (copy == NULL)
		return NULL;
	if (slice.size > 0)
		memcpy(copy, slice.data, slice.size);
	copy[slice.size] = 0;
	return copy;
}

char *egov__text_dup(const char *text)
{
	return egov__slice_copy(egov__slice_text(text));
}

bool egov__text_copy(char *to, size_t room, const char *text)
{
	const size_t fits = egov__text_fit(text, room - 1);

	memcpy(to, text, fits);
	to[fits] = 0;
	return text[fits] == 0;
}
