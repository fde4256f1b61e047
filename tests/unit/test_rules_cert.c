/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"
#include "help_lint.h"

#include "lint/lint_impl.h"
#include "x509/name.h"
#include "x509/tbs_build.h"

#define CERT EGOV_OBJECT_CERTIFICATE

struct fixture {
	struct egov_profile *civil_servant, *sub, *root, *ocsp, *encrypt, *device, *timestamp;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->civil_servant = help_profile("civil-servant-sign");
	f->sub = help_profile("sub-ca");
	f->root = help_profile("root-ca");
	f->ocsp = help_profile("ocsp-responder");
	f->encrypt = help_profile("civil-servant-encrypt");
	f->device = help_profile("device");
	f->timestamp = help_profile("timestamp");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov_profile_free(f->civil_servant);
	egov_profile_free(f->sub);
	egov_profile_free(f->root);
	egov_profile_free(f->ocsp);
	egov_profile_free(f->encrypt);
	egov_profile_free(f->device);
	egov_profile_free(f->timestamp);
	free(f);
	return 0;
}

/* --- parts, one at a time ------------------------------------------------------------ */

#define C_CN "31 0b 30 09 06 03 55 04 06 13 02 434e"
#define O_A "31 0a 30 08 06 03 55 04 0a 0c 01 41"
#define OU_A "31 0a 30 08 06 03 55 04 0b 0c 01 41"
#define CN_A "31 0a 30 08 06 03 55 04 03 0c 01 41"

