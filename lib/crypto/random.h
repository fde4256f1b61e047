/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include "base/buf.h"

/* size octets of OpenSSL's DRBG. */
EGOV_MUST_CHECK enum egov_status egov__random(uint8_t *out, size_t size, struct egov_error *err);

#endif
