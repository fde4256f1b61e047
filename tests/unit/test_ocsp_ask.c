/* SPDX-License-Identifier: Apache-2.0 */
/* OCSP responses: who may answer, about what, when. */
#include "chain.h"

#include <openssl/ocsp.h>

#include "ocsp/ocsp.h"

#define OCSP_EKU "OCSPSigning"

static const struct chain_ocsp_plan good = { .responder = "ca", .key = 1, .ca = "ca", .ca_key = 1,
	                                     .serial = 3, .reason = -1 };

/* The usual three, the root's list, and this response; the leaf must be known to be good. */
static struct chain_bench bench_with(const struct chain_ocsp_plan *plan)
{
	const struct chain_three three = chain_three();
	struct chain_bench bench = chain_bench_three(&three);
	struct egov_buf *response = chain_ocsp(plan);
	struct egov_error err = { 0 };

	chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "root", .key = 0 });
	assert_ok(egov_verifier_add_ocsp(bench.verifier, egov_buf_slice(response), &err), &err);
	bench.options.require_revocation = 1;
	egov_buf_free(response);
	return bench;
}

static void expect(const struct chain_ocsp_plan *plan, const char *fragment, const char *clause)
{
	struct chain_bench bench = bench_with(plan);

	chain_expect(&bench, fragment, clause, true);
}

static void the_issuer_answers_for_itself(void **state)
{
	struct chain_ocsp_plan plan = good;

	(void)state;
	expect(&plan, NULL, NULL);
	plan.responder = NULL;
	expect(&plan, NULL, NULL);
	plan.status = 1;
	expect(&plan, "CN=leaf: revoked at 2026-12-26T08:00:00Z (no reason given)",
	       "RFC 5280, 6.3.3; GM/T 0015, 5.3");
	plan.reason = 1;
	expect(&plan, "(keyCompromise)", NULL);
	plan.reason = 6;
	expect(&plan, "CN=leaf: on hold since", NULL);
	plan.status = 2;
	expect(&plan, "CN=leaf: no CRL tells whether it is revoked, nor does an OCSP response", NULL);
}

static void certificates_are_named_by_digests(void **state)
{
	static const char *const digests[] = { "1.2.156.10197.1.401", "1.3.14.3.2.26",
		                               "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3" };
	struct chain_ocsp_plan plan = good;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		plan.digest = digests[i];
		expect(&plan, NULL, NULL);
	}
	plan.digest = NULL;
	plan.serial = 4;
	expect(&plan, "no CRL tells", NULL);
	plan = good;
	plan.ca_key = 5;
	expect(&plan, "no CRL tells", NULL);
	plan = good;
	plan.ca = "cb";
	expect(&plan, "no CRL tells", NULL);
}

static void moments_are_kept(void **state)
{
	struct chain_ocsp_plan plan = good;

	(void)state;
	plan.until = CHAIN_AT;
	expect(&plan, "the OCSP response about it cannot be used: it is stale", "RFC 5280, 5.1.2.5");
	plan.until = -1;
	expect(&plan, "it has no nextUpdate", NULL);
	plan.until = 0;
	plan.from = CHAIN_AT + 1;
	expect(&plan, "thisUpdate lies after the moment", NULL);
	plan.from = 0;
	plan.produced = CHAIN_AT + 1;
	expect(&plan, "producedAt lies after the moment", "RFC 6960, 4.2.2.1");
}

static void what_is_not_signed_by_the_issuer_is_nothing(void **state)
{
	struct chain_ocsp_plan plan = good;

	(void)state;
	plan.broken_signature = true;
	expect(&plan, "nobody known here signed it", "RFC 6960, 3.2");
	plan = good;
	plan.key = 5;
	expect(&plan, "nobody known here signed it", NULL);
	/* Not even where nothing must be known. */
	struct chain_bench bench = bench_with(&plan);
	bench.options.require_revocation = 0;
	chain_expect(&bench, "nobody known here signed it", NULL, true);
}

