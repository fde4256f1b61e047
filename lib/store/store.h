/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/source.h"
#include "base/time.h"

/*
 * The ledger of a CA home: all SQL is in lib/store.  SQLite in WAL mode with
 * synchronous=FULL; every change happens in a transaction begun with
 * egov__store_begin, one writer at a time: another waits up to the limit given
 * at open, then EGOV_E_BUSY.  A full disk or read-only file is EGOV_E_IO, a
 * damaged file EGOV_E_CORRUPT.  A ledger of a newer schema is EGOV_E_UNSUPPORTED,
 * an older one is migrated in one transaction after a copy is made beside it
 * ("PATH.schema-N").  A handle belongs to one thread.
 */
struct egov_store;

/* egov_home_own_process: not beside another thread that uses SQLite. */
void egov__store_own_process(void);

/* A new ledger of mode 0600, EGOV_E_EXISTS where the file is; opened as below.
 * A run that is killed here leaves a file that no open accepts. */
EGOV_MUST_CHECK enum egov_status egov__store_create(const char *path, unsigned wait_ms,
                                                    struct egov_store **out,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_open(const char *path, unsigned wait_ms,
                                                  struct egov_store **out, struct egov_error *err);
void egov__store_close(struct egov_store *store);       /* rolls back what is open */

EGOV_MUST_CHECK enum egov_status egov__store_begin(struct egov_store *store,
                                                   struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_commit(struct egov_store *store,
                                                    struct egov_error *err);
void egov__store_rollback(struct egov_store *store);
/* One step inside the open transaction that can be taken back alone. */
EGOV_MUST_CHECK enum egov_status egov__store_savepoint(struct egov_store *store,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_keep(struct egov_store *store,
                                                  struct egov_error *err);
/* EGOV_E_IO where SQLite has given the whole transaction up. */
EGOV_MUST_CHECK enum egov_status egov__store_take_back(struct egov_store *store,
                                                       struct egov_error *err);
bool egov__store_in_transaction(const struct egov_store *store);

/* A view that does not change while others write, for reading alone; ended by
 * egov__store_rollback. */
EGOV_MUST_CHECK enum egov_status egov__store_snapshot(struct egov_store *store,
                                                      struct egov_error *err);

/* SQLite's own integrity check, and the schema as this release makes it:
 * EGOV_E_CORRUPT with the first complaint. */
EGOV_MUST_CHECK enum egov_status egov__store_integrity(struct egov_store *store,
                                                       struct egov_error *err);

/* How many entries, intents, certificates, applications, revocations and lists
 * there are together: the steps of a check. */
EGOV_MUST_CHECK enum egov_status egov__store_size(struct egov_store *store, uint64_t *rows,
                                                  struct egov_error *err);

/*
 * Rows.  What a getter hands out lives until the next getter or the end of the
 * transaction, what a callback gets until it returns.  A getter of one row says
 * *found.  A callback stops the walk by failing; it may call the store, but
 * begins and ends no transaction.  Changes outside a transaction are
 * EGOV_E_USAGE, rows that are there already EGOV_E_EXISTS.  Serials are INTEGER
 * contents octets (16 octets as we make them).
 */

/* meta: single values by name ("ca-certificate", "home-id", ...).  They are put
 * through egov__record_setting, which journals them.  EGOV_E_CORRUPT where one has more octets
 * than out may hold. */
EGOV_MUST_CHECK enum egov_status egov__store_meta_get(struct egov_store *store, const char *name,
                                                      struct egov_buf *value, bool *found,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_meta_put(struct egov_store *store, const char *name,
                                                      struct egov_slice value,
                                                      struct egov_error *err);
typedef enum egov_status egov__meta_fn(void *user, const char *name, struct egov_slice value,
                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_meta_walk(struct egov_store *store, egov__meta_fn *fn,
                                                       void *user, struct egov_error *err);

/* Adds one to the counter of this name (from 0) and gives the new value. */
EGOV_MUST_CHECK enum egov_status egov__store_counter_next(struct egov_store *store,
                                                          const char *name, uint64_t *value,
                                                          struct egov_error *err);
/* To at least this value. */
EGOV_MUST_CHECK enum egov_status egov__store_counter_raise(struct egov_store *store,
                                                           const char *name, uint64_t value,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_counter_get(struct egov_store *store,
                                                         const char *name, uint64_t *value,
                                                         struct egov_error *err);

/* journal */
struct egov__journal_row {
	uint64_t seq;                   /* from 0, without gaps */
	egov_time time;
	const char *kind, *actor;
	const char *source;             /* account and program; NULL: "" */
	const char *subject, *body;
	bool has_commitment;
	uint8_t commitment[32];
	uint8_t leaf[32];
	struct egov_slice sealed;       /* empty where there is none or it was destroyed */
	bool has_sealed_digest;         /* it lies in the ledger */
	uint8_t sealed_digest[32];      /* SM3 of sealed when it was put there; set by the store */
};
typedef enum egov_status egov__journal_fn(void *user, const struct egov__journal_row *row,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_journal_append(struct egov_store *store,
                                                            const struct egov__journal_row *row,
                                                            struct egov_error *err);
/* Walks rows from seq on, of one subject where it is not NULL. */
EGOV_MUST_CHECK enum egov_status egov__store_journal_walk(struct egov_store *store, uint64_t from,
                                                          const char *subject,
                                                          egov__journal_fn *fn, void *user,
                                                          struct egov_error *err);
/* Those of one subject, without what is sealed beside them: for less. */
EGOV_MUST_CHECK enum egov_status egov__store_journal_about(struct egov_store *store,
                                                           const char *subject,
                                                           egov__journal_fn *fn, void *user,
                                                           struct egov_error *err);
/* Those that fit all that is given. */
struct egov__journal_query {
	egov_time from, to;             /* before to; EGOV_TIME_NONE: any */
	const char *kind, *actor;       /* NULL: any */
	const char *subject;            /* either this, */
	const char *holder;             /* or certificates whose subject contains it; NULL: any */
};
EGOV_MUST_CHECK enum egov_status egov__store_journal_search(
	struct egov_store *store, const struct egov__journal_query *wanted, egov__journal_fn *fn,
	void *user, struct egov_error *err);
/* The first from this one on that was recorded at this time or later. */
EGOV_MUST_CHECK enum egov_status egov__store_journal_since(struct egov_store *store, uint64_t from,
                                                           egov_time time, uint64_t *seq,
                                                           bool *found, struct egov_error *err);
/* The row of this number alone; fn is not called where there is none. */
EGOV_MUST_CHECK enum egov_status egov__store_journal_one(struct egov_store *store, uint64_t seq,
                                                         egov__journal_fn *fn, void *user,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_journal_last(struct egov_store *store,
                                                          struct egov__journal_row *row,
                                                          bool *found, struct egov_error *err);

/* Subtrees of the journal's tree (record/tree.h); those of level 0 are the leaves of
 * entries, which are only read. */
EGOV_MUST_CHECK enum egov_status egov__store_node_put(struct egov_store *store, unsigned level,
                                                      uint64_t position, const uint8_t hash[32],
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_node_get(struct egov_store *store, unsigned level,
                                                      uint64_t position, uint8_t hash[32],
                                                      bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_node_count(struct egov_store *store, uint64_t *count,
                                                        struct egov_error *err);

struct egov__checkpoint_row {
	uint64_t size;                  /* entries that it covers */
	uint8_t root[32];
	egov_time time;
	struct egov_slice signature;    /* DER, by the journal key */
};
EGOV_MUST_CHECK enum egov_status egov__store_checkpoint_put(struct egov_store *store,
                                                            const struct egov__checkpoint_row *row,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_checkpoint_last(struct egov_store *store,
                                                             struct egov__checkpoint_row *row,
                                                             bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_checkpoint_count(struct egov_store *store,
                                                              uint64_t *count,
                                                              struct egov_error *err);
/* The first that covers at least size entries. */
EGOV_MUST_CHECK enum egov_status egov__store_checkpoint_from(struct egov_store *store,
                                                             uint64_t size,
                                                             struct egov__checkpoint_row *row,
                                                             bool *found, struct egov_error *err);

/* policies: registered CPS texts. */
struct egov__policy_row {
	const char *version;
	uint8_t digest[32];             /* SM3 of the file */
	egov_time published, effective;
	struct egov_slice file;
};
EGOV_MUST_CHECK enum egov_status egov__store_policy_put(struct egov_store *store,
                                                        const struct egov__policy_row *row,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_policy_get(struct egov_store *store,
                                                        const char *version,
                                                        struct egov__policy_row *row, bool *found,
                                                        struct egov_error *err);
typedef enum egov_status egov__policy_row_fn(void *user, const struct egov__policy_row *row,
                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_policy_walk(struct egov_store *store,
                                                         egov__policy_row_fn *fn, void *user,
                                                         struct egov_error *err);

/* operators: people who act, from their addition to their removal.  One of a name at
 * a time; who comes back has another row. */
struct egov__operator_row {
	uint64_t id;                    /* set by the store */
	const char *name;
	unsigned roles;                 /* of enum egov__role */
	uint8_t certificate_digest[32]; /* SM3 of its DER */
	uint8_t key_digest[32];         /* SM3 of its SubjectPublicKeyInfo */
	struct egov_slice certificate;  /* DER */
	egov_time added_at;
	uint64_t position;              /* journal entries before the addition; set by the store */
	egov_time removed_at;           /* EGOV_TIME_NONE: not removed */
	uint64_t removed_position;      /* journal entries before the removal; set by the store */
};
typedef enum egov_status egov__operator_fn(void *user, const struct egov__operator_row *row,
                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_operator_add(struct egov_store *store,
                                                          const struct egov__operator_row *row,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_operator_remove(struct egov_store *store, uint64_t id,
                                                             egov_time now,
                                                             struct egov_error *err);
/* The one of this name that is not removed. */
EGOV_MUST_CHECK enum egov_status egov__store_operator_get(struct egov_store *store,
                                                          const char *name,
                                                          struct egov__operator_row *row,
                                                          bool *found, struct egov_error *err);
/* All, or those of one name, the removed included, in the order of their addition. */
EGOV_MUST_CHECK enum egov_status egov__store_operator_walk(struct egov_store *store,
                                                           const char *name,
                                                           egov__operator_fn *fn, void *user,
                                                           struct egov_error *err);

/* applications */
enum egov__application_state {
	EGOV__APPLICATION_SUBMITTED = 1,
	EGOV__APPLICATION_REVIEWED = 2,
	EGOV__APPLICATION_APPROVED = 3,
	EGOV__APPLICATION_ISSUING = 4,  /* an intent was recorded; it names the application */
	EGOV__APPLICATION_ISSUED = 5,
	EGOV__APPLICATION_REJECTED = 6
};
struct egov__application_row {
	const char *id;                 /* "A000001" */
	enum egov__application_state state;
	const char *profile;
	int holder_kind;                /* enum egov_holder_kind */
	uint8_t key_digest[32];
	uint8_t proofs_digest[32];
	const char *submitter, *identity_operator, *reviewer, *approver, *second_approver; /* or "" */
	egov_time submitted_at, decided_at;     /* decided: EGOV_TIME_NONE before */
	const char *reason;             /* of a rejection, else "" */
	struct egov_slice serial;       /* of the certificate, once there is an intent */
	struct egov_slice text;         /* working copy; emptied when issued or rejected (Art. 23) */
	uint8_t salt[32];               /* of the journal's commitment to text, then to reason; zeros
	                                   once issued */
};
typedef enum egov_status egov__application_fn(void *user, const struct egov__application_row *row,
                                              struct egov_error *err);
/* Inserts or replaces by id. */
EGOV_MUST_CHECK enum egov_status egov__store_application_put(
	struct egov_store *store, const struct egov__application_row *row, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_application_get(struct egov_store *store,
                                                             const char *id,
                                                             struct egov__application_row *row,
                                                             bool *found, struct egov_error *err);
/* From approved to issuing under this serial, and from issuing to issued, its text
 * emptied: EGOV_E_BUSY where it is in another state by now. */
EGOV_MUST_CHECK enum egov_status egov__store_application_issuing(struct egov_store *store,
                                                                 const char *id,
                                                                 struct egov_slice serial,
                                                                 struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_application_issued(struct egov_store *store,
                                                                const char *id,
                                                                struct egov_error *err);
/* All, or those in one state (0: all), by id. */
EGOV_MUST_CHECK enum egov_status egov__store_application_walk(struct egov_store *store, int state,
                                                              egov__application_fn *fn, void *user,
                                                              struct egov_error *err);

/* generations of the CA's key, under its one name */
enum egov__generation_state {
	EGOV__GENERATION_PENDING = 1,   /* has no certificate yet: signs the CA's own papers */
	EGOV__GENERATION_ACTIVE = 2,    /* one at most: signs everything */
	EGOV__GENERATION_RETIRED = 3,   /* signs revocation lists alone */
	EGOV__GENERATION_DESTROYING = 4,        /* signs nothing; may still be in its token */
	EGOV__GENERATION_DESTROYED = 5
};
#define EGOV__GENERATIONS 99
struct egov__generation_row {
	uint64_t number;                /* from 1 */
	enum egov__generation_state state;
	egov_time since;                /* of the state */
	uint8_t key_digest[32];         /* SM3 of the SubjectPublicKeyInfo */
	uint64_t intents;               /* each may have made a signature */
	uint64_t signatures;            /* on record */
	egov_time last_end;             /* the latest notAfter that it signed; EGOV_TIME_NONE */
};
/* Inserts or replaces by number; states and counts never go back. */
EGOV_MUST_CHECK enum egov_status egov__store_generation_put(
	struct egov_store *store, const struct egov__generation_row *row, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_generation_get(struct egov_store *store,
                                                            uint64_t number,
                                                            struct egov__generation_row *row,
                                                            bool *found, struct egov_error *err);
/* The one with this key; digest NULL: the active one. */
EGOV_MUST_CHECK enum egov_status egov__store_generation_by_key(
	struct egov_store *store, const uint8_t *digest, struct egov__generation_row *row,
	bool *found, struct egov_error *err);
typedef enum egov_status egov__generation_fn(void *user, const struct egov__generation_row *row,
                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_generation_walk(struct egov_store *store,
                                                             egov__generation_fn *fn, void *user,
                                                             struct egov_error *err);

/* intents: what was about to be signed */
enum egov__intent_state {
	EGOV__INTENT_OPEN = 1,          /* may have produced a signature */
	EGOV__INTENT_DONE = 2,
	EGOV__INTENT_CLOSED = 3         /* given up; its serial or number is never reused */
};
struct egov__intent_row {
	uint64_t id;                    /* set by the store on insertion */
	enum egov__intent_state state;
	uint64_t generation;            /* of the key that signs it */
	int kind;                       /* enum egov_object_kind */
	struct egov_slice serial;       /* certificates; empty for others */
	uint64_t crl_number;            /* CRLs */
	uint64_t part;                  /* the list that a certificate names, or that a CRL is:
	                                   crl/part.h */
	uint64_t base;                  /* of a delta list: the number of what it changes, else 0 */
	egov_time time;
	const char *profile, *application, *actor, *cps_version;        /* "" where there is none */
	struct egov_slice tbs;          /* kept until the result is: then empty */
	struct egov_slice algorithm;    /* that the outer SEQUENCE repeats; kept likewise */
	uint8_t tbs_digest[32];
	uint8_t proofs_digest[32];      /* zeros where there is no application */
	uint8_t request_digest[32];     /* of the PKCS #10 request; zeros where there was none */
	uint64_t position;              /* journal entries before it; set by the store */
};
typedef enum egov_status egov__intent_fn(void *user, const struct egov__intent_row *row,
                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_intent_add(struct egov_store *store,
                                                        const struct egov__intent_row *row,
                                                        uint64_t *id, struct egov_error *err);
/* From open to another, once: EGOV_E_USAGE otherwise. */
EGOV_MUST_CHECK enum egov_status egov__store_intent_state(struct egov_store *store, uint64_t id,
                                                          enum egov__intent_state state,
                                                          struct egov_error *err);
/* What the next one to be added gets: within a transaction that writes. */
EGOV_MUST_CHECK enum egov_status egov__store_intent_next(struct egov_store *store, uint64_t *id,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_intent_get(struct egov_store *store, uint64_t id,
                                                        struct egov__intent_row *row, bool *found,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_intent_by_serial(struct egov_store *store,
                                                              struct egov_slice serial,
                                                              struct egov__intent_row *row,
                                                              bool *found,
                                                              struct egov_error *err);
/* All intents, or those in one state (0: all), by id. */
EGOV_MUST_CHECK enum egov_status egov__store_intent_walk(struct egov_store *store, int state,
                                                         egov__intent_fn *fn, void *user,
                                                         struct egov_error *err);

/* certificates that we issued */
struct egov__certificate_row {
	struct egov_slice serial;
	uint64_t intent;
	uint64_t generation;            /* of the key that signed it */
	const char *profile, *application, *cps_version, *subject;      /* subject: readable DN */
	uint8_t key_digest[32];         /* SM3 of the SubjectPublicKeyInfo */
	egov_time not_before, not_after, issued_at;
	bool is_ca;
	struct egov_slice der;
};
typedef enum egov_status egov__certificate_fn(void *user, const struct egov__certificate_row *row,
                                              struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_certificate_add(
	struct egov_store *store, const struct egov__certificate_row *row, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_certificate_get(struct egov_store *store,
                                                             struct egov_slice serial,
                                                             struct egov__certificate_row *row,
                                                             bool *found, struct egov_error *err);
/* The same where its bytes are not asked for: der is empty where they lie in an archive. */
EGOV_MUST_CHECK enum egov_status egov__store_certificate_row(struct egov_store *store,
                                                             struct egov_slice serial,
                                                             struct egov__certificate_row *row,
                                                             bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_certificate_walk_rows(
	struct egov_store *store, const char *subject_text, egov__certificate_fn *fn, void *user,
	struct egov_error *err);
/* By serial; only those whose subject contains text where it is not NULL. */
EGOV_MUST_CHECK enum egov_status egov__store_certificate_walk(struct egov_store *store,
                                                              const char *subject_text,
                                                              egov__certificate_fn *fn, void *user,
                                                              struct egov_error *err);

/* revocations: the one revoked set behind CRL, status and reports; append-only */
struct egov__revoked_row {
	struct egov_slice serial;
	egov_time revoked_at;
	int reason;                     /* CRLReason; 0 is stored, never written into a CRL */
	egov_time invalidity_date;      /* EGOV_TIME_NONE where absent */
	egov_time not_after;            /* of the certificate */
	const char *requested_by;
	uint8_t key_digest[32];         /* SM3 of the certificate's SubjectPublicKeyInfo */
	uint8_t salt[32];               /* of the journal's commitment to requested_by */
	uint64_t position;              /* journal entries before it; set by the store */
	uint64_t left_with;             /* the last CRL that it stood on, 0 while it stands on all */
	uint64_t generation, part;      /* whose list it is on; set by the store where there is an
	                                 * intent */
	uint64_t end_position;          /* journal entries before the end of a hold, else 0 */
	egov_time ended_at;             /* of a hold, else EGOV_TIME_NONE */
	egov_time reported_at;          /* when it was asked for; EGOV_TIME_NONE: as it was revoked */
	struct egov_slice entry;        /* as lists have it, RevokedCertificate (RFC 5280, 5.1); set
	                                 * by the store; empty of a hold */
};
typedef enum egov_status egov__revoked_fn(void *user, const struct egov__revoked_row *row,
                                          struct egov_error *err);
/* EGOV_E_EXISTS where the serial is revoked already, EGOV_E_CORRUPT where it or the reason is
 * none that a list can have. */
EGOV_MUST_CHECK enum egov_status egov__store_revoked_add(struct egov_store *store,
                                                         const struct egov__revoked_row *row,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_revoked_get(struct egov_store *store,
                                                         struct egov_slice serial,
                                                         struct egov__revoked_row *row,
                                                         bool *found, struct egov_error *err);
/* What is asked of a serial before it is revoked, in one statement: a list asks it a million
 * times.  A serial without a certificate may be that of an intent. */
struct egov__standing_row {
	bool issued;
	egov_time not_after;            /* these two where it was issued */
	uint8_t key_digest[32];
	bool revoked, held, paired;
	int reason;                     /* where it is revoked */
};
EGOV_MUST_CHECK enum egov_status egov__store_standing_get(struct egov_store *store,
                                                          struct egov_slice serial,
                                                          struct egov__standing_row *row,
                                                          struct egov_error *err);
/* The serial of a certificate of this key that was revoked because somebody else has
 * or may have the key, or its holder's authority was (reasons 1, 2 and 10). */
EGOV_MUST_CHECK enum egov_status egov__store_compromised_get(struct egov_store *store,
                                                             const uint8_t key_digest[32],
                                                             struct egov__revoked_row *row,
                                                             bool *found,
                                                             struct egov_error *err);
/*
 * What a CRL lists, by rising serial: the revoked, and as reason 6 what is on hold.  An
 * entry leaves only after it stood on one published list whose thisUpdate lies after
 * the certificate's end (RFC 5280, 3.3), or with the end of the hold.
 * Of a delta list: what has changed since the complete list that is its base, with reason
 * 8 where a hold that was listed was released (RFC 5280, 5.2.4).
 */
struct egov__crl_scope {
	uint64_t generation, part;      /* of the CA's key; crl/part.h */
	uint64_t base;                  /* number of a delta list's base, 0: complete lists */
	uint64_t since;                 /* journal entries before the base's intent */
};
struct egov__listed_row {
	struct egov_slice serial;
	struct egov_slice entry;        /* RevokedCertificate, the serial among it */
};
/* After the entry that says that it is now: what left with a list that lies after that, made
 * by a wrong clock, is listed again; how many. */
EGOV_MUST_CHECK enum egov_status egov__store_revoked_relist(struct egov_store *store,
                                                            egov_time now, uint64_t *count,
                                                            struct egov_error *err);

/* Taken one by one; closed before the transaction ends.  What the row lends lives
 * until the next call on the cursor. */
struct egov__revoked_cursor;
EGOV_MUST_CHECK enum egov_status egov__store_revoked_open(struct egov_store *store,
                                                          const struct egov__crl_scope *scope,
                                                          struct egov__revoked_cursor **out,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_revoked_next(struct egov__revoked_cursor *cursor,
                                                          struct egov__listed_row *row,
                                                          bool *found, struct egov_error *err);
void egov__store_revoked_close(struct egov__revoked_cursor *cursor);

/* All revocations, those that have left the CRL included; and these with all holds,
 * by serial and position: what lists of the past are made of. */
EGOV_MUST_CHECK enum egov_status egov__store_revoked_walk_all(struct egov_store *store,
                                                              egov__revoked_fn *fn, void *user,
                                                              struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_revoked_walk_history(struct egov_store *store,
                                                                  egov__revoked_fn *fn,
                                                                  void *user,
                                                                  struct egov_error *err);

/* What the revocation clock measures of each that was decided from a time up to another, in
 * their order. */
struct egov__case_row {
	struct egov_slice serial;
	egov_time decided_at;
	egov_time reported_at;          /* EGOV_TIME_NONE: as it was decided */
	uint64_t generation, part;      /* whose list it is on */
	uint64_t position;              /* on lists whose intent has this one or a later */
};
typedef enum egov_status egov__case_fn(void *user, const struct egov__case_row *row,
                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_case_walk(struct egov_store *store, egov_time from,
                                                       egov_time to, egov__case_fn *fn, void *user,
                                                       struct egov_error *err);

/* successions: which certificate follows which, by the successor's intent */
struct egov__succession_row {
	uint64_t intent;
	int operation;                  /* enum egov__succession */
	struct egov_slice predecessor;  /* serial */
	struct egov_slice consent;      /* DER signature; empty where it rests on an application */
};
EGOV_MUST_CHECK enum egov_status egov__store_succession_add(struct egov_store *store,
                                                            const struct egov__succession_row *row,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_succession_get(struct egov_store *store,
                                                            uint64_t intent,
                                                            struct egov__succession_row *row,
                                                            bool *found, struct egov_error *err);
/* What follows this certificate and was not given up. */
EGOV_MUST_CHECK enum egov_status egov__store_successor_get(struct egov_store *store,
                                                           struct egov_slice predecessor,
                                                           struct egov__succession_row *row,
                                                           bool *found, struct egov_error *err);
typedef enum egov_status egov__succession_fn(void *user, const struct egov__succession_row *row,
                                             struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_succession_walk(struct egov_store *store,
                                                             egov__succession_fn *fn, void *user,
                                                             struct egov_error *err);

/* How many of each from a time up to another. */
struct egov__life_counts {
	uint64_t issued;                /* that follow nothing */
	uint64_t renewed, rekeyed, extended, held, released, revoked, ended;
};
EGOV_MUST_CHECK enum egov_status egov__store_life_counts(struct egov_store *store, egov_time from,
                                                         egov_time to,
                                                         struct egov__life_counts *counts,
                                                         struct egov_error *err);

/* holds: one row each time that a certificate was suspended (GM/T 0034, 12.6, 12.7) */
enum egov__hold_ending {
	EGOV__HOLD_ON = 0,
	EGOV__HOLD_RELEASED = 1,
	EGOV__HOLD_REVOKED = 2          /* for good: the revocation counts from held_at on */
};
struct egov__hold_row {
	uint64_t id;                    /* set by the store */
	struct egov_slice serial;
	egov_time held_at, not_after;   /* not_after: of the certificate */
	const char *actor, *requested_by;
	uint8_t salt[32];               /* of the journal's commitment to requested_by */
	uint64_t generation, part;      /* as of a revocation */
	uint64_t position;              /* journal entries before it; set by the store */
	uint64_t left_with;             /* the last CRL that it stood on, 0 while it stands on all */
	enum egov__hold_ending ending;
	egov_time ended_at;             /* EGOV_TIME_NONE: still on */
	const char *end_requested_by;   /* of a release, else "" */
	uint8_t end_salt[32];           /* likewise; else zeros */
	uint64_t end_position;          /* journal entries before the end; set by the store */
};
typedef enum egov_status egov__hold_fn(void *user, const struct egov__hold_row *row,
                                       struct egov_error *err);
/* EGOV_E_EXISTS where the serial is on hold already. */
EGOV_MUST_CHECK enum egov_status egov__store_hold_add(struct egov_store *store,
                                                      const struct egov__hold_row *row,
                                                      struct egov_error *err);
/* Ends the hold of this id: ending, ended_at, end_requested_by, end_salt. */
EGOV_MUST_CHECK enum egov_status egov__store_hold_end(struct egov_store *store,
                                                      const struct egov__hold_row *row,
                                                      struct egov_error *err);
/* The hold that is on. */
EGOV_MUST_CHECK enum egov_status egov__store_hold_get(struct egov_store *store,
                                                      struct egov_slice serial,
                                                      struct egov__hold_row *row, bool *found,
                                                      struct egov_error *err);
/* All holds on a serial in their order; serial empty: on all, by serial. */
EGOV_MUST_CHECK enum egov_status egov__store_hold_walk(struct egov_store *store,
                                                       struct egov_slice serial,
                                                       egov__hold_fn *fn, void *user,
                                                       struct egov_error *err);

/* CRLs that we signed: every one stays retrievable by number */
struct egov__crl_row {
	uint64_t number;
	uint64_t intent;
	uint64_t generation, part, base, position;      /* its intent's */
	egov_time this_update, next_update;
	uint64_t entries;
	bool published;                 /* the file was replaced and read back */
	egov_time published_at;         /* when; EGOV_TIME_NONE before; set by the store */
	struct egov_slice signature;    /* algorithm and signature, behind the pieces */
};
EGOV_MUST_CHECK enum egov_status egov__store_crl_add(struct egov_store *store,
                                                     const struct egov__crl_row *row,
                                                     struct egov_error *err);
/* Notes that it was published.  Where it is complete, entries whose certificate ended
 * before its thisUpdate have stood on it, if they were there when its intent was recorded,
 * and leave; none leaves with a list that lies after now, which a wrong clock has made. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_published(struct egov_store *store,
                                                           uint64_t number, egov_time now,
                                                           struct egov_error *err);
/* The last complete or the last delta list of a scope; NULL: the last of all. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_last(struct egov_store *store,
                                                      const struct egov__crl_scope *scope,
                                                      struct egov__crl_row *row, bool *found,
                                                      struct egov_error *err);
/* The last of these below a number, of all or of the published ones; without its bytes.
 * Number 0: there is none. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_before(struct egov_store *store,
                                                        const struct egov__crl_scope *scope,
                                                        uint64_t number, bool published,
                                                        struct egov__crl_row *row,
                                                        struct egov_error *err);
/* The published one that was in force at a time. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_at(struct egov_store *store,
                                                    const struct egov__crl_scope *scope,
                                                    egov_time at, struct egov__crl_row *row,
                                                    bool *found, struct egov_error *err);
/* The published complete one of the scope whose intent came first after, or last before, so
 * many journal entries. */
struct egov__crl_near {
	uint64_t position;
	bool after;
};
EGOV_MUST_CHECK enum egov_status egov__store_crl_near(struct egov_store *store,
                                                      const struct egov__crl_scope *scope,
                                                      const struct egov__crl_near *near,
                                                      struct egov__crl_row *row, bool *found,
                                                      struct egov_error *err);
/* Whether a list of the scope, its base or a later one, was signed between two positions of
 * the journal. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_stood(struct egov_store *store,
                                                       const struct egov__crl_scope *scope,
                                                       uint64_t from, uint64_t to, bool *stood,
                                                       struct egov_error *err);

/* Lists beside the one of each generation, from the first certificate on that names them. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_part_add(struct egov_store *store,
                                                          uint64_t generation, uint64_t part,
                                                          struct egov_error *err);
typedef enum egov_status egov__crl_part_fn(void *user, uint64_t generation, uint64_t part,
                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_crl_part_walk(struct egov_store *store,
                                                           egov__crl_part_fn *fn, void *user,
                                                           struct egov_error *err);
/* One that no certificate names, or that is missing. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_part_odd(struct egov_store *store,
                                                          struct egov__crl_scope *odd,
                                                          bool *found, struct egov_error *err);
/* The list that a serial's intent is on, or where that was lost the serial itself; zeros:
 * there is none. */
EGOV_MUST_CHECK enum egov_status egov__store_list_of_serial(struct egov_store *store,
                                                            struct egov_slice serial,
                                                            struct egov__crl_scope *scope,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_crl_get(struct egov_store *store, uint64_t number,
                                                     struct egov__crl_row *row, bool *found,
                                                     struct egov_error *err);
/* The same without its bytes. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_row(struct egov_store *store, uint64_t number,
                                                     struct egov__crl_row *row, bool *found,
                                                     struct egov_error *err);
typedef enum egov_status egov__crl_fn(void *user, const struct egov__crl_row *row,
                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_crl_walk(struct egov_store *store, egov__crl_fn *fn,
                                                      void *user, struct egov_error *err);
/* The last published ones, one of each generation, part, and kind, without their bytes. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_walk_served(struct egov_store *store,
                                                             egov__crl_fn *fn, void *user,
                                                             struct egov_error *err);
/* All without their bytes. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_walk_rows(struct egov_store *store,
                                                           egov__crl_fn *fn, void *user,
                                                           struct egov_error *err);

/*
 * What a list signs lies in pieces under its number, from before its intent on; with what
 * stands behind it in its row it is the list.  None of it is held: it is read again as often
 * as it takes, while the store is open.
 */
struct egov__pieces;
EGOV_MUST_CHECK enum egov_status egov__pieces_new(struct egov_store *store, uint64_t number,
                                                  struct egov__pieces **out,
                                                  struct egov_error *err);
/* All but the first in their order, EGOV__PIECE octets each but the last; then the first, of
 * any size, with which it can be read.  Inside a transaction. */
#define EGOV__PIECE (64u << 10)
EGOV_MUST_CHECK enum egov_status egov__pieces_write(struct egov__pieces *pieces,
                                                    struct egov_slice bytes,
                                                    struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__pieces_finish(struct egov__pieces *pieces,
                                                     struct egov_slice first,
                                                     struct egov_error *err);
/* Those that are there; EGOV_E_CORRUPT where there are none. */
EGOV_MUST_CHECK enum egov_status egov__pieces_open(struct egov_store *store, uint64_t number,
                                                   struct egov__pieces **out,
                                                   struct egov_error *err);
/* What stands behind them, from now on. */
EGOV_MUST_CHECK enum egov_status egov__pieces_sign(struct egov__pieces *pieces,
                                                   struct egov_slice signature,
                                                   struct egov_error *err);
const struct egov__source *egov__pieces_tbs(const struct egov__pieces *pieces);
const struct egov__source *egov__pieces_list(const struct egov__pieces *pieces);
void egov__pieces_free(struct egov__pieces *pieces);
/* A list of ours, from its row. */
EGOV_MUST_CHECK enum egov_status egov__store_crl_open(struct egov_store *store,
                                                      const struct egov__crl_row *row,
                                                      struct egov__pieces **out,
                                                      struct egov_error *err);
/* One whose number no list has, made or intended. */
EGOV_MUST_CHECK enum egov_status egov__store_pieces_odd(struct egov_store *store, uint64_t *number,
                                                        bool *found, struct egov_error *err);

/* Lists that CAs above this one made, by their name here and their number. */
struct egov__imported_row {
	const char *list;
	uint64_t number;
	uint8_t issuer_digest[32];      /* SM3 of the issuer's SubjectPublicKeyInfo */
	egov_time this_update, next_update;
	uint64_t entries;
	const char *gone;               /* serials that somebody said may leave it */
	const char *actor;
	egov_time time;
	egov_time published_at;         /* EGOV_TIME_NONE before */
	struct egov_slice der;
};
typedef enum egov_status egov__imported_fn(void *user, const struct egov__imported_row *row,
                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_imported_add(struct egov_store *store,
                                                          const struct egov__imported_row *row,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_imported_published(struct egov_store *store,
                                                                const char *list, uint64_t number,
                                                                egov_time now,
                                                                struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_imported_last(struct egov_store *store,
                                                           const char *list,
                                                           struct egov__imported_row *row,
                                                           bool *found, struct egov_error *err);
/* All of them, by list and number. */
EGOV_MUST_CHECK enum egov_status egov__store_imported_walk(struct egov_store *store,
                                                           egov__imported_fn *fn, void *user,
                                                           struct egov_error *err);

/* Packets that homes send each other (record/transfer.h): those that were sent, and those that
 * were received. */
struct egov__transfer_key {
	bool received;
	uint8_t sender[32];             /* SM3 of the journal key that signed */
	uint8_t receiver[32];           /* SM3 of the key of the CA that it is for */
	uint64_t number;                /* of those between the two; 0: the last */
};
struct egov__transfer_row {
	bool received;
	uint8_t sender[32], receiver[32];
	uint64_t number;
	uint8_t digest[32];             /* SM3 of der */
	uint64_t lost;                  /* how many before it somebody said to be lost */
	const char *actor;
	egov_time time;
	struct egov_slice der;
};
typedef enum egov_status egov__transfer_fn(void *user, const struct egov__transfer_row *row,
                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_transfer_add(struct egov_store *store,
                                                          const struct egov__transfer_row *row,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_transfer_get(struct egov_store *store,
                                                          const struct egov__transfer_key *key,
                                                          struct egov__transfer_row *row,
                                                          bool *found, struct egov_error *err);
/* All of them, by sender, receiver and number, the sent ones first. */
EGOV_MUST_CHECK enum egov_status egov__store_transfer_walk(struct egov_store *store,
                                                           egov__transfer_fn *fn, void *user,
                                                           struct egov_error *err);

/* requests of the CA's own key that we signed */
struct egov__request_row {
	uint64_t intent;
	struct egov_slice der;
};
typedef enum egov_status egov__request_fn(void *user, const struct egov__request_row *row,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_request_add(struct egov_store *store,
                                                         const struct egov__request_row *row,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_request_get(struct egov_store *store,
                                                         uint64_t intent,
                                                         struct egov__request_row *row,
                                                         bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_request_walk(struct egov_store *store,
                                                          egov__request_fn *fn, void *user,
                                                          struct egov_error *err);

/* what a key-management centre was asked; one for an application */
struct egov__key_request_row {
	const char *application, *actor;
	egov_time time;
	uint8_t digest[32];             /* SM3 of der */
	struct egov_slice der;
};
typedef enum egov_status egov__key_request_fn(void *user, const struct egov__key_request_row *row,
                                              struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_key_request_add(
	struct egov_store *store, const struct egov__key_request_row *row, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_key_request_get(struct egov_store *store,
                                                             const char *application,
                                                             struct egov__key_request_row *row,
                                                             bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_key_request_walk(struct egov_store *store,
                                                              egov__key_request_fn *fn, void *user,
                                                              struct egov_error *err);

/* signing and encryption certificates that belong together */
struct egov__pair_row {
	struct egov_slice sign_serial, encrypt_serial;
	const char *application;
	egov_time time;
	uint8_t key_digest[32];         /* SM3 of the encryption key's SubjectPublicKeyInfo */
	struct egov_slice answer;       /* DER of the centre's answer */
	struct egov_slice centre;       /* the certificate that it was checked with */
};
typedef enum egov_status egov__pair_fn(void *user, const struct egov__pair_row *row,
                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_pair_add(struct egov_store *store,
                                                      const struct egov__pair_row *row,
                                                      struct egov_error *err);
/* By either serial. */
EGOV_MUST_CHECK enum egov_status egov__store_pair_get(struct egov_store *store,
                                                      struct egov_slice serial,
                                                      struct egov__pair_row *row, bool *found,
                                                      struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_pair_of(struct egov_store *store,
                                                     const char *application,
                                                     struct egov__pair_row *row, bool *found,
                                                     struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_pair_walk(struct egov_store *store,
                                                       egov__pair_fn *fn, void *user,
                                                       struct egov_error *err);

/* tombstones: certificates whose records are destroyed, since they were due */
enum egov__tombstone_state {
	EGOV__TOMBSTONE_ORDERED = 1,
	EGOV__TOMBSTONE_UNSEALABLE = 2, /* the sealed blobs, and their keys with them, are gone */
	EGOV__TOMBSTONE_GONE = 3        /* objects and names are, too: digests are left */
};
struct egov__tombstone_row {
	struct egov_slice serial;
	const char *subject;            /* the serial in hex, as in the journal */
	const char *application;        /* "" where it rests on none */
	uint64_t purge;                 /* number of the entry that ordered it */
	enum egov__tombstone_state state;
};
/* Ordered by the last entry of the journal. */
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_add(struct egov_store *store,
                                                           const struct egov__tombstone_row *row,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_get(struct egov_store *store,
                                                           struct egov_slice serial,
                                                           struct egov__tombstone_row *row,
                                                           bool *found, struct egov_error *err);
/* By the subject of an entry: a serial in hex, or an application. */
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_about(struct egov_store *store,
                                                             const char *subject,
                                                             struct egov__tombstone_row *row,
                                                             bool *found, struct egov_error *err);
/* The first in a state before EGOV__TOMBSTONE_GONE. */
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_first(struct egov_store *store,
                                                             enum egov__tombstone_state state,
                                                             struct egov__tombstone_row *row,
                                                             bool *found, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_count(struct egov_store *store,
                                                             uint64_t *count,
                                                             struct egov_error *err);
/* Those of one order, by serial. */
typedef enum egov_status egov__tombstone_fn(void *user, const struct egov__tombstone_row *row,
                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_tombstone_walk(struct egov_store *store,
                                                            uint64_t purge, egov__tombstone_fn *fn,
                                                            void *user, struct egov_error *err);
/* Deletes the sealed blobs of all entries about it before the order: unsealable. */
EGOV_MUST_CHECK enum egov_status egov__store_sealed_destroy(struct egov_store *store,
                                                            struct egov_slice serial,
                                                            struct egov_error *err);
/* Puts the digests of certificate and of a centre's answer (NULL: there is none) in their
 * places, empties who asked for what: gone. */
EGOV_MUST_CHECK enum egov_status egov__store_objects_destroy(struct egov_store *store,
                                                             struct egov_slice serial,
                                                             const uint8_t certificate[32],
                                                             const uint8_t *answer,
                                                             struct egov_error *err);
/*
 * Segments: parts of the journal in files of the folder "archive" beside the ledger
 * (archive/segment.h), one behind the other from entry 0 on.  Whoever reads an entry or a
 * certificate gets what lies there as if it lay here: EGOV_E_CORRUPT where the file is not
 * the one whose SM3 the row has, EGOV_E_BUSY where it was replaced meanwhile.
 */
struct egov__segment_row {
	uint64_t number, revision;
	uint64_t first, entries;
	uint64_t moved;                 /* of those: the ledger has no second copy */
	uint8_t digest[32];             /* SM3 of the file */
};
#define EGOV__SEGMENT_NAME 64
/* The name of its file, in that folder. */
void egov__segment_name(const struct egov__segment_row *row, char name[EGOV__SEGMENT_NAME]);
EGOV_MUST_CHECK enum egov_status egov__store_segment_add(struct egov_store *store,
                                                         const struct egov__segment_row *row,
                                                         struct egov_error *err);
/* Another revision, more that was moved. */
EGOV_MUST_CHECK enum egov_status egov__store_segment_put(struct egov_store *store,
                                                         const struct egov__segment_row *row,
                                                         struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_segment_drop(struct egov_store *store,
                                                          uint64_t number,
                                                          struct egov_error *err);
/* number 0: the last. */
EGOV_MUST_CHECK enum egov_status egov__store_segment_get(struct egov_store *store, uint64_t number,
                                                         struct egov__segment_row *row,
                                                         bool *found, struct egov_error *err);
typedef enum egov_status egov__segment_fn(void *user, const struct egov__segment_row *row,
                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_segment_walk(struct egov_store *store,
                                                          egov__segment_fn *fn, void *user,
                                                          struct egov_error *err);
/* The first that has entries about what is being destroyed, behind number. */
EGOV_MUST_CHECK enum egov_status egov__store_segment_tainted(struct egov_store *store,
                                                             uint64_t number,
                                                             struct egov__segment_row *row,
                                                             bool *found, struct egov_error *err);
/* Its octets as they lie there; and the path of a file in that folder, or of the folder for
 * an empty name, on the heap, NULL without memory. */
EGOV_MUST_CHECK enum egov_status egov__store_segment_read(struct egov_store *store,
                                                          const struct egov__segment_row *row,
                                                          struct egov_buf **out,
                                                          struct egov_error *err);
char *egov__store_archive_path(const struct egov_store *store, const char *name);

/* The segment has it: the rows of an entry, of a certificate keep what is looked up alone. */
EGOV_MUST_CHECK enum egov_status egov__store_entry_move(struct egov_store *store, uint64_t seq,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_certificate_move(struct egov_store *store,
                                                              struct egov_slice serial,
                                                              struct egov_error *err);
/* They get it back: source, body, commitment and sealed of the row, and der.  What is there is
 * left alone. */
EGOV_MUST_CHECK enum egov_status egov__store_entry_return(struct egov_store *store,
                                                          const struct egov__journal_row *row,
                                                          struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__store_certificate_return(struct egov_store *store,
                                                                struct egov_slice serial,
                                                                struct egov_slice der,
                                                                struct egov_error *err);
/* How many entries from one up to another have a body that was moved. */
EGOV_MUST_CHECK enum egov_status egov__store_moved_count(struct egov_store *store, uint64_t from,
                                                         uint64_t to, uint64_t *count,
                                                         struct egov_error *err);
/* Something that changes whenever another process has written. */
EGOV_MUST_CHECK enum egov_status egov__store_others(struct egov_store *store, uint64_t *mark,
                                                    struct egov_error *err);
/* Writes the ledger's file anew, as small as it can be: nobody else writes meanwhile. */
EGOV_MUST_CHECK enum egov_status egov__store_compact(struct egov_store *store,
                                                     struct egov_error *err);
/* Octets of the ledger's file that nothing lies in. */
EGOV_MUST_CHECK enum egov_status egov__store_free_space(struct egov_store *store, uint64_t *octets,
                                                        struct egov_error *err);

/* A copy of the ledger as it is now, in a new file of mode 0600, synced. */
EGOV_MUST_CHECK enum egov_status egov__store_backup(struct egov_store *store, const char *path,
                                                    struct egov_error *err);

/* Brings what was overwritten out of the log beside the ledger, as far as others let it. */
EGOV_MUST_CHECK enum egov_status egov__store_scrub(struct egov_store *store,
                                                   struct egov_error *err);

#endif
