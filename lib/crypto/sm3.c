/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm3.h"

#include <pthread.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "crypto/ossl.h"

struct egov__sm3 {
	EVP_MD_CTX *ctx;
};

/* Looked up among the providers once: each EVP_sm3() would be looked up again, for as long as a
 * short digest takes. */
static struct {
	EVP_MD *md;
	EVP_MAC *hmac;
} fetched;
static pthread_once_t fetched_once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	fetched.md = EVP_MD_fetch(NULL, "SM3", NULL);
	fetched.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	ERR_clear_error();
}

static const EVP_MD *sm3_md(void)
{
	(void)pthread_once(&fetched_once, fetch);
	return fetched.md != NULL ? fetched.md : EVP_sm3();
}

static enum egov_status failed(struct egov_error *err)
{
	return egov__ossl_error(err, EGOV_E_CRYPTO, "GB/T 32905", "SM3");
}

static bool digest(const EVP_MD *md, const struct egov_slice *parts, size_t count, uint8_t *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1;

	for (size_t i = 0; good && i < count; i++)
		good = EVP_DigestUpdate(ctx, parts[i].data, parts[i].size) == 1;
	good = good && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

enum egov_status egov__sm3(const struct egov_slice *parts, size_t count,
                           uint8_t out[EGOV__SM3_SIZE], struct egov_error *err)
{
	return digest(sm3_md(), parts, count, out) ? EGOV_OK : failed(err);
}

enum egov_status egov__sha1(struct egov_slice bytes, uint8_t out[EGOV__SHA1_SIZE],
                            struct egov_error *err)
{
	if (!digest(EVP_sha1(), &bytes, 1, out))
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SHA-1");
	return EGOV_OK;
}

enum egov_status egov__sm3_new(struct egov__sm3 **out, struct egov_error *err)
{
	struct egov__sm3 *sm3 = calloc(1, sizeof(*sm3));

	if (sm3 == NULL)
		return egov_error_nomem(err);
	sm3->ctx = EVP_MD_CTX_new();
	if (sm3->ctx == NULL || EVP_DigestInit_ex(sm3->ctx, sm3_md(), NULL) != 1) {
		egov__sm3_free(sm3);
		return failed(err);
	}
	*out = sm3;
	return EGOV_OK;
}

enum egov_status egov__sm3_update(struct egov__sm3 *sm3, struct egov_slice bytes,
                                  struct egov_error *err)
{
	return EVP_DigestUpdate(sm3->ctx, bytes.data, bytes.size) == 1 ? EGOV_OK : failed(err);
}

enum egov_status egov__sm3_final(struct egov__sm3 *sm3, uint8_t out[EGOV__SM3_SIZE],
                                 struct egov_error *err)
{
	return EVP_DigestFinal_ex(sm3->ctx, out, NULL) == 1 ? EGOV_OK : failed(err);
}

void egov__sm3_free(struct egov__sm3 *sm3)
{
	if (sm3 == NULL)
		return;
	EVP_MD_CTX_free(sm3->ctx);
	free(sm3);
}

static bool hmac_run(EVP_MAC_CTX *ctx, struct egov_slice key, const struct egov_slice *parts,
                     size_t count, uint8_t mac[EGOV__SM3_SIZE])
{
	char name[] = "SM3";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	/* A key of no octets is one; NULL would mean none. */
	bool good = EVP_MAC_init(ctx, key.size == 0 ? (const uint8_t *)name : key.data, key.size,
	                         params) == 1;

	for (size_t i = 0; good && i < count; i++)
		good = EVP_MAC_update(ctx, parts[i].data, parts[i].size) == 1;
	return good && EVP_MAC_final(ctx, mac, NULL, EGOV__SM3_SIZE) == 1;
}

enum egov_status egov__hmac_sm3(struct egov_slice key, const struct egov_slice *parts, size_t count,
                                uint8_t mac[EGOV__SM3_SIZE], struct egov_error *err)
{
	EVP_MAC_CTX *ctx;
	bool good;

	(void)pthread_once(&fetched_once, fetch);
	ctx = fetched.hmac == NULL ? NULL : EVP_MAC_CTX_new(fetched.hmac);
	good = ctx != NULL && hmac_run(ctx, key, parts, count, mac);
	EVP_MAC_CTX_free(ctx);
	return good ? EGOV_OK : egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "HMAC-SM3");
}
