/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/fileio.h"
#include "base/text.h"
#include "crypto/sm3.h"
#include "profile/profile.h"
#include "x509/ext.h"

#define SHIPPED EGOV_TEST_SOURCE "/examples/profiles/"

static char *shipped(const char *file)
{
	char *path = egov__path_join(SHIPPED, file);
	struct egov_buf *buf;
	char *text;

	assert_non_null(path);
	buf = help_read(path);
	text = egov__slice_copy(egov_buf_slice(buf));
	assert_non_null(text);
	egov_buf_free(buf);
	free(path);
	return text;
}

static struct egov_profile *parsed(const char *text)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__profile_parse(egov__slice_text(text), "p.conf", &profile, &err), &err);
	return profile;
}

/* A shipped profile with one change. */
static void refused(const char *file, const char *old, const char *new, enum egov_status status,
                    const char *clause, const char *words)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };
	char *text = shipped(file);
	char *copy = help_changed(text, old, new);

	assert_int_equal(egov__profile_parse(egov__slice_text(copy), "p.conf", &profile, &err), status);
	if (clause == NULL)
		assert_null(err.clause);
	else
		assert_string_equal(err.clause, clause);
	assert_fails(status, &err, status, words);
	assert_null(profile);
	free(copy);
	free(text);
}

static struct egov_profile *accepted(const char *file, const char *old, const char *new)
{
	char *text = shipped(file);
	char *copy = help_changed(text, old, new);
	struct egov_profile *profile = parsed(copy);

	free(copy);
	free(text);
	return profile;
}

/* The first two are complete as they ship: a root asserts no policy, a link any. */
static const char *const names[] = { "root-ca", "ca-link", "sub-ca", "civil-servant-sign",
	                             "agency-sign", "ocsp-responder", "civil-servant-encrypt",
	                             "agency-encrypt", "device", "timestamp" };

static void shipped_test_profiles_load(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct egov_profile *profile = NULL;
		struct egov_error err = { 0 };
		char path[400];

		(void)snprintf(path, sizeof(path), SHIPPED "%s.test.conf", names[i]);
		assert_ok(egov_profile_load(path, &profile, &err), &err);
		assert_string_equal(egov_profile_name(profile), names[i]);
		assert_int_equal(egov_profile_is_test(profile), 1);
		egov_profile_free(profile);
	}
}

/* As they ship they say what they lack; with it they load. */
static void shipped_production_profiles_need_an_oid(void **state)
{
	(void)state;
	for (size_t i = 2; i < sizeof(names) / sizeof(names[0]); i++) {
		struct egov_profile *profile = NULL;
		struct egov_error err = { 0 };
		char path[400], file[100];

		(void)snprintf(file, sizeof(file), "%s.production.conf", names[i]);
		(void)snprintf(path, sizeof(path), SHIPPED "%s", file);
		assert_int_equal(egov_profile_load(path, &profile, &err), EGOV_E_POLICY);
		assert_string_equal(err.clause, "Order No. 4, Art. 19");
		assert_non_null(strstr(err.text, file));
		assert_fails(EGOV_E_POLICY, &err, EGOV_E_POLICY,
		             "[policy] oid: missing: put the CA's own policy OID here");
		profile = accepted(file, "oid =\n", "oid = 1.2.156.99999.1\n");
		assert_string_equal(egov_profile_name(profile), names[i]);
		assert_int_equal(egov_profile_is_test(profile), 0);
		egov_profile_free(profile);
	}
}

static void the_shipped_root_needs_nothing(void **state)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_profile_load(SHIPPED "root-ca.production.conf", &profile, &err), &err);
	assert_int_equal(egov_profile_is_test(profile), 0);
	egov_profile_free(profile);
}

/* The two forms differ in use, policy and the responder; in nothing else. */
static void both_forms_are_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(
			help_run("for f in test production; do grep -v -e '^#' -e '^use' -e '^oid' "
			         "-e '^ocsp = ' '" SHIPPED "%s.'$f.conf >\"$f.%s\" || exit; done; "
			         "cmp test.%s production.%s; e=$?; rm test.%s production.%s; exit $e",
			         names[i], names[i], names[i], names[i], names[i], names[i]),
			0);
}

static void the_library_has_them_built_in(void **state)
{
	const struct egov__builtin_profile *p = egov__builtin_profiles;
	size_t count = 0;

	(void)state;
	for (; p->name != NULL; p++, count++) {
		char file[100];
		char *text;

		(void)snprintf(file, sizeof(file), "%s.%s.conf", p->name,
		               p->test ? "test" : "production");
		text = shipped(file);
		assert_string_equal(p->text, text);
		free(text);
	}
	assert_int_equal(count, 2 * sizeof(names) / sizeof(names[0]));
}

