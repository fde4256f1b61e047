/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_PAIR_H
#define CA_CRL_PAIR_H

#include "crl/crl.h"

/*
 * A list and the last one of its name, whoever made them: what the checks compare that hold for
 * lists of this CA and for those that it takes from another.
 */
struct egov__crl_pair {
	const struct egov__crl_fields *made, *last;     /* last NULL: the first of its name */
	const struct egov_cert *issuer;
	uint64_t number, last_number;
	egov_time now;
	struct egov_duration maximum;           /* from thisUpdate to nextUpdate */
	const char *maximum_key;                /* of [crl], which says so */
	bool accept_drop, clock_set_back;       /* the latter since the last list */
	enum egov_status wrong;                 /* ours contradicts the ledger, another's is refused */
};

typedef enum egov_status egov__crl_pair_fn(const struct egov__crl_pair *pair,
                                           struct egov_error *err);
/* Of publish's table those of crl-issuer-bytes, crl-number-rises, crl-time-not-future,
 * crl-time-not-before-last, crl-next-update-bound, crl-size-drop. */
EGOV_MUST_CHECK enum egov_status egov__crl_pair_issuer(const struct egov__crl_pair *pair,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_pair_number(const struct egov__crl_pair *pair,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_pair_not_future(const struct egov__crl_pair *pair,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_pair_not_before(const struct egov__crl_pair *pair,
                                                           struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_pair_next_update(const struct egov__crl_pair *pair,
                                                            struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_pair_size(const struct egov__crl_pair *pair,
                                                     struct egov_error *err);

#endif
