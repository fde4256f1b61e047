/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "base/der.h"
#include "crypto/ossl.h"
#include "crypto/sm2.h"

static const char spki_clause[] = "GM/T 0015, 5.2.3.7";

const uint8_t egov__sm2_spki_prefix[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
};

/* Within the prefix: the contents of the two object identifiers. */
#define PREFIX_ALGORITHM ((struct egov_slice){ egov__sm2_spki_prefix + 6, 7 })
#define PREFIX_CURVE ((struct egov_slice){ egov__sm2_spki_prefix + 15, 8 })

void egov__sm2_point_spki(const uint8_t point[EGOV__SM2_POINT], uint8_t spki[EGOV__SM2_SPKI])
{
	memcpy(spki, egov__sm2_spki_prefix, sizeof(egov__sm2_spki_prefix));
	memcpy(spki + sizeof(egov__sm2_spki_prefix), point, EGOV__SM2_POINT);
}

static enum egov_status wrong_oid(struct egov_slice oid, const char *wanted, struct egov_error *err)
{
	struct egov_buf text = EGOV__BUF(300);
	enum egov_status rc;
	const char *found;

	rc = egov__der_oid_text(oid, &text, NULL);
	found = rc == EGOV_OK ? egov__buf_string(&text) : egov__text("a malformed object identifier");
	if (rc == EGOV_E_NOMEM || found == NULL)
		rc = egov_error_nomem(err);
	else
		rc = egov_error_set(err, EGOV_E_POLICY, spki_clause, "public key: %s wanted, %s found",
		                    wanted, found);
	egov__buf_clear(&text);
	return rc;
}

/* What differs from the one form, for the message. */
static enum egov_status wrong_spki(struct egov_slice spki, struct egov_error *err)
{
	struct egov_slice body, algorithm, oid;

	if (egov__der_only(spki, EGOV__SEQUENCE, "", &body, NULL) != EGOV_OK
	    || egov__der_read(&body, EGOV__SEQUENCE, "", &algorithm, NULL) != EGOV_OK
	    || egov__der_read(&algorithm, EGOV__OID, "", &oid, NULL) != EGOV_OK)
		return egov_error_set(err, EGOV_E_POLICY, spki_clause,
		                      "public key: not the DER of a SubjectPublicKeyInfo");
	if (!egov__slice_equal(oid, PREFIX_ALGORITHM))
		return wrong_oid(oid, "id-ecPublicKey (1.2.840.10045.2.1)", err);
	if (egov__der_read(&algorithm, EGOV__OID, "", &oid, NULL) != EGOV_OK)
		return egov_error_set(err, EGOV_E_POLICY, spki_clause,
		                      "public key: curve given by parameters, a named curve wanted");
	if (!egov__slice_equal(oid, PREFIX_CURVE))
		return wrong_oid(oid, egov__text("the SM2 curve (1.2.156.10197.1.301)"), err);
	return egov_error_set(err, EGOV_E_POLICY, spki_clause,
	                      "public key: %zu octets found, the %d with an uncompressed point wanted",
	                      spki.size, EGOV__SM2_SPKI);
}

enum egov_status egov__sm2_spki_point(struct egov_slice spki, struct egov_slice *point,
                                      struct egov_error *err)
{
	const size_t prefix = sizeof(egov__sm2_spki_prefix);
	struct egov_slice found;
	enum egov_status rc;

	if (spki.size != EGOV__SM2_SPKI || memcmp(spki.data, egov__sm2_spki_prefix, prefix) != 0)
		return wrong_spki(spki, err);
	found = (struct egov_slice){ spki.data + prefix, EGOV__SM2_POINT };
	rc = egov__sm2_point_check(found, err);
	if (rc == EGOV_OK)
		*point = found;
	return rc;
}

enum egov_status egov__sm2_private_check(struct egov_slice d, struct egov_error *err)
{
	static const uint8_t limit[32] = {      /* n - 1 */
		0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6,
		0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
	};
	unsigned any = 0, borrow = 0;

