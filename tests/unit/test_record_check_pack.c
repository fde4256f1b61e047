/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

/* Entries about packs that say what they may not, under a tree that is sound. */
static struct help_ca *ca;

static int set_up(void **state)
{
	void *made = NULL;

	(void)state;
	assert_int_equal(help_ca_set_up(&made), 0);
	ca = made;
	help_policy(ca);
	help_root(ca);
	return 0;
}

static int tear_down(void **state)
{
	void *made = ca;

	(void)state;
	return help_ca_tear_down(&made);
}

static void append(const char *kind, const char *subject, struct egov__body *body)
{
	help_begin(ca);
	assert_ok(egov__record_append(ca->h->record, kind, "li", subject, body, EGOV__NO_SLICE,
	                              &ca->h->err), &ca->h->err);
	help_commit(ca);
	egov__body_free(body);
}

/* Its number. */
static uint64_t order(const char *form, uint64_t count)
{
	const uint8_t digest[32] = { 1 };
	struct egov__body *body = egov__body_new();

	egov__body_text_add(body, EGOV__KEY_CASE, "1");
	egov__body_text_add(body, EGOV__KEY_FORM, form);
	egov__body_number_add(body, EGOV__KEY_COUNT, count);
	egov__body_hex_add(body, EGOV__KEY_LIST_SM3, EGOV__SLICE(digest));
	append(EGOV__KIND_PACK, EGOV__PACK_SUBJECT, body);
	return (uint64_t)help_value(ca->h->path, "SELECT max(seq) FROM journal");
}

static void packed(uint64_t number, const char *subject)
{
	const uint8_t digest[32] = { 2 };
	struct egov__body *body = egov__body_new();

	egov__body_number_add(body, EGOV__KEY_ORDER, number);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	append(EGOV__KIND_PACKED, subject, body);
}

static void is_wrong(const char *message)
{
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT, message);
}

static void sound(void **state)
{
	uint64_t first, second;

	(void)state;
	first = order("redacted", 1);
	second = order("full", 2);
	packed(second, EGOV__PACK_SUBJECT);
	packed(first, EGOV__PACK_SUBJECT);
	(void)order("full", 3);
	(void)order("lawful", 1);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void other_form(void **state)
{
	(void)state;
	(void)order("whole", 1);
	is_wrong("neither full nor lawful nor redacted");
}

static void no_certificate(void **state)
{
	(void)state;
	(void)order("full", 0);
	is_wrong("about no certificate");
}

static void nobody_ordered(void **state)
{
	(void)state;
	packed(order("full", 1) - 1, EGOV__PACK_SUBJECT);
	is_wrong("nobody ordered it");
}

static void ordered_later(void **state)
{
	(void)state;
	packed((uint64_t)help_value(ca->h->path, "SELECT max(seq) FROM journal") + 2,
	       EGOV__PACK_SUBJECT);
	(void)order("full", 1);
	is_wrong("nobody ordered it");
}

static void twice(void **state)
{
	uint64_t number;

	(void)state;
	number = order("full", 1);
	packed(number, EGOV__PACK_SUBJECT);
	packed(number, EGOV__PACK_SUBJECT);
	is_wrong("made twice");
}

static void other_subject(void **state)
{
	(void)state;
	packed(order("full", 1), "purge");
	is_wrong("about something else");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_ordered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ordered_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_subject, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
