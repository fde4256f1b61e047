/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sm2.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/der.h"
#include "crypto/ossl.h"
#include "crypto/sm3.h"

static const uint8_t order[32] = {
	0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
};

#define ID_MAX 8191     /* ENTL counts bits in two octets */

enum egov_status egov__sm2_z(struct egov_slice point, struct egov_slice id, uint8_t z[32],
                             struct egov_error *err)
{
	const size_t bits = id.size * 8;
	const uint8_t entl[2] = { (uint8_t)(bits >> 8), (uint8_t)bits };
	struct egov_slice parts[4];

	if (id.size > ID_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, "GB/T 32918.2, 5.5",
		                      "SM2 signer ID of %zu octets, at most %d allowed", id.size, ID_MAX);
	if (point.size != EGOV__SM2_POINT || point.data[0] != 4)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0009, 7.1",
		                      "SM2 public key is not 04, X and Y in 65 octets");
	parts[0] = EGOV__SLICE(entl);
	parts[1] = id;
	parts[2] = EGOV__SLICE(egov__sm2_curve);
	parts[3] = (struct egov_slice){ point.data + 1, point.size - 1 };
	return egov__sm3(parts, 4, z, err);
}

enum egov_status egov__sm2_e(struct egov_slice point, struct egov_slice id,
                             struct egov_slice message, uint8_t e[EGOV__SM2_E],
                             struct egov_error *err)
{
	uint8_t z[32];
	const struct egov_slice parts[] = { EGOV__SLICE(z), message };
	enum egov_status rc = egov__sm2_z(point, id, z, err);

	return rc != EGOV_OK ? rc : egov__sm3(parts, 2, e, err);
}

/* r or s as 32 octets; false unless a minimal positive INTEGER below n. */
static bool read_number(struct egov_slice *in, uint8_t out[32])
{
	struct egov_slice value;

	if (egov__der_read(in, EGOV__INTEGER, "", &value, NULL) != EGOV_OK
	    || egov__der_integer_check(value, "", NULL) != EGOV_OK || value.data[0] >= 0x80)
		return false;
	if (value.data[0] == 0) {
		value.data++;
		value.size--;
	}
	if (value.size == 0 || value.size > 32)
		return false;
	memset(out, 0, 32);
	memcpy(out + 32 - value.size, value.data, value.size);
	return memcmp(out, order, 32) < 0;
}

static bool read_signature(struct egov_slice der, uint8_t raw[EGOV__SM2_RAW_SIGNATURE])
{
	struct egov_slice in;

	return egov__der_only(der, EGOV__SEQUENCE, "", &in, NULL) == EGOV_OK
	       && read_number(&in, raw) && read_number(&in, raw + 32) && in.size == 0;
}

static enum egov_status malformed(enum egov_status status, struct egov_error *err)
{
	return egov_error_set(err, status, "GM/T 0009, 7.3",
	                      "SM2 signature is not the DER of SEQUENCE { r, s } with both in 1 to n-1");
}

enum egov_status egov__sm2_signature_raw(struct egov_slice der,
                                         uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                         struct egov_error *err)
{
	uint8_t read[EGOV__SM2_RAW_SIGNATURE];

	if (!read_signature(der, read))
		return malformed(EGOV_E_SYNTAX, err);
	memcpy(raw, read, sizeof(read));
	return EGOV_OK;
}

enum egov_status egov__sm2_signature_der(const uint8_t raw[EGOV__SM2_RAW_SIGNATURE],
                                         struct egov_buf *der, struct egov_error *err)
{
	static const uint8_t zero[32];
	size_t mark;

	for (const uint8_t *n = raw; n < raw + EGOV__SM2_RAW_SIGNATURE; n += 32)
		if (memcmp(n, zero, 32) == 0 || memcmp(n, order, 32) >= 0)
			return egov_error_set(err, EGOV_E_SYNTAX, "GM/T 0009, 7.3",
			                      "SM2 signature: r or s not in 1 to n-1");
	mark = egov__der_open(der, EGOV__SEQUENCE);
	egov__der_put_unsigned(der, (struct egov_slice){ raw, 32 });
	egov__der_put_unsigned(der, (struct egov_slice){ raw + 32, 32 });
	egov__der_close(der, mark);
	return egov__buf_check(der, err);
}

