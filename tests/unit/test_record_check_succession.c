/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "record/consent.h"

#define YEAR 31536000
#define DAY 86400

/* A certificate, and what is said to follow it. */
static struct help_ca *ca;
static uint8_t old[EGOV__SERIAL], next[EGOV__SERIAL];

static int set_up(void **state)
{
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	help_policy(ca);
	help_issue(ca, old, HELP_NOW + YEAR);
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

/* The row and the entry of an intent in its state now. */
static void follow(uint64_t intent, const uint8_t serial[EGOV__SERIAL],
                   enum egov__succession operation, const uint8_t predecessor[EGOV__SERIAL],
                   const char *consent)
{
	const struct egov__succession_row row = { intent, (int)operation,
		                                  { predecessor, EGOV__SERIAL },
		                                  egov__slice_text(consent) };
	struct egov__body *body = egov__body_new();
	struct egov_buf hex = EGOV__BUF(64);

	egov__buf_hex(&hex, (struct egov_slice){ serial, EGOV__SERIAL });
	egov__succession_body(&row, body);
	assert_ok(egov__store_succession_add(ca->h->store, &row, &ca->h->err), &ca->h->err);
	assert_ok(egov__record_append(ca->h->record, egov__succession_name(operation), "zhou",
	                              egov__buf_string(&hex), body, EGOV__NO_SLICE, &ca->h->err),
	          &ca->h->err);
	egov__body_free(body);
	egov__buf_clear(&hex);
}

/* A leaf that is issued on an application and follows. */
static void successor(egov_time not_after, enum egov__succession operation,
                      const uint8_t predecessor[EGOV__SERIAL], const char *consent)
{
	struct egov_intent *intent;
	char id[16];

	help_submit(ca, id);
	help_approve(ca, id);
	intent = help_leaf_intent(ca, id, next, not_after);
	help_begin(ca);
	follow(egov__intent_id(intent), next, operation, predecessor, consent);
	help_commit(ca);
	egov__recorded_free(help_finish(ca, intent, id));
}

static void sound(void)
{
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void wrong(const char *says)
{
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT, says);
}

static void test_renewed(void **state)
{
	struct egov_report *report = egov_report_new();

	(void)state;
	successor(HELP_NOW + YEAR + 1, EGOV__RENEW, old, "");
	assert_ok(help_check(ca->h, report, &ca->h->err), &ca->h->err);
	assert_string_equal(egov_report_find(report, 0, "successions"), "1");
	egov_report_free(report);
	successor(HELP_NOW + 2 * YEAR, EGOV__RENEW, old, "");
	wrong("its predecessor has two successors");
}

static void test_renewed_for_nothing(void **state)
{
	(void)state;
	successor(HELP_NOW + YEAR, EGOV__RENEW, old, "");
	wrong("its certificate does not follow its predecessor");
}

static void test_rekeyed_to_the_same_key(void **state)
{
	(void)state;
	successor(HELP_NOW + 2 * YEAR, EGOV__REKEY, old, "");
	wrong("its certificate does not follow its predecessor");
}

static void test_extended(void **state)
{
	(void)state;
	successor(HELP_NOW + 2 * YEAR, EGOV__EXTEND, old, "");
	sound();
}

static void test_extended_from_another_start(void **state)
{
	(void)state;
	ca->now += DAY;
	successor(HELP_NOW + 2 * YEAR, EGOV__EXTEND, old, "");
	wrong("its certificate does not follow its predecessor");
}

static void test_follows_nothing(void **state)
{
	uint8_t none[EGOV__SERIAL] = { 0x40 };

	(void)state;
	successor(HELP_NOW + 2 * YEAR, EGOV__RENEW, none, "");
	wrong("there is no such predecessor");
}

static void test_two_bases(void **state)
{
	(void)state;
	successor(HELP_NOW + 2 * YEAR, EGOV__RENEW, old, "consent");
	wrong("it rests on neither an application nor a consent alone");
}

/* A leaf on no application; consent NULL: on nothing at all. */
static void without_application(const char *consent)
{
	struct egov__intent_facts facts = { .actor = "zhou", .profile = egov_profile_name(ca->leaf),
		                            .cps_version = HELP_CPS };
	struct egov_intent *intent = NULL;

	help_begin(ca);
	assert_ok(egov__record_reserve_serial(ca->h->record, next, &ca->h->err), &ca->h->err);
	facts.serial = EGOV__SLICE(next);
	assert_ok(egov__record_intent(ca->h->record,
	                              help_clear_leaf(ca, next, HELP_NOW + 2 * YEAR), &facts,
	                              &intent, &ca->h->err), &ca->h->err);
	if (consent != NULL)
		follow(egov__intent_id(intent), next, EGOV__RENEW, old, consent);
	help_commit(ca);
	egov__recorded_free(help_finish(ca, intent, NULL));
}

static void test_no_basis(void **state)
{
	(void)state;
	without_application(NULL);
	wrong("it rests on no application and follows nothing");
}

static void test_forged_consent(void **state)
{
	(void)state;
	without_application("no signature");
	wrong("the holder's consent does not verify");
}

static const struct help_tampering cases[] = {
	{ "UPDATE succession SET operation = 3", "no succession that it speaks of" },
	{ "UPDATE succession SET predecessor = x'7f'", "the ledger says something else" },
	{ "UPDATE succession SET consent = x'30'", "the ledger says something else" },
	{ "UPDATE succession SET intent = intent - 1", "no succession that it speaks of" },
	{ "DELETE FROM succession", "no succession that it speaks of" },
	{ "INSERT INTO succession SELECT intent - 1, operation, predecessor, consent FROM succession",
	  "journal entries \"renew\", wanted is one" },
};

static void test_tampering(void **state)
{
	(void)state;
	successor(HELP_NOW + YEAR + 1, EGOV__RENEW, old, "");
	help_tampered(ca, cases, sizeof(cases) / sizeof(cases[0]));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_renewed),
		CASE(test_renewed_for_nothing),
		CASE(test_rekeyed_to_the_same_key),
		CASE(test_extended),
		CASE(test_extended_from_another_start),
		CASE(test_follows_nothing),
		CASE(test_two_bases),
		CASE(test_no_basis),
		CASE(test_forged_consent),
		CASE(test_tampering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
