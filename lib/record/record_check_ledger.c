/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cert/signed.h"
#include "crypto/sm3.h"
#include "record/check.h"
#include "record/inner.h"
#include "record/result.h"

static const char clause[] = "Order No. 4, Art. 24";

/* --- what entries speak of --- */

static enum egov_status missing(struct egov_error *err, const char *what)
{
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "the ledger has no %s that it speaks of",
	                      egov__text(what));
}

static enum egov_status has_setting(const struct egov__check *check, const char *subject,
                                    bool *found, struct egov_error *err)
{
	struct egov_buf value = EGOV__BUF(EGOV__MAX_FILE);
	enum egov_status rc = egov__store_meta_get(check->store, subject, &value, found, err);

	egov__buf_clear(&value);
	return rc;
}

static enum egov_status has_lease(const struct egov__check *check, const char *subject, bool *found,
                                  struct egov_error *err)
{
	*found = strcmp(subject, EGOV__LEASE_SUBJECT) == 0;
	return *found ? has_setting(check, EGOV__META_CRL_HOLDER, found, err) : EGOV_OK;
}

static enum egov_status has_policy(const struct egov__check *check, const char *subject,
                                   bool *found, struct egov_error *err)
{
	struct egov__policy_row row;

	return egov__store_policy_get(check->store, subject, &row, found, err);
}

static enum egov_status has_generation(const struct egov__check *check, const char *subject,
                                       bool *found, struct egov_error *err)
{
	static const char prefix[] = "ca-key-";
	struct egov__generation_row row;
	uint64_t number = 0;

	*found = false;
	if (strncmp(subject, prefix, strlen(prefix)) != 0
	    || egov__number_parse(subject + strlen(prefix), "generation", 1, EGOV__GENERATIONS,
	                          &number, NULL)
	               != EGOV_OK)
		return EGOV_OK;
	return egov__store_generation_get(check->store, number, &row, found, err);
}

static enum egov_status has_application(const struct egov__check *check, const char *subject,
                                        bool *found, struct egov_error *err)
{
	struct egov__application_row row;

	return egov__store_application_get(check->store, subject, &row, found, err);
}

static enum egov_status has_key_request(const struct egov__check *check, const char *subject,
                                        bool *found, struct egov_error *err)
{
	struct egov__key_request_row row;

	return egov__store_key_request_get(check->store, subject, &row, found, err);
}

static enum egov_status has_pair(const struct egov__check *check, const char *subject, bool *found,
                                 struct egov_error *err)
{
	struct egov__pair_row row;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__check_found(egov__hex_parse(subject, "serial", &serial, NULL), err);

