/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

/* What an entry says of a witness's checkpoint of entries that were lost. */
static void note(struct help_ca *ca, const char *subject, uint64_t number, uint64_t entries,
                 uint64_t lost)
{
	const uint8_t digest[32] = { 7 };
	struct egov__body *body = egov__body_new();

	egov__body_number_add(body, EGOV__KEY_NUMBER, number);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	egov__body_number_add(body, EGOV__KEY_ENTRIES, entries);
	egov__body_number_add(body, EGOV__KEY_LOST, lost);
	help_begin(ca);
	assert_ok(egov__record_append(ca->h->record, EGOV__KIND_RECONCILE, "li", subject, body,
	                              EGOV__NO_SLICE, &ca->h->err), &ca->h->err);
	help_commit(ca);
	egov__body_free(body);
}

static uint64_t size_of(struct help_ca *ca)
{
	return (uint64_t)help_value(ca->h->path, "SELECT max(seq) + 1 FROM journal");
}

static void is_wrong(struct help_ca *ca, const char *message)
{
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT, message);
}

static void begin(struct help_ca *ca)
{
	help_policy(ca);
	help_root(ca);
}

static void notes_what_was_lost(void **state)
{
	struct help_ca *const ca = *state;
	uint64_t size;

	begin(ca);
	size = size_of(ca);
	note(ca, "checkpoint-900", 900, size, 900 - size);
	/* the journal grew over what it had lost */
	note(ca, "checkpoint-2", 2, size + 1, 0);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void says_another_number(void **state)
{
	struct help_ca *const ca = *state;
	uint64_t size;

	begin(ca);
	size = size_of(ca);
	note(ca, "checkpoint-900", 901, size, 901 - size);
	is_wrong(ca, "its number is not that of its subject");
}

static void says_another_size(void **state)
{
	struct help_ca *const ca = *state;
	uint64_t size;

	begin(ca);
	size = size_of(ca);
	note(ca, "checkpoint-900", 900, size + 1, 900 - size - 1);
	is_wrong(ca, "the journal had not as many entries");
}

static void counts_wrong(void **state)
{
	struct help_ca *const ca = *state;
	uint64_t size;

	begin(ca);
	size = size_of(ca);
	note(ca, "checkpoint-900", 900, size, 1);
	is_wrong(ca, "it counts another number of entries as lost");
}

static void is_about_something_else(void **state)
{
	struct help_ca *const ca = *state;

	begin(ca);
	note(ca, "list-900", 900, size_of(ca), 1);
	is_wrong(ca, "it is about neither a list nor a checkpoint");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, help_ca_set_up, help_ca_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(notes_what_was_lost), TEST(says_another_number), TEST(says_another_size),
		TEST(counts_wrong),        TEST(is_about_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
