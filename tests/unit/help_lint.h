/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HELP_LINT_H
#define TESTS_HELP_LINT_H

#include "made.h"

#include "lint/lint.h"

/*
 * Runs the table over what was made and compares the ids of what it finds, in
 * the order of the table, with wanted ("a b c").  Each must come with the clause
 * and severity of its rule; the first error must be the status and message.
 * Ids that were seen are remembered.
 */
void help_lint(enum egov_object_kind kind, const struct made *made,
               const struct egov__lint_context *context, const char *wanted, const char *what);

/* A context that fits what was made. */
struct egov__lint_context help_lint_context(const struct made *made,
                                            const struct egov_profile *profile);

/* Fails for each rule of this kind that no case has broken so far. */
void help_lint_all_seen(enum egov_object_kind kind);

/* Counts a rule as seen that was broken by other means. */
void help_lint_seen(const char *id);

#endif