struct egov__sm2_key {
	EVP_PKEY *pkey;
	bool is_private;
};

enum egov_status egov__sm2_key_new(struct egov_slice point, const struct egov_secret *d,
                                   struct egov__sm2_key **out, struct egov_error *err)
{
	struct egov__sm2_key *key = calloc(1, sizeof(*key));
	enum egov_status rc;

	if (key == NULL)
		return egov_error_nomem(err);
	key->is_private = d != NULL;
	rc = egov__sm2_pkey(point, d, &key->pkey, err);
	if (rc == EGOV_OK)
		*out = key;
	else
		free(key);
	return rc;
}

void egov__sm2_key_free(struct egov__sm2_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

static enum egov_status verify_with(EVP_PKEY *pkey, const uint8_t e[EGOV__SM2_E],
                                    struct egov_slice signature, struct egov_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	int answer = -1;
	enum egov_status rc = EGOV_OK;

	if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1)
		rc = egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SM2 verification");
	else
		answer = EVP_PKEY_verify(ctx, signature.data, signature.size, e, EGOV__SM2_E);
	EVP_PKEY_CTX_free(ctx);
	if (rc == EGOV_OK && answer < 0)
		rc = egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SM2 verification");
	else if (rc == EGOV_OK && answer != 1)
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, "GB/T 32918.2, 7.1",
		                    "SM2 signature does not verify");
	ERR_clear_error();
	return rc;
}

enum egov_status egov__sm2_key_verify_e(const struct egov__sm2_key *key,
                                        const uint8_t e[EGOV__SM2_E], struct egov_slice signature,
                                        struct egov_error *err)
{
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE];

	if (!read_signature(signature, raw))
		return malformed(EGOV_E_UNTRUSTED, err);
	return verify_with(key->pkey, e, signature, err);
}

enum egov_status egov__sm2_verify_e(struct egov_slice point, const uint8_t e[EGOV__SM2_E],
                                    struct egov_slice signature, struct egov_error *err)
{
	struct egov__sm2_key *key = NULL;
	uint8_t raw[EGOV__SM2_RAW_SIGNATURE];
	enum egov_status rc;

	if (!read_signature(signature, raw))
		return malformed(EGOV_E_UNTRUSTED, err);
	rc = egov__sm2_key_new(point, NULL, &key, err);
	if (rc == EGOV_OK)
		rc = verify_with(key->pkey, e, signature, err);
	egov__sm2_key_free(key);
	return rc;
}

enum egov_status egov__sm2_verify(struct egov_slice point, struct egov_slice id,
                                  struct egov_slice message, struct egov_slice signature,
                                  struct egov_error *err)
{
	uint8_t e[EGOV__SM2_E];
	enum egov_status rc = egov__sm2_e(point, id, message, e, err);

	return rc != EGOV_OK ? rc : egov__sm2_verify_e(point, e, signature, err);
}

static enum egov_status sign_with(EVP_PKEY *pkey, const uint8_t e[EGOV__SM2_E],
                                  uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	uint8_t der[128];
	size_t size = sizeof(der);
	const bool good = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1
	                  && EVP_PKEY_sign(ctx, der, &size, e, EGOV__SM2_E) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (!good)
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SM2 signature");
	return egov__sm2_signature_raw((struct egov_slice){ der, size }, raw, err);
}

enum egov_status egov__sm2_key_sign_e(const struct egov__sm2_key *key, const uint8_t e[EGOV__SM2_E],
                                      uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	if (!key->is_private)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "a public key cannot sign");
	return sign_with(key->pkey, e, raw, err);
}

enum egov_status egov__sm2_sign_e(const struct egov_secret *d, const uint8_t point[EGOV__SM2_POINT],
                                  const uint8_t e[EGOV__SM2_E],
                                  uint8_t raw[EGOV__SM2_RAW_SIGNATURE], struct egov_error *err)
{
	struct egov__sm2_key *key = NULL;
	enum egov_status rc;

	rc = egov__sm2_key_new((struct egov_slice){ point, EGOV__SM2_POINT }, d, &key, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_key_sign_e(key, e, raw, err);
	egov__sm2_key_free(key);
	return rc;
}