static void a_signing_profile(void **state)
{
	struct egov_error err = { 0 };
	char *text = help_example("egov-profile.5", "contractor-sign.test.conf");
	struct egov_profile *p = parsed(text);
	const struct egov_slice whole = egov__slice_text(text), *oids;
	const struct egov__profile_extensions *ext = egov__profile_extensions(p);
	uint8_t digest[32], oid[8];

	(void)state;
	assert_string_equal(egov_profile_name(p), "contractor-sign");
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_SIGNING);
	assert_int_equal(egov__profile_policies(p, &oids), 2);
	help_hex("88370701", oid, 4);
	assert_true(egov__slice_equal(oids[0], (struct egov_slice){ oid, 4 }));
	help_hex("88370702", oid, 4);
	assert_true(egov__slice_equal(oids[1], (struct egov_slice){ oid, 4 }));
	assert_string_equal(egov__profile_cps_version(p), "2026年第1版");
	assert_string_equal(egov__profile_cps_uri(p), "http://cps.example.cn/2026-1.pdf");
	assert_int_equal(egov__profile_key_usage(p),
	                 EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION);
	assert_int_equal(egov__profile_eku(p, &oids), 2);
	assert_int_equal(egov__oid_find(oids[0]), EGOV__OID_EKU_CLIENT_AUTH);
	assert_int_equal(egov__oid_find(oids[1]), EGOV__OID_EKU_EMAIL);
	assert_int_equal(egov__profile_path_len(p), -1);
	assert_int_equal(egov__profile_validity(p).years, 1);
	assert_int_equal(egov__profile_max_validity(p).years, 2);
	assert_int_equal(egov__profile_retention(p).years, 10);
	assert_true(egov__profile_two_people(p));
	assert_true(ext->crl_dp);
	assert_true(ext->aia_ca_issuers);
	assert_false(ext->aia_ocsp);
	assert_false(ext->ocsp_nocheck);
	assert_int_equal(ext->identity[0], EGOV__OID_ORGANIZATION_CODE);
	assert_int_equal(ext->identity[1], EGOV__OID_UNKNOWN);
	assert_ok(egov__sm3(&whole, 1, digest, &err), &err);
	assert_memory_equal(egov__profile_digest(p).data, digest, 32);
	egov_profile_free(p);
	free(text);
}

static void profiles_of_the_ca_itself(void **state)
{
	const struct egov_slice *oids;
	struct egov_profile *p = accepted("root-ca.test.conf", "test", "test");

	(void)state;
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_ROOT_CA);
	assert_int_equal(egov__profile_policies(p, &oids), 0);
	assert_null(egov__profile_cps_version(p));
	assert_null(egov__profile_cps_uri(p));
	assert_int_equal(egov__profile_key_usage(p), EGOV__KU_KEY_CERT_SIGN | EGOV__KU_CRL_SIGN);
	assert_int_equal(egov__profile_path_len(p), -1);
	assert_false(egov__profile_extensions(p)->crl_dp);
	assert_int_equal(egov__profile_retention(p).years, 10);
	egov_profile_free(p);

	p = accepted("sub-ca.test.conf", "test", "test");
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_SUB_CA);
	assert_int_equal(egov__profile_policies(p, &oids), 3);
	assert_int_equal(egov__profile_path_len(p), 0);
	assert_true(egov__profile_extensions(p)->crl_dp);
	egov_profile_free(p);

	p = accepted("ocsp-responder.test.conf", "test", "test");
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_OCSP);
	assert_int_equal(egov__profile_eku(p, &oids), 1);
	assert_true(egov__profile_extensions(p)->ocsp_nocheck);
	egov_profile_free(p);
}

static void lines_that_nobody_knows(void **state)
{
	const char *file = "agency-sign.test.conf";

	(void)state;
	refused(file, "[validity]", "[validty]", EGOV_E_SYNTAX, "Order No. 4, Art. 19",
	        "p.conf: [validity] default: missing");
	refused(file, "ca_issuers", "ca_issuer", EGOV_E_SYNTAX, NULL,
	        "[extensions] ca_issuer: unknown key");
	refused(file, "[key]", "[more]\n[key]", EGOV_E_SYNTAX, NULL, "[more]: unknown section");
	refused(file, "[key]\n", "[key]\nusage = digitalSignature\n", EGOV_E_SYNTAX, NULL, "given twice");
}

