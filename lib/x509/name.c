/* SPDX-License-Identifier: Apache-2.0 */
#include "x509/name.h"

#include <stdlib.h>
#include <strings.h>

#include "base/der.h"
#include "base/text.h"

#define MAX_ATTRIBUTES 32

static const char order_clause[] = "GM/T 0043, 6.2.1 e";
static const char bound_clause[] = "RFC 5280, appendix A.1";

/* In the order of place.  Where GM/T 0043 fixes none (all between OU and CN),
 * the order is ours. */
static const struct egov__attribute attributes[] = {
	{ EGOV__OID_COUNTRY, "C", 2, 0, EGOV__PRINTABLE_STRING },
	{ EGOV__OID_STATE, "ST", 128, 1, EGOV__UTF8_STRING },
	{ EGOV__OID_LOCALITY, "L", 128, 2, EGOV__UTF8_STRING },
	{ EGOV__OID_STREET, "street", 128, 3, EGOV__UTF8_STRING },
	{ EGOV__OID_POSTAL_CODE, "postalCode", 40, 4, EGOV__UTF8_STRING },
	{ EGOV__OID_DOMAIN_COMPONENT, "DC", 63, 5, EGOV__IA5_STRING },
	{ EGOV__OID_ORGANIZATION, "O", 64, 6, EGOV__UTF8_STRING },
	{ EGOV__OID_ORGANIZATION_IDENTIFIER, "organizationIdentifier", 256, 7, EGOV__UTF8_STRING },
	{ EGOV__OID_ORGANIZATIONAL_UNIT, "OU", 64, 8, EGOV__UTF8_STRING },
	{ EGOV__OID_TITLE, "title", 64, 9, EGOV__UTF8_STRING },
	{ EGOV__OID_SURNAME, "SN", 64, 10, EGOV__UTF8_STRING },
	{ EGOV__OID_GIVEN_NAME, "GN", 64, 11, EGOV__UTF8_STRING },
	{ EGOV__OID_DN_QUALIFIER, "dnQualifier", 64, 12, EGOV__PRINTABLE_STRING },
	{ EGOV__OID_SERIAL_NUMBER, "serialNumber", 64, 13, EGOV__PRINTABLE_STRING },
	{ EGOV__OID_USER_ID, "UID", 256, 14, EGOV__UTF8_STRING },
	{ EGOV__OID_EMAIL, "E", 255, 15, EGOV__IA5_STRING },
	{ EGOV__OID_COMMON_NAME, "CN", 64, 16, EGOV__UTF8_STRING },
};
#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

struct value {
	const struct egov__attribute *type;
	char *text;
};

struct egov__name {
	struct value values[MAX_ATTRIBUTES];
	size_t count;
};

static bool same_word(struct egov_slice a, const char *b)
{
	return a.size == strlen(b) && strncasecmp((const char *)a.data, b, a.size) == 0;
}

const struct egov__attribute *egov__attribute_by_oid(enum egov__oid oid)
{
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (attributes[i].type == oid)
			return &attributes[i];
	return NULL;
}

const struct egov__attribute *egov__attribute_by_name(struct egov_slice name)
{
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (same_word(name, attributes[i].short_name)
		    || same_word(name, egov__oid_get(attributes[i].type)->name)
		    || egov__slice_is(name, egov__oid_get(attributes[i].type)->dotted))
			return &attributes[i];
	return same_word(name, "S") ? egov__attribute_by_oid(EGOV__OID_STATE) : NULL;
}

struct egov__name *egov__name_new(void)
{
	return calloc(1, sizeof(struct egov__name));
}

void egov__name_free(struct egov__name *name)
{
	if (name == NULL)
		return;
	for (size_t i = 0; i < name->count; i++)
		free(name->values[i].text);
	free(name);
}

