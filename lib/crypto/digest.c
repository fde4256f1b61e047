/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <openssl/evp.h>

enum egov_status egov__digest(enum egov__oid algorithm, struct egov_slice bytes,
                              uint8_t digest[EGOV__DIGEST_MAX], size_t *size,
                              struct egov_error *err)
{
	const EVP_MD *md = algorithm == EGOV__OID_SM3    ? EVP_sm3()
	                 : algorithm == EGOV__OID_SHA256 ? EVP_sha256()
	                 : algorithm == EGOV__OID_SHA384 ? EVP_sha384()
	                 : algorithm == EGOV__OID_SHA512 ? EVP_sha512() : NULL;
	unsigned octets = 0;

	if (md == NULL)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "digest algorithm not supported");
	if (EVP_Digest(bytes.data, bytes.size, digest, &octets, md, NULL) != 1)
		return egov_error_set(err, EGOV_E_CRYPTO, NULL, "OpenSSL cannot compute a digest");
	*size = octets;
	return EGOV_OK;
}
