/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "base/progress.h"
#include "base/report.h"
#include "key/signer.h"
#include "lint/lint.h"
#include "record/approval.h"
#include "record/body.h"
#include "record/imported.h"
#include "record/kinds.h"
#include "store/store.h"
#include "x509/tbs.h"

/*
 * The journal (Order No. 4, Art. 24): append-only entries in the transaction of
 * their effect.  An entry's leaf covers
 *
 *   JournalEntry ::= SEQUENCE {
 *     version     INTEGER (1),
 *     sequence    INTEGER,
 *     time        GeneralizedTime,
 *     kind        UTF8String,
 *     actor       UTF8String,
 *     source      UTF8String,      -- "ACCOUNT PROGRAM VERSION", egov_home_set_source
 *     subject     UTF8String,
 *     body        UTF8String,                        -- JSON text
 *     commitment  OCTET STRING (SIZE (32)) OPTIONAL } -- SM3(salt || private blob)
 *
 * leaf = SM3(0x00 || DER), node = SM3(0x01 || left || right), tree as in RFC 9162,
 * 2.1.1.  The private blob lies sealed to the custodian in a table of its own as
 * salt (32 octets) || blob; destroying it breaks no proof.
 */
struct egov_record;

/*
 * A journal over an open store, which stays the caller's.  custodian_spki is
 * the key that private blobs are sealed to.  Checks that head and last entry
 * agree.
 */
EGOV_MUST_CHECK enum egov_status egov__record_open(struct egov_store *store,
                                                   struct egov_slice custodian_spki,
                                                   struct egov_record **out,
                                                   struct egov_error *err);
void egov__record_close(struct egov_record *record);
struct egov_store *egov__record_store(struct egov_record *record);

/*
 * Begins the transaction that everything below happens in.  EGOV_E_IO where
 * now lies more than five minutes before the last entry: a clock set back signs
 * and records nothing.
 */
EGOV_MUST_CHECK enum egov_status egov__record_begin(struct egov_record *record, egov_time now,
                                                    struct egov_error *err);

/* How long the journal may be silent before a clock is doubted; {0, 0}, as at first:
 * for ever. */
void egov__record_limit_silence(struct egov_record *record, struct egov_duration silence);

/* The same for an entry of kind "clock", whatever the clock says; latest gets the time of
 * the latest entry (record/clock.h). */
EGOV_MUST_CHECK enum egov_status egov__record_begin_clock(struct egov_record *record,
                                                          egov_time now, egov_time *latest,
                                                          struct egov_error *err);
uint64_t egov__record_size(const struct egov_record *record);   /* entries, as last known */
egov_time egov__record_latest(const struct egov_record *record);        /* EGOV_TIME_NONE: none */
EGOV_MUST_CHECK enum egov_status egov__record_commit(struct egov_record *record,
                                                     struct egov_error *err);
void egov__record_rollback(struct egov_record *record);

/*
 * Between these the transactions above are steps of one: what they record is
 * durable once the group has committed, and a step that is rolled back leaves
 * the others.  Nothing that a step made can be signed or handed out before.  A
 * commit that fails has lost all of them.
 */
