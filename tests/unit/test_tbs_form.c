/* SPDX-License-Identifier: Apache-2.0 */
#include "help_stage.h"

#include "base/der.h"
#include "cert/tbs_form.h"
#include "request/request.h"
#include "x509/name.h"

#define START INT64_C(1767225600)       /* 2026-01-01 */
#define YEAR 31536000

static struct egov_error err;
static struct help_key keys[2];

static int make_keys(void **state)
{
	(void)state;
	help_key_make(&keys[0]);
	help_key_make(&keys[1]);
	return 0;
}

static int clear_keys(void **state)
{
	(void)state;
	help_key_clear(&keys[0]);
	help_key_clear(&keys[1]);
	return 0;
}

/* The form of a root's certificate of this key and serial, from now on for so long. */
static void root_form(const struct egov_profile *profile, const struct help_key *key, uint8_t last,
                      egov_time start, struct egov_buf *form)
{
	const uint8_t serial[] = { 1, 2, 3, last };
	const struct egov__issuer own = { .params = EGOV__SIGALG_ABSENT };
	struct egov_judged *judged = help_judge(profile, key);
	const struct egov__cert_plan plan = { .profile = profile,
		                              .judged = judged,
		                              .issuer = &own,
		                              .serial = EGOV__SLICE(serial),
		                              .not_before = start,
		                              .not_after = start + 20 * (egov_time)YEAR };
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__cert_build(&plan, &tbs, &err), &err);
	assert_ok(egov__tbs_form(tbs, form, &err), &err);
	egov__tbs_free(tbs);
	egov__judged_free(judged);
}

static void test_certificate(void **state)
{
	const struct help_key *const first = &keys[0], *const second = &keys[1];
	struct egov_profile *profile = help_profile("root-ca");
	struct egov_profile *changed = help_profile_changed("root-ca", "usage = keyCertSign, cRLSign",
	                                                    "usage = keyCertSign, cRLSign\n\n"
	                                                    "[extensions]\npath_length = 1");
	struct egov_buf a = EGOV__BUF(EGOV__MAX_OBJECT), b = EGOV__BUF(EGOV__MAX_OBJECT),
			c = EGOV__BUF(EGOV__MAX_OBJECT);

	(void)state;
	root_form(profile, first, 1, START, &a);
	root_form(profile, second, 200, START + YEAR, &b);
	assert_true(egov__slice_equal(egov_buf_slice(&a), egov_buf_slice(&b)));
	assert_ok(egov__der_check(egov_buf_slice(&a), &err), &err);
	/* Nothing of the key is left, and everything of the rest. */
	assert_null(memmem(a.data, a.size, first->spki + 27, 64));
	assert_null(memmem(a.data, a.size, first->key_id, 20));
	root_form(changed, first, 1, START, &c);
	assert_false(egov__slice_equal(egov_buf_slice(&a), egov_buf_slice(&c)));
	egov__buf_clear(&a);
	egov__buf_clear(&b);
	egov__buf_clear(&c);
	egov_profile_free(profile);
	egov_profile_free(changed);
}

static void request_form(struct egov_slice subject, const struct help_key *key,
                         struct egov_buf *form)
{
	struct egov_tbs *tbs = NULL;

	assert_ok(egov__request_build(subject, EGOV__SLICE(key->spki), EGOV__SIGALG_ABSENT, &tbs, &err),
	          &err);
	assert_ok(egov__tbs_form(tbs, form, &err), &err);
	egov__tbs_free(tbs);
}

static void name(const char *text, struct egov_buf *der)
{
	struct egov__name *parsed = NULL;

	assert_ok(egov__name_parse(text, &parsed, &err), &err);
	assert_ok(egov__name_encode(parsed, der, &err), &err);
	egov__name_free(parsed);
}

static void test_request(void **state)
{
	struct egov_buf one = EGOV__BUF(1000), two = EGOV__BUF(1000);
	struct egov_buf a = EGOV__BUF(EGOV__MAX_OBJECT), b = EGOV__BUF(EGOV__MAX_OBJECT),
			c = EGOV__BUF(EGOV__MAX_OBJECT);

	(void)state;
	name("C=CN, O=a, CN=b", &one);
	name("C=CN, O=a, CN=c", &two);
	request_form(egov_buf_slice(&one), &keys[0], &a);
	request_form(egov_buf_slice(&one), &keys[1], &b);
	request_form(egov_buf_slice(&two), &keys[0], &c);
	assert_true(egov__slice_equal(egov_buf_slice(&a), egov_buf_slice(&b)));
	assert_false(egov__slice_equal(egov_buf_slice(&a), egov_buf_slice(&c)));
	assert_ok(egov__der_check(egov_buf_slice(&a), &err), &err);
	egov__buf_clear(&a);
	egov__buf_clear(&b);
	egov__buf_clear(&c);
	egov__buf_clear(&one);
	egov__buf_clear(&two);
}

/* A list differs from the next in its entries, which are all that it says. */
static void test_list(void **state)
{
	struct help_ca *ca = *state;
	struct egov_buf form = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov_cleared *cleared = help_clear_crl(ca, 1, ca->now);

	assert_fails(egov__tbs_form(egov__cleared_tbs(cleared), &form, &err), &err, EGOV_E_USAGE,
	             "has no form");
	egov__cleared_free(cleared);
	egov__buf_clear(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_request),
		cmocka_unit_test_setup_teardown(test_list, help_ca_set_up, help_ca_tear_down),
	};

	return cmocka_run_group_tests(tests, make_keys, clear_keys);
}
