/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "ca/transcript.h"
#include "crypto/sm3.h"

#define NOW ((egov_time)1795334400)             /* 2026-11-22T08:00:00Z */

static char *dir, *path;
static struct egov_error err;
static const uint8_t one[EGOV__SM3_SIZE] = { 1 }, two[EGOV__SM3_SIZE] = { 2 };

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	assert_true(asprintf(&path, "%s/x.transcript", dir) >= 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(path);
	help_dir_remove(dir);
	return 0;
}

static struct egov__transcript *open_one(void)
{
	struct egov__transcript *t = NULL;

	assert_ok(egov__transcript_open(path, EGOV__SLICE(one), &t, &err), &err);
	return t;
}

static void add(struct egov__transcript *t, const char *step, const char *what)
{
	assert_ok(egov__transcript_add(t, NOW, "os:root", step, what, &err), &err);
}

static void found(const struct egov__transcript *t, const char *step, const char *what)
{
	char *text = NULL;

	assert_ok(egov__transcript_find(t, step, &text, &err), &err);
	if (what == NULL)
		assert_null(text);
	else
		assert_string_equal(text, what);
	free(text);
}

/* What the file says is what the value says. */
static void same_text(const struct egov__transcript *t)
{
	struct egov_buf *file = help_read(path);

	assert_true(egov__slice_equal(egov_buf_slice(file), egov__transcript_text(t)));
	egov_buf_free(file);
}

static void test_lines(void **state)
{
	static const char text[] =
		"egovca ceremony transcript 1\nceremony-sm3 "
		"0100000000000000000000000000000000000000000000000000000000000000\n"
		"2026-11-22T08:00:00Z\tos:root\tca-key\tmade  here\n";
	struct egov__transcript *t = open_one();

	(void)state;
	assert_false(egov__transcript_is_continued(t));
	add(t, "ca-key", "made\t\nhere");
	same_text(t);
	assert_int_equal(egov__transcript_text(t).size, sizeof(text) - 1);
	assert_memory_equal(egov__transcript_text(t).data, text, sizeof(text) - 1);
	found(t, "ca-key", "made  here");
	found(t, "ca", NULL);
	found(t, "os:root", NULL);
	found(t, "made  here", NULL);
	add(t, "ca-key", "");
	found(t, "ca-key", "");
	egov__transcript_close(t);
}

static void test_continued(void **state)
{
	struct egov__transcript *t = open_one(), *other = NULL;
	struct egov_buf *whole, *bytes;

	(void)state;
	add(t, "begin", "x");
	assert_fails(egov__transcript_open(path, EGOV__SLICE(one), &other, &err), &err, EGOV_E_BUSY,
	             "another run has this ceremony");
	egov__transcript_close(t);
	assert_fails(egov__transcript_open(path, EGOV__SLICE(two), &other, &err), &err, EGOV_E_POLICY,
	             "the transcript of another ceremony");
	t = open_one();
	assert_true(egov__transcript_is_continued(t));
	add(t, "continue", "y");
	found(t, "begin", "x");
	same_text(t);
	egov__transcript_close(t);
	/* Torn anywhere: whole lines stay, and the next one stands on its own. */
	whole = help_read(path);
	for (size_t size = 0; size < egov_buf_slice(whole).size; size++) {
		help_write(path, (struct egov_slice){ egov_buf_slice(whole).data, size });
		t = open_one();
		add(t, "last", "z");
		found(t, "last", "z");
		same_text(t);
		egov__transcript_close(t);
		bytes = help_read(path);
		assert_int_equal(egov_buf_slice(bytes).data[egov_buf_slice(bytes).size - 1], '\n');
		egov_buf_free(bytes);
	}
	egov_buf_free(whole);
	/* The first bytes of something else are not a torn head. */
	help_write(path, egov__slice_text("egovca ceremony transcript 2\n"));
	assert_fails(egov__transcript_open(path, EGOV__SLICE(one), &other, &err), &err, EGOV_E_POLICY,
	             "another ceremony");
}

static void test_places(void **state)
{
	struct egov__transcript *t = NULL;
	struct egov_buf line = EGOV__BUF(1000);

	(void)state;
	assert_fails(egov__transcript_open("/nowhere/at/all", EGOV__SLICE(one), &t, &err), &err,
	             EGOV_E_IO, "/nowhere/at/all: cannot open");
	egov__transcript_line(&line, NOW, "a\x01", "b", "c\x7f");
	assert_string_equal(egov__buf_string(&line), "2026-11-22T08:00:00Z\ta \tb\tc \n");
	egov__buf_clear(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_continued, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
