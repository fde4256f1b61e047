/* SPDX-License-Identifier: Apache-2.0 */
/* The search: a bad certificate never hides a good path, and work is bounded. */
#include "chain.h"

#include <time.h>

#include "verify/judge.h"

static void a_decoy_with_another_key_hides_nothing(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_plan decoy = three.ca;

	(void)state;
	decoy.key = 5;
	for (int first = 0; first < 2; first++) {
		struct chain_bench bench = chain_bench();

		chain_trust(&bench, &three.root);
		chain_pool(&bench, first == 0 ? &decoy : &three.ca);
		chain_pool(&bench, first == 0 ? &three.ca : &decoy);
		chain_leaf(&bench, &three.leaf);
		chain_expect(&bench, NULL, NULL, true);
	}
}

/* The same name and the same key, but not good for a path: it stands first. */
static void expect_past(const struct chain_plan *bad, bool oracle)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();

	chain_trust(&bench, &three.root);
	chain_pool(&bench, bad);
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, NULL, NULL, oracle);
}

static void a_bad_twin_hides_nothing(void **state)
{
	const struct chain_plan ca = chain_three().ca;
	struct chain_plan bad;

	(void)state;
	bad = ca;
	bad.until = CHAIN_AT - 1;
	expect_past(&bad, true);
	/* OpenSSL keeps the first that is in time, and looks no further. */
	bad = ca;
	bad.no_basic = true;
	expect_past(&bad, false);
	bad = ca;
	bad.usage = EGOV__KU_CRL_SIGN;
	expect_past(&bad, false);
	bad = ca;
	bad.broken_signature = true;
	expect_past(&bad, false);
	bad = ca;
	bad.issuer = "nobody";
	expect_past(&bad, false);
	bad = ca;
	bad.id = "";
	expect_past(&bad, false);
}

static void a_revoked_twin_hides_nothing(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_crl_plan list = { .issuer = "root", .key = 0, .entries = { { .serial = 9, .reason = -1 } } };
	struct chain_plan revoked = three.ca;
	struct chain_bench bench = chain_bench();

	(void)state;
	revoked.serial = 9;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &revoked);
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	chain_add_crl(&bench, &list);
	chain_expect(&bench, NULL, NULL, true);
}

static void many_decoys_are_bounded_work(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();
	struct chain_plan decoy = three.ca;
	const clock_t begin = clock();

	(void)state;
	decoy.key = 5;
	chain_trust(&bench, &three.root);
	for (unsigned i = 0; i < 200; i++) {
		decoy.serial = 100 + i;
		decoy.no_key_ids = i % 2 == 0;
		chain_pool(&bench, &decoy);
	}
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	/* OpenSSL takes the first that may be it, and does not come back. */
	chain_expect(&bench, NULL, NULL, false);
	assert_true((clock() - begin) / CLOCKS_PER_SEC < 20);
}

static void only_decoys_name_the_cause(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench();
	struct chain_plan decoy = three.ca;

	(void)state;
	decoy.key = 5;
	chain_trust(&bench, &three.root);
	for (unsigned i = 0; i < 20; i++) {
		decoy.serial = 100 + i;
		chain_pool(&bench, &decoy);
	}
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "none with the key that signed it", NULL, false);
}

/* Every CA of a layer is certified by every CA of the next: paths without number. */
static void a_hostile_mesh_is_given_up(void **state)
{
	struct chain_bench bench = chain_bench();
	struct chain_three three = chain_three();
	struct egov_error err = { 0 };
	char names[12][8], issuers[12][8];

	(void)state;
	chain_trust(&bench, &three.root);
	for (unsigned layer = 0; layer < 12; layer++) {
		(void)snprintf(names[layer], sizeof(names[layer]), "m%u", layer);
		(void)snprintf(issuers[layer], sizeof(issuers[layer]), "m%u", layer + 1);
		for (unsigned i = 0; i < 4; i++)
			chain_pool(&bench, &(struct chain_plan){
				.subject = names[layer], .issuer = issuers[layer],
				.key = 3 + layer % 2, .issuer_key = 3 + (layer + 1) % 2,
				.serial = 1 + i, .ca = true });
	}
	three.leaf.issuer = "m0";
	three.leaf.issuer_key = 3;
	chain_leaf(&bench, &three.leaf);
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, "no path found with");
	chain_bench_free(&bench);
}

