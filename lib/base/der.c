/* SPDX-License-Identifier: Apache-2.0 */
#include "base/der.h"

#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 24
#define CONSTRUCTED 0x20

static const char x690[] = "X.690, 10.1";

/* A universal type is constructed or it is primitive, never both in DER (X.690,
 * 8 and 10.2); 0 marks an end of contents, which DER has not.  EXTERNAL, EMBEDDED
 * PDV and CHARACTER STRING, which no certificate needs, have no place: OpenSSL
 * writes them as primitive, so that what it reads is not what was signed. */
static bool is_tag(uint8_t tag)
{
	const unsigned number = tag & 0x1f;
	const bool constructed = number == 16 || number == 17;

	if (tag >= 0x40)
		return true;
	return number != 0 && number != 8 && number != 11 && number != 29
	       && ((tag & CONSTRUCTED) != 0) == constructed;
}

enum egov_status egov__der_head(struct egov_slice in, uint64_t left, struct egov__der_head *out,
                                struct egov_error *err)
{
	uint64_t length;
	size_t header = 2;

	if (in.size < 2)
		return egov_error_set(err, EGOV_E_SYNTAX, x690,
		                      "not DER: cut short, %zu octets left where a tag and length must be",
		                      in.size);
	if ((in.data[0] & 0x1f) == 0x1f)
		return egov_error_set(err, EGOV_E_SYNTAX, x690, "not DER: tag of more than one octet");
	if (!is_tag(in.data[0]))
		return egov_error_set(err, EGOV_E_SYNTAX, x690, "not DER: no type has the tag %02x",
		                      in.data[0]);
	length = in.data[1];
	if (length >= 0x80) {
		const size_t octets = length & 0x7f;

		if (octets == 0 || octets > 4 || in.size - 2 < octets)
			return egov_error_set(err, EGOV_E_SYNTAX, x690,
			                      "not DER: indefinite, oversized or cut length");
		length = 0;
		for (size_t i = 0; i < octets; i++)
			length = length << 8 | in.data[2 + i];
		header += octets;
		if (length < 0x80 || in.data[2] == 0)
			return egov_error_set(err, EGOV_E_SYNTAX, x690,
			                      "not DER: length not in its shortest form");
	}
	if (length > left - header)
		return egov_error_set(err, EGOV_E_SYNTAX, x690,
		                      "not DER: cut short, %zu octets wanted, %zu left", (size_t)length,
		                      (size_t)(left - header));
	*out = (struct egov__der_head){ in.data[0], header, length };
	return EGOV_OK;
}

enum egov_status egov__der_any(struct egov_slice *in, struct egov__tlv *tlv, struct egov_error *err)
{
	struct egov__der_head head = { 0 };
	const enum egov_status rc = egov__der_head(*in, in->size, &head, err);

	if (rc != EGOV_OK)
		return rc;
	tlv->tag = head.tag;
	tlv->value = (struct egov_slice){ in->data + head.size, (size_t)head.contents };
	tlv->whole = (struct egov_slice){ in->data, head.size + (size_t)head.contents };
	in->data += tlv->whole.size;
	in->size -= tlv->whole.size;
	return EGOV_OK;
}

/* Each arc ends, in its shortest form. */
static bool is_oid(struct egov_slice value)
{
	bool fresh = true;

	for (size_t i = 0; i < value.size; i++) {
		if (fresh && value.data[i] == 0x80)
			return false;
		fresh = value.data[i] < 0x80;
	}
	return value.size > 0 && fresh;
}

static bool is_integer(struct egov_slice value)
{
	if (value.size < 2)
		return value.size == 1;
	return !(value.data[0] == 0 && value.data[1] < 0x80)
	       && !(value.data[0] == 0xff && value.data[1] >= 0x80);
}

/* Unused bits are less than an octet, zero, and only where there is one. */
static bool is_bit_string(struct egov_slice value)
{
	const unsigned unused = value.size == 0 ? 8 : value.data[0];

	if (unused > 7 || value.size < 2)
		return unused == 0;
	return (value.data[value.size - 1] & ((1u << unused) - 1)) == 0;
}

