/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pem.h"

#include <stdio.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"

#define LINE 64
#define LABEL_MAX 64    /* octets */

static const char BEGIN[] = "-----BEGIN ", END[] = "-----END ", DASHES[] = "-----";

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void egov__base64_encode(struct egov_buf *out, struct egov_slice in, size_t line)
{
	size_t column = 0;

	for (size_t at = 0; at < in.size; at += 3) {
		const size_t left = in.size - at;
		const uint32_t group = (uint32_t)in.data[at] << 16
		                       | (left > 1 ? (uint32_t)in.data[at + 1] << 8 : 0)
		                       | (left > 2 ? (uint32_t)in.data[at + 2] : 0);
		const char text[4] = { alphabet[group >> 18], alphabet[group >> 12 & 63],
			               left > 1 ? alphabet[group >> 6 & 63] : '=',
			               left > 2 ? alphabet[group & 63] : '=' };

		egov__buf_append(out, text, 4);
		column += 4;
		if (line > 0 && column >= line) {
			egov__buf_byte(out, '\n');
			column = 0;
		}
	}
	if (line > 0 && column > 0)
		egov__buf_byte(out, '\n');
}

/* The value of a digit plus one, 0 where it is none. */
static const uint8_t digit_values[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
	['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['/'] = 64,
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The last group of an encoding, with its padding. */
static bool last_group(uint32_t group, size_t digits, size_t padding, struct egov_buf *out)
{
	if (digits == 0)
		return padding == 0;
	if (digits + padding != 4 || (digits == 2 && (group & 15) != 0)
	    || (digits == 3 && (group & 3) != 0))
		return false;
	if (digits == 3) {
		egov__buf_byte(out, (uint8_t)(group >> 10));
		group >>= 2;
	} else {
		group >>= 4;
	}
	egov__buf_byte(out, (uint8_t)group);
	return true;
}

enum egov_status egov__base64_decode(struct egov_slice text, struct egov_buf *out,
                                     struct egov_error *err)
{
	uint32_t group = 0;
	size_t digits = 0, padding = 0;

	for (size_t i = 0; i < text.size; i++) {
		const uint8_t c = text.data[i], value = digit_values[c];
		uint8_t *at;

		if (is_blank(c))
			continue;
		if (c == '=' && digits >= 2 && digits + padding < 4) {
			padding++;
			continue;
		}
		if (value == 0 || padding > 0)
			goto bad;
		group = group << 6 | (uint32_t)(value - 1);
		if (++digits < 4)
			continue;
		at = egov__buf_extend(out, 3);
		if (at == NULL)
			break;
		at[0] = (uint8_t)(group >> 16);
		at[1] = (uint8_t)(group >> 8);
		at[2] = (uint8_t)group;
		group = 0;
		digits = 0;
	}
	if (!out->failed && !last_group(group, digits, padding, out))
		goto bad;
	return egov__buf_check(out, err);
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 4648, 4", "malformed base64");
}

void egov__pem_encode(struct egov_buf *out, const char *label, struct egov_slice der)
{
	egov__buf_printf(out, "-----BEGIN %s-----\n", label);
	egov__base64_encode(out, der, LINE);
	egov__buf_printf(out, "-----END %s-----\n", label);
}

#define LINE_TEXT (LINE + 1)
#define LINE_OCTETS (LINE / 4 * 3)
#define LINES 512               /* made at once */

/* Some lines from the one on that lies at at; copied is how much of them there is. */
static enum egov_status read_lines(const struct egov__pem_text *text, uint64_t at, uint8_t *to,
                                   size_t size, size_t *copied, struct egov_error *err)
{
	const uint64_t from = at / LINE_TEXT * LINE_OCTETS, left = text->der->size - from;
	const size_t skip = (size_t)(at % LINE_TEXT);
	const size_t lines = (skip + size - 1) / LINE_TEXT + 1;
	uint8_t octets[LINES * LINE_OCTETS];
	struct egov_buf made = EGOV__BUF(LINES * LINE_TEXT);
	struct egov_slice some = { octets, (lines < LINES ? lines : LINES) * LINE_OCTETS };
	enum egov_status rc;

	if (some.size > left)
		some.size = (size_t)left;
	rc = egov__source_read(text->der, from, octets, some.size, err);
	if (rc == EGOV_OK) {
		egov__base64_encode(&made, some, LINE);
		rc = egov__buf_check(&made, err);
	}
	if (rc == EGOV_OK) {
		*copied = made.size - skip < size ? made.size - skip : size;
		memcpy(to, made.data + skip, *copied);
	}
	egov__buf_clear(&made);
	return rc;
}

static size_t copy_text(const char *text, uint64_t from, uint8_t *to, size_t size)
{
	const size_t left = strlen(text) - (size_t)from;
	const size_t copied = left < size ? left : size;

	memcpy(to, text + from, copied);
	return copied;
}

static enum egov_status read_text(void *user, uint64_t at, uint8_t *to, size_t size,
                                  struct egov_error *err)
{
	const struct egov__pem_text *const text = user;
	const uint64_t begin = strlen(text->begin), end = begin + text->lines;
	enum egov_status rc = EGOV_OK;

	while (rc == EGOV_OK && size > 0) {
		size_t copied = 0;

		if (at < begin)
			copied = copy_text(text->begin, at, to, size);
		else if (at < end)
			rc = read_lines(text, at - begin, to, end - at < size ? (size_t)(end - at) : size,
			                &copied, err);
		else
			copied = copy_text(text->end, at - end, to, size);
		at += copied;
		to += copied;
		size -= copied;
	}
	return rc;
}

void egov__pem_open(struct egov__pem_text *text, const char *label, const struct egov__source *der)
{
	const uint64_t digits = (der->size + 2) / 3 * 4;

	*text = (struct egov__pem_text){ .der = der };
	(void)snprintf(text->begin, sizeof(text->begin), "-----BEGIN %s-----\n", label);
	(void)snprintf(text->end, sizeof(text->end), "-----END %s-----\n", label);
	text->lines = digits + (digits + LINE - 1) / LINE;
	text->source = (struct egov__source){ .size = strlen(text->begin) + text->lines
		                                      + strlen(text->end),
		                              .read = read_text,
		                              .user = text };
}

static struct egov_slice past(struct egov_slice in, size_t octets)
{
	return (struct egov_slice){ in.data + octets, in.size - octets };
}

/* From the first occurrence of text on; nothing where there is none. */
static struct egov_slice find(struct egov_slice in, const char *text)
{
	const uint8_t *at = in.size == 0 ? NULL : memmem(in.data, in.size, text, strlen(text));

	return at == NULL ? EGOV__NO_SLICE : past(in, (size_t)(at - in.data));
}

/* The next block's first line: a line begins with it, whatever text is before.
 * The mark that some editors put before a text is none. */
static struct egov_slice find_begin(struct egov_slice in)
{
	struct egov_slice at = find(in, BEGIN);

	while (at.size > 0 && at.data != in.data && at.data[-1] != '\n' && at.data[-1] != '\r'
	       && !(at.data - in.data == 3 && memcmp(in.data, "\xef\xbb\xbf", 3) == 0))
		at = find(past(at, strlen(BEGIN)), BEGIN);
	return at;
}

/* The tag of a SEQUENCE is the digit 0 as text; a long length after it is not
 * text, and a short one must end where the bytes end. */
static bool is_der(struct egov_slice bytes)
{
	return bytes.size >= 2 && bytes.data[0] == EGOV__SEQUENCE
	       && (bytes.data[1] >= 0x80 || bytes.size == 2u + bytes.data[1]);
}

bool egov__pem_is(struct egov_slice bytes)
{
	return !is_der(bytes) && find_begin(bytes).size > 0;
}

/* RFC 7468, 3: visible characters and blanks, which a label may lack. */
static bool is_label(struct egov_slice label)
{
	for (size_t i = 0; i < label.size; i++)
		if (label.data[i] < 0x20 || label.data[i] > 0x7e)
			return false;
	return label.size <= LABEL_MAX;
}

/* Takes one block off *text: its label and the base64 between the lines. */
static enum egov_status next_block(struct egov_slice *text, bool *found, struct egov_slice *label,
                                   struct egov_slice *body, struct egov_error *err)
{
	struct egov_slice at = find_begin(*text);
	struct egov_slice dashes, end;

	*found = at.size > 0;
	if (!*found)
		return EGOV_OK;
	at = past(at, strlen(BEGIN));
	dashes = find(at, DASHES);
	if (dashes.size == 0)
		goto bad;
	*label = (struct egov_slice){ at.data, (size_t)(dashes.data - at.data) };
	*body = past(dashes, strlen(DASHES));
	end = find(*body, END);
	if (end.size == 0 || !is_label(*label))
		goto bad;
	body->size = (size_t)(end.data - body->data);
	end = past(end, strlen(END));
	if (end.size < label->size + strlen(DASHES)
	    || memcmp(end.data, label->data, label->size) != 0
	    || memcmp(end.data + label->size, DASHES, strlen(DASHES)) != 0)
		goto bad;
	*text = past(end, label->size + strlen(DASHES));
	return EGOV_OK;
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468, 3", "PEM block does not end as it begins");
}

enum egov_status egov__pem_next(struct egov_slice *text, const char *label, bool *found,
                                struct egov_buf *der, struct egov_error *err)
{
	struct egov_slice name = EGOV__NO_SLICE, body = EGOV__NO_SLICE;
	bool another = false;
	enum egov_status rc;

	*found = false;
	do {
		rc = next_block(text, &another, &name, &body, err);
		if (rc != EGOV_OK || !another)
			return rc;
	} while (label != NULL && !egov__slice_is(name, label));
	egov_buf_reset(der);
	rc = egov__base64_decode(body, der, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "PEM block %.*s", (int)name.size,
		                         (const char *)name.data);
	*found = true;
	return EGOV_OK;
}

static enum egov_status bare_base64(struct egov_slice input, egov__object_fn *fn, void *user,
                                    struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(input.size);
	enum egov_status rc = egov__base64_decode(input, &der, NULL);

	if (rc == EGOV_E_NOMEM)
		rc = egov_error_nomem(err);
	else if (rc != EGOV_OK || der.size == 0)
		rc = egov_error_set(err, EGOV_E_SYNTAX, NULL, "neither DER nor PEM nor base64");
	else
		rc = fn(user, egov_buf_slice(&der), err);
	egov__buf_clear(&der);
	return rc;
}

enum egov_status egov__objects(struct egov_slice input, const char *label, egov__object_fn *fn,
                               void *user, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(input.size);
	bool found = false, any = false;
	enum egov_status rc = EGOV_OK;

	if (!egov__pem_is(input))
		return egov__der_peek(input) == EGOV__SEQUENCE ? fn(user, input, err)
		                                               : bare_base64(input, fn, user, err);
	do {
		rc = egov__pem_next(&input, label, &found, &der, err);
		if (rc == EGOV_OK && found) {
			any = true;
			rc = fn(user, egov_buf_slice(&der), err);
		}
	} while (rc == EGOV_OK && found);
	egov__buf_clear(&der);
	if (rc == EGOV_OK && !any)
		rc = label == NULL
		             ? egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468", "no whole PEM block in it")
		             : egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468", "no PEM block %s in it",
		                              label);
	return rc;
}
