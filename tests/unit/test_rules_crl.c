/* SPDX-License-Identifier: Apache-2.0 */
#include "help_lint.h"

#include "x509/tbs_build.h"

#define CRL EGOV_OBJECT_CRL
#define CSR EGOV_OBJECT_REQUEST

/* An entry of serial 5 and these entry extensions, within revokedCertificates. */
#define ENTRY "02 01 05 17 0d 3236303530313030303030305a "

static const struct {
	enum made_part part;
	const char *hex, *wanted;
} parts[] = {
	{ MADE_ENTRIES, "", "" },
	{ MADE_ENTRIES, "30 00", "gm-crl-core" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a", "gm-crl-core" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a 17 0d 3236303630313030303030305a",
	  "gm-crl-core" },
	{ MADE_TIMES, "18 0f 32303236303630313030303030305a 17 0d 3236303630383030303030305a",
	  "gm-time" },
	{ MADE_TIMES, "17 0d 3236303630313030303030305a 18 0f 32303236303630383030303030305a",
	  "gm-time" },
	{ MADE_ENTRIES, "30 16 30 14 02 01 05 18 0f 32303236303530313030303030305a", "gm-time" },
	/* certificateHold; unspecified; removeFromCRL */
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY "30 0c 30 0a 06 03 551d15 04 03 0a 01 06",
	  "gm-crl-hold" },
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY "30 0c 30 0a 06 03 551d15 04 03 0a 01 00",
	  "gm-crl-unspec" },
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY "30 0c 30 0a 06 03 551d15 04 03 0a 01 08",
	  "pkix-crl-remove" },
	{ MADE_ENTRIES, "30 22 30 20 " ENTRY "30 0c 30 0a 06 03 551d15 04 03 0a 01 05", "" },
	/* reasonCode critical */
	{ MADE_ENTRIES, "30 25 30 23 " ENTRY "30 0f 30 0d 06 03 551d15 01 01 ff 04 03 0a 01 01",
	  "gm-crl-crit" },
	/* revoked the day after thisUpdate */
	{ MADE_ENTRIES, "30 14 30 12 02 01 05 17 0d 3236303630323030303030305a", "pkix-crl-dates" },
};

static void each_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		made_crl(&made);
		made_set_hex(&made, parts[i].part, parts[i].hex);
		context = help_lint_context(&made, NULL);
		help_lint(CRL, &made, &context, parts[i].wanted, parts[i].hex);
		made_clear(&made);
	}
}

/* [0] { [0] { [6] MADE_CRL_URI } } */
#define IDP_URI "a0 23 a0 21 86 1f 687474703a2f2f63612e6578616d706c652e636e2f63726c2f63612e63726c"

static const struct {
	enum egov__oid type;
	bool critical;
	const char *hex, *wanted;
} exts[] = {
	{ EGOV__OID_CRL_NUMBER, false, NULL, "gm-crl-core" },
	{ EGOV__OID_AKI, false, NULL, "gm-crl-core" },
	{ EGOV__OID_AKI, false, "30 16 80 14 0102030405060708090a0b0c0d0e0f1011121315", "gm-crl-core" },
	{ EGOV__OID_AKI, true, "30 16 80 14 0102030405060708090a0b0c0d0e0f1011121314", "gm-crl-crit" },
	{ EGOV__OID_CRL_NUMBER, true, "02 01 07", "gm-crl-crit" },
	{ EGOV__OID_FRESHEST_CRL, true, "30 00", "gm-crl-crit" },
	{ EGOV__OID_DELTA_CRL, false, "02 01 06", "gm-crl-crit" },
	{ EGOV__OID_DELTA_CRL, true, "02 01 06", "" },
	{ EGOV__OID_IDP, true, "30 25 " IDP_URI, "" },
	{ EGOV__OID_IDP, false, "30 25 " IDP_URI, "gm-crl-crit" },
	{ EGOV__OID_IDP, true, "30 28 " IDP_URI "81 01 ff", "" },
	{ EGOV__OID_IDP, true, "30 28 " IDP_URI "84 01 ff", "gm-crl-idp" },
	{ EGOV__OID_IDP, true, "30 29 " IDP_URI "83 02 06 40", "gm-crl-idp" },
	{ EGOV__OID_IDP, true, "30 28 " IDP_URI "85 01 ff", "gm-crl-idp" },
	{ EGOV__OID_IDP, true, "30 2b " IDP_URI "81 01 ff 82 01 ff", "gm-crl-idp" },
	{ EGOV__OID_IDP, true, "30 03 81 01 ff", "gm-crl-idp" },
	{ EGOV__OID_IDP, true, "30 0f a0 0d a0 0b 86 09 687474703a2f2f782f", "gm-crl-idp" },
};

static void each_extension(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(exts) / sizeof(exts[0]); i++) {
		struct egov__lint_context context;
		struct made made;

		made_crl(&made);
		if (exts[i].hex == NULL)
			made_ext_drop(&made, exts[i].type);
		else
			made_ext_hex(&made, exts[i].type, exts[i].critical, exts[i].hex);
		context = help_lint_context(&made, NULL);
		help_lint(CRL, &made, &context, exts[i].wanted,
		          exts[i].hex == NULL ? egov__oid_get(exts[i].type)->name : exts[i].hex);
		made_clear(&made);
	}
}

