/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm4.h"

#include <stdlib.h>

#include "crypto/ossl.h"

/* EVP counts in int; CTR goes on where the call before ended. */
#define CHUNK (1u << 30)

struct egov__sm4_ctr {
	EVP_CIPHER_CTX *ctx;
};

static enum egov_status failed(struct egov_error *err)
{
	return egov__ossl_error(err, EGOV_E_CRYPTO, "GB/T 32907", "SM4-CTR");
}

enum egov_status egov__sm4_ctr_new(const uint8_t key[EGOV__SM4_KEY], struct egov__sm4_ctr **out,
                                   struct egov_error *err)
{
	struct egov__sm4_ctr *ctr = calloc(1, sizeof(*ctr));

	if (ctr == NULL)
		return egov_error_nomem(err);
	ctr->ctx = EVP_CIPHER_CTX_new();
	if (ctr->ctx == NULL
	    || EVP_EncryptInit_ex2(ctr->ctx, EVP_sm4_ctr(), key, NULL, NULL) != 1) {
		egov__sm4_ctr_free(ctr);
		return failed(err);
	}
	*out = ctr;
	return EGOV_OK;
}

enum egov_status egov__sm4_ctr_run(struct egov__sm4_ctr *ctr, const uint8_t iv[EGOV__SM4_IV],
                                   struct egov_slice in, uint8_t *out, struct egov_error *err)
{
	bool good = EVP_EncryptInit_ex2(ctr->ctx, NULL, NULL, iv, NULL) == 1;

	while (good && in.size > 0) {
		const int size = (int)(in.size < CHUNK ? in.size : CHUNK);
		int done = 0;

		good = EVP_EncryptUpdate(ctr->ctx, out, &done, in.data, size) == 1 && done == size;
		in.data += size;
		in.size -= (size_t)size;
		out += size;
	}
	return good ? EGOV_OK : failed(err);
}

void egov__sm4_ctr_free(struct egov__sm4_ctr *ctr)
{
	if (ctr == NULL)
		return;
	EVP_CIPHER_CTX_free(ctr->ctx);
	free(ctr);
}

enum egov_status egov__sm4_ctr(const uint8_t key[EGOV__SM4_KEY], const uint8_t iv[EGOV__SM4_IV],
                               struct egov_slice in, uint8_t *out, struct egov_error *err)
{
	struct egov__sm4_ctr *ctr = NULL;
	enum egov_status rc = egov__sm4_ctr_new(key, &ctr, err);

	if (rc == EGOV_OK)
		rc = egov__sm4_ctr_run(ctr, iv, in, out, err);
	egov__sm4_ctr_free(ctr);
	return rc;
}

static enum egov_status ecb(const uint8_t key[EGOV__SM4_KEY], int encrypt, struct egov_slice in,
                            uint8_t *out, struct egov_error *err)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int done = 0;
	const bool good = ctx != NULL && in.size % EGOV__SM4_BLOCK == 0
	                  && in.size <= 64 * EGOV__SM4_BLOCK
	                  && EVP_CipherInit_ex2(ctx, EVP_sm4_ecb(), key, NULL, encrypt, NULL) == 1
	                  && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1
	                  && EVP_CipherUpdate(ctx, out, &done, in.data, (int)in.size) == 1
	                  && (size_t)done == in.size;

	EVP_CIPHER_CTX_free(ctx);
	return good ? EGOV_OK : egov__ossl_error(err, EGOV_E_CRYPTO, "GB/T 32907", "SM4-ECB");
}

enum egov_status egov__sm4_ecb_encrypt(const uint8_t key[EGOV__SM4_KEY], struct egov_slice in,
                                       uint8_t *out, struct egov_error *err)
{
	return ecb(key, 1, in, out, err);
}

enum egov_status egov__sm4_ecb_decrypt(const uint8_t key[EGOV__SM4_KEY], struct egov_slice in,
                                       uint8_t *out, struct egov_error *err)
{
	return ecb(key, 0, in, out, err);
}
