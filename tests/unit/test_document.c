/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures over documents. */
#include "message.h"

#include "base/pem.h"

#define TEXT "the document"

static struct chain_three three;
static struct message_plan plan;

static int set_up(void **state)
{
	(void)state;
	three = chain_three();
	plan = (struct message_plan){ .document = TEXT, .count = 1 };
	plan.signers[0].cert = &three.leaf;
	return 0;
}

static enum egov_status judge(const struct egov_buf *message, struct egov_slice content,
                              struct egov_report *findings, struct egov_error *err)
{
	struct chain_bench bench = chain_bench();
	enum egov_status rc;

	chain_trust(&bench, &three.root);
	chain_pool(&bench, &three.ca);
	rc = egov_verify_signature(bench.verifier, egov_buf_slice(message), content, &bench.options,
	                           findings, err);
	chain_bench_free(&bench);
	return rc;
}

#define expect(content, fragment) expect_at((content), (fragment), __LINE__)
static void expect_at(const char *content, const char *fragment, int line)
{
	struct egov_buf *der = message_make(&plan), *ber = message_ber(der);
	const struct egov_slice document = content == NULL ? EGOV__NO_SLICE
	                                                   : egov__slice_text(content);
	struct egov_error err = { 0 }, again = { 0 };

	printf("line %d\n", line);
	if (fragment == NULL) {
		assert_ok(judge(der, document, NULL, &err), &err);
		assert_ok(judge(ber, document, NULL, &err), &err);
	} else {
		assert_fails(judge(der, document, NULL, &err), &err, EGOV_E_UNTRUSTED, fragment);
		assert_fails(judge(ber, document, NULL, &again), &again, EGOV_E_UNTRUSTED, fragment);
	}
	egov_buf_free(der);
	egov_buf_free(ber);
}

static void every_form_in_use_is_read(void **state)
{
	(void)state;
	for (unsigned form = 0; form < 64; form++) {
		plan.cms = (form & 1) != 0;
		plan.cms_inner = (form & 2) != 0;
		plan.attached = (form & 4) != 0 ? "" : NULL;
		plan.signers[0].no_attributes = (form & 8) != 0;
		plan.signers[0].algorithm = (form & 16) != 0 ? EGOV__OID_SM2_SM3 : EGOV__OID_SM2_SIGN;
		plan.signers[0].by_key_id = (form & 32) != 0;
		expect((form & 4) != 0 ? TEXT : NULL, NULL);
	}
}

static void variants_of_genuine_ones_are_read(void **state)
{
	(void)state;
	plan.signers[0].raw = true;
	expect(NULL, NULL);
	plan.signers[0].unsorted = true;
	expect(NULL, NULL);
	/* The type of one arc in the attributes, that of the other beside the content. */
	plan.signers[0].type = EGOV__OID_PKCS7_DATA;
	expect(NULL, NULL);
	plan.cms_inner = true;
	plan.signers[0].type = EGOV__OID_GM_DATA;
	plan.signers[0].signed_at = CHAIN_AT - 5;
	plan.signers[0].names = &three.leaf;
	expect(NULL, NULL);
}

static void another_document_is_refused(void **state)
{
	(void)state;
	plan.attached = "other";
	expect(NULL, "CN=leaf: the document is not the one that was signed: its digest is another one");
	plan.signers[0].no_attributes = true;
	expect(NULL, "CN=leaf: SM2 signature does not verify with its signer's key");
	plan.attached = "";
	expect("other", "SM2 signature does not verify with its signer's key");
	plan.signers[0].no_attributes = false;
	expect("other", "the document is not the one that was signed");
	expect(NULL, "CN=leaf: the document is not in the signature and not given");
	/* An empty document is one. */
	plan.document = "";
	expect("", NULL);
}

static void both_documents_must_be_one(void **state)
{
	static const char digest[] = "\x66\xc7\xf0\xf4\x62\xee\xed\xd9\xd1\xf2\xd4\x6b\xdc\x10\xe4\xe2"
	                             "\x41\x67\xc4\x87\x5c\xf2\xf7\xa2\x29\x7d\xa0\x2b\x8f\x4b\xa8\xe0";

	(void)state;
	expect(TEXT, NULL);
	expect("other", "the signature holds another document than the one given, and not its digest");
	/* SM3 of "abc" (GB/T 32905, A.1) in the place of the document. */
	plan.document = digest;
	expect("abc", NULL);
	expect("abd", "the signature holds another document than the one given");
}