/* What keeps a value of a type that has several forms from the one that DER gives it
 * (X.690, 8, 11); NULL: nothing. */
static const char *find_fault(const struct egov__tlv *tlv)
{
	const struct egov_slice value = tlv->value;

	switch (tlv->tag) {
	case EGOV__BOOLEAN:
		return value.size == 1 && (value.data[0] == 0 || value.data[0] == 0xff)
		               ? NULL
		               : EGOV__N("BOOLEAN not 00 or FF");
	case EGOV__INTEGER:
	case EGOV__ENUMERATED:
		return is_integer(value) ? NULL : EGOV__N("INTEGER not in its shortest form");
	case EGOV__BIT_STRING:
		return is_bit_string(value) ? NULL : EGOV__N("malformed BIT STRING");
	case EGOV__NULL:
		return value.size == 0 ? NULL : EGOV__N("NULL with contents");
	case EGOV__OID:
		return is_oid(value) ? NULL : EGOV__N("malformed OBJECT IDENTIFIER");
	default:
		return NULL;
	}
}

enum egov_status egov__der_check(struct egov_slice der, struct egov_error *err)
{
	struct egov_slice left[MAX_DEPTH + 1];  /* of each level that is open */
	size_t depth = 0;

	left[0] = der;
	for (;;) {
		struct egov__tlv tlv = { 0 };
		const char *fault;
		enum egov_status rc;

		if (left[depth].size == 0) {
			if (depth-- == 0)
				return EGOV_OK;
			continue;
		}
		rc = egov__der_any(&left[depth], &tlv, err);
		if (rc != EGOV_OK)
			return rc;
		fault = find_fault(&tlv);
		if (fault != NULL)
			return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11", "not DER: %s",
			                      egov__text(fault));
		if ((tlv.tag & CONSTRUCTED) == 0)
			continue;
		if (++depth > MAX_DEPTH)
			return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %u levels of nesting",
			                      MAX_DEPTH);
		left[depth] = tlv.value;
	}
}

uint8_t egov__der_peek(struct egov_slice in)
{
	return in.size == 0 ? 0 : in.data[0];
}

enum egov_status egov__der_read(struct egov_slice *in, uint8_t tag, const char *what,
                                struct egov_slice *value, struct egov_error *err)
{
	struct egov__tlv tlv;
	enum egov_status rc;

	if (in->size > 0 && in->data[0] != tag)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: tag %02x found, %02x wanted",
		                      egov__text(what), in->data[0], tag);
	rc = egov__der_any(in, &tlv, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "%s", egov__text(what));
	*value = tlv.value;
	return EGOV_OK;
}

enum egov_status egov__der_end(struct egov_slice in, const char *what, struct egov_error *err)
{
	if (in.size == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: %zu octets after its end",
	                      egov__text(what), in.size);
}

enum egov_status egov__der_only(struct egov_slice in, uint8_t tag, const char *what,
                                struct egov_slice *value, struct egov_error *err)
{
	enum egov_status rc = egov__der_read(&in, tag, what, value, err);

	return rc != EGOV_OK ? rc : egov__der_end(in, what, err);
}

enum egov_status egov__der_integer_check(struct egov_slice value, const char *what,
                                         struct egov_error *err)
{
	if (value.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.3", "%s: empty INTEGER",
		                      egov__text(what));
	if (!is_integer(value))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.3.2",
		                      "%s: INTEGER not in its shortest form", egov__text(what));
	return EGOV_OK;
}

enum egov_status egov__der_uint(struct egov_slice *in, const char *what, uint64_t *out,
                                struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	uint64_t number = 0;
	enum egov_status rc = egov__der_read(in, EGOV__INTEGER, what, &value, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_integer_check(value, what, err);
	if (rc != EGOV_OK)
		return rc;
	if (value.data[0] >= 0x80 || value.size > 8)
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: negative or too large",
		                      egov__text(what));
	for (size_t i = 0; i < value.size; i++)
		number = number << 8 | value.data[i];
	*out = number;
	return EGOV_OK;
}

