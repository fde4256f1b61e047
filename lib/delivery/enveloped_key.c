/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/der.h"
#include "crypto/random.h"
#include "crypto/sm4.h"
#include "delivery/delivery_impl.h"

#define CIPHER_MAX 512

static const char clause[] = "GM/T 0009, 7.4";

enum egov_status egov__delivery_sm4_ecb(struct egov_slice *in, struct egov_error *err)
{
	struct egov_slice algorithm, oid = EGOV__NO_SLICE, null;
	enum egov_status rc = egov__der_read(in, EGOV__SEQUENCE, "cipher", &algorithm, err);
	enum egov__oid type;

	if (rc == EGOV_OK)
		rc = egov__der_oid(&algorithm, "cipher", &oid, err);
	if (rc == EGOV_OK && algorithm.size > 0) {
		rc = egov__der_read(&algorithm, EGOV__NULL, "parameters of the cipher", &null, err);
		if (rc == EGOV_OK)
			rc = egov__der_end(algorithm, "cipher", err);
		if (rc == EGOV_OK && null.size > 0)
			rc = egov_error_set(err, EGOV_E_SYNTAX, clause,
			                    "parameters of the cipher: neither absent nor NULL");
	}
	if (rc != EGOV_OK)
		return rc;
	type = egov__oid_find(oid);
	if (type == EGOV__OID_SM4_ECB || type == EGOV__OID_SM4)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, clause,
	                      "the cipher of the private key is not SM4 in ECB mode");
}

static enum egov_status read_point(struct egov_slice *in, struct egov__delivery *out,
                                   struct egov_error *err)
{
	enum egov_status rc = egov__der_bit_octets(in, "sm2PublicKey", &out->point, err);

	if (rc == EGOV_OK)
		rc = egov_error_prefix(err, egov__sm2_point_check(out->point, err), "sm2PublicKey");
	return rc;
}

enum egov_status egov__enveloped_key_fields(struct egov_slice in, struct egov__delivery *out,
                                            struct egov_error *err)
{
	struct egov__tlv cipher = { 0 };
	enum egov_status rc = egov__delivery_sm4_ecb(&in, err);

	if (rc == EGOV_OK)
		rc = egov__der_any(&in, &cipher, err);
	if (rc == EGOV_OK)
		rc = read_point(&in, out, err);
	if (rc == EGOV_OK)
		rc = egov__der_bit_octets(&in, "sm2EncryptedPrivateKey", &out->encrypted, err);
	if (rc == EGOV_OK)
		rc = egov__der_end(in, "SM2EnvelopedKey", err);
	if (rc == EGOV_OK && out->encrypted.size != 32 && out->encrypted.size != 64)
		rc = egov_error_set(err, EGOV_E_SYNTAX, clause,
		                    "sm2EncryptedPrivateKey: %zu octets found, 32 or 64 wanted",
		                    out->encrypted.size);
	if (rc == EGOV_OK)
		rc = egov__sm2_cipher_check(cipher.whole, err);
	if (rc != EGOV_OK)
		return egov_error_prefix(err, rc, "SM2EnvelopedKey");
	out->ciphers[0] = cipher.whole;
	out->cipher_count = 1;
	return EGOV_OK;
}

enum egov_status egov__enveloped_key_read(struct egov_slice in, struct egov__delivery *out,
                                          struct egov_error *err)
{
	struct egov_slice fields;
	enum egov_status rc = egov__der_only(in, EGOV__SEQUENCE, "SM2EnvelopedKey", &fields, err);

	out->form = EGOV__DELIVERY_ENVELOPED_KEY;
	return rc == EGOV_OK ? egov__enveloped_key_fields(fields, out, err) : rc;
}

enum egov_status egov__enveloped_key_check(struct egov_slice der, struct egov_slice *point,
                                           struct egov_error *err)
{
	struct egov__delivery delivery = { 0 };
	enum egov_status rc = egov__enveloped_key_read(der, &delivery, err);

	if (rc == EGOV_OK)
		*point = delivery.point;
	return rc;
}

static void put(struct egov_buf *out, struct egov_slice cipher, struct egov_slice point,
                struct egov_slice encrypted)
{
	const size_t outer = egov__der_open(out, EGOV__SEQUENCE);
	const size_t algorithm = egov__der_open(out, EGOV__SEQUENCE);

	egov__der_put(out, EGOV__OID, egov__oid_get(EGOV__OID_SM4_ECB)->contents);
	egov__der_put(out, EGOV__NULL, EGOV__NO_SLICE);
	egov__der_close(out, algorithm);
	egov__buf_slice(out, cipher);
	egov__der_put_bit_octets(out, point);
	egov__der_put_bit_octets(out, encrypted);
	egov__der_close(out, outer);
}

enum egov_status egov__enveloped_key_seal(struct egov_slice signing_point,
                                          const struct egov_secret *d, struct egov_buf *out,
                                          struct egov_error *err)
{
	struct egov_buf cipher = EGOV__BUF(CIPHER_MAX);
	uint8_t key[EGOV__SM4_KEY], point[EGOV__SM2_POINT], encrypted[EGOV__SM2_PRIVATE];
	enum egov_status rc = egov__random(key, sizeof(key), err);

	if (rc == EGOV_OK)
		rc = egov__sm2_public(d, point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_encrypt(signing_point, EGOV__SLICE(key), &cipher, err);
	if (rc == EGOV_OK)
		rc = egov__sm4_ecb_encrypt(key, egov__secret_slice(d), encrypted, err);
	if (rc == EGOV_OK) {
		put(out, egov_buf_slice(&cipher), EGOV__SLICE(point), EGOV__SLICE(encrypted));
		rc = egov__buf_check(out, err);
	}
	egov__cleanse(key, sizeof(key));
	egov__buf_clear(&cipher);
	return rc;
}
