/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "record/retention.h"

#define YEAR 31536000
#define END (HELP_NOW + YEAR)

static egov_time at(const char *text)
{
	egov_time t = EGOV_TIME_NONE;

	assert_ok(egov_time_parse(text, &t, NULL), NULL);
	return t;
}

/* The last day counts whole, in Beijing: from its midnight on, which is 16:00 UTC. */
static void years(void **state)
{
	static const struct {
		const char *lost;
		int years;
		const char *until;
	} cases[] = {
		{ "2026-11-22T08:00:00Z", 5, "2031-11-22T16:00:00Z" },
		{ "2026-11-22T15:59:59Z", 10, "2036-11-22T16:00:00Z" },
		{ "2026-11-22T16:00:00Z", 10, "2036-11-23T16:00:00Z" },
		/* lost on a leap day: the last day of February where it has no 29th */
		{ "2028-02-29T08:00:00Z", 5, "2033-02-28T16:00:00Z" },
		{ "2028-02-29T08:00:00Z", 4, "2032-02-29T16:00:00Z" },
		{ "2028-02-28T16:00:00Z", 5, "2033-02-28T16:00:00Z" },
		/* ends in a leap year, or begins beside the day */
		{ "2027-02-28T08:00:00Z", 5, "2032-02-28T16:00:00Z" },
		{ "2027-03-01T08:00:00Z", 5, "2032-03-01T16:00:00Z" },
		{ "2028-02-29T16:00:00Z", 5, "2033-03-01T16:00:00Z" },
		/* New Year's Eve in UTC is New Year's Day in Beijing */
		{ "2026-12-31T20:00:00Z", 5, "2032-01-01T16:00:00Z" },
		/* over a hundred years that have no leap day */
		{ "2096-02-29T08:00:00Z", 5, "2101-02-28T16:00:00Z" },
	};
	struct egov_error err = { 0 };
	char text[EGOV_TIME_TEXT];
	egov_time until;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ok(egov__keep_until(at(cases[i].lost), cases[i].years, &until, &err), &err);
		egov_time_format(until, text);
		assert_string_equal(text, cases[i].until);
	}
	assert_fails(egov__keep_until(at("9998-01-01T00:00:00Z"), 5, &until, &err), &err,
	             EGOV_E_LIMIT, "past the year 9999");
}

/* --- holds that nobody could have put on --- */

static void say(struct help_ca *ca, const char *kind, const char *subject, const char *name)
{
	struct egov__body *body = egov__body_new();

	assert_ok(egov__record_begin(ca->h->record, ca->now, &ca->h->err), &ca->h->err);
	if (name != NULL)
		egov__body_text_add(body, EGOV__KEY_CASE, name);
	assert_ok(egov__record_append(ca->h->record, kind, "zhou", subject, body,
	                              egov__slice_text("why"), &ca->h->err), &ca->h->err);
	assert_ok(egov__record_commit(ca->h->record, &ca->h->err), &ca->h->err);
	egov__body_free(body);
}

static void odd_holds(void **state)
{
	static const struct {
		const char *kinds[3], *names[3];
		bool other;
		const char *says;
	} cases[] = {
		{ { EGOV__KIND_LEGAL_HOLD, EGOV__KIND_LEGAL_HOLD, EGOV__KIND_LEGAL_RELEASE },
		  { "a", "b", "a" }, false, NULL },
		{ { EGOV__KIND_LEGAL_HOLD, EGOV__KIND_LEGAL_RELEASE, EGOV__KIND_LEGAL_HOLD },
		  { "a", "a", "a" }, false, NULL },
		{ { EGOV__KIND_LEGAL_HOLD, EGOV__KIND_LEGAL_HOLD }, { "a", "a" }, false,
		  "case a is on already" },
		{ { EGOV__KIND_LEGAL_RELEASE }, { "a" }, false, "case a is not on" },
		{ { EGOV__KIND_LEGAL_HOLD, EGOV__KIND_LEGAL_RELEASE, EGOV__KIND_LEGAL_RELEASE },
		  { "a", "a", "a" }, false, "case a is not on" },
		{ { EGOV__KIND_LEGAL_HOLD }, { NULL }, false, "names no case" },
		{ { EGOV__KIND_LEGAL_HOLD }, { "a" }, true, "no certificate that it speaks of" },
	};
	uint8_t serial[EGOV__SERIAL];
	struct egov_buf hex = EGOV__BUF(128);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct help_ca *ca;
		void *made = NULL;

		assert_int_equal(help_ca_set_up(&made), 0);
		ca = made;
		help_policy(ca);
		help_issue(ca, serial, END);
		egov_buf_reset(&hex);
		egov__buf_hex(&hex, EGOV__SLICE(serial));
		for (size_t e = 0; e < 3 && cases[i].kinds[e] != NULL; e++)
			say(ca, cases[i].kinds[e], cases[i].other ? "40" : egov__buf_string(&hex),
			    cases[i].names[e]);
		if (cases[i].says == NULL)
			assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
		else
			assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err,
			             EGOV_E_CORRUPT, cases[i].says);
		assert_int_equal(help_ca_tear_down(&made), 0);
	}
	egov__buf_clear(&hex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(years),
		cmocka_unit_test(odd_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
