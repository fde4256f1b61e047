/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_IMPORT_H
#define CA_CRL_IMPORT_H

#include "crl/crl.h"
#include "home/home.h"

/* A list that a CA above this one made, compared with the last of that name. */
struct egov__import_case {
	struct egov_home *home;
	const struct egov_cert *issuer;
	const struct egov_crl *made, *last;     /* last NULL: the first of its name */
	uint64_t number, last_number;
	const char *const *gone;                /* serials of which somebody says that they may */
	size_t gone_count;
};

/* The checks of egov__crl_check that do not ask what this CA revoked; the first that does
 * not hold is EGOV_E_POLICY or EGOV_E_CORRUPT with its id before the text. */
EGOV_MUST_CHECK enum egov_status egov__import_checks(const struct egov__import_case *c,
                                                     struct egov_error *err);

/* Under the lock and the lease of whoever makes lists: what was imported and is not served,
 * or not delivered, as by a run that was killed. */
EGOV_MUST_CHECK enum egov_status egov__import_serve_all(struct egov_home *home, const char *actor,
                                                        struct egov_error *err);

#endif
