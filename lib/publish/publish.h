/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "record/record.h"

/* Takes recorded things only. */

/* Replaces path with the object, DER or PEM, mode 0644, and reads it back:
 * EGOV_E_CORRUPT where the file differs. */
EGOV_MUST_CHECK enum egov_status egov__publish_file(const struct egov_recorded *recorded,
                                                    const char *path, bool pem,
                                                    struct egov_error *err);

/* The CRL in a web root: crl/NAME.crl (DER) and crl/NAME-NUMBER.crl, the numbered one
 * first, then where it is wanted crl/NAME.pem; each replaced whole and read back. */
EGOV_MUST_CHECK enum egov_status egov__publish_crl(const struct egov_recorded *recorded,
                                                   const char *name, const char *web_root,
                                                   bool pem, struct egov_error *err);

/* A text in a web root, replaced and read back where it differs from what is there. */
EGOV_MUST_CHECK enum egov_status egov__publish_text(const char *web_root, const char *name,
                                                    struct egov_slice text,
                                                    struct egov_error *err);

/* A CA certificate in a web root: cert/NAME.cer (DER) and cert/NAME.pem. */
EGOV_MUST_CHECK enum egov_status egov__publish_certificate(const struct egov_recorded *recorded,
                                                           const char *name, const char *web_root,
                                                           struct egov_error *err);

#endif
