/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"
#include "help_issue.h"

#include "ca/mandate.h"

/* A subordinate CA at path length 1 with the policy of organisations. */
static struct chain_plan usual(void)
{
	return (struct chain_plan){ .subject = "ca", .issuer = "root", .key = 1, .ca = true,
		                    .path_len = 1 + 1, .policy = "2.999.1.2" };
}

static enum egov_status check(const struct chain_plan *plan, const char *profile_name,
                              egov_time now, struct egov_error *err)
{
	struct egov_profile *profile = help_profile(profile_name);
	struct egov_buf *der = chain_cert(plan);
	struct egov_cert *ca = NULL;
	enum egov_status rc = egov_cert_decode(egov_buf_slice(der), &ca, err);

	if (rc == EGOV_OK)
		rc = egov__mandate_check(ca, profile, now, err);
	egov_cert_free(ca);
	egov_buf_free(der);
	egov_profile_free(profile);
	return rc;
}

static void what_it_asserts_it_may_issue(void **state)
{
	struct egov_error err = { 0 };
	struct chain_plan plan = usual();

	(void)state;
	assert_ok(check(&plan, "agency-sign", CHAIN_AT, &err), &err);
	plan.policy = "2.5.29.32.0";
	assert_ok(check(&plan, "agency-sign", CHAIN_AT, &err), &err);
	assert_ok(check(&plan, "sub-ca", CHAIN_AT, &err), &err);
}

static void a_policy_that_it_does_not_assert(void **state)
{
	struct egov_error err = { 0 };
	struct chain_plan plan = usual();

	(void)state;
	assert_fails(check(&plan, "civil-servant-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY,
	             "profile civil-servant-sign: policy 2.999.1.1: the CA's own certificate asserts "
	             "neither it nor anyPolicy");
	plan.policy = NULL;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "2.999.1.2");
	/* All of them: one of the three is not enough. */
	plan.policy = "2.999.1.1";
	assert_fails(check(&plan, "sub-ca", CHAIN_AT, &err), &err, EGOV_E_POLICY, "2.999.1.2");
	/* A root asserts nothing, and is trusted all the same. */
	plan = (struct chain_plan){ .subject = "root", .ca = true };
	assert_ok(check(&plan, "sub-ca", CHAIN_AT, &err), &err);
}

static void no_ca_below_its_path_length(void **state)
{
	struct egov_error err = { 0 };
	struct chain_plan plan = usual();

	(void)state;
	plan.policy = "2.5.29.32.0";
	plan.path_len = 1 + 0;
	assert_fails(check(&plan, "sub-ca", CHAIN_AT, &err), &err, EGOV_E_POLICY,
	             "pathLenConstraint 0: no CA may stand below it");
	assert_ok(check(&plan, "agency-sign", CHAIN_AT, &err), &err);
	plan.path_len = 0;
	assert_ok(check(&plan, "sub-ca", CHAIN_AT, &err), &err);
}

/* The shipped sub-ca profile has path_length 0. */
static void a_path_length_below_its_own(void **state)
{
	struct egov_profile *profile = help_profile_changed("sub-ca", "path_length = 0",
	                                                    "path_length = 1");
	struct chain_plan plan = usual();
	struct egov_error err = { 0 };
	struct egov_cert *ca = NULL;
	struct egov_buf *der;

	(void)state;
	plan.policy = "2.5.29.32.0";
	der = chain_cert(&plan);
	assert_ok(egov_cert_decode(egov_buf_slice(der), &ca, &err), &err);
	assert_fails(egov__mandate_check(ca, profile, CHAIN_AT, &err), &err, EGOV_E_POLICY,
	             "path_length 1, but the CA's own certificate has pathLenConstraint 1");
	egov_cert_free(ca);
	egov_buf_free(der);
	egov_profile_free(profile);
}

static void only_while_it_is_valid(void **state)
{
	struct egov_error err = { 0 };
	struct chain_plan plan = usual();

	(void)state;
	plan.from = CHAIN_AT - CHAIN_DAY;
	plan.until = CHAIN_AT + CHAIN_DAY;
	assert_ok(check(&plan, "agency-sign", plan.from, &err), &err);
	assert_ok(check(&plan, "agency-sign", plan.until - 1, &err), &err);
	assert_fails(check(&plan, "agency-sign", plan.until, &err), &err, EGOV_E_POLICY,
	             "expired at 2027-01-16T08:00:00Z, now is 2027-01-16T08:00:00Z");
	assert_fails(check(&plan, "agency-sign", plan.from - 1, &err), &err, EGOV_E_POLICY,
	             "valid from 2027-01-14T08:00:00Z");
}

static void what_is_no_ca(void **state)
{
	struct egov_error err = { 0 };
	struct chain_plan plan = usual();

	(void)state;
	plan.ca = false;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "is not a CA's");
	plan = usual();
	plan.no_basic = true;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "is not a CA's");
	plan = usual();
	plan.usage = EGOV__KU_KEY_CERT_SIGN;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "cRLSign");
	plan.usage = EGOV__KU_CRL_SIGN;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "keyCertSign");
	plan = usual();
	plan.no_usage = true;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY, "keyUsage");
	plan = usual();
	plan.no_key_ids = true;
	assert_fails(check(&plan, "agency-sign", CHAIN_AT, &err), &err, EGOV_E_POLICY,
	             "subjectKeyIdentifier");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_asserts_it_may_issue),
		cmocka_unit_test(a_policy_that_it_does_not_assert),
		cmocka_unit_test(no_ca_below_its_path_length),
		cmocka_unit_test(a_path_length_below_its_own),
		cmocka_unit_test(only_while_it_is_valid),
		cmocka_unit_test(what_is_no_ca),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
