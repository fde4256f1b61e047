/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "base/pem.h"
#include "base/text.h"

static void base64_both_ways(void **state)
{
	/* RFC 4648, 10 */
	static const char *const rows[][2] = {
		{ "", "" },         { "f", "Zg==" },         { "fo", "Zm8=" },        { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};
	struct egov_error err = { 0 };
	struct egov_buf out = EGOV__BUF(1000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		egov_buf_reset(&out);
		egov__base64_encode(&out, egov__slice_text(rows[i][0]), 0);
		assert_true(egov__slice_is(egov_buf_slice(&out), rows[i][1]));
		egov_buf_reset(&out);
		assert_ok(egov__base64_decode(egov__slice_text(rows[i][1]), &out, &err), &err);
		assert_true(egov__slice_is(egov_buf_slice(&out), rows[i][0]));
	}
	egov_buf_reset(&out);
	assert_ok(egov__base64_decode(egov__slice_text(" Zm9v\r\n\tYm E=\n"), &out, &err), &err);
	assert_true(egov__slice_is(egov_buf_slice(&out), "fooba"));
	egov__buf_clear(&out);
}

static void base64_refuses_all_else(void **state)
{
	static const char *const rows[] = { "Z",   "Zg",   "Zg=",  "Zg===", "Z===", "====", "=",   "Zm9v=",
		                            "Zm8=Zm8=", "Zh==", "Zm9=", "Zm9-", ("Zm\xe5" "9v"), "Zg=a" };
	static const uint8_t nul[] = { 'Z', 'm', 0, '9', 'v' };
	struct egov_error err = { 0 };
	struct egov_buf out = EGOV__BUF(100), small = EGOV__BUF(2);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_fails(egov__base64_decode(egov__slice_text(rows[i]), &out, &err), &err,
		             EGOV_E_SYNTAX, "malformed base64");
	assert_fails(egov__base64_decode(EGOV__SLICE(nul), &out, &err), &err, EGOV_E_SYNTAX,
	             "malformed base64");
	assert_fails(egov__base64_decode(egov__slice_text("Zm9v"), &small, &err), &err, EGOV_E_LIMIT,
	             "2 octets");
	egov__buf_clear(&out);
	egov__buf_clear(&small);
}

static void pem_has_lines_of_64(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf out = EGOV__BUF(1000), der = EGOV__BUF(100);
	uint8_t bytes[49];
	struct egov_slice text;
	bool found;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	egov__pem_encode(&out, "X509 CRL", EGOV__SLICE(bytes));
	assert_string_equal(egov__buf_string(&out),
	                    "-----BEGIN X509 CRL-----\n"
	                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	                    "AA==\n"
	                    "-----END X509 CRL-----\n");
	text = egov_buf_slice(&out);
	assert_true(egov__pem_is(text));
	assert_ok(egov__pem_next(&text, "X509 CRL", &found, &der, &err), &err);
	assert_true(found);
	assert_true(egov__slice_equal(egov_buf_slice(&der), EGOV__SLICE(bytes)));
	assert_ok(egov__pem_next(&text, "X509 CRL", &found, &der, &err), &err);
	assert_false(found);
	egov__buf_clear(&out);
	egov__buf_clear(&der);
}

static void blocks_of_other_kinds_are_skipped(void **state)
{
	struct egov_slice text = egov__slice_text("notes\n-----BEGIN A-----\nZm9v\n-----END A-----\n"
	                                          "-----BEGIN B-----\r\nZm8=\r\n-----END B-----\r\n");
	struct egov_slice again = text;
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(100);
	bool found;

	(void)state;
	assert_ok(egov__pem_next(&text, "B", &found, &der, &err), &err);
	assert_true(found && egov__slice_is(egov_buf_slice(&der), "fo"));
	assert_ok(egov__pem_next(&again, NULL, &found, &der, &err), &err);
	assert_true(found && egov__slice_is(egov_buf_slice(&der), "foo"));
	assert_ok(egov__pem_next(&again, NULL, &found, &der, &err), &err);
	assert_true(found && egov__slice_is(egov_buf_slice(&der), "fo"));
	assert_false(egov__pem_is(egov__slice_text("no block in it")));
	egov__buf_clear(&der);
}

/* RFC 7468, 2: text around, lines that end in either way, a label of no octets. */
static void blocks_stand_in_text(void **state)
{
	static const struct {
		const char *text, *first, *second;
	} rows[] = {
		{ "see -----BEGIN A----- and -----END A-----\n-----BEGIN A-----\nZm9v\n-----END A-----\n",
		  "foo", NULL },
		{ "\xef\xbb\xbf-----BEGIN A-----\nZm9v\n-----END A-----", "foo", NULL },
		{ "x\r-----BEGIN A-----\rZm9v\r-----END A-----\r", "foo", NULL },
		{ "-----BEGIN A-----\r\n\r\nZm 9v\t\r\n-----END A-----\r\n-----BEGIN A-----\n-----END A-----",
		  "foo", "" },
		{ "-----BEGIN A-----Zg==-----END A-----", "f", NULL },
		{ "-----BEGIN -----\nZm9v\n-----END -----\n-----BEGIN A-----\nZg==\n-----END A-----\n",
		  "f", NULL },
		{ "only -----BEGIN A----- in a line", NULL, NULL },
	};
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(100);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_slice text = egov__slice_text(rows[i].text);
		const char *const wanted[] = { rows[i].first, rows[i].second, NULL };
		bool found = true;

		for (size_t at = 0; found; at++) {
			assert_ok(egov__pem_next(&text, "A", &found, &der, &err), &err);
			assert_int_equal(found, wanted[at] != NULL);
			if (found)
				assert_true(egov__slice_is(egov_buf_slice(&der), wanted[at]));
		}
	}
	egov__buf_clear(&der);
}

