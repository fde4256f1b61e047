/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"

#include "asn1/asn1.h"
#include "base/der.h"
#include "base/fileio.h"
#include "base/pem.h"
#include "x509/name.h"

#define CRL_URI "http://ca.example.cn/crl/ca.crl"
#define ISSUERS_URI "http://ca.example.cn/cert/ca.cer"
#define OCSP_URI "http://ocsp.example.cn/"
#define START INT64_C(1767225600)        /* 2026-01-01 */
#define YEAR 31536000

static const uint8_t serial[] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xf0, 0x01,
	                          0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09 };

/* A root and what it issues; der holds the last certificate. */
struct fixture {
	struct help_key ca_key, key;
	struct egov_profile *root, *sub, *civil_servant, *agency, *ocsp;
	struct egov_judged *judged_root, *judged_sub, *judged_civil, *judged_agency, *judged_ocsp;
	struct egov__issuer own, issuer;
	struct egov_buf ca;             /* the root's certificate */
	struct egov_cert *ca_cert;
};

static void put_time(struct egov__asn1 *value, const char *choice, const char *arm, egov_time t)
{
	struct egov_buf der = EGOV__BUF(64);
	struct egov_error err = { 0 };
	struct egov__tlv tlv;
	struct egov_slice in;

	egov__der_put_time(&der, t);
	in = egov_buf_slice(&der);
	assert_ok(egov__der_any(&in, &tlv, &err), &err);
	assert_ok(egov__asn1_write_text(value, choice, strrchr(arm, '.') + 1, &err), &err);
	assert_ok(egov__asn1_write(value, arm, tlv.value, &err), &err);
	egov__buf_clear(&der);
}

/* libtasn1 writes the same fields and arrives at the same bytes. */
static void assert_as_libtasn1(const struct egov__cert_plan *plan, struct egov_slice tbs)
{
	static const uint8_t v3[] = { 2 };
	struct egov_buf exts = EGOV__BUF(EGOV__MAX_OBJECT), der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__cert_fields f;
	struct egov__asn1 *value = NULL;
	struct egov_error err = { 0 };
	const bool late = plan->not_after >= INT64_C(2524608000);      /* 2050 */

	assert_ok(egov__cert_tbs_decode(tbs, &f, &err), &err);
	assert_ok(egov__asn1_new("PKIX.TBSCertificate", &value, &err), &err);
	assert_ok(egov__asn1_write(value, "version", EGOV__SLICE(v3), &err), &err);
	assert_ok(egov__asn1_write(value, "serialNumber", f.serial, &err), &err);
	assert_ok(egov__asn1_write(value, "signature", egov__algid_sm2_sm3(plan->issuer->params), &err),
	          &err);
	put_time(value, "validity.notBefore", "validity.notBefore.utcTime", plan->not_before);
	put_time(value, "validity.notAfter",
	         late ? "validity.notAfter.generalTime" : "validity.notAfter.utcTime",
	         plan->not_after);
	assert_ok(egov__asn1_write(value, "issuer",
	                           plan->issuer->name.size == 0 ? egov__judged_subject(plan->judged)
	                                                        : plan->issuer->name,
	                           &err),
	          &err);
	assert_ok(egov__asn1_write(value, "subject", egov__judged_subject(plan->judged), &err), &err);
	assert_ok(egov__asn1_write(value, "subjectPublicKeyInfo", egov__judged_public_key(plan->judged),
	                           &err),
	          &err);
	egov__der_put(&exts, EGOV__SEQUENCE, f.extensions);
	assert_ok(egov__asn1_write(value, "extensions", egov_buf_slice(&exts), &err), &err);
	assert_ok(egov__asn1_encode(value, &der, &err), &err);
	assert_true(egov__slice_equal(egov_buf_slice(&der), tbs));
	egov__asn1_free(value);
	egov__buf_clear(&exts);
	egov__buf_clear(&der);
}

