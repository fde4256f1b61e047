/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "record/check.h"

enum egov_status egov__check_ceremony(const struct egov__check *check,
                                      const struct egov__journal_row *entry, bool *found,
                                      struct egov_error *err)
{
	struct egov__body *body = NULL;
	struct egov__intent_row row;
	uint64_t id = 0;
	enum egov_status rc = egov__body_parse(entry->body, &body, err);

	*found = false;
	if (rc == EGOV_OK && egov__body_get_number(body, EGOV__KEY_INTENT, &id))
		rc = egov__store_intent_get(check->store, id, &row, found, err);
	if (rc == EGOV_OK && *found)
		*found = row.state == EGOV__INTENT_DONE && *row.application == 0
		         && egov__body_has_hex(body, EGOV__KEY_TBS_SM3, EGOV__SLICE(row.tbs_digest));
	egov__body_free(body);
	return rc;
}
