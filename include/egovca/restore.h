/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_RESTORE_H
#define EGOVCA_RESTORE_H

#include <egovca/home.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * After a restore: a ledger that is older than what was published would bring the revoked
 * back (Order No. 4, Art. 18(3)).  While a list that is served has a higher number than the
 * ledger ever gave out, nothing is issued and no list is published: EGOV_E_CORRUPT.
 */

/*
 * Takes published lists over: those that are served, and those of files, each a path or an
 * address of http, https or ldap.  Each must be signed with a key of this CA.  What they revoke or hold
 * and the ledger does not know is recorded, certificates that are lost themselves included;
 * numbers go on behind theirs.  A record for each list: number, this-update, entries, lost (how
 * many of them were), and lost-certificate for each whose certificate the ledger lacks.
 */
struct egov_reconcile_options {
	const char *actor;
	const char *const *files;
	size_t files_count;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_reconcile(struct egov_home *home, const struct egov_reconcile_options *options,
                      struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
