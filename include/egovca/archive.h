/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_ARCHIVE_H
#define EGOVCA_ARCHIVE_H

#include <egovca/home.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Moves entries of the journal that were recorded before a time, with their sealed blobs and
 * certificates, out of the ledger into files of the home's folder "archive" (egov-archive(5)),
 * one behind the other.  Everything goes on reading them there.  Others can write meanwhile.
 * A record for each file (archive, first, entries, sm3, octets), then one with archived (entries
 * altogether) and free (octets of the ledger that are free again).  What a killed run left is
 * carried out first.
 */
struct egov_archive_options {
	const char *actor;
	egov_time until;                /* EGOV_TIME_NONE: up to now */
	int compact;                    /* then the ledger is written anew: others wait meanwhile */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_archive(struct egov_home *home, const struct egov_archive_options *options,
                    struct egov_report *report, struct egov_error *err);

/* Each file is as it was written and signed, and each of its entries is that of the journal:
 * EGOV_E_CORRUPT.  Records as above. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_archive_verify(struct egov_home *home, struct egov_report *report,
                           struct egov_error *err);

/* Brings the entries of this file, by its number, and of all behind it back into the ledger, and
 * removes the files.  EGOV_E_NOTFOUND where there is none. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_archive_return(struct egov_home *home, const char *actor, unsigned long number,
                           struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
