/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/der.h"
#include "base/pem.h"
#include "crypto/ossl.h"
#include "crypto/random.h"
#include "crypto/sm2.h"

#define ITERATIONS 600000
#define SALT 16

static const char encrypted_label[] = "ENCRYPTED PRIVATE KEY";
static const char plain_label[] = "PRIVATE KEY";

/* A failure before the padding is looked at does not speak of the passphrase. */
static enum egov_status decrypt_failed(struct egov_error *err)
{
	switch (ERR_GET_REASON(ERR_peek_error())) {
	case EVP_R_UNKNOWN_PBE_ALGORITHM:
	case EVP_R_UNSUPPORTED_PRF:
	case EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION:
	case EVP_R_UNSUPPORTED_CIPHER:
	case EVP_R_UNSUPPORTED_SALT_TYPE:
	case ERR_R_UNSUPPORTED:
		return egov__ossl_error(err, EGOV_E_UNSUPPORTED, "RFC 8018",
		                        "decryption of the private key");
	default:
		ERR_clear_error();
		return egov_error_set(err, EGOV_E_AUTH, NULL,
		                      "wrong passphrase for the private key, or it is damaged");
	}
}

static enum egov_status not_pkcs8(struct egov_error *err)
{
	ERR_clear_error();
	return egov_error_set(err, EGOV_E_SYNTAX, "RFC 5958", "not a private key in PKCS#8");
}

static enum egov_status decrypt(struct egov_slice der, const struct egov_secret *passphrase,
                                PKCS8_PRIV_KEY_INFO **out, struct egov_error *err)
{
	const struct egov_slice pass = egov__secret_slice(passphrase);
	const uint8_t *at = der.data;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &at, (long)der.size);
	PKCS8_PRIV_KEY_INFO *info;

	if (sealed == NULL || at != der.data + der.size) {
		X509_SIG_free(sealed);
		return not_pkcs8(err);
	}
	ERR_clear_error();
	info = PKCS8_decrypt(sealed, (const char *)pass.data, (int)pass.size);
	X509_SIG_free(sealed);
	if (info == NULL)
		return decrypt_failed(err);
	*out = info;
	return EGOV_OK;
}

static enum egov_status decode(struct egov_slice der, PKCS8_PRIV_KEY_INFO **out,
                               struct egov_error *err)
{
	const uint8_t *at = der.data;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.size);

	if (info == NULL || at != der.data + der.size) {
		PKCS8_PRIV_KEY_INFO_free(info);
		return not_pkcs8(err);
	}
	*out = info;
	return EGOV_OK;
}

static enum egov_status private_of(const PKCS8_PRIV_KEY_INFO *info, struct egov_secret **d,
                                   struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];
	EVP_PKEY *pkey = EVP_PKCS82PKEY(info);
	enum egov_status rc;

	if (pkey == NULL)
		return not_pkcs8(err);
	if (!EVP_PKEY_is_a(pkey, SN_sm2))
		rc = egov_error_set(err, EGOV_E_POLICY, NULL, "private key: %s found, SM2 wanted",
		                    EVP_PKEY_get0_type_name(pkey));
	else
		rc = egov__sm2_pkey_private(pkey, d, point, err);
	EVP_PKEY_free(pkey);
	return rc;
}

/* EncryptedPrivateKeyInfo is SEQUENCE { SEQUENCE, OCTET STRING } (RFC 5958, 3). */
static bool is_encrypted(struct egov_slice der)
{
	struct egov_slice body, algorithm;

	return egov__der_only(der, EGOV__SEQUENCE, "", &body, NULL) == EGOV_OK
	       && egov__der_read(&body, EGOV__SEQUENCE, "", &algorithm, NULL) == EGOV_OK
	       && egov__der_peek(body) == EGOV__OCTET_STRING;
}

static enum egov_status load_der(struct egov_slice der, const struct egov_secret *passphrase,
                                 struct egov_secret **d, struct egov_error *err)
{
	const bool encrypted = is_encrypted(der);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	enum egov_status rc;

