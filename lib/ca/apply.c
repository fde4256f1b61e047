/* SPDX-License-Identifier: Apache-2.0 */
#include <egovca/ca.h>

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "ca/application_row.h"
#include "ca/issuing.h"
#include "crypto/sm3.h"
#include "record/entry.h"

#define REASON_MAX 500          /* characters */

static const char art21[] = "Order No. 4, Art. 21";

static void add_proofs(struct egov__body *body, const struct egov_application *application)
{
	for (int kind = 0; kind < EGOV__PROOF_COUNT; kind++) {
		const struct egov__proof *proof =
			egov__application_proof(application, (enum egov__proof_kind)kind);
		struct egov_buf key = EGOV__BUF(64);

		if (!proof->present)
			continue;
		egov__buf_printf(&key, "proof-%s-sm3", proof->kind);
		if (egov__buf_string(&key) != NULL)
			egov__body_hex_add(body, egov__buf_string(&key),
			                   EGOV__SLICE(proof->evidence_digest));
		egov__buf_clear(&key);
	}
}

/* What is approved, while the application's text is there. */
static enum egov_status add_facts(const struct egov__application_row *row,
                                  const uint8_t profile_digest[EGOV__SM3_SIZE],
                                  struct egov_buf *facts, struct egov_error *err)
{
	uint8_t commitment[EGOV__SM3_SIZE];
	enum egov_status rc = egov__entry_commitment(row->salt, row->text, commitment, err);

	egov__fact_text_add(facts, EGOV__KEY_PROFILE, row->profile);
	egov__fact_hex_add(facts, EGOV__KEY_PROFILE_SM3,
	                   (struct egov_slice){ profile_digest, EGOV__SM3_SIZE });
	egov__fact_hex_add(facts, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__fact_hex_add(facts, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	egov__fact_hex_add(facts, EGOV__KEY_COMMITMENT, EGOV__SLICE(commitment));
	return rc;
}

static enum egov_status approve_new(struct egov_home *home, const struct egov_profile *profile,
                                    const struct egov__application_row *row,
                                    struct egov_error *err)
{
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = add_facts(row, egov__profile_digest(profile).data, &facts, err);

	if (rc == EGOV_OK)
		rc = egov__approve(home, EGOV__ACT_SUBMIT, row->id, &facts, err);
	egov__buf_clear(&facts);
	return rc;
}

/* The entry and the row of a new application, in the transaction that is open. */
static enum egov_status put_new(struct egov_home *home, const struct egov_application *application,
                                const struct egov_profile *profile,
                                struct egov__application_row *row, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov__body *body = egov__body_new();
	struct egov_buf package = EGOV__BUF(8 * (size_t)EGOV__MAX_FILE);
	enum egov_status rc = egov__application_package(application, &package, err);

	egov__body_text_add(body, EGOV__KEY_PROFILE, row->profile);
	egov__body_number_add(body, EGOV__KEY_HOLDER, (uint64_t)row->holder_kind);
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	egov__body_text_add(body, EGOV__KEY_IDENTITY_OPERATOR, row->identity_operator);
	add_proofs(body, application);
	if (rc == EGOV_OK)
		rc = egov__record_private(record, body, row->text, row->salt, err);
	if (rc == EGOV_OK)
		rc = approve_new(home, profile, row, err);
	if (rc == EGOV_OK)
		rc = egov__record_append(record, EGOV__KIND_APPLY_SUBMIT, row->submitter, row->id,
		                         body, egov_buf_slice(&package), err);
	if (rc == EGOV_OK)
		rc = egov__store_application_put(egov__record_store(record), row, err);
	egov__buf_clear(&package);
	egov__body_free(body);
	return rc;
}

static enum egov_status fill_row(const struct egov_application *application,
                                 struct egov__application_row *row, struct egov_error *err)
{
	const struct egov_slice key = egov_application_key_digest(application);
	const struct egov__proof *identity =
		egov__application_proof(application, EGOV__PROOF_IDENTITY);

	row->profile = egov_application_profile(application);
	row->holder_kind = (int)egov_application_holder_kind(application);
	memcpy(row->key_digest, key.data, sizeof(row->key_digest));
	row->identity_operator = identity->present ? identity->operator: "";
	row->text = egov__application_text(application);
	return egov__application_proofs_digest(application, row->proofs_digest, err);
}

static enum egov_status submit(struct egov_home *home, const char *actor,
                               const struct egov_application *application,
                               const struct egov_profile *profile, struct egov_report *report,
                               struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	struct egov__application_row row = { .state = EGOV__APPLICATION_SUBMITTED,
		                             .submitter = actor,
		                             .reviewer = "",
		                             .approver = "",
		                             .second_approver = "",
		                             .reason = "",
		                             .submitted_at = egov_home_now(home),
		                             .decided_at = EGOV_TIME_NONE };
	struct egov_buf id = EGOV__BUF(32);
	uint64_t number = 0;
	enum egov_status rc = fill_row(application, &row, err);

	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = egov__store_counter_next(egov__record_store(record), EGOV__COUNTER_APPLICATION, &number,
	                              err);
	egov__buf_printf(&id, "A%06" PRIu64, number);
	row.id = egov__buf_string(&id);
	if (rc == EGOV_OK)
		rc = row.id == NULL ? egov_error_nomem(err) : put_new(home, application, profile, &row, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "application", "%s", row.id);
		egov__report_add(report, "state", "%s", egov__application_state_name(row.state));
		rc = egov__report_check(report, err);
	} else {
		egov__record_rollback(record);
	}
	egov__buf_clear(&id);
	return rc;
}

/* Whether it could be certified as it is, under its profile or its two. */
static enum egov_status check_profiles(struct egov_home *home,
                                       const struct egov_application *application,
                                       struct egov_profile **out, struct egov_error *err)
{
	const char *second = egov__application_encrypt_profile(application);
	struct egov_profile *profile = NULL, *encryption = NULL;
	enum egov_status rc =
		egov__home_profile(home, egov_application_profile(application), &profile, err);