static void every_key_that_is_required(void **state)
{
	static const char *const lines[][3] = {
		{ "name = agency-sign\n", NULL, "[profile] name: missing" },
		{ "use = test\n", NULL, "[profile] use: missing" },
		{ "kind = signing\n", NULL, "[profile] kind: missing" },
		{ "holder = government, enterprise\n", "Order No. 4, Art. 21", "holder: missing" },
		{ "retention = government\n", "Order No. 4, Art. 24", "retention: missing" },
		{ "people = 2\n", "Order No. 4, Art. 21", "[profile] people: missing" },
		{ "cps_version = 1.0\n", "Order No. 4, Art. 16", "[policy] cps_version: missing" },
		{ "default = 3y\n", "Order No. 4, Art. 19", "[validity] default: missing" },
		{ "maximum = 5y\n", "Order No. 4, Art. 19", "[validity] maximum: missing" },
		{ "common_name = organization\n", "Order No. 4, Art. 19", "common_name: missing" },
		{ "usage = digitalSignature, nonRepudiation\n", "GM/T 0015, table C.3",
		  "[key] usage: missing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		refused("agency-sign.test.conf", lines[i][0], "", EGOV_E_SYNTAX, lines[i][1],
		        lines[i][2]);
	refused("agency-sign.test.conf", "oid = 2.999.1.2\n", "", EGOV_E_POLICY,
	        "Order No. 4, Art. 19", "[policy] oid: missing: put the CA's own policy OID here");
	refused("agency-sign.test.conf", "country = required\n", "", EGOV_E_POLICY,
	        "GM/T 0043, 6.2.1", "[subject] country: want required");
	refused("agency-sign.test.conf", "crl_distribution_point = yes\n", "", EGOV_E_POLICY,
	        "GM/T 0015, table C.3", "[extensions] crl_distribution_point: want yes");
}

static void wrong_heads(void **state)
{
	const char *file = "agency-sign.test.conf";

	(void)state;
	refused(file, "name = agency-sign", "name = Agency", EGOV_E_SYNTAX, NULL,
	        ":6: [profile] name: \"Agency\": want 1 to 64");
	refused(file, "kind = signing", "kind = sign", EGOV_E_SYNTAX, NULL, "want root-ca, sub-ca");
	refused(file, "use = test", "use = Test", EGOV_E_SYNTAX, NULL, "want test or production");
	refused(file, "government, enterprise", "government, company", EGOV_E_SYNTAX, NULL,
	        "\"company\": want government");
	refused(file, "government, enterprise", ",", EGOV_E_POLICY, "Order No. 4, Art. 21", "holder");
	refused(file, "retention = government", "retention = forever", EGOV_E_SYNTAX,
	        "Order No. 4, Art. 24", "want government, enterprise, person or ca");
	refused(file, "people = 2", "people = 3", EGOV_E_SYNTAX, "Order No. 4, Art. 21", "want 1 or 2");
}

/* No door past Art. 21: holders and the CA itself never share a profile. */
static void internal_holders_are_apart(void **state)
{
	(void)state;
	refused("agency-sign.test.conf", "government, enterprise", "government, internal",
	        EGOV_E_POLICY, "Order No. 4, Art. 21", "internal is for the CA's own certificates");
	refused("sub-ca.test.conf", "holder = internal", "holder = internal, government",
	        EGOV_E_POLICY, "Order No. 4, Art. 21", "want internal and nothing else");
	refused("ocsp-responder.test.conf", "holder = internal", "holder = enterprise", EGOV_E_POLICY,
	        "Order No. 4, Art. 21", "want internal and nothing else");
	refused("sub-ca.test.conf", "people = 2", "people = 1", EGOV_E_POLICY, "Order No. 4, Art. 22",
	        "want 2 for certificates of the CA itself");
}

static void records_of_government_are_kept_long(void **state)
{
	struct egov_profile *p;

	(void)state;
	refused("agency-sign.test.conf", "retention = government", "retention = enterprise",
	        EGOV_E_POLICY, "Order No. 4, Art. 24", "5 years, at least 10");
	refused("sub-ca.test.conf", "retention = ca", "retention = person", EGOV_E_POLICY,
	        "Order No. 4, Art. 24", "5 years, at least 10");
	p = accepted("agency-sign.test.conf",
	             "holder = government, enterprise\nretention = government",
	             "holder = enterprise, person\nretention = person");
	assert_int_equal(egov__profile_retention(p).years, 5);
	egov_profile_free(p);
}

static void wrong_policies(void **state)
{
	const char *file = "agency-sign.test.conf", *real = "agency-sign.production.conf";

	(void)state;
	refused(file, "oid = 2.999.1.2", "oid = , ,", EGOV_E_POLICY, "Order No. 4, Art. 19", "missing");
	refused(file, "oid = 2.999.1.2", "oid = 2.5.29.32.0", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        ":15: [policy] oid: anyPolicy alone");
	refused(file, "oid = 2.999.1.2", "oid = anyPolicy", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "anyPolicy alone");
	refused(file, "oid = 2.999.1.2", "oid = 2.999.1.2, 2.999.1.2", EGOV_E_POLICY,
	        "RFC 5280, 4.2.1.4", "given twice");
	refused(file, "oid = 2.999.1.2", "oid = policy", EGOV_E_SYNTAX, NULL, "[policy] oid");
	refused(file, "oid = 2.999.1.2", "oid = 2.5.29.15", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "keyUsage is not a policy");
	refused(real, "oid =", "oid = 2.999.1.2", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "2.999 is the arc for examples");
	refused(real, "oid =", "oid = 1.2.156.99999.1, 2.999", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "2.999 is the arc for examples");
	egov_profile_free(accepted("sub-ca.test.conf", "oid = 2.999.1.1, 2.999.1.2, 2.999.1.3",
	                           "oid = anyPolicy"));
	/* Next to a policy of its own anyPolicy says nothing false. */
	egov_profile_free(accepted(file, "oid = 2.999.1.2", "oid = 2.999.1.2, anyPolicy"));
	/* 2.9990 only looks like it. */
	egov_profile_free(accepted(real, "oid =", "oid = 2.9990.1"));
}

static void at_most_sixteen_policies(void **state)
{
	struct egov_buf list = EGOV__BUF(1000);
	const struct egov_slice *oids;
	struct egov_profile *p;

	(void)state;
	egov__buf_text(&list, "oid = 2.999.1");
	for (int i = 2; i <= 16; i++)
		egov__buf_printf(&list, ", 2.999.%d%s", i, i == 10 ? "\n " : "");
	p = accepted("agency-sign.test.conf", "oid = 2.999.1.2", egov__buf_string(&list));
	assert_int_equal(egov__profile_policies(p, &oids), 16);
	egov_profile_free(p);
	egov__buf_text(&list, ", 2.999.17");
	refused("agency-sign.test.conf", "oid = 2.999.1.2", egov__buf_string(&list), EGOV_E_LIMIT, NULL,
	        "more than 16 identifiers");
	egov__buf_clear(&list);
}

static void wrong_cps(void **state)
{
	const char *file = "agency-sign.test.conf";
	char version[80] = "cps_version = ", uri[300] = "cps_version = 1\ncps_uri = http://";

	(void)state;
	memset(version + 14, 'x', 65);
	refused(file, "cps_version = 1.0", version, EGOV_E_SYNTAX, "Order No. 4, Art. 16",
	        "at most 64 characters");
	refused(file, "cps_version = 1.0", "cps_version = 1\ncps_uri = ftp://x", EGOV_E_SYNTAX,
	        "RFC 5280, 4.2.1.4", "cps_uri: want an http://");
	refused(file, "cps_version = 1.0", "cps_version = 1\ncps_uri = http://例.cn/", EGOV_E_SYNTAX,
	        "RFC 5280, 4.2.1.4", "in ASCII");
	refused(file, "cps_version = 1.0", "cps_version = 1\ncps_uri = http://x y", EGOV_E_SYNTAX,
	        "RFC 5280, 4.2.1.4", "cps_uri");
	memset(uri + strlen(uri), 'x', 100);
	memcpy(uri + strlen(uri), "\n  ", 3);
	memset(uri + strlen(uri), 'x', 149);
	refused(file, "cps_version = 1.0", uri, EGOV_E_SYNTAX, "RFC 5280, 4.2.1.4", "at most 255");
	uri[strlen(uri) - 1] = 0;
	egov_profile_free(accepted(file, "cps_version = 1.0", uri));
}

/* A root answers to nobody's policy (table C.1). */
static void a_root_has_no_policy(void **state)
{
	static const char *const lines[][2] = {
		{ "oid = 2.999.1", "[policy] oid: not in a profile of kind root-ca" },
		{ "cps_version = 1", "[policy] cps_version: not in a profile" },
		{ "cps_uri = http://x", "[policy] cps_uri: not in a profile" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)snprintf(text, sizeof(text), "[policy]\n%s\n[validity]", lines[i][0]);
		refused("root-ca.test.conf", "[validity]", text, EGOV_E_POLICY, "GM/T 0015, table C.1",
		        lines[i][1]);
	}
}

static void wrong_validity(void **state)
{
	const char *file = "agency-sign.test.conf";

	(void)state;
	refused(file, "default = 3y", "default = 3", EGOV_E_SYNTAX, NULL, "[validity] default: duration");
	refused(file, "maximum = 5y", "maximum = none", EGOV_E_SYNTAX, NULL, "[validity] maximum");
	refused(file, "default = 3y", "default = 6y", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "default: longer than the maximum");
	refused(file, "maximum = 5y", "maximum = 1000d", EGOV_E_POLICY, "Order No. 4, Art. 19",
	        "longer than the maximum");
	refused(file, "maximum = 5y", "maximum = 9000y", EGOV_E_LIMIT, NULL, "[validity] maximum");
	egov_profile_free(accepted(file, "default = 3y", "default = 1095d"));
}

static void wrong_subjects(void **state)
{
	const char *file = "agency-sign.test.conf";

	(void)state;
	refused(file, "province = optional", "province = maybe", EGOV_E_SYNTAX, NULL,
	        "[subject] province: \"maybe\": want required, optional or absent");
	refused(file, "country = required", "country = optional", EGOV_E_POLICY, "GM/T 0043, 6.2.1",
	        "country: want required");
	refused(file, "common_name = organization", "common_name = title", EGOV_E_SYNTAX, NULL,
	        "want name or organization");
	refused(file, "province = optional", "name = required", EGOV_E_SYNTAX, NULL, "name: unknown key");
	refused(file, "province = optional", "resident_id = required", EGOV_E_SYNTAX, NULL,
	        "resident_id: unknown key");
}

static void wrong_key_usage(void **state)
{
	const char *sign = "usage = digitalSignature, nonRepudiation";

	(void)state;
	refused("agency-sign.test.conf", sign, "usage = digitalSignatur", EGOV_E_SYNTAX,
	        "RFC 5280, 4.2.1.3", "no such key usage");
	refused("agency-sign.test.conf", sign, "usage = digitalSignature", EGOV_E_POLICY,
	        "GM/T 0015, table C.3", "want exactly digitalSignature and nonRepudiation");
	refused("agency-sign.test.conf", sign, "usage = digitalSignature, nonRepudiation, keyAgreement",
	        EGOV_E_POLICY, "GM/T 0015, table C.3", "want exactly");
	refused("agency-sign.test.conf", sign, "usage = keyCertSign, cRLSign", EGOV_E_POLICY,
	        "GM/T 0015, table C.3", "want exactly");
	refused("root-ca.test.conf", "keyCertSign, cRLSign", "keyCertSign", EGOV_E_POLICY,
	        "GM/T 0015, table C.1", "want exactly keyCertSign and cRLSign");
	refused("sub-ca.test.conf", "keyCertSign, cRLSign", "keyCertSign, cRLSign, digitalSignature",
	        EGOV_E_POLICY, "GM/T 0015, table C.2", "want exactly keyCertSign and cRLSign");
	refused("ocsp-responder.test.conf", sign, "usage = nonRepudiation", EGOV_E_POLICY,
	        "GM/T 0015, 5.2.4.2.5", "want digitalSignature");
	egov_profile_free(accepted("ocsp-responder.test.conf", sign, "usage = digitalSignature"));
	refused("timestamp.test.conf", sign, "usage = digitalSignature, keyAgreement", EGOV_E_POLICY,
	        "RFC 3161, 2.3", "want digitalSignature, and at most nonRepudiation");
	refused("device.test.conf", "usage = digitalSignature\n", "usage = keyEncipherment\n",
	        EGOV_E_POLICY, "GM/T 0015, tables B.2 and C.3", "want digitalSignature");
	refused("agency-encrypt.test.conf", ", keyAgreement", "", EGOV_E_POLICY, "GM/T 0015, table C.4",
	        "want exactly keyEncipherment, dataEncipherment and keyAgreement");
	refused("agency-encrypt.test.conf", ", keyAgreement", ", keyAgreement, digitalSignature",
	        EGOV_E_POLICY, "GM/T 0015, table C.4", "want exactly");
}

static void wrong_extended_usage(void **state)
{
	const char *line = "usage = digitalSignature, nonRepudiation\n";
	const char *both = "usage = digitalSignature, nonRepudiation\nextended_usage = ";
	static const struct {
		const char *list;
		enum egov_status status;
		const char *clause, *words;
	} rows[] = {
		{ "OCSPSigning", EGOV_E_POLICY, "RFC 6960, 4.2.2.2", "is for profiles of kind" },
		{ "timeStamping", EGOV_E_POLICY, "RFC 3161, 2.3", "is for profiles of kind timestamp" },
		{ "anyExtendedKeyUsage", EGOV_E_POLICY, "GM/T 0015, 5.2.4.2.5", "does not fit" },
		{ "keyUsage", EGOV_E_POLICY, "GM/T 0015, 5.2.4.2.5", "keyUsage does not fit" },
		{ "clientAuth, 1.3.6.1.5.5.7.3.2", EGOV_E_POLICY, "RFC 5280, 4.2.1.12", "given twice" },
		{ "client", EGOV_E_SYNTAX, NULL, "[key] extended_usage" },
	};
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s\n", both, rows[i].list);
		refused("agency-sign.test.conf", line, text, rows[i].status, rows[i].clause,
		        rows[i].words);
	}
	(void)snprintf(text, sizeof(text), "%s%s\n", both,
	               "serverAuth, codeSigning, 1.2.156.115211.1");
	egov_profile_free(accepted("agency-sign.test.conf", line, text));
}

