/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EGOVCA_LINT_H
#define EGOVCA_LINT_H

#include <egovca/buffer.h>
#include <egovca/cert.h>
#include <egovca/profile.h>
#include <egovca/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Whether what somebody made is what the standards want: certificates, CRLs,
 * requests and OCSP responses, judged by the table of rules that nothing is
 * signed against (egov-lint(1) lists it).  Form alone: whom to trust is
 * egovca/verify.h.  No state: any number of threads at once.
 */

/* Zeroed: all rules, no profile, no issuer, the default SM2 signer ID. */
struct egov_lint_options {
	const char *rules;                      /* of "rfc5280", "gm", "article19", "cps", separated
	                                         * by commas; NULL: all */
	const struct egov_profile *profile;     /* what certificates were to be; NULL: no rule of
	                                         * "cps", and their kind is what they look like */
	const struct egov_cert *issuer;         /* names and key identifiers are compared with it;
	                                         * NULL: with nothing */
	struct egov_slice id;                   /* SM2 signer ID of requests; data NULL: the default */
};

/*
 * Judges every object in bytes (DER, PEM of many, bare base64), whose kind is
 * seen from its structure.  findings (NULL allowed) gets a record a finding:
 * object (its number, from 1), kind ("certificate", "crl", "request", "ocsp"),
 * id, severity ("error", "warning", "note"), source, clause, field, wanted,
 * found; then for each object one with object, kind, errors, warnings, notes
 * and verdict ("clean" without an error, else "wrong").
 * EGOV_E_POLICY: there is an error, and err tells the first.  EGOV_E_SYNTAX: an
 * object is none of the four, or there is none; findings has those before it.
 */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_lint(struct egov_slice bytes, const struct egov_lint_options *options,
          struct egov_report *findings, struct egov_error *err);

/* A record for each rule, in the order in which they are run: id, severity,
 * source, clause, applies-to (kinds separated by commas), field, text. */
EGOV_API EGOV_MUST_CHECK enum egov_status
egov_lint_rules(struct egov_report *report, struct egov_error *err);

#ifdef __cplusplus
}
#endif

#endif