static const struct {
	enum made_part part;
	const char *hex, *wanted;
} parts[] = {
	{ MADE_ISSUER, "30 19 " C_CN O_A, "article19-1" },
	{ MADE_ISSUER, "30 19 " C_CN CN_A, "article19-1" },
	{ MADE_SUBJECT, "30 0d " C_CN, "article19-2" },
	{ MADE_SUBJECT, "30 19 " C_CN O_A, "" },
	{ MADE_SUBJECT, "30 19 " C_CN CN_A, "" },
	{ MADE_SERIAL, "02 01 00", "article19-3 gm-serial" },
	{ MADE_SERIAL, "02 01 ff", "gm-serial" },
	{ MADE_SERIAL, "02 15 00ffffffffffffffffffffffffffffffffffffffff", "gm-serial" },
	{ MADE_SERIAL, "02 14 7fffffffffffffffffffffffffffffffffffffff", "" },
	/* 2029 to 2028 */
	{ MADE_TIMES, "30 1e 17 0d 3239303130313030303030305a 17 0d 3238303130313030303030305a",
	  "article19-4" },
	{ MADE_TIMES, "30 1e 17 0d 3239303130313030303030305a 17 0d 3239303130313030303030305a",
	  "article19-4" },
	/* GeneralizedTime of 2026, then of 2029 */
	{ MADE_TIMES,
	  "30 20 18 0f 32303236303130313030303030305a 17 0d 3239303130313030303030305a", "gm-time" },
	{ MADE_TIMES,
	  "30 20 17 0d 3236303130313030303030305a 18 0f 32303239303130313030303030305a", "gm-time" },
	/* five years and a second; 2020 to 2025 */
	{ MADE_TIMES, "30 1e 17 0d 3236303130313030303030305a 17 0d 3331303130313030303030315a",
	  "cps-validity" },
	{ MADE_TIMES, "30 1e 17 0d 3236303130313030303030305a 17 0d 3331303130313030303030305a", "" },
	{ MADE_TIMES, "30 1e 17 0d 3230303130313030303030305a 17 0d 3235303130313030303030305a",
	  "cps-not-over" },
	/* 2039 to 2042 */
	{ MADE_TIMES, "30 1e 17 0d 3339303130313030303030305a 17 0d 3432303130313030303030305a",
	  "cps-issuer-end" },
	/* an empty key; P-256; a point that is not on the curve */
	{ MADE_KEY, "30 18 30 13 06 07 2a8648ce3d0201 06 08 2a811ccf5501822d 03 01 00",
	  "article19-6 gm-spki" },
	{ MADE_KEY,
	  "30 59 30 13 06 07 2a8648ce3d0201 06 08 2a8648ce3d030107 03 42 00 04"
	  "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
	  "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
	  "gm-spki" },
	{ MADE_UNIQUE_IDS, "81 02 00 41", "gm-uid" },
	{ MADE_UNIQUE_IDS, "82 01 00", "gm-uid" },
	/* CN before O; O before C; two in an RDN; an attribute without a place */
	{ MADE_SUBJECT, "30 25 " C_CN CN_A O_A, "gm-dn-order" },
	{ MADE_SUBJECT, "30 25 " C_CN OU_A O_A, "gm-dn-order" },
	{ MADE_SUBJECT, "30 19 " O_A C_CN, "gm-dn-order" },
	{ MADE_SUBJECT, "30 0c " O_A, "gm-dn-order" },
	{ MADE_SUBJECT,
	  "30 23 " C_CN "31 14 30 08 06 03 55 04 03 0c 01 41 30 08 06 03 55 04 0a 0c 01 41",
	  "gm-dn-order" },
	{ MADE_SUBJECT, "30 24 " C_CN "31 09 30 07 06 02 2a03 0c 01 41" CN_A, "gm-dn-order" },
	{ MADE_SUBJECT, "30 31 " C_CN O_A OU_A CN_A, "" },
	/* C in UTF8String, in small letters, of another country; O in PrintableString */
	{ MADE_SUBJECT, "30 19 31 0b 30 09 06 03 55 04 06 0c 02 434e" CN_A, "gm-dn-types" },
	{ MADE_SUBJECT, "30 19 31 0b 30 09 06 03 55 04 06 13 02 636e" CN_A, "gm-dn-types" },
	{ MADE_SUBJECT, "30 19 31 0b 30 09 06 03 55 04 06 13 02 5553" CN_A, "gm-dn-types" },
	{ MADE_SUBJECT, "30 19 " C_CN "31 0a 30 08 06 03 55 04 0a 13 01 41", "gm-dn-types" },
	/* serialNumber in PrintableString, UTF8String, IA5String */
	{ MADE_SUBJECT, "30 25 " C_CN "31 0a 30 08 06 03 55 04 05 13 01 41" CN_A, "" },
	{ MADE_SUBJECT, "30 25 " C_CN "31 0a 30 08 06 03 55 04 05 0c 01 41" CN_A, "gm-dn-serial" },
	{ MADE_SUBJECT, "30 25 " C_CN "31 0a 30 08 06 03 55 04 05 16 01 41" CN_A,
	  "gm-dn-types gm-dn-serial" },
	/* CN empty, with a control character */
	{ MADE_SUBJECT, "30 24 " C_CN O_A "31 09 30 07 06 03 55 04 03 0c 00", "pkix-name-length" },
	{ MADE_SUBJECT, "30 19 " C_CN "31 0a 30 08 06 03 55 04 03 0c 01 07", "pkix-name-text" },
};

static void each_part(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		made_cert(&made);
		made_set_hex(&made, parts[i].part, parts[i].hex);
		context = help_lint_context(&made, f->civil_servant);
		help_lint(CERT, &made, &context, parts[i].wanted, parts[i].hex);
		made_clear(&made);
	}
}

/* 64 Chinese characters are 192 octets, and fit; 65 do not. */
static void lengths_count_characters(void **state)
{
	const struct fixture *f = *state;

	for (size_t count = 64; count <= 65; count++) {
		struct egov_buf name = EGOV__BUF(4096), *c = help_hex_buf(C_CN);
		const size_t all = egov__der_open(&name, EGOV__SEQUENCE);
		struct egov__lint_context context;
		struct made made;

		egov__buf_slice(&name, egov_buf_slice(c));
		const size_t rdn = egov__der_open(&name, EGOV__SET);
		const size_t pair = egov__der_open(&name, EGOV__SEQUENCE);

		egov__der_put(&name, EGOV__OID, egov__oid_get(EGOV__OID_ORGANIZATION)->contents);
		const size_t value = egov__der_open(&name, EGOV__UTF8_STRING);

		for (size_t i = 0; i < count; i++)
			egov__buf_text(&name, "局");
		egov__der_close(&name, value);
		egov__der_close(&name, pair);
		egov__der_close(&name, rdn);
		egov__der_close(&name, all);
		made_cert(&made);
		made_set(&made, MADE_SUBJECT, egov_buf_slice(&name));
		context = help_lint_context(&made, f->civil_servant);
		help_lint(CERT, &made, &context, count == 64 ? "" : "pkix-name-length", "O");
		made_clear(&made);
		egov_buf_free(c);
		egov__buf_clear(&name);
	}
}

