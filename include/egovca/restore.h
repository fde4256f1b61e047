/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_RESTORE_H
#define EGOVCA_RESTORE_H

#include <egovca/home.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A copy of the whole home in dir, which must not exist, while others go on: the ledger in
 * one piece by SQLite's own means, checked as egov_record_check does, and every other file with its
 * SM3.  dir appears when it is whole, and is a home: to restore it is to copy it.  Keys in
 * tokens are not in it.
 */
struct egov_backup_options {
	const char *actor, *dir;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_backup(struct egov_home *home, const struct egov_backup_options *options,
                   struct egov_report *report, struct egov_error *err);

/*
 * A backup before it is used: each file as it was copied, the records whole.
 * EGOV_E_CORRUPT too where one of these lists (paths, DER) has a higher number than the
 * ledger gave out.  EGOV_E_POLICY for a home that is no backup.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_restore_check(struct egov_home *home, const char *const *files, size_t count,
                          struct egov_report *report, struct egov_error *err);

/*
 * After a restore: a ledger that is older than what was published would bring the revoked
 * back (Order No. 4, Art. 18(3)).  While a list that is served has a higher number than the
 * ledger ever gave out, while a witness has a checkpoint of entries that the journal lacks, or in
 * a home that is a copy of a backup, nothing is issued and no list is published: EGOV_E_CORRUPT.
 */

/*
 * Takes published lists over: those that are served, and those of files, each a path or an
 * address of http, https or ldap; a path may also be that of a checkpoint (PEM).  Each list
 * must be signed with a key of this CA.  What they revoke or hold and the ledger does not know
 * is recorded, certificates that are lost themselves included; numbers go on behind theirs.
 * Checkpoints that witnesses have of entries that were lost are noted, and stop nothing any
 * more.  A home that is a copy of a backup wants one of files at least, as new as its own last
 * list; so does one that a witness is ahead of, unless a list told something.  A record for
 * each list: number, this-update, entries, lost (how many of them were), and lost-certificate
 * for each whose certificate the ledger lacks; for each checkpoint: checkpoint (entries that it
 * covers), and journal (entries that there are).
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
