/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERT_TBS_FORM_H
#define CERT_TBS_FORM_H

#include "x509/tbs.h"

/*
 * What is about to be signed without what differs from one making to the next: the
 * serial number, the dates, the public key and the identifiers that are made of keys.
 * Two certificates or requests of the same form mean the same of two keys.  DER,
 * appended.
 */
EGOV_MUST_CHECK enum egov_status egov__tbs_form(const struct egov_tbs *tbs, struct egov_buf *out,
                                                struct egov_error *err);

#endif
