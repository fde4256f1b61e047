/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "x509/ext.h"

static void prints(enum egov__oid type, bool critical, const char *hex, const char *wanted)
{
	struct egov_buf *value = help_hex_buf(hex);
	struct egov_buf text = EGOV__BUF(4000);
	const struct egov__ext ext = { egov__oid_get(type)->contents, type, critical,
		                       egov_buf_slice(value) };

	egov__ext_print(&ext, &text);
	assert_string_equal(egov__buf_string(&text), wanted);
	egov__buf_clear(&text);
	egov_buf_free(value);
}

static void certificates(void **state)
{
	(void)state;
	prints(EGOV__OID_KEY_USAGE, true, "030206c0",
	       "keyUsage (critical): digitalSignature, nonRepudiation");
	prints(EGOV__OID_BASIC_CONSTRAINTS, true, "30060101ff020103",
	       "basicConstraints (critical): CA:TRUE, pathlen:3");
	prints(EGOV__OID_BASIC_CONSTRAINTS, false, "3000", "basicConstraints: CA:FALSE");
	prints(EGOV__OID_SKI, false, "0403010203", "subjectKeyIdentifier: 010203");
	prints(EGOV__OID_AKI, false, "300b 800101 a103820161 820105",
	       "authorityKeyIdentifier: 01, DNS:a, serial:05");
	prints(EGOV__OID_EKU, false, "3008 0602 2a03 0602 2a04", "extKeyUsage: 1.2.3, 1.2.4");
	prints(EGOV__OID_POLICIES, false,
	       "301a 3018 0602 2a03 3012 3010 0608 2b06010505070201 1604 68747470",
	       "certificatePolicies: 1.2.3 http");
	prints(EGOV__OID_POLICIES, false,
	       "3018 3016 0602 2a03 3010 300e 0608 2b06010505070202 3002 0500",
	       "certificatePolicies: 1.2.3 userNotice");
	prints(EGOV__OID_SAN, false, "3012 8101 61 8704 7f000001 8802 2a03 8603 783a79",
	       "subjectAltName: email:a, IP:127.0.0.1, RID:1.2.3, URI:x:y");
	prints(EGOV__OID_SAN, false, "3012 8710 20010db8000000000000000000000001",
	       "subjectAltName: IP:2001:0db8:0000:0000:0000:0000:0000:0001");
	prints(EGOV__OID_CRL_DP, false, "3014 3012 a007 a005 8603 783a79 8102 0560 a203 8201 61",
	       "cRLDistributionPoints: URI:x:y, reasons:0x6, issuer DNS:a");
	prints(EGOV__OID_CRL_DP, false, "300f 300d a00b a109 3007 0603 550403 0500",
	       "cRLDistributionPoints: relative:#300706035504030500");
	prints(EGOV__OID_AIA, false, "3011 300f 0608 2b06010505073001 8603 783a79",
	       "authorityInfoAccess: ocsp URI:x:y");
	prints(EGOV__OID_OCSP_NOCHECK, false, "0500", "ocsp-nocheck: present");
	prints(EGOV__OID_IDENTIFY_CODE, false, "a005 1303 313258", "identifyCode: 12X");
	prints(EGOV__OID_ORGANIZATION_CODE, false, "1303 313258", "organizationCode: 12X");
}

static void lists(void **state)
{
	(void)state;
	prints(EGOV__OID_CRL_NUMBER, false, "02020102", "cRLNumber: 0102");
	prints(EGOV__OID_IDP, true, "300c a007 a005 8603 783a79 8101ff",
	       "issuingDistributionPoint (critical): URI:x:y, onlyContainsUserCerts");
	prints(EGOV__OID_IDP, true, "300d 8201ff 8302 0560 8401ff 8501ff",
	       "issuingDistributionPoint (critical): reasons:0x6, onlyContainsCACerts, indirectCRL, "
	       "onlyContainsAttributeCerts");
	prints(EGOV__OID_INVALIDITY_DATE, false, "180f 3230323631313232303830303030 5a",
	       "invalidityDate: 2026-11-22T08:00:00Z");
}

static void constraints(void **state)
{
	(void)state;
	prints(EGOV__OID_NAME_CONSTRAINTS, true,
	       "3015 a005 3003 8201 61 a10c 300a 8708 0a000000 ff000000",
	       "nameConstraints (critical): permitted DNS:a, excluded IP:10.0.0.0/255.0.0.0");
	prints(EGOV__OID_POLICY_CONSTRAINTS, true, "3003800100",
	       "policyConstraints (critical): requireExplicitPolicy:0");
	prints(EGOV__OID_POLICY_CONSTRAINTS, true, "3006 800102 810103",
	       "policyConstraints (critical): requireExplicitPolicy:2, inhibitPolicyMapping:3");
	prints(EGOV__OID_INHIBIT_ANY_POLICY, true, "020104", "inhibitAnyPolicy (critical): 4");
	prints(EGOV__OID_POLICY_MAPPINGS, false, "3014 3008 0602 2a03 0602 2a04 3008 0602 2a03 0602 2a05",
	       "policyMappings: 1.2.3 to 1.2.4, 1.2.3 to 1.2.5");
}

static void the_rest_as_octets(void **state)
{
	(void)state;
	prints(EGOV__OID_KEY_USAGE, true, "030200c0", "keyUsage (critical): #030200c0");
	prints(EGOV__OID_EKU, false, "3008 0602 2a03 0402 2a04", "extKeyUsage: #300806022a0304022a04");
	prints(EGOV__OID_POLICY_CONSTRAINTS, true, "3000", "policyConstraints (critical): #3000");
	prints(EGOV__OID_NAME_CONSTRAINTS, true, "3006 a004 3002 8201",
	       "nameConstraints (critical): #3006a00430028201");
	prints(EGOV__OID_POLICIES, false,
	       "3018 3016 0602 2a03 3010 300e 0608 2b06010505070201 1602 0a41",
	       "certificatePolicies: 1.2.3 cps");
	prints(EGOV__OID_SKI, false, "", "subjectKeyIdentifier: #");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates),
		cmocka_unit_test(lists),
		cmocka_unit_test(constraints),
		cmocka_unit_test(the_rest_as_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