	*found = false;
	if (rc == EGOV_OK)
		rc = egov__store_pair_get(check->store, egov_buf_slice(&serial), &row, found, err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	*found = rc == EGOV_OK && *found
	         && egov__slice_equal(row.sign_serial, egov_buf_slice(&serial));
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status has_revocation(const struct egov__check *check, const char *subject,
                                       bool *found, struct egov_error *err)
{
	struct egov__revoked_row row;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__check_found(egov__hex_parse(subject, "serial", &serial, NULL), err);

	*found = false;
	if (rc == EGOV_OK)
		rc = egov__store_revoked_get(check->store, egov_buf_slice(&serial), &row, found, err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	egov__buf_clear(&serial);
	return rc;
}

static enum egov_status has_crl(const struct egov__check *check, const char *subject, bool *found,
                                struct egov_error *err)
{
	static const char prefix[] = "crl-";
	struct egov__crl_row row;
	uint64_t number = 0;

	*found = false;
	if (strncmp(subject, prefix, strlen(prefix)) != 0
	    || egov__number_parse(subject + strlen(prefix), "number", 0, INT64_MAX, &number, NULL)
	               != EGOV_OK)
		return EGOV_OK;
	return egov__store_crl_row(check->store, number, &row, found, err);
}

/* Kinds about an intent name it; the rest is asked from the intent's side. */
static enum egov_status check_intent_entry(const struct egov__check *check,
                                           const struct egov__journal_row *entry,
                                           struct egov_error *err)
{
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__body *body = NULL;
	struct egov__intent_row row;
	uint64_t id = 0;
	bool found = false;
	const char *text = NULL;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	if (rc == EGOV_OK && egov__body_get_number(body, EGOV__KEY_INTENT, &id))
		rc = egov__store_intent_get(check->store, id, &row, &found, err);
	if (rc == EGOV_OK && found) {
		egov__record_subject(&row, &subject);
		text = egov__buf_string(&subject);
		rc = egov__buf_check(&subject, err);
	}
	if (rc == EGOV_OK && (text == NULL || strcmp(text, entry->subject) != 0))
		rc = missing(err, EGOV__N("intent"));
	egov__buf_clear(&subject);
	egov__body_free(body);
	return rc;
}

/* Kinds of which a subject can have several entries. */
static enum egov_status check_event(const struct egov__check *check,
                                    const struct egov__journal_row *entry, struct egov_error *err)
{
	static const struct {
		const char *kind, *what;
		enum egov_status (*has)(const struct egov__check *, const struct egov__journal_row *,
		                        bool *, struct egov_error *);
	} kinds[] = {
		{ EGOV__KIND_HOLD, EGOV__N("hold"), egov__check_has_hold },
		{ EGOV__KIND_RELEASE, EGOV__N("hold"), egov__check_has_hold },
		{ "renew", EGOV__N("succession"), egov__check_has_succession },
		{ "rekey", EGOV__N("succession"), egov__check_has_succession },
		{ "extend", EGOV__N("succession"), egov__check_has_succession },
		{ EGOV__KIND_CEREMONY, EGOV__N("intent"), egov__check_ceremony },
		{ EGOV__KIND_TRANSFER_OUT, EGOV__N("transfer packet"), egov__check_has_transfer },
		{ EGOV__KIND_TRANSFER_IN, EGOV__N("transfer packet"), egov__check_has_transfer },
		{ EGOV__KIND_RECONCILED, EGOV__N("revocation"), egov__check_has_reconciled },
		{ EGOV__KIND_RECONCILE, EGOV__N("revocation"), egov__check_reconcile },
		{ EGOV__KIND_LEGAL_HOLD, EGOV__N("certificate"), egov__check_legal_hold },
		{ EGOV__KIND_LEGAL_RELEASE, EGOV__N("certificate"), egov__check_legal_hold },
	};
	bool found = false;
	enum egov_status rc;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, entry->kind) != 0)
			continue;
		rc = kinds[i].has(check, entry, &found, err);
		return rc == EGOV_OK && !found ? missing(err, kinds[i].what) : rc;
	}
	return EGOV_OK;
}

