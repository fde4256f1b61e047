/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/sm4.h"

/* GB/T 32907, appendix A: the cipher of the counter is the key stream. */
static void standard(void **state)
{
	struct egov_error err = { 0 };
	const uint8_t zero[16] = { 0 };
	uint8_t key[16], iv[16], wanted[16], out[16];

	(void)state;
	help_hex("0123456789abcdeffedcba9876543210", key, sizeof(key));
	help_hex("0123456789abcdeffedcba9876543210", iv, sizeof(iv));
	help_hex("681edf34d206965e86b3e94f536e4246", wanted, sizeof(wanted));
	assert_ok(egov__sm4_ctr(key, iv, EGOV__SLICE(zero), out, &err), &err);
	assert_memory_equal(out, wanted, sizeof(wanted));
	assert_ok(egov__sm4_ctr(key, iv, EGOV__SLICE(wanted), out, &err), &err);
	assert_memory_equal(out, zero, sizeof(zero));
	assert_ok(egov__sm4_ctr(key, iv, EGOV__NO_SLICE, out, &err), &err);
}

/* GB/T 17964-2021, four blocks: the counter counts on. */
static void ctr_mode(void **state)
{
	struct egov_error err = { 0 };
	uint8_t key[16], iv[16], in[64], wanted[64], out[64];

	(void)state;
	help_hex("2b7e151628aed2a6abf7158809cf4f3c", key, sizeof(key));
	help_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", iv, sizeof(iv));
	help_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	         "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
	         in, sizeof(in));
	help_hex("14ae4a72b97a93ce1216ccd998e371c160f7ef8b6344bd6da1992505e5fc219b"
	         "0bf057f86c5d75103c0f46519c7fb2e7292805035adb9a90ecef145359d7cf0e",
	         wanted, sizeof(wanted));
	assert_ok(egov__sm4_ctr(key, iv, EGOV__SLICE(in), out, &err), &err);
	assert_memory_equal(out, wanted, sizeof(wanted));
	assert_ok(egov__sm4_ctr(key, iv, (struct egov_slice){ in, 37 }, out, &err), &err);
	assert_memory_equal(out, wanted, 37);
}

/* Texts of every size around a block, under a key that is set once: each as if it were alone. */
static void ctr_of_several(void **state)
{
	struct egov_error err = { 0 };
	struct egov__sm4_ctr *ctr = NULL;
	uint8_t key[16], iv[16] = { 0 }, in[40], wanted[40], out[40];

	(void)state;
	memset(key, 7, sizeof(key));
	memset(in, 9, sizeof(in));
	assert_ok(egov__sm4_ctr_new(key, &ctr, &err), &err);
	for (size_t size = 0; size <= sizeof(in); size++) {
		const struct egov_slice text = { in, size };

		memset(out, 0, sizeof(out));
		memset(wanted, 0, sizeof(wanted));
		iv[7] = (uint8_t)(size / 2);
		assert_ok(egov__sm4_ctr(key, iv, text, wanted, &err), &err);
		assert_ok(egov__sm4_ctr_run(ctr, iv, text, out, &err), &err);
		assert_memory_equal(out, wanted, sizeof(out));
	}
	egov__sm4_ctr_free(ctr);
	egov__sm4_ctr_free(NULL);
}

/* GB/T 32907, annex A.1, in both directions; blocks alone are taken. */
static void ecb_mode(void **state)
{
	struct egov_error err = { 0 };
	uint8_t key[16], two[32], wanted[32], out[32];

	(void)state;
	help_hex("0123456789abcdeffedcba9876543210", key, sizeof(key));
	memcpy(two, key, 16);
	memcpy(two + 16, key, 16);
	help_hex("681edf34d206965e86b3e94f536e4246681edf34d206965e86b3e94f536e4246", wanted,
	         sizeof(wanted));
	assert_ok(egov__sm4_ecb_encrypt(key, EGOV__SLICE(two), out, &err), &err);
	assert_memory_equal(out, wanted, sizeof(wanted));
	assert_ok(egov__sm4_ecb_decrypt(key, EGOV__SLICE(wanted), out, &err), &err);
	assert_memory_equal(out, two, sizeof(two));
	assert_fails(egov__sm4_ecb_decrypt(key, (struct egov_slice){ two, 31 }, out, &err), &err,
	             EGOV_E_CRYPTO, "SM4-ECB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard),
		cmocka_unit_test(ctr_mode),
		cmocka_unit_test(ctr_of_several),
		cmocka_unit_test(ecb_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
