/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/application_row.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
	[EGOV__APPLICATION_SUBMITTED] = "submitted", [EGOV__APPLICATION_REVIEWED] = "reviewed",
	[EGOV__APPLICATION_APPROVED] = "approved",   [EGOV__APPLICATION_ISSUING] = "issuing",
	[EGOV__APPLICATION_ISSUED] = "issued",       [EGOV__APPLICATION_REJECTED] = "rejected",
};
#define STATES (sizeof(state_names) / sizeof(state_names[0]))

const char *egov__application_state_name(enum egov__application_state state)
{
	return (size_t)state < STATES && state_names[state] != NULL ? state_names[state] : "?";
}

int egov__application_state_by_name(const char *name)
{
	for (size_t i = 1; i < STATES; i++)
		if (strcmp(state_names[i], name) == 0)
			return (int)i;
	return 0;
}

static enum egov_status own(struct egov__application_copy *copy, struct egov_error *err)
{
	struct egov__application_row *row = &copy->row;
	const char **const texts[] = { &row->id,        &row->profile,  &row->submitter,
		                       &row->identity_operator, &row->reviewer, &row->approver,
		                       &row->second_approver,   &row->reason };
	uint8_t *text, *serial;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		copy->texts[i] = egov__text_dup(*texts[i]);
		if (copy->texts[i] == NULL)
			return egov_error_nomem(err);
		*texts[i] = copy->texts[i];
	}
	text = egov__slice_copy(row->text);
	serial = egov__slice_copy(row->serial);
	copy->text = text;
	copy->serial = serial;
	if (text == NULL || serial == NULL)
		return egov_error_nomem(err);
	row->text.data = text;
	row->serial.data = serial;
	return EGOV_OK;
}

enum egov_status egov__application_copy_get(struct egov_store *store, const char *id,
                                            struct egov__application_copy *out,
                                            struct egov_error *err)
{
	struct egov__application_copy copy = { 0 };
	bool found = false;
	enum egov_status rc = egov__store_application_get(store, id, &copy.row, &found, err);

	if (rc == EGOV_OK && !found)
		rc = egov_error_set(err, EGOV_E_NOTFOUND, "Order No. 4, Art. 21",
		                    "no application \"%.40s\"", id);
	if (rc == EGOV_OK)
		rc = own(&copy, err);
	if (rc != EGOV_OK) {
		egov__application_copy_clear(&copy);
		return rc;
	}
	*out = copy;
	return EGOV_OK;
}

void egov__application_copy_clear(struct egov__application_copy *copy)
{
	for (size_t i = 0; i < sizeof(copy->texts) / sizeof(copy->texts[0]); i++)
		free(copy->texts[i]);
	free(copy->text);
	free(copy->serial);
	memset(copy, 0, sizeof(*copy));
}