EGOV_MUST_CHECK enum egov_status egov__record_group_begin(struct egov_record *record,
                                                          egov_time now, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_group_commit(struct egov_record *record,
                                                           struct egov_error *err);

/* On whose behalf and with what program all further entries are made; cut where it is
 * longer than the record keeps. */
#define EGOV__SOURCE 128
EGOV_MUST_CHECK enum egov_status egov__record_source(struct egov_record *record,
                                                     const char *source, struct egov_error *err);

/* One entry; blob empty: nothing private.  kind is a word such as "issue". */
EGOV_MUST_CHECK enum egov_status egov__record_append(struct egov_record *record, const char *kind,
                                                     const char *actor, const char *subject,
                                                     struct egov__body *body,
                                                     struct egov_slice blob,
                                                     struct egov_error *err);

/* The entry of a refusal (kind "refused"), in the open transaction. */
EGOV_MUST_CHECK enum egov_status egov__record_refused(struct egov_record *record,
                                                      const char *actor, const char *subject,
                                                      const char *operation,
                                                      const struct egov_error *cause,
                                                      struct egov_error *err);

/* The same in a transaction of its own. */
EGOV_MUST_CHECK enum egov_status egov__record_refusal(struct egov_record *record, egov_time now,
                                                      const char *actor, const char *subject,
                                                      const char *operation,
                                                      const struct egov_error *cause,
                                                      struct egov_error *err);

/* Puts a meta value and journals its digest (kind "setting"): the only way that
 * egov__record_check accepts.  Inside a transaction. */
EGOV_MUST_CHECK enum egov_status egov__record_setting(struct egov_record *record,
                                                      const char *actor, const char *name,
                                                      struct egov_slice value,
                                                      struct egov_error *err);

/* An operator's signature, right before the entry of what it approves and about the
 * same subject.  EGOV_E_POLICY where the statement was journalled before.  Inside a
 * transaction. */
EGOV_MUST_CHECK enum egov_status egov__record_approval(struct egov_record *record,
                                                       const char *actor, const char *subject,
                                                       const struct egov__approval *approval,
                                                       struct egov_error *err);

/* The public body of an operator's addition. */
void egov__operator_body(const struct egov__operator_row *row, struct egov__body *body);

/* Binds text that the ledger keeps but the journal must not show: draws a salt
 * for its row and adds SM3(salt || text) to body as "commitment". */
EGOV_MUST_CHECK enum egov_status egov__record_private(struct egov_record *record,
                                                      struct egov__body *body,
                                                      struct egov_slice text, uint8_t salt[32],
                                                      struct egov_error *err);

/*
 * Generations of the CA's key, each under an entry "ca-key".  A new one is pending;
 * it goes to a later state (EGOV_E_POLICY for one that it has or has left), with a
 * reason that is sealed where why is not empty.  Inside a transaction.
 */
EGOV_MUST_CHECK enum egov_status egov__record_generation_new(struct egov_record *record,
                                                             const char *actor,
                                                             struct egov_slice key,
                                                             uint64_t *number,
                                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_generation_state(
	struct egov_record *record, const char *actor, uint64_t number,
	enum egov__generation_state state, struct egov_slice why, struct egov_error *err);
const char *egov__generation_state_name(enum egov__generation_state state);

/* How often a generation may sign other things than lists; 0: without a limit. */
void egov__record_limit_signatures(struct egov_record *record, uint64_t limit);

/* 16 octets: a 48-bit counter of this CA whose top two bits are 01, so that it is
 * positive and always as long, then 80 random bits; unique and rising.  Inside a
 * transaction. */
#define EGOV__SERIAL 16
EGOV_MUST_CHECK enum egov_status egov__record_reserve_serial(struct egov_record *record,
                                                             uint8_t serial[EGOV__SERIAL],
                                                             struct egov_error *err);

/*
 * Stage types.  egov_intent: cleared bytes whose intention is durable once the
 * transaction commits; made here alone, from egov_cleared; spent by lib/sign
 * alone, once.  egov_signed: made by lib/sign alone.  egov_recorded: signed and
 * stored; made here alone; only this can be handed out or published.
 */
struct egov_intent;
struct egov_signed;
struct egov_recorded;

/* What an intent is about; texts may be NULL. */
struct egov__intent_facts {
	const char *actor, *profile, *application, *cps_version;
	struct egov_slice serial;       /* certificates */
	uint64_t crl_number;            /* CRLs */
	uint64_t crl_entries;
	const uint8_t *proofs_digest;   /* 32 octets; NULL: zeros */
	struct egov_slice request;      /* PKCS #10, whose SM3 is kept; empty: there was none */
	struct egov_slice key;          /* SubjectPublicKeyInfo that will sign; empty: the active one */
};

/* A list, whose bytes go into the ledger as they are made.  Inside the transaction of its
 * intent. */
struct egov__crl_plan;
EGOV_MUST_CHECK enum egov_status egov__record_list_build(struct egov_record *record,
                                                         const struct egov__crl_plan *plan,
                                                         struct egov_tbs **out,
                                                         struct egov_error *err);

/* Journals kind "intent" with SM3 of the TBS bytes and of the proofs, stores the
 * TBS, moves cleared into *out.  The intent can be signed only after commit. */
EGOV_MUST_CHECK enum egov_status egov__record_intent(struct egov_record *record,
                                                     struct egov_cleared *cleared,
                                                     const struct egov__intent_facts *facts,
                                                     struct egov_intent **out,
                                                     struct egov_error *err);

/* The intent of an earlier run that has no result, to sign the same bytes again.
 * EGOV_E_NOTFOUND where id is not open; EGOV_E_CORRUPT where the stored TBS does
 * not match the journal. */
EGOV_MUST_CHECK enum egov_status egov__record_resume(struct egov_record *record, uint64_t id,
                                                     struct egov_intent **out,
                                                     struct egov_error *err);

/* Gives an open intent up: kind "intent-closed". */
EGOV_MUST_CHECK enum egov_status egov__record_close_intent(struct egov_record *record, uint64_t id,
                                                           const char *actor, const char *reason,
                                                           struct egov_error *err);
void egov__intent_free(struct egov_intent *intent);
const struct egov_tbs *egov__intent_tbs(const struct egov_intent *intent);
uint64_t egov__intent_id(const struct egov_intent *intent);
bool egov__intent_is_earlier(const struct egov_intent *intent);   /* made by egov__record_resume */

/* Stores the signed object, journals kind "issue", "crl" or "request" with its
 * SM3; moves signed_object into *out.  Inside a transaction; usable after commit.
 * EGOV_E_EXISTS where another run has resumed or closed the intent meanwhile. */
EGOV_MUST_CHECK enum egov_status egov__record_result(struct egov_record *record,
                                                     struct egov_signed *signed_object,
                                                     struct egov_recorded **out,
                                                     struct egov_error *err);
void egov__signed_free(struct egov_signed *signed_object);

/* From the store: a certificate by serial, a CRL by number (0: the last). */
EGOV_MUST_CHECK enum egov_status egov__record_certificate(struct egov_record *record,
                                                          struct egov_slice serial,
                                                          struct egov_recorded **out,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_crl(struct egov_record *record, uint64_t number,
                                                  struct egov_recorded **out,
                                                  struct egov_error *err);
/* Notes that a CRL's file was replaced and read back: kind "publish".  Inside a
 * transaction. */
EGOV_MUST_CHECK enum egov_status egov__record_published(struct egov_record *record,
                                                        const struct egov_recorded *recorded,
                                                        const char *actor, struct egov_error *err);
/* The last list of that name that was imported: EGOV_E_NOTFOUND; and that its file was
 * replaced and read back: kind "import-publish", once. */
EGOV_MUST_CHECK enum egov_status egov__record_import(struct egov_record *record, const char *list,
                                                     struct egov_recorded **out,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__record_import_published(
	struct egov_record *record, const struct egov_recorded *recorded, const char *list,
	const char *actor, struct egov_error *err);

enum egov_object_kind egov__recorded_kind(const struct egov_recorded *recorded);
/* No bytes before its transaction has committed.  A list of ours may be too long to hold and
 * has a source alone, as long as the record is open; the others have both. */
struct egov_slice egov__recorded_der(const struct egov_recorded *recorded);
struct egov__source egov__recorded_source(const struct egov_recorded *recorded);
struct egov_slice egov__recorded_serial(const struct egov_recorded *recorded);
uint64_t egov__recorded_number(const struct egov_recorded *recorded);  /* of a CRL */
void egov__recorded_free(struct egov_recorded *recorded);

/*
 * Signs a checkpoint over the whole journal with the journal key, outside any
 * transaction; does nothing where the last one covers it already:
 *   Checkpoint ::= SEQUENCE { version INTEGER (1), home OCTET STRING, size INTEGER,
 *                             root OCTET STRING, time GeneralizedTime }
 * home is the meta value "home-id".
 */
EGOV_MUST_CHECK enum egov_status egov__record_checkpoint(struct egov_record *record,
                                                         struct egov_signer *journal_signer,
                                                         egov_time now, struct egov_error *err);

/*
 * Everything again from the bytes: SQLite's integrity, every leaf, the whole
 * tree, every checkpoint against journal_spki, every sealed blob's presence, and
 * ledger against journal (each certificate has its intent, proofs and issue
 * entry, each revocation and CRL its entry, each CRL's entries, no serial twice,
 * nothing without a record).  Contradiction: EGOV_E_CORRUPT naming the first.
 * report (NULL allowed) gets counts, root and open intents; progress a step for
 * each entry and row.
 */
EGOV_MUST_CHECK enum egov_status egov__record_check(struct egov_record *record,
                                                    struct egov_slice journal_spki,
                                                    struct egov__progress *progress,
                                                    struct egov_report *report,
                                                    struct egov_error *err);

#endif