/* --- extensions, one at a time --------------------------------------------------------- */

#define CRLDP_OK "30 27 30 25 a0 23 a0 21 86 1f " \
	"687474703a2f2f63612e6578616d706c652e636e2f63726c2f63612e63726c"

static const struct {
	enum egov__oid type;
	bool critical;
	const char *hex;                /* NULL: the extension is left out */
	const char *wanted;
} exts[] = {
	{ EGOV__OID_POLICIES, false, NULL, "article19-5 gm-cp" },
	{ EGOV__OID_SKI, false, NULL, "article19-8 gm-ski" },
	{ EGOV__OID_AKI, false, NULL, "article19-8 gm-aki" },
	{ EGOV__OID_KEY_USAGE, false, NULL, "article19-8 gm-ku-sign" },
	{ EGOV__OID_AKI, true, "30 16 80 14 0102030405060708090a0b0c0d0e0f1011121314",
	  "gm-aki gm-crit" },
	{ EGOV__OID_AKI, false, "30 16 80 14 0102030405060708090a0b0c0d0e0f1011121315", "gm-aki" },
	{ EGOV__OID_AKI, false, "30 00", "gm-aki" },
	{ EGOV__OID_AKI, false, "04 00", "gm-aki" },
	{ EGOV__OID_SKI, false, "04 14 0102030405060708090a0b0c0d0e0f1011121314", "gm-ski" },
	{ EGOV__OID_SKI, false, "05 00", "gm-ski" },
	/* digitalSignature; all of it, not critical; with keyAgreement; an encryption key's */
	{ EGOV__OID_KEY_USAGE, true, "03 02 07 80", "gm-ku-sign" },
	{ EGOV__OID_KEY_USAGE, false, "03 02 06 c0", "gm-ku-sign" },
	{ EGOV__OID_KEY_USAGE, true, "03 02 03 c8", "gm-ku-sign" },
	{ EGOV__OID_KEY_USAGE, true, "03 02 03 38", "gm-ku-sign" },
	{ EGOV__OID_KEY_USAGE, true, "03 02 01 c6", "gm-ku-sign" },
	/* empty; cA TRUE; pathLen without cA; empty, but critical */
	{ EGOV__OID_BASIC_CONSTRAINTS, false, "30 00", "" },
	{ EGOV__OID_BASIC_CONSTRAINTS, false, "30 03 01 01 ff", "gm-bc" },
	{ EGOV__OID_BASIC_CONSTRAINTS, false, "30 03 02 01 00", "gm-bc" },
	{ EGOV__OID_BASIC_CONSTRAINTS, true, "30 00", "gm-bc" },
	{ EGOV__OID_POLICIES, true, "30 08 30 06 06 04 88370101", "gm-cp gm-crit" },
	{ EGOV__OID_POLICIES, false, "30 00", "article19-5 gm-cp" },
	{ EGOV__OID_POLICIES, false, "30 08 30 06 06 04 551d2000", "gm-cp-any cps-policies" },
	{ EGOV__OID_POLICIES, false, "30 08 30 06 06 04 88370102", "cps-policies" },
	{ EGOV__OID_POLICIES, false, "30 10 30 06 06 04 88370101 30 06 06 04 551d2000",
	  "cps-policies" },
	{ EGOV__OID_CRL_DP, false, NULL, "gm-crldp" },
	{ EGOV__OID_CRL_DP, true, CRLDP_OK, "gm-crldp gm-crit" },
	{ EGOV__OID_CRL_DP, false, CRLDP_OK, "" },
	/* an ftp address; another http one; a directory name; reasons; no name at all */
	{ EGOV__OID_CRL_DP, false, "30 10 30 0e a0 0c a0 0a 86 08 6674703a2f2f782f", "gm-crldp" },
	{ EGOV__OID_CRL_DP, false, "30 11 30 0f a0 0d a0 0b 86 09 687474703a2f2f782f",
	  "gm-crldp-own" },
	{ EGOV__OID_CRL_DP, false, "30 19 30 17 a0 15 a0 13 a4 11 30 0f 31 0d 30 0b 06 03 55 04 03 0c 04 61726c31",
	  "gm-crldp-own" },
	{ EGOV__OID_CRL_DP, false, "30 15 30 13 a0 0d a0 0b 86 09 687474703a2f2f782f 81 02 06 40",
	  "gm-crldp" },
	{ EGOV__OID_CRL_DP, false, "30 17 30 15 a2 13 a4 11 30 0f 31 0d 30 0b 06 03 55 04 03 0c 04 61726c31",
	  "gm-crldp" },
	{ EGOV__OID_AIA, false, NULL, "gm-aia" },
	/* ocsp alone */
	{ EGOV__OID_AIA, false, "30 15 30 13 06 08 2b06010505073001 86 07 687474703a2f2f", "gm-aia" },
	/* critical: another than the tables name, known and unknown */
	{ EGOV__OID_SAN, true, "30 03 82 01 61", "gm-crit" },
	{ EGOV__OID_SAN, false, "30 03 82 01 61", "" },
	/* 2027 alone; critical; nothing; until 2030; from 2025; from 2028 to 2027; without seconds */
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false, "30 11 81 0f 32303237303130313030303030305a", "" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, true, "30 11 81 0f 32303237303130313030303030305a",
	  "gm-crit" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false, "30 00", "gm-pkup" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false, "30 11 81 0f 32303330303130313030303030305a",
	  "gm-pkup" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false, "30 11 80 0f 32303235303130313030303030305a",
	  "gm-pkup" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false,
	  "30 22 80 0f 32303238303130313030303030305a 81 0f 32303237303130313030303030305a",
	  "gm-pkup" },
	{ EGOV__OID_PRIVATE_KEY_USAGE_PERIOD, false, "30 0f 81 0d 323032373031303130303030 5a",
	  "gm-pkup" },
	{ EGOV__OID_EKU, true, "30 0a 06 08 2b06010505070302", "" },
	{ EGOV__OID_EKU, false, "30 0a 06 08 2b06010505070309", "ocsp-eku" },
	{ EGOV__OID_OCSP_NOCHECK, false, "05 00", "ocsp-nocheck" },
	/* identity: check digits right and wrong, types, criticality */
	{ EGOV__OID_ORGANIZATION_CODE, false, "13 12 31313131303030304d423030303030303159", "" },
	{ EGOV__OID_ORGANIZATION_CODE, false, "13 12 31313131303030304d423030303030303158",
	  "gm-id-ext" },
	{ EGOV__OID_ORGANIZATION_CODE, false, "0c 12 31313131303030304d423030303030303159",
	  "gm-id-ext" },
	{ EGOV__OID_ORGANIZATION_CODE, true, "13 12 31313131303030304d423030303030303159",
	  "gm-crit gm-id-ext" },
	{ EGOV__OID_IDENTIFY_CODE, false, "a0 14 13 12 313130313035313934393132333130303258", "" },
	{ EGOV__OID_IDENTIFY_CODE, false, "a0 14 13 12 313130313035313934393132333130303259",
	  "gm-id-ext" },
	{ EGOV__OID_IDENTIFY_CODE, false, "13 12 313130313035313934393132333130303258", "gm-id-ext" },
	{ EGOV__OID_TAXATION_NUMBER, false, "13 00", "gm-id-ext" },
	{ EGOV__OID_TAXATION_NUMBER, false, "13 02 4131", "" },
	{ EGOV__OID_INSURANCE_NUMBER, false, "13 01 40", "gm-id-ext" },
	{ EGOV__OID_REGISTRATION_NUMBER, false, "13 0f 313130313038303030303030303136", "" },
	{ EGOV__OID_REGISTRATION_NUMBER, false, "13 0f 313130313038303030303030303137", "gm-id-ext" },
};

