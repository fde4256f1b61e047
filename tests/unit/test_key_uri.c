/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "key/key_uri.h"

static struct egov__key_uri *parse(const char *text)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__key_uri *uri = NULL;

	assert_ok(egov__key_uri_parse(text, &uri, &err), &err);
	return uri;
}

static void assert_slice(struct egov_slice slice, const char *text)
{
	assert_int_equal(slice.size, strlen(text));
	assert_memory_equal(slice.data, text, slice.size);
}

static void test_pkcs11(void **state)
{
	struct egov__key_uri *uri = parse("pkcs11:token=T%201;object=%E6%A0%B9;id=%01%ff;type=private"
	                                  "?module-path=/usr/lib/x.so&pin-source=file:/etc/pin"
	                                  "&x-egov-mech=0x80008104");

	(void)state;
	assert_string_equal(uri->name, "pkcs11:token=T%201;object=%E6%A0%B9;id=%01%ff;type=private");
	assert_slice(egov__key_uri_label(uri), "\xe6\xa0\xb9");
	assert_slice(egov__key_uri_id(uri), "\x01\xff");
	assert_string_equal(uri->module_path, "/usr/lib/x.so");
	assert_string_equal(uri->pin_source, "file:/etc/pin");
	assert_true(uri->has_mechanism);
	assert_int_equal(uri->mechanism, 0x80008104);
	assert_null(uri->file);
	egov__key_uri_free(uri);

	uri = parse("pkcs11:");
	assert_null(egov__key_uri_label(uri).data);
	assert_null(egov__key_uri_id(uri).data);
	assert_null(uri->module_path);
	assert_null(uri->pin_source);
	assert_false(uri->has_mechanism);
	egov__key_uri_free(uri);
	egov__key_uri_free(NULL);
}

static void test_file(void **state)
{
	struct egov__key_uri *uri = parse("file:/tmp/a%20b.pem?pin-source=fd:3");

	(void)state;
	assert_string_equal(uri->file, "/tmp/a b.pem");
	assert_string_equal(uri->pin_source, "fd:3");
	assert_string_equal(uri->name, "file:/tmp/a%20b.pem");
	assert_null(uri->p11);
	egov__key_uri_free(uri);
	uri = parse("file:///k");
	assert_string_equal(uri->file, "/k");
	assert_null(uri->pin_source);
	egov__key_uri_free(uri);
}

