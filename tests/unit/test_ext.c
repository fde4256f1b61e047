/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "crypto/sm2.h"
#include "x509/ext.h"

static void put(struct egov_buf *out, enum egov__oid type, bool critical, const char *hex)
{
	struct egov_buf *value = help_hex_buf(hex);

	egov__ext_put(out, type, critical, egov_buf_slice(value));
	egov_buf_free(value);
}

static void written_extensions_are_read_back(void **state)
{
	struct egov_buf out = EGOV__BUF(1000);
	struct egov_error err = { 0 };
	struct egov__ext ext = { .type = EGOV__OID_UNKNOWN };
	struct egov_slice in;

	(void)state;
	put(&out, EGOV__OID_KEY_USAGE, true, "030206c0");
	put(&out, EGOV__OID_SKI, false, "040101");
	in = egov_buf_slice(&out);
	assert_ok(egov__exts_check(in, &err), &err);
	assert_ok(egov__ext_next(&in, &ext, &err), &err);
	assert_int_equal(ext.type, EGOV__OID_KEY_USAGE);
	assert_true(ext.critical);
	assert_memory_equal(ext.value.data, "\x03\x02\x06\xc0", 4);
	assert_ok(egov__ext_next(&in, &ext, &err), &err);
	assert_int_equal(ext.type, EGOV__OID_SKI);
	assert_false(ext.critical);
	assert_int_equal(in.size, 0);
	assert_true(egov__ext_find(egov_buf_slice(&out), EGOV__OID_SKI, &ext));
	assert_int_equal(ext.value.size, 3);
	assert_false(egov__ext_find(egov_buf_slice(&out), EGOV__OID_AKI, &ext));
	egov__buf_clear(&out);
}

static void next_refuses(const char *hex, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_slice in = egov_buf_slice(der);
	struct egov_error err = { 0 };
	struct egov__ext ext;

	assert_fails(egov__ext_next(&in, &ext, &err), &err, EGOV_E_SYNTAX, fragment);
	egov_buf_free(der);
}

static void malformed_extensions_are_refused(void **state)
{
	(void)state;
	next_refuses("300e 0603551d0f 010100 0404030206c0", "critical FALSE is written out");
	next_refuses("300e 0603551d0f 010101 0404030206c0", "BOOLEAN not 00 or FF");
	next_refuses("300b 0603551d0f 0304030206c0", "tag 03");
	next_refuses("300d 0603551d0f 0404030206c0 0500", "after its end");
	next_refuses("3005 0603551d0f", "extension value");
	next_refuses("300b 0603551d8f 0404030206c0", "OBJECT IDENTIFIER");
	next_refuses("310b 0603551d0f 0404030206c0", "tag 31");
}

static void lists_are_checked(void **state)
{
	struct egov_buf out = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_error err = { 0 };
	char hex[] = "0000";

	(void)state;
	assert_fails(egov__exts_check(EGOV__NO_SLICE, &err), &err, EGOV_E_SYNTAX, "empty");
	put(&out, EGOV__OID_KEY_USAGE, true, "030206c0");
	put(&out, EGOV__OID_SKI, false, "040101");
	put(&out, EGOV__OID_KEY_USAGE, true, "03020106");
	assert_fails(egov__exts_check(egov_buf_slice(&out), &err), &err, EGOV_E_SYNTAX,
	             "keyUsage stands twice");
	egov_buf_reset(&out);
	for (int i = 0; i <= EGOV__EXT_MAX; i++) {
		struct egov_buf *one;

		(void)snprintf(hex, sizeof(hex), "%02x%02x", 0x2a, i % 128);
		one = help_hex_buf(i < 128 ? hex : "2a8101");
		const size_t mark = egov__der_open(&out, EGOV__SEQUENCE);

		egov__der_put(&out, EGOV__OID, egov_buf_slice(one));
		egov__der_put(&out, EGOV__OCTET_STRING, EGOV__NO_SLICE);
		egov__der_close(&out, mark);
		egov_buf_free(one);
	}
	assert_fails(egov__exts_check(egov_buf_slice(&out), &err), &err, EGOV_E_LIMIT,
	             "more than 128");
	egov__buf_clear(&out);
}

static void names_of_key_usages(void **state)
{
	static const struct {
		const char *name;
		unsigned bit;
	} rows[] = {
		{ "digitalSignature", 1 << 0 }, { "nonRepudiation", 1 << 1 },
		{ "contentCommitment", 1 << 1 }, { "keyEncipherment", 1 << 2 },
		{ "dataEncipherment", 1 << 3 }, { "keyAgreement", 1 << 4 },
		{ "keyCertSign", 1 << 5 },      { "cRLSign", 1 << 6 },
		{ "encipherOnly", 1 << 7 },     { "decipherOnly", 1 << 8 },
		{ "digitalsignature", 0 },      { "", 0 },
	};
	struct egov_buf out = EGOV__BUF(1000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(egov__key_usage_bit(egov__slice_text(rows[i].name)), rows[i].bit);
	egov__key_usage_print(EGOV__KU_DIGITAL_SIGNATURE | EGOV__KU_NON_REPUDIATION, &out);
	assert_string_equal(egov__buf_string(&out), "digitalSignature, nonRepudiation");
	egov_buf_reset(&out);
	egov__key_usage_print(EGOV__KU_CRL_SIGN | 1 << 12, &out);
	assert_string_equal(egov__buf_string(&out), "cRLSign, unknown bits 0x1000");
	egov__buf_clear(&out);
}

/* OpenSSL cuts the point out and hashes it. */
static void key_identifier_is_sha1_of_the_point(void **state)
{
	char *dir = help_dir(), *path = NULL;
	struct egov_error err = { 0 };
	struct egov_buf *spki, *ski;
	uint8_t id[20];

	(void)state;
	assert_int_equal(help_run("cd %s && openssl genpkey -algorithm EC -pkeyopt "
	                          "ec_paramgen_curve:SM2 -out k 2>/dev/null && openssl pkey -in k "
	                          "-pubout -outform DER -out spki && tail -c 65 spki | "
	                          "openssl dgst -sha1 -binary > ski",
	                          dir),
	                 0);
	assert_true(asprintf(&path, "%s/spki", dir) > 0);
	spki = help_read(path);
	free(path);
	assert_true(asprintf(&path, "%s/ski", dir) > 0);
	ski = help_read(path);
	free(path);
	assert_ok(egov__key_identifier(egov_buf_slice(spki), id, &err), &err);
	assert_memory_equal(id, ski->data, 20);
	spki->data[30] ^= 1;
	assert_fails(egov__key_identifier(egov_buf_slice(spki), id, &err), &err, EGOV_E_POLICY, "");
	egov_buf_free(spki);
	egov_buf_free(ski);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_extensions_are_read_back),
		cmocka_unit_test(malformed_extensions_are_refused),
		cmocka_unit_test(lists_are_checked),
		cmocka_unit_test(names_of_key_usages),
		cmocka_unit_test(key_identifier_is_sha1_of_the_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
