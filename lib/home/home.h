/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOME_HOME_H
#define HOME_HOME_H

#include <egovca/home.h>

#include "base/progress.h"
#include "cert/cert.h"
#include "home/home_conf.h"
#include "key/signer.h"
#include "profile/profile.h"
#include "record/kinds.h"
#include "record/record.h"

/* Names of the ledger's single values, beside those of record/kinds.h;
 * EGOV__META_HOME_ID is SM3 of the CA's SubjectPublicKeyInfo. */
#define EGOV__META_CA_KEY "ca-key"              /* SubjectPublicKeyInfo */
#define EGOV__META_JOURNAL_KEY "journal-key"    /* SubjectPublicKeyInfo */
#define EGOV__META_CUSTODIAN_KEY "custodian-key" /* SubjectPublicKeyInfo */
#define EGOV__META_SUBJECT "ca-subject"         /* DER Name */
#define EGOV__META_REQUEST "ca-request"         /* DER of the CA's own PKCS#10 */
#define EGOV__META_JOURNAL_STATEMENT "journal-statement" /* record/journal_statement.h; or none */
#define EGOV__META_CERTIFICATE "ca-certificate" /* DER, once there is one */
#define EGOV__META_CHAIN "ca-chain"             /* the certificates above it, as given */

struct egov_record *egov__home_record(struct egov_home *home);
const struct egov__home_conf *egov__home_conf(const struct egov_home *home);
/* A fresh count of steps for whoever egov_home_progress names. */
struct egov__progress egov__home_progress(const struct egov_home *home);
/* Which machine this is; of no other handle where nobody said. */
EGOV_MUST_CHECK enum egov_status egov__home_host(struct egov_home *home, const char **host,
                                                 struct egov_error *err);
struct egov_slice egov__home_journal_key(const struct egov_home *home);

/* Whether this SubjectPublicKeyInfo is one of the home's keys: the CA's of any
 * generation, the journal's, the custodian's. */
EGOV_MUST_CHECK enum egov_status egov__home_owns_key(struct egov_home *home,
                                                     struct egov_slice spki, bool *owns,
                                                     struct egov_error *err);

/* "HOME/name" on the heap; an absolute name stays as it is; NULL without memory. */
char *egov__home_path(const struct egov_home *home, const char *name);

/* A single value that every home has: EGOV_E_CORRUPT where it is missing. */
EGOV_MUST_CHECK enum egov_status egov__home_meta(struct egov_home *home, const char *name,
                                                 struct egov_buf *value, struct egov_error *err);

/* The generation of the CA's key that this SubjectPublicKeyInfo is; 0: none. */
EGOV_MUST_CHECK enum egov_status egov__home_generation_of(struct egov_home *home,
                                                          struct egov_slice spki,
                                                          uint64_t *number,
                                                          struct egov_error *err);

/* The same of a generation of the CA's key: EGOV__META_CA_KEY, EGOV__META_REQUEST,
 * EGOV__META_CERTIFICATE, EGOV__META_CHAIN or EGOV__META_JOURNAL_STATEMENT, with "-N" from the second on. */
#define EGOV__META_NAME 40
void egov__home_meta_name(const char *name, uint64_t generation, char out[EGOV__META_NAME]);

/* "ca" of the first generation, "caN" of another: the name of its files in the web
 * root, crl/NAME.crl and cert/NAME.cer. */
#define EGOV__FILE_NAME 16
void egov__home_file_name(uint64_t generation, char out[EGOV__FILE_NAME]);

/*
 * The CA's active key or the journal's, logged in, and compared with the one that the
 * home was made with.  In a production home a software key is EGOV_E_POLICY
 * unless [key] allow_software.
 */
EGOV_MUST_CHECK enum egov_status egov__home_signer(struct egov_home *home,
                                                   enum egov_key_purpose purpose,
                                                   struct egov_signer **out,
                                                   struct egov_error *err);

