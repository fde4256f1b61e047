/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_APPLICATION_ROW_H
#define CA_APPLICATION_ROW_H

#include "home/home.h"

/*
 * A row of the ledger's applications that the caller owns: what the store lends
 * lives only until the next call on it.
 */
struct egov__application_copy {
	struct egov__application_row row;
	char *texts[8];                 /* behind the row's pointers */
	uint8_t *text, *serial;
};

/* EGOV_E_NOTFOUND, with Art. 21, where there is none of this ID. */
EGOV_MUST_CHECK enum egov_status egov__application_copy_get(struct egov_store *store,
                                                            const char *id,
                                                            struct egov__application_copy *out,
                                                            struct egov_error *err);
void egov__application_copy_clear(struct egov__application_copy *copy);

/* "submitted", "approved", ...; 0 for a word that is no state. */
const char *egov__application_state_name(enum egov__application_state state);
int egov__application_state_by_name(const char *name);

#endif
