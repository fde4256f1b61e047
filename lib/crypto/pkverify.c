/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pkverify.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

struct algorithm {
	enum egov__oid id;
	const char *key;
	const EVP_MD *(*digest)(void);
};

static const struct algorithm algorithms[] = {
	{ EGOV__OID_ECDSA_SHA256, "EC", EVP_sha256 },
	{ EGOV__OID_ECDSA_SHA384, "EC", EVP_sha384 },
	{ EGOV__OID_ECDSA_SHA512, "EC", EVP_sha512 },
	{ EGOV__OID_RSA_SHA256, "RSA", EVP_sha256 },
	{ EGOV__OID_RSA_SHA384, "RSA", EVP_sha384 },
	{ EGOV__OID_RSA_SHA512, "RSA", EVP_sha512 },
};

static const struct algorithm *find(enum egov__oid id)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

static enum egov_status check_rsa(const EVP_PKEY *key, struct egov_error *err)
{
	const int bits = EVP_PKEY_get_bits(key);

	if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "RSA key of %d bits, %d to %d allowed",
	                      bits, RSA_BITS_MIN, RSA_BITS_MAX);
}

static enum egov_status check_ec(const EVP_PKEY *key, struct egov_error *err)
{
	char group[32] = "";
	int explicit_curve = 0;

	if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
	                           &explicit_curve) != 1 || explicit_curve != 0)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "RFC 5480, 2.1.1",
		                      "curve given by its parameters, not by its name");
	(void)EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	if (strcmp(group, "prime256v1") == 0 || strcmp(group, "secp384r1") == 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "curve %s, P-256 or P-384 allowed", group);
}

static enum egov_status load_key(struct egov_slice spki, EVP_PKEY **out, struct egov_error *err)
{
	const unsigned char *at = spki.data;
	EVP_PKEY *key = NULL;
	enum egov_status rc;

	if (spki.size <= EGOV__MAX_OBJECT)
		key = d2i_PUBKEY(NULL, &at, (long)spki.size);
	if (key == NULL || at != spki.data + spki.size)
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL,
		                    "public key of an unknown or malformed form");
	else if (EVP_PKEY_is_a(key, "RSA"))
		rc = check_rsa(key, err);
	else if (EVP_PKEY_is_a(key, "EC"))
		rc = check_ec(key, err);
	else
		rc = egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "public key of type %s",
		                    EVP_PKEY_get0_type_name(key));
	ERR_clear_error();
	if (rc == EGOV_OK)
		*out = key;
	else
		EVP_PKEY_free(key);
	return rc;
}

struct egov__pk_stream {
	EVP_PKEY *key;
	EVP_MD_CTX *ctx;
};

void egov__pk_stream_free(struct egov__pk_stream *stream)
{
	if (stream == NULL)
		return;
	EVP_MD_CTX_free(stream->ctx);
	EVP_PKEY_free(stream->key);
	free(stream);
}

static enum egov_status begin(struct egov__pk_stream *stream, const struct algorithm *algorithm,
                              struct egov_slice spki, struct egov_error *err)
{
	enum egov_status rc = load_key(spki, &stream->key, err);

	if (rc == EGOV_OK && !EVP_PKEY_is_a(stream->key, algorithm->key))
		rc = egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
		                    "the signature wants a key of type %s, this one is of type %s",
		                    algorithm->key, EVP_PKEY_get0_type_name(stream->key));
	if (rc != EGOV_OK)
		return rc;
	stream->ctx = EVP_MD_CTX_new();
	if (stream->ctx == NULL)
		return egov_error_nomem(err);
	if (EVP_DigestVerifyInit(stream->ctx, NULL, algorithm->digest(), NULL, stream->key) != 1)
		rc = egov_error_set(err, EGOV_E_CRYPTO, NULL, "OpenSSL cannot verify with this key");
	return rc;
}

enum egov_status egov__pk_stream_new(enum egov__oid algorithm, struct egov_slice spki,
                                     struct egov__pk_stream **out, struct egov_error *err)
{
	const struct algorithm *known = find(algorithm);
	struct egov__pk_stream *stream;
	enum egov_status rc;

	if (known == NULL)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "signature algorithm not supported");
	stream = calloc(1, sizeof(*stream));
	rc = stream == NULL ? egov_error_nomem(err) : begin(stream, known, spki, err);
	ERR_clear_error();
	if (rc == EGOV_OK)
		*out = stream;
	else
		egov__pk_stream_free(stream);
	return rc;
}

enum egov_status egov__pk_stream_update(struct egov__pk_stream *stream, struct egov_slice bytes,
                                        struct egov_error *err)
{
	if (EVP_DigestVerifyUpdate(stream->ctx, bytes.data, bytes.size) == 1)
		return EGOV_OK;
	ERR_clear_error();
	return egov_error_set(err, EGOV_E_CRYPTO, NULL, "OpenSSL cannot verify with this key");
}

enum egov_status egov__pk_stream_end(struct egov__pk_stream *stream, struct egov_slice signature,
                                     struct egov_error *err)
{
	const bool good = EVP_DigestVerifyFinal(stream->ctx, signature.data, signature.size) == 1;

	ERR_clear_error();
	if (good)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_UNTRUSTED, NULL, "the signature does not verify");
}

enum egov_status egov__pk_verify(enum egov__oid algorithm, struct egov_slice spki,
                                 struct egov_slice message, struct egov_slice signature,
                                 struct egov_error *err)
{
	struct egov__pk_stream *stream = NULL;
	enum egov_status rc = egov__pk_stream_new(algorithm, spki, &stream, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__pk_stream_update(stream, message, err);
	if (rc == EGOV_OK)
		rc = egov__pk_stream_end(stream, signature, err);
	egov__pk_stream_free(stream);
	return rc;
}

enum egov_status egov__pk_check(struct egov_slice spki, struct egov_error *err)
{
	EVP_PKEY *key = NULL;
	enum egov_status rc = load_key(spki, &key, err);

	EVP_PKEY_free(key);
	return rc;
}
