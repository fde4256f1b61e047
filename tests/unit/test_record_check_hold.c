/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#define YEAR 31536000
#define DAY 86400
#define END (HELP_NOW + YEAR)

/* Three certificates: the first was held, released, held again and revoked, with a
 * list at every step; the second is on hold; the third ended on hold and left with a list. */
static struct help_ca *ca;
static uint8_t serials[3][EGOV__SERIAL];

static void list(void)
{
	ca->now += DAY;
	egov__recorded_free(help_crl(ca, ca->now, true));
	ca->now += DAY;
}

static int build(void **state)
{
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	help_policy(ca);
	help_root(ca);
	help_issue(ca, serials[0], END);
	help_issue(ca, serials[1], END);
	help_issue(ca, serials[2], HELP_NOW + DAY);
	help_hold(ca, serials[2], HELP_NOW + DAY);
	help_hold(ca, serials[0], END);
	list();
	help_release(ca, serials[0]);
	list();
	help_hold(ca, serials[0], END);
	list();
	help_revoke(ca, serials[0], 1, END);
	help_hold(ca, serials[1], END);
	list();
	list();
	help_record_reopen(ca->h);
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

static void test_sound(void **state)
{
	struct egov_report *report = egov_report_new();

	(void)state;
	assert_ok(help_check(ca->h, report, &ca->h->err), &ca->h->err);
	assert_string_equal(egov_report_find(report, 0, "holds"), "4");
	assert_string_equal(egov_report_find(report, 0, "revocations"), "1");
	assert_string_equal(egov_report_find(report, 0, "crls"), "5");
	assert_int_equal(help_value(ca->h->path, "SELECT group_concat(entries, '') FROM"
	                                         " (SELECT entries FROM crl ORDER BY number)"),
	                 21122);
	assert_int_equal(help_value(ca->h->path, "SELECT left_with FROM hold WHERE id = 1"), 2);
	egov_report_free(report);
}

#define FIRST "ending = 1"
#define SECOND "ending = 2"
#define ON "(ending = 0 AND left_with = 0)"

static const struct help_tampering cases[] = {
	{ "UPDATE hold SET held_at = held_at - 1 WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET not_after = 5 WHERE " ON, "the ledger says something else" },
	{ "UPDATE hold SET actor = 'mallory' WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET requested_by = 'mallory' WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET " HELP_FLIP("salt") " WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET position = position + 9 WHERE " FIRST, "no hold that it speaks of" },
	{ "UPDATE hold SET ended_at = ended_at + 1 WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET end_requested_by = 'x' WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET " HELP_FLIP("end_salt") " WHERE " FIRST, "the ledger says something else" },
	{ "UPDATE hold SET end_position = end_position + 1 WHERE " FIRST, "no hold that it speaks of" },
	{ "UPDATE hold SET end_position = end_position + 1 WHERE " SECOND,
	  "it counts from another time" },
	{ "UPDATE hold SET ended_at = ended_at + 1 WHERE " SECOND, "the ledger says something else" },
	{ "UPDATE hold SET ending = 2 WHERE " FIRST, "the journal does not have its end" },
	{ "UPDATE hold SET ending = 1 WHERE " SECOND, "the journal does not have its end" },
	{ "UPDATE hold SET ending = 0, ended_at = NULL, end_position = 0 WHERE " SECOND,
	  "it counts from another time" },
	{ "UPDATE hold SET ending = 1, ended_at = held_at, end_position = position + 1 WHERE " ON,
	  "the journal does not have its end" },
	{ "UPDATE hold SET left_with = 4 WHERE " ON, "left with it before it may" },
	{ "UPDATE hold SET left_with = 77 WHERE " ON, "have left the CRL" },
	{ "UPDATE hold SET " HELP_FLIP("serial") " WHERE " ON, "no hold that it speaks of" },
	{ "DELETE FROM hold WHERE " ON, "no hold that it speaks of" },
	{ "DELETE FROM hold WHERE " FIRST, "no hold that it speaks of" },
	{ "DELETE FROM hold WHERE " SECOND, "no hold that it speaks of" },
	{ "INSERT INTO hold SELECT 99, serial, 1, not_after, 'zhou', '', zeroblob(32), 1, 0, 3, 0, 0, NULL,"
	  " '', zeroblob(32), 0 FROM certificate WHERE serial NOT IN (SELECT serial FROM hold)",
	  "the journal does not have it at its place" },
	{ "UPDATE revoked SET revoked_at = revoked_at + 172800", "the ledger says something else" },
};

static void test_every_column_is_held_against_the_journal(void **state)
{
	(void)state;
	help_tampered(ca, cases, sizeof(cases) / sizeof(cases[0]));
}

/* --- lists that were wrong when they were signed --- */

/* C-51, D-29: a hold leaves with its release, and not before. */
static void test_wrong_lists(void **state)
{
	static const struct {
		bool released;
		size_t count;
		int reason;
		const char *says;
	} lists[] = {
		{ false, 1, 6, NULL },
		{ false, 0, 6, "lacks a certificate that was revoked" },
		{ false, 1, 4, "has an entry that is not what was revoked before it" },
		{ true, 0, 6, NULL },
		{ true, 1, 6, "has an entry that was never revoked" },
	};
	struct help_ca *outer = ca;
	uint8_t serial[EGOV__SERIAL];

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct egov__crl_entry entry = { .reason = lists[i].reason,
			                         .invalidity_date = EGOV_TIME_NONE };
		void *made = NULL;

		assert_int_equal(help_ca_set_up(&made), 0);
		ca = made;
		help_policy(ca);
		help_issue(ca, serial, END);
		help_hold(ca, serial, END);
		entry.serial = EGOV__SLICE(serial);
		entry.revoked_at = ca->now;
		if (lists[i].released)
			help_release(ca, serial);
		help_signed_list(ca, &entry, lists[i].count, ca->now + 10, lists[i].says);
		assert_int_equal(help_ca_tear_down(&made), 0);
	}
	ca = outer;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_every_column_is_held_against_the_journal),
		cmocka_unit_test(test_wrong_lists),
	};

	return cmocka_run_group_tests(tests, build, tear_down);
}
