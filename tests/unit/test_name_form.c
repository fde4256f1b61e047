/* SPDX-License-Identifier: Apache-2.0 */
/* Names against single subtrees, form by form (RFC 5280, 4.2.1.10). */
#include "help.h"

#include "verify/judge.h"
#include "x509/name.h"

enum { BAD_BASE = 10, BAD_NAME };

struct row {
	const char *base, *name;
	int fit;                        /* enum egov__fit, or one of the above */
};

/* The value of a name of this form: hex of an address, text of a DN, or as it is. */
static struct egov_buf *value_of(uint8_t tag, const char *text)
{
	struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT);
	struct egov__name *name = NULL;
	struct egov_error err = { 0 };

	if (tag == EGOV__GN_IP || text[0] == '#') {
		egov_buf_free(value);
		return help_hex_buf(text[0] == '#' ? text + 1 : text);
	}
	if (tag == EGOV__GN_DIRECTORY) {
		assert_ok(egov__name_parse(text, &name, &err), &err);
		assert_ok(egov__name_encode(name, value, &err), &err);
		egov__name_free(name);
	} else {
		egov__buf_text(value, text);
	}
	return value;
}

static int fit_of(uint8_t tag, const struct row *row)
{
	struct egov_buf *base_value = value_of(tag == EGOV__GN_SMTP_UTF8 ? EGOV__GN_EMAIL : tag,
	                                       row->base);
	struct egov_buf *name_value = value_of(tag, row->name);
	const struct egov__general_name base = { tag == EGOV__GN_SMTP_UTF8 ? EGOV__GN_EMAIL : tag,
		                                 egov_buf_slice(base_value) };
	const struct egov__general_name name = { tag, egov_buf_slice(name_value) };
	enum egov__fit fit = EGOV__FIT_OUTSIDE;
	int found;

	if (egov__name_form_base(&base, NULL) != EGOV_OK)
		found = BAD_BASE;
	else if (egov__name_form_check(&name, NULL) != EGOV_OK)
		found = BAD_NAME;
	else {
		assert_int_equal(egov__name_form_fit(&name, &base, &fit, NULL), EGOV_OK);
		found = (int)fit;
	}
	egov_buf_free(base_value);
	egov_buf_free(name_value);
	return found;
}

static void expect(uint8_t tag, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("%s in %s\n", rows[i].name, rows[i].base);
		assert_int_equal(fit_of(tag, &rows[i]), rows[i].fit);
	}
}
#define EXPECT(tag, rows) expect(tag, rows, sizeof(rows) / sizeof((rows)[0]))

