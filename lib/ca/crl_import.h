/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_IMPORT_H
#define CA_CRL_IMPORT_H

#include "base/pem.h"
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

/* One list on its way in: made, issuer and the rest are filled by egov__import_check. */
struct egov__import {
	struct egov_home *home;
	const char *actor, *list;
	struct egov_slice crl;
	const char *const *gone;
	size_t gone_count;
	struct egov_cert *issuer;
	struct egov_crl *made, *last;
	uint64_t number, last_number;
	uint8_t last_issuer[32];
	bool again;                     /* it is the last one, byte for byte */
};
void egov__import_clear(struct egov__import *i);

/* Whose it is, and all checks against the last of its name. */
EGOV_MUST_CHECK enum egov_status egov__import_check(struct egov__import *i,
                                                    struct egov_error *err);
/* Inside a transaction: its row and its entry; approved: that it needs no approval of its own. */
EGOV_MUST_CHECK enum egov_status egov__import_record(struct egov__import *i, bool approved,
                                                     struct egov_error *err);

/* Each certificate of the chains that were installed with those of this CA. */
EGOV_MUST_CHECK enum egov_status egov__import_walk_above(struct egov_home *home,
                                                         egov__object_fn *fn, void *user,
                                                         struct egov_error *err);

/* Whether it is the key of this certificate that an authorityKeyIdentifier (its value) names. */
bool egov__import_names_key(struct egov_slice value, const struct egov_cert *cert);

/* A name for lists of others, that stands in paths and entries: EGOV_E_USAGE. */
EGOV_MUST_CHECK enum egov_status egov__import_check_name(const char *name, struct egov_error *err);

/* Under the lock and the lease of whoever makes lists: what was imported and is not served,
 * or not delivered, as by a run that was killed. */
EGOV_MUST_CHECK enum egov_status egov__import_serve_all(struct egov_home *home, const char *actor,
                                                        struct egov_error *err);

#endif
