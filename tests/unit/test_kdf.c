/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <gcrypt.h>

#include "crypto/kdf.h"
#include "crypto/sm3.h"

static void pbkdf2_as_libgcrypt(void **state)
{
	static const struct {
		const char *password, *salt;
		uint32_t iterations;
		size_t size;
	} cases[] = { { "password", "salt", 1, 32 },
		      { "p", "0123456789abcdef", 1000, 32 },
		      { "passwordPASSWORD", "saltSALTsaltSALT", 3, 80 } };
	struct egov_error err = { 0 };
	uint8_t ours[80], theirs[80];

	(void)state;
	assert_non_null(gcry_check_version(NULL));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ok(egov__pbkdf2_sm3(egov__slice_text(cases[i].password),
		                           egov__slice_text(cases[i].salt), cases[i].iterations,
		                           ours, cases[i].size, &err), &err);
		assert_int_equal(gcry_kdf_derive(cases[i].password, strlen(cases[i].password),
		                                 GCRY_KDF_PBKDF2, GCRY_MD_SM3, cases[i].salt,
		                                 strlen(cases[i].salt), cases[i].iterations,
		                                 cases[i].size, theirs), 0);
		assert_memory_equal(ours, theirs, cases[i].size);
	}
	assert_ok(egov__pbkdf2_sm3(EGOV__NO_SLICE, egov__slice_text("s"), 1, ours, 32, &err), &err);
}

/* RFC 5869, 2.2 and 2.3 written out over HMAC-SM3. */
static void hkdf_as_written(void **state)
{
	struct egov_error err = { 0 };
	const struct egov_slice key = egov__slice_text("input keying material");
	const struct egov_slice salt = egov__slice_text("salt"), info = egov__slice_text("info");
	const uint8_t one = 1, two = 2;
	uint8_t prk[32], t[64], found[48];
	const struct egov_slice first[] = { info, { &one, 1 } };
	const struct egov_slice second[] = { { t, 32 }, info, { &two, 1 } };

	(void)state;
	assert_ok(egov__hmac_sm3(salt, &key, 1, prk, &err), &err);
	assert_ok(egov__hmac_sm3(EGOV__SLICE(prk), first, 2, t, &err), &err);
	assert_ok(egov__hmac_sm3(EGOV__SLICE(prk), second, 3, t + 32, &err), &err);
	assert_ok(egov__hkdf_sm3(key, salt, info, found, sizeof(found), &err), &err);
	assert_memory_equal(found, t, sizeof(found));
}

static void hkdf_without_salt(void **state)
{
	struct egov_error err = { 0 };
	const struct egov_slice key = egov__slice_text("key");
	const uint8_t zero[32] = { 0 };
	uint8_t one[48], other[48];

	(void)state;
	assert_ok(egov__hkdf_sm3(key, EGOV__NO_SLICE, EGOV__NO_SLICE, one, 48, &err), &err);
	assert_ok(egov__hkdf_sm3(key, EGOV__SLICE(zero), EGOV__NO_SLICE, other, 48, &err), &err);
	assert_memory_equal(one, other, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pbkdf2_as_libgcrypt),
		cmocka_unit_test(hkdf_as_written),
		cmocka_unit_test(hkdf_without_salt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
