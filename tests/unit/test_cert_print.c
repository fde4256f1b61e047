/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include "base/report.h"
#include "base/text.h"
#include "cert/cert.h"

static struct egov_buf buffer(void)
{
	return (struct egov_buf)EGOV__BUF(EGOV__MAX_FILE);
}

static struct egov_report *report_of(const struct made *made)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	struct egov_buf der = buffer();
	struct egov_cert *cert = NULL;

	assert_non_null(report);
	made_signed(made, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	assert_ok(egov_cert_report(cert, report, &err), &err);
	egov_cert_free(cert);
	egov__buf_clear(&der);
	return report;
}

static void the_eight_contents_come_first(void **state)
{
	static const char *const keys[] = { "article19-ca-name",   "article19-holder",
		                            "article19-serial",    "article19-validity",
		                            "article19-policy",    "article19-key",
		                            "article19-signature", "article19-other" };
	struct egov_report *report;
	struct made made;

	(void)state;
	made_cert(&made);
	report = report_of(&made);
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(egov_report_key(report, 0, i), keys[i]);
	assert_string_equal(egov_report_value(report, 0, 0), "C=CN, O=Test Agency, CN=Test CA");
	assert_string_equal(egov_report_value(report, 0, 1), "C=CN, O=Test Bureau, CN=Zhang San");
	assert_string_equal(egov_report_value(report, 0, 2), "0100000000017af1f2f3f4f5f6f7f8f9");
	assert_string_equal(egov_report_value(report, 0, 3),
	                    "2026-01-01T00:00:00Z to 2029-01-01T00:00:00Z");
	assert_string_equal(egov_report_value(report, 0, 4), "2.999.1.1");
	assert_non_null(strstr(egov_report_value(report, 0, 5),
	                       "id-ecPublicKey sm2p256v1 0409f9df311e5421"));
	assert_string_equal(egov_report_value(report, 0, 6), "SM2-with-SM3 3006020101020101");
	assert_non_null(strstr(egov_report_value(report, 0, 7), "version 3, authorityKeyIdentifier"));
	egov_report_free(report);
	made_clear(&made);
}

static void every_field_follows(void **state)
{
	struct egov_report *report;
	struct made made;

	(void)state;
	made_cert(&made);
	made_set_hex(&made, MADE_UNIQUE_IDS, "81 02 00 41 82 02 00 42");
	made_ext_hex(&made, EGOV__OID_ORGANIZATION_CODE, false, "13 02 41 42");
	report = report_of(&made);
	assert_string_equal(egov_report_find(report, 0, "version"), "3");
	assert_string_equal(egov_report_find(report, 0, "serial"), "0100000000017af1f2f3f4f5f6f7f8f9");
	assert_string_equal(egov_report_find(report, 0, "signature-algorithm"), "SM2-with-SM3");
	assert_null(egov_report_find(report, 0, "inner-signature-algorithm"));
	assert_string_equal(egov_report_find(report, 0, "not-before"), "2026-01-01T00:00:00Z");
	assert_string_equal(egov_report_find(report, 0, "not-after"), "2029-01-01T00:00:00Z");
	assert_string_equal(egov_report_find(report, 0, "issuer"), "C=CN, O=Test Agency, CN=Test CA");
	assert_string_equal(egov_report_find(report, 0, "subject"),
	                    "C=CN, O=Test Bureau, CN=Zhang San");
	assert_string_equal(egov_report_find(report, 0, "issuer-unique-id"), "41");
	assert_string_equal(egov_report_find(report, 0, "subject-unique-id"), "42");
	assert_non_null(strstr(egov_report_find(report, 0, "extension-key-usage"),
	                       "digitalSignature, nonRepudiation"));
	assert_non_null(strstr(egov_report_find(report, 0, "extension-key-usage"), "critical"));
	assert_non_null(strstr(egov_report_find(report, 0, "extension-crl-distribution-points"),
	                       MADE_CRL_URI));
	assert_non_null(strstr(egov_report_find(report, 0, "extension-organization-code"), "AB"));
	assert_int_equal(strlen(egov_report_find(report, 0, "fingerprint-sm3")), 64);
	egov_report_free(report);
	made_clear(&made);
}

static void says_what_is_absent_or_malformed(void **state)
{
	struct egov_report *report;
	struct made made;

	(void)state;
	made_cert(&made);
	made_ext_drop(&made, EGOV__OID_POLICIES);
	made_set_hex(&made, MADE_SERIAL, "02 02 ff 00");
	report = report_of(&made);
	assert_string_equal(egov_report_find(report, 0, "article19-policy"), "absent");
	assert_string_equal(egov_report_find(report, 0, "serial"), "-0100");
	egov_report_free(report);
	made_clear(&made);

	made_cert(&made);
	made_ext_hex(&made, EGOV__OID_POLICIES, false, "04 01 00");
	made_set_hex(&made, MADE_SERIAL, "02 02 00 80");
	report = report_of(&made);
	assert_string_equal(egov_report_find(report, 0, "article19-policy"), "malformed");
	assert_string_equal(egov_report_find(report, 0, "serial"), "80");
	egov_report_free(report);
	made_clear(&made);
}

static void serials_of_either_sign_are_shown(void **state)
{
	static const struct {
		const char *hex, *wanted;
	} serials[] = {
		{ "02 01 00", "00" },         { "02 01 05", "05" },     { "02 02 00ff", "ff" },
		{ "02 01 ff", "-01" },        { "02 01 80", "-80" },    { "02 02 ff7f", "-81" },
		{ "02 03 ff0000", "-010000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct egov_report *report;
		struct made made;

		made_cert(&made);
		made_set_hex(&made, MADE_SERIAL, serials[i].hex);
		report = report_of(&made);
		assert_string_equal(egov_report_find(report, 0, "serial"), serials[i].wanted);
		egov_report_free(report);
		made_clear(&made);
	}
}

/* Values are UTF-8 without control characters, whatever stands in the certificate. */
static void nothing_hostile_gets_through(void **state)
{
	struct egov_report *report;
	struct made made;

	(void)state;
	made_cert(&made);
	/* CN with an escape and a newline, in UTF8String and PrintableString. */
	made_set_hex(&made, MADE_SUBJECT,
	             "30 1f 31 0e 30 0c 06 03 55 04 03 0c 05 1b5b326d0a"
	             " 31 0d 30 0b 06 03 55 04 0a 13 04 00 ff 0a 41");
	made_ext_hex(&made, EGOV__OID_CRL_DP, false, "30 0d 30 0b a0 09 a0 07 86 05 68 0a 1b 7f 00");
	made_ext_hex(&made, EGOV__OID_SAN, false, "30 04 82 02 0a 0d");
	report = report_of(&made);
	for (size_t i = 0; egov_report_key(report, 0, i) != NULL; i++) {
		const struct egov_slice value = egov__slice_text(egov_report_value(report, 0, i));

		assert_true(egov__utf8_check(value, NULL));
		if (egov__utf8_has_control(value))
			fail_msg("%s: control character", egov_report_key(report, 0, i));
	}
	egov_report_free(report);
	made_clear(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_eight_contents_come_first),
		cmocka_unit_test(every_field_follows),
		cmocka_unit_test(says_what_is_absent_or_malformed),
		cmocka_unit_test(serials_of_either_sign_are_shown),
		cmocka_unit_test(nothing_hostile_gets_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