static void extensions_that_nobody_knows(void **state)
{
	static const uint8_t value[] = { 5, 0 };
	struct egov_buf *critical = chain_extension("1.2.3.4", true, EGOV__SLICE(value));
	struct egov_buf *harmless = chain_extension("1.2.3.4", false, EGOV__SLICE(value));
	struct egov_buf *nonce = chain_extension("1.3.6.1.5.5.7.48.1.2", true, EGOV__SLICE(value));
	struct chain_ocsp_plan plan = good;

	(void)state;
	plan.more = egov_buf_slice(critical);
	expect(&plan, "it has a critical extension not known here", "RFC 6960, 4.4");
	plan.more = egov_buf_slice(harmless);
	expect(&plan, NULL, NULL);
	plan.more = egov_buf_slice(nonce);
	expect(&plan, NULL, NULL);
	egov_buf_free(critical);
	egov_buf_free(harmless);
	egov_buf_free(nonce);
}

/* --- those who answer for another -------------------------------------------------------- */

static void who_is_authorized_answers_too(void **state)
{
	static const uint8_t null[] = { 5, 0 };
	struct egov_buf *nocheck = chain_extension("1.3.6.1.5.5.7.48.1.5", false, EGOV__SLICE(null));
	const struct chain_plan usual = { .subject = "ocsp", .issuer = "ca", .key = 5, .issuer_key = 1,
		                          .serial = 9, .eku = OCSP_EKU,
		                          .more = egov_buf_slice(nocheck) };
	struct chain_plan responder = usual;
	struct chain_ocsp_plan plan = good;
	static const char refused[] = "the issuer of the certificate did not authorize its responder";

	(void)state;
	plan.responder = "ocsp";
	plan.key = 5;
	plan.within = &responder;
	expect(&plan, NULL, NULL);
	plan.responder = NULL;
	expect(&plan, NULL, NULL);
	/* Without the purpose, of another CA, too late, and with a status nobody knows. */
	responder.eku = NULL;
	expect(&plan, refused, "RFC 6960, 4.2.2.2");
	responder = usual;
	responder.issuer = "root";
	responder.issuer_key = 0;
	expect(&plan, refused, NULL);
	responder = usual;
	responder.until = CHAIN_AT - CHAIN_DAY;
	expect(&plan, refused, NULL);
	responder = usual;
	responder.more = EGOV__NO_SLICE;
	expect(&plan, refused, NULL);
	/* A list tells about the responder; where nothing must be known, none is needed. */
	struct chain_bench bench = bench_with(&plan);
	bench.options.require_revocation = 0;
	chain_expect(&bench, NULL, NULL, true);
	bench = bench_with(&plan);
	chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "ca", .key = 1,
	                                                .entries = { { 9, 1, false, NULL } } });
	chain_expect(&bench, NULL, NULL, true);
	egov_buf_free(nocheck);
}

static void a_revocation_counts_whoever_tells_it(void **state)
{
	struct chain_ocsp_plan plan = good;
	struct chain_crl_plan list = { .issuer = "ca", .key = 1, .entries = { { 3, 1, false, NULL } } };
	struct chain_bench bench = bench_with(&plan);

	(void)state;
	chain_add_crl(&bench, &list);
	chain_expect(&bench, "CN=leaf: revoked at", NULL, true);
	plan.status = 1;
	list.entries[0].serial = 0;
	bench = bench_with(&plan);
	chain_add_crl(&bench, &list);
	chain_expect(&bench, "CN=leaf: revoked at", NULL, true);
	/* A stale list beside a good answer harms nobody. */
	bench = bench_with(&good);
	list.until = CHAIN_AT;
	chain_add_crl(&bench, &list);
	chain_expect(&bench, NULL, NULL, true);
}

/* --- the second reader --------------------------------------------------------------------- */

static void openssl_reads_the_same(void **state)
{
	const struct chain_three three = chain_three();
	struct egov_buf *ca = chain_cert(&three.ca), *leaf = chain_cert(&three.leaf);
	const unsigned char *at = ca->data, *to = leaf->data;
	X509 *issuer = d2i_X509(NULL, &at, (long)ca->size);
	X509 *subject = d2i_X509(NULL, &to, (long)leaf->size);
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sm3(), subject, issuer);

	(void)state;
	for (int status = 0; status < 3; status++) {
		struct chain_ocsp_plan plan = good;
		struct egov_buf *der;
		const unsigned char *in;
		OCSP_RESPONSE *response;
		OCSP_BASICRESP *basic;
		int found = -1, reason = -1;

		plan.status = status;
		plan.reason = 4;
		der = chain_ocsp(&plan);
		in = der->data;
		response = d2i_OCSP_RESPONSE(NULL, &in, (long)der->size);
		assert_non_null(response);
		basic = OCSP_response_get1_basic(response);
		assert_non_null(basic);
		assert_int_equal(OCSP_resp_find_status(basic, id, &found, &reason, NULL, NULL, NULL), 1);
		assert_int_equal(found, status);
		assert_int_equal(reason, status == 1 ? 4 : -1);
		OCSP_BASICRESP_free(basic);
		OCSP_RESPONSE_free(response);
		egov_buf_free(der);
	}
	OCSP_CERTID_free(id);
	X509_free(subject);
	X509_free(issuer);
	egov_buf_free(leaf);
	egov_buf_free(ca);
}

