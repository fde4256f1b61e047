/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/name.h"

#include "base/der.h"
#include "base/text.h"

/* String types that only foreign names have (X.680, 41). */
enum {
	NUMERIC_STRING = 0x12,
	VISIBLE_STRING = 0x1a,
	UNIVERSAL_STRING = 0x1c
};

enum egov_status egov__name_begin(struct egov_slice der, struct egov__name_cursor *cursor,
                                  struct egov_error *err)
{
	struct egov_slice rdns = EGOV__NO_SLICE;
	enum egov_status rc = egov__der_only(der, EGOV__SEQUENCE, "name", &rdns, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_check(rdns, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "name");
	*cursor = (struct egov__name_cursor){ rdns, EGOV__NO_SLICE, 0 };
	return EGOV_OK;
}

/* Order of the encodings in a SET OF (X.690, 11.6): the shorter as if padded. */
static bool rises(struct egov_slice a, struct egov_slice b)
{
	const size_t common = a.size < b.size ? a.size : b.size;
	const int order = memcmp(a.data, b.data, common);

	return order < 0 || (order == 0 && a.size <= b.size);
}

static enum egov_status check_set_order(struct egov_slice set, struct egov_error *err)
{
	struct egov__tlv before = { 0 }, tlv = { 0 };
	enum egov_status rc;

	while (set.size > 0) {
		rc = egov__der_any(&set, &tlv, err);
		if (rc != EGOV_OK)
			return egov_error_prefix(err, rc, "name");
		if (before.whole.size > 0 && !rises(before.whole, tlv.whole))
			return egov_error_set(err, EGOV_E_SYNTAX, "X.690, 11.6",
			                      "name: attributes of an RDN out of order");
		before = tlv;
	}
	return EGOV_OK;
}

static enum egov_status next_set(struct egov__name_cursor *cursor, struct egov_error *err)
{
	enum egov_status rc;