enum egov_status egov__check_subject(const struct egov__check *check,
                                     const struct egov__journal_row *entry,
                                     struct egov_error *err)
{
	static const struct {
		const char *kind, *what;
		enum egov_status (*has)(const struct egov__check *, const char *, bool *,
		                        struct egov_error *);
	} kinds[] = {
		{ EGOV__KIND_INTENT, NULL, NULL },
		{ EGOV__KIND_INTENT_CLOSED, NULL, NULL },
		{ EGOV__KIND_ISSUE, NULL, NULL },
		{ EGOV__KIND_CRL, NULL, NULL },
		{ EGOV__KIND_REQUEST, NULL, NULL },
		{ EGOV__KIND_PUBLISH, EGOV__N("CRL"), has_crl },
		{ EGOV__KIND_SETTING, EGOV__N("setting"), has_setting },
		{ EGOV__KIND_CRL_IMPORT, EGOV__N("imported list"), egov__check_has_import },
		{ EGOV__KIND_IMPORT_PUBLISH, EGOV__N("imported list"), egov__check_has_import },
		{ EGOV__KIND_LEASE, EGOV__N("setting"), has_lease },
		{ EGOV__KIND_ARCHIVE, EGOV__N("archive"), egov__check_has_archive },
		{ EGOV__KIND_ARCHIVE_RETURN, EGOV__N("archive"), egov__check_has_archive },
		{ EGOV__KIND_POLICY, EGOV__N("policy"), has_policy },
		{ EGOV__KIND_CA_KEY, EGOV__N("generation of the CA's key"), has_generation },
		{ EGOV__KIND_ROLLOVER, EGOV__N("generation of the CA's key"), has_generation },
		{ EGOV__KIND_KEY_DESTROY, EGOV__N("generation of the CA's key"), has_generation },
		{ EGOV__KIND_KEY_DESTROYED, EGOV__N("generation of the CA's key"), has_generation },
		{ EGOV__KIND_REVOKE, EGOV__N("revocation"), has_revocation },
		{ EGOV__KIND_RESUME, NULL, NULL },
		{ EGOV__KIND_KEY_REQUEST, EGOV__N("key request"), has_key_request },
		{ EGOV__KIND_PAIR, EGOV__N("pair"), has_pair },
		{ EGOV__KIND_APPLY_SUBMIT, EGOV__N("application"), has_application },
		{ EGOV__KIND_APPLY_REVIEW, EGOV__N("application"), has_application },
		{ EGOV__KIND_APPLY_APPROVE, EGOV__N("application"), has_application },
		{ EGOV__KIND_APPLY_REJECT, EGOV__N("application"), has_application },
	};
	bool found = false;
	enum egov_status rc;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, entry->kind) != 0)
			continue;
		if (kinds[i].has == NULL)
			return check_intent_entry(check, entry, err);
		rc = kinds[i].has(check, entry->subject, &found, err);
		return rc == EGOV_OK && !found ? missing(err, kinds[i].what) : rc;
	}
	return check_event(check, entry, err);
}

/* --- settings and counters --- */

struct setting {
	uint8_t digest[32];
	bool last_fits;
};

static enum egov_status see_setting(void *user, const struct egov__journal_row *entry,
                                    const struct egov__body *body, struct egov_error *err)
{
	struct setting *setting = user;

	(void)entry;
	(void)err;
	setting->last_fits = egov__body_has_hex(body, EGOV__KEY_SM3, EGOV__SLICE(setting->digest));
	return EGOV_OK;
}

static enum egov_status check_setting(void *user, const char *name, struct egov_slice value,
                                      struct egov_error *err)
{
	const struct egov__check *const check = user;
	struct setting setting = { .last_fits = false };
	struct egov__entry_walk walk = { EGOV__KIND_SETTING, see_setting, &setting, 0 };
	bool lease = false;
	enum egov_status rc;

	if (strcmp(name, EGOV__META_JOURNAL_HEAD) == 0)
		return EGOV_OK;
	rc = egov__check_lease(check, name, value, &lease, err);
	if (rc != EGOV_OK || lease)
		return rc;
	rc = egov__sm3(&value, 1, setting.digest, err);
	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, name, &walk, err);
	if (rc == EGOV_OK && !setting.last_fits)
		rc = egov__check_wrong(err, EGOV__N("setting"), name,
		                       EGOV__N("its value is not the last of the journal"));
	return rc;
}

enum egov_status egov__check_counters(const struct egov__check *check, struct egov_error *err)
{
	const struct {
		const char *name;
		uint64_t used;
	} counters[] = {
		{ EGOV__COUNTER_SERIAL, check->serials },
		{ EGOV__COUNTER_CRL, check->crl_numbers },
		{ EGOV__COUNTER_APPLICATION, check->application_ids },
	};
	uint64_t value = 0;
	enum egov_status rc = EGOV_OK;

