/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <egovca/file.h>

#include "bench/bench.h"
#include "bench/home.h"
#include "bench/ops.h"
#include "ca/batch.h"

/*
 * bench keys HOME LIST THREADS
 *
 * A batch whose keys are given: the lines of LIST as egov-issue --batch takes
 * them, but with the public keys of their requests in the place of these, as
 * from a key-management centre.  The certificates go to one file, LIST.pem.
 * Prints the seconds of wall and CPU time that the batch took.
 */
struct job {
	char profile[64], application[64];
	uint8_t spki[EGOV__SM2_SPKI];
};

struct keys {
	struct job *jobs;
	size_t count, given, taken;
	FILE *out;
	struct egov_buf *pem;
};

static void read_key(const char *path, uint8_t spki[EGOV__SM2_SPKI])
{
	uint8_t point[EGOV__SM2_POINT];
	FILE *file = fopen(path, "r");
	X509_REQ *req = file == NULL ? NULL : PEM_read_X509_REQ(file, NULL, NULL, NULL);

	if (req == NULL)
		bench_die("%s: no request", path);
	(void)fclose(file);
	bench_point(X509_REQ_get0_pubkey(req), point);
	egov__sm2_point_spki(point, spki);
	X509_REQ_free(req);
}

static void read_list(const char *path, struct keys *keys)
{
	char line[8192], request[4096];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		bench_die("%s: no list", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct job *const more = reallocarray(keys->jobs, keys->count + 1, sizeof(*more));

		if (more == NULL)
			bench_die("out of memory");
		keys->jobs = more;
		if (sscanf(line, "%63[^\t]\t%63[^\t]\t%4095[^\t]", more[keys->count].profile,
		           more[keys->count].application, request) != 3)
			bench_die("%s: not a list", path);
		read_key(request, more[keys->count++].spki);
	}
	(void)fclose(file);
}

static enum egov_status next(void *user, struct egov__batch_job *job, int *more,
                             struct egov_error *err)
{
	struct keys *keys = user;

	(void)err;
	*more = keys->given < keys->count;
	if (*more) {
		job->job.profile = keys->jobs[keys->given].profile;
		job->job.application = keys->jobs[keys->given].application;
		job->public_key = EGOV__SLICE(keys->jobs[keys->given].spki);
		keys->given++;
	}
	return EGOV_OK;
}

static enum egov_status take(void *user, const struct egov_issue_result *result,
                             struct egov_error *err)
{
	struct keys *keys = user;

	bench_check(result->status, result->error);
	egov_buf_reset(keys->pem);
	bench_check(egov_pem_encode("CERTIFICATE", result->certificate, keys->pem, err), err);
	if (fwrite(keys->pem->data, 1, keys->pem->size, keys->out) != keys->pem->size)
		bench_die("the certificates cannot be written");
	keys->taken++;
	return EGOV_OK;
}

int bench_keys(int argc, char **argv)
{
	struct keys keys = { .jobs = NULL };
	struct egov_issue_batch_options options = { .actor = "签发员", .take = take, .user = &keys };
	const struct egov__batch_plan plan = { .options = &options, .next = next, .user = &keys };
	struct egov_error err = { 0 };
	struct bench_times took;
	struct egov_home *home;
	char path[4096];

	if (argc != 4)
		bench_die("keys: want a home, a list and threads");
	options.signers = (unsigned)bench_number(argv[3], 256);
	read_list(argv[2], &keys);
	(void)snprintf(path, sizeof(path), "%s.pem", argv[2]);
	keys.out = fopen(path, "w");
	keys.pem = egov_buf_new(EGOV__MAX_FILE);
	if (keys.out == NULL || keys.pem == NULL)
		bench_die("%s: cannot be written", path);
	home = bench_home(argv[1]);
	took = bench_now();
	bench_check(egov__batch_run(home, &plan, &err), &err);
	if (fclose(keys.out) != 0 || keys.taken != keys.count)
		bench_die("%s: cannot be written", path);
	took = bench_since(took);
	(void)printf("%.9f %.9f\n", took.wall, took.cpu);
	egov_home_close(home);
	egov_buf_free(keys.pem);
	free(keys.jobs);
	return 0;
}
