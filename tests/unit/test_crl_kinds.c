/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of every kind: for some reasons, of other issuers, of other keys, deltas. */
#include "chain.h"

#include "base/report.h"

#define IDP "2.5.29.28"
#define CRL_DP "2.5.29.31"
#define DELTA "2.5.29.27"

/* ReasonFlags: keyCompromise and cACompromise; the six others. */
#define SOME_REASONS "3004830205" "60"
#define OTHER_REASONS "300583030" "71f80"

static struct egov_buf *hex_extension(const char *oid, const char *hex)
{
	struct egov_buf *value = help_hex_buf(hex);
	struct egov_buf *ext = chain_extension(oid, true, egov_buf_slice(value));

	egov_buf_free(value);
	return ext;
}

/* --- reasons -------------------------------------------------------------------------- */

static void lists_for_some_reasons_make_one(void **state)
{
	struct egov_buf *some = hex_extension(IDP, SOME_REASONS), *others = hex_extension(IDP, OTHER_REASONS);
	const struct chain_three three = chain_three();
	const struct chain_crl_plan root = { .issuer = "root", .key = 0 };
	struct chain_crl_plan first = { .issuer = "ca", .key = 1, .more = egov_buf_slice(some) };
	struct chain_crl_plan second = { .issuer = "ca", .key = 1, .more = egov_buf_slice(others) };

	(void)state;
	for (int step = 0; step < 4; step++) {
		struct chain_bench bench = chain_bench_three(&three);

		bench.options.require_revocation = 1;
		second.entries[0] = step == 3 ? (struct chain_crl_entry){ 3, 4, false, NULL }
		                              : (struct chain_crl_entry){ 0, 0, false, NULL };
		chain_add_crl(&bench, &root);
		chain_add_crl(&bench, step == 1 ? &second : &first);
		if (step >= 2)
			chain_add_crl(&bench, &second);
		chain_expect(&bench, step < 2 ? "it is for some reasons alone"
		                     : step == 3 ? "CN=leaf: revoked at" : NULL, NULL, true);
	}
	egov_buf_free(some);
	egov_buf_free(others);
}

/* --- indirect lists ------------------------------------------------------------------- */

/* cRLDistributionPoints that send to the lists of cn. */
static struct egov_buf *points_to(const char *cn)
{
	struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT), *ext;
	const size_t list = egov__der_open(value, EGOV__SEQUENCE);
	const size_t point = egov__der_open(value, EGOV__SEQUENCE);

	chain_names(value, EGOV__CONTEXT_CONS | 2, cn);
	egov__der_close(value, point);
	egov__der_close(value, list);
	ext = chain_extension(CRL_DP, false, egov_buf_slice(value));
	egov_buf_free(value);
	return ext;
}

struct indirect {
	bool unknown_signer, no_crl_sign, revoked_signer, other_anchor, not_indirect;
	struct chain_crl_entry entries[4];
	const char *fragment;
};

static void expect_indirect(const struct indirect *row)
{
	struct egov_buf *point = points_to("lists"), *idp = hex_extension(IDP, "30038401ff");
	struct chain_three three = chain_three();
	struct chain_plan signer = { .subject = "lists", .issuer = row->other_anchor ? "other" : "root",
		                     .key = 5, .issuer_key = row->other_anchor ? 7 : 0, .serial = 9,
		                     .usage = row->no_crl_sign ? EGOV__KU_DIGITAL_SIGNATURE
		                                               : EGOV__KU_CRL_SIGN };
	const struct chain_plan other = { .subject = "other", .key = 7, .ca = true };
	struct chain_crl_plan root = { .issuer = "root", .key = 0 };
	struct chain_crl_plan list = { .issuer = "lists", .key = 5 };
	struct chain_bench bench;

	three.leaf.more = egov_buf_slice(point);
	bench = chain_bench_three(&three);
	if (!row->unknown_signer)
		chain_pool(&bench, &signer);
	if (row->other_anchor)
		chain_trust(&bench, &other);
	if (row->revoked_signer)
		root.entries[0] = (struct chain_crl_entry){ 9, 1, false, NULL };
	if (!row->not_indirect)
		list.more = egov_buf_slice(idp);
	memcpy(list.entries, row->entries, sizeof(list.entries));
	chain_add_crl(&bench, &root);
	chain_add_crl(&bench, &list);
	bench.options.require_revocation = 1;
	chain_expect(&bench, row->fragment, NULL, true);
	egov_buf_free(idp);
	egov_buf_free(point);
}

