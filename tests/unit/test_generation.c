/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#define YEAR 31536000

/* What the table says of a generation. */
static struct egov__generation_row row_of(struct help_ca *ca, uint64_t number)
{
	struct egov__generation_row row;
	bool found = false;

	assert_ok(egov__store_generation_get(ca->h->store, number, &row, &found, &ca->h->err),
	          &ca->h->err);
	assert_true(found);
	return row;
}

static void go_to(struct help_ca *ca, uint64_t number, enum egov__generation_state state)
{
	help_begin(ca);
	assert_ok(egov__record_generation_state(ca->h->record, "li", number, state,
	                                        EGOV__NO_SLICE, &ca->h->err), &ca->h->err);
	help_commit(ca);
}

/* An entry about the key of a generation, by itself. */
static void say(struct help_ca *ca, const char *kind, const char *subject)
{
	struct egov__body *body = egov__body_new();

	help_begin(ca);
	assert_ok(egov__record_append(ca->h->record, kind, "li", subject, body, EGOV__NO_SLICE,
	                              &ca->h->err), &ca->h->err);
	help_commit(ca);
	egov__body_free(body);
}

/* Until the journal says how a key came or went, the records do not hold. */
static void explain(struct help_ca *ca, const char *kind, const char *subject)
{
	struct egov_error err = { 0 };

	assert_fails(help_check(ca->h, NULL, &err), &err, EGOV_E_CORRUPT, "how it came or went");
	say(ca, kind, subject);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static uint64_t another(struct help_ca *ca)
{
	uint64_t number = 0;

	help_begin(ca);
	assert_ok(egov__record_generation_new(ca->h->record, "li",
	                                      EGOV__SLICE(help_named_key("ca2.pem")->spki), &number,
	                                      &ca->h->err), &ca->h->err);
	help_commit(ca);
	return number;
}

/* Intents of a request and of a list for a key; whether they are taken. */
static enum egov_status try_request(struct help_ca *ca, struct egov_slice key)
{
	const struct egov__intent_facts facts = { .actor = "zhou", .key = key };
	struct egov_cleared *cleared = help_clear_request(ca);
	struct egov_intent *intent = NULL;
	enum egov_status rc;

	egov_error_clear(&ca->h->err);
	help_begin(ca);
	rc = egov__record_intent(ca->h->record, cleared, &facts, &intent, &ca->h->err);
	if (rc == EGOV_OK) {
		help_commit(ca);
	} else {
		egov__record_rollback(ca->h->record);
		egov__cleared_free(cleared);
	}
	egov__intent_free(intent);
	return rc;
}

static void test_counts(void **state)
{
	struct help_ca *ca = *state;
	struct egov__generation_row row = row_of(ca, 1);
	uint8_t serial[EGOV__SERIAL];

	assert_int_equal(row.state, EGOV__GENERATION_ACTIVE);
	assert_int_equal(row.intents, 0);
	assert_true(row.last_end == EGOV_TIME_NONE);
	help_policy(ca);
	help_issue(ca, serial, ca->now + YEAR);
	help_issue(ca, serial, ca->now + 100);
	egov__recorded_free(help_crl(ca, ca->now, true));
	egov__intent_free(help_request_intent(ca));
	row = row_of(ca, 1);
	assert_int_equal(row.intents, 4);
	assert_int_equal(row.signatures, 3);
	assert_true(row.last_end == ca->now + YEAR);
	help_record_reopen(ca->h);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

/* A transaction that is given up counts nothing, not even in the next one. */
static void test_a_rollback_counts_nothing(void **state)
{
	struct help_ca *ca = *state;
	const struct egov__intent_facts facts = { .actor = "zhou" };
	struct egov_intent *intent = NULL;

	help_begin(ca);
	assert_ok(egov__record_intent(ca->h->record, help_clear_request(ca), &facts, &intent,
	                              &ca->h->err), &ca->h->err);
	egov__record_rollback(ca->h->record);
	egov__intent_free(intent);
	help_append(ca->h, ca->now, "x", NULL);
	assert_int_equal(row_of(ca, 1).intents, 0);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

static void test_states(void **state)
{
	struct help_ca *ca = *state;
	const struct egov_slice first = egov_signer_public_key(ca->signer);
	const struct egov_slice second = EGOV__SLICE(help_named_key("ca2.pem")->spki);
	const struct egov_slice stranger = EGOV__SLICE(help_named_key("holder")->spki);

	assert_int_equal(another(ca), 2);
	explain(ca, EGOV__KIND_ROLLOVER, "ca-key-2");
	assert_int_equal(try_request(ca, second), EGOV_OK);
	assert_int_equal(row_of(ca, 2).intents, 1);
	assert_int_equal(row_of(ca, 1).intents, 0);
	assert_fails(try_request(ca, stranger), &ca->h->err, EGOV_E_POLICY, "none of this CA's");

	help_begin(ca);
	egov_error_clear(&ca->h->err);
	assert_fails(egov__record_generation_state(ca->h->record, "li", 2, EGOV__GENERATION_ACTIVE,
	                                           EGOV__NO_SLICE, &ca->h->err),
	             &ca->h->err, EGOV_E_EXISTS, "or active");
	egov__record_rollback(ca->h->record);
	go_to(ca, 1, EGOV__GENERATION_RETIRED);
	assert_fails(try_request(ca, first), &ca->h->err, EGOV_E_POLICY,
	             "generation 1 of the CA's key is retired: it signs revocation lists alone");
	assert_fails(try_request(ca, EGOV__NO_SLICE), &ca->h->err, EGOV_E_POLICY, "no active key");
	go_to(ca, 2, EGOV__GENERATION_ACTIVE);
	assert_int_equal(try_request(ca, EGOV__NO_SLICE), EGOV_OK);
	assert_int_equal(row_of(ca, 2).intents, 2);
	help_begin(ca);
	egov_error_clear(&ca->h->err);
	assert_fails(egov__record_generation_state(ca->h->record, "li", 1, EGOV__GENERATION_ACTIVE,
	                                           EGOV__NO_SLICE, &ca->h->err),
	             &ca->h->err, EGOV_E_POLICY, "is retired already");
	egov__record_rollback(ca->h->record);
	go_to(ca, 1, EGOV__GENERATION_DESTROYING);
	assert_fails(try_request(ca, first), &ca->h->err, EGOV_E_POLICY, "it signs nothing");
	explain(ca, EGOV__KIND_KEY_DESTROY, "ca-key-1");
	go_to(ca, 1, EGOV__GENERATION_DESTROYED);
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT,
	             "the journal does not say how it came or went");
	explain(ca, EGOV__KIND_KEY_DESTROYED, "ca-key-1");
	assert_int_equal(help_value(ca->h->path,
	                            "SELECT count(*) FROM journal WHERE kind = 'ca-key'"), 7);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
}

/* What was meant for one key is not signed with another. */
static void test_the_other_key_signs_nothing(void **state)
{
	struct help_ca *ca = *state;
	struct egov_signed *made = NULL;
	struct egov_intent *intent;
	char *uri = help_key_file(ca->h->dir, "ca2.pem");
	struct egov_signer *other = help_signer(uri, EGOV_KEY_CA);

	assert_int_equal(another(ca), 2);
	intent = help_request_intent(ca);
	assert_fails(egov__sign(intent, other, &made, &ca->h->err), &ca->h->err, EGOV_E_POLICY,
	             "another generation");
	assert_ok(egov__sign(intent, ca->signer, &made, &ca->h->err), &ca->h->err);
	egov__signed_free(made);
	egov__intent_free(intent);
	egov_signer_close(other);
	free(uri);
}

static void test_limit(void **state)
{
	struct help_ca *ca = *state;

	egov__record_limit_signatures(ca->h->record, 2);
	assert_int_equal(try_request(ca, EGOV__NO_SLICE), EGOV_OK);
	assert_int_equal(try_request(ca, EGOV__NO_SLICE), EGOV_OK);
	assert_fails(try_request(ca, EGOV__NO_SLICE), &ca->h->err, EGOV_E_LIMIT,
	             "has signed 2 times, as often as [key] signature_limit allows");
	/* Lists go on. */
	egov_error_clear(&ca->h->err);
	egov__recorded_free(help_crl(ca, ca->now, true));
	egov__record_limit_signatures(ca->h->record, 0);
	assert_int_equal(try_request(ca, EGOV__NO_SLICE), EGOV_OK);
	assert_int_equal(row_of(ca, 1).intents, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counts, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_a_rollback_counts_nothing, help_ca_set_up,
		                                help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_states, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_the_other_key_signs_nothing, help_ca_set_up,
		                                help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_limit, help_ca_set_up, help_ca_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
