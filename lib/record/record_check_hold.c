/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "record/check.h"
#include "record/entry.h"

/* A hold against its entries: "hold" where it began, "release" or "revoke" where it
 * ended (GM/T 0034, 12.6, 12.7). */
struct hold {
	const struct egov__hold_row *row;
	const char *name;
	bool began, ended;
	int gone;                       /* how far its records were destroyed */
	uint64_t list;                  /* told by this published list; 0: by somebody */
};

static enum egov_status differs(const struct hold *h, struct egov_error *err)
{
	return egov__check_wrong(err, EGOV__N("hold"), h->name,
	                         EGOV__N("the ledger says something else than the journal"));
}

static enum egov_status commits(const struct hold *h, const struct egov__body *body,
                                const uint8_t salt[32], const char *text, struct egov_error *err)
{
	uint8_t digest[32];
	enum egov_status rc = egov__entry_commitment(salt, egov__slice_text(text), digest, err);

	if (rc == EGOV_OK && !egov__check_emptied(h->gone, text, salt)
	    && !egov__body_has_hex(body, EGOV__KEY_COMMITMENT, EGOV__SLICE(digest)))
		rc = differs(h, err);
	return rc;
}

static enum egov_status see_hold(void *user, const struct egov__journal_row *entry,
                                 const struct egov__body *body, struct egov_error *err)
{
	struct hold *const h = user;
	const struct egov__hold_row *const row = h->row;
	egov_time end = EGOV_TIME_NONE;

	if (entry->seq != row->position)
		return EGOV_OK;
	h->began = true;
	if (entry->time != row->held_at || strcmp(entry->actor, row->actor) != 0
	    || !egov__body_has_hex(body, EGOV__KEY_SERIAL, row->serial)
	    || !egov__body_get_time(body, EGOV__KEY_NOT_AFTER, &end) || end != row->not_after)
		return differs(h, err);
	return commits(h, body, row->salt, row->requested_by, err);
}

/* A hold that a list of ours told: it counts from the time that the list says. */
static enum egov_status see_told(void *user, const struct egov__journal_row *entry,
                                 const struct egov__body *body, struct egov_error *err)
{
	struct hold *const h = user;
	const struct egov__hold_row *const row = h->row;
	egov_time end = EGOV_TIME_NONE, at = EGOV_TIME_NONE;

	if (entry->seq != row->position)
		return EGOV_OK;
	h->began = true;
	if (!egov__body_get_time(body, EGOV__KEY_REVOKED_AT, &at) || at != row->held_at
	    || !egov__body_get_number(body, EGOV__KEY_NUMBER, &h->list)
	    || strcmp(entry->actor, row->actor) != 0
	    || !egov__body_has_hex(body, EGOV__KEY_SERIAL, row->serial)
	    || !egov__body_get_time(body, EGOV__KEY_NOT_AFTER, &end) || end != row->not_after)
		return differs(h, err);
	return commits(h, body, row->salt, row->requested_by, err);
}

static enum egov_status see_release(void *user, const struct egov__journal_row *entry,
                                    const struct egov__body *body, struct egov_error *err)
{
	struct hold *const h = user;
	const struct egov__hold_row *const row = h->row;

	if (entry->seq != row->end_position)
		return EGOV_OK;
	h->ended = true;
	if (entry->time != row->ended_at
	    || !egov__body_has_hex(body, EGOV__KEY_SERIAL, row->serial))
		return differs(h, err);
	return commits(h, body, row->end_salt, row->end_requested_by, err);
}

static enum egov_status see_revocation(void *user, const struct egov__journal_row *entry,
                                       const struct egov__body *body, struct egov_error *err)
{
	struct hold *const h = user;
	const struct egov__hold_row *const row = h->row;
	egov_time at = EGOV_TIME_NONE;

	if (entry->seq != row->end_position)
		return EGOV_OK;
	h->ended = true;
	if (entry->time == row->ended_at && egov__body_get_time(body, EGOV__KEY_REVOKED_AT, &at)
	    && at == row->held_at)
		return EGOV_OK;
	return differs(h, err);
}

static enum egov_status check_begin(const struct egov__check *check, struct hold *h,
                                    struct egov_error *err)
{
	struct egov__entry_walk walk = { EGOV__KIND_HOLD, see_hold, h, 0 };
	struct egov__entry_walk told = { EGOV__KIND_RECONCILED, see_told, h, 0 };
	enum egov_status rc = egov__check_entries_of(check, h->name, &walk, err);

	if (rc == EGOV_OK && !h->began)
		rc = egov__check_entries_of(check, h->name, &told, err);
	if (rc == EGOV_OK && h->list != 0)
		rc = egov__check_reconciled(check, h->list, h->row->position, h->name, err);
	if (rc == EGOV_OK && !h->began)
		rc = egov__check_wrong(err, EGOV__N("hold"), h->name,
		                       EGOV__N("the journal does not have it at its place"));
	return rc;
}

