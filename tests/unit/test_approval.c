/* SPDX-License-Identifier: Apache-2.0 */
#include "help_issue.h"
#include "made.h"

#include "crypto/sm3.h"
#include "record/approval.h"

static const char matter_hex[] =
	"3032 020101 0c0d 6567 6f76 6361 206d 6174 7465 72"      /* "egovca matter" */
	"0402 abcd 0c05 6973 7375 65 0c02 3430"                  /* home, "issue", "40" */
	"300f 300d 0c06 7365 7269 616c 0c03 343030";             /* serial: 400 */

/* These octets are signed: they may never change. */
static void test_the_bytes_of_a_matter(void **state)
{
	static const uint8_t home[] = { 0xab, 0xcd };
	struct egov_buf facts = EGOV__BUF(200), der = EGOV__BUF(200);
	struct egov__matter matter = { .home = EGOV__SLICE(home), .act = egov__slice_text("issue"),
		                       .subject = egov__slice_text("40") };
	struct egov_buf *wanted = help_hex_buf(matter_hex);
	struct egov__matter read;
	struct egov_slice key, value, left;
	struct egov_error err = { 0 };

	(void)state;
	egov__fact_text_add(&facts, "serial", "400");
	matter.facts = egov_buf_slice(&facts);
	assert_ok(egov__matter_encode(&matter, &der, &err), &err);
	assert_int_equal(der.size, wanted->size);
	assert_memory_equal(der.data, wanted->data, wanted->size);
	assert_ok(egov__matter_decode(egov_buf_slice(wanted), &read, &err), &err);
	assert_true(egov__slice_equal(read.home, matter.home));
	assert_true(egov__slice_equal(read.act, matter.act));
	assert_true(egov__slice_equal(read.subject, matter.subject));
	left = read.facts;
	assert_true(egov__fact_next(&left, &key, &value));
	assert_true(egov__slice_equal(key, egov__slice_text("serial")));
	assert_true(egov__slice_equal(value, egov__slice_text("400")));
	assert_false(egov__fact_next(&left, &key, &value));
	/* The same for a home for tests is another matter. */
	assert_false(read.test);
	egov_buf_reset(&der);
	matter.test = true;
	assert_ok(egov__matter_encode(&matter, &der, &err), &err);
	assert_false(egov__slice_equal(egov_buf_slice(&der), egov_buf_slice(wanted)));
	assert_ok(egov__matter_decode(egov_buf_slice(&der), &read, &err), &err);
	assert_true(read.test);
	egov__buf_clear(&facts);
	egov__buf_clear(&der);
	egov_buf_free(wanted);
}

static void test_bad_matters(void **state)
{
	static const struct {
		const char *old, *new, *fragment;
	} cases[] = {
		{ "020101", "020102", "not version 1" },
		{ "6d6174746572", "6d6174746573", "not version 1 of \"egovca matter\"" },
		{ "0402abcd", "0c02abcd", "home" },
		{ "6973737565", "6973730a65", "act: not UTF-8 text" },
		{ "0c023430", "0c02c328", "subject: not UTF-8 text" },
		{ "0c03343030", "0403343030", "value" },
		{ "300f300d", "310f300d", "facts" },
		{ "3032", "3033", "" },
	};
	char *flat = strdup(matter_hex), *to = flat;
	struct egov_error err = { 0 };
	struct egov__matter read;

	(void)state;
	for (const char *from = matter_hex; *from != 0; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *changed = help_changed(flat, cases[i].old, cases[i].new);
		struct egov_buf *der = help_hex_buf(changed);

		assert_fails(egov__matter_decode(egov_buf_slice(der), &read, &err), &err,
		             EGOV_E_SYNTAX, cases[i].fragment);
		egov_buf_free(der);
		free(changed);
	}
	free(flat);
}

/* --- statements and approvals --- */

struct bench {
	struct help_key key, other;
	struct egov_buf *certificate;
	struct egov_buf statement, signature, approval;
	uint8_t digest[32];
};

static void bench_sign(struct bench *b, const struct help_key *key)
{
	egov_buf_reset(&b->signature);
	help_sign_message(key, egov_buf_slice(&b->statement), &b->signature);
}

