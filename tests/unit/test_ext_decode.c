/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <dirent.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/text.h"
#include "x509/ext.h"

static struct egov_error err;

/* What a decoder handed to its callback, as text. */
struct seen {
	size_t count;
	struct egov_buf text;
};

static void seen_add(struct seen *seen, struct egov_slice bytes)
{
	egov__buf_slice(&seen->text, bytes);
	egov__buf_byte(&seen->text, ';');
	seen->count++;
}

static enum egov_status on_policy(void *user, struct egov_slice oid, struct egov_slice qualifiers,
                                  struct egov_error *e)
{
	struct seen *seen = user;

	(void)e;
	egov__oid_print(oid, &seen->text);
	seen_add(seen, qualifiers.size == 0 ? EGOV__NO_SLICE : egov__slice_text("+"));
	return EGOV_OK;
}

static enum egov_status on_oid(void *user, struct egov_slice oid, struct egov_error *e)
{
	struct seen *seen = user;

	(void)e;
	egov__oid_print(oid, &seen->text);
	seen_add(seen, EGOV__NO_SLICE);
	return EGOV_OK;
}

static enum egov_status on_name(void *user, const struct egov__general_name *name,
                                struct egov_error *e)
{
	struct seen *seen = user;

	(void)e;
	egov__general_name_print(name, &seen->text);
	seen_add(seen, EGOV__NO_SLICE);
	return EGOV_OK;
}

static enum egov_status on_point(void *user, const struct egov__distribution_point *dp,
                                 struct egov_error *e)
{
	struct seen *seen = user;

	(void)e;
	egov__buf_printf(&seen->text, "%zu %zu %d %x %zu", dp->full_name.size, dp->relative.size,
	                 dp->has_reasons, dp->reasons, dp->crl_issuer.size);
	seen_add(seen, EGOV__NO_SLICE);
	return EGOV_OK;
}

static enum egov_status on_access(void *user, struct egov_slice method,
                                  const struct egov__general_name *location, struct egov_error *e)
{
	struct seen *seen = user;

	egov__oid_print(method, &seen->text);
	egov__buf_byte(&seen->text, ' ');
	return on_name(user, location, e);
}

static enum egov_status refuse(void *user, struct egov_slice oid, struct egov_error *e)
{
	(void)user;
	(void)oid;
	return egov_error_set(e, EGOV_E_POLICY, NULL, "stopped here");
}

/* One decoder over one value: seen gets what it found. */
static enum egov_status decode(enum egov__oid type, struct egov_slice der, struct seen *seen,
                               struct egov_error *e)
{
	struct egov__basic_constraints bc = { .ca = false };
	struct egov__aki aki = { .key_id = EGOV__NO_SLICE };
	struct egov__idp idp = { .only_ca = false };
	struct egov_slice value = EGOV__NO_SLICE;
	unsigned bits = 0;
	enum egov_status rc;

	switch (type) {
	case EGOV__OID_KEY_USAGE:
		rc = egov__ext_key_usage(der, &bits, e);
		egov__buf_printf(&seen->text, "%x", bits);
		return rc;
	case EGOV__OID_BASIC_CONSTRAINTS:
		rc = egov__ext_basic_constraints(der, &bc, e);
		egov__buf_printf(&seen->text, "%d %d %d", bc.ca, bc.has_path_len, (int)bc.path_len);
		return rc;
	case EGOV__OID_SKI:
		rc = egov__ext_ski(der, &value, e);
		break;
	case EGOV__OID_AKI:
		rc = egov__ext_aki(der, &aki, e);
		egov__buf_printf(&seen->text, "%zu %zu %zu", aki.key_id.size, aki.issuer.size,
		                 aki.serial.size);
		return rc;
	case EGOV__OID_POLICIES:
		return egov__ext_policies(der, on_policy, seen, e);
	case EGOV__OID_EKU:
		return egov__ext_eku(der, on_oid, seen, e);
	case EGOV__OID_SAN:
		return egov__ext_general_names(der, on_name, seen, e);
	case EGOV__OID_CRL_DP:
		return egov__ext_crl_dp(der, on_point, seen, e);
	case EGOV__OID_AIA:
		return egov__ext_access(der, on_access, seen, e);
	case EGOV__OID_IDP:
		rc = egov__ext_idp(der, &idp, e);
		egov__buf_printf(&seen->text, "%zu %d%d%d%d %d %x", idp.point.full_name.size,
		                 idp.only_user, idp.only_ca, idp.indirect, idp.only_attribute,
		                 idp.has_reasons, idp.reasons);
		return rc;
	case EGOV__OID_CRL_NUMBER:
		rc = egov__ext_number(der, &value, e);
		break;
	default:
		rc = egov__ext_identity(type, der, &value, e);
		egov__buf_slice(&seen->text, value);
		return rc;
	}
	egov__buf_hex(&seen->text, value);
	return rc;
}

