/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "record/clock.h"

#define DAY 86400

static struct help_ca *ca;

static int set_up(void **state)
{
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	help_policy(ca);
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

static void limits(void **state)
{
	static const struct egov_duration none = { 0, 0 }, day = { .seconds = DAY },
					  endless = { .years = 9999 };
	const egov_time last = HELP_NOW;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov__clock_check(5, EGOV_TIME_NONE, &day, &err), &err);
	assert_ok(egov__clock_check(last - EGOV__CLOCK_SLACK, last, &day, &err), &err);
	assert_ok(egov__clock_check(last + DAY, last, &day, &err), &err);
	assert_ok(egov__clock_check(last + 9999 * (egov_time)DAY, last, &none, &err), &err);
	assert_ok(egov__clock_check(last + 9999 * (egov_time)DAY, last, &endless, &err), &err);
	assert_fails(egov__clock_check(last - EGOV__CLOCK_SLACK - 1, last, &none, &err), &err,
	             EGOV_E_IO, "is before the latest entry");
	assert_fails(egov__clock_check(last + DAY + 1, last, &day, &err), &err, EGOV_E_IO,
	             "is long after the latest entry");
}

/* An entry of kind "clock" that says this of the latest. */
static void set_clock(egov_time now, egov_time says)
{
	struct egov__body *body = egov__body_new();
	egov_time latest = EGOV_TIME_NONE;

	assert_ok(egov__record_begin_clock(ca->h->record, now, &latest, &ca->h->err), &ca->h->err);
	egov__body_time_add(body, EGOV__KEY_LATEST, says == EGOV_TIME_NONE ? latest : says);
	assert_ok(egov__record_append(ca->h->record, EGOV__KIND_CLOCK, "zhou", EGOV__CLOCK_SUBJECT,
	                              body, EGOV__NO_SLICE, &ca->h->err), &ca->h->err);
	assert_ok(egov__record_commit(ca->h->record, &ca->h->err), &ca->h->err);
	egov__body_free(body);
	ca->now = now;
}

static void set_back(void **state)
{
	uint64_t before;
	bool back = true;

	(void)state;
	ca->now += 900 * DAY;
	egov__recorded_free(help_crl(ca, ca->now, true));
	before = (uint64_t)help_value(ca->h->path, "SELECT max(seq) FROM journal");
	assert_ok(egov__clock_set_back(ca->h->store, 0, UINT64_MAX, &back, &ca->h->err), &ca->h->err);
	assert_false(back);
	set_clock(HELP_NOW + DAY, EGOV_TIME_NONE);
	assert_int_equal(egov__record_latest(ca->h->record), HELP_NOW + DAY);
	assert_ok(egov__clock_set_back(ca->h->store, 0, UINT64_MAX, &back, &ca->h->err), &ca->h->err);
	assert_true(back);
	assert_ok(egov__clock_set_back(ca->h->store, 0, before + 1, &back, &ca->h->err), &ca->h->err);
	assert_false(back);
	assert_ok(egov__clock_set_back(ca->h->store, before + 2, UINT64_MAX, &back, &ca->h->err),
	          &ca->h->err);
	assert_false(back);
	egov__recorded_free(help_crl(ca, ca->now, true));
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	/* From here on it is the clock again that no list may go behind. */
	egov__recorded_free(help_crl(ca, ca->now - DAY, true));
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT,
	             "is older than the list before it");
}

static void set_ahead(void **state)
{
	bool back = true;

	(void)state;
	set_clock(HELP_NOW + 900 * DAY, EGOV_TIME_NONE);
	assert_ok(egov__clock_set_back(ca->h->store, 0, UINT64_MAX, &back, &ca->h->err), &ca->h->err);
	assert_false(back);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void says_something_else(void **state)
{
	(void)state;
	ca->now += 900 * DAY;
	egov__recorded_free(help_crl(ca, ca->now, true));
	set_clock(HELP_NOW, HELP_NOW + 800 * DAY);
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT,
	             "names another time as the latest before it");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),
		CASE(set_back),
		CASE(set_ahead),
		CASE(says_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
