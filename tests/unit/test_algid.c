/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "x509/algid.h"

static void reads(const char *hex, enum egov__oid wanted)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_error err = { 0 };
	enum egov__oid found = EGOV__OID_COUNT;

	assert_ok(egov__algid_signature(egov_buf_slice(der), &found, &err), &err);
	assert_int_equal(found, wanted);
	egov_buf_free(der);
}

static void refuses(const char *hex, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_error err = { 0 };
	enum egov__oid found = EGOV__OID_COUNT;

	assert_fails(egov__algid_signature(egov_buf_slice(der), &found, &err), &err, EGOV_E_SYNTAX,
	             fragment);
	assert_int_equal(found, EGOV__OID_COUNT);
	egov_buf_free(der);
}

static void both_forms_are_written_and_read(void **state)
{
	const struct egov_slice absent = egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT);
	const struct egov_slice null = egov__algid_sm2_sm3(EGOV__SIGALG_NULL);
	struct egov_buf *a = help_hex_buf("300a 0608 2a811ccf55018375");
	struct egov_buf *n = help_hex_buf("300c 0608 2a811ccf55018375 0500");

	(void)state;
	assert_true(egov__slice_equal(absent, egov_buf_slice(a)));
	assert_true(egov__slice_equal(null, egov_buf_slice(n)));
	egov_buf_free(a);
	egov_buf_free(n);
	reads("300a 0608 2a811ccf55018375", EGOV__OID_SM2_SM3);
	reads("300c 0608 2a811ccf55018375 0500", EGOV__OID_SM2_SM3);
}

static void other_algorithms_have_their_own_forms(void **state)
{
	(void)state;
	reads("300a 0608 2a8648ce3d040302", EGOV__OID_ECDSA_SHA256);
	refuses("300c 0608 2a8648ce3d040302 0500", "must be absent");
	reads("300d 0609 2a864886f70d01010b 0500", EGOV__OID_RSA_SHA256);
	reads("300b 0609 2a864886f70d01010b", EGOV__OID_RSA_SHA256);
	/* known, but no signature algorithm of certificates; and unknown */
	reads("300a 0608 2a811ccf5501822d", EGOV__OID_UNKNOWN);
	reads("3004 0602 2a03", EGOV__OID_UNKNOWN);
}

static void other_parameters_are_refused(void **state)
{
	(void)state;
	refuses("300e 0608 2a811ccf55018375 0401 00 00", "signature algorithm");
	refuses("300e 0608 2a811ccf55018375 0602 2a03", "must be absent or NULL");
	refuses("300d 0608 2a811ccf55018375 0501 00", "must be absent or NULL");
	refuses("300e 0608 2a811ccf55018375 0500 0500", "octets after its end");
	refuses("300a 0608 2a811ccf55018375 00", "octets after its end");
	refuses("300a 0608 2a811ccf550183f5", "OBJECT IDENTIFIER");
	refuses("300a 0408 2a811ccf55018375", "tag 04");
	refuses("", "cut short");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_are_written_and_read),
		cmocka_unit_test(other_algorithms_have_their_own_forms),
		cmocka_unit_test(other_parameters_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
