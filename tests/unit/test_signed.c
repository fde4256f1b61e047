/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include "base/pem.h"
#include "cert/cert.h"
#include "cert/signed.h"
#include "x509/tbs_build.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

/* SEQUENCE { tbs, algorithm, BIT STRING }, lengths on both sides of 127 octets. */
static void assembles_around_what_was_signed(void **state)
{
	static const size_t sizes[] = { 0, 1, 70, 126, 127, 128, 300 };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct egov_buf der = buffer(), tbs_der = buffer(), out = buffer();
		struct egov__signed_parts parts;
		struct egov_tbs *tbs = NULL;
		uint8_t signature[300];
		struct made made;

		memset(signature, 0xa5, sizeof(signature));
		made_cert(&made);
		made_tbs(&made, &der);
		egov__buf_slice(&tbs_der, egov_buf_slice(&der));
		assert_ok(egov__tbs_new(EGOV_OBJECT_CERTIFICATE, &der, EGOV__SIGALG_ABSENT, &tbs, &err),
		          &err);
		assert_ok(egov__signed_assemble(tbs, (struct egov_slice){ signature, sizes[i] }, &out,
		                                &err),
		          &err);
		assert_ok(egov__signed_decode(egov_buf_slice(&out), &parts, &err), &err);
		assert_true(egov__slice_equal(parts.tbs, egov_buf_slice(&tbs_der)));
		assert_true(egov__slice_equal(parts.algorithm, egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT)));
		assert_int_equal(parts.signature_algorithm, EGOV__OID_SM2_SM3);
		assert_int_equal(parts.signature.size, sizes[i]);
		if (sizes[i] > 0)
			assert_memory_equal(parts.signature.data, signature, sizes[i]);
		egov__tbs_free(tbs);
		egov__buf_clear(&der);
		egov__buf_clear(&tbs_der);
		egov__buf_clear(&out);
		made_clear(&made);
	}
}

static void says_when_there_is_no_room(void **state)
{
	struct egov_buf der = buffer(), out = EGOV__BUF(100);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	struct made made;

	(void)state;
	made_cert(&made);
	made_tbs(&made, &der);
	assert_ok(egov__tbs_new(EGOV_OBJECT_CERTIFICATE, &der, EGOV__SIGALG_ABSENT, &tbs, &err), &err);
	assert_fails(egov__signed_assemble(tbs, EGOV__NO_SLICE, &out, &err), &err, EGOV_E_LIMIT, "100");
	egov__tbs_free(tbs);
	egov__buf_clear(&der);
	egov__buf_clear(&out);
	made_clear(&made);
}

static void judges_the_outer_form(void **state)
{
	static const struct {
		const char *hex, *fragment;
	} cases[] = {
		{ "3000", "to-be-signed part" },
		{ "30 02 3000", "signatureAlgorithm" },
		{ "30 0e 3000 300a 06082a811ccf55018375", "signature: " },
		{ "30 11 3000 300a 06082a811ccf55018375 0301 01", "whole octets" },
		{ "30 12 3000 300a 06082a811ccf55018375 0302 0041 00", "after its end" },
		{ "31 11 3000 300a 06082a811ccf55018375 0301 00", "outer form: tag 31" },
		{ "30 11 3000 300a 06082a811ccf55018375 0301 00 ff", "after its end" },
	};
	struct egov__signed_parts parts;
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf *der = help_hex_buf(cases[i].hex);

		assert_fails(egov__signed_decode(egov_buf_slice(der), &parts, &err), &err,
		             EGOV_E_SYNTAX, cases[i].fragment);
		egov_buf_free(der);
	}
}

static void takes_exactly_one_object(void **state)
{
	static const uint8_t object[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
	struct egov_buf pem = buffer();
	struct egov_error err = { 0 };
	uint8_t *der = NULL;
	size_t size = 0;

	(void)state;
	egov__pem_encode(&pem, "THING", EGOV__SLICE(object));
	assert_ok(egov__one_object(egov_buf_slice(&pem), "THING", 40, &der, &size, &err), &err);
	assert_int_equal(size, 5);
	assert_memory_equal(der, object, 5);
	free(der);
	der = NULL;
	assert_ok(egov__one_object(EGOV__SLICE(object), "THING", 5, &der, &size, &err), &err);
	assert_true(der != object);
	free(der);
	der = NULL;
	assert_fails(egov__one_object(EGOV__SLICE(object), "THING", 4, &der, &size, &err), &err,
	             EGOV_E_LIMIT, "5 octets, at most 4 allowed");
	assert_fails(egov__one_object(egov_buf_slice(&pem), "THING", 20, &der, &size, &err), &err,
	             EGOV_E_LIMIT, "too long for one THING");
	egov__pem_encode(&pem, "THING", EGOV__SLICE(object));
	assert_fails(egov__one_object(egov_buf_slice(&pem), "THING", 100, &der, &size, &err), &err,
	             EGOV_E_SYNTAX, "more than one THING");
	assert_null(der);
	egov__buf_clear(&pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assembles_around_what_was_signed),
		cmocka_unit_test(says_when_there_is_no_room),
		cmocka_unit_test(judges_the_outer_form),
		cmocka_unit_test(takes_exactly_one_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
