/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_HOME_H
#define EGOVCA_HOME_H

#include <egovca/buffer.h>
#include <egovca/key.h>
#include <egovca/progress.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A CA home: configuration, profiles, ledger, publication folder.  Opening
 * runs recovery: files that killed runs left in the home are removed (in the
 * publication folder, by the next that publishes), the schema and the head of
 * the journal are checked.  A handle belongs to one
 * thread; many processes may have the same home open.
 */
struct egov_home;

/* The library never reads the clock.  test is EGOV_TIME_NONE unless a tester
 * asks for a time of his own, which counts in homes made for tests alone. */
struct egov_clock {
	egov_time real;
	egov_time test;
};

/*
 * For a program that is over soon, opens a home and uses SQLite for nothing else: SQLite does not
 * count its memory then, which costs the issue of one certificate 2 % of its time.  Before the
 * first home is opened, by the only thread; it does nothing where SQLite is in use already.
 */
EGOV_API void egov_home_own_process(void);

/* pin is asked where a key's URI names no pin-source; NULL: nobody to ask. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_open(const char *dir, const struct egov_clock *clock, egov_pin_fn *pin, void *pin_user,
               struct egov_home **out, struct egov_error *err);
EGOV_API void egov_home_close(struct egov_home *home);

/* Whom long calls on this handle tell how far they are (egov_record_check:
 * entries and rows); NULL, as at first: nobody. */
EGOV_API void egov_home_progress(struct egov_home *home, egov_progress_fn *progress, void *user);

/*
 * Whose account on this machine makes what this handle records, and with what program and
 * version: "os:ca egov-issue 0.1.0".  It stands in every entry of the journal, beside the
 * person who acts (Order No. 4, Art. 24); at most 127 octets are kept.  As at first: "".
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_set_source(struct egov_home *home, const char *source, struct egov_error *err);

/* The moment that every operation on this handle happens at. */
EGOV_API egov_time egov_home_now(const struct egov_home *home);
EGOV_API int egov_home_is_test(const struct egov_home *home);

/*
 * Which machine this is, and since when it runs: one at a time makes lists ([crl] lease).  1 to
 * 127 octets on one line.  Without it the handle passes for a machine of its own.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_set_host(struct egov_home *home, const char *host, struct egov_error *err);

/* Moves that moment on: long work sets the clock now and then. */
EGOV_API void egov_home_set_clock(struct egov_home *home, const struct egov_clock *clock);

/*
 * Between these two the procedures of egovca/ca.h that sign nothing with the CA's
 * key (applications, revocations) become durable together: nobody is told that
 * one is done before the commit.  Each still succeeds or fails by itself.  A
 * commit that fails has lost all of them; closing the home does too.  Others who
 * want to write wait meanwhile: a group is short, some tens of milliseconds.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_group_begin(struct egov_home *home, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_group_commit(struct egov_home *home, struct egov_error *err);

/*
 * What runs that ended too early left: a record for each intent that is older
 * than a minute and has no result (intent, object, serial or number,
 * application, time).  It may have produced a signature: egov-issue for the same
 * application finishes it, egov-revoke closes it, egov-crl publish closes those
 * of lists.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_home_unfinished(struct egov_home *home, struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