static void reads(enum egov__oid type, const char *hex, const char *wanted)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct seen seen = { 0, EGOV__BUF(4000) };

	assert_ok(decode(type, egov_buf_slice(der), &seen, &err), &err);
	assert_string_equal(egov__buf_string(&seen.text), wanted);
	egov__buf_clear(&seen.text);
	egov_buf_free(der);
}

static void refuses(enum egov__oid type, const char *hex, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct seen seen = { 0, EGOV__BUF(4000) };

	assert_fails(decode(type, egov_buf_slice(der), &seen, &err), &err, EGOV_E_SYNTAX, fragment);
	egov__buf_clear(&seen.text);
	egov_buf_free(der);
}

static void key_usage(void **state)
{
	(void)state;
	reads(EGOV__OID_KEY_USAGE, "030206c0", "3");
	reads(EGOV__OID_KEY_USAGE, "03020338", "1c");
	reads(EGOV__OID_KEY_USAGE, "03020106", "60");
	reads(EGOV__OID_KEY_USAGE, "0303078080", "101");
	/* GM/T 0015, D.2: trailing zero bits */
	refuses(EGOV__OID_KEY_USAGE, "030200c0", "trailing zero bits");
	refuses(EGOV__OID_KEY_USAGE, "03030780c0", "trailing zero bits");
	refuses(EGOV__OID_KEY_USAGE, "030207ff", "trailing zero bits");
	refuses(EGOV__OID_KEY_USAGE, "030100", "no bit is set");
	refuses(EGOV__OID_KEY_USAGE, "030208c0", "malformed");
	refuses(EGOV__OID_KEY_USAGE, "0300", "malformed");
	refuses(EGOV__OID_KEY_USAGE, "030206c000", "after its end");
	refuses(EGOV__OID_KEY_USAGE, "040206c0", "tag 04");
}

static void basic_constraints(void **state)
{
	(void)state;
	reads(EGOV__OID_BASIC_CONSTRAINTS, "3000", "0 0 0");
	reads(EGOV__OID_BASIC_CONSTRAINTS, "30030101ff", "1 0 0");
	reads(EGOV__OID_BASIC_CONSTRAINTS, "30060101ff020103", "1 1 3");
	reads(EGOV__OID_BASIC_CONSTRAINTS, "3003020103", "0 1 3");
	/* GM/T 0015, D.2: FALSE written out */
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "3003010100", "FALSE is written out");
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "3003010101", "not 00 or FF");
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "30060101ff0201ff", "negative");
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "30070101ff02020003", "shortest form");
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "30080101ff0201030500", "after its end");
	refuses(EGOV__OID_BASIC_CONSTRAINTS, "30000500", "after its end");
}

static void key_identifiers(void **state)
{
	(void)state;
	reads(EGOV__OID_SKI, "0403010203", "010203");
	refuses(EGOV__OID_SKI, "0400", "empty");
	refuses(EGOV__OID_SKI, "040401", "cut short");
	reads(EGOV__OID_AKI, "30048002 0102", "2 0 0");
	reads(EGOV__OID_AKI, "3000", "0 0 0");
	reads(EGOV__OID_AKI, "300b 800101 a103820161 820105", "1 3 1");
	refuses(EGOV__OID_AKI, "3007 820105 80020102", "after its end");
	refuses(EGOV__OID_AKI, "3002 a100", "empty list");
	refuses(EGOV__OID_AKI, "3002 8200", "empty INTEGER");
}