static void attributes_must_say_what_they_must(void **state)
{
	struct message_signer *const signer = &plan.signers[0];

	(void)state;
	signer->no_type = true;
	expect(NULL, "CN=leaf: the signed attributes have no contentType");
	signer->no_type = false;
	signer->type = EGOV__OID_GM_SIGNED;
	expect(NULL, "CN=leaf: the contentType that was signed is another one");
	signer->type = 0;
	signer->no_digest = true;
	expect(NULL, "CN=leaf: the signed attributes have no messageDigest");
	signer->no_digest = false;
	signer->digest_of = "other";
	expect(NULL, "CN=leaf: the document is not the one that was signed");
	signer->digest_of = NULL;
	signer->signed_at = CHAIN_AT + 1;
	expect(NULL, "CN=leaf: the signer says that it signed at 2027-01-15T08:00:01Z, after the moment");
	signer->signed_at = 0;
	signer->names = &three.ca;
	expect(NULL, "CN=leaf: the certificate is not the one that the signed attributes name");
	signer->names = NULL;
	signer->digest = EGOV__OID_SHA256;
	expect(NULL, "CN=leaf: the algorithms of its digest and of its signature do not belong together");
	signer->digest = EGOV__OID_SM4;
	expect(NULL, "CN=leaf: digest algorithm not supported");
}

static void wrong_signatures_are_refused(void **state)
{
	struct message_signer *const signer = &plan.signers[0];

	(void)state;
	signer->broken = true;
	expect(NULL, "CN=leaf: SM2 signature does not verify with its signer's key under any known");
	signer->broken = false;
	signer->id = "";
	expect(NULL, "CN=leaf: SM2 signature was made with the empty signer ID, not with the default");
	signer->id = NULL;
	signer->algorithm = EGOV__OID_ECDSA_SHA256;
	expect(NULL, "CN=leaf: ");
	signer->algorithm = EGOV__OID_AKI;
	expect(NULL, "CN=leaf: ");
	plan.count = 0;
	expect(NULL, "it has no signer");
}

static void the_signers_certificate_is_judged(void **state)
{
	struct message_signer *const signer = &plan.signers[0];

	(void)state;
	signer->not_embedded = true;
	expect(NULL, "signer: its signer's certificate, serial number 03, is not in the signature nor");
	signer->by_key_id = true;
	expect(NULL, "signer: no certificate with its signer's key identifier, ");
	*signer = (struct message_signer){ .cert = &three.leaf };
	three.leaf.until = CHAIN_AT - 1;
	expect(NULL, "CN=leaf: expired at");
	three.leaf.until = 0;
	three.leaf.usage = EGOV__KU_KEY_ENCIPHERMENT;
	expect(NULL, "CN=leaf: not for purpose sign");
	three.leaf.usage = 0;
	three.leaf.broken_signature = true;
	expect(NULL, "CN=leaf: SM2 signature does not verify with its issuer's key");
	three.leaf.broken_signature = false;
	/* Found among the verifier's own. */
	signer->cert = &three.ca;
	signer->not_embedded = true;
	expect(NULL, "CN=ca: not for purpose sign");
}

/* Certificates of a message build no path for others. */
static void certificates_within_help_this_message_alone(void **state)
{
	struct chain_bench bench = chain_bench();
	struct egov_buf *message, *leaf = chain_cert(&three.leaf);
	struct egov_error err = { 0 };

	(void)state;
	plan.count = 2;
	plan.signers[1].cert = &three.ca;       /* it cannot sign, but is there */
	message = message_make(&plan);
	chain_trust(&bench, &three.root);
	assert_fails(egov_verify_signature(bench.verifier, egov_buf_slice(message), EGOV__NO_SLICE,
	                                   &bench.options, NULL, &err),
	             &err, EGOV_E_UNTRUSTED, "CN=ca: not for purpose sign");
	assert_fails(egov_verify(bench.verifier, egov_buf_slice(leaf), &bench.options, NULL, &err),
	             &err, EGOV_E_UNTRUSTED, "no path: its issuer, C=CN, CN=ca, is not among");
	egov_buf_free(message);
	egov_buf_free(leaf);
	chain_bench_free(&bench);
}

/* What one message taught a verifier is no matter of the next, whose certificates may lie
 * where those of the first lay. */
static void one_verifier_judges_many_messages(void **state)
{
	struct chain_bench bench = chain_bench();
	struct egov_error err = { 0 };

	(void)state;
	chain_trust(&bench, &three.root);
	chain_pool(&bench, &three.ca);
	for (size_t key = 3; key < 12; key++) {
		struct chain_plan own = three.leaf;
		struct egov_buf *good, *bad;

		own.key = key;
		own.serial = (unsigned)key + 20;
		plan.signers[0].cert = &own;
		good = message_make(&plan);
		plan.signers[0].broken = true;
		bad = message_make(&plan);
		plan.signers[0].broken = false;
		assert_ok(egov_verify_signature(bench.verifier, egov_buf_slice(good), EGOV__NO_SLICE,
		                                &bench.options, NULL, &err), &err);
		assert_fails(egov_verify_signature(bench.verifier, egov_buf_slice(bad), EGOV__NO_SLICE,
		                                   &bench.options, NULL, &err),
		             &err, EGOV_E_UNTRUSTED, "SM2 signature does not verify");
		egov_buf_free(good);
		egov_buf_free(bad);
	}
	chain_bench_free(&bench);
}