	if (rc == EGOV_OK && second != NULL)
		rc = egov__home_profile(home, second, &encryption, err);
	if (rc == EGOV_OK)
		rc = second != NULL
		             ? egov__profile_check_pair(profile, encryption, application, err)
		             : egov__profile_check_application(profile, application, err);
	egov_profile_free(encryption);
	if (rc == EGOV_OK)
		*out = profile;
	else
		egov_profile_free(profile);
	return rc;
}

enum egov_status egov_apply_submit(struct egov_home *home, const char *actor, const char *file,
                                   struct egov_report *report, struct egov_error *err)
{
	struct egov_application *application = NULL;
	struct egov_profile *profile = NULL;
	enum egov_status rc = egov__actor_check(home, EGOV__ACT_SUBMIT, actor, err);

	if (rc != EGOV_OK)
		return rc;
	rc = egov_application_load(file, &application, err);
	if (rc == EGOV_OK)
		rc = check_profiles(home, application, &profile, err);
	if (rc == EGOV_OK)
		rc = egov__application_check_times(application, egov_home_now(home), err);
	if (rc == EGOV_OK)
		rc = submit(home, actor, application, profile, report, err);
	egov_profile_free(profile);
	egov_application_free(application);
	return egov__refuse(home, actor, "", EGOV__ACT_SUBMIT, rc, err);
}

/* Whether people who take part must differ is the profile's word; what they sign for
 * is the profile as it is. */
static enum egov_status ask_profile(struct egov_home *home,
                                    const struct egov__application_row *row, bool *two,
                                    struct egov_buf *facts, struct egov_error *err)
{
	struct egov_profile *profile = NULL;
	enum egov_status rc = egov__home_profile(home, row->profile, &profile, err);

	if (rc == EGOV_OK) {
		*two = egov__profile_two_people(profile);
		rc = add_facts(row, egov__profile_digest(profile).data, facts, err);
	}
	egov_profile_free(profile);
	return rc;
}

static enum egov_status wrong_state(const struct egov__application_row *row, const char *want,
                                    struct egov_error *err)
{
	return egov_error_set(err, EGOV_E_POLICY, art21, "application %s is %s, not %s", row->id,
	                      egov__application_state_name(row->state), want);
}

static enum egov_status not_identity_operator(const struct egov__application_row *row,
                                              const char *actor, bool two, const char *act,
                                              struct egov_error *err)
{
	if (!two || strcmp(actor, row->identity_operator) != 0)
		return EGOV_OK;
	return egov_error_set(err, EGOV_E_POLICY, art21,
	                      "application %s: %s checked the identity and may not %s it", row->id,
	                      actor, act);
}

/* A step of a decision: judges the row, changes it, adds to the body, names its entry. */
typedef enum egov_status decide_fn(struct egov__application_row *row, const char *actor, bool two,
                                   struct egov__body *body, struct egov_error *err);

static enum egov_status review(struct egov__application_row *row, const char *actor, bool two,
                               struct egov__body *body, struct egov_error *err)
{
	(void)body;
	if (row->holder_kind == EGOV_HOLDER_INTERNAL)
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                      "application %s is internal: two people approve it, nobody "
		                      "reviews it",
		                      row->id);
	if (row->state != EGOV__APPLICATION_SUBMITTED)
		return wrong_state(row, "submitted", err);
	row->reviewer = actor;
	row->state = EGOV__APPLICATION_REVIEWED;
	return not_identity_operator(row, actor, two, "review", err);
}

