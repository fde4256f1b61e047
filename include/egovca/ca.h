/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_CA_H
#define EGOVCA_CA_H

#include <egovca/buffer.h>
#include <egovca/home.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The procedures of a CA.  Each leaves an entry in the journal, refusals
 * included; what cannot be journalled does not happen (Order No. 4, Art. 24).
 * actor is the person who acts.  Serials are text: hexadecimal, with or
 * without colons.
 */

/* --- policies: certification practice statements (Art. 16, 17) --- */
struct egov_policy_options {
	const char *actor;
	const char *version;
	egov_time published, effective;
	const char *file;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_policy_add(struct egov_home *home, const struct egov_policy_options *options,
                struct egov_report *report, struct egov_error *err);

/* --- the gate (Art. 21) --- */

/* Takes an application in; report gets its ID. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_submit(struct egov_home *home, const char *actor, const char *file,
                  struct egov_report *report, struct egov_error *err);

/* Decisions.  EGOV_E_POLICY where the actor may not take it (one person where
 * two are needed) or the application is not in the state for it. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_review(struct egov_home *home, const char *actor, const char *id,
                  struct egov_report *report, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_approve(struct egov_home *home, const char *actor, const char *id,
                   struct egov_report *report, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_reject(struct egov_home *home, const char *actor, const char *id, const char *reason,
                  struct egov_report *report, struct egov_error *err);

EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_show(struct egov_home *home, const char *id, struct egov_report *report,
                struct egov_error *err);

/* All applications, or those in one state ("submitted", "approved", ...; NULL: all). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_apply_list(struct egov_home *home, const char *state, struct egov_report *report,
                struct egov_error *err);

/* --- issuing (Art. 18(1), 19) --- */
struct egov_issue_options {
	const char *actor;
	const char *profile;            /* name in the home's profiles folder */
	const char *application;        /* ID */
	struct egov_slice request;      /* PKCS#10, DER or PEM */
	const char *request_name;       /* stands for it in messages */
	const char *validity;           /* duration text, or NULL */
};

/*
 * Issues on an approved application, once.  Anything missing or different is
 * EGOV_E_POLICY, names it and its article, signs nothing and is journalled.
 * An intent of this application that a killed run left is signed again, the
 * same bytes.  certificate gets DER.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_issue(struct egov_home *home, const struct egov_issue_options *options,
           struct egov_buf *certificate, struct egov_report *report, struct egov_error *err);

/* --- revoking (Art. 18(1)) --- */
struct egov_revoke_options {
	const char *actor;
	const char *serial;             /* either this */
	struct egov_slice certificate;  /* or this */
	const char *reason;             /* RFC 5280 name, e.g. "keyCompromise" */
	const char *requested_by;
	const char *evidence;           /* file */
	egov_time invalidity_date;      /* EGOV_TIME_NONE: none */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_revoke(struct egov_home *home, const struct egov_revoke_options *options,
            struct egov_report *report, struct egov_error *err);

/* --- CRLs (Art. 18(3)) --- */

/*
 * Publishes the next CRL as one transaction; if_due: does nothing while the
 * published one is fresh.  Any doubt leaves the old list served: EGOV_E_POLICY or
 * EGOV_E_CORRUPT names the check.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_publish(struct egov_home *home, const char *actor, int if_due,
                 struct egov_report *report, struct egov_error *err);

/* --- queries (Art. 18(2)(3)) --- */

/* What is known about one certificate, by serial text or DER/PEM. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_show(struct egov_home *home, const char *serial, struct egov_slice certificate,
                 struct egov_buf *der, struct egov_report *report, struct egov_error *err);

/* good, revoked, expired, not-yet-valid or unknown at a time (EGOV_TIME_NONE:
 * now).  EGOV_E_NOTFOUND for a serial that was never issued. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_state(struct egov_home *home, const char *serial, egov_time at,
                  struct egov_report *report, struct egov_error *err);

/* A record a certificate, those whose subject contains text (NULL: all). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_list(struct egov_home *home, const char *subject, struct egov_report *report,
                 struct egov_error *err);

/* --- records (Art. 24, 31) --- */

/* Everything checked again from the bytes; EGOV_E_CORRUPT names the first contradiction. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_check(struct egov_home *home, struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
