/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/conf.h"
#include "base/text.h"

static struct egov__conf *parse(const char *text)
{
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__conf_parse(egov__slice_text(text), "test.conf", &conf, &err), &err);
	return conf;
}

static void values_are_found(void **state)
{
	struct egov__conf *conf = parse("# comment\r\n; another\n\n[ca]\n"
	                                "name = \xe6\xb5\x8b\xe8\xaf\x95 CA ; not this\n"
	                                "empty =\ncolon: x\n[key]\n uri = pkcs11:token=a;object=b\n"
	                                "long = one\n  two\n\tthree\n[bare]\n");
	const char *value = NULL;
	struct egov_error err = { 0 };

	(void)state;
	assert_string_equal(egov__conf_get(conf, "ca", "name"), "\xe6\xb5\x8b\xe8\xaf\x95 CA");
	assert_string_equal(egov__conf_get(conf, "ca", "empty"), "");
	assert_string_equal(egov__conf_get(conf, "ca", "colon"), "x");
	assert_string_equal(egov__conf_get(conf, "key", "uri"), "pkcs11:token=a;object=b");
	assert_string_equal(egov__conf_get(conf, "key", "long"), "onetwothree");
	assert_null(egov__conf_get(conf, "key", "name"));
	assert_null(egov__conf_get(conf, "none", "name"));
	assert_true(egov__conf_has_section(conf, "bare"));
	assert_false(egov__conf_has_section(conf, "none"));
	assert_string_equal(egov__conf_section(conf, 0), "ca");
	assert_string_equal(egov__conf_section(conf, 2), "bare");
	assert_null(egov__conf_section(conf, 3));
	assert_ok(egov__conf_require(conf, "ca", "name", &value, &err), &err);
	assert_fails(egov__conf_require(conf, "ca", "empty", &value, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:6: [ca] empty: missing");
	assert_fails(egov__conf_require(conf, "bare", "x", &value, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:13: [bare] x: missing");
	assert_fails(egov__conf_require(conf, "none", "x", &value, &err), &err, EGOV_E_SYNTAX,
	             "test.conf: [none] x: missing");
	assert_ok(egov__conf_check_unknown(conf, &err), &err);
	egov__conf_free(conf);
	egov__conf_free(NULL);
}

/* As text editors of some systems leave it. */
static void sections_may_be_indented_and_explained(void **state)
{
	struct egov__conf *conf = parse("[ca] ; the first\r\n\tname = a\r\n[key] # another\n  [crl]\nx = [y]\n"
	                                "  [z]\n");

	(void)state;
	assert_string_equal(egov__conf_get(conf, "ca", "name"), "a");
	assert_string_equal(egov__conf_section(conf, 2), "crl");
	assert_null(egov__conf_section(conf, 3));
	assert_string_equal(egov__conf_get(conf, "crl", "x"), "[y][z]");
	egov__conf_free(conf);
}

static void a_byte_order_mark_is_skipped(void **state)
{
	struct egov__conf *conf = parse("\xef\xbb\xbf[ca]\nname = x\n");
	struct egov_error err = { 0 };

	(void)state;
	assert_true(egov__conf_has_section(conf, "ca"));
	assert_string_equal(egov__conf_get(conf, "ca", "name"), "x");
	assert_ok(egov__conf_check_unknown(conf, &err), &err);
	egov__conf_free(conf);
}

static void what_is_not_a_configuration(void **state)
{
	char longest[400], name[64];
	struct {
		const char *text, *why;
	} rows[] = {
		{ "[ca]\nname = a\nname = b\n", "test.conf:3: [ca] name: given twice" },
		{ "[ca]\na = 1\n[key]\nb = 1\n[ca]\nc = 1\n", "test.conf:5: [ca]: given twice" },
		{ "name = a\n", "test.conf:1: key \"name\" before any [section]" },
		{ "[ca]\njust words\n", "test.conf:2: neither [section] nor" },
		{ "[ca\nname = a\n", "test.conf:1: [section] without its" },
		{ "[ca]\nname = \xff\n", "test.conf:2: not UTF-8" },
		{ "[ca]\nname = a\x01\n", "test.conf:2: control character" },
		{ "[ca]\nname = a\rb\n", "test.conf:2: control character" },
		{ "[ca]\nname = a\x7f\n", "test.conf:2: control character" },
		{ "[ca]\nname = a\xc2\x9b" "b\n", "test.conf:2: control character" },
		{ "[ca] name = a\n", "test.conf:1: text behind a [section]" },
		{ "[ca]\n\t[ca]\n", "test.conf:2: [ca]: given twice" },
		{ "[ca]\n  [key\n", "test.conf:2: [section] without its" },
		{ longest, "test.conf:2: line of 209 octets, at most 198" },
		{ name, "test.conf:2: section or key of more than 48 octets" },
	};
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };

	(void)state;
	(void)snprintf(longest, sizeof(longest), "[ca]\nname = %0*d\n", 202, 1);
	(void)snprintf(name, sizeof(name), "[ca]\n%0*d = 1\n", 49, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_fails(egov__conf_parse(egov__slice_text(rows[i].text), "test.conf", &conf, &err),
		             &err, EGOV_E_SYNTAX, rows[i].why);
		assert_null(conf);
	}
}

static void nothing_unknown_is_accepted(void **state)
{
	struct egov__conf *conf = parse("[ca]\nname = a\nnmae = b\n[extra]\nx = y\n");
	struct egov_error err = { 0 };

	(void)state;
	assert_non_null(egov__conf_get(conf, "ca", "name"));
	assert_fails(egov__conf_check_unknown(conf, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:3: [ca] nmae: unknown key");
	assert_non_null(egov__conf_get(conf, "ca", "nmae"));
	assert_fails(egov__conf_check_unknown(conf, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:4: [extra]: unknown section");
	assert_true(egov__conf_has_section(conf, "extra"));
	assert_fails(egov__conf_check_unknown(conf, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:5: [extra] x: unknown key");
	egov__conf_free(conf);
}

static void values_have_their_types(void **state)
{
	struct egov__conf *conf = parse("[a]\nyes = yes\nno = no\ntrue = true\nten = 10\ndays = 30d\n"
	                                "time = 2026-11-22T08:00:00Z\nword = x\n");
	struct egov_duration duration = { 0 };
	struct egov_error err = { 0 };
	egov_time t = 5;
	uint64_t n = 7;
	bool b = false;

	(void)state;
	assert_ok(egov__conf_boolean(conf, "a", "yes", &b, &err), &err);
	assert_true(b);
	assert_ok(egov__conf_boolean(conf, "a", "absent", &b, &err), &err);
	assert_true(b);
	assert_ok(egov__conf_boolean(conf, "a", "no", &b, &err), &err);
	assert_false(b);
	assert_fails(egov__conf_boolean(conf, "a", "true", &b, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:4: [a] true: \"true\": want yes or no");
	assert_ok(egov__conf_number(conf, "a", "absent", 1, 10, &n, &err), &err);
	assert_int_equal(n, 7);
	assert_ok(egov__conf_number(conf, "a", "ten", 1, 10, &n, &err), &err);
	assert_int_equal(n, 10);
	assert_fails(egov__conf_number(conf, "a", "ten", 1, 9, &n, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:5: [a] ten: ten \"10\": want a number from 1 to 9");
	assert_ok(egov__conf_duration(conf, "a", "days", &duration, &err), &err);
	assert_int_equal(duration.seconds, 30 * 86400);
	assert_fails(egov__conf_duration(conf, "a", "word", &duration, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:8: [a] word: duration \"x\"");
	assert_ok(egov__conf_time(conf, "a", "time", &t, &err), &err);
	assert_int_equal(t, 1795334400);
	assert_fails(egov__conf_time(conf, "a", "word", &t, &err), &err, EGOV_E_SYNTAX,
	             "test.conf:8: [a] word: time \"x\"");
	assert_int_equal(egov__conf_error(conf, "a", "word", &err, EGOV_E_POLICY, "GB/T 1, 2",
	                                  "%d is too few", 3),
	                 EGOV_E_POLICY);
	assert_string_equal(err.text, "test.conf:8: [a] word: 3 is too few");
	assert_string_equal(err.clause, "GB/T 1, 2");
	egov__conf_free(conf);
}

static void long_values_come_back(void **state)
{
	static const char *const pieces[] = { "\xe8\xaf\x81\xe4\xb9\xa6", "a ; b", "  ", "#x", "word " };
	struct egov_buf value = EGOV__BUF(EGOV__MAX_OBJECT), text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__conf *conf;

	(void)state;
	egov__buf_text(&value, "x");
	for (size_t i = 0; i < 400; i++) {
		const char *piece = pieces[(i * 7 + i / 5) % 5];

		/* a comment would begin there: not a value that can be written */
		egov__buf_text(&value, strcmp(piece, "a ; b") == 0 ? "a;b" : piece);
	}
	egov__buf_text(&value, "x");
	egov__buf_text(&text, "[s]\n");
	egov__conf_put(&text, "key", egov__buf_string(&value));
	egov__conf_put(&text, "next", "short");
	conf = parse(egov__buf_string(&text));
	assert_string_equal(egov__conf_get(conf, "s", "key"), egov__buf_string(&value));
	assert_string_equal(egov__conf_get(conf, "s", "next"), "short");
	egov__conf_free(conf);
	egov__buf_clear(&value);
	egov__buf_clear(&text);
}

/* What the text cannot say is not written as something else. */
static void values_that_do_not_fit_are_refused(void **state)
{
	static const char *const rows[] = { " a", "a ", "\ta", "a\t", ";a", "a ;b", "a\t;b", "a\nb", "a\rb",
		                            "a\x7f" "b", "a\xc2\x85" "b", "a\xff", "\x1b[m" };
	static const char *const good[] = { "", "a", "a;b", "a\tb", "#a", "a #b", "[a]", "a = b",
		                            "\xe8\xaf\x81" };
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	char blanks[400];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		egov_buf_reset(&text);
		assert_false(egov__conf_can_hold(rows[i]));
		egov__conf_put(&text, "key", rows[i]);
		assert_true(text.failed);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct egov__conf *conf;

		egov_buf_reset(&text);
		assert_true(egov__conf_can_hold(good[i]));
		egov__buf_text(&text, "[s]\n");
		egov__conf_put(&text, "key", good[i]);
		conf = parse(egov__buf_string(&text));
		assert_string_equal(egov__conf_get(conf, "s", "key"), good[i]);
		egov__conf_free(conf);
	}
	memset(blanks, ' ', sizeof(blanks));            /* no line can end in them */
	blanks[0] = blanks[sizeof(blanks) - 2] = 'x';
	blanks[sizeof(blanks) - 1] = 0;
	egov_buf_reset(&text);
	egov__conf_put(&text, "key", blanks);
	assert_true(text.failed);
	egov__buf_clear(&text);
}

/* The longest key and a long value stay within the lines that are read. */
static void long_keys_are_written_too(void **state)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__conf *conf;
	char key[49], value[1000];

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = 0;
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = 0;
	egov__buf_text(&text, "[s]\n");
	egov__conf_put(&text, key, value);
	conf = parse(egov__buf_string(&text));
	assert_string_equal(egov__conf_get(conf, "s", key), value);
	egov__conf_free(conf);
	egov__buf_clear(&text);
}

/* Too much is a fault of the text, not of the memory. */
static void a_value_has_a_limit(void **state)
{
	struct egov_buf text = EGOV__BUF(EGOV__MAX_FILE);
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };

	(void)state;
	egov__buf_text(&text, "[s]\nkey = x\n");
	for (int i = 0; i < 1100; i++)
		egov__buf_text(&text, " 123456789012345678901234567890123456789012345678901234567890\n");
	assert_fails(egov__conf_parse(egov_buf_slice(&text), "test.conf", &conf, &err), &err, EGOV_E_LIMIT,
	             "more than 65536 octets");
	assert_null(conf);
	egov__buf_clear(&text);
}

static void files_are_named_in_messages(void **state)
{
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };
	char *dir = help_dir(), path[200];
	static uint8_t large[EGOV__MAX_OBJECT + 1];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/a.conf", dir);
	assert_fails(egov__conf_load(path, &conf, &err), &err, EGOV_E_IO, "a.conf: cannot open");
	help_write(path, egov__slice_text("[ca]\nx\n"));
	assert_fails(egov__conf_load(path, &conf, &err), &err, EGOV_E_SYNTAX, "a.conf:2: ");
	help_write(path, egov__slice_text("[ca]\nx = 1\n"));
	assert_ok(egov__conf_load(path, &conf, &err), &err);
	assert_string_equal(egov__conf_get(conf, "ca", "x"), "1");
	egov__conf_free(conf);
	conf = NULL;
	memset(large, '\n', sizeof(large));
	help_write(path, EGOV__SLICE(large));
	assert_fails(egov__conf_load(path, &conf, &err), &err, EGOV_E_LIMIT, "a.conf: larger than the limit");
	assert_null(conf);
	help_dir_remove(dir);
}

static void test_words_and_digests(void **state)
{
	static const char *const words[2] = { "one", "two" };
	uint8_t digest[EGOV__CONF_DIGEST];
	struct egov__conf *conf = NULL;
	struct egov_error err = { 0 };
	bool second = true;

	(void)state;
	assert_ok(egov__conf_parse(egov__slice_text("[a]\nfirst = one\nsecond = two\nthird = three\n"
	                                            "short = 00ff\nword = x\n"
	                                            "whole = 000102030405060708090a0b0c0d0e0f"
	                                            "101112131415161718191a1b1c1d1e1f\n"),
	                           "x", &conf, &err),
	          &err);
	assert_ok(egov__conf_choice(conf, "a", "first", words, &second, &err), &err);
	assert_false(second);
	assert_ok(egov__conf_choice(conf, "a", "second", words, &second, &err), &err);
	assert_true(second);
	assert_fails(egov__conf_choice(conf, "a", "third", words, &second, &err), &err, EGOV_E_SYNTAX,
	             "x:4: [a] third: \"three\": want one or two");
	assert_fails(egov__conf_choice(conf, "a", "none", words, &second, &err), &err, EGOV_E_SYNTAX,
	             "[a] none: missing");
	assert_ok(egov__conf_digest(conf, "a", "whole", digest, &err), &err);
	for (size_t i = 0; i < sizeof(digest); i++)
		assert_int_equal(digest[i], i);
	assert_fails(egov__conf_digest(conf, "a", "short", digest, &err), &err, EGOV_E_SYNTAX,
	             "SM3 digest of 2 octets, want 32");
	assert_fails(egov__conf_digest(conf, "a", "word", digest, &err), &err, EGOV_E_SYNTAX,
	             "x:6: [a] word: ");
	assert_fails(egov__conf_digest(conf, "a", "none", digest, &err), &err, EGOV_E_SYNTAX, "missing");
	egov__conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_and_digests),
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(sections_may_be_indented_and_explained),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(what_is_not_a_configuration),
		cmocka_unit_test(nothing_unknown_is_accepted),
		cmocka_unit_test(values_have_their_types),
		cmocka_unit_test(long_values_come_back),
		cmocka_unit_test(values_that_do_not_fit_are_refused),
		cmocka_unit_test(long_keys_are_written_too),
		cmocka_unit_test(a_value_has_a_limit),
		cmocka_unit_test(files_are_named_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
