/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include <egovca/verify.h>

#include "cert/cert.h"
#include "crl/crl.h"

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
