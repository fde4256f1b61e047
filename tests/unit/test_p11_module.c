/* SPDX-License-Identifier: Apache-2.0 */
/* Modules of several threads: whoever has loaded one may use it, whoever goes meanwhile. */
#include "help.h"

#include <pthread.h>

#include "key/p11.h"

#define MODULE EGOV_TEST_BUILD "/egov-softtoken.so"
#define THREADS 4

struct user {
	pthread_t thread;
	unsigned long failed;           /* what C_GetInfo said, or CKR_OK */
	struct egov_error err;
};

static void *come_and_go(void *arg)
{
	struct user *user = arg;
	CK_INFO info;

	for (int i = help_times(2000); i > 0 && user->failed == CKR_OK; i--) {
		struct egov__p11_modules modules;

		if (egov__p11_modules_load(MODULE, &modules, &user->err) != EGOV_OK)
			break;
		user->failed = modules.list[0]->C_GetInfo(&info);
		egov__p11_modules_unload(&modules);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct user users[THREADS] = { { .failed = CKR_OK } };

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&users[i].thread, NULL, come_and_go, &users[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(users[i].thread, NULL), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_ok(users[i].err.status, &users[i].err);
		assert_int_equal(users[i].failed, CKR_OK);
	}
}

static void test_restart(void **state)
{
	struct egov__p11_modules modules;
	struct egov_error err = { 0 };
	CK_INFO info;

	(void)state;
	assert_ok(egov__p11_modules_load(MODULE, &modules, &err), &err);
	assert_ok(egov__p11_modules_restart(&modules, &err), &err);
	assert_int_equal(modules.list[0]->C_GetInfo(&info), CKR_OK);
	egov__p11_modules_unload(&modules);
	assert_null(modules.list);
	egov__p11_modules_unload(&modules);
	assert_fails(egov__p11_modules_load(EGOV_TEST_BUILD "/no-such.so", &modules, &err), &err,
	             EGOV_E_IO, "no-such.so");
	assert_null(modules.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
