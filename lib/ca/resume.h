/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_RESUME_H
#define CA_RESUME_H

#include "home/home.h"

/* An intent of this time may still be finished: EGOV_E_POLICY past [ca] resume, since
 * its certificate would begin long before anybody had it (D-22). */
EGOV_MUST_CHECK enum egov_status egov__resume_check_age(struct egov_home *home, egov_time time,
                                                        struct egov_error *err);

/* Signs a committed intent of a certificate and records its result, together with its
 * application, which is used up, and with who finished it where that is an earlier
 * run's intent ("resume").  EGOV_E_BUSY where another run was faster. */
EGOV_MUST_CHECK enum egov_status egov__resume_finish(struct egov_home *home,
                                                     struct egov_signer *signer,
                                                     struct egov_intent *intent,
                                                     const char *actor,
                                                     struct egov_recorded **out,
                                                     struct egov_error *err);

/* In the transaction of the result: who finished an earlier run's intent. */
EGOV_MUST_CHECK enum egov_status egov__resume_note(struct egov_home *home, const char *actor,
                                                   uint64_t intent, struct egov_slice serial,
                                                   struct egov_error *err);

#endif
