/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "asn1/oid.h"
#include "base/buf.h"

/* The digest of bytes by the algorithm that foreign data name: SM3, SHA-256, SHA-384 or
 * SHA-512; EGOV_E_UNSUPPORTED for another. */
#define EGOV__DIGEST_MAX 64
EGOV_MUST_CHECK enum egov_status egov__digest(enum egov__oid algorithm, struct egov_slice bytes,
                                              uint8_t digest[EGOV__DIGEST_MAX], size_t *size,
                                              struct egov_error *err);

#endif
