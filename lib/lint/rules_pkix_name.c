/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "base/text.h"
#include "lint/host.h"
#include "lint/lint_impl.h"

/* Rules of RFC 5280, 4.1.2.4 and 4.1.2.6, and of its appendix A, on names. */

#define NAME_MAX 32768          /* ub-name */
#define UNIVERSAL_STRING 0x1c

/* Upper bounds, in characters, of the types that begin with 2.5.4; by the last octet. */
static unsigned bound_of(const struct egov__name_item *item)
{
	static const struct {
		uint8_t last;
		unsigned max;
	} bounds[] = {
		{ 3, 64 },  { 4, NAME_MAX }, { 5, 64 },  { 6, 2 },   { 7, 128 },  { 8, 128 },
		{ 9, 128 }, { 10, 64 },      { 11, 64 }, { 12, 64 }, { 17, 40 },  { 41, NAME_MAX },
		{ 42, NAME_MAX },            { 43, NAME_MAX },       { 44, NAME_MAX },
		{ 65, 128 },
	};

	if (item->type == EGOV__OID_EMAIL)
		return 255;
	if (item->type == EGOV__OID_DOMAIN_COMPONENT)
		return 63;
	if (item->oid.size != 3 || item->oid.data[0] != 0x55 || item->oid.data[1] != 4)
		return 0;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		if (bounds[i].last == item->oid.data[2])
			return bounds[i].max;
	return 0;
}

static const char *name_of(const struct egov__name_item *item)
{
	const struct egov__oid_info *const info = egov__oid_get(item->type);

	return info == NULL ? egov__text("an unknown attribute") : info->name;
}

/* --- walking ---------------------------------------------------------------------- */

typedef enum egov_status item_fn(const char *name, const struct egov__name_item *item,
                                 struct egov_error *err);

static enum egov_status walk(const char *what, const struct egov__lint_name *name, item_fn *fn,
                             struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < name->count; i++)
		rc = fn(what, &name->item[i], err);
	return rc;
}

/* An issuer that is known was judged when its own certificate was made. */
static bool is_new_issuer(const struct egov__lint_subject *s)
{
	return s->issuer.size > 0 && !egov__slice_equal(s->issuer, s->context->issuer_name)
	       && !egov__slice_equal(s->issuer, s->subject);
}

static enum egov_status each(const struct egov__lint_subject *s, item_fn *fn,
                             struct egov_error *err)
{
	const enum egov_status rc = walk("subject", s->subject_name, fn, err);

	return rc == EGOV_OK && is_new_issuer(s) ? walk("issuer", s->issuer_name, fn, err) : rc;
}

/* --- whole names ------------------------------------------------------------------- */

static enum egov_status form(const struct egov__lint_subject *s, struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (s->subject.size > 0)
		rc = egov__lint_name_fault("subject", s->subject, s->subject_name, err);
	return rc == EGOV_OK && is_new_issuer(s)
	               ? egov__lint_name_fault("issuer", s->issuer, s->issuer_name, err)
	               : rc;
}

static bool is_empty(struct egov_slice name)
{
	return name.size == 2;
}

static enum egov_status issuer(const struct egov__lint_subject *s, struct egov_error *err)
{
	return is_empty(s->issuer) ? egov__lint_found(err, "an empty name") : EGOV_OK;
}

static enum egov_status subject(const struct egov__lint_subject *s, struct egov_error *err)
{
	struct egov__ext ext;

	if (!is_empty(s->subject))
		return EGOV_OK;
	if (egov__lint_is_ca(s))
		return egov__lint_found(err, "an empty name in the certificate of a CA");
	if (!egov__lint_ext(s, EGOV__OID_SAN, &ext))
		return egov__lint_found(err, "an empty name without subjectAltName");
	return ext.critical
	               ? EGOV_OK
	               : egov__lint_found(err, "an empty name, and subjectAltName is not critical");
}

/* --- attributes --------------------------------------------------------------------- */

static bool is_directory_string(uint8_t tag)
{
	return tag == EGOV__PRINTABLE_STRING || tag == EGOV__UTF8_STRING || tag == EGOV__T61_STRING
	       || tag == EGOV__BMP_STRING || tag == UNIVERSAL_STRING;
}

static enum egov_status item_type(const char *name, const struct egov__name_item *item,
                                  struct egov_error *err)
{
	const char *wanted = NULL;

	switch (item->type) {
	case EGOV__OID_COUNTRY:
	case EGOV__OID_SERIAL_NUMBER:
	case EGOV__OID_DN_QUALIFIER:
		wanted = item->tag == EGOV__PRINTABLE_STRING ? NULL : "PrintableString";
		break;
	case EGOV__OID_EMAIL:
	case EGOV__OID_DOMAIN_COMPONENT:
		wanted = item->tag == EGOV__IA5_STRING ? NULL : "IA5String";
		break;
	default:
		if (bound_of(item) > 0 && !is_directory_string(item->tag))
			wanted = "DirectoryString";
		break;
	}
	if (wanted == NULL)
		return EGOV_OK;
	return egov__lint_found(err, "%s: %s is no %s", name, name_of(item), wanted);
}

static enum egov_status types(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, item_type, err);
}

static enum egov_status item_age(const char *name, const struct egov__name_item *item,
                                 struct egov_error *err)
{
	if (item->tag != EGOV__T61_STRING && item->tag != EGOV__BMP_STRING
	    && item->tag != UNIVERSAL_STRING)
		return EGOV_OK;
	return egov__lint_found(err, "%s: %s is TeletexString, BMPString or UniversalString", name,
	                        name_of(item));
}

static enum egov_status ages(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, item_age, err);
}

