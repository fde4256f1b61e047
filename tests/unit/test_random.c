/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "crypto/random.h"

static void random_octets(void **state)
{
	struct egov_error err = { 0 };
	uint8_t one[32] = { 0 }, other[32] = { 0 };

	(void)state;
	assert_ok(egov__random(one, sizeof(one), &err), &err);
	assert_ok(egov__random(other, sizeof(other), &err), &err);
	assert_memory_not_equal(one, other, sizeof(one));
	assert_ok(egov__random(one, 0, &err), &err);
}

/* 64 KiB in which no octet value is missing or holds more than its share by far. */
static void every_octet_comes(void **state)
{
	static uint8_t out[65536];
	struct egov_error err = { 0 };
	size_t seen[256] = { 0 };

	(void)state;
	assert_ok(egov__random(out, sizeof(out), &err), &err);
	for (size_t i = 0; i < sizeof(out); i++)
		seen[out[i]]++;
	for (size_t i = 0; i < 256; i++)
		assert_in_range(seen[i], 128, 512);
}

static bool is_zero(const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (octets[i] != 0)
			return false;
	return true;
}

/* No octet is handed out twice, and none stays behind; 96 go into the stock 10 times, not 11. */
static void from_a_stock(void **state)
{
	static uint8_t taken[64][96], large[2 * EGOV__RANDOM_STOCK];
	struct egov__random_stock stock = { .left = 0 };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		const size_t before = stock.left;
		const bool fresh = before < sizeof(taken[i]);

		assert_ok(egov__random_take(&stock, taken[i], sizeof(taken[i]), &err), &err);
		assert_int_equal(stock.left, (fresh ? EGOV__RANDOM_STOCK : before) - sizeof(taken[i]));
		assert_int_equal(fresh, i % 10 == 0);
		assert_true(is_zero(stock.octets, EGOV__RANDOM_STOCK - stock.left));
		assert_false(is_zero(taken[i], 16));
		assert_null(memmem(stock.octets, EGOV__RANDOM_STOCK, taken[i], 16));
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(taken[i], taken[j], sizeof(taken[i]));
	}
	assert_ok(egov__random_take(&stock, large, sizeof(large), &err), &err);
	assert_false(is_zero(large + sizeof(large) - 16, 16));
	assert_ok(egov__random_take(&stock, large, 0, &err), &err);
	egov__random_clear(&stock);
	assert_int_equal(stock.left, 0);
	assert_true(is_zero(stock.octets, EGOV__RANDOM_STOCK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_octets),
		cmocka_unit_test(every_octet_comes),
		cmocka_unit_test(from_a_stock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
