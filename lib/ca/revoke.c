/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <string.h>

#include "ca/application_row.h"
#include "ca/asked.h"
#include "ca/hold.h"
#include "ca/issuing.h"
#include "crypto/sm3.h"

static const char rfc5280[] = "RFC 5280, 5.3.1";

struct revoke {
	struct egov_home *home;
	const struct egov_revoke_options *options;
	int reason;
	struct egov_buf serial;
	struct egov_buf other;          /* what was revoked with it */
	struct egov_buf *evidence;
	struct egov__standing_row standing;
	bool stands;                    /* that is of the open transaction */
	egov_time not_after, revoked_at;
	uint8_t key_digest[32];
	uint64_t intent;                /* the open one that this closes; 0: none */
	struct egov_buf application;    /* of that intent */
};

/* removeFromCRL undoes, certificateHold can be undone: neither revokes for good. */
static enum egov_status parse_reason(struct revoke *r, struct egov_error *err)
{
	const char *name = r->options->reason;

	r->reason = egov_reason_by_name(name);
	if (r->reason < 0)
		return egov_error_set(err, EGOV_E_USAGE, rfc5280,
		                      "reason \"%.40s\": want unspecified, keyCompromise, "
		                      "cACompromise, affiliationChanged, superseded, "
		                      "cessationOfOperation, privilegeWithdrawn or aACompromise",
		                      name);
	if (r->reason == 6 || r->reason == 8)
		return egov_error_set(err, EGOV_E_UNSUPPORTED, rfc5280,
		                      "reason %s: a hold is no revocation: --hold, --release", name);
	return EGOV_OK;
}

static enum egov_status check_reported(const struct egov_revoke_options *o, egov_time now,
                                       struct egov_error *err)
{
	if (o->reported_at != EGOV_TIME_NONE && o->reported_at > now)
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 18(1)",
		                      "it was reported in the future");
	return EGOV_OK;
}

static enum egov_status check_invalidity(const struct egov_revoke_options *o, egov_time now,
                                         struct egov_error *err)
{
	if (o->invalidity_date != EGOV_TIME_NONE && o->invalidity_date > now)
		return egov_error_set(err, EGOV_E_POLICY, "RFC 5280, 5.3.2",
		                      "the invalidity date lies in the future");
	return EGOV_OK;
}

/* An intent of this serial without a result: it may have produced a signature. */
static enum egov_status find_intent(struct revoke *r, struct egov_error *err)
{
	struct egov__intent_row row;
	struct egov__cert_fields fields;
	bool found = false;
	enum egov_status rc =
		egov__store_intent_by_serial(egov__record_store(egov__home_record(r->home)),
	                                     egov_buf_slice(&r->serial), &row, &found, err);

	if (rc == EGOV_OK && (!found || row.state != EGOV__INTENT_OPEN))
		rc = egov_error_set(err, EGOV_E_NOTFOUND, NULL,
		                    "no certificate of this CA has this serial");
	if (rc == EGOV_OK)
		rc = egov__cert_tbs_decode(row.tbs, &fields, err);
	if (rc == EGOV_OK)
		rc = egov__sm3(&fields.spki, 1, r->key_digest, err);
	if (rc != EGOV_OK)
		return rc;
	r->intent = row.id;
	r->not_after = fields.not_after;
	egov__buf_text(&r->application, row.application);
	return egov__buf_check(&r->application, err);
}

static enum egov_status find_standing(struct revoke *r, struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(r->home));

	r->stands = egov__store_in_transaction(store);
	return egov__store_standing_get(store, egov_buf_slice(&r->serial), &r->standing, err);
}

static enum egov_status find_certificate(struct revoke *r, struct egov_error *err)
{
	enum egov_status rc = r->stands ? EGOV_OK : find_standing(r, err);

	if (rc != EGOV_OK)
		return rc;
	if (!r->standing.issued)
		return find_intent(r, err);
	r->not_after = r->standing.not_after;
	memcpy(r->key_digest, r->standing.key_digest, sizeof(r->key_digest));
	return EGOV_OK;
}

/* The application of an intent that is given up can never be issued on. */
static enum egov_status close_intent(struct revoke *r, struct egov_error *err)
{
	static const char why[] = "revoked before its certificate was recorded";
	struct egov_record *record = egov__home_record(r->home);
	struct egov__application_copy copy = { 0 };
	struct egov__body *body = NULL;
	const char *id = egov__buf_string(&r->application);
	enum egov_status rc = egov__record_close_intent(record, r->intent, r->options->actor, why, err);