static void extended_usage_of_the_ca_itself(void **state)
{
	const char *line = "extended_usage = OCSPSigning\n";

	(void)state;
	refused("ocsp-responder.test.conf", line, "", EGOV_E_POLICY, "RFC 6960, 4.2.2.2",
	        "want exactly OCSPSigning");
	refused("ocsp-responder.test.conf", line, "extended_usage = OCSPSigning, clientAuth\n",
	        EGOV_E_POLICY, "RFC 6960, 4.2.2.2", "want exactly OCSPSigning");
	refused("ocsp-responder.test.conf", line, "extended_usage = clientAuth\n", EGOV_E_POLICY,
	        "RFC 6960, 4.2.2.2", "want exactly OCSPSigning");
	line = "extended_usage = timeStamping\n";
	refused("timestamp.test.conf", line, "", EGOV_E_POLICY, "RFC 3161, 2.3",
	        "want exactly timeStamping");
	refused("timestamp.test.conf", line, "extended_usage = timeStamping, clientAuth\n",
	        EGOV_E_POLICY, "RFC 3161, 2.3", "want exactly timeStamping");
	refused("timestamp.test.conf", "[extensions]", "[extensions]\nocsp_nocheck = yes",
	        EGOV_E_POLICY, "RFC 3161, 2.3", "ocsp_nocheck: not in a profile");
	refused("sub-ca.test.conf", "[key]", "[key]\nextended_usage = clientAuth", EGOV_E_POLICY,
	        "GM/T 0015, table C.2", "not in a profile of kind sub-ca");
}

