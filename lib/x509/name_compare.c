/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/name.h"

#include <stdlib.h>

#include "base/der.h"

/*
 * What two names are compared by (RFC 5280, 7.1): RDNs in their order, the
 * attributes of one in the order of their octets, text whatever its string type
 * with case folded and white space made one.  Of the tables of RFC 4518 there is
 * what names in use have: Latin, Greek and Cyrillic letters, full-width forms.
 */

/* first to last, so far from what they are compared as. */
static const struct {
	uint32_t first, last;
	int32_t to;
} folds[] = {
	{ 'A', 'Z', 'a' - 'A' },        { 0xc0, 0xd6, 0x20 },           { 0xd8, 0xde, 0x20 },
	{ 0x391, 0x3a1, 0x20 },         { 0x3a3, 0x3ab, 0x20 },         { 0x400, 0x40f, 0x50 },
	{ 0x410, 0x42f, 0x20 },         { 0xff21, 0xff3a, 'a' - 0xff21 }, { 0xff01, 0xff5e, '!' - 0xff01 },
};

/* RFC 4518, 2.2 */
static bool is_space(uint32_t code)
{
	return code == ' ' || (code >= 0x09 && code <= 0x0d) || code == 0x85 || code == 0xa0
	       || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028
	       || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

static uint32_t fold(uint32_t code)
{
	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
		if (code >= folds[i].first && code <= folds[i].last)
			return code + (uint32_t)folds[i].to;
	return code;
}

/* The next character of UTF-8 that was checked. */
static uint32_t next_code(struct egov_slice *text)
{
	const uint8_t lead = text->data[0];
	const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t code = size == 1 ? lead : lead & (0x7fu >> size);

	for (size_t i = 1; i < size; i++)
		code = code << 6 | (text->data[i] & 0x3f);
	*text = (struct egov_slice){ text->data + size, text->size - size };
	return code;
}

/* Characters as three octets each: nobody shows them. */
static void put_folded(struct egov_slice text, struct egov_buf *out)
{
	const size_t start = out->size;
	bool gap = false;

	while (text.size > 0) {
		const uint32_t code = fold(next_code(&text));

		if (is_space(code)) {
			gap = out->size > start;
			continue;
		}
		if (gap)
			egov__buf_append(out, (const uint8_t[]){ 0, 0, ' ' }, 3);
		gap = false;
		egov__buf_append(out, (const uint8_t[]){ (uint8_t)(code >> 16), (uint8_t)(code >> 8),
		                                         (uint8_t)code }, 3);
	}
}

static void put_attribute(const struct egov__name_item *item, struct egov_buf *out)
{
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const size_t pair = egov__der_open(out, EGOV__SEQUENCE);
	size_t value;

	egov__der_put(out, EGOV__OID, item->oid);
	if (egov__name_item_text(item, &text) && !text.failed) {
		value = egov__der_open(out, EGOV__UTF8_STRING);
		put_folded(egov_buf_slice(&text), out);
		egov__der_close(out, value);
	} else {
		egov__der_put(out, item->tag, item->value);
	}
	out->failed |= text.failed;
	out->starved |= text.starved;
	egov__der_close(out, pair);
	egov__buf_clear(&text);
}

static int by_octets(const void *a, const void *b)
{
	const struct egov_slice *x = a, *y = b;
	const int order = memcmp(x->data, y->data, x->size < y->size ? x->size : y->size);

	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* The attributes of one RDN, one behind the other, in order. */
static enum egov_status put_rdn(struct egov_slice attributes, struct egov_buf *out,
                                struct egov_error *err)
{
	const size_t set = egov__der_open(out, EGOV__SET);
	struct egov_slice *sorted, rest = attributes;
	struct egov__tlv tlv;
	size_t count = 0;

	for (; rest.size > 0 && egov__der_any(&rest, &tlv, NULL) == EGOV_OK; count++)
		;
	sorted = calloc(count + 1, sizeof(*sorted));
	if (sorted == NULL)
		return egov_error_nomem(err);
	rest = attributes;
	for (size_t i = 0; i < count && egov__der_any(&rest, &tlv, NULL) == EGOV_OK; i++)
		sorted[i] = tlv.whole;
	qsort(sorted, count, sizeof(*sorted), by_octets);
	for (size_t i = 0; i < count; i++)
		egov__buf_slice(out, sorted[i]);
	free(sorted);
	egov__der_close(out, set);
	return EGOV_OK;
}

enum egov_status egov__name_canonical(struct egov_slice der, struct egov_buf *out,
                                      struct egov_error *err)
{
	struct egov_buf rdn = EGOV__BUF(EGOV__MAX_CANONICAL);
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc = egov__name_begin(der, &cursor, err);

	while (rc == EGOV_OK && more) {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc != EGOV_OK || !more)
			break;
		put_attribute(&item, &rdn);
		rc = egov__buf_check(&rdn, err);
		if (rc == EGOV_OK && cursor.set.size == 0) {
			rc = put_rdn(egov_buf_slice(&rdn), out, err);
			egov_buf_reset(&rdn);
		}
	}
	egov__buf_clear(&rdn);
	return rc != EGOV_OK ? rc : egov__buf_check(out, err);
}

enum egov_status egov__name_same(struct egov_slice a, struct egov_slice b, bool *same,
                                 struct egov_error *err)
{
	struct egov_buf names[2] = { EGOV__BUF(EGOV__MAX_CANONICAL), EGOV__BUF(EGOV__MAX_CANONICAL) };
	enum egov_status rc = EGOV_OK;

	*same = egov__slice_equal(a, b);
	if (*same)
		return EGOV_OK;
	rc = egov__name_canonical(a, &names[0], err);
	if (rc == EGOV_OK)
		rc = egov__name_canonical(b, &names[1], err);
	*same = rc == EGOV_OK && egov__slice_equal(egov_buf_slice(&names[0]), egov_buf_slice(&names[1]));
	egov__buf_clear(&names[0]);
	egov__buf_clear(&names[1]);
	return rc;
}
