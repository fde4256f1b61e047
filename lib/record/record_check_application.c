/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "record/check.h"
#include "record/entry.h"

/* --- what the journal says of one application --- */

struct application {
	const struct egov__application_row *row;
	bool submitted, reviewed;       /* so far: entries come in order */
	bool reviewed_first;            /* before it was approved */
	uint64_t approvals;
	egov_time decided;              /* of the last approval or the rejection */
};

static enum egov_status wrong(struct egov_error *err, const struct egov__application_row *row,
                              const char *message)
{
	return egov__check_wrong(err, EGOV__N("application"), row->id, message);
}

static enum egov_status differs(struct egov_error *err, const struct egov__application_row *row)
{
	return wrong(err, row, EGOV__N("the ledger says something else than the journal"));
}

static bool text_is(const struct egov__body *body, const char *key, const char *wanted)
{
	const char *text = egov__body_get_text(body, key);

	return text != NULL && strcmp(text, wanted) == 0;
}

static bool same_object(const struct egov__body *body, const struct egov__application_row *row)
{
	return egov__body_has_hex(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->key_digest))
	       && egov__body_has_hex(body, EGOV__KEY_PROOFS_SM3, EGOV__SLICE(row->proofs_digest));
}

static enum egov_status check_commitment(const struct egov__application_row *row,
                                         struct egov_slice text, const struct egov__body *body,
                                         struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__entry_commitment(row->salt, text, digest, err);

	if (rc == EGOV_OK && !egov__body_has_hex(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest)))
		rc = wrong(err, row, EGOV__N("its text is not what the journal commits to"));
	return rc;
}

static enum egov_status see_submit(void *user, const struct egov__journal_row *entry,
                                   const struct egov__body *body, struct egov_error *err)
{
	struct application *const a = user;
	const struct egov__application_row *const row = a->row;
	uint64_t holder = 0;

	a->submitted = true;
	if (strcmp(entry->actor, row->submitter) != 0 || entry->time != row->submitted_at
	    || !text_is(body, EGOV__KEY_PROFILE, row->profile) || !same_object(body, row)
	    || !egov__body_get_number(body, EGOV__KEY_HOLDER, &holder)
	    || holder != (uint64_t)row->holder_kind
	    || !text_is(body, EGOV__KEY_IDENTITY_OPERATOR, row->identity_operator))
		return differs(err, row);
	return row->text.size > 0 ? check_commitment(row, row->text, body, err) : EGOV_OK;
}

static enum egov_status see_review(void *user, const struct egov__journal_row *entry,
                                   const struct egov__body *body, struct egov_error *err)
{
	struct application *const a = user;

	a->reviewed = true;
	if (a->submitted && strcmp(entry->actor, a->row->reviewer) == 0 && same_object(body, a->row))
		return EGOV_OK;
	return differs(err, a->row);
}

static enum egov_status see_approval(void *user, const struct egov__journal_row *entry,
                                     const struct egov__body *body, struct egov_error *err)
{
	struct application *const a = user;
	const char *const approver = a->approvals == 0 ? a->row->approver : a->row->second_approver;

	a->approvals++;
	a->decided = entry->time;
	a->reviewed_first = a->reviewed;
	if (a->submitted && strcmp(entry->actor, approver) == 0 && same_object(body, a->row))
		return EGOV_OK;
	return differs(err, a->row);
}

static enum egov_status see_rejection(void *user, const struct egov__journal_row *entry,
                                      const struct egov__body *body, struct egov_error *err)
{
	struct application *const a = user;

	a->decided = entry->time;
	return check_commitment(a->row, egov__slice_text(a->row->reason), body, err);
}

/* --- the row --- */

