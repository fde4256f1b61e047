/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum egov_status egov__number_parse(const char *text, const char *what, uint64_t min, uint64_t max,
                                    uint64_t *out, struct egov_error *err)
{
	uint64_t value = 0;
	bool fits = *text != 0;

	for (const char *p = text; fits && *p != 0; p++) {
		fits = *p >= '0' && *p <= '9' && value <= (UINT64_MAX - 9) / 10;
		if (fits)
			value = value * 10 + (uint64_t)(*p - '0');
	}
	if (!fits || value < min || value > max)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL,
		                      "%s \"%.40s\": want a number from %" PRIu64 " to %" PRIu64, what,
		                      text, min, max);
	*out = value;
	return EGOV_OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum egov_status egov__hex_parse(const char *text, const char *what, struct egov_buf *out,
                                 struct egov_error *err)
{
	const char *p = text;

	while (*p != 0) {
		const int high = hex_digit(p[0]);
		const int low = high < 0 ? -1 : hex_digit(p[1]);

		if (low < 0)
			goto bad;
		egov__buf_byte(out, (uint8_t)(high << 4 | low));
		p += 2;
		if (*p == ':' && p[1] != 0)
			p++;
	}
	if (p == text)
		goto bad;
	return egov__buf_check(out, err);
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, NULL,
	                      "%s \"%.80s\": want pairs of hexadecimal digits", what, text);
}

/* Length of the code point at p, 0 where it is malformed; RFC 3629, 4. */
static size_t utf8_step(const uint8_t *p, size_t left, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;

	if (size == 0 || size > left || p[0] > 0xf4)
		return 0;
	*code = size == 1 ? p[0] : p[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	if (*code < least[size] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return size;
}

size_t egov__text_fit(const char *text, size_t room)
{
	const size_t size = strnlen(text, room);
	size_t fits = size;

	if (text[size] == 0)
		return size;
	while (size - fits < 3 && fits > 0 && (text[fits] & 0xc0) == 0x80)
		fits--;
	return fits;
}

bool egov__utf8_check(struct egov_slice text, size_t *characters)
{
	size_t count = 0;
	uint32_t code;

	for (size_t at = 0; at < text.size; count++) {
		const size_t step = text.data[at] < 0x80
		                            ? 1
		                            : utf8_step(text.data + at, text.size - at, &code);

		if (step == 0)
			return false;
		at += step;
	}
	if (characters != NULL)
		*characters = count;
	return true;
}

bool egov__utf8_has_control(struct egov_slice text)
{
	uint32_t code;

	for (size_t at = 0; at < text.size;) {
		size_t step;

		if (text.data[at] >= 0x20 && text.data[at] < 0x7f) {
			at++;
			continue;
		}
		step = utf8_step(text.data + at, text.size - at, &code);
		if (step == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
			return true;
		at += step;
	}
	return false;
}

bool egov__is_printable_string(struct egov_slice text)
{
	for (size_t i = 0; i < text.size; i++) {
		const char c = (char)text.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		    && (c == 0 || strchr(" '()+,-./:=?", c) == NULL))
			return false;
	}
	return true;
}

bool egov__list_next(struct egov_slice *list, struct egov_slice *item)
{
	const uint8_t *p = list->data, *end, *stop;

	if (list->size == 0)
		return false;
	end = p + list->size;
	while (p < end && (*p == ' ' || *p == ','))
		p++;
	if (p == end)
		return false;
	for (stop = p; stop < end && *stop != ','; stop++)
		;
	*list = (struct egov_slice){ stop, (size_t)(end - stop) };
	while (stop > p && stop[-1] == ' ')
		stop--;
	*item = (struct egov_slice){ p, (size_t)(stop - p) };
	return true;
}

bool egov__slice_is(struct egov_slice slice, const char *text)
{
	return egov__slice_equal(slice, egov__slice_text(text));
}
