/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_PIN_H
#define KEY_PIN_H

#include <egovca/key.h>

#include "base/buf.h"
#include "base/secret.h"

/* The secret at a pin-source: "file:/path" or "/path" (as for
 * egov__file_read_secret), or "fd:N": one line of an open descriptor. */
EGOV_MUST_CHECK enum egov_status egov__pin_read(const char *source, struct egov_secret **out,
                                                struct egov_error *err);

/* The source where there is one (not NULL), else the person whom options can
 * ask, with this prompt; nobody to ask: EGOV_E_AUTH.  An empty answer is too. */
EGOV_MUST_CHECK enum egov_status egov__pin_get(const char *source,
                                               const struct egov_key_options *options,
                                               const char *prompt, struct egov_secret **out,
                                               struct egov_error *err);

/* A file that an option names, as a pin-source or by a plain path; what names the
 * secret in messages. */
EGOV_MUST_CHECK enum egov_status egov__pin_file_get(const char *file, const char *what,
                                                    struct egov_secret **out,
                                                    struct egov_error *err);

#endif