/* The digit 0 is the tag of a SEQUENCE. */
static void text_and_der_are_told_apart(void **state)
{
	static const char text[] = "0 s:C=CN, CN=A\n-----BEGIN A-----\nZm9v\n-----END A-----\n";
	static const char block[] = "\n-----BEGIN A-----\nZm9v\n-----END A-----\n";
	struct egov_buf der = EGOV__BUF(1000);
	size_t mark;

	(void)state;
	assert_true(egov__pem_is(egov__slice_text(text)));
	egov__der_put(&der, EGOV__SEQUENCE, egov__slice_text(block));   /* a short length */
	assert_false(egov__pem_is(egov_buf_slice(&der)));
	egov_buf_reset(&der);
	mark = egov__der_open(&der, EGOV__SEQUENCE);
	for (int i = 0; i < 4; i++)
		egov__buf_text(&der, block);
	egov__der_close(&der, mark);
	egov__buf_text(&der, block);            /* a long one, and text behind it */
	assert_false(egov__pem_is(egov_buf_slice(&der)));
	egov__buf_clear(&der);
}

/* A CRL of a million entries as text: neither its lines nor its blocks are looked
 * at more than once, or this would not end. */
static void large_texts_are_read_once(void **state)
{
	static const size_t blocks = 40000, large = 4u << 20;
	struct egov_buf text = EGOV__BUF(64u << 20), bytes = EGOV__BUF(32u << 20);
	struct egov_error err = { 0 };
	struct egov_slice rest;
	size_t count = 0;
	bool found = true;

	(void)state;
	memset(egov__buf_extend(&bytes, large), 0x30, large);
	for (size_t i = 0; i < blocks; i++)
		egov__buf_text(&text, "-----BEGIN B-----\nZm9v\n-----END B-----\nx -----BEGIN A-----\n");
	egov__pem_encode(&text, "A", egov_buf_slice(&bytes));
	egov_buf_reset(&bytes);
	rest = egov_buf_slice(&text);
	for (; found; count += found)
		assert_ok(egov__pem_next(&rest, "A", &found, &bytes, &err), &err);
	assert_int_equal(count, 1);
	assert_int_equal(bytes.size, large);
	egov__buf_clear(&text);
	egov__buf_clear(&bytes);
}

static void broken_blocks_are_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "-----BEGIN A-----\nZm9v\n", "does not end as it begins" },
		{ "-----BEGIN A-----\nZm9v\n-----END B-----\n", "does not end as it begins" },
		{ "-----BEGIN A-----\nZm9v\n-----END A----", "does not end as it begins" },
		{ "-----BEGIN A\nZm9v\n", "does not end as it begins" },
		{ "-----BEGIN A-----END A-----\n", "does not end as it begins" },
		{ "-----BEGIN A-----", "does not end as it begins" },
		{ "-----BEGIN ", "does not end as it begins" },
		{ "-----BEGIN A\nB-----\nZm9v\n-----END A\nB-----\n", "does not end as it begins" },
		{ "-----BEGIN A\x1b[m-----\nZm9v\n-----END A\x1b[m-----\n", "does not end as it begins" },
		{ "-----BEGIN 1234567890123456789012345678901234567890123456789012345678901234+-----\n"
		  "Zm9v\n-----END 1234567890123456789012345678901234567890123456789012345678901234+-----\n",
		  "does not end as it begins" },
		{ "-----BEGIN B-----\n-----BEGIN A-----\nZm9v\n-----END A-----\n-----END B-----\n",
		  "does not end as it begins" },
		{ "-----BEGIN A-----\nZm9\n-----END A-----\n", "PEM block A: malformed base64" },
		{ "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nZm9v\n-----END A-----\n",
		  "PEM block A: malformed base64" },
	};
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(100);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_slice text = egov__slice_text(rows[i].text);
		bool found = true;

		assert_fails(egov__pem_next(&text, NULL, &found, &der, &err), &err, EGOV_E_SYNTAX,
		             rows[i].why);
		assert_false(found);
	}
	egov__buf_clear(&der);
}

