/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "base/text.h"
#include "x509/name.h"

static void add(struct egov__name *name, const char *type, const char *value)
{
	struct egov_error err = { 0 };
	const struct egov__attribute *attribute = egov__attribute_by_name(egov__slice_text(type));

	assert_non_null(attribute);
	assert_ok(egov__name_add(name, attribute, egov__slice_text(value), &err), &err);
}

static void add_fails(const char *type, struct egov_slice value, const char *fragment)
{
	struct egov_error err = { 0 };
	struct egov__name *name = egov__name_new();

	assert_fails(egov__name_add(name, egov__attribute_by_name(egov__slice_text(type)), value,
	                            &err),
	             &err, EGOV_E_POLICY, fragment);
	egov__name_free(name);
}

/* A name is put into the order of the standard, with its string types. */
static void writes_order_and_types(void **state)
{
	struct egov_buf out = EGOV__BUF(200), text = EGOV__BUF(200);
	struct egov__name *name = egov__name_new();
	struct egov_error err = { 0 };

	(void)state;
	add(name, "CN", "\xe5\xbc\xa0\xe4\xb8\x89");
	add(name, "E", "a@b.c");
	add(name, "serialNumber", "7");
	add(name, "O", "\xe5\xb1\x80");
	add(name, "OU", "2nd");
	add(name, "OU", "1st");
	add(name, "ST", "\xe6\xb9\x96\xe5\x8c\x97");
	add(name, "C", "CN");
	assert_ok(egov__name_encode(name, &out, &err), &err);
	egov__name_print(egov_buf_slice(&out), &text);
	assert_string_equal(egov__buf_string(&text),
	                    "C=CN, ST=\xe6\xb9\x96\xe5\x8c\x97, O=\xe5\xb1\x80, OU=2nd, OU=1st, "
	                    "serialNumber=7, E=a@b.c, CN=\xe5\xbc\xa0\xe4\xb8\x89");
	egov__buf_clear(&text);
	egov__buf_clear(&out);
	egov__name_free(name);
}

static void string_types_are_those_of_the_standard(void **state)
{
	static const struct {
		enum egov__oid type;
		uint8_t tag;
	} wanted[] = {
		{ EGOV__OID_COUNTRY, EGOV__PRINTABLE_STRING },
		{ EGOV__OID_STATE, EGOV__UTF8_STRING },
		{ EGOV__OID_ORGANIZATION, EGOV__UTF8_STRING },
		{ EGOV__OID_SERIAL_NUMBER, EGOV__PRINTABLE_STRING },
		{ EGOV__OID_EMAIL, EGOV__IA5_STRING },
		{ EGOV__OID_COMMON_NAME, EGOV__UTF8_STRING },
	};
	struct egov_buf out = EGOV__BUF(500);
	struct egov__name *name = NULL;
	struct egov__name_cursor cursor;
	struct egov__name_item item = { .tag = 0 };
	struct egov_error err = { 0 };
	bool more = false;

	(void)state;
	assert_ok(egov__name_parse("C=CN,ST=Hubei,O=x,serialNumber=9,E=a@b,CN=y", &name, &err), &err);
	assert_ok(egov__name_encode(name, &out, &err), &err);
	assert_ok(egov__name_begin(egov_buf_slice(&out), &cursor, &err), &err);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_ok(egov__name_next(&cursor, &item, &more, &err), &err);
		assert_true(more);
		assert_int_equal(item.type, wanted[i].type);
		assert_int_equal(item.tag, wanted[i].tag);
		assert_int_equal(item.rdn, i);
	}
	assert_ok(egov__name_next(&cursor, &item, &more, &err), &err);
	assert_false(more);
	assert_ok(egov__name_check(egov_buf_slice(&out), &err), &err);
	egov__name_free(name);
	egov__buf_clear(&out);
}

static void bounds_count_characters(void **state)
{
	char sixty_four[64 * 3 + 4];
	struct egov__name *name = egov__name_new();
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < 65; i++)
		memcpy(sixty_four + 3 * i, "\xe5\xb1\x80", 4);
	add_fails("O", egov__slice_text(sixty_four), "65 characters, at most 64 allowed");
	assert_ok(egov__name_add(name, egov__attribute_by_oid(EGOV__OID_ORGANIZATION),
	                         (struct egov_slice){ (const uint8_t *)sixty_four, 64 * 3 }, &err),
	          &err);
	egov__name_free(name);
}