/* A CA of the message's own stands for nothing once the message is gone. */
static void a_ca_within_is_forgotten(void **state)
{
	struct chain_bench bench = chain_bench();
	struct egov_error err = { 0 };

	(void)state;
	chain_trust(&bench, &three.root);
	for (size_t key = 3; key < 9; key++) {
		struct chain_plan ca = three.ca, own = three.leaf;
		struct egov_buf *message;

		ca.key = key;
		ca.serial = (unsigned)key + 20;
		own.issuer_key = key;
		plan.count = 2;
		plan.signers[0].cert = &own;
		plan.signers[1].cert = &ca;
		message = message_make(&plan);
		/* The leaf's own answer is good: only the CA may not sign documents. */
		assert_fails(egov_verify_signature(bench.verifier, egov_buf_slice(message), EGOV__NO_SLICE,
		                                   &bench.options, NULL, &err),
		             &err, EGOV_E_UNTRUSTED, "CN=ca: not for purpose sign");
		egov_buf_free(message);
	}
	chain_bench_free(&bench);
}

static const char *find(const struct egov_report *findings, const char *signer, const char *key)
{
	for (size_t r = 0; r < egov_report_records(findings); r++) {
		const char *number = egov_report_find(findings, r, "signer");

		if (number != NULL && strcmp(number, signer) == 0
		    && egov_report_find(findings, r, key) != NULL)
			return egov_report_find(findings, r, key);
	}
	return "";
}

static void every_signer_is_answered(void **state)
{
	struct chain_plan other = three.leaf;
	struct egov_report *findings = egov_report_new();
	struct egov_error err = { 0 };
	struct egov_buf *message;

	(void)state;
	other.subject = "other";
	other.serial = 8;
	other.key = 5;
	plan.count = 2;
	plan.signers[1].cert = &other;
	expect(NULL, NULL);
	plan.signers[0].broken = true;
	message = message_make(&plan);
	assert_int_equal(judge(message, EGOV__NO_SLICE, findings, &err), EGOV_E_UNTRUSTED);
	assert_string_equal(find(findings, "1", "verdict"), "untrusted");
	assert_non_null(strstr(find(findings, "1", "reason"), "SM2 signature does not verify"));
	assert_string_equal(find(findings, "2", "verdict"), "trusted");
	assert_string_equal(find(findings, "2", "subject"), "C=CN, CN=other");
	assert_string_equal(egov_report_find(findings, egov_report_records(findings) - 1, "verdict"),
	                    "untrusted");
	egov_report_free(findings);
	egov_buf_free(message);
}

static void other_texts_and_bytes(void **state)
{
	struct egov_buf *der = message_make(&plan), *text = egov_buf_new(1u << 20);
	struct egov_error err = { 0 };

	(void)state;
	egov__pem_encode(text, "CMS", egov_buf_slice(der));
	assert_ok(judge(text, EGOV__NO_SLICE, NULL, &err), &err);
	egov_buf_reset(text);
	egov__pem_encode(text, "PKCS7", egov_buf_slice(der));
	assert_ok(judge(text, EGOV__NO_SLICE, NULL, &err), &err);
	egov__pem_encode(text, "PKCS7", egov_buf_slice(der));
	assert_fails(judge(text, EGOV__NO_SLICE, NULL, &err), &err, EGOV_E_SYNTAX,
	             "signature: more than one signature");
	egov_buf_reset(text);
	egov__base64_encode(text, egov_buf_slice(der), 0);
	assert_ok(judge(text, EGOV__NO_SLICE, NULL, &err), &err);
	egov_buf_reset(text);
	egov__buf_slice(text, egov_buf_slice(der));
	egov__buf_byte(text, 0);
	assert_fails(judge(text, EGOV__NO_SLICE, NULL, &err), &err, EGOV_E_SYNTAX, "signature: ");
	/* Every cut of it is refused. */
	for (size_t size = 0; size < egov_buf_slice(der).size; size += 7) {
		egov_buf_reset(text);
		egov__buf_append(text, egov_buf_slice(der).data, size);
		assert_int_not_equal(judge(text, EGOV__NO_SLICE, NULL, NULL), EGOV_OK);
	}
	plan.signers[0].two_digests = true;
	egov_buf_free(der);
	der = message_make(&plan);
	assert_fails(judge(der, EGOV__NO_SLICE, NULL, &err), &err, EGOV_E_SYNTAX,
	             "signed attribute messageDigest: more than one value");
	egov_buf_free(der);
	egov_buf_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_form_in_use_is_read, set_up),
		cmocka_unit_test_setup(variants_of_genuine_ones_are_read, set_up),
		cmocka_unit_test_setup(another_document_is_refused, set_up),
		cmocka_unit_test_setup(both_documents_must_be_one, set_up),
		cmocka_unit_test_setup(attributes_must_say_what_they_must, set_up),
		cmocka_unit_test_setup(wrong_signatures_are_refused, set_up),
		cmocka_unit_test_setup(the_signers_certificate_is_judged, set_up),
		cmocka_unit_test_setup(certificates_within_help_this_message_alone, set_up),
		cmocka_unit_test_setup(one_verifier_judges_many_messages, set_up),
		cmocka_unit_test_setup(a_ca_within_is_forgotten, set_up),
		cmocka_unit_test_setup(every_signer_is_answered, set_up),
		cmocka_unit_test_setup(other_texts_and_bytes, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
