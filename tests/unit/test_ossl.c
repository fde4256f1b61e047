/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <openssl/err.h>

#include "crypto/ossl.h"
#include "crypto/sm2.h"

/* The first error is the cause; the queue is empty afterwards. */
static void first_cause(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_EVP, EVP_R_BAD_DECRYPT);
	ERR_raise(ERR_LIB_EVP, EVP_R_DECODE_ERROR);
	assert_fails(egov__ossl_error(&err, EGOV_E_SYNTAX, "RFC 5958", "decoding"), &err, EGOV_E_SYNTAX,
	             "decoding failed: OpenSSL: bad decrypt");
	assert_int_equal(ERR_peek_error(), 0);
	assert_fails(egov__ossl_error(&err, EGOV_E_CRYPTO, NULL, "decoding"), &err, EGOV_E_CRYPTO,
	             "decoding failed");
}

static void memory(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
	assert_fails(egov__ossl_error(&err, EGOV_E_SYNTAX, NULL, "decoding"), &err, EGOV_E_NOMEM,
	             "out of memory");
}

/* A refused signature is an answer: it leaves nothing behind for the next failure to tell. */
static void refusals_leave_no_errors(void **state)
{
	struct egov_error err = { 0 };
	struct egov_secret *d = NULL;
	struct egov_buf der = EGOV__BUF(128);
	const uint8_t e[32] = { 1 }, other[32] = { 2 };
	uint8_t point[65], raw[64];

	(void)state;
	assert_ok(egov__sm2_generate(&d, point, &err), &err);
	assert_ok(egov__sm2_sign_e(d, point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, &der, &err), &err);
	assert_fails(egov__sm2_verify_e(EGOV__SLICE(point), other, egov_buf_slice(&der), &err), &err,
	             EGOV_E_UNTRUSTED, "does not verify");
	assert_int_equal(ERR_peek_error(), 0);
	point[5] ^= 1;
	assert_fails(egov__sm2_verify_e(EGOV__SLICE(point), e, egov_buf_slice(&der), &err), &err,
	             EGOV_E_POLICY, "on the curve");
	assert_int_equal(ERR_peek_error(), 0);
	egov__buf_clear(&der);
	egov__secret_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_cause),
		cmocka_unit_test(memory),
		cmocka_unit_test(refusals_leave_no_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
