/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/fileio.h"
#include "base/source.h"

/* Octets that are read, or lent some at a time. */
#define SIZE 1000u
struct some {
	uint8_t octets[SIZE];
	size_t step;            /* lent at once */
	bool fails;
};

static enum egov_status read_some(void *user, uint64_t at, uint8_t *to, size_t size,
                                  struct egov_error *err)
{
	const struct some *const some = user;

	if (some->fails)
		return egov_error_set(err, EGOV_E_IO, NULL, "gone");
	memcpy(to, some->octets + at, size);
	return EGOV_OK;
}

static enum egov_status lend_some(void *user, uint64_t at, struct egov_slice *out,
                                  struct egov_error *err)
{
	const struct some *const some = user;
	const size_t left = SIZE - (size_t)at;

	if (some->fails)
		return egov_error_set(err, EGOV_E_IO, NULL, "gone");
	*out = (struct egov_slice){ some->octets + at, left < some->step ? left : some->step };
	return EGOV_OK;
}

static struct egov__source source_of(struct some *some, bool lends)
{
	for (size_t i = 0; i < SIZE; i++)
		some->octets[i] = (uint8_t)(i * 7 + i / 256);
	return (struct egov__source){ .size = SIZE, .read = read_some,
		                      .lend = lends ? lend_some : NULL, .user = some };
}

static enum egov_status gather(void *user, struct egov_slice bytes, struct egov_error *err)
{
	(void)err;
	egov__buf_slice(user, bytes);
	return EGOV_OK;
}

static const size_t steps[] = { 1, 2, 3, 7, 100, 999, 1000, 5000 };
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* Whatever is asked for at once, all is seen once, in order. */
static void a_window_shows_all(void **state)
{
	struct some some = { .fails = false };
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i <= STEPS; i++)
		for (size_t wanted = 1; wanted <= 2 * SIZE; wanted = wanted * 3 + 1) {
			const struct egov__source source = source_of(&some, i < STEPS);
			struct egov_buf seen = EGOV__BUF(2 * SIZE), taken = EGOV__BUF(2 * SIZE);
			struct egov__window window;

			some.step = i < STEPS ? steps[i] : 0;
			egov__window_open(&window, &source, 3, SIZE - 5);
			window.see = gather;
			window.user = &seen;
			while (egov__window_left(&window) > 0) {
				size_t size = wanted;

				assert_ok(egov__window_fill(&window, size, &err), &err);
				assert_true(window.ready.size >= size || window.at == window.end);
				if (size > window.ready.size)
					size = window.ready.size;
				egov__buf_append(&taken, window.ready.data, size);
				egov__window_take(&window, size);
			}
			assert_ok(egov__window_show(&window, &err), &err);
			egov__window_close(&window);
			assert_int_equal(seen.size, SIZE - 5);
			assert_memory_equal(seen.data, some.octets + 3, SIZE - 5);
			assert_int_equal(taken.size, SIZE - 5);
			assert_memory_equal(taken.data, some.octets + 3, SIZE - 5);
			egov__buf_clear(&seen);
			egov__buf_clear(&taken);
		}
}

static void two_are_compared(void **state)
{
	struct some a = { .step = 7 }, b = { .step = 100 };
	const struct egov__source one = source_of(&a, true);
	struct egov__source two = source_of(&b, true);
	struct egov_error err = { 0 };
	bool equal = false;

	(void)state;
	assert_ok(egov__source_equal(&one, &two, &equal, &err), &err);
	assert_true(equal);
	b.octets[SIZE - 1] ^= 1;
	assert_ok(egov__source_equal(&one, &two, &equal, &err), &err);
	assert_false(equal);
	b.octets[SIZE - 1] ^= 1;
	two.size--;
	assert_ok(egov__source_equal(&one, &two, &equal, &err), &err);
	assert_false(equal);
	two.size++;
	b.fails = true;
	assert_fails(egov__source_equal(&one, &two, &equal, &err), &err, EGOV_E_IO, "gone");
}

static void all_of_it_is_appended(void **state)
{
	struct some some = { .step = 7 };
	const struct egov__source source = source_of(&some, true);
	struct egov_buf out = EGOV__BUF(SIZE + 1);
	struct egov_error err = { 0 };

	(void)state;
	egov__buf_byte(&out, 'x');
	assert_ok(egov__source_append(&source, &out, &err), &err);
	assert_int_equal(out.size, SIZE + 1);
	assert_memory_equal(out.data + 1, some.octets, SIZE);
	assert_fails(egov__source_append(&source, &out, &err), &err, EGOV_E_LIMIT, "at most 0");
	egov__buf_clear(&out);
}

static void files_are_made_of_sources(void **state)
{
	struct some some = { .step = 7 };
	const struct egov__source source = source_of(&some, true);
	struct egov__source_file file = { .fd = -1 };
	struct egov_error err = { 0 };
	char *dir = help_dir(), *path = egov__path_join(dir, "file");
	bool equal = false;

	(void)state;
	assert_ok(egov__file_replace_from(path, &source, 0644, &err), &err);
	assert_ok(egov__source_open_regular(path, &file, &err), &err);
	assert_ok(egov__source_equal(&source, &file.source, &equal, &err), &err);
	assert_true(equal);
	egov__source_close(&file);
	some.fails = true;
	assert_fails(egov__file_replace_from(path, &source, 0644, &err), &err, EGOV_E_IO, "gone");
	assert_int_equal(help_run("test $(ls -A '%s' | wc -l) -eq 1", dir), 0);
	assert_fails(egov__source_open_regular(dir, &file, &err), &err, EGOV_E_POLICY,
	             "not a regular file");
	assert_ok(egov__source_temp("it", &file, &err), &err);
	assert_int_equal(file.source.size, 0);
	assert_ok(egov__file_write(file.fd, "it", egov__slice_text("text"), &err), &err);
	file.source.size = 4;
	assert_ok(egov__source_read(&file.source, 1, some.octets, 3, &err), &err);
	assert_memory_equal(some.octets, "ext", 3);
	egov__source_close(&file);
	free(path);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_shows_all),
		cmocka_unit_test(two_are_compared),
		cmocka_unit_test(all_of_it_is_appended),
		cmocka_unit_test(files_are_made_of_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
