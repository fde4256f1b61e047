/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ASN1_ASN1_H
#define ASN1_ASN1_H

#include "base/buf.h"

/*
 * libtasn1 behind slices, a second reader and writer of what the library reads and writes: no
 * asn1_node leaves it.  The modules pkix.asn and gm.asn are compiled at build time and loaded
 * once a process; after that they are read-only, so values belong to one thread at a time but
 * the types to all.
 */
struct egov__asn1;

/* A new empty value of a type, e.g. "PKIX.TBSCertificate". */
EGOV_MUST_CHECK enum egov_status egov__asn1_new(const char *type, struct egov__asn1 **out,
                                                struct egov_error *err);
void egov__asn1_free(struct egov__asn1 *value);

/*
 * Sets the field at path ("" is the value itself): octets of a string or a BIT
 * STRING, DER of an ANY, minimal two's complement of an INTEGER; as text: dotted
 * OBJECT IDENTIFIER, time as it is encoded, "TRUE", the name of a CHOICE arm.
 * Path "list.?LAST" after egov__asn1_append names the new element of a
 * SEQUENCE OF ("?LAST" where the value itself is the list).  OPTIONAL fields
 * must be written or left out with egov__asn1_omit.
 */
EGOV_MUST_CHECK enum egov_status egov__asn1_write(struct egov__asn1 *value, const char *path,
                                                  struct egov_slice bytes, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__asn1_write_text(struct egov__asn1 *value, const char *path,
                                                       const char *text, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__asn1_append(struct egov__asn1 *value, const char *path,
                                                   struct egov_error *err);

/* A BIT STRING that is not of whole octets: its last octet has unused bits. */
EGOV_MUST_CHECK enum egov_status egov__asn1_write_bits(struct egov__asn1 *value, const char *path,
                                                       struct egov_slice octets, unsigned unused,
                                                       struct egov_error *err);

/* Leaves an OPTIONAL field out. */
EGOV_MUST_CHECK enum egov_status egov__asn1_omit(struct egov__asn1 *value, const char *path,
                                                 struct egov_error *err);

/* The DER of the value, appended to out. */
EGOV_MUST_CHECK enum egov_status egov__asn1_encode(struct egov__asn1 *value, struct egov_buf *out,
                                                   struct egov_error *err);

/* Strict DER of exactly this type, nothing behind it: EGOV_E_SYNTAX otherwise,
 * with libtasn1's own words; EGOV_E_LIMIT past EGOV__MAX_OBJECT, or where it is
 * nested too deep; EGOV_E_UNSUPPORTED where libtasn1 may have refused an arc that it has no room
 * for.  The types named ...Check in pkix.asn are the standard's in
 * full. */
EGOV_MUST_CHECK enum egov_status egov__asn1_check(const char *type, struct egov_slice der,
                                                  struct egov_error *err);

#endif