static void each_extension(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(exts) / sizeof(exts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		made_cert(&made);
		if (exts[i].hex == NULL)
			made_ext_drop(&made, exts[i].type);
		else
			made_ext_hex(&made, exts[i].type, exts[i].critical, exts[i].hex);
		context = help_lint_context(&made, f->civil_servant);
		help_lint(CERT, &made, &context, exts[i].wanted,
		          exts[i].hex == NULL ? egov__oid_get(exts[i].type)->name : exts[i].hex);
		made_clear(&made);
	}
}

/* --- other kinds of certificates --------------------------------------------------------- */

static void make_sub(struct made *made)
{
	made_cert(made);
	made_ext_hex(made, EGOV__OID_BASIC_CONSTRAINTS, true, "30 06 01 01 ff 02 01 00");
	made_ext_hex(made, EGOV__OID_KEY_USAGE, true, "03 02 01 06");
	made_ext_hex(made, EGOV__OID_POLICIES, false,
	             "30 18 30 06 06 04 88370101 30 06 06 04 88370102 30 06 06 04 88370103");
}

static const struct {
	enum egov__oid type;
	bool critical;
	const char *hex, *wanted;
} sub_exts[] = {
	{ EGOV__OID_UNKNOWN, false, NULL, "gm-sia" },
	{ EGOV__OID_SIA, false, "30 15 30 13 06 08 2b06010505073005 86 07 6c6461703a2f2f", "" },
	{ EGOV__OID_KEY_USAGE, true, "03 02 02 04", "gm-ku-ca gm-sia" },
	{ EGOV__OID_KEY_USAGE, false, "03 02 01 06", "gm-ku-ca gm-sia" },
	{ EGOV__OID_KEY_USAGE, true, "03 02 01 86", "gm-ku-ca gm-sia" },
	{ EGOV__OID_BASIC_CONSTRAINTS, false, "30 06 01 01 ff 02 01 00", "gm-bc gm-sia" },
	{ EGOV__OID_BASIC_CONSTRAINTS, true, "30 00", "gm-bc gm-sia cps-path-length" },
	{ EGOV__OID_BASIC_CONSTRAINTS, true, "30 03 01 01 ff", "gm-sia cps-path-length" },
	{ EGOV__OID_BASIC_CONSTRAINTS, true, "30 06 01 01 ff 02 01 01", "gm-sia cps-path-length" },
	{ EGOV__OID_BASIC_CONSTRAINTS, true, NULL, "article19-8 gm-bc gm-sia" },
	{ EGOV__OID_EKU, false, "30 0a 06 08 2b06010505070302", "gm-sia gm-eku" },
	{ EGOV__OID_CRL_DP, false, NULL, "gm-crldp gm-sia" },
};

