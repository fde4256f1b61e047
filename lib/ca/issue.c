/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "ca/application_row.h"
#include "ca/issuing.h"
#include "ca/mandate.h"

static const char art21[] = "Order No. 4, Art. 21";

/* Everything that one call of egov_issue opens. */
struct issue {
	struct egov_home *home;
	const struct egov_issue_options *options;
	struct egov_duration wanted;
	struct egov_profile *profile;
	struct egov_request *request;
	struct egov_cert *ca;
	struct egov_signer *signer;
	struct egov__application_copy application;
	struct egov_intent *intent;
	struct egov_recorded *recorded;
};

static void issue_clear(struct issue *i)
{
	egov__recorded_free(i->recorded);
	egov__intent_free(i->intent);
	egov__application_copy_clear(&i->application);
	egov_signer_close(i->signer);
	egov_cert_free(i->ca);
	egov_request_free(i->request);
	egov_profile_free(i->profile);
}

/* A request that proves nothing is refused like one that is malformed. */
static enum egov_status read_request(struct issue *i, struct egov_error *err)
{
	enum egov_status rc =
		egov_request_decode(i->options->request, EGOV__NO_SLICE, &i->request, err);

	if (rc == EGOV_E_UNTRUSTED) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	return egov_error_prefix(err, rc, "%s",
	                         i->options->request_name == NULL ? egov__text("request")
	                                                          : i->options->request_name);
}

/* Words that are no duration are wrong use, not a wish that is refused. */
static enum egov_status parse_validity(struct issue *i, struct egov_error *err)
{
	enum egov_status rc;

	if (i->options->validity == NULL)
		return EGOV_OK;
	rc = egov_duration_parse(i->options->validity, &i->wanted, err);
	if (rc == EGOV_OK)
		return rc;
	if (err != NULL)
		err->status = EGOV_E_USAGE;
	return egov_error_prefix(err, EGOV_E_USAGE, "validity");
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
		rc = read_request(i, err);
	if (rc == EGOV_OK)
		rc = egov__home_signer(i->home, EGOV_KEY_CA, &i->signer, err);
	return rc;
}

/* The gate: an approved application, once. */
static enum egov_status check_state(const struct egov__application_row *row,
                                    struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(128);
	const char *text;
	enum egov_status rc = EGOV_OK;

	if (row->state == EGOV__APPLICATION_APPROVED || row->state == EGOV__APPLICATION_ISSUING)
		return EGOV_OK;
	egov__buf_hex(&serial, row->serial);
	text = egov__buf_string(&serial);
	if (row->state == EGOV__APPLICATION_ISSUED)
		rc = egov_error_set(err, EGOV_E_POLICY, art21,
		                    "application %s was used already, for serial %s", row->id,
		                    text == NULL ? "?" : text);
	else
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is %s, not approved",
		                    row->id, egov__application_state_name(row->state));
	egov__buf_clear(&serial);
	return rc;
}

/* A new intent: judged, built, linted, recorded; the application names its serial. */
static enum egov_status intend(struct issue *i, struct egov_error *err)
{
	struct egov__application_row *row = &i->application.row;
	struct egov_application *application = NULL;
	struct egov_judged *judged = NULL;
	uint8_t serial[EGOV__SERIAL];
	enum egov_status rc = egov__application_restore(row->text, row->id, &application, err);

	if (rc == EGOV_OK)
		rc = egov__profile_judge(i->profile, application, i->request, &judged, err);
	if (rc == EGOV_OK)
		rc = egov__mandate_check_holder(i->home, i->ca, judged, err);
	if (rc == EGOV_OK) {
		const struct egov__issuing issuing = {
			.home = i->home,
			.profile = i->profile,
			.judged = judged,
			.ca = i->ca,
			.act = EGOV__ACT_ISSUE,
			.actor = i->options->actor,
			.application = row->id,
			.proofs_digest = row->proofs_digest,
			.validity = i->options->validity == NULL ? NULL : &i->wanted
		};

		rc = egov__issuing_intend(&issuing, serial, &i->intent, err);
	}
	if (rc == EGOV_OK) {
		row->state = EGOV__APPLICATION_ISSUING;
		row->serial = EGOV__SLICE(serial);
		rc = egov__store_application_put(
			egov__record_store(egov__home_record(i->home)), row, err);
		row->serial = EGOV__NO_SLICE;
	}
	egov__judged_free(judged);
	egov_application_free(application);
	return rc;
}

/* Looks for the open intent of an application. */
struct search {
	const char *application;
	uint64_t id;
	bool found;
};

static enum egov_status match_intent(void *user, const struct egov__intent_row *row,
                                     struct egov_error *err)
{
	struct search *search = user;

	(void)err;
	if (strcmp(row->application, search->application) == 0) {
		search->id = row->id;
		search->found = true;
	}
	return EGOV_OK;
}

/* An intent that a killed run left may have produced a signature: the same bytes
 * are signed again, for the same key alone. */
