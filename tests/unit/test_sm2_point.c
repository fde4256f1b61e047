/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <openssl/evp.h>

#include "base/der.h"
#include "crypto/ossl.h"
#include "crypto/sm2.h"

static const char p_hex[] = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

static bool ossl_takes(const uint8_t point[EGOV__SM2_POINT])
{
	EVP_PKEY *pkey = NULL;
	const enum egov_status rc =
		egov__sm2_pkey((struct egov_slice){ point, EGOV__SM2_POINT }, NULL, &pkey, NULL);

	EVP_PKEY_free(pkey);
	return rc == EGOV_OK;
}

static bool we_take(const uint8_t point[EGOV__SM2_POINT])
{
	return egov__sm2_point_check((struct egov_slice){ point, EGOV__SM2_POINT }, NULL) == EGOV_OK;
}

/* Keys, and each with one bit changed in every octet: OpenSSL says the same. */
static void test_agrees(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		struct egov_error err = { 0 };
		struct egov_secret *d = NULL;
		uint8_t point[EGOV__SM2_POINT];

		assert_ok(egov__sm2_generate(&d, point, &err), &err);
		egov__secret_free(d);
		assert_ok(egov__sm2_point_check(EGOV__SLICE(point), &err), &err);
		for (size_t at = 0; at < sizeof(point); at++) {
			point[at] ^= (uint8_t)(1 << i);
			assert_int_equal(we_take(point), ossl_takes(point));
			point[at] ^= (uint8_t)(1 << i);
		}
	}
}

/* x = p + x0 names the same point once more: only numbers below p are coordinates. */
static void test_range(void **state)
{
	uint8_t point[EGOV__SM2_POINT] = { 4 };
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov__sm2_point_check(EGOV__SLICE(point), &err), &err, EGOV_E_POLICY,
	             "not a point on the curve");
	help_hex(p_hex, point + 1, 32);
	assert_false(we_take(point));
	assert_false(ossl_takes(point));
	memset(point + 1, 0, 32);
	point[32] = 1;
	help_hex("9f7a091433a81e3f218f405f792355bf2aa98b5ffa95982f03870800065279a3", point + 33, 32);
	assert_ok(egov__sm2_point_check(EGOV__SLICE(point), &err), &err);
	help_hex("fffffffeffffffffffffffffffffffffffffffff000000010000000000000000", point + 1, 32);
	assert_false(we_take(point));
	assert_false(ossl_takes(point));
}

static void test_negated(void **state)
{
	uint8_t point[EGOV__SM2_POINT] = { 4 }, p[32];
	struct egov_error err = { 0 };
	int borrow = 0;

	(void)state;
	memcpy(point + 1, egov__sm2_curve + 64, 64);
	assert_ok(egov__sm2_point_check(EGOV__SLICE(point), &err), &err);
	help_hex(p_hex, p, sizeof(p));
	for (int i = 32; i-- > 0;) {
		const int digit = p[i] - point[33 + i] - borrow;

		borrow = digit < 0;
		point[33 + i] = (uint8_t)digit;
	}
	assert_ok(egov__sm2_point_check(EGOV__SLICE(point), &err), &err);
	point[0] = 2;
	assert_fails(egov__sm2_point_check(EGOV__SLICE(point), &err), &err, EGOV_E_POLICY, "65 octets");
	assert_fails(egov__sm2_point_check((struct egov_slice){ point, 64 }, &err), &err, EGOV_E_POLICY,
	             "65 octets");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_negated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
