/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "record/check.h"

/* What happened to one serial, its rows coming by their positions (RFC 5280, 5.2.4). */
struct history {
	struct egov__check_list *list;
	uint8_t serial[64];
	size_t size;
	bool in_effect;                 /* revoked or held when the list was made */
	struct egov__crl_entry entry;   /* that says so; reason -1 where it is 0 */
	uint64_t since;                 /* position of that */
	bool removed;                   /* a hold that had been listed was released */
	egov_time removed_at;
};

static enum egov_status expect(struct history *h, const struct egov__crl_entry *wanted,
                               struct egov_error *err)
{
	struct egov__check_list *const list = h->list;
	const struct egov_slice serial = { h->serial, h->size };

	if (!list->entries.has || !egov__slice_equal(list->entries.entry.serial, serial))
		return egov__check_list_wrong(list, err, EGOV__N("lacks a change since its base"));
	if (list->entries.entry.revoked_at != wanted->revoked_at || list->entries.entry.reason != wanted->reason
	    || list->entries.entry.invalidity_date != wanted->invalidity_date)
		return egov__check_list_wrong(
			list, err, EGOV__N("has an entry that is not what changed since its base"));
	return egov__check_next_entry(list, err);
}

/* The serial's rows have all come. */
static enum egov_status settle(struct history *h, struct egov_error *err)
{
	const struct egov__crl_entry removal = { .revoked_at = h->removed_at, .reason = 8,
		                                 .invalidity_date = EGOV_TIME_NONE };

	if (h->in_effect)
		return h->since > h->list->scope.since ? expect(h, &h->entry, err) : EGOV_OK;
	return h->removed ? expect(h, &removal, err) : EGOV_OK;
}

static enum egov_status note_end(struct history *h, const struct egov__revoked_row *row,
                                 struct egov_error *err)
{
	struct egov__check_list *const list = h->list;
	bool stood = false;
	enum egov_status rc;

	if (row->end_position <= list->scope.since)
		return EGOV_OK;
	rc = egov__store_crl_stood(list->check->store, &list->scope, row->position,
	                           row->end_position, &stood, err);
	if (rc == EGOV_OK && stood) {
		h->removed = true;
		h->removed_at = row->ended_at;
	}
	return rc;
}

static enum egov_status see(void *user, const struct egov__revoked_row *row,
                            struct egov_error *err)
{
	struct history *const h = user;
	const struct egov__check_list *const list = h->list;
	enum egov_status rc = EGOV_OK;

	if (row->generation != list->row.generation || row->part != list->row.part
	    || row->position > list->position)
		return EGOV_OK;
	if (row->serial.size > sizeof(h->serial))
		return egov__check_list_wrong(list, err, EGOV__N("a serial is too long"));
	if (!egov__slice_equal(row->serial, (struct egov_slice){ h->serial, h->size })) {
		rc = settle(h, err);
		*h = (struct history){ .list = h->list, .size = row->serial.size };
		memcpy(h->serial, row->serial.data, row->serial.size);
	}
	if (rc == EGOV_OK && row->end_position != 0 && row->end_position <= list->position)
		return note_end(h, row, err);
	h->in_effect = true;
	h->since = row->position;
	h->entry = (struct egov__crl_entry){ .revoked_at = row->revoked_at,
		                             .reason = row->reason == 0 ? -1 : row->reason,
		                             .invalidity_date = row->invalidity_date };
	return rc;
}

/* RFC 5280, 5.2.4: a complete list of the same scope, which was published. */
static enum egov_status check_base(struct egov__check_list *list, struct egov_error *err)
{
	const struct egov__crl_scope complete = { list->row.generation, list->row.part, 0, 0 };
	struct egov__crl_row base;
	enum egov_status rc = egov__store_crl_before(list->check->store, &complete,
	                                             list->row.base + 1, true, &base, err);

	if (rc == EGOV_OK && (base.number != list->row.base || base.number >= list->row.number))
		rc = egov__check_list_wrong(list, err,
		                            EGOV__N("its base is no complete list that was published"));
	list->scope.since = base.position;
	return rc;
}

enum egov_status egov__check_delta(struct egov__check_list *list, struct egov_error *err)
{
	struct history h = { .list = list };
	enum egov_status rc = check_base(list, err);

	if (rc == EGOV_OK)
		rc = egov__store_revoked_walk_history(list->check->store, see, &h, err);
	return rc == EGOV_OK ? settle(&h, err) : rc;
}
