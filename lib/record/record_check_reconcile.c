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