	for (size_t i = 0; rc == EGOV_OK && i < sizeof(counters) / sizeof(counters[0]); i++) {
		rc = egov__store_counter_get(check->store, counters[i].name, &value, err);
		if (rc == EGOV_OK && value < counters[i].used)
			rc = egov__check_wrong(err, EGOV__N("counter"), counters[i].name,
			                       EGOV__N("is behind what was used of it"));
	}
	return rc;
}

/* --- policies --- */

static enum egov_status see_policy(void *user, const struct egov__journal_row *entry,
                                   const struct egov__body *body, struct egov_error *err)
{
	const struct egov__policy_row *const row = user;
	egov_time published, effective;

	(void)entry;
	if (egov__body_has_hex(body, EGOV__KEY_SM3, EGOV__SLICE(row->digest))
	    && egov__body_get_time(body, EGOV__KEY_PUBLISHED, &published)
	    && egov__body_get_time(body, EGOV__KEY_EFFECTIVE, &effective)
	    && published == row->published && effective == row->effective)
		return EGOV_OK;
	return egov__check_wrong(err, EGOV__N("policy"), row->version,
	                         EGOV__N("the ledger says something else than the journal"));
}

static enum egov_status check_policy(void *user, const struct egov__policy_row *row,
                                     struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov__policy_row copy = *row;
	struct egov__entry_walk walk = { EGOV__KIND_POLICY, see_policy, &copy, 0 };
	uint8_t digest[32];
	enum egov_status rc = egov__sm3(&row->file, 1, digest, err);

	if (rc == EGOV_OK && memcmp(digest, row->digest, sizeof(digest)) != 0)
		rc = egov__check_wrong(err, EGOV__N("policy"), row->version,
		                       EGOV__N("its text is not that of its digest"));
	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, row->version, &walk, err);
	if (rc == EGOV_OK && walk.count != 1)
		rc = egov__check_wrong(err, EGOV__N("policy"), row->version,
		                       EGOV__N("the journal does not have it once"));
	check->policies++;
	return rc;
}

/* --- intents --- */

static const char *result_kind(const struct egov__intent_row *row)
{
	return row->kind == EGOV_OBJECT_CERTIFICATE ? EGOV__KIND_ISSUE
	       : row->kind == EGOV_OBJECT_CRL       ? EGOV__KIND_CRL
	                                            : EGOV__KIND_REQUEST;
}

/* Those of a list are kept elsewhere for good: beside its algorithm are none. */
static enum egov_status check_intent_bytes(const struct egov__check *check,
                                           const struct egov__intent_row *row, const char *name,
                                           struct egov_error *err)
{
	uint8_t digest[32];
	const bool list = row->kind == EGOV_OBJECT_CRL;
	struct egov_error why = { 0 };
	enum egov_status rc;

	if (row->state == EGOV__INTENT_DONE)
		return row->algorithm.size == 0
		               ? EGOV_OK
		               : egov__check_wrong(err, EGOV__N("intent"), name,
		                                   EGOV__N("has bytes to sign beside its result"));
	rc = egov__check_read(egov__intent_digest(check->store, row, digest, &why), &why, err);
	if (rc == EGOV_E_CORRUPT
	    || (rc == EGOV_OK && (memcmp(digest, row->tbs_digest, sizeof(digest)) != 0
	                          || row->algorithm.size == 0 || (list && row->tbs.size > 0))))
		rc = egov__check_wrong(err, EGOV__N("intent"), name,
		                       EGOV__N("its bytes are not those of the journal"));
	return rc;
}

/* The object that a finished intent made is there, and is its own. */
static enum egov_status has_object(const struct egov__check *check,
                                   const struct egov__intent_row *row, bool *has,
                                   struct egov_error *err)
{
	struct egov__certificate_row certificate;
	struct egov__crl_row crl;
	struct egov__request_row request;
	const uint64_t id = row->id;
	enum egov_status rc;

