/* SPDX-License-Identifier: Apache-2.0 */
/* The DER writer's output for every extension that we write equals libtasn1's. */
#include "help.h"

#include "asn1/asn1.h"
#include "base/der.h"
#include "x509/ext.h"

static const uint8_t key_id[20] = { 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };

static struct egov_error err;

static struct egov__asn1 *make(const char *type)
{
	struct egov__asn1 *value = NULL;

	assert_ok(egov__asn1_new(type, &value, &err), &err);
	return value;
}

static void text(struct egov__asn1 *value, const char *path, const char *what)
{
	assert_ok(egov__asn1_write_text(value, path, what, &err), &err);
}

static void octets(struct egov__asn1 *value, const char *path, struct egov_slice bytes)
{
	assert_ok(egov__asn1_write(value, path, bytes, &err), &err);
}

static void append(struct egov__asn1 *value, const char *path)
{
	assert_ok(egov__asn1_append(value, path, &err), &err);
}

static void omit(struct egov__asn1 *value, const char *path)
{
	assert_ok(egov__asn1_omit(value, path, &err), &err);
}

/* Both encodings are one, and the type that checks foreign bytes takes them. */
static void equal(const char *type, struct egov__asn1 *value, struct egov_buf *ours)
{
	struct egov_buf theirs = EGOV__BUF(EGOV__MAX_OBJECT);

	assert_ok(egov__asn1_encode(value, &theirs, &err), &err);
	assert_ok(egov__buf_check(ours, &err), &err);
	assert_int_equal(ours->size, theirs.size);
	assert_memory_equal(ours->data, theirs.data, theirs.size);
	assert_ok(egov__asn1_check(type, egov_buf_slice(ours), &err), &err);
	egov__buf_clear(&theirs);
	egov__buf_clear(ours);
	egov__asn1_free(value);
}

static void one_key_usage(unsigned bits, const char *hex, unsigned unused)
{
	struct egov_buf ours = EGOV__BUF(1000), *value = help_hex_buf(hex);
	struct egov__asn1 *theirs = make("PKIX.KeyUsage");

	assert_ok(egov__asn1_write_bits(theirs, "", egov_buf_slice(value), unused, &err), &err);
	egov__ext_put_key_usage(&ours, bits);
	equal("PKIX.KeyUsage", theirs, &ours);
	egov_buf_free(value);
}

static void key_usage(void **state)
{
	struct egov_buf ours = EGOV__BUF(1000);

	(void)state;
	one_key_usage(EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION, "c0", 6);
	one_key_usage(EGOV__KU_KEY_ENCIPHERMENT | EGOV__KU_DATA_ENCIPHERMENT | EGOV__KU_KEY_AGREEMENT,
	              "38", 3);
	one_key_usage(EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN, "06", 1);
	one_key_usage(EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_DECIPHER_ONLY, "8080", 7);
	/* the octets that certificates.md, 2.9 gives */
	egov__ext_put_key_usage(&ours, EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION);
	assert_memory_equal(ours.data, "\x03\x02\x06\xc0", 4);
	egov__buf_clear(&ours);
}

static void basic_constraints(void **state)
{
	static const uint8_t zero[] = { 0 }, large[] = { 0x00, 0x80 };
	const struct egov__basic_constraints none = { false, false, 0 }, ca = { true, false, 0 };
	const struct egov__basic_constraints leaf = { true, true, 0 }, deep = { true, true, 128 };
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.BasicConstraints");

	(void)state;
	text(theirs, "cA", "FALSE");
	omit(theirs, "pathLenConstraint");
	egov__ext_put_basic_constraints(&ours, &none);
	equal("PKIX.BasicConstraints", theirs, &ours);
	theirs = make("PKIX.BasicConstraints");
	text(theirs, "cA", "TRUE");
	omit(theirs, "pathLenConstraint");
	egov__ext_put_basic_constraints(&ours, &ca);
	equal("PKIX.BasicConstraints", theirs, &ours);
	theirs = make("PKIX.BasicConstraints");
	text(theirs, "cA", "TRUE");
	octets(theirs, "pathLenConstraint", EGOV__SLICE(zero));
	egov__ext_put_basic_constraints(&ours, &leaf);
	equal("PKIX.BasicConstraints", theirs, &ours);
	theirs = make("PKIX.BasicConstraints");
	text(theirs, "cA", "TRUE");
	octets(theirs, "pathLenConstraint", EGOV__SLICE(large));
	egov__ext_put_basic_constraints(&ours, &deep);
	equal("PKIX.BasicConstraints", theirs, &ours);
}

