/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REQUEST_NOTICE_H
#define REQUEST_NOTICE_H

#include "base/buf.h"

/*
 * Judges the text that told the applicant the four things of Order No. 4,
 * Art. 21 para 2: UTF-8, a line with this version, and text under a heading
 * for each of the four (egov-application(5), NOTICE).  EGOV_E_POLICY names the
 * part that is missing or empty.
 */
EGOV_MUST_CHECK enum egov_status egov__notice_check(struct egov_slice text, const char *version,
                                                    struct egov_error *err);

#endif
