/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "record/check.h"
#include "record/generation.h"
#include "record/operator.h"

void egov__check_count_intent(struct egov__check *check, const struct egov__intent_row *row)
{
	struct egov__check_generation *counts;

	if (row->generation > EGOV__GENERATIONS)
		return;
	counts = &check->generations[row->generation];
	counts->intents++;
	if (row->state == EGOV__INTENT_DONE)
		counts->signatures++;
}

void egov__check_count_end(struct egov__check *check, const struct egov__certificate_row *row)
{
	egov_time *last;

	if (row->generation > EGOV__GENERATIONS)
		return;
	last = &check->generations[row->generation].last_end;
	if (*last == EGOV_TIME_NONE || row->not_after > *last)
		*last = row->not_after;
}

struct history {
	const struct egov__generation_row *row;
	const char *name;
	int state;                      /* of the entry before; 0: none */
	bool last_fits;
	bool ended, was_active;         /* its destruction began, and from which state */
	egov_time ended_at;
};

static int state_by_name(const char *name)
{
	for (int i = EGOV__GENERATION_PENDING; i <= EGOV__GENERATION_DESTROYED; i++)
		if (strcmp(name, egov__generation_state_name((enum egov__generation_state)i)) == 0)
			return i;
	return 0;
}

/* A key is pending first, and never goes back. */
static enum egov_status see_state(void *user, const struct egov__journal_row *entry,
                                  const struct egov__body *body, struct egov_error *err)
{
	struct history *const h = user;
	const char *const name = egov__body_get_text(body, EGOV__KEY_STATE);
	const int state = name == NULL ? 0 : state_by_name(name);

	if (h->state == 0 ? state != EGOV__GENERATION_PENDING : state <= h->state)
		return egov__check_wrong(err, EGOV__N("CA key"), h->name,
		                         EGOV__N("its states do not follow one another"));
	if (state == EGOV__GENERATION_DESTROYING) {
		h->ended = true;
		h->was_active = h->state == EGOV__GENERATION_ACTIVE;
		h->ended_at = entry->time;
	}
	h->state = state;
	h->last_fits = state == (int)h->row->state && entry->time == h->row->since
	               && egov__body_has_hex(body, EGOV__KEY_KEY_SM3,
	                                     EGOV__SLICE(h->row->key_digest));
	return EGOV_OK;
}

/* Every key but the first began with a rollover, and none was destroyed in silence. */
static enum egov_status check_reasons(const struct egov__check *check,
                                      const struct egov__generation_row *row, const char *name,
                                      struct egov_error *err)
{
	struct egov__entry_walk begun = { .kind = EGOV__KIND_ROLLOVER };
	struct egov__entry_walk ended = { .kind = EGOV__KIND_KEY_DESTROY };
	struct egov__entry_walk gone = { .kind = EGOV__KIND_KEY_DESTROYED };
	enum egov_status rc = egov__check_entries_of(check, name, &begun, err);

	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, name, &ended, err);
	if (rc == EGOV_OK)
		rc = egov__check_entries_of(check, name, &gone, err);
	if (rc == EGOV_OK
	    && (begun.count != (row->number > 1)
	        || ended.count != (row->state >= EGOV__GENERATION_DESTROYING)
	        || gone.count != (row->state == EGOV__GENERATION_DESTROYED)))
		rc = egov__check_wrong(err, EGOV__N("CA key"), name,
		                       EGOV__N("the journal does not say how it came or went"));
	return rc;
}

static enum egov_status count_early(void *user, const struct egov__journal_row *entry,
                                    const struct egov__body *body, struct egov_error *err)
{
	const char *act = egov__body_get_text(body, EGOV__KEY_ACT);

	(void)entry;
	(void)err;
	*(size_t *)user += act != NULL && strcmp(act, EGOV__ACT_KEY_DESTROY_EARLY) == 0;
	return EGOV_OK;
}

/* A key on which something rested still takes two people of a production home; that
 * they are two, record_check_approval.c says. */
static enum egov_status check_early(const struct egov__check *check, const struct history *h,
                                    struct egov_error *err)
{
	size_t signatures = 0;
	struct egov__entry_walk walk = { EGOV__KIND_APPROVAL, count_early, &signatures, 0 };
	enum egov_status rc;

	if (!check->production || !h->ended
	    || !(h->was_active
	         || (h->row->last_end != EGOV_TIME_NONE && h->row->last_end >= h->ended_at)))
		return EGOV_OK;
	rc = egov__check_entries_of(check, h->name, &walk, err);
	if (rc == EGOV_OK && signatures == 0)
		rc = egov__check_wrong(err, EGOV__N("CA key"), h->name,
		                       EGOV__N("it was destroyed before its time, and not by two people"));
	return rc;
}

static enum egov_status check_generation(void *user, const struct egov__generation_row *row,
                                         struct egov_error *err)
{
	struct egov__check *const check = user;
	const struct egov__check_generation *const counts = &check->generations[row->number];
	char name[EGOV__GENERATION_SUBJECT];
	struct history h = { .row = row, .name = name };
	struct egov__entry_walk walk = { EGOV__KIND_CA_KEY, see_state, &h, 0 };
	enum egov_status rc;

	egov__generation_subject(row->number, name);
	rc = egov__check_entries_of(check, name, &walk, err);
	if (rc == EGOV_OK && !h.last_fits)
		rc = egov__check_wrong(err, EGOV__N("CA key"), name,
		                       EGOV__N("the ledger says something else than the journal"));
	if (rc == EGOV_OK)
		rc = check_reasons(check, row, name, err);
	if (rc == EGOV_OK)
		rc = check_early(check, &h, err);
	if (rc == EGOV_OK && (row->intents != counts->intents || row->signatures != counts->signatures))
		rc = egov__check_wrong(err, EGOV__N("CA key"), name,
		                       EGOV__N("has signed another number of times than it counts"));
	if (rc == EGOV_OK && row->last_end != counts->last_end)
		rc = egov__check_wrong(err, EGOV__N("CA key"), name,
		                       EGOV__N("the last of its certificates ends at another time"));
	return rc;
}

enum egov_status egov__check_generations(struct egov__check *check, struct egov_error *err)
{
	return egov__store_generation_walk(check->store, check_generation, check, err);
}
