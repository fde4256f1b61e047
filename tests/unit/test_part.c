/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include "base/der.h"
#include "crl/part.h"
#include "x509/ext.h"

#define ALL "http://pki.example.cn/crl/ca.crl"

static const struct {
	uint64_t part;
	const char *url, *delta;
	bool only_users;
} parts[] = {
	{ EGOV__PART_ALL, ALL, "http://pki.example.cn/crl/ca-delta.crl", false },
	{ EGOV__PART_CA, "http://pki.example.cn/crl/ca-arl.crl",
	  "http://pki.example.cn/crl/ca-arl-delta.crl", false },
	{ EGOV__PART_USERS, "http://pki.example.cn/crl/ca-users.crl",
	  "http://pki.example.cn/crl/ca-users-delta.crl", true },
	{ EGOV__PART_SHARD + 1, "http://pki.example.cn/crl/ca-s1.crl",
	  "http://pki.example.cn/crl/ca-s1-delta.crl", true },
	{ EGOV__PART_SHARD + EGOV__SHARDS, "http://pki.example.cn/crl/ca-s1000.crl",
	  "http://pki.example.cn/crl/ca-s1000-delta.crl", true },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void a_part_has_an_address(void **state)
{
	struct egov_buf url = EGOV__BUF(100);

	(void)state;
	for (size_t i = 0; i < PARTS; i++) {
		assert_true(egov__part_is(parts[i].part));
		assert_int_equal(egov__part_only_users(parts[i].part), parts[i].only_users);
		egov__part_url(ALL, parts[i].part, false, &url);
		assert_string_equal(egov__buf_string(&url), parts[i].url);
		assert_int_equal(egov__part_of_url(egov_buf_slice(&url)), parts[i].part);
		egov_buf_reset(&url);
		egov__part_url(ALL, parts[i].part, true, &url);
		assert_string_equal(egov__buf_string(&url), parts[i].delta);
		egov_buf_reset(&url);
	}
	assert_false(egov__part_is(3));
	assert_false(egov__part_is(EGOV__PART_SHARD));
	assert_false(egov__part_is(EGOV__PART_SHARD + EGOV__SHARDS + 1));
	egov__buf_clear(&url);
}

/* Addresses that others chose mean nothing. */
static void other_names_are_no_parts(void **state)
{
	static const char *const urls[] = {
		"", ".crl", "ca.crl", "http://x/ca-arl.crl2", "http://x/ca-s0.crl", "http://x/ca-s01.crl",
		"http://x/ca-s1001.crl", "http://x/ca-s.crl", "http://x/ca-s1x.crl",
		"http://x/agency-arl.crl", "http://x/cab-arl.crl", "http://x/ca-other.crl",
		"http://ca-arl.crl/list.crl", "http://x/ca-.crl", "http://x/c-arl.crl",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		assert_int_equal(egov__part_of_url(egov__slice_text(urls[i])), EGOV__PART_ALL);
	assert_int_equal(egov__part_of_url(egov__slice_text("http://x/ca12-s7.crl")),
	                 EGOV__PART_SHARD + 7);
	assert_int_equal(egov__part_of_url(egov__slice_text("ca-users.crl")), EGOV__PART_USERS);
}

static void extensions_name_a_part(void **state)
{
	const struct egov_slice urls[] = { egov__slice_text("ldap://x/cn=ca"),
		                           egov__slice_text(parts[3].url) };
	struct egov_buf value = EGOV__BUF(1000), exts = EGOV__BUF(1000);
	struct egov_error err = { 0 };
	uint64_t part = 9;

	(void)state;
	assert_ok(egov__part_of_cert(EGOV__NO_SLICE, &part, &err), &err);
	assert_int_equal(part, EGOV__PART_ALL);
	egov__ext_put_crl_dp(&value, urls, 2);
	egov__ext_put(&exts, EGOV__OID_CRL_DP, false, egov_buf_slice(&value));
	egov_buf_reset(&value);
	egov__ext_put_idp(&value, parts[1].url, false, true);
	egov__ext_put(&exts, EGOV__OID_IDP, true, egov_buf_slice(&value));
	assert_ok(egov__part_of_cert(egov_buf_slice(&exts), &part, &err), &err);
	assert_int_equal(part, EGOV__PART_SHARD + 1);
	assert_ok(egov__part_of_crl(egov_buf_slice(&exts), &part, &err), &err);
	assert_int_equal(part, EGOV__PART_CA);
	egov__buf_clear(&value);
	egov__buf_clear(&exts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_has_an_address),
		cmocka_unit_test(other_names_are_no_parts),
		cmocka_unit_test(extensions_name_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
