/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_ARCHIVE_H
#define CA_ARCHIVE_H

#include "home/home.h"

/* Who writes into the folder "archive" of a home holds it. */
#define EGOV__ARCHIVE_LOCK "archive.lock"

/* Under that lock: what a killed run left there goes, which may hold what was destroyed. */
EGOV_MUST_CHECK enum egov_status egov__archive_tidy(struct egov_home *home,
                                                    struct egov_error *err);

/* What is being destroyed (record/purge.h) leaves the archives, under that lock: afterwards it
 * lies in the ledger alone. */
EGOV_MUST_CHECK enum egov_status egov__archive_forget(struct egov_home *home, const char *actor,
                                                      struct egov_error *err);

#endif
