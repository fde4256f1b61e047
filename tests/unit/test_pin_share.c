/* SPDX-License-Identifier: Apache-2.0 */
#include "help_record.h"

#include "base/fileio.h"
#include "base/text.h"
#include "key/pin.h"
#include "key/pin_share.h"

static struct egov_secret *shares[EGOV__PIN_SHARES];
static struct egov_error err;

static void clear(void)
{
	for (size_t i = 0; i < EGOV__PIN_SHARES; i++) {
		egov__secret_free(shares[i]);
		shares[i] = NULL;
	}
	egov_error_clear(&err);
}

static void split(const char *pin, size_t count)
{
	clear();
	assert_ok(egov__pin_split(egov__slice_text(pin), count, shares, &err), &err);
}

static void joins_to(struct egov_secret *const *parts, size_t count, const char *pin)
{
	struct egov_secret *joined = NULL;

	assert_ok(egov__pin_join(parts, count, &joined, &err), &err);
	assert_true(egov__slice_is(egov__secret_slice(joined), pin));
	egov__secret_free(joined);
}

static void fails(struct egov_secret *const *parts, size_t count, const char *fragment)
{
	struct egov_secret *joined = NULL;

	egov_error_clear(&err);
	assert_fails(egov__pin_join(parts, count, &joined, &err), &err, EGOV_E_AUTH, fragment);
	assert_null(joined);
}

static void all_shares_give_the_pin(void **state)
{
	static const char longest[] = "123456789012345678901234567890123456789012345678901234567890123";
	struct egov_secret *turned[3];

	(void)state;
	for (size_t count = 2; count <= EGOV__PIN_SHARES; count++) {
		split("user-pin-1234", count);
		joins_to(shares, count, "user-pin-1234");
	}
	split(longest, 3);
	for (size_t i = 0; i < 3; i++)
		turned[i] = shares[2 - i];
	joins_to(turned, 3, longest);
	split("1", 2);
	joins_to(shares, 2, "1");
	clear();
}

/* Shares of one PIN differ each time, and none of them holds it. */
static void a_share_says_nothing(void **state)
{
	struct egov_buf first = EGOV__BUF(1024);

	(void)state;
	split("user-pin-1234", 2);
	for (size_t i = 0; i < 2; i++) {
		const struct egov_slice line = egov__secret_slice(shares[i]);

		assert_int_equal(line.size, 163);
		assert_null(memmem(line.data, line.size, "757365722d70696e", 16));
	}
	egov__buf_slice(&first, egov__secret_slice(shares[1]));
	split("user-pin-1234", 2);
	assert_false(egov__slice_equal(egov_buf_slice(&first), egov__secret_slice(shares[1])));
	egov__buf_clear(&first);
	clear();
}

static void all_are_wanted_once(void **state)
{
	struct egov_secret *parts[4], *other;

	(void)state;
	split("12345678", 3);
	fails(shares, 2, "2 shares of the PIN are given, all 3 are wanted");
	parts[0] = shares[0];
	parts[1] = shares[1];
	parts[2] = shares[1];
	fails(parts, 3, "share 3 of the PIN: is there twice");
	other = shares[2];
	shares[2] = NULL;
	split("12345678", 3);
	parts[0] = shares[0];
	parts[1] = shares[1];
	parts[2] = other;
	fails(parts, 3, "share 3 of the PIN: belongs to another PIN");
	egov__secret_free(other);
	clear();
}

/* Any octet that is copied wrong is found. */
static void damage_is_found(void **state)
{
	uint8_t line[163];
	struct egov_secret *parts[2];

	(void)state;
	split("12345678", 2);
	memcpy(line, egov__secret_slice(shares[1]).data, sizeof(line));
	parts[0] = shares[0];
	for (size_t i = 0; i < sizeof(line); i++) {
		line[i] ^= 1;
		parts[1] = egov__secret_new(EGOV__SLICE(line));
		assert_non_null(parts[1]);
		fails(parts, 2, "share 2 of the PIN: is not the line of a share");
		egov__secret_free(parts[1]);
		line[i] ^= 1;
	}
	parts[1] = egov__secret_new((struct egov_slice){ line, sizeof(line) - 1 });
	fails(parts, 2, "share 2 of the PIN: is not the line of a share");
	egov__secret_free(parts[1]);
	clear();
}

static void bounds(void **state)
{
	static const char too_long[] =
		"1234567890123456789012345678901234567890123456789012345678901234";

	(void)state;
	assert_fails(egov__pin_split(egov__slice_text("1"), 1, shares, &err), &err, EGOV_E_USAGE,
	             "2 to 9 shares");
	egov_error_clear(&err);
	assert_fails(egov__pin_split(egov__slice_text("1"), 10, shares, &err), &err, EGOV_E_USAGE,
	             "2 to 9 shares");
	egov_error_clear(&err);
	assert_fails(egov__pin_split(egov__slice_text(too_long), 2, shares, &err), &err, EGOV_E_LIMIT,
	             "1 to 63 octets");
	egov_error_clear(&err);
	assert_fails(egov__pin_split(egov__slice_text(""), 2, shares, &err), &err, EGOV_E_LIMIT,
	             "1 to 63 octets");
	clear();
}

