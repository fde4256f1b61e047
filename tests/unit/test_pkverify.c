/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of other hierarchies: made here with OpenSSL, judged by the library. */
#include "help.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "crypto/pkverify.h"

struct made {
	EVP_PKEY *key;
	unsigned char *spki;
	int spki_size;
	unsigned char signature[1024];
	size_t size;
};

static const uint8_t message[] = "what is signed";

static struct made make(EVP_PKEY *key, const EVP_MD *digest)
{
	struct made made = { .key = key, .size = sizeof(made.signature) };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	assert_non_null(key);
	assert_non_null(ctx);
	made.spki_size = i2d_PUBKEY(key, &made.spki);
	assert_true(made.spki_size > 0);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, digest, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, made.signature, &made.size, message, sizeof(message)), 1);
	EVP_MD_CTX_free(ctx);
	return made;
}

static void clear(struct made *made)
{
	OPENSSL_free(made->spki);
	EVP_PKEY_free(made->key);
}

static enum egov_status judge(const struct made *made, enum egov__oid algorithm,
                              struct egov_error *err)
{
	return egov__pk_verify(algorithm,
	                       (struct egov_slice){ made->spki, (size_t)made->spki_size },
	                       EGOV__SLICE(message),
	                       (struct egov_slice){ made->signature, made->size }, err);
}

static void expect_good(EVP_PKEY *key, const EVP_MD *digest, enum egov__oid algorithm)
{
	struct made made = make(key, digest);
	struct egov_error err = { 0 };

	assert_ok(judge(&made, algorithm, &err), &err);
	made.signature[made.size - 1] ^= 1;
	assert_fails(judge(&made, algorithm, &err), &err, EGOV_E_UNTRUSTED, "does not verify");
	made.size = 0;
	assert_fails(judge(&made, algorithm, &err), &err, EGOV_E_UNTRUSTED, "does not verify");
	clear(&made);
}

static void good_signatures_verify_and_changed_ones_do_not(void **state)
{
	(void)state;
	expect_good(EVP_EC_gen("P-256"), EVP_sha256(), EGOV__OID_ECDSA_SHA256);
	expect_good(EVP_EC_gen("P-384"), EVP_sha384(), EGOV__OID_ECDSA_SHA384);
	expect_good(EVP_EC_gen("P-384"), EVP_sha256(), EGOV__OID_ECDSA_SHA256);
	expect_good(EVP_RSA_gen(2048), EVP_sha256(), EGOV__OID_RSA_SHA256);
	expect_good(EVP_RSA_gen(2048), EVP_sha384(), EGOV__OID_RSA_SHA384);
	expect_good(EVP_RSA_gen(2048), EVP_sha512(), EGOV__OID_RSA_SHA512);
	expect_good(EVP_EC_gen("P-256"), EVP_sha512(), EGOV__OID_ECDSA_SHA512);
}

static void expect_refused(EVP_PKEY *key, const EVP_MD *digest, enum egov__oid algorithm,
                           enum egov_status status, const char *fragment)
{
	struct made made = make(key, digest);
	struct egov_error err = { 0 };

	assert_fails(judge(&made, algorithm, &err), &err, status, fragment);
	clear(&made);
}

static void keys_and_algorithms_belong_together(void **state)
{
	(void)state;
	expect_refused(EVP_EC_gen("P-256"), EVP_sha256(), EGOV__OID_RSA_SHA256, EGOV_E_UNTRUSTED,
	               "wants a key of type RSA, this one is of type EC");
	expect_refused(EVP_RSA_gen(2048), EVP_sha256(), EGOV__OID_ECDSA_SHA256, EGOV_E_UNTRUSTED,
	               "wants a key of type EC");
	expect_refused(EVP_EC_gen("P-256"), EVP_sha256(), EGOV__OID_ECDSA_SHA384, EGOV_E_UNTRUSTED,
	               "does not verify");
}

static void weak_and_strange_keys_are_not_supported(void **state)
{
	(void)state;
	expect_refused(EVP_RSA_gen(1024), EVP_sha256(), EGOV__OID_RSA_SHA256, EGOV_E_UNSUPPORTED,
	               "RSA key of 1024 bits, 2048 to 8192 allowed");
	expect_refused(EVP_EC_gen("secp256k1"), EVP_sha256(), EGOV__OID_ECDSA_SHA256,
	               EGOV_E_UNSUPPORTED, "curve secp256k1, P-256 or P-384 allowed");
	expect_refused(EVP_EC_gen("P-256"), EVP_sha256(), EGOV__OID_SM2_SM3, EGOV_E_UNSUPPORTED,
	               "algorithm not supported");
	expect_refused(EVP_EC_gen("P-256"), EVP_sha256(), EGOV__OID_UNKNOWN, EGOV_E_UNSUPPORTED,
	               "algorithm not supported");
}

