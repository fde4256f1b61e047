/* SPDX-License-Identifier: Apache-2.0 */
#include "made.h"

#include <egovca/lint.h>

#include "base/pem.h"
#include "help_issue.h"

static struct egov_buf *signed_cert(const char *serial)
{
	struct egov_buf *der = egov_buf_new(EGOV__MAX_OBJECT);
	struct made made;

	made_cert(&made);
	if (serial != NULL)
		made_set_hex(&made, MADE_SERIAL, serial);
	made_signed(&made, der);
	made_clear(&made);
	return der;
}

/* The value of a field in the last record: the verdict on the last object. */
static const char *verdict(const struct egov_report *report, const char *key)
{
	return egov_report_find(report, egov_report_records(report) - 1, key);
}

static void an_object_is_clean_or_wrong(void **state)
{
	struct egov_buf *good = signed_cert(NULL), *bad = signed_cert("02 01 ff");
	const struct egov_lint_options gm = { .rules = "gm, article19" };
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_lint(egov_buf_slice(good), NULL, report, &err), &err);
	assert_string_equal(verdict(report, "object"), "1");
	assert_string_equal(verdict(report, "kind"), "certificate");
	assert_string_equal(verdict(report, "verdict"), "clean");
	assert_string_equal(verdict(report, "errors"), "0");
	assert_ok(egov_lint(egov_buf_slice(good), NULL, NULL, NULL), NULL);
	egov_report_free(report);

	report = egov_report_new();
	assert_int_equal(egov_lint(egov_buf_slice(bad), &gm, report, &err), EGOV_E_POLICY);
	assert_string_equal(err.text, "gm-serial: serialNumber: negative");
	assert_string_equal(err.clause, "GM/T 0015, 5.2.3.2");
	assert_string_equal(egov_report_find(report, 0, "id"), "gm-serial");
	assert_string_equal(egov_report_find(report, 0, "severity"), "error");
	assert_string_equal(egov_report_find(report, 0, "source"), "gm");
	assert_string_equal(egov_report_find(report, 0, "field"), "serialNumber");
	assert_string_equal(egov_report_find(report, 0, "found"), "serialNumber: negative");
	assert_string_equal(egov_report_find(report, 0, "wanted"),
	                    "a positive serial number of at most 20 octets");
	assert_string_equal(verdict(report, "verdict"), "wrong");
	assert_string_equal(verdict(report, "errors"), "1");
	egov_report_free(report);
	egov_buf_free(good);
	egov_buf_free(bad);
}

/* The first error of all is told, each object counted by itself. */
static void many_objects(void **state)
{
	struct egov_buf *good = signed_cert(NULL), *bad = signed_cert("02 01 00");
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };
	size_t verdicts = 0, wrong = 0;

	(void)state;
	egov__pem_encode(&text, "CERTIFICATE", egov_buf_slice(good));
	egov__pem_encode(&text, "CERTIFICATE", egov_buf_slice(bad));
	egov__pem_encode(&text, "ANYTHING", egov_buf_slice(good));
	assert_int_equal(egov_lint(egov_buf_slice(&text), NULL, report, &err), EGOV_E_POLICY);
	assert_string_equal(err.text, "article19-3: the serial number is zero");
	for (size_t r = 0; r < egov_report_records(report); r++) {
		const char *said = egov_report_find(report, r, "verdict");

		verdicts += said != NULL;
		wrong += said != NULL && strcmp(said, "wrong") == 0;
	}
	assert_int_equal(verdicts, 3);
	assert_int_equal(wrong, 1);
	assert_string_equal(verdict(report, "object"), "3");
	egov_report_free(report);
	egov_buf_free(good);
	egov_buf_free(bad);
	egov__buf_clear(&text);
}

