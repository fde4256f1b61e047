/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key-management centre for tests (egov-key-exchange(5)): checks a CA's request, makes
 * an encryption pair, seals its private half to the holder's signing key, keeps a copy,
 * signs an answer.
 *
 *   test-centre KEY CA-KEY REQUEST ANSWER KEPT [FAULT]
 *
 * KEY: the centre's private key, PKCS#8 PEM, not encrypted.  CA-KEY: the public key that
 * requests must be signed with, PEM.  KEPT: where the copy goes; a centre that finds one
 * there gives the same key away again.  FAULT: what the answer has wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <egovca/file.h>

#include "base/pem.h"
#include "base/time.h"
#include "crypto/sm3.h"
#include "delivery/delivery.h"
#include "delivery/exchange.h"

#define MAX 65536

struct centre {
	struct egov_secret *d, *made;
	uint8_t point[EGOV__SM2_POINT], made_point[EGOV__SM2_POINT];
	struct egov_buf request_der, ca_key;
	struct egov__key_request asked;
};

static void must(enum egov_status rc, const struct egov_error *err)
{
	if (rc == EGOV_OK)
		return;
	(void)fprintf(stderr, "test-centre: %s\n", err->text);
	exit(1);
}

static struct egov_buf *read_file(const char *path)
{
	struct egov_error err = { 0 };
	struct egov_buf *out = NULL;

	must(egov_file_read(path, MAX, &out, &err), &err);
	return out;
}

static void read_pem(const char *path, const char *label, struct egov_buf *der)
{
	struct egov_error err = { 0 };
	struct egov_buf *text = read_file(path);
	struct egov_slice in = egov_buf_slice(text);
	bool found = false;

	der->max = MAX;
	must(egov__pem_next(&in, label, &found, der, &err), &err);
	if (!found) {
		(void)fprintf(stderr, "test-centre: %s: no %s\n", path, label);
		exit(1);
	}
	egov_buf_free(text);
}

static struct egov_secret *load_key(const char *path, uint8_t point[EGOV__SM2_POINT])
{
	struct egov_error err = { 0 };
	struct egov_buf *text = read_file(path);
	struct egov_secret *d = NULL;

	must(egov__sm2_pkcs8_load(egov_buf_slice(text), NULL, &d, &err), &err);
	must(egov__sm2_public(d, point, &err), &err);
	egov_buf_free(text);
	return d;
}

/* The request is the CA's, whole. */
static void check_request(struct centre *c, const char *path, const char *ca_key)
{
	struct egov_error err = { 0 };
	struct egov__exchanged parts;

	read_pem(ca_key, "PUBLIC KEY", &c->ca_key);
	read_pem(path, EGOV__KEY_REQUEST_PEM, &c->request_der);
	must(egov__key_request_read(egov_buf_slice(&c->request_der), &c->asked, &parts, &err), &err);
	must(egov__exchange_verify(&parts, egov_buf_slice(&c->ca_key), &err), &err);
}

/* The copy is d in 32 octets: a real centre keeps it where nobody can read it. */
static void make_key(struct centre *c, const char *kept)
{
	struct egov_error err = { 0 };
	struct egov_buf *copy = NULL;

	if (egov_file_read(kept, 32, &copy, NULL) == EGOV_OK) {
		c->made = egov__secret_new(egov_buf_slice(copy));
		must(egov__sm2_public(c->made, c->made_point, &err), &err);
		egov_buf_free(copy);
		return;
	}
	must(egov__sm2_generate(&c->made, c->made_point, &err), &err);
	must(egov_file_replace(kept, egov__secret_slice(c->made), 0600, &err), &err);
}

static egov_time now(void)
{
	const char *text = getenv("EGOV_TEST_NOW");
	egov_time t = (egov_time)time(NULL);

	if (text != NULL)
		must(egov_time_parse(text, &t, NULL), &(struct egov_error){ .text = "EGOV_TEST_NOW" });
	return t;
}

static void sign(const struct centre *c, const struct egov_buf *content, struct egov_buf *der)
{
	struct egov_error err = { 0 };
	struct egov_buf signature = EGOV__BUF(MAX);
	uint8_t e[EGOV__SM2_E], raw[EGOV__SM2_RAW_SIGNATURE];

	must(egov__sm2_e(EGOV__SLICE(c->point), egov__slice_text(EGOV__SM2_DEFAULT_ID),
	                 egov_buf_slice(content), e, &err), &err);
	must(egov__sm2_sign_e(c->d, c->point, e, raw, &err), &err);
	must(egov__sm2_signature_der(raw, &signature, &err), &err);
	must(egov__exchange_join(&(struct egov__exchanged){ egov_buf_slice(content),
	                                                    egov_buf_slice(&signature) },
	                         der, &err), &err);
	egov__buf_clear(&signature);
}

static void answer(const struct centre *c, const char *fault, struct egov_buf *der)
{
	struct egov_error err = { 0 };
	struct egov_buf sealed = EGOV__BUF(MAX), content = EGOV__BUF(MAX);
	const struct egov_slice whole = egov_buf_slice(&c->request_der);
	uint8_t digest[EGOV__SM3_SIZE], spki[EGOV__SM2_SPKI];
	struct egov_slice holder;
	struct egov__key_answer a = { .request = EGOV__SLICE(digest), .time = now(),
		                      .public_key = EGOV__SLICE(spki) };

	must(egov__sm3(&whole, 1, digest, &err), &err);
	must(egov__sm2_spki_point(c->asked.signing_key, &holder, &err), &err);
	must(egov__enveloped_key_seal(holder, c->made, &sealed, &err), &err);
	egov__sm2_point_spki(c->made_point, spki);
	a.private_key = egov_buf_slice(&sealed);
	if (strcmp(fault, "other-request") == 0)
		digest[0] ^= 1;
	if (strcmp(fault, "other-key") == 0)
		egov__sm2_point_spki(c->point, spki);
	if (strcmp(fault, "tomorrow") == 0)
		a.time += 86400;
	must(egov__key_answer_content(&a, &content, &err), &err);
	sign(c, &content, der);
	if (strcmp(fault, "signature") == 0)
		der->data[der->size - 1] ^= 1;
	egov__buf_clear(&content);
	egov__buf_clear(&sealed);
}

int main(int argc, char **argv)
{
	struct egov_error err = { 0 };
	struct egov_buf der = EGOV__BUF(MAX), pem = EGOV__BUF(MAX);
	struct centre c = { .d = NULL };

	if (argc < 6 || argc > 7) {
		(void)fputs("usage: test-centre KEY CA-KEY REQUEST ANSWER KEPT [FAULT]\n", stderr);
		return 2;
	}
	c.d = load_key(argv[1], c.point);
	check_request(&c, argv[3], argv[2]);
	make_key(&c, argv[5]);
	answer(&c, argc == 7 ? argv[6] : "", &der);
	egov__pem_encode(&pem, EGOV__KEY_ANSWER_PEM, egov_buf_slice(&der));
	must(egov_file_replace(argv[4], egov_buf_slice(&pem), 0644, &err), &err);
	egov__buf_clear(&pem);
	egov__buf_clear(&der);
	egov__buf_clear(&c.request_der);
	egov__buf_clear(&c.ca_key);
	egov__secret_free(c.made);
	egov__secret_free(c.d);
	return 0;
}