static void junk_is_no_key(void **state)
{
	struct made made = make(EVP_EC_gen("P-256"), EVP_sha256());
	struct egov_error err = { 0 };

	(void)state;
	made.spki_size -= 1;
	assert_fails(judge(&made, EGOV__OID_ECDSA_SHA256, &err), &err, EGOV_E_UNSUPPORTED,
	             "unknown or malformed form");
	clear(&made);
}

/* --- what is taken where it is allowed --- */

/* A certificate that OpenSSL signed so: algorithm, octets and signature of it. */
static void expect_other(EVP_PKEY *key, const EVP_MD *digest, unsigned needs, bool pss)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how = NULL;
	X509 *cert = X509_new();
	unsigned char *tbs = NULL, *algorithm = NULL, *spki = NULL;
	const X509_ALGOR *written;
	const ASN1_BIT_STRING *signature;
	struct egov__pk_signed object;
	struct egov_slice public;
	struct egov_error err = { 0 };

	assert_int_equal(X509_set_pubkey(cert, key), 1);
	assert_int_equal(EVP_DigestSignInit(ctx, &how, digest, NULL, key), 1);
	if (pss)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING), 1);
	assert_true(X509_sign_ctx(cert, ctx) > 0);
	X509_get0_signature(&signature, &written, cert);
	object.message = (struct egov_slice){ NULL, (size_t)i2d_re_X509_tbs(cert, &tbs) };
	object.message.data = tbs;
	object.algorithm = (struct egov_slice){ NULL, (size_t)i2d_X509_ALGOR(written, &algorithm) };
	object.algorithm.data = algorithm;
	object.signature = (struct egov_slice){ signature->data, (size_t)signature->length };
	public.size = (size_t)i2d_PUBKEY(key, &spki);
	public.data = spki;
	for (unsigned allow = 0; allow < 8; allow++)
		if ((allow & needs) == needs)
			assert_ok(egov__pk_verify_other(&object, public, allow, &err), &err);
		else
			assert_int_equal(egov__pk_verify_other(&object, public, allow, NULL),
			                 EGOV_E_UNSUPPORTED);
	tbs[object.message.size - 1] ^= 1;
	assert_fails(egov__pk_verify_other(&object, public, 7, &err), &err, EGOV_E_UNTRUSTED,
	             "does not verify");
	OPENSSL_free(tbs);
	OPENSSL_free(algorithm);
	OPENSSL_free(spki);
	X509_free(cert);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static void other_algorithms_are_taken_where_allowed(void **state)
{
	(void)state;
	expect_other(EVP_RSA_gen(1024), EVP_sha256(), EGOV__PK_SMALL_KEYS, false);
	expect_other(EVP_RSA_gen(2048), EVP_sha1(), EGOV__PK_OLD_DIGESTS, false);
	expect_other(EVP_RSA_gen(2048), EVP_md5(), EGOV__PK_OLD_DIGESTS, false);
	expect_other(EVP_RSA_gen(2048), EVP_sha256(), EGOV__PK_OTHERS, true);
	expect_other(EVP_RSA_gen(2048), EVP_sha1(), EGOV__PK_OTHERS | EGOV__PK_OLD_DIGESTS, true);
	expect_other(EVP_RSA_gen(2048), EVP_sha224(), EGOV__PK_OTHERS, false);
	expect_other(EVP_EC_gen("P-521"), EVP_sha512(), EGOV__PK_OTHERS, false);
	expect_other(EVP_EC_gen("P-256"), EVP_sha1(), EGOV__PK_OLD_DIGESTS, false);
	expect_other(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, EGOV__PK_OTHERS, false);
}

static void a_curve_by_its_parameters_is_never_taken(void **state)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	unsigned char *spki = NULL;
	struct egov_error err = { 0 };
	int size;

	(void)state;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
	size = i2d_PUBKEY(key, &spki);
	assert_true(size > 0);
	assert_fails(egov__pk_check_other((struct egov_slice){ spki, (size_t)size }, 7, &err), &err,
	             EGOV_E_UNSUPPORTED, "curve given by its parameters");
	OPENSSL_free(spki);
	EVP_PKEY_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_signatures_verify_and_changed_ones_do_not),
		cmocka_unit_test(keys_and_algorithms_belong_together),
		cmocka_unit_test(weak_and_strange_keys_are_not_supported),
		cmocka_unit_test(junk_is_no_key),
		cmocka_unit_test(other_algorithms_are_taken_where_allowed),
		cmocka_unit_test(a_curve_by_its_parameters_is_never_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
