/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/envelope.h"
#include "crypto/sm2.h"

struct custodian {
	struct egov_secret *d, *other;
	uint8_t point[65], other_point[65];
};

static int set_up(void **state)
{
	static struct custodian c;
	struct egov_error err = { 0 };

	assert_ok(egov__sm2_generate(&c.d, c.point, &err), &err);
	assert_ok(egov__sm2_generate(&c.other, c.other_point, &err), &err);
	*state = &c;
	return 0;
}

static int tear_down(void **state)
{
	struct custodian *c = *state;

	egov__secret_free(c->d);
	egov__secret_free(c->other);
	return 0;
}

static const char text[] = "a copy of an identity card";

static struct egov_buf *sealed_text(const struct custodian *c)
{
	struct egov_error err = { 0 };
	struct egov_buf *sealed = egov_buf_new(4096);

	assert_non_null(sealed);
	assert_ok(egov__envelope_seal(EGOV__SLICE(c->point), egov__slice_text(text), sealed, &err),
	          &err);
	return sealed;
}

static void both_ways(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 65535, 1u << 20 };
	const struct custodian *c = *state;
	struct egov_error err = { 0 };
	uint8_t *data = calloc(1, 1u << 20);

	assert_non_null(data);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct egov_slice in = { data, sizes[i] };
		struct egov_buf sealed = EGOV__BUF(EGOV__MAX_FILE), plain = EGOV__BUF(EGOV__MAX_FILE);

		assert_ok(egov__envelope_seal(EGOV__SLICE(c->point), in, &sealed, &err), &err);
		assert_ok(help_envelope_open(c->d, egov_buf_slice(&sealed), &plain, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&plain), in));
		egov__buf_clear(&sealed);
		egov__buf_clear(&plain);
	}
	free(data);
}

static void never_twice_the_same(void **state)
{
	struct egov_buf *one = sealed_text(*state), *other = sealed_text(*state);

	assert_false(egov__slice_equal(egov_buf_slice(one), egov_buf_slice(other)));
	assert_null(memmem(one->data, one->size, text, strlen(text)));
	egov_buf_free(one);
	egov_buf_free(other);
}

/* The wrapped key stands before an IV, of 2 + 16 octets. */
static size_t common(const struct egov_buf *one, const struct egov_buf *other)
{
	size_t n = 4;   /* the lengths may differ */

	while (n < one->size && n < other->size && one->data[n] == other->data[n])
		n++;
	return n;
}

static void one_wrapping_for_several(void **state)
{
	const struct custodian *c = *state;
	struct egov__sealer sealer = EGOV__SEALER;
	struct egov_error err = { 0 };
	struct egov_buf sealed[3], plain = EGOV__BUF(4096);

	for (size_t i = 0; i < 3; i++) {
		sealed[i] = (struct egov_buf)EGOV__BUF(4096);
		if (i == 2)
			egov__sealer_clear(&sealer);
		assert_ok(egov__sealer_seal(&sealer, EGOV__SLICE(c->point), egov__slice_text(text),
		                            &sealed[i], &err),
		          &err);
		assert_ok(help_envelope_open(c->d, egov_buf_slice(&sealed[i]), &plain, &err), &err);
		assert_true(egov__slice_equal(egov_buf_slice(&plain), egov__slice_text(text)));
		egov_buf_reset(&plain);
	}
	egov__sealer_clear(&sealer);
	assert_true(common(&sealed[0], &sealed[1]) > 100);
	/* the same text, another key stream: 26 octets before a MAC of 34 */
	assert_memory_not_equal(sealed[0].data + sealed[0].size - 60,
	                        sealed[1].data + sealed[1].size - 60, strlen(text));
	assert_memory_not_equal(sealed[0].data + sealed[0].size - 60,
	                        sealed[1].data + sealed[1].size - 60, 60);
	assert_true(common(&sealed[0], &sealed[2]) < 60);
	for (size_t i = 0; i < 3; i++)
		egov__buf_clear(&sealed[i]);
	egov__buf_clear(&plain);
}

/* Each octet of each field: version, recipient, wrapped key, IV, text, MAC and
 * every header between them. */
static void every_altered_octet_is_noticed(void **state)
{
	const struct custodian *c = *state;
	struct egov_buf *sealed = sealed_text(c);
	struct egov_buf plain = EGOV__BUF(4096);

	for (size_t i = 0; i < sealed->size; i++) {
		for (unsigned bit = 1; bit < 256; bit <<= 7) {
			sealed->data[i] ^= (uint8_t)bit;
			assert_int_equal(help_envelope_open(c->d, egov_buf_slice(sealed), &plain, NULL),
			                 EGOV_E_CORRUPT);
			sealed->data[i] ^= (uint8_t)bit;
		}
		assert_int_equal(help_envelope_open(c->d, (struct egov_slice){ sealed->data, i }, &plain,
		                                     NULL), EGOV_E_CORRUPT);
	}
	egov__buf_byte(sealed, 0);
	assert_int_equal(help_envelope_open(c->d, egov_buf_slice(sealed), &plain, NULL),
	                 EGOV_E_CORRUPT);
	assert_int_equal(plain.size, 0);
	egov_buf_free(sealed);
}

static void another_key(void **state)
{
	const struct custodian *c = *state;
	struct egov_error err = { 0 };
	struct egov_buf *sealed = sealed_text(c);
	struct egov_buf plain = EGOV__BUF(4096);

	assert_fails(help_envelope_open(c->other, egov_buf_slice(sealed), &plain, &err), &err,
	             EGOV_E_AUTH, "another custodian");
	assert_int_equal(plain.size, 0);
	egov_buf_free(sealed);
}

static void what_is_refused(void **state)
{
	const struct custodian *c = *state;
	struct egov_error err = { 0 };
	uint8_t point[65];
	struct egov_buf small = EGOV__BUF(64), sealed = EGOV__BUF(4096);

	memcpy(point, c->point, sizeof(point));
	point[40] ^= 1;
	assert_fails(egov__envelope_seal(EGOV__SLICE(point), egov__slice_text(text), &sealed, &err),
	             &err, EGOV_E_POLICY, "on the curve");
	egov__buf_text(&small, "kept");
	assert_fails(egov__envelope_seal(EGOV__SLICE(c->point), egov__slice_text(text), &small, &err),
	             &err, EGOV_E_LIMIT, "64 octets");
	assert_int_equal(small.size, 4);
	assert_fails(help_envelope_open(c->d, egov__slice_text("nothing"), &sealed, &err), &err,
	             EGOV_E_CORRUPT, "sealed data");
	egov__buf_clear(&small);
	egov__buf_clear(&sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),   cmocka_unit_test(never_twice_the_same),
		cmocka_unit_test(one_wrapping_for_several),
		cmocka_unit_test(another_key), cmocka_unit_test(every_altered_octet_is_noticed),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