/* UTF-8 as it is, other types turned into it; false where it is no text. */
static bool item_text(const struct egov__name_item *item, struct egov_buf *room,
                      struct egov_slice *text)
{
	*text = item->value;
	switch (item->tag) {
	case EGOV__UTF8_STRING:
		return egov__utf8_check(*text, NULL);
	case EGOV__PRINTABLE_STRING:
		return egov__is_printable_string(*text);
	default:
		if (!egov__name_item_text(item, room))
			return false;
		*text = egov_buf_slice(room);
		return true;
	}
}

static bool is_string(uint8_t tag)
{
	return is_directory_string(tag) || tag == EGOV__IA5_STRING;
}

static enum egov_status item_characters(const char *name, const struct egov__name_item *item,
                                        struct egov_error *err)
{
	struct egov_buf room = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	struct egov_slice text;
	const bool fits = !is_string(item->tag)
	                  || (item_text(item, &room, &text) && !egov__utf8_has_control(text));

	egov__buf_clear(&room);
	if (fits)
		return EGOV_OK;
	return egov__lint_found(err, "%s: %s has octets that are no text of its type", name,
	                        name_of(item));
}

static enum egov_status characters(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, item_characters, err);
}

static enum egov_status item_length(const char *name, const struct egov__name_item *item,
                                    struct egov_error *err)
{
	struct egov_buf room = EGOV__BUF(4 * EGOV__MAX_OBJECT);
	const unsigned max = bound_of(item);
	struct egov_slice text;
	size_t length = 0;
	const bool fits = is_string(item->tag) && item_text(item, &room, &text)
	                  && egov__utf8_check(text, &length);

	egov__buf_clear(&room);
	if (!fits)
		return EGOV_OK;         /* pkix-name-types, pkix-name-text */
	if (length == 0)
		return egov__lint_found(err, "%s: %s is empty", name, name_of(item));
	if (max > 0 && length > max)
		return egov__lint_found(err, "%s %s: %zu characters, at most %u allowed", name,
		                        name_of(item), length, max);
	if (item->type == EGOV__OID_COUNTRY && length != 2)
		return egov__lint_found(err, "%s: countryName of %zu letters", name, length);
	return EGOV_OK;
}

static enum egov_status lengths(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, item_length, err);
}

static enum egov_status item_domain(const char *name, const struct egov__name_item *item,
                                    struct egov_error *err)
{
	const char *fault;

	if (item->type != EGOV__OID_DOMAIN_COMPONENT || item->tag != EGOV__IA5_STRING)
		return EGOV_OK;
	fault = egov__host_fault(item->value, false);
	return fault == NULL ? EGOV_OK
	                     : egov__lint_found(err, "%s: domainComponent: %s", name,
	                                        egov__text(fault));
}

static enum egov_status domains(const struct egov__lint_subject *s, struct egov_error *err)
{
	return each(s, item_domain, err);
}

/* --- e-mail addresses in the subject --------------------------------------------------- */

static bool stands_in_altname(const struct egov__lint_subject *s, struct egov_slice address)
{
	struct egov_slice names = EGOV__NO_SLICE;
	struct egov__general_name name;

	if (!egov__lint_names(s, EGOV__OID_SAN, &names))
		return false;
	while (egov__lint_next_name(&names, &name))
		if (name.tag == EGOV__GN_EMAIL && name.value.size == address.size
		    && strncasecmp((const char *)name.value.data, (const char *)address.data,
		                   address.size) == 0)
			return true;
	return false;
}

static enum egov_status email(const struct egov__lint_subject *s, struct egov_error *err)
{
	const struct egov__lint_name *const name = s->subject_name;

	for (size_t i = 0; i < name->count; i++)
		if (name->item[i].type == EGOV__OID_EMAIL && name->item[i].value.size > 0
		    && !stands_in_altname(s, name->item[i].value))
			return egov__lint_found(err, "emailAddress in the subject, and not in "
			                             "subjectAltName");
	return EGOV_OK;
}

const struct egov__lint_row egov__rules_pkix_name[] = {
	EGOV__RULE(CERT | CRL, RFC5280, "pkix-issuer", "issuer", "RFC 5280, 4.1.2.4 and 5.1.2.3",
	           ERROR, "a name that is not empty", issuer),
	EGOV__RULE(CERT, RFC5280, "pkix-subject", "subject", "RFC 5280, 4.1.2.6", ERROR,
	           "a name; an empty one in no CA, and beside a critical subjectAltName alone", subject),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-form", "issuer, subject",
	           "RFC 5280, 4.1.2.4", ERROR, "a sequence of sets, each of an attribute or more in order",
	           form),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-types", "issuer, subject",
	           "RFC 5280, appendix A.1", ERROR, "the string type that each attribute has", types),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-old", "issuer, subject", "RFC 5280, 4.1.2.4",
	           WARNING, "PrintableString or UTF8String", ages),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-text", "issuer, subject",
	           "RFC 5280, appendix A.1", ERROR,
	           "text of its string type, without control characters", characters),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-length", "issuer, subject",
	           "RFC 5280, appendix A.1", ERROR, "values of 1 to so many characters", lengths),
	EGOV__RULE(CERT | CRL | CSR, RFC5280, "pkix-name-domain", "issuer, subject",
	           "RFC 5280, 4.1.2.4", ERROR, "a domainComponent is a label of a host name", domains),
	EGOV__RULE(CERT, RFC5280, "pkix-email", "subject", "RFC 5280, 4.1.2.6", ERROR,
	           "e-mail addresses stand in subjectAltName, whether or not in the subject", email),
	{ { .id = NULL }, NULL },
};
