/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_REQUEST_H
#define REQUEST_REQUEST_H

#include <egovca/request.h>

#include "x509/algid.h"
#include "x509/tbs.h"

/* A request as egov_request_decode reads it, whoever signed it. */
EGOV_MUST_CHECK enum egov_status egov__request_read(struct egov_slice bytes,
                                                    struct egov_request **out,
                                                    struct egov_error *err);

struct egov_slice egov__request_subject(const struct egov_request *request);   /* DER Name */

/* Whether values of attributes stand without their SET (CFCA's form). */
bool egov__request_is_unwrapped(const struct egov_request *request);

/* A Name as the subject of a request may be. */
EGOV_MUST_CHECK enum egov_status egov__request_subject_check(struct egov_slice subject,
                                                             struct egov_error *err);

/* CertificationRequestInfo of the CA's own key (GM/T 0092): version 0, subject
 * (DER Name), key, empty attributes. */
EGOV_MUST_CHECK enum egov_status egov__request_build(struct egov_slice subject,
                                                     struct egov_slice spki,
                                                     enum egov__sigalg_params params,
                                                     struct egov_tbs **out,
                                                     struct egov_error *err);

#endif
