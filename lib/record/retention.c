/* SPDX-License-Identifier: Apache-2.0 */
#include "record/retention.h"

#include <stdlib.h>
#include <string.h>

#include <egovca/application.h>

#include "record/body.h"
#include "record/kinds.h"

static const char clause[] = "Order No. 4, Art. 24";

#define DAY 86400
#define BEIJING (8 * 3600)              /* ahead of UTC, in summer too */

enum egov_status egov__keep_until(egov_time lost, int years, egov_time *until,
                                  struct egov_error *err)
{
	struct egov__date date;
	egov_time last = EGOV_TIME_NONE;
	enum egov_status rc = egov_time_add(lost + BEIJING,
	                                    (struct egov_duration){ .years = years }, &last, err);

	if (rc != EGOV_OK)
		return rc;
	egov__time_split(last, &date);
	date.hour = date.minute = date.second = 0;
	if (!egov__time_join(&date, &last))
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "the time lies past the year 9999");
	*until = last + DAY - BEIJING;
	return EGOV_OK;
}

/* --- one certificate --- */

/* From an intent to that of the certificate which it follows, if it follows one. */
static enum egov_status step_back(struct egov_store *store, struct egov__intent_row *intent,
                                  bool *found, struct egov_error *err)
{
	struct egov__succession_row row;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc = egov__store_succession_get(store, intent->id, &row, found, err);

	if (rc == EGOV_OK && *found) {
		egov__buf_slice(&serial, row.predecessor);
		rc = egov__buf_check(&serial, err);
		if (rc == EGOV_OK)
			rc = egov__store_intent_by_serial(store, egov_buf_slice(&serial), intent,
			                                  found, err);
	}
	egov__buf_clear(&serial);
	return rc;
}

/* What a renewed certificate rests on is its predecessor's application. */
static enum egov_status find_application(struct egov_store *store, uint64_t intent,
                                         struct egov__application_row *row, bool *found,
                                         struct egov_error *err)
{
	struct egov__intent_row before;
	char id[72];
	enum egov_status rc = egov__store_intent_get(store, intent, &before, found, err);

	for (size_t i = 0; rc == EGOV_OK && *found && i < EGOV__KIN_MAX; i++) {
		if (*before.application != 0 && egov__text_copy(id, sizeof(id), before.application))
			return egov__store_application_get(store, id, row, found, err);
		rc = step_back(store, &before, found, err);
	}
	*found = false;
	return rc;
}

static enum egov_status find_holder(struct egov_store *store, uint64_t intent,
                                    struct egov__keep *keep, struct egov_error *err)
{
	struct egov__application_row row;
	bool found = false;
	enum egov_status rc = find_application(store, intent, &row, &found, err);

	keep->holder = rc == EGOV_OK && found ? row.holder_kind : EGOV_HOLDER_INTERNAL;
	keep->years = keep->holder == EGOV_HOLDER_ENTERPRISE || keep->holder == EGOV_HOLDER_PERSON
	                      ? EGOV__KEEP_LAW
	                      : EGOV__KEEP_GOVERNMENT;
	return rc;
}

static enum egov_status find_loss(struct egov_store *store, struct egov_slice serial, uint64_t at,
                                  struct egov__keep *keep, struct egov_error *err)
{
	struct egov__revoked_row revoked;
	bool found = false;
	enum egov_status rc = egov__store_revoked_get(store, serial, &revoked, &found, err);

	keep->revoked_at = rc == EGOV_OK && found && revoked.position < at
	                           ? revoked.revoked_at
	                           : EGOV_TIME_NONE;
	keep->lost_at = keep->not_after;
	if (keep->revoked_at != EGOV_TIME_NONE && keep->revoked_at > keep->lost_at)
		keep->lost_at = keep->revoked_at;
	if (keep->signed_until != EGOV_TIME_NONE && keep->signed_until > keep->lost_at)
		keep->lost_at = keep->signed_until;
	return rc;
}

enum egov_status egov__keep_of(struct egov_store *store, struct egov_slice serial, uint64_t at,
                               struct egov__keep *keep, bool *found, struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov__generation_row own;
	uint64_t intent;
	enum egov_status rc = egov__store_certificate_row(store, serial, &row, found, err);

	if (rc != EGOV_OK || !*found)
		return rc;
	intent = row.intent;
	*keep = (struct egov__keep){ .not_after = row.not_after, .signed_until = EGOV_TIME_NONE };
	if (!egov__text_copy(keep->profile, sizeof(keep->profile), row.profile))
		keep->profile[0] = 0;   /* no profile of ours: kept the longest */
	if (row.is_ca) {
		rc = egov__store_generation_by_key(store, row.key_digest, &own, &keep->own, err);
		if (rc == EGOV_OK && keep->own)
			keep->signed_until = own.last_end;
	}
	if (rc == EGOV_OK)
		rc = find_holder(store, intent, keep, err);
	return rc == EGOV_OK ? find_loss(store, serial, at, keep, err) : rc;
}

/* --- what rests on it --- */

struct egov_slice egov__family_serial(const struct egov__family *family, size_t i)
{
	return (struct egov_slice){ family->kin[i].bytes, family->kin[i].size };
}

