/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <egovca/ca.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/fileio.h"
#include "bench/bench.h"
#include "bench/home.h"
#include "crypto/sm2.h"
#include "crypto/sm3.h"

/*
 * bench prepare requests FOLDER COUNT
 *	FOLDER/N.csr of a new key each, and FOLDER/N.application from
 *	FOLDER/application.in, where @KEY@ stands for the key's digest.
 * bench prepare approved HOME FOLDER COUNT SETS
 *	For each set from 1 on an application on each request, approved, and
 *	HOME.NNN.list with a line for each as egov-issue --batch takes it.
 */
void bench_check(enum egov_status rc, const struct egov_error *err)
{
	if (rc != EGOV_OK)
		bench_die("%s", err->text);
}

struct egov_home *bench_home(const char *dir)
{
	struct egov_clock clock = { .real = (egov_time)time(NULL), .test = EGOV_TIME_NONE };
	struct egov_error err = { 0 };
	const char *now = getenv("EGOV_TEST_NOW");
	struct egov_home *home = NULL;

	if (now != NULL)
		bench_check(egov_time_parse(now, &clock.test, &err), &err);
	bench_check(egov_home_open(dir, &clock, NULL, NULL, &home, &err), &err);
	return home;
}

struct egov_buf *bench_read(const char *path)
{
	struct egov_error err = { 0 };
	struct egov_buf *bytes = NULL;

	bench_check(egov__file_read(path, EGOV__MAX_OBJECT, &bytes, &err), &err);
	return bytes;
}

static void write_request(const char *path, EVP_PKEY *key)
{
	static const unsigned char name[] = "not used";
	X509_REQ *request = X509_REQ_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	FILE *file = fopen(path, "w");

	if (request == NULL || ctx == NULL || md == NULL || file == NULL
	    || X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_ASC,
	                                  name, -1, -1, 0) != 1
	    || X509_REQ_set_pubkey(request, key) != 1
	    || EVP_PKEY_CTX_set1_id(ctx, EGOV__SM2_DEFAULT_ID, (int)strlen(EGOV__SM2_DEFAULT_ID)) <= 0)
		bench_die("%s: cannot make a request", path);
	EVP_MD_CTX_set_pkey_ctx(md, ctx);
	if (EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, key) != 1
	    || X509_REQ_sign_ctx(request, md) <= 0 || PEM_write_X509_REQ(file, request) != 1
	    || fclose(file) != 0)
		bench_die("%s: cannot make a request", path);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(ctx);
	X509_REQ_free(request);
}

static void key_digest(EVP_PKEY *key, char hex[2 * EGOV__SM3_SIZE + 1])
{
	unsigned char *der = NULL;
	const int size = i2d_PUBKEY(key, &der);
	const struct egov_slice spki = { der, size < 0 ? 0 : (size_t)size };
	uint8_t digest[EGOV__SM3_SIZE];
	struct egov_error err = { 0 };

	bench_check(egov__sm3(&spki, 1, digest, &err), &err);
	OPENSSL_free(der);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void write_application(const char *path, const char *model, const char *digest)
{
	const char *mark = strstr(model, "@KEY@");
	FILE *file = fopen(path, "w");

	if (mark == NULL || file == NULL
	    || fprintf(file, "%.*s%s%s", (int)(mark - model), model, digest, mark + 5) < 0
	    || fclose(file) != 0)
		bench_die("%s: cannot make an application", path);
}

static int requests(const char *folder, unsigned long count)
{
	char path[4096], digest[2 * EGOV__SM3_SIZE + 1];
	struct egov_buf *model;
	const char *text;

	(void)snprintf(path, sizeof(path), "%s/application.in", folder);
	model = bench_read(path);
	text = egov__buf_string(model);
	if (text == NULL)
		bench_die("out of memory");
	for (unsigned long i = 0; i < count; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");

		if (key == NULL)
			bench_die("no key");
		(void)snprintf(path, sizeof(path), "%s/%lu.csr", folder, i);
		write_request(path, key);
		key_digest(key, digest);
		(void)snprintf(path, sizeof(path), "%s/%lu.application", folder, i);
		write_application(path, text, digest);
		EVP_PKEY_free(key);
	}
	egov_buf_free(model);
	return 0;
}

/* The ID of the application that was made of a file, approved. */
static void approve(struct egov_home *home, const char *path, char *id, size_t room)
{
	struct egov_report *report = egov_report_new();
	struct egov_error err = { 0 };

	bench_check(egov_apply_submit(home, "李核验", path, report, &err), &err);
	(void)snprintf(id, room, "%s", egov_report_find(report, 0, "application"));
	bench_check(egov_apply_review(home, "王审查", id, report, &err), &err);
	bench_check(egov_apply_approve(home, "周批准", id, report, &err), &err);
	egov_report_free(report);
}

static int approved(const char *dir, const char *folder, unsigned long count, unsigned long sets)
{
	struct egov_home *home = bench_home(dir);
	char path[4096], id[64];

	for (unsigned long set = 1; set <= sets; set++) {
		FILE *list;

		(void)snprintf(path, sizeof(path), "%s.%03lu.list", dir, set);
		list = fopen(path, "w");
		if (list == NULL)
			bench_die("%s: %s", path, strerror(errno));
		for (unsigned long i = 0; i < count; i++) {
			(void)snprintf(path, sizeof(path), "%s/%lu.application", folder, i);
			approve(home, path, id, sizeof(id));
			(void)fprintf(list, "agency-sign\t%s\t%s/%lu.csr\t-\n", id, folder, i);
		}
		if (fclose(list) != 0)
			bench_die("%s: %s", path, strerror(errno));
	}
	egov_home_close(home);
	return 0;
}

int bench_prepare(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "requests") == 0)
		return requests(argv[2], bench_number(argv[3], 1000000));
	if (argc == 6 && strcmp(argv[1], "approved") == 0)
		return approved(argv[2], argv[3], bench_number(argv[4], 1000000),
		                bench_number(argv[5], BENCH_ROUNDS_MAX + 1));
	bench_die("prepare: want requests or approved, a folder and numbers");
}