/* CA certificates of our own: two approvals by two people. */
static enum egov_status approve_internal(struct egov__application_row *row, const char *actor,
                                         struct egov_error *err)
{
	if (row->state != EGOV__APPLICATION_SUBMITTED)
		return wrong_state(row, "submitted", err);
	if (*row->approver == 0) {
		row->approver = actor;
		return EGOV_OK;
	}
	if (strcmp(row->approver, actor) == 0)
		return egov_error_set(err, EGOV_E_POLICY, "Order No. 4, Art. 22",
		                      "application %s: %s has approved it already; another person must",
		                      row->id, actor);
	row->second_approver = actor;
	row->state = EGOV__APPLICATION_APPROVED;
	return EGOV_OK;
}

static enum egov_status approve(struct egov__application_row *row, const char *actor, bool two,
                                struct egov__body *body, struct egov_error *err)
{
	(void)body;
	if (row->holder_kind == EGOV_HOLDER_INTERNAL)
		return approve_internal(row, actor, err);
	if (row->state != EGOV__APPLICATION_REVIEWED)
		return wrong_state(row, "reviewed", err);
	if (strcmp(actor, row->reviewer) == 0)
		return egov_error_set(err, EGOV_E_POLICY, art21,
		                      "application %s: %s reviewed it and may not approve it", row->id,
		                      actor);
	row->approver = actor;
	row->state = EGOV__APPLICATION_APPROVED;
	return not_identity_operator(row, actor, two, "approve", err);
}

static enum egov_status commit_to_reason(const struct egov__application_row *row,
                                         uint8_t digest[EGOV__SM3_SIZE], struct egov_error *err)
{
	return egov__entry_commitment(row->salt, egov__slice_text(row->reason), digest, err);
}

/* The working copy goes with a rejection (Art. 23); the sealed package stays.  The
 * reason's salt follows from the text's, so that who signs elsewhere signs the same. */
static enum egov_status reject(struct egov__application_row *row, const char *actor, bool two,
                               struct egov__body *body, struct egov_error *err)
{
	const struct egov_slice old = EGOV__SLICE(row->salt);
	uint8_t salt[EGOV__SM3_SIZE], digest[EGOV__SM3_SIZE];
	enum egov_status rc;

	(void)actor;
	(void)two;
	if (row->state == EGOV__APPLICATION_ISSUING || row->state == EGOV__APPLICATION_ISSUED
	    || row->state == EGOV__APPLICATION_REJECTED)
		return wrong_state(row, "open", err);
	row->state = EGOV__APPLICATION_REJECTED;
	row->text = EGOV__NO_SLICE;
	rc = egov__sm3(&old, 1, salt, err);
	memcpy(row->salt, salt, sizeof(salt));
	if (rc == EGOV_OK)
		rc = commit_to_reason(row, digest, err);
	if (rc == EGOV_OK)
		egov__body_hex_add(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest));
	return rc;
}