	if (row->kind == EGOV_OBJECT_CERTIFICATE) {
		rc = egov__store_certificate_row(check->store, row->serial, &certificate, has, err);
		*has = rc == EGOV_OK && *has && certificate.intent == id;
	} else if (row->kind == EGOV_OBJECT_CRL) {
		rc = egov__store_crl_row(check->store, row->crl_number, &crl, has, err);
		*has = rc == EGOV_OK && *has && crl.intent == id;
	} else {
		rc = egov__store_request_get(check->store, id, &request, has, err);
	}
	return rc;
}

static enum egov_status check_intent_state(const struct egov__check *check,
                                           const struct egov__intent_row *row, const char *name,
                                           const struct egov__entry_walk walks[3],
                                           struct egov_error *err)
{
	bool has = false;
	enum egov_status rc = has_object(check, row, &has, err);

	if (rc != EGOV_OK)
		return rc;
	if (walks[1].count != (row->state == EGOV__INTENT_DONE)
	    || walks[2].count != (row->state == EGOV__INTENT_CLOSED))
		return egov__check_wrong(err, EGOV__N("intent"), name,
		                         EGOV__N("its state is not what the journal says of it"));
	if (has != (row->state == EGOV__INTENT_DONE))
		return egov__check_wrong(err, EGOV__N("intent"), name,
		                         EGOV__N("its state does not fit the ledger's objects"));
	return EGOV_OK;
}

static void note_number(struct egov__check *check, const struct egov__intent_row *row)
{
	uint64_t count = 0;

	if (row->crl_number > check->crl_numbers)
		check->crl_numbers = row->crl_number;
	if (row->serial.size != EGOV__SERIAL || (row->serial.data[0] & 0xc0) != 0x40)
		return;
	for (unsigned i = 0; i < 6; i++)
		count = count << 8 | row->serial.data[i];
	count &= ((uint64_t)1 << 46) - 1;
	if (count > check->serials)
		check->serials = count;
}

/* Its entry, and how many there are of its end. */
static enum egov_status check_intent_entries(const struct egov__check *check,
                                             const struct egov__intent_row *row, const char *name,
                                             struct egov__entry_walk walks[3],
                                             struct egov_error *err)
{
	struct egov__body *body = egov__body_new();
	struct egov__journal_row wanted = { .kind = EGOV__KIND_INTENT, .actor = row->actor,
		                            .subject = name, .time = row->time };
	struct egov__one one = { EGOV__N("intent"), &wanted, 0 };
	enum egov_status rc;

	walks[1] = (struct egov__entry_walk){ .kind = result_kind(row) };
	walks[2] = (struct egov__entry_walk){ .kind = EGOV__KIND_INTENT_CLOSED };
	egov__intent_body(row, body);
	wanted.body = egov__body_text(body);
	rc = egov__body_check(body, err);
	if (rc == EGOV_OK)
		rc = egov__check_one_in(check, &one, walks, 3, err);
	if (rc == EGOV_OK && one.seq != row->position)
		rc = egov__check_wrong(err, EGOV__N("intent"), name,
		                       EGOV__N("it stands at another place of the journal"));
	egov__body_free(body);
	return rc;
}

static enum egov_status check_intent(void *user, const struct egov__intent_row *row,
                                     struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov_buf subject = EGOV__BUF(EGOV__MAX_OBJECT);
	struct egov__entry_walk walks[3];
	const char *name;
	enum egov_status rc;

	egov__progress_step(check->progress);
	egov__record_subject(row, &subject);
	name = egov__buf_string(&subject);
	rc = name == NULL ? egov_error_nomem(err) : check_intent_bytes(check, row, name, err);
	if (rc == EGOV_OK)
		rc = check_intent_entries(check, row, name, walks, err);
	if (rc == EGOV_OK)
		rc = check_intent_state(check, row, name, walks, err);
	if (row->state == EGOV__INTENT_OPEN)
		check->open_intents++;
	egov__check_count_intent(check, row);
	note_number(check, row);
	egov__buf_clear(&subject);
	return rc;
}