/* Every prefix, and every octet changed: no answer, or one that is refused or the same. */
static void damage_is_no_answer(void **state)
{
	const struct chain_three three = chain_three();
	struct egov_buf *der = chain_ocsp(&good);
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_error err = { 0 };

	(void)state;
	for (size_t size = 0; size < der->size; size++)
		assert_int_not_equal(egov_verifier_add_ocsp(verifier, (struct egov_slice){ der->data, size },
		                                            NULL), EGOV_OK);
	egov_verifier_free(verifier);
	for (size_t i = 0; i < der->size; i += 3) {
		struct chain_bench bench = chain_bench_three(&three);

		bench.options.require_revocation = 1;
		chain_add_crl(&bench, &(struct chain_crl_plan){ .issuer = "root", .key = 0 });
		der->data[i] ^= 0x04;
		if (egov_verifier_add_ocsp(bench.verifier, egov_buf_slice(der), NULL) == EGOV_OK)
			assert_fails(chain_verify(&bench, NULL, &err), &err, EGOV_E_UNTRUSTED, "CN=leaf");
		der->data[i] ^= 0x04;
		err = (struct egov_error){ 0 };
		chain_bench_free(&bench);
	}
	egov_buf_free(der);
}

/* The certificates within as well: what the decoder takes is walked without a surprise. */
static void what_decodes_can_be_kept(void **state)
{
	const struct chain_plan responder = { .subject = "ocsp", .issuer = "ca", .key = 5,
		                              .issuer_key = 1, .serial = 9, .eku = OCSP_EKU };
	struct chain_ocsp_plan plan = good;
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov__ocsp_fields fields;
	struct egov_error err = { 0 };
	struct egov_buf *der;

	(void)state;
	plan.within = &responder;
	der = chain_ocsp(&plan);
	for (size_t i = 0; i < der->size; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 1) {
			der->data[i] ^= (uint8_t)bit;
			if (egov__ocsp_decode(egov_buf_slice(der), &fields, NULL) == EGOV_OK)
				assert_ok(egov_verifier_add_ocsp(verifier, egov_buf_slice(der), &err),
				          &err);
			der->data[i] ^= (uint8_t)bit;
		}
	egov_verifier_free(verifier);
	egov_buf_free(der);
}

static void what_is_no_answer_is_refused(void **state)
{
	static const struct {
		const char *hex, *fragment;
	} rows[] = {
		{ "30030a0106", "responseStatus says that there is no answer" },
		{ "30030a0100", "OCSP response" },
		{ "3015" "0a0100" "a010300e" "06082b060105050730010403" "00", "OCSP response" },
		{ "30160a0100a011300f06092b060105050730010204020000", "responseType: not a basic response" },
	};
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct egov_buf *der = help_hex_buf(rows[i].hex);

		printf("row %zu\n", i);
		assert_fails(egov_verifier_add_ocsp(verifier, egov_buf_slice(der), &err), &err,
		             EGOV_E_SYNTAX, rows[i].fragment);
		egov_buf_free(der);
	}
	egov_verifier_free(verifier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_issuer_answers_for_itself),
		cmocka_unit_test(certificates_are_named_by_digests),
		cmocka_unit_test(moments_are_kept),
		cmocka_unit_test(what_is_not_signed_by_the_issuer_is_nothing),
		cmocka_unit_test(extensions_that_nobody_knows),
		cmocka_unit_test(who_is_authorized_answers_too),
		cmocka_unit_test(a_revocation_counts_whoever_tells_it),
		cmocka_unit_test(openssl_reads_the_same),
		cmocka_unit_test(damage_is_no_answer),
		cmocka_unit_test(what_decodes_can_be_kept),
		cmocka_unit_test(what_is_no_answer_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