static void test_sdf(void **state)
{
	struct egov__key_uri *uri = parse("sdf:lib=/opt/a%20b.so;index=4294967295?pin-source=/pin");

	(void)state;
	assert_string_equal(uri->sdf_library, "/opt/a b.so");
	assert_int_equal(uri->sdf_index, 4294967295u);
	assert_int_equal(uri->sdf_field, 64);
	assert_false(uri->sdf_software);
	assert_string_equal(uri->pin_source, "/pin");
	assert_string_equal(uri->name, "sdf:lib=/opt/a%20b.so;index=4294967295");
	assert_null(uri->p11);
	assert_null(uri->file);
	egov__key_uri_free(uri);
	uri = parse("sdf:software=yes;field-bits=256;index=0;lib=/x");
	assert_string_equal(uri->sdf_library, "/x");
	assert_int_equal(uri->sdf_index, 0);
	assert_int_equal(uri->sdf_field, 32);
	assert_true(uri->sdf_software);
	assert_null(uri->pin_source);
	egov__key_uri_free(uri);
	uri = parse("sdf:lib=/x;index=1;software=no;field-bits=512?");
	assert_false(uri->sdf_software);
	egov__key_uri_free(uri);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		enum egov_status status;
		const char *fragment;
	} table[] = {
		{ "", EGOV_E_SYNTAX, "want a key URI" },
		{ "skf:index=1", EGOV_E_SYNTAX, "want a key URI" },
		{ "/etc/key.pem", EGOV_E_SYNTAX, "want a key URI" },
		{ "sdf:lib=/x", EGOV_E_SYNTAX, "want sdf:lib=/absolute/path;index=N" },
		{ "sdf:index=1", EGOV_E_SYNTAX, "want sdf:lib=/absolute/path;index=N" },
		{ "sdf:lib=/x;index=", EGOV_E_SYNTAX, "want a number from 0" },
		{ "sdf:lib=/x;index=one", EGOV_E_SYNTAX, "index" },
		{ "sdf:lib=/x;index=4294967296", EGOV_E_SYNTAX, "index" },
		{ "sdf:lib=/x;index=1;index=2", EGOV_E_SYNTAX, "\"index\" given twice" },
		{ "sdf:lib=/x;index=1;key=2", EGOV_E_SYNTAX, "unknown attribute \"key\"" },
		{ "sdf:lib=/x;index=1;field-bits=128", EGOV_E_SYNTAX, "field-bits: want 512 or 256" },
		{ "sdf:lib=/x;index=1;software=maybe", EGOV_E_SYNTAX, "software: want no or yes" },
		{ "sdf:lib=/x;index=1?pin-value=1", EGOV_E_POLICY, "pin-value" },
		{ "sdf:lib=/x;index=1?module-path=/y", EGOV_E_SYNTAX, "unknown attribute" },
		{ "pkcs11:tokn=x", EGOV_E_SYNTAX, "unknown attribute \"tokn\"" },
		{ "pkcs11:token=x;token=y", EGOV_E_SYNTAX, "\"token\" given twice" },
		{ "pkcs11:token", EGOV_E_SYNTAX, "unknown attribute \"token\"" },
		{ "pkcs11:token=x?x-egov-mch=1", EGOV_E_SYNTAX, "unknown attribute \"x-egov-mch\"" },
		{ "pkcs11:token=x?pin-source=/a&pin-source=/b", EGOV_E_SYNTAX, "given twice" },
		{ "pkcs11:token=x;pin-source=/a", EGOV_E_SYNTAX, "unknown attribute" },
		{ "pkcs11:token=x?pin-value=1234", EGOV_E_POLICY, "pin-value" },
		{ "pkcs11:token=x;pin-value=1234", EGOV_E_POLICY, "pin-value" },
		{ "pkcs11:token=%zz", EGOV_E_SYNTAX, "pkcs11:token=%zz: " },
		{ "pkcs11:token=123456789012345678901234567890123", EGOV_E_SYNTAX, "longer than" },
		{ "pkcs11:token=x;type=cert", EGOV_E_SYNTAX, "type: want private" },
		{ "pkcs11:token=x?x-egov-mech=0x", EGOV_E_SYNTAX, "x-egov-mech" },
		{ "pkcs11:token=x?x-egov-mech=0x123456789", EGOV_E_SYNTAX, "1 to 8 hex digits" },
		{ "pkcs11:token=x?x-egov-mech=zwei", EGOV_E_SYNTAX, "x-egov-mech" },
		{ "file:key.pem", EGOV_E_SYNTAX, "want file:/absolute/path" },
		{ "file:/k%0", EGOV_E_SYNTAX, "percent" },
		{ "file:/k%00", EGOV_E_SYNTAX, "percent" },
		{ "file:/k?pin-value=x", EGOV_E_POLICY, "pin-value" },
		{ "file:/k?module-path=/x", EGOV_E_SYNTAX, "unknown attribute" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct egov_error err = { .status = EGOV_OK };
		struct egov__key_uri *uri = NULL;

		assert_fails(egov__key_uri_parse(table[i].text, &uri, &err), &err, table[i].status,
		             table[i].fragment);
		assert_null(uri);
	}
}

/* What is refused for a secret in it does not say the secret again. */
static void test_secret_not_repeated(void **state)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov__key_uri *uri = NULL;

	(void)state;
	assert_int_equal(egov__key_uri_parse("pkcs11:token=x?pin-value=87654321", &uri, &err),
	                 EGOV_E_POLICY);
	assert_null(strstr(err.text, "87654321"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pkcs11),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_sdf),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_secret_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
