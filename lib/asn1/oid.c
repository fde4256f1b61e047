/* SPDX-License-Identifier: Apache-2.0 */
#include "asn1/oid.h"

#include <string.h>

#include "base/der.h"

#define ROW(ID, NAME, DOTTED, CONTENTS)                                                           \
	[EGOV__OID_##ID] = { EGOV__OID_##ID, NAME, DOTTED,                                        \
		             { (const uint8_t *)(CONTENTS), sizeof(CONTENTS) - 1 } }

static const struct egov__oid_info table[EGOV__OID_COUNT] = {
	/* names (X.520 and friends) */
	ROW(COUNTRY, "countryName", "2.5.4.6", "\x55\x04\x06"),
	ROW(STATE, "stateOrProvinceName", "2.5.4.8", "\x55\x04\x08"),
	ROW(LOCALITY, "localityName", "2.5.4.7", "\x55\x04\x07"),
	ROW(ORGANIZATION, "organizationName", "2.5.4.10", "\x55\x04\x0a"),
	ROW(ORGANIZATIONAL_UNIT, "organizationalUnitName", "2.5.4.11", "\x55\x04\x0b"),
	ROW(COMMON_NAME, "commonName", "2.5.4.3", "\x55\x04\x03"),
	ROW(SERIAL_NUMBER, "serialNumber", "2.5.4.5", "\x55\x04\x05"),
	ROW(TITLE, "title", "2.5.4.12", "\x55\x04\x0c"),
	ROW(SURNAME, "surname", "2.5.4.4", "\x55\x04\x04"),
	ROW(GIVEN_NAME, "givenName", "2.5.4.42", "\x55\x04\x2a"),
	ROW(USER_ID, "userId", "0.9.2342.19200300.100.1.1", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"),
	ROW(DOMAIN_COMPONENT, "domainComponent", "0.9.2342.19200300.100.1.25",
	    "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"),
	ROW(EMAIL, "emailAddress", "1.2.840.113549.1.9.1", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"),
	ROW(STREET, "streetAddress", "2.5.4.9", "\x55\x04\x09"),
	ROW(POSTAL_CODE, "postalCode", "2.5.4.17", "\x55\x04\x11"),
	ROW(DN_QUALIFIER, "dnQualifier", "2.5.4.46", "\x55\x04\x2e"),
	ROW(ORGANIZATION_IDENTIFIER, "organizationIdentifier", "2.5.4.97", "\x55\x04\x61"),
	/* keys and signatures */
	ROW(EC_PUBLIC_KEY, "id-ecPublicKey", "1.2.840.10045.2.1", "\x2a\x86\x48\xce\x3d\x02\x01"),
	ROW(SM2_CURVE, "sm2p256v1", "1.2.156.10197.1.301", "\x2a\x81\x1c\xcf\x55\x01\x82\x2d"),
	ROW(P256_CURVE, "secp256r1", "1.2.840.10045.3.1.7", "\x2a\x86\x48\xce\x3d\x03\x01\x07"),
	ROW(P384_CURVE, "secp384r1", "1.3.132.0.34", "\x2b\x81\x04\x00\x22"),
	ROW(RSA, "rsaEncryption", "1.2.840.113549.1.1.1", "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
	ROW(SM2_SM3, "SM2-with-SM3", "1.2.156.10197.1.501", "\x2a\x81\x1c\xcf\x55\x01\x83\x75"),
	ROW(ECDSA_SHA256, "ecdsa-with-SHA256", "1.2.840.10045.4.3.2",
	    "\x2a\x86\x48\xce\x3d\x04\x03\x02"),
	ROW(ECDSA_SHA384, "ecdsa-with-SHA384", "1.2.840.10045.4.3.3",
	    "\x2a\x86\x48\xce\x3d\x04\x03\x03"),
	ROW(ECDSA_SHA512, "ecdsa-with-SHA512", "1.2.840.10045.4.3.4",
	    "\x2a\x86\x48\xce\x3d\x04\x03\x04"),
	ROW(RSA_SHA256, "sha256WithRSAEncryption", "1.2.840.113549.1.1.11",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"),
	ROW(RSA_SHA384, "sha384WithRSAEncryption", "1.2.840.113549.1.1.12",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"),
	ROW(RSA_SHA512, "sha512WithRSAEncryption", "1.2.840.113549.1.1.13",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"),
	ROW(SM3, "SM3", "1.2.156.10197.1.401", "\x2a\x81\x1c\xcf\x55\x01\x83\x11"),
	ROW(SM2_SIGN, "SM2-sign", "1.2.156.10197.1.301.1", "\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x01"),
	ROW(SM2_ENCRYPT, "SM2-encrypt", "1.2.156.10197.1.301.3",
	    "\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03"),
	ROW(SM4, "SM4", "1.2.156.10197.1.104", "\x2a\x81\x1c\xcf\x55\x01\x68"),
	ROW(SM4_ECB, "SM4-ECB", "1.2.156.10197.1.104.1", "\x2a\x81\x1c\xcf\x55\x01\x68\x01"),
	/* content types */
	ROW(GM_DATA, "sm2-data", "1.2.156.10197.6.1.4.2.1",
	    "\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x01"),
	ROW(GM_SIGNED_AND_ENVELOPED, "sm2-signedAndEnvelopedData", "1.2.156.10197.6.1.4.2.4",
	    "\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x04"),
	ROW(PKCS7_DATA, "pkcs7-data", "1.2.840.113549.1.7.1",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"),
	ROW(PKCS7_SIGNED_AND_ENVELOPED, "pkcs7-signedAndEnvelopedData", "1.2.840.113549.1.7.4",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04"),
	ROW(GM_SIGNED, "sm2-signedData", "1.2.156.10197.6.1.4.2.2",
	    "\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02"),
	ROW(PKCS7_SIGNED, "pkcs7-signedData", "1.2.840.113549.1.7.2",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"),
	/* attributes of signers */
	ROW(CONTENT_TYPE, "contentType", "1.2.840.113549.1.9.3",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"),
	ROW(MESSAGE_DIGEST, "messageDigest", "1.2.840.113549.1.9.4",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"),
	ROW(SIGNING_TIME, "signingTime", "1.2.840.113549.1.9.5",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"),
	ROW(SIGNING_CERTIFICATE_V2, "signingCertificateV2", "1.2.840.113549.1.9.16.2.47",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"),
	/* digests */
	ROW(SHA256, "SHA-256", "2.16.840.1.101.3.4.2.1", "\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
	ROW(SHA384, "SHA-384", "2.16.840.1.101.3.4.2.2", "\x60\x86\x48\x01\x65\x03\x04\x02\x02"),
	ROW(SHA512, "SHA-512", "2.16.840.1.101.3.4.2.3", "\x60\x86\x48\x01\x65\x03\x04\x02\x03"),
	/* extensions of certificates and CRLs */
	ROW(AKI, "authorityKeyIdentifier", "2.5.29.35", "\x55\x1d\x23"),
	ROW(SKI, "subjectKeyIdentifier", "2.5.29.14", "\x55\x1d\x0e"),
	ROW(KEY_USAGE, "keyUsage", "2.5.29.15", "\x55\x1d\x0f"),
	ROW(PRIVATE_KEY_USAGE_PERIOD, "privateKeyUsagePeriod", "2.5.29.16", "\x55\x1d\x10"),
	ROW(SAN, "subjectAltName", "2.5.29.17", "\x55\x1d\x11"),
	ROW(ISSUER_ALT_NAME, "issuerAltName", "2.5.29.18", "\x55\x1d\x12"),
	ROW(BASIC_CONSTRAINTS, "basicConstraints", "2.5.29.19", "\x55\x1d\x13"),
	ROW(NAME_CONSTRAINTS, "nameConstraints", "2.5.29.30", "\x55\x1d\x1e"),
	ROW(POLICIES, "certificatePolicies", "2.5.29.32", "\x55\x1d\x20"),
	ROW(POLICY_MAPPINGS, "policyMappings", "2.5.29.33", "\x55\x1d\x21"),
	ROW(POLICY_CONSTRAINTS, "policyConstraints", "2.5.29.36", "\x55\x1d\x24"),
	ROW(INHIBIT_ANY_POLICY, "inhibitAnyPolicy", "2.5.29.54", "\x55\x1d\x36"),
	ROW(EKU, "extKeyUsage", "2.5.29.37", "\x55\x1d\x25"),
	ROW(CRL_DP, "cRLDistributionPoints", "2.5.29.31", "\x55\x1d\x1f"),
	ROW(FRESHEST_CRL, "freshestCRL", "2.5.29.46", "\x55\x1d\x2e"),
	ROW(AIA, "authorityInfoAccess", "1.3.6.1.5.5.7.1.1", "\x2b\x06\x01\x05\x05\x07\x01\x01"),
	ROW(DIRECTORY_ATTRIBUTES, "subjectDirectoryAttributes", "2.5.29.9", "\x55\x1d\x09"),
	ROW(OCSP_BASIC, "id-pkix-ocsp-basic", "1.3.6.1.5.5.7.48.1.1",
	    "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"),
	ROW(OCSP_NONCE, "nonce", "1.3.6.1.5.5.7.48.1.2", "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"),
	ROW(SCT_LIST, "signedCertificateTimestampList", "1.3.6.1.4.1.11129.2.4.2",
	    "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02"),
	ROW(CT_POISON, "precertificatePoison", "1.3.6.1.4.1.11129.2.4.3",
	    "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x03"),
	ROW(SIA, "subjectInfoAccess", "1.3.6.1.5.5.7.1.11", "\x2b\x06\x01\x05\x05\x07\x01\x0b"),
	ROW(OCSP_NOCHECK, "ocsp-nocheck", "1.3.6.1.5.5.7.48.1.5",
	    "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"),
	ROW(CRL_NUMBER, "cRLNumber", "2.5.29.20", "\x55\x1d\x14"),
	ROW(DELTA_CRL, "deltaCRLIndicator", "2.5.29.27", "\x55\x1d\x1b"),
	ROW(IDP, "issuingDistributionPoint", "2.5.29.28", "\x55\x1d\x1c"),
	ROW(REASON_CODE, "reasonCode", "2.5.29.21", "\x55\x1d\x15"),
	ROW(INVALIDITY_DATE, "invalidityDate", "2.5.29.24", "\x55\x1d\x18"),
	ROW(CERTIFICATE_ISSUER, "certificateIssuer", "2.5.29.29", "\x55\x1d\x1d"),
	/* GM/T 0015, 5.2.4.2.18 to .22 */
	ROW(IDENTIFY_CODE, "identifyCode", "1.2.156.10260.4.1.1", "\x2a\x81\x1c\xd0\x14\x04\x01\x01"),
	ROW(INSURANCE_NUMBER, "insuranceNumber", "1.2.156.10260.4.1.2",
	    "\x2a\x81\x1c\xd0\x14\x04\x01\x02"),
	ROW(REGISTRATION_NUMBER, "iCRegistrationNumber", "1.2.156.10260.4.1.3",
	    "\x2a\x81\x1c\xd0\x14\x04\x01\x03"),
	ROW(ORGANIZATION_CODE, "organizationCode", "1.2.156.10260.4.1.4",
	    "\x2a\x81\x1c\xd0\x14\x04\x01\x04"),
	ROW(TAXATION_NUMBER, "taxationNumber", "1.2.156.10260.4.1.5",
	    "\x2a\x81\x1c\xd0\x14\x04\x01\x05"),
	/* values inside extensions */
	ROW(ANY_POLICY, "anyPolicy", "2.5.29.32.0", "\x55\x1d\x20\x00"),
	ROW(CPS_QUALIFIER, "cps", "1.3.6.1.5.5.7.2.1", "\x2b\x06\x01\x05\x05\x07\x02\x01"),
	ROW(USER_NOTICE, "userNotice", "1.3.6.1.5.5.7.2.2", "\x2b\x06\x01\x05\x05\x07\x02\x02"),
	ROW(AD_OCSP, "ocsp", "1.3.6.1.5.5.7.48.1", "\x2b\x06\x01\x05\x05\x07\x30\x01"),
	ROW(AD_CA_ISSUERS, "caIssuers", "1.3.6.1.5.5.7.48.2", "\x2b\x06\x01\x05\x05\x07\x30\x02"),
	ROW(AD_CA_REPOSITORY, "caRepository", "1.3.6.1.5.5.7.48.5", "\x2b\x06\x01\x05\x05\x07\x30\x05"),
	ROW(EKU_ANY, "anyExtendedKeyUsage", "2.5.29.37.0", "\x55\x1d\x25\x00"),
	ROW(EKU_SERVER_AUTH, "serverAuth", "1.3.6.1.5.5.7.3.1", "\x2b\x06\x01\x05\x05\x07\x03\x01"),
	ROW(EKU_CLIENT_AUTH, "clientAuth", "1.3.6.1.5.5.7.3.2", "\x2b\x06\x01\x05\x05\x07\x03\x02"),
	ROW(EKU_CODE_SIGNING, "codeSigning", "1.3.6.1.5.5.7.3.3", "\x2b\x06\x01\x05\x05\x07\x03\x03"),
	ROW(EKU_EMAIL, "emailProtection", "1.3.6.1.5.5.7.3.4", "\x2b\x06\x01\x05\x05\x07\x03\x04"),
	ROW(EKU_TIME_STAMPING, "timeStamping", "1.3.6.1.5.5.7.3.8", "\x2b\x06\x01\x05\x05\x07\x03\x08"),
	ROW(EKU_OCSP_SIGNING, "OCSPSigning", "1.3.6.1.5.5.7.3.9", "\x2b\x06\x01\x05\x05\x07\x03\x09"),
	/* request attributes */
	ROW(EXTENSION_REQUEST, "extensionRequest", "1.2.840.113549.1.9.14",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"),
	ROW(CHALLENGE_PASSWORD, "challengePassword", "1.2.840.113549.1.9.7",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07"),
	ROW(CFCA_TEMP_KEY, "cfcaTemporaryKey", "1.2.840.113549.1.9.63",
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x3f"),
};
#undef ROW

const struct egov__oid_info *egov__oid_get(enum egov__oid id)
{
	return id > EGOV__OID_UNKNOWN && id < EGOV__OID_COUNT ? &table[id] : NULL;
}

enum egov__oid egov__oid_find(struct egov_slice contents)
{
	if (contents.size == 0)
		return EGOV__OID_UNKNOWN;
	/* The last octet tells most of them apart. */
	for (size_t i = EGOV__OID_UNKNOWN + 1; i < EGOV__OID_COUNT; i++) {
		const struct egov_slice known = table[i].contents;

		if (known.size == contents.size
		    && known.data[known.size - 1] == contents.data[contents.size - 1]
		    && memcmp(known.data, contents.data, contents.size) == 0)
			return table[i].id;
	}
	return EGOV__OID_UNKNOWN;
}

enum egov__oid egov__oid_by_text(const char *text)
{
	for (size_t i = EGOV__OID_UNKNOWN + 1; i < EGOV__OID_COUNT; i++)
		if (strcmp(table[i].name, text) == 0 || strcmp(table[i].dotted, text) == 0)
			return table[i].id;
	return EGOV__OID_UNKNOWN;
}

void egov__oid_print(struct egov_slice contents, struct egov_buf *out)
{
	const enum egov__oid id = egov__oid_find(contents);
	struct egov_buf dotted = EGOV__BUF(EGOV__MAX_OBJECT);

	if (id != EGOV__OID_UNKNOWN) {
		egov__buf_text(out, table[id].name);
	} else if (egov__der_oid_text(contents, &dotted, NULL) == EGOV_OK) {
		egov__buf_slice(out, egov_buf_slice(&dotted));
	} else if (dotted.starved) {
		out->failed = out->starved = true;
	} else {
		egov__buf_text(out, "#");
		egov__buf_hex(out, contents);
	}
	egov__buf_clear(&dotted);
}