static void extended_usage_of_devices(void **state)
{
	const char *line = "extended_usage = serverAuth, clientAuth\n";

	(void)state;
	refused("device.test.conf", line, "", EGOV_E_POLICY, "GM/T 0015, tables B.2 and C.3",
	        "want serverAuth, clientAuth or both");
	refused("device.test.conf", line, "extended_usage = serverAuth, emailProtection\n",
	        EGOV_E_POLICY, "GM/T 0015, tables B.2 and C.3", "want serverAuth, clientAuth or both");
	egov_profile_free(accepted("device.test.conf", line, "extended_usage = serverAuth\n"));
	refused("agency-encrypt.test.conf", "keyAgreement\n", "keyAgreement\nextended_usage = codeSigning\n",
	        EGOV_E_POLICY, "GM/T 0015, 5.2.4.2.5", "codeSigning does not fit");
	egov_profile_free(accepted("agency-encrypt.test.conf", "keyAgreement\n",
	                           "keyAgreement\nextended_usage = emailProtection\n"));
}

static void kinds_and_holders(void **state)
{
	struct egov_profile *p = accepted("civil-servant-encrypt.test.conf", "test", "test");

	(void)state;
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_ENCRYPTION);
	assert_int_equal(egov__profile_key_usage(p), EGOV__KU_KEY_ENCIPHERMENT
	                                                     | EGOV__KU_DATA_ENCIPHERMENT
	                                                     | EGOV__KU_KEY_AGREEMENT);
	egov_profile_free(p);
	p = accepted("device.test.conf", "test", "test");
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_DEVICE);
	egov_profile_free(p);
	p = accepted("timestamp.test.conf", "test", "test");
	assert_int_equal(egov__profile_kind(p), EGOV__PROFILE_TIMESTAMP);
	egov_profile_free(p);
	refused("timestamp.test.conf", "holder = internal", "holder = enterprise", EGOV_E_POLICY,
	        "Order No. 4, Art. 21", "want internal and nothing else");
	refused("device.test.conf", "holder = government, enterprise", "holder = internal",
	        EGOV_E_POLICY, "Order No. 4, Art. 21", "internal is for the CA's own");
	refused("timestamp.test.conf", "[extensions]", "[extensions]\nidentity = credit-code",
	        EGOV_E_POLICY, "RFC 3161, 2.3", "identity: not in a profile");
}

