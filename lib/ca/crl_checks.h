/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_CHECKS_H
#define CA_CRL_CHECKS_H

#include "crl/crl.h"
#include "home/home.h"

/* An entry of the store's revoked set, owned. */
struct egov__listed {
	uint8_t serial[20];
	uint8_t size;
	int8_t reason;                  /* -1: unspecified, which is not written */
	egov_time revoked_at, invalidity_date, not_after;
};

/* The revoked set that a list will carry, by rising serial. */
struct egov__listed_set {
	struct egov__listed *items;
	size_t count, at;
};
EGOV_MUST_CHECK enum egov_status egov__listed_load(struct egov_store *store,
                                                   struct egov__listed_set *set,
                                                   struct egov_error *err);
void egov__listed_clear(struct egov__listed_set *set);

/* What the checks before a list is signed compare. */
struct egov__crl_case {
	struct egov_home *home;
	const struct egov_cert *ca;
	const struct egov__crl_fields *made;    /* decoded again from the bytes to be signed */
	const struct egov_crl *last;            /* the last list that we signed; NULL: none */
	const struct egov__listed_set *set;
	uint64_t number, last_number, count;    /* count: as the store counts it */
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
