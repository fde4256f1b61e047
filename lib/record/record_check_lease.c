/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "record/check.h"

/* Who makes lists is whom the last entry about it names. */
struct lease {
	struct egov_slice holder;
	bool last_fits;
};

static enum egov_status see_lease(void *user, const struct egov__journal_row *entry,
                                  const struct egov__body *body, struct egov_error *err)
{
	struct lease *const lease = user;
	const char *const holder = egov__body_get_text(body, EGOV__KEY_HOLDER);

	(void)entry;
	(void)err;
	lease->last_fits = holder != NULL && egov__slice_is(lease->holder, holder);
	return EGOV_OK;
}

static enum egov_status check_holder(const struct egov__check *check, struct egov_slice holder,
                                     struct egov_error *err)
{
	struct lease lease = { .holder = holder };
	struct egov__entry_walk walk = { EGOV__KIND_LEASE, see_lease, &lease, 0 };
	enum egov_status rc = egov__check_entries_of(check, EGOV__LEASE_SUBJECT, &walk, err);

	if (rc == EGOV_OK && !lease.last_fits)
		rc = egov__check_wrong(err, EGOV__N("setting"), EGOV__META_CRL_HOLDER,
		                       EGOV__N("its value is not the last of the journal"));
	return rc;
}

/* A time; what it says is over soon, and no more than a delay. */
static enum egov_status check_until(struct egov_slice until, struct egov_error *err)
{
	for (size_t i = 0; i < until.size; i++)
		if (until.data[i] < '0' || until.data[i] > '9' || until.size > 12)
			return egov__check_wrong(err, EGOV__N("setting"), EGOV__META_CRL_UNTIL,
			                         EGOV__N("it is no time"));
	return EGOV_OK;
}

enum egov_status egov__check_lease(const struct egov__check *check, const char *name,
                                   struct egov_slice value, bool *is, struct egov_error *err)
{
	*is = true;
	if (strcmp(name, EGOV__META_CRL_HOLDER) == 0)
		return check_holder(check, value, err);
	if (strcmp(name, EGOV__META_CRL_UNTIL) == 0)
		return check_until(value, err);
	*is = false;
	return EGOV_OK;
}