	if (rc != EGOV_OK || id == NULL || *id == 0)
		return rc;
	rc = egov__application_copy_get(egov__record_store(record), id, &copy, err);
	if (rc == EGOV_OK) {
		body = egov__body_new();
		copy.row.state = EGOV__APPLICATION_REJECTED;
		copy.row.reason = why;
		copy.row.decided_at = egov_home_now(r->home);
		copy.row.text = EGOV__NO_SLICE;
		rc = egov__record_private(record, body, egov__slice_text(why), copy.row.salt, err);
	}
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_APPLY_REJECT, r->options->actor, id, body,
		                         egov__slice_text(why), err);
	if (rc == EGOV_OK)
		rc = egov__store_application_put(egov__record_store(record), &copy.row, err);
	egov__body_free(body);
	egov__application_copy_clear(&copy);
	return rc;
}

/* What an operator signs for. */
static enum egov_status approve(struct revoke *r, const struct egov__revoked_row *row,
                                const char *subject, struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc;

	if (!egov__approve_is_signed(r->home))
		return egov__approve(r->home, EGOV__ACT_REVOKE, subject, &facts, err);
	rc = egov__asked_facts(row->serial, row->requested_by, egov_buf_slice(r->evidence), &facts,
	                       err);
	egov__fact_text_add(&facts, EGOV__KEY_REASON, egov_reason_name(row->reason));
	if (row->invalidity_date != EGOV_TIME_NONE)
		egov__fact_time_add(&facts, EGOV__KEY_INVALIDITY_DATE, row->invalidity_date);
	if (row->reported_at != EGOV_TIME_NONE)
		egov__fact_time_add(&facts, EGOV__KEY_REPORTED, row->reported_at);
	if (rc == EGOV_OK)
		rc = egov__approve(r->home, EGOV__ACT_REVOKE, subject, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

static enum egov_status record_revocation(struct revoke *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	struct egov__revoked_row row = { .serial = egov_buf_slice(&r->serial),
		                         .revoked_at = egov_home_now(r->home),
		                         .reason = r->reason,
		                         .invalidity_date = r->options->invalidity_date,
		                         .not_after = r->not_after,
		                         .requested_by = r->options->requested_by,
		                         .reported_at = r->options->reported_at };
	struct egov_buf hex = EGOV__BUF(128);
	struct egov__body *body = egov__body_new();
	enum egov_status rc;

	memcpy(row.key_digest, r->key_digest, sizeof(row.key_digest));
	egov__buf_hex(&hex, row.serial);
	rc = egov__buf_string(&hex) == NULL ? egov_error_nomem(err)
	                                    : approve(r, &row, egov__buf_string(&hex), err);
	if (rc == EGOV_OK && r->standing.held)
		rc = egov__hold_revoked(r->home, row.serial, &row.revoked_at, err);
	r->revoked_at = row.revoked_at;
	egov__body_hex_add(body, EGOV__KEY_SERIAL, row.serial);
	egov__body_text_add(body, EGOV__KEY_REASON, egov_reason_name(r->reason));
	egov__body_time_add(body, EGOV__KEY_REVOKED_AT, row.revoked_at);
	if (row.invalidity_date != EGOV_TIME_NONE)
		egov__body_time_add(body, EGOV__KEY_INVALIDITY_DATE, row.invalidity_date);
	if (row.reported_at != EGOV_TIME_NONE)
		egov__body_time_add(body, EGOV__KEY_REPORTED, row.reported_at);
	egov__body_time_add(body, EGOV__KEY_NOT_AFTER, row.not_after);
	if (rc == EGOV_OK)
		rc = egov__record_private(record, body, egov__slice_text(row.requested_by), row.salt,
		                          err);
	if (rc == EGOV_OK)
		rc = egov__store_revoked_add(egov__record_store(record), &row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_REVOKE, r->options->actor,
		                         egov__buf_string(&hex), body, egov_buf_slice(r->evidence),
		                         err);
	egov__buf_clear(&hex);
	egov__body_free(body);
	return rc;
}

static enum egov_status revoke_one(struct revoke *r, struct egov_error *err)
{
	enum egov_status rc = record_revocation(r, err);

	return rc == EGOV_OK && r->intent != 0 ? close_intent(r, err) : rc;
}

/* The serial of the other half where there is one that is not revoked yet. */
static enum egov_status find_other(const struct revoke *r, struct egov_buf *serial,
                                   struct egov_error *err)
{
	struct egov_store *store = egov__record_store(egov__home_record(r->home));
	const struct egov_slice mine = egov_buf_slice(&r->serial);
	struct egov__revoked_row revoked;
	struct egov__pair_row pair;
	bool found = false;
	enum egov_status rc = egov__store_pair_get(store, mine, &pair, &found, err);

	if (rc != EGOV_OK || !found)
		return rc;
	egov__buf_slice(serial, egov__slice_equal(pair.sign_serial, mine) ? pair.encrypt_serial
	                                                                 : pair.sign_serial);
	rc = egov__buf_check(serial, err);
	if (rc == EGOV_OK)
		rc = egov__store_revoked_get(store, egov_buf_slice(serial), &revoked, &found, err);
	if (rc == EGOV_OK && found)
		egov_buf_reset(serial);
	return rc;
}

/* Who loses one key of a pair loses the other, unless it is said otherwise; intents are
 * given up together in any case, since they are signed together. */
static enum egov_status revoke_other(struct revoke *r, struct egov_error *err)
{
	struct revoke other = { .home = r->home,
		                .options = r->options,
		                .reason = r->reason,
		                .serial = EGOV__BUF(EGOV__MAX_OBJECT),
		                .evidence = r->evidence,
		                .application = EGOV__BUF(64) };
	enum egov_status rc = EGOV_OK;

	if (r->standing.paired && (!r->options->alone || r->intent != 0))
		rc = find_other(r, &other.serial, err);
	if (rc == EGOV_OK && other.serial.size > 0) {
		rc = find_certificate(&other, err);
		egov_buf_reset(&other.application);     /* it is rejected already */
		if (rc == EGOV_OK)
			rc = revoke_one(&other, err);
		egov__buf_slice(&r->other, egov_buf_slice(&other.serial));
	}
	egov__buf_clear(&other.application);
	egov__buf_clear(&other.serial);
	return rc;
}

static enum egov_status transaction(struct revoke *r, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(r->home);
	enum egov_status rc = egov__record_begin(record, egov_home_now(r->home), err);

	if (rc != EGOV_OK)
		return rc;
	rc = find_certificate(r, err);
	if (rc == EGOV_OK)
		rc = revoke_one(r, err);
	if (rc == EGOV_OK)
		rc = revoke_other(r, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc != EGOV_OK)
		egov__record_rollback(record);
	return rc;
}

static enum egov_status report_revocation(struct revoke *r, struct egov_report *report,
                                          struct egov_error *err)
{
	egov__report_hex(report, "serial", egov_buf_slice(&r->serial));
	egov__report_add(report, "state", "revoked");
	egov__report_add(report, "reason", "%s", egov_reason_name(r->reason));
	egov__report_time(report, "revoked-at", r->revoked_at);
	if (r->other.size > 0)
		egov__report_hex(report, "revoked-too", egov_buf_slice(&r->other));
	return egov__report_check(report, err);
}

/* An earlier run of the same list got as far: that is said, and nothing is done. */
static enum egov_status find_done(struct revoke *r, bool *done, struct egov_report *report,
                                  struct egov_error *err)
{
	const struct egov__standing_row *const standing = &r->standing;
	enum egov_status rc = EGOV_OK;

	if (r->options->again != 0)
		rc = find_standing(r, err);
	*done = rc == EGOV_OK && standing->revoked && standing->reason == r->reason;
	if (!*done)
		return rc;
	egov__report_hex(report, "serial", egov_buf_slice(&r->serial));
	egov__report_add(report, "state", "revoked");
	egov__report_add(report, "already", "yes");
	return egov__report_check(report, err);
}

enum egov_status egov_revoke(struct egov_home *home, const struct egov_revoke_options *options,
                             struct egov_report *report, struct egov_error *err)
{
	struct revoke r = { .home = home,
		            .options = options,
		            .serial = EGOV__BUF(EGOV__MAX_OBJECT),
		            .other = EGOV__BUF(EGOV__MAX_OBJECT),
		            .application = EGOV__BUF(64) };
	const struct egov__asked asked = { options->serial, options->certificate,
		                           options->requested_by, options->evidence };
	bool done = false;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_REVOKE, options->actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = parse_reason(&r, err);
	if (rc == EGOV_OK)
		rc = egov__asked_who(options->requested_by, err);
	if (rc == EGOV_OK)
		rc = check_invalidity(options, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = check_reported(options, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = egov__asked_serial(home, &asked, &r.serial, err);
	if (rc == EGOV_OK)
		rc = find_done(&r, &done, report, err);
	if (rc == EGOV_OK && !done)
		rc = egov__asked_evidence(&asked, &r.evidence, err);
	if (rc == EGOV_OK && !done)
		rc = transaction(&r, err);
	if (rc == EGOV_OK && !done)
		rc = report_revocation(&r, report, err);
	else if (rc != EGOV_OK)
		rc = egov__refuse(home, options->actor,
		                  options->serial != NULL ? options->serial : "", EGOV__ACT_REVOKE, rc, err);
	egov_buf_free(r.evidence);
	egov__buf_clear(&r.other);
	egov__buf_clear(&r.serial);
	egov__buf_clear(&r.application);
	return rc;
}
