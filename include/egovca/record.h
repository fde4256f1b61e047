/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_RECORD_H
#define EGOVCA_RECORD_H

#include <egovca/buffer.h>
#include <egovca/home.h>
#include <egovca/report.h>
#include <egovca/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Records that prove something to others (Order No. 4, Art. 24, 31, 40): checkpoints of the
 * journal, witnesses who have them, evidence of one certificate's life, and search.
 * Private parts of entries are sealed to the custodian; who opens them leaves an entry.
 */

/* --- checkpoints and witnesses --- */

/*
 * Signs a checkpoint over the whole journal with the journal key, unless the last covers it
 * already; with if_due only where [record] checkpoint_entries or checkpoint_period says so.
 * file (NULL: none) gets the last one, DER (egov-evidence(5)).  A checkpoint is no entry; that
 * actor was refused one is.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_checkpoint(struct egov_home *home, const char *actor, int if_due,
                       struct egov_buf *file, struct egov_report *report, struct egov_error *err);

/*
 * Lets the CA's active key sign, once, that the journal key is the one of its journal: evidence
 * that is made from then on says so, and needs nothing but the CA's certificate to be believed.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_certify(struct egov_home *home, const char *actor, struct egov_report *report,
                    struct egov_error *err);

/*
 * Lodges a checkpoint over the whole journal with an outside party, one of three: as a file
 * in a directory, as an entry in the journal of another home, or countersigned with a key
 * that is not the CA's, whose certificate is given.  An entry says so.  EGOV_E_CORRUPT where
 * one that was lodged before is ahead of the journal.
 */
struct egov_witness_options {
	const char *actor;
	const char *directory;          /* either this */
	const char *home;               /* or this */
	const char *key_uri;            /* or this, with certificate (DER or PEM) */
	struct egov_slice certificate;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_witness(struct egov_home *home, const struct egov_witness_options *options,
                    struct egov_report *report, struct egov_error *err);

/* The journal against every checkpoint that was lodged: EGOV_E_CORRUPT where one is not of
 * it, or is ahead of it; EGOV_E_IO where the place cannot be read.  A record for each.  Part
 * of egov_record_check. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_witnesses(struct egov_home *home, struct egov_report *report, struct egov_error *err);

/* --- evidence --- */

/*
 * Everything that the records say of one certificate, as one file (egov-evidence(5), DER)
 * that proves itself.  Without custodian_key its private parts stay sealed; with it they are
 * in it, and the unsealing is journalled first.
 */
struct egov_prove_options {
	const char *actor;
	const char *serial;
	const char *custodian_key;      /* URI, or NULL */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_prove(struct egov_home *home, const struct egov_prove_options *options,
                  struct egov_buf *evidence, struct egov_report *report, struct egov_error *err);

/*
 * What a file of evidence proves: records of steps, in words.  Needs no home.  trust: the
 * CA's certificates, DER or PEM; witnesses (size 0: any or none): certificates that must have
 * countersigned.  EGOV_E_CORRUPT: it was altered, or contradicts itself.  EGOV_E_UNTRUSTED:
 * it is whole, but not of that CA, or not witnessed so.
 */
struct egov_evidence_options {
	struct egov_slice trust, witnesses;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_evidence_verify(struct egov_slice evidence, const struct egov_evidence_options *options,
                     struct egov_report *report, struct egov_error *err);

/* --- for inspectors (Order No. 4, Art. 31, 32) --- */

/*
 * Copies what the records say of certificates into a new directory that a person reads without
 * this software: evidence and certificate of each, index.html, and manifest.sm3 with the SM3
 * of every file (egov-evidence(5)).  All is of one moment; others go on working.  With full
 * what is sealed is in it too, opened with custodian_key.  Which certificates: those that an
 * entry from from on and before to is about (EGOV_TIME_NONE: any), and whose subject contains
 * subject (NULL: any).  EGOV_E_EXISTS: dir is there; EGOV_E_NOTFOUND: there is no such
 * certificate.
 */
struct egov_pack_options {
	const char *actor;
	const char *name;               /* of the case */
	const char *dir;
	egov_time from, to;
	const char *subject;
	int full;
	const char *custodian_key;      /* URI; with full alone */
	/* What the law lets an authority see that presents a paper: name is the paper's reference,
	 * with full, and these serials and nothing else; EGOV_E_NOTFOUND where one is not there. */
	const char *const *serials;     /* NULL: as above */
	size_t serials_count;
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_pack(struct egov_home *home, const struct egov_pack_options *options,
                 struct egov_report *report, struct egov_error *err);

/*
 * Whether such a directory is as it was made: each file, no other, each evidence as
 * egov_evidence_verify does.  manifest_sm3 (hex, NULL: any) is what the pack's entry and its
 * maker say.  Needs no home.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_pack_verify(const char *dir, const struct egov_evidence_options *options,
                 const char *manifest_sm3, struct egov_report *report, struct egov_error *err);

/* --- search --- */

/* Which entries: each that is not NULL or EGOV_TIME_NONE must fit. */
struct egov_record_query {
	egov_time from, to;             /* to: not included */
	const char *kind, *actor;
	const char *serial;             /* text */
	const char *application;
	const char *subject;            /* what stands in the subject of the certificate that an
	                                   entry is about */
};

/* Tells of each, as a report of one record; in constant memory, over one view of the
 * journal.  A failure of fn ends it. */
typedef enum egov_status egov_record_fn(void *user, const struct egov_report *entry,
                                        struct egov_error *err);
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_list(struct egov_home *home, const struct egov_record_query *query,
                 egov_record_fn *fn, void *user, struct egov_error *err);

/*
 * One entry by its number, its leaf with it.  With custodian_key (NULL: none) the private
 * part too, appended to private; the unsealing is journalled first.
 */
struct egov_record_show_options {
	const char *actor;
	const char *entry;              /* number */
	const char *custodian_key;      /* URI, or NULL */
};
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_show(struct egov_home *home, const struct egov_record_show_options *options,
                 struct egov_buf *private_part, struct egov_report *report,
                 struct egov_error *err);

/* The catalogue: a record for each kind of entry: kind, subject, fields (those in brackets
 * may be absent), whether there is a private part, and what it says. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_record_kinds(struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