static void a_subordinate_ca(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(sub_exts) / sizeof(sub_exts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		make_sub(&made);
		if (sub_exts[i].hex != NULL)
			made_ext_hex(&made, sub_exts[i].type, sub_exts[i].critical, sub_exts[i].hex);
		else if (sub_exts[i].type != EGOV__OID_UNKNOWN)
			made_ext_drop(&made, sub_exts[i].type);
		context = help_lint_context(&made, f->sub);
		help_lint(CERT, &made, &context, sub_exts[i].wanted,
		          sub_exts[i].hex == NULL ? "missing" : sub_exts[i].hex);
		made_clear(&made);
	}
}

static void a_root(void **state)
{
	const struct fixture *f = *state;
	struct egov__lint_context context;
	struct made made;

	make_sub(&made);
	made_ext_hex(&made, EGOV__OID_BASIC_CONSTRAINTS, true, "30 03 01 01 ff");
	made_ext_drop(&made, EGOV__OID_AKI);
	made_ext_drop(&made, EGOV__OID_POLICIES);
	made_ext_drop(&made, EGOV__OID_CRL_DP);
	made_ext_drop(&made, EGOV__OID_AIA);
	made_set(&made, MADE_SUBJECT, egov_buf_slice(&made.part[MADE_ISSUER]));
	context = help_lint_context(&made, f->root);
	context.issuer_name = EGOV__NO_SLICE;
	context.issuer_key_id = EGOV__NO_SLICE;
	help_lint(CERT, &made, &context, "gm-sia", "root");
	made_ext_drop(&made, EGOV__OID_BASIC_CONSTRAINTS);
	help_lint(CERT, &made, &context, "article19-8 gm-bc gm-sia", "root without constraints");
	made_ext_hex(&made, EGOV__OID_BASIC_CONSTRAINTS, true, "30 03 01 01 ff");
	made_set_hex(&made, MADE_SUBJECT, "30 25 " C_CN O_A CN_A);
	help_lint(CERT, &made, &context, "gm-dn-issuer gm-sia", "root of another's name");
	made_clear(&made);
}