static enum egov_status put_decision(struct egov_home *home, const char *kind, const char *actor,
                                     const struct egov__application_row *row,
                                     struct egov__body *body, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc;

	if (row->state != EGOV__APPLICATION_REJECTED) {
		egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
		egov__body_hex_add(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	}
	rc = egov__record_append(record, kind, actor, row->id, body,
	                         egov__slice_text(row->reason), err);
	if (rc == EGOV_OK)
		rc = egov__store_application_put(egov__record_store(record), row, err);
	return rc;
}

static enum egov_status add_rejection(const struct egov__application_row *row,
                                      struct egov_buf *facts, struct egov_error *err)
{
	uint8_t commitment[EGOV__SM3_SIZE];
	enum egov_status rc = commit_to_reason(row, commitment, err);

	egov__fact_hex_add(facts, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest));
	egov__fact_hex_add(facts, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
	if (rc == EGOV_OK)
		egov__fact_hex_add(facts, EGOV__KEY_COMMITMENT, EGOV__SLICE(commitment));
	return rc;
}

/* What a decision is made of. */
struct decision {
	const char *act, *kind, *actor, *id;
	const char *reason;             /* of a rejection, else NULL */
	decide_fn *decide;
};

static enum egov_status decide_inside(struct egov_home *home, const struct decision *d,
                                      struct egov_report *report, struct egov_error *err)
{
	struct egov__application_copy copy = { 0 };
	struct egov__body *body = egov__body_new();
	struct egov_buf facts = EGOV__BUF(EGOV__MAX_OBJECT);
	bool two = true;
	enum egov_status rc = egov__application_copy_get(
		egov__record_store(egov__home_record(home)), d->id, &copy, err);

	if (rc == EGOV_OK && d->reason == NULL)
		rc = ask_profile(home, &copy.row, &two, &facts, err);
	if (rc == EGOV_OK) {
		if (d->reason != NULL)
			copy.row.reason = d->reason;
		rc = d->decide(&copy.row, d->actor, two, body, err);
	}
	if (copy.row.state >= EGOV__APPLICATION_APPROVED)
		copy.row.decided_at = egov_home_now(home);
	if (rc == EGOV_OK && d->reason != NULL)
		rc = add_rejection(&copy.row, &facts, err);
	if (rc == EGOV_OK)
		rc = egov__approve(home, d->act, d->id, &facts, err);
	if (rc == EGOV_OK)
		rc = put_decision(home, d->kind, d->actor, &copy.row, body, err);
	if (rc == EGOV_OK) {
		egov__report_add(report, "application", "%s", d->id);
		egov__report_add(report, "state", "%s",
		                 egov__application_state_name(copy.row.state));
		rc = egov__report_check(report, err);
	}
	egov__buf_clear(&facts);
	egov__body_free(body);
	egov__application_copy_clear(&copy);
	return rc;
}

static enum egov_status decide(struct egov_home *home, const struct decision *d,
                               struct egov_report *report, struct egov_error *err)
{
	struct egov_record *record = egov__home_record(home);
	enum egov_status rc = egov__actor_check(home, d->act, d->actor, err);

	if (rc == EGOV_OK)
		rc = egov__record_begin(record, egov_home_now(home), err);
	if (rc != EGOV_OK)
		return rc;
	rc = decide_inside(home, d, report, err);
	if (rc == EGOV_OK)
		rc = egov__record_commit(record, err);
	if (rc == EGOV_OK)
		return rc;
	egov__record_rollback(record);
	return egov__refuse(home, d->actor, d->id, d->act, rc, err);
}

enum egov_status egov_apply_review(struct egov_home *home, const char *actor, const char *id,
                                   struct egov_report *report, struct egov_error *err)
{
	const struct decision d = { EGOV__ACT_REVIEW, EGOV__KIND_APPLY_REVIEW, actor, id, NULL, review };

	return decide(home, &d, report, err);
}

enum egov_status egov_apply_approve(struct egov_home *home, const char *actor, const char *id,
                                    struct egov_report *report, struct egov_error *err)
{
	const struct decision d = { EGOV__ACT_APPROVE, EGOV__KIND_APPLY_APPROVE, actor, id, NULL, approve };

	return decide(home, &d, report, err);
}

enum egov_status egov_apply_reject(struct egov_home *home, const char *actor, const char *id,
                                   const char *reason, struct egov_report *report,
                                   struct egov_error *err)
{
	const struct decision d = { EGOV__ACT_REJECT, EGOV__KIND_APPLY_REJECT, actor, id, reason, reject };

	const struct egov_slice text = egov__slice_text(reason == NULL ? "" : reason);
	size_t characters = 0;

	if (text.size == 0 || !egov__utf8_check(text, &characters) || characters > REASON_MAX
	    || egov__utf8_has_control(text))
		return egov_error_set(err, EGOV_E_USAGE, art21,
		                      "reason: want why, 1 to %d characters on one line", REASON_MAX);
	return decide(home, &d, report, err);
}
