/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include <egovca/lint.h>

#include "base/report.h"
#include "cert/cert.h"
#include "crl/crl.h"
#include "crypto/seen.h"
#include "x509/tbs.h"

/*
 * A const table of rules over encoded bytes, run before anything is signed.
 * A rule has an identifier, a clause, a severity and a function; a finding
 * says what was wanted and what was found.
 */
enum egov__severity {
	EGOV__LINT_ERROR = 1,           /* refuses */
	EGOV__LINT_WARNING = 2,
	EGOV__LINT_NOTE = 3
};

/* Where rules come from: bits, for a choice of them. */
enum egov__lint_source {
	EGOV__LINT_RFC5280 = 1,         /* and what goes with it: RFC 2986, 3279, 6960 ... */
	EGOV__LINT_GM = 2,
	EGOV__LINT_ARTICLE19 = 4,
	EGOV__LINT_CPS = 8
};

/* What rules apply to: bits. */
enum egov__lint_object {
	EGOV__LINT_CERTIFICATE = 1,
	EGOV__LINT_CRL = 2,
	EGOV__LINT_REQUEST = 4,
	EGOV__LINT_OCSP = 8
};

/* What the bytes will stand beside: names, keys and limits that rules compare. */
struct egov__lint_context {
	const struct egov_profile *profile;     /* certificates */
	struct egov_slice issuer_name;          /* DER; empty for a self-signed root */
	struct egov_slice issuer_key_id;
	const char *crl_uri;                    /* the one source of this URL; NULL: none */
	egov_time now;
	egov_time issuer_not_after;             /* EGOV_TIME_NONE: none */
	egov_time max_next_update;              /* CRLs: the CPS bound; EGOV_TIME_NONE: none */
	/* Of what others made alone: */
	unsigned sources;                       /* of enum egov__lint_source; 0: all */
	bool foreign;                           /* no profile: the second severity of a rule */
	const struct egov__cert_fields *issuer; /* or NULL: names and keys are not compared */
	struct egov_slice id;                   /* SM2 signer ID of a request; empty: default */
};

/* A row of the table, for those who list it. */
struct egov__lint_rule_info {
	const char *id, *clause, *summary;      /* summary: what is wanted */
	const char *field;                      /* where */
	enum egov__severity severity;
	enum egov__severity foreign;            /* of what others made; 0: the same */
	enum egov__lint_source source;
	unsigned objects;                       /* of enum egov__lint_object */
};
const struct egov__lint_rule_info *egov__lint_rule(size_t i);  /* NULL past the last */

/* TBS bytes that every error-level rule accepts.  Made here alone; only the
 * record layer turns it into an intent. */
struct egov_cleared;

/*
 * Runs the table over tbs.  The first error-level finding is EGOV_E_POLICY with
 * its clause, and nothing is cleared; findings (NULL allowed) gets them all.  On
 * success tbs is moved into *out.
 */
EGOV_MUST_CHECK enum egov_status egov__lint_clear(struct egov_tbs *tbs,
                                                  const struct egov__lint_context *context,
                                                  struct egov_report *findings,
                                                  struct egov_cleared **out,
                                                  struct egov_error *err);
const struct egov_tbs *egov__cleared_tbs(const struct egov_cleared *cleared);

/*
 * The same of a list in two steps, for who looks at it in the same pass: all of it is read once,
 * as egov__crl_read_tbs reads it, and also (NULL allowed) is told each entry.  It belongs to
 * its tbs; cleared or not, the caller frees it.
 */
struct egov__crl_listener;
struct egov__crl_outline;
struct egov__lint_list;
EGOV_MUST_CHECK enum egov_status egov__lint_list_read(const struct egov_tbs *tbs,
                                                      const struct egov__crl_listener *also,
                                                      struct egov__lint_list **out,
                                                      struct egov_error *err);
const struct egov__crl_outline *egov__lint_list_outline(const struct egov__lint_list *list);
EGOV_MUST_CHECK enum egov_status egov__lint_clear_list(struct egov_tbs *tbs,
                                                       const struct egov__lint_list *list,
                                                       const struct egov__lint_context *context,
                                                       struct egov_cleared **out,
                                                       struct egov_error *err);
void egov__lint_list_free(struct egov__lint_list *list);

/* What a list was cleared by: SM3 of its bytes, what was seen of them, its numbers.  NULL: it
 * is none. */
struct egov__cleared_facts {
	uint8_t digest[32], seen[EGOV__SEEN_SIZE];
	uint64_t number, base, part;
};
const struct egov__cleared_facts *egov__cleared_facts(const struct egov_cleared *cleared);
void egov__cleared_free(struct egov_cleared *cleared);

#endif
