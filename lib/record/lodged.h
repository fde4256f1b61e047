/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LODGED_H
#define RECORD_LODGED_H

#include "base/buf.h"
#include "base/time.h"
#include "record/proof.h"

/*
 * A checkpoint as it leaves the home (egov-evidence(5)); DER:
 *
 *   Lodged ::= SEQUENCE {
 *     checkpoint  Checkpoint,                     -- record/record.h
 *     signature   OCTET STRING,                   -- of Checkpoint, by the journal key
 *     witnesses   SEQUENCE OF Countersignature }
 *
 *   Countersignature ::= SEQUENCE {
 *     statement   SEQUENCE {
 *       version     INTEGER (1),
 *       domain      UTF8String ("egovca witness"),
 *       checkpoint  OCTET STRING (SIZE (32)),     -- SM3 of Checkpoint
 *       time        GeneralizedTime },
 *     certificate Certificate,
 *     signature   OCTET STRING }                  -- of statement
 *
 *   CheckpointFile ::= SEQUENCE {                 -- PEM label EGOVCA CHECKPOINT
 *     version     INTEGER (1),
 *     domain      UTF8String ("egovca checkpoint"),
 *     journalKey  OCTET STRING (SIZE (91)),       -- SubjectPublicKeyInfo
 *     lodged      Lodged }
 *
 * All signatures are SM2 with SM3 under the default ID, DER.
 */
#define EGOV__CHECKPOINT_LABEL "EGOVCA CHECKPOINT"

struct egov__lodged {
	struct egov_slice der;          /* whole */
	struct egov_slice checkpoint;   /* whole */
	struct egov_slice home;
	struct egov__tree_state tree;
	egov_time time;
	struct egov_slice signature;
	struct egov_slice witnesses;    /* contents */
};

/* The next of in. */
EGOV_MUST_CHECK enum egov_status egov__lodged_read(struct egov_slice *in, struct egov__lodged *out,
                                                   struct egov_error *err);
/* Of checkpoint and signature; witnesses: whole Countersignatures. */
void egov__lodged_put(struct egov_buf *out, struct egov_slice checkpoint,
                      struct egov_slice signature, struct egov_slice witnesses);
/* EGOV_E_CORRUPT where a signature, the witnesses' included, does not verify. */
EGOV_MUST_CHECK enum egov_status egov__lodged_verify(const struct egov__lodged *lodged,
                                                     struct egov_slice journal_spki,
                                                     struct egov_error *err);

struct egov__countersignature {
	struct egov_slice statement, certificate;       /* whole */
	struct egov_slice digest;                       /* 32 octets */
	egov_time time;
	struct egov_slice signature;
};
EGOV_MUST_CHECK enum egov_status egov__countersignature_read(struct egov_slice *in,
                                                             struct egov__countersignature *out,
                                                             struct egov_error *err);
/* EGOV_E_CORRUPT unless its certificate's key signed a statement about this Checkpoint. */
EGOV_MUST_CHECK enum egov_status egov__countersignature_verify(
	const struct egov__countersignature *witness, struct egov_slice checkpoint,
	struct egov_error *err);

/* A Countersignature of the Checkpoint by this key, appended. */
struct egov_signer;
EGOV_MUST_CHECK enum egov_status egov__countersign(struct egov_signer *signer,
                                                   struct egov_slice certificate,
                                                   struct egov_slice checkpoint, egov_time now,
                                                   struct egov_buf *out, struct egov_error *err);

struct egov__checkpoint_file {
	struct egov_slice journal_key;
	struct egov__lodged lodged;
};
EGOV_MUST_CHECK enum egov_status egov__checkpoint_file_read(struct egov_slice der,
                                                            struct egov__checkpoint_file *out,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__checkpoint_file_write(struct egov_slice journal_key,
                                                             struct egov_slice lodged,
                                                             struct egov_buf *out,
                                                             struct egov_error *err);

/* Pieces that the formats of this page share: version 1 and a domain; an OCTET STRING of
 * exactly size octets (0: any); a GeneralizedTime. */
EGOV_MUST_CHECK enum egov_status egov__lodged_head(struct egov_slice *in, const char *domain,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__lodged_octets(struct egov_slice *in, const char *what,
                                                     size_t size, struct egov_slice *out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__lodged_time(struct egov_slice *in, egov_time *out,
                                                   struct egov_error *err);
/* A SEQUENCE: whole, and its contents. */
EGOV_MUST_CHECK enum egov_status egov__lodged_sequence(struct egov_slice *in, const char *what,
                                                       struct egov_slice *whole,
                                                       struct egov_slice *contents,
                                                       struct egov_error *err);
/* EGOV_E_CORRUPT, without words, where this key did not sign it. */
EGOV_MUST_CHECK enum egov_status egov__lodged_signed(struct egov_slice spki,
                                                     struct egov_slice message,
                                                     struct egov_slice signature,
                                                     struct egov_error *err);

#endif
