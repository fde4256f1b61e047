/* SPDX-License-Identifier: Apache-2.0 */
/* Transfer packets: written, read, and refused where a single bit is another. */
#include "help.h"

#include "base/pem.h"
#include "base/text.h"
#include "key/signer.h"
#include "key/throwaway.h"
#include "record/transfer.h"

#define TIME ((egov_time)1795334400)    /* 2026-11-22T08:00:00Z */

static struct egov_signer *journal;
static struct egov_error err;

static const uint8_t zeros[32], issuer[32] = { 1 }, receiver[32] = { 2 };

struct part {
	const char *name, *der;
};

static void put_lists(struct egov_buf *out, const struct part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct egov__transfer_list list = { egov__slice_text(parts[i].name),
			                                  egov__slice_text(parts[i].der) };

		egov__transfer_add(out, &list);
	}
}

/* A packet of these lists, signed. */
static void make(struct egov_slice lists, uint64_t number, struct egov_buf *out)
{
	struct egov_buf content = EGOV__BUF(1u << 16), signature = EGOV__BUF(256);
	const struct egov__transfer transfer = { .issuer = EGOV__SLICE(issuer),
		                                 .journal_key = egov_signer_public_key(journal),
		                                 .receiver = EGOV__SLICE(receiver),
		                                 .previous = EGOV__SLICE(zeros),
		                                 .number = number,
		                                 .time = TIME,
		                                 .lists = lists };

	egov__transfer_content(&transfer, &content);
	assert_ok(egov__buf_check(&content, &err), &err);
	assert_ok(egov__signer_sign(journal, EGOV_KEY_JOURNAL, egov_buf_slice(&content), &signature,
	                            &err),
	          &err);
	egov__transfer_put(egov_buf_slice(&content), egov_buf_slice(&signature), out);
	assert_ok(egov__buf_check(out, &err), &err);
	egov__buf_clear(&content);
	egov__buf_clear(&signature);
}

static void make_of(const struct part *parts, size_t count, struct egov_buf *out)
{
	struct egov_buf lists = EGOV__BUF(1u << 16);

	put_lists(&lists, parts, count);
	make(egov_buf_slice(&lists), 7, out);
	egov__buf_clear(&lists);
}

static int set_up(void **state)
{
	(void)state;
	assert_ok(egov__signer_throwaway(EGOV_KEY_JOURNAL, &journal, &err), &err);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_signer_close(journal);
	return 0;
}

static const struct part two[] = { { "ca", "first" }, { "ca-arl", "second" } };

static void test_round_trip(void **state)
{
	struct egov_buf der = EGOV__BUF(1u << 16), pem = EGOV__BUF(1u << 16);
	struct egov__transfer transfer;
	struct egov__transfer_list list;

	(void)state;
	make_of(two, 2, &der);
	assert_true(egov__transfer_is(egov_buf_slice(&der)));
	assert_ok(egov__transfer_read(egov_buf_slice(&der), &transfer, &err), &err);
	assert_ok(egov__transfer_verify(&transfer, &err), &err);
	assert_int_equal(transfer.number, 7);
	assert_int_equal(transfer.time, TIME);
	assert_true(egov__slice_equal(transfer.issuer, EGOV__SLICE(issuer)));
	assert_true(egov__slice_equal(transfer.receiver, EGOV__SLICE(receiver)));
	assert_true(egov__slice_equal(transfer.previous, EGOV__SLICE(zeros)));
	assert_ok(egov__transfer_next(&transfer.lists, &list, &err), &err);
	assert_true(egov__slice_is(list.name, "ca"));
	assert_true(egov__slice_is(list.der, "first"));
	assert_ok(egov__transfer_next(&transfer.lists, &list, &err), &err);
	assert_true(egov__slice_is(list.name, "ca-arl"));
	assert_true(egov__slice_is(list.der, "second"));
	assert_int_equal(transfer.lists.size, 0);
	egov__pem_encode(&pem, EGOV__TRANSFER_LABEL, egov_buf_slice(&der));
	assert_true(egov__transfer_is(egov_buf_slice(&pem)));
	egov__buf_clear(&der);
	egov__buf_clear(&pem);
}

