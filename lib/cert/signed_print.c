/* SPDX-License-Identifier: Apache-2.0 */
#include "cert/signed.h"

#include "base/der.h"
#include "base/report.h"

static const struct {
	enum egov__oid type;
	const char *key;
} keys[] = {
	{ EGOV__OID_AKI, "extension-authority-key-identifier" },
	{ EGOV__OID_SKI, "extension-subject-key-identifier" },
	{ EGOV__OID_KEY_USAGE, "extension-key-usage" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, "extension-private-key-usage-period" },
	{ EGOV__OID_SAN, "extension-subject-alt-name" },
	{ EGOV__OID_ISSUER_ALT_NAME, "extension-issuer-alt-name" },
	{ EGOV__OID_BASIC_CONSTRAINTS, "extension-basic-constraints" },
	{ EGOV__OID_NAME_CONSTRAINTS, "extension-name-constraints" },
	{ EGOV__OID_POLICIES, "extension-certificate-policies" },
	{ EGOV__OID_POLICY_MAPPINGS, "extension-policy-mappings" },
	{ EGOV__OID_POLICY_CONSTRAINTS, "extension-policy-constraints" },
	{ EGOV__OID_INHIBIT_ANY_POLICY, "extension-inhibit-any-policy" },
	{ EGOV__OID_EKU, "extension-extended-key-usage" },
	{ EGOV__OID_CRL_DP, "extension-crl-distribution-points" },
	{ EGOV__OID_FRESHEST_CRL, "extension-freshest-crl" },
	{ EGOV__OID_AIA, "extension-authority-info-access" },
	{ EGOV__OID_SIA, "extension-subject-info-access" },
	{ EGOV__OID_OCSP_NOCHECK, "extension-ocsp-nocheck" },
	{ EGOV__OID_CRL_NUMBER, "extension-crl-number" },
	{ EGOV__OID_DELTA_CRL, "extension-delta-crl-indicator" },
	{ EGOV__OID_IDP, "extension-issuing-distribution-point" },
	{ EGOV__OID_REASON_CODE, "extension-reason-code" },
	{ EGOV__OID_INVALIDITY_DATE, "extension-invalidity-date" },
	{ EGOV__OID_CERTIFICATE_ISSUER, "extension-certificate-issuer" },
	{ EGOV__OID_IDENTIFY_CODE, "extension-identify-code" },
	{ EGOV__OID_INSURANCE_NUMBER, "extension-insurance-number" },
	{ EGOV__OID_REGISTRATION_NUMBER, "extension-registration-number" },
	{ EGOV__OID_ORGANIZATION_CODE, "extension-organization-code" },
	{ EGOV__OID_TAXATION_NUMBER, "extension-taxation-number" },
};

void egov__integer_print(struct egov_slice contents, struct egov_buf *out)
{
	const bool negative = contents.size > 0 && contents.data[0] >= 0x80;
	bool shown = false;

	if (negative)
		egov__buf_text(out, "-");
	for (size_t i = 0; i < contents.size; i++) {
		uint8_t octet = contents.data[i];

		if (negative) {         /* two's complement: all behind this octet zero? */
			size_t tail = i + 1;

			while (tail < contents.size && contents.data[tail] == 0)
				tail++;
			octet = (uint8_t)(tail == contents.size ? 0x100 - octet : 0xff - octet);
		}
		shown = shown || octet != 0 || i + 1 == contents.size;
		if (shown)
			egov__buf_printf(out, "%02x", octet);
	}
}

void egov__algorithm_print(struct egov_slice algorithm, struct egov_buf *out)
{
	struct egov_slice in, oid;

	if (egov__der_only(algorithm, EGOV__SEQUENCE, "", &in, NULL) != EGOV_OK
	    || egov__der_read(&in, EGOV__OID, "", &oid, NULL) != EGOV_OK) {
		egov__buf_hex(out, algorithm);
		return;
	}
	egov__oid_print(oid, out);
	if (egov__der_peek(in) == EGOV__OID
	    && egov__der_read(&in, EGOV__OID, "", &oid, NULL) == EGOV_OK) {
		egov__buf_text(out, " ");
		egov__oid_print(oid, out);
	}
}

static const char *key_of(enum egov__oid type)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].type == type)
			return keys[i].key;
	return "extension";
}

void egov__extensions_report(struct egov_slice exts, struct egov_report *report)
{
	struct egov__ext ext;

	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		struct egov_buf text = EGOV__BUF(EGOV__MAX_FILE);

		egov__ext_print(&ext, &text);
		egov__report_take(report, key_of(ext.type), &text);
	}
}
