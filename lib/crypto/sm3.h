/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SM3_H
#define CRYPTO_SM3_H

#include "base/buf.h"

#define EGOV__SM3_SIZE 32

/* SM3 (GB/T 32905) of the concatenation of count slices. */
EGOV_MUST_CHECK enum egov_status egov__sm3(const struct egov_slice *parts, size_t count,
                                           uint8_t digest[EGOV__SM3_SIZE], struct egov_error *err);

/* The same in pieces: new, update, final, free (NULL allowed). */
struct egov__sm3;
EGOV_MUST_CHECK enum egov_status egov__sm3_new(struct egov__sm3 **out, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm3_update(struct egov__sm3 *sm3, struct egov_slice bytes,
                                                  struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__sm3_final(struct egov__sm3 *sm3,
                                                 uint8_t digest[EGOV__SM3_SIZE],
                                                 struct egov_error *err);
void egov__sm3_free(struct egov__sm3 *sm3);

/* HMAC-SM3 over the concatenation of count slices. */
EGOV_MUST_CHECK enum egov_status egov__hmac_sm3(struct egov_slice key,
                                                const struct egov_slice *parts, size_t count,
                                                uint8_t mac[EGOV__SM3_SIZE],
                                                struct egov_error *err);

/* SHA-1 of bytes: key identifiers only (RFC 5280, 4.2.1.2, method 1; GM/T 0015, 5.2.4.2.2). */
#define EGOV__SHA1_SIZE 20
EGOV_MUST_CHECK enum egov_status egov__sha1(struct egov_slice bytes,
                                            uint8_t digest[EGOV__SHA1_SIZE],
                                            struct egov_error *err);

#endif
