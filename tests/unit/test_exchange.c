/* SPDX-License-Identifier: Apache-2.0 */
/* What a CA and a key-management centre send each other. */
#include "help.h"

#include "base/der.h"
#include "crypto/sm3.h"
#include "delivery/delivery.h"
#include "delivery/exchange.h"
#include "made.h"

#define MAX 65536

struct party {
	struct egov_secret *d;
	uint8_t point[EGOV__SM2_POINT], spki[EGOV__SM2_SPKI];
};

struct fixture {
	struct party ca, centre, holder, encryption;
	struct egov_buf subject, sealed;
	uint8_t home[32], digest[32];
};

static void make_party(struct party *party)
{
	assert_int_equal(egov__sm2_generate(&party->d, party->point, NULL), EGOV_OK);
	egov__sm2_point_spki(party->point, party->spki);
}

static int set_up(void **state)
{
	static struct fixture f;

	make_party(&f.ca);
	make_party(&f.centre);
	make_party(&f.holder);
	make_party(&f.encryption);
	f.subject = (struct egov_buf)EGOV__BUF(MAX);
	f.sealed = (struct egov_buf)EGOV__BUF(MAX);
	made_name(&f.subject, "Test Agency", "Holder");
	assert_int_equal(egov__enveloped_key_seal(EGOV__SLICE(f.holder.point), f.encryption.d,
	                                          &f.sealed, NULL),
	                 EGOV_OK);
	memset(f.home, 0x33, sizeof(f.home));
	memset(f.digest, 0x44, sizeof(f.digest));
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	egov__secret_free(f->ca.d);
	egov__secret_free(f->centre.d);
	egov__secret_free(f->holder.d);
	egov__secret_free(f->encryption.d);
	egov__buf_clear(&f->subject);
	egov__buf_clear(&f->sealed);
	return 0;
}

static struct egov__key_request request_of(const struct fixture *f)
{
	return (struct egov__key_request){ .home = EGOV__SLICE(f->home),
		                           .application = egov__slice_text("A000001"),
		                           .time = INT64_C(1800000000),
		                           .subject = egov_buf_slice(&f->subject),
		                           .signing_key = EGOV__SLICE(f->holder.spki) };
}

static struct egov__key_answer answer_of(const struct fixture *f)
{
	return (struct egov__key_answer){ .request = EGOV__SLICE(f->digest),
		                          .time = INT64_C(1800000060),
		                          .public_key = EGOV__SLICE(f->encryption.spki),
		                          .private_key = egov_buf_slice(&f->sealed) };
}

/* The content signed and joined, on a new buffer. */
static struct egov_buf *sign(const struct party *party, struct egov_buf *content)
{
	struct egov_buf *out = egov_buf_new(MAX), signature = EGOV__BUF(MAX);
	struct egov_error err = { 0 };
	uint8_t e[32], raw[64];

	assert_non_null(out);
	assert_ok(egov__sm2_e(EGOV__SLICE(party->point), egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                      egov_buf_slice(content), e, &err), &err);
	assert_ok(egov__sm2_sign_e(party->d, party->point, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, &signature, &err), &err);
	assert_ok(egov__exchange_join(&(struct egov__exchanged){ egov_buf_slice(content),
	                                                         egov_buf_slice(&signature) },
	                              out, &err), &err);
	egov__buf_clear(&signature);
	egov__buf_clear(content);
	return out;
}

static struct egov_buf *request_bytes(const struct fixture *f,
                                      const struct egov__key_request *request)
{
	struct egov_buf content = EGOV__BUF(MAX);
	struct egov_error err = { 0 };

	assert_ok(egov__key_request_content(request, &content, &err), &err);
	return sign(&f->ca, &content);
}

static struct egov_buf *answer_bytes(const struct fixture *f, const struct egov__key_answer *answer)
{
	struct egov_buf content = EGOV__BUF(MAX);
	struct egov_error err = { 0 };

	assert_ok(egov__key_answer_content(answer, &content, &err), &err);
	return sign(&f->centre, &content);
}

static void both_ways(void **state)
{
	const struct fixture *f = *state;
	const struct egov__key_request request = request_of(f);
	const struct egov__key_answer answer = answer_of(f);
	struct egov_buf *q = request_bytes(f, &request), *a = answer_bytes(f, &answer);
	struct egov__key_request request_back;
	struct egov__key_answer answer_back;
	struct egov__exchanged parts;
	struct egov_error err = { 0 };

	assert_ok(egov__key_request_read(egov_buf_slice(q), &request_back, &parts, &err), &err);
	assert_true(egov__slice_equal(request_back.home, request.home));
	assert_true(egov__slice_equal(request_back.application, request.application));
	assert_true(egov__slice_equal(request_back.subject, request.subject));
	assert_true(egov__slice_equal(request_back.signing_key, request.signing_key));
	assert_true(request_back.time == request.time);
	assert_ok(egov__exchange_verify(&parts, EGOV__SLICE(f->ca.spki), &err), &err);
	assert_fails(egov__exchange_verify(&parts, EGOV__SLICE(f->centre.spki), &err), &err,
	             EGOV_E_UNTRUSTED, "");
	assert_ok(egov__key_answer_read(egov_buf_slice(a), &answer_back, &parts, &err), &err);
	assert_true(egov__slice_equal(answer_back.request, answer.request));
	assert_true(egov__slice_equal(answer_back.public_key, answer.public_key));
	assert_true(egov__slice_equal(answer_back.private_key, answer.private_key));
	assert_true(egov__slice_equal(answer_back.point, EGOV__SLICE(f->encryption.point)));
	assert_true(answer_back.time == answer.time);
	assert_ok(egov__exchange_verify(&parts, EGOV__SLICE(f->centre.spki), &err), &err);
	/* one is never the other */
	assert_fails(egov__key_request_read(egov_buf_slice(a), &request_back, &parts, &err), &err,
	             EGOV_E_SYNTAX, "key request: want EgovKeyRequest");
	assert_fails(egov__key_answer_read(egov_buf_slice(q), &answer_back, &parts, &err), &err,
	             EGOV_E_SYNTAX, "key answer: want EgovKeyAnswer");
	egov_buf_free(q);
	egov_buf_free(a);
}

