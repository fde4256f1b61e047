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
 * actor is the person who acts (egovca/operator.h).  Serials are text: hexadecimal, with or
 * without colons.
 */

/* --- making a home (Art. 6, 18) --- */

/*
 * Makes a home.  It appears as a whole or not at all.  A test home takes test
 * profiles alone, a production home production profiles alone and, unless
 * allow_software is set (which is journalled), only keys that do not live in
 * software.  The journal key is another key than the CA's (Order No. 4, Art.
 * 24); the custodian's certificate is what private data are sealed to (Art. 23).
 */
struct egov_init_options {
	const char *dir;                /* must not exist, or be an empty folder */
	int test;
	const char *subject;            /* "C=CN, O=..., CN=..." */
	const char *key_uri, *journal_key_uri;
	const char *custodian_file;     /* certificate with an SM2 key */
	int self_signed;                /* 1: root; 0: request for a parent */
	const char *crl_url;            /* NULL: a placeholder in test homes, none otherwise */
	const char *ca_issuers_url;     /* the same */
	const char *ocsp_url;           /* NULL: none */
	int null_params;                /* signature algorithm with NULL parameters */
	int allow_software;
	const char *module_map;         /* NULL: built-in mappings */
	const char *actor;              /* who does this, for the journal */
	const char *source;             /* egov_home_set_source; NULL: "" */
	/* Who appoints all others, each "NAME=FILE" with a certificate as for
	 * egov_operator_add: one at least of each in a production home (GM/T 0037). */
	const char *const *administrators, *const *audit_administrators;
	size_t administrators_count, audit_administrators_count;
	struct egov_clock clock;
	egov_pin_fn *pin;
	void *pin_user;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_init(const struct egov_init_options *options, struct egov_report *report,
          struct egov_error *err);

/* The PKCS#10 request of a subordinate CA's home, DER: what its parent certifies. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_init_request(struct egov_home *home, struct egov_buf *der, struct egov_error *err);

/* Installs the certificate that the parent made of the request; chain holds the
 * certificates above it.  Key and subject must be ours, and the path must verify
 * up to a self-signed certificate of the chain; without a chain (size 0) the
 * path is not checked, and the report says so. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_init_install(struct egov_home *home, const char *actor, struct egov_slice certificate,
                  struct egov_slice chain, struct egov_report *report, struct egov_error *err);

/*
 * Rolls over to the key that egovca.conf names as the next generation's, under the same
 * name.  A root certifies the new key, each key certifies the other (RFC 4210, 4.4),
 * and the new one becomes active; a subordinate CA makes a request
 * (egov_init_request), and the new key becomes active with egov_init_install.  What a
 * killed run left is gone on with.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_init_rollover(struct egov_home *home, const char *actor, struct egov_report *report,
                   struct egov_error *err);

/* --- the CA's keys (Art. 22) --- */

/*
 * Destroys the key of a generation: it signs nothing any more, and is removed from its
 * token.  EGOV_E_POLICY where it is active or one of its certificates lives on, unless
 * reason is given and two people do it: in a production home two operators sign, in a
 * home for tests second may name the other.  What a killed run left is finished.
 */
struct egov_ca_key_destroy_options {
	const char *actor, *second, *reason;    /* second, reason: NULL where not needed */
	uint64_t generation;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_ca_key_destroy(struct egov_home *home, const struct egov_ca_key_destroy_options *options,
                    struct egov_report *report, struct egov_error *err);

/* A record for each generation of the CA's key, and one for the journal's: state
 * (pending, active, retired, destroying, destroyed) and how often it has signed. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_ca_key_list(struct egov_home *home, struct egov_report *report, struct egov_error *err);

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

/*
 * Issues many.  Jobs come from next, results go to take, both called in the calling
 * thread and in the order of the jobs; requests are checked and certificates
 * signed by threads of the library, each with a handle of its own for the CA's
 * key.  The ledger is written by the caller's thread alone, in transactions of up
 * to 512 rows or 20 milliseconds; a certificate is handed out only after the
 * one that records it has committed.  One job that fails stops no other.
 */
struct egov_issue_job {
	const char *profile;
	const char *application;        /* ID */
	struct egov_slice request;      /* PKCS#10, DER or PEM */
	const char *request_name;       /* stands for it in messages, or NULL */
	/*
	 * NULL: as above.  "renew", "rekey", "extend": as egov_renew with serial, and an
	 * application or consent; the request may be empty.  "pair": as egov_issue_pair with
	 * encrypt_profile and answer.  Such a job has transactions of its own.
	 */
	const char *operation;
	const char *serial;
	struct egov_slice consent;      /* DER */
	const char *encrypt_profile;
	struct egov_slice answer;       /* DER or PEM */
	void *user;                     /* comes back with the result */
	/* Status other than EGOV_OK: the job cannot be done, the result says so. */
	struct egov_error error;
};
struct egov_issue_result {
	uint64_t number;                /* of the job, from 1 */
	void *user;                     /* of the job */
	enum egov_status status;
	const struct egov_error *error; /* where status is not EGOV_OK */
	int earlier;                    /* issued by an earlier run, on the same key */
	struct egov_slice serial;       /* both lent until take returns */
	struct egov_slice certificate;  /* DER */
	struct egov_slice encrypt_certificate, envelope;        /* of a pair; DER */
};
struct egov_issue_batch_options {
	const char *actor;
	const char *validity;           /* duration text, or NULL */
	unsigned signers;               /* threads, at most 256; 0: one a processor */
	/*
	 * The next job: everything that it points to is copied, except user.  *more
	 * is 1, or 0 at the end.  May set the home's clock.  A failure ends the
	 * batch: jobs that were taken in are finished, and their results given.
	 */
	enum egov_status (*next)(void *user, struct egov_issue_job *job, int *more,
	                         struct egov_error *err);
	/* A result.  A failure ends the batch the same way, and take is
	 * not called again. */
	enum egov_status (*take)(void *user, const struct egov_issue_result *result,
	                         struct egov_error *err);
	void *user;
};

/*
 * EGOV_OK where the batch went to its end, whatever became of its jobs.  An
 * application that an earlier run used up, or a certificate that it followed, for the
 * same profile and key gives its certificate again, so a batch that was killed is finished by running it
 * again: nothing is issued twice.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_issue_batch(struct egov_home *home, const struct egov_issue_batch_options *options,
                 struct egov_error *err);
/* --- pairs: signing and encryption certificate of one holder (GM/T 0034) --- */
struct egov_pair_options {
	struct egov_issue_options issue;        /* of the signing certificate */
	const char *encrypt_profile;            /* the one that the application names */
	struct egov_slice answer;               /* the centre's, DER or PEM; egov_issue_pair */
};

/*
 * What a key-management centre is asked for an approved application, signed with
 * the journal key: egov-key-exchange(5), DER.  Asked again, the same bytes.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_issue_key_request(struct egov_home *home, const struct egov_pair_options *options,
                       struct egov_buf *request, struct egov_report *report,
                       struct egov_error *err);

/*
 * Issues both certificates in one transaction.  The answer must be the configured
 * centre's, to the request of this application.  An earlier run on the same answer
 * that was killed is finished, the same bytes signed; of one that came to its end
 * the same three objects are handed out again.
 */
struct egov_pair_out {
	struct egov_buf *certificate, *encrypt_certificate;
	struct egov_buf *envelope;              /* SM2EnvelopedKey for the holder, DER */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_issue_pair(struct egov_home *home, const struct egov_pair_options *options,
                const struct egov_pair_out *out, struct egov_report *report,
                struct egov_error *err);

/*
 * A certificate that follows another of the same holder, as the profile's [renewal]
 * allows (egov-profile(5)); once for each.
 *   renew   same key, a new period from now on
 *   rekey   another key, which the request proves
 *   extend  same key and same start, a later end
 * It rests on an approved application, or on the holder's consent: the signature with
 * the key before over what egov_renew_consent gives.  EGOV_E_POLICY where the
 * certificate is revoked, on hold, expired or followed already, or a rule is broken.
 */
struct egov_renew_options {
	const char *actor;
	const char *operation;          /* "renew", "rekey" or "extend" */
	const char *serial;             /* of the certificate that is followed */
	const char *application;        /* ID, with a request for its key; or NULL */
	struct egov_slice consent;      /* DER, where there is no application */
	struct egov_slice request;      /* PKCS#10 with the key; size 0: the key stays */
	const char *request_name;       /* stands for it in messages */
	const char *validity;           /* duration text, or NULL: up to what is allowed */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_renew(struct egov_home *home, const struct egov_renew_options *options,
           struct egov_buf *certificate, struct egov_report *report, struct egov_error *err);

/* The text that the holder signs: of options, operation, serial and request count. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_renew_consent(struct egov_home *home, const struct egov_renew_options *options,
                   struct egov_buf *text, struct egov_error *err);

/*
 * Finishes what runs that were killed left: signs the same bytes again, for all or for
 * one serial.  What began longer ago than [ca] resume is refused: egov_revoke closes
 * it.  report gets a record for each.
 */
struct egov_resume_options {
	struct egov_home *home;
	const char *actor;
	const char *serial;             /* NULL: all */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_resume(const struct egov_resume_options *options, struct egov_report *report,
            struct egov_error *err);

/* --- revoking (Art. 18(1)) --- */
struct egov_revoke_options {
	const char *actor;
	const char *serial;             /* either this */
	struct egov_slice certificate;  /* or this */
	const char *reason;             /* RFC 5280 name, e.g. "keyCompromise" */
	const char *requested_by;
	const char *evidence;           /* file */
	egov_time invalidity_date;      /* EGOV_TIME_NONE: none */
	int alone;                      /* of a pair, this one; 0: both */
	egov_time reported_at;          /* EGOV_TIME_NONE: now */
	int again;                      /* what is revoked for this reason already is done */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_revoke(struct egov_home *home, const struct egov_revoke_options *options,
            struct egov_report *report, struct egov_error *err);

/*
 * Suspends a certificate (GM/T 0034, 12.6), where [crl] hold = yes: it is listed as
 * certificateHold until it is released or revoked for good, which then counts from
 * the hold on.  EGOV_E_POLICY for what is revoked, expired, on hold or a CA's.
 */
struct egov_hold_options {
	const char *actor;
	const char *serial;             /* either this */
	struct egov_slice certificate;  /* or this */
	const char *requested_by;
	const char *evidence;           /* file */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_hold(struct egov_home *home, const struct egov_hold_options *options,
          struct egov_report *report, struct egov_error *err);

/* Lifts it (GM/T 0034, 12.7): the certificate is good again, and is listed no more.
 * EGOV_E_POLICY for what is not on hold, and unless [crl] release_people = 1 for the
 * actor who put it on hold. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_release(struct egov_home *home, const struct egov_hold_options *options,
             struct egov_report *report, struct egov_error *err);

/* --- CRLs (Art. 18(3)) --- */

/*
 * Publishes the next lists, each as one transaction: the complete ones, and where
 * [crl] delta_period is set delta lists that change them.  Any doubt leaves the old
 * list served: EGOV_E_POLICY or EGOV_E_CORRUPT names the check.
 */
struct egov_crl_publish_options {
	const char *actor;
	int if_due;                     /* nothing while what is published is fresh */
	int delta;                      /* delta lists alone */
	int dry_run;                    /* every check before the signature; nothing is signed */
	int explain;                    /* a record for each check: check, clause, verdict, why */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_publish(struct egov_home *home, const struct egov_crl_publish_options *options,
                 struct egov_report *report, struct egov_error *err);

/*
 * All lists that were made, a record each; and one that was published, by its number, or
 * the one of that name that was in force at a time: "ca", "ca2", "ca-arl", "ca-s17-delta"
 * as in the web root (NULL: "ca").
 * EGOV_E_NOTFOUND where there is none.
 */
struct egov_crl_query {
	uint64_t number;                /* 0: by time */
	egov_time at;
	const char *list;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_list(struct egov_home *home, struct egov_report *report, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_get(struct egov_home *home, const struct egov_crl_query *query, struct egov_buf *der,
             struct egov_error *err);

/*
 * Takes a list that a CA above this one made, as an offline root does, checks it as its own
 * are checked (but for what asks what this CA revoked), against the last of its name, and
 * serves it as crl/LIST.crl and to the targets.  The issuer is one of the chain that was
 * installed with the CA's certificate.  The last list again is served again, where it has to be.
 *
 * Or a transfer packet of such a CA's home (egov_crl_export): signed by the journal key of that
 * home, which the first one needs sender for, for a key of this CA, under the number that follows
 * that of the last one.  All of its lists are taken, or none.  A list "ca-arl" gets the name
 * "parent-arl", where list is "parent".
 */
struct egov_crl_import_options {
	const char *actor;
	const char *list;               /* small letters, digits, hyphens; no name of ours */
	struct egov_slice crl;          /* DER, PEM or bare base64; a packet: DER or PEM */
	const char *const *gone;        /* serials that may leave the list: their certificates ended */
	size_t gone_count;
	const char *sender;             /* SM3 in hex of the journal key that signs packets, or NULL */
	int lost;                       /* packets before this one will not come: take it still */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_import(struct egov_home *home, const struct egov_crl_import_options *options,
                struct egov_report *report, struct egov_error *err);

/*
 * A transfer packet (egov-transfer(5)) for a CA that this one has certified: the complete lists
 * of this CA that are in force, signed by the journal key.  Where nothing is new since the last
 * one for it, that one again, byte for byte; number: the one of this number again.  The report
 * has number, new, lists, receiver, journal-key-sm3 and sm3.
 */
struct egov_crl_export_options {
	const char *actor;
	struct egov_slice receiver;     /* the receiving CA's certificate, DER or PEM */
	uint64_t number;                /* 0: the next one */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_export(struct egov_home *home, const struct egov_crl_export_options *options,
                struct egov_buf *packet, struct egov_report *report, struct egov_error *err);

/*
 * Fetches every address that the distribution points of live certificates name, of those that this
 * CA issued, of its own and of those above it, and judges
 * what is served there: issuer's bytes, signature, whose list it is, its number against the
 * last that was published, its times.  A record for each: url, certificates (so many name
 * it), verdict (good, warning, bad), why, number, entries, this-update, seconds-old, next-update,
 * seconds-left.
 */
enum egov_watch_verdict { EGOV_WATCH_GOOD = 0, EGOV_WATCH_WARNING = 1, EGOV_WATCH_BAD = 2 };
struct egov_crl_watch_options {
	/* Less than this before nextUpdate is a warning; 0: past half of its life, and after a
	 * period and three runs more. */
	struct egov_duration warn;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_watch(struct egov_home *home, const struct egov_crl_watch_options *options,
               enum egov_watch_verdict *worst, struct egov_report *report, struct egov_error *err);

/*
 * Judges a list as a relying party gets it (DER, PEM or bare base64) at a time:
 * form (GM/T 0015, 5.3), freshness, and its signature where issuer holds the
 * CA's certificate (size 0: none).  EGOV_E_UNTRUSTED names the first fault,
 * EGOV_E_SYNTAX says why it does not decode.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_check(struct egov_slice crl, struct egov_slice issuer, egov_time at,
               struct egov_report *report, struct egov_error *err);

/* The same of a file, however long the list is: memory does not grow with a file that holds
 * DER; or of what an address of http, https or ldap gives, which is held whole.  What the list
 * says of a serial is reported, too. */
struct egov_crl_check_options {
	struct egov_slice issuer;       /* certificate; size 0: none */
	const char *serial;             /* hexadecimal; NULL: none */
	egov_time at;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_crl_check_file(const char *path, const struct egov_crl_check_options *options,
                    struct egov_report *report, struct egov_error *err);

/* --- queries (Art. 18(2)(3)) --- */

/* What is known about one certificate, by serial text or DER/PEM. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_show(struct egov_home *home, const char *serial, struct egov_slice certificate,
                 struct egov_buf *der, struct egov_report *report, struct egov_error *err);

/* good, on-hold, revoked, expired, not-yet-valid or unknown at a time (EGOV_TIME_NONE:
 * now).  EGOV_E_NOTFOUND for a serial that was never issued. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_state(struct egov_home *home, const char *serial, egov_time at,
                  struct egov_report *report, struct egov_error *err);

/* How many were issued, renewed, rekeyed, extended, put on hold, released, revoked and
 * ended, from a time up to another (EGOV_TIME_NONE: no bound). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_count(struct egov_home *home, egov_time from, egov_time to,
                  struct egov_report *report, struct egov_error *err);

/*
 * The revocation clock: how long those that were decided from a time up to another
 * (EGOV_TIME_NONE: no bound) took from the report to the decision and from there to a
 * published list, against [crl] decide_within and list_within.  The last record has cases,
 * listed, pending, late, and of each stage NAME-p50, -p90, -p99 and -max in seconds;
 * records before it are the cases, where these are wanted.  *within is 0 where one is late.
 */
struct egov_status_clock_options {
	egov_time from, to;
	int cases;                      /* a record each, too */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_clock(struct egov_home *home, const struct egov_status_clock_options *options,
                  int *within, struct egov_report *report, struct egov_error *err);

/* A record a certificate, those whose subject contains text (NULL: all). */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_status_list(struct egov_home *home, const char *subject, struct egov_report *report,
                 struct egov_error *err);

/* --- records (Art. 24, 31) --- */

/*
 * The clock against the latest entry of the journal.  More than five minutes before it,
 * or past it by more than [record] silence: nothing is signed or recorded (EGOV_E_IO,
 * here as everywhere) until somebody has said, with a reason, that the clock is right.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_clock(struct egov_home *home, struct egov_report *report, struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_accept_clock(struct egov_home *home, const char *actor, const char *reason,
                         struct egov_report *report, struct egov_error *err);

/* Everything checked again from the bytes; EGOV_E_CORRUPT names the first contradiction. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_check(struct egov_home *home, struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
