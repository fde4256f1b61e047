/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SET_LINT_H
#define SET_LINT_H

#include <egovca/lint.h>

#include "conformance.h"

/*
 * What the linter says of an object under the rules of RFC 5280.  Rules are named by their
 * ids, separated by blanks; what stands behind a colon must stand in what was found, as in
 * "pkix-not-critical:freshestCRL", where a rule speaks of several things.
 */
struct lint {
	struct egov_report *report;
	enum egov_status status;        /* EGOV_E_SYNTAX: nothing that can be judged */
	char why[512];                  /* the errors, for people */
};
struct lint lint_of(struct egov_slice object, const struct egov_cert *issuer);
void lint_free(struct lint *lint);

/* Whether one of the rules found something; errors: of error severity alone, else a warning
 * does.  rules NULL: any rule, error severity alone. */
bool lint_found(const struct lint *lint, const char *rules, bool errors);

/* One case: whether an error of theirs is found by us, or nothing where they find nothing. */
void lint_case(const struct set *set, const char *id, bool theirs, const struct lint *lint,
               const char *rules);

#endif