/* Alphabet of the string type that the attribute is written with. */
static enum egov_status check_alphabet(const struct egov__attribute *type, const char *noun,
                                       struct egov_slice value, struct egov_error *err)
{
	if (type->tag == EGOV__PRINTABLE_STRING && !egov__is_printable_string(value))
		return egov_error_set(err, EGOV_E_POLICY, "X.680, 41.4",
		                      "%s: not all characters are of PrintableString", noun);
	for (size_t i = 0; type->tag == EGOV__IA5_STRING && i < value.size; i++)
		if (value.data[i] >= 0x80)
			return egov_error_set(err, EGOV_E_POLICY, bound_clause,
			                      "%s: not all characters are of IA5String", noun);
	if (type->type == EGOV__OID_COUNTRY
	    && (value.size != 2 || value.data[0] < 'A' || value.data[0] > 'Z' || value.data[1] < 'A'
	        || value.data[1] > 'Z'))
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0043, 6.1.2",
		                      "%s: want two upper-case letters", noun);
	return EGOV_OK;
}

static enum egov_status check_value(const struct egov__attribute *type, struct egov_slice value,
                                    struct egov_error *err)
{
	const char *const noun = egov__oid_get(type->type)->name;
	size_t characters = 0;

	if (value.size == 0)
		return egov_error_set(err, EGOV_E_POLICY, bound_clause, "%s: empty", noun);
	if (!egov__utf8_check(value, &characters))
		return egov_error_set(err, EGOV_E_POLICY, "RFC 3629, 3", "%s: not UTF-8", noun);
	if (egov__utf8_has_control(value))
		return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: has a control character", noun);
	if (characters > type->max)
		return egov_error_set(err, EGOV_E_POLICY, bound_clause,
		                      "%s: %zu characters, at most %u allowed", noun, characters,
		                      type->max);
	return check_alphabet(type, noun, value, err);
}

/* Units and domain labels come in rows; a second value of anything else would
 * leave open which one names the holder. */
static bool may_repeat(const struct egov__attribute *type)
{
	return type->type == EGOV__OID_ORGANIZATIONAL_UNIT || type->type == EGOV__OID_DOMAIN_COMPONENT;
}

enum egov_status egov__name_add(struct egov__name *name, const struct egov__attribute *type,
                                struct egov_slice value, struct egov_error *err)
{
	enum egov_status rc = check_value(type, value, err);
	char *text;

	if (rc != EGOV_OK)
		return rc;
	for (size_t i = 0; !may_repeat(type) && i < name->count; i++)
		if (name->values[i].type == type)
			return egov_error_set(err, EGOV_E_POLICY, NULL, "%s: given twice",
			                      egov__oid_get(type->type)->name);
	if (name->count == MAX_ATTRIBUTES)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "name of more than %u attributes",
		                      MAX_ATTRIBUTES);
	text = egov__slice_copy(value);
	if (text == NULL)
		return egov_error_nomem(err);
	name->values[name->count++] = (struct value){ type, text };
	return EGOV_OK;
}

static void put_attribute(const struct value *value, struct egov_buf *out)
{
	const size_t set = egov__der_open(out, EGOV__SET);
	const size_t pair = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__OID, egov__oid_get(value->type->type)->contents);
	egov__der_put(out, value->type->tag, egov__slice_text(value->text));
	egov__der_close(out, pair);
	egov__der_close(out, set);
}

enum egov_status egov__name_encode(const struct egov__name *name, struct egov_buf *out,
                                   struct egov_error *err)
{
	size_t mark;

	if (name->count == 0)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 4.1.2.4", "the name is empty");
	mark = egov__der_open(out, EGOV__SEQUENCE);
	for (size_t place = 0; place < ATTRIBUTES; place++)
		for (size_t i = 0; i < name->count; i++)
			if (name->values[i].type->place == place)
				put_attribute(&name->values[i], out);
	egov__der_close(out, mark);
	return egov__buf_check(out, err);
}

/* --- reading text ------------------------------------------------------------ */

struct text {
	const char *at;
	char separator;                 /* ',' of RFC 4514, or '/' of OpenSSL */
};

static void skip_blanks(struct text *in)
{
	while (*in->at == ' ')
		in->at++;
}

static enum egov_status bad_text(const char *at, const char *what, struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 4514, 3", "at \"%.40s\": %s", at,
	                      egov__text(what));
}

static enum egov_status parse_type(struct text *in, const struct egov__attribute **type,
                                   struct egov_error *err)
{
	const char *const start = in->at;
	struct egov_slice name;
	const size_t size = strcspn(start, "=,/+\\");

