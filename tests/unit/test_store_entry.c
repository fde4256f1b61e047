/* SPDX-License-Identifier: Apache-2.0 */
#include "help_ledger.h"

#include "base/fileio.h"
#include "crl/crl.h"

/* What lists say of a serial, which the ledger keeps with it. */

static struct egov__revoked_row revocation(const char *serial)
{
	return (struct egov__revoked_row){ .serial = egov__slice_text(serial), .revoked_at = 50,
		                           .reason = 1, .invalidity_date = EGOV_TIME_NONE,
		                           .not_after = 1000, .requested_by = "zhang",
		                           .reported_at = EGOV_TIME_NONE };
}

/* The reader of lists finds in it what the row says. */
static void is_made_with_the_row(void **state)
{
	static const uint8_t wanted[] = "\x30\x20\x02\x01" "a" "\x17\x0d" "700101000050Z"
		"\x30\x0c\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01\x01";
	char *dir = help_dir();
	struct egov_store *store = help_store(dir);
	struct egov_error err = { 0 };
	struct egov__revoked_row row = revocation("a"), got;
	struct egov__crl_entry entry;
	bool found = false;

	assert_ok(egov__store_begin(store, &err), &err);
	assert_ok(egov__store_revoked_add(store, &row, &err), &err);
	assert_ok(egov__store_revoked_get(store, row.serial, &got, &found, &err), &err);
	assert_true(found);
	assert_int_equal(got.entry.size, sizeof(wanted) - 1);
	assert_memory_equal(got.entry.data, wanted, sizeof(wanted) - 1);

	row = revocation("b");
	row.reason = 0;
	row.invalidity_date = 40;
	assert_ok(egov__store_revoked_add(store, &row, &err), &err);
	assert_ok(egov__store_revoked_get(store, row.serial, &got, &found, &err), &err);
	assert_ok(egov__crl_next(&got.entry, &entry, &err), &err);
	assert_int_equal(got.entry.size, 0);
	assert_true(egov__slice_equal(entry.serial, row.serial));
	assert_int_equal(entry.revoked_at, 50);
	assert_int_equal(entry.reason, -1);
	assert_int_equal(entry.invalidity_date, 40);
	assert_ok(egov__store_commit(store, &err), &err);
	egov__store_close(store);
	help_dir_remove(dir);
	(void)state;
}

/* No row comes to be that no list could have. */
static void others_are_refused(void **state)
{
	static const int reasons[] = { -2, 7, 8, 11 };
	static const char *const serials[] = { "", "\x80", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	char *dir = help_dir();
	struct egov_store *store = help_store(dir);
	struct egov_error err = { 0 };
	struct egov__revoked_row row = revocation("a");

	assert_ok(egov__store_begin(store, &err), &err);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		row.reason = reasons[i];
		assert_fails(egov__store_revoked_add(store, &row, &err), &err, EGOV_E_CORRUPT,
		             "cannot stand in a complete CRL");
	}
	for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		row = revocation(serials[i]);
		assert_fails(egov__store_revoked_add(store, &row, &err), &err, EGOV_E_CORRUPT,
		             "a serial that none of ours is");
	}
	assert_ok(egov__store_commit(store, &err), &err);
	egov__store_close(store);
	help_dir_remove(dir);
	(void)state;
}

/* It is looked at before it is lent: neither less nor more than an entry, and a hold's too. */
static void is_looked_at_before_it_is_lent(void **state)
{
	static const char *const tampered[] = {
		"UPDATE revoked SET entry = x'300d0201611707'",
		"UPDATE revoked SET entry = x''",
		"UPDATE revoked SET entry = x'3003020200'",
		"UPDATE revoked SET entry = zeroblob(129)",
		"UPDATE hold SET serial = x'80'; DELETE FROM revoked",
	};
	const struct egov__crl_scope scope = { 1, 0, 0, 0 };
	const struct egov__hold_row hold = { .serial = egov__slice_text("b"), .held_at = 50,
		                             .not_after = 1000, .actor = "li",
		                             .requested_by = "zhang" };
	char *dir = help_dir(), *path = egov__path_join(dir, "ledger.db");
	struct egov_store *store = help_store(dir);
	struct egov__revoked_cursor *cursor = NULL;
	struct egov_error err = { 0 };
	const struct egov__revoked_row row = revocation("a");

	assert_non_null(path);
	assert_ok(egov__store_begin(store, &err), &err);
	assert_ok(egov__store_revoked_add(store, &row, &err), &err);
	assert_ok(egov__store_hold_add(store, &hold, &err), &err);
	assert_ok(egov__store_commit(store, &err), &err);
	for (size_t i = 0; i < sizeof(tampered) / sizeof(tampered[0]); i++) {
		help_tamper(path, tampered[i]);
		assert_fails(egov__store_revoked_open(store, &scope, &cursor, &err), &err,
		             EGOV_E_CORRUPT, "revocation: a row that the schema does not allow");
		assert_null(cursor);
	}
	egov__store_close(store);
	free(path);
	help_dir_remove(dir);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_made_with_the_row),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(is_looked_at_before_it_is_lent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
