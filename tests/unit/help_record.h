/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_RECORD_H
#define TESTS_HELP_RECORD_H

#include "help_issue.h"
#include "help_ledger.h"

#include "base/secret.h"
#include "crypto/sm2.h"
#include "record/record.h"

/* A ledger with an open journal over it, a custodian and a journal key. */
struct help_record {
	char *dir, *path;
	struct egov_store *store;
	struct egov_record *record;
	struct egov_secret *custodian;
	uint8_t custodian_spki[EGOV__SM2_SPKI];
	char *journal_uri;
	uint8_t journal_spki[EGOV__SM2_SPKI];
	struct egov_error err;
};

int help_record_set_up(void **state);
int help_record_tear_down(void **state);

/* Opens the ledger again, as another process would. */
void help_record_reopen(struct help_record *h);

/* A key of the CA, active. */
void help_generation(struct help_record *h, struct egov_slice spki);

/* A transaction with one entry in it, committed. */
void help_append(struct help_record *h, egov_time now, const char *subject, const char *private);

/* An SM2 key, one a name (static) in a program; lent. */
const struct help_key *help_named_key(const char *name);

/* That key in an encrypted file of dir: its file: URI, on the heap. */
char *help_key_file(const char *dir, const char *name);
struct egov_signer *help_signer(const char *uri, enum egov_key_purpose purpose);

/* egov__record_check as a whole. */
enum egov_status help_check(struct help_record *h, struct egov_report *report,
                            struct egov_error *err);

#endif