static void refuses_values(void **state)
{
	static const uint8_t cut[] = { 0xe5, 0xb1 }, overlong[] = { 0xc0, 0xaf };
	static const uint8_t surrogate[] = { 0xed, 0xa0, 0x80 }, nul[] = { 'a', 0, 'b' };

	(void)state;
	add_fails("O", EGOV__NO_SLICE, "organizationName: empty");
	add_fails("O", EGOV__SLICE(cut), "organizationName: not UTF-8");
	add_fails("O", EGOV__SLICE(overlong), "not UTF-8");
	add_fails("O", EGOV__SLICE(surrogate), "not UTF-8");
	add_fails("O", EGOV__SLICE(nul), "control character");
	add_fails("O", egov__slice_text("a\nb"), "control character");
	add_fails("O", egov__slice_text("a\xc2\x85"), "control character");
	add_fails("C", egov__slice_text("cn"), "upper-case");
	add_fails("C", egov__slice_text("CHN"), "3 characters");
	add_fails("serialNumber", egov__slice_text("a_b"), "PrintableString");
	add_fails("serialNumber", egov__slice_text("\xe5\xb1\x80"), "PrintableString");
	add_fails("E", egov__slice_text("\xe5\xb1\x80@x"), "IA5String");
}

static void parses_both_forms(void **state)
{
	static const char *const same[] = {
		"C=CN, O=A\\, B, OU=x\\+y\\3dz, CN=\xe5\xbc\xa0",
		" c = CN ,O=A\\, B , ou=x\\2By=z,commonName=\xe5\xbc\xa0",
		"/C=CN/O=A, B/OU=x\\+y=z/CN=\xe5\xbc\xa0",
		"C=CN,2.5.4.10=A\\, B,OU=x\\+y\\=z,CN=\\e5\\bc\\a0",
	};
	struct egov_buf first = EGOV__BUF(500);
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct egov_buf out = EGOV__BUF(500);
		struct egov__name *name = NULL;

		assert_ok(egov__name_parse(same[i], &name, &err), &err);
		assert_ok(egov__name_encode(name, i == 0 ? &first : &out, &err), &err);
		if (i > 0)
			assert_true(egov__slice_equal(egov_buf_slice(&first), egov_buf_slice(&out)));
		egov__name_free(name);
		egov__buf_clear(&out);
	}
	egov__buf_clear(&first);
}

/* What is shown can be parsed again, whatever it holds. */
static void print_and_parse_agree(void **state)
{
	static const char *const values[] = { " a ", "#a", "a,b+c\"d\\e<f>g;h", "a=b/c", "  ", " ",
		                              "\xf0\xa0\x80\x80" };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct egov_buf der = EGOV__BUF(500), again = EGOV__BUF(500), text = EGOV__BUF(500);
		struct egov__name *name = egov__name_new();

		add(name, "C", "CN");
		add(name, "CN", values[i]);
		assert_ok(egov__name_encode(name, &der, &err), &err);
		egov__name_free(name);
		name = NULL;
		egov__name_print(egov_buf_slice(&der), &text);
		assert_ok(egov__name_parse(egov__buf_string(&text), &name, &err), &err);
		assert_ok(egov__name_encode(name, &again, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&der), egov_buf_slice(&again)));
		egov__name_free(name);
		egov__buf_clear(&der);
		egov__buf_clear(&again);
		egov__buf_clear(&text);
	}
}