static void build(const struct egov__cert_plan *plan, const struct help_key *key,
                  struct egov_buf *der)
{
	struct egov_tbs *tbs = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__cert_build(plan, &tbs, &err), &err);
	assert_int_equal(egov__tbs_kind(tbs), EGOV_OBJECT_CERTIFICATE);
	assert_as_libtasn1(plan, egov__tbs_der(tbs));
	help_sign(key, tbs, der);
	egov__tbs_free(tbs);
	assert_ok(egov__cert_witness(egov_buf_slice(der), &err), &err);
	assert_ok(egov__asn1_check("PKIX.CertificateCheck", egov_buf_slice(der), &err), &err);
}

static struct egov__cert_plan plan_of(const struct fixture *f, const struct egov_profile *profile,
                                      const struct egov_judged *judged)
{
	return (struct egov__cert_plan){ profile, judged, &f->issuer, EGOV__SLICE(serial), START,
		                         START + YEAR };
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct egov_error err = { 0 };

	assert_non_null(f);
	*state = f;
	help_key_make(&f->ca_key);
	help_key_make(&f->key);
	f->root = help_profile("root-ca");
	f->sub = help_profile("sub-ca");
	f->civil_servant = help_profile("civil-servant-sign");
	f->agency = help_profile("agency-sign");
	f->ocsp = help_profile("ocsp-responder");
	f->judged_root = help_judge(f->root, &f->ca_key);
	f->judged_sub = help_judge(f->sub, &f->key);
	f->judged_civil = help_judge(f->civil_servant, &f->key);
	f->judged_agency = help_judge(f->agency, &f->key);
	f->judged_ocsp = help_judge(f->ocsp, &f->key);
	f->ca = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	const struct egov__cert_plan plan = { f->root, f->judged_root, &f->own, EGOV__SLICE(serial),
		                              START, START + 20 * YEAR };

	build(&plan, &f->ca_key, &f->ca);
	assert_ok(egov_cert_decode(egov_buf_slice(&f->ca), &f->ca_cert, &err), &err);
	f->issuer = (struct egov__issuer){ egov_cert_subject(f->ca_cert),
		                           EGOV__SLICE(f->ca_key.key_id), CRL_URI, ISSUERS_URI,
		                           OCSP_URI, NULL, EGOV__SIGALG_ABSENT };
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov_cert_free(f->ca_cert);
	egov__buf_clear(&f->ca);
	egov__judged_free(f->judged_root);
	egov__judged_free(f->judged_sub);
	egov__judged_free(f->judged_civil);
	egov__judged_free(f->judged_agency);
	egov__judged_free(f->judged_ocsp);
	egov_profile_free(f->root);
	egov_profile_free(f->sub);
	egov_profile_free(f->civil_servant);
	egov_profile_free(f->agency);
	egov_profile_free(f->ocsp);
	help_key_clear(&f->ca_key);
	help_key_clear(&f->key);
	free(f);
	return 0;
}

/* Names of the extensions in their order, "+" behind a critical one. */
static void assert_extensions(const struct egov_cert *cert, const char *wanted)
{
	struct egov_slice exts = egov__cert_fields(cert)->extensions;
	struct egov_buf text = EGOV__BUF(4096);
	struct egov_error err = { 0 };
	struct egov__ext ext;

	while (exts.size > 0) {
		assert_ok(egov__ext_next(&exts, &ext, &err), &err);
		if (text.size > 0)
			egov__buf_text(&text, " ");
		egov__oid_print(ext.oid, &text);
		if (ext.critical)
			egov__buf_text(&text, "+");
	}
	assert_string_equal(egov__buf_string(&text), wanted);
	egov__buf_clear(&text);
}