static void loops_end(void **state)
{
	struct chain_bench bench = chain_bench();
	const struct chain_plan a = { .subject = "a", .issuer = "b", .key = 3, .issuer_key = 4,
		                      .ca = true };
	const struct chain_plan b = { .subject = "b", .issuer = "a", .key = 4, .issuer_key = 3,
		                      .ca = true };
	struct chain_three three = chain_three();

	(void)state;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &a);
	chain_pool(&bench, &b);
	three.leaf.issuer = "a";
	three.leaf.issuer_key = 3;
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "no path", NULL, false);

	/* The same ring with a way out of it. */
	const struct chain_plan out = { .subject = "b", .issuer = "root", .key = 4, .issuer_key = 0,
		                        .serial = 2, .ca = true };

	bench = chain_bench();
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &a);
	chain_pool(&bench, &b);
	chain_pool(&bench, &out);
	chain_leaf(&bench, &three.leaf);
	/* OpenSSL goes round the ring and stops. */
	chain_expect(&bench, NULL, NULL, false);
}

/* A chain of this many intermediates. */
static struct chain_bench long_chain(unsigned intermediates)
{
	struct chain_bench bench = chain_bench();
	struct chain_three three = chain_three();
	char name[8], issuer[8];

	chain_trust(&bench, &three.root);
	for (unsigned i = 0; i < intermediates; i++) {
		(void)snprintf(name, sizeof(name), "i%u", i);
		(void)snprintf(issuer, sizeof(issuer), "i%u", i + 1);
		chain_pool(&bench, &(struct chain_plan){
			.subject = name, .issuer = i + 1 == intermediates ? "root" : issuer,
			.key = 3 + i, .issuer_key = i + 1 == intermediates ? 0 : 4 + i,
			.serial = 2, .ca = true });
	}
	three.leaf.issuer = "i0";
	three.leaf.issuer_key = 3;
	chain_leaf(&bench, &three.leaf);
	return bench;
}

static void depth_is_bounded(void **state)
{
	struct chain_bench bench = long_chain(EGOV__PATH_INTERMEDIATES);

	(void)state;
	chain_expect(&bench, NULL, NULL, true);
	bench = long_chain(EGOV__PATH_INTERMEDIATES + 1);
	chain_expect(&bench, "no path: more than 8 CAs between it and a trust anchor", NULL, true);
}

static void the_nearest_path_names_the_cause(void **state)
{
	const struct chain_three three = chain_three();
	struct chain_plan expired = three.ca, stranger = three.ca;
	struct chain_bench bench = chain_bench();

	(void)state;
	expired.until = CHAIN_AT - 1;
	stranger.issuer = "stranger";
	stranger.issuer_key = 6;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &stranger);
	chain_pool(&bench, &expired);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "CN=ca: expired", NULL, false);
}

static void the_path_with_fewest_faults_names_the_cause(void **state)
{
	struct chain_three three = chain_three();
	struct chain_plan expired = three.ca;
	struct chain_bench bench = chain_bench();

	(void)state;
	expired.until = CHAIN_AT - 1;
	three.leaf.until = CHAIN_AT - 1;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &expired);
	chain_pool(&bench, &three.ca);
	chain_leaf(&bench, &three.leaf);
	chain_expect(&bench, "CN=leaf: expired", NULL, false);
}

static void a_new_root_vouches_for_its_older_self(void **state)
{
	struct chain_three three = chain_three();
	struct chain_plan renewed = three.root;
	struct chain_bench bench = chain_bench();

	(void)state;
	renewed.serial = 77;
	chain_trust(&bench, &renewed);
	chain_leaf(&bench, &three.root);
	chain_expect(&bench, NULL, NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decoy_with_another_key_hides_nothing),
		cmocka_unit_test(a_bad_twin_hides_nothing),
		cmocka_unit_test(a_revoked_twin_hides_nothing),
		cmocka_unit_test(many_decoys_are_bounded_work),
		cmocka_unit_test(only_decoys_name_the_cause),
		cmocka_unit_test(a_hostile_mesh_is_given_up),
		cmocka_unit_test(loops_end),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(the_nearest_path_names_the_cause),
		cmocka_unit_test(the_path_with_fewest_faults_names_the_cause),
		cmocka_unit_test(a_new_root_vouches_for_its_older_self),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