/* --- certificates --- */

static bool same_certificate(const struct egov__certificate_row *a,
                             const struct egov__certificate_row *b)
{
	return egov__slice_equal(a->serial, b->serial) && a->intent == b->intent
	       && a->generation == b->generation && strcmp(a->profile, b->profile) == 0
	       && strcmp(a->application, b->application) == 0
	       && strcmp(a->cps_version, b->cps_version) == 0
	       && strcmp(a->subject, b->subject) == 0
	       && memcmp(a->key_digest, b->key_digest, sizeof(a->key_digest)) == 0
	       && a->not_before == b->not_before && a->not_after == b->not_after
	       && a->is_ca == b->is_ca;
}

/* What a row is held against: the intent behind it, lent until the next getter. */
static enum egov_status intent_of(const struct egov__check *check, uint64_t id, const char *noun,
                                  const char *name, struct egov__intent_row *intent,
                                  struct egov_error *err)
{
	bool found = false;
	enum egov_status rc = egov__store_intent_get(check->store, id, intent, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov__check_wrong(err, noun, name, EGOV__N("it has no intent"));
	return rc;
}

/* Every column follows from the certificate's bytes and its intent. */
static enum egov_status check_certificate_row(const struct egov__certificate_row *row,
                                              const struct egov__intent_row *intent,
                                              const char *name, struct egov_error *err)
{
	struct egov__certificate_view view;
	enum egov_status rc = egov__certificate_view(row->der, intent, &view, NULL);

	if (rc == EGOV_E_NOMEM)
		return egov_error_nomem(err);
	if (rc != EGOV_OK)
		return egov__check_wrong(err, EGOV__N("certificate"), name,
		                         EGOV__N("its bytes are not those of its intent"));
	if (!same_certificate(row, &view.row))
		rc = egov__check_wrong(err, EGOV__N("certificate"), name,
		                       EGOV__N("its row is not what its bytes and its intent say"));
	egov__certificate_view_clear(&view);
	return rc;
}

/* Of what was destroyed the digest is left, which the issue entry has. */
static enum egov_status check_object(const struct egov__certificate_row *row, bool gone,
                                     const struct egov__intent_row *intent, const char *name,
                                     struct egov_error *err)
{
	if (!gone)
		return check_certificate_row(row, intent, name, err);
	if (row->der.size != EGOV__DIGEST_ALONE || *row->subject != 0
	    || row->generation != intent->generation)
		return egov__check_wrong(err, EGOV__N("certificate"), name,
		                         EGOV__N("its records were to be destroyed"));
	return EGOV_OK;
}

static enum egov_status check_issue_entry(const struct egov__check *check,
                                          const struct egov__certificate_row *row,
                                          const char *name, struct egov_error *err)
{
	struct egov__journal_row wanted = { .kind = EGOV__KIND_ISSUE, .subject = name,
		                            .time = row->issued_at };
	struct egov__body *body = egov__body_new();
	struct egov__intent_row intent;
	uint64_t seq;
	int gone = 0;
	enum egov_status rc = egov__check_gone(check, row->serial, &gone, err);

	if (rc == EGOV_OK)
		rc = intent_of(check, row->intent, EGOV__N("certificate"), name, &intent, err);
	if (rc == EGOV_OK)
		rc = check_object(row, gone == EGOV__TOMBSTONE_GONE, &intent, name, err);
	if (rc == EGOV_OK)
		rc = egov__certificate_body(row, body, err);
	if (rc == EGOV_OK) {
		wanted.actor = intent.actor;
		wanted.body = egov__body_text(body);
		rc = egov__body_check(body, err);
	}
	if (rc == EGOV_OK)
		rc = egov__check_one(check, EGOV__N("certificate"), &wanted, &seq, err);
	egov__body_free(body);
	return rc;
}

static enum egov_status check_policy_of(const struct egov__check *check,
                                        const struct egov__certificate_row *row, const char *name,
                                        struct egov_error *err)
{
	struct egov__policy_row policy;
	bool found = false;
	enum egov_status rc;

