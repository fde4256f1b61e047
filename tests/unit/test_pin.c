/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/fileio.h"
#include "key/pin.h"

static char *dir, *path;

static int set_up(void **state)
{
	(void)state;
	dir = help_dir();
	path = egov__path_join(dir, "pin");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(path);
	help_dir_remove(dir);
	return 0;
}

static void assert_pin(const char *source, const char *text)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_secret *pin = NULL;
	struct egov_slice bytes;

	assert_ok(egov__pin_read(source, &pin, &err), &err);
	bytes = egov__secret_slice(pin);
	assert_int_equal(bytes.size, strlen(text));
	assert_memory_equal(bytes.data, text, bytes.size);
	egov__secret_free(pin);
}

static void assert_no_pin(const char *source, enum egov_status status, const char *fragment)
{
	struct egov_error err = { .status = EGOV_OK };
	struct egov_secret *pin = NULL;

	assert_fails(egov__pin_read(source, &pin, &err), &err, status, fragment);
	assert_null(pin);
}

static void test_file(void **state)
{
	char uri[600];

	(void)state;
	help_write(path, egov__slice_text("1234 5678\n"));
	assert_pin(path, "1234 5678");
	(void)snprintf(uri, sizeof(uri), "file:%s", path);
	assert_pin(uri, "1234 5678");
	(void)snprintf(uri, sizeof(uri), "file://%s", path);
	assert_pin(uri, "1234 5678");
	help_write(path, egov__slice_text("1234\r\n"));
	assert_pin(path, "1234");
	help_write(path, egov__slice_text("1234\n\n"));
	assert_pin(path, "1234\n");
}

static void test_file_unsafe(void **state)
{
	char *link = egov__path_join(dir, "link");

	(void)state;
	help_write(path, egov__slice_text("1234\n"));
	assert_int_equal(chmod(path, 0640), 0);
	assert_no_pin(path, EGOV_E_POLICY, "mode 0640");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(symlink(path, link), 0);
	assert_no_pin(link, EGOV_E_POLICY, "want no symbolic link");
	assert_no_pin(dir, EGOV_E_POLICY, "regular file");
	assert_no_pin("/nonexistent/pin", EGOV_E_IO, "/nonexistent/pin");
	free(link);
}

static void test_descriptor(void **state)
{
	char source[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "so-pin\r\nuser\n", 13), 13);
	close(ends[1]);
	(void)snprintf(source, sizeof(source), "fd:%d", ends[0]);
	assert_pin(source, "so-pin");
	assert_pin(source, "user");
	assert_pin(source, "");
	close(ends[0]);
	assert_no_pin(source, EGOV_E_IO, "cannot read");
	assert_no_pin("fd:x", EGOV_E_SYNTAX, "pin-source fd");
}

static void test_descriptor_long(void **state)
{
	char source[32], text[300];
	int ends[2];

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, sizeof(text)), (int)sizeof(text));
	(void)snprintf(source, sizeof(source), "fd:%d", ends[0]);
	assert_no_pin(source, EGOV_E_LIMIT, "more than 256");
	close(ends[0]);
	close(ends[1]);
}

static void test_refused(void **state)
{
	(void)state;
	assert_no_pin("|cat /etc/pin", EGOV_E_POLICY, "commands are not run");
	assert_no_pin("env:PIN", EGOV_E_SYNTAX, "want file:");
	assert_no_pin("pin", EGOV_E_SYNTAX, "want file:");
	assert_no_pin("file:pin", EGOV_E_SYNTAX, "want file:");
	assert_no_pin("", EGOV_E_SYNTAX, "want file:");
}

static long answer(void *user, const char *prompt, char *pin, size_t room)
{
	const char *text = user;

	assert_string_equal(prompt, "PIN of t");
	assert_true(room >= strlen(text));
	memcpy(pin, text, strlen(text));
	return (long)strlen(text);
}

static long nobody(void *user, const char *prompt, char *pin, size_t room)
{
	(void)user;
	(void)prompt;
	(void)pin;
	(void)room;
	return -1;
}

static void test_ask(void **state)
{
	char typed[] = "4711", empty[] = "";
	struct egov_key_options options = { .pin = answer, .pin_user = typed };
	struct egov_error err = { .status = EGOV_OK };
	struct egov_secret *pin = NULL;

	(void)state;
	assert_ok(egov__pin_get(NULL, &options, "PIN of t", &pin, &err), &err);
	assert_int_equal(egov__secret_slice(pin).size, 4);
	assert_memory_equal(egov__secret_slice(pin).data, "4711", 4);
	egov__secret_free(pin);
	pin = NULL;

	help_write(path, egov__slice_text("1234\n"));
	options.pin = NULL;
	assert_ok(egov__pin_get(path, &options, "PIN of t", &pin, &err), &err);
	assert_memory_equal(egov__secret_slice(pin).data, "1234", 4);
	egov__secret_free(pin);
	pin = NULL;

	assert_fails(egov__pin_get(NULL, &options, "PIN of t", &pin, &err), &err, EGOV_E_AUTH,
	             "PIN of t: no pin-source and no terminal");
	assert_fails(egov__pin_get(NULL, NULL, "PIN of t", &pin, &err), &err, EGOV_E_AUTH,
	             "no terminal");
	options.pin = nobody;
	assert_fails(egov__pin_get(NULL, &options, "PIN of t", &pin, &err), &err, EGOV_E_AUTH,
	             "no terminal");
	options = (struct egov_key_options){ .pin = answer, .pin_user = empty };
	assert_fails(egov__pin_get(NULL, &options, "PIN of t", &pin, &err), &err, EGOV_E_AUTH,
	             "it is empty");
	assert_null(pin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_file_unsafe, set_up, tear_down),
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_descriptor_long),
		cmocka_unit_test(test_refused),
		cmocka_unit_test_setup_teardown(test_ask, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
