/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "record/check.h"

static enum egov_status wrong(struct egov_error *err, const char *message)
{
	return egov__check_wrong(err, EGOV__N("pack"), EGOV__PACK_SUBJECT, message);
}

struct order {
	uint64_t seq, before;
	bool found;
};

static enum egov_status see_order(void *user, const struct egov__journal_row *entry,
                                  const struct egov__body *body, struct egov_error *err)
{
	struct order *const order = user;

	(void)body;
	(void)err;
	order->found = order->found || (entry->seq == order->seq && entry->seq < order->before);
	return EGOV_OK;
}

static enum egov_status see_earlier(void *user, const struct egov__journal_row *entry,
                                    const struct egov__body *body, struct egov_error *err)
{
	const struct order *const order = user;
	uint64_t seq = 0;

	if (entry->seq < order->before && egov__body_get_number(body, EGOV__KEY_ORDER, &seq)
	    && seq == order->seq)
		return wrong(err, EGOV__N("it was made twice"));
	return EGOV_OK;
}

static enum egov_status check_packed(const struct egov__check *check,
                                     const struct egov__journal_row *entry,
                                     const struct egov__body *body, struct egov_error *err)
{
	struct order order = { .before = entry->seq };
	struct egov__entry_walk orders = { EGOV__KIND_PACK, see_order, &order, 0 };
	struct egov__entry_walk earlier = { EGOV__KIND_PACKED, see_earlier, &order, 0 };
	enum egov_status rc = EGOV_OK;

	if (egov__body_get_number(body, EGOV__KEY_ORDER, &order.seq))
		rc = egov__check_entries_of(check, EGOV__PACK_SUBJECT, &orders, err);
	if (rc == EGOV_OK && !order.found)
		rc = wrong(err, EGOV__N("nobody ordered it before it was made"));
	return rc == EGOV_OK ? egov__check_entries_of(check, EGOV__PACK_SUBJECT, &earlier, err) : rc;
}

/* What decides whose signatures it needs is one of two words. */
static enum egov_status check_order(const struct egov__body *body, struct egov_error *err)
{
	const char *form = egov__body_get_text(body, EGOV__KEY_FORM);
	uint64_t count = 0;

	if (form == NULL
	    || (strcmp(form, EGOV__PACK_FULL) != 0 && strcmp(form, EGOV__PACK_LAWFUL) != 0
	        && strcmp(form, EGOV__PACK_REDACTED) != 0))
		return wrong(err, EGOV__N("its form is neither full nor lawful nor redacted"));
	if (!egov__body_get_number(body, EGOV__KEY_COUNT, &count) || count == 0)
		return wrong(err, EGOV__N("it is about no certificate"));
	return EGOV_OK;
}

enum egov_status egov__check_pack(const struct egov__check *check,
                                  const struct egov__journal_row *entry, struct egov_error *err)
{
	const bool ordered = strcmp(entry->kind, EGOV__KIND_PACK) == 0;
	struct egov__body *body = NULL;
	enum egov_status rc;

	if (!ordered && strcmp(entry->kind, EGOV__KIND_PACKED) != 0)
		return EGOV_OK;
	if (strcmp(entry->subject, EGOV__PACK_SUBJECT) != 0)
		return wrong(err, EGOV__N("its entry is about something else"));
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		rc = ordered ? check_order(body, err) : check_packed(check, entry, body, err);
	egov__body_free(body);
	return rc;
}
