/* SPDX-License-Identifier: Apache-2.0 */
/* A pair from application to delivery, through the public headers; the centre is played
 * by the test. */
#include "help_home.h"

#include "crypto/sm3.h"
#include "delivery/delivery.h"
#include "delivery/exchange.h"

#define MAX 65536

static char *dir, *application;
static struct egov_home *home;

static struct egov_slice slice_of(const struct egov_buf *buf)
{
	return egov_buf_slice(buf);
}

static struct egov_buf *file(const char *name)
{
	char *path = help_path(dir, name);
	struct egov_buf *bytes = help_read(path);

	free(path);
	return bytes;
}

static char *approve_pair(void)
{
	help_home_request(dir, "zhang");
	help_home_application(dir, "zhang");
	assert_int_equal(help_run("sed -i 's/^profile = agency-sign/&\\nencrypt_profile = "
	                          "agency-encrypt/' '%s/zhang.application'",
	                          dir),
	                 0);
	return help_home_approved(dir, home, "zhang");
}

/* The centre has a certificate of the CA itself, and is configured. */
static void make_centre(void)
{
	char *path = help_path(dir, "root/centre.der"), *id, serial[40];
	struct egov_buf *certificate;

	help_home_request(dir, "centre");
	help_home_application(dir, "centre");
	id = help_home_approved(dir, home, "centre");
	certificate = help_home_issue(dir, home, "centre", id, serial);
	help_write(path, slice_of(certificate));
	assert_int_equal(help_run("cd '%s' && printf '[key_centre]\\ncertificate = centre.der\\n' "
	                          ">>root/egovca.conf",
	                          dir),
	                 0);
	egov_home_close(home);
	home = help_home_open(dir, "root");
	egov_buf_free(certificate);
	free(path);
	free(id);
}

static int set_up(void **state)
{
	(void)state;
	dir = help_world();
	help_home_make(dir, "root", 1);
	home = help_home_open(dir, "root");
	help_home_cps(dir, home);
	application = approve_pair();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	egov_home_close(home);
	free(application);
	help_world_remove(dir);
	return 0;
}

static struct egov_secret *key_of(const char *name)
{
	struct egov_buf *pem = file(name);
	struct egov_secret *d = NULL;
	struct egov_error err = { 0 };

	assert_ok(egov__sm2_pkcs8_load(slice_of(pem), NULL, &d, &err), &err);
	egov_buf_free(pem);
	return d;
}

/* What the centre says to a request, for a key that it makes now. */
static struct egov_buf *answer_to(const struct egov_buf *request, struct egov_secret **made)
{
	struct egov_secret *d = key_of("centre.key");
	struct egov_buf sealed = EGOV__BUF(MAX), content = EGOV__BUF(MAX), signature = EGOV__BUF(MAX);
	struct egov_buf *answer = egov_buf_new(MAX);
	struct egov_slice whole = slice_of(request), holder;
	uint8_t point[EGOV__SM2_POINT], mine[EGOV__SM2_POINT], spki[EGOV__SM2_SPKI], digest[32], e[32],
		raw[64];
	struct egov__key_request asked;
	struct egov__exchanged parts;
	struct egov_error err = { 0 };

	assert_ok(egov__key_request_read(whole, &asked, &parts, &err), &err);
	assert_true(egov__slice_equal(asked.application, egov__slice_text(application)));
	assert_ok(egov__sm3(&whole, 1, digest, &err), &err);
	assert_ok(egov__sm2_spki_point(asked.signing_key, &holder, &err), &err);
	assert_ok(egov__sm2_generate(made, point, &err), &err);
	assert_ok(egov__enveloped_key_seal(holder, *made, &sealed, &err), &err);
	egov__sm2_point_spki(point, spki);
	assert_ok(egov__key_answer_content(
			  &(struct egov__key_answer){ .request = EGOV__SLICE(digest),
	                                              .time = HELP_HOME_NOW,
	                                              .public_key = EGOV__SLICE(spki),
	                                              .private_key = slice_of(&sealed) },
			  &content, &err), &err);
	assert_ok(egov__sm2_public(d, mine, &err), &err);
	assert_ok(egov__sm2_e(EGOV__SLICE(mine), egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                      slice_of(&content), e, &err), &err);
	assert_ok(egov__sm2_sign_e(d, mine, e, raw, &err), &err);
	assert_ok(egov__sm2_signature_der(raw, &signature, &err), &err);
	assert_ok(egov__exchange_join(&(struct egov__exchanged){ slice_of(&content),
	                                                         slice_of(&signature) },
	                              answer, &err), &err);
	egov__buf_clear(&sealed);
	egov__buf_clear(&content);
	egov__buf_clear(&signature);
	egov__secret_free(d);
	return answer;
}

