/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"

#include "crypto/sm2.h"
#include "key/signer.h"
#include "key/throwaway.h"

static struct egov_error err;

static void test_signs(void **state)
{
	struct egov_signer *a = NULL, *b = NULL;
	const struct egov_slice message = egov__slice_text("message");
	struct egov_buf signature = EGOV__BUF(200);
	struct egov_report *report = egov_report_new();
	struct egov_slice point;

	(void)state;
	assert_ok(egov__signer_throwaway(EGOV_KEY_JOURNAL, &a, &err), &err);
	assert_ok(egov__signer_throwaway(EGOV_KEY_CA, &b, &err), &err);
	assert_false(egov__slice_equal(egov_signer_public_key(a), egov_signer_public_key(b)));
	assert_true(egov_signer_is_software(a));
	assert_ok(egov__signer_sign(a, EGOV_KEY_JOURNAL, message, &signature, &err), &err);
	assert_ok(egov__sm2_spki_point(egov_signer_public_key(a), &point, &err), &err);
	assert_ok(egov__sm2_verify(point, egov__slice_text(EGOV__SM2_DEFAULT_ID), message,
	                           egov_buf_slice(&signature), &err),
	          &err);
	/* A key of a CA, for a while, is behind the same door as one for ever. */
	assert_fails(egov__signer_sign(b, EGOV_KEY_CA, message, &signature, &err), &err, EGOV_E_USAGE,
	             "may not sign");
	assert_ok(egov_signer_report(a, report, &err), &err);
	assert_string_equal(egov_report_find(report, 0, "software"), "yes");
	egov_report_free(report);
	egov__buf_clear(&signature);
	egov_signer_close(a);
	egov_signer_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_signs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
