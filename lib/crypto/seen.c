/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seen.h"

#include <openssl/evp.h>

#include "crypto/ossl.h"

static enum egov_status done(bool good, struct egov_error *err)
{
	return good ? EGOV_OK : egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SHA-256");
}

enum egov_status egov__seen_begin(struct egov__seen *seen, struct egov_error *err)
{
	seen->ctx = EVP_MD_CTX_new();
	return done(seen->ctx != NULL && EVP_DigestInit_ex(seen->ctx, EVP_sha256(), NULL) == 1, err);
}

enum egov_status egov__seen_update(struct egov__seen *seen, struct egov_slice bytes,
                                   struct egov_error *err)
{
	return done(EVP_DigestUpdate(seen->ctx, bytes.data, bytes.size) == 1, err);
}

enum egov_status egov__seen_end(struct egov__seen *seen, uint8_t out[EGOV__SEEN_SIZE],
                                struct egov_error *err)
{
	return done(EVP_DigestFinal_ex(seen->ctx, out, NULL) == 1, err);
}

void egov__seen_clear(struct egov__seen *seen)
{
	EVP_MD_CTX_free(seen->ctx);
	seen->ctx = NULL;
}