	if (encrypted && passphrase == NULL)
		return egov_error_set(err, EGOV_E_AUTH, NULL,
		                      "the private key is encrypted and no passphrase was given");
	rc = encrypted ? decrypt(der, passphrase, &info, err) : decode(der, &info, err);
	if (rc == EGOV_OK && !encrypted && passphrase != NULL)
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "a passphrase was given, but the private key is not encrypted");
	if (rc == EGOV_OK)
		rc = private_of(info, d, err);
	PKCS8_PRIV_KEY_INFO_free(info);
	return rc;
}

enum egov_status egov__sm2_pkcs8_load(struct egov_slice pkcs8, const struct egov_secret *passphrase,
                                      struct egov_secret **d, struct egov_error *err)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_slice text = pkcs8;
	bool found = false;
	enum egov_status rc = EGOV_OK;

	if (pkcs8.size > EGOV__MAX_OBJECT)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "private key of more than %u octets",
		                      EGOV__MAX_OBJECT);
	if (!egov__pem_is(pkcs8))
		return load_der(pkcs8, passphrase, d, err);
	rc = egov__pem_next(&text, encrypted_label, &found, &der, err);
	if (rc == EGOV_OK && !found) {
		text = pkcs8;
		egov_buf_reset(&der);
		rc = egov__pem_next(&text, plain_label, &found, &der, err);
	}
	if (rc == EGOV_OK)
		rc = found ? load_der(egov_buf_slice(&der), passphrase, d, err) : not_pkcs8(err);
	egov__buf_clear(&der);
	return rc;
}

static X509_SIG *encrypt(PKCS8_PRIV_KEY_INFO *info, const struct egov_secret *passphrase,
                         uint8_t salt[SALT], uint8_t iv[SALT])
{
	const struct egov_slice pass = egov__secret_slice(passphrase);
	X509_ALGOR *pbe = PKCS5_pbe2_set_iv(EVP_sm4_cbc(), ITERATIONS, salt, SALT, iv,
	                                    NID_hmacWithSHA256);
	X509_SIG *sealed = NULL;

	if (pbe != NULL)
		sealed = PKCS8_set0_pbe((const char *)pass.data, (int)pass.size, info, pbe);
	if (sealed == NULL)
		X509_ALGOR_free(pbe);
	return sealed;
}

static enum egov_status save_pem(EVP_PKEY *pkey, const struct egov_secret *passphrase,
                                 struct egov_buf *pem, struct egov_error *err)
{
	uint8_t random[2 * SALT];
	PKCS8_PRIV_KEY_INFO *info = NULL;
	X509_SIG *sealed = NULL;
	uint8_t *der = NULL;
	int size = -1;
	enum egov_status rc = egov__random(random, sizeof(random), err);

	if (rc != EGOV_OK)
		return rc;
	info = EVP_PKEY2PKCS8(pkey);
	if (info != NULL)
		sealed = encrypt(info, passphrase, random, random + SALT);
	if (sealed != NULL)
		size = i2d_X509_SIG(sealed, &der);
	if (size > 0) {
		egov__pem_encode(pem, encrypted_label, (struct egov_slice){ der, (size_t)size });
		rc = egov__buf_check(pem, err);
	} else {
		rc = egov__ossl_error(err, EGOV_E_CRYPTO, "RFC 8018", "encryption of the private key");
	}
	OPENSSL_free(der);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	return rc;
}

enum egov_status egov__sm2_pkcs8_save(const struct egov_secret *d,
                                      const struct egov_secret *passphrase, struct egov_buf *pem,
                                      struct egov_error *err)
{
	uint8_t point[EGOV__SM2_POINT];
	EVP_PKEY *pkey = NULL;
	enum egov_status rc;

	if (egov__secret_slice(passphrase).size == 0)
		return egov_error_set(err, EGOV_E_USAGE, NULL, "empty passphrase for a private key");
	rc = egov__sm2_public(d, point, err);
	if (rc == EGOV_OK)
		rc = egov__sm2_pkey(EGOV__SLICE(point), d, &pkey, err);
	if (rc == EGOV_OK)
		rc = save_pem(pkey, passphrase, pem, err);
	EVP_PKEY_free(pkey);
	return rc;
}
