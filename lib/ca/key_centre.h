/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_KEY_CENTRE_H
#define CA_KEY_CENTRE_H

#include "delivery/exchange.h"
#include "home/home.h"
#include "request/request.h"

/*
 * The key-management centre of a home (GM/T 0034): its certificate, as [key_centre]
 * names it, valid now and for signing.  EGOV_E_POLICY where there is none.
 */
EGOV_MUST_CHECK enum egov_status egov__key_centre_open(struct egov_home *home,
                                                       struct egov_cert **out,
                                                       struct egov_error *err);

/* An answer (DER or PEM) that this centre signed, kept in bytes.  EGOV_E_POLICY
 * where it did not, or claims to be of a time to come. */
EGOV_MUST_CHECK enum egov_status egov__key_centre_answer(const struct egov_home *home,
                                                         const struct egov_cert *centre,
                                                         struct egov_slice input,
                                                         struct egov_buf *bytes,
                                                         struct egov__key_answer *answer,
                                                         struct egov_error *err);

#endif
