/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_EVIDENCE_H
#define RECORD_EVIDENCE_H

#include "record/lodged.h"

/*
 * What proves the life of one certificate to somebody who has nothing but the CA's
 * certificate (egov-evidence(5); Order No. 4, Art. 24, 40); DER:
 *
 *   Evidence ::= SEQUENCE {
 *     version     INTEGER (1),
 *     domain      UTF8String ("egovca evidence"),
 *     serial      OCTET STRING,                   -- INTEGER contents
 *     journalKey  OCTET STRING (SIZE (91)),       -- SubjectPublicKeyInfo
 *     statement   [1] OCTET STRING OPTIONAL,      -- record/journal_statement.h
 *     lodged      Lodged,                         -- covers all entries
 *     witnessed   [0] SEQUENCE {
 *       lodged      Lodged,                       -- an older one that a witness has
 *       proof       OCTET STRING } OPTIONAL,      -- that the journal grew out of it
 *     entries     SEQUENCE OF SEQUENCE {          -- by rising sequence
 *       entry       JournalEntry,                 -- record/record.h
 *       private     [0] OCTET STRING OPTIONAL,    -- salt || blob, unsealed
 *       proof       OCTET STRING },               -- that it is in the journal
 *     documents   SEQUENCE OF OCTET STRING,       -- each one's SM3 stands in an entry
 *     digest      OCTET STRING (SIZE (32)) }      -- SM3 of all values before it
 */
#define EGOV__EVIDENCE_LABEL "EGOVCA EVIDENCE"

struct egov__evidence {
	struct egov_slice serial, journal_key;
	struct egov_slice statement;            /* empty: there is none */
	struct egov__lodged lodged;
	bool has_witnessed;
	struct egov__lodged witnessed;
	struct egov_slice consistency;
	struct egov_slice entries, documents;   /* contents */
};

/* EGOV_E_CORRUPT where a byte is not as it was written. */
EGOV_MUST_CHECK enum egov_status egov__evidence_read(struct egov_slice der,
                                                     struct egov__evidence *out,
                                                     struct egov_error *err);
/* lodged and witnessed: their der alone is written. */
EGOV_MUST_CHECK enum egov_status egov__evidence_write(const struct egov__evidence *evidence,
                                                      struct egov_buf *out,
                                                      struct egov_error *err);

/* A JournalEntry, read; texts are no C strings. */
struct egov__evidence_entry {
	struct egov_slice der;          /* whole */
	uint64_t seq;
	egov_time time;
	struct egov_slice kind, actor, source, subject, body, commitment;
	struct egov_slice private, proof;
};
EGOV_MUST_CHECK enum egov_status egov__evidence_next(struct egov_slice *entries,
                                                     struct egov__evidence_entry *out,
                                                     struct egov_error *err);
/* One is added to contents of entries: der, private (empty: none), proof. */
void egov__evidence_add(struct egov_buf *entries, const struct egov__evidence_entry *entry);

/*
 * Judges a bundle: everything in it against the tree, each document against the entry that
 * has its SM3, certificate and lists against the CA's certificates.  report gets what is
 * proven, in words.  EGOV_E_CORRUPT: a contradiction.  EGOV_E_UNTRUSTED: it is whole, but
 * none of cas has signed the certificate, or one of witnesses has not countersigned.
 */
struct egov_cert;
struct egov_report;
struct egov__evidence_trust {
	struct egov_cert *const *cas, *const *witnesses;
	size_t cas_count, witnesses_count;
};
EGOV_MUST_CHECK enum egov_status egov__evidence_judge(struct egov_slice der,
                                                      const struct egov__evidence_trust *trust,
                                                      struct egov_report *report,
                                                      struct egov_error *err);

#endif