static void a_delta_list_may_remove(void **state)
{
	struct egov__lint_context context;
	struct made made;

	(void)state;
	made_crl(&made);
	made_ext_hex(&made, EGOV__OID_DELTA_CRL, true, "02 01 06");
	made_set_hex(&made, MADE_ENTRIES, "30 22 30 20 " ENTRY "30 0c 30 0a 06 03 551d15 04 03 0a 01 08");
	context = help_lint_context(&made, NULL);
	help_lint(CRL, &made, &context, "", "delta");
	made_clear(&made);
}

static void version_1(void **state)
{
	struct egov__lint_context context;
	struct made made;

	(void)state;
	made_crl(&made);
	made_set_hex(&made, MADE_VERSION, "");
	made_set_hex(&made, MADE_ENTRIES, "");
	made_ext_drop(&made, EGOV__OID_AKI);
	made_ext_drop(&made, EGOV__OID_CRL_NUMBER);
	context = help_lint_context(&made, NULL);
	help_lint(CRL, &made, &context, "gm-crl-core", "version 1");
	made_clear(&made);
}

static void the_context_bounds_it(void **state)
{
	struct egov_buf other = EGOV__BUF(1024);
	struct egov__lint_context context;
	struct made made;

	(void)state;
	made_crl(&made);
	context = help_lint_context(&made, NULL);
	context.max_next_update = 1780876800;
	help_lint(CRL, &made, &context, "", "at the bound");
	context.max_next_update--;
	help_lint(CRL, &made, &context, "cps-crl-bound", "past the bound");
	context.max_next_update = EGOV_TIME_NONE;
	made_name(&other, "Test agency", "Test CA");
	context.issuer_name = egov_buf_slice(&other);
	help_lint(CRL, &made, &context, "gm-dn-issuer", "another issuer");
	egov__buf_clear(&other);
	made_clear(&made);
}

static void every_rule_on_crls_was_broken(void **state)
{
	(void)state;
	help_lint_seen("gm-sigalg");    /* test_rules_cert, algorithms: one function for both */
	help_lint_all_seen(CRL);
}

/* --- the CA's own request ---------------------------------------------------------- */

#define C_CN "31 0b 30 09 06 03 55 04 06 13 02 434e"
#define O_A "31 0a 30 08 06 03 55 04 0a 0c 01 41"
#define CN_A "31 0a 30 08 06 03 55 04 03 0c 01 41"
#define NO_ATTRIBUTES "a0 00"

static const struct {
	const char *version, *subject, *key, *attributes, *wanted;
} requests[] = {
	{ "02 01 00", NULL, NULL, NO_ATTRIBUTES, "" },
	{ "02 01 01", NULL, NULL, NO_ATTRIBUTES, "gm-csr" },
	{ "02 01 00", "30 19 " O_A C_CN, NULL, NO_ATTRIBUTES, "gm-dn-order" },
	{ "02 01 00", "30 19 31 0b 30 09 06 03 55 04 06 0c 02 434e" CN_A, NULL, NO_ATTRIBUTES,
	  "gm-dn-types" },
	{ "02 01 00", "30 25 " C_CN "31 0a 30 08 06 03 55 04 05 0c 01 41" CN_A, NULL, NO_ATTRIBUTES,
	  "gm-dn-serial" },
	{ "02 01 00", "30 18 " C_CN "31 09 30 07 06 03 55 04 03 0c 00", NULL, NO_ATTRIBUTES,
	  "pkix-name-length" },
	{ "02 01 00", NULL, "30 18 30 13 06 07 2a8648ce3d0201 06 08 2a811ccf5501822d 03 01 00",
	  NO_ATTRIBUTES, "gm-spki" },
	/* challengePassword: PrintableString, UTF8String, two of them, without SET */
	{ "02 01 00", NULL, NULL, "a0 12 30 10 06 09 2a864886f70d010907 31 03 13 01 41", "" },
	{ "02 01 00", NULL, NULL, "a0 12 30 10 06 09 2a864886f70d010907 31 03 0c 01 41", "gm-csr" },
	{ "02 01 00", NULL, NULL, "a0 15 30 13 06 09 2a864886f70d010907 31 06 13 01 41 13 01 41",
	  "gm-csr" },
	{ "02 01 00", NULL, NULL, "a0 10 30 0e 06 09 2a864886f70d010907 13 01 41", "gm-csr" },
};

static void a_request_of_the_ca(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct egov__lint_context context = { .crl_uri = NULL };
		struct made made;

		made_cert(&made);
		while (made.ext_count > 0)
			made_ext_drop(&made, made.ext[0].type);
		made_set_hex(&made, MADE_VERSION, requests[i].version);
		made_set_hex(&made, MADE_SERIAL, "");
		made_set_hex(&made, MADE_ALGORITHM, "");
		made_set_hex(&made, MADE_ISSUER, "");
		made_set_hex(&made, MADE_TIMES, "");
		if (requests[i].subject != NULL)
			made_set_hex(&made, MADE_SUBJECT, requests[i].subject);
		if (requests[i].key != NULL)
			made_set_hex(&made, MADE_KEY, requests[i].key);
		made_set_hex(&made, MADE_UNIQUE_IDS, requests[i].attributes);
		help_lint(CSR, &made, &context, requests[i].wanted, requests[i].attributes);
		made_clear(&made);
	}
	help_lint_seen("gm-sigalg");
	help_lint_all_seen(CSR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part),
		cmocka_unit_test(each_extension),
		cmocka_unit_test(a_delta_list_may_remove),
		cmocka_unit_test(version_1),
		cmocka_unit_test(the_context_bounds_it),
		cmocka_unit_test(every_rule_on_crls_was_broken),
		cmocka_unit_test(a_request_of_the_ca),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