static void test_what_is_none(void **state)
{
	struct egov_buf pem = EGOV__BUF(1u << 10);

	(void)state;
	egov__pem_encode(&pem, "X509 CRL", egov__slice_text("0"));
	assert_false(egov__transfer_is(egov_buf_slice(&pem)));
	assert_false(egov__transfer_is(EGOV__NO_SLICE));
	assert_false(egov__transfer_is(egov__slice_text("0")));
	assert_false(egov__transfer_is(egov__slice_text("x-----BEGIN EGOVCA TRANSFER-----")));
	egov__buf_clear(&pem);
}

static enum egov_status judge(struct egov_slice der)
{
	struct egov__transfer transfer;
	const enum egov_status rc = egov__transfer_read(der, &transfer, NULL);

	return rc == EGOV_OK ? egov__transfer_verify(&transfer, NULL) : rc;
}

static void test_every_truncation(void **state)
{
	struct egov_buf der = EGOV__BUF(1u << 16);

	(void)state;
	make_of(two, 2, &der);
	for (size_t size = 0; size < der.size; size++)
		assert_int_equal(judge((struct egov_slice){ der.data, size }), EGOV_E_SYNTAX);
	egov__buf_byte(&der, 0);
	assert_int_equal(judge(egov_buf_slice(&der)), EGOV_E_SYNTAX);
	egov__buf_clear(&der);
}

static void test_every_octet(void **state)
{
	struct egov_buf der = EGOV__BUF(1u << 16);
	enum egov_status rc;

	(void)state;
	make_of(two, 2, &der);
	for (size_t at = 0; at < der.size; at++)
		for (unsigned bit = 0; bit < 8; bit += 7) {
			der.data[at] ^= (uint8_t)(1u << bit);
			rc = judge(egov_buf_slice(&der));
			assert_true(rc == EGOV_E_SYNTAX || rc == EGOV_E_LIMIT || rc == EGOV_E_CORRUPT);
			der.data[at] ^= (uint8_t)(1u << bit);
		}
	assert_ok(judge(egov_buf_slice(&der)), &err);
	egov__buf_clear(&der);
}

/* Signed, but not what the format allows. */
static void test_contents(void **state)
{
	static const struct {
		struct part parts[2];
		size_t count;
		const char *why;
	} cases[] = {
		{ { { "ca", "a" } }, 0, "there is none" },
		{ { { "ca", "a" }, { "ca", "b" } }, 2, "do not rise" },
		{ { { "ca-arl", "a" }, { "ca", "b" } }, 2, "do not rise" },
		{ { { "", "a" } }, 1, "no name" },
		{ { { "c", "a" } }, 1, "no name" },
		{ { { "xa", "a" } }, 1, "no name" },
		{ { { "ca/../x", "a" } }, 1, "no name" },
		{ { { "ca-ARL", "a" } }, 1, "no name" },
		{ { { "ca-aaaaaaaaaaaaaaaaaa", "a" } }, 1, "no name" },
	};
	struct egov__transfer transfer;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct egov_buf der = EGOV__BUF(1u << 16);

		make_of(cases[i].parts, cases[i].count, &der);
		assert_fails(egov__transfer_read(egov_buf_slice(&der), &transfer, &err), &err,
		             EGOV_E_SYNTAX, cases[i].why);
		egov__buf_clear(&der);
	}
}

static void test_number(void **state)
{
	static const uint64_t numbers[] = { 0, (uint64_t)INT64_MAX + 1 };
	struct egov_buf lists = EGOV__BUF(1u << 10);
	struct egov__transfer transfer;

	(void)state;
	put_lists(&lists, two, 2);
	for (size_t i = 0; i < 2; i++) {
		struct egov_buf der = EGOV__BUF(1u << 16);

		make(egov_buf_slice(&lists), numbers[i], &der);
		assert_fails(egov__transfer_read(egov_buf_slice(&der), &transfer, &err), &err,
		             EGOV_E_SYNTAX, "number");
		egov__buf_clear(&der);
	}
	egov__buf_clear(&lists);
}

static void test_subject(void **state)
{
	const struct egov__transfer_row row = { .number = 12, .digest = { 0xab, 0xcd } };
	char subject[EGOV__TRANSFER_SUBJECT];

	(void)state;
	egov__transfer_subject(&row, subject);
	assert_string_equal(subject, "transfer-12-abcd000000000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_every_truncation), cmocka_unit_test(test_every_octet),
		cmocka_unit_test(test_contents),     cmocka_unit_test(test_number),
		cmocka_unit_test(test_subject),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