static void key_identifiers(void **state)
{
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.SubjectKeyIdentifier");

	(void)state;
	octets(theirs, "", EGOV__SLICE(key_id));
	egov__ext_put_ski(&ours, EGOV__SLICE(key_id));
	equal("PKIX.SubjectKeyIdentifier", theirs, &ours);
	theirs = make("PKIX.AuthorityKeyIdentifier");
	octets(theirs, "keyIdentifier", EGOV__SLICE(key_id));
	omit(theirs, "authorityCertIssuer");
	omit(theirs, "authorityCertSerialNumber");
	egov__ext_put_aki(&ours, EGOV__SLICE(key_id));
	equal("PKIX.AuthorityKeyIdentifier", theirs, &ours);
}

static void put_cps(struct egov__asn1 *theirs, const char *uri)
{
	struct egov__asn1 *cps = make("PKIX.CPSuri");
	struct egov_buf der = EGOV__BUF(1000);

	octets(cps, "", egov__slice_text(uri));
	assert_ok(egov__asn1_encode(cps, &der, &err), &err);
	append(theirs, "?LAST.policyQualifiers");
	text(theirs, "?LAST.policyQualifiers.?LAST.policyQualifierId", "1.3.6.1.5.5.7.2.1");
	octets(theirs, "?LAST.policyQualifiers.?LAST.qualifier", egov_buf_slice(&der));
	egov__buf_clear(&der);
	egov__asn1_free(cps);
}

static void policies_of(const char *uri)
{
	static const char *const dotted[] = { "1.2.156.112999.1.1", "2.5.29.32.0" };
	struct egov_buf ours = EGOV__BUF(4000), oids[2] = { EGOV__BUF(100), EGOV__BUF(100) };
	struct egov__asn1 *theirs = make("PKIX.CertificatePolicies");
	struct egov_slice list[2];

	for (size_t i = 0; i < 2; i++) {
		assert_ok(egov__der_oid_parse(dotted[i], &oids[i], &err), &err);
		list[i] = egov_buf_slice(&oids[i]);
		append(theirs, "");
		text(theirs, "?LAST.policyIdentifier", dotted[i]);
		if (uri != NULL)
			put_cps(theirs, uri);
		else
			omit(theirs, "?LAST.policyQualifiers");
	}
	egov__ext_put_policies(&ours, list, 2, uri);
	equal("PKIX.CertificatePolicies", theirs, &ours);
	egov__buf_clear(&oids[0]);
	egov__buf_clear(&oids[1]);
}

static void policies(void **state)
{
	char uri[200] = "http://cps.example.cn/";

	(void)state;
	policies_of(NULL);
	policies_of(uri);
	memset(uri + 22, 'x', 150);     /* long lengths */
	policies_of(uri);
}

static void ext_key_usage(void **state)
{
	const struct egov_slice oids[] = { egov__oid_get(EGOV__OID_EKU_CLIENT_AUTH)->contents,
		                           egov__oid_get(EGOV__OID_EKU_EMAIL)->contents };
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.ExtKeyUsage");

	(void)state;
	append(theirs, "");
	text(theirs, "?LAST", "1.3.6.1.5.5.7.3.2");
	append(theirs, "");
	text(theirs, "?LAST", "1.3.6.1.5.5.7.3.4");
	egov__ext_put_eku(&ours, oids, 2);
	equal("PKIX.ExtKeyUsage", theirs, &ours);
}

static void full_name(struct egov__asn1 *theirs, const char *path, const char *uri)
{
	char at[200];

	(void)snprintf(at, sizeof(at), "%s", path);
	text(theirs, at, "fullName");
	(void)snprintf(at, sizeof(at), "%s.fullName", path);
	append(theirs, at);
	(void)snprintf(at, sizeof(at), "%s.fullName.?LAST", path);
	text(theirs, at, "uniformResourceIdentifier");
	(void)snprintf(at, sizeof(at), "%s.fullName.?LAST.uniformResourceIdentifier", path);
	octets(theirs, at, egov__slice_text(uri));
}

