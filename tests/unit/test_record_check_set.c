/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#define END (HELP_NOW + 31536000)

/*
 * Order No. 4, Art. 24: each certificate has its full set of entries.  Nobody touched these
 * ledgers: their trees, leaves and checkpoints are sound, but a procedure forgot an entry.
 */
static void begin(struct help_ca *ca)
{
	help_policy(ca);
	help_root(ca);
}

static void finds(struct help_ca *ca, const char *noun, const uint8_t serial[EGOV__SERIAL])
{
	struct egov_buf wanted = EGOV__BUF(256);

	egov__buf_printf(&wanted, "%s ", noun);
	egov__buf_hex(&wanted, (struct egov_slice){ serial, EGOV__SERIAL });
	egov__buf_printf(&wanted, ": ");
	assert_non_null(egov__buf_string(&wanted));
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT,
	             egov__buf_string(&wanted));
	egov__buf_clear(&wanted);
}

static void forgets_while_issuing(struct help_ca *ca, const char *kind)
{
	uint8_t serials[3][EGOV__SERIAL];

	begin(ca);
	help_issue(ca, serials[0], END);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	ca->forgets = kind;
	help_issue(ca, serials[1], END);
	ca->forgets = NULL;
	help_issue(ca, serials[2], END);
	finds(ca, "certificate", serials[1]);
}

static void test_no_submission(void **state)
{
	forgets_while_issuing(*state, EGOV__KIND_APPLY_SUBMIT);
}

static void test_no_review(void **state)
{
	forgets_while_issuing(*state, EGOV__KIND_APPLY_REVIEW);
}

static void test_no_approval(void **state)
{
	forgets_while_issuing(*state, EGOV__KIND_APPLY_APPROVE);
}

/* What nobody forgot is on record, but of another application. */
static void test_approval_of_another(void **state)
{
	struct help_ca *const ca = *state;
	uint8_t serial[EGOV__SERIAL];
	char id[16];

	begin(ca);
	help_submit(ca, id);
	ca->forgets = EGOV__KIND_APPLY_APPROVE;
	help_approve(ca, id);
	ca->forgets = NULL;
	egov__recorded_free(help_finish(ca, help_leaf_intent(ca, id, serial, END), id));
	help_submit(ca, id);
	help_approve(ca, id);
	finds(ca, "certificate", serial);
}

/* Nobody but the approver has seen it: his entry is there, and the row says the same. */
static void test_nobody_reviewed(void **state)
{
	struct help_ca *const ca = *state;
	uint8_t serial[EGOV__SERIAL];
	char id[16];

	begin(ca);
	ca->nobody_reviews = true;
	help_submit(ca, id);
	help_approve(ca, id);
	assert_fails(help_check(ca->h, NULL, &ca->h->err), &ca->h->err, EGOV_E_CORRUPT,
	             "application A000001: its columns do not fit its state");
	egov__recorded_free(help_finish(ca, help_leaf_intent(ca, id, serial, END), id));
	finds(ca, "certificate", serial);
}

static void test_no_change_of_status(void **state)
{
	struct help_ca *const ca = *state;
	uint8_t serials[2][EGOV__SERIAL];

	begin(ca);
	help_issue(ca, serials[0], END);
	help_issue(ca, serials[1], END);
	help_revoke(ca, serials[0], 1, END);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	ca->forgets = EGOV__KIND_REVOKE;
	help_revoke(ca, serials[1], 1, END);
	finds(ca, "revocation", serials[1]);
}

static void test_no_hold(void **state)
{
	struct help_ca *const ca = *state;
	uint8_t serial[EGOV__SERIAL];

	begin(ca);
	help_issue(ca, serial, END);
	ca->forgets = EGOV__KIND_HOLD;
	help_hold(ca, serial, END);
	finds(ca, "hold", serial);
}

static void test_no_release(void **state)
{
	struct help_ca *const ca = *state;
	uint8_t serial[EGOV__SERIAL];

	begin(ca);
	help_issue(ca, serial, END);
	help_hold(ca, serial, END);
	assert_ok(help_check(ca->h, NULL, &ca->h->err), &ca->h->err);
	ca->forgets = EGOV__KIND_RELEASE;
	help_release(ca, serial);
	finds(ca, "hold", serial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_submission, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_no_review, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_no_approval, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_approval_of_another, help_ca_set_up,
		                                help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_nobody_reviewed, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_no_change_of_status, help_ca_set_up,
		                                help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_no_hold, help_ca_set_up, help_ca_tear_down),
		cmocka_unit_test_setup_teardown(test_no_release, help_ca_set_up, help_ca_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
