/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"

#include "base/source.h"
#include "crypto/seen.h"
#include "crypto/sm2.h"
#include "key/signer.h"
#include "key/signer_ca.h"
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

/* A list that was changed since it was checked is not signed. */
static void test_signs_what_was_seen(void **state)
{
	static const uint8_t other[EGOV__SEEN_SIZE];
	struct egov_signer *signer = NULL;
	const struct egov_slice message = egov__slice_text("message");
	const struct egov__source source = egov__source_slice(message);
	struct egov_buf signature = EGOV__BUF(200);
	struct egov__seen pass = { NULL };
	uint8_t seen[EGOV__SEEN_SIZE];

	(void)state;
	assert_ok(egov__signer_throwaway(EGOV_KEY_CA, &signer, &err), &err);
	assert_fails(egov__signer_sign_ca(signer, &source, other, &signature, &err), &err,
	             EGOV_E_CORRUPT, "not those that were checked");
	assert_int_equal(signature.size, 0);
	assert_ok(egov__seen_begin(&pass, &err), &err);
	assert_ok(egov__seen_update(&pass, message, &err), &err);
	assert_ok(egov__seen_end(&pass, seen, &err), &err);
	egov__seen_clear(&pass);
	assert_ok(egov__signer_sign_ca(signer, &source, seen, &signature, &err), &err);
	assert_true(signature.size > 0);
	egov__buf_clear(&signature);
	egov_signer_close(signer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_signs_what_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
