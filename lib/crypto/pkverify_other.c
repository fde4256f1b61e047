/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pkverify.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define RSA_BITS_LEAST 512
#define RSA_BITS_USUAL 2048

static enum egov_status refuse(struct egov_error *err, const char *text)
{
	return egov_error_set(err, EGOV_E_UNSUPPORTED, NULL, "%s", egov__text(text));
}

/* A curve by its parameters may be one that only looks like another. */
static bool is_explicit(const EVP_PKEY *key)
{
	int is = 0;

	return EVP_PKEY_is_a(key, "EC")
	       && (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is) != 1
	           || is != 0);
}

static bool is_usual_curve(const EVP_PKEY *key)
{
	char group[32] = "";

	(void)EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	return strcmp(group, "prime256v1") == 0 || strcmp(group, "secp384r1") == 0;
}

static enum egov_status check_key(const EVP_PKEY *key, unsigned allow, struct egov_error *err)
{
	const int bits = EVP_PKEY_get_bits(key);
	const bool rsa = EVP_PKEY_is_a(key, "RSA");
	const bool usual = rsa || (EVP_PKEY_is_a(key, "EC") && is_usual_curve(key));

	if (is_explicit(key))
		return egov_error_set(err, EGOV_E_UNSUPPORTED, "RFC 5480, 2.1.1",
		                      "curve given by its parameters, not by its name");
	if (!usual && (allow & EGOV__PK_OTHERS) == 0)
		return refuse(err, EGOV__N("public key of a type that is not supported"));
	if (rsa && bits < RSA_BITS_USUAL && (allow & EGOV__PK_SMALL_KEYS) == 0)
		return refuse(err, EGOV__N("RSA key below 2048 bits"));
	if (rsa && bits < RSA_BITS_LEAST)
		return refuse(err, EGOV__N("RSA key below 512 bits"));
	return EGOV_OK;
}

static enum egov_status load_key(struct egov_slice spki, unsigned allow, EVP_PKEY **out,
                                 struct egov_error *err)
{
	const unsigned char *at = spki.data;
	EVP_PKEY *key = NULL;
	enum egov_status rc;

	if (spki.size <= EGOV__MAX_OBJECT)
		key = d2i_PUBKEY(NULL, &at, (long)spki.size);
	if (key == NULL || at != spki.data + spki.size)
		rc = refuse(err, EGOV__N("public key of an unknown or malformed form"));
	else
		rc = check_key(key, allow, err);
	ERR_clear_error();
	if (rc == EGOV_OK)
		*out = key;
	else
		EVP_PKEY_free(key);
	return rc;
}

/* Of RSASSA-PSS; absent it is SHA-1 (RFC 4055, 3.1). */
static int pss_digest(const X509_ALGOR *algorithm)
{
	RSA_PSS_PARAMS *pss = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS),
	                                                algorithm->parameter);
	const int digest = pss == NULL || pss->hashAlgorithm == NULL
	                   ? NID_sha1 : OBJ_obj2nid(pss->hashAlgorithm->algorithm);

	RSA_PSS_PARAMS_free(pss);
	return digest;
}

static enum egov_status check_algorithm(const X509_ALGOR *algorithm, unsigned allow,
                                        struct egov_error *err)
{
	const ASN1_OBJECT *oid = NULL;
	int digest = NID_undef, key = NID_undef;
	bool usual;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if (OBJ_find_sigid_algs(OBJ_obj2nid(oid), &digest, &key) != 1)
		return refuse(err, EGOV__N("signature algorithm not supported"));
	usual = (key == NID_rsaEncryption || key == NID_X9_62_id_ecPublicKey)
	        && (digest == NID_sha1 || digest == NID_md5 || digest == NID_sha256
	            || digest == NID_sha384 || digest == NID_sha512);
	if (!usual && (allow & EGOV__PK_OTHERS) == 0)
		return refuse(err, EGOV__N("signature algorithm not supported"));
	if (key == NID_rsassaPss)
		digest = pss_digest(algorithm);
	if ((digest == NID_sha1 || digest == NID_md5) && (allow & EGOV__PK_OLD_DIGESTS) == 0)
		return refuse(err, EGOV__N("signature with SHA-1 or MD5"));
	return EGOV_OK;
}

/* OpenSSL knows what each algorithm's parameters mean; it wants an object to
 * encode, so the octets go in as what they are, any SEQUENCE. */
static enum egov_status verify(const X509_ALGOR *algorithm, EVP_PKEY *key, struct egov_slice message,
                               struct egov_slice signature, struct egov_error *err)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	ASN1_STRING *octets = ASN1_STRING_new();
	ASN1_TYPE *any = ASN1_TYPE_new();
	enum egov_status rc = EGOV_OK;

	if (bits == NULL || octets == NULL || any == NULL
	    || ASN1_STRING_set(bits, signature.data, (int)signature.size) != 1
	    || ASN1_STRING_set(octets, message.data, (int)message.size) != 1) {
		ASN1_STRING_free(octets);
		rc = egov_error_nomem(err);
	} else {
		ASN1_TYPE_set(any, V_ASN1_SEQUENCE, octets);
		if (ASN1_item_verify(ASN1_ITEM_rptr(ASN1_ANY), algorithm, bits, any, key) != 1)
			rc = egov_error_set(err, EGOV_E_UNTRUSTED, NULL,
			                    "the signature does not verify");
	}
	ASN1_TYPE_free(any);
	ASN1_BIT_STRING_free(bits);
	return rc;
}

enum egov_status egov__pk_verify_other(const struct egov__pk_signed *object, struct egov_slice spki,
                                       unsigned allow, struct egov_error *err)
{
	const unsigned char *at = object->algorithm.data;
	X509_ALGOR *algorithm = d2i_X509_ALGOR(NULL, &at, (long)object->algorithm.size);
	EVP_PKEY *key = NULL;
	enum egov_status rc;

	if (algorithm == NULL || object->message.size > INT32_MAX || object->signature.size > INT32_MAX)
		rc = refuse(err, EGOV__N("signature algorithm not supported"));
	else
		rc = check_algorithm(algorithm, allow, err);
	if (rc == EGOV_OK)
		rc = load_key(spki, allow, &key, err);
	if (rc == EGOV_OK)
		rc = verify(algorithm, key, object->message, object->signature, err);
	EVP_PKEY_free(key);
	X509_ALGOR_free(algorithm);
	ERR_clear_error();
	return rc;
}

enum egov_status egov__pk_check_other(struct egov_slice spki, unsigned allow, struct egov_error *err)
{
	EVP_PKEY *key = NULL;
	const enum egov_status rc = load_key(spki, allow, &key, err);

	EVP_PKEY_free(key);
	return rc;
}
