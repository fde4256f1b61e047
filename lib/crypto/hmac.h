/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include "crypto/sm3.h"

/* HMAC-SM3 of several texts under one key, whose set-up takes longer than a short text: new,
 * run, free (NULL allowed). */
struct egov__hmac;
EGOV_MUST_CHECK enum egov_status egov__hmac_new(struct egov_slice key, struct egov__hmac **out,
                                                struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__hmac_run(const struct egov__hmac *hmac,
                                                struct egov_slice text,
                                                uint8_t mac[EGOV__SM3_SIZE],
                                                struct egov_error *err);
void egov__hmac_free(struct egov__hmac *hmac);

#endif
