/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "x509/tbs.h"
#include "x509/tbs_build.h"

/* The head of a TBSCertificate: version, serial, algorithm. */
static void fill(struct egov_buf *buf, const char *hex)
{
	struct egov_buf *der = help_hex_buf(hex);

	egov__buf_slice(buf, egov_buf_slice(der));
	egov_buf_free(der);
}

static void bytes_move_in(void **state)
{
	struct egov_buf der = EGOV__BUF(100);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	const uint8_t *at;

	(void)state;
	fill(&der, "3014 a003020102 020105 300a 0608 2a811ccf55018375");
	at = der.data;
	assert_ok(egov__tbs_new(EGOV_OBJECT_CERTIFICATE, &der, EGOV__SIGALG_ABSENT, &tbs, &err),
	          &err);
	assert_null(der.data);
	assert_int_equal(der.size, 0);
	assert_ptr_equal(egov__tbs_der(tbs).data, at);
	assert_int_equal(egov__tbs_der(tbs).size, 22);
	assert_int_equal(egov__tbs_kind(tbs), EGOV_OBJECT_CERTIFICATE);
	assert_true(egov__slice_equal(egov__tbs_signature_algorithm(tbs),
	                              egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT)));
	egov__tbs_free(tbs);
	egov__tbs_free(NULL);
}

static void refused(const char *hex, enum egov_object_kind kind, enum egov__sigalg_params params)
{
	struct egov_buf der = EGOV__BUF(100);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	fill(&der, hex);
	assert_fails(egov__tbs_new(kind, &der, params, &tbs, &err), &err, EGOV_E_USAGE,
	             "another signature algorithm");
	assert_null(tbs);
	assert_non_null(der.data);
	egov__buf_clear(&der);
}

static void inner_and_outer_algorithm_are_one(void **state)
{
	(void)state;
	refused("3014 a003020102 020105 300a 0608 2a811ccf55018375", EGOV_OBJECT_CERTIFICATE,
	        EGOV__SIGALG_NULL);
	refused("300f 020101 300a 0608 2a811ccf55018374", EGOV_OBJECT_CRL, EGOV__SIGALG_ABSENT);
	refused("3003 020101", EGOV_OBJECT_CRL, EGOV__SIGALG_ABSENT);
	refused("020101", EGOV_OBJECT_CRL, EGOV__SIGALG_ABSENT);
}

static void what_failed_to_build_is_no_tbs(void **state)
{
	struct egov_buf der = EGOV__BUF(4);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	(void)state;
	fill(&der, "3003020100");
	assert_fails(egov__tbs_new(EGOV_OBJECT_REQUEST, &der, EGOV__SIGALG_ABSENT, &tbs, &err), &err,
	             EGOV_E_LIMIT, "");
	assert_null(tbs);
	egov__buf_clear(&der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_move_in),
		cmocka_unit_test(inner_and_outer_algorithm_are_one),
		cmocka_unit_test(what_failed_to_build_is_no_tbs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
