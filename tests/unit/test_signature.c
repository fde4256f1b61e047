/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"

#include "verify/verify.h"

static const char clause[] = "GM/T 0009, 10";

static void a_wrong_key_is_refused(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	/* Names key 1 as its issuer's, and is signed with another. */
	three.leaf.no_key_ids = true;
	three.leaf.issuer_key = 5;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: SM2 signature does not verify with its issuer's key under any "
	             "known signer ID", clause, false);

	three = chain_three();
	three.leaf.broken_signature = true;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: SM2 signature does not verify", clause, false);

	/* Names the other key: nobody has it. */
	three = chain_three();
	three.leaf.issuer_key = 5;
	bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: no path: certificates of its issuer, C=CN, CN=ca, are given, "
	             "but none with the key that signed it", NULL, false);
}

static void expect_id(const char *id, bool plain, size_t depth, const char *fragment)
{
	struct chain_three three = chain_three();
	struct chain_plan *const plan = depth == 0 ? &three.leaf : &three.ca;

	plan->id = id;
	plan->plain_digest = plain;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, fragment, clause, false);
}

static void wrong_ids_are_refused_at_every_depth(void **state)
{
	(void)state;
	expect_id("", false, 0, "CN=leaf: SM2 signature was made with the empty signer ID, not with "
	          "the default signer ID \"1234567812345678\"");
	expect_id("", false, 1, "CN=leaf: C=CN, CN=ca: SM2 signature was made with the empty signer ID");
	expect_id("other", false, 0, "CN=leaf: SM2 signature does not verify");
	expect_id("other", false, 1, "CN=ca: SM2 signature does not verify");
	expect_id(NULL, true, 0, "SM2 signature was made with plain SM3 without signer ID and Z");
	expect_id(NULL, true, 1, "CN=ca: SM2 signature was made with plain SM3");
}

static void a_wrong_id_two_above_the_leaf_is_refused(void **state)
{
	struct chain_three three = chain_three();
	struct chain_plan sub = { .subject = "sub", .issuer = "ca", .key = 3, .issuer_key = 1,
		                  .serial = 7, .ca = true };

	(void)state;
	three.leaf.issuer = "sub";
	three.leaf.issuer_key = 3;
	three.ca.id = "";
	struct chain_bench bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	chain_expect(&bench, "CN=ca: SM2 signature was made with the empty signer ID", clause, false);

	three.ca.id = NULL;
	bench = chain_bench_three(&three);
	chain_pool(&bench, &sub);
	chain_expect(&bench, NULL, NULL, true);
}

static void the_id_of_the_call_holds_for_the_whole_chain(void **state)
{
	struct chain_three three = chain_three();
	struct egov_error err = { 0 };

	(void)state;
	three.leaf.id = three.ca.id = three.root.id = "ministry";
	struct chain_bench bench = chain_bench_three(&three);
	bench.options.id = egov__slice_text("ministry");
	assert_ok(chain_verify(&bench, NULL, &err), &err);
	bench.options.id = (struct egov_slice){ (const uint8_t *)"", 0 };
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, "does not verify");
	chain_bench_free(&bench);

	three = chain_three();
	bench = chain_bench_three(&three);
	bench.options.id = (struct egov_slice){ (const uint8_t *)"", 0 };
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "made with the default signer ID \"1234567812345678\", not with the empty");
	chain_bench_free(&bench);
}

static void inner_and_outer_algorithm_are_equal(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.leaf.unequal_algorithms = true;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, "CN=leaf: signature algorithm inside and outside",
	             "RFC 5280, 4.1.1.2", false);
}

static void the_anchors_own_signature_is_not_asked(void **state)
{
	struct chain_three three = chain_three();

	(void)state;
	three.root.broken_signature = true;
	struct chain_bench bench = chain_bench_three(&three);
	chain_expect(&bench, NULL, NULL, true);
}

static void other_algorithms_are_refused(void **state)
{
	const struct chain_three three = chain_three();
	/* ecdsa-with-SHA224 for SM2-with-SM3, at both places, same length. */
	static const uint8_t sm2[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf,
		                       0x55, 0x01, 0x83, 0x75 };
	static const uint8_t other[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
		                         0x3d, 0x04, 0x03, 0x01 };
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_error err = { 0 };
	uint8_t *at = bench.leaf->data;
	size_t changed = 0;

	(void)state;
	while ((at = memmem(at, bench.leaf->size - (size_t)(at - bench.leaf->data), sm2, sizeof(sm2)))
	       != NULL) {
		memcpy(at, other, sizeof(other));
		changed++;
	}
	assert_int_equal(changed, 2);
	assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED,
	             "signature algorithm not supported");
	chain_bench_free(&bench);
}

