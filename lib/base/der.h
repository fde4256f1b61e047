/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DER_H
#define BASE_DER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/time.h"

/*
 * Distinguished encoding rules (X.690, 10 and 11), one TLV at a time, over
 * bytes that the caller keeps.  Reading is strict: definite minimal lengths,
 * single-octet tags of types as DER forms them, nothing past the end.  A slice
 * that is read from is moved past what was read.
 */

enum {
	EGOV__BOOLEAN = 0x01,
	EGOV__INTEGER = 0x02,
	EGOV__BIT_STRING = 0x03,
	EGOV__OCTET_STRING = 0x04,
	EGOV__NULL = 0x05,
	EGOV__OID = 0x06,
	EGOV__ENUMERATED = 0x0a,
	EGOV__UTF8_STRING = 0x0c,
	EGOV__PRINTABLE_STRING = 0x13,
	EGOV__T61_STRING = 0x14,
	EGOV__IA5_STRING = 0x16,
	EGOV__UTC_TIME = 0x17,
	EGOV__GENERALIZED_TIME = 0x18,
	EGOV__BMP_STRING = 0x1e,
	EGOV__SEQUENCE = 0x30,
	EGOV__SET = 0x31,
	EGOV__CONTEXT = 0x80,           /* [n] primitive: EGOV__CONTEXT | n */
	EGOV__CONTEXT_CONS = 0xa0       /* [n] constructed: EGOV__CONTEXT_CONS | n */
};

struct egov__tlv {
	uint8_t tag;
	struct egov_slice value;        /* the contents octets */
	struct egov_slice whole;        /* tag, length and contents */
};

/* Tag and length of the next TLV of in, of which left octets are there though maybe not at
 * hand: at most EGOV__DER_HEAD of them tell. */
#define EGOV__DER_HEAD 6
struct egov__der_head {
	uint8_t tag;
	size_t size;                    /* of tag and length */
	uint64_t contents;              /* how many octets follow them */
};
EGOV_MUST_CHECK enum egov_status egov__der_head(struct egov_slice in, uint64_t left,
                                                struct egov__der_head *out,
                                                struct egov_error *err);

/* The next TLV of in, whatever its tag. */
EGOV_MUST_CHECK enum egov_status egov__der_any(struct egov_slice *in, struct egov__tlv *tlv,
                                               struct egov_error *err);

/* The next TLV, which must have this tag; what names it in messages. */
EGOV_MUST_CHECK enum egov_status egov__der_read(struct egov_slice *in, uint8_t tag,
                                                const char *what, struct egov_slice *value,
                                                struct egov_error *err);

/* Well-formed down to the last octet, whatever the types are, each value in the
 * one form that DER gives it: for parts that are handed on without being read.  Not more
 * than 24 levels (EGOV_E_LIMIT), which others would recurse into. */
EGOV_MUST_CHECK enum egov_status egov__der_check(struct egov_slice der, struct egov_error *err);

/* The tag of the next TLV, or 0 at the end. */
uint8_t egov__der_peek(struct egov_slice in);

/* Nothing may be left. */
EGOV_MUST_CHECK enum egov_status egov__der_end(struct egov_slice in, const char *what,
                                               struct egov_error *err);

/* One TLV of this tag that fills in exactly: unwraps an object. */
EGOV_MUST_CHECK enum egov_status egov__der_only(struct egov_slice in, uint8_t tag,
                                                const char *what, struct egov_slice *value,
                                                struct egov_error *err);

/* Contents of primitive types.  An INTEGER is minimal and may be negative;
 * egov__der_uint takes one that is not negative and fits. */
EGOV_MUST_CHECK enum egov_status egov__der_integer_check(struct egov_slice value, const char *what,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__der_uint(struct egov_slice *in, const char *what,
                                                uint64_t *out, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__der_boolean(struct egov_slice *in, const char *what,
                                                   bool *out, struct egov_error *err);

/* A BIT STRING of whole octets (unused bits 0): its octets. */
EGOV_MUST_CHECK enum egov_status egov__der_bit_octets(struct egov_slice *in, const char *what,
                                                      struct egov_slice *octets,
                                                      struct egov_error *err);

/* A named BIT STRING of at most 16 bits without trailing zero bits; bit n of
 * the standard is 1 << n in *bits. */
EGOV_MUST_CHECK enum egov_status egov__der_named_bits(struct egov_slice *in, const char *what,
                                                      unsigned *bits, struct egov_error *err);

/* The same of contents octets: for implicit tags. */
EGOV_MUST_CHECK enum egov_status egov__der_boolean_check(struct egov_slice value, const char *what,
                                                         bool *out, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__der_named_bits_check(struct egov_slice value,
                                                            const char *what, unsigned *bits,
                                                            struct egov_error *err);

/* UTCTime or GeneralizedTime with seconds and Z (RFC 5280, 4.1.2.5).
 * *wrong_type tells that the type does not fit the year; NULL allowed. */
EGOV_MUST_CHECK enum egov_status egov__der_time(struct egov_slice *in, const char *what,
                                                egov_time *out, bool *wrong_type,
                                                struct egov_error *err);

/* The contents octets of an OBJECT IDENTIFIER, well-formed. */
EGOV_MUST_CHECK enum egov_status egov__der_oid(struct egov_slice *in, const char *what,
                                               struct egov_slice *oid, struct egov_error *err);

/* The contents of an OBJECT IDENTIFIER as dotted text, appended to out.
 * EGOV_E_SYNTAX where they are not one, or have an arc of more than 128 bits. */
EGOV_MUST_CHECK enum egov_status egov__der_oid_text(struct egov_slice value, struct egov_buf *out,
                                                    struct egov_error *err);

/* Dotted text as contents octets, appended to out; arcs of 128 bits at most. */
EGOV_MUST_CHECK enum egov_status egov__der_oid_parse(const char *text, struct egov_buf *out,
                                                     struct egov_error *err);

/*
 * Writing.  egov__der_open writes a tag; everything appended until
 * egov__der_close with the mark it returned becomes the contents.
 */
size_t egov__der_open(struct egov_buf *out, uint8_t tag);
void egov__der_close(struct egov_buf *out, size_t mark);

/* Tag and length for contents that the caller streams behind them. */
void egov__der_header(struct egov_buf *out, uint8_t tag, size_t size);

/* How many octets egov__der_header writes for contents of this size. */
size_t egov__der_header_size(size_t size);

void egov__der_put(struct egov_buf *out, uint8_t tag, struct egov_slice value);
void egov__der_put_uint(struct egov_buf *out, uint64_t value);

/* INTEGER from big-endian octets that are not negative: leading zeros are
 * dropped, one is added before a set top bit. */
void egov__der_put_unsigned(struct egov_buf *out, struct egov_slice big_endian);
void egov__der_put_boolean(struct egov_buf *out, bool value);
void egov__der_put_bit_octets(struct egov_buf *out, struct egov_slice octets);
void egov__der_put_named_bits(struct egov_buf *out, unsigned bits);

/* UTCTime for 1950 to 2049, else GeneralizedTime (RFC 5280, 4.1.2.5). */
void egov__der_put_time(struct egov_buf *out, egov_time t);
void egov__der_put_generalized_time(struct egov_buf *out, egov_time t);

#endif
