/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CHECK_H
#define RECORD_CHECK_H

#include "crl/crl_read.h"
#include "record/record.h"

struct egov__act;

/* For lib/record alone: the parts of egov__record_check. */

/* An approval whose effect must be the next entry. */
struct egov__awaiting {
	const struct egov__act *act;
	char *actor, *subject;
	uint8_t *facts;
	size_t facts_size;
	uint8_t key_digest[32];
	unsigned roles;                 /* of who signed */
};
#define EGOV__AWAITING_MAX 8

struct egov__check {
	struct egov_store *store;
	struct egov_report *report;     /* or NULL */
	struct egov__progress *progress; /* steps are entries and rows */
	bool production;                /* what the home was made for */
	bool initialised;               /* the entries have come past "init" */
	bool after_closing;             /* the last entry was "intent-closed" */
	struct egov__awaiting awaiting[EGOV__AWAITING_MAX];
	size_t awaiting_count;
	uint64_t approvals, additions, removals;        /* entries */
	uint64_t operators, removed;                    /* rows */
	uint64_t entries, checkpoints, checkpointed;
	uint64_t certificates, successions, revocations, holds, crls, requests, applications, policies, open_intents;
	uint64_t pairs;
	uint64_t archived;              /* entries */
	uint64_t tombstones, ordered;   /* rows, and what orders to destroy count together */
	uint64_t serials, crl_numbers, application_ids; /* the highest in use of each counter */
	/* what the intents and certificates of each generation of the CA's key add up to */
	struct egov__check_generation {
		uint64_t intents, signatures;
		egov_time last_end;
	} generations[EGOV__GENERATIONS + 1];
	uint64_t left, left_seen;       /* revocations off the list, and those seen on their last */
};

/* EGOV_E_CORRUPT: "NOUN NAME: message". */
enum egov_status egov__check_wrong(struct egov_error *err, const char *noun, const char *name,
                                   const char *message);

/* Entries of one kind about a subject, in order; fn NULL: counted alone. */
typedef enum egov_status egov__check_entry_fn(void *user, const struct egov__journal_row *entry,
                                              const struct egov__body *body,
                                              struct egov_error *err);
struct egov__entry_walk {
	const char *kind;
	egov__check_entry_fn *fn;
	void *user;
	uint64_t count;                 /* gets how many there are */
};
/* What a call that had no error to fill says of stored bytes: EGOV_E_NOMEM, set in err, is
 * not that they are wrong; anything else but EGOV_OK is, and becomes EGOV_E_CORRUPT, which
 * the caller words. */
EGOV_MUST_CHECK enum egov_status egov__check_found(enum egov_status found,
                                                   struct egov_error *err);
/* The same of a call that reads the ledger, and had why to fill. */
EGOV_MUST_CHECK enum egov_status egov__check_read(enum egov_status found,
                                                  const struct egov_error *why,
                                                  struct egov_error *err);

EGOV_MUST_CHECK enum egov_status egov__check_entries_of(const struct egov__check *check,
                                                        const char *subject,
                                                        struct egov__entry_walk *walk,
                                                        struct egov_error *err);
/* The same of several kinds in one pass: each entry goes to the walk of its kind. */
EGOV_MUST_CHECK enum egov_status egov__check_entries_each(const struct egov__check *check,
                                                          const char *subject,
                                                          struct egov__entry_walk *walks,
                                                          size_t count, struct egov_error *err);

/* There is exactly one entry of wanted's kind about its subject, with its actor,
 * body and time (EGOV_TIME_NONE: any); seq gets its number. */
EGOV_MUST_CHECK enum egov_status egov__check_one(const struct egov__check *check,
                                                 const char *noun,
                                                 const struct egov__journal_row *wanted,
                                                 uint64_t *seq, struct egov_error *err);
/* The same in one pass with others; the first of walks is its own, the count of them all. */
struct egov__one {
	const char *noun;
	const struct egov__journal_row *wanted;
	uint64_t seq;                   /* gets its number */
};
EGOV_MUST_CHECK enum egov_status egov__check_one_in(const struct egov__check *check,
                                                    struct egov__one *one,
                                                    struct egov__entry_walk *walks, size_t count,
                                                    struct egov_error *err);

