/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_CHECKS_H
#define CA_CRL_CHECKS_H

#include "crl/crl.h"
#include "home/home.h"

/* What the checks before a list is signed compare. */
struct egov__crl_case {
	struct egov_home *home;
	const struct egov_cert *ca;
	const struct egov__crl_fields *made;    /* decoded again from the bytes to be signed */
	const struct egov_crl *last;            /* the last list that we signed; NULL: none */
	struct egov__crl_scope scope;
	uint64_t last_base;                     /* of the last list, where it is a delta list */
	bool clock_set_back;                    /* since the last list: its time says nothing */
	uint64_t number, last_number;
	uint64_t count;                         /* of the revoked set, as the store counts it */
};

/* Runs the table of checks over the case; the first that does not hold is
 * EGOV_E_POLICY or EGOV_E_CORRUPT with the check's id before its text. */
EGOV_MUST_CHECK enum egov_status egov__crl_checks(const struct egov__crl_case *c,
                                                  struct egov_error *err);

/* A row of the table, NULL past the last. */
struct egov__crl_check_info {
	const char *id, *clause;
};
const struct egov__crl_check_info *egov__crl_check(size_t i);

#endif