static void assert_value(const struct egov_cert *cert, enum egov__oid type, const char *hex)
{
	struct egov_buf *wanted = help_hex_buf(hex);
	struct egov__ext ext;

	assert_true(egov__cert_ext(cert, type, &ext));
	assert_int_equal(ext.value.size, wanted->size);
	assert_memory_equal(ext.value.data, wanted->data, wanted->size);
	egov_buf_free(wanted);
}

static void a_root_of_table_c1(void **state)
{
	const struct fixture *f = *state;
	const struct egov__cert_fields *c = egov__cert_fields(f->ca_cert);

	assert_int_equal(c->version, 3);
	assert_true(egov__slice_equal(c->issuer, c->subject));
	assert_true(egov__slice_equal(c->spki, EGOV__SLICE(f->ca_key.spki)));
	assert_extensions(f->ca_cert, "subjectKeyIdentifier basicConstraints+ keyUsage+");
	assert_value(f->ca_cert, EGOV__OID_BASIC_CONSTRAINTS, "30 03 01 01 ff");
	assert_value(f->ca_cert, EGOV__OID_KEY_USAGE, "03 02 01 06");
}

static struct egov_cert *issue(const struct fixture *f, const struct egov__cert_plan *plan)
{
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	struct egov_cert *cert = NULL;

	build(plan, &f->ca_key, &der);
	assert_ok(egov_cert_decode(egov_buf_slice(&der), &cert, &err), &err);
	egov__buf_clear(&der);
	return cert;
}

static void a_subordinate_of_table_c2(void **state)
{
	const struct fixture *f = *state;
	const struct egov__cert_plan plan = plan_of(f, f->sub, f->judged_sub);
	struct egov_cert *cert = issue(f, &plan);

	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier basicConstraints+ "
	                        "keyUsage+ certificatePolicies cRLDistributionPoints "
	                        "authorityInfoAccess");
	assert_value(cert, EGOV__OID_BASIC_CONSTRAINTS, "30 06 01 01 ff 02 01 00");
	assert_value(cert, EGOV__OID_KEY_USAGE, "03 02 01 06");
	assert_value(cert, EGOV__OID_POLICIES,
	             "30 18 30 06 06 04 88370101 30 06 06 04 88370102 30 06 06 04 88370103");
	egov_cert_free(cert);
}

static void a_civil_servant_of_table_c3(void **state)
{
	const struct fixture *f = *state;
	const struct egov__cert_plan plan = plan_of(f, f->civil_servant, f->judged_civil);
	struct egov_cert *cert = issue(f, &plan);
	const struct egov__cert_fields *c = egov__cert_fields(cert);
	struct egov_buf name = EGOV__BUF(4096);
	struct egov_slice id;
	struct egov__aki aki;
	struct egov__ext ext;

	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier keyUsage+ "
	                        "certificatePolicies cRLDistributionPoints authorityInfoAccess "
	                        "organizationCode");
	assert_value(cert, EGOV__OID_KEY_USAGE, "03 02 06 c0");
	assert_value(cert, EGOV__OID_POLICIES, "30 08 30 06 06 04 88370101");
	assert_value(cert, EGOV__OID_ORGANIZATION_CODE,
	             "13 12 3131313130303030 4d4230303030303031 59");
	assert_true(egov__cert_ext(cert, EGOV__OID_AKI, &ext));
	assert_int_equal(egov__ext_aki(ext.value, &aki, NULL), EGOV_OK);
	assert_true(egov__slice_equal(aki.key_id, EGOV__SLICE(f->ca_key.key_id)));
	assert_true(egov__cert_ext(cert, EGOV__OID_SKI, &ext));
	assert_int_equal(egov__ext_ski(ext.value, &id, NULL), EGOV_OK);
	assert_true(egov__slice_equal(id, EGOV__SLICE(f->key.key_id)));
	assert_true(egov__slice_equal(c->issuer, egov_cert_subject(f->ca_cert)));
	assert_true(egov__slice_equal(c->spki, EGOV__SLICE(f->key.spki)));
	egov__name_print(c->subject, &name);
	assert_string_equal(egov__buf_string(&name),
	                    "C=CN, ST=示例省, L=示例市, O=示例市行政审批局, OU=政务服务科, "
	                    "title=科员, serialNumber=20260117, CN=张示例");
	egov__buf_clear(&name);
	egov_cert_free(cert);
}