static void lists_of_others_count_where_the_certificate_says_so(void **state)
{
	static const struct indirect rows[] = {
		{ .fragment = NULL },
		{ .entries = { { 3, 1, false, "ca" } }, .fragment = "CN=leaf: revoked at" },
		/* Serial 3 of the issuer of the list itself. */
		{ .entries = { { 3, 1, false, NULL } }, .fragment = NULL },
		{ .entries = { { 3, 1, false, "cb" } }, .fragment = NULL },
		/* Whoever is named stays named for those behind. */
		{ .entries = { { 2, 1, false, "ca" }, { 3, 1, false, NULL } },
		  .fragment = "CN=leaf: revoked at" },
		{ .entries = { { 2, 1, false, "ca" }, { 4, 1, false, "cb" }, { 3, 1, false, NULL } },
		  .fragment = NULL },
		{ .unknown_signer = true, .fragment = "nobody known here signed it" },
		{ .no_crl_sign = true, .fragment = "its issuer's keyUsage has no cRLSign" },
		{ .revoked_signer = true,
		  .fragment = "its signer has no path to the trust anchor of the certificate" },
		{ .other_anchor = true,
		  .fragment = "its signer has no path to the trust anchor of the certificate" },
		{ .not_indirect = true, .fragment = "no CRL tells" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf("row %zu\n", i);
		expect_indirect(&rows[i]);
	}
}

static void entries_of_others_want_an_indirect_list(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_crl_plan list = { .issuer = "ca", .key = 1,
		                             .entries = { { 7, 1, false, "cb" } } };
	struct chain_bench bench = chain_bench_three(&three);

	(void)state;
	chain_add_crl(&bench, &list);
	chain_expect(&bench, "an entry has a critical extension not known here, or another issuer",
	             "RFC 5280, 5.3", true);
}

/* --- keys ------------------------------------------------------------------------------ */

static void another_key_of_the_same_ca_may_sign(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_plan again = { .subject = "ca", .issuer = "root", .key = 6, .issuer_key = 0,
		                          .serial = 8, .ca = true };
	struct chain_crl_plan root = { .issuer = "root", .key = 0 }, list = { .issuer = "ca", .key = 6 };

	(void)state;
	for (int step = 0; step < 4; step++) {
		struct chain_bench bench = chain_bench_three(&three);

		root.entries[0] = step == 3 ? (struct chain_crl_entry){ 8, 4, false, NULL }
		                            : (struct chain_crl_entry){ 0, 0, false, NULL };
		list.entries[0] = step == 2 ? (struct chain_crl_entry){ 3, 4, false, NULL }
		                            : (struct chain_crl_entry){ 0, 0, false, NULL };
		if (step > 0)
			chain_pool(&bench, &again);
		chain_add_crl(&bench, &root);
		chain_add_crl(&bench, &list);
		bench.options.require_revocation = 1;
		chain_expect(&bench, step == 0 ? "SM2 signature does not verify with its issuer's key"
		                     : step == 2 ? "CN=leaf: revoked at"
		                     : step == 3 ? "its signer has no path to the trust anchor" : NULL,
		             NULL, true);
	}
}

/* The new key's certificate is in the list that the new key signs: that list tells nothing
 * about its own signer. */
static void a_list_does_not_vouch_for_its_signer(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_plan again = { .subject = "ca", .issuer = "ca", .key = 6, .issuer_key = 1,
		                          .serial = 8, .ca = true };
	const struct chain_crl_plan root = { .issuer = "root", .key = 0 };
	const struct chain_crl_plan list = { .issuer = "ca", .key = 6 };
	struct chain_bench bench;

	(void)state;
	for (int required = 0; required < 2; required++) {
		bench = chain_bench_three(&three);
		chain_pool(&bench, &again);
		chain_add_crl(&bench, &root);
		chain_add_crl(&bench, &list);
		bench.options.require_revocation = required;
		chain_expect(&bench, required ? "its signer has no path to the trust anchor" : NULL, NULL,
		             true);
	}
}

/* --- deltas ---------------------------------------------------------------------------- */

struct delta {
	unsigned base_number, from, number;
	struct chain_crl_entry base, delta;
	const char *fragment;
};

static void deltas_complete_what_they_rest_on(void **state)
{
	static const struct delta rows[] = {
		{ 5, 4, 6, { 0, 0, false, NULL }, { 3, 1, false, NULL }, "CN=leaf: revoked at" },
		{ 5, 5, 6, { 3, 6, false, NULL }, { 3, 8, false, NULL }, NULL },
		{ 5, 5, 6, { 3, 6, false, NULL }, { 4, 8, false, NULL }, "CN=leaf: on hold" },
		{ 5, 5, 6, { 3, 6, false, NULL }, { 3, 1, false, NULL }, "(keyCompromise)" },
		/* Begun after the complete one: nothing is released by it, but revoked. */
		{ 5, 6, 7, { 3, 6, false, NULL }, { 3, 8, false, NULL }, "CN=leaf: on hold" },
		{ 5, 6, 7, { 0, 0, false, NULL }, { 3, 1, false, NULL }, "CN=leaf: revoked at" },
		{ 5, 6, 7, { 0, 0, false, NULL }, { 4, 1, false, NULL }, NULL },
		/* Not newer than the complete one. */
		{ 5, 4, 5, { 3, 6, false, NULL }, { 3, 8, false, NULL }, "CN=leaf: on hold" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct delta *row = &rows[i];
		const struct chain_three three = chain_three();
		char number[16];
		struct egov_buf *ext;
		struct chain_crl_plan base = { .issuer = "ca", .key = 1, .number = row->base_number,
			                       .from = CHAIN_AT - 3 * CHAIN_DAY, .entries = { row->base } };
		struct chain_crl_plan delta = { .issuer = "ca", .key = 1, .number = row->number,
			                        .from = CHAIN_AT - CHAIN_DAY, .entries = { row->delta } };
		struct chain_bench bench = chain_bench_three(&three);

		printf("row %zu\n", i);
		(void)snprintf(number, sizeof(number), "0201%02x", row->from);
		ext = hex_extension(DELTA, number);
		delta.more = egov_buf_slice(ext);
		chain_add_crl(&bench, &base);
		chain_add_crl(&bench, &delta);
		chain_expect(&bench, row->fragment, NULL, true);
		egov_buf_free(ext);
	}
}

/* --- names of distribution points -------------------------------------------------------- */

/* The extension with a point of one RDN, CN=part, below the issuer of the list: [0] in a
 * point of a certificate or in an issuingDistributionPoint. */
static struct egov_buf *relative(const char *oid, const char *cn)
{
	struct egov_buf *value = egov_buf_new(EGOV__MAX_OBJECT), *ext;
	const bool dp = strcmp(oid, CRL_DP) == 0;
	const size_t list = dp ? egov__der_open(value, EGOV__SEQUENCE) : 0;
	const size_t point = egov__der_open(value, EGOV__SEQUENCE);
	const size_t name = egov__der_open(value, EGOV__CONTEXT_CONS);
	const size_t rdn = egov__der_open(value, EGOV__CONTEXT_CONS | 1);
	const size_t pair = egov__der_open(value, EGOV__SEQUENCE);

	egov__der_put(value, EGOV__OID, egov__oid_get(EGOV__OID_COMMON_NAME)->contents);
	egov__der_put(value, EGOV__UTF8_STRING, egov__slice_text(cn));
	egov__der_close(value, pair);
	egov__der_close(value, rdn);
	egov__der_close(value, name);
	egov__der_close(value, point);
	if (dp)
		egov__der_close(value, list);
	ext = chain_extension(oid, !dp, egov_buf_slice(value));
	egov_buf_free(value);
	return ext;
}

static void points_may_be_named_below_the_issuer(void **state)
{
	const char *const parts[] = { "part", "Part", "other" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct egov_buf *dp = relative(CRL_DP, parts[i]), *idp = relative(IDP, "part");
		struct chain_three three = chain_three();
		const struct chain_crl_plan root = { .issuer = "root", .key = 0 };
		const struct chain_crl_plan list = { .issuer = "ca", .key = 1,
			                             .more = egov_buf_slice(idp) };
		struct chain_bench bench;

		three.leaf.more = egov_buf_slice(dp);
		bench = chain_bench_three(&three);
		chain_add_crl(&bench, &root);
		chain_add_crl(&bench, &list);
		bench.options.require_revocation = 1;
		chain_expect(&bench, i < 2 ? NULL : "CN=leaf: no CRL tells", NULL, true);
		egov_buf_free(dp);
		egov_buf_free(idp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_for_some_reasons_make_one),
		cmocka_unit_test(lists_of_others_count_where_the_certificate_says_so),
		cmocka_unit_test(entries_of_others_want_an_indirect_list),
		cmocka_unit_test(another_key_of_the_same_ca_may_sign),
		cmocka_unit_test(a_list_does_not_vouch_for_its_signer),
		cmocka_unit_test(deltas_complete_what_they_rest_on),
		cmocka_unit_test(points_may_be_named_below_the_issuer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