static void wrong_extensions(void **state)
{
	static const char *const lines[] = { "crl_distribution_point = no", "ca_issuers = no",
		                             "ocsp = no", "ocsp_nocheck = yes",
		                             "identity = credit-code" };
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		(void)snprintf(text, sizeof(text), "[extensions]\n%s\n[key]", lines[i]);
		refused("root-ca.test.conf", "[key]", text, EGOV_E_POLICY, "GM/T 0015, table C.1",
		        "not in a profile of kind root-ca");
	}
	refused("agency-sign.test.conf", "[extensions]", "[extensions]\npath_length = 0", EGOV_E_POLICY,
	        "GM/T 0015, table C.3", "path_length: not in a profile of kind signing");
	refused("agency-sign.test.conf", "[extensions]", "[extensions]\nocsp_nocheck = no",
	        EGOV_E_POLICY, "GM/T 0015, table C.3", "ocsp_nocheck: not in a profile");
	refused("sub-ca.test.conf", "path_length = 0", "path_length = 17", EGOV_E_SYNTAX, NULL,
	        "path_length: path_length \"17\": want a number from 0 to 16");
	refused("sub-ca.test.conf", "path_length = 0", "path_length = -1", EGOV_E_SYNTAX, NULL,
	        "path_length");
	refused("sub-ca.test.conf", "crl_distribution_point = yes", "crl_distribution_point = no",
	        EGOV_E_POLICY, "GM/T 0015, table C.2", "crl_distribution_point: want yes");
	refused("sub-ca.test.conf", "ca_issuers = yes", "ca_issuers = true", EGOV_E_SYNTAX, NULL,
	        "want yes or no");
}

