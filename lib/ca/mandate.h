/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CA_MANDATE_H
#define CA_MANDATE_H

#include "cert/cert.h"
#include "home/home.h"

/*
 * What the CA's own certificate lets it do.  A certificate past it would be well
 * formed, and verify nowhere.
 */

/* A certificate that a CA can work with now: basicConstraints, keyUsage for
 * certificates and CRLs, a key identifier (GM/T 0015, table C.2), validity. */
EGOV_MUST_CHECK enum egov_status egov__mandate_check_ca(const struct egov_cert *ca, egov_time now,
                                                        struct egov_error *err);

/* That, and: subordinate CAs where its path length allows; the profile's policies
 * where it is a subordinate CA itself.  A root is trusted for what it is. */
EGOV_MUST_CHECK enum egov_status egov__mandate_check(const struct egov_cert *ca,
                                                     const struct egov_profile *profile,
                                                     egov_time now, struct egov_error *err);

/* A holder who is somebody else: with another name than the CA's, and another key
 * than those of the home. */
EGOV_MUST_CHECK enum egov_status egov__mandate_check_holder(struct egov_home *home,
                                                            const struct egov_cert *ca,
                                                            const struct egov_judged *judged,
                                                            struct egov_error *err);

#endif