static void refuses_texts(void **state)
{
	static const struct {
		const char *text;
		enum egov_status status;
		const char *fragment;
	} bad[] = {
		{ "", EGOV_E_SYNTAX, "want an attribute type" },
		{ "CN", EGOV_E_SYNTAX, "want an attribute type" },
		{ "C=CN,", EGOV_E_SYNTAX, "want an attribute type" },
		{ "C=CN,FOO=x", EGOV_E_SYNTAX, "no such attribute type" },
		{ "C=CN,O=a+CN=b", EGOV_E_SYNTAX, "one attribute an RDN" },
		{ "C=CN,O=\"a\"", EGOV_E_SYNTAX, "must be escaped" },
		{ "C=CN,O=#0c0161", EGOV_E_SYNTAX, "hexadecimal" },
		{ "C=CN,O=a\\q", EGOV_E_SYNTAX, "unknown escape" },
		{ "C=CN,O=a\\", EGOV_E_SYNTAX, "unknown escape" },
		{ "C=CN,O=", EGOV_E_POLICY, "organizationName: empty" },
		{ "C=CN,O=\\00", EGOV_E_POLICY, "control character" },
		{ "CN=x,C=CN", EGOV_E_POLICY, "C stands after CN" },
		{ "C=CN,OU=x,O=y", EGOV_E_POLICY, "O stands after OU" },
		{ "C=CN,CN=x,CN=y", EGOV_E_POLICY, "commonName: given twice" },
	};
	struct egov_error err = { 0 };
	struct egov__name *name = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_fails(egov__name_parse(bad[i].text, &name, &err), &err, bad[i].status,
		             bad[i].fragment);
		assert_null(name);
	}
}

static void empty_name_is_not_written(void **state)
{
	struct egov_buf out = EGOV__BUF(100);
	struct egov__name *name = egov__name_new();
	struct egov_error err = { 0 };

	(void)state;
	assert_fails(egov__name_encode(name, &out, &err), &err, EGOV_E_POLICY, "empty");
	assert_int_equal(out.size, 0);
	egov__name_free(name);
	egov__name_free(NULL);
}

static void prints(const char *hex, const char *wanted)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_buf text = EGOV__BUF(1000);

	egov__name_print(egov_buf_slice(der), &text);
	assert_string_equal(egov__buf_string(&text), wanted);
	egov__buf_clear(&text);
	egov_buf_free(der);
}

static void foreign_strings_are_shown(void **state)
{
	(void)state;
	/* BMPString, T61String as Latin-1, UniversalString */
	prints("300f 310d 300b 0603 550403 1e04 5f204e09", "CN=\xe5\xbc\xa0\xe4\xb8\x89");
	prints("300c 310a 3008 0603 550403 1401 e9", "CN=\xc3\xa9");
	prints("300f 310d 300b 0603 550403 1c04 00005f20", "CN=\xe5\xbc\xa0");
	/* odd BMPString, lone surrogate, UTF-8 that is none, an INTEGER */
	prints("300e 310c 300a 0603 550403 1e03 5f204e", "CN=#1e035f204e");
	prints("300d 310b 3009 0603 550403 1e02 d800", "CN=#1e02d800");
	prints("300d 310b 3009 0603 550403 0c02 e5b1", "CN=#0c02e5b1");
	prints("300c 310a 3008 0603 550403 0201 05", "CN=#020105");
	/* unknown type; several attributes in one RDN; a control character */
	prints("300b 3109 3007 0602 2a03 0c01 61", "1.2.3=a");
	prints("3016 3114 3008 0603 550403 0c01 61 3008 0603 55040a 0c01 62", "CN=a+O=b");
	prints("300d 310b 3009 0603 550403 0c02 c285", "CN=\\c2\\85");
	prints("300d 310b 3009 0603 550403 0c02 610a", "CN=a\\0a");
	prints("3000", "");
	prints("3001", "#3001");
	prints("3002 3100", "#30023100");
	prints("", "#");
}

static void walk_refuses(const char *hex, const char *fragment)
{
	struct egov_buf *der = help_hex_buf(hex);
	struct egov_error err = { 0 };

	assert_fails(egov__name_check(egov_buf_slice(der), &err), &err, EGOV_E_SYNTAX, fragment);
	egov_buf_free(der);
}

