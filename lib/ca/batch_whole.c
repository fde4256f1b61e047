/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/batch_whole.h"

#include <stdlib.h>
#include <string.h>

#include "ca/issue_pair.h"
#include "ca/renewal.h"

struct egov__batch_whole {
	char *operation, *serial, *application, *profile, *encrypt_profile, *name;
	struct egov_buf request, consent, answer;
	struct egov_buf made_serial, certificate, encrypt_certificate, envelope;
	bool earlier;
};

static char *text_or_null(const char *text, bool *failed)
{
	char *copy = text == NULL ? NULL : egov__text_dup(text);

	*failed = *failed || (text != NULL && copy == NULL);
	return copy;
}

static struct egov_buf bytes_of(struct egov_slice bytes, bool *failed)
{
	struct egov_buf copy = EGOV__BUF(bytes.size);

	egov__buf_slice(&copy, bytes);
	*failed = *failed || copy.failed;
	return copy;
}

enum egov_status egov__batch_whole_new(const struct egov_issue_job *job,
                                       struct egov__batch_whole **out, struct egov_error *err)
{
	struct egov__batch_whole *w = calloc(1, sizeof(*w));
	bool failed = false;

	if (w == NULL)
		return egov_error_nomem(err);
	w->operation = text_or_null(job->operation, &failed);
	w->serial = text_or_null(job->serial, &failed);
	w->application = text_or_null(job->application, &failed);
	w->profile = text_or_null(job->profile, &failed);
	w->encrypt_profile = text_or_null(job->encrypt_profile, &failed);
	w->name = text_or_null(job->request_name, &failed);
	w->request = bytes_of(job->request, &failed);
	w->consent = bytes_of(job->consent, &failed);
	w->answer = bytes_of(job->answer, &failed);
	w->made_serial = w->certificate = w->encrypt_certificate = w->envelope =
		(struct egov_buf)EGOV__BUF(EGOV__MAX_OBJECT);
	if (failed) {
		egov__batch_whole_free(w);
		return egov_error_nomem(err);
	}
	*out = w;
	return EGOV_OK;
}

void egov__batch_whole_free(struct egov__batch_whole *w)
{
	if (w == NULL)
		return;
	free(w->operation);
	free(w->serial);
	free(w->application);
	free(w->profile);
	free(w->encrypt_profile);
	free(w->name);
	egov__buf_clear(&w->request);
	egov__buf_clear(&w->consent);
	egov__buf_clear(&w->answer);
	egov__buf_clear(&w->made_serial);
	egov__buf_clear(&w->certificate);
	egov__buf_clear(&w->encrypt_certificate);
	egov__buf_clear(&w->envelope);
	free(w);
}

static enum egov_status follow(struct egov__batch_whole *w,
                               const struct egov__batch_whole_context *c, struct egov_error *err)
{
	const struct egov_renew_options options = { .actor = c->actor,
		                                    .operation = w->operation,
		                                    .serial = w->serial == NULL ? "" : w->serial,
		                                    .application = w->application,
		                                    .consent = egov_buf_slice(&w->consent),
		                                    .request = egov_buf_slice(&w->request),
		                                    .request_name = w->name,
		                                    .validity = c->validity };
	struct egov__renewal_out out = { .certificate = &w->certificate, .serial = &w->made_serial };
	const enum egov_status rc = egov__renew_again(c->home, &options, *c->signer, &out, err);

	w->earlier = out.earlier;
	return rc;
}

static enum egov_status pair(struct egov__batch_whole *w, const struct egov__batch_whole_context *c,
                             struct egov_error *err)
{
	const struct egov_pair_options options = {
		.issue = { .actor = c->actor,
		           .profile = w->profile == NULL ? "" : w->profile,
		           .application = w->application == NULL ? "" : w->application,
		           .request = egov_buf_slice(&w->request),
		           .request_name = w->name,
		           .validity = c->validity },
		.encrypt_profile = w->encrypt_profile == NULL ? "" : w->encrypt_profile,
		.answer = egov_buf_slice(&w->answer)
	};
	const struct egov__pair_lent_out out = {
		{ &w->certificate, &w->encrypt_certificate, &w->envelope }, &w->earlier
	};
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov__issue_pair_lent(c->home, &options, *c->signer, &out, err);

	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov_buf_slice(&w->certificate), &cert, err);
	if (rc == EGOV_OK) {
		egov__buf_slice(&w->made_serial, egov_cert_serial(cert));
		rc = egov__buf_check(&w->made_serial, err);
	}
	egov_cert_free(cert);
	return rc;
}

enum egov_status egov__batch_whole_run(struct egov__batch_whole *w,
                                       const struct egov__batch_whole_context *c,
                                       struct egov_error *err)
{
	enum egov_status rc = EGOV_OK;

	if (*c->signer == NULL)
		rc = egov__home_signer(c->home, EGOV_KEY_CA, c->signer, err);
	if (rc != EGOV_OK)
		return rc;
	return strcmp(w->operation, "pair") == 0 ? pair(w, c, err) : follow(w, c, err);
}

void egov__batch_whole_result(const struct egov__batch_whole *w, struct egov_issue_result *result)
{
	result->earlier = w->earlier;
	result->serial = egov_buf_slice(&w->made_serial);
	result->certificate = egov_buf_slice(&w->certificate);
	result->encrypt_certificate = egov_buf_slice(&w->encrypt_certificate);
	result->envelope = egov_buf_slice(&w->envelope);
}