static void an_agency_and_a_responder(void **state)
{
	const struct fixture *f = *state;
	struct egov__cert_plan plan = plan_of(f, f->agency, f->judged_agency);
	struct egov_cert *cert = issue(f, &plan);

	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier keyUsage+ "
	                        "certificatePolicies cRLDistributionPoints authorityInfoAccess "
	                        "organizationCode");
	egov_cert_free(cert);
	plan = plan_of(f, f->ocsp, f->judged_ocsp);
	cert = issue(f, &plan);
	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier keyUsage+ "
	                        "certificatePolicies cRLDistributionPoints authorityInfoAccess "
	                        "extKeyUsage ocsp-nocheck");
	assert_value(cert, EGOV__OID_EKU, "30 0a 06 08 2b06010505070309");
	assert_value(cert, EGOV__OID_OCSP_NOCHECK, "05 00");
	egov_cert_free(cert);
}

static struct egov_cert *issue_under(const struct fixture *f, const char *name)
{
	struct egov_profile *profile = help_profile(name);
	struct egov_judged *judged = help_judge(profile, &f->key);
	struct egov__cert_plan plan = plan_of(f, profile, judged);
	struct egov_cert *cert = issue(f, &plan);

	egov__judged_free(judged);
	egov_profile_free(profile);
	return cert;
}

/* RFC 3161, 2.3: critical, and timeStamping alone. */
static void a_device_and_a_time_stamping_unit(void **state)
{
	const struct fixture *f = *state;
	struct egov_cert *cert = issue_under(f, "device");

	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier keyUsage+ "
	                        "certificatePolicies cRLDistributionPoints authorityInfoAccess "
	                        "extKeyUsage organizationCode");
	assert_value(cert, EGOV__OID_KEY_USAGE, "03 02 07 80");
	assert_value(cert, EGOV__OID_EKU, "30 14 06 08 2b06010505070301 06 08 2b06010505070302");
	egov_cert_free(cert);
	cert = issue_under(f, "timestamp");
	assert_extensions(cert, "authorityKeyIdentifier subjectKeyIdentifier keyUsage+ "
	                        "certificatePolicies cRLDistributionPoints authorityInfoAccess "
	                        "extKeyUsage+");
	assert_value(cert, EGOV__OID_EKU, "30 0a 06 08 2b06010505070308");
	egov_cert_free(cert);
}

/* The last second of 2049 is UTCTime, the first of 2050 GeneralizedTime (RFC 5280, 4.1.2.5). */
static void dates_on_both_sides_of_2050(void **state)
{
	static const char validity[] = "30 20 17 0d 3439313233313233353935395a"
	                               " 18 0f 32303530303130313030303030305a";
	const struct fixture *f = *state;
	struct egov__cert_plan plan = plan_of(f, f->civil_servant, f->judged_civil);
	struct egov_buf *wanted = help_hex_buf(validity);
	struct egov_error err = { 0 };
	struct egov_cert *cert;

	assert_ok(egov_time_parse("2049-12-31T23:59:59Z", &plan.not_before, &err), &err);
	assert_ok(egov_time_parse("2050-01-01T00:00:00Z", &plan.not_after, &err), &err);
	cert = issue(f, &plan);
	assert_non_null(memmem(egov_cert_der(cert).data, egov_cert_der(cert).size, wanted->data,
	                       wanted->size));
	assert_int_equal(egov_cert_not_before(cert), plan.not_before);
	assert_int_equal(egov_cert_not_after(cert), plan.not_after);
	assert_false(egov__cert_fields(cert)->not_before_wrong_type);
	assert_false(egov__cert_fields(cert)->not_after_wrong_type);
	egov_cert_free(cert);
	egov_buf_free(wanted);
}