static enum egov_status resume(struct issue *i, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	const struct egov__application_row *row = &i->application.row;
	struct search search = { .application = row->id };
	struct egov__cert_fields fields;
	enum egov_status rc = egov__store_intent_walk(egov__record_store(record), EGOV__INTENT_OPEN,
	                                              match_intent, &search, err);

	if (rc == EGOV_OK && strcmp(row->profile, egov_profile_name(i->profile)) != 0)
		rc = egov_error_set(err, EGOV_E_POLICY, art21, "application %s is for profile %s",
		                    row->id, row->profile);
	if (rc == EGOV_OK && !search.found)
		rc = egov_error_set(err, EGOV_E_CORRUPT, "Order No. 4, Art. 24",
		                    "application %s is issuing, but has no open intent", row->id);
	if (rc == EGOV_OK)
		rc = egov__record_resume(record, search.id, &i->intent, err);
	if (rc == EGOV_OK)
		rc = egov__cert_tbs_decode(egov__tbs_der(egov__intent_tbs(i->intent)), &fields, err);
	if (rc == EGOV_OK && !egov__slice_equal(fields.spki, egov_request_public_key(i->request)))
		rc = egov_error_set(err, EGOV_E_POLICY, art21,
		                    "the request's key is not the one of application %s", row->id);
	return rc;
}

/* Transaction 1. */
static enum egov_status first_transaction(struct issue *i, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(i->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(i->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov__application_copy_get(egov__record_store(record), i->options->application,
	                                &i->application, err);
	if (rc == EGOV_E_NOTFOUND) {
		rc = EGOV_E_POLICY;
		if (err != NULL)
			err->status = rc;
	}
	if (rc == EGOV_OK)
		rc = check_state(&i->application.row, err);
	if (rc == EGOV_OK)
		rc = i->application.row.state == EGOV__APPLICATION_ISSUING ? resume(i, err)
		                                                           : intend(i, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

/* In transaction 2: the application is used up, its working copy goes (Art. 23). */
static enum egov_status use_up(void *user, struct egov_error *err)
{
	struct issue *i = user;
	struct egov_store *store = egov__record_store(egov__home_record(i->home));
	struct egov__application_row row;
	bool found = false;
	enum egov_status rc = egov__store_application_get(store, i->options->application, &row,
	                                                  &found, err);

	if (rc != EGOV_OK)
		return rc;
	if (!found || row.state != EGOV__APPLICATION_ISSUING)
		return egov_error_set(err, EGOV_E_BUSY, NULL,
		                      "another run has finished application %s",
		                      i->options->application);
	egov__application_copy_clear(&i->application);
	rc = egov__application_copy_get(store, i->options->application, &i->application, err);
	if (rc != EGOV_OK)
		return rc;
	i->application.row.state = EGOV__APPLICATION_ISSUED;
	i->application.row.text = EGOV__NO_SLICE;
	return egov__store_application_put(store, &i->application.row, err);
}

/* Another run has had the same intent's result recorded first, or has closed it:
 * the application's state says which. */
static enum egov_status came_second(struct issue *i, struct egov_error *err)
{
	enum egov_status rc;

	egov_error_clear(err);
	egov__application_copy_clear(&i->application);
	rc = egov__application_copy_get(egov__record_store(egov__home_record(i->home)),
	                                i->options->application, &i->application, err);
	if (rc == EGOV_OK)
		rc = check_state(&i->application.row, err);
	if (rc == EGOV_OK)
		rc = egov_error_set(err, EGOV_E_BUSY, NULL, "another run is at work on application %s",
		                    i->options->application);
	return rc;
}

static enum egov_status sign_and_record(struct issue *i, struct egov_error *err)
{
	const struct egov__issuing_also also = { use_up, i };
	enum egov_status rc =
		egov__issuing_finish(i->home, i->signer, i->intent, &also, &i->recorded, err);

	return rc == EGOV_E_EXISTS ? came_second(i, err) : rc;
}

static enum egov_status hand_out(const struct issue *i, struct egov_buf *certificate,
                                 struct egov_report *report, struct egov_error *err)
{
	struct egov_cert *cert = NULL;
	enum egov_status rc;

	egov__buf_slice(certificate, egov__recorded_der(i->recorded));
	rc = egov__buf_check(certificate, err);
	if (rc == EGOV_OK)
		rc = egov_cert_decode(egov__recorded_der(i->recorded), &cert, err);
	if (rc != EGOV_OK)
		return rc;
	egov__report_hex(report, "serial", egov_cert_serial(cert));
	egov__report_add(report, "application", "%s", i->options->application);
	egov__report_add(report, "profile", "%s", i->options->profile);
	egov__report_time(report, "not-before", egov_cert_not_before(cert));
	egov__report_time(report, "not-after", egov_cert_not_after(cert));
	egov_cert_free(cert);
	return egov__report_check(report, err);
}

enum egov_status egov_issue(struct egov_home *home, const struct egov_issue_options *options,
                            struct egov_buf *certificate, struct egov_report *report,
                            struct egov_error *err)
{
	struct issue i = { .home = home, .options = options };
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_ISSUE, options->actor, err);

	if (rc == EGOV_OK)
		rc = parse_validity(&i, err);
	if (rc != EGOV_OK)
		return rc;
	rc = prepare(&i, err);
	if (rc == EGOV_OK)
		rc = first_transaction(&i, err);
	if (rc == EGOV_OK)
		rc = sign_and_record(&i, err);
	if (rc == EGOV_OK)
		rc = hand_out(&i, certificate, report, err);
	else
		rc = egov__refuse(home, options->actor, options->application, EGOV__ACT_ISSUE, rc, err);
	issue_clear(&i);
	return rc;
}