	if (d.size == EGOV__SM2_PRIVATE) {
		for (size_t i = 32; i-- > 0;) {
			any |= d.data[i];
			borrow = ((unsigned)d.data[i] - limit[i] - borrow) >> 31;
		}
		if (any != 0 && borrow == 1)
			return EGOV_OK;
	}
	return egov_error_set(err, EGOV_E_POLICY, "GB/T 32918.1, 6.1",
	                      "SM2 private key is not 32 octets in 1 to n-2");
}

/* The private key goes in as a number in the machine's own byte order. */
static bool fill(OSSL_PARAM_BLD *build, struct egov_slice point, BIGNUM *private_key)
{
	return OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, SN_sm2, 0) == 1
	       && OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data,
	                                           point.size) == 1
	       && (private_key == NULL
	           || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, private_key) == 1);
}

static EVP_PKEY *from_data(struct egov_slice point, BIGNUM *private_key)
{
	const int selection = private_key == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = build != NULL && fill(build, point, private_key)
	                             ? OSSL_PARAM_BLD_to_param(build)
	                             : NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, SN_sm2, NULL);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1
	    || EVP_PKEY_fromdata(ctx, &pkey, selection, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

/* The key whose point is the base point.  To set up the curve is most of what a public key costs:
 * others are made from a copy of this one. */
static EVP_PKEY *model;
static pthread_once_t model_once = PTHREAD_ONCE_INIT;

static void make_model(void)
{
	uint8_t base[EGOV__SM2_POINT] = { 4 };

	memcpy(base + 1, egov__sm2_curve + 64, 64);
	model = from_data(EGOV__SLICE(base), NULL);
	ERR_clear_error();
}

/* NULL too where a provider's keys cannot be copied.  That the point is on the curve is checked
 * here as there. */
static EVP_PKEY *from_model(struct egov_slice point)
{
	EVP_PKEY *pkey;

	(void)pthread_once(&model_once, make_model);
	pkey = model == NULL ? NULL : EVP_PKEY_dup(model);
	if (pkey != NULL && EVP_PKEY_set1_encoded_public_key(pkey, point.data, point.size) == 1)
		return pkey;
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return NULL;
}

static EVP_PKEY *make_pkey(struct egov_slice point, BIGNUM *private_key)
{
	EVP_PKEY *const pkey = private_key == NULL ? from_model(point) : NULL;

	return pkey != NULL ? pkey : from_data(point, private_key);
}

enum egov_status egov__sm2_pkey(struct egov_slice point, const struct egov_secret *d,
                                EVP_PKEY **out, struct egov_error *err)
{
	BIGNUM *private_key = NULL;
	struct egov_slice octets;
	EVP_PKEY *pkey;
	enum egov_status rc;

	if (point.size != EGOV__SM2_POINT || point.data[0] != 4)
		return egov_error_set(err, EGOV_E_POLICY, "GM/T 0009, 7.1",
		                      "SM2 public key is not 04, X and Y in 65 octets");
	if (d != NULL) {
		octets = egov__secret_slice(d);
		rc = egov__sm2_private_check(octets, err);
		if (rc != EGOV_OK)
			return rc;
		private_key = BN_secure_new();
		if (private_key == NULL || BN_bin2bn(octets.data, EGOV__SM2_PRIVATE, private_key) == NULL) {
			BN_clear_free(private_key);
			return egov__ossl_error(err, EGOV_E_NOMEM, NULL, "SM2 key");
		}
	}
	pkey = make_pkey(point, private_key);
	BN_clear_free(private_key);
	if (pkey == NULL)
		return egov__ossl_error(err, EGOV_E_POLICY, "GB/T 32918.1, 6.2.1",
		                        "SM2 public key on the curve");
	*out = pkey;
	return EGOV_OK;
}

static bool multiply(const EC_GROUP *group, const BIGNUM *d, BN_CTX *ctx,
                     uint8_t point[EGOV__SM2_POINT])
{
	EC_POINT *p = EC_POINT_new(group);
	const bool good = p != NULL && EC_POINT_mul(group, p, d, NULL, NULL, ctx) == 1
	                  && EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, point,
	                                        EGOV__SM2_POINT, ctx) == EGOV__SM2_POINT;

	EC_POINT_free(p);
	return good;
}

