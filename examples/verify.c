/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges certificates with a trust anchor and a CRL, at the time when they were
 * relied upon, and prints each finding:
 *
 *     cc -pthread verify.c $(pkg-config --cflags --libs egovca) -o verify
 *     ./verify TIME ANCHOR CRL CERTIFICATE...
 *
 * Each certificate is judged in a thread of its own.  They share one verifier,
 * which nobody changes once it is filled; what a call fills is its caller's.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <egovca/egovca.h>

struct job {
	pthread_t thread;
	struct egov_verifier *verifier;         /* of all jobs */
	const char *path;
	egov_time at;
	int has_thread;
	enum egov_status status;
	struct egov_report *findings;
	struct egov_error err;
};

typedef enum egov_status add_fn(struct egov_verifier *, struct egov_slice, struct egov_error *);

static enum egov_status add_file(struct egov_verifier *verifier, add_fn *add, const char *path,
                                 struct egov_error *err)
{
	struct egov_buf *bytes = NULL;
	enum egov_status rc = egov_file_read(path, EGOV_MAX_CRL, &bytes, err);

	if (rc == EGOV_OK)
		rc = add(verifier, egov_buf_slice(bytes), err);
	egov_buf_free(bytes);
	return rc;
}

/* Only EGOV_OK means trusted.  What is not asked for is not judged: a program
 * that relies on a certificate sets purpose and policy too. */
static void *judge(void *user)
{
	struct job *job = user;
	const struct egov_verify_options options = { .at = job->at, .require_revocation = 1 };
	struct egov_buf *bytes = NULL;

	job->status = egov_file_read(job->path, EGOV_MAX_OBJECT, &bytes, &job->err);
	if (job->status == EGOV_OK)
		job->status = egov_verify(job->verifier, egov_buf_slice(bytes), &options,
		                          job->findings, &job->err);
	egov_buf_free(bytes);
	return NULL;
}

/* "pass signature: what", then the reason where the answer is no. */
static int tell(const struct job *job)
{
	const struct egov_report *f = job->findings;

	for (size_t r = 0; f != NULL && r < egov_report_records(f); r++)
		if (egov_report_find(f, r, "check") != NULL)
			printf("%s: %s %s: %s\n", job->path, egov_report_find(f, r, "result"),
			       egov_report_find(f, r, "check"), egov_report_find(f, r, "what"));
	if (job->status == EGOV_OK)
		printf("%s: trusted\n", job->path);
	else
		printf("%s: not trusted: %s (%s)\n", job->path, job->err.text,
		       job->err.clause == NULL ? egov_status_name(job->status) : job->err.clause);
	return job->status != EGOV_OK;
}

/* A job that no thread can be had for is done here. */
static void start(struct job *job)
{
	job->findings = egov_report_new();
	job->has_thread = pthread_create(&job->thread, NULL, judge, job) == 0;
	if (!job->has_thread)
		judge(job);
}

int main(int argc, char **argv)
{
	const size_t count = argc < 5 ? 0 : (size_t)argc - 4;
	struct egov_verifier *verifier = egov_verifier_new();
	struct job *jobs = calloc(count + 1, sizeof(*jobs));
	struct egov_error err = { 0 };
	egov_time at;
	int status = 0;

	if (count == 0 || verifier == NULL || jobs == NULL
	    || egov_time_parse(argv[1], &at, &err) != EGOV_OK
	    || add_file(verifier, egov_verifier_add_trust, argv[2], &err) != EGOV_OK
	    || add_file(verifier, egov_verifier_add_crl, argv[3], &err) != EGOV_OK) {
		fprintf(stderr, "verify: %s\n",
		        count == 0 ? "wants TIME ANCHOR CRL CERTIFICATE..." : err.text);
		egov_verifier_free(verifier);
		free(jobs);
		return 2;
	}
	for (size_t i = 0; i < count; i++) {
		jobs[i] = (struct job){ .verifier = verifier, .path = argv[4 + i], .at = at };
		start(&jobs[i]);
	}
	for (size_t i = 0; i < count; i++) {
		if (jobs[i].has_thread)
			pthread_join(jobs[i].thread, NULL);
		status |= tell(&jobs[i]);
		egov_report_free(jobs[i].findings);
	}
	egov_verifier_free(verifier);
	free(jobs);
	return status;
}
