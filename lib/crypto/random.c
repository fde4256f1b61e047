/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/random.h"

#include <openssl/rand.h>

#include "crypto/ossl.h"

enum egov_status egov__random(uint8_t *out, size_t size, struct egov_error *err)
{
	if (RAND_bytes_ex(NULL, out, size, 0) != 1)
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "random generator");
	return EGOV_OK;
}