enum egov_status egov__sm2_public(const struct egov_secret *d, uint8_t point[EGOV__SM2_POINT],
                                  struct egov_error *err)
{
	const struct egov_slice octets = egov__secret_slice(d);
	uint8_t made[EGOV__SM2_POINT];
	EC_GROUP *group;
	BN_CTX *ctx;
	BIGNUM *number;
	bool good;
	enum egov_status rc = egov__sm2_private_check(octets, err);

	if (rc != EGOV_OK)
		return rc;
	group = EC_GROUP_new_by_curve_name(NID_sm2);
	ctx = BN_CTX_secure_new();
	number = BN_secure_new();
	good = group != NULL && ctx != NULL && number != NULL
	       && BN_bin2bn(octets.data, EGOV__SM2_PRIVATE, number) != NULL
	       && multiply(group, number, ctx, made);
	BN_clear_free(number);
	BN_CTX_free(ctx);
	EC_GROUP_free(group);
	if (!good)
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SM2 public key");
	memcpy(point, made, sizeof(made));
	return EGOV_OK;
}

static enum egov_status private_octets(const EVP_PKEY *pkey, struct egov_secret **d,
                                       struct egov_error *err)
{
	uint8_t octets[EGOV__SM2_PRIVATE];
	BIGNUM *number = NULL;
	struct egov_secret *secret = NULL;
	enum egov_status rc = EGOV_OK;

	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1
	    || BN_bn2binpad(number, octets, sizeof(octets)) != (int)sizeof(octets))
		rc = egov__ossl_error(err, EGOV_E_POLICY, "GB/T 32918.1, 6.1", "SM2 private key");
	else
		rc = egov__sm2_private_check(EGOV__SLICE(octets), err);
	if (rc == EGOV_OK) {
		secret = egov__secret_new(EGOV__SLICE(octets));
		if (secret == NULL)
			rc = egov_error_nomem(err);
	}
	BN_clear_free(number);
	egov__cleanse(octets, sizeof(octets));
	if (rc == EGOV_OK)
		*d = secret;
	return rc;
}

enum egov_status egov__sm2_pkey_private(const EVP_PKEY *pkey, struct egov_secret **d,
                                        uint8_t point[EGOV__SM2_POINT], struct egov_error *err)
{
	uint8_t stored[EGOV__SM2_POINT], made[EGOV__SM2_POINT];
	struct egov_secret *secret = NULL;
	size_t size = 0;
	enum egov_status rc = private_octets(pkey, &secret, err);

	if (rc == EGOV_OK)
		rc = egov__sm2_public(secret, made, err);
	if (rc == EGOV_OK
	    && EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, stored,
	                                       sizeof(stored), &size) == 1
	    && (size != sizeof(stored) || memcmp(stored, made, sizeof(made)) != 0))
		rc = egov_error_set(err, EGOV_E_POLICY, NULL,
		                    "SM2 key: the public key beside the private key is another one's");
	ERR_clear_error();
	if (rc != EGOV_OK) {
		egov__secret_free(secret);
		return rc;
	}
	memcpy(point, made, sizeof(made));
	*d = secret;
	return EGOV_OK;
}

/* OpenSSL 3.0 draws from 1 to n-1; n-1 is refused as any other key outside. */
enum egov_status egov__sm2_generate(struct egov_secret **d, uint8_t point[EGOV__SM2_POINT],
                                    struct egov_error *err)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	enum egov_status rc;

	if (pkey == NULL)
		return egov__ossl_error(err, EGOV_E_CRYPTO, NULL, "SM2 key generation");
	rc = egov__sm2_pkey_private(pkey, d, point, err);
	EVP_PKEY_free(pkey);
	return rc;
}
