/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "asn1/oid.h"
#include "base/der.h"

static void every_row_agrees_with_itself(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	for (int id = 1; id < EGOV__OID_COUNT; id++) {
		const struct egov__oid_info *row = egov__oid_get((enum egov__oid)id);
		struct egov_buf contents = EGOV__BUF(64), dotted = EGOV__BUF(64);

		assert_non_null(row);
		assert_int_equal(row->id, id);
		assert_non_null(row->name);
		assert_ok(egov__der_oid_parse(row->dotted, &contents, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&contents), row->contents));
		assert_ok(egov__der_oid_text(row->contents, &dotted, &err), &err);
		assert_string_equal(egov__buf_string(&dotted), row->dotted);
		/* also says that no two rows share name, text or octets */
		assert_int_equal(egov__oid_find(row->contents), id);
		assert_int_equal(egov__oid_by_text(row->name), id);
		assert_int_equal(egov__oid_by_text(row->dotted), id);
		egov__buf_clear(&contents);
		egov__buf_clear(&dotted);
	}
}

static void unknown_is_not_found(void **state)
{
	static const uint8_t other[] = { 0x2a, 0x03, 0x04 };

	(void)state;
	assert_null(egov__oid_get(EGOV__OID_UNKNOWN));
	assert_null(egov__oid_get(EGOV__OID_COUNT));
	assert_int_equal(egov__oid_find(EGOV__SLICE(other)), EGOV__OID_UNKNOWN);
	assert_int_equal(egov__oid_find(EGOV__NO_SLICE), EGOV__OID_UNKNOWN);
	assert_int_equal(egov__oid_by_text("1.2.3.4"), EGOV__OID_UNKNOWN);
	assert_int_equal(egov__oid_by_text(""), EGOV__OID_UNKNOWN);
}

static void print_one(const char *hex, const char *wanted)
{
	struct egov_buf *contents = help_hex_buf(hex);
	struct egov_buf text = EGOV__BUF(200);

	egov__oid_print(egov_buf_slice(contents), &text);
	assert_string_equal(egov__buf_string(&text), wanted);
	egov__buf_clear(&text);
	egov_buf_free(contents);
}

static void prints_name_text_or_octets(void **state)
{
	(void)state;
	print_one("551d0f", "keyUsage");
	print_one("2a0304", "1.2.3.4");
	print_one("2a80", "#2a80");
	print_one("2a8001", "#2a8001");
}

/* OpenSSL's names come from other people's tables. */
static void openssl_knows_the_same_numbers(void **state)
{
	static const struct {
		enum egov__oid id;
		const char *openssl;
	} rows[] = {
		{ EGOV__OID_SM2_SM3, "SM2-SM3" },
		{ EGOV__OID_SM2_CURVE, "SM2" },
		{ EGOV__OID_SM3, "SM3" },
		{ EGOV__OID_KEY_USAGE, "keyUsage" },
		{ EGOV__OID_CRL_DP, "crlDistributionPoints" },
		{ EGOV__OID_FRESHEST_CRL, "freshestCRL" },
		{ EGOV__OID_IDP, "issuingDistributionPoint" },
		{ EGOV__OID_DELTA_CRL, "deltaCRL" },
		{ EGOV__OID_OCSP_NOCHECK, "noCheck" },
		{ EGOV__OID_AD_CA_REPOSITORY, "caRepository" },
		{ EGOV__OID_ORGANIZATION_IDENTIFIER, "organizationIdentifier" },
		{ EGOV__OID_EXTENSION_REQUEST, "extReq" },
		{ EGOV__OID_EKU_OCSP_SIGNING, "OCSPSigning" },
		{ EGOV__OID_USER_ID, "UID" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(help_run("openssl asn1parse -genstr OID:%s -noout -out %s.a && "
		                          "openssl asn1parse -genstr OID:%s -noout -out %s.b && "
		                          "cmp %s.a %s.b && rm %s.a %s.b",
		                          rows[i].openssl, EGOV_TEST_BUILD "/oid",
		                          egov__oid_get(rows[i].id)->dotted, EGOV_TEST_BUILD "/oid",
		                          EGOV_TEST_BUILD "/oid", EGOV_TEST_BUILD "/oid",
		                          EGOV_TEST_BUILD "/oid", EGOV_TEST_BUILD "/oid"),
		                 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_agrees_with_itself),
		cmocka_unit_test(unknown_is_not_found),
		cmocka_unit_test(prints_name_text_or_octets),
		cmocka_unit_test(openssl_knows_the_same_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
