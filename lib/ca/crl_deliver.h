/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_DELIVER_H
#define CA_CRL_DELIVER_H

#include "home/home.h"

/* A list that is served, on its way elsewhere. */
struct egov__crl_delivery {
	struct egov_home *home;
	const char *web_root, *name;
	const char *entry;              /* what a directory calls it */
	bool only_ca, delta;
	uint64_t number;
	const struct egov_recorded *recorded;   /* NULL: one of this CA, by its number */
};

/*
 * Brings it to each target that the configuration names and that has not got it yet; what
 * has arrived is noted, what fails is tried again by the next run.  A target that fails
 * holds no other up; the first failure is returned.
 */
EGOV_MUST_CHECK enum egov_status egov__crl_deliver(const struct egov__crl_delivery *delivery,
                                                   struct egov_error *err);

#endif
