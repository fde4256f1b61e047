/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <egovca/verify.h>

#include "cert/cert.h"
#include "crl/crl_read.h"

/* Whether child's signature was made by issuer's key (SM2 under id; P-256 and
 * RSA for interoperability).  EGOV_E_UNTRUSTED otherwise; where an SM2 signature
 * fits another known ID, the message says which. */
EGOV_MUST_CHECK enum egov_status egov__verify_cert_signature(const struct egov_cert *child,
                                                             const struct egov_cert *issuer,
                                                             struct egov_slice id,
                                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__verify_crl_signature(const struct egov_crl *crl,
                                                            const struct egov_cert *issuer,
                                                            struct egov_slice id,
                                                            struct egov_error *err);

/*
 * The same of a list that is read piece by piece (crl/crl_read.h): begun where its algorithm
 * is known, updated with what is signed, and judged once all has been read.  issuer and id
 * live as long.
 */
struct egov__crl_hash;
EGOV_MUST_CHECK enum egov_status egov__crl_hash_new(const struct egov_cert *issuer,
                                                    struct egov_slice id,
                                                    struct egov__crl_hash **out,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_hash_begin(struct egov__crl_hash *hash,
                                                      enum egov__oid algorithm,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_hash_update(struct egov__crl_hash *hash,
                                                       struct egov_slice bytes,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_hash_verify(struct egov__crl_hash *hash,
                                                       const struct egov__source *source,
                                                       const struct egov__crl_outline *list,
                                                       struct egov_error *err);
void egov__crl_hash_free(struct egov__crl_hash *hash);
/* Read once, and signed by issuer, whose name it gives byte for byte; else
 * EGOV_E_UNTRUSTED. */
EGOV_MUST_CHECK enum egov_status egov__crl_read_signed(const struct egov__source *source,
                                                       const struct egov_cert *issuer,
                                                       struct egov_slice id,
                                                       struct egov__crl_outline *out,
                                                       struct egov_error *err);

/* The same of a message that the holder of a certificate signed. */
struct egov__document_signature {
	struct egov_slice message, signature;
	enum egov__oid algorithm;
};
EGOV_MUST_CHECK enum egov_status egov__verify_document(const struct egov__document_signature *document,
                                                       const struct egov_cert *signer,
                                                       struct egov_slice id,
                                                       struct egov_error *err);

#endif