	if (start[size] != '=')
		return bad_text(start, EGOV__N("want an attribute type and ="), err);
	name = (struct egov_slice){ (const uint8_t *)start, size };
	while (name.size > 0 && name.data[name.size - 1] == ' ')
		name.size--;
	*type = egov__attribute_by_name(name);
	if (*type == NULL)
		return bad_text(start, EGOV__N("no such attribute type"), err);
	in->at = start + size + 1;
	return EGOV_OK;
}

static int hex_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char lower = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	const char *const at = c == 0 ? NULL : strchr(digits, lower);

	return at == NULL ? -1 : (int)(at - digits);
}

/* After a backslash: two hex digits, or one character that stands for itself. */
static enum egov_status parse_escape(struct text *in, struct egov_buf *value,
                                     struct egov_error *err)
{
	const int high = hex_of(in->at[1]);
	const int low = high < 0 ? -1 : hex_of(in->at[2]);

	if (low >= 0) {
		egov__buf_byte(value, (uint8_t)(high << 4 | low));
		in->at += 3;
		return EGOV_OK;
	}
	if (in->at[1] == 0 || strchr(" \"#+,;<=>\\/", in->at[1]) == NULL)
		return bad_text(in->at, EGOV__N("unknown escape"), err);
	egov__buf_byte(value, (uint8_t)in->at[1]);
	in->at += 2;
	return EGOV_OK;
}

/* Up to the separator; blanks before it count only where they are escaped. */
static enum egov_status parse_value(struct text *in, struct egov_buf *value,
                                    struct egov_error *err)
{
	const char *const special = in->separator == ',' ? "\"+;<>" : "+";
	size_t solid = 0;
	enum egov_status rc;

	skip_blanks(in);
	if (*in->at == '#')
		return bad_text(in->at, EGOV__N("a value in hexadecimal is not taken"), err);
	while (*in->at != 0 && *in->at != in->separator) {
		if (strchr(special, *in->at) != NULL)
			return bad_text(in->at,
			                *in->at == '+' ? EGOV__N("one attribute an RDN; write \\+ for "
			                                         "the sign")
			                               : EGOV__N("must be escaped with \\"),
			                err);
		if (*in->at == '\\') {
			rc = parse_escape(in, value, err);
			if (rc != EGOV_OK)
				return rc;
			solid = value->size;
		} else {
			egov__buf_byte(value, (uint8_t)*in->at);
			if (*in->at++ != ' ')
				solid = value->size;
		}
	}
	rc = egov__buf_check(value, err);
	if (rc == EGOV_OK)
		value->size = solid;
	return rc;
}

static enum egov_status parse_one(struct text *in, struct egov__name *name, struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT);
	const struct egov__attribute *type = NULL, *before = NULL;
	enum egov_status rc;

	skip_blanks(in);
	rc = parse_type(in, &type, err);
	if (rc != EGOV_OK)
		goto out;
	rc = parse_value(in, &value, err);
	if (rc != EGOV_OK)
		goto out;
	if (name->count > 0)
		before = name->values[name->count - 1].type;
	if (before != NULL && before->place > type->place) {
		rc = egov_error_set(err, EGOV_E_POLICY, order_clause,
		                    "%s stands after %s; want the order C, ST, L, O, OU, ..., CN",
		                    type->short_name, before->short_name);
		goto out;
	}
	rc = egov__name_add(name, type, egov_buf_slice(&value), err);
out:
	egov__buf_clear(&value);
	return rc;
}

enum egov_status egov__name_parse(const char *text, struct egov__name **out, struct egov_error *err)
{
	struct text in = { text, ',' };
	struct egov__name *name = egov__name_new();
	enum egov_status rc;

	if (name == NULL)
		return egov_error_nomem(err);
	skip_blanks(&in);
	if (*in.at == '/') {
		in.separator = '/';
		in.at++;
	}
	for (;;) {
		rc = parse_one(&in, name, err);
		if (rc != EGOV_OK || *in.at == 0)
			break;
		in.at++;
	}
	if (rc == EGOV_OK) {
		*out = name;
		name = NULL;
	}
	egov__name_free(name);
	return rc == EGOV_OK ? rc : egov_error_prefix(err, rc, "name");
}
