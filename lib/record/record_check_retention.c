/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "record/check.h"
#include "record/retention.h"

enum egov_status egov__check_legal_hold(const struct egov__check *check,
                                        const struct egov__journal_row *entry, bool *found,
                                        struct egov_error *err)
{
	struct egov__certificate_row row;
	struct egov__legal_holds holds;
	struct egov_buf serial = EGOV__BUF(EGOV__MAX_OBJECT);
	enum egov_status rc =
		egov__check_found(egov__hex_parse(entry->subject, "serial", &serial, NULL), err);

	*found = false;
	if (rc == EGOV_OK)
		rc = egov__store_certificate_get(check->store, egov_buf_slice(&serial), &row, found,
		                                 err);
	else if (rc == EGOV_E_CORRUPT)
		rc = EGOV_OK;
	if (rc == EGOV_OK && *found)
		rc = egov__legal_holds_find(check->store, entry->subject, entry->seq + 1, &holds, err);
	egov__buf_clear(&serial);
	return rc;
}
