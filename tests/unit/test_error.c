/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <errno.h>

#include <egovca/version.h>

#include "base/text.h"

static void first_cause_wins(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(egov_error_set(&err, EGOV_E_POLICY, "RFC 5280, 4.1", "%s: %d found", "x", 3),
	                 EGOV_E_POLICY);
	assert_int_equal(err.status, EGOV_E_POLICY);
	assert_string_equal(err.clause, "RFC 5280, 4.1");
	assert_string_equal(err.text, "x: 3 found");
	assert_int_equal(err.detail, 0);
	assert_int_equal(egov_error_set(&err, EGOV_E_IO, NULL, "later"), EGOV_E_IO);
	assert_int_equal(egov_error_detail(&err, EGOV_E_DEVICE, 5, NULL, "later"), EGOV_E_DEVICE);
	assert_int_equal(egov_error_nomem(&err), EGOV_E_NOMEM);
	errno = EACCES;
	assert_int_equal(egov_error_errno(&err, "later"), EGOV_E_IO);
	assert_int_equal(err.status, EGOV_E_POLICY);
	assert_string_equal(err.text, "x: 3 found");
	egov_error_clear(&err);
	assert_int_equal(err.status, EGOV_OK);
	assert_string_equal(err.text, "");
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(egov_error_set(NULL, EGOV_E_SYNTAX, NULL, "x"), EGOV_E_SYNTAX);
	assert_int_equal(egov_error_detail(NULL, EGOV_E_DEVICE, 1, NULL, "x"), EGOV_E_DEVICE);
	assert_int_equal(egov_error_prefix(NULL, EGOV_E_SYNTAX, "x"), EGOV_E_SYNTAX);
	egov_error_clear(NULL);
	errno = ENOMEM;
	assert_int_equal(egov_error_errno(NULL, "x"), EGOV_E_NOMEM);
}

static void system_calls_keep_their_errno(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	errno = ENOSPC;
	assert_int_equal(egov_error_errno(&err, "%s: cannot write", "file"), EGOV_E_IO);
	assert_int_equal(err.detail, ENOSPC);
	assert_string_equal(err.text, "file: cannot write: No space left on device");
}

static void prefixes_go_before(void **state)
{
	struct egov_error err = { 0 };

	(void)state;
	assert_int_equal(egov_error_prefix(&err, EGOV_OK, "noun"), EGOV_OK);
	assert_string_equal(err.text, "");
	(void)egov_error_detail(&err, EGOV_E_DEVICE, 0x30, NULL, "what");
	assert_int_equal(egov_error_prefix(&err, EGOV_E_DEVICE, "noun %d", 1), EGOV_E_DEVICE);
	assert_string_equal(err.text, "noun 1: what");
	assert_int_equal(err.detail, 0x30);
}

static void long_texts_are_cut(void **state)
{
	struct egov_error err = { 0 };
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	(void)egov_error_set(&err, EGOV_E_LIMIT, NULL, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	(void)egov_error_prefix(&err, EGOV_E_LIMIT, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(err.status, EGOV_E_LIMIT);
}

/* Each long text is cut between characters, wherever the limit falls into them. */
static void characters_are_not_cut(void **state)
{
	struct egov_buf text = EGOV__BUF(4000);

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		struct egov_error err = { 0 }, noun = { 0 };

		egov_buf_reset(&text);
		egov__buf_printf(&text, "%.*s", (int)shift, "xyz");
		for (int i = 0; i < 100; i++)
			egov__buf_text(&text, "\xe8\xaf\x81\xf0\x9f\x94\x91\xc3\xa9");
		(void)egov_error_set(&err, EGOV_E_LIMIT, NULL, "%s", egov__buf_string(&text));
		assert_true(egov__utf8_check(egov__slice_text(err.text), NULL));
		assert_in_range(strlen(err.text), sizeof(err.text) - 4, sizeof(err.text) - 1);
		(void)egov_error_prefix(&err, EGOV_E_LIMIT, "%s", "noun");
		assert_true(egov__utf8_check(egov__slice_text(err.text), NULL));
		assert_in_range(strlen(err.text), sizeof(err.text) - 4, sizeof(err.text) - 1);
		(void)egov_error_set(&noun, EGOV_E_LIMIT, NULL, "the cause");
		(void)egov_error_prefix(&noun, EGOV_E_LIMIT, "%s", egov__buf_string(&text));
		assert_true(egov__utf8_check(egov__slice_text(noun.text), NULL));
	}
	egov__buf_clear(&text);
}

/* Names of files may be longer than a message. */
static void the_cause_is_kept(void **state)
{
	struct egov_error err = { 0 };
	char path[2000];

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	errno = ENOENT;
	(void)egov_error_errno(&err, "%s: cannot open", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_non_null(strstr(err.text, "p: No such file or directory"));
	egov_error_clear(&err);
	(void)egov_error_set(&err, EGOV_E_SYNTAX, NULL, "the cause");
	(void)egov_error_prefix(&err, EGOV_E_SYNTAX, "%s", path);
	assert_non_null(strstr(err.text, "p: the cause"));
}

static void every_status_has_its_name(void **state)
{
	(void)state;
	assert_string_equal(egov_status_name(EGOV_OK), "EGOV_OK");
	assert_string_equal(egov_status_name(EGOV_E_USAGE), "EGOV_E_USAGE");
	assert_string_equal(egov_status_name(EGOV_E_CORRUPT), "EGOV_E_CORRUPT");
	for (int status = EGOV_E_CORRUPT; status <= EGOV_OK; status++)
		assert_null(strchr(egov_status_name((enum egov_status)status), '?'));
	assert_string_equal(egov_version(), EGOV_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_cause_wins),   cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(prefixes_go_before), cmocka_unit_test(system_calls_keep_their_errno),
		cmocka_unit_test(characters_are_not_cut), cmocka_unit_test(the_cause_is_kept),
		cmocka_unit_test(long_texts_are_cut), cmocka_unit_test(every_status_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
