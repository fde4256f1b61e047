/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kdf.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/ossl.h"

/* OSSL_PARAM takes bytes that it only reads as not const, and none as NULL badly. */
static OSSL_PARAM octets(const char *name, struct egov_slice bytes)
{
	static const uint8_t none = 0;
	union {
		const uint8_t *in;
		uint8_t *out;
	} data = { .in = bytes.size == 0 ? &none : bytes.data };

	return OSSL_PARAM_construct_octet_string(name, data.out, bytes.size);
}

static bool derive(const char *name, const OSSL_PARAM *params, uint8_t *out, size_t size)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
	EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	const bool good = ctx != NULL && EVP_KDF_derive(ctx, out, size, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return good;
}

enum egov_status egov__pbkdf2_sm3(struct egov_slice password, struct egov_slice salt,
                                  uint32_t iterations, uint8_t *out, size_t size,
                                  struct egov_error *err)
{
	char digest[] = "SM3";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		octets(OSSL_KDF_PARAM_PASSWORD, password),
		octets(OSSL_KDF_PARAM_SALT, salt),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
		OSSL_PARAM_construct_end(),
	};

	if (derive("PBKDF2", params, out, size))
		return EGOV_OK;
	return egov__ossl_error(err, EGOV_E_CRYPTO, "GM/T 0091", "PBKDF2-HMAC-SM3");
}

enum egov_status egov__hkdf_sm3(struct egov_slice key, struct egov_slice salt,
                                struct egov_slice info, uint8_t *out, size_t size,
                                struct egov_error *err)
{
	char digest[] = "SM3";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		octets(OSSL_KDF_PARAM_KEY, key),
		octets(OSSL_KDF_PARAM_SALT, salt),
		octets(OSSL_KDF_PARAM_INFO, info),
		OSSL_PARAM_construct_end(),
	};

	if (derive("HKDF", params, out, size))
		return EGOV_OK;
	return egov__ossl_error(err, EGOV_E_CRYPTO, "RFC 5869", "HKDF-SM3");
}