static void policies(void **state)
{
	(void)state;
	reads(EGOV__OID_POLICIES, "300e 3006 0604 551d2000 3004 0602 2a03", "anyPolicy;1.2.3;");
	reads(EGOV__OID_POLICIES, "301a 3018 0602 2a03 3012 3010 0608 2b06010505070201 1604 68747470",
	      "1.2.3+;");
	refuses(EGOV__OID_POLICIES, "3000", "empty list");
	refuses(EGOV__OID_POLICIES, "300c 3004 0602 2a03 3004 0602 2a03", "stands twice");
	refuses(EGOV__OID_POLICIES, "3008 3006 0602 2a03 3000", "empty list");
	refuses(EGOV__OID_POLICIES, "300a 3008 0602 2a03 3002 0500", "tag 05");
	refuses(EGOV__OID_POLICIES, "3006 3004 0602 2a83", "OBJECT IDENTIFIER");
}

static void extended_key_usage(void **state)
{
	struct egov_buf *der = help_hex_buf("3008 0602 2a03 0602 2a04");

	(void)state;
	reads(EGOV__OID_EKU, "300a 0608 2b06010505070309", "OCSPSigning;");
	reads(EGOV__OID_EKU, "3008 0602 2a03 0602 2a04", "1.2.3;1.2.4;");
	refuses(EGOV__OID_EKU, "3000", "empty list");
	refuses(EGOV__OID_EKU, "3004 0402 2a03", "tag 04");
	assert_fails(egov__ext_eku(egov_buf_slice(der), refuse, NULL, &err), &err, EGOV_E_POLICY,
	             "stopped here");
	egov_buf_free(der);
}

static void names(void **state)
{
	(void)state;
	reads(EGOV__OID_SAN, "3006 82046120622e", "DNS:a b.;");
	reads(EGOV__OID_SAN, "3012 8101 61 8704 7f000001 8802 2a03 8603 783a79",
	      "email:a;IP:127.0.0.1;RID:1.2.3;URI:x:y;");
	/* X.667: 2.25 and a UUID */
	reads(EGOV__OID_SAN, "3016 8814 6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776",
	      "RID:2.25.329800735698586629295641978511506172918;");
	reads(EGOV__OID_SAN, "3010 a40e 300c 310a 3008 0603 550403 0c01 61", "DirName:CN=a;");
	reads(EGOV__OID_SAN, "300a a008 0602 2a03 a002 0500", "otherName:#06022a03a0020500;");
	refuses(EGOV__OID_SAN, "3000", "empty list");
	/* a string in constructed form, in a name and where any type may stand */
	refuses(EGOV__OID_SAN, "300f a40d 300b 3109 3007 0603 550403 2c00", "tag 2c");
	refuses(EGOV__OID_SAN, "3010 a40e 300c 310a 3008 0603 550403 2301 78", "tag 23");
	refuses(EGOV__OID_SAN, "300a a008 0602 2a03 a002 2400", "tag 24");
	refuses(EGOV__OID_SAN, "3005 8203 610062", "control character 00");
	refuses(EGOV__OID_SAN, "3003 8201 e9", "octet e9");
	refuses(EGOV__OID_SAN, "3003 8901 61", "tag 89");
	refuses(EGOV__OID_SAN, "3004 a202 0500", "tag a2");
	refuses(EGOV__OID_SAN, "3004 8402 3000", "tag 84");
	refuses(EGOV__OID_SAN, "3004 a402 0500", "tag 05");
	refuses(EGOV__OID_SAN, "3006 a004 0602 2a03", "otherName");
	refuses(EGOV__OID_SAN, "3003 8801 80", "OBJECT IDENTIFIER");
}

