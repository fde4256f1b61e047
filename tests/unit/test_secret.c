/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "base/secret.h"

static void secrets_hold_a_copy(void **state)
{
	uint8_t bytes[EGOV__SECRET_MAX + 1];
	struct egov_secret *secret, *empty;

	(void)state;
	memset(bytes, 7, sizeof(bytes));
	assert_null(egov__secret_new(EGOV__SLICE(bytes)));
	secret = egov__secret_new((struct egov_slice){ bytes, EGOV__SECRET_MAX });
	empty = egov__secret_new(EGOV__NO_SLICE);
	assert_non_null(secret);
	assert_non_null(empty);
	egov__cleanse(bytes, 2);
	assert_int_equal(bytes[1], 0);
	assert_int_equal(bytes[2], 7);
	assert_int_equal(egov__secret_slice(secret).size, EGOV__SECRET_MAX);
	assert_int_equal(egov__secret_slice(secret).data[0], 7);
	assert_int_equal(egov__secret_slice(empty).size, 0);
	egov__secret_free(secret);
	egov__secret_free(empty);
	egov__secret_free(NULL);
}

/* The flags of the mapping that holds address, from the kernel. */
static void assert_flag(const void *address, const char *flag)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false, told = false, seen = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from = 0, to = 0;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (uintptr_t)address >= from && (uintptr_t)address < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			told = true;
			seen = strstr(line, flag) != NULL;
		}
	}
	(void)fclose(maps);
	if (!told)
		skip();         /* this kernel does not tell */
	assert_true(seen);
}

/* Neither a process without the right nor one under a sanitizer locks anything. */
static bool locks(void)
{
	void *page = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char resident = 0;
	bool locked;

	assert_true(page != MAP_FAILED);
	locked = mlock(page, 1) == 0 && mincore(page, 1, &resident) == 0 && (resident & 1) != 0;
	(void)munmap(page, 1);
	return locked;
}

static void secrets_are_neither_dumped_nor_swapped(void **state)
{
	struct egov_secret *secret = egov__secret_new(egov__slice_text("123456"));

	(void)state;
	assert_non_null(secret);
	assert_flag(secret, " dd ");
	if (locks())
		assert_flag(secret, " lo ");
	egov__secret_free(secret);
}

/* The lock is a wish: a process that may lock nothing still has its PIN. */
static void a_limit_on_locks_is_no_failure(void **state)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit before;
	struct egov_secret *secret;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ none.rlim_cur, before.rlim_max }), 0);
	secret = egov__secret_new(egov__slice_text("123456"));
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &before), 0);
	assert_non_null(secret);
	assert_memory_equal(egov__secret_slice(secret).data, "123456", 6);
	egov__secret_free(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_hold_a_copy),
		cmocka_unit_test(secrets_are_neither_dumped_nor_swapped),
		cmocka_unit_test(a_limit_on_locks_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
