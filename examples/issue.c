/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues a certificate on an approved application, as egov-issue(1) does:
 *
 *     cc issue.c $(pkg-config --cflags --libs egovca) -o issue
 *     ./issue HOME PROFILE APPLICATION REQUEST CERTIFICATE
 *
 * The home's configuration names the CA's key and where its PIN lies; a program
 * that asks a person gives egov_home_open a function for that (egovca_key(3)).
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <egovca/egovca.h>

/* The library never reads the clock.  A time of the tester's own counts in homes
 * made for tests alone, so a real CA cannot be talked into another day. */
static enum egov_status read_clock(struct egov_clock *clock, struct egov_error *err)
{
	const char *test = getenv("EGOV_TEST_NOW");

	clock->real = (egov_time)time(NULL);
	clock->test = EGOV_TIME_NONE;
	return test == NULL ? EGOV_OK : egov_time_parse(test, &clock->test, err);
}

/* Records of "key: value" lines; what comes from others may hold control
 * characters, which a program for a terminal would escape. */
static void print(const struct egov_report *report)
{
	for (size_t r = 0; r < egov_report_records(report); r++)
		for (size_t f = 0; f < egov_report_fields(report, r); f++)
			printf("%s: %s\n", egov_report_key(report, r, f),
			       egov_report_value(report, r, f));
}

/* The certificate is in the ledger by now, and egov-status show --pem would write
 * it again: a disk that is full here loses nothing. */
static enum egov_status write_pem(const char *path, const struct egov_buf *der,
                                  struct egov_error *err)
{
	struct egov_buf *pem = egov_buf_new(2 * EGOV_MAX_OBJECT);
	enum egov_status rc = EGOV_E_NOMEM;

	if (pem != NULL)
		rc = egov_pem_encode("CERTIFICATE", egov_buf_slice(der), pem, err);
	if (rc == EGOV_OK)
		rc = egov_file_replace(path, egov_buf_slice(pem), 0644, err);
	egov_buf_free(pem);
	return rc;
}

static enum egov_status issue(char **argv, struct egov_report *report, struct egov_error *err)
{
	struct egov_issue_options options = { .actor = "example", .profile = argv[2],
		                              .application = argv[3],
		                              .request_name = argv[4] };
	struct egov_buf *request = NULL, *certificate = egov_buf_new(EGOV_MAX_OBJECT);
	struct egov_home *home = NULL;
	struct egov_clock clock;
	enum egov_status rc = certificate == NULL ? EGOV_E_NOMEM : read_clock(&clock, err);

	if (rc == EGOV_OK)
		rc = egov_file_read(argv[4], EGOV_MAX_OBJECT, &request, err);
	if (rc == EGOV_OK)
		rc = egov_home_open(argv[1], &clock, NULL, NULL, &home, err);
	if (rc == EGOV_OK) {
		options.request = egov_buf_slice(request);
		rc = egov_issue(home, &options, certificate, report, err);
	}
	if (rc == EGOV_OK)
		rc = write_pem(argv[5], certificate, err);
	egov_home_close(home);
	egov_buf_free(certificate);
	egov_buf_free(request);
	return rc;
}

int main(int argc, char **argv)
{
	struct egov_error err = { 0 };
	struct egov_report *report = egov_report_new();
	enum egov_status rc = EGOV_E_NOMEM;

	if (argc != 6) {
		fprintf(stderr, "usage: issue HOME PROFILE APPLICATION REQUEST CERTIFICATE\n");
		egov_report_free(report);
		return 2;
	}
	if (report != NULL)
		rc = issue(argv, report, &err);
	if (rc == EGOV_OK)
		print(report);
	else
		fprintf(stderr, "issue: %s: %s%s%s\n", egov_status_name(rc), err.text,
		        err.clause == NULL ? "" : ", see ", err.clause == NULL ? "" : err.clause);
	egov_report_free(report);
	return rc == EGOV_OK ? 0 : 1;
}
