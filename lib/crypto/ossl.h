/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_OSSL_H
#define CRYPTO_OSSL_H

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/secret.h"

/*
 * What the files of this folder share; nobody else may include it.  Everything
 * runs in OpenSSL's default library context.
 */

/* A call of OpenSSL failed: empties its error queue, keeps the first reason,
 * and returns EGOV_E_NOMEM where that was memory, else status. */
enum egov_status egov__ossl_error(struct egov_error *err, enum egov_status status,
                                  const char *clause, const char *what);

/* An SM2 key of OpenSSL from a point and, unless d is NULL, its private key. */
EGOV_MUST_CHECK enum egov_status egov__sm2_pkey(struct egov_slice point,
                                                const struct egov_secret *d, EVP_PKEY **out,
                                                struct egov_error *err);

/* Whether d is of 32 octets and in 1 .. n-2 (GB/T 32918.1, 6.1). */
EGOV_MUST_CHECK enum egov_status egov__sm2_private_check(struct egov_slice d,
                                                         struct egov_error *err);

/* d of an SM2 key of OpenSSL, when its own point belongs to it. */
EGOV_MUST_CHECK enum egov_status egov__sm2_pkey_private(const EVP_PKEY *pkey,
                                                        struct egov_secret **d,
                                                        uint8_t point[65],
                                                        struct egov_error *err);

#endif