static void both_objects_answer_by_themselves(void **state)
{
	const struct chain_three three = chain_three();
	const struct chain_crl_plan list = { .issuer = "ca", .key = 1 };
	struct egov_buf *ca_der = chain_cert(&three.ca), *leaf_der = chain_cert(&three.leaf);
	struct egov_buf *crl_der = chain_crl(&list);
	struct egov_cert *ca = NULL, *leaf = NULL;
	struct egov_crl *crl = NULL;
	struct egov_error err = { 0 };
	const struct egov_slice id = egov__slice_text("1234567812345678");

	(void)state;
	assert_ok(egov_cert_decode(egov_buf_slice(ca_der), &ca, &err), &err);
	assert_ok(egov_cert_decode(egov_buf_slice(leaf_der), &leaf, &err), &err);
	assert_ok(egov_crl_decode(egov_buf_slice(crl_der), &crl, &err), &err);
	assert_ok(egov__verify_cert_signature(leaf, ca, id, &err), &err);
	assert_ok(egov__verify_crl_signature(crl, ca, id, &err), &err);
	assert_fails(egov__verify_cert_signature(ca, leaf, id, &err), &err, EGOV_E_UNTRUSTED,
	             "does not verify");
	assert_fails(egov__verify_crl_signature(crl, leaf, id, &err), &err, EGOV_E_UNTRUSTED,
	             "does not verify");
	egov_crl_free(crl);
	egov_cert_free(leaf);
	egov_cert_free(ca);
	egov_buf_free(crl_der);
	egov_buf_free(leaf_der);
	egov_buf_free(ca_der);
}

/* A hierarchy under its own signer ID beside one under the default. */
static void anchors_may_have_a_signer_id(void **state)
{
	const struct chain_plan own = { .subject = "own", .key = 6, .ca = true, .id = "agency" };
	struct chain_plan leaf = { .subject = "leaf", .issuer = "own", .key = 7, .issuer_key = 6,
		                   .serial = 5, .id = "agency", .policy = CHAIN_POLICY };
	struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_buf *anchor = chain_cert(&own), *cert = chain_cert(&leaf), *wrong;
	struct egov_error err = { 0 };

	(void)state;
	assert_ok(egov_verifier_add_trust_id(bench.verifier, egov_buf_slice(anchor),
	                                     egov__slice_text("agency"), &err), &err);
	assert_ok(egov_verify(bench.verifier, egov_buf_slice(cert), &bench.options, NULL, &err), &err);
	assert_ok(chain_verify(&bench, NULL, &err), &err);

	/* Its ID is no other hierarchy's, nor another one its. */
	leaf.id = NULL;
	wrong = chain_cert(&leaf);
	assert_fails(egov_verify(bench.verifier, egov_buf_slice(wrong), &bench.options, NULL, &err),
	             &err, EGOV_E_UNTRUSTED, "made with the default signer ID \"1234567812345678\", not "
	             "with the signer ID given");
	egov_buf_free(wrong);
	leaf = three.leaf;
	leaf.id = "agency";
	wrong = chain_cert(&leaf);
	assert_fails(egov_verify(bench.verifier, egov_buf_slice(wrong), &bench.options, NULL, &err),
	             &err, EGOV_E_UNTRUSTED, "CN=leaf: SM2 signature does not verify");
	egov_buf_free(wrong);

	assert_fails(egov_verifier_add_trust_id(bench.verifier, egov_buf_slice(anchor),
	                                        egov__slice_text("other"), &err),
	             &err, EGOV_E_EXISTS, "trusted already, under another SM2 signer ID");
	assert_ok(egov_verify(bench.verifier, egov_buf_slice(cert), &bench.options, NULL, &err), &err);
	egov_buf_free(anchor);
	egov_buf_free(cert);
	chain_bench_free(&bench);
}

static void the_id_of_handshakes_is_known(void **state)
{
	(void)state;
	expect_id("TLSv1.3+GM+Cipher+Suite", false, 0,
	          "made with the signer ID \"TLSv1.3+GM+Cipher+Suite\", which is for handshakes, not "
	          "with the default signer ID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_key_is_refused),
		cmocka_unit_test(wrong_ids_are_refused_at_every_depth),
		cmocka_unit_test(a_wrong_id_two_above_the_leaf_is_refused),
		cmocka_unit_test(the_id_of_the_call_holds_for_the_whole_chain),
		cmocka_unit_test(inner_and_outer_algorithm_are_equal),
		cmocka_unit_test(the_anchors_own_signature_is_not_asked),
		cmocka_unit_test(other_algorithms_are_refused),
		cmocka_unit_test(both_objects_answer_by_themselves),
		cmocka_unit_test(anchors_may_have_a_signer_id),
		cmocka_unit_test(the_id_of_handshakes_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