static enum egov_status add_kin(struct egov__family *family, struct egov_slice serial,
                                struct egov_error *err)
{
	for (size_t i = 0; i < family->count; i++)
		if (egov__slice_equal(egov__family_serial(family, i), serial))
			return EGOV_OK;
	if (family->count == EGOV__KIN_MAX || serial.size > EGOV__KIN_SERIAL)
		return egov_error_set(err, EGOV_E_LIMIT, NULL,
		                      "more than %d certificates rest on one application",
		                      EGOV__KIN_MAX);
	family->kin[family->count].size = serial.size;
	memcpy(family->kin[family->count++].bytes, serial.data, serial.size);
	return EGOV_OK;
}

static enum egov_status add_partner(struct egov_store *store, struct egov_slice serial,
                                    struct egov__family *family, struct egov_error *err)
{
	struct egov__pair_row pair;
	bool found = false;
	enum egov_status rc = egov__store_pair_get(store, serial, &pair, &found, err);

	if (rc == EGOV_OK && found)
		rc = add_kin(family, pair.sign_serial, err);
	if (rc == EGOV_OK && found)
		rc = add_kin(family, pair.encrypt_serial, err);
	return rc;
}

static enum egov_status add_successor(struct egov_store *store, struct egov_slice serial,
                                      struct egov__family *family, struct egov_error *err)
{
	struct egov__succession_row row;
	struct egov__intent_row intent;
	bool found = false;
	enum egov_status rc = egov__store_successor_get(store, serial, &row, &found, err);

	if (rc == EGOV_OK && found)
		rc = egov__store_intent_get(store, row.intent, &intent, &found, err);
	return rc == EGOV_OK && found ? add_kin(family, intent.serial, err) : rc;
}

enum egov_status egov__family_find(struct egov_store *store, struct egov_slice serial,
                                   struct egov__family *family, struct egov_error *err)
{
	enum egov_status rc;

	*family = (struct egov__family){ calloc(EGOV__KIN_MAX, sizeof(*family->kin)), 0 };
	if (family->kin == NULL)
		return egov_error_nomem(err);
	rc = add_kin(family, serial, err);
	for (size_t i = 0; rc == EGOV_OK && i < family->count; i++) {
		rc = add_partner(store, egov__family_serial(family, i), family, err);
		if (rc == EGOV_OK)
			rc = add_successor(store, egov__family_serial(family, i), family, err);
	}
	if (rc != EGOV_OK)
		egov__family_clear(family);
	return rc;
}

void egov__family_clear(struct egov__family *family)
{
	free(family->kin);
	*family = (struct egov__family){ NULL, 0 };
}

/* --- legal holds --- */

struct reading {
	struct egov__legal_holds *holds;
	uint64_t at;
};

bool egov__legal_holds_have(const struct egov__legal_holds *holds, const char *name)
{
	for (size_t i = 0; i < holds->count; i++)
		if (strcmp(holds->on[i].name, name) == 0)
			return true;
	return false;
}

static enum egov_status put_on(struct egov__legal_holds *holds, const char *name, egov_time since,
                               struct egov_error *err)
{
	if (holds->count == EGOV__LEGAL_HOLDS)
		return egov_error_set(err, EGOV_E_LIMIT, NULL, "more than %d legal holds are on",
		                      EGOV__LEGAL_HOLDS);
	if (egov__legal_holds_have(holds, name)
	    || !egov__text_copy(holds->on[holds->count].name, sizeof(holds->on[0].name), name))
		return egov_error_set(err, EGOV_E_CORRUPT, clause,
		                      "the legal hold of case %s is on already", name);
	holds->on[holds->count++].since = since;
	return EGOV_OK;
}

static enum egov_status take_off(struct egov__legal_holds *holds, const char *name,
                                 struct egov_error *err)
{
	for (size_t i = 0; i < holds->count; i++) {
		if (strcmp(holds->on[i].name, name) != 0)
			continue;
		memmove(&holds->on[i], &holds->on[i + 1],
		        (holds->count - i - 1) * sizeof(holds->on[0]));
		holds->count--;
		return EGOV_OK;
	}
	return egov_error_set(err, EGOV_E_CORRUPT, clause, "the legal hold of case %s is not on",
	                      name);
}

static enum egov_status see_entry(void *user, const struct egov__journal_row *entry,
                                  struct egov_error *err)
{
	const struct reading *const reading = user;
	const bool on = strcmp(entry->kind, EGOV__KIND_LEGAL_HOLD) == 0;
	struct egov__body *body = NULL;
	const char *name;
	enum egov_status rc;

	if (entry->seq >= reading->at
	    || (!on && strcmp(entry->kind, EGOV__KIND_LEGAL_RELEASE) != 0))
		return EGOV_OK;
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK) {
		name = egov__body_get_text(body, EGOV__KEY_CASE);
		rc = name == NULL ? egov_error_set(err, EGOV_E_CORRUPT, clause,
		                                   "a legal hold names no case")
		     : on         ? put_on(reading->holds, name, entry->time, err)
		                  : take_off(reading->holds, name, err);
	}
	egov__body_free(body);
	return rc;
}

enum egov_status egov__legal_holds_find(struct egov_store *store, const char *subject, uint64_t at,
                                        struct egov__legal_holds *holds, struct egov_error *err)
{
	struct reading reading = { holds, at };

	holds->count = 0;
	return egov__store_journal_walk(store, 0, subject, see_entry, &reading, err);
}
