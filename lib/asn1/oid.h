/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ASN1_OID_H
#define ASN1_OID_H

#include "base/buf.h"

/* One table of every object identifier that the library knows. */
enum egov__oid {
	EGOV__OID_UNKNOWN = 0,
	/* names (X.520 and friends) */
	EGOV__OID_COUNTRY, EGOV__OID_STATE, EGOV__OID_LOCALITY, EGOV__OID_ORGANIZATION,
	EGOV__OID_ORGANIZATIONAL_UNIT, EGOV__OID_COMMON_NAME, EGOV__OID_SERIAL_NUMBER,
	EGOV__OID_TITLE, EGOV__OID_SURNAME, EGOV__OID_GIVEN_NAME, EGOV__OID_USER_ID,
	EGOV__OID_DOMAIN_COMPONENT, EGOV__OID_EMAIL, EGOV__OID_STREET, EGOV__OID_POSTAL_CODE,
	EGOV__OID_DN_QUALIFIER, EGOV__OID_ORGANIZATION_IDENTIFIER,
	/* keys and signatures */
	EGOV__OID_EC_PUBLIC_KEY, EGOV__OID_SM2_CURVE, EGOV__OID_P256_CURVE, EGOV__OID_P384_CURVE,
	EGOV__OID_RSA, EGOV__OID_SM2_SM3, EGOV__OID_ECDSA_SHA256, EGOV__OID_ECDSA_SHA384,
	EGOV__OID_RSA_SHA256, EGOV__OID_SM3, EGOV__OID_SM2_SIGN, EGOV__OID_SM2_ENCRYPT,
	EGOV__OID_SM4, EGOV__OID_SM4_ECB,
	/* content types (GM/T 0010, 6; RFC 2315, 14) */
	EGOV__OID_GM_DATA, EGOV__OID_GM_SIGNED_AND_ENVELOPED, EGOV__OID_PKCS7_DATA,
	EGOV__OID_PKCS7_SIGNED_AND_ENVELOPED, EGOV__OID_GM_SIGNED, EGOV__OID_PKCS7_SIGNED,
	/* attributes of signers (RFC 5652, 11; RFC 5035, 3) */
	EGOV__OID_CONTENT_TYPE, EGOV__OID_MESSAGE_DIGEST, EGOV__OID_SIGNING_TIME,
	EGOV__OID_SIGNING_CERTIFICATE_V2,
	/* digests */
	EGOV__OID_SHA256, EGOV__OID_SHA384, EGOV__OID_SHA512,
	/* extensions of certificates and CRLs */
	EGOV__OID_AKI, EGOV__OID_SKI, EGOV__OID_KEY_USAGE, EGOV__OID_PRIVATE_KEY_USAGE_PERIOD,
	EGOV__OID_SAN, EGOV__OID_ISSUER_ALT_NAME, EGOV__OID_BASIC_CONSTRAINTS,
	EGOV__OID_NAME_CONSTRAINTS, EGOV__OID_POLICIES, EGOV__OID_POLICY_MAPPINGS,
	EGOV__OID_POLICY_CONSTRAINTS, EGOV__OID_INHIBIT_ANY_POLICY, EGOV__OID_EKU,
	EGOV__OID_CRL_DP, EGOV__OID_FRESHEST_CRL, EGOV__OID_AIA, EGOV__OID_SIA,
	EGOV__OID_OCSP_NOCHECK, EGOV__OID_CRL_NUMBER, EGOV__OID_DELTA_CRL, EGOV__OID_IDP,
	EGOV__OID_REASON_CODE, EGOV__OID_INVALIDITY_DATE, EGOV__OID_CERTIFICATE_ISSUER,
	/* GM/T 0015, 5.2.4.2.18 to .22 */
	EGOV__OID_IDENTIFY_CODE, EGOV__OID_INSURANCE_NUMBER, EGOV__OID_REGISTRATION_NUMBER,
	EGOV__OID_ORGANIZATION_CODE, EGOV__OID_TAXATION_NUMBER,
	/* values inside extensions */
	EGOV__OID_ANY_POLICY, EGOV__OID_CPS_QUALIFIER, EGOV__OID_USER_NOTICE,
	EGOV__OID_AD_OCSP, EGOV__OID_AD_CA_ISSUERS, EGOV__OID_AD_CA_REPOSITORY,
	EGOV__OID_EKU_ANY, EGOV__OID_EKU_SERVER_AUTH, EGOV__OID_EKU_CLIENT_AUTH,
	EGOV__OID_EKU_CODE_SIGNING, EGOV__OID_EKU_EMAIL, EGOV__OID_EKU_TIME_STAMPING,
	EGOV__OID_EKU_OCSP_SIGNING,
	/* request attributes */
	EGOV__OID_EXTENSION_REQUEST, EGOV__OID_CHALLENGE_PASSWORD, EGOV__OID_CFCA_TEMP_KEY,
	EGOV__OID_COUNT
};

struct egov__oid_info {
	enum egov__oid id;
	const char *name;               /* e.g. "keyUsage", "organizationName" */
	const char *dotted;
	struct egov_slice contents;     /* the contents octets in DER */
};

/* The entry of a known identifier; NULL for EGOV__OID_UNKNOWN. */
const struct egov__oid_info *egov__oid_get(enum egov__oid id);

/* The identifier with these contents octets, or EGOV__OID_UNKNOWN. */
enum egov__oid egov__oid_find(struct egov_slice contents);

/* By name ("keyUsage") or dotted text; EGOV__OID_UNKNOWN where neither is known. */
enum egov__oid egov__oid_by_text(const char *text);

/* The name where it is known, else dotted text, else #hex, appended to out. */
void egov__oid_print(struct egov_slice contents, struct egov_buf *out);

#endif