/* A generation of the CA's key; 0: the active one. */
EGOV_MUST_CHECK enum egov_status egov__home_ca_signer(struct egov_home *home, uint64_t generation,
                                                      struct egov_signer **out,
                                                      struct egov_error *err);

/* The CA's key as many times as there are threads to sign; a PIN is asked for once. */
EGOV_MUST_CHECK enum egov_status egov__home_signers(struct egov_home *home, size_t count,
                                                    struct egov_signer **out,
                                                    struct egov_error *err);

/* The key that the configuration names for a generation which the ledger does not
 * know yet. */
EGOV_MUST_CHECK enum egov_status egov__home_new_signer(struct egov_home *home, uint64_t generation,
                                                       struct egov_signer **out,
                                                       struct egov_error *err);

/* Removes a generation's key from its token; *was_there: whether it was there still. */
EGOV_MUST_CHECK enum egov_status egov__home_destroy_key(struct egov_home *home,
                                                        uint64_t generation, bool *was_there,
                                                        struct egov_error *err);

/* egov_signer_open for a key that a CA cannot work without: where it is not
 * there, a device is (EGOV_E_DEVICE: the same call may succeed later). */
EGOV_MUST_CHECK enum egov_status egov__home_open_key(const char *uri,
                                                     const struct egov_key_options *options,
                                                     struct egov_signer **out,
                                                     struct egov_error *err);

/* A key that opens what was sealed, such as the custodian's, with the home's module map and
 * prompt. */
struct egov__decrypter;
EGOV_MUST_CHECK enum egov_status egov__home_decrypter(struct egov_home *home, const char *uri,
                                                      struct egov__decrypter **out,
                                                      struct egov_error *err);

/* The certificate of the CA's active key; EGOV_E_POLICY before it has one.  And that of
 * a generation. */