static enum egov_status check_end(const struct egov__check *check, struct hold *h,
                                  struct egov_error *err)
{
	const bool released = h->row->ending == EGOV__HOLD_RELEASED;
	struct egov__entry_walk walk = { released ? EGOV__KIND_RELEASE : EGOV__KIND_REVOKE,
		                         released ? see_release : see_revocation, h, 0 };
	enum egov_status rc;

	if (h->row->ending == EGOV__HOLD_ON)
		return EGOV_OK;
	rc = egov__check_entries_of(check, h->name, &walk, err);
	if (rc == EGOV_OK && !h->ended && !released) {
		walk.kind = EGOV__KIND_RECONCILED;
		rc = egov__check_entries_of(check, h->name, &walk, err);
	}
	if (rc == EGOV_OK && !h->ended)
		rc = egov__check_wrong(err, EGOV__N("hold"), h->name,
		                       EGOV__N("the journal does not have its end at its place"));
	return rc;
}

static enum egov_status check_held_thing(const struct egov__check *check,
                                         const struct egov__hold_row *row, bool told,
                                         const char *name, struct egov_error *err)
{
	struct egov__certificate_row certificate;
	bool found = false;
	enum egov_status rc = egov__store_certificate_row(check->store, row->serial, &certificate,
	                                                  &found, err);

	if (rc == EGOV_OK && !found && told)
		return EGOV_OK;         /* its certificate is lost */
	if (rc == EGOV_OK && (!found || certificate.not_after != row->not_after))
		rc = egov__check_wrong(err, EGOV__N("hold"), name,
		                       EGOV__N("there is no such certificate of ours"));
	return rc;
}

static enum egov_status check_hold(void *user, const struct egov__hold_row *row,
                                   struct egov_error *err)
{
	struct egov__check *const check = user;
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);
	struct hold h = { .row = row };
	enum egov_status rc = egov__check_gone(check, row->serial, &h.gone, err);

	egov__buf_hex(&hex, row->serial);
	h.name = egov__buf_string(&hex);
	if (rc == EGOV_OK)
		rc = h.name == NULL ? egov_error_nomem(err) : check_begin(check, &h, err);
	if (rc == EGOV_OK)
		rc = check_end(check, &h, err);
	if (rc == EGOV_OK)
		rc = check_held_thing(check, row, h.list != 0, h.name, err);
	if (rc == EGOV_OK)
		rc = egov__check_listed(check, EGOV__N("hold"), h.name, row->serial,
		                        &(struct egov__crl_scope){ row->generation, row->part, 0, 0 },
		                        err);
	check->holds++;
	if (row->left_with != 0)
		check->left++;
	egov__buf_clear(&hex);
	return rc;
}

enum egov_status egov__check_holds(struct egov__check *check, struct egov_error *err)
{
	return egov__store_hold_walk(check->store, EGOV__NO_SLICE, check_hold, check, err);
}

/* --- from an entry, or from a revocation --- */

struct place {
	uint64_t position;
	bool found;
	egov_time held_at;
};

static enum egov_status match_place(void *user, const struct egov__hold_row *row,
                                    struct egov_error *err)
{
	struct place *place = user;

	(void)err;
	if (row->position == place->position
	    || (row->ending != EGOV__HOLD_ON && row->end_position == place->position)) {
		place->found = true;
		place->held_at = row->held_at;
	}
	return EGOV_OK;
}

enum egov_status egov__check_has_hold(const struct egov__check *check,
                                      const struct egov__journal_row *entry, bool *found,
                                      struct egov_error *err)
{
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	struct place place = { .position = entry->seq };
	enum egov_status rc =
		egov__check_found(egov__hex_parse(entry->subject, "serial", &serial, NULL), err);

	if (rc == EGOV_OK)
		rc = egov__store_hold_walk(check->store, egov_buf_slice(&serial), match_place,
		                           &place, err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	egov__buf_clear(&serial);
	*found = place.found;
	return rc;
}

enum egov_status egov__check_revoked_since(const struct egov__check *check,
                                           const struct egov__revoked_row *row, uint64_t seq,
                                           egov_time time, struct egov_error *err)
{
	struct place place = { .position = seq, .held_at = time };
	enum egov_status rc = egov__store_hold_walk(check->store, row->serial, match_place, &place,
	                                            err);
	struct egov_buf hex = EGOV__BUF(EGOV__MAX_OBJECT);

	if (rc == EGOV_OK && row->revoked_at != place.held_at) {
		egov__buf_hex(&hex, row->serial);
		rc = egov__check_wrong(err, EGOV__N("revocation"),
		                       egov__buf_string(&hex) == NULL ? "?" : egov__buf_string(&hex),
		                       EGOV__N("it counts from another time than its entry or the "
		                               "hold before it"));
	}
	egov__buf_clear(&hex);
	return rc;
}