	if (*row->cps_version == 0)
		return EGOV_OK;
	rc = egov__store_policy_get(check->store, row->cps_version, &policy, &found, err);
	if (rc == EGOV_OK && (!found || policy.effective > row->issued_at))
		rc = egov__check_wrong(err, EGOV__N("certificate"), name,
		                       EGOV__N("its practice statement was not in force"));
	return rc;
}

static enum egov_status check_certificate(void *user, const struct egov__certificate_row *row,
                                          struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	const char *name;
	enum egov_status rc;

	egov__progress_step(check->progress);
	egov__buf_hex(&hex, row->serial);
	name = egov__buf_string(&hex);
	rc = name == NULL ? egov_error_nomem(err) : check_issue_entry(check, row, name, err);
	if (rc == EGOV_OK)
		rc = check_policy_of(check, row, name, err);
	if (rc == EGOV_OK)
		rc = egov__check_application_of(check, row, name, err);
	if (rc == EGOV_OK)
		rc = egov__check_has_basis(check, row, name, err);
	check->certificates++;
	egov__check_count_end(check, row);
	egov__buf_clear(&hex);
	return rc;
}

/* --- requests --- */

static enum egov_status check_request_bytes(const struct egov__request_row *row,
                                            const struct egov__intent_row *intent,
                                            const char *name, struct egov_error *err)
{
	struct egov__signed_parts parts = { 0 };
	uint8_t digest[32] = { 0 };
	enum egov_status rc = egov__check_found(egov__signed_decode(row->der, &parts, NULL), err);

	if (rc == EGOV_OK)
		rc = egov__sm3(&parts.tbs, 1, digest, err);
	if (rc != EGOV_OK && rc != EGOV_E_CORRUPT)
		return rc;
	if (rc != EGOV_OK || memcmp(digest, intent->tbs_digest, sizeof(digest)) != 0)
		return egov__check_wrong(err, EGOV__N("request"), name,
		                         EGOV__N("its bytes are not those of its intent"));
	return EGOV_OK;
}

static enum egov_status check_request(void *user, const struct egov__request_row *row,
                                      struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov__journal_row wanted = { .kind = EGOV__KIND_REQUEST, .time = EGOV_TIME_NONE };
	struct egov__body *body = egov__body_new();
	struct egov__intent_row intent;
	char name[32];
	uint64_t seq;
	enum egov_status rc;

	(void)snprintf(name, sizeof(name), "request-%" PRIu64, row->intent);
	rc = intent_of(check, row->intent, EGOV__N("request"), name, &intent, err);
	if (rc == EGOV_OK)
		rc = check_request_bytes(row, &intent, name, err);
	if (rc == EGOV_OK)
		rc = egov__request_body(row, body, err);
	if (rc == EGOV_OK) {
		wanted.subject = name;
		wanted.actor = intent.actor;
		wanted.body = egov__body_text(body);
		rc = egov__body_check(body, err);
	}
	if (rc == EGOV_OK)
		rc = egov__check_one(check, EGOV__N("request"), &wanted, &seq, err);
	check->requests++;
	egov__body_free(body);
	return rc;
}

enum egov_status egov__check_ledger(struct egov__check *check, struct egov_error *err)
{
	enum egov_status rc = egov__store_meta_walk(check->store, check_setting, check, err);

	if (rc == EGOV_OK)
		rc = egov__store_policy_walk(check->store, check_policy, check, err);
	if (rc == EGOV_OK)
		rc = egov__store_intent_walk(check->store, 0, check_intent, check, err);
	if (rc == EGOV_OK)
		rc = egov__store_certificate_walk(check->store, NULL, check_certificate, check, err);
	return rc == EGOV_OK ? egov__store_request_walk(check->store, check_request, check, err) : rc;
}
