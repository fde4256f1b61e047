/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/sm2.h"

static const char g_hex[] = "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
			    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
static const char n_hex[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

static struct egov_secret *secret_of(const uint8_t *d, size_t size)
{
	struct egov_secret *secret = egov__secret_new((struct egov_slice){ d, size });

	assert_non_null(secret);
	return secret;
}

static enum egov_status public_of(const uint8_t *d, size_t size, uint8_t point[65],
                                  struct egov_error *err)
{
	struct egov_secret *secret = secret_of(d, size);
	enum egov_status rc = egov__sm2_public(secret, point, err);

	egov__secret_free(secret);
	return rc;
}

static void private_range(void **state)
{
	struct egov_error err = { 0 };
	uint8_t d[33] = { 0 }, point[65], g[65];

	(void)state;
	help_hex(g_hex, g, sizeof(g));
	assert_fails(public_of(d, 32, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	d[31] = 1;
	assert_ok(public_of(d, 32, point, &err), &err);
	assert_memory_equal(point, g, sizeof(g));
	assert_fails(public_of(d, 31, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	assert_fails(public_of(d, 33, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	help_hex(n_hex, d, 32);
	assert_fails(public_of(d, 32, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	d[31]--;
	assert_fails(public_of(d, 32, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	d[31]--;
	assert_ok(public_of(d, 32, point, &err), &err);
	d[3] = 0xff;
	assert_fails(public_of(d, 32, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
	memset(d, 0xff, 32);
	assert_fails(public_of(d, 32, point, &err), &err, EGOV_E_POLICY, "1 to n-2");
}

static void signing_refuses_a_bad_private_key(void **state)
{
	struct egov_error err = { 0 };
	uint8_t d[32] = { 0 }, g[65], e[32] = { 1 }, raw[64];
	struct egov_secret *zero = secret_of(d, sizeof(d));

	(void)state;
	help_hex(g_hex, g, sizeof(g));
	assert_fails(egov__sm2_sign_e(zero, g, e, raw, &err), &err, EGOV_E_POLICY, "1 to n-2");
	egov__secret_free(zero);
}

static void generated_keys(void **state)
{
	struct egov_error err = { 0 };
	struct egov_secret *d = NULL, *other = NULL;
	uint8_t point[65], again[65];

	(void)state;
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	assert_ok(egov__sm2_public(d, again, &err), &err);
	assert_memory_equal(point, again, sizeof(point));
	assert_ok(egov__sm2_generate(&other, again, &err), &err);
	assert_memory_not_equal(point, again, sizeof(point));
	egov__secret_free(d);
	egov__secret_free(other);
}

static void points(void **state)
{
	struct egov_error err = { 0 };
	uint8_t g[65];

	(void)state;
	help_hex(g_hex, g, sizeof(g));
	assert_ok(egov__sm2_point_check(EGOV__SLICE(g), &err), &err);
	assert_fails(egov__sm2_point_check((struct egov_slice){ g, 33 }, &err), &err, EGOV_E_POLICY,
	             "65 octets");
	g[0] = 6;
	assert_fails(egov__sm2_point_check(EGOV__SLICE(g), &err), &err, EGOV_E_POLICY, "65 octets");
	g[0] = 4;
	g[64] ^= 1;
	assert_fails(egov__sm2_point_check(EGOV__SLICE(g), &err), &err, EGOV_E_POLICY, "on the curve");
	memset(g + 1, 0, 64);
	assert_fails(egov__sm2_point_check(EGOV__SLICE(g), &err), &err, EGOV_E_POLICY, "on the curve");
	memset(g + 1, 0xff, 64);
	assert_fails(egov__sm2_point_check(EGOV__SLICE(g), &err), &err, EGOV_E_POLICY, "on the curve");
	assert_fails(egov__sm2_point_check(EGOV__NO_SLICE, &err), &err, EGOV_E_POLICY, "65 octets");
}

static void spki_both_ways(void **state)
{
	struct egov_error err = { 0 };
	uint8_t g[65], spki[91];
	struct egov_slice point;

	(void)state;
	help_hex(g_hex, g, sizeof(g));
	egov__sm2_point_spki(g, spki);
	assert_ok(egov__sm2_spki_point(EGOV__SLICE(spki), &point, &err), &err);
	assert_ptr_equal(point.data, spki + 26);
	assert_memory_equal(point.data, g, sizeof(g));
	spki[90] ^= 1;
	assert_fails(egov__sm2_spki_point(EGOV__SLICE(spki), &point, &err), &err, EGOV_E_POLICY,
	             "on the curve");
	for (size_t size = 0; size < sizeof(spki); size++)
		assert_fails(egov__sm2_spki_point((struct egov_slice){ spki, size }, &point, &err), &err,
		             EGOV_E_POLICY, "public key");
}

/* What differs is named: another algorithm, another curve, another point form. */
static void other_spki(void **state)
{
	static const struct {
		const char *hex, *says;
	} cases[] = {
		{ "301c300d06092a864886f70d010101050003 0b003008020300c0ff020103",
		  "1.2.840.113549.1.1.1 found" },
		{ "3059301306072a8648ce3d020106082a8648ce3d030107034200"
		  "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
		  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
		  "1.2.840.10045.3.1.7 found" },
		{ "3039301306072a8648ce3d020106082a811ccf5501822d032200"
		  "0232c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
		  "59 octets found" },
		{ "300f300b06072a8648ce3d0201 0500 0300", "curve given by parameters" },
		{ "30023000", "SubjectPublicKeyInfo" },
	};
	struct egov_error err = { 0 };
	struct egov_slice point;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf *spki = help_hex_buf(cases[i].hex);

		assert_fails(egov__sm2_spki_point(egov_buf_slice(spki), &point, &err), &err,
		             EGOV_E_POLICY, cases[i].says);
		egov_buf_free(spki);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_range),
		cmocka_unit_test(signing_refuses_a_bad_private_key),
		cmocka_unit_test(generated_keys),
		cmocka_unit_test(points),
		cmocka_unit_test(spki_both_ways),
		cmocka_unit_test(other_spki),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
