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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_octets),
		cmocka_unit_test(every_octet_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
