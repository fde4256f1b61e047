/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include "ca/checkpoint.h"
#include "ca/issuance.h"
#include "ca/mandate.h"
#include "sign/sign.h"

/* Everything that one call of egov_issue opens. */
struct issue {
	struct egov_home *home;
	const struct egov_issue_options *options;
	struct egov_duration wanted;
	struct egov_profile *profile;
	struct egov_request *request;
	struct egov_cert *ca;
	struct egov_signer *signer;
	struct egov__issuance one;
};

static void issue_clear(struct issue *i)
{
	egov__issuance_clear(&i->one);
	egov_signer_close(i->signer);
	egov_cert_free(i->ca);
	egov_request_free(i->request);
	egov_profile_free(i->profile);
}

/* What needs no transaction: profile, request, certificate, key. */
static enum egov_status prepare(struct issue *i, struct egov_error *err)
{
	const struct egov_issue_options *o = i->options;
	enum egov_status rc = egov__home_certificate(i->home, &i->ca, err);

	if (rc == EGOV_OK)
		rc = egov__home_profile(i->home, o->profile, &i->profile, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check(i->ca, i->profile, egov_home_now(i->home), err);
	if (rc == EGOV_OK)
		rc = egov__issuance_request(o->request, o->request_name, &i->request, err);
	if (rc == EGOV_OK)
		rc = egov__home_signer(i->home, EGOV_KEY_CA, &i->signer, err);
	if (rc == EGOV_OK)
		i->one = (struct egov__issuance){
			.home = i->home,
			.ca = i->ca,
			.profile = i->profile,
			.actor = o->actor,
			.application = o->application,
			.validity = o->validity == NULL ? NULL : &i->wanted,
			.public_key = egov_request_public_key(i->request),
			.request = egov_request_der(i->request)
		};
	return rc;
}

static enum egov_status first_transaction(struct issue *i, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(i->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__issuance_begin(&i->one, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status second_transaction(struct issue *i, struct egov_signed *signed_object,
                                           struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(i->home), err);

	if (rc != EGOV_OK) {
		egov__signed_free(signed_object);
		return rc;
	}
	rc = egov__issuance_end(&i->one, signed_object, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status sign_and_record(struct issue *i, struct egov_error *err)
{
	struct egov_signed *signed_object = NULL;
	enum egov_status rc = egov__sign(i->one.intent, i->signer, &signed_object, err);

	return rc == EGOV_OK ? second_transaction(i, signed_object, err) : rc;
}

static enum egov_status hand_out(const struct issue *i, struct egov_buf *certificate,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc = egov_cert_decode(egov__recorded_der(i->one.recorded), &cert, err);

	if (rc != EGOV_OK)
		return rc;
	egov__report_hex(report, "serial", egov_cert_serial(cert));
	egov__report_add(report, "application", "%s", i->options->application);
	egov__report_add(report, "profile", "%s", i->options->profile);
	egov__report_time(report, "not-before", egov_cert_not_before(cert));
	egov__report_time(report, "not-after", egov_cert_not_after(cert));
	egov_cert_free(cert);
	rc = egov__report_check(report, err);
	if (rc != EGOV_OK)
		return rc;
	egov__buf_slice(certificate, egov__recorded_der(i->one.recorded));
	return egov__buf_check(certificate, err);
}

enum egov_status egov_issue(struct egov_home *home, const struct egov_issue_options *options,
                            struct egov_buf *certificate, struct egov_report *report,
                            struct egov_error *err)
{
	const uint64_t before = egov__record_size(egov__home_record(home));
	struct issue i = { .home = home, .options = options };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ISSUE, options->actor, err);

	if (rc == EGOV_OK)
		rc = egov__issuance_validity(options->validity, &i.wanted, err);
	if (rc != EGOV_OK)
		return rc;
	rc = prepare(&i, err);
	if (rc == EGOV_OK)
		rc = first_transaction(&i, err);
	if (rc == EGOV_OK)
		rc = sign_and_record(&i, err);
	if (rc == EGOV_OK) {
		egov__checkpoint_grown(home, before);
		rc = hand_out(&i, certificate, report, err);
	} else {
		rc = egov__refuse(home, options->actor, options->application, EGOV__ACT_ISSUE, rc, err);
	}
	issue_clear(&i);
	return rc;
}