static void serials_are_positive_and_short(void **state)
{
	static const uint8_t zero[16] = { 0 };
	static const struct {
		const char *octets, *contents;  /* NULL: refused */
	} serials[] = {
		{ "01", "01" },
		{ "80", "0080" },
		{ "0000f1", "00f1" },
		{ "7fffffffffffffffffffffffffffffffffffffff",
		  "7fffffffffffffffffffffffffffffffffffffff" },
		{ "ffffffffffffffffffffffffffffffffffffffff", NULL },
		{ "010000000000000000000000000000000000000000", NULL },
		{ "00", NULL },
	};
	const struct fixture *f = *state;
	struct egov__cert_plan plan = plan_of(f, f->civil_servant, f->judged_civil);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		struct egov_buf *octets = help_hex_buf(serials[i].octets);

		plan.serial = egov_buf_slice(octets);
		if (serials[i].contents == NULL) {
			assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY,
			             "serial number");
		} else {
			struct egov_cert *cert = issue(f, &plan);
			struct egov_buf *wanted = help_hex_buf(serials[i].contents);

			assert_true(egov__slice_equal(egov_cert_serial(cert),
			                              egov_buf_slice(wanted)));
			egov_buf_free(wanted);
			egov_cert_free(cert);
		}
		egov_buf_free(octets);
	}
	plan.serial = EGOV__SLICE(zero);
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "not zero");
	plan.serial = EGOV__NO_SLICE;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "not zero");
	assert_null(tbs);
}

/* Odd string types of a foreign parent stay as they are; the parameters follow the setting. */
static void the_issuer_is_copied_octet_by_octet(void **state)
{
	const struct fixture *f = *state;
	struct egov__cert_plan plan = plan_of(f, f->civil_servant, f->judged_civil);
	struct egov__issuer foreign = f->issuer;
	struct egov_buf *name = help_hex_buf("30 1c 31 0d 30 0b 06 03 55 04 03 0c 04 6f646421"
	                                     " 31 0b 30 09 06 03 55 04 06 0c 02 636e");
	struct egov_cert *cert;

	foreign.name = egov_buf_slice(name);
	foreign.params = EGOV__SIGALG_NULL;
	plan.issuer = &foreign;
	cert = issue(f, &plan);
	assert_true(egov__slice_equal(egov_cert_issuer(cert), foreign.name));
	assert_int_equal(egov__cert_fields(cert)->inner_algorithm.size, 14);
	assert_true(egov__slice_equal(egov__cert_fields(cert)->inner_algorithm,
	                              egov__cert_fields(cert)->outer_algorithm));
	egov_cert_free(cert);
	egov_buf_free(name);
}