static void bench_new(struct bench *b)
{
	static const uint8_t nonce[EGOV__NONCE] = { 9 };
	struct egov_buf *matter = help_hex_buf(matter_hex);
	struct egov__statement s = { .matter.der = egov_buf_slice(matter), .time = 1780000000,
		                     .nonce = EGOV__SLICE(nonce) };
	struct made made;
	struct egov_slice der;
	struct egov_error err = { 0 };

	memset(b, 0, sizeof(*b));
	b->statement = b->signature = b->approval = (struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	help_key_make(&b->key);
	help_key_make(&b->other);
	made_cert(&made);
	made_set(&made, MADE_KEY, EGOV__SLICE(b->key.spki));
	b->certificate = egov_buf_new(EGOV__MAX_OBJECT);
	made_signed(&made, b->certificate);
	made_clear(&made);
	der = egov_buf_slice(b->certificate);
	assert_ok(egov__sm3(&der, 1, b->digest, &err), &err);
	s.certificate = EGOV__SLICE(b->digest);
	assert_ok(egov__statement_encode(&s, &b->statement, &err), &err);
	bench_sign(b, &b->key);
	egov_buf_free(matter);
}

static void bench_free(struct bench *b)
{
	help_key_clear(&b->key);
	help_key_clear(&b->other);
	egov_buf_free(b->certificate);
	egov__buf_clear(&b->statement);
	egov__buf_clear(&b->signature);
	egov__buf_clear(&b->approval);
}

static void test_an_approval(void **state)
{
	struct bench b;
	struct egov_error err = { 0 };
	struct egov__approval made, read;
	struct egov_slice cut;

	(void)state;
	bench_new(&b);
	made = (struct egov__approval){ .statement.der = egov_buf_slice(&b.statement),
		                        .certificate = egov_buf_slice(b.certificate),
		                        .signature = egov_buf_slice(&b.signature) };
	assert_ok(egov__approval_encode(&made, &b.approval, &err), &err);
	assert_ok(egov__approval_decode(egov_buf_slice(&b.approval), &read, &err), &err);
	assert_int_equal(read.statement.time, 1780000000);
	assert_true(egov__slice_equal(read.certificate, made.certificate));
	assert_ok(egov__statement_verify(&read.statement, read.certificate, read.signature, &err),
	          &err);
	for (size_t size = 0; size < b.approval.size; size++) {
		cut = (struct egov_slice){ b.approval.data, size };
		assert_int_equal(egov__approval_decode(cut, &read, NULL), EGOV_E_SYNTAX);
	}
	bench_free(&b);
}

static void test_wrong_signatures(void **state)
{
	struct bench b;
	struct egov_error err = { 0 };
	struct egov__statement s;
	struct made made;
	struct egov_buf another = EGOV__BUF(EGOV__MAX_OBJECT);

	(void)state;
	bench_new(&b);
	assert_ok(egov__statement_decode(egov_buf_slice(&b.statement), &s, &err), &err);
	bench_sign(&b, &b.other);
	assert_fails(egov__statement_verify(&s, egov_buf_slice(b.certificate),
	                                    egov_buf_slice(&b.signature), &err),
	             &err, EGOV_E_UNTRUSTED, "");
	/* The same key in another certificate: the statement names the one. */
	made_cert(&made);
	made_set(&made, MADE_KEY, EGOV__SLICE(b.key.spki));
	made_set_hex(&made, MADE_SERIAL, "020177");
	made_signed(&made, &another);
	made_clear(&made);
	bench_sign(&b, &b.key);
	assert_fails(egov__statement_verify(&s, egov_buf_slice(&another),
	                                    egov_buf_slice(&b.signature), &err),
	             &err, EGOV_E_UNTRUSTED, "names another certificate");
	/* Any octet changed. */
	for (size_t i = 0; i < b.statement.size; i += 7) {
		b.statement.data[i] ^= 0x20;
		s.der = egov_buf_slice(&b.statement);
		assert_int_equal(egov__statement_verify(&s, egov_buf_slice(b.certificate),
		                                        egov_buf_slice(&b.signature), NULL),
		                 EGOV_E_UNTRUSTED);
		b.statement.data[i] ^= 0x20;
	}
	assert_ok(egov__statement_verify(&s, egov_buf_slice(b.certificate),
	                                 egov_buf_slice(&b.signature), &err), &err);
	egov__buf_clear(&another);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bytes_of_a_matter),
		cmocka_unit_test(test_bad_matters),
		cmocka_unit_test(test_an_approval),
		cmocka_unit_test(test_wrong_signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
