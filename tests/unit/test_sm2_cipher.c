/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/sm2.h"

/* GB/T 32918.5, appendix C.2, as SM2Cipher. */
static const char d_hex[] = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
static const char cipher_hex[] =
	"307c"
	"022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
	"022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
	"042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
	"041321886ca989ca9c7d58087307ca93092d651efa";

static struct egov_secret *key(uint8_t point[65])
{
	struct egov_error err = { 0 };
	uint8_t d[32];
	struct egov_secret *secret;

	help_hex(d_hex, d, sizeof(d));
	secret = egov__secret_new(EGOV__SLICE(d));
	assert_non_null(secret);
	assert_ok(egov__sm2_public(secret, point, &err), &err);
	return secret;
}

static void standard_example(void **state)
{
	struct egov_error err = { 0 };
	uint8_t point[65];
	struct egov_secret *d = key(point);
	struct egov_buf *cipher = help_hex_buf(cipher_hex);
	struct egov_buf plain = EGOV__BUF(100);

	(void)state;
	assert_ok(egov__sm2_decrypt(d, egov_buf_slice(cipher), &plain, &err), &err);
	assert_int_equal(plain.size, 19);
	assert_memory_equal(plain.data, "encryption standard", 19);
	egov__buf_clear(&plain);
	egov_buf_free(cipher);
	egov__secret_free(d);
}

static void both_ways(void **state)
{
	static const size_t sizes[] = { 1, 2, 31, 32, 33, 1000, 65536 };
	struct egov_error err = { 0 };
	uint8_t point[65];
	uint8_t *data = calloc(1, 65537);
	struct egov_secret *d = key(point);

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct egov_buf cipher = EGOV__BUF(70000), plain = EGOV__BUF(70000);

		assert_ok(egov__sm2_encrypt(EGOV__SLICE(point), (struct egov_slice){ data, sizes[i] },
		                            &cipher, &err), &err);
		assert_ok(egov__sm2_decrypt(d, egov_buf_slice(&cipher), &plain, &err), &err);
		assert_int_equal(plain.size, sizes[i]);
		assert_memory_equal(plain.data, data, sizes[i]);
		egov__buf_clear(&cipher);
		egov__buf_clear(&plain);
	}
	free(data);
	egov__secret_free(d);
}

static void limits(void **state)
{
	struct egov_error err = { 0 };
	uint8_t point[65];
	struct egov_secret *d = key(point);
	uint8_t *data = calloc(1, 65537);
	struct egov_buf cipher = EGOV__BUF(70000);

	(void)state;
	assert_non_null(data);
	assert_fails(egov__sm2_encrypt(EGOV__SLICE(point), EGOV__NO_SLICE, &cipher, &err), &err,
	             EGOV_E_LIMIT, "not 0");
	assert_fails(egov__sm2_encrypt(EGOV__SLICE(point), (struct egov_slice){ data, 65537 }, &cipher,
	                               &err), &err, EGOV_E_LIMIT, "not 65537");
	point[64] ^= 1;
	assert_fails(egov__sm2_encrypt(EGOV__SLICE(point), (struct egov_slice){ data, 1 }, &cipher,
	                               &err), &err, EGOV_E_POLICY, "on the curve");
	free(data);
	egov__buf_clear(&cipher);
	egov__secret_free(d);
}

/* With one octet a key stream of zeros comes up every 256 times: it is never used. */
static void zero_key_stream_is_never_used(void **state)
{
	struct egov_error err = { 0 };
	const uint8_t octet = 0x5a;
	uint8_t point[65];
	struct egov_secret *d = key(point);
	struct egov_buf cipher = EGOV__BUF(200);

	(void)state;
	for (int i = 0; i < 1500; i++) {
		egov_buf_reset(&cipher);
		assert_ok(egov__sm2_encrypt(EGOV__SLICE(point), (struct egov_slice){ &octet, 1 },
		                            &cipher, &err), &err);
		assert_int_not_equal(cipher.data[cipher.size - 1], octet);
	}
	egov__buf_clear(&cipher);
	egov__secret_free(d);
}

static void altered_ciphertext(void **state)
{
	uint8_t point[65];
	struct egov_error err = { 0 };
	struct egov_secret *d = key(point), *other = NULL;
	struct egov_buf *cipher = help_hex_buf(cipher_hex);
	struct egov_buf plain = EGOV__BUF(200);

	(void)state;
	for (size_t i = 0; i < cipher->size; i++) {
		enum egov_status rc;

		cipher->data[i] ^= 0x01;
		rc = egov__sm2_decrypt(d, egov_buf_slice(cipher), &plain, NULL);
		assert_true(rc == EGOV_E_CORRUPT || rc == EGOV_E_SYNTAX);
		cipher->data[i] ^= 0x01;
		rc = egov__sm2_decrypt(d, (struct egov_slice){ cipher->data, i }, &plain, NULL);
		assert_int_equal(rc, EGOV_E_SYNTAX);
	}
	assert_int_equal(plain.size, 0);
	assert_ok(egov__sm2_generate(&other, point, &err), &err);
	assert_fails(egov__sm2_decrypt(other, egov_buf_slice(cipher), &plain, &err), &err,
	             EGOV_E_CORRUPT, "SM2 decryption");
	egov_buf_free(cipher);
	egov__secret_free(d);
	egov__secret_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_example),
		cmocka_unit_test(both_ways),
		cmocka_unit_test(limits),
		cmocka_unit_test(zero_key_stream_is_never_used),
		cmocka_unit_test(altered_ciphertext),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
