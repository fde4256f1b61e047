/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of what was found true. */
#include "help.h"

#include <pthread.h>

#include "verify/proven.h"

static void statement(uint32_t number, uint8_t out[EGOV__SM3_SIZE])
{
	const struct egov_slice bytes = { (const uint8_t *)&number, sizeof(number) };
	struct egov_error err = { 0 };

	assert_ok(egov__sm3(&bytes, 1, out, &err), &err);
}

static void keeps_what_it_was_told(void **state)
{
	struct egov__proven *proven = egov__proven_new();
	uint8_t s[EGOV__SM3_SIZE];

	(void)state;
	assert_non_null(proven);
	statement(1, s);
	assert_false(egov__proven_has(proven, s));
	egov__proven_add(proven, s);
	assert_true(egov__proven_has(proven, s));
	for (size_t i = 0; i < sizeof(s); i++) {
		s[i] ^= 1;
		assert_false(egov__proven_has(proven, s));
		s[i] ^= 1;
	}
	egov__proven_free(proven);
	egov__proven_free(NULL);
}

/* Many more than there are places: the newest is there, and not all of them are. */
static void forgets_the_old_for_the_new(void **state)
{
	const uint32_t many = 40000;
	struct egov__proven *proven = egov__proven_new();
	uint8_t s[EGOV__SM3_SIZE];
	size_t kept = 0;

	(void)state;
	for (uint32_t i = 0; i < many; i++) {
		statement(i, s);
		egov__proven_add(proven, s);
		assert_true(egov__proven_has(proven, s));
	}
	for (uint32_t i = 0; i < many; i++) {
		statement(i, s);
		kept += egov__proven_has(proven, s);
	}
	assert_in_range(kept, 3000, 4096);
	egov__proven_free(proven);
}

static void *tell_and_ask(void *user)
{
	uint8_t s[EGOV__SM3_SIZE];

	for (uint32_t i = 0; i < 2000; i++) {
		memset(s, 0, sizeof(s));
		memcpy(s, &i, sizeof(i));
		memset(s + 4, 0x5a, sizeof(s) - 4);
		egov__proven_add(user, s);
		(void)egov__proven_has(user, s);
	}
	return NULL;
}

static void threads_share_it(void **state)
{
	struct egov__proven *proven = egov__proven_new();
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, tell_and_ask, proven), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	egov__proven_free(proven);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_it_was_told),
		cmocka_unit_test(forgets_the_old_for_the_new),
		cmocka_unit_test(threads_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
