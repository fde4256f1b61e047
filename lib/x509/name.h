/* SPDX-License-Identifier: Apache-2.0 */
#ifndef X509_NAME_H
#define X509_NAME_H

#include "asn1/oid.h"
#include "base/buf.h"

/*
 * Distinguished names as GM/T 0043, 6.2.1 and GB/T 20518 want them written: C
 * first, then S, L, O, OU, the rest, CN last; one attribute an RDN; C as
 * PrintableString, e-mail as IA5String, all else UTF8String, serialNumber and
 * dnQualifier as PrintableString (X.520).  Names that come from outside are
 * read as they are, and compared as RFC 5280, 7.1 has it.
 */
struct egov__attribute {
	enum egov__oid type;
	const char *short_name;         /* C, ST, L, O, OU, CN, serialNumber, ... */
	unsigned max;                   /* characters (X.520 upper bounds, RFC 5280, appendix A) */
	unsigned place;                 /* order in a name that we write */
	uint8_t tag;                    /* string type that we write */
};

/* By short name in any case ("S" and "ST" both are stateOrProvinceName), by
 * name of the OID table or by dotted OID; or NULL. */
const struct egov__attribute *egov__attribute_by_name(struct egov_slice name);
const struct egov__attribute *egov__attribute_by_oid(enum egov__oid oid);

/* A name under construction. */
struct egov__name;
struct egov__name *egov__name_new(void);
void egov__name_free(struct egov__name *name);

/* Adds one attribute: UTF-8 checked, not empty, no control characters, length
 * in characters within bounds (EGOV_E_POLICY with the clause otherwise); values
 * that must be PrintableString or IA5String are checked for it; C is two upper
 * case letters; only OU and DC may be given more than once. */
EGOV_MUST_CHECK enum egov_status egov__name_add(struct egov__name *name,
                                                const struct egov__attribute *type,
                                                struct egov_slice value, struct egov_error *err);

/* "C=CN, O=..., CN=..." (RFC 4514 escapes; also "/C=CN/O=.../CN=..."), in the
 * order of the DER, which must be the order of place. */
EGOV_MUST_CHECK enum egov_status egov__name_parse(const char *text, struct egov__name **out,
                                                  struct egov_error *err);

/* DER Name in the order of place, appended to out. */
EGOV_MUST_CHECK enum egov_status egov__name_encode(const struct egov__name *name,
                                                   struct egov_buf *out, struct egov_error *err);

/* One attribute of a DER Name, in order. */
struct egov__name_item {
	struct egov_slice oid;          /* contents octets */
	enum egov__oid type;            /* or EGOV__OID_UNKNOWN */
	uint8_t tag;                    /* string type */
	struct egov_slice value;        /* contents octets */
	size_t rdn;                     /* counts from 0; equal within a multi-valued RDN */
};

/* Walks a DER Name (whole TLV); *more false at the end. */
struct egov__name_cursor {
	struct egov_slice rdns, set;
	size_t rdn;
};
EGOV_MUST_CHECK enum egov_status egov__name_begin(struct egov_slice der,
                                                  struct egov__name_cursor *cursor,
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__name_next(struct egov__name_cursor *cursor,
                                                 struct egov__name_item *item, bool *more,
                                                 struct egov_error *err);

/* The value as UTF-8, appended to out: T61String as Latin-1, BMPString and
 * UniversalString converted; false where the octets are not of their type. */
bool egov__name_item_text(const struct egov__name_item *item, struct egov_buf *out);

/* Every value is text of its string type, without control characters: what a
 * name from outside must be before it is shown or kept.  EGOV_E_SYNTAX. */
EGOV_MUST_CHECK enum egov_status egov__name_check(struct egov_slice der, struct egov_error *err);

/* Readable form in DER order, "C=CN, O=…, CN=…"; strings of other types are
 * turned into UTF-8, what cannot be is shown as #hex.  Never fails on foreign
 * content beyond want of memory. */
void egov__name_print(struct egov_slice der, struct egov_buf *out);

/* Appends what names are compared by (RFC 5280, 7.1): two are the same where these
 * octets are equal, and one begins with another, RDN by RDN, where they do. */
#define EGOV__MAX_CANONICAL (16 * EGOV__MAX_OBJECT)
EGOV_MUST_CHECK enum egov_status egov__name_canonical(struct egov_slice der, struct egov_buf *out,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__name_same(struct egov_slice a, struct egov_slice b,
                                                 bool *same, struct egov_error *err);

/* The first value of this type as UTF-8, appended to out; *found tells. */
EGOV_MUST_CHECK enum egov_status egov__name_get(struct egov_slice der, enum egov__oid type,
                                                struct egov_buf *out, bool *found,
                                                struct egov_error *err);

#endif
