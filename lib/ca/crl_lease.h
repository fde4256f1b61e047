/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_CRL_LEASE_H
#define CA_CRL_LEASE_H

#include <time.h>

#include "home/home.h"

/*
 * One machine at a time makes lists, also where several have the home on storage that they
 * share: who does stands in the ledger, and until when.  After that another may, which is
 * journalled (kind "lease").  Two runs of one machine are kept apart by EGOV__CRL_LOCK.
 */
struct egov__crl_lease {
	struct egov_home *home;
	const char *actor;
	const char *host;               /* who asks; of the home */
	struct timespec started;        /* the home's clock stands still, a run does not */
	egov_time until;                /* 0: not taken */
};

/* The clock is asked first: whether a list is due is its to say.  EGOV_E_BUSY names who has it.
 * dry: looks, and takes nothing. */
EGOV_MUST_CHECK enum egov_status egov__crl_lease_take(struct egov__crl_lease *lease, bool dry,
                                                      struct egov_error *err);
/* Before each list: more time, where half of it is over.  EGOV_E_BUSY where another machine
 * has it by now. */
EGOV_MUST_CHECK enum egov_status egov__crl_lease_renew(struct egov__crl_lease *lease,
                                                       struct egov_error *err);
/* Inside the transaction that reserves a number, and before a file is replaced. */
EGOV_MUST_CHECK enum egov_status egov__crl_lease_check(const struct egov__crl_lease *lease,
                                                       struct egov_error *err);
EGOV_MUST_CHECK enum egov_status egov__crl_lease_release(struct egov__crl_lease *lease,
                                                         struct egov_error *err);

#endif