static void what_is_no_object(void **state)
{
	static const uint8_t empty[] = { 0x30, 0 }, number[] = { 0x30, 3, 2, 1, 5 };
	struct egov_buf *good = signed_cert(NULL);
	const struct egov_lint_options strange = { .rules = "gm,rfc" }, none = { .rules = " " };
	struct egov_slice cut = egov_buf_slice(good);
	struct egov_error err = { 0 };

	(void)state;
	cut.size /= 2;
	assert_fails(egov_lint(cut, NULL, NULL, &err), &err, EGOV_E_SYNTAX, "cut short");
	assert_fails(egov_lint(EGOV__SLICE(empty), NULL, NULL, &err), &err, EGOV_E_SYNTAX,
	             "neither a certificate");
	assert_fails(egov_lint(EGOV__SLICE(number), NULL, NULL, &err), &err, EGOV_E_SYNTAX,
	             "neither a certificate");
	assert_fails(egov_lint(EGOV__NO_SLICE, NULL, NULL, &err), &err, EGOV_E_SYNTAX, "");
	assert_fails(egov_lint(egov__slice_text("-----BEGIN X\n"), NULL, NULL, &err), &err,
	             EGOV_E_SYNTAX, "");
	assert_fails(egov_lint(egov_buf_slice(good), &strange, NULL, &err), &err, EGOV_E_USAGE,
	             "rfc is none of");
	assert_fails(egov_lint(egov_buf_slice(good), &none, NULL, &err), &err, EGOV_E_USAGE,
	             "rules");
	egov_buf_free(good);
}

/* A profile brings its limits and says what the certificate had to be. */
static void a_profile_is_kept(void **state)
{
	struct egov_profile *own = help_profile("civil-servant-sign"), *ca = help_profile("sub-ca");
	struct egov_buf *good = signed_cert(NULL);
	const struct egov_lint_options kept = { .profile = own }, other = { .profile = ca };
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_lint(egov_buf_slice(good), &kept, NULL, &err), &err);
	assert_fails(egov_lint(egov_buf_slice(good), &other, NULL, &err), &err, EGOV_E_POLICY,
	             "article19-8");
	egov_profile_free(own);
	egov_profile_free(ca);
	egov_buf_free(good);
}

/* Numbers that others wrote, in the forms that they have; each arm of IdentifyCode. */
static void identities_of_others(void **state)
{
	static const struct {
		enum egov__oid type;
		const char *hex;
		bool clean;
	} cases[] = {
		{ EGOV__OID_IDENTIFY_CODE, "a0 14 13 12 313130313035313934393132333130303258", true },
		{ EGOV__OID_IDENTIFY_CODE, "80 12 313130313035313934393132333130303258", true },
		{ EGOV__OID_IDENTIFY_CODE, "13 12 313130313035313934393132333130303258", true },
		{ EGOV__OID_IDENTIFY_CODE, "13 12 313130313035313934393132333130303259", false },
		{ EGOV__OID_IDENTIFY_CODE, "a2 0b 13 09 453132333435363738", true },
		{ EGOV__OID_IDENTIFY_CODE, "82 09 453132333435363738", true },
		{ EGOV__OID_ORGANIZATION_CODE, "13 09 443231343335363958", true },
		{ EGOV__OID_ORGANIZATION_CODE, "0c 12 31313131303030304d423030303030303159", true },
		{ EGOV__OID_ORGANIZATION_CODE, "13 09 443231343335363959", false },
		{ EGOV__OID_ORGANIZATION_CODE, "13 12 31313131303030304d423030303030303158", false },
	};
	const struct egov_lint_options gm = { .rules = "gm" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
		struct egov_error err = { 0 };
		struct made made;

		made_cert(&made);
		made_ext_hex(&made, cases[i].type, false, cases[i].hex);
		made_signed(&made, &der);
		if (cases[i].clean)
			assert_ok(egov_lint(egov_buf_slice(&der), &gm, NULL, &err), &err);
		else
			assert_fails(egov_lint(egov_buf_slice(&der), &gm, NULL, &err), &err,
			             EGOV_E_POLICY, "gm-id-ext");
		egov__buf_clear(&der);
		made_clear(&made);
	}
}

static void the_table_as_data(void **state)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_lint_rules(report, &err), &err);
	assert_true(egov_report_records(report) > 40);
	for (size_t r = 0; r < egov_report_records(report); r++)
		for (size_t f = 0; f < 7; f++) {
			static const char *const keys[] = { "id",         "severity", "source", "clause",
				                            "applies-to", "field",    "text" };

			assert_string_equal(egov_report_key(report, r, f), keys[f]);
			assert_true(strlen(egov_report_value(report, r, f)) > 0);
		}
	egov_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_clean_or_wrong), cmocka_unit_test(many_objects),
		cmocka_unit_test(what_is_no_object),           cmocka_unit_test(a_profile_is_kept),
		cmocka_unit_test(identities_of_others),        cmocka_unit_test(the_table_as_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
