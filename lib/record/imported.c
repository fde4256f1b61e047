/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "crypto/sm3.h"
#include "record/imported.h"
#include "record/kinds.h"

void egov__import_subject(const struct egov__imported_row *row, char out[EGOV__IMPORT_SUBJECT])
{
	(void)snprintf(out, EGOV__IMPORT_SUBJECT, "import-%.20s-%" PRIu64, row->list, row->number);
}

enum egov_status egov__import_body(const struct egov__imported_row *row, struct egov__body *body,
                                   struct egov_error *err)
{
	uint8_t digest[EGOV__SM3_SIZE];
	enum egov_status rc = egov__sm3(&row->der, 1, digest, err);

	egov__body_number_add(body, EGOV__KEY_NUMBER, row->number);
	egov__body_hex_add(body, EGOV__KEY_SM3, EGOV__SLICE(digest));
	egov__body_hex_add(body, EGOV__KEY_KEY_SM3, EGOV__SLICE(row->issuer_digest));
	egov__body_number_add(body, EGOV__KEY_ENTRIES, row->entries);
	egov__body_time_add(body, EGOV__KEY_THIS_UPDATE, row->this_update);
	egov__body_time_add(body, EGOV__KEY_NEXT_UPDATE, row->next_update);
	egov__body_optional_add(body, EGOV__KEY_GONE, row->gone);
	return rc == EGOV_OK ? egov__body_check(body, err) : rc;
}