static enum egov_status check_steps(const struct egov__check *check, struct application *a,
                                    struct egov_error *err)
{
	const struct egov__application_row *const row = a->row;
	struct egov__entry_walk walks[] = {
		{ EGOV__KIND_APPLY_SUBMIT, see_submit, a, 0 },
		{ EGOV__KIND_APPLY_REVIEW, see_review, a, 0 },
		{ EGOV__KIND_APPLY_APPROVE, see_approval, a, 0 },
		{ EGOV__KIND_APPLY_REJECT, see_rejection, a, 0 },
	};
	const uint64_t wanted[] = {
		1, *row->reviewer != 0, (uint64_t)(*row->approver != 0) + (*row->second_approver != 0),
		row->state == EGOV__APPLICATION_REJECTED
	};
	const size_t count = sizeof(walks) / sizeof(walks[0]);
	enum egov_status rc = egov__check_entries_each(check, row->id, walks, count, err);

	for (size_t i = 0; rc == EGOV_OK && i < count; i++)
		if (walks[i].count != wanted[i])
			rc = wrong(err, row,
			           EGOV__N("its state is not what the journal says of it"));
	return rc;
}

/* Art. 21, 22: one person reviews it and another approves it; what the CA has for itself two
 * people approve. */
static bool is_approved(const struct application *a)
{
	const struct egov__application_row *const row = a->row;

	if (row->holder_kind == EGOV_HOLDER_INTERNAL)
		return a->approvals == 2 && !a->reviewed
		       && strcmp(row->approver, row->second_approver) != 0;
	return a->approvals == 1 && a->reviewed_first && strcmp(row->reviewer, row->approver) != 0;
}

/* What its own columns must have in each state. */
static bool state_fits(const struct application *a)
{
	const struct egov__application_row *const row = a->row;
	const bool decided = row->state >= EGOV__APPLICATION_APPROVED;
	static const uint8_t no_salt[sizeof(row->salt)];
	const bool gone = row->state == EGOV__APPLICATION_ISSUED
	                  || row->state == EGOV__APPLICATION_REJECTED;

	if (row->decided_at != (decided ? a->decided : EGOV_TIME_NONE) || gone != (row->text.size == 0))
		return false;
	switch (row->state) {
	case EGOV__APPLICATION_SUBMITTED:
		return *row->reviewer == 0 && row->serial.size == 0;
	case EGOV__APPLICATION_REVIEWED:
		return *row->reviewer != 0 && row->serial.size == 0;
	case EGOV__APPLICATION_APPROVED:
		return is_approved(a);
	case EGOV__APPLICATION_ISSUING:
		return is_approved(a) && row->serial.size > 0;
	case EGOV__APPLICATION_ISSUED:
		return is_approved(a) && row->serial.size > 0
		       && memcmp(row->salt, no_salt, sizeof(no_salt)) == 0;
	case EGOV__APPLICATION_REJECTED:
		return true;
	}
	return false;
}

/* Its serial's intent names it, and has come as far as its state says. */
static enum egov_status check_intent(const struct egov__check *check,
                                     const struct egov__application_row *row,
                                     struct egov_error *err)
{
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc;

	if (row->serial.size == 0)
		return EGOV_OK;
	rc = egov__store_intent_by_serial(check->store, row->serial, &intent, &found, err);
	if (rc != EGOV_OK)
		return rc;
	if (!found || strcmp(intent.application, row->id) != 0
	    || strcmp(intent.profile, row->profile) != 0
	    || memcmp(intent.proofs_digest, row->proofs_digest, sizeof(row->proofs_digest)) != 0)
		return wrong(err, row, EGOV__N("its certificate's intent is not its own"));
	if ((intent.state == EGOV__INTENT_DONE) != (row->state == EGOV__APPLICATION_ISSUED)
	    || (intent.state == EGOV__INTENT_OPEN && row->state != EGOV__APPLICATION_ISSUING))
		return wrong(err, row, EGOV__N("its state is not that of its certificate"));
	return EGOV_OK;
}

static void note_number(struct egov__check *check, const char *id)
{
	uint64_t number = 0;

	if (*id == 'A'
	    && egov__number_parse(id + 1, "application", 0, INT64_MAX, &number, NULL) == EGOV_OK
	    && number > check->application_ids)
		check->application_ids = number;
}