enum egov_status egov__der_boolean_check(struct egov_slice value, const char *what, bool *out,
                                         struct egov_error *err)
{
	if (value.size != 1 || (value.data[0] != 0 && value.data[0] != 0xff))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.1", "%s: BOOLEAN not 00 or FF",
		                      egov__text(what));
	*out = value.data[0] != 0;
	return EGOV_OK;
}

enum egov_status egov__der_boolean(struct egov_slice *in, const char *what, bool *out,
                                   struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__BOOLEAN, what, &value, err);

	return rc != EGOV_OK ? rc : egov__der_boolean_check(value, what, out, err);
}

enum egov_status egov__der_bit_octets(struct egov_slice *in, const char *what,
                                      struct egov_slice *octets, struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__BIT_STRING, what, &value, err);

	if (rc != EGOV_OK)
		return rc;
	if (value.size == 0 || value.data[0] != 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.6",
		                      "%s: BIT STRING is not of whole octets", egov__text(what));
	*octets = (struct egov_slice){ value.data + 1, value.size - 1 };
	return EGOV_OK;
}

enum egov_status egov__der_named_bits_check(struct egov_slice value, const char *what,
                                            unsigned *bits, struct egov_error *err)
{
	unsigned unused, result = 0;

	unused = value.size == 0 ? 8 : value.data[0];
	if (unused > 7 || value.size > 3 || (value.size == 1 && unused != 0))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.6", "%s: malformed BIT STRING",
		                      egov__text(what));
	if (value.size > 1) {
		const uint8_t last = value.data[value.size - 1];

		if ((last & ((1u << unused) - 1)) != 0 || (last & (1u << unused)) == 0)
			return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.2.2",
			                      "%s: BIT STRING with trailing zero bits",
			                      egov__text(what));
	}
	for (size_t i = 1; i < value.size; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			if (value.data[i] & (0x80u >> bit))
				result |= 1u << ((i - 1) * 8 + bit);
	*bits = result;
	return EGOV_OK;
}

enum egov_status egov__der_named_bits(struct egov_slice *in, const char *what, unsigned *bits,
                                      struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__BIT_STRING, what, &value, err);

	return rc != EGOV_OK ? rc : egov__der_named_bits_check(value, what, bits, err);
}

enum egov_status egov__der_time(struct egov_slice *in, const char *what, egov_time *out,
                                bool *wrong_type, struct egov_error *err)
{
	static const char clause[] = "RFC 5280, 4.1.2.5";
	const uint8_t tag = egov__der_peek(*in);
	const size_t year_digits = tag == EGOV__UTC_TIME ? 2 : 4;
	struct egov__date d = { 0 };
	struct egov_slice value = EGOV__NO_SLICE;
	const char *text;
	enum egov_status rc;

	if (tag != EGOV__UTC_TIME && tag != EGOV__GENERALIZED_TIME)
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "%s: tag %02x found, UTCTime or GeneralizedTime wanted",
		                      egov__text(what), tag);
	rc = egov__der_read(in, tag, what, &value, err);
	if (rc != EGOV_OK)
		return rc;
	text = (const char *)value.data;
	if (value.size != year_digits + 11 || text[year_digits + 10] != 'Z'
	    || !egov__digits(text, year_digits, &d.year)
	    || !egov__digits(text + year_digits, 2, &d.month)
	    || !egov__digits(text + year_digits + 2, 2, &d.day)
	    || !egov__digits(text + year_digits + 4, 2, &d.hour)
	    || !egov__digits(text + year_digits + 6, 2, &d.minute)
	    || !egov__digits(text + year_digits + 8, 2, &d.second))
		return egov_error_set(err, EGOV_E_SYNTAX, clause,
		                      "%s: want digits to the second and a final Z",
		                      egov__text(what));
	if (tag == EGOV__UTC_TIME)
		d.year += d.year >= 50 ? 1900 : 2000;
	if (!egov__time_join(&d, out))
		return egov_error_set(err, EGOV_E_SYNTAX, clause, "%s: no such date", egov__text(what));
	if (wrong_type != NULL)
		*wrong_type = tag == EGOV__GENERALIZED_TIME && d.year >= 1950 && d.year < 2050;
	return EGOV_OK;
}

