/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "crypto/ossl.h"

/* The context has taken its key, and no text: each text goes into a copy, since the first
 * releases of OpenSSL 3 begin no second text where the first has ended. */
struct egov__hmac {
	EVP_MAC_CTX *keyed;
};

static enum egov_status failed(struct egov_error *err)
{
	return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "HMAC-SM3");
}

static EVP_MAC_CTX *keyed(struct egov_slice key)
{
	char name[] = "SM3";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);

	/* A key of no octets is one; NULL would mean none. */
	if (ctx != NULL
	    && EVP_MAC_init(ctx, key.size == 0 ? (const uint8_t *)name : key.data, key.size,
	                    params) != 1) {
		EVP_MAC_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_MAC_free(mac);
	return ctx;
}

enum egov_status egov__hmac_new(struct egov_slice key, struct egov__hmac **out,
                                struct egov_error *err)
{
	struct egov__hmac *hmac = calloc(1, sizeof(*hmac));

	if (hmac == NULL)
		return egov_error_nomem(err);
	hmac->keyed = keyed(key);
	if (hmac->keyed == NULL) {
		free(hmac);
		return failed(err);
	}
	*out = hmac;
	return EGOV_OK;
}

enum egov_status egov__hmac_run(const struct egov__hmac *hmac, struct egov_slice text,
                                uint8_t mac[EGOV__SM3_SIZE], struct egov_error *err)
{
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(hmac->keyed);
	const bool good = ctx != NULL && EVP_MAC_update(ctx, text.data, text.size) == 1
	                  && EVP_MAC_final(ctx, mac, NULL, EGOV__SM3_SIZE) == 1;

	EVP_MAC_CTX_free(ctx);
	return good ? EGOV_OK : failed(err);
}

void egov__hmac_free(struct egov__hmac *hmac)
{
	if (hmac == NULL)
		return;
	EVP_MAC_CTX_free(hmac->keyed);
	free(hmac);
}