/* The envelope opens with the signing key alone, to the certificate's key. */
static void check_delivery(const struct egov_pair_out *out, const struct egov_secret *made)
{
	struct egov_secret *holder = key_of("zhang.key"), *d = NULL;
	struct egov_cert *sign = NULL, *encrypt = NULL;
	struct egov__decrypter *key = NULL;
	struct egov__delivery delivery;
	struct egov_slice point;
	struct egov_error err = { 0 };

	assert_ok(egov_cert_decode(slice_of(out->certificate), &sign, &err), &err);
	assert_ok(egov_cert_decode(slice_of(out->encrypt_certificate), &encrypt, &err), &err);
	assert_true(egov__slice_equal(egov_cert_subject(sign), egov_cert_subject(encrypt)));
	assert_false(egov__slice_equal(egov_cert_public_key(sign), egov_cert_public_key(encrypt)));
	assert_ok(egov__sm2_spki_point(egov_cert_public_key(encrypt), &point, &err), &err);
	assert_ok(egov__delivery_decode(slice_of(out->envelope), &delivery, &err), &err);
	assert_ok(egov__decrypter_new(holder, &key, &err), &err);
	assert_ok(egov__delivery_open(&delivery, key, point, &d, &err), &err);
	egov__decrypter_close(key);
	assert_true(egov__slice_equal(egov__secret_slice(d), egov__secret_slice(made)));
	egov__delivery_clear(&delivery);
	egov__secret_free(d);
	egov__secret_free(holder);
	egov_cert_free(encrypt);
	egov_cert_free(sign);
}

static struct egov_pair_out new_out(void)
{
	return (struct egov_pair_out){ egov_buf_new(MAX), egov_buf_new(MAX), egov_buf_new(MAX) };
}

static void free_out(const struct egov_pair_out *out)
{
	egov_buf_free(out->certificate);
	egov_buf_free(out->encrypt_certificate);
	egov_buf_free(out->envelope);
}

static void a_pair(void **state)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	struct egov_buf *csr = file("zhang.csr"), *request = egov_buf_new(MAX), *answer;
	struct egov_pair_options options = { .issue = { .actor = "tester",
		                                        .profile = "agency-sign",
		                                        .application = application,
		                                        .request = slice_of(csr) },
		                             .encrypt_profile = "agency-encrypt" };
	const struct egov_pair_out out = new_out(), again = new_out();
	struct egov_secret *made = NULL;

	(void)state;
	assert_ok(egov_issue_key_request(home, &options, request, report, &err), &err);
	options.answer = slice_of(request);
	assert_fails(egov_issue_pair(home, &options, &out, report, &err), &err, EGOV_E_POLICY,
	             "[key_centre] certificate: missing");
	make_centre();
	assert_fails(egov_issue_pair(home, &options, &out, report, &err), &err, EGOV_E_SYNTAX,
	             "want EgovKeyAnswer");
	answer = answer_to(request, &made);
	options.answer = slice_of(answer);
	options.issue.validity = "never";
	assert_fails(egov_issue_pair(home, &options, &out, report, &err), &err, EGOV_E_USAGE,
	             "validity");
	options.issue.validity = "1y";
	assert_int_equal(slice_of(out.envelope).size, 0);
	assert_ok(egov_issue_pair(home, &options, &out, report, &err), &err);
	check_delivery(&out, made);
	assert_ok(egov_issue_pair(home, &options, &again, report, &err), &err);
	assert_true(egov__slice_equal(slice_of(out.certificate), slice_of(again.certificate)));
	assert_true(egov__slice_equal(slice_of(out.encrypt_certificate),
	                              slice_of(again.encrypt_certificate)));
	assert_ok(egov_record_check(home, report, &err), &err);
	egov__secret_free(made);
	free_out(&again);
	free_out(&out);
	egov_buf_free(answer);
	egov_buf_free(request);
	egov_buf_free(csr);
	egov_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
