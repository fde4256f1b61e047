/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_HOLD_H
#define CA_HOLD_H

#include "home/home.h"

/* In the transaction of a revocation, before its entry: the hold that it ends, and
 * *since becomes the time that the certificate was put on hold (X.509, 8.5.2.2);
 * left alone where it is on none. */
EGOV_MUST_CHECK enum egov_status egov__hold_revoked(struct egov_home *home,
                                                    struct egov_slice serial, egov_time *since,
                                                    struct egov_error *err);

#endif
