/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include "base/buf.h"

/* PBKDF2-HMAC-SM3 (GM/T 0091). */
EGOV_MUST_CHECK enum egov_status egov__pbkdf2_sm3(struct egov_slice password,
                                                  struct egov_slice salt, uint32_t iterations,
                                                  uint8_t *out, size_t size,
                                                  struct egov_error *err);

/* HKDF (RFC 5869) with SM3. */
EGOV_MUST_CHECK enum egov_status egov__hkdf_sm3(struct egov_slice key, struct egov_slice salt,
                                                struct egov_slice info, uint8_t *out, size_t size,
                                                struct egov_error *err);

#endif