enum egov_status egov__der_oid(struct egov_slice *in, const char *what, struct egov_slice *oid,
                               struct egov_error *err)
{
	struct egov_slice value = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_read(in, EGOV__OID, what, &value, err);

	if (rc != EGOV_OK)
		return rc;
	if (!is_oid(value))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.19",
		                      "%s: malformed OBJECT IDENTIFIER", egov__text(what));
	*oid = value;
	return EGOV_OK;
}

/* X.667: 2.25 and a UUID. */
typedef unsigned __int128 arc_number;

static void print_arc(struct egov_buf *out, arc_number arc)
{
	char digits[39];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + (int)(arc % 10));
	while ((arc /= 10) != 0);
	egov__buf_append(out, digits + at, sizeof(digits) - at);
}

enum egov_status egov__der_oid_text(struct egov_slice value, struct egov_buf *out,
                                    struct egov_error *err)
{
	arc_number arc = 0;
	bool first = true;

	if (!is_oid(value))
		goto bad;
	for (size_t i = 0; i < value.size; i++) {
		if (arc >> 121 != 0)
			goto bad;
		arc = arc << 7 | (value.data[i] & 0x7f);
		if (value.data[i] >= 0x80)
			continue;
		if (first) {
			const unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			print_arc(out, root);
			arc -= root * 40;
		}
		egov__buf_text(out, ".");
		print_arc(out, arc);
		first = false;
		arc = 0;
	}
	return egov__buf_check(out, err);
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 8.19", "malformed OBJECT IDENTIFIER");
}

static void put_arc(struct egov_buf *out, arc_number arc)
{
	uint8_t octets[19];
	size_t at = sizeof(octets);

	octets[--at] = (uint8_t)(arc & 0x7f);
	while (arc >>= 7)
		octets[--at] = (uint8_t)(0x80 | (arc & 0x7f));
	egov__buf_append(out, octets + at, sizeof(octets) - at);
}

