/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_PKVERIFY_H
#define CRYPTO_PKVERIFY_H

#include "asn1/oid.h"
#include "base/buf.h"

/*
 * Signatures of other hierarchies, for interoperability and tests: ECDSA with
 * P-256 or P-384 and RSA (PKCS#1 v1.5, 2048 to 8192 bits) with SHA-256, SHA-384
 * or SHA-512.  Verification only; nothing here signs.
 * EGOV_E_UNTRUSTED: the signature is wrong, or key and algorithm do not belong
 * together.  EGOV_E_UNSUPPORTED: another algorithm, curve or size of key.
 */
EGOV_MUST_CHECK enum egov_status egov__pk_verify(enum egov__oid algorithm, struct egov_slice spki,
                                                 struct egov_slice message,
                                                 struct egov_slice signature,
                                                 struct egov_error *err);

/* The same of a message that comes in pieces: new, update, end, free (NULL allowed). */
struct egov__pk_stream;
EGOV_MUST_CHECK enum egov_status egov__pk_stream_new(enum egov__oid algorithm,
                                                     struct egov_slice spki,
                                                     struct egov__pk_stream **out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__pk_stream_update(struct egov__pk_stream *stream,
                                                        struct egov_slice bytes,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__pk_stream_end(struct egov__pk_stream *stream,
                                                     struct egov_slice signature,
                                                     struct egov_error *err);
void egov__pk_stream_free(struct egov__pk_stream *stream);

/* Whether a SubjectPublicKeyInfo is of a kind that egov__pk_verify takes:
 * EGOV_E_UNSUPPORTED says why not. */
EGOV_MUST_CHECK enum egov_status egov__pk_check(struct egov_slice spki, struct egov_error *err);

/* What those do not take, where a caller allows it: bits of these. */
enum {
	EGOV__PK_SMALL_KEYS = 1,        /* RSA of 512 bits and more */
	EGOV__PK_OLD_DIGESTS = 2,       /* SHA-1, MD5 */
	EGOV__PK_OTHERS = 4             /* whatever else OpenSSL verifies */
};
struct egov__pk_signed {
	struct egov_slice algorithm;    /* AlgorithmIdentifier, whole TLV */
	struct egov_slice message;      /* a SEQUENCE, whole TLV */
	struct egov_slice signature;
};
EGOV_MUST_CHECK enum egov_status egov__pk_verify_other(const struct egov__pk_signed *object,
                                                       struct egov_slice spki, unsigned allow,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__pk_check_other(struct egov_slice spki, unsigned allow,
                                                      struct egov_error *err);

#endif