static void crl_dp(void **state)
{
	static const char *const uris[] = { "http://crl.example.cn/ca.crl", "ldap://x/cn=a?b" };
	const struct egov_slice list[] = { egov__slice_text(uris[0]), egov__slice_text(uris[1]) };
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.CRLDistributionPoints");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		append(theirs, "");
		full_name(theirs, "?LAST.distributionPoint", uris[i]);
		omit(theirs, "?LAST.reasons");
		omit(theirs, "?LAST.cRLIssuer");
	}
	egov__ext_put_crl_dp(&ours, list, 2);
	equal("PKIX.CRLDistributionPoints", theirs, &ours);
}

static void put_access(struct egov__asn1 *theirs, const char *method, const char *uri)
{
	append(theirs, "");
	text(theirs, "?LAST.accessMethod", method);
	text(theirs, "?LAST.accessLocation", "uniformResourceIdentifier");
	octets(theirs, "?LAST.accessLocation.uniformResourceIdentifier", egov__slice_text(uri));
}

static void access_info(void **state)
{
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.InfoAccess");

	(void)state;
	put_access(theirs, "1.3.6.1.5.5.7.48.2", "http://a/ca.cer");
	put_access(theirs, "1.3.6.1.5.5.7.48.1", "http://a/ocsp");
	egov__ext_put_aia(&ours, "http://a/ca.cer", "http://a/ocsp");
	equal("PKIX.InfoAccess", theirs, &ours);
	theirs = make("PKIX.InfoAccess");
	put_access(theirs, "1.3.6.1.5.5.7.48.1", "http://a/ocsp");
	egov__ext_put_aia(&ours, NULL, "http://a/ocsp");
	equal("PKIX.InfoAccess", theirs, &ours);
}

static void identity(void **state)
{
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("GM.IdentifyCode");

	(void)state;
	text(theirs, "", "residentCard");
	octets(theirs, "residentCard", egov__slice_text("11010519491231002X"));
	egov__ext_put_identity(&ours, EGOV__OID_IDENTIFY_CODE, "11010519491231002X");
	equal("GM.IdentifyCode", theirs, &ours);
	theirs = make("GM.IdentityNumber");
	octets(theirs, "", egov__slice_text("91350100M000100Y43"));
	egov__ext_put_identity(&ours, EGOV__OID_ORGANIZATION_CODE, "91350100M000100Y43");
	equal("GM.IdentityNumber", theirs, &ours);
}

static void idp_of(const char *uri, bool only_user, bool only_ca)
{
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.IssuingDistributionPoint");

	if (uri == NULL)
		omit(theirs, "distributionPoint");
	else
		full_name(theirs, "distributionPoint", uri);
	text(theirs, "onlyContainsUserCerts", only_user ? "TRUE" : "FALSE");
	text(theirs, "onlyContainsCACerts", only_ca ? "TRUE" : "FALSE");
	omit(theirs, "onlySomeReasons");
	text(theirs, "indirectCRL", "FALSE");
	text(theirs, "onlyContainsAttributeCerts", "FALSE");
	egov__ext_put_idp(&ours, uri, only_user, only_ca);
	equal("PKIX.IssuingDistributionPoint", theirs, &ours);
}

static void idp(void **state)
{
	(void)state;
	idp_of("http://crl.example.cn/user.crl", true, false);
	idp_of("http://crl.example.cn/ca.crl", false, true);
	idp_of("http://crl.example.cn/all.crl", false, false);
	idp_of(NULL, true, false);
}

static void extension(void **state)
{
	struct egov_buf ours = EGOV__BUF(1000);
	struct egov__asn1 *theirs = make("PKIX.Extension");

	(void)state;
	text(theirs, "extnID", "2.5.29.14");
	text(theirs, "critical", "FALSE");
	octets(theirs, "extnValue", EGOV__SLICE(key_id));
	egov__ext_put(&ours, EGOV__OID_SKI, false, EGOV__SLICE(key_id));
	equal("PKIX.Extension", theirs, &ours);
	theirs = make("PKIX.Extension");
	text(theirs, "extnID", "2.5.29.15");
	text(theirs, "critical", "TRUE");
	octets(theirs, "extnValue", EGOV__SLICE(key_id));
	egov__ext_put(&ours, EGOV__OID_KEY_USAGE, true, EGOV__SLICE(key_id));
	equal("PKIX.Extension", theirs, &ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_usage),     cmocka_unit_test(basic_constraints),
		cmocka_unit_test(key_identifiers), cmocka_unit_test(policies),
		cmocka_unit_test(ext_key_usage), cmocka_unit_test(crl_dp),
		cmocka_unit_test(access_info),   cmocka_unit_test(identity),
		cmocka_unit_test(idp),           cmocka_unit_test(extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
