/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/check.h"

struct takeover {
	uint64_t seq;                   /* of what it told */
	bool found;
};

static enum egov_status see_takeover(void *user, const struct egov__journal_row *entry,
                                     const struct egov__body *body, struct egov_error *err)
{
	struct takeover *const takeover = user;

	(void)body;
	(void)err;
	takeover->found = takeover->found || entry->seq < takeover->seq;
	return EGOV_OK;
}

enum egov_status egov__check_reconciled(const struct egov__check *check, uint64_t list,
                                        uint64_t seq, const char *name, struct egov_error *err)
{
	struct takeover takeover = { seq, false };
	struct egov__entry_walk walk = { EGOV__KIND_RECONCILE, see_takeover, &takeover, 0 };
	char subject[32];
	enum egov_status rc;

	(void)snprintf(subject, sizeof(subject), "crl-%" PRIu64, list);
	rc = egov__check_entries_of(check, subject, &walk, err);
	if (rc == EGOV_OK && !takeover.found)
		rc = egov__check_wrong(err, EGOV__N("revocation"), name,
		                       EGOV__N("the list that is said to tell it was never taken over"));
	return rc;
}

/* The table of the two that has it holds it against its entry. */
enum egov_status egov__check_has_reconciled(const struct egov__check *check,
                                            const struct egov__journal_row *entry, bool *found,
                                            struct egov_error *err)
{
	struct egov__revoked_row row;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc =
		egov__check_found(egov__hex_parse(entry->subject, "serial", &serial, NULL), err);

	*found = false;
	if (rc == EGOV_OK)
		rc = egov__store_revoked_get(check->store, egov_buf_slice(&serial), &row, found, err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	egov__buf_clear(&serial);
	return rc == EGOV_OK && !*found ? egov__check_has_hold(check, entry, found, err) : rc;
}

/* --- what an entry "reconcile" is about --- */

/* A checkpoint that a witness has of entries that were lost: how many there were then. */
static enum egov_status check_noted(const struct egov__journal_row *entry,
                                    const struct egov__body *body, uint64_t number,
                                    struct egov_error *err)
{
	static const char noun[] = EGOV__N("checkpoint that was lost");
	uint64_t said = 0, entries = 0, lost = 0;

	if (!egov__body_get_number(body, EGOV__KEY_NUMBER, &said) || said != number)
		return egov__check_wrong(err, noun, entry->subject,
		                         EGOV__N("its number is not that of its subject"));
	/* An approval may stand before it. */
	if (!egov__body_get_number(body, EGOV__KEY_ENTRIES, &entries) || entries > entry->seq)
		return egov__check_wrong(err, noun, entry->subject,
		                         EGOV__N("the journal had not as many entries"));
	if (!egov__body_get_number(body, EGOV__KEY_LOST, &lost)
	    || lost != (number > entries ? number - entries : 0))
		return egov__check_wrong(err, noun, entry->subject,
		                         EGOV__N("it counts another number of entries as lost"));
	return EGOV_OK;
}

static bool number_after(const char *subject, const char *prefix, uint64_t *number)
{
	return strncmp(subject, prefix, strlen(prefix)) == 0
	       && egov__number_parse(subject + strlen(prefix), "number", 0, INT64_MAX, number, NULL)
	                  == EGOV_OK;
}

enum egov_status egov__check_reconcile(const struct egov__check *check,
                                       const struct egov__journal_row *entry, bool *found,
                                       struct egov_error *err)
{
	struct egov__body *body = NULL;
	uint64_t number = 0;
	enum egov_status rc;

	(void)check;
	*found = true;
	if (number_after(entry->subject, "crl-", &number))
		return EGOV_OK;
	if (!number_after(entry->subject, EGOV__CHECKPOINT_PREFIX, &number))
		return egov__check_wrong(err, EGOV__N("takeover"), entry->subject,
		                         EGOV__N("it is about neither a list nor a checkpoint"));
	rc = egov__body_parse(entry->body, &body, err);
	if (rc == EGOV_OK)
		rc = check_noted(entry, body, number, err);
	egov__body_free(body);
	return rc;
}