static void distribution_points(void **state)
{
	(void)state;
	reads(EGOV__OID_CRL_DP, "300b 3009 a007 a005 8603 783a79", "5 0 0 0 0;");
	reads(EGOV__OID_CRL_DP, "3014 3012 a007 a005 8603 783a79 8102 0560 a203 8201 61",
	      "5 0 1 6 3;");
	reads(EGOV__OID_CRL_DP, "300f 300d a00b a109 3007 0603 550403 0500", "0 9 0 0 0;");
	refuses(EGOV__OID_CRL_DP, "3000", "empty list");
	refuses(EGOV__OID_CRL_DP, "3006 3004 a002 a100", "empty relative name");
	refuses(EGOV__OID_CRL_DP, "300b 3009 a007 a105 8603 783a79", "tag 86");
	refuses(EGOV__OID_CRL_DP, "3002 3000", "neither a name nor an issuer");
	refuses(EGOV__OID_CRL_DP, "3006 3004 a002 a000", "empty list");
	refuses(EGOV__OID_CRL_DP, "3006 3004 8102 0560", "neither a name nor an issuer");
	refuses(EGOV__OID_CRL_DP, "300b 3009 a007 a005 8603 78e979", "octet e9");
	refuses(EGOV__OID_CRL_DP, "300f 300d a007 a005 8603 783a79 8102 0060", "trailing zero bits");
}

static void issuing_distribution_point(void **state)
{
	(void)state;
	reads(EGOV__OID_IDP, "3000", "0 0000 0 0");
	reads(EGOV__OID_IDP, "300c a007 a005 8603 783a79 8101ff", "5 1000 0 0");
	reads(EGOV__OID_IDP, "300d 8201ff 8302 0560 8401ff 8501ff", "0 0111 1 6");
	refuses(EGOV__OID_IDP, "3003 810100", "FALSE is written out");
	refuses(EGOV__OID_IDP, "3003 810101", "not 00 or FF");
	refuses(EGOV__OID_IDP, "3002 8100", "not 00 or FF");
	refuses(EGOV__OID_IDP, "3006 8201ff 8101ff", "after its end");
}

static void access_info(void **state)
{
	(void)state;
	reads(EGOV__OID_AIA, "3011 300f 0608 2b06010505073001 8603 783a79", "ocsp URI:x:y;");
	refuses(EGOV__OID_AIA, "3000", "empty list");
	refuses(EGOV__OID_AIA, "300c 300a 0608 2b06010505073001", "GeneralNames");
}

static void numbers(void **state)
{
	(void)state;
	reads(EGOV__OID_CRL_NUMBER, "020100", "00");
	reads(EGOV__OID_CRL_NUMBER, "0214 7fffffffffffffffffffffffffffffffffffffff",
	      "7fffffffffffffffffffffffffffffffffffffff");
	refuses(EGOV__OID_CRL_NUMBER, "0215 00ffffffffffffffffffffffffffffffffffffffff",
	        "more than 20");
	refuses(EGOV__OID_CRL_NUMBER, "0201ff", "negative");
	refuses(EGOV__OID_CRL_NUMBER, "02020001", "shortest form");
	refuses(EGOV__OID_CRL_NUMBER, "0200", "empty");
}

/* certificates.md, 2.10: every form that issued certificates have. */
static void identities(void **state)
{
	(void)state;
	reads(EGOV__OID_IDENTIFY_CODE, "a005 1303 313258", "12X");
	reads(EGOV__OID_IDENTIFY_CODE, "a105 0c03 e5b180", "\xe5\xb1\x80");
	reads(EGOV__OID_IDENTIFY_CODE, "8003 313258", "12X");
	reads(EGOV__OID_IDENTIFY_CODE, "1303 313258", "12X");
	reads(EGOV__OID_ORGANIZATION_CODE, "0c03 313258", "12X");
	reads(EGOV__OID_ORGANIZATION_CODE, "313258", "12X");
	refuses(EGOV__OID_ORGANIZATION_CODE, "020141", "organizationCode");
	refuses(EGOV__OID_ORGANIZATION_CODE, "1300", "neither a string nor text");
	refuses(EGOV__OID_ORGANIZATION_CODE, "", "neither a string nor text");
	refuses(EGOV__OID_ORGANIZATION_CODE, "0c02 e5b1", "neither a string nor text");
	refuses(EGOV__OID_ORGANIZATION_CODE, "1303 310058", "neither a string nor text");
}

/* The contents of Extensions in a certificate, found by hand. */
static struct egov_slice extensions_of(struct egov_slice der)
{
	struct egov_slice cert = EGOV__NO_SLICE, tbs = EGOV__NO_SLICE, exts = EGOV__NO_SLICE;
	struct egov__tlv tlv = { 0 };

