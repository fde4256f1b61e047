/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/der.h"
#include "crypto/ossl.h"
#include "crypto/sm2.h"

#define PLAINTEXT_MAX (64u << 10)
#define CIPHER_OVERHEAD 128     /* at most: two INTEGERs, a hash and the headers */

static const char cipher_clause[] = "GM/T 0009, 7.2";

/* C2 of SEQUENCE { x, y, hash of 32 octets, C2 }, strictly DER; false otherwise. */
static bool read_cipher(struct egov_slice cipher, struct egov_slice *c2)
{
	struct egov_slice in, number, hash;

	if (egov__der_only(cipher, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK)
		return false;
	for (int i = 0; i < 2; i++)
		if (egov__der_read(&in, EGOV__INTEGER, "", &number, NULL) != EGOV_OK
		    || egov__der_integer_check(number, "", NULL) != EGOV_OK
		    || number.data[0] >= 0x80 || number.size > 33)
			return false;
	return egov__der_read(&in, EGOV__OCTET_STRING, "", &hash, NULL) == EGOV_OK
	       && hash.size == 32
	       && egov__der_read(&in, EGOV__OCTET_STRING, "", c2, NULL) == EGOV_OK
	       && in.size == 0 && c2->size >= 1 && c2->size <= PLAINTEXT_MAX;
}

enum egov_status egov__sm2_cipher_size(struct egov_slice cipher, size_t *plaintext,
                                       struct egov_error *err)
{
	struct egov_slice c2;

	if (read_cipher(cipher, &c2)) {
		*plaintext = c2.size;
		return EGOV_OK;
	}
	return egov_error_set(err, EGOV_E_SYNTAX, cipher_clause,
	                      "not the DER of an SM2Cipher with 1 to %u octets", PLAINTEXT_MAX);
}

enum egov_status egov__sm2_cipher_check(struct egov_slice cipher, struct egov_error *err)
{
	size_t size;

	return egov__sm2_cipher_size(cipher, &size, err);
}

static bool encrypt_once(EVP_PKEY_CTX *ctx, struct egov_slice plaintext, uint8_t *out, size_t *size)
{
	return EVP_PKEY_encrypt_init(ctx) == 1
	       && EVP_PKEY_encrypt(ctx, out, size, plaintext.data, plaintext.size) == 1;
}

/* A key stream of zeros would leave the plaintext open: the standard starts over
 * (GB/T 32918.4, 6.1, A5); OpenSSL 3.0 does not look. */
static enum egov_status encrypt_with(EVP_PKEY *pkey, struct egov_slice plaintext, uint8_t *out,
                                     size_t room, size_t *size, struct egov_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	struct egov_slice c2 = plaintext;
	bool good = ctx != NULL;

	while (good && egov__slice_equal(c2, plaintext)) {
		*size = room;
		good = encrypt_once(ctx, plaintext, out, size)
		       && read_cipher((struct egov_slice){ out, *size }, &c2);
	}
	EVP_PKEY_CTX_free(ctx);
	return good ? EGOV_OK : egov__ossl_error(err, EGOV_E_CRYPTO, cipher_clause, "SM2 encryption");
}

enum egov_status egov__sm2_encrypt(struct egov_slice point, struct egov_slice plaintext,
                                   struct egov_buf *cipher, struct egov_error *err)
{
	const size_t room = plaintext.size + CIPHER_OVERHEAD;
	EVP_PKEY *pkey = NULL;
	uint8_t *out;
	size_t size = 0;
	enum egov_status rc;

	if (plaintext.size == 0 || plaintext.size > PLAINTEXT_MAX)
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "SM2 encrypts 1 to %u octets, not %zu", PLAINTEXT_MAX,
		                      plaintext.size);
	rc = egov__sm2_pkey(point, NULL, &pkey, err);
	if (rc != EGOV_OK)
		return rc;
	out = malloc(room);
	if (out == NULL)
		rc = egov_error_nomem(err);
	else
		rc = encrypt_with(pkey, plaintext, out, room, &size, err);
	if (rc == EGOV_OK) {
		egov__buf_append(cipher, out, size);
		rc = egov__buf_check(cipher, err);
	}
	free(out);
	EVP_PKEY_free(pkey);
	return rc;
}

static enum egov_status decrypt_with(EVP_PKEY *pkey, struct egov_slice cipher, uint8_t *out,
                                     size_t *size, struct egov_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	const bool ready = ctx != NULL && EVP_PKEY_decrypt_init(ctx) == 1;
	const bool good = ready && EVP_PKEY_decrypt(ctx, out, size, cipher.data, cipher.size) == 1;

	EVP_PKEY_CTX_free(ctx);
	if (good)
		return EGOV_OK;
	return egov__ossl_error(err, ready ? EGOV_E_CORRUPT : EGOV_E_CRYPTO, cipher_clause,
	                        "SM2 decryption");
}

enum egov_status egov__sm2_decrypt(const struct egov_secret *d, struct egov_slice cipher,
                                   struct egov_buf *plaintext, struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];
	EVP_PKEY *pkey = NULL;
	struct egov_slice c2;
	uint8_t *out = NULL;
	size_t room, size;
	enum egov_status rc;

	if (!read_cipher(cipher, &c2))
		return egov__sm2_cipher_check(cipher, err);
	rc = egov__sm2_public(d, point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_pkey(EGOV__SLICE(point), d, &pkey, err);
	if (rc != EGOV_OK)
		return rc;
	room = size = c2.size + CIPHER_OVERHEAD;        /* OpenSSL asks for more than it fills */
	out = malloc(room);
	if (out == NULL)
		rc = egov_error_nomem(err);
	else
		rc = decrypt_with(pkey, cipher, out, &size, err);
	if (rc == EGOV_OK && egov__slice_equal((struct egov_slice){ out, size }, c2))
		rc = egov_error_set(err, EGOV_E_CORRUPT, "GB/T 32918.4, 7.1",
		                    "SM2 ciphertext under a key stream of zeros");
	if (rc == EGOV_OK) {
		egov__buf_append(plaintext, out, size);
		rc = egov__buf_check(plaintext, err);
	}
	if (out != NULL)
		egov__cleanse(out, room);
	free(out);
	EVP_PKEY_free(pkey);
	return rc;
}
