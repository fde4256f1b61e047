/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pem.h"

#include <string.h>

#include "base/der.h"
#include "base/text.h"

#define LINE 64

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

enum egov_status egov__base64_decode(struct egov_slice text, struct egov_buf *out,
                                     struct egov_error *err)
{
	uint32_t group = 0;
	size_t digits = 0, padding = 0;

	for (size_t i = 0; i < text.size; i++) {
		const char c = (char)text.data[i];
		const char *place = c == 0 ? NULL : strchr(alphabet, c);

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=' && digits >= 2 && digits + padding < 4) {
			padding++;
			continue;
		}
		if (place == NULL || padding > 0)
			goto bad;
		group = group << 6 | (uint32_t)(place - alphabet);
		if (++digits < 4)
			continue;
		egov__buf_byte(out, (uint8_t)(group >> 16));
		egov__buf_byte(out, (uint8_t)(group >> 8));
		egov__buf_byte(out, (uint8_t)group);
		group = 0;
		digits = 0;
	}
	if ((digits == 0 && padding > 0) || (digits > 0 && digits + padding != 4)
	    || (digits == 2 && (group & 15) != 0) || (digits == 3 && (group & 3) != 0))
		goto bad;
	if (digits == 2)
		egov__buf_byte(out, (uint8_t)(group >> 4));
	if (digits == 3) {
		egov__buf_byte(out, (uint8_t)(group >> 10));
		egov__buf_byte(out, (uint8_t)(group >> 2));
	}
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

static struct egov_slice find(struct egov_slice in, const char *text)
{
	const uint8_t *at = in.size == 0 ? NULL : memmem(in.data, in.size, text, strlen(text));

	if (at == NULL)
		return EGOV__NO_SLICE;
	return (struct egov_slice){ at, in.size - (size_t)(at - in.data) };
}

bool egov__pem_is(struct egov_slice bytes)
{
	return find(bytes, "-----BEGIN ").size > 0;
}

/* Takes one block off *text: its label and the base64 between the lines. */
static enum egov_status next_block(struct egov_slice *text, struct egov_slice *label,
                                   struct egov_slice *body, struct egov_error *err)
{
	struct egov_slice at = find(*text, "-----BEGIN ");
	struct egov_slice dashes, end;

	*label = EGOV__NO_SLICE;
	if (at.size == 0)
		return EGOV_OK;
	at.data += 11;
	at.size -= 11;
	dashes = find(at, "-----");
	end = find(dashes, "-----END ");
	if (end.size == 0 || (size_t)(dashes.data - at.data) > 64)
		goto bad;
	*label = (struct egov_slice){ at.data, (size_t)(dashes.data - at.data) };
	*body = (struct egov_slice){ dashes.data + 5, (size_t)(end.data - dashes.data) - 5 };
	end.data += 9;
	end.size -= 9;
	if (end.size < label->size + 5 || memcmp(end.data, label->data, label->size) != 0
	    || memcmp(end.data + label->size, "-----", 5) != 0)
		goto bad;
	text->data = end.data + label->size + 5;
	text->size = end.size - label->size - 5;
	return EGOV_OK;
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468, 3", "PEM block does not end as it begins");
}

enum egov_status egov__pem_next(struct egov_slice *text, const char *label, bool *found,
                                struct egov_buf *der, struct egov_error *err)
{
	struct egov_slice name, body = EGOV__NO_SLICE;
	enum egov_status rc;

	*found = false;
	do {
		rc = next_block(text, &name, &body, err);
		if (rc != EGOV_OK || name.size == 0)
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

	if (rc != EGOV_OK || der.size == 0)
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

	if (egov__der_peek(input) == EGOV__SEQUENCE)
		return fn(user, input, err);
	if (!egov__pem_is(input))
		return bare_base64(input, fn, user, err);
	do {
		rc = egov__pem_next(&input, label, &found, &der, err);
		if (rc == EGOV_OK && found) {
			any = true;
			rc = fn(user, egov_buf_slice(&der), err);
		}
	} while (rc == EGOV_OK && found);
	egov__buf_clear(&der);
	if (rc == EGOV_OK && !any)
		rc = egov_error_set(err, EGOV_E_SYNTAX, "RFC 7468", "no PEM block %s in it", label);
	return rc;
}