/* --- files and people --- */

static long type_share(void *user, const char *prompt, char *pin, size_t room)
{
	const struct egov_slice line = egov__secret_slice(shares[1]);

	assert_true(line.size <= room);
	assert_string_equal(prompt, "share 2 of the PIN");
	++*(int *)user;
	memcpy(pin, line.data, line.size);
	return (long)line.size;
}

static void sources(void **state)
{
	char *dir = help_dir(), *prefix = NULL, *source = NULL;
	struct egov_report *report = egov_report_new();
	struct egov_pin_split_options options = { .count = 2 };
	struct egov_secret *pin = NULL, *again = NULL;
	int asked = 0;
	const struct egov_key_options people = { .pin = type_share, .pin_user = &asked };

	(void)state;
	assert_true(asprintf(&prefix, "%s/share-", dir) > 0);
	assert_true(asprintf(&source, "shares:%s1,file:%s2", prefix, prefix) > 0);
	options.prefix = prefix;
	assert_ok(egov_pin_split(&options, report, &err), &err);
	assert_int_equal(egov_report_records(report), 2);
	assert_ok(egov__pin_get(source, NULL, "PIN", &pin, &err), &err);
	assert_int_equal(egov__secret_slice(pin).size, 20);
	assert_ok(egov__pin_file_get(source, "PIN", &again, &err), &err);
	assert_true(egov__slice_equal(egov__secret_slice(pin), egov__secret_slice(again)));
	egov__secret_free(pin);
	egov__secret_free(again);
	free(source);

	split("12345678", 2);
	help_write(prefix, egov__secret_slice(shares[0]));
	assert_true(asprintf(&source, "shares:%s,ask", prefix) > 0);
	assert_ok(egov__pin_get(source, &people, "PIN", &pin, &err), &err);
	assert_true(egov__slice_is(egov__secret_slice(pin), "12345678"));
	assert_int_equal(asked, 1);
	egov__secret_free(pin);
	pin = NULL;
	assert_fails(egov__pin_get(source, NULL, "PIN", &pin, &err), &err, EGOV_E_AUTH, "no terminal");
	egov_error_clear(&err);
	assert_fails(egov__pin_get("shares:/none,/none", NULL, "PIN", &pin, &err), &err, EGOV_E_IO,
	             "No such file");
	clear();
	free(source);
	free(prefix);
	egov_report_free(report);
	help_dir_remove(dir);
}

/* Each custodian's own key opens his share, and no other's. */
static void sealed_shares(void **state)
{
	const struct egov_slice keys[] = { EGOV__SLICE(help_named_key("one")->spki),
		                           EGOV__SLICE(help_named_key("two")->spki) };
	char *dir = help_dir(), *one = help_key_file(dir, "one"), *two = help_key_file(dir, "two");
	char *prefix = NULL, *sealed = NULL, *opened = NULL;
	struct egov_pin_split_options options = { .count = 2, .custodians = keys };
	struct egov_report *report = egov_report_new();
	struct egov_buf *bytes = NULL;
	struct egov_secret *line = NULL;

	(void)state;
	egov_error_clear(&err);
	assert_true(asprintf(&prefix, "%s/sealed-", dir) > 0);
	assert_true(asprintf(&sealed, "%s2", prefix) > 0);
	assert_true(asprintf(&opened, "%s/opened", dir) > 0);
	options.prefix = prefix;
	assert_ok(egov_pin_split(&options, report, &err), &err);
	assert_ok(egov__file_read(sealed, EGOV__MAX_OBJECT, &bytes, &err), &err);
	assert_fails(egov_pin_open(one, NULL, egov_buf_slice(bytes), opened, &err), &err,
	             EGOV_E_AUTH, "");
	egov_error_clear(&err);
	assert_fails(egov_pin_open("sdf:lib=/nowhere/x.so;index=1", NULL, egov_buf_slice(bytes), opened,
	                           &err), &err, EGOV_E_UNSUPPORTED, "in files (file:...) alone");
	egov_error_clear(&err);
	assert_ok(egov_pin_open(two, NULL, egov_buf_slice(bytes), opened, &err), &err);
	assert_ok(egov__file_read_secret(opened, &line, &err), &err);
	assert_memory_equal(egov__secret_slice(line).data, "egov-share 1 ", 13);
	egov__secret_free(line);
	egov_buf_free(bytes);
	egov_report_free(report);
	free(prefix);
	free(sealed);
	free(opened);
	free(one);
	free(two);
	help_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_shares_give_the_pin), cmocka_unit_test(a_share_says_nothing),
		cmocka_unit_test(all_are_wanted_once),     cmocka_unit_test(damage_is_found),
		cmocka_unit_test(bounds),                  cmocka_unit_test(sources),
		cmocka_unit_test(sealed_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