static void identity_extensions(void **state)
{
	const char *file = "civil-servant-sign.test.conf";
	const struct egov__profile_extensions *ext;
	struct egov_profile *p;

	(void)state;
	refused(file, "identity = credit-code", "identity = tax-number", EGOV_E_SYNTAX,
	        "GM/T 0015, 5.2.4.2.18", "want resident-id or credit-code");
	refused(file, "identity = credit-code", "identity = credit-code, credit-code", EGOV_E_SYNTAX,
	        "GM/T 0015, 5.2.4", "credit-code is given twice");
	p = accepted(file, "identity = credit-code", "identity = resident-id, credit-code");
	ext = egov__profile_extensions(p);
	assert_int_equal(ext->identity[0], EGOV__OID_IDENTIFY_CODE);
	assert_int_equal(ext->identity[1], EGOV__OID_ORGANIZATION_CODE);
	assert_int_equal(ext->identity[2], EGOV__OID_UNKNOWN);
	egov_profile_free(p);
}

/* The file is called after the profile, and by its use where it says so. */
static void files_are_called_after_profiles(void **state)
{
	static const struct {
		const char *name;
		bool fits;
	} rows[] = {
		{ "agency-sign.conf", true },
		{ "agency-sign.test.conf", true },
		{ "agency-sign.production.conf", false },
		{ "agency.conf", false },
		{ "agency-sign2.conf", false },
		{ "agency-sign", false },
	};
	char *dir = help_dir(), *text = shipped("agency-sign.test.conf");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_profile *profile = NULL;
		struct egov_error err = { 0 };
		char *path = egov__path_join(dir, rows[i].name);

		assert_non_null(path);
		help_write(path, egov__slice_text(text));
		if (rows[i].fits)
			assert_ok(egov_profile_load(path, &profile, &err), &err);
		else
			assert_fails(egov_profile_load(path, &profile, &err), &err, EGOV_E_POLICY,
			             "[profile] name: \"agency-sign\" for test use");
		assert_int_equal(profile != NULL, rows[i].fits);
		egov_profile_free(profile);
		free(path);
	}
	help_dir_remove(dir);
	free(text);
}

static void a_profile_that_cannot_be_read(void **state)
{
	struct egov_profile *profile = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov_profile_load("/nowhere/p.conf", &profile, &err), &err, EGOV_E_IO,
	             "/nowhere/p.conf");
	assert_int_equal(egov_profile_load("/nowhere/p.conf", &profile, NULL), EGOV_E_IO);
	assert_fails(egov__profile_parse(EGOV__NO_SLICE, "p", &profile, &err), &err, EGOV_E_SYNTAX,
	             "[profile] name: missing");
	assert_null(profile);
	egov_profile_free(NULL);
}

static egov_time at(const char *text)
{
	struct egov_error err = { 0 };
	egov_time t = 0;

	assert_ok(egov_time_parse(text, &t, &err), &err);
	return t;
}