	if (egov__der_only(der, EGOV__SEQUENCE, "", &cert, NULL) != EGOV_OK
	    || egov__der_read(&cert, EGOV__SEQUENCE, "", &tbs, NULL) != EGOV_OK)
		return exts;
	while (tbs.size > 0 && egov__der_any(&tbs, &tlv, NULL) == EGOV_OK)
		if (tlv.tag == (EGOV__CONTEXT_CONS | 3)
		    && egov__der_only(tlv.value, EGOV__SEQUENCE, "", &exts, NULL) == EGOV_OK)
			return exts;
	return EGOV__NO_SLICE;
}

struct tally {
	size_t certificates, extensions, refused;
};

static enum egov_status on_certificate(void *user, struct egov_slice der, struct egov_error *e)
{
	struct tally *tally = user;
	struct egov_slice exts = extensions_of(der);
	struct egov__ext ext;

	(void)e;
	tally->certificates++;
	while (exts.size > 0 && egov__ext_next(&exts, &ext, NULL) == EGOV_OK) {
		struct seen seen = { 0, EGOV__BUF(EGOV__MAX_OBJECT) };
		enum egov__oid type = ext.type;

		tally->extensions++;
		if (type == EGOV__OID_SIA)
			type = EGOV__OID_AIA;
		if (type == EGOV__OID_FRESHEST_CRL)
			type = EGOV__OID_CRL_DP;
		if (type == EGOV__OID_ISSUER_ALT_NAME)
			type = EGOV__OID_SAN;
		if ((type >= EGOV__OID_AKI && type <= EGOV__OID_KEY_USAGE)
		    || type == EGOV__OID_BASIC_CONSTRAINTS || type == EGOV__OID_POLICIES
		    || type == EGOV__OID_EKU || type == EGOV__OID_SAN || type == EGOV__OID_CRL_DP
		    || type == EGOV__OID_AIA
		    || (type >= EGOV__OID_IDENTIFY_CODE && type <= EGOV__OID_TAXATION_NUMBER)) {
			struct egov_error why = { 0 };

			if (decode(type, ext.value, &seen, &why) != EGOV_OK) {
				assert_non_null(strstr(why.text, "trailing zero bits"));
				tally->refused++;
			}
		}
		egov__buf_clear(&seen.text);
	}
	return EGOV_OK;
}

/* Genuine certificates of the national hierarchy, and the test certificates of
 * others: two of these have a keyUsage of 03 02 00 C6, which is not DER. */
static void corpus_is_read(void **state)
{
	const char *root = getenv("EGOV_CORPORA");
	struct tally tally = { 0, 0, 0 };
	struct dirent *entry;
	char *path = NULL;
	DIR *dir;

	(void)state;
	assert_true(asprintf(&path, "%s/sm2-certs", root == NULL ? "../shared/corpora" : root) > 0);
	dir = opendir(path);
	if (dir == NULL) {
		printf("skipped: no corpus folder %s\n", path);
		free(path);
		skip();
	}
	while ((entry = readdir(dir)) != NULL) {
		struct egov_buf *pem;
		char *name = NULL;

		if (strstr(entry->d_name, ".pem") == NULL)
			continue;
		assert_true(asprintf(&name, "sm2-certs/%s", entry->d_name) > 0);
		pem = help_corpus(name);
		if (egov__objects(egov_buf_slice(pem), "CERTIFICATE", on_certificate, &tally, NULL)
		    != EGOV_OK)
			printf("not PEM: %s\n", name);
		egov_buf_free(pem);
		free(name);
	}
	(void)closedir(dir);
	free(path);
	printf("%zu certificates, %zu extensions, %zu refused\n", tally.certificates,
	       tally.extensions, tally.refused);
	assert_true(tally.certificates > 100);
	assert_true(tally.extensions > 400);
	assert_int_equal(tally.refused, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_usage),
		cmocka_unit_test(basic_constraints),
		cmocka_unit_test(key_identifiers),
		cmocka_unit_test(policies),
		cmocka_unit_test(extended_key_usage),
		cmocka_unit_test(names),
		cmocka_unit_test(distribution_points),
		cmocka_unit_test(issuing_distribution_point),
		cmocka_unit_test(access_info),
		cmocka_unit_test(numbers),
		cmocka_unit_test(identities),
		cmocka_unit_test(corpus_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