/* One arc of dotted text: decimal, no leading zero, of 128 bits at most. */
static bool parse_arc(const char **text, arc_number *arc)
{
	const char *p = *text;
	arc_number value = 0;

	if (*p < '0' || *p > '9' || (p[0] == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		const unsigned digit = (unsigned)(*p - '0');

		if (value > (~(arc_number)0 - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*text = p;
	*arc = value;
	return true;
}

enum egov_status egov__der_oid_parse(const char *text, struct egov_buf *out, struct egov_error *err)
{
	const char *p = text;
	arc_number root, arc;

	if (!parse_arc(&p, &root) || root > 2 || *p++ != '.' || !parse_arc(&p, &arc)
	    || (root < 2 && arc > 39) || arc > ~(arc_number)0 - 80)
		goto bad;
	put_arc(out, root * 40 + arc);
	while (*p == '.') {
		p++;
		if (!parse_arc(&p, &arc))
			goto bad;
		put_arc(out, arc);
	}
	if (*p != 0)
		goto bad;
	return egov__buf_check(out, err);
bad:
	return egov_error_set(err, EGOV_E_SYNTAX, NULL,
	                      "\"%.60s\" is not an object identifier in dotted form", text);
}

size_t egov__der_header_size(size_t size)
{
	size_t octets = 2;

	if (size >= 0x80)
		for (; size > 0; size >>= 8)
			octets++;
	return octets;
}

void egov__der_header(struct egov_buf *out, uint8_t tag, size_t size)
{
	egov__buf_byte(out, tag);
	if (size < 0x80) {
		egov__buf_byte(out, (uint8_t)size);
		return;
	}
	size_t octets = egov__der_header_size(size) - 2;

	egov__buf_byte(out, (uint8_t)(0x80 | octets));
	while (octets-- > 0)
		egov__buf_byte(out, (uint8_t)(size >> (8 * octets)));
}

size_t egov__der_open(struct egov_buf *out, uint8_t tag)
{
	egov__buf_byte(out, tag);
	egov__buf_byte(out, 0);
	return out->size;
}

/* The length octet is in place; a long form shifts the contents up. */
void egov__der_close(struct egov_buf *out, size_t mark)
{
	size_t size, extra;

	if (out->failed)
		return;
	size = out->size - mark;
	extra = egov__der_header_size(size) - 2;
	if (extra > 0) {
		if (egov__buf_extend(out, extra) == NULL)
			return;
		memmove(out->data + mark + extra, out->data + mark, size);
		out->data[mark - 1] = (uint8_t)(0x80 | extra);
		for (size_t i = 0; i < extra; i++)
			out->data[mark + i] = (uint8_t)(size >> (8 * (extra - 1 - i)));
	} else {
		out->data[mark - 1] = (uint8_t)size;
	}
}

void egov__der_put(struct egov_buf *out, uint8_t tag, struct egov_slice value)
{
	egov__der_header(out, tag, value.size);
	egov__buf_slice(out, value);
}

void egov__der_put_unsigned(struct egov_buf *out, struct egov_slice n)
{
	while (n.size > 0 && n.data[0] == 0) {
		n.data++;
		n.size--;
	}
	const bool pad = n.size == 0 || n.data[0] >= 0x80;

	egov__der_header(out, EGOV__INTEGER, n.size + pad);
	if (pad)
		egov__buf_byte(out, 0);
	egov__buf_slice(out, n);
}

void egov__der_put_uint(struct egov_buf *out, uint64_t value)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(value >> (56 - 8 * i));
	egov__der_put_unsigned(out, EGOV__SLICE(octets));
}

void egov__der_put_boolean(struct egov_buf *out, bool value)
{
	const uint8_t octet = value ? 0xff : 0;

	egov__der_put(out, EGOV__BOOLEAN, (struct egov_slice){ &octet, 1 });
}

void egov__der_put_bit_octets(struct egov_buf *out, struct egov_slice octets)
{
	egov__der_header(out, EGOV__BIT_STRING, octets.size + 1);
	egov__buf_byte(out, 0);
	egov__buf_slice(out, octets);
}

void egov__der_put_named_bits(struct egov_buf *out, unsigned bits)
{
	uint8_t value[3] = { 0 };
	unsigned top = 0;

	for (unsigned bit = 0; bit < 16; bit++)
		if (bits & (1u << bit)) {
			value[1 + bit / 8] |= (uint8_t)(0x80u >> (bit % 8));
			top = bit + 1;
		}
	value[0] = (uint8_t)((8 - top % 8) % 8);
	egov__der_put(out, EGOV__BIT_STRING, (struct egov_slice){ value, 1 + (top + 7) / 8 });
}

static void put_time(struct egov_buf *out, egov_time t, bool generalized)
{
	struct egov__date d;
	char text[64];
	int size;

	egov__time_split(t, &d);
	size = generalized
	               ? snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02dZ", d.year, d.month,
	                          d.day, d.hour, d.minute, d.second)
	               : snprintf(text, sizeof(text), "%02d%02d%02d%02d%02d%02dZ", d.year % 100,
	                          d.month, d.day, d.hour, d.minute, d.second);
	egov__der_put(out, generalized ? EGOV__GENERALIZED_TIME : EGOV__UTC_TIME,
	              (struct egov_slice){ (const uint8_t *)text, (size_t)size });
}

void egov__der_put_generalized_time(struct egov_buf *out, egov_time t)
{
	put_time(out, t, true);
}

void egov__der_put_time(struct egov_buf *out, egov_time t)
{
	struct egov__date d;

	egov__time_split(t, &d);
	put_time(out, t, d.year < 1950 || d.year >= 2050);
}