static void make_responder(struct made *made)
{
	made_cert(made);
	made_ext_hex(made, EGOV__OID_KEY_USAGE, true, "03 02 06 c0");
	made_ext_hex(made, EGOV__OID_EKU, false, "30 0a 06 08 2b06010505070309");
	made_ext_hex(made, EGOV__OID_OCSP_NOCHECK, false, "05 00");
	made_ext_hex(made, EGOV__OID_POLICIES, false, "30 08 30 06 06 04 88370103");
	/* a year, the most that its profile allows */
	made_set_hex(made, MADE_TIMES,
	             "30 1e 17 0d 3236303130313030303030305a 17 0d 3237303130313030303030305a");
}

static const struct {
	enum egov__oid type;
	const char *hex, *wanted;
} responder_exts[] = {
	{ EGOV__OID_UNKNOWN, NULL, "" },
	{ EGOV__OID_CRL_DP, NULL, "" },
	{ EGOV__OID_OCSP_NOCHECK, NULL, "ocsp-nocheck" },
	{ EGOV__OID_OCSP_NOCHECK, "04 00", "ocsp-nocheck" },
	{ EGOV__OID_EKU, NULL, "ocsp-eku" },
	{ EGOV__OID_EKU, "30 0a 06 08 2b06010505070302", "ocsp-eku" },
	{ EGOV__OID_KEY_USAGE, "03 02 07 80", "" },
	{ EGOV__OID_KEY_USAGE, "03 02 06 40", "gm-ku-ocsp" },
	{ EGOV__OID_KEY_USAGE, "03 02 01 82", "gm-ku-ocsp" },
	{ EGOV__OID_KEY_USAGE, "03 02 03 08", "gm-ku-ocsp gm-eku" },
};

static void a_responder(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(responder_exts) / sizeof(responder_exts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		make_responder(&made);
		if (responder_exts[i].hex != NULL)
			made_ext_hex(&made, responder_exts[i].type,
			             responder_exts[i].type == EGOV__OID_KEY_USAGE,
			             responder_exts[i].hex);
		else if (responder_exts[i].type != EGOV__OID_UNKNOWN)
			made_ext_drop(&made, responder_exts[i].type);
		context = help_lint_context(&made, f->ocsp);
		help_lint(CERT, &made, &context, responder_exts[i].wanted,
		          responder_exts[i].hex == NULL ? "missing" : responder_exts[i].hex);
		made_clear(&made);
	}
	/* Without nocheck somebody must say where its status is. */
	struct egov__lint_context context;
	struct made made;

	make_responder(&made);
	made_ext_drop(&made, EGOV__OID_OCSP_NOCHECK);
	made_ext_drop(&made, EGOV__OID_CRL_DP);
	context = help_lint_context(&made, f->ocsp);
	help_lint(CERT, &made, &context, "gm-crldp ocsp-nocheck", "no status at all");
	made_clear(&made);
}

