/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "crypto/sm3.h"
#include "record/check.h"
#include "record/consent.h"

/* What one check of a succession holds against another: rows that are lent live until
 * the next getter only. */
struct succession {
	const struct egov__check *check;
	const struct egov__succession_row *row;
	const char *name;               /* the successor's serial */
	struct egov_cert *old, *made;   /* made NULL: no result */
};

static enum egov_status wrong(const struct succession *s, struct egov_error *err,
                              const char *message)
{
	return egov__check_wrong(err, EGOV__N("succession"), s->name, message);
}

static enum egov_status load(const struct succession *s, struct egov_slice serial,
                             struct egov_cert **out, struct egov_error *err)
{
	struct egov__certificate_row row;
	bool found = false;
	enum egov_status rc = egov__store_certificate_get(s->check->store, serial, &row, &found, err);

	return rc == EGOV_OK && found ? egov_cert_decode(row.der, out, err) : rc;
}

static enum egov_status check_entry(const struct succession *s,
                                    const struct egov__intent_row *intent, struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov__journal_row wanted = {
		.kind = egov__succession_name((enum egov__succession)s->row->operation),
		.actor = intent->actor, .subject = s->name, .time = intent->time };
	uint64_t seq;
	enum egov_status rc;

	egov__succession_body(s->row, body);
	wanted.body = egov__body_text(body);
	rc = egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__check_one(s->check, EGOV__N("succession"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

/* Who else follows the same certificate: given up, or nobody. */
static enum egov_status check_alone(const struct succession *s, struct egov_error *err)
{
	struct egov__succession_row other;
	bool found = false;
	enum egov_status rc = egov__store_successor_get(s->check->store, s->row->predecessor, &other,
	                                                &found, err);

	if (rc == EGOV_OK && found && other.intent != s->row->intent)
		rc = wrong(s, err, EGOV__N("its predecessor has two successors"));
	return rc;
}

/* Same holder; the same key or another one; the same start (egov-issue(1)). */
static bool fits(const struct succession *s)
{
	const bool same_key = egov__slice_equal(egov_cert_public_key(s->old),
	                                        egov_cert_public_key(s->made));
	const bool later = egov_cert_not_after(s->made) > egov_cert_not_after(s->old);
	const bool same_start = egov_cert_not_before(s->made) == egov_cert_not_before(s->old);

	if (!egov__slice_equal(egov_cert_subject(s->old), egov_cert_subject(s->made)))
		return false;
	switch ((enum egov__succession)s->row->operation) {
	case EGOV__RENEW:
		return same_key && later;
	case EGOV__REKEY:
		return !same_key;
	case EGOV__EXTEND:
		return same_key && later && same_start;
	}
	return false;
}

static enum egov_status check_consent(const struct succession *s, struct egov_error *err)
{
	const struct egov_slice spki = egov_cert_public_key(s->made);
	struct egov__consent consent = {
		.operation = egov__succession_name((enum egov__succession)s->row->operation),
		.serial = s->row->predecessor };
	uint8_t digest[32];
	enum egov_status rc = egov__sm3(&spki, 1, digest, err);

	consent.key_digest = digest;
	if (rc == EGOV_OK
	    && egov__consent_verify(s->check->store, &consent, egov_cert_public_key(s->old),
	                            s->row->consent, NULL)
	               != EGOV_OK)
		rc = wrong(s, err, EGOV__N("the holder's consent does not verify"));
	return rc;
}

static enum egov_status check_made(const struct succession *s, struct egov_error *err)
{
	if (s->old == NULL)
		return wrong(s, err, EGOV__N("there is no such predecessor"));
	if (s->made == NULL)
		return EGOV_OK;
	if (!fits(s))
		return wrong(s, err, EGOV__N("its certificate does not follow its predecessor"));
	return s->row->consent.size > 0 ? check_consent(s, err) : EGOV_OK;
}

static enum egov_status check_succession(void *user, const struct egov__succession_row *row,
                                         struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct succession s = { .check = check, .row = row, .name = "?" };
	struct egov__intent_row intent;
	bool found = false, basis = false, given_up = false;
	enum egov_status rc = egov__store_intent_get(check->store, row->intent, &intent, &found, err);

	if (rc == EGOV_OK && !found)
		rc = wrong(&s, err, EGOV__N("it has no intent"));
	if (rc != EGOV_OK)
		return rc;
	egov__buf_hex(&hex, intent.serial);
	basis = (*intent.application == 0) == (row->consent.size > 0);
	given_up = intent.state == EGOV__INTENT_CLOSED;
	s.name = egov__buf_string(&hex);
	rc = s.name == NULL ? egov_error_nomem(err) : check_entry(&s, &intent, err);
	if (rc == EGOV_OK && !basis)
		rc = wrong(&s, err, EGOV__N("it rests on neither an application nor a consent alone"));
	if (rc == EGOV_OK && !given_up)
		rc = check_alone(&s, err);
	if (rc == EGOV_OK)
		rc = load(&s, row->predecessor, &s.old, err);
	if (rc == EGOV_OK) {
		rc = egov__store_intent_get(check->store, row->intent, &intent, &found, err);
		if (rc == EGOV_OK)
			rc = load(&s, intent.serial, &s.made, err);
	}
	if (rc == EGOV_OK)
		rc = check_made(&s, err);
	egov_cert_free(s.old);
	egov_cert_free(s.made);
	egov__buf_clear(&hex);
	check->successions++;
	return rc;
}

enum egov_status egov__check_successions(struct egov__check *check, struct egov_error *err)
{
	return egov__store_succession_walk(check->store, check_succession, check, err);
}

/* --- from an entry, or from a certificate --- */

enum egov_status egov__check_has_succession(const struct egov__check *check,
                                            const struct egov__journal_row *entry, bool *found,
                                            struct egov_error *err)
{
	struct egov__body *body = NULL;
	struct egov__succession_row row;
	uint64_t id = 0;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	*found = false;
	if (rc == EGOV_OK && egov__body_get_number(body, EGOV__KEY_INTENT, &id))
		rc = egov__store_succession_get(check->store, id, &row, found, err);
	if (rc == EGOV_OK && *found)
		*found = strcmp(egov__succession_name((enum egov__succession)row.operation),
		                entry->kind)
		         == 0;
	egov__body_free(body);
	return rc;
}

/* Order No. 4, Art. 21: a holder has a certificate on an application, or on the
 * certificate before it. */
enum egov_status egov__check_has_basis(const struct egov__check *check,
                                       const struct egov__certificate_row *row, const char *name,
                                       struct egov_error *err)
{
	struct egov__succession_row succession;
	bool found = false;
	enum egov_status rc;

	if (*row->application != 0 || row->is_ca)
		return EGOV_OK;
	rc = egov__store_succession_get(check->store, row->intent, &succession, &found, err);
	if (rc == EGOV_OK && !found)
		rc = egov__check_wrong(err, EGOV__N("certificate"), name,
		                       EGOV__N("it rests on no application and follows nothing"));
	return rc;
}