static void dns_names(void **state)
{
	static const struct row rows[] = {
		{ "example.cn", "example.cn", EGOV__FIT_INSIDE },
		{ "example.cn", "www.example.cn", EGOV__FIT_INSIDE },
		{ "example.cn", "a.b.EXAMPLE.cn", EGOV__FIT_INSIDE },
		{ "example.cn", "badexample.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "cn", EGOV__FIT_OUTSIDE },
		{ "", "example.cn", EGOV__FIT_INSIDE },
		{ ".example.cn", "www.example.cn", EGOV__FIT_INSIDE },
		{ ".example.cn", "example.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "*.example.cn", EGOV__FIT_INSIDE },
		{ "cn", "*.example.cn", EGOV__FIT_INSIDE },
		{ ".example.cn", "*.example.cn", EGOV__FIT_INSIDE },
		{ "www.example.cn", "*.example.cn", EGOV__FIT_OVERLAPS },
		{ "a.www.example.cn", "*.example.cn", EGOV__FIT_OUTSIDE },
		{ ".www.example.cn", "*.example.cn", EGOV__FIT_OUTSIDE },
		{ "other", "*.example.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "www.*.example.cn", BAD_NAME },
		{ "example.cn", "w*.example.cn", BAD_NAME },
		{ "example.cn", "*", BAD_NAME },
		{ "example.cn", "", BAD_NAME },
		{ "example.cn", "www.example.cn.", BAD_NAME },
		{ "example.cn", "www..example.cn", BAD_NAME },
		{ "example.cn", "w_w.example.cn", BAD_NAME },
		{ "example.cn", "-w.example.cn", BAD_NAME },
		{ "*.example.cn", "www.example.cn", BAD_BASE },
		{ "example.cn.", "www.example.cn", BAD_BASE },
		{ "..example.cn", "www.example.cn", BAD_BASE },
		{ ".", "www.example.cn", BAD_BASE },
	};

	(void)state;
	EXPECT(EGOV__GN_DNS, rows);
}

static void mailboxes(void **state)
{
	static const struct row rows[] = {
		{ "example.cn", "zhang@example.cn", EGOV__FIT_INSIDE },
		{ "example.cn", "zhang@EXAMPLE.cn", EGOV__FIT_INSIDE },
		{ "example.cn", "zhang@www.example.cn", EGOV__FIT_OUTSIDE },
		{ ".example.cn", "zhang@www.example.cn", EGOV__FIT_INSIDE },
		{ ".example.cn", "zhang@example.cn", EGOV__FIT_OUTSIDE },
		{ "zhang@example.cn", "zhang@Example.cn", EGOV__FIT_INSIDE },
		{ "zhang@example.cn", "Zhang@example.cn", EGOV__FIT_OUTSIDE },
		{ "zhang@example.cn", "zhang@other.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "zhang", BAD_NAME },
		{ "example.cn", "@example.cn", BAD_NAME },
		{ "example.cn", "zhang@", BAD_NAME },
		{ "example.cn", "a@b@example.cn", BAD_NAME },
		{ "example.cn", "\"a@other.cn\"@example.cn", BAD_NAME },
		{ "example.cn", "zhang@[10.0.0.1]", BAD_NAME },
		{ "example.cn", "zh ang@example.cn", BAD_NAME },
		{ "example.cn", "\xc3\xa9@example.cn", BAD_NAME },
		{ "", "zhang@example.cn", BAD_BASE },
		{ "@example.cn", "zhang@example.cn", BAD_BASE },
		{ "zhang@.example.cn", "zhang@example.cn", BAD_BASE },
	};
	static const struct row utf8[] = {
		{ "example.cn", "\xc3\xa9@example.cn", EGOV__FIT_INSIDE },
		{ ".example.cn", "\xc3\xa9@example.cn", EGOV__FIT_OUTSIDE },
		{ "zhang@example.cn", "zhang@example.cn", EGOV__FIT_OVERLAPS },
		{ "zhang@example.cn", "\xc3\xa9@example.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "\xc3@example.cn", BAD_NAME },
	};

	(void)state;
	EXPECT(EGOV__GN_EMAIL, rows);
	EXPECT(EGOV__GN_SMTP_UTF8, utf8);
}

static void uris(void **state)
{
	static const struct row rows[] = {
		{ "www.example.cn", "http://www.example.cn/a", EGOV__FIT_INSIDE },
		{ "www.example.cn", "http://WWW.example.cn:80?q", EGOV__FIT_INSIDE },
		{ "www.example.cn", "ldap://a:b@www.example.cn#x", EGOV__FIT_INSIDE },
		{ "www.example.cn", "http://www.example.cn@other.cn/", EGOV__FIT_OUTSIDE },
		{ "example.cn", "http://www.example.cn/", EGOV__FIT_OUTSIDE },
		{ ".example.cn", "http://www.example.cn/", EGOV__FIT_INSIDE },
		{ ".example.cn", "http://example.cn/", EGOV__FIT_OUTSIDE },
		{ "example.cn", "http://other.cn/example.cn", EGOV__FIT_OUTSIDE },
		{ "example.cn", "urn:example.cn", BAD_NAME },
		{ "example.cn", "http:///example.cn", BAD_NAME },
		{ "example.cn", "http://10.0.0.1/", BAD_NAME },
		{ "example.cn", "http://0x0a.0x01/", BAD_NAME },
		{ "example.cn", "http://[::1]/", BAD_NAME },
		{ "example.cn", "http://localhost/", BAD_NAME },
		{ "example.cn", "http://example.cn:8x/", BAD_NAME },
		{ "example.cn", "://example.cn/", BAD_NAME },
		{ "", "http://example.cn/", BAD_BASE },
		{ "example.cn:80", "http://example.cn/", BAD_BASE },
		{ "http://example.cn", "http://example.cn/", BAD_BASE },
	};

	(void)state;
	EXPECT(EGOV__GN_URI, rows);
}

static void addresses(void **state)
{
	static const struct row rows[] = {
		{ "0a000000ff000000", "0a010203", EGOV__FIT_INSIDE },
		{ "0a000000ff000000", "0b010203", EGOV__FIT_OUTSIDE },
		{ "0a010203ffffffff", "0a010203", EGOV__FIT_INSIDE },
		{ "0a010203ffffffff", "0a010202", EGOV__FIT_OUTSIDE },
		{ "0000000000000000", "0a010203", EGOV__FIT_INSIDE },
		{ "0000000000000000", "20010db8000000000000000000000001", EGOV__FIT_OUTSIDE },
		{ "20010db8000000000000000000000000ffffffff000000000000000000000000",
		  "20010db8000000000000000000000001", EGOV__FIT_INSIDE },
		{ "20010db8000000000000000000000000ffffffff000000000000000000000000",
		  "20010db9000000000000000000000001", EGOV__FIT_OUTSIDE },
		{ "0a000000ff000000", "0a0102", BAD_NAME },
	};

	(void)state;
	EXPECT(EGOV__GN_IP, rows);
}

static void directory_names(void **state)
{
	static const struct row rows[] = {
		{ "C=CN, O=Office", "C=CN, O=Office, CN=zhang", EGOV__FIT_INSIDE },
		{ "C=CN, O=Office", "C=CN, O=Office", EGOV__FIT_INSIDE },
		{ "C=CN, O=Office", "C=CN", EGOV__FIT_OUTSIDE },
		{ "C=CN, O=Office", "C=CN, O=Officer", EGOV__FIT_OUTSIDE },
		{ "C=CN, O=Office", "C=CN, O=\\  oFFice\\ ", EGOV__FIT_INSIDE },
		{ "C=CN, O=Tax Office", "C=CN, O=tax   office", EGOV__FIT_INSIDE },
		{ "C=CN, O=Tax Office", "C=CN, O=taxoffice", EGOV__FIT_OUTSIDE },
		{ "C=CN, O=Office", "C=CN, OU=Office", EGOV__FIT_OUTSIDE },
		{ "#3000", "C=CN", EGOV__FIT_INSIDE },
		/* O=A as PrintableString, UTF8String, BMPString; as OCTET STRING. */
		{ "#300c310a3008060355040a130141", "#300c310a3008060355040a0c0161",
		  EGOV__FIT_INSIDE },
		{ "#300c310a3008060355040a130141", "#300d310b3009060355040a1e020061",
		  EGOV__FIT_INSIDE },
		{ "#300c310a3008060355040a130141", "#300c310a3008060355040a040141", BAD_NAME },
		{ "#300c310a3008060355040a040141", "C=CN", BAD_BASE },
		/* An RDN of two attributes is neither of them. */
		{ "#300c310a3008060355040a130141",
		  "#301631143008060355040a1301413008060355040b130142", EGOV__FIT_OUTSIDE },
		{ "#301631143008060355040a1301413008060355040b130142",
		  "#300c310a3008060355040a130141", EGOV__FIT_OUTSIDE },
		{ "#301631143008060355040a1301413008060355040b130142",
		  "#301631143008060355040a1301613008060355040b130162", EGOV__FIT_INSIDE },
	};

	(void)state;
	EXPECT(EGOV__GN_DIRECTORY, rows);
}

static void other_forms_are_not_evaluated(void **state)
{
	static const uint8_t forms[] = { EGOV__GN_OTHER, EGOV__GN_X400, EGOV__GN_EDI,
		                         EGOV__GN_REGISTERED_ID };

	(void)state;
	for (size_t i = 0; i < sizeof(forms); i++) {
		const struct egov__general_name name = { forms[i], EGOV__SLICE(forms) };

		assert_int_equal(egov__name_form_check(&name, NULL), EGOV_E_UNSUPPORTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dns_names),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(uris),
		cmocka_unit_test(addresses),
		cmocka_unit_test(directory_names),
		cmocka_unit_test(other_forms_are_not_evaluated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
