/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEY_SOFTWARE_H
#define KEY_SOFTWARE_H

#include <egovca/key.h>

#include "base/secret.h"

/* The private key that a file: URI names, for the holder of a key to open what was
 * encrypted to it; never for signing. */
EGOV_MUST_CHECK enum egov_status egov__file_key_load(const char *uri,
                                                     const struct egov_key_options *options,
                                                     struct egov_secret **d,
                                                     struct egov_error *err);

#endif