static void the_end_of_a_certificate(void **state)
{
	struct egov_profile *p = accepted("agency-sign.test.conf", "test", "test");
	const struct egov_duration most = { .years = 5 }, more = { .seconds = 1827 * 86400 };
	const egov_time start = at("2026-11-22T08:00:00Z");
	struct egov_error err = { 0 };
	egov_time end = 0;

	(void)state;
	assert_ok(egov__profile_not_after(p, start, NULL, EGOV_TIME_NONE, &end, &err), &err);
	assert_int_equal(end, at("2029-11-22T08:00:00Z"));
	assert_ok(egov__profile_not_after(p, start, &most, EGOV_TIME_NONE, &end, &err), &err);
	assert_int_equal(end, at("2031-11-22T08:00:00Z"));
	end = 1;
	assert_fails(egov__profile_not_after(p, start, &more, EGOV_TIME_NONE, &end, &err), &err,
	             EGOV_E_POLICY, "until 2031-11-23T08:00:00Z, at most 2031-11-22T08:00:00Z allowed");
	/* The issuer's own end is a limit that still fits. */
	assert_ok(egov__profile_not_after(p, start, NULL, at("2029-11-22T08:00:00Z"), &end, &err),
	          &err);
	end = 1;
	assert_fails(egov__profile_not_after(p, start, NULL, at("2029-11-22T07:59:59Z"), &end, &err),
	             &err, EGOV_E_POLICY, "the issuer's own certificate ends at 2029-11-22T07:59:59Z");
	assert_fails(egov__profile_not_after(p, at("9998-01-01"), NULL, EGOV_TIME_NONE, &end, &err),
	             &err, EGOV_E_LIMIT, "profile agency-sign: validity");
	assert_int_equal(end, 1);
	/* On both sides of 2050 the calendar goes on. */
	assert_ok(egov__profile_not_after(p, at("2048-02-29"), NULL, EGOV_TIME_NONE, &end, &err), &err);
	assert_int_equal(end, at("2051-02-28"));
	egov_profile_free(p);
}

/* [renewal]: strict where it says nothing, and for holders alone. */
static void renewal_rules(void **state)
{
	static const char rekey[] = "rekey = consent\nextend = application\nwindow = 90d\n";
	const struct egov__profile_renewal *r;
	struct egov_profile *p;

	(void)state;
	p = accepted("agency-sign.test.conf", rekey, "window = 30d\nkey_life = 4y\n");
	r = egov__profile_renewal(p);
	assert_int_equal(r->basis[EGOV__RENEW], EGOV__BASIS_CONSENT);
	assert_int_equal(r->basis[EGOV__REKEY], EGOV__BASIS_NONE);
	assert_int_equal(r->basis[EGOV__EXTEND], EGOV__BASIS_NONE);
	assert_int_equal(r->window.seconds, 30 * 86400);
	assert_int_equal(r->key_life.years, 4);
	assert_int_equal(r->identity_life.years, 3);
	egov_profile_free(p);
	p = accepted("agency-sign.test.conf", rekey, "extend = application\nidentity_life = 1y\n");
	r = egov__profile_renewal(p);
	assert_int_equal(r->basis[EGOV__EXTEND], EGOV__BASIS_APPLICATION);
	assert_int_equal(r->window.seconds, 90 * 86400);
	assert_int_equal(r->key_life.years, 5);
	assert_int_equal(r->identity_life.years, 1);
	egov_profile_free(p);
	refused("agency-sign.test.conf", "rekey = consent", "rekey = yes", EGOV_E_SYNTAX,
	        "Order No. 4, Art. 18(1)", "want no, application or consent");
	refused("agency-sign.test.conf", "window = 90d", "window = long", EGOV_E_SYNTAX, NULL,
	        "[renewal] window");
	refused("sub-ca.test.conf", "[subject]", "[renewal]\nrenew = consent\n[subject]",
	        EGOV_E_POLICY, "Order No. 4, Art. 18(1)", "in profiles of kind signing alone");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renewal_rules),
		cmocka_unit_test(shipped_test_profiles_load),
		cmocka_unit_test(shipped_production_profiles_need_an_oid),
		cmocka_unit_test(the_shipped_root_needs_nothing),
		cmocka_unit_test(both_forms_are_alike),
		cmocka_unit_test(the_library_has_them_built_in),
		cmocka_unit_test(a_signing_profile),
		cmocka_unit_test(profiles_of_the_ca_itself),
		cmocka_unit_test(lines_that_nobody_knows),
		cmocka_unit_test(every_key_that_is_required),
		cmocka_unit_test(wrong_heads),
		cmocka_unit_test(internal_holders_are_apart),
		cmocka_unit_test(records_of_government_are_kept_long),
		cmocka_unit_test(wrong_policies),
		cmocka_unit_test(at_most_sixteen_policies),
		cmocka_unit_test(wrong_cps),
		cmocka_unit_test(a_root_has_no_policy),
		cmocka_unit_test(wrong_validity),
		cmocka_unit_test(wrong_subjects),
		cmocka_unit_test(wrong_key_usage),
		cmocka_unit_test(wrong_extended_usage),
		cmocka_unit_test(extended_usage_of_the_ca_itself),
		cmocka_unit_test(extended_usage_of_devices),
		cmocka_unit_test(kinds_and_holders),
		cmocka_unit_test(wrong_extensions),
		cmocka_unit_test(identity_extensions),
		cmocka_unit_test(files_are_called_after_profiles),
		cmocka_unit_test(a_profile_that_cannot_be_read),
		cmocka_unit_test(the_end_of_a_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