static void refuses_what_does_not_fit(void **state)
{
	const struct fixture *f = *state;
	struct egov__cert_plan plan = plan_of(f, f->agency, f->judged_civil);
	struct egov__issuer issuer = f->issuer;
	struct egov_profile *with_ocsp =
		help_profile_changed("civil-servant-sign", "ocsp = no", "ocsp = yes");
	struct egov_judged *judged = help_judge(with_ocsp, &f->key);
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;

	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY,
	             "judged under another profile than agency-sign");
	plan = plan_of(f, f->root, f->judged_root);
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY,
	             "root-ca is for a certificate signed by its own key");
	plan = plan_of(f, f->sub, f->judged_sub);
	plan.issuer = &f->own;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY,
	             "sub-ca is not for a certificate signed by its own key");
	plan.issuer = &issuer;
	plan.not_after = plan.not_before;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "notAfter");
	plan.not_after++;
	issuer.crl_uri = NULL;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY,
	             "writes cRLDistributionPoints, but the CA has no address");
	issuer.crl_uri = CRL_URI;
	issuer.ca_issuers_uri = NULL;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "writes caIssuers");
	issuer.ca_issuers_uri = ISSUERS_URI;
	issuer.key_id = EGOV__NO_SLICE;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_USAGE, "key identifier");
	issuer.key_id = f->issuer.key_id;
	plan = plan_of(f, with_ocsp, judged);
	issuer.ocsp_uri = NULL;
	plan.issuer = &issuer;
	assert_fails(egov__cert_build(&plan, &tbs, &err), &err, EGOV_E_POLICY, "writes ocsp");
	issuer.ocsp_uri = OCSP_URI;
	struct egov_cert *cert = issue(f, &plan);

	assert_value(cert, EGOV__OID_AIA,
	             "30 53"
	             "30 2c 06 08 2b06010505073002 86 20 "
	             "687474703a2f2f63612e6578616d706c652e636e2f636572742f63612e636572"
	             "30 23 06 08 2b06010505073001 86 17 "
	             "687474703a2f2f6f6373702e6578616d706c652e636e"
	             "2f");
	egov_cert_free(cert);
	assert_null(tbs);
	egov__judged_free(judged);
	egov_profile_free(with_ocsp);
}

static void write_pem(const char *dir, const char *name, struct egov_slice der)
{
	struct egov_buf pem = EGOV__BUF(EGOV__MAX_FILE);
	char *path = egov__path_join(dir, name);

	egov__pem_encode(&pem, "CERTIFICATE", der);
	help_write(path, egov_buf_slice(&pem));
	egov__buf_clear(&pem);
	free(path);
}

static int openssl_verifies(const char *dir, const char *trusted, const char *cert)
{
	return help_run("openssl verify -partial_chain -trusted '%s/%s' -attime 1767312000 -x509_strict "
	                "-vfyopt distid:1234567812345678 '%s/%s' >/dev/null 2>&1",
	                dir, trusted, dir, cert);
}

/* An independent reader and verifier, link by link, strict. */
static void stock_openssl_verifies(void **state)
{
	const struct fixture *f = *state;
	const struct egov__cert_plan plans[] = {
		plan_of(f, f->sub, f->judged_sub),
		plan_of(f, f->civil_servant, f->judged_civil),
		plan_of(f, f->agency, f->judged_agency),
		plan_of(f, f->ocsp, f->judged_ocsp),
	};
	char *dir = help_dir();

	write_pem(dir, "root.pem", egov_buf_slice(&f->ca));
	assert_int_equal(openssl_verifies(dir, "root.pem", "root.pem"), 0);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct egov_cert *cert = issue(f, &plans[i]);

		write_pem(dir, "cert.pem", egov_cert_der(cert));
		assert_int_equal(openssl_verifies(dir, "root.pem", "cert.pem"), 0);
		/* The same bytes under another signature. */
		struct egov_buf forged = EGOV__BUF(EGOV__MAX_OBJECT);

		egov__buf_slice(&forged, egov_cert_der(cert));
		assert_false(forged.failed);
		forged.data[forged.size - 1] ^= 1;
		write_pem(dir, "forged.pem", egov_buf_slice(&forged));
		assert_int_not_equal(openssl_verifies(dir, "root.pem", "forged.pem"), 0);
		egov__buf_clear(&forged);
		egov_cert_free(cert);
	}
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_of_table_c1),
		cmocka_unit_test(a_subordinate_of_table_c2),
		cmocka_unit_test(a_civil_servant_of_table_c3),
		cmocka_unit_test(an_agency_and_a_responder),
		cmocka_unit_test(a_device_and_a_time_stamping_unit),
		cmocka_unit_test(dates_on_both_sides_of_2050),
		cmocka_unit_test(serials_are_positive_and_short),
		cmocka_unit_test(the_issuer_is_copied_octet_by_octet),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(stock_openssl_verifies),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
