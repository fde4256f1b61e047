/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "crl/part.h"

#define DAY 86400
#define END (HELP_NOW + 31536000)
#define SHARD (EGOV__PART_SHARD + 3)

/* Four certificates of a shard: the first was on hold when its complete list was made, and
 * released since; since then the second was revoked, the third put on hold, the fourth held
 * and released. */
static struct help_ca *ca;
static uint8_t serials[4][EGOV__SERIAL];
static egov_time released, changed;

static int build(void **state)
{
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	ca->issuer.crl_uri = "http://ca.example.cn/crl/ca-s3.crl";
	ca->part = SHARD;
	help_policy(ca);
	help_root(ca);
	for (size_t i = 0; i < 4; i++)
		help_issue(ca, serials[i], END);
	help_hold(ca, serials[0], END);
	ca->now += DAY;
	egov__recorded_free(help_crl(ca, ca->now, true));
	ca->now += DAY;
	released = ca->now;
	help_release(ca, serials[0]);
	ca->now += DAY;
	changed = ca->now;
	help_revoke(ca, serials[1], 1, END);
	help_hold(ca, serials[2], END);
	help_hold(ca, serials[3], END);
	help_release(ca, serials[3]);
	ca->now += DAY;
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

/* As it should be: removed, revoked, held. */
static void entries(struct egov__crl_entry out[3])
{
	static const int reasons[] = { 8, 1, 6 };

	for (size_t i = 0; i < 3; i++)
		out[i] = (struct egov__crl_entry){ .serial = EGOV__SLICE(serials[i]),
			                           .revoked_at = i == 0 ? released : changed,
			                           .reason = reasons[i],
			                           .invalidity_date = EGOV_TIME_NONE };
}

static void a_sound_delta_list_passes(void **state)
{
	struct egov__crl_entry e[3];

	(void)state;
	entries(e);
	help_signed_delta(ca, 1, e, 3, NULL);
	/* What it had leaves the next one as removed. */
	help_release(ca, serials[2]);
	e[2].reason = 8;
	e[2].revoked_at = ca->now;
	ca->now += DAY;
	help_signed_delta(ca, 1, e, 3, NULL);
	help_revoke(ca, serials[0], 4, END);
	e[0].reason = 4;
	e[0].revoked_at = ca->now;
	help_signed_delta(ca, 1, e, 3, NULL);
	help_record_reopen(ca->h);
}

/* One thing wrong in each. */
static void wrong_lists_are_found(void **state)
{
	static const char lacks[] = "lacks a change since its base";
	static const char differs[] = "not what changed since its base";
	static const struct {
		size_t from, to, at;
		int reason;             /* of entry at; 0: as it is */
		egov_time later;        /* by so much */
		const char *says;
	} rows[] = {
		{ 1, 3, 0, 0, 0, lacks },       { 0, 2, 0, 0, 0, lacks },
		{ 0, 3, 0, 6, 0, differs },     { 0, 3, 1, 4, 0, differs },
		{ 0, 3, 2, 8, 0, differs },     { 0, 3, 2, 0, -1, differs },
		{ 0, 3, 0, 0, 1, differs },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov__crl_entry e[3];

		entries(e);
		if (rows[i].reason != 0)
			e[rows[i].at].reason = rows[i].reason;
		e[rows[i].at].revoked_at += rows[i].later;
		help_signed_delta(ca, 1, e + rows[i].from, rows[i].to - rows[i].from, rows[i].says);
		(void)tear_down(state);
		(void)build(state);
	}
}

static void a_serial_is_another(void **state)
{
	struct egov__crl_entry e[3];

	(void)state;
	entries(e);
	e[2].serial = EGOV__SLICE(serials[3]);
	help_signed_delta(ca, 1, e, 3, "lacks a change since its base");
}

static void one_is_too_many(void **state)
{
	const struct egov__crl_entry more = { .serial = EGOV__SLICE(serials[3]), .revoked_at = changed,
		                              .reason = 8, .invalidity_date = EGOV_TIME_NONE };
	struct egov__crl_entry e[4];

	(void)state;
	entries(e);
	e[3] = more;
	help_signed_delta(ca, 1, e, 4, "was never revoked");
}

static void the_base_was_not_published(void **state)
{
	struct egov__crl_entry e[3];

	(void)state;
	egov__recorded_free(help_crl(ca, ca->now, false));
	entries(e);
	help_signed_delta(ca, 2, e, 0, "no complete list that was published");
}

/* --- behind our back --- */

static const struct help_tampering cases[] = {
	{ "DELETE FROM crl_part", "the lists that certificates name are not those of the ledger" },
	{ "INSERT INTO crl_part VALUES(1, 1)",
	  "the lists that certificates name are not those of the ledger" },
	{ "UPDATE crl_part SET part = 104", "the lists that certificates name" },
	{ "UPDATE revoked SET part = 0", "its list is not the one that its certificate names" },
	{ "UPDATE revoked SET generation = 2", "its list is not the one that its certificate names" },
	{ "UPDATE hold SET part = 104 WHERE id = 1", "its list is not the one" },
	{ "UPDATE hold SET generation = 2 WHERE id = 1", "its list is not the one" },
	{ "UPDATE intent SET part = 0 WHERE kind = 2 AND part > 0", "intent" },
	{ "UPDATE intent SET part = 0 WHERE kind = 3", "intent" },
	{ "UPDATE intent SET base = 0 WHERE base > 0", "intent" },
	{ "UPDATE intent SET base = 5 WHERE kind = 3 AND base = 0", "intent" },
	{ "UPDATE hold SET ended_at = ended_at + 1 WHERE id = 1", "the ledger says something else" },
};

static void every_column_is_held_against_the_journal(void **state)
{
	struct egov__crl_entry e[3];

	(void)state;
	entries(e);
	help_signed_delta(ca, 1, e, 3, NULL);
	help_tampered(ca, cases, sizeof(cases) / sizeof(cases[0]));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, build, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_sound_delta_list_passes),
		CASE(wrong_lists_are_found),
		CASE(a_serial_is_another),
		CASE(one_is_too_many),
		CASE(the_base_was_not_published),
		CASE(every_column_is_held_against_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
