/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_CEREMONY_H
#define EGOVCA_CEREMONY_H

#include <egovca/buffer.h>
#include <egovca/home.h>
#include <egovca/key.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The making of a CA from one reviewed file (egov-ceremony(5); Order No. 4, Art. 6, 22;
 * GM/T 0037).  Everything is made once with throw-away keys first, judged and shown.
 * Then the real keys are made, and sign nothing that differs from what was shown but in
 * key, serial number and dates.  A transcript tells each step.
 */
struct egov_ceremony_options {
	const char *file;               /* the ceremony file */
	const char *dir;                /* the home; the transcript is DIR.transcript until it is there */
	const char *actor;
	const char *source;             /* egov_home_set_source; NULL: "" */
	int dry_run;                    /* go no further than that */
	struct egov_buf *matter;        /* not NULL: no further either; gets what those who review
	                                 * it sign (egov_operator_sign), DER */
	const char *reviewed;           /* SM3 of the file that was reviewed, in hex; or NULL */
	const struct egov_slice *approvals;     /* signed by those whom the file names */
	size_t approvals_count;
	const char *program;            /* file of the program, whose SM3 the transcript has; or NULL */
	struct egov_clock clock;
	void (*tick)(void *user, struct egov_clock *clock);     /* the clock again; or NULL */
	void *tick_user;
	egov_pin_fn *pin;
	void *pin_user;
};

/*
 * Holds the ceremony.  A production home wants the approvals of an administrator and an
 * audit administrator of the file, a test home reviewed or an approval.  What was
 * interrupted goes on where it was.  The first record of report is about the ceremony, the
 * second shows what the dry run would have signed, the third is about what was made.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_ceremony(const struct egov_ceremony_options *options, struct egov_report *report,
              struct egov_error *err);

/*
 * The second act of a subordinate CA's ceremony: installs the certificate as
 * egov_init_install does, if it is what the ceremony file says, and notes that in a
 * transcript.
 */
struct egov_ceremony_install_options {
	const char *file, *actor;
	struct egov_slice certificate, chain;
	const char *program;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_ceremony_install(struct egov_home *home, const struct egov_ceremony_install_options *options,
                      struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
