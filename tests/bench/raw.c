/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "bench/bench.h"
#include "bench/ops.h"

/*
 * bench raw requests|keys FOLDER COUNT THREADS CERTIFICATE
 *
 * What a batch cannot do without, by OpenSSL alone and with everything at hand
 * that can be: for each request FOLDER/N.csr its key from the 65 octets and its
 * signature verified ("requests" only), then the certificate's TBS signed, that
 * signature verified, and the certificate decoded.  Prints the seconds of wall
 * and CPU time that these took.
 */
struct request {
	uint8_t point[EGOV__SM2_POINT];
	unsigned char *tbs, *signature;
	int tbs_size, signature_size;
};

struct work {
	pthread_t thread;
	const struct raw *raw;
	size_t from, to;
};

struct raw {
	struct request *requests;       /* NULL: keys given */
	size_t count;
	unsigned char *tbs, *der;
	int tbs_size;
	long der_size;
	EVP_PKEY *key;
	uint8_t z[32];
};

static void prove(const struct request *request)
{
	EVP_PKEY *key = bench_import(request->point);
	uint8_t z[32], e[32];

	bench_z(request->point, z);
	bench_e(z, request->tbs, request->tbs_size, e);
	bench_verify(key, e, request->signature, (size_t)request->signature_size);
	EVP_PKEY_free(key);
}

static void issue(const struct raw *raw)
{
	unsigned char signature[BENCH_SIGNATURE];
	const unsigned char *at = raw->der;
	size_t size;
	uint8_t e[32];
	X509 *x;

	bench_e(raw->z, raw->tbs, raw->tbs_size, e);
	size = bench_sign(raw->key, e, signature);
	bench_verify(raw->key, e, signature, size);
	x = d2i_X509(NULL, &at, raw->der_size);
	if (x == NULL)
		bench_die("the certificate does not decode");
	X509_free(x);
}

static void *work(void *user)
{
	const struct work *w = user;

	for (size_t i = w->from; i < w->to; i++) {
		if (w->raw->requests != NULL)
			prove(&w->raw->requests[i]);
		issue(w->raw);
	}
	return NULL;
}

static void load_request(const char *folder, size_t n, struct request *request)
{
	const ASN1_BIT_STRING *signature = NULL;
	char path[4096];
	FILE *file;
	X509_REQ *req;

	(void)snprintf(path, sizeof(path), "%s/%zu.csr", folder, n);
	file = fopen(path, "r");
	req = file == NULL ? NULL : PEM_read_X509_REQ(file, NULL, NULL, NULL);
	if (req == NULL)
		bench_die("%s: no request", path);
	(void)fclose(file);
	bench_point(X509_REQ_get0_pubkey(req), request->point);
	request->tbs_size = i2d_re_X509_REQ_tbs(req, &request->tbs);
	X509_REQ_get0_signature(req, &signature, NULL);
	request->signature_size = ASN1_STRING_length(signature);
	request->signature = OPENSSL_memdup(ASN1_STRING_get0_data(signature),
	                                    (size_t)request->signature_size);
	if (request->tbs_size <= 0 || request->signature == NULL)
		bench_die("%s: no request", path);
	X509_REQ_free(req);
}

static void load_certificate(const char *path, struct raw *raw)
{
	FILE *file = fopen(path, "r");
	X509 *x = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);

	if (x == NULL)
		bench_die("%s: no certificate", path);
	(void)fclose(file);
	raw->tbs_size = i2d_re_X509_tbs(x, &raw->tbs);
	raw->der_size = i2d_X509(x, &raw->der);
	if (raw->tbs_size <= 0 || raw->der_size <= 0)
		bench_die("%s: no certificate", path);
	X509_free(x);
}

static struct bench_times measure(const struct raw *raw, size_t threads)
{
	struct work *works = calloc(threads, sizeof(*works));
	struct bench_times start;

	if (works == NULL)
		bench_die("out of memory");
	start = bench_now();
	for (size_t t = 0; t < threads; t++) {
		works[t] = (struct work){ .raw = raw, .from = raw->count * t / threads,
			                  .to = raw->count * (t + 1) / threads };
		if (pthread_create(&works[t].thread, NULL, work, &works[t]) != 0)
			bench_die("no thread");
	}
	for (size_t t = 0; t < threads; t++)
		(void)pthread_join(works[t].thread, NULL);
	free(works);
	return bench_since(start);
}

static void release(struct raw *raw)
{
	for (size_t i = 0; raw->requests != NULL && i < raw->count; i++) {
		OPENSSL_free(raw->requests[i].tbs);
		OPENSSL_free(raw->requests[i].signature);
	}
	free(raw->requests);
	OPENSSL_free(raw->tbs);
	OPENSSL_free(raw->der);
	EVP_PKEY_free(raw->key);
}

int bench_raw(int argc, char **argv)
{
	struct raw raw = { .requests = NULL };
	uint8_t point[EGOV__SM2_POINT];
	struct bench_times took;

	if (argc != 6)
		bench_die("raw: want requests|keys, a folder, a count, threads and a certificate");
	raw.count = bench_number(argv[3], 1000000);
	raw.key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	if (raw.key == NULL)
		bench_die("no key");
	bench_point(raw.key, point);
	bench_z(point, raw.z);
	load_certificate(argv[5], &raw);
	if (strcmp(argv[1], "requests") == 0) {
		raw.requests = calloc(raw.count + 1, sizeof(*raw.requests));
		if (raw.requests == NULL)
			bench_die("out of memory");
		for (size_t i = 0; i < raw.count; i++)
			load_request(argv[2], i, &raw.requests[i]);
	}
	took = measure(&raw, bench_number(argv[4], 64));
	(void)printf("%.9f %.9f\n", took.wall, took.cpu);
	release(&raw);
	return 0;
}
