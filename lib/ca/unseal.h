/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_UNSEAL_H
#define CA_UNSEAL_H

#include "ca/issuing.h"
#include "key/decrypter.h"

/* Opens what lies sealed under an entry: salt || blob, appended.  EGOV_E_AUTH where it is
 * sealed to another key, EGOV_E_CORRUPT where it is not what the entry commits to. */
EGOV_MUST_CHECK enum egov_status egov__unseal(const struct egov__decrypter *custodian,
                                              const struct egov__journal_row *entry,
                                              struct egov_buf *plain, struct egov_error *err);

/* Journals that these entries ("3, 7") were unsealed: before anybody sees what was in them. */
EGOV_MUST_CHECK enum egov_status egov__unseal_record(struct egov_home *home, const char *actor,
                                                     const char *subject, const char *entries,
                                                     struct egov_error *err);

#endif
