/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_RETENTION_H
#define EGOVCA_RETENTION_H

#include <egovca/home.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How long records are kept, and no longer (Order No. 4, Art. 24; trial measures of
 * 2009, Art. 24).  Serials are text, hexadecimal with or without colons.
 */

/*
 * From when on the records of a certificate may be destroyed, and how that came about:
 * lost-at (the later of expiry and revocation; of a CA's own certificate also the end of
 * what it signed last), a "rule" for each that counts, "rests-on" for each certificate that needs its
 * records longer, "legal-hold" for each case that holds them, due, and state (kept,
 * held, due, ordered, destroyed).  EGOV_E_NOTFOUND: never issued by this CA.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_due(struct egov_home *home, const char *serial, struct egov_report *report,
                struct egov_error *err);

/*
 * A legal hold keeps the records of a certificate whatever their age, until it is
 * released.  Each has the name of its case, 1 to 100 octets; the reason is sealed.
 * EGOV_E_POLICY where the case holds it already, or does not.
 */
struct egov_legal_hold_options {
	const char *actor, *serial;
	const char *name;               /* of the case */
	const char *reason;             /* 1 to 500 characters */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_hold(struct egov_home *home, const struct egov_legal_hold_options *options,
                 struct egov_report *report, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_release(struct egov_home *home, const struct egov_legal_hold_options *options,
                    struct egov_report *report, struct egov_error *err);

/*
 * Destroys the records of all certificates that are due, on the signatures of an
 * administrator and an audit administrator: first the sealed blobs with the keys that
 * they are sealed under, then certificates and names.  Entries of the journal with
 * their leaves stay, and SM3 of what went: every proof verifies as before.  dry_run
 * tells what is due and destroys nothing: a record each (serial, lost-at, due), then one
 * with until, count and list-sm3, which the signatures are about.  EGOV_E_POLICY where
 * confirm is not that count.  What a killed run left is carried out first.
 */
struct egov_purge_options {
	const char *actor;
	egov_time until;                /* due until then; EGOV_TIME_NONE: until now */
	int dry_run;
	uint64_t confirm;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_purge(struct egov_home *home, const struct egov_purge_options *options,
                  struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
