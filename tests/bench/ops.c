/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/ops.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "bench/measure.h"

void bench_point(EVP_PKEY *key, uint8_t point[EGOV__SM2_POINT])
{
	size_t size = 0;

	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, EGOV__SM2_POINT,
	                                    &size) != 1
	    || size != EGOV__SM2_POINT)
		bench_die("a key has no point of 65 octets");
}

void bench_z(const uint8_t point[EGOV__SM2_POINT], uint8_t z[32])
{
	if (egov__sm2_z((struct egov_slice){ point, EGOV__SM2_POINT },
	                egov__slice_text(EGOV__SM2_DEFAULT_ID), z, NULL) != EGOV_OK)
		bench_die("no Z");
}

void bench_e(const uint8_t z[32], const unsigned char *tbs, int size, uint8_t e[32])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sm3(), NULL) != 1
	    || EVP_DigestUpdate(ctx, z, 32) != 1 || EVP_DigestUpdate(ctx, tbs, (size_t)size) != 1
	    || EVP_DigestFinal_ex(ctx, e, NULL) != 1)
		bench_die("no SM3");
	EVP_MD_CTX_free(ctx);
}

void bench_verify(EVP_PKEY *key, const uint8_t e[32], const unsigned char *signature, size_t size)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1
	    || EVP_PKEY_verify(ctx, signature, size, e, 32) != 1)
		bench_die("a signature does not verify");
	EVP_PKEY_CTX_free(ctx);
}

EVP_PKEY *bench_import(const uint8_t point[EGOV__SM2_POINT])
{
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)"SM2", 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point,
		                                  EGOV__SM2_POINT),
		OSSL_PARAM_construct_end()
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1
	    || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, (OSSL_PARAM *)(uintptr_t)params) != 1)
		bench_die("a point is on no curve");
	EVP_PKEY_CTX_free(ctx);
	return key;
}

size_t bench_sign(EVP_PKEY *key, const uint8_t e[32], unsigned char signature[BENCH_SIGNATURE])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t size = BENCH_SIGNATURE;

	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1
	    || EVP_PKEY_sign(ctx, signature, &size, e, 32) != 1)
		bench_die("no signature");
	EVP_PKEY_CTX_free(ctx);
	return size;
}