/* Kinds of end entities: the right certificate first, then what breaks it. */
static const struct {
	enum { ENCRYPT, DEVICE, TIMESTAMP } kind;
	const char *usage;              /* keyUsage, NULL: none */
	const char *eku;                /* NULL: none */
	bool eku_critical;
	const char *wanted;
} kinds[] = {
	{ ENCRYPT, "03 02 03 38", NULL, false, "" },
	{ ENCRYPT, "03 02 03 38", "30 0a 06 08 2b06010505070304", false, "" },
	{ ENCRYPT, "03 02 04 30", NULL, false, "gm-ku-enc" },
	{ ENCRYPT, "03 02 03 b8", NULL, false, "gm-ku-enc" },
	{ ENCRYPT, NULL, NULL, false, "article19-8 gm-ku-enc" },
	{ ENCRYPT, "03 02 03 38", "30 0a 06 08 2b06010505070308", true, "gm-eku tsa-eku" },
	{ DEVICE, "03 02 07 80", "30 14 06 08 2b06010505070301 06 08 2b06010505070302", false, "" },
	{ DEVICE, "03 02 06 c0", "30 0a 06 08 2b06010505070302", false, "" },
	{ DEVICE, "03 02 03 88", "30 0a 06 08 2b06010505070301", false, "gm-ku-device" },
	{ DEVICE, "03 02 07 80", NULL, false, "device-eku" },
	{ DEVICE, "03 02 07 80", "30 14 06 08 2b06010505070301 06 08 2b06010505070303", false,
	  "device-eku" },
	{ TIMESTAMP, "03 02 06 c0", "30 0a 06 08 2b06010505070308", true, "" },
	{ TIMESTAMP, "03 02 07 80", "30 0a 06 08 2b06010505070308", true, "" },
	{ TIMESTAMP, "03 02 06 40", "30 0a 06 08 2b06010505070308", true, "gm-ku-tsa" },
	{ TIMESTAMP, "03 02 06 c0", "30 0a 06 08 2b06010505070308", false, "tsa-eku" },
	{ TIMESTAMP, "03 02 06 c0", NULL, false, "tsa-eku" },
	{ TIMESTAMP, "03 02 06 c0", "30 14 06 08 2b06010505070308 06 08 2b06010505070302", true,
	  "tsa-eku" },
};

static void each_kind(void **state)
{
	static const char *const policies[] = { "30 08 30 06 06 04 88370104", "30 08 30 06 06 04 88370106",
		                                "30 08 30 06 06 04 88370107" };
	const struct fixture *f = *state;
	const struct egov_profile *const profiles[] = { f->encrypt, f->device, f->timestamp };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		made_cert(&made);
		made_ext_hex(&made, EGOV__OID_POLICIES, false, policies[kinds[i].kind]);
		made_set_hex(&made, MADE_TIMES,
		             "30 1e 17 0d 3236303130313030303030305a 17 0d 3237303130313030303030305a");
		made_ext_drop(&made, EGOV__OID_KEY_USAGE);
		if (kinds[i].usage != NULL)
			made_ext_hex(&made, EGOV__OID_KEY_USAGE, true, kinds[i].usage);
		if (kinds[i].eku != NULL)
			made_ext_hex(&made, EGOV__OID_EKU, kinds[i].eku_critical, kinds[i].eku);
		context = help_lint_context(&made, profiles[kinds[i].kind]);
		help_lint(CERT, &made, &context, kinds[i].wanted,
		          kinds[i].eku == NULL ? "no extKeyUsage" : kinds[i].eku);
		made_clear(&made);
	}
}

/* --- what bytes alone cannot break ---------------------------------------------------------- */

static void the_issuer_is_the_ca(void **state)
{
	const struct fixture *f = *state;
	struct egov_buf *loose = help_hex_buf("30 25 " C_CN "31 0a 30 08 06 03 55 04 0a 13 01 41" CN_A);
	struct egov_buf *strict = help_hex_buf("30 25 " C_CN O_A CN_A);
	struct egov__lint_context context;
	struct made made;

	made_cert(&made);
	made_set(&made, MADE_ISSUER, egov_buf_slice(loose));
	context = help_lint_context(&made, f->civil_servant);
	help_lint(CERT, &made, &context, "", "copied");
	/* Equal to OpenSSL, not the same octets. */
	context.issuer_name = egov_buf_slice(strict);
	help_lint(CERT, &made, &context, "gm-dn-issuer", "of another string type");
	made_clear(&made);
	egov_buf_free(loose);
	egov_buf_free(strict);
}