	rc = egov__der_read(&cursor->rdns, EGOV__SET, "name", &cursor->set, err);
	if (rc != EGOV_OK)
		return rc;
	if (cursor->set.size == 0)
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.4", "name: empty RDN");
	cursor->rdn++;
	return check_set_order(cursor->set, err);
}

enum egov_status egov__name_next(struct egov__name_cursor *cursor, struct egov__name_item *item,
                                 bool *more, struct egov_error *err)
{
	struct egov_slice pair = EGOV__NO_SLICE, oid = EGOV__NO_SLICE;
	struct egov__tlv value = { 0 };
	enum egov_status rc;

	if (cursor->set.size == 0) {
		if (cursor->rdns.size == 0) {
			*more = false;
			return EGOV_OK;
		}
		rc = next_set(cursor, err);
		if (rc != EGOV_OK)
			return rc;
	}
	rc = egov__der_read(&cursor->set, EGOV__SEQUENCE, "name", &pair, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_oid(&pair, "name", &oid, err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__der_any(&pair, &value, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "name");
	rc = egov__der_end(pair, "name: attribute", err);
	if (rc != EGOV_OK)
		return rc;
	*item = (struct egov__name_item){ oid, egov__oid_find(oid), value.tag, value.value,
		                          cursor->rdn - 1 };
	*more = true;
	return EGOV_OK;
}

/* --- text of foreign strings --------------------------------------------------- */

static void put_code(struct egov_buf *out, uint32_t code)
{
	if (code < 0x80) {
		egov__buf_byte(out, (uint8_t)code);
	} else if (code < 0x800) {
		egov__buf_byte(out, (uint8_t)(0xc0 | code >> 6));
		egov__buf_byte(out, (uint8_t)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		egov__buf_byte(out, (uint8_t)(0xe0 | code >> 12));
		egov__buf_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
		egov__buf_byte(out, (uint8_t)(0x80 | (code & 0x3f)));
	} else {
		egov__buf_byte(out, (uint8_t)(0xf0 | code >> 18));
		egov__buf_byte(out, (uint8_t)(0x80 | (code >> 12 & 0x3f)));
		egov__buf_byte(out, (uint8_t)(0x80 | (code >> 6 & 0x3f)));
		egov__buf_byte(out, (uint8_t)(0x80 | (code & 0x3f)));
	}
}

static bool is_scalar(uint32_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Fixed width, big-endian: BMPString (2), UniversalString (4), or T61String
 * taken for Latin-1 as everybody does (1). */
static bool put_wide(struct egov_slice value, size_t width, struct egov_buf *out)
{
	if (value.size % width != 0)
		return false;
	for (size_t at = 0; at < value.size; at += width) {
		uint32_t code = 0;

		for (size_t i = 0; i < width; i++)
			code = code << 8 | value.data[at + i];
		if (!is_scalar(code))
			return false;
		put_code(out, code);
	}
	return true;
}

static bool is_ascii(struct egov_slice value)
{
	for (size_t i = 0; i < value.size; i++)
		if (value.data[i] >= 0x80)
			return false;
	return true;
}

bool egov__name_item_text(const struct egov__name_item *item, struct egov_buf *out)
{
	bool plain = false;

	switch (item->tag) {
	case EGOV__UTF8_STRING:
		plain = egov__utf8_check(item->value, NULL);
		break;
	case EGOV__PRINTABLE_STRING:
	case EGOV__IA5_STRING:
	case NUMERIC_STRING:
	case VISIBLE_STRING:
		plain = is_ascii(item->value);
		break;
	case EGOV__T61_STRING:
		return put_wide(item->value, 1, out);
	case EGOV__BMP_STRING:
		return put_wide(item->value, 2, out);
	case UNIVERSAL_STRING:
		return put_wide(item->value, 4, out);
	default:
		break;
	}
	if (plain)
		egov__buf_slice(out, item->value);
	return plain;
}

/* RFC 4514, 2.4; control characters, C1 included, as their octets. */
static void put_escaped(struct egov_slice text, struct egov_buf *out)
{
	for (size_t i = 0; i < text.size; i++) {
		const uint8_t c = text.data[i];
		const bool edge = i == 0 || i + 1 == text.size;
		const bool c1 = c == 0xc2 && i + 1 < text.size && text.data[i + 1] < 0xa0;

		if (c < 0x20 || c == 0x7f || c1) {
			egov__buf_printf(out, "\\%02x", c);
			if (c1)
				egov__buf_printf(out, "\\%02x", text.data[++i]);
			continue;
		}
		if (strchr(",+\"\\<>;", c) != NULL || (c == ' ' && edge) || (c == '#' && i == 0))
			egov__buf_byte(out, '\\');
		egov__buf_byte(out, c);
	}
}

static void print_item(const struct egov__name_item *item, struct egov_buf *out)
{
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const struct egov__attribute *const type = egov__attribute_by_oid(item->type);

	if (type != NULL)
		egov__buf_text(out, type->short_name);
	else
		egov__oid_print(item->oid, out);
	egov__buf_byte(out, '=');
	if (egov__name_item_text(item, &text) && !text.failed) {
		put_escaped(egov_buf_slice(&text), out);
	} else if (!text.starved) {
		egov_buf_reset(&text);
		egov__der_put(&text, item->tag, item->value);
		egov__buf_byte(out, '#');
		egov__buf_hex(out, egov_buf_slice(&text));
	}
	if (text.starved)
		out->failed = out->starved = true;
	egov__buf_clear(&text);
}

void egov__name_print(struct egov_slice der, struct egov_buf *out)
{
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	const size_t before = out->size;
	size_t rdn = 0;
	bool more = true, first = true;
	enum egov_status rc = egov__name_begin(der, &cursor, NULL);

	while (rc == EGOV_OK) {
		rc = egov__name_next(&cursor, &item, &more, NULL);
		if (rc != EGOV_OK || !more)
			break;
		if (!first)
			egov__buf_text(out, item.rdn == rdn ? "+" : ", ");
		print_item(&item, out);
		rdn = item.rdn;
		first = false;
	}
	if (rc == EGOV_E_NOMEM) {
		out->failed = out->starved = true;
	} else if (rc != EGOV_OK && !out->failed) {
		out->size = before;
		egov__buf_byte(out, '#');
		egov__buf_hex(out, der);
	}
}

enum egov_status egov__name_get(struct egov_slice der, enum egov__oid type, struct egov_buf *out,
                                bool *found, struct egov_error *err)
{
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	const size_t before = out->size;
	bool more = true;
	enum egov_status rc = egov__name_begin(der, &cursor, err);

	if (rc != EGOV_OK)
		return rc;
	do {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc != EGOV_OK)
			return rc;
	} while (more && item.type != type);
	if (more && !egov__name_item_text(&item, out)) {
		if (!out->failed)
			out->size = before;
		return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5280, 4.1.2.4",
		                      "%s: not text of its string type",
		                      egov__oid_get(type)->name);
	}
	rc = egov__buf_check(out, err);
	if (rc == EGOV_OK)
		*found = more;
	return rc;
}

static enum egov_status check_item(const struct egov__name_item *item, struct egov_buf *text,
                                   struct egov_error *err)
{
	const struct egov__oid_info *const info = egov__oid_get(item->type);
	const char *const noun = info == NULL ? "attribute" : info->name;
	enum egov_status rc;

	egov_buf_reset(text);
	if (!egov__name_item_text(item, text))
		return egov_error_set(err, EGOV_E_SYNTAX,
		                      item->tag == EGOV__UTF8_STRING ? "RFC 3629, 3"
		                                                     : "RFC 5280, 4.1.2.4",
		                      item->tag == EGOV__UTF8_STRING ? "%s: not UTF-8"
		                                                     : "%s: not text of its string type",
		                      noun);
	rc = egov__buf_check(text, err);
	if (rc != EGOV_OK)
		return rc;
	if (item->tag == EGOV__PRINTABLE_STRING && !egov__is_printable_string(item->value))
		return egov_error_set(err, EGOV_E_SYNTAX, "X.680, 41.4",
		                      "%s: not all characters are of PrintableString", noun);
	if (egov__utf8_has_control(egov_buf_slice(text)))
		return egov_error_set(err, EGOV_E_SYNTAX, NULL, "%s: has a control character", noun);
	return EGOV_OK;
}

enum egov_status egov__name_check(struct egov_slice der, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	struct egov__name_cursor cursor;
	struct egov__name_item item;
	bool more = true;
	enum egov_status rc = egov__name_begin(der, &cursor, err);

	while (rc == EGOV_OK) {
		rc = egov__name_next(&cursor, &item, &more, err);
		if (rc != EGOV_OK || !more)
			break;
		rc = check_item(&item, &text, err);
	}
	egov__buf_clear(&text);
	return rc;
}
