/* SPDX-License-Identifier: Apache-2.0 */
/* Names that are the same though they are written otherwise (RFC 5280, 7.1). */
#include "help.h"

#include <openssl/x509.h>

#include "base/der.h"
#include "x509/name.h"

struct attribute {
	const char *oid;                /* hex of the contents */
	uint8_t tag;
	const char *text;
	bool joined;                    /* to the RDN of the one before */
};

#define CN "550403"
#define O "55040a"
#define UTF8 EGOV__UTF8_STRING
#define PRINTABLE EGOV__PRINTABLE_STRING

static struct egov_buf *name_of(const struct attribute *list, size_t count)
{
	struct egov_buf *out = egov_buf_new(EGOV__MAX_OBJECT);
	const size_t name = egov__der_open(out, EGOV__SEQUENCE);
	size_t set = 0;

	for (size_t i = 0; i < count && list[i].oid != NULL; i++) {
		struct egov_buf *oid = help_hex_buf(list[i].oid);
		size_t pair;

		if (i == 0 || !list[i].joined)
			set = egov__der_open(out, EGOV__SET);
		pair = egov__der_open(out, EGOV__SEQUENCE);
		egov__der_put(out, EGOV__OID, egov_buf_slice(oid));
		egov__der_put(out, list[i].tag, egov__slice_text(list[i].text));
		egov__der_close(out, pair);
		if (i + 1 == count || list[i + 1].oid == NULL || !list[i + 1].joined)
			egov__der_close(out, set);
		egov_buf_free(oid);
	}
	egov__der_close(out, name);
	return out;
}

/* What OpenSSL says of the same octets. */
static bool oracle(struct egov_slice a, struct egov_slice b)
{
	const unsigned char *x = a.data, *y = b.data;
	X509_NAME *one = d2i_X509_NAME(NULL, &x, (long)a.size);
	X509_NAME *two = d2i_X509_NAME(NULL, &y, (long)b.size);
	const bool same = X509_NAME_cmp(one, two) == 0;

	assert_non_null(one);
	assert_non_null(two);
	X509_NAME_free(one);
	X509_NAME_free(two);
	return same;
}

struct row {
	struct attribute a[3], b[3];
	bool same, theirs;              /* theirs: OpenSSL folds the letters A to Z alone */
};

#define ONE(oid, tag, text) { oid, tag, text, false }
#define JOINED(oid, tag, text) { oid, tag, text, true }

static const struct row rows[] = {
	{ { ONE(CN, UTF8, "Ca") }, { ONE(CN, UTF8, "Ca") }, true, true },
	{ { ONE(CN, UTF8, "Test CA") }, { ONE(CN, PRINTABLE, "test ca") }, true, true },
	{ { ONE(CN, UTF8, "Test CA") }, { ONE(CN, UTF8, "  TEST   CA ") }, true, true },
	{ { ONE(CN, UTF8, "Test CA") }, { ONE(CN, UTF8, "TestCA") }, false, false },
	{ { ONE(CN, UTF8, "Test CA") }, { ONE(O, UTF8, "Test CA") }, false, false },
	{ { ONE(CN, UTF8, "a"), ONE(O, UTF8, "b") }, { ONE(O, UTF8, "b"), ONE(CN, UTF8, "a") }, false, false },
	{ { ONE(CN, UTF8, "a"), ONE(O, UTF8, "b") }, { ONE(CN, UTF8, "a") }, false, false },
	{ { ONE(CN, UTF8, "a"), JOINED(O, UTF8, "b") }, { ONE(CN, UTF8, "a"), ONE(O, UTF8, "b") }, false,
	  false },
	{ { ONE(CN, UTF8, "a"), JOINED(O, UTF8, "b") }, { ONE(CN, UTF8, "A"), JOINED(O, UTF8, "B") },
	  true, true },
	{ { ONE(CN, EGOV__T61_STRING, "\xc9t\xe9") }, { ONE(CN, UTF8, "\xc3\x89T\xc3\x89") }, true, false },
	{ { ONE(CN, UTF8, "政务\xe3\x80\x80中心") }, { ONE(CN, UTF8, "政务 中心") }, true, false },
	{ { ONE(CN, UTF8, "ＣＡ１") }, { ONE(CN, UTF8, "ca1") }, true, false },
	{ { ONE(CN, UTF8, "Центр") }, { ONE(CN, UTF8, "ЦЕНТР") }, true, false },
	{ { ONE(CN, UTF8, "政务") }, { ONE(CN, UTF8, "政府") }, false, false },
	{ { ONE(CN, EGOV__OCTET_STRING, "a") }, { ONE(CN, UTF8, "a") }, false, false },
	{ { ONE(CN, EGOV__OCTET_STRING, "a") }, { ONE(CN, EGOV__OCTET_STRING, "A") }, false, false },
	/* Text that is none of its type is compared as octets. */
	{ { ONE(CN, UTF8, "\xff" "a") }, { ONE(CN, UTF8, "\xff" "A") }, false, false },
};

static void names_are_compared_by_what_they_say(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_buf *a = name_of(rows[i].a, 3), *b = name_of(rows[i].b, 3);
		const bool skip = rows[i].a[0].tag == EGOV__OCTET_STRING
		                  || rows[i].a[0].text[0] == '\xff';
		bool same = !rows[i].same, back = same;

		printf("row %zu\n", i);
		assert_ok(egov__name_same(egov_buf_slice(a), egov_buf_slice(b), &same, &err), &err);
		assert_ok(egov__name_same(egov_buf_slice(b), egov_buf_slice(a), &back, &err), &err);
		assert_int_equal(same, rows[i].same);
		assert_int_equal(back, rows[i].same);
		if (!skip)
			assert_int_equal(oracle(egov_buf_slice(a), egov_buf_slice(b)), rows[i].theirs);
		egov_buf_free(a);
		egov_buf_free(b);
	}
}

static void what_is_no_name_is_refused(void **state)
{
	static const uint8_t junk[] = { 0x30, 0x02, 0x31, 0x00 }, empty[] = { 0x30, 0x00 };
	struct egov_error err = { 0 };
	bool same = true;

	(void)state;
	assert_fails(egov__name_same(EGOV__SLICE(junk), EGOV__SLICE(empty), &same, &err), &err,
	             EGOV_E_SYNTAX, "empty RDN");
	assert_ok(egov__name_same(EGOV__SLICE(junk), EGOV__SLICE(junk), &same, &err), &err);
	assert_true(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_compared_by_what_they_say),
		cmocka_unit_test(what_is_no_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