/* Whatever octet is altered: unreadable, or not the centre's any more. */
static void every_octet_counts(void **state)
{
	const struct fixture *f = *state;
	const struct egov__key_answer answer = answer_of(f);
	struct egov_buf *bytes = answer_bytes(f, &answer);

	for (size_t i = 0; i < bytes->size; i++) {
		struct egov__key_answer back;
		struct egov__exchanged parts;

		bytes->data[i] ^= 1;
		if (egov__key_answer_read(egov_buf_slice(bytes), &back, &parts, NULL) == EGOV_OK)
			assert_int_not_equal(egov__exchange_verify(&parts, EGOV__SLICE(f->centre.spki),
			                                           NULL),
			                     EGOV_OK);
		bytes->data[i] ^= 1;
		assert_int_not_equal(egov__key_answer_read((struct egov_slice){ bytes->data, i },
		                                           &back, &parts, NULL),
		                     EGOV_OK);
	}
	egov__buf_byte(bytes, 0);
	assert_int_equal(egov__key_answer_read(egov_buf_slice(bytes), &(struct egov__key_answer){ 0 },
	                                       &(struct egov__exchanged){ 0 }, NULL),
	                 EGOV_E_SYNTAX);
	egov_buf_free(bytes);
}

static void refuse_request(const struct fixture *f, const struct egov__key_request *request,
                           enum egov_status status, const char *fragment)
{
	struct egov_buf *bytes = request_bytes(f, request);
	struct egov__key_request back;
	struct egov__exchanged parts;
	struct egov_error err = { 0 };

	assert_fails(egov__key_request_read(egov_buf_slice(bytes), &back, &parts, &err), &err,
	             status, fragment);
	egov_buf_free(bytes);
}

static void requests_that_are_none(void **state)
{
	const struct fixture *f = *state;
	struct egov__key_request request = request_of(f);
	uint8_t wrong[EGOV__SM2_SPKI];
	char long_text[66];

	request.home.size = 31;
	refuse_request(f, &request, EGOV_E_SYNTAX, "home: 31 octets, want 32");
	request = request_of(f);
	request.application.size = 0;
	refuse_request(f, &request, EGOV_E_SYNTAX, "application: want 1 to 64");
	memset(long_text, 'A', sizeof(long_text));
	request.application = (struct egov_slice){ (uint8_t *)long_text, 65 };
	refuse_request(f, &request, EGOV_E_SYNTAX, "application: want 1 to 64");
	request.application = egov__slice_text("A\n1");
	refuse_request(f, &request, EGOV_E_SYNTAX, "application: want 1 to 64");
	request = request_of(f);
	memcpy(wrong, f->holder.spki, sizeof(wrong));
	wrong[60] ^= 1;
	request.signing_key = EGOV__SLICE(wrong);
	refuse_request(f, &request, EGOV_E_POLICY, "signingKey");
	request = request_of(f);
	request.subject = EGOV__SLICE(f->holder.spki);
	refuse_request(f, &request, EGOV_E_SYNTAX, "subject");
}

static void refuse_answer(const struct fixture *f, const struct egov__key_answer *answer,
                          enum egov_status status, const char *fragment)
{
	struct egov_buf *bytes = answer_bytes(f, answer);
	struct egov__key_answer back;
	struct egov__exchanged parts;
	struct egov_error err = { 0 };

	assert_fails(egov__key_answer_read(egov_buf_slice(bytes), &back, &parts, &err), &err, status,
	             fragment);
	egov_buf_free(bytes);
}

static void answers_that_are_none(void **state)
{
	const struct fixture *f = *state;
	struct egov__key_answer answer = answer_of(f);

	answer.request.size = 20;
	refuse_answer(f, &answer, EGOV_E_SYNTAX, "request: 20 octets, want 32");
	answer = answer_of(f);
	answer.public_key = EGOV__SLICE(f->holder.spki);
	refuse_answer(f, &answer, EGOV_E_POLICY, "of another public key");
	answer = answer_of(f);
	answer.private_key = EGOV__SLICE(f->encryption.spki);
	refuse_answer(f, &answer, EGOV_E_SYNTAX, "SM2EnvelopedKey: parameters");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(every_octet_counts),
		cmocka_unit_test(requests_that_are_none),
		cmocka_unit_test(answers_that_are_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
