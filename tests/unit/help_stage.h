/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_STAGE_H
#define TESTS_HELP_STAGE_H

#include "help_record.h"

#include "lint/lint.h"
#include "sign/sign.h"

#define HELP_CRL_URI "http://ca.example.cn/crl/ca.crl"
#define HELP_CPS "1.0"

/* A root CA over a help_record that goes the whole way of the library, as the
 * procedures of lib/ca do. */
struct help_ca {
	struct help_record *h;
	char *uri;
	struct egov_signer *signer;     /* of purpose CA; stays open */
	struct egov_profile *root, *leaf;
	struct egov_judged *own, *judged;       /* its own, and the one for each leaf */
	struct egov__issuer issuer;
	egov_time now;
	unsigned applications, lists;
	uint64_t part;                  /* of the lists, whose address the issuer has */
	const char *forgets;            /* a kind of entry that procedures leave out; NULL: none */
	bool nobody_reviews;            /* help_approve comes right after help_submit */
};

int help_ca_set_up(void **state);
int help_ca_tear_down(void **state);

/* Each of these wants an open transaction where it reserves something. */
struct egov_cleared *help_clear_root(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL]);
struct egov_cleared *help_clear_leaf(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL],
                                     egov_time not_after);
struct egov_cleared *help_clear_crl(struct help_ca *ca, uint64_t number, egov_time this_update);
/* A list of the test's own making: number, thisUpdate and entries are given. */
struct egov_cleared *help_clear_list(struct help_ca *ca, struct egov__crl_plan *plan);
struct egov_cleared *help_clear_request(struct help_ca *ca);

void help_begin(struct help_ca *ca);
void help_commit(struct help_ca *ca);

/* What a procedure does, each in transactions of its own. */
void help_policy(struct help_ca *ca);
void help_submit(struct help_ca *ca, char id[16]);
void help_approve(struct help_ca *ca, const char *id);
void help_reject(struct help_ca *ca, const char *id);
struct egov_intent *help_leaf_intent(struct help_ca *ca, const char *id,
                                     uint8_t serial[EGOV__SERIAL], egov_time not_after);
struct egov_intent *help_crl_intent(struct help_ca *ca, egov_time this_update);
struct egov_intent *help_request_intent(struct help_ca *ca);
struct egov_recorded *help_finish(struct help_ca *ca, struct egov_intent *intent, const char *id);
void help_root(struct help_ca *ca);
void help_issue(struct help_ca *ca, uint8_t serial[EGOV__SERIAL], egov_time not_after);
void help_revoke(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL], int reason,
                 egov_time not_after);
void help_hold(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL], egov_time not_after);
void help_release(struct help_ca *ca, const uint8_t serial[EGOV__SERIAL]);

/* Signs and records a list of these entries; egov__record_check says this of it,
 * NULL: that all is well. */
/* The same of a list that changes another one, base. */
void help_signed_delta(struct help_ca *ca, uint64_t base, const struct egov__crl_entry *entries,
                       size_t count, const char *says);
void help_signed_list(struct help_ca *ca, const struct egov__crl_entry *entries, size_t count,
                      egov_time this_update, const char *says);

/* Behind our back: each statement, on a copy of the ledger, is found by
 * egov__record_check as EGOV_E_CORRUPT in these words. */
struct help_tampering {
	const char *sql, *says;
};
void help_tampered(struct help_ca *ca, const struct help_tampering *cases, size_t count);

/* A column's last octet turned. */
#define HELP_FLIP(column)                                                                          \
	column " = CAST(substr(" column ", 1, length(" column ") - 1)"                             \
	" || CASE WHEN substr(" column ", -1) = x'41' THEN x'42' ELSE x'41' END AS BLOB)"

struct egov_recorded *help_crl(struct help_ca *ca, egov_time this_update, bool publish);

/* All of it. */
struct egov_buf *help_recorded(const struct egov_recorded *recorded);

#endif