static void malformed_names_are_refused(void **state)
{
	(void)state;
	walk_refuses("", "cut short");
	walk_refuses("3002 3100", "empty RDN");
	walk_refuses("300c 310a 3008 0603 550403 0c01 61 00", "after its end");
	walk_refuses("300e 310c 300a 0603 550403 0c01 61 0500", "attribute: 2 octets");
	walk_refuses("3016 3114 3008 0603 55040a 0c01 61 3008 0603 550403 0c01 62", "out of order");
	walk_refuses("300d 310b 3009 0603 550403 0c02 e5b1", "commonName: not UTF-8");
	walk_refuses("300c 310a 3008 0603 550403 1301 40", "PrintableString");
	walk_refuses("300c 310a 3008 0603 550403 1601 80", "string type");
	walk_refuses("300c 310a 3008 0603 550403 0c01 00", "control character");
	walk_refuses("300a 3108 3006 0601 80 0c01 61", "malformed OBJECT IDENTIFIER");
}

static void values_are_found(void **state)
{
	struct egov_buf *der = help_hex_buf("301b 310d 300b 0603 550403 1e04 5f204e09"
	                                    "310a 3008 0603 55040a 1e01 61");
	struct egov_buf out = EGOV__BUF(100);
	struct egov_error err = { 0 };
	bool found = false;

	(void)state;
	assert_ok(egov__name_get(egov_buf_slice(der), EGOV__OID_COMMON_NAME, &out, &found, &err),
	          &err);
	assert_true(found);
	assert_string_equal(egov__buf_string(&out), "\xe5\xbc\xa0\xe4\xb8\x89");
	assert_fails(egov__name_get(egov_buf_slice(der), EGOV__OID_ORGANIZATION, &out, &found, &err),
	             &err, EGOV_E_SYNTAX, "organizationName");
	assert_int_equal(out.size, 6);
	assert_ok(egov__name_get(egov_buf_slice(der), EGOV__OID_TITLE, &out, &found, &err), &err);
	assert_false(found);
	egov__buf_clear(&out);
	egov_buf_free(der);
}

/* Stock OpenSSL reads our names as they were meant. */
static void openssl_reads_the_same(void **state)
{
	static const char text[] = "C=CN, ST=\xe6\xb9\x96\xe5\x8c\x97, O=\xe6\x9f\x90\xe5\xb1\x80, "
				   "OU=a, UID=u1, E=a@b.cn, CN=\xe5\xbc\xa0\xe4\xb8\x89";
	char *dir = help_dir();
	struct egov_buf der = EGOV__BUF(1000);
	struct egov__name *name = NULL;
	struct egov_error err = { 0 };
	char *path = NULL;

	(void)state;
	assert_ok(egov__name_parse(text, &name, &err), &err);
	assert_ok(egov__name_encode(name, &der, &err), &err);
	assert_true(asprintf(&path, "%s/name.der", dir) > 0);
	help_write(path, egov_buf_slice(&der));
	/* a certificate of OpenSSL's under this subject, read back as bytes */
	assert_int_equal(
		help_run("cd %s && openssl req -x509 -newkey rsa:2048 -nodes -keyout k -utf8 "
	                 "-subj '/C=CN/ST=\xe6\xb9\x96\xe5\x8c\x97/O=\xe6\x9f\x90\xe5\xb1\x80/OU=a/UID=u1"
	                 "/emailAddress=a@b.cn/CN=\xe5\xbc\xa0\xe4\xb8\x89' -outform DER -out c.der "
	                 "2>/dev/null && at=$(openssl asn1parse -inform DER -in c.der | "
	                 "sed -n 's/^ *\\([0-9]*\\):d=2 .*SEQUENCE.*/\\1/p' | sed -n 2p) && "
	                 "openssl asn1parse -inform DER -in c.der -strparse $at -noout -out s.der && "
	                 "cmp s.der name.der",
	                 dir),
		0);
	free(path);
	egov__name_free(name);
	egov__buf_clear(&der);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_order_and_types),
		cmocka_unit_test(string_types_are_those_of_the_standard),
		cmocka_unit_test(bounds_count_characters),
		cmocka_unit_test(refuses_values),
		cmocka_unit_test(parses_both_forms),
		cmocka_unit_test(print_and_parse_agree),
		cmocka_unit_test(refuses_texts),
		cmocka_unit_test(empty_name_is_not_written),
		cmocka_unit_test(foreign_strings_are_shown),
		cmocka_unit_test(malformed_names_are_refused),
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(openssl_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