/* An entry: approvals verify and stand right before what they approve, whose facts
 * they have; acts of people have them in a production home.  Entries come in order. */
EGOV_MUST_CHECK enum egov_status egov__check_approvals(struct egov__check *check,
                                                       const struct egov__journal_row *entry,
                                                       struct egov_error *err);
void egov__check_awaiting_clear(struct egov__check *check);

/* Those who reviewed and approved an application have keys of their own. */
EGOV_MUST_CHECK enum egov_status egov__check_signers(const struct egov__check *check,
                                                     const char *application,
                                                     struct egov_error *err);

/* Each table against the journal. */
EGOV_MUST_CHECK enum egov_status egov__check_operators(struct egov__check *check,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_ledger(struct egov__check *check,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_applications(struct egov__check *check,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_generations(struct egov__check *check,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_counters(const struct egov__check *check,
                                                      struct egov_error *err);

/* What egov__check_generations compares; generations that there cannot be count nowhere. */
void egov__check_count_intent(struct egov__check *check, const struct egov__intent_row *row);
void egov__check_count_end(struct egov__check *check, const struct egov__certificate_row *row);

/* A ceremony's entry: what it says was signed is what its intent was about. */
EGOV_MUST_CHECK enum egov_status egov__check_ceremony(const struct egov__check *check,
                                                      const struct egov__journal_row *entry,
                                                      bool *found, struct egov_error *err);

/* A certificate against the application that it was issued on. */
EGOV_MUST_CHECK enum egov_status egov__check_application_of(
	const struct egov__check *check, const struct egov__certificate_row *row, const char *name,
	struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_revocations(struct egov__check *check,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_successions(struct egov__check *check,
                                                         struct egov_error *err);

/* Whether an entry of kind "renew", "rekey" or "extend" has its row. */
EGOV_MUST_CHECK enum egov_status egov__check_has_succession(const struct egov__check *check,
                                                            const struct egov__journal_row *entry,
                                                            bool *found, struct egov_error *err);

/* A certificate of a holder rests on an application or follows another. */
EGOV_MUST_CHECK enum egov_status egov__check_has_basis(const struct egov__check *check,
                                                       const struct egov__certificate_row *row,
                                                       const char *name, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_holds(struct egov__check *check,
                                                   struct egov_error *err);

/* Whether a hold began or ended with this entry. */
EGOV_MUST_CHECK enum egov_status egov__check_has_hold(const struct egov__check *check,
                                                      const struct egov__journal_row *entry,
                                                      bool *found, struct egov_error *err);

/* A revocation counts from the time of its entry (number seq), or from the hold on
 * that it ended. */
EGOV_MUST_CHECK enum egov_status egov__check_revoked_since(const struct egov__check *check,
                                                           const struct egov__revoked_row *row,
                                                           uint64_t seq, egov_time time,
                                                           struct egov_error *err);
/* After the certificates: signing and encryption certificates, and what a centre was asked. */
EGOV_MUST_CHECK enum egov_status egov__check_pairs(struct egov__check *check,
                                                   struct egov_slice journal_spki,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_crls(struct egov__check *check,
                                                  struct egov_error *err);

/* What was revoked or held stands on the list that its certificate names. */
EGOV_MUST_CHECK enum egov_status egov__check_listed(const struct egov__check *check,
                                                    const char *noun, const char *name,
                                                    struct egov_slice serial,
                                                    const struct egov__crl_scope *wanted,
                                                    struct egov_error *err);

/* A list while its entries are matched with what the ledger says of that time. */
struct egov__check_list {
	struct egov__check *check;
	struct egov__crl_row row;       /* without its signature */
	struct egov__crl_scope scope;
	char name[32];
	uint64_t position;              /* of its intent */
	struct egov__crl_walk entries;  /* at the next of them */
	struct egov__crl_row before;    /* the list of its scope before it; number 0: none */
};
enum egov_status egov__check_list_wrong(const struct egov__check_list *list,
                                        struct egov_error *err, const char *message);
EGOV_MUST_CHECK enum egov_status egov__check_next_entry(struct egov__check_list *list,
                                                        struct egov_error *err);

/* A delta list: its base is one, and it has each change since and nothing else. */
EGOV_MUST_CHECK enum egov_status egov__check_delta(struct egov__check_list *list,
                                                   struct egov_error *err);

/* A legal hold or its release: there is the certificate, the case was not held before,
 * or was. */
EGOV_MUST_CHECK enum egov_status egov__check_legal_hold(const struct egov__check *check,
                                                        const struct egov__journal_row *entry,
                                                        bool *found, struct egov_error *err);

/* An order to destroy records: its certificates were due by law, and nothing held them;
 * that it is carried out.  And at the end: no tombstone without an order. */
EGOV_MUST_CHECK enum egov_status egov__check_purge(struct egov__check *check,
                                                   const struct egov__journal_row *entry,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_tombstones(const struct egov__check *check,
                                                        struct egov_error *err);

/* A pack for inspectors: its form, and that one that is whole was ordered before, once. */
EGOV_MUST_CHECK enum egov_status egov__check_pack(const struct egov__check *check,
                                                  const struct egov__journal_row *entry,
                                                  struct egov_error *err);

/* Segments, before the entries that lie in them are read; and whether an entry about one has the
 * subject that they are found by. */
EGOV_MUST_CHECK enum egov_status egov__check_archives(struct egov__check *check,
                                                      struct egov_slice journal_spki,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_has_archive(const struct egov__check *check,
                                                         const char *subject, bool *found,
                                                         struct egov_error *err);

/* How far the records that an entry is about, or a certificate's, were destroyed; 0: not. */
EGOV_MUST_CHECK enum egov_status egov__check_destroyed(const struct egov__check *check,
                                                       const struct egov__journal_row *entry,
                                                       int *state, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_gone(const struct egov__check *check,
                                                  struct egov_slice serial, int *state,
                                                  struct egov_error *err);

/* What an entry says that a published list of ours told: the list was taken over before. */
EGOV_MUST_CHECK enum egov_status egov__check_reconciled(const struct egov__check *check,
                                                        uint64_t list, uint64_t seq,
                                                        const char *name, struct egov_error *err);

/* Whether an entry of kind "reconciled" has its revocation or its hold. */
EGOV_MUST_CHECK enum egov_status egov__check_has_reconciled(const struct egov__check *check,
                                                            const struct egov__journal_row *entry,
                                                            bool *found, struct egov_error *err);

/* An entry of kind "reconcile": of a list, or of a checkpoint whose numbers fit. */
EGOV_MUST_CHECK enum egov_status egov__check_reconcile(const struct egov__check *check,
                                                       const struct egov__journal_row *entry,
                                                       bool *found, struct egov_error *err);

/* Who asked is emptied with the rest. */
bool egov__check_emptied(int state, const char *text, const uint8_t salt[32]);

/* Lists that others made; and whether an entry's subject is one. */
EGOV_MUST_CHECK enum egov_status egov__check_transfers(struct egov__check *check,
                                                       struct egov_slice journal_spki,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_has_transfer(const struct egov__check *check,
                                                          const struct egov__journal_row *entry,
                                                          bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_imports(struct egov__check *check,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__check_has_import(const struct egov__check *check,
                                                        const char *subject, bool *found,
                                                        struct egov_error *err);

/* Whether a setting is about who makes lists; then against the journal. */
EGOV_MUST_CHECK enum egov_status egov__check_lease(const struct egov__check *check,
                                                   const char *name, struct egov_slice value,
                                                   bool *is, struct egov_error *err);

/* An entry against the ledger: what it speaks of is there. */
EGOV_MUST_CHECK enum egov_status egov__check_subject(const struct egov__check *check,
                                                     const struct egov__journal_row *entry,
                                                     struct egov_error *err);

#endif
