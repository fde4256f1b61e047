/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERT_SIGNED_H
#define CERT_SIGNED_H

#include "asn1/oid.h"
#include "base/buf.h"
#include "x509/ext.h"

/* What certificates and CRLs have in common (RFC 5280, 4.1 and 5.1). */

/* SEQUENCE { tbs, signatureAlgorithm, signatureValue }; slices lie in der. */
struct egov__signed_parts {
	struct egov_slice tbs, algorithm;       /* whole TLVs */
	enum egov__oid signature_algorithm;     /* maybe UNKNOWN */
	struct egov_slice signature;            /* octets of the BIT STRING */
};
EGOV_MUST_CHECK enum egov_status egov__signed_decode(struct egov_slice der,
                                                     struct egov__signed_parts *out,
                                                     struct egov_error *err);

/* The next TLV of in, which must have this tag, whole. */
EGOV_MUST_CHECK enum egov_status egov__signed_element(struct egov_slice *in, uint8_t tag,
                                                      const char *what, struct egov_slice *whole,
                                                      struct egov_error *err);

/* An AlgorithmIdentifier of either place: form alone. */
EGOV_MUST_CHECK enum egov_status egov__signed_algorithm(struct egov_slice *in, const char *what,
                                                        struct egov_slice *whole,
                                                        struct egov_error *err);

/* A Name, walked to its end. */
EGOV_MUST_CHECK enum egov_status egov__signed_name(struct egov_slice *in, const char *what,
                                                   struct egov_slice *name,
                                                   struct egov_error *err);

/*
 * A copy of the one object in bytes (DER, PEM under label, or bare base64 of at
 * most max octets) on the heap: more than one is EGOV_E_SYNTAX.
 */
EGOV_MUST_CHECK enum egov_status egov__one_object(struct egov_slice bytes, const char *label,
                                                  size_t max, uint8_t **der, size_t *size,
                                                  struct egov_error *err);

/* The conventional form of an INTEGER: hex of its magnitude, after "-" where it
 * is negative; appended to out. */
void egov__integer_print(struct egov_slice contents, struct egov_buf *out);

/* An AlgorithmIdentifier (whole TLV) by name, and what its parameters name. */
void egov__algorithm_print(struct egov_slice algorithm, struct egov_buf *out);

/* A field for each extension: "extension-" and its name, or "extension" where
 * it is unknown. */
struct egov_report;
void egov__extensions_report(struct egov_slice exts, struct egov_report *report);

/* Parts of the comparison with the second reader. */
struct egov__witness;
bool egov__witness_same(const struct egov_buf *theirs, struct egov_slice ours);
EGOV_MUST_CHECK enum egov_status egov__witness_extensions(const struct egov__witness *witness,
                                                          struct egov_slice exts,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__witness_differs(const char *field, struct egov_error *err);

/* EGOV_E_CRYPTO for the EGOV_E_SYNTAX of either reader. */
EGOV_MUST_CHECK enum egov_status egov__witness_refuses(enum egov_status rc, struct egov_error *err);

#endif
