/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include "base/buf.h"

/* size octets of OpenSSL's DRBG. */
EGOV_MUST_CHECK enum egov_status egov__random(uint8_t *out, size_t size, struct egov_error *err);

/*
 * The same for salts, which are short and many: the DRBG takes longer to begin than to go on, so
 * they are cut from one piece.  What was handed out does not stay there; clear cleanses the rest.
 * Not for keys.  Begins as zeros.
 */
#define EGOV__RANDOM_STOCK 1024
struct egov__random_stock {
	uint8_t octets[EGOV__RANDOM_STOCK];
	size_t left;                    /* the last ones */
};
EGOV_MUST_CHECK enum egov_status egov__random_take(struct egov__random_stock *stock, uint8_t *out,
                                                   size_t size, struct egov_error *err);
void egov__random_clear(struct egov__random_stock *stock);

#endif