/* What an application lacks, the certificate that was issued on it lacks. */
static enum egov_status of_certificate(const struct egov__application_row *row,
                                       enum egov_status rc, struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(128);

	if (rc != EGOV_E_CORRUPT || row->state != EGOV__APPLICATION_ISSUED || row->serial.size == 0)
		return rc;
	egov__buf_hex(&serial, row->serial);
	if (egov__buf_string(&serial) == NULL) {
		egov_error_clear(err);
		rc = egov_error_nomem(err);
	} else {
		rc = egov_error_prefix(err, rc, "%s %s", egov__text(EGOV__N("certificate")),
		                       egov__buf_string(&serial));
	}
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status check_application(void *user, const struct egov__application_row *row,
                                          struct egov_error *err)
{
	struct egov__check *const check = user;
	struct application a = { .row = row, .decided = EGOV_TIME_NONE };
	enum egov_status rc = check_steps(check, &a, err);

	if (rc == EGOV_OK && !state_fits(&a))
		rc = wrong(err, row, EGOV__N("its columns do not fit its state"));
	if (rc == EGOV_OK)
		rc = check_intent(check, row, err);
	if (rc == EGOV_OK)
		rc = egov__check_signers(check, row->id, err);
	note_number(check, row->id);
	egov__progress_step(check->progress);
	check->applications++;
	return of_certificate(row, rc, err);
}

enum egov_status egov__check_applications(struct egov__check *check, struct egov_error *err)
{
	return egov__store_application_walk(check->store, 0, check_application, check, err);
}

/* --- from a certificate --- */

struct approval {
	uint64_t seq;
	bool found;
};

static enum egov_status see_earliest(void *user, const struct egov__journal_row *entry,
                                     const struct egov__body *body, struct egov_error *err)
{
	struct approval *approval = user;

	(void)body;
	(void)err;
	if (!approval->found)
		*approval = (struct approval){ entry->seq, true };
	return EGOV_OK;
}

/* The application is for this key; or this is the encryption half of its pair, whose key
 * came from elsewhere. */
static enum egov_status is_for(const struct egov__check *check,
                               const struct egov__certificate_row *row, bool *fits,
                               struct egov_error *err)
{
	struct egov__application_row application;
	struct egov__pair_row pair;
	bool found = false;
	enum egov_status rc =
		egov__store_application_get(check->store, row->application, &application, &found, err);

	*fits = rc == EGOV_OK && found && egov__slice_equal(application.serial, row->serial)
	        && memcmp(application.key_digest, row->key_digest, 32) == 0;
	if (rc != EGOV_OK || !found || *fits)
		return rc;
	rc = egov__store_pair_get(check->store, row->serial, &pair, &found, err);
	*fits = rc == EGOV_OK && found && egov__slice_equal(pair.encrypt_serial, row->serial)
	        && strcmp(pair.application, row->application) == 0;
	return rc;
}

/* Order No. 4, Art. 21: what was issued had been approved before. */
enum egov_status egov__check_application_of(const struct egov__check *check,
                                            const struct egov__certificate_row *row,
                                            const char *name, struct egov_error *err)
{
	struct egov__intent_row intent;
	struct approval approval = { 0 };
	struct egov__entry_walk walk = { EGOV__KIND_APPLY_APPROVE, see_earliest, &approval, 0 };
	uint64_t position;
	bool found = false, fits = false;
	enum egov_status rc;

	if (*row->application == 0)
		return EGOV_OK;
	rc = egov__store_intent_get(check->store, row->intent, &intent, &found, err);
	if (rc != EGOV_OK)
		return rc;
	position = intent.position;
	rc = is_for(check, row, &fits, err);
	if (rc == EGOV_OK && !fits)
		return egov__check_wrong(err, EGOV__N("certificate"), name,
		                         EGOV__N("its application is for something else"));
	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, row->application, &walk, err);
	if (rc == EGOV_OK && (!approval.found || approval.seq >= position))
		rc = egov__check_wrong(err, EGOV__N("certificate"), name,
		                       EGOV__N("its application was not approved before"));
	return rc;
}
