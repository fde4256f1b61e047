/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/random.h"

#include <string.h>

#include <openssl/rand.h>

#include "base/secret.h"
#include "crypto/ossl.h"

enum egov_status egov__random(uint8_t *out, size_t size, struct egov_error *err)
{
	if (RAND_bytes_ex(NULL, out, size, 0) != 1)
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "random generator");
	return EGOV_OK;
}

enum egov_status egov__random_take(struct egov__random_stock *stock, uint8_t *out, size_t size,
                                   struct egov_error *err)
{
	uint8_t *at;

	if (size > sizeof(stock->octets))
		return egov__random(out, size, err);
	if (size > stock->left) {
		enum egov_status rc = egov__random(stock->octets, sizeof(stock->octets), err);

		if (rc != EGOV_OK)
			return rc;
		stock->left = sizeof(stock->octets);
	}
	at = stock->octets + sizeof(stock->octets) - stock->left;
	memcpy(out, at, size);
	egov__cleanse(at, size);
	stock->left -= size;
	return EGOV_OK;
}

void egov__random_clear(struct egov__random_stock *stock)
{
	egov__cleanse(stock, sizeof(*stock));
}
