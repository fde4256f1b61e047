/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "base/report.h"
#include "cert/cert.h"
#include "crl/crl.h"
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

/* What the bytes will stand beside: names, keys and limits that rules compare. */
struct egov__lint_context {
	const struct egov_profile *profile;     /* certificates */
	struct egov_slice issuer_name;          /* DER; empty for a self-signed root */
	struct egov_slice issuer_key_id;
	const char *crl_uri;                    /* the one source of this URL; NULL: none */
	egov_time now;
	egov_time issuer_not_after;             /* EGOV_TIME_NONE: none */
	egov_time max_next_update;              /* CRLs: the CPS bound; EGOV_TIME_NONE: none */
};

/* A row of the table, for those who list it. */
struct egov__lint_rule_info {
	const char *id, *clause, *summary;
	enum egov__severity severity;
	bool certificates, crls, requests;      /* what it applies to */
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
void egov__cleared_free(struct egov_cleared *cleared);

#endif