/* Collects objects with a slash behind each; refuses "stop". */
static enum egov_status collect(void *user, struct egov_slice der, struct egov_error *err)
{
	if (egov__slice_is(der, "stop"))
		return egov_error_set(err, EGOV_E_POLICY, NULL, "stopped");
	egov__buf_slice(user, der);
	egov__buf_text(user, "/");
	return EGOV_OK;
}

static void objects_come_in_three_forms(void **state)
{
	static const struct {
		const char *input, *wanted, *why;
		enum egov_status status;
	} rows[] = {
		{ "0DER", "0DER/", NULL, EGOV_OK },
		{ "MERFUg==\n", "0DER/", NULL, EGOV_OK },
		{ "-----BEGIN A-----\nZm9v\n-----END A-----\n-----BEGIN B-----\nZg==\n-----END B-----\n"
		  "-----BEGIN A-----\nZm8=\n-----END A-----\n", "foo/fo/", NULL, EGOV_OK },
		{ "-----BEGIN B-----\nZg==\n-----END B-----\n", "", "no PEM block A", EGOV_E_SYNTAX },
		{ "-----BEGIN A-----\nc3RvcA==\n-----END A-----\n-----BEGIN A-----\nZg==\n-----END A-----\n",
		  "", "stopped", EGOV_E_POLICY },
		{ "just words", "", "neither DER nor PEM nor base64", EGOV_E_SYNTAX },
		{ "", "", "neither DER nor PEM nor base64", EGOV_E_SYNTAX },
		{ "0 s:CN=x\n-----BEGIN A-----\nZm9v\n-----END A-----\n", "foo/", NULL, EGOV_OK },
		{ "-----BEGIN -----\nZg==\n-----END -----\n-----BEGIN A-----\nZm9v\n-----END A-----\n",
		  "foo/", NULL, EGOV_OK },
		{ "-----BEGIN A-----\nZm9v\n-----END A-----\n-----BEGIN A-----\nZm9v\n", "foo/",
		  "does not end as it begins", EGOV_E_SYNTAX },
	};
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_buf seen = EGOV__BUF(100);
		enum egov_status rc =
			egov__objects(egov__slice_text(rows[i].input), "A", collect, &seen, &err);

		if (rows[i].why == NULL)
			assert_ok(rc, &err);
		else
			assert_fails(rc, &err, rows[i].status, rows[i].why);
		assert_string_equal(egov__buf_string(&seen), rows[i].wanted);
		egov__buf_clear(&seen);
	}
}

/* Made as it is read, from wherever: the same text. */
static void text_of_a_source(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 47, 48, 49, 96, 1000, 24576, 24577, 60000 };
	static uint8_t octets[60000], got[90000];
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 31 + i / 256);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct egov_slice der = { octets, sizes[i] };
		const struct egov__source source = egov__source_slice(der);
		struct egov_buf wanted = EGOV__BUF(100000);
		struct egov__pem_text text;

		egov__pem_encode(&wanted, "X509 CRL", der);
		egov__pem_open(&text, "X509 CRL", &source);
		assert_int_equal(text.source.size, wanted.size);
		for (size_t at = 0; at < wanted.size; at += 1 + wanted.size / 97)
			for (size_t size = 1; size <= wanted.size - at; size = size * 3 + 1) {
				assert_ok(egov__source_read(&text.source, at, got, size, &err), &err);
				assert_memory_equal(got, wanted.data + at, size);
			}
		assert_ok(egov__source_read(&text.source, 0, got, wanted.size, &err), &err);
		assert_memory_equal(got, wanted.data, wanted.size);
		egov__buf_clear(&wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_both_ways),
		cmocka_unit_test(base64_refuses_all_else),
		cmocka_unit_test(pem_has_lines_of_64),
		cmocka_unit_test(blocks_of_other_kinds_are_skipped),
		cmocka_unit_test(blocks_stand_in_text),
		cmocka_unit_test(text_and_der_are_told_apart),
		cmocka_unit_test(large_texts_are_read_once),
		cmocka_unit_test(broken_blocks_are_refused),
		cmocka_unit_test(objects_come_in_three_forms),
		cmocka_unit_test(text_of_a_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
