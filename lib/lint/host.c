/* SPDX-License-Identifier: Apache-2.0 */
#include "lint/host.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

#define MAX_LABEL 63
#define MAX_HOST 253
#define MAX_LOCAL 64

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool find(struct egov_slice text, char c, size_t *at)
{
	const uint8_t *const found = text.size == 0 ? NULL : memchr(text.data, c, text.size);

	*at = found == NULL ? text.size : (size_t)(found - text.data);
	return found != NULL;
}

static struct egov_slice from(struct egov_slice text, size_t at)
{
	return (struct egov_slice){ text.data + at, text.size - at };
}

/* --- Punycode (RFC 3492) ------------------------------------------------------------ */

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 0x80 };

static unsigned digit_of(uint8_t c)
{
	if (is_letter(c))
		return (unsigned)((c | 0x20) - 'a');
	return is_digit(c) ? 26u + (unsigned)(c - '0') : BASE;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > ((BASE - TMIN) * TMAX) / 2; k += BASE)
		delta /= BASE - TMIN;
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* One number of variable length, added to *i; false where it is cut short or too large. */
static bool read_delta(struct egov_slice *in, uint32_t bias, uint32_t *i)
{
	uint64_t value = *i, weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		const uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
		const unsigned digit = in->size == 0 ? BASE : digit_of(in->data[0]);

		if (digit >= BASE)
			return false;
		*in = from(*in, 1);
		value += digit * weight;
		if (value > UINT32_MAX)
			return false;
		if (digit < t)
			break;
		weight *= BASE - t;
		if (weight > UINT32_MAX)
			return false;
	}
	*i = (uint32_t)value;
	return true;
}

/* Whether what stands behind xn-- is text, and not plain ASCII in disguise. */
static bool is_punycode(struct egov_slice text)
{
	uint32_t n = FIRST, i = 0, bias = BIAS, before = 0, points = 0;
	bool first = true;

	for (size_t at = text.size; at > 0; at--)
		if (text.data[at - 1] == '-') {
			points = (uint32_t)(at - 1);
			text = from(text, at);
			break;
		}
	if (text.size == 0)
		return false;
	while (text.size > 0) {
		before = i;
		if (!read_delta(&text, bias, &i))
			return false;
		points++;
		bias = adapt(i - before, points, first);
		first = false;
		n += i / points;
		i = i % points + 1;
		if (n < 0xa0 || n > 0x10ffff || (n >= 0xd800 && n < 0xe000))
			return false;
	}
	return true;
}

/* --- hosts --------------------------------------------------------------------------- */

static const char *label_fault(struct egov_slice label)
{
	if (label.size == 0)
		return EGOV__N("an empty label");
	if (label.size > MAX_LABEL)
		return EGOV__N("a label of more than 63 octets");
	for (size_t i = 0; i < label.size; i++)
		if (!is_letter(label.data[i]) && !is_digit(label.data[i]) && label.data[i] != '-')
			return EGOV__N("an octet that is no letter, digit or hyphen");
	if (label.data[0] == '-' || label.data[label.size - 1] == '-')
		return EGOV__N("a hyphen at the end of a label");
	if (label.size >= 4 && strncasecmp((const char *)label.data, "xn--", 4) == 0
	    && !is_punycode(from(label, 4)))
		return EGOV__N("a label that begins with xn-- and is no Punycode");
	return NULL;
}

const char *egov__host_fault(struct egov_slice host, bool wildcard)
{
	const char *fault = NULL;
	size_t at;

	if (host.size > MAX_HOST)
		return EGOV__N("more than 253 octets");
	if (wildcard && host.size > 2 && host.data[0] == '*' && host.data[1] == '.')
		host = from(host, 2);
	for (bool more = true; more && fault == NULL;) {
		more = find(host, '.', &at);
		fault = label_fault((struct egov_slice){ host.data, at });
		if (more)
			host = from(host, at + 1);
	}
	return fault;
}

bool egov__host_is_address(struct egov_slice host)
{
	size_t dots = 0;

	if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
		return true;
	for (size_t i = 0; i < host.size; i++) {
		if (!is_digit(host.data[i]) && host.data[i] != '.')
			return false;
		dots += host.data[i] == '.';
	}
	return dots == 3;
}

/* --- mailboxes ------------------------------------------------------------------------ */

/* An atom character (RFC 2822, 3.2.4); what is quoted may hold anything else. */
static bool is_atom(uint8_t c)
{
	return is_letter(c) || is_digit(c) || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_local(struct egov_slice local)
{
	bool dot = true;        /* at the beginning, or behind a dot */

	if (local.size >= 2 && local.data[0] == '"' && local.data[local.size - 1] == '"')
		return true;
	for (size_t i = 0; i < local.size; i++) {
		if (local.data[i] == '.' ? dot : !is_atom(local.data[i]))
			return false;
		dot = local.data[i] == '.';
	}
	return !dot;
}

const char *egov__mailbox_fault(struct egov_slice mailbox)
{
	size_t at = mailbox.size;

	while (at > 0 && mailbox.data[at - 1] != '@')
		at--;
	if (at == 0)
		return EGOV__N("no @");
	if (at - 1 > MAX_LOCAL)
		return EGOV__N("more than 64 octets before the @");
	if (!is_local((struct egov_slice){ mailbox.data, at - 1 }))
		return EGOV__N("no local part before the @");
	mailbox = from(mailbox, at);
	if (mailbox.size > 2 && mailbox.data[0] == '[')
		return NULL;
	return egov__host_fault(mailbox, false);
}

/* --- URIs ------------------------------------------------------------------------------ */

static bool is_uri_octet(uint8_t c)
{
	return c > 0x20 && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL;
}

const char *egov__uri_fault(struct egov_slice uri)
{
	size_t colon;

	if (!find(uri, ':', &colon) || colon == 0 || !is_letter(uri.data[0]))
		return EGOV__N("no scheme");
	for (size_t i = 1; i < colon; i++)
		if (!is_letter(uri.data[i]) && !is_digit(uri.data[i])
		    && (uri.data[i] == 0 || strchr("+-.", uri.data[i]) == NULL))
			return EGOV__N("no scheme");
	if (colon + 1 == uri.size || (uri.size == colon + 3 && memcmp(uri.data + colon, "://", 3) == 0))
		return EGOV__N("nothing behind the scheme");
	for (size_t i = colon; i < uri.size; i++)
		if (!is_uri_octet(uri.data[i]))
			return EGOV__N("an octet that stands in no URI");
	return NULL;
}

bool egov__uri_host(struct egov_slice uri, struct egov_slice *host)
{
	size_t at, end = 0;

	if (!find(uri, ':', &at) || uri.size - at < 3 || memcmp(uri.data + at, "://", 3) != 0)
		return false;
	uri = from(uri, at + 3);
	while (end < uri.size && uri.data[end] != 0 && strchr("/?#", uri.data[end]) == NULL)
		end++;
	uri.size = end;
	if (find(uri, '@', &at))
		uri = from(uri, at + 1);
	if (uri.size > 0 && uri.data[0] == '[' && find(uri, ']', &at))
		uri.size = at + 1;
	else if (find(uri, ':', &at))
		uri.size = at;
	*host = uri;
	return true;
}

bool egov__uri_has_scheme(struct egov_slice uri, const char *scheme)
{
	const size_t size = strlen(scheme);

	return uri.size > size + 3 && strncasecmp((const char *)uri.data, scheme, size) == 0
	       && memcmp(uri.data + size, "://", 3) == 0;
}
