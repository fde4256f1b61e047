/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "record/kinds.h"
#include "record/operator.h"

static const char *const names[] = { "registrar", "reviewer",      "approver",           "ca-operator",
	                             "auditor",   "administrator", "audit-administrator" };
#define NAMES (sizeof(names) / sizeof(names[0]))

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct egov_buf out = EGOV__BUF(100);
		struct egov_error err = { 0 };
		unsigned roles = 0;

		assert_ok(egov__roles_parse(names[i], &roles, &err), &err);
		assert_int_equal(roles, 1u << i);
		egov__roles_print(roles, &out);
		assert_string_equal(egov__buf_string(&out), names[i]);
		egov__buf_clear(&out);
	}
}

/* Of all pairs two may be in one person. */
static void test_pairs(void **state)
{
	unsigned allowed = 0;

	(void)state;
	for (size_t i = 0; i < NAMES; i++)
		for (size_t j = i + 1; j < NAMES; j++) {
			const enum egov_status rc = egov__roles_check(1u << i | 1u << j, NULL);

			assert_true(rc == EGOV_OK || rc == EGOV_E_POLICY);
			if (rc != EGOV_OK)
				continue;
			allowed++;
			assert_true(i <= 1 && j == 3);
		}
	assert_int_equal(allowed, 2);
}

static void test_lists(void **state)
{
	struct egov_error err = { 0 };
	struct egov_buf out = EGOV__BUF(100);
	unsigned roles = 0;

	(void)state;
	assert_ok(egov__roles_parse("ca-operator, reviewer", &roles, &err), &err);
	egov__roles_print(roles, &out);
	assert_string_equal(egov__buf_string(&out), "reviewer, ca-operator");
	assert_fails(egov__roles_parse("", &roles, &err), &err, EGOV_E_USAGE, "at least one");
	assert_fails(egov__roles_parse(" , ", &roles, &err), &err, EGOV_E_USAGE, "at least one");
	assert_fails(egov__roles_parse("reviewer,king", &roles, &err), &err, EGOV_E_USAGE, "\"king\"");
	assert_fails(egov__roles_parse("Reviewer", &roles, &err), &err, EGOV_E_USAGE, "\"Reviewer\"");
	assert_fails(egov__roles_parse("registrar,approver", &roles, &err), &err, EGOV_E_POLICY,
	             "may not be registrar and approver");
	assert_fails(egov__roles_parse("auditor,audit-administrator", &roles, &err), &err,
	             EGOV_E_POLICY, "may not be auditor and audit-administrator");
	egov__buf_clear(&out);
}

/* Who appoints does not act, who audits does neither. */
static void test_acts(void **state)
{
	static const struct {
		const char *act, *kind;
		bool service;
	} wanted[] = {
		{ EGOV__ACT_SUBMIT, EGOV__KIND_APPLY_SUBMIT, false },
		{ EGOV__ACT_REVIEW, EGOV__KIND_APPLY_REVIEW, false },
		{ EGOV__ACT_APPROVE, EGOV__KIND_APPLY_APPROVE, false },
		{ EGOV__ACT_REJECT, EGOV__KIND_APPLY_REJECT, false },
		{ EGOV__ACT_ISSUE, EGOV__KIND_INTENT, true },
		{ EGOV__ACT_REVOKE, EGOV__KIND_REVOKE, false },
		{ EGOV__ACT_HOLD, EGOV__KIND_HOLD, false },
		{ EGOV__ACT_RELEASE, EGOV__KIND_RELEASE, false },
		{ EGOV__ACT_CRL, EGOV__KIND_INTENT, true },
		{ EGOV__ACT_POLICY, EGOV__KIND_POLICY, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const struct egov__act *act = egov__act_find(egov__slice_text(wanted[i].act));

		assert_non_null(act);
		assert_string_equal(act->kind, wanted[i].kind);
		assert_int_equal(act->service, wanted[i].service);
		assert_int_equal(egov__kind_is_signed(wanted[i].kind), !wanted[i].service);
		assert_true((act->roles
		             & (EGOV__ROLE_AUDITOR | EGOV__ROLE_ADMINISTRATOR
		                | EGOV__ROLE_AUDIT_ADMINISTRATOR))
		            == 0);
	}
	assert_null(egov__act_find(egov__slice_text("no-such")));
	assert_false(egov__kind_is_signed(EGOV__KIND_CRL));
}

static void test_appointments(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		const bool audit = i == 4 || i == 6;
		const struct egov__act *add =
			egov__act_find(egov__slice_text(egov__act_appoint(1u << i, false)));
		const struct egov__act *drop =
			egov__act_find(egov__slice_text(egov__act_appoint(1u << i, true)));

		assert_string_equal(add->kind, EGOV__KIND_OPERATOR_ADD);
		assert_string_equal(drop->kind, EGOV__KIND_OPERATOR_REMOVE);
		assert_int_equal(add->roles, audit ? EGOV__ROLE_AUDIT_ADMINISTRATOR
		                                   : EGOV__ROLE_ADMINISTRATOR);
		assert_int_equal(drop->roles, add->roles);
	}
	assert_true(egov__actor_is_service("os:root"));
	assert_false(egov__actor_is_service("root"));
}

/* Who must sign: so many people, and these roles among them. */
static void test_all_who_must(void **state)
{
	const unsigned peers = EGOV__ROLE_ADMINISTRATOR | EGOV__ROLE_AUDIT_ADMINISTRATOR;
	const struct egov__act *ceremony = egov__act_find(egov__slice_text(EGOV__ACT_CEREMONY));
	const struct egov__act *early = egov__act_find(egov__slice_text(EGOV__ACT_KEY_DESTROY_EARLY));
	const struct egov__act *review = egov__act_find(egov__slice_text(EGOV__ACT_REVIEW));

	(void)state;
	assert_true(egov__act_has_all(ceremony, 2, peers));
	assert_false(egov__act_has_all(ceremony, 2, EGOV__ROLE_ADMINISTRATOR));
	assert_false(egov__act_has_all(ceremony, 3, EGOV__ROLE_AUDIT_ADMINISTRATOR));
	assert_false(egov__act_has_all(ceremony, 1, peers));
	assert_true(egov__act_has_all(early, 2, EGOV__ROLE_ADMINISTRATOR));
	assert_false(egov__act_has_all(early, 1, EGOV__ROLE_ADMINISTRATOR));
	assert_true(egov__act_has_all(review, 1, EGOV__ROLE_REVIEWER));
	assert_false(egov__act_has_all(review, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_who_must),
		cmocka_unit_test(test_names),  cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_lists),  cmocka_unit_test(test_acts),
		cmocka_unit_test(test_appointments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
