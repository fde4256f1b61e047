/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <egovca/cert.h>
#include <egovca/verify.h>

#include "bench/bench.h"
#include "bench/home.h"
#include "bench/ops.h"
#include "crypto/sm3.h"

/*
 * bench chain ROUNDS BAR-NEW BAR-KNOWN BAR-AGAIN ROOT SUB LEAF LEAF
 *
 * egov_verify on PEM files of a root, a CA below it and two of its users, beside
 * bare signature checks with keys and Z at hand: a verifier that has seen none
 * of them; one that has seen the CAs; the same leaf once more, beside 5 us and
 * SM3 of the leaf.
 */
#define REPEATS 40

struct file {
	struct egov_buf *pem;
	unsigned char *der, *tbs;
	int der_size, tbs_size;
	X509 *x;
	const ASN1_BIT_STRING *signature;
};

enum { ROOT, SUB, FIRST, SECOND, FILES };

struct chain {
	struct file files[FILES];
	EVP_PKEY *root_key, *sub_key;
	uint8_t root_z[32], sub_z[32];
	struct egov_verify_options options;
};

static void load(const char *path, struct file *file)
{
	FILE *in = fopen(path, "r");

	file->pem = bench_read(path);
	file->x = in == NULL ? NULL : PEM_read_X509(in, NULL, NULL, NULL);
	if (file->x == NULL)
		bench_die("%s: no certificate", path);
	(void)fclose(in);
	file->der_size = i2d_X509(file->x, &file->der);
	file->tbs_size = i2d_re_X509_tbs(file->x, &file->tbs);
	X509_get0_signature(&file->signature, NULL, file->x);
	if (file->der_size <= 0 || file->tbs_size <= 0)
		bench_die("%s: no certificate", path);
}

static void drop(struct file *file)
{
	egov_buf_free(file->pem);
	OPENSSL_free(file->der);
	OPENSSL_free(file->tbs);
	X509_free(file->x);
}

static EVP_PKEY *key_of(const struct file *file, uint8_t z[32])
{
	uint8_t point[EGOV__SM2_POINT];

	bench_point(X509_get0_pubkey(file->x), point);
	bench_z(point, z);
	return bench_import(point);
}

static struct egov_slice der(const struct file *file)
{
	return (struct egov_slice){ file->der, (size_t)file->der_size };
}

static void bare(const struct file *file, EVP_PKEY *key, const uint8_t z[32])
{
	uint8_t e[32];

	bench_e(z, file->tbs, file->tbs_size, e);
	bench_verify(key, e, ASN1_STRING_get0_data(file->signature),
	             (size_t)ASN1_STRING_length(file->signature));
}

static void judge(const struct chain *c, struct egov_verifier *verifier, const struct file *leaf)
{
	struct egov_error err = { 0 };

	bench_check(egov_verify(verifier, der(leaf), &c->options, NULL, &err), &err);
}

static struct egov_verifier *fresh(const struct chain *c)
{
	struct egov_verifier *verifier = egov_verifier_new();
	struct egov_error err = { 0 };

	if (verifier == NULL)
		bench_die("out of memory");
	bench_check(egov_verifier_add_trust(verifier, der(&c->files[ROOT]), &err), &err);
	bench_check(egov_verifier_add_pool(verifier, der(&c->files[SUB]), &err), &err);
	return verifier;
}

/* CPU seconds of the four things in one round. */
struct round {
	double fresh, known, again, check, checks, hash;
};

static void hash(const struct chain *c)
{
	const struct egov_slice bytes = der(&c->files[SECOND]);
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov_error err = { 0 };

	bench_check(egov__sm3(&bytes, 1, digest, &err), &err);
}

static double lap(struct bench_times *start)
{
	const double took = bench_since(*start).cpu;

	*start = bench_now();
	return took;
}

static void measure(const struct chain *c, struct round *round)
{
	for (unsigned i = 0; i < REPEATS; i++) {
		struct bench_times start = bench_now();
		struct egov_verifier *verifier = fresh(c);

		judge(c, verifier, &c->files[FIRST]);
		round->fresh += lap(&start);
		bare(&c->files[SUB], c->root_key, c->root_z);
		bare(&c->files[FIRST], c->sub_key, c->sub_z);
		round->checks += lap(&start);
		judge(c, verifier, &c->files[SECOND]);
		round->known += lap(&start);
		bare(&c->files[SECOND], c->sub_key, c->sub_z);
		round->check += lap(&start);
		judge(c, verifier, &c->files[SECOND]);
		round->again += lap(&start);
		hash(c);
		round->hash += lap(&start);
		egov_verifier_free(verifier);
	}
}

static int compare(const struct chain *c, unsigned long rounds, const struct bench_bar bars[3])
{
	struct bench_pairs fresh_pairs = { 0 }, known = { 0 }, again = { 0 };
	int status;

	for (unsigned long i = 0; i <= rounds; i++) {
		struct round r = { 0 };

		measure(c, &r);
		if (i > 0
		    && (!bench_note(&fresh_pairs, r.checks, r.fresh) || !bench_note(&known, r.check, r.known)
		        || !bench_note(&again, r.again, REPEATS * 5e-6 + r.hash)))
			bench_die("a round took no time");
	}
	status = bench_print("verify-chain-new", &fresh_pairs, bars[0]);
	status |= bench_print("verify-cas-known", &known, bars[1]);
	return status | bench_print("verify-again", &again, bars[2]);
}

static egov_time begins(const struct file *leaf)
{
	struct egov_error err = { 0 };
	struct egov_cert *cert = NULL;
	egov_time at;

	bench_check(egov_cert_decode(der(leaf), &cert, &err), &err);
	at = egov_cert_not_before(cert);
	egov_cert_free(cert);
	return at;
}

int bench_chain(int argc, char **argv)
{
	struct chain c = { .root_key = NULL };
	struct bench_bar bars[3];
	int status;

	if (argc != 5 + FILES || !bench_bar_parse("least", argv[2], &bars[0])
	    || !bench_bar_parse("least", argv[3], &bars[1])
	    || !bench_bar_parse("most", argv[4], &bars[2]))
		bench_die("chain: want rounds, three bars and four certificates");
	for (int i = 0; i < FILES; i++)
		load(argv[5 + i], &c.files[i]);
	c.root_key = key_of(&c.files[ROOT], c.root_z);
	c.sub_key = key_of(&c.files[SUB], c.sub_z);
	c.options.at = begins(&c.files[SECOND]);
	status = compare(&c, bench_number(argv[1], BENCH_ROUNDS_MAX), bars);
	for (int i = 0; i < FILES; i++)
		drop(&c.files[i]);
	EVP_PKEY_free(c.root_key);
	EVP_PKEY_free(c.sub_key);
	return status;
}