static void a_context_may_be_open(void **state)
{
	const struct fixture *f = *state;
	struct egov__lint_context context;
	struct made made;

	made_cert(&made);
	made_set_hex(&made, MADE_TIMES,
	             "30 1e 17 0d 3230303130313030303030305a 17 0d 3235303130313030303030305a");
	context = help_lint_context(&made, f->civil_servant);
	context.now = EGOV_TIME_NONE;
	context.issuer_not_after = EGOV_TIME_NONE;
	context.crl_uri = NULL;
	help_lint(CERT, &made, &context, "", "no now, no end, no address");
	made_clear(&made);
}

/* A TBS value cannot be made whose algorithms differ, so the rules are called
 * with a subject that says so. */
static void algorithms(void **state)
{
	static const uint8_t unknown[] = { 0x30, 0x04, 0x06, 0x02, 0x2a, 0x03 };
	static const uint8_t ecdsa[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
		                         0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
	const struct fixture *f = *state;
	struct egov__lint_subject s = { .object = EGOV__LINT_CERTIFICATE };
	struct egov_buf der = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__lint_context context;
	const struct egov__lint_row *r;
	struct egov_error err = { 0 };
	struct egov_tbs *tbs = NULL;
	struct made made;

	made_cert(&made);
	made_tbs(&made, &der);
	assert_ok(egov__tbs_new(CERT, &der, EGOV__SIGALG_ABSENT, &tbs, &err), &err);
	context = help_lint_context(&made, f->civil_servant);
	s.context = &context;
	s.outer = egov__tbs_signature_algorithm(tbs);
	s.algorithm = egov__algid_sm2_sm3(EGOV__SIGALG_ABSENT);
	for (r = egov__rules_form; strcmp(r->info.id, "gm-sigalg") != 0; r++)
		;
	assert_ok(r->check(&s, &err), &err);
	s.algorithm = egov__algid_sm2_sm3(EGOV__SIGALG_NULL);
	assert_fails(r->check(&s, &err), &err, EGOV_E_POLICY, "inner and outer differ");
	s.algorithm = EGOV__SLICE(ecdsa);
	assert_fails(r->check(&s, &err), &err, EGOV_E_POLICY, "inner and outer differ");
	assert_string_equal(r->info.clause, "GM/T 0015, 5.2.2");
	assert_int_equal(r->info.severity, EGOV__LINT_ERROR);
	help_lint_seen("gm-sigalg");
	for (r = egov__rules_article19; strcmp(r->info.id, "article19-7") != 0; r++)
		;
	assert_ok(r->check(&s, &err), &err);
	s.algorithm = EGOV__SLICE(unknown);
	assert_fails(r->check(&s, &err), &err, EGOV_E_POLICY, "unknown algorithm");
	assert_string_equal(r->info.clause, "Order No. 4, Art. 19 (7)");
	assert_int_equal(r->info.severity, EGOV__LINT_ERROR);
	help_lint_seen("article19-7");
	egov__tbs_free(tbs);
	egov__buf_clear(&der);
	made_clear(&made);
}

/* Version 1 has no room for what the law and the standard ask. */
static void version_1(void **state)
{
	const struct fixture *f = *state;
	struct egov__lint_context context;
	struct made made;

	made_cert(&made);
	made_set_hex(&made, MADE_VERSION, "");
	while (made.ext_count > 0)
		made_ext_drop(&made, made.ext[0].type);
	context = help_lint_context(&made, f->civil_servant);
	help_lint(CERT, &made, &context,
	          "article19-5 article19-8 gm-aki gm-ski gm-ku-sign gm-cp gm-crldp gm-aia",
	          "version 1");
	made_clear(&made);
}

static void every_rule_was_broken(void **state)
{
	(void)state;
	help_lint_all_seen(CERT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part),
		cmocka_unit_test(lengths_count_characters),
		cmocka_unit_test(each_extension),
		cmocka_unit_test(a_subordinate_ca),
		cmocka_unit_test(a_root),
		cmocka_unit_test(a_responder),
		cmocka_unit_test(each_kind),
		cmocka_unit_test(the_issuer_is_the_ca),
		cmocka_unit_test(a_context_may_be_open),
		cmocka_unit_test(algorithms),
		cmocka_unit_test(version_1),
		cmocka_unit_test(every_rule_was_broken),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