EGOV_MUST_CHECK enum egov_status egov__home_certificate(struct egov_home *home,
                                                        struct egov_cert **out,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_ca_certificate(struct egov_home *home,
                                                           uint64_t generation,
                                                           struct egov_cert **out,
                                                           struct egov_error *err);

/* What the CA writes into what it issues with the key of this certificate of its own;
 * slices lie in ca, texts in the home. */
EGOV_MUST_CHECK enum egov_status egov__home_issuer(struct egov_home *home,
                                                   const struct egov_cert *ca,
                                                   struct egov__issuer *issuer,
                                                   struct egov_error *err);

/*
 * The lists of a home (crl/part.h).  A certificate's is chosen when it is issued; the
 * issuer then writes its address, and where there are delta lists theirs.
 */
struct egov__list_urls {
	char crl[EGOV__HOME_LIST_URL + 32], delta[EGOV__HOME_LIST_URL + 32];
};
uint64_t egov__home_part(const struct egov_home *home, bool is_ca, struct egov_slice serial);
EGOV_MUST_CHECK enum egov_status egov__home_point(const struct egov_home *home, uint64_t part,
                                                  struct egov__list_urls *urls,
                                                  struct egov__issuer *issuer,
                                                  struct egov_error *err);

/* "ca2-s17-delta": the name of a list's files in the web root. */
#define EGOV__LIST_NAME 32
void egov__home_list_name(const struct egov__crl_scope *scope, char out[EGOV__LIST_NAME]);
/* The list of that name; base 1 where it is a delta list.  EGOV_E_USAGE where it is none. */
EGOV_MUST_CHECK enum egov_status egov__home_list_parse(const char *name,
                                                       struct egov__crl_scope *scope,
                                                       struct egov_error *err);

/*
 * The profile of this name, fit for use now: production or test as the home is,
 * and its CPS registered, published and in force (Order No. 4, Art. 16, 17).
 */
EGOV_MUST_CHECK enum egov_status egov__home_profile(struct egov_home *home, const char *name,
                                                    struct egov_profile **out,
                                                    struct egov_error *err);

/*
 * Whether a list that is served lies ahead of the ledger: EGOV_E_CORRUPT, since it is older
 * than what was published, and would bring the revoked back.  Then the CA's key is not opened.
 * A list that egov-record reconcile has taken over is known, by its number and its SM3.
 */
EGOV_MUST_CHECK enum egov_status egov__home_check_ahead(struct egov_home *home,
                                                        struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_is_reconciled(struct egov_home *home, uint64_t number,
                                                          const struct egov__source *list,
                                                          bool *is, struct egov_error *err);
/* The list of its files that a backup has; in a home it says that this one was restored, and
 * does not know yet what was published since: as a list that lies ahead. */
#define EGOV__BACKUP_LIST "egov-backup.sm3"
bool egov__home_is_restored(const struct egov_home *home);

/* The paths of all lists that may be served. */
typedef enum egov_status egov__served_fn(void *user, const char *path, struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__home_walk_served(struct egov_home *home,
                                                        egov__served_fn *fn, void *user,
                                                        struct egov_error *err);

/* How many years after loss of validity the profile of this name keeps records, whether
 * it may be used now or not; as long as any does where it cannot be read any more. */
int egov__home_retention(struct egov_home *home, const char *name);

/* Removes what killed runs left beside the files that are served.  Whoever is to serve one asks
 * for it: there may be many, and other programs need not read their folders to start. */
EGOV_MUST_CHECK enum egov_status egov__home_sweep_served(struct egov_home *home,
                                                         struct egov_error *err);

/* EGOV_E_USAGE where what the caller named so lies in the future; EGOV_TIME_NONE does not. */
EGOV_MUST_CHECK enum egov_status egov__home_check_past(const struct egov_home *home,
                                                       const char *name, egov_time time,
                                                       struct egov_error *err);

/* Who holds it makes lists. */
#define EGOV__CRL_LOCK "crl.lock"

/* An exclusive lock named name, held until egov__home_unlock; waits for another
 * holder as long as [store] wait says, then EGOV_E_BUSY.  One publisher at a time. */
EGOV_MUST_CHECK enum egov_status egov__home_lock(struct egov_home *home, const char *name,
                                                 int *lock, struct egov_error *err);
void egov__home_unlock(int lock);

/*
 * Who acts through this handle (egovca/operator.h): people who logged in with
 * their keys, and approvals that were signed elsewhere.
 */
#define EGOV__ACTING_MAX 4
struct egov__acting {
	char *name;
	struct egov_signer *signer;     /* either this */
	struct egov_buf *approval;      /* or this: DER */
};
struct egov__operators {
	struct egov__acting acting[EGOV__ACTING_MAX];
	size_t count;
	struct egov_buf *matter;        /* lent; not NULL: gets what would be signed */
};
struct egov__operators *egov__home_operators(struct egov_home *home);

/* An operator's key: EGOV_E_POLICY for one in software, as for the CA's own. */
EGOV_MUST_CHECK enum egov_status egov__home_operator_key(struct egov_home *home, const char *uri,
                                                         struct egov_signer **out,
                                                         struct egov_error *err);

/*
 * Lays a new home out in dir, an empty folder: folders, profiles, the
 * configuration text, the custodian's certificate, a ledger with its single
 * values, whose entries are the first of the journal.
 */
struct egov__home_plan {
	const char *dir, *actor, *source;
	bool test;
	egov_time now;
	struct egov_slice conf;                 /* text of egovca.conf */
	struct egov_slice custodian;            /* the certificate file's octets */
	struct egov_slice custodian_key, ca_key, journal_key;   /* SubjectPublicKeyInfo */
	struct egov_slice subject;              /* DER Name */
};
EGOV_MUST_CHECK enum egov_status egov__home_lay_out(const struct egov__home_plan *plan,
                                                    struct egov_error *err);

#endif
